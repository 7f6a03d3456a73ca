//! Single points of failure: the cut sets of order 1. Each suspect is brought down by itself, and only what that touches is looked at.

use std::collections::BTreeMap;

use super::arena::{NodeIx, Op};
use super::chance::Chance;
use super::flat::{Flat, Part};
use super::kernel::Kernel;
use super::pools::{PoolIx, Pools};
use super::solution::Element;
use super::structure::Mixture;
use super::system::{DomainIx, System, UnitIx};

/// An element whose failure alone fails a flow: a domain, or any one replica of a unit that has none to spare.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SinglePoint {
    /// The domain, or the unit of the replica.
    pub element: Element,
    /// Chance that the domain, or the likeliest replica to fail, is down.
    pub probability: f64,
    /// The share of the flow's runs that fail; 1 unless the flow is a mixture.
    pub share: f64,
}

impl Kernel<'_> {
    /// Every single point of failure of a flow, domains first.
    pub fn single_points(&mut self, mixture: &Mixture) -> Vec<SinglePoint> {
        let (flat, of_leaves) = self.flatten(mixture);
        let flow = Flow { flat: &flat, of_leaves: &of_leaves, pools: &self.pools };
        let mut failures = Failures::of(&flat, &of_leaves);
        // what is down as it stands has no cut set but the empty one
        let standing: Vec<bool> = flat.tops.iter().map(|&top| !failures.is_down(top)).collect();
        let weights: Vec<f64> = mixture.terms.iter().map(|&(weight, _)| weight).collect();
        let weights: Vec<f64> =
            weights.into_iter().zip(standing).map(|(weight, up)| if up { weight } else { 0.0 }).collect();
        let mut found = literals(&flow, &weights);
        for (element, leaves) in suspects(&flow) {
            failures.bring_down(&leaves);
            let failing = flat.tops.iter().zip(&weights).filter(|(top, _)| failures.is_down(**top));
            found.push((element, failing.map(|(_, weight)| weight).sum()));
            failures.mend();
        }
        found.sort_unstable_by_key(|&(element, _)| element);
        let mut points: Vec<SinglePoint> = Vec::new();
        for (element, share) in found.into_iter().filter(|&(_, share)| share > 0.0) {
            match points.last_mut() {
                Some(last) if last.element == element => last.share += share,
                _ => points.push(SinglePoint {
                    element,
                    probability: probability(self.system, element),
                    share,
                }),
            }
        }
        for point in &mut points {
            point.share = point.share.min(1.0);
        }
        points
    }

    /// The share of a flow's runs that fail when the element alone does: a domain, or one replica of a unit. 0 where it is no
    /// single point of failure.
    pub fn is_single_point(&mut self, mixture: &Mixture, element: Element) -> f64 {
        let points = self.single_points(mixture);
        points.iter().find(|point| point.element == element).map_or(0.0, |point| point.share)
    }
}

fn probability(system: &System, element: Element) -> f64 {
    match element {
        Element::Domain(domain) => Chance::of(system.domains[domain.index()].availability).down,
        Element::Unit(unit) => {
            let blocks = system.units[unit.index()].blocks.iter().filter(|block| block.count > 0);
            blocks.map(|block| Chance::of(block.availability).down).fold(0.0, f64::max)
        }
    }
}

/// A flow's formula with the pool of each leaf.
struct Flow<'a> {
    flat: &'a Flat,
    of_leaves: &'a [PoolIx],
    pools: &'a Pools,
}

impl Flow<'_> {
    /// The unit of a leaf, if it has no replica to spare.
    fn tight(&self, leaf: u32) -> Option<UnitIx> {
        let unit = self.flat.leaves[leaf as usize].unit()?;
        self.pools.is_tight(self.of_leaves[leaf as usize]).then_some(unit)
    }

    /// True for a leaf whose fall has to be tried out. One that stands alone fails a flow exactly when the whole flow needs it: else
    /// it has an alternative beside it, unless something is down as it stands.
    fn must_try(&self, leaf: u32, dead: bool) -> bool {
        dead || self.flat.leaves[leaf as usize].repeated
    }

    /// True when something is down as it stands.
    fn has_dead(&self) -> bool {
        let constant = |part: &Part| *part == Part::Constant(NodeIx::FALSE);
        self.of_leaves.contains(&PoolIx::DOWN)
            || self.flat.gates.iter().any(|(_, parts)| parts.iter().any(constant))
    }
}

/// The units that are needed by a whole kind of run and need not be tried.
fn literals(flow: &Flow<'_>, weights: &[f64]) -> Vec<(Element, f64)> {
    let dead = flow.has_dead();
    let mut found = Vec::new();
    for (top, &weight) in flow.flat.tops.iter().zip(weights) {
        let parts = match *top {
            Part::Gate(gate) => match &flow.flat.gates[gate as usize] {
                (Op::All, parts) => parts.as_slice(),
                _ => continue,
            },
            _ => std::slice::from_ref(top),
        };
        for part in parts {
            if let Part::Leaf(leaf) = *part
                && !flow.must_try(leaf, dead)
                && let Some(unit) = flow.tight(leaf)
            {
                found.push((Element::Unit(unit), weight));
            }
        }
    }
    found
}

/// Each element to be tried, and the leaves that are down with it.
fn suspects(flow: &Flow<'_>) -> Vec<(Element, Vec<u32>)> {
    let mut of_domain: BTreeMap<DomainIx, Vec<u32>> = BTreeMap::new();
    let mut pins: Vec<Option<Vec<DomainIx>>> = Vec::new();
    for (&pool, leaf) in flow.of_leaves.iter().zip(0..) {
        let ix = pool.0 as usize;
        pins.resize(pins.len().max(ix + 1), None);
        for &domain in pins[ix].get_or_insert_with(|| flow.pools.pins(pool).collect()).iter() {
            of_domain.entry(domain).or_default().push(leaf);
        }
    }
    let mut all: Vec<(Element, Vec<u32>)> =
        of_domain.into_iter().map(|(domain, leaves)| (Element::Domain(domain), leaves)).collect();
    let dead = flow.has_dead();
    let leaves = (0..flow.of_leaves.len() as u32).filter(|&leaf| flow.must_try(leaf, dead));
    all.extend(leaves.filter_map(|leaf| Some((Element::Unit(flow.tight(leaf)?), vec![leaf]))));
    all
}

/// A formula in which leaves can be brought down and mended again; only what that touches is looked at.
struct Failures {
    leaves: usize,
    /// The gates above each leaf and then each gate: `above[start[node]..start[node + 1]]`.
    start: Vec<u32>,
    above: Vec<u32>,
    /// How many children must be down for each gate to be.
    enough: Vec<u32>,
    /// How many are.
    down: Vec<u32>,
    leaf_down: Vec<bool>,
    /// The gates whose count has been raised, and the leaves brought down, since the last mending.
    raised: Vec<u32>,
    felled: Vec<u32>,
}

impl Failures {
    fn of(flat: &Flat, of_leaves: &[PoolIx]) -> Failures {
        let leaves = flat.leaves.len();
        let node = |part: &Part| match *part {
            Part::Constant(_) => None,
            Part::Leaf(leaf) => Some(leaf as usize),
            Part::Gate(gate) => Some(leaves + gate as usize),
        };
        let mut start = vec![0u32; leaves + flat.gates.len() + 1];
        for at in flat.gates.iter().flat_map(|(_, parts)| parts).filter_map(node) {
            start[at + 1] += 1;
        }
        for at in 1..start.len() {
            start[at] += start[at - 1];
        }
        let mut next = start.clone();
        let mut above = vec![0; start.last().map_or(0, |edges| *edges as usize)];
        let (mut enough, mut down) = (Vec::new(), Vec::new());
        for ((op, parts), gate) in flat.gates.iter().zip(0u32..) {
            for at in parts.iter().filter_map(node) {
                above[next[at] as usize] = gate;
                next[at] += 1;
            }
            let children = parts.len() as u32;
            enough.push(match *op {
                Op::All => 1,
                Op::AtLeast(needed) => children + 1 - needed as u32,
                _ => children,
            });
            down.push(parts.iter().filter(|part| **part == Part::Constant(NodeIx::FALSE)).count() as u32);
        }
        let leaf_down = vec![false; leaves];
        let mut new = Failures {
            leaves,
            start,
            above,
            enough,
            down,
            leaf_down,
            raised: Vec::new(),
            felled: Vec::new(),
        };
        let gates = (0..flat.gates.len()).filter(|&gate| new.down[gate] >= new.enough[gate]);
        let open = gates.map(|gate| leaves + gate).collect();
        new.spread(open);
        let dead = (0..leaves as u32).filter(|&leaf| of_leaves[leaf as usize] == PoolIx::DOWN);
        new.bring_down(&dead.collect::<Vec<u32>>());
        // what is down as it stands is not to be mended
        new.raised.clear();
        new.felled.clear();
        new
    }

    fn is_down(&self, part: Part) -> bool {
        match part {
            Part::Constant(constant) => constant == NodeIx::FALSE,
            Part::Leaf(leaf) => self.leaf_down[leaf as usize],
            Part::Gate(gate) => self.down[gate as usize] >= self.enough[gate as usize],
        }
    }

    fn bring_down(&mut self, leaves: &[u32]) {
        let mut open = Vec::new();
        for &leaf in leaves {
            if !std::mem::replace(&mut self.leaf_down[leaf as usize], true) {
                self.felled.push(leaf);
                open.push(leaf as usize);
            }
        }
        self.spread(open);
    }

    /// Counts what is newly down at the gates above it, and so on.
    fn spread(&mut self, mut open: Vec<usize>) {
        while let Some(node) = open.pop() {
            for at in self.start[node]..self.start[node + 1] {
                let gate = self.above[at as usize];
                self.down[gate as usize] += 1;
                self.raised.push(gate);
                if self.down[gate as usize] == self.enough[gate as usize] {
                    open.push(self.leaves + gate as usize);
                }
            }
        }
    }

    fn mend(&mut self) {
        for gate in self.raised.drain(..) {
            self.down[gate as usize] -= 1;
        }
        for leaf in self.felled.drain(..) {
            self.leaf_down[leaf as usize] = false;
        }
    }
}
