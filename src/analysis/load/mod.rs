//! What each component and connection has to carry. Knows no finding.

mod calls;
mod capacity;
mod compute;
pub mod connections;
mod net;
mod network;
mod starters;
mod tally;
mod undelivered;
mod under;

use super::assumptions::{Assumptions, DEFAULT, Subject};
use crate::model::{AttrId, ComponentId, ConnectionId, FlowId, Model};
use crate::units::{format_rate, format_share};

pub(crate) use calls::{Branch, split};
pub(crate) use compute::{compute, down};
pub(crate) use network::Network;
pub(crate) use under::{Hit, Rates, Under};

/// The load of a component. Rates are requests a second.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ComponentLoad {
    /// Requests at the peak without retries; `None` where no actor that reaches it gives a load.
    pub peak: Option<f64>,
    /// Requests on average.
    pub average: Option<f64>,
    /// Requests in the worst case: cold caches, every retry used, largest domain lost.
    pub worst: Option<f64>,
    /// Requests at the peak over connections with `access = write`.
    pub writes: Option<f64>,
    /// The same on average.
    pub average_writes: Option<f64>,
    /// Requests that all replicas together can take, at the upper end of a range.
    pub capacity: Option<f64>,
    /// Requests that one replica can take.
    pub capacity_of_one: Option<f64>,
    /// Whether the capacity is a default of kind or catalogue, or rests on one.
    pub capacity_assumed: bool,
    /// Load of the busiest node over its capacity, at the peak; with shards that of the mean shard.
    pub utilization: Option<f64>,
    /// The same on average.
    pub average_utilization: Option<f64>,
    /// The same in the worst case, with the capacity that is then left.
    pub worst_utilization: Option<f64>,
    /// With `shards` and `skew` or `zipf`: the same for the hottest shard.
    pub hottest_shard_utilization: Option<f64>,
    /// Connections that its callers hold to it, over all its nodes; `None` where no `pool` is known.
    pub connections_used: Option<f64>,
}

impl ComponentLoad {
    /// The utilisation that decides: of the hottest shard where there is one.
    pub fn deciding_utilization(&self) -> Option<f64> {
        self.hottest_shard_utilization.or(self.utilization)
    }
}

/// The load of a connection, over all flows.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ConnectionLoad {
    /// Calls a second at the peak.
    pub peak: Option<f64>,
    /// Calls a second on average.
    pub average: Option<f64>,
    /// Bytes a second at the peak: rate × payload.
    pub bytes_per_second: Option<f64>,
    /// The same on average.
    pub average_bytes_per_second: Option<f64>,
}

/// The load of a flow.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FlowLoad {
    /// Runs a second at the peak.
    pub peak: Option<f64>,
    /// Runs a second on average.
    pub average: Option<f64>,
    /// Runs a second in the worst case.
    pub worst: Option<f64>,
    /// How much more load its components could take: 1 / the largest utilisation.
    pub headroom: Option<f64>,
    /// The component with that utilisation.
    pub first_to_break: Option<ComponentId>,
    /// Calls a second at the peak, by [`crate::model::CallId`].
    pub calls: Vec<Option<f64>>,
}

/// A circle of calls whose load grows without bound: its spectral radius is 1 or more.
#[derive(Clone, PartialEq, Debug)]
pub struct Divergence {
    /// The flow.
    pub flow: FlowId,
    /// The components of the circle, in order.
    pub cycle: Vec<ComponentId>,
    /// The spectral radius.
    pub radius: f64,
}

/// A store behind a cache that is empty.
#[derive(Clone, PartialEq, Debug)]
pub struct ColdCache {
    /// The cache.
    pub cache: ComponentId,
    /// The store behind it.
    pub store: ComponentId,
    /// Requests to the store at the peak, reads and writes, while the cache answers nothing.
    pub peak: f64,
}

/// The load of a design.
#[derive(Clone, Debug, Default)]
pub struct Load {
    /// By [`ComponentId`].
    pub components: Vec<ComponentLoad>,
    /// By [`ConnectionId`].
    pub connections: Vec<ConnectionLoad>,
    /// By [`FlowId`].
    pub flows: Vec<FlowLoad>,
    /// Circles that diverge; their figures are `None`.
    pub divergences: Vec<Divergence>,
    /// Stores whose load is known, with each cache that they are behind; by cache, then store.
    pub cold_caches: Vec<ColdCache>,
}

impl Load {
    /// Whether a store can take all requests while the cache before it is empty; unknown capacity counts as yes.
    pub fn carries(&self, cold: &ColdCache) -> bool {
        Self::suffices(self.component(cold.store).and_then(|load| load.capacity), cold.peak)
    }

    fn suffices(capacity: Option<f64>, peak: f64) -> bool {
        capacity.is_none_or(|capacity| peak <= capacity * (1.0 + 1e-12))
    }

    /// The load of a component.
    pub fn component(&self, id: ComponentId) -> Option<&ComponentLoad> {
        self.components.get(id.index())
    }

    /// The load of a connection.
    pub fn connection(&self, id: ConnectionId) -> Option<&ConnectionLoad> {
        self.connections.get(id.index())
    }

    /// The load of a flow.
    pub fn flow(&self, id: FlowId) -> Option<&FlowLoad> {
        self.flows.get(id.index())
    }
}

/// The share of the requests that a cache answers; `None` where it is not given.
pub(crate) fn hit_ratio(model: &Model, cache: ComponentId) -> Option<f64> {
    model.components[cache].attrs.share(AttrId::HIT_RATIO)
}

/// Tells what is assumed of stores behind caches, and of caches that give no hit ratio.
pub(crate) fn record_caches(model: &Model, load: &Load, assumptions: &mut Assumptions) {
    for flow in &model.flows {
        for call in &flow.calls {
            for cache in call.attrs.components(AttrId::BEHIND) {
                let store = flow.visits[call.target].component;
                record_cache(model, load, cache, store, assumptions);
            }
        }
    }
}

fn record_cache(
    model: &Model,
    load: &Load,
    cache: ComponentId,
    store: ComponentId,
    assumptions: &mut Assumptions,
) {
    match model.components[cache].attrs.get(AttrId::HIT_RATIO) {
        None => {
            assumptions.add(Subject::Component(cache), AttrId::HIT_RATIO, format_share(0.0), DEFAULT);
        }
        Some(value) if !value.is_given() => {
            let text = hit_ratio(model, cache).map(format_share).unwrap_or_default();
            assumptions.add(Subject::Component(cache), AttrId::HIT_RATIO, text, DEFAULT);
        }
        Some(_) => {}
    }
    if load.component(store).and_then(|load| load.capacity).is_none() {
        let known = load.cold_caches.iter().find(|cold| (cold.cache, cold.store) == (cache, store));
        let value = known.map_or_else(
            || format!("enough without `{}`", model.path(cache)),
            |cold| format!("at least {}", format_rate(cold.peak)),
        );
        assumptions.add(Subject::Component(store), AttrId::CAPACITY, value, DEFAULT);
    }
}
