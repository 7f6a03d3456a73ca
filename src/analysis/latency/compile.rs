//! From the visits and calls of a flow to an expression of its time. Knows neither grids nor findings.

mod call;
mod weigh;

use rustc_hash::FxHashMap;

use super::leaf::{Leaf, Num};
use super::plan::{Ix, Plan};
use super::trips::Trips;
use super::work::{self, Line};
use super::{CallTimes, FlowTimes, Gap, Latency, VisitTimes};
use crate::analysis::assumptions::{Assumptions, DEFAULT, Subject};
use crate::analysis::case::Case;
use crate::analysis::load::{Load, down};
use crate::analysis::order::Edges;
use crate::analysis::placement::Placement;
use crate::config::Assumed;
use crate::model::attributes::words::Wait;
use crate::model::{AttrId, Call, CallGroup, ComponentId, Flow, GroupMode, Model, VisitId};
use crate::units::format_time;

/// What the times of a design rest on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting<'a> {
    pub(crate) model: &'a Model,
    pub(crate) placement: &'a Placement,
    pub(crate) load: &'a Load,
    pub(crate) assumed: &'a Assumed,
    pub(crate) case: &'a Case,
}

/// The latency of a design in a case.
pub(crate) fn compute(setting: Setting<'_>) -> Latency {
    let mut compiler = Compiler::new(setting);
    let flows = setting.model.flows.iter().map(|flow| compiler.flow(flow)).collect();
    Latency::new(compiler.plan, flows)
}

/// Tells the defaults that the estimates rest on.
pub(crate) fn record(setting: Setting<'_>, latency: &Latency, assumptions: &mut Assumptions) {
    for (id, flow) in setting.model.flows.enumerate() {
        let Some(times) = latency.shared.flows.get(id.index()) else { continue };
        for (visit, at) in flow.visits.iter().zip(&times.visits) {
            if at.awaited && visit.via.is_some() {
                work::record(setting.model, setting.assumed, visit.component, assumptions);
            }
        }
        if !times.gaps.is_empty() {
            continue;
        }
        for (call, at) in flow.calls.iter().zip(&times.calls) {
            if at.chance > 0.0 && at.trip.assumed {
                let value = format_time(at.trip.seconds);
                assumptions.add(Subject::Connection(call.connection), AttrId::RTT, value, DEFAULT);
            }
        }
    }
}

struct Compiler<'a> {
    setting: Setting<'a>,
    plan: Plan,
    trips: Trips<'a>,
    down: Vec<bool>,
    known: FxHashMap<ComponentId, (Option<Leaf>, Line)>,
}

impl<'a> Compiler<'a> {
    fn new(setting: Setting<'a>) -> Self {
        let Setting { model, placement, assumed, case, .. } = setting;
        Self {
            setting,
            plan: Plan::default(),
            trips: Trips::new(model, placement, assumed),
            down: down(model, placement, case),
            known: FxHashMap::default(),
        }
    }

    fn is_down(&self, id: ComponentId) -> bool {
        self.down.get(id.index()).copied().unwrap_or(false)
    }

    fn component(&mut self, id: ComponentId) -> (Option<Leaf>, Line) {
        let Setting { model, placement, load, assumed, case } = self.setting;
        let of = || {
            let own = work::work(model, assumed, case, id);
            let line = own.as_ref().map_or(Line::Unknown, |own| work::line(model, placement, load, id, own));
            (own, line)
        };
        *self.known.entry(id).or_insert_with(of)
    }

    fn flow(&mut self, flow: &Flow) -> FlowTimes {
        let mut run = FlowRun::new(self, flow);
        for part in run.parts() {
            for &index in &part {
                run.visit(VisitId::from_index(index as usize), &part);
            }
        }
        run.finish()
    }
}

/// Single calls behind caches, the nearest first.
type Misses = Vec<(Vec<ComponentId>, Vec<(Ix, u64)>)>;

/// A flow on its way to an expression.
struct FlowRun<'c, 'a> {
    compiler: &'c mut Compiler<'a>,
    flow: &'c Flow,
    visits: Vec<VisitTimes>,
    calls: Vec<CallTimes>,
    /// By visit: what keeps it from an estimate, its callees' gaps apart.
    gaps: Vec<Vec<Gap>>,
    /// By visit: whether its work is asked for by a message.
    fed: Vec<bool>,
}

impl<'c, 'a> FlowRun<'c, 'a> {
    fn new(compiler: &'c mut Compiler<'a>, flow: &'c Flow) -> Self {
        let nothing = compiler.plan.nothing();
        let blank = VisitTimes { response: nothing, own: None, line: None, complete: true, awaited: false };
        let mut run = Self {
            compiler,
            flow,
            visits: vec![blank; flow.visits.len()],
            calls: vec![CallTimes::default(); flow.calls.len()],
            gaps: vec![Vec::new(); flow.visits.len()],
            fed: vec![false; flow.visits.len()],
        };
        run.weigh();
        run
    }

    fn model(&self) -> &'a Model {
        self.compiler.setting.model
    }

    fn callee(&self, call: &Call) -> ComponentId {
        self.flow.visits[call.target].component
    }

    /// The visits that somebody waits for, callees first; those of a circle together.
    fn parts(&self) -> Vec<Vec<u32>> {
        let waited = |id: VisitId| self.visits.get(id.index()).is_some_and(|visit| visit.awaited);
        let mut pairs = Vec::new();
        for (id, call) in self.flow.calls.enumerate() {
            if self.chance(id) > 0.0 && waited(call.caller) {
                pairs.push((call.caller.index() as u32, call.target.index() as u32));
            }
        }
        let mut parts = Edges::new(self.flow.visits.len(), &pairs).parts();
        parts.retain(|part| part.iter().any(|index| waited(VisitId::from_index(*index as usize))));
        parts
    }

    fn gap(&mut self, id: VisitId, gap: Gap) {
        if let Some(visit) = self.visits.get_mut(id.index()) {
            visit.complete = false;
        }
        if let Some(gaps) = self.gaps.get_mut(id.index()) {
            gaps.push(gap);
        }
    }

    fn visit(&mut self, id: VisitId, circle: &[u32]) {
        let flow = self.flow;
        let visit = &flow.visits[id];
        let mut parts: Vec<(Ix, u64)> = Vec::with_capacity(visit.groups.len() + 2);
        let mut fixed = 0.0;
        if !flow.roots.contains(&id) {
            let (own, line) = self.compiler.component(visit.component);
            match own {
                Some(Leaf::Fixed(Num(time))) => fixed += time,
                Some(leaf) => parts.push((self.compiler.plan.leaf(leaf), 1)),
                None => self.gap(id, Gap::Figures(visit.component)),
            }
            let mut queue = None;
            match line {
                // who is handed messages takes them when it can: they wait in the broker
                _ if self.fed.get(id.index()) == Some(&true) => {}
                Line::Settled(found) => queue = Some(found),
                Line::Saturated(used) => self.gap(id, Gap::Saturated(visit.component, used)),
                Line::Unknown => {}
            }
            if let Some(leaf) = queue.and_then(|queue| queue.leaf()) {
                parts.push((self.compiler.plan.leaf(leaf), 1));
            }
            if let Some(slot) = self.visits.get_mut(id.index()) {
                (slot.own, slot.line) = (own, queue);
            }
        }
        let mut misses: Misses = Vec::new();
        for group in &visit.groups {
            self.step(id, &flow.groups[*group], circle, &mut parts, &mut misses);
        }
        self.after_misses(misses, &mut parts);
        let response = self.compiler.plan.series(fixed, parts);
        if let Some(slot) = self.visits.get_mut(id.index()) {
            slot.response = response;
        }
    }

    /// Adds what is done when caches miss; what is behind two of them is a part of what is behind the farther one.
    fn after_misses(&mut self, mut misses: Misses, parts: &mut Vec<(Ix, u64)>) {
        misses.sort_by_key(|(caches, _)| std::cmp::Reverse(caches.len()));
        let mut next = 0;
        while let Some((caches, calls)) = misses.get_mut(next) {
            next += 1;
            let (caches, calls) = (std::mem::take(caches), std::mem::take(calls));
            let Some((nearest, farther)) = caches.split_first() else { continue };
            let calls = self.compiler.plan.series(0.0, calls);
            let part = self.compiler.plan.mixture(vec![(self.missed_by(*nearest), calls)]);
            if farther.is_empty() {
                parts.push((part, 1));
            } else if let Some((_, calls)) = misses.iter_mut().find(|(known, _)| known == farther) {
                calls.push((part, 1));
            } else {
                misses.push((farther.to_vec(), vec![(part, 1)]));
            }
        }
    }

    /// Adds a step of a visit. Single calls behind one cache are kept together: it answers for all of them or for none.
    fn step(
        &mut self,
        id: VisitId,
        group: &CallGroup,
        circle: &[u32],
        parts: &mut Vec<(Ix, u64)>,
        misses: &mut Misses,
    ) {
        let flow = self.flow;
        let together = flow.list_share(group);
        let shares = match together {
            Some(_) => vec![1.0; group.calls.len()],
            None => self.shares(group),
        };
        let mut made: Vec<(f64, Ix)> = Vec::with_capacity(group.calls.len());
        let (mut lost, mut awaited) = (None, 0);
        for (call_id, share) in group.calls.iter().zip(&shares) {
            let call = &flow.calls[*call_id];
            if !self.is_awaited(call) {
                continue;
            }
            awaited += 1;
            if self.chance(*call_id) <= 0.0 {
                lost = lost.or(self.is_out(call).then(|| self.callee(call)));
                continue;
            }
            let Some(time) = self.call(id, *call_id, circle) else {
                lost = Some(self.callee(call));
                continue;
            };
            made.push((*share, time));
            let caches = call.attrs.components(AttrId::BEHIND);
            if let (GroupMode::One, false) = (group.kind, caches.is_empty()) {
                let part = self.compiler.plan.mixture(vec![(*share, time)]);
                match misses.iter_mut().find(|(known, _)| *known == caches) {
                    Some((_, calls)) => calls.push((part, 1)),
                    None => misses.push((caches, vec![(part, 1)])),
                }
                return;
            }
            if let Some((share, _)) = made.last_mut() {
                *share *= self.missed(&call.attrs);
            }
        }
        let plan = &mut self.compiler.plan;
        let needs = match group.kind {
            GroupMode::AnyOf { needs } if needs <= 1 => {
                if made.is_empty()
                    && let Some(lost) = lost
                {
                    return self.gap(id, Gap::Down(lost));
                }
                let part = plan.mixture(made);
                return parts.push((part, 1));
            }
            GroupMode::AnyOf { needs } => needs.min(awaited),
            _ => waited_for(flow, group, awaited),
        };
        let calls: Vec<(Ix, u64)> = made.into_iter().map(|made| (plan.mixture(vec![made]), 1)).collect();
        if let Some(lost) = lost
            && (calls.len() as u64) < needs
        {
            return self.gap(id, Gap::Down(lost));
        }
        let race = self.compiler.plan.race(needs, calls);
        let part = together.map_or(race, |share| self.compiler.plan.mixture(vec![(share, race)]));
        parts.push((part, 1));
    }

    fn finish(mut self) -> FlowTimes {
        let flow = self.flow;
        let share = 1.0 / flow.roots.len().max(1) as f64;
        let runs =
            flow.roots.iter().filter_map(|root| Some((share, self.visits.get(root.index())?.response)));
        let runs: Vec<(f64, Ix)> = runs.collect();
        let root = self.compiler.plan.mixture(runs);
        // each is told once, and a long chain may have one for each component
        let key = |gap: &Gap| match *gap {
            Gap::Figures(id) => (0, Some(id), 0),
            Gap::Saturated(id, used) => (1, Some(id), used.to_bits()),
            Gap::Circle(id) => (2, Some(id), 0),
            Gap::Down(id) => (3, Some(id), 0),
            Gap::NotAwaited => (4, None, 0),
        };
        let mut known = rustc_hash::FxHashSet::default();
        let mut gaps: Vec<Gap> =
            self.gaps.iter().flatten().copied().filter(|gap| known.insert(key(gap))).collect();
        let waits = |visit: &&VisitTimes| visit.awaited;
        if self.visits.iter().filter(waits).count() <= flow.roots.len() && gaps.is_empty() {
            gaps.push(Gap::NotAwaited);
        }
        for (visit, at) in self.visits.iter_mut().enumerate() {
            at.complete &= at.awaited || flow.roots.contains(&VisitId::from_index(visit));
        }
        FlowTimes { root, visits: self.visits, calls: self.calls, gaps }
    }
}

/// How many of so many calls at once are waited for.
fn waited_for(flow: &Flow, group: &CallGroup, awaited: u64) -> u64 {
    let all =
        |wait: Wait| group.calls.iter().all(|id| flow.calls[*id].attrs.word(AttrId::WAIT) == Some(wait));
    match group.kind {
        GroupMode::Parallel if all(Wait::First) => 1.min(awaited),
        GroupMode::Parallel if all(Wait::Quorum) => awaited / 2 + 1,
        _ => awaited,
    }
}
