//! Where replicas stand: failure domains, and replicas dealt over them. Knows neither flows nor findings.

use super::availability::DomainIx;
use crate::model::{ComponentId, GroupId, Model};

/// What a failure domain is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DomainKind {
    /// A group of the file.
    Group(GroupId),
    /// A zone that only a count of zones asks for, in a region or outside all of them; numbered from 1.
    NamelessZone(Option<GroupId>, u64),
}

/// A failure domain. Its index is that of the kernel's [`super::availability::System::domains`].
#[derive(Clone, Debug)]
pub struct DomainFacts {
    /// What it is.
    pub kind: DomainKind,
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
    /// Every domain that holds them, innermost ones; those above are implied.
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
    /// One variable of its provider's.
    pub managed: bool,
    /// Chance that one replica works (of the whole where `managed`), domains apart.
    pub availability: f64,
    /// Whether that figure is assumed or a default of kind or catalogue.
    pub availability_assumed: bool,
    /// Where the replicas stand, in the order in which they are dealt.
    pub places: Vec<Place>,
    /// Domains beside those that contain it (`fails_with`).
    pub fails_with_domains: Vec<DomainIx>,
    /// Components with which it fails, followed through (`fails_with`).
    pub fails_with_components: Vec<ComponentId>,
}

/// Domains and deployments of a design.
#[derive(Clone, Debug, Default)]
pub struct Placement {
    /// Failure domains; a parent stands before its children.
    pub domains: Vec<DomainFacts>,
    /// By [`ComponentId`]; `None` for a person or client, which is nowhere.
    pub components: Vec<Option<Deployment>>,
}

impl Placement {
    /// How a component is deployed; `None` for a person or client.
    pub fn of(&self, id: ComponentId) -> Option<&Deployment> {
        self.components.get(id.index())?.as_ref()
    }

    /// A domain as findings name it.
    pub fn domain_path(&self, model: &Model, ix: DomainIx) -> String {
        use super::assumptions::Subject;
        match self.domains.get(ix.index()).map(|domain| domain.kind) {
            Some(DomainKind::Group(id)) => Subject::Group(id).path(model),
            Some(DomainKind::NamelessZone(region, number)) => {
                Subject::NamelessZone(region, number).path(model)
            }
            None => String::new(),
        }
    }
}
