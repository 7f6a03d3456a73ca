//! Where the time of a run goes, hop by hop: own work, waiting in line, the way there; and on which path. Expectations, which add up.
//! Knows no expression and no finding.

use super::{FlowLatency, Queue};
use crate::model::attributes::words::Wait;
use crate::model::{AttrId, CallGroup, CallId, ComponentId, Flow, GroupMode, VisitId};

/// A visit that a run waits for. Times are in seconds.
#[derive(Clone, PartialEq, Debug)]
pub struct Hop {
    /// The visit.
    pub visit: VisitId,
    /// Who works.
    pub component: ComponentId,
    /// The call that leads there.
    pub call: Option<CallId>,
    /// How often it is made in a run, on average; calls at once count once.
    pub times: f64,
    /// Mean of its own work; `None` where it is not known.
    pub own: Option<f64>,
    /// 99th percentile of its own work.
    pub own_p99: Option<f64>,
    /// The line before it.
    pub queue: Option<Queue>,
    /// Round trip of one call to it.
    pub network: f64,
    /// Whether neither the connection nor a link says how long that is.
    pub is_network_assumed: bool,
    /// When it begins, in a mean run that makes the call.
    pub start: f64,
    /// From the request until its answer, on average; the way there apart. What is not known counts as nothing.
    pub response: f64,
    /// Whether it lies on the path that takes longest.
    pub is_critical: bool,
    /// `times` · (own + line + network).
    pub contribution: f64,
    /// Its part of what all hops on that path contribute; 0 beside it.
    pub share: f64,
}

/// The hops of a flow, in the order of its visits.
pub fn budget(flow: &Flow, latency: &FlowLatency<'_>) -> Vec<Hop> {
    let mut sheet = Sheet {
        flow,
        latency,
        responses: vec![0.0; flow.visits.len()],
        starts: vec![0.0; flow.visits.len()],
        times: vec![0.0; flow.visits.len()],
        critical: vec![false; flow.visits.len()],
    };
    // a caller's visit stands before its callees'; what a circle leads back to counts as nothing
    for id in flow.visits.ids().rev() {
        sheet.answer(id);
    }
    for root in &flow.roots {
        set(&mut sheet.times, *root, 1.0);
        set(&mut sheet.critical, *root, true);
    }
    for id in flow.visits.ids() {
        sheet.lay(id);
    }
    sheet.hops()
}

struct Sheet<'a> {
    flow: &'a Flow,
    latency: &'a FlowLatency<'a>,
    responses: Vec<f64>,
    starts: Vec<f64>,
    times: Vec<f64>,
    critical: Vec<bool>,
}

fn set<T>(list: &mut [T], id: VisitId, value: T) {
    if let Some(slot) = list.get_mut(id.index()) {
        *slot = value;
    }
}

impl Sheet<'_> {
    fn of<T: Copy + Default>(list: &[T], id: VisitId) -> T {
        list.get(id.index()).copied().unwrap_or_default()
    }

    /// Its own work and line, on average.
    fn own(&self, id: VisitId) -> (Option<f64>, f64) {
        let Some(visit) = self.latency.times.visits.get(id.index()) else { return (None, 0.0) };
        (visit.own.map(|own| own.mean()), visit.line.map_or(0.0, |line| line.mean))
    }

    fn chance(&self, call: CallId) -> f64 {
        self.latency.times.calls.get(call.index()).map_or(0.0, |call| call.chance)
    }

    fn trip(&self, call: CallId) -> f64 {
        self.latency.trip(call).map_or(0.0, |trip| trip.seconds)
    }

    /// One call with all of its repetitions, if it is made.
    fn duration(&self, id: CallId) -> f64 {
        let call = &self.flow.calls[id];
        let response = if call.target > call.caller { Self::of(&self.responses, call.target) } else { 0.0 };
        repetitions(self.flow, id) * (self.trip(id) + response)
    }

    /// The calls of a step that are waited for, the one that decides first, and how long the step takes.
    fn step(&self, group: &CallGroup) -> (Option<CallId>, f64) {
        let mut calls: Vec<(f64, CallId)> = group
            .calls
            .iter()
            .filter(|id| self.chance(**id) > 0.0)
            .map(|id| (self.chance(*id) * self.duration(*id), *id))
            .collect();
        if let GroupMode::AnyOf { needs: 0 | 1 } = group.kind {
            let longest = calls.iter().copied().reduce(|a, b| if b.0 > a.0 { b } else { a });
            return (longest.map(|it| it.1), calls.iter().map(|it| it.0).sum());
        }
        calls.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let all = |wait: Wait| {
            calls.iter().all(|(_, id)| self.flow.calls[*id].attrs.word(AttrId::WAIT) == Some(wait))
        };
        let needs = match group.kind {
            GroupMode::AnyOf { needs } => usize::try_from(needs).unwrap_or(usize::MAX),
            GroupMode::Parallel if all(Wait::First) => 1,
            GroupMode::Parallel if all(Wait::Quorum) => calls.len() / 2 + 1,
            _ => calls.len(),
        };
        let decides = calls.get(needs.clamp(1, calls.len().max(1)) - 1);
        (decides.map(|it| it.1), decides.map_or(0.0, |it| it.0))
    }

    fn answer(&mut self, id: VisitId) {
        let (own, line) = self.own(id);
        let flow = self.flow;
        let steps = flow.visits[id].groups.iter().map(|group| self.step(&flow.groups[*group]).1);
        let response = own.unwrap_or(0.0) + line + steps.sum::<f64>();
        set(&mut self.responses, id, response);
    }

    /// Tells the callees of a visit when they begin, how often, and whether they are on the path.
    fn lay(&mut self, id: VisitId) {
        let flow = self.flow;
        let (own, line) = self.own(id);
        let mut now = Self::of(&self.starts, id) + own.unwrap_or(0.0) + line;
        let (times, critical) = (Self::of(&self.times, id), Self::of(&self.critical, id));
        for group in &flow.visits[id].groups {
            let group = &flow.groups[*group];
            let (decides, length) = self.step(group);
            for call in
                group.calls.iter().filter(|call| self.chance(**call) > 0.0).copied().collect::<Vec<_>>()
            {
                let target = flow.calls[call].target;
                if target <= id {
                    continue;
                }
                let before = Self::of(&self.times, target);
                if before <= 0.0 {
                    let start = now + 0.5 * self.trip(call);
                    set(&mut self.starts, target, start);
                }
                let often = times * self.chance(call) * repetitions(flow, call);
                set(&mut self.times, target, before + often);
                if critical && decides == Some(call) {
                    set(&mut self.critical, target, true);
                }
            }
            now += length;
        }
    }

    fn hops(&self) -> Vec<Hop> {
        let awaited = |id: &VisitId| {
            let visit = self.latency.times.visits.get(id.index());
            visit.is_some_and(|visit| visit.awaited) && !self.flow.roots.contains(id)
        };
        let mut hops: Vec<Hop> = self.flow.visits.ids().filter(awaited).map(|id| self.hop(id)).collect();
        let path: f64 = hops.iter().filter(|hop| hop.is_critical).map(|hop| hop.contribution).sum();
        for hop in hops.iter_mut().filter(|hop| hop.is_critical && path > 0.0) {
            hop.share = hop.contribution / path;
        }
        hops
    }

    fn hop(&self, id: VisitId) -> Hop {
        let visit = &self.flow.visits[id];
        let times = self.latency.times.visits.get(id.index());
        let (own, line) = self.own(id);
        let network = visit.via.map_or(0.0, |call| self.trip(call));
        let often = Self::of(&self.times, id);
        Hop {
            visit: id,
            component: visit.component,
            call: visit.via,
            times: often,
            own,
            own_p99: times.and_then(|times| times.own).map(|own| own.quantile(0.01)),
            queue: times.and_then(|times| times.line),
            network,
            is_network_assumed: visit
                .via
                .and_then(|call| self.latency.trip(call))
                .is_some_and(|trip| trip.assumed),
            start: Self::of(&self.starts, id),
            response: Self::of(&self.responses, id),
            is_critical: Self::of(&self.critical, id),
            contribution: often * (own.unwrap_or(0.0) + line + network),
            share: 0.0,
        }
    }
}

/// How many calls one after another a call stands for.
fn repetitions(flow: &Flow, call: CallId) -> f64 {
    flow.calls[call].attrs.number(AttrId::CALLS).unwrap_or(1.0)
}
