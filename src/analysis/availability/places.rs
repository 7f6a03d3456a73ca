//! Where the replicas of a flow's leaves are, and how many each leaf can lose while some domains are down.

use super::flat::Flat;
use super::pools::{PoolIx, Pools};
use super::system::{DomainIx, System};

/// A leaf that no number of lost replicas brings down.
pub(super) const NEVER: u64 = u64::MAX;

pub(super) struct Places {
    leaves: Vec<Place>,
    /// The domains that matter, in their order.
    pub(super) domains: Vec<DomainIx>,
    /// The leaves that each of these touches.
    touched: Vec<Vec<u32>>,
    /// Of each, those below or above it, by position.
    related: Vec<Vec<usize>>,
    /// What each leaf must lose while every domain is up.
    base: Vec<u64>,
}

struct Place {
    /// The leaf is a domain alone and has no replicas to lose.
    bare: bool,
    needs: u64,
    blocks: Vec<PlacedBlock>,
}

/// Replicas of one block of a unit.
pub(super) struct PlacedBlock {
    /// The block's position in the unit.
    pub(super) block: usize,
    pub(super) count: u64,
    /// By position in [`Places::domains`], sorted.
    held: Vec<usize>,
}

impl Places {
    pub(super) fn of(system: &System, flat: &Flat, of_leaves: &[PoolIx], pools: &Pools) -> Places {
        let mut domains: Vec<DomainIx> =
            of_leaves.iter().flat_map(|&pool| pools.domains(pool).iter().copied()).collect();
        domains.sort_unstable();
        domains.dedup();
        let positions = |held: &[DomainIx]| -> Vec<usize> {
            held.iter().filter_map(|domain| domains.binary_search(domain).ok()).collect()
        };
        let mut touched = vec![Vec::new(); domains.len()];
        let mut leaves = Vec::with_capacity(flat.leaves.len());
        for (ix, (leaf, &pool)) in flat.leaves.iter().zip(of_leaves).enumerate() {
            let held = pools.domains(pool);
            for at in positions(held) {
                touched[at].push(ix as u32);
            }
            leaves.push(match leaf.unit().and_then(|unit| system.units.get(unit.index())) {
                None => Place {
                    bare: true,
                    needs: 1,
                    blocks: vec![PlacedBlock { block: 0, count: 1, held: positions(held) }],
                },
                Some(unit) => {
                    let blocks = unit.blocks.iter().enumerate().map(|(block, replicas)| PlacedBlock {
                        block,
                        count: replicas.count,
                        held: positions(&system.with_ancestors(&replicas.domains)),
                    });
                    Place { bare: false, needs: unit.needs, blocks: blocks.collect() }
                }
            });
        }
        let mut related = vec![Vec::new(); domains.len()];
        for (at, &domain) in domains.iter().enumerate() {
            for above in positions(&system.with_ancestors(&[domain])) {
                related[at].push(above);
                related[above].push(at);
            }
        }
        let mut places = Places { leaves, domains, touched, related, base: Vec::new() };
        places.base = (0..places.leaves.len()).map(|leaf| places.spare(leaf, &[])).collect();
        places
    }

    /// For each leaf, how many live replicas it must lose to be down while the domains at these positions are: 0 for one that is.
    pub(super) fn spares(&self, down: &[usize]) -> Vec<u64> {
        let mut spares = self.base.clone();
        for &domain in down {
            for &leaf in &self.touched[domain] {
                spares[leaf as usize] = self.spare(leaf as usize, down);
            }
        }
        spares
    }

    /// True when the domain is one of `down`, or above or below one.
    pub(super) fn is_related(&self, domain: usize, down: &[usize]) -> bool {
        down.iter().any(|other| self.related[domain].contains(other))
    }

    /// The blocks of a leaf that no domain of `down` holds.
    pub(super) fn live(&self, leaf: usize, down: &[usize]) -> impl Iterator<Item = &PlacedBlock> {
        let is_live = move |held: &[usize]| !down.iter().any(|domain| held.binary_search(domain).is_ok());
        self.leaves[leaf].blocks.iter().filter(move |block| block.count > 0 && is_live(&block.held))
    }

    fn spare(&self, leaf: usize, down: &[usize]) -> u64 {
        let Place { bare, needs, .. } = self.leaves[leaf];
        let live = self.live(leaf, down).fold(0u64, |sum, block| sum.saturating_add(block.count));
        match () {
            () if needs == 0 => NEVER,
            () if live < needs => 0,
            () if bare => NEVER,
            () => live - needs + 1,
        }
    }
}
