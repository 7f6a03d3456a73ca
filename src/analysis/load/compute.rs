//! From the runs of flows to the load of components and connections, in three cases: average, peak, worst.

use rustc_hash::FxHashSet;

use super::calls::{Cold, Consumers, Setting, calls_each, is_write, retries, shares};
use super::net::{Diverging, Net};
use super::starters::{Runs, runs};
use super::undelivered::Undelivered;
use super::{ColdCache, Divergence, FlowLoad, Load, capacity, starters};
use crate::analysis::assumptions::Assumptions;
use crate::analysis::case::Case;
use crate::analysis::order::Edges;
use crate::analysis::placement::Placement;
use crate::config::Assumed;
use crate::model::{AttrId, CallId, ComponentId, ConnectionId, Flow, FlowId, Model};

/// The flows of a design as nets, made ready once.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    flows: Vec<FlowNet>,
    /// Flows whose starter is a broker stand behind those that send to it.
    order: Vec<FlowId>,
    consumers: Consumers,
    undelivered: Undelivered,
    /// Caches that some call is behind, with the stores behind them.
    caches: Vec<(ComponentId, Vec<ComponentId>)>,
    connections_used: Vec<Option<f64>>,
}

#[derive(Clone, Debug)]
struct FlowNet {
    net: Net,
    /// By edge of the net.
    calls: Vec<CallId>,
    /// Visits of brokers with connections that no step takes messages out over.
    left: Vec<(u32, ConnectionId)>,
    starts_at_broker: bool,
}

/// Beyond so many caches each is not emptied alone, but all together.
const CACHES: usize = 64;

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
        for flow in &model.flows {
            for call in &flow.calls {
                set(&mut in_flow, call.connection.index());
            }
            for root in &flow.roots {
                set(&mut starts, flow.visits[*root].component.index());
            }
        }
        let flows: Vec<FlowNet> =
            model.flows.iter().map(|flow| flow_net(model, &consumers, &starts, flow)).collect();
        let undelivered = Undelivered::new(model, &consumers, &in_flow, &starts);
        let caches = caches(model, &undelivered_connections(model, &in_flow));
        Self {
            order: order(model, &flows),
            flows,
            consumers,
            undelivered,
            caches,
            connections_used: capacity::connections_used(model, placement),
        }
    }
}

fn set(flags: &mut [bool], index: usize) {
    if let Some(flag) = flags.get_mut(index) {
        *flag = true;
    }
}

fn flow_net(model: &Model, consumers: &Consumers, starts: &[bool], flow: &Flow) -> FlowNet {
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
    let starts_at_broker = flow
        .roots
        .first()
        .is_some_and(|root| model.components[flow.visits[*root].component].kind.is_broker());
    FlowNet { net: Net::new(flow.visits.len(), edges), calls, left, starts_at_broker }
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

/// Rates of one setting, as they add up over the flows.
struct Tally<'a> {
    model: &'a Model,
    network: &'a Network,
    setting: Setting<'a>,
    components: Vec<Runs>,
    writes: Vec<Runs>,
    connections: Vec<Runs>,
    /// By connection out of a broker: messages that no step takes out over it.
    left: Vec<Runs>,
    /// By component and by connection: whether a flow of known, or of unknown, rate reaches it.
    known: Vec<bool>,
    unknown: Vec<bool>,
    known_connections: Vec<bool>,
    unknown_connections: Vec<bool>,
    calls: Vec<Vec<Option<f64>>>,
    flows: Vec<Option<Runs>>,
    divergences: Vec<Divergence>,
    endless: bool,
}

impl<'a> Tally<'a> {
    fn new(model: &'a Model, network: &'a Network, setting: Setting<'a>) -> Self {
        let (components, connections) = (model.components.len(), model.connections.len());
        Self {
            model,
            network,
            setting,
            components: vec![Runs::default(); components],
            writes: vec![Runs::default(); components],
            connections: vec![Runs::default(); connections],
            left: vec![Runs::default(); connections],
            known: vec![false; components],
            unknown: vec![false; components],
            known_connections: vec![false; connections],
            unknown_connections: vec![false; connections],
            calls: vec![Vec::new(); model.flows.len()],
            flows: vec![None; model.flows.len()],
            divergences: Vec::new(),
            endless: false,
        }
    }

    fn count(mut self, runs: &[Vec<Option<Runs>>]) -> Self {
        for id in &self.network.order {
            let roots = runs.get(id.index()).map_or(&[][..], |runs| runs);
            self.flow(*id, roots);
        }
        if !self.network.undelivered.is_empty() {
            self.deliver();
        }
        self
    }

    fn flow(&mut self, id: FlowId, runs: &[Option<Runs>]) {
        let flow = &self.model.flows[id];
        let Some(net) = self.network.flows.get(id.index()) else { return };
        let mut roots: Vec<(usize, Option<Runs>)> = Vec::with_capacity(flow.roots.len());
        for (at, root) in flow.roots.iter().enumerate() {
            let given = runs.get(at).copied().flatten();
            let broker = flow.visits[*root].component;
            let arrived = || self.arrivals(flow, broker);
            roots.push((root.index(), given.or_else(|| net.starts_at_broker.then(arrived).flatten())));
        }
        let total = roots.iter().filter_map(|(_, runs)| *runs).reduce(Runs::plus);
        let coefficients = self.coefficients(flow, net);
        let each = total.map(|_| self.multiples(flow, net, &roots, &coefficients));
        match each {
            Some(Ok((peak, average))) => self.add(id, flow, net, &coefficients, &peak, &average, total),
            Some(Err(diverging)) => {
                let component =
                    |at: &u32| flow.visits[crate::model::VisitId::from_index(*at as usize)].component;
                let cycle = diverging.circle.iter().map(component).collect();
                self.divergences.push(Divergence { flow: id, cycle, radius: diverging.radius });
                self.mark_unknown(flow);
            }
            None => self.mark_unknown(flow),
        }
    }

    /// What the flows before this one brought to a broker, or this flow's part of it.
    fn arrivals(&self, flow: &Flow, broker: ComponentId) -> Option<Runs> {
        if self.known.get(broker.index()) != Some(&true) {
            return None;
        }
        let all = self.components.get(broker.index()).copied()?;
        if let Some(share) = flow.attrs.share(AttrId::SHARE) {
            return Some(all.times(share));
        }
        if self.model.components[broker].kind != crate::model::Kind::Queue {
            return Some(all);
        }
        let starts = |other: &&Flow| {
            other.roots.iter().any(|root| other.visits[*root].component == broker)
                && !other.attrs.has(AttrId::SHARE)
                && !other.attrs.has(AttrId::RATE)
        };
        let others = self.model.flows.iter().filter(starts).count();
        Some(all.times(1.0 / others.max(1) as f64))
    }

    fn coefficients(&self, flow: &Flow, net: &FlowNet) -> Vec<f64> {
        let mut share_of = vec![0.0; flow.calls.len()];
        for group in &flow.groups {
            let shares = shares(self.model, &self.network.consumers, flow, group, &self.setting);
            for (call, share) in group.calls.iter().zip(shares) {
                if let Some(slot) = share_of.get_mut(call.index()) {
                    *slot = share;
                }
            }
        }
        let of_call = |id: &CallId| {
            let share = share_of.get(id.index()).copied().unwrap_or(0.0);
            share * calls_each(self.model, &flow.calls[*id].attrs, &self.setting)
        };
        net.calls.iter().map(of_call).collect()
    }

    /// Visits a second, at the peak and on average. One pass where both have the same proportions at all roots.
    fn multiples(
        &self,
        flow: &Flow,
        net: &FlowNet,
        roots: &[(usize, Option<Runs>)],
        coefficients: &[f64],
    ) -> Result<(Vec<f64>, Vec<f64>), Diverging> {
        let sources = |of: fn(Runs) -> f64| {
            let mut sources = vec![0.0; flow.visits.len()];
            for (at, runs) in roots {
                if let (Some(slot), Some(runs)) = (sources.get_mut(*at), runs) {
                    *slot += of(*runs);
                }
            }
            sources
        };
        let peak = net.net.rates(&sources(|runs| runs.peak), coefficients)?;
        let average = net.net.rates(&sources(|runs| runs.average), coefficients)?;
        Ok((peak, average))
    }

    #[expect(clippy::too_many_arguments, reason = "one flow's figures, taken apart once")]
    fn add(
        &mut self,
        id: FlowId,
        flow: &Flow,
        net: &FlowNet,
        coefficients: &[f64],
        peak: &[f64],
        average: &[f64],
        total: Option<Runs>,
    ) {
        let at = |index: usize| Runs {
            peak: peak.get(index).copied().unwrap_or(0.0),
            average: average.get(index).copied().unwrap_or(0.0),
        };
        for (visit_id, visit) in flow.visits.enumerate() {
            plus(&mut self.components, visit.component.index(), at(visit_id.index()));
            set(&mut self.known, visit.component.index());
        }
        let mut calls = vec![None; flow.calls.len()];
        for (call_id, passed) in net.calls.iter().zip(coefficients) {
            let call = &flow.calls[*call_id];
            let rate = at(call.caller.index()).times(*passed);
            plus(&mut self.connections, call.connection.index(), rate);
            set(&mut self.known_connections, call.connection.index());
            if is_write(&call.attrs) {
                plus(&mut self.writes, flow.visits[call.target].component.index(), rate);
            }
            if let Some(slot) = calls.get_mut(call_id.index()) {
                *slot = Some(rate.peak);
            }
            if let Some(other) = call.attrs.components(AttrId::FALLBACK).first() {
                self.fall_back(flow, call, *other, at(call.caller.index()));
            }
        }
        for (visit, connection) in &net.left {
            plus(&mut self.left, connection.index(), at(*visit as usize));
        }
        if let Some(slot) = self.calls.get_mut(id.index()) {
            *slot = calls;
        }
        if let Some(slot) = self.flows.get_mut(id.index()) {
            *slot = total;
        }
    }

    /// What a call to a dead component becomes: a call to its fallback.
    fn fall_back(&mut self, flow: &Flow, call: &crate::model::Call, other: ComponentId, caller: Runs) {
        if self.setting.is_down(flow.visits[call.target].component) && !self.setting.is_down(other) {
            let share = call.attrs.share(AttrId::SHARE).unwrap_or(1.0);
            let each = share * calls_each(self.model, &call.attrs, &self.setting);
            plus(&mut self.components, other.index(), caller.times(each));
            set(&mut self.known, other.index());
        }
    }

    fn mark_unknown(&mut self, flow: &Flow) {
        for visit in &flow.visits {
            set(&mut self.unknown, visit.component.index());
        }
        for call in &flow.calls {
            set(&mut self.unknown_connections, call.connection.index());
        }
    }

    fn deliver(&mut self) {
        let (undelivered, model) = (&self.network.undelivered, self.model);
        let coefficients = undelivered.coefficients(model, &self.network.consumers, &self.setting);
        let peaks: Vec<f64> = self.left.iter().map(|runs| runs.peak).collect();
        let averages: Vec<f64> = self.left.iter().map(|runs| runs.average).collect();
        let carried = |left: &[f64]| undelivered.carry(model, &coefficients, left);
        let (Some(peak), Some(average)) = (carried(&peaks), carried(&averages)) else {
            self.endless = true;
            return;
        };
        for (index, (peak, average)) in peak.components.iter().zip(&average.components).enumerate() {
            if *peak > 0.0 || *average > 0.0 {
                plus(&mut self.components, index, Runs { peak: *peak, average: *average });
                set(&mut self.known, index);
            }
        }
        let rates =
            peak.connections.iter().map(|(id, rate)| (*id, Runs { peak: *rate, average: 0.0 })).chain(
                average.connections.iter().map(|(id, rate)| (*id, Runs { peak: 0.0, average: *rate })),
            );
        for (id, rate) in rates {
            plus(&mut self.connections, id.index(), rate);
            set(&mut self.known_connections, id.index());
            let connection = &model.connections[id];
            if let Some(callee) = connection.callee().filter(|_| is_write(&connection.attrs)) {
                plus(&mut self.writes, callee.index(), rate);
            }
        }
    }

    /// A figure of a component: known, or surely nothing, or unknown.
    fn known(&self, list: &[Runs], index: usize) -> Option<Runs> {
        let any = self.flows.iter().any(Option::is_some);
        told(list, index, &self.known, &self.unknown, any)
    }
}

fn plus(list: &mut [Runs], index: usize, rate: Runs) {
    if let Some(slot) = list.get_mut(index) {
        *slot = slot.plus(rate);
    }
}

fn told(list: &[Runs], index: usize, known: &[bool], unknown: &[bool], any: bool) -> Option<Runs> {
    let flag = |flags: &[bool]| flags.get(index).copied().unwrap_or(false);
    let figure = list.get(index).copied()?;
    (flag(known) || any && !flag(unknown)).then_some(figure)
}

/// The load of a design in a case.
pub(crate) fn compute(
    model: &Model,
    network: &Network,
    placement: &Placement,
    assumed: &Assumed,
    case: &Case,
) -> Load {
    let runs = runs(model, assumed, case);
    let down = down(model, placement, case);
    let setting = Setting { cold: Cold::Some(&case.cold), retries: false, down: &down };
    let normal = Tally::new(model, network, setting).count(&runs);
    let worst_setting = Setting { cold: Cold::All, retries: true, down: &down };
    let worst = Tally::new(model, network, worst_setting).count(&runs);
    let mut load = Load {
        components: vec![Default::default(); model.components.len()],
        connections: vec![Default::default(); model.connections.len()],
        ..Load::default()
    };
    for id in model.components.ids() {
        let index = id.index();
        let Some(slot) = load.components.get_mut(index) else { continue };
        let rate = normal.known(&normal.components, index);
        let writes = normal.known(&normal.writes, index);
        slot.peak = rate.map(|rate| rate.peak);
        slot.average = rate.map(|rate| rate.average);
        slot.writes = writes.map(|rate| rate.peak);
        slot.average_writes = writes.map(|rate| rate.average);
        slot.worst = worst.known(&worst.components, index).map(|rate| rate.peak);
        slot.connections_used = network.connections_used.get(index).copied().flatten();
        let worst_writes = worst.known(&worst.writes, index).map(|rate| rate.peak);
        capacity::fill(model, placement, case, id, slot, worst_writes);
    }
    let any = normal.flows.iter().any(Option::is_some);
    for (id, connection) in model.connections.enumerate() {
        let index = id.index();
        let Some(slot) = load.connections.get_mut(index) else { continue };
        let rate =
            told(&normal.connections, index, &normal.known_connections, &normal.unknown_connections, any);
        slot.peak = rate.map(|rate| rate.peak);
        slot.average = rate.map(|rate| rate.average);
        let payload = connection.attrs.bytes(AttrId::PAYLOAD);
        slot.bytes_per_second = rate.zip(payload).map(|(rate, payload)| rate.peak * payload);
    }
    load.cold_caches = cold_caches(model, network, &runs, &setting);
    load.flows = flows(model, network, &normal, &load);
    load.divergences = normal.divergences;
    load
}

/// By component: whether a case leaves too few of its replicas.
fn down(model: &Model, placement: &Placement, case: &Case) -> Vec<bool> {
    let mut down = vec![false; model.components.len()];
    if case.failed.is_empty() {
        return down;
    }
    for id in model.components.ids() {
        if let Some(deployment) = placement.of(id) {
            let left = capacity::replicas_left(model, placement, case, id, deployment);
            if left < deployment.needs.min(deployment.high) || left == 0 && deployment.high > 0 {
                set(&mut down, id.index());
            }
        }
    }
    down
}

/// Each store behind a cache, with what it gets while the cache is empty.
fn cold_caches(
    model: &Model,
    network: &Network,
    runs: &[Vec<Option<Runs>>],
    setting: &Setting<'_>,
) -> Vec<ColdCache> {
    let mut found = Vec::new();
    let together = network.caches.len() > CACHES;
    let all =
        together.then(|| Tally::new(model, network, Setting { cold: Cold::All, ..*setting }).count(runs));
    for (cache, stores) in &network.caches {
        let empty = [*cache];
        let alone = (!together).then(|| {
            Tally::new(model, network, Setting { cold: Cold::Some(&empty), ..*setting }).count(runs)
        });
        let Some(tally) = alone.as_ref().or(all.as_ref()) else { continue };
        for store in stores {
            if let Some(rate) = tally.known(&tally.components, store.index()) {
                found.push(ColdCache { cache: *cache, store: *store, peak: rate.peak });
            }
        }
    }
    found
}

fn flows(model: &Model, network: &Network, normal: &Tally<'_>, load: &Load) -> Vec<FlowLoad> {
    let of_flow = |(id, flow): (FlowId, &Flow)| {
        let runs = normal.flows.get(id.index()).copied().flatten();
        let calls = normal.calls.get(id.index()).filter(|calls| !calls.is_empty()).cloned();
        let mut of_flow = FlowLoad {
            peak: runs.map(|runs| runs.peak),
            average: runs.map(|runs| runs.average),
            worst: runs.map(|runs| runs.peak * amplification(network, id, flow)),
            headroom: None,
            first_to_break: None,
            calls: calls.unwrap_or_else(|| vec![None; flow.calls.len()]),
        };
        let mut busiest: Option<(f64, ComponentId)> = None;
        for visit in &flow.visits {
            let Some(used) = load.component(visit.component).and_then(|load| load.deciding_utilization())
            else {
                continue;
            };
            // of equals the first declared, whatever the order of the steps
            let before = |(most, id): (f64, ComponentId)| used > most || used == most && visit.component < id;
            if used > 0.0 && busiest.is_none_or(before) {
                busiest = Some((used, visit.component));
            }
        }
        of_flow.headroom = busiest.map(|(used, _)| 1.0 / used);
        of_flow.first_to_break = busiest.map(|(_, id)| id);
        of_flow
    };
    model.flows.enumerate().map(of_flow).collect()
}

/// By how much retries multiply the calls of a flow at its worst place.
fn amplification(network: &Network, id: FlowId, flow: &Flow) -> f64 {
    let Some(net) = network.flows.get(id.index()) else { return 1.0 };
    let mut sources = vec![0.0; flow.visits.len()];
    for root in &flow.roots {
        if let Some(slot) = sources.get_mut(root.index()) {
            *slot = 1.0;
        }
    }
    let factors: Vec<f64> = net.calls.iter().map(|call| 1.0 + retries(&flow.calls[*call].attrs)).collect();
    net.net.largest_products(&sources, &factors).into_iter().fold(1.0, f64::max)
}
