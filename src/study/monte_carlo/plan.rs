//! What a run of a flow does, call by call, with every figure looked up: what the event loop works from. Seconds throughout.

use rustc_hash::FxHashMap;

use super::runs::{Softness, is_cut, softness};
use super::trips::Trips;
use super::{Gap, Setting};
use crate::analysis::load::hit_ratio;
use crate::model::attributes::words::{Access, Backoff, Wait};
use crate::model::{AttrId, Call, CallGroup, CallId, ComponentId, Flow, GroupMode, Kind, VisitId};
use crate::syntax::ast::Operator;

/// A flow, ready to be run.
pub(super) struct FlowPlan<'a> {
    pub(super) flow: &'a Flow,
    /// Runs a second at the peak; `None` where nobody says.
    pub(super) rate: Option<f64>,
    /// By call.
    pub(super) calls: Vec<CallPlan>,
    /// By step: the shares by which one of its alternatives is chosen; `None` where all its calls are made.
    pub(super) choices: Vec<Option<Vec<f64>>>,
    /// Visits of a run, on average.
    pub(super) visits: f64,
    /// Why its time cannot be measured.
    pub(super) gap: Option<Gap>,
}

/// A call.
#[derive(Clone, Debug)]
pub(super) struct CallPlan {
    pub(super) connection: usize,
    /// Whether the caller waits for it.
    pub(super) awaited: bool,
    /// Whether it is one of a message.
    pub(super) is_message: bool,
    /// Whether it hands a message to somebody who works on it, for whom nobody waits.
    pub(super) feeds: bool,
    pub(super) share: f64,
    /// The caches that it is behind, each with the chance of a hit.
    pub(super) behind: Vec<(ComponentId, f64)>,
    /// Whether its callee is down or out of reach, and then, whether the caller goes on to what is behind it.
    pub(super) lost: Option<bool>,
    pub(super) softness: Softness,
    pub(super) trip: f64,
    pub(super) timeout: Option<f64>,
    pub(super) retries: u64,
    pub(super) pause: f64,
    pub(super) doubling: bool,
    pub(super) jitter: bool,
    pub(super) budget: Option<f64>,
    pub(super) breaker: bool,
    pub(super) calls: f64,
    pub(super) fanout: u64,
    /// How many of the fanout are waited for.
    pub(super) wanted: u64,
    pub(super) writes: bool,
}

/// The plan of a flow.
pub(super) fn plan<'a>(
    setting: &Setting<'a>,
    up: &[bool],
    trips: &mut Trips<'a>,
    flow: &'a Flow,
    rate: Option<f64>,
) -> FlowPlan<'a> {
    let calls: Vec<CallPlan> =
        flow.calls.iter().map(|call| call_plan(setting, up, trips, flow, call)).collect();
    let choices: Vec<Option<Vec<f64>>> =
        flow.groups.iter().map(|group| choice(flow, group, &calls)).collect();
    let mut plan = FlowPlan { flow, rate, calls, choices, visits: 0.0, gap: None };
    plan.weigh(setting, up);
    plan
}

fn call_plan<'a>(
    setting: &Setting<'a>,
    up: &[bool],
    trips: &mut Trips<'a>,
    flow: &'a Flow,
    call: &Call,
) -> CallPlan {
    let model = setting.model;
    let attrs = &call.attrs;
    let op = model.connections[call.connection].op;
    let (from, to) = (flow.visits[call.caller].component, flow.visits[call.target].component);
    let is_root = flow.roots.contains(&call.caller);
    let is_up = |id: ComponentId| up.get(id.index()) != Some(&false);
    let awaited = match op {
        Operator::Call => true,
        Operator::Message => is_root && model.components[from].kind.is_broker(),
        _ => false,
    };
    let cut = setting.case.partition.is_some_and(|sides| is_cut(model, sides, from, to));
    let is_passed_by = flow.calls.iter().any(|other| other.attrs.components(AttrId::BEHIND).contains(&to));
    let hits = |cache: ComponentId| {
        let cold = setting.case.cold.contains(&cache) || !is_up(cache);
        (cache, if cold { 0.0 } else { hit_ratio(model, cache).unwrap_or(0.0) })
    };
    let behind = attrs.components(AttrId::BEHIND).into_iter().map(hits).collect();
    let trip = match is_root {
        true => attrs.seconds(AttrId::RTT).unwrap_or(0.0),
        false => trips.of(attrs, from, to),
    };
    let fanout = attrs.count(AttrId::FANOUT).unwrap_or(1);
    let wanted = match attrs.word(AttrId::WAIT) {
        Some(Wait::First) => 1,
        Some(Wait::Quorum) => fanout / 2 + 1,
        _ => fanout,
    };
    let backoff = attrs.word(AttrId::BACKOFF).filter(|backoff| *backoff != Backoff::None);
    let base = attrs.seconds(AttrId::BACKOFF_BASE).unwrap_or(setting.assumed.backoff_base);
    CallPlan {
        connection: call.connection.index(),
        awaited,
        is_message: op == Operator::Message,
        feeds: op == Operator::Message && !awaited,
        share: attrs.share(AttrId::SHARE).unwrap_or(1.0),
        behind,
        lost: (cut || !is_up(to)).then_some(is_passed_by),
        softness: softness(attrs),
        trip,
        timeout: attrs.seconds(AttrId::TIMEOUT),
        retries: attrs.count(AttrId::RETRIES).unwrap_or(0),
        pause: if backoff.is_some() { base } else { 0.0 },
        doubling: backoff == Some(Backoff::Exponential),
        jitter: attrs.is_true(AttrId::JITTER),
        budget: attrs.share(AttrId::RETRY_BUDGET),
        breaker: attrs.is_true(AttrId::CIRCUIT_BREAKER),
        calls: attrs.number(AttrId::CALLS).filter(|calls| *calls >= 0.0).unwrap_or(1.0),
        fanout,
        wanted: wanted.min(fanout),
        writes: attrs.word(AttrId::ACCESS) == Some(Access::Write),
    }
}

/// How alternatives of which one is called divide the calls; those that are lost leave theirs to the others.
fn choice(flow: &Flow, group: &CallGroup, calls: &[CallPlan]) -> Option<Vec<f64>> {
    if !matches!(group.kind, GroupMode::AnyOf { needs } if needs <= 1) {
        return None;
    }
    let given = |id: &CallId| flow.calls[*id].attrs.share(AttrId::SHARE);
    let told: f64 = group.calls.iter().filter_map(given).sum();
    let silent = group.calls.iter().filter(|id| given(id).is_none()).count();
    let rest = (1.0 - told).max(0.0) / silent.max(1) as f64;
    let all: Vec<f64> = group.calls.iter().map(|id| given(id).unwrap_or(rest)).collect();
    let lost = |id: &CallId| calls.get(id.index()).is_some_and(|call| call.lost.is_some());
    let total: f64 = all.iter().sum();
    let alive: f64 = all.iter().zip(&group.calls).filter(|(_, id)| !lost(id)).map(|(share, _)| share).sum();
    if alive <= 0.0 {
        return Some(all);
    }
    let part = |(share, id): (&f64, &CallId)| if lost(id) { 0.0 } else { share * total / alive };
    Some(all.iter().zip(&group.calls).map(part).collect())
}

/// Beyond so many visits a run is not worked through.
const LARGEST: f64 = 20_000.0;

impl FlowPlan<'_> {
    /// Finds how many visits a run makes, and what keeps its time from being measured.
    fn weigh(&mut self, setting: &Setting<'_>, up: &[bool]) {
        let flow = self.flow;
        if flow.calls.iter().any(|call| call.target.index() <= call.caller.index()) && self.is_circular() {
            self.gap = Some(Gap::Circle);
            return;
        }
        let mut runs = vec![0.0; flow.visits.len()];
        let mut waits = vec![false; flow.visits.len()];
        for root in &flow.roots {
            put(&mut runs, root.index(), 1.0 / flow.roots.len() as f64);
            put(&mut waits, root.index(), true);
        }
        let mut awaited = 0;
        for index in self.order() {
            let id = VisitId::from_index(index);
            let (often, waited) = (runs.get(index).copied().unwrap_or(0.0), waits.get(index) == Some(&true));
            self.visits += often;
            if waited && !flow.roots.contains(&id) {
                awaited += 1;
                self.gap = self.gap.or(gap_of(setting, up, flow.visits[id].component));
            }
            for group_id in &flow.visits[id].groups {
                let group = &flow.groups[*group_id];
                let choice = self.choices.get(group_id.index()).and_then(Option::as_ref);
                for (at, call_id) in group.calls.iter().enumerate() {
                    let Some(call) = self.calls.get(call_id.index()) else { continue };
                    let share = choice.map_or(call.share, |shares| shares.get(at).copied().unwrap_or(0.0));
                    let missed = call.behind.iter().map(|(_, hits)| 1.0 - hits).product::<f64>();
                    let times = often * share * missed * call.calls * call.fanout as f64;
                    if call.lost.is_some() || times <= 0.0 || !(call.awaited || call.feeds) {
                        continue;
                    }
                    let target = flow.calls[*call_id].target.index();
                    add(&mut runs, target, times);
                    if waited && call.awaited {
                        put(&mut waits, target, true);
                    }
                }
            }
        }
        if self.visits > LARGEST {
            self.gap = Some(Gap::Large);
        } else if awaited == 0 {
            self.gap = self.gap.or(Some(Gap::NotAwaited));
        }
    }

    /// Callers before callees.
    fn order(&self) -> Vec<usize> {
        let mut left: Vec<usize> = vec![0; self.flow.visits.len()];
        for call in &self.flow.calls {
            add(&mut left, call.target.index(), 1);
        }
        let mut order: Vec<usize> = (0..left.len()).filter(|at| left.get(*at) == Some(&0)).collect();
        let mut at = 0;
        while let Some(index) = order.get(at).copied() {
            at += 1;
            for group in &self.flow.visits[VisitId::from_index(index)].groups {
                for call in &self.flow.groups[*group].calls {
                    let target = self.flow.calls[*call].target.index();
                    if let Some(count) = left.get_mut(target) {
                        *count -= 1;
                        if *count == 0 {
                            order.push(target);
                        }
                    }
                }
            }
        }
        order
    }

    fn is_circular(&self) -> bool {
        self.order().len() < self.flow.visits.len()
    }
}

/// What keeps a component's time from being measured.
fn gap_of(setting: &Setting<'_>, up: &[bool], id: ComponentId) -> Option<Gap> {
    let component = &setting.model.components[id];
    if up.get(id.index()) == Some(&false) || matches!(component.kind, Kind::Person | Kind::Client) {
        return None;
    }
    if !component.attrs.has(AttrId::LATENCY) && !component.attrs.has(AttrId::P99) {
        return Some(Gap::Figures(id));
    }
    let used = setting.load.component(id).and_then(|load| load.deciding_utilization());
    used.filter(|used| *used >= 1.0).map(|used| Gap::Saturated(id, used))
}

/// By component: calls a second at the peak that no flow of the plans makes.
pub(super) fn others(setting: &Setting<'_>, plans: &[FlowPlan<'_>]) -> Vec<(ComponentId, f64)> {
    let mut made: FxHashMap<ComponentId, f64> = FxHashMap::default();
    for (plan, load) in plans.iter().zip(&setting.load.flows) {
        if plan.rate.is_none() || matches!(plan.gap, Some(Gap::Circle | Gap::Large)) {
            continue;
        }
        for (call, rate) in plan.flow.calls.iter().zip(&load.calls) {
            *made.entry(plan.flow.visits[call.target].component).or_default() += rate.unwrap_or(0.0);
        }
    }
    let rest = |id: ComponentId| {
        let all = setting.load.component(id)?.peak?;
        let rest = all - made.get(&id).copied().unwrap_or(0.0);
        (rest > 1e-6 * all).then_some((id, rest))
    };
    let works = |id: &ComponentId| !setting.model.components[*id].kind.is_actor();
    setting.model.components.ids().filter(works).filter_map(rest).collect()
}

fn put<T>(items: &mut [T], index: usize, value: T) {
    if let Some(item) = items.get_mut(index) {
        *item = value;
    }
}

fn add<T: std::ops::AddAssign>(items: &mut [T], index: usize, value: T) {
    if let Some(item) = items.get_mut(index) {
        *item += value;
    }
}
