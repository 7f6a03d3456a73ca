//! The availability of each flow, with what threatens it. The arithmetic is the kernel's; knows no finding.

use super::availability::DomainIx;
use super::placement::Placement;
use crate::model::{ComponentId, FlowId, Model};

/// Something whose failure can break a flow.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Fault {
    /// A failure domain.
    Domain(DomainIx),
    /// A component as a whole: it has one replica, or is managed.
    Component(ComponentId),
    /// One replica of several, numbered from 1.
    Replica(ComponentId, u64),
}

impl Fault {
    /// As reports name it: `us`, `us.api`, `us.api#2`.
    pub fn path(self, model: &Model, placement: &Placement) -> String {
        match self {
            Self::Domain(ix) => placement.domain_path(ix).to_owned(),
            Self::Component(id) => model.path(id).to_owned(),
            Self::Replica(id, number) => format!("{}#{number}", model.path(id)),
        }
    }
}

/// Faults that break a flow together, none of which is dispensable.
#[derive(Clone, PartialEq, Debug)]
pub struct CutSet {
    /// The faults.
    pub members: Vec<Fault>,
    /// Chance that all of them are down.
    pub probability: f64,
    /// The share of the flow's runs that it breaks: 1, or less in a mixture.
    pub share: f64,
}

/// What an element means for a flow.
#[derive(Clone, PartialEq, Debug)]
pub struct Importance {
    /// A component or domain.
    pub fault: Fault,
    /// Birnbaum: the flow's availability with it surely up less that with it surely down.
    pub birnbaum: f64,
    /// Fussell–Vesely: the share of the downtime that a perfect element would remove.
    pub fussell_vesely: f64,
}

/// The availability of one flow.
#[derive(Clone, PartialEq, Debug)]
pub struct FlowAvailability {
    /// The availability; where it is not exact, the lower end of the interval.
    pub value: f64,
    /// The lower end of what is certain.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
    /// The downtime share without the loss of digits of `1 - value`.
    pub unavailability: f64,
    /// Whether `value` is exact.
    pub exact: bool,
    /// Chance that the flow runs with a part of it missing.
    pub degraded_probability: f64,
    /// Minimal cut sets, by order, then the likeliest first.
    pub cut_sets: Vec<CutSet>,
    /// The order up to which no cut set is missing.
    pub cut_sets_complete_to_order: usize,
    /// Elements by the share of the downtime that they cause, the worst first.
    pub importance: Vec<Importance>,
    /// Components and domains that alone break the flow: single points of failure.
    pub single_points: Vec<Fault>,
    /// Components without which the flow fails, replicated or not.
    pub required: Vec<ComponentId>,
}

/// Availability, by flow.
#[derive(Clone, Debug, Default)]
pub struct Reliability {
    /// By [`FlowId`].
    pub flows: Vec<FlowAvailability>,
}

impl Reliability {
    /// The figures of a flow.
    pub fn of(&self, id: FlowId) -> Option<&FlowAvailability> {
        self.flows.get(id.index())
    }
}
