//! Single points of failure: the cut sets of order 1, for all elements of a flow at once. A flow is run once for every 64 elements,
//! one bit for the state in which only that element is down.

use super::arena::{NodeIx, Op};
use super::chance::Chance;
use super::kernel::Kernel;
use super::pools::{PoolIx, Pools};
use super::reduce::{Flat, Part};
use super::solution::Element;
use super::structure::Mixture;
use super::system::System;

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
        let roots: Vec<NodeIx> = mixture.terms.iter().map(|&(_, root)| root).collect();
        let flat = self.flatten(&roots);
        let pools = &self.pools;
        // what is down as it stands has no cut set but the empty one
        let nominal = run(&flat, &[]);
        let standing = |(&(weight, _), now): (&(f64, _), u64)| if now == 0 { 0.0 } else { weight };
        let weights: Vec<f64> = mixture.terms.iter().zip(nominal).map(standing).collect();
        let mut found = literals(&flat, pools, &weights);
        for suspects in suspects(&flat, pools).chunks(64) {
            let tops = run(&flat, suspects);
            for (lane, &(element, _)) in suspects.iter().enumerate() {
                let failing = tops.iter().zip(&weights).filter(|(now, _)| **now >> lane & 1 == 0);
                found.push((element, failing.map(|(_, weight)| weight).sum()));
            }
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

/// True for a unit whose first lost replica may count and that only a run can judge: one that stands alone, and not in what the
/// whole flow needs, has an alternative beside it.
fn is_suspect(flat: &Flat, pools: &Pools, leaf: usize, dead: bool) -> bool {
    let leaf = flat.leaves[leaf];
    leaf.unit.is_some() && (leaf.repeated || dead) && pools.is_tight(leaf.pool)
}

/// True when something is down as it stands, so that what is beside it may have no alternative.
fn has_dead(flat: &Flat) -> bool {
    let constant = |part: &Part| matches!(part, Part::Constant(NodeIx::FALSE));
    flat.leaves.iter().any(|leaf| leaf.pool == PoolIx::DOWN)
        || flat.gates.iter().any(|(_, parts)| parts.iter().any(constant))
}

/// The units that are needed by a whole kind of run and that no run has to judge.
fn literals(flat: &Flat, pools: &Pools, weights: &[f64]) -> Vec<(Element, f64)> {
    let dead = has_dead(flat);
    let mut found = Vec::new();
    for (&top, &weight) in flat.tops.iter().zip(weights) {
        let parts = match top {
            Part::Gate(gate) if flat.gates[gate as usize].0 == Op::All => {
                flat.gates[gate as usize].1.as_slice()
            }
            Part::Leaf(_) => std::slice::from_ref(&top),
            _ => continue,
        };
        for part in parts {
            let Part::Leaf(ix) = *part else { continue };
            let leaf = flat.leaves[ix as usize];
            if let Some(unit) = leaf.unit
                && !is_suspect(flat, pools, ix as usize, dead)
                && pools.is_tight(leaf.pool)
            {
                found.push((Element::Unit(unit), weight));
            }
        }
    }
    found
}

/// An element to be run, and the leaves that are down with it.
type Suspect = (Element, Vec<u32>);

fn suspects(flat: &Flat, pools: &Pools) -> Vec<Suspect> {
    let mut of_domain: std::collections::BTreeMap<Element, Vec<u32>> = std::collections::BTreeMap::new();
    let mut pins: Vec<Option<Vec<Element>>> = Vec::new();
    for (ix, leaf) in flat.leaves.iter().enumerate() {
        let pool = leaf.pool.0 as usize;
        pins.resize(pins.len().max(pool + 1), None);
        let pinned = pins[pool].get_or_insert_with(|| pools.pins(leaf.pool).map(Element::Domain).collect());
        for &domain in pinned.iter() {
            of_domain.entry(domain).or_default().push(ix as u32);
        }
    }
    let dead = has_dead(flat);
    let mut all: Vec<Suspect> = of_domain.into_iter().collect();
    let units = flat.leaves.iter().enumerate().filter(|&(ix, _)| is_suspect(flat, pools, ix, dead));
    all.extend(units.filter_map(|(ix, leaf)| Some((Element::Unit(leaf.unit?), vec![ix as u32]))));
    all
}

/// Each root in up to 64 states, one for each suspect: it is down, and all else is up.
fn run(flat: &Flat, suspects: &[Suspect]) -> Vec<u64> {
    let up = |pool| if pool == PoolIx::DOWN { 0 } else { u64::MAX };
    let mut leaves: Vec<u64> = flat.leaves.iter().map(|leaf| up(leaf.pool)).collect();
    for (lane, (_, down)) in suspects.iter().enumerate() {
        for &leaf in down {
            leaves[leaf as usize] &= !(1 << lane);
        }
    }
    let mut gates: Vec<u64> = Vec::with_capacity(flat.gates.len());
    let value = |part: Part, gates: &[u64]| match part {
        Part::Constant(NodeIx::FALSE) => 0,
        Part::Constant(_) => u64::MAX,
        Part::Leaf(leaf) => leaves[leaf as usize],
        Part::Gate(gate) => gates[gate as usize],
    };
    for (op, parts) in &flat.gates {
        let kids = parts.iter().map(|&part| value(part, &gates));
        gates.push(match op {
            Op::All => kids.fold(u64::MAX, |all, kid| all & kid),
            Op::AtLeast(needed) => at_least(*needed, kids),
            _ => kids.fold(0, |any, kid| any | kid),
        });
    }
    flat.tops.iter().map(|&top| value(top, &gates)).collect()
}

/// In each lane, whether at least `needed` are up.
fn at_least(needed: usize, kids: impl Iterator<Item = u64>) -> u64 {
    let mut counts = [0usize; 64];
    for kid in kids {
        for (lane, count) in counts.iter_mut().enumerate() {
            *count += (kid >> lane & 1) as usize;
        }
    }
    counts.iter().enumerate().fold(0, |lanes, (lane, &count)| lanes | u64::from(count >= needed) << lane)
}
