//! A case: what differs from the design as drawn. Plain data; knows no analysis.

use crate::model::{ComponentId, GroupId};

/// Something that may fail.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Element {
    /// A component as a whole.
    Component(ComponentId),
    /// So many replicas of a component, the first ones.
    Replicas(ComponentId, u64),
    /// One replica of a component, numbered from 1 as they are dealt over its places.
    Replica(ComponentId, u64),
    /// A group: its domain, or all that stands in it where it is none.
    Group(GroupId),
}

/// One run of the analysis over a design. [`Case::default`] is the design as drawn.
#[derive(Clone, PartialEq, Debug)]
pub struct Case {
    /// What is down.
    pub failed: Vec<Element>,
    /// Factor on the load of every actor.
    pub load: f64,
    /// People of every actor that gives `users`, in place of its own figure.
    pub users: Option<u64>,
    /// Caches that are empty.
    pub cold: Vec<ComponentId>,
    /// Factors on the latency of components.
    pub slow: Vec<(ComponentId, f64)>,
    /// Two groups that cannot reach each other.
    pub partition: Option<(GroupId, GroupId)>,
}

impl Default for Case {
    fn default() -> Self {
        Self {
            failed: Vec::new(),
            load: 1.0,
            users: None,
            cold: Vec::new(),
            slow: Vec::new(),
            partition: None,
        }
    }
}
