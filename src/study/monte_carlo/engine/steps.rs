//! The steps of a visit: which calls it makes, and what it does when they have ended.

use super::super::plan::{CallPlan, FlowPlan};
use super::super::random::mix;
use super::super::runs::{Softness, needed};
use super::frames::{Frame, Kind, NOBODY, Ref};
use super::{Engine, Event, Todo};
use crate::model::CallId;

impl Engine<'_> {
    /// The next step of a visit.
    pub(super) fn advance(&mut self, at: Ref) {
        let Some(frame) = self.frame(at).copied() else { return };
        let Kind::Visit { visit, step, .. } = frame.kind else { return };
        let plans = self.plans;
        let Some(plan) = plans.get(frame.flow as usize) else { return };
        let Some(group_id) = plan.flow.visits[visit].groups.get(step as usize).copied() else {
            return self.end(at, true);
        };
        let group = &plan.flow.groups[group_id];
        let choice = plan.choices.get(group_id.index()).and_then(Option::as_ref);
        let chosen = choice.map(|shares| self.choose(shares));
        let together = plan.flow.list_share(group).map(|share| self.random.happens(share));
        let (mut made, mut awaited): (Vec<CallId>, u64) = (Vec::new(), 0);
        for (number, id) in group.calls.iter().enumerate() {
            let Some(call) = plan.calls.get(id.index()) else { continue };
            let is_picked = match chosen {
                Some(chosen) => chosen == Some(number),
                None => together.unwrap_or_else(|| self.random.happens(call.share)),
            };
            awaited += u64::from(call.awaited);
            if !is_picked || !self.misses(&frame, call) {
                continue;
            }
            if call.awaited {
                made.push(*id);
            } else if call.feeds && call.lost.is_none() && !frame.looks {
                self.feed(&frame, plan, *id);
            }
        }
        let skipped = awaited - made.len() as u64;
        let needs = match chosen {
            Some(_) => made.len() as u64,
            None => needed(plan.flow, group, awaited).min(awaited),
        };
        let done = if chosen.is_some() { 0 } else { skipped };
        match made.as_slice() {
            [] => self.todo.push(Todo::Ended(at, true)),
            [only] if done < needs => self.call(at, &frame, plan, *only),
            _ => {
                let kind = Kind::Group { needs, left: made.len() as u64, done };
                let joint = self.spawn(kind, at, &frame);
                for id in &made {
                    self.call(joint, &frame, plan, *id);
                }
                if done >= needs {
                    self.end(joint, true);
                }
            }
        }
    }

    /// One of several by their shares; none for what is left of 1.
    pub(super) fn choose(&mut self, shares: &[f64]) -> Option<usize> {
        let mut left = self.random.uniform() * shares.iter().sum::<f64>().max(1.0);
        for (number, share) in shares.iter().enumerate() {
            if left < *share {
                return Some(number);
            }
            left -= share;
        }
        None
    }

    /// Whether no cache before a call answers; for all calls behind one cache a run has the same luck.
    pub(super) fn misses(&self, frame: &Frame, call: &CallPlan) -> bool {
        call.behind.iter().all(|(cache, hits)| {
            let drawn = mix(frame.luck ^ mix(cache.index() as u64 + 1));
            ((drawn >> 11) as f64 / (1u64 << 53) as f64) >= *hits
        })
    }

    /// Hands a message to whoever works on it. Nobody waits.
    pub(super) fn feed(&mut self, frame: &Frame, plan: &FlowPlan<'_>, id: CallId) {
        let call = &plan.flow.calls[id];
        let writes = plan.calls.get(id.index()).is_some_and(|call| call.writes);
        let kind = Kind::Visit { visit: call.target, step: 0, feeds: false, writes };
        let visit = self.spawn(kind, NOBODY, frame);
        self.schedule(self.now, Event::Reach(visit));
    }

    /// A call with all its repetitions.
    pub(super) fn call(&mut self, parent: Ref, frame: &Frame, plan: &FlowPlan<'_>, id: CallId) {
        let Some(call) = plan.calls.get(id.index()) else { return };
        let left = call.calls as u64 + u64::from(self.random.uniform() < call.calls.fract());
        if left == 0 || call.fanout == 0 {
            return self.todo.push(Todo::Ended(parent, true));
        }
        let at = self.spawn(Kind::Call { call: id, left }, parent, frame);
        self.once(at, frame, call, id);
    }

    /// One of the repetitions: all of its fanout.
    pub(super) fn once(&mut self, at: Ref, frame: &Frame, call: &CallPlan, id: CallId) {
        let (parent, count) = match call.fanout {
            1 => (at, 1),
            many => (self.spawn(Kind::Group { needs: call.wanted, left: many, done: 0 }, at, frame), many),
        };
        for _ in 0..count {
            let one = self.spawn(Kind::Try { call: id, tries: 0 }, parent, frame);
            self.todo.push(Todo::Attempt(one));
        }
    }

    /// What a frame waited for has ended.
    pub(super) fn ended(&mut self, at: Ref, good: bool) {
        let Some(frame) = self.frame(at).copied() else { return };
        let plans = self.plans;
        let Some(plan) = plans.get(frame.flow as usize) else { return };
        match frame.kind {
            Kind::Run { .. } | Kind::Instead { .. } => self.end(at, good),
            Kind::Visit { visit, step, feeds, writes } => {
                if !good {
                    return self.end(at, false);
                }
                if let Some(kind) = self.kind(at) {
                    *kind = Kind::Visit { visit, step: step + 1, feeds, writes };
                }
                self.todo.push(Todo::Advance(at));
            }
            Kind::Group { needs, left, done } => {
                let (left, done) = (left.saturating_sub(1), done + u64::from(good));
                if done >= needs {
                    return self.end(at, true);
                }
                if done + left < needs {
                    return self.end(at, false);
                }
                if let Some(kind) = self.kind(at) {
                    *kind = Kind::Group { needs, left, done };
                }
            }
            Kind::Call { call: id, left } => {
                let Some(call) = plan.calls.get(id.index()) else { return };
                if good && left > 1 {
                    if let Some(kind) = self.kind(at) {
                        *kind = Kind::Call { call: id, left: left - 1 };
                    }
                    return self.once(at, &frame, call, id);
                }
                match call.softness {
                    _ if good => self.end(at, true),
                    Softness::Degraded => self.end(at, true),
                    Softness::Fallback(other) if self.up.get(other.index()) != Some(&false) => {
                        if let Some(kind) = self.kind(at) {
                            *kind = Kind::Instead { component: other };
                        }
                        self.schedule(self.now, Event::Reach(at));
                    }
                    _ => self.end(at, false),
                }
            }
            Kind::Try { call: id, .. } => {
                let Some(call) = plan.calls.get(id.index()) else { return };
                if good {
                    self.tell_breaker(call, false);
                    self.end(at, true);
                } else {
                    self.try_failed(at);
                }
            }
        }
    }
}
