//! Tells a flow of the model in order. It knows no geometry.

use super::{Event, Frame, MOST_CALLS, Message, Sequence};
use crate::analysis::latency::{Hop, budget};
use crate::analysis::load::{Branch, hit_ratio, split};
use crate::compilation::Compilation;
use crate::diagram::drawing::Op;
use crate::diagram::pictures::{self, percent};
use crate::diagram::view;
use crate::model::attributes::words::{FallbackKind, Wait, Word};
use crate::model::{
    AttrId, Call, CallGroup, CallGroupId, CallId, ComponentId, Flow, FlowId, GroupMode, VisitId,
};
use crate::units::format_time;

/// A flow of a design, told.
#[must_use]
pub fn read(compilation: &Compilation, id: FlowId) -> Sequence {
    let flow = &compilation.model.flows[id];
    let hops = compilation.facts.latency.flow(id).map(|latency| budget(flow, &latency)).unwrap_or_default();
    let mut by_call: Vec<Option<&Hop>> = vec![None; flow.calls.len()];
    for hop in &hops {
        if let Some(slot) = hop.call.and_then(|call| by_call.get_mut(call.index())) {
            *slot = Some(hop);
        }
    }
    let mut teller = Teller {
        compilation,
        flow,
        hops: by_call,
        place: vec![None; compilation.model.components.len()],
        told: vec![false; flow.visits.len()],
        calls: 0,
        out: Sequence {
            title: flow.header.title().to_owned(),
            says: pictures::latency_says(compilation, id),
            ..Sequence::default()
        },
    };
    teller.tell();
    teller.out.left_out = flow.calls.len().saturating_sub(teller.calls);
    teller.out
}

enum Task {
    Work(VisitId),
    Step(CallGroupId),
    Call { id: CallId, in_alternatives: bool },
    Say(Event),
}

struct Teller<'a> {
    compilation: &'a Compilation,
    flow: &'a Flow,
    hops: Vec<Option<&'a Hop>>,
    /// By component: its participant.
    place: Vec<Option<usize>>,
    /// By visit: whether its work is told.
    told: Vec<bool>,
    calls: usize,
    out: Sequence,
}

impl Teller<'_> {
    /// A chain may be as long as the file: a list of what is still to tell, not recursion.
    fn tell(&mut self) {
        let mut tasks = Vec::new();
        for root in &self.flow.roots {
            let who = self.participant(self.flow.visits[*root].component);
            self.out.events.push(Event::Start(who));
            tasks.push(Task::Work(*root));
            while let Some(task) = tasks.pop() {
                self.take(task, &mut tasks);
            }
            self.out.events.push(Event::End(who));
        }
    }

    fn take(&mut self, task: Task, tasks: &mut Vec<Task>) {
        match task {
            Task::Say(event) => self.out.events.push(event),
            Task::Work(visit) => {
                if let Some(told) = self.told.get_mut(visit.index())
                    && !std::mem::replace(told, true)
                {
                    tasks.extend(self.flow.visits[visit].groups.iter().rev().map(|group| Task::Step(*group)));
                }
            }
            Task::Step(group) => self.step(&self.flow.groups[group], tasks),
            Task::Call { id, in_alternatives } => self.call(id, in_alternatives, tasks),
        }
    }

    fn step(&mut self, group: &CallGroup, tasks: &mut Vec<Task>) {
        if self.calls >= MOST_CALLS {
            return;
        }
        let alternatives = matches!(group.kind, GroupMode::AnyOf { .. });
        let several = group.calls.len() > 1 && group.kind != GroupMode::One;
        let conditions = if alternatives { self.alternatives(group) } else { Vec::new() };
        let says = |at: usize| conditions.get(at).cloned().unwrap_or_default();
        if several {
            tasks.push(Task::Say(Event::Close));
        }
        for (at, id) in group.calls.iter().enumerate().rev() {
            tasks.push(Task::Call { id: *id, in_alternatives: alternatives });
            if several && at > 0 {
                tasks.push(Task::Say(Event::Else { says: says(at) }));
            }
        }
        if several {
            let frame = if alternatives { Frame::Alt } else { Frame::Par };
            let says = if alternatives { says(0) } else { self.waits_for(group) };
            tasks.push(Task::Say(Event::Open { frame, says }));
        }
    }

    /// The parts of a choice, each with its share.
    fn alternatives(&self, group: &CallGroup) -> Vec<String> {
        let call = |id: &CallId| &self.flow.calls[*id];
        let share = |id: &CallId| Branch { share: call(id).attrs.share(AttrId::SHARE), down: false };
        let shares = split(&group.calls.iter().map(share).collect::<Vec<_>>());
        let many = group.calls.len();
        let needs = match group.kind {
            GroupMode::AnyOf { needs } => needs,
            _ => 1,
        };
        let parts = group.calls.iter().zip(shares).enumerate();
        let part = |(at, (id, share)): (usize, (&CallId, f64))| {
            let name =
                self.compilation.model.components[self.flow.visits[call(id).target].component].header.title();
            match (at, needs) {
                (0, 0 | 1) => format!("one of {many} answers: {name} ({})", percent(share)),
                (0, needs) => format!("{needs} of {many} have to answer: {name}"),
                (_, 0 | 1) => format!("{name} ({})", percent(share)),
                _ => name.to_owned(),
            }
        };
        parts.map(part).collect()
    }

    fn waits_for(&self, group: &CallGroup) -> String {
        let waits =
            |wait| group.calls.iter().all(|id| self.flow.calls[*id].attrs.word(AttrId::WAIT) == Some(wait));
        let many = group.calls.len();
        if waits(Wait::First) {
            format!("{many} at once, the first answer is taken")
        } else if waits(Wait::Quorum) {
            format!("{many} at once, {} answers are waited for", many / 2 + 1)
        } else {
            format!("{many} at once")
        }
    }

    fn call(&mut self, id: CallId, in_alternatives: bool, tasks: &mut Vec<Task>) {
        self.calls += 1;
        let flow = self.flow;
        let call = &flow.calls[id];
        let visit = &flow.visits[call.target];
        let from = self.participant(flow.visits[call.caller].component);
        let to = self.participant(visit.component);
        let operator = self.compilation.model.connections[call.connection].op;
        let op = view::op(operator);
        let condition = self.condition(call, in_alternatives);
        let fresh = visit.via == Some(id) && self.told.get(call.target.index()) == Some(&false);
        let mut notes = self.notes(call, id);
        if !fresh && !visit.groups.is_empty() {
            notes.push("goes on as above".to_owned());
        }
        let framed = !condition.is_empty();
        if framed {
            self.out.events.push(Event::Open { frame: Frame::Opt, says: condition });
            tasks.push(Task::Say(Event::Close));
        }
        let label = call.label.as_deref().unwrap_or_default().to_owned();
        self.out.events.push(Event::Call(Message { from, to, op, label, notes }));
        self.out.events.push(Event::Start(to));
        let goes_on = fresh && !visit.groups.is_empty();
        tasks.push(Task::Say(Event::End(to)));
        if goes_on && op == Op::Call && from != to {
            let response = self.hops.get(id.index()).copied().flatten().map(|hop| hop.response);
            let says =
                response.filter(|it| *it > 0.0).map(|it| format!("after {} on average", format_time(it)));
            tasks.push(Task::Say(Event::Return { from: to, to: from, says: says.unwrap_or_default() }));
        }
        if goes_on {
            tasks.push(Task::Work(call.target));
        }
    }

    /// When the call is made, where that is not always, and what happens without it.
    fn condition(&self, call: &Call, in_alternatives: bool) -> String {
        let model = &self.compilation.model;
        let mut parts = Vec::new();
        for cache in call.attrs.components(AttrId::BEHIND) {
            let name = model.components[cache].header.title();
            parts.push(match hit_ratio(model, cache) {
                Some(hits) => format!("{name} misses ({})", percent(1.0 - hits)),
                None => format!("{name} misses"),
            });
        }
        if let Some(share) = call.attrs.share(AttrId::SHARE).filter(|share| *share < 1.0 && !in_alternatives)
        {
            parts.push(format!("in {} of the runs", percent(share)));
        }
        if call.attrs.is_true(AttrId::OPTIONAL) {
            parts.push("optional, goes on without it".to_owned());
        }
        parts.join("; ")
    }

    /// Its part of the latency, how it is repeated, what stands in for it.
    fn notes(&self, call: &Call, id: CallId) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(hop) = self.hops.get(id.index()).copied().flatten().filter(|hop| hop.contribution > 0.0) {
            let time = format_time(hop.contribution);
            notes.push(if hop.is_critical {
                format!("{time}, {} of the latency", percent(hop.share))
            } else {
                time
            });
        }
        let attrs = &call.attrs;
        let mut repeats = Vec::new();
        let times =
            attrs.number(AttrId::CALLS).unwrap_or(1.0) * attrs.count(AttrId::FANOUT).unwrap_or(1) as f64;
        if times != 1.0 {
            repeats.push(format!("×{}", crate::units::format_count(times)));
        }
        if let Some(timeout) = attrs.seconds(AttrId::TIMEOUT) {
            repeats.push(format!("timeout {}", format_time(timeout)));
        }
        match attrs.count(AttrId::RETRIES) {
            None | Some(0) => {}
            Some(1) => repeats.push("1 retry".to_owned()),
            Some(many) => repeats.push(format!("{many} retries")),
        }
        if !repeats.is_empty() {
            notes.push(repeats.join(" · "));
        }
        let instead = attrs.components(AttrId::FALLBACK).first().map(|other| {
            format!("if it fails: {}", self.compilation.model.components[*other].header.title())
        });
        let word = || match attrs.word::<FallbackKind>(AttrId::FALLBACK)? {
            FallbackKind::None => None,
            kind => Some(format!("if it fails: {} answer", kind.as_str())),
        };
        notes.extend(instead.or_else(word));
        notes
    }

    fn participant(&mut self, id: ComponentId) -> usize {
        if let Some(at) = self.place.get(id.index()).copied().flatten() {
            return at;
        }
        let at = self.out.participants.len();
        if let Some(slot) = self.place.get_mut(id.index()) {
            *slot = Some(at);
        }
        self.out.participants.push(view::node(&self.compilation.model, id));
        at
    }
}
