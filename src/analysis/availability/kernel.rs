//! The questions that can be put to a system and a structure.

use std::sync::Arc;

use super::factor::factor;
use super::flat::Flat;
use super::pools::{PoolIx, Pools};
use super::reduce::{Ground, reduce};
use super::solution::{Availability, Element, Importance, Solution};
use super::structure::{Mixture, NodeIx, Structure};
use super::system::{Block, DomainIx, Failed, System, UnitIx};

/// So many leftovers of units are kept, above what the units themselves are.
const POOLS: usize = 500_000;

/// How far exact answers are sought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Nodes and edges that solving one flow may touch before what is left is bounded instead.
    pub nodes: usize,
    /// Up to so many shared domains all of them are decided before any unit; with more, each unit once its domains are, which keeps
    /// the number of different leftovers small.
    pub conditioned: usize,
    /// States of the domains less likely than this are left out once a quarter of `nodes` is spent.
    pub rare: f64,
    /// Cut sets up to this order narrow the interval where a flow is not solved exactly.
    pub cut_order: usize,
    /// So many cut sets, alike ones counted once, are held.
    pub cut_sets: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { nodes: 1_000_000, conditioned: 20, rare: 1e-15, cut_order: 4, cut_sets: 20_000 }
    }
}

/// A system and the structures over it, made ready once for all flows. What is learned of the units is kept from flow to flow,
/// which is why asking takes it mutably; no answer depends on what was asked before.
#[derive(Clone, Debug)]
pub struct Kernel<'a> {
    pub(super) system: &'a System,
    pub(super) structure: &'a Structure,
    pub(super) limits: Limits,
    pub(super) pools: Pools,
    pub(super) bases: Vec<PoolIx>,
    last: Option<(Vec<NodeIx>, Arc<Flat>)>,
}

impl<'a> Kernel<'a> {
    /// Makes ready. The cost is linear in the units.
    pub fn new(system: &'a System, structure: &'a Structure, limits: Limits) -> Kernel<'a> {
        let mut pools = Pools::default();
        let bases = system.units.iter().map(|unit| pools.of_unit(system, unit)).collect();
        Kernel { system, structure, limits, pools, bases, last: None }
    }

    /// Solves a flow: its availability, the importance of each element, and both again for any case.
    pub fn solve(&mut self, mixture: &Mixture) -> Solution {
        self.forget();
        let bases = std::mem::take(&mut self.bases);
        let solution = self.solve_from(mixture, &bases, &[]);
        self.bases = bases;
        if solution.availability().exact {
            return solution;
        }
        let order = self.limits.cut_order;
        let cuts = self.cut_sets(mixture, order);
        let intervals: Vec<(f64, f64)> = match mixture.terms[..] {
            [_] => vec![cuts.interval(self.system)],
            ref terms => {
                let of_term = |&(_, root): &(f64, NodeIx)| {
                    self.cut_sets(&Mixture::of(root), order).interval(self.system)
                };
                terms.iter().map(of_term).collect()
            }
        };
        solution.narrowed(self.system, &cuts, &intervals)
    }

    /// The availability of a flow once something has failed. A [`Solution`] at hand answers faster, see [`Solution::under`].
    pub fn evaluate(&mut self, mixture: &Mixture, failed: &Failed) -> Availability {
        if failed.is_empty() {
            return self.solve(mixture).availability();
        }
        self.forget();
        let mut bases = self.bases.clone();
        for &(ix, _, _) in &failed.replicas {
            let Some(unit) = self.system.units.get(ix.index()) else { continue };
            let mut unit = unit.clone();
            for &(_, block, lost) in failed.replicas.iter().filter(|(other, _, _)| *other == ix) {
                if let Some(block) = unit.blocks.get_mut(block) {
                    block.count = block.count.saturating_sub(lost);
                }
            }
            bases[ix.index()] = self.pools.of_unit(self.system, &unit);
        }
        for &domain in &failed.domains {
            for base in &mut bases {
                *base = self.pools.split(*base, domain).1;
            }
        }
        for unit in &failed.units {
            if let Some(base) = bases.get_mut(unit.index()) {
                *base = PoolIx::DOWN;
            }
        }
        self.solve_from(mixture, &bases, &failed.domains).availability()
    }

    /// The importance of one replica of a unit's block, by solving the flow with it perfect and without it.
    pub fn replica_importance(&mut self, mixture: &Mixture, unit: UnitIx, block: usize) -> Importance {
        let down = self.solve(mixture).availability().unavailability();
        let mut with = |replica: f64| {
            let Some(mut changed) = self.system.units.get(unit.index()).cloned() else { return down };
            let Some(from) = changed.blocks.get_mut(block).filter(|block| block.count > 0) else {
                return down;
            };
            from.count -= 1;
            let alone = Block { count: 1, availability: replica, domains: from.domains.clone() };
            changed.blocks.push(alone);
            let mut bases = self.bases.clone();
            bases[unit.index()] = self.pools.of_unit(self.system, &changed);
            self.solve_from(mixture, &bases, &[]).availability().unavailability()
        };
        let (perfect, gone) = (with(1.0), with(0.0));
        Importance {
            element: Element::Unit(unit),
            birnbaum: gone - perfect,
            fussell_vesely: if down > 0.0 { ((down - perfect) / down).clamp(0.0, 1.0) } else { 0.0 },
        }
    }

    /// Starts over when a long run of cases has left too much behind.
    fn forget(&mut self) {
        if self.pools.len() > self.bases.len() + POOLS {
            *self = Kernel::new(self.system, self.structure, self.limits);
        }
    }

    /// The formula of a flow, and the pool of each of its leaves.
    pub(super) fn flatten(&mut self, mixture: &Mixture) -> (Arc<Flat>, Vec<PoolIx>) {
        let flat = self.flat(mixture);
        let ground = Ground { system: self.system, bases: &self.bases, dead: &[] };
        let pools = ground.pools_of(&flat, &mut self.pools);
        (flat, pools)
    }

    /// The formula of a flow; the last one is kept, for the same flow is asked about several times on end.
    fn flat(&mut self, mixture: &Mixture) -> Arc<Flat> {
        let roots: Vec<NodeIx> = mixture.terms.iter().map(|&(_, root)| root).collect();
        match &self.last {
            Some((of, flat)) if *of == roots => flat.clone(),
            _ => {
                let flat = Arc::new(Flat::of(self.structure, &roots));
                self.last = Some((roots, flat.clone()));
                flat
            }
        }
    }

    fn solve_from(&mut self, mixture: &Mixture, bases: &[PoolIx], dead: &[DomainIx]) -> Solution {
        let flat = self.flat(mixture);
        let ground = Ground { system: self.system, bases, dead };
        let (residual, nodes) = reduce(ground, &flat, &mut self.pools);
        let factored = factor(self.system, residual, &nodes, &self.limits);
        Solution::new(self.system, factored, mixture)
    }
}

/// The availability of a flow, once something has failed if anything has. To ask more than once keep a [`Kernel`].
pub fn evaluate(
    system: &System,
    structure: &Structure,
    mixture: &Mixture,
    failed: &Failed,
    limits: Limits,
) -> Availability {
    Kernel::new(system, structure, limits).evaluate(mixture, failed)
}
