//! A mixture's structures made small before they are solved: nested gates joined, what the whole flow needs taken out of its
//! branches, alike units that are all needed bundled, and the variables found that branches share.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use super::arena::{NodeIx, Op};
use super::groups::{Groups, NO_UNIT};
use super::pools::{PoolIx, Pools};
use super::residual::{Residual, Var};
use super::shape::Shape;
use super::structure::{Node, Structure};
use super::system::{DomainIx, System, UnitIx};

/// What structures stand on.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) system: &'a System,
    pub(super) structure: &'a Structure,
    /// Each unit's pool, from which the domains that are `dead` have been taken.
    pub(super) bases: &'a [PoolIx],
    pub(super) dead: &'a [DomainIx],
}

/// Reduces the structures at `roots` to one formula, and gives its roots in the same order.
pub(super) fn reduce<'p>(
    ground: Ground<'_>,
    pools: &'p mut Pools,
    roots: &[NodeIx],
) -> (Residual<'p>, Vec<NodeIx>) {
    let mut draft = Draft::new(ground, pools, true);
    let tops: Vec<Part> = roots.iter().map(|&root| draft.add(&Shape::of(ground.structure, root))).collect();
    let Draft { groups, named, leaves, gates, .. } = draft;
    finish(ground, pools, groups, &named, &leaves, &gates, &tops)
}

/// The structures at `roots` with nested gates joined and each unit a leaf of its own.
pub(super) fn flatten(ground: Ground<'_>, pools: &mut Pools, roots: &[NodeIx]) -> Flat {
    let mut draft = Draft::new(ground, pools, false);
    let tops = roots.iter().map(|&root| draft.add(&Shape::of(ground.structure, root))).collect();
    let leaves = draft.leaves.iter().map(|&(group, pool)| FlatLeaf {
        unit: draft.groups.units(group).first().copied(),
        pool,
        repeated: draft.groups.is_repeated(group),
    });
    Flat { leaves: leaves.collect(), gates: draft.gates, tops }
}

/// A formula with each unit a leaf of its own.
pub(super) struct Flat {
    pub(super) leaves: Vec<FlatLeaf>,
    /// Each after those that it uses.
    pub(super) gates: Vec<(Op, Vec<Part>)>,
    /// The roots.
    pub(super) tops: Vec<Part>,
}

#[derive(Clone, Copy)]
pub(super) struct FlatLeaf {
    /// None for a domain by itself.
    pub(super) unit: Option<UnitIx>,
    pub(super) pool: PoolIx,
    /// Stands in several places of a flow other than the conjunction that it is.
    pub(super) repeated: bool,
}

/// What a gate is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Constant(NodeIx),
    Leaf(u32),
    Gate(u32),
}

/// A formula in the making: no node yet, because a node's support can be told only when all leaves have been seen.
struct Draft<'a> {
    ground: Ground<'a>,
    pools: &'a mut Pools,
    groups: Groups,
    /// Domains that a flow names by themselves in several places.
    named: Vec<DomainIx>,
    leaves: Vec<(u32, PoolIx)>,
    leaf_ix: FxHashMap<(u32, PoolIx), u32>,
    gates: Vec<(Op, Vec<Part>)>,
    /// Whether alike units that are all needed become one leaf.
    bundles: bool,
}

impl<'a> Draft<'a> {
    fn new(ground: Ground<'a>, pools: &'a mut Pools, bundles: bool) -> Draft<'a> {
        Draft {
            ground,
            pools,
            groups: Groups::default(),
            named: Vec::new(),
            leaves: Vec::new(),
            leaf_ix: FxHashMap::default(),
            gates: Vec::new(),
            bundles,
        }
    }

    fn add(&mut self, shape: &Shape) -> Part {
        if !self.bundles {
            self.leaves.reserve(shape.nodes.len());
            self.leaf_ix.reserve(shape.nodes.len());
            self.groups.reserve(shape.nodes.len());
        }
        let mut built: FxHashMap<NodeIx, Part> = FxHashMap::default();
        let mut last = Part::Constant(NodeIx::FALSE);
        for (at, &node) in shape.nodes.iter().enumerate() {
            let stand = shape.stand(node);
            let root = at + 1 == shape.nodes.len();
            let op = match self.ground.structure.node(node) {
                Node::All(_) => Op::All,
                Node::Any(_) => Op::Any,
                Node::AtLeast(needed, _) => Op::AtLeast(needed),
                _ if root => return self.leaf_of(node, false),
                _ => continue,
            };
            if !root && (stand.joined || stand.top) {
                continue;
            }
            last = self.add_gate(shape, &built, node, op);
            built.insert(node, last);
        }
        last
    }

    /// A gate with the children of those that are joined to it.
    fn add_gate(&mut self, shape: &Shape, built: &FxHashMap<NodeIx, Part>, gate: NodeIx, op: Op) -> Part {
        let structure = self.ground.structure;
        let top = shape.stand(gate).top;
        let mut parts = Vec::new();
        let mut alone: Vec<(PoolIx, UnitIx)> = Vec::new();
        let mut open = vec![gate];
        let mut seen = rustc_hash::FxHashSet::default();
        while let Some(node) = open.pop() {
            let (Node::All(kids) | Node::Any(kids) | Node::AtLeast(_, kids)) = structure.node(node) else {
                continue;
            };
            for &kid in kids {
                let stand = shape.stand(kid);
                match structure.node(kid) {
                    // what the whole flow needs is up wherever else it matters
                    Node::Unit(_) | Node::Domain(_) if stand.literal && !top => {
                        parts.push(Part::Constant(NodeIx::TRUE));
                    }
                    Node::Unit(unit) if op == Op::All && (top || !stand.repeated) => {
                        alone.push((self.base(unit), unit));
                    }
                    Node::Unit(_) | Node::Domain(_) => parts.push(self.leaf_of(kid, stand.repeated)),
                    _ if stand.joined || stand.top => {
                        // parts of the whole flow's conjunction may be named by several others
                        if !stand.top || seen.insert(kid) {
                            open.push(kid);
                        }
                    }
                    _ => parts.push(built.get(&kid).copied().unwrap_or(Part::Constant(NodeIx::FALSE))),
                }
            }
        }
        self.bundle(alone, &mut parts);
        self.gates.push((op, parts));
        Part::Gate(self.gates.len() as u32 - 1)
    }

    /// One leaf for all units that are alike.
    fn bundle(&mut self, mut alone: Vec<(PoolIx, UnitIx)>, parts: &mut Vec<Part>) {
        alone.sort_unstable();
        alone.dedup();
        let bundles = self.bundles;
        let mut units = Vec::new();
        for alike in alone.chunk_by(|a, b| bundles && a.0 == b.0) {
            let Some(&(pool, _)) = alike.first() else { continue };
            units.clear();
            units.extend(alike.iter().map(|&(_, unit)| unit));
            let group = self.groups.bundle(&units);
            parts.push(self.leaf(group, pool));
        }
    }

    fn leaf_of(&mut self, node: NodeIx, repeated: bool) -> Part {
        match self.ground.structure.node(node) {
            Node::Unit(unit) => {
                let group = self.groups.single(unit, repeated);
                self.leaf(group, self.base(unit))
            }
            Node::Domain(domain) => {
                let domains = self.ground.system.with_ancestors(&[domain]);
                if domains.iter().any(|domain| self.ground.dead.contains(domain)) {
                    return Part::Constant(NodeIx::FALSE);
                }
                let pool = self.pools.of_domains(&domains);
                if repeated {
                    self.named.extend(domains);
                }
                self.leaf(NO_UNIT, pool)
            }
            _ => Part::Constant(node),
        }
    }

    fn base(&self, unit: UnitIx) -> PoolIx {
        self.ground.bases.get(unit.index()).copied().unwrap_or(PoolIx::DOWN)
    }

    fn leaf(&mut self, group: u32, pool: PoolIx) -> Part {
        let ix = *self.leaf_ix.entry((group, pool)).or_insert(self.leaves.len() as u32);
        if ix as usize == self.leaves.len() {
            self.leaves.push((group, pool));
        }
        Part::Leaf(ix)
    }
}

/// Interns the drafted formula.
fn finish<'p>(
    ground: Ground<'_>,
    pools: &'p mut Pools,
    mut groups: Groups,
    named: &[DomainIx],
    leaves: &[(u32, PoolIx)],
    gates: &[(Op, Vec<Part>)],
    tops: &[Part],
) -> (Residual<'p>, Vec<NodeIx>) {
    let mut vars = shared_domains(ground.system, pools, named, leaves);
    for group in 0..groups.len() as u32 {
        if groups.is_repeated(group) {
            groups.set_var(group, vars.len() as u32);
            vars.push(Var::Group(group));
        }
    }
    let mut residual =
        Residual::new(pools, groups, vars, ground.system.domains.len(), leaves.len() + gates.len());
    let leaves: Vec<NodeIx> = leaves.iter().map(|&(group, pool)| residual.leaf(group, pool)).collect();
    let mut built: Vec<NodeIx> = Vec::with_capacity(gates.len());
    let node = |part: Part, built: &[NodeIx]| match part {
        Part::Constant(node) => node,
        Part::Leaf(leaf) => leaves[leaf as usize],
        Part::Gate(gate) => built[gate as usize],
    };
    for (op, parts) in gates {
        let mut kids = parts.iter().map(|&part| node(part, &built)).collect();
        if *op != Op::All && *op != Op::Any {
            built.push(residual.gate(*op, &mut kids));
            continue;
        }
        built.push(balanced(&mut residual, *op, kids));
    }
    let roots = tops.iter().map(|&top| node(top, &built)).collect();
    (residual, roots)
}

/// A gate with those of its children that share units put into a balanced tree, neighbours together. The units that two halves
/// share are then decided first and the halves solved apart, so a long chain of alternatives costs little more than its length.
fn balanced(residual: &mut Residual<'_>, op: Op, mut kids: Vec<NodeIx>) -> NodeIx {
    kids.sort_unstable();
    kids.dedup();
    let mut sharing: Vec<(u32, NodeIx)> =
        kids.iter().filter_map(|&kid| Some((residual.first_group(kid)?, kid))).collect();
    if sharing.len() <= 3 {
        return residual.gate(op, &mut kids);
    }
    kids.retain(|&kid| residual.first_group(kid).is_none());
    sharing.sort_unstable();
    let mut level: Vec<NodeIx> = sharing.into_iter().map(|(_, kid)| kid).collect();
    while level.len() > 2 {
        level = level.chunks(2).map(|pair| residual.gate(op, &mut pair.to_vec())).collect();
    }
    kids.append(&mut level);
    residual.gate(op, &mut kids)
}

/// The domains that several leaves rest on, in the order in which to decide them: a region, then its zones, then the next
/// region, so that what one region holds is settled before the next is opened.
fn shared_domains(system: &System, pools: &Pools, named: &[DomainIx], leaves: &[(u32, PoolIx)]) -> Vec<Var> {
    let mut uses = vec![0u32; system.domains.len()];
    for &(_, pool) in leaves {
        for domain in pools.domains(pool) {
            uses[domain.index()] += 1;
        }
    }
    for domain in named {
        uses[domain.index()] += 2;
    }
    let shared = (0..uses.len()).filter(|&domain| uses[domain] > 1).map(|domain| DomainIx(domain as u32));
    let mut ordered: Vec<(Reverse<u32>, Vec<DomainIx>)> = shared
        .map(|domain| {
            let mut path = vec![domain];
            while let Some(parent) = path.last().and_then(|last| system.domains[last.index()].parent) {
                if parent.index() >= system.domains.len() || path.contains(&parent) {
                    break;
                }
                path.push(parent);
            }
            path.reverse();
            (Reverse(path.first().map_or(0, |top| uses[top.index()])), path)
        })
        .collect();
    ordered.sort_unstable();
    ordered.into_iter().filter_map(|(_, path)| path.last().copied().map(Var::Domain)).collect()
}
