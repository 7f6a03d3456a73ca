//! From the runs of flows to the load of components and connections, in three cases: average, peak, worst.

use super::calls::{Cold, Setting, retries};
use super::network::Network;
use super::starters::{Runs, runs};
use super::tally::{Tally, told};
use super::{ColdCache, FlowLoad, Load, capacity};
use crate::analysis::case::Case;
use crate::analysis::placement::Placement;
use crate::config::Assumed;
use crate::model::{AttrId, ComponentId, Flow, FlowId, Model};

/// Beyond so many caches each is not emptied alone, but all together.
const CACHES: usize = 64;

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
    let carried = carried(model, &normal);
    for (id, connection) in model.connections.enumerate() {
        let index = id.index();
        let Some(slot) = load.connections.get_mut(index) else { continue };
        let rate =
            told(&normal.connections, index, &normal.known_connections, &normal.unknown_connections, any);
        slot.peak = rate.map(|rate| rate.peak);
        slot.average = rate.map(|rate| rate.average);
        let payload = connection.attrs.bytes(AttrId::PAYLOAD);
        let bytes =
            rate.and_then(|rate| carried.get(index).copied().unwrap_or_default().bytes(rate, payload));
        slot.bytes_per_second = bytes.map(|bytes| bytes.peak);
        slot.average_bytes_per_second = bytes.map(|bytes| bytes.average);
    }
    load.cold_caches = cold_caches(model, network, &runs, &setting);
    load.flows = flows(model, network, &normal, &load);
    load.divergences = normal.divergences;
    load
}

/// What the calls of flows bring to a connection whose steps may have payloads of their own.
#[derive(Clone, Copy, Default)]
struct Carried {
    /// Calls a second.
    calls: Runs,
    /// Bytes a second.
    bytes: Runs,
    /// Whether a call does not tell its payload.
    open: bool,
}

impl Carried {
    /// Bytes a second of all calls; those that no step makes carry the connection's payload.
    fn bytes(self, rate: Runs, payload: Option<f64>) -> Option<Runs> {
        let rest = |all: f64, steps: f64| if all - steps > 1e-9 * all { all - steps } else { 0.0 };
        let left =
            Runs { peak: rest(rate.peak, self.calls.peak), average: rest(rate.average, self.calls.average) };
        match payload {
            _ if self.open => None,
            Some(payload) => Some(self.bytes.plus(left.times(payload))),
            None => (left == Runs::default() && self.calls != Runs::default()).then_some(self.bytes),
        }
    }
}

fn carried(model: &Model, normal: &Tally<'_>) -> Vec<Carried> {
    let mut carried = vec![Carried::default(); model.connections.len()];
    for ((_, flow), (rates, runs)) in model.flows.enumerate().zip(normal.calls.iter().zip(&normal.flows)) {
        let Some(runs) = runs else { continue };
        let steady = if runs.peak > 0.0 { runs.average / runs.peak } else { 0.0 };
        for (call, rate) in flow.calls.iter().zip(rates) {
            let (Some(rate), Some(slot)) = (rate, carried.get_mut(call.connection.index())) else { continue };
            let rate = Runs { peak: *rate, average: rate * steady };
            slot.calls = slot.calls.plus(rate);
            match call.attrs.bytes(AttrId::PAYLOAD) {
                Some(payload) => slot.bytes = slot.bytes.plus(rate.times(payload)),
                None => slot.open |= rate.peak > 0.0,
            }
        }
    }
    carried
}

/// By component: whether a case leaves too few of its replicas.
pub(crate) fn down(model: &Model, placement: &Placement, case: &Case) -> Vec<bool> {
    let mut down = vec![false; model.components.len()];
    if case.failed.is_empty() {
        return down;
    }
    for id in model.components.ids() {
        if let Some(deployment) = placement.of(id) {
            let left = capacity::replicas_left(model, placement, case, id, deployment);
            let too_few = left < deployment.needs.min(deployment.high) || left == 0 && deployment.high > 0;
            if too_few && let Some(down) = down.get_mut(id.index()) {
                *down = true;
            }
        }
    }
    down
}

/// Each store behind a cache, with what it gets while the cache is empty.
pub(super) fn cold_caches(
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
