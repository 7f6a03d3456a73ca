//! The flows of a design as nets of calls, made ready once for every case.

use rustc_hash::FxHashSet;

use super::calls::Consumers;
use super::net::Net;
use super::undelivered::Undelivered;
use super::{connections, starters};
use crate::analysis::assumptions::Assumptions;
use crate::analysis::order::Edges;
use crate::analysis::placement::Placement;
use crate::config::Assumed;
use crate::model::{AttrId, CallId, ComponentId, ConnectionId, Flow, FlowId, Model};

/// The flows of a design as nets, made ready once.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub(super) flows: Vec<FlowNet>,
    /// Flows whose starter is a broker stand behind those that send to it.
    pub(super) order: Vec<FlowId>,
    pub(super) consumers: Consumers,
    pub(super) undelivered: Undelivered,
    /// Caches that some call is behind, with the stores behind them.
    pub(super) caches: Vec<(ComponentId, Vec<ComponentId>)>,
    pub(super) connections_used: Vec<Option<f64>>,
}

#[derive(Clone, Debug)]
pub(super) struct FlowNet {
    pub(super) net: Net,
    /// By edge of the net.
    pub(super) calls: Vec<CallId>,
    /// Visits of brokers with connections that no step takes messages out over.
    pub(super) left: Vec<(u32, ConnectionId)>,
    pub(super) starts_at_broker: bool,
    /// The broker that starts it has its messages from other steps, where they count as its load already.
    pub(super) is_fed: bool,
}

impl Network {
    /// Makes ready; tells the defaults that the load rests on.
    pub(crate) fn new(
        model: &Model,
        placement: &Placement,
        assumed: &Assumed,
        assumptions: &mut Assumptions,
    ) -> Self {
        starters::record(model, assumed, assumptions);
        let consumers = Consumers::new(model);
        let mut in_flow = vec![false; model.connections.len()];
        let mut starts = vec![false; model.components.len()];
        let mut reached = vec![false; model.components.len()];
        for flow in &model.flows {
            for call in &flow.calls {
                set(&mut in_flow, call.connection.index());
                set(&mut reached, flow.visits[call.target].component.index());
            }
            for root in &flow.roots {
                set(&mut starts, flow.visits[*root].component.index());
            }
        }
        let flows: Vec<FlowNet> =
            model.flows.iter().map(|flow| flow_net(model, &consumers, &starts, &reached, flow)).collect();
        let undelivered = Undelivered::new(model, &consumers, &in_flow, &starts);
        let caches = caches(model, &undelivered_connections(model, &in_flow));
        Self {
            order: order(model, &flows),
            flows,
            consumers,
            undelivered,
            caches,
            connections_used: connections::used(model, placement),
        }
    }
}

fn set(flags: &mut [bool], index: usize) {
    if let Some(flag) = flags.get_mut(index) {
        *flag = true;
    }
}

fn flow_net(model: &Model, consumers: &Consumers, starts: &[bool], reached: &[bool], flow: &Flow) -> FlowNet {
    let mut edges = Vec::with_capacity(flow.calls.len());
    let mut calls = Vec::with_capacity(flow.calls.len());
    for (id, call) in flow.calls.enumerate() {
        edges.push((call.caller.index() as u32, call.target.index() as u32));
        calls.push(id);
    }
    let mut left = Vec::new();
    for (id, visit) in flow.visits.enumerate() {
        let out = consumers.of(visit.component);
        if out.is_empty() || starts.get(visit.component.index()).copied().unwrap_or(false) {
            continue;
        }
        let taken: FxHashSet<ConnectionId> = visit
            .groups
            .iter()
            .flat_map(|group| &flow.groups[*group].calls)
            .map(|call| flow.calls[*call].connection)
            .collect();
        left.extend(out.iter().filter(|id| !taken.contains(id)).map(|out| (id.index() as u32, *out)));
    }
    let first = flow.roots.first().map(|root| flow.visits[*root].component);
    let starts_at_broker = first.is_some_and(|first| model.components[first].kind.is_broker());
    let is_fed =
        starts_at_broker && first.is_some_and(|first| reached.get(first.index()).copied().unwrap_or(false));
    FlowNet { net: Net::new(flow.visits.len(), edges), calls, left, starts_at_broker, is_fed }
}

/// Flows that send to a broker before those that it starts.
fn order(model: &Model, flows: &[FlowNet]) -> Vec<FlowId> {
    let mut started_by: Vec<Vec<u32>> = vec![Vec::new(); model.components.len()];
    for ((id, flow), net) in model.flows.enumerate().zip(flows) {
        for root in flow.roots.iter().filter(|_| net.starts_at_broker) {
            if let Some(list) = started_by.get_mut(flow.visits[*root].component.index()) {
                list.push(id.index() as u32);
            }
        }
    }
    if started_by.iter().all(Vec::is_empty) {
        return model.flows.ids().collect();
    }
    let mut pairs = Vec::new();
    for (id, flow) in model.flows.enumerate() {
        let sent: FxHashSet<ComponentId> =
            flow.visits.iter().filter(|visit| visit.via.is_some()).map(|visit| visit.component).collect();
        let mut sent: Vec<ComponentId> = sent.into_iter().collect();
        sent.sort_unstable();
        for broker in sent {
            let next = started_by.get(broker.index()).map_or(&[][..], |list| list);
            pairs.extend(next.iter().map(|next| (id.index() as u32, *next)));
        }
    }
    let mut parts = Edges::new(model.flows.len(), &pairs).parts();
    parts.reverse();
    parts.into_iter().flatten().map(|index| FlowId::from_index(index as usize)).collect()
}

/// Connections in no flow.
fn undelivered_connections(model: &Model, in_flow: &[bool]) -> Vec<ConnectionId> {
    model.connections.ids().filter(|id| in_flow.get(id.index()) == Some(&false)).collect()
}

/// The caches that calls are behind, with the stores that these calls go to.
fn caches(model: &Model, in_no_flow: &[ConnectionId]) -> Vec<(ComponentId, Vec<ComponentId>)> {
    let mut pairs: Vec<(ComponentId, ComponentId)> = Vec::new();
    for flow in &model.flows {
        for call in &flow.calls {
            for cache in call.attrs.components(AttrId::BEHIND) {
                pairs.push((cache, flow.visits[call.target].component));
            }
        }
    }
    for id in in_no_flow {
        let connection = &model.connections[*id];
        for cache in connection.attrs.components(AttrId::BEHIND) {
            pairs.extend(connection.callee().map(|store| (cache, store)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    let same = |a: &(ComponentId, ComponentId), b: &(ComponentId, ComponentId)| a.0 == b.0;
    pairs
        .chunk_by(same)
        .filter_map(|chunk| Some((chunk.first()?.0, chunk.iter().map(|(_, store)| *store).collect())))
        .collect()
}
