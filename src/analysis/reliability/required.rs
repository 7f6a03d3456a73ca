//! Components without which no run of a flow succeeds, replicated or not.

use rustc_hash::FxHashMap;

use crate::analysis::availability::{Mixture, Node, NodeIx};
use crate::analysis::structures::Structures;
use crate::model::ComponentId;

/// Beyond this many steps the units below alternatives are not looked at.
const MOST_STEPS: usize = 100_000_000;

/// Those components, in order. What stands in the whole flow's conjunction needs no trial. Nor does what a way around leaves out: only
/// a part that several others rest on can be needed by all of them. The others are tried, 64 at a time: a bit for each state.
pub(super) fn required(structures: &Structures, mixture: &Mixture) -> Vec<ComponentId> {
    let roots: Vec<NodeIx> = mixture.terms.iter().map(|(_, root)| *root).collect();
    let below = structures.structure.below(&roots);
    let position: FxHashMap<NodeIx, usize> = below.iter().enumerate().map(|(at, node)| (*node, at)).collect();
    let net = Net { structures, below, position, roots };
    let (certain, shared) = (net.certain(), net.shared());
    let flag = |list: &[bool], at: usize| list.get(at).copied().unwrap_or(false);
    let mut found = Vec::new();
    let mut suspects: Vec<(usize, ComponentId)> = Vec::new();
    for (at, node) in net.below.iter().enumerate() {
        let Node::Unit(unit) = structures.structure.node(*node) else { continue };
        let Some(component) = structures.owners.get(unit.index()).copied().flatten() else { continue };
        match (flag(&certain, at), flag(&shared, at)) {
            (true, _) => found.push(component),
            (false, true) => suspects.push((at, component)),
            (false, false) => {}
        }
    }
    let rounds = (MOST_STEPS / net.below.len().max(1)).max(1);
    for lanes in suspects.chunks(64).take(rounds) {
        let survives = net.run(lanes);
        let fatal = lanes.iter().enumerate().filter(|(lane, _)| survives >> lane & 1 == 0);
        found.extend(fatal.map(|(_, (_, component))| *component));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The expressions below a flow.
struct Net<'a> {
    structures: &'a Structures,
    /// Children before their gates.
    below: Vec<NodeIx>,
    position: FxHashMap<NodeIx, usize>,
    roots: Vec<NodeIx>,
}

impl Net<'_> {
    fn kids(&self, node: NodeIx) -> (&[NodeIx], bool) {
        match self.structures.structure.node(node) {
            Node::All(kids) => (kids, true),
            Node::Any(kids) | Node::AtLeast(_, kids) => (kids, false),
            _ => (&[], false),
        }
    }

    fn at(&self, node: NodeIx) -> usize {
        self.position.get(&node).copied().unwrap_or(usize::MAX)
    }

    /// Whether every run needs the node, as nothing but conjunctions stands above it.
    fn certain(&self) -> Vec<bool> {
        let mut runs = vec![0usize; self.below.len()];
        for root in &self.roots {
            let mut seen = vec![false; self.below.len()];
            let mut open = vec![*root];
            while let Some(node) = open.pop() {
                match seen.get_mut(self.at(node)) {
                    Some(seen) if !*seen => *seen = true,
                    _ => continue,
                }
                if let (kids, true) = self.kids(node) {
                    open.extend_from_slice(kids);
                }
            }
            for (count, seen) in runs.iter_mut().zip(seen) {
                *count += usize::from(seen);
            }
        }
        runs.into_iter().map(|count| count == self.roots.len()).collect()
    }

    /// Whether several gates or runs rest on the node or on something above it.
    fn shared(&self) -> Vec<bool> {
        let mut parents = vec![0usize; self.below.len()];
        for node in self.below.iter().flat_map(|node| self.kids(*node).0).chain(&self.roots) {
            if let Some(count) = parents.get_mut(self.at(*node)) {
                *count += 1;
            }
        }
        let mut shared: Vec<bool> = parents.iter().map(|count| *count > 1).collect();
        for (at, node) in self.below.iter().enumerate().rev() {
            if shared.get(at).copied().unwrap_or(false) {
                for kid in self.kids(*node).0 {
                    if let Some(slot) = shared.get_mut(self.at(*kid)) {
                        *slot = true;
                    }
                }
            }
        }
        shared
    }

    /// Bit by bit: whether some run succeeds while that unit, and it alone, is down.
    fn run(&self, lanes: &[(usize, ComponentId)]) -> u64 {
        let mut up = vec![u64::MAX; self.below.len()];
        for (lane, (at, _)) in lanes.iter().enumerate() {
            if let Some(state) = up.get_mut(*at) {
                *state = !(1 << lane);
            }
        }
        for (at, node) in self.below.iter().enumerate() {
            let child = |kid: &NodeIx| up.get(self.at(*kid)).copied().unwrap_or(0);
            let state = match self.structures.structure.node(*node) {
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
        let state = |root: &NodeIx| up.get(self.at(*root)).copied().unwrap_or(0);
        self.roots.iter().map(state).fold(0, |any, root| any | root)
    }
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
