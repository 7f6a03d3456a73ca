//! Where replicas stand: failure domains, and replicas dealt over them. Knows neither flows nor findings.

mod deal;
mod domains;
mod figures;
pub(crate) mod numbers;

use smol_str::SmolStr;

pub use figures::own_availability;

use super::assumptions::Assumptions;
use super::availability::DomainIx;
use crate::config::Assumed;
use crate::model::{ComponentId, GroupId, Model};

/// What a failure domain is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DomainKind {
    /// A group of the file.
    Group(GroupId),
    /// A zone that only a count of zones asks for.
    NamelessZone,
    /// A region that only a count of regions asks for.
    NamelessRegion,
}

/// A failure domain. Its index is that of the kernel's [`super::availability::System::domains`].
#[derive(Clone, PartialEq, Debug)]
pub struct DomainFacts {
    /// What it is.
    pub kind: DomainKind,
    /// As findings name it: `us.a`, or `us.zone#2` for a nameless one.
    pub path: SmolStr,
    /// The domain around it.
    pub parent: Option<DomainIx>,
    /// Chance that the domain itself works, given that its parent does.
    pub availability: f64,
    /// Whether that figure is assumed.
    pub assumed: bool,
}

/// Alike replicas in the same domains.
#[derive(Clone, PartialEq, Debug)]
pub struct Place {
    /// How many replicas at the lower end of the range: what availability counts.
    pub low: u64,
    /// How many at the upper end: what capacity counts.
    pub high: u64,
    /// The zone that holds them, where there is one.
    pub zone: Option<DomainIx>,
    /// The region that holds them, where there is one.
    pub region: Option<DomainIx>,
    /// Every domain that holds them, `fails_with` apart; those above are implied.
    pub domains: Vec<DomainIx>,
}

/// How a component is deployed.
#[derive(Clone, PartialEq, Debug)]
pub struct Deployment {
    /// Replicas (of each shard) at the lower end of the range.
    pub low: u64,
    /// Replicas (of each shard) at the upper end.
    pub high: u64,
    /// Whether `replicas` is given.
    pub replicas_given: bool,
    /// How many must be up.
    pub needs: u64,
    /// Shards; 1 where there are none.
    pub shards: u64,
    /// Whether it is one variable of its provider's.
    pub managed: bool,
    /// Chance that one replica works (of the whole where `managed`), domains apart.
    pub availability: f64,
    /// Whether that figure is assumed, or a default of kind or catalogue.
    pub availability_assumed: bool,
    /// Where the replicas stand, in the order in which they are dealt. Of a managed component: where it may stand.
    pub places: Vec<Place>,
    /// Domains beside those that contain it (`fails_with`).
    pub fails_with_domains: Vec<DomainIx>,
    /// Components with which it fails (`fails_with`), in order; what these fail with counts too.
    pub fails_with_components: Vec<ComponentId>,
}

impl Deployment {
    /// The regions in which it stands, each once.
    pub fn regions(&self) -> Vec<DomainIx> {
        distinct(self.places.iter().filter_map(|place| place.region))
    }

    /// The zones in which it stands, each once.
    pub fn zones(&self) -> Vec<DomainIx> {
        distinct(self.places.iter().filter_map(|place| place.zone))
    }

    /// How many replicas stand in each zone at the upper end of the range, or in each region where no place names a zone or
    /// all are in one; empty where fewer than two of either hold them. What the loss of one takes.
    pub fn spread(&self) -> Vec<(DomainIx, u64)> {
        let count = |of: fn(&Place) -> Option<DomainIx>| {
            let mut counts: Vec<(DomainIx, u64)> = Vec::new();
            for place in &self.places {
                let Some(ix) = of(place) else { continue };
                match counts.iter_mut().find(|(known, _)| *known == ix) {
                    Some((_, count)) => *count = count.saturating_add(place.high),
                    None => counts.push((ix, place.high)),
                }
            }
            counts.retain(|(_, count)| *count > 0);
            counts
        };
        let zones = count(|place| place.zone);
        if zones.len() >= 2 {
            return zones;
        }
        let regions = count(|place| place.region);
        if regions.len() >= 2 { regions } else { Vec::new() }
    }
}

fn distinct(all: impl Iterator<Item = DomainIx>) -> Vec<DomainIx> {
    let mut found: Vec<DomainIx> = Vec::new();
    for ix in all {
        if !found.contains(&ix) {
            found.push(ix);
        }
    }
    found
}

/// Domains and deployments of a design.
#[derive(Clone, Debug, Default)]
pub struct Placement {
    /// Failure domains; a parent stands before its children.
    pub domains: Vec<DomainFacts>,
    /// By [`ComponentId`]; `None` for a person or client, which is nowhere.
    pub components: Vec<Option<Deployment>>,
    /// By [`GroupId`]: its domain, where it is one or something fails with it.
    groups: Vec<Option<DomainIx>>,
    /// By [`GroupId`]: whether what it holds fails with it.
    holds: Vec<bool>,
}

impl Placement {
    /// Places the components of a design.
    pub fn new(model: &Model, assumed: &Assumed, assumptions: &mut Assumptions) -> Self {
        let mut domains = domains::Domains::of_groups(model, assumed);
        let deployments: Vec<Option<Deployment>> = model
            .components
            .enumerate()
            .map(|(id, _)| deal::deploy(model, assumed, assumptions, &mut domains, id))
            .collect();
        let placement = Self {
            domains: domains.facts,
            components: deployments,
            groups: domains.of_group,
            holds: domains.holds,
        };
        placement.record(model, assumed, assumptions);
        placement
    }

    /// How a component is deployed; `None` for a person or client.
    pub fn of(&self, id: ComponentId) -> Option<&Deployment> {
        self.components.get(id.index())?.as_ref()
    }

    /// The domain of a group.
    pub fn of_group(&self, id: GroupId) -> Option<DomainIx> {
        self.groups.get(id.index()).copied().flatten()
    }

    /// Whether what a group holds fails with it.
    pub fn holds(&self, id: GroupId) -> bool {
        self.holds.get(id.index()).copied().unwrap_or(false)
    }

    /// A domain's facts.
    pub fn domain(&self, ix: DomainIx) -> Option<&DomainFacts> {
        self.domains.get(ix.index())
    }

    /// A domain as findings name it.
    pub fn domain_path(&self, ix: DomainIx) -> &str {
        self.domain(ix).map_or("", |domain| &domain.path)
    }

    /// Whether a domain is a region.
    pub fn is_region(&self, model: &Model, ix: DomainIx) -> bool {
        use crate::model::GroupKind;
        match self.domain(ix).map(|domain| domain.kind) {
            Some(DomainKind::Group(id)) => model.groups[id].kind == GroupKind::Region,
            Some(DomainKind::NamelessRegion) => true,
            Some(DomainKind::NamelessZone) | None => false,
        }
    }

    /// Whether a domain is a zone.
    pub fn is_zone(&self, model: &Model, ix: DomainIx) -> bool {
        use crate::model::GroupKind;
        match self.domain(ix).map(|domain| domain.kind) {
            Some(DomainKind::Group(id)) => model.groups[id].kind == GroupKind::Zone,
            Some(DomainKind::NamelessZone) => true,
            Some(DomainKind::NamelessRegion) | None => false,
        }
    }

    /// A domain and those around it, from the inside out.
    pub fn with_parents(&self, ix: DomainIx) -> impl Iterator<Item = DomainIx> + '_ {
        std::iter::successors(Some(ix), |ix| self.domain(*ix)?.parent)
    }

    /// Chance that a domain and all around it work.
    pub fn chain_availability(&self, ix: DomainIx) -> f64 {
        self.with_parents(ix).filter_map(|ix| self.domain(ix)).map(|domain| domain.availability).product()
    }

    /// Tells the assumed figures of the domains that hold anything.
    fn record(&self, model: &Model, assumed: &Assumed, assumptions: &mut Assumptions) {
        let mut used = vec![false; self.domains.len()];
        for deployment in self.components.iter().flatten() {
            let placed = deployment.places.iter().flat_map(|place| &place.domains);
            for &start in placed.chain(&deployment.fails_with_domains) {
                for ix in self.with_parents(start) {
                    match used.get_mut(ix.index()) {
                        Some(used) if !*used => *used = true,
                        _ => break,
                    }
                }
            }
        }
        for (domain, used) in self.domains.iter().zip(used) {
            if used {
                figures::record_domain(model, assumed, domain, assumptions);
            }
        }
    }
}
