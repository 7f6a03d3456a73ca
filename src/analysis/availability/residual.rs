//! A formula under partial knowledge: what is left of it once some domains and repeated units are known to be up or down.
//! Equal leftovers are one node, so the factoring in `factor` meets each once. Knows nothing of probabilities.

use super::arena::{Arena, NodeIx, Op};
use super::groups::{Groups, NO_UNIT};
use super::pools::{PoolIx, Pools};
use super::system::DomainIx;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Var {
    Domain(DomainIx),
    /// A group that stands in several places.
    Group(u32),
}

/// What is decided in one step.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    Var(u32),
    /// A part that rests on no variable.
    Part(NodeIx),
}

pub(super) struct Residual<'p> {
    pub(super) arena: Arena,
    pub(super) pools: &'p mut Pools,
    pub(super) groups: Groups,
    /// What several children of one gate may share, in the order in which to decide it.
    pub(super) vars: Vec<Var>,
    /// The variable of each domain that is one, by its index.
    domain_vars: Vec<Option<u32>>,
    /// For each node the set of variables that it rests on, `words` long.
    support: Vec<u64>,
    words: usize,
    /// Nodes and edges touched so far, with what their supports take: what the limit is held against.
    pub(super) work: usize,
    /// Too large to hold supports: nothing may be taken for independent.
    pub(super) blind: bool,
    restricted: Vec<(u32, NodeIx)>,
    round: u32,
}

/// Supports of the formula as it is given may take so many words (64 MB).
const SUPPORT_WORDS: usize = 8_000_000;

impl<'p> Residual<'p> {
    /// A formula without nodes, of which `nodes` are to come.
    pub(super) fn new(
        pools: &'p mut Pools,
        groups: Groups,
        vars: Vec<Var>,
        domains: usize,
        nodes: usize,
    ) -> Residual<'p> {
        let blind = vars.len().div_ceil(64).saturating_mul(nodes) > SUPPORT_WORDS;
        let vars = if blind { Vec::new() } else { vars };
        let mut domain_vars = vec![None; domains];
        for (ix, var) in vars.iter().enumerate() {
            if let Var::Domain(domain) = var {
                domain_vars[domain.index()] = Some(ix as u32);
            }
        }
        let words = vars.len().div_ceil(64);
        let (support, restricted) = (Vec::new(), Vec::new());
        let arena = Arena::default();
        let mut new = Residual {
            arena,
            pools,
            groups,
            vars,
            domain_vars,
            support,
            words,
            work: 0,
            blind,
            restricted,
            round: 0,
        };
        new.note_support();
        new
    }

    pub(super) fn leaf(&mut self, group: u32, pool: PoolIx) -> NodeIx {
        match pool {
            PoolIx::UP => return NodeIx::TRUE,
            PoolIx::DOWN => return NodeIx::FALSE,
            _ if group == NO_UNIT && self.pools.domains(pool).is_empty() => return NodeIx::TRUE,
            _ => {}
        }
        let node = self.arena.leaf(group, pool.0);
        self.note_support();
        node
    }

    pub(super) fn gate(&mut self, op: Op, kids: &mut Vec<NodeIx>) -> NodeIx {
        let node = self.arena.gate(op, kids);
        self.note_support();
        node
    }

    /// The variables that a node rests on.
    pub(super) fn support(&self, node: NodeIx) -> &[u64] {
        &self.support[node.index() * self.words..(node.index() + 1) * self.words]
    }

    /// Notes work on so many nodes or edges.
    pub(super) fn charge(&mut self, touched: usize) {
        self.work = self.work.saturating_add(touched.saturating_mul(1 + self.words / 8));
    }

    /// The first repeated group that a node rests on.
    pub(super) fn first_group(&self, node: NodeIx) -> Option<u32> {
        let words = self.support(node).iter().zip(0u32..);
        let vars = words.flat_map(|(&word, at)| {
            (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| at * 64 + bit)
        });
        vars.into_iter().find(|&var| matches!(self.vars[var as usize], Var::Group(_)))
    }

    /// The first variable that more than one of the children rests on.
    pub(super) fn first_shared(&self, kids: &[NodeIx]) -> Option<u32> {
        let (mut once, mut twice) = (vec![0u64; self.words], vec![0u64; self.words]);
        for &kid in kids {
            for ((once, twice), word) in once.iter_mut().zip(&mut twice).zip(self.support(kid)) {
                *twice |= *once & word;
                *once |= word;
            }
        }
        let (word, at) = twice.iter().zip(0u32..).find(|(word, _)| **word != 0)?;
        Some(at * 64 + word.trailing_zeros())
    }

    /// The children of a gate, those that share variables put together in a gate of their own; none where all hang together.
    pub(super) fn parts(&mut self, op: Op, kids: &[NodeIx]) -> Vec<NodeIx> {
        let mut leader: Vec<usize> = (0..kids.len()).collect();
        let mut owner: Vec<Option<usize>> = vec![None; self.vars.len()];
        for (at, &kid) in kids.iter().enumerate() {
            for word in 0..self.words {
                let mut bits = self.support(kid)[word];
                while bits != 0 {
                    let var = word * 64 + bits.trailing_zeros() as usize;
                    bits &= bits - 1;
                    match owner[var] {
                        None => owner[var] = Some(at),
                        Some(other) => {
                            let (a, b) = (find(&mut leader, other), find(&mut leader, at));
                            leader[a.max(b)] = a.min(b);
                        }
                    }
                }
            }
        }
        let mut parts: Vec<Vec<NodeIx>> = Vec::new();
        let mut part_of: Vec<usize> = vec![usize::MAX; kids.len()];
        for (at, &kid) in kids.iter().enumerate() {
            let first = find(&mut leader, at);
            if part_of[first] == usize::MAX {
                part_of[first] = parts.len();
                parts.push(Vec::new());
            }
            parts[part_of[first]].push(kid);
        }
        if parts.len() == 1 {
            return Vec::new();
        }
        parts.iter_mut().map(|part| if let [only] = part[..] { only } else { self.gate(op, part) }).collect()
    }

    /// The leaf of a repeated group below a node that rests on it.
    pub(super) fn leaf_of(&self, node: NodeIx, group: u32) -> NodeIx {
        let Some(var) = self.groups.var(group) else { return node };
        let mut at = node;
        while let Some(&kid) = self.arena.kids(at).iter().find(|kid| self.rests_on(**kid, var)) {
            at = kid;
        }
        at
    }

    /// A part inside an entangled node that rests on no variable any more.
    pub(super) fn settled_part(&mut self, root: NodeIx) -> Option<NodeIx> {
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            let kids = self.arena.kids(node).len();
            self.charge(kids);
            for &kid in self.arena.kids(node) {
                if !self.is_entangled(kid) {
                    return Some(kid);
                }
                if self.is_gate(kid) {
                    open.push(kid);
                }
            }
        }
        None
    }

    /// The node where the target is up or down.
    pub(super) fn restrict(&mut self, root: NodeIx, target: Target, up: bool) -> NodeIx {
        self.round += 1;
        self.restricted.resize(self.arena.len(), (0, NodeIx::FALSE));
        let mut stack = vec![(root, false)];
        let mut kids = Vec::new();
        while let Some((node, ready)) = stack.pop() {
            if self.restriction(node, target).is_some() {
                continue;
            }
            if !self.is_gate(node) || matches!(target, Target::Part(part) if part == node) {
                let result = self.restrict_part(node, target, up);
                self.restricted[node.index()] = (self.round, result);
                self.charge(1);
            } else if ready {
                kids.clear();
                for &kid in self.arena.kids(node) {
                    kids.extend(self.restriction(kid, target));
                }
                self.charge(kids.len() + 1);
                let result = self.gate(self.arena.op(node), &mut kids);
                self.restricted[node.index()] = (self.round, result);
            } else {
                stack.push((node, true));
                for &kid in self.arena.kids(node) {
                    if self.may_hold(kid, target) {
                        stack.push((kid, false));
                    }
                }
            }
        }
        self.restriction(root, target).unwrap_or(root)
    }

    /// The restriction of a node, where it is known in this round or is the node itself.
    fn restriction(&self, node: NodeIx, target: Target) -> Option<NodeIx> {
        if !self.may_hold(node, target) {
            return Some(node);
        }
        let (round, result) = self.restricted[node.index()];
        (round == self.round).then_some(result)
    }

    /// The restriction of what the target is, or may be part of.
    fn restrict_part(&mut self, node: NodeIx, target: Target, up: bool) -> NodeIx {
        let var = match target {
            Target::Var(var) => self.vars[var as usize],
            Target::Part(part) if part != node => return node,
            Target::Part(_) => return if up { NodeIx::TRUE } else { NodeIx::FALSE },
        };
        match (var, self.arena.op(node)) {
            (Var::Domain(domain), Op::Leaf(group, pool)) => {
                let (hi, lo) = self.pools.split(PoolIx(pool), domain);
                self.leaf(group, if up { hi } else { lo })
            }
            _ if up => NodeIx::TRUE,
            _ => NodeIx::FALSE,
        }
    }

    fn may_hold(&self, node: NodeIx, target: Target) -> bool {
        match target {
            Target::Var(var) => self.rests_on(node, var),
            Target::Part(part) => part == node || (self.is_gate(node) && self.is_entangled(node)),
        }
    }

    fn rests_on(&self, node: NodeIx, var: u32) -> bool {
        self.words > 0 && self.support(node)[var as usize / 64] >> (var % 64) & 1 == 1
    }

    fn is_entangled(&self, node: NodeIx) -> bool {
        self.support(node).iter().any(|word| *word != 0)
    }

    fn is_gate(&self, node: NodeIx) -> bool {
        matches!(self.arena.op(node), Op::All | Op::Any | Op::AtLeast(_))
    }

    /// Gives the nodes that have come since their support.
    fn note_support(&mut self) {
        for ix in self.support.len().checked_div(self.words).unwrap_or(self.arena.len())..self.arena.len() {
            let node = NodeIx(ix as u32);
            let start = self.support.len();
            self.support.resize(start + self.words, 0);
            let (old, new) = self.support.split_at_mut(start);
            if let Op::Leaf(group, pool) = self.arena.op(node) {
                let domains = self.pools.domains(PoolIx(pool)).iter();
                let vars = domains.filter_map(|domain| self.domain_vars[domain.index()]);
                let unit = self.groups.var(group).filter(|_| !self.blind);
                for var in vars.chain(unit) {
                    new[var as usize / 64] |= 1 << (var % 64);
                }
            }
            for kid in self.arena.kids(node) {
                for (word, from) in new.iter_mut().zip(&old[kid.index() * self.words..]) {
                    *word |= from;
                }
            }
        }
    }
}

/// The leader of what `at` belongs to, the way there shortened.
fn find(leader: &mut [usize], mut at: usize) -> usize {
    while leader[at] != at {
        leader[at] = leader[leader[at]];
        at = leader[at];
    }
    at
}
