//! A flat formula made ready to be solved: alike units that are all needed bundled, chains of shared units laid out as trees, and
//! the variables found that branches share, in the order in which to decide them.

use std::cmp::Reverse;

use super::arena::{NodeIx, Op};
use super::flat::{Flat, Of, Part};
use super::groups::{Groups, NO_UNIT};
use super::pools::{PoolIx, Pools};
use super::residual::{Residual, Var};
use super::system::{DomainIx, System, UnitIx};

/// What a formula stands on.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) system: &'a System,
    /// Each unit's pool, from which the domains that are `dead` have been taken.
    pub(super) bases: &'a [PoolIx],
    pub(super) dead: &'a [DomainIx],
}

impl Ground<'_> {
    /// The pool of each leaf.
    pub(super) fn pools_of(self, flat: &Flat, pools: &mut Pools) -> Vec<PoolIx> {
        let of = |leaf: &super::flat::Leaf| match leaf.of {
            Of::Unit(unit) => self.bases.get(unit.index()).copied().unwrap_or(PoolIx::DOWN),
            Of::Domain(domain) => {
                let domains = self.system.with_ancestors(&[domain]);
                let dead = domains.iter().any(|domain| self.dead.contains(domain));
                if dead { PoolIx::DOWN } else { pools.of_domains(&domains) }
            }
        };
        flat.leaves.iter().map(of).collect()
    }
}

/// Interns a flat formula, and gives its roots in the same order.
pub(super) fn reduce<'p>(
    ground: Ground<'_>,
    flat: &Flat,
    pools: &'p mut Pools,
) -> (Residual<'p>, Vec<NodeIx>) {
    let of_leaves = ground.pools_of(flat, pools);
    let mut groups = Groups::default();
    // a unit that stands alone in a conjunction has its leaf in that gate's bundle; every other leaf is one by itself
    let bundles: Vec<Vec<(u32, PoolIx)>> =
        flat.gates.iter().map(|gate| bundles(flat, gate, &of_leaves, &mut groups)).collect();
    let mut named = Vec::new();
    let mut single = |leaf: u32| {
        let (of, repeated) = (flat.leaves[leaf as usize].of, flat.leaves[leaf as usize].repeated);
        match of {
            Of::Unit(unit) => groups.single(unit, repeated),
            Of::Domain(domain) => {
                if repeated {
                    named.extend(ground.system.with_ancestors(&[domain]));
                }
                NO_UNIT
            }
        }
    };
    let tops =
        flat.tops.iter().filter_map(|part| if let Part::Leaf(leaf) = part { Some(*leaf) } else { None });
    let in_gates =
        flat.gates.iter().flat_map(|gate| gate.1.iter().filter_map(|&part| own_leaf(flat, gate.0, part)));
    let mut singles: Vec<Option<(u32, PoolIx)>> = vec![None; flat.leaves.len()];
    for leaf in tops.chain(in_gates) {
        singles[leaf as usize] = Some((single(leaf), of_leaves[leaf as usize]));
    }
    let leaves = || bundles.iter().flatten().copied().chain(singles.iter().flatten().copied());
    let mut vars = shared_domains(ground.system, pools, &named, leaves());
    for group in 0..groups.len() as u32 {
        if groups.is_repeated(group) {
            groups.set_var(group, vars.len() as u32);
            vars.push(Var::Group(group));
        }
    }
    let nodes = flat.leaves.len() + flat.gates.len();
    let mut residual = Residual::new(pools, groups, vars, ground.system.domains.len(), nodes);
    let singles: Vec<NodeIx> = singles
        .iter()
        .map(|leaf| leaf.map_or(NodeIx::FALSE, |(group, pool)| residual.leaf(group, pool)))
        .collect();
    let mut built: Vec<NodeIx> = Vec::with_capacity(flat.gates.len());
    for ((op, parts), bundles) in flat.gates.iter().zip(&bundles) {
        let mut kids: Vec<NodeIx> = bundles.iter().map(|&(group, pool)| residual.leaf(group, pool)).collect();
        for &part in parts {
            kids.extend(match part {
                Part::Constant(node) => Some(node),
                Part::Gate(gate) => Some(built[gate as usize]),
                Part::Leaf(_) => own_leaf(flat, *op, part).map(|leaf| singles[leaf as usize]),
            });
        }
        built.push(match op {
            Op::All | Op::Any => balanced(&mut residual, *op, kids),
            _ => residual.gate(*op, &mut kids),
        });
    }
    let root = |&top: &Part| match top {
        Part::Constant(node) => node,
        Part::Leaf(leaf) => singles[leaf as usize],
        Part::Gate(gate) => built[gate as usize],
    };
    let roots = flat.tops.iter().map(root).collect();
    (residual, roots)
}

/// The leaf that a part is, unless it is a unit that goes into a bundle.
fn own_leaf(flat: &Flat, op: Op, part: Part) -> Option<u32> {
    let Part::Leaf(leaf) = part else { return None };
    let of = flat.leaves[leaf as usize];
    (op != Op::All || of.repeated || of.unit().is_none()).then_some(leaf)
}

/// One leaf for all units of a conjunction that are alike and stand nowhere else.
fn bundles(
    flat: &Flat,
    gate: &(Op, Vec<Part>),
    of_leaves: &[PoolIx],
    groups: &mut Groups,
) -> Vec<(u32, PoolIx)> {
    let mut alone: Vec<(PoolIx, UnitIx)> = Vec::new();
    for &part in &gate.1 {
        if let Part::Leaf(leaf) = part
            && own_leaf(flat, gate.0, part).is_none()
            && let Some(unit) = flat.leaves[leaf as usize].unit()
        {
            alone.push((of_leaves[leaf as usize], unit));
        }
    }
    alone.sort_unstable();
    let mut units = Vec::new();
    let bundle = |alike: &[(PoolIx, UnitIx)]| {
        units.clear();
        units.extend(alike.iter().map(|&(_, unit)| unit));
        Some((groups.bundle(&units), alike.first()?.0))
    };
    alone.chunk_by(|a, b| a.0 == b.0).filter_map(bundle).collect()
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
fn shared_domains(
    system: &System,
    pools: &Pools,
    named: &[DomainIx],
    leaves: impl Iterator<Item = (u32, PoolIx)>,
) -> Vec<Var> {
    let mut uses = vec![0u32; system.domains.len()];
    for (_, pool) in leaves {
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
