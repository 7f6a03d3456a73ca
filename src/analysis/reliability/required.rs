//! Components without which no run of a flow succeeds, replicated or not.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::availability::{Mixture, Node, NodeIx};
use crate::analysis::structures::Structures;
use crate::model::ComponentId;

/// Beyond this many steps the units below alternatives are not looked at.
const MOST_STEPS: usize = 100_000_000;

/// Those components, in order. What every run needs is read off the conjunctions at the roots; for the units below
/// alternatives the structure runs once for every 64, one bit for the state in which only that unit is down.
pub(super) fn required(structures: &Structures, mixture: &Mixture) -> Vec<ComponentId> {
    let roots: Vec<NodeIx> = mixture.terms.iter().map(|(_, root)| *root).collect();
    let below = structures.structure.below(&roots);
    let position: FxHashMap<NodeIx, usize> = below.iter().enumerate().map(|(at, node)| (*node, at)).collect();
    let plain = in_every_conjunction(structures, &roots);
    let mut found = Vec::new();
    let mut units: Vec<(usize, ComponentId)> = Vec::new();
    for (at, node) in below.iter().enumerate() {
        let Node::Unit(unit) = structures.structure.node(*node) else { continue };
        let Some(component) = structures.owners.get(unit.index()).copied().flatten() else { continue };
        if plain.contains(node) {
            found.push(component);
        } else {
            units.push((at, component));
        }
    }
    if units.len().div_ceil(64).saturating_mul(below.len()) > MOST_STEPS {
        units.clear();
    }
    for lanes in units.chunks(64) {
        let mut up = vec![u64::MAX; below.len()];
        for (lane, (at, _)) in lanes.iter().enumerate() {
            if let Some(state) = up.get_mut(*at) {
                *state = !(1 << lane);
            }
        }
        for (at, node) in below.iter().enumerate() {
            let child = |kid: &NodeIx| position.get(kid).and_then(|at| up.get(*at)).copied().unwrap_or(0);
            let state = match structures.structure.node(*node) {
                Node::False => 0,
                Node::True | Node::Domain(_) | Node::Unit(_) => continue,
                Node::All(kids) => kids.iter().map(child).fold(u64::MAX, |all, kid| all & kid),
                Node::Any(kids) => kids.iter().map(child).fold(0, |any, kid| any | kid),
                Node::AtLeast(needed, kids) => {
                    let states: Vec<u64> = kids.iter().map(child).collect();
                    at_least(needed, &states)
                }
            };
            if let Some(slot) = up.get_mut(at) {
                *slot = state;
            }
        }
        let state = |root: &NodeIx| position.get(root).and_then(|at| up.get(*at)).copied().unwrap_or(0);
        let survives = roots.iter().map(state).fold(0, |any, root| any | root);
        let fatal = lanes.iter().enumerate().filter(|(lane, _)| survives >> lane & 1 == 0);
        found.extend(fatal.map(|(_, (_, component))| *component));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The lanes in which at least so many of the states hold. Only one unit is down at a time, so few lanes differ.
fn at_least(needed: usize, states: &[u64]) -> u64 {
    let all = states.iter().fold(u64::MAX, |all, state| all & state);
    if states.len() >= needed && all == u64::MAX {
        return u64::MAX;
    }
    let count = |lane: u32| states.iter().filter(|state| **state >> lane & 1 == 1).count();
    (0..64).filter(|lane| count(*lane) >= needed).fold(0, |lanes, lane| lanes | 1 << lane)
}

/// The nodes that stand in the conjunction at every root.
fn in_every_conjunction(structures: &Structures, roots: &[NodeIx]) -> FxHashSet<NodeIx> {
    let mut every: Option<FxHashSet<NodeIx>> = None;
    for root in roots {
        let mut seen = FxHashSet::default();
        let mut open = vec![*root];
        while let Some(node) = open.pop() {
            if seen.insert(node)
                && let Node::All(kids) = structures.structure.node(node)
            {
                open.extend(kids.iter().copied());
            }
        }
        every = Some(match every {
            None => seen,
            Some(before) => before.into_iter().filter(|node| seen.contains(node)).collect(),
        });
    }
    every.unwrap_or_default()
}
