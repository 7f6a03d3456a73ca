//! A mixture's structures made small before they are solved: nested gates joined, what the whole flow needs taken out of its
//! branches, alike units that are all needed bundled, and the variables found that branches share.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use super::arena::{NodeIx, Op};
use super::pools::{PoolIx, Pools};
use super::residual::{Group, NO_UNIT, Residual, Var};
use super::shape::Shape;
use super::structure::{Node, Structure};
use super::system::{DomainIx, System, UnitIx};

/// Reduces the structures at `roots` to one formula, and gives its roots in the same order. `bases` holds each unit's pool,
/// from which the domains that are `dead` have been taken.
pub(super) fn reduce(
    system: &System,
    structure: &Structure,
    bases: &[PoolIx],
    dead: &[DomainIx],
    pools: Pools,
    roots: &[NodeIx],
) -> (Residual, Vec<NodeIx>) {
    let mut draft = Draft::new(system, structure, bases, dead, pools, true);
    let tops: Vec<Part> = roots.iter().map(|&root| draft.add(&Shape::of(structure, root))).collect();
    draft.finish(&tops)
}

/// The structures at `roots` with nested gates joined and each unit a leaf of its own.
pub(super) fn flatten(
    system: &System,
    structure: &Structure,
    bases: &[PoolIx],
    pools: Pools,
    roots: &[NodeIx],
) -> Flat {
    let mut draft = Draft::new(system, structure, bases, &[], pools, false);
    let tops = roots.iter().map(|&root| draft.add(&Shape::of(structure, root))).collect();
    let leaves = draft.leaves.iter().map(|&(group, pool)| FlatLeaf {
        unit: draft.groups[group as usize].units.first().copied(),
        pool,
        repeated: draft.repeated[group as usize],
    });
    Flat { leaves: leaves.collect(), gates: draft.gates, tops, pools: draft.pools }
}

/// A formula with each unit a leaf of its own.
pub(super) struct Flat {
    pub(super) leaves: Vec<FlatLeaf>,
    /// Each after those that it uses.
    pub(super) gates: Vec<(Op, Vec<Part>)>,
    /// The roots.
    pub(super) tops: Vec<Part>,
    pub(super) pools: Pools,
}

#[derive(Clone, Copy)]
pub(super) struct FlatLeaf {
    /// None for a domain by itself.
    pub(super) unit: Option<UnitIx>,
    pub(super) pool: PoolIx,
    /// Stands in several places of a flow other than the conjunction that it is.
    pub(super) repeated: bool,
}

/// A formula in the making: no node yet, because a node's support can be told only when all leaves have been seen.
struct Draft<'a> {
    system: &'a System,
    structure: &'a Structure,
    bases: &'a [PoolIx],
    dead: &'a [DomainIx],
    pools: Pools,
    groups: Vec<Group>,
    group_ix: FxHashMap<Vec<UnitIx>, u32>,
    /// For each group, whether it stands in several places.
    repeated: Vec<bool>,
    /// Domains that a flow names by themselves in several places.
    named: Vec<DomainIx>,
    leaves: Vec<(u32, PoolIx)>,
    leaf_ix: FxHashMap<(u32, PoolIx), u32>,
    gates: Vec<(Op, Vec<Part>)>,
    /// Whether alike units that are all needed become one leaf.
    bundles: bool,
}

/// What a gate is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Constant(NodeIx),
    Leaf(u32),
    Gate(u32),
}

impl<'a> Draft<'a> {
    fn new(
        system: &'a System,
        structure: &'a Structure,
        bases: &'a [PoolIx],
        dead: &'a [DomainIx],
        pools: Pools,
        bundles: bool,
    ) -> Draft<'a> {
        Draft {
            system,
            structure,
            bases,
            dead,
            pools,
            groups: vec![Group::default()],
            group_ix: FxHashMap::default(),
            repeated: vec![false],
            named: Vec::new(),
            leaves: Vec::new(),
            leaf_ix: FxHashMap::default(),
            gates: Vec::new(),
            bundles,
        }
    }

    fn add(&mut self, shape: &Shape) -> Part {
        let mut built: FxHashMap<NodeIx, Part> = FxHashMap::default();
        let mut last = Part::Constant(NodeIx::FALSE);
        for (at, &node) in shape.nodes.iter().enumerate() {
            let stand = shape.stand(node);
            let root = at + 1 == shape.nodes.len();
            let op = match self.structure.node(node) {
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
        let structure = self.structure;
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
        for alike in alone.chunk_by(|a, b| bundles && a.0 == b.0) {
            let Some(&(pool, _)) = alike.first() else { continue };
            let group = self.group(alike.iter().map(|&(_, unit)| unit).collect());
            parts.push(self.leaf(group, pool));
        }
    }

    fn leaf_of(&mut self, node: NodeIx, repeated: bool) -> Part {
        match self.structure.node(node) {
            Node::Unit(unit) => {
                let group = self.group(vec![unit]);
                self.repeated[group as usize] |= repeated;
                self.leaf(group, self.base(unit))
            }
            Node::Domain(domain) => {
                let domains = self.system.with_ancestors(&[domain]);
                if domains.iter().any(|domain| self.dead.contains(domain)) {
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
        self.bases.get(unit.index()).copied().unwrap_or(PoolIx::DOWN)
    }

    fn group(&mut self, units: Vec<UnitIx>) -> u32 {
        if let Some(&known) = self.group_ix.get(&units) {
            return known;
        }
        let ix = self.groups.len() as u32;
        self.groups.push(Group { units: units.clone(), var: None });
        self.repeated.push(false);
        self.group_ix.insert(units, ix);
        ix
    }

    fn leaf(&mut self, group: u32, pool: PoolIx) -> Part {
        let ix = *self.leaf_ix.entry((group, pool)).or_insert(self.leaves.len() as u32);
        if ix as usize == self.leaves.len() {
            self.leaves.push((group, pool));
        }
        Part::Leaf(ix)
    }

    fn finish(mut self, tops: &[Part]) -> (Residual, Vec<NodeIx>) {
        let mut vars = self.shared_domains();
        for (group, _) in self.repeated.iter().enumerate().filter(|(_, repeated)| **repeated) {
            self.groups[group].var = Some(vars.len() as u32);
            vars.push(Var::Group(group as u32));
        }
        let nodes = self.leaves.len() + self.gates.len();
        let mut residual = Residual::new(self.pools, self.groups, vars, self.system.domains.len(), nodes);
        let leaves: Vec<NodeIx> =
            self.leaves.iter().map(|&(group, pool)| residual.leaf(group, pool)).collect();
        let mut gates: Vec<NodeIx> = Vec::with_capacity(self.gates.len());
        let node = |part: Part, gates: &[NodeIx]| match part {
            Part::Constant(node) => node,
            Part::Leaf(leaf) => leaves[leaf as usize],
            Part::Gate(gate) => gates[gate as usize],
        };
        for (op, parts) in &self.gates {
            let mut kids = parts.iter().map(|&part| node(part, &gates)).collect();
            gates.push(residual.gate(*op, &mut kids));
        }
        let roots = tops.iter().map(|&top| node(top, &gates)).collect();
        (residual, roots)
    }

    /// The domains that several leaves rest on, in the order in which to decide them: a region, then its zones, then the next
    /// region, so that what one region holds is settled before the next is opened.
    fn shared_domains(&self) -> Vec<Var> {
        let mut uses = vec![0u32; self.system.domains.len()];
        for &(_, pool) in &self.leaves {
            for domain in self.pools.domains(pool) {
                uses[domain.index()] += 1;
            }
        }
        for domain in &self.named {
            uses[domain.index()] += 2;
        }
        let shared = (0..uses.len()).filter(|&domain| uses[domain] > 1).map(|domain| DomainIx(domain as u32));
        let mut ordered: Vec<(Reverse<u32>, Vec<DomainIx>)> = shared
            .map(|domain| {
                let mut path = vec![domain];
                while let Some(parent) = path.last().and_then(|last| self.system.domains[last.index()].parent)
                {
                    if parent.index() >= self.system.domains.len() || path.contains(&parent) {
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
}
