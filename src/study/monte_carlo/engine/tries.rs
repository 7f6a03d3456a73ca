//! The tries of a call: timeouts, retries and breakers.

use super::super::plan::CallPlan;
use super::frames::{Kind, Ref};
use super::{Engine, Event};

/// A breaker looks at so many of the last tries, and opens when half of them failed.
const WINDOW: u32 = 20;
/// Seconds for which it stays open.
const OPEN: f64 = 1.0;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Breaker {
    pub(super) tries: u32,
    pub(super) failed: u32,
    pub(super) open_until: f64,
    /// What retries may still cost.
    pub(super) tokens: f64,
}

impl Engine<'_> {
    pub(super) fn attempt(&mut self, at: Ref) {
        let Some(frame) = self.frame(at).copied() else { return };
        let Kind::Try { call: id, tries } = frame.kind else { return };
        let plans = self.plans;
        let Some(plan) = plans.get(frame.flow as usize) else { return };
        let Some(call) = plan.calls.get(id.index()) else { return };
        if let Some(goes_on) = call.lost {
            return self.end(at, goes_on);
        }
        if let Some(breaker) = self.breakers.get_mut(call.connection) {
            if call.breaker && breaker.open_until > self.now {
                return self.end(at, false);
            }
            if tries == 0 {
                breaker.tokens = (breaker.tokens + call.budget.unwrap_or(0.0)).min(10.0);
            }
        }
        if let Some(kind) = self.kind(at) {
            *kind = Kind::Try { call: id, tries: tries + 1 };
        }
        let target = plan.flow.calls[id].target;
        let kind = Kind::Visit { visit: target, step: 0, feeds: call.is_message, writes: call.writes };
        let visit = self.spawn(kind, at, &frame);
        self.schedule(self.now + call.trip, Event::Reach(visit));
        if let Some(timeout) = call.timeout {
            self.schedule(self.now + timeout, Event::Late(at));
        }
    }

    /// A try runs out of time: what it waits for goes on without anybody waiting.
    pub(super) fn late(&mut self, at: Ref) {
        let Some(frame) = self.frames.get_mut(at.index as usize).filter(|it| it.alive && it.age == at.age)
        else {
            return;
        };
        frame.age = frame.age.wrapping_add(1);
        let at = Ref { index: at.index, age: frame.age };
        self.try_failed(at);
    }

    pub(super) fn try_failed(&mut self, at: Ref) {
        let Some(frame) = self.frame(at).copied() else { return };
        let Kind::Try { call: id, tries } = frame.kind else { return };
        let Some(call) = self.plans.get(frame.flow as usize).and_then(|plan| plan.calls.get(id.index()))
        else {
            return;
        };
        self.tell_breaker(call, true);
        let has_token = match (call.budget, self.breakers.get_mut(call.connection)) {
            (Some(_), Some(breaker)) if breaker.tokens >= 1.0 => {
                breaker.tokens -= 1.0;
                true
            }
            (Some(_), _) => false,
            (None, _) => true,
        };
        if tries > call.retries || !has_token {
            return self.end(at, false);
        }
        let grown = if call.doubling { ((tries - 1).min(60) as f64).exp2() } else { 1.0 };
        let pause = call.pause * grown * if call.jitter { self.random.uniform() } else { 1.0 };
        self.schedule(self.now + pause, Event::Again(at));
    }

    pub(super) fn tell_breaker(&mut self, call: &CallPlan, failed: bool) {
        let now = self.now;
        let Some(breaker) = self.breakers.get_mut(call.connection).filter(|_| call.breaker) else { return };
        breaker.tries += 1;
        breaker.failed += u32::from(failed);
        if breaker.tries >= WINDOW {
            if breaker.failed * 2 >= breaker.tries {
                breaker.open_until = now + OPEN;
            }
            (breaker.tries, breaker.failed) = (0, 0);
        }
    }
}
