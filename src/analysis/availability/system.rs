//! What can fail: failure domains and the replicas that stand in them. Knows nothing of names, flows or the language.

/// Index of a [`Domain`] in [`System::domains`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainIx(pub u32);

/// Index of a [`Unit`] in [`System::units`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitIx(pub u32);

impl DomainIx {
    /// The index as a position in [`System::domains`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl UnitIx {
    /// The index as a position in [`System::units`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Everything of a design that can fail, by itself and together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct System {
    /// Failure domains: regions, zones, clusters, control planes.
    pub domains: Vec<Domain>,
    /// Components, externals and managed services.
    pub units: Vec<Unit>,
}

/// A group whose members fail together. It is up when it and every domain above it are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Domain {
    /// Chance that the domain itself works, given that its parent does.
    pub availability: f64,
    /// The domain around it. A circle of parents is cut where it closes.
    pub parent: Option<DomainIx>,
}

/// A component: it is up when at least `needs` of its replicas are.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// The replicas, those in the same domains together.
    pub blocks: Vec<Block>,
    /// How many replicas must be up. More than there are means never up; 0 means always up.
    pub needs: u64,
}

/// Alike replicas in the same place. Each fails by itself; all are down while any of their domains is.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// How many replicas.
    pub count: u64,
    /// Chance that one replica works, given that its domains do.
    pub availability: f64,
    /// The domains that hold the replicas. The domains above these count too and need not be listed.
    pub domains: Vec<DomainIx>,
}

/// What has failed for certain: the part of a case that touches availability.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Failed {
    /// Domains that are down, and with them what is below.
    pub domains: Vec<DomainIx>,
    /// Units that are down as a whole.
    pub units: Vec<UnitIx>,
    /// So many replicas of a unit's block, by its position, are down.
    pub replicas: Vec<(UnitIx, usize, u64)>,
}

impl System {
    /// Adds a domain.
    pub fn add_domain(&mut self, availability: f64, parent: Option<DomainIx>) -> DomainIx {
        let ix = DomainIx(self.domains.len() as u32);
        self.domains.push(Domain { availability, parent });
        ix
    }

    /// Adds a unit.
    pub fn add_unit(&mut self, needs: u64, blocks: Vec<Block>) -> UnitIx {
        let ix = UnitIx(self.units.len() as u32);
        self.units.push(Unit { blocks, needs });
        ix
    }

    /// The given domains and all above them, sorted, each once. Indices without a domain are left out.
    pub fn with_ancestors(&self, domains: &[DomainIx]) -> Vec<DomainIx> {
        let mut all = Vec::with_capacity(domains.len() * 2);
        for &start in domains {
            let mut next = Some(start);
            while let Some(ix) = next {
                let Some(domain) = self.domains.get(ix.index()) else { break };
                if all.contains(&ix) {
                    break;
                }
                all.push(ix);
                next = domain.parent;
            }
        }
        all.sort_unstable();
        all
    }

    /// The units that are down while this domain is, though every other domain and every replica is up.
    pub fn pinned_by(&self, domain: DomainIx) -> Vec<UnitIx> {
        let survives = |block: &&Block| !self.with_ancestors(&block.domains).contains(&domain);
        let pinned = |unit: &Unit| {
            let left = unit.blocks.iter().filter(survives);
            unit.replicas() >= unit.needs
                && left.fold(0u64, |sum, block| sum.saturating_add(block.count)) < unit.needs
        };
        let units = self.units.iter().enumerate().filter(|(_, unit)| pinned(unit));
        units.map(|(ix, _)| UnitIx(ix as u32)).collect()
    }

    /// The system in which `failed` has happened.
    pub fn after(&self, failed: &Failed) -> System {
        let mut system = self.clone();
        for domain in &failed.domains {
            if let Some(domain) = system.domains.get_mut(domain.index()) {
                domain.availability = 0.0;
            }
        }
        for &(unit, block, lost) in &failed.replicas {
            let block = system.units.get_mut(unit.index()).and_then(|unit| unit.blocks.get_mut(block));
            if let Some(block) = block {
                block.count = block.count.saturating_sub(lost);
            }
        }
        for unit in &failed.units {
            if let Some(unit) = system.units.get_mut(unit.index()) {
                unit.blocks.clear();
                unit.needs = unit.needs.max(1);
            }
        }
        system
    }
}

impl Unit {
    /// A unit of one replica: an external, a managed service, a single server.
    pub fn single(availability: f64, domains: Vec<DomainIx>) -> Unit {
        Unit { blocks: vec![Block { count: 1, availability, domains }], needs: 1 }
    }

    /// All its replicas.
    pub fn replicas(&self) -> u64 {
        self.blocks.iter().fold(0, |sum, block| sum.saturating_add(block.count))
    }

    /// The number, from 1, of the `index`-th replica (from 0) of a block, where replicas were dealt round-robin over the
    /// blocks in their order.
    pub fn replica_number(&self, block: usize, index: u64) -> u64 {
        let before =
            |(at, other): (usize, &Block)| other.count.min(index.saturating_add(u64::from(at < block)));
        self.blocks.iter().enumerate().map(before).fold(1, u64::saturating_add)
    }
}

impl Failed {
    /// True when nothing has failed.
    pub fn is_empty(&self) -> bool {
        self.domains.is_empty() && self.units.is_empty() && self.replicas.is_empty()
    }
}
