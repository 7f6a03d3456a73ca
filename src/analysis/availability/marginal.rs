//! The chance that one unit is up, by itself: its replicas, its domains and how many it needs.

use rustc_hash::FxHashMap;

use super::binomial;
use super::chance::Chance;
use super::pools::{PoolIx, Pools};
use super::system::{DomainIx, System, Unit, UnitIx};

/// So many leftovers of one unit are looked at before it is bounded.
const SPLITS: usize = 20_000;

/// The chance that a unit is up, its domains included.
pub fn unit_chance(system: &System, unit: UnitIx) -> Chance {
    let Some(unit) = system.units.get(unit.index()) else { return Chance::DOWN };
    let mut pools = Pools::default();
    let pool = pools.of_unit(system, unit);
    marginal(system, &mut pools, pool, &mut FxHashMap::default())
}

impl Unit {
    /// The chance that it is up while all of its domains are.
    pub fn chance_alone(&self) -> Chance {
        let blocks = self.blocks.iter().filter(|block| block.count > 0);
        let blocks: Vec<_> = blocks.map(|block| (block.count, Chance::of(block.availability))).collect();
        binomial::at_least_of(&blocks, self.needs)
    }
}

/// The chance that a pool is up; bounds of it where its domains have too many states. `known` keeps what was found.
pub(super) fn marginal(
    system: &System,
    pools: &mut Pools,
    pool: PoolIx,
    known: &mut FxHashMap<PoolIx, Chance>,
) -> Chance {
    let limit = known.len() + SPLITS;
    let mut stack = vec![pool];
    while let Some(&top) = stack.last() {
        if known.contains_key(&top) {
            stack.pop();
            continue;
        }
        let chance = match first_domain(system, pools, top) {
            None => pools.chance(top),
            Some(_) if known.len() > limit => bound(system, pools, top),
            Some(domain) => {
                let (hi, lo) = pools.split(top, domain);
                match (known.get(&hi), known.get(&lo)) {
                    (Some(&hi), Some(&lo)) => of_domain(system, domain).choose(hi, lo),
                    (None, _) => {
                        stack.push(hi);
                        continue;
                    }
                    (_, None) => {
                        stack.push(lo);
                        continue;
                    }
                }
            }
        };
        known.insert(top, chance);
        stack.pop();
    }
    known.get(&pool).copied().unwrap_or(Chance::UNKNOWN)
}

/// The domain of a pool to decide first: one without another of the pool above it.
pub(super) fn first_domain(system: &System, pools: &Pools, pool: PoolIx) -> Option<DomainIx> {
    let domains = pools.domains(pool);
    let mut first = *domains.first()?;
    // no more steps than domains, for parents may form a circle
    for _ in domains {
        match system.domains[first.index()].parent {
            Some(parent) if domains.binary_search(&parent).is_ok() => first = parent,
            _ => break,
        }
    }
    Some(first)
}

/// Up at least as often as with every domain up, down at least as often as with a domain down that all needed replicas share.
fn bound(system: &System, pools: &mut Pools, pool: PoolIx) -> Chance {
    let replicas = pools.chance(pool);
    let every = pools.domains(pool).iter().fold(replicas, |sum, &domain| sum.and(of_domain(system, domain)));
    let pinned = pools.pins(pool).fold(replicas, |sum, domain| sum.and(of_domain(system, domain)));
    Chance { up: every.up, down: pinned.down }
}

fn of_domain(system: &System, domain: DomainIx) -> Chance {
    Chance::of(system.domains[domain.index()].availability)
}
