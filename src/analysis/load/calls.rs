//! How many calls one run of the caller makes: `calls`, `fanout`, `share`, misses, and how alternatives and consumers divide them.

use rustc_hash::FxHashMap;

use super::hit_ratio;
use crate::model::attributes::words::Access;
use crate::model::{AttrId, Attributes, CallGroup, ComponentId, ConnectionId, Flow, GroupMode, Kind, Model};
use crate::syntax::ast::Operator;

/// Which caches are empty.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cold<'a> {
    /// These.
    Some(&'a [ComponentId]),
    /// All.
    All,
}

/// Under which circumstances calls are counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting<'a> {
    pub(super) cold: Cold<'a>,
    /// Whether every retry is used.
    pub(super) retries: bool,
    /// By component: whether it is down.
    pub(super) down: &'a [bool],
}

impl Setting<'_> {
    pub(super) fn is_down(&self, id: ComponentId) -> bool {
        self.down.get(id.index()).copied().unwrap_or(false)
    }

    fn is_cold(&self, cache: ComponentId) -> bool {
        match self.cold {
            Cold::All => true,
            Cold::Some(caches) => caches.contains(&cache),
        }
    }
}

/// Retries of one request beyond the first try, at worst.
pub(super) fn retries(attrs: &Attributes) -> f64 {
    let retries = attrs.count(AttrId::RETRIES).unwrap_or(0) as f64;
    attrs.share(AttrId::RETRY_BUDGET).map_or(retries, |budget| retries.min(budget))
}

/// Whether a call counts as a write for load.
pub(super) fn is_write(attrs: &Attributes) -> bool {
    attrs.word(AttrId::ACCESS) == Some(Access::Write)
}

/// Calls for one request of the caller, `share` apart.
pub(super) fn calls_each(model: &Model, attrs: &Attributes, setting: &Setting<'_>) -> f64 {
    let calls = attrs.number(AttrId::CALLS).unwrap_or(1.0);
    let fanout = attrs.count(AttrId::FANOUT).map_or(1.0, |fanout| fanout as f64);
    let passed: f64 = attrs
        .components(AttrId::BEHIND)
        .iter()
        .map(|cache| match hit_ratio(model, *cache) {
            Some(hits) if !setting.is_cold(*cache) && !setting.is_down(*cache) => 1.0 - hits,
            _ => 1.0,
        })
        .product();
    let tries = if setting.retries { 1.0 + retries(attrs) } else { 1.0 };
    calls * fanout * passed * tries
}

/// What part of the caller's requests each call of a step is made for.
pub(super) fn shares(
    model: &Model,
    consumers: &Consumers,
    flow: &Flow,
    group: &CallGroup,
    setting: &Setting<'_>,
) -> Vec<f64> {
    let call = |id| &flow.calls[id];
    let target = |id| flow.visits[call(id).target].component;
    let given = |id| call(id).attrs.share(AttrId::SHARE);
    if let GroupMode::AnyOf { .. } = group.kind {
        let branches: Vec<Branch> = group
            .calls
            .iter()
            .map(|id| Branch { share: given(*id), down: setting.is_down(target(*id)) })
            .collect();
        return split(&branches);
    }
    let caller = flow.visits[group.caller].component;
    let of_call = |id: &crate::model::CallId| {
        if setting.is_down(target(*id)) {
            return 0.0;
        }
        match given(*id) {
            Some(share) => share,
            None if model.components[caller].kind == Kind::Queue => consumers.share(call(*id).connection),
            None => 1.0,
        }
    };
    group.calls.iter().map(of_call).collect()
}

/// One of several alternatives.
pub(crate) struct Branch {
    pub(crate) share: Option<f64>,
    pub(crate) down: bool,
}

/// How alternatives split what reaches them: by their shares, evenly where they give none; what a dead one leaves goes to the
/// living ones as they stand to each other.
pub(crate) fn split(branches: &[Branch]) -> Vec<f64> {
    let given: f64 = branches.iter().filter_map(|branch| branch.share).sum();
    let silent = branches.iter().filter(|branch| branch.share.is_none()).count();
    let rest = (1.0 - given).max(0.0) / silent.max(1) as f64;
    let all: Vec<f64> = branches.iter().map(|branch| branch.share.unwrap_or(rest)).collect();
    let total: f64 = all.iter().sum();
    let living: f64 =
        all.iter().zip(branches).filter(|(_, branch)| !branch.down).map(|(share, _)| share).sum();
    let part = |(share, branch): (&f64, &Branch)| match branch.down {
        true => 0.0,
        false if living < total => share * total / living,
        false => *share,
    };
    all.iter().zip(branches).map(part).collect()
}

/// How the consumers of each queue share its messages.
#[derive(Clone, Debug, Default)]
pub(super) struct Consumers {
    /// By connection; 1 for those that do not come out of a queue.
    shares: Vec<f64>,
    /// By component: the connections out of it, for brokers only.
    outgoing: Vec<Vec<ConnectionId>>,
}

impl Consumers {
    pub(super) fn new(model: &Model) -> Self {
        let mut consumers = Self {
            shares: vec![1.0; model.connections.len()],
            outgoing: vec![Vec::new(); model.components.len()],
        };
        for (id, connection) in model.connections.enumerate() {
            let Some(caller) = connection.caller().filter(|id| model.components[*id].kind.is_broker()) else {
                continue;
            };
            let feeds = matches!(connection.op, Operator::Message | Operator::Call);
            if feeds
                && connection.callee().is_some()
                && let Some(list) = consumers.outgoing.get_mut(caller.index())
            {
                list.push(id);
            }
        }
        for (id, component) in model.components.enumerate() {
            if component.kind == Kind::Queue {
                consumers.share_out(model, id);
            }
        }
        consumers
    }

    /// Each consumer has one part, however many connections lead to it.
    fn share_out(&mut self, model: &Model, queue: ComponentId) {
        let connections = self.outgoing.get(queue.index()).cloned().unwrap_or_default();
        let mut parts: Vec<(Option<f64>, f64)> = Vec::new();
        let mut part_of: FxHashMap<ComponentId, usize> = FxHashMap::default();
        for id in &connections {
            let connection = &model.connections[*id];
            let Some(consumer) = connection.callee() else { continue };
            let share = connection.attrs.share(AttrId::SHARE);
            let at = *part_of.entry(consumer).or_insert(parts.len());
            match parts.get_mut(at) {
                Some((known, count)) => {
                    *known = known.or(share);
                    *count += 1.0;
                }
                None => parts.push((share, 1.0)),
            }
        }
        let branches: Vec<Branch> =
            parts.iter().map(|(share, _)| Branch { share: *share, down: false }).collect();
        let shares = split(&branches);
        for id in connections {
            let at = model.connections[id].callee().and_then(|consumer| part_of.get(&consumer).copied());
            let part = at.and_then(|at| Some((parts.get(at)?, shares.get(at)?)));
            if let (Some(((_, count), share)), Some(slot)) = (part, self.shares.get_mut(id.index())) {
                *slot = share / count;
            }
        }
    }

    pub(super) fn share(&self, id: ConnectionId) -> f64 {
        self.shares.get(id.index()).copied().unwrap_or(1.0)
    }

    /// The connections out of a broker, in order.
    pub(super) fn of(&self, broker: ComponentId) -> &[ConnectionId] {
        self.outgoing.get(broker.index()).map_or(&[], |list| list)
    }
}
