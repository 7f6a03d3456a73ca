//! Which calls of a flow are made, how often, and who waits for them.

use super::FlowRun;
use crate::analysis::latency::{CallTimes, Trip};
use crate::analysis::load::{Branch, hit_ratio, split};
use crate::model::{AttrId, Attributes, Call, CallGroup, CallId, ComponentId, GroupMode};
use crate::syntax::ast::Operator;

impl FlowRun<'_, '_> {
    /// Whether a caller waits for a call: always by `->`; a broker that starts a flow waits for whom it hands its message.
    pub(super) fn is_awaited(&self, call: &Call) -> bool {
        match self.model().connections[call.connection].op {
            Operator::Call => true,
            Operator::Message => {
                let caller = &self.flow.visits[call.caller];
                self.flow.roots.contains(&call.caller)
                    && self.model().components[caller.component].kind.is_broker()
            }
            _ => false,
        }
    }

    /// Fills in with which chance each call is made, and which visits somebody waits for.
    pub(super) fn weigh(&mut self) {
        let flow = self.flow;
        for group in &flow.groups {
            let shares = self.shares(group);
            for (id, share) in group.calls.iter().zip(shares) {
                let call = &flow.calls[*id];
                let chance = if self.is_awaited(call) { share * self.missed(&call.attrs) } else { 0.0 };
                let (from, to) = (flow.visits[call.caller].component, self.callee(call));
                let trip = match flow.roots.contains(&call.caller) {
                    // the clock starts at the first component, unless the way there is given
                    true => Trip { seconds: call.attrs.seconds(AttrId::RTT).unwrap_or(0.0), assumed: false },
                    false if chance > 0.0 => self.compiler.trips.of(&call.attrs, from, to),
                    false => Trip::default(),
                };
                if let Some(slot) = self.calls.get_mut(id.index()) {
                    *slot = CallTimes { chance, trip };
                }
            }
        }
        let mut open = flow.roots.clone();
        while let Some(id) = open.pop() {
            match self.visits.get_mut(id.index()) {
                Some(visit) if !visit.awaited => visit.awaited = true,
                _ => continue,
            }
            for group in &flow.visits[id].groups {
                for call in &flow.groups[*group].calls {
                    if self.chance(*call) > 0.0 {
                        let made = &flow.calls[*call];
                        let is_message = self.model().connections[made.connection].op == Operator::Message;
                        if let Some(fed) = self.fed.get_mut(made.target.index()).filter(|_| is_message) {
                            *fed = true;
                        }
                        open.push(made.target);
                    }
                }
            }
        }
    }

    pub(super) fn chance(&self, call: CallId) -> f64 {
        self.calls.get(call.index()).map_or(0.0, |call| call.chance)
    }

    /// The share of the caller's runs that make each call of a step, caches apart.
    pub(super) fn shares(&self, group: &CallGroup) -> Vec<f64> {
        let of = |id: &CallId| &self.flow.calls[*id];
        let given = |id: &CallId| of(id).attrs.share(AttrId::SHARE);
        match group.kind {
            GroupMode::AnyOf { needs } if needs <= 1 => {
                let branch = |id: &CallId| Branch { share: given(id), down: self.is_out(of(id)) };
                split(&group.calls.iter().map(branch).collect::<Vec<Branch>>())
            }
            GroupMode::AnyOf { .. } => vec![1.0; group.calls.len()],
            _ => group.calls.iter().map(|id| given(id).unwrap_or(1.0)).collect(),
        }
    }

    /// The chance that no cache which a call is behind answers.
    pub(super) fn missed(&self, attrs: &Attributes) -> f64 {
        attrs.components(AttrId::BEHIND).into_iter().map(|cache| self.missed_by(cache)).product()
    }

    /// The chance that a cache does not answer.
    pub(super) fn missed_by(&self, cache: ComponentId) -> f64 {
        if self.compiler.setting.case.cold.contains(&cache) || self.compiler.is_down(cache) {
            return 1.0;
        }
        1.0 - hit_ratio(self.model(), cache).unwrap_or(0.0)
    }

    /// Whether a call's callee is down, or on the other side of a partition.
    pub(super) fn is_out(&self, call: &Call) -> bool {
        let callee = self.callee(call);
        if self.compiler.is_down(callee) {
            return true;
        }
        let Some((left, right)) = self.compiler.setting.case.partition else { return false };
        let model = self.model();
        let within = |id: ComponentId, group| {
            model.ancestors(model.components[id].header.parent).any(|it| it == group)
        };
        let caller = self.flow.visits[call.caller].component;
        within(caller, left) && within(callee, right) || within(caller, right) && within(callee, left)
    }
}
