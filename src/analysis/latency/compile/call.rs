//! The time of one call: its trip, its tries, its repetitions, and what takes its place when the callee is down.

use super::FlowRun;
use crate::analysis::latency::Gap;
use crate::analysis::latency::leaf::Num;
use crate::analysis::latency::plan::{Ix, Tries};
use crate::config::Assumed;
use crate::model::attributes::words::{Backoff, FallbackKind, Wait};
use crate::model::{AttrId, Attributes, Call, CallId, ComponentId, VisitId};

impl FlowRun<'_, '_> {
    /// The time of a call with its trips and tries, all of its repetitions together; `None` where it cannot succeed.
    pub(super) fn call(&mut self, caller: VisitId, id: CallId, circle: &[u32]) -> Option<Ix> {
        let flow = self.flow;
        let call = &flow.calls[id];
        if self.is_out(call) {
            return self.call_to_dead(caller, call);
        }
        let closes = circle.len() > 1 && circle.binary_search(&(call.target.index() as u32)).is_ok()
            || call.target == call.caller;
        let target = self.visits.get(call.target.index()).copied();
        if closes {
            self.gap(caller, Gap::Circle(self.callee(call)));
        } else if !target.is_some_and(|target| target.complete)
            && let Some(slot) = self.visits.get_mut(caller.index())
        {
            slot.complete = false;
        }
        let trip = self.calls.get(id.index()).map_or(0.0, |call| call.trip.seconds);
        let plan = &mut self.compiler.plan;
        let response = match target {
            Some(target) if !closes => target.response,
            _ => plan.nothing(),
        };
        let mut time = plan.series(trip, vec![(response, 1)]);
        if let Some(tries) = tries(&call.attrs, self.compiler.setting.assumed) {
            time = plan.retried(time, tries);
        }
        let fanout = call.attrs.count(AttrId::FANOUT).unwrap_or(1);
        if fanout != 1 {
            let needs = match call.attrs.word(AttrId::WAIT) {
                Some(Wait::First) => 1.min(fanout),
                Some(Wait::Quorum) => fanout / 2 + 1,
                _ => fanout,
            };
            time = plan.race(needs.min(fanout), vec![(time, fanout)]);
        }
        let calls = call.attrs.number(AttrId::CALLS).filter(|calls| *calls >= 0.0).unwrap_or(1.0);
        if calls != 1.0 {
            let part = plan.mixture(vec![(calls.fract(), time)]);
            time = plan.series(0.0, vec![(time, calls as u64), (part, 1)]);
        }
        Some(time)
    }

    /// What takes the place of a call to something that is down: it fails at once.
    fn call_to_dead(&mut self, caller: VisitId, call: &Call) -> Option<Ix> {
        let callee = self.callee(call);
        let is_passed_by = |other: &Call| {
            other.attrs.components(AttrId::BEHIND).contains(&callee)
                && self.flow.visits[other.caller].component != callee
        };
        match softness(&call.attrs) {
            Softness::Degraded => Some(self.compiler.plan.nothing()),
            Softness::Fallback(other) if !self.compiler.is_down(other) => {
                match self.compiler.component(other).0 {
                    Some(leaf) => Some(self.compiler.plan.leaf(leaf)),
                    None => {
                        self.gap(caller, Gap::Figures(other));
                        Some(self.compiler.plan.nothing())
                    }
                }
            }
            // who asks a dead cache goes on to the store
            _ if self.flow.calls.iter().any(is_passed_by) => Some(self.compiler.plan.nothing()),
            _ => None,
        }
    }
}

/// How a call ends when its callee is down.
#[derive(Clone, Copy, PartialEq)]
enum Softness {
    Hard,
    /// The caller goes on without.
    Degraded,
    /// Another component answers.
    Fallback(ComponentId),
}

fn softness(attrs: &Attributes) -> Softness {
    if attrs.is_true(AttrId::OPTIONAL) {
        return Softness::Degraded;
    }
    match attrs.word::<FallbackKind>(AttrId::FALLBACK) {
        Some(FallbackKind::None) => Softness::Hard,
        Some(_) => Softness::Degraded,
        None => {
            attrs.components(AttrId::FALLBACK).first().map_or(Softness::Hard, |id| Softness::Fallback(*id))
        }
    }
}

/// How a call is given up and tried again; `None` where it is neither.
fn tries(attrs: &Attributes, assumed: &Assumed) -> Option<Tries> {
    let timeout = attrs.seconds(AttrId::TIMEOUT)?;
    let retries = attrs.count(AttrId::RETRIES).unwrap_or(0);
    let soft = softness(attrs) != Softness::Hard;
    if retries == 0 && !soft {
        return None;
    }
    let backoff = attrs.word(AttrId::BACKOFF).filter(|backoff| *backoff != Backoff::None);
    let base = attrs.seconds(AttrId::BACKOFF_BASE).unwrap_or(assumed.backoff_base);
    Some(Tries {
        timeout: Num(timeout),
        retries,
        pause: Num(if backoff.is_some() && retries > 0 { base } else { 0.0 }),
        doubling: backoff == Some(Backoff::Exponential),
        jitter: attrs.is_true(AttrId::JITTER),
        soft,
    })
}
