//! What differs between the runs of a flow: calls that only a share of them make, and hits and misses of caches.

use rustc_hash::FxHashMap;

use super::visits::Visits;
use crate::analysis::load::hit_ratio;
use crate::model::{AttrId, Call, CallGroup, CallGroupId, CallId, ComponentId, Flow, GroupMode, Model};

/// Something that a run has or has not, by chance. "Lucky" runs need less.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    /// The share of the runs that are lucky.
    pub(super) luck: f64,
}

/// The events of a flow, and where they take effect.
#[derive(Debug, Default)]
pub(super) struct Events {
    pub(super) list: Vec<Event>,
    /// A call that is not made in lucky runs.
    pub(super) of_call: FxHashMap<CallId, usize>,
    /// Alternatives or a list of which none is called in lucky runs.
    pub(super) of_group: FxHashMap<CallGroupId, usize>,
    /// A cache that answers in lucky runs; `None` where it never does.
    pub(super) of_cache: FxHashMap<ComponentId, Option<usize>>,
}

/// The share of the runs in which alternatives are called at all: 1 unless every branch gives a `share`.
pub(super) fn group_share(flow: &Flow, group: &CallGroup) -> f64 {
    let shares: Option<Vec<f64>> =
        group.calls.iter().map(|call| flow.calls[*call].attrs.share(AttrId::SHARE)).collect();
    let total: f64 = shares.map_or(1.0, |shares| shares.iter().sum());
    if total > 1.0 - 1e-9 { 1.0 } else { total }
}

/// Whether a call stands among alternatives, where `share` says how they split the calls.
pub(super) fn is_branch(flow: &Flow, call: &Call) -> bool {
    matches!(flow.groups[call.group].kind, GroupMode::AnyOf { .. })
}

impl Events {
    /// Those of the visits and calls that matter to whether the flow succeeds.
    pub(super) fn of(model: &Model, flow: &Flow, visits: &Visits<'_>) -> Self {
        let mut events = Self::default();
        for id in flow.visits.ids().filter(|id| visits.is_waited_for(*id)) {
            for group_id in &flow.visits[id].groups {
                let group = &flow.groups[*group_id];
                let share = match group.kind {
                    GroupMode::AnyOf { .. } => Some(group_share(flow, group)),
                    _ if group.calls.iter().any(|call| visits.matters(&flow.calls[*call])) => {
                        flow.list_share(group)
                    }
                    _ => None,
                };
                if let Some(share) = share.filter(|share| *share < 1.0) {
                    let event = events.add(1.0 - share);
                    events.of_group.insert(*group_id, event);
                }
                for call_id in group.calls.iter().filter(|call| visits.matters(&flow.calls[**call])) {
                    events.add_call(model, flow, *call_id);
                }
            }
        }
        events
    }

    fn add(&mut self, luck: f64) -> usize {
        self.list.push(Event { luck });
        self.list.len() - 1
    }

    fn add_call(&mut self, model: &Model, flow: &Flow, id: CallId) {
        let call = &flow.calls[id];
        let share = call.attrs.share(AttrId::SHARE).unwrap_or(1.0);
        if share < 1.0 && !is_branch(flow, call) && flow.list_share(&flow.groups[call.group]).is_none() {
            let event = self.add(1.0 - share);
            self.of_call.insert(id, event);
        }
        for cache in call.attrs.components(AttrId::BEHIND) {
            if !self.of_cache.contains_key(&cache) {
                let hits = hit_ratio(model, cache).unwrap_or(0.0);
                let event = (hits > 0.0).then(|| self.add(hits));
                self.of_cache.insert(cache, event);
            }
        }
    }
}
