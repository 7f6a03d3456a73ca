//! What is left of a unit once the state of some of its domains is known. Alike leftovers are one: it is this that keeps the
//! number of cases small where zones are alike. Knows no gates.

use rustc_hash::FxHashMap;

use super::binomial;
use super::chance::Chance;
use super::system::{DomainIx, System, Unit};

/// Index of a [`Pool`] in [`Pools`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct PoolIx(pub(super) u32);

impl PoolIx {
    /// Never up.
    pub(super) const DOWN: PoolIx = PoolIx(0);
    /// Always up.
    pub(super) const UP: PoolIx = PoolIx(1);
}

/// Replicas of which some must be up, with the domains still in doubt.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Pool {
    needs: u64,
    /// Sorted, each place and availability once.
    blocks: Vec<Replicas>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Replicas {
    place: u32,
    availability: u64,
    count: u64,
}

/// All pools met, each once.
#[derive(Clone, Debug)]
pub(super) struct Pools {
    pools: Vec<Pool>,
    pool_ix: FxHashMap<Pool, PoolIx>,
    domains: Vec<Box<[DomainIx]>>,
    /// A place is the set of domains that hold a replica; place 0 is none.
    places: Vec<Box<[DomainIx]>>,
    place_ix: FxHashMap<Box<[DomainIx]>, u32>,
    split: FxHashMap<(PoolIx, DomainIx), (PoolIx, PoolIx)>,
    chances: Vec<Option<Chance>>,
}

impl Default for Pools {
    fn default() -> Pools {
        let mut pools = Pools {
            pools: Vec::new(),
            pool_ix: FxHashMap::default(),
            domains: Vec::new(),
            places: vec![Box::default()],
            place_ix: FxHashMap::default(),
            split: FxHashMap::default(),
            chances: Vec::new(),
        };
        pools.place_ix.insert(Box::default(), 0);
        pools.intern(Pool { needs: 1, blocks: Vec::new() });
        pools.intern(Pool { needs: 0, blocks: Vec::new() });
        pools
    }
}

impl Pools {
    /// The pool of a whole unit.
    pub(super) fn of_unit(&mut self, system: &System, unit: &Unit) -> PoolIx {
        let blocks = unit.blocks.iter().map(|block| Replicas {
            place: self.place(&system.with_ancestors(&block.domains)),
            availability: Chance::of(block.availability).up.to_bits(),
            count: block.count,
        });
        let blocks = blocks.collect();
        self.pool(unit.needs, blocks)
    }

    /// The pool that is up when all of these domains are.
    pub(super) fn of_domains(&mut self, domains: &[DomainIx]) -> PoolIx {
        let place = self.place(domains);
        self.pool(1, vec![Replicas { place, availability: 1.0f64.to_bits(), count: 1 }])
    }

    pub(super) fn len(&self) -> usize {
        self.pools.len()
    }

    /// The domains still in doubt, sorted.
    pub(super) fn domains(&self, pool: PoolIx) -> &[DomainIx] {
        &self.domains[pool.0 as usize]
    }

    /// The pool while the domain is up, and while it is down.
    pub(super) fn split(&mut self, pool: PoolIx, domain: DomainIx) -> (PoolIx, PoolIx) {
        if self.domains(pool).binary_search(&domain).is_err() {
            return (pool, pool);
        }
        if let Some(&known) = self.split.get(&(pool, domain)) {
            return known;
        }
        let Pool { needs, blocks } = self.pools[pool.0 as usize].clone();
        let (mut up, mut down) = (Vec::with_capacity(blocks.len()), Vec::with_capacity(blocks.len()));
        for block in blocks {
            match self.places[block.place as usize].binary_search(&domain) {
                Ok(at) => {
                    let mut place = self.places[block.place as usize].to_vec();
                    place.remove(at);
                    up.push(Replicas { place: self.place(&place), ..block });
                }
                Err(_) => {
                    up.push(block);
                    down.push(block);
                }
            }
        }
        let known = (self.pool(needs, up), self.pool(needs, down));
        self.split.insert((pool, domain), known);
        known
    }

    /// The chance of being up while every domain still in doubt is up.
    pub(super) fn chance(&mut self, pool: PoolIx) -> Chance {
        let ix = pool.0 as usize;
        if let Some(known) = self.chances[ix] {
            return known;
        }
        let chance = self.compute(pool);
        self.chances[ix] = Some(chance);
        chance
    }

    fn compute(&self, pool: PoolIx) -> Chance {
        let Pool { needs, blocks } = &self.pools[pool.0 as usize];
        let of = |block: &Replicas| (block.count, Chance::of(f64::from_bits(block.availability)));
        match blocks[..] {
            [one] => binomial::at_least(one.count, *needs, of(&one).1),
            _ => binomial::at_least_of(&blocks.iter().map(of).collect::<Vec<_>>(), *needs),
        }
    }

    /// The domains without each of which the pool is down.
    pub(super) fn pins(&self, pool: PoolIx) -> impl Iterator<Item = DomainIx> + '_ {
        let Pool { needs, blocks } = &self.pools[pool.0 as usize];
        let left = move |domain: &DomainIx| {
            let outside = blocks
                .iter()
                .filter(|block| self.places[block.place as usize].binary_search(domain).is_err());
            outside.fold(0u64, |sum, block| sum.saturating_add(block.count))
        };
        self.domains(pool).iter().copied().filter(move |domain| left(domain) < *needs)
    }

    /// True when no replica is to spare.
    pub(super) fn is_tight(&self, pool: PoolIx) -> bool {
        let Pool { needs, blocks } = &self.pools[pool.0 as usize];
        *needs > 0 && blocks.iter().fold(0u64, |sum, block| sum.saturating_add(block.count)) == *needs
    }

    fn place(&mut self, domains: &[DomainIx]) -> u32 {
        if let Some(&known) = self.place_ix.get(domains) {
            return known;
        }
        let ix = self.places.len() as u32;
        self.places.push(domains.into());
        self.place_ix.insert(domains.into(), ix);
        ix
    }

    fn pool(&mut self, needs: u64, mut blocks: Vec<Replicas>) -> PoolIx {
        if needs == 0 {
            return PoolIx::UP;
        }
        blocks.retain(|block| block.count > 0);
        if blocks.iter().fold(0u64, |sum, block| sum.saturating_add(block.count)) < needs {
            return PoolIx::DOWN;
        }
        blocks.sort_unstable();
        blocks.dedup_by(|next, first| {
            let alike = next.place == first.place && next.availability == first.availability;
            if alike {
                first.count = first.count.saturating_add(next.count);
            }
            alike
        });
        self.intern(Pool { needs, blocks })
    }

    fn intern(&mut self, pool: Pool) -> PoolIx {
        if let Some(&known) = self.pool_ix.get(&pool) {
            return known;
        }
        let ix = PoolIx(self.pools.len() as u32);
        let mut domains: Vec<DomainIx> =
            pool.blocks.iter().flat_map(|block| self.places[block.place as usize].iter().copied()).collect();
        domains.sort_unstable();
        domains.dedup();
        self.domains.push(domains.into());
        self.pool_ix.insert(pool.clone(), ix);
        self.pools.push(pool);
        self.chances.push(None);
        ix
    }
}
