//! Whether one run of a flow succeeds, given what is up and the run's own luck. It reads the flow as the language says and must not use
//! the structure functions of the analysis: the two are held against each other.

use rustc_hash::FxHashMap;

use super::random::Random;
use crate::analysis::load::{Load, hit_ratio};
use crate::model::attributes::words::{FallbackKind, Wait};
use crate::model::{
    AttrId, Attributes, Call, CallGroup, ComponentId, Flow, GroupId, GroupMode, Kind, Model, VisitId,
};
use crate::syntax::ast::Operator;

/// What takes the place of a call that fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Softness {
    /// Nothing: the caller fails.
    Hard,
    /// The caller goes on without.
    Degraded,
    /// This component answers.
    Fallback(ComponentId),
}

/// Of a call.
pub(super) fn softness(attrs: &Attributes) -> Softness {
    let fallback = attrs.word::<FallbackKind>(AttrId::FALLBACK);
    if attrs.is_true(AttrId::OPTIONAL)
        || matches!(fallback, Some(FallbackKind::Cached | FallbackKind::Default))
    {
        return Softness::Degraded;
    }
    match (fallback, attrs.components(AttrId::FALLBACK).first()) {
        (None, Some(id)) => Softness::Fallback(*id),
        _ => Softness::Hard,
    }
}

/// How many of so many calls of a step must be answered.
pub(super) fn needed(flow: &Flow, group: &CallGroup, all: u64) -> u64 {
    let waits =
        |wait: Wait| group.calls.iter().all(|id| flow.calls[*id].attrs.word(AttrId::WAIT) == Some(wait));
    match group.kind {
        GroupMode::AnyOf { needs } => needs,
        GroupMode::Parallel if waits(Wait::First) => all.min(1),
        GroupMode::Parallel if waits(Wait::Quorum) => all / 2 + 1,
        _ => all,
    }
}

/// Whether a call is made at all is the luck of a run; so is whether a cache has what it asks for.
#[derive(Clone, Copy, Debug)]
struct Event {
    chance: f64,
    /// Whether a run is better off when it happens: a hit.
    helps: bool,
}

/// The lucks of so many events are all gone through; of more they are drawn.
const TOLD_APART: usize = 6;

/// Room to work in.
#[derive(Default)]
pub(super) struct Room {
    lucks: Vec<bool>,
    done: Vec<bool>,
}

/// A flow, ready to be run.
pub(super) struct Runs<'a> {
    model: &'a Model,
    flow: &'a Flow,
    partition: Option<(GroupId, GroupId)>,
    events: Vec<Event>,
    /// By call: the event without which it is not made.
    of_call: Vec<Option<usize>>,
    /// By step: the event without which none of its calls is made.
    of_group: Vec<Option<usize>>,
    /// By cache that a call is behind: the event of a hit, and whether every store behind it can do without it.
    caches: FxHashMap<ComponentId, (Option<usize>, bool)>,
    /// Whether calls lead back to where they came from.
    circular: bool,
}

impl<'a> Runs<'a> {
    pub(super) fn new(
        model: &'a Model,
        load: &Load,
        flow: &'a Flow,
        partition: Option<(GroupId, GroupId)>,
    ) -> Self {
        let mut runs = Self {
            model,
            flow,
            partition,
            events: Vec::new(),
            of_call: vec![None; flow.calls.len()],
            of_group: vec![None; flow.groups.len()],
            caches: FxHashMap::default(),
            circular: flow.calls.iter().any(|call| call.target.index() <= call.caller.index()),
        };
        runs.find_events(load);
        runs
    }

    fn find_events(&mut self, load: &Load) {
        let flow = self.flow;
        for (id, group) in flow.groups.enumerate() {
            let is_choice = matches!(group.kind, GroupMode::AnyOf { .. });
            let shares: Vec<Option<f64>> =
                group.calls.iter().map(|call| flow.calls[*call].attrs.share(AttrId::SHARE)).collect();
            let total: Option<f64> = shares.iter().copied().sum();
            let of_list = flow.list_share(group);
            if let Some(total) = of_list.or(total.filter(|total| is_choice && *total < 1.0 - 1e-9)) {
                let event = self.add(total, false);
                put(&mut self.of_group, id.index(), Some(event));
            }
            for (call, share) in group.calls.iter().zip(shares) {
                if let Some(share) = share.filter(|share| !is_choice && of_list.is_none() && *share < 1.0) {
                    let event = self.add(share, false);
                    put(&mut self.of_call, call.index(), Some(event));
                }
            }
        }
        for call in &flow.calls {
            let store = flow.visits[call.target].component;
            for cache in call.attrs.components(AttrId::BEHIND) {
                let known = load.cold_caches.iter().find(|cold| (cold.cache, cold.store) == (cache, store));
                let carries = known.is_none_or(|cold| load.carries(cold));
                if !self.caches.contains_key(&cache) {
                    let hits = hit_ratio(self.model, cache).unwrap_or(0.0);
                    let event = (hits > 0.0).then(|| self.add(hits, true));
                    self.caches.insert(cache, (event, true));
                }
                if let Some((_, relieved)) = self.caches.get_mut(&cache) {
                    *relieved &= carries;
                }
            }
        }
    }

    fn add(&mut self, chance: f64, helps: bool) -> usize {
        self.events.push(Event { chance, helps });
        self.events.len() - 1
    }

    /// Components that stand in for each other: alternatives, a callee and its fallback, a cache and the store behind it.
    pub(super) fn stand_ins(&self) -> Vec<Vec<ComponentId>> {
        let flow = self.flow;
        let callee = |call: &crate::model::CallId| flow.visits[flow.calls[*call].target].component;
        let mut sets: Vec<Vec<ComponentId>> = Vec::new();
        for group in flow.groups.iter().filter(|group| group.calls.len() > 1) {
            if needed(flow, group, group.calls.len() as u64) < group.calls.len() as u64 {
                sets.push(group.calls.iter().map(callee).collect());
            }
        }
        for call in &flow.calls {
            for instead in [AttrId::FALLBACK, AttrId::BEHIND] {
                let others = call.attrs.components(instead);
                if !others.is_empty() {
                    sets.push(others.into_iter().chain([flow.visits[call.target].component]).collect());
                }
            }
        }
        sets
    }

    /// Whether the share of the runs that fail in a state is certain, and not drawn.
    pub(super) fn is_certain(&self) -> bool {
        self.events.len() <= TOLD_APART
    }

    /// The share of the runs that fail while this is up; where there is too much luck in them, whether one of them does.
    pub(super) fn failing(&self, up: &[bool], room: &mut Room, random: &mut Random) -> f64 {
        // what the unluckiest run survives all do, and what kills the luckiest kills all
        let lucks = |room: &mut Room, of: &dyn Fn(&Event) -> bool| {
            room.lucks.clear();
            room.lucks.extend(self.events.iter().map(of));
        };
        lucks(room, &|event| !event.helps);
        if self.succeeds(up, &room.lucks, &mut room.done) {
            return 0.0;
        }
        lucks(room, &|event| event.helps);
        if self.events.is_empty() || !self.succeeds(up, &room.lucks, &mut room.done) {
            return 1.0;
        }
        if !self.is_certain() {
            room.lucks.clear();
            room.lucks.extend(self.events.iter().map(|event| random.happens(event.chance)));
            return f64::from(u8::from(!self.succeeds(up, &room.lucks, &mut room.done)));
        }
        let mut failing = 0.0;
        for kind in 0..1u32 << self.events.len() {
            let mut share = 1.0;
            room.lucks.clear();
            for (at, event) in self.events.iter().enumerate() {
                let happens = kind >> at & 1 == 1;
                share *= if happens { event.chance } else { 1.0 - event.chance };
                room.lucks.push(happens);
            }
            if share > 0.0 && !self.succeeds(up, &room.lucks, &mut room.done) {
                failing += share;
            }
        }
        failing
    }

    fn succeeds(&self, up: &[bool], lucks: &[bool], done: &mut Vec<bool>) -> bool {
        done.clear();
        done.resize(self.flow.visits.len(), true);
        // callees stand behind their callers; in a circle what each needs is approached from above
        for _ in 0..=self.flow.visits.len() {
            let mut changed = false;
            for index in (0..self.flow.visits.len()).rev() {
                let good = self.visit(VisitId::from_index(index), up, lucks, done);
                if let Some(slot) = done.get_mut(index)
                    && *slot != good
                {
                    *slot = good;
                    changed = true;
                }
            }
            if !changed || !self.circular {
                break;
            }
        }
        self.flow.roots.iter().all(|root| done.get(root.index()) == Some(&true))
    }

    fn visit(&self, id: VisitId, up: &[bool], lucks: &[bool], done: &[bool]) -> bool {
        let visit = &self.flow.visits[id];
        let starts = visit.via.is_none() && self.model.components[visit.component].kind.is_actor();
        let spared = self.caches.get(&visit.component).is_some_and(|(_, relieved)| *relieved);
        (starts || spared || is_up(up, visit.component))
            && visit.groups.iter().all(|id| {
                let group = &self.flow.groups[*id];
                let event = self.of_group.get(id.index()).copied().flatten();
                if event.is_some_and(|event| lucks.get(event) == Some(&false)) {
                    return true;
                }
                let good = |id: &&crate::model::CallId| {
                    let event = self.of_call.get(id.index()).copied().flatten();
                    event.is_some_and(|event| lucks.get(event) == Some(&false))
                        || self.call(&self.flow.calls[**id], up, lucks, done)
                };
                let answered = group.calls.iter().filter(good).count() as u64;
                answered >= needed(self.flow, group, group.calls.len() as u64)
            })
    }

    fn call(&self, call: &Call, up: &[bool], lucks: &[bool], done: &[bool]) -> bool {
        let callee = self.flow.visits[call.target].component;
        let soft = softness(&call.attrs);
        if soft == Softness::Degraded {
            return true;
        }
        let reached = match self.model.connections[call.connection].op {
            Operator::Call => done.get(call.target.index()) == Some(&true),
            Operator::Message if is_broker(self.model.components[callee].kind) => is_up(up, callee),
            _ => return true,
        };
        let reached = reached && !self.is_cut(call);
        let passed = call.attrs.components(AttrId::BEHIND).into_iter().fold(reached, |reached, cache| {
            let (event, relieved) = self.caches.get(&cache).copied().unwrap_or((None, true));
            let hit = event.is_some_and(|event| lucks.get(event) == Some(&true));
            let there = is_up(up, cache);
            if relieved { hit && there || reached } else { there && (hit || reached) }
        });
        passed || matches!(soft, Softness::Fallback(other) if is_up(up, other))
    }

    fn is_cut(&self, call: &Call) -> bool {
        let Some(sides) = self.partition else { return false };
        let (from, to) = (self.flow.visits[call.caller].component, self.flow.visits[call.target].component);
        is_cut(self.model, sides, from, to)
    }
}

/// Whether two components stand on different sides of a partition.
pub(super) fn is_cut(
    model: &Model,
    (left, right): (GroupId, GroupId),
    from: ComponentId,
    to: ComponentId,
) -> bool {
    let within =
        |id: ComponentId, group| model.ancestors(model.components[id].header.parent).any(|it| it == group);
    within(from, left) && within(to, right) || within(from, right) && within(to, left)
}

fn is_broker(kind: Kind) -> bool {
    kind.is_broker()
}

fn is_up(up: &[bool], id: ComponentId) -> bool {
    up.get(id.index()) != Some(&false)
}

fn put<T>(items: &mut [T], index: usize, value: T) {
    if let Some(item) = items.get_mut(index) {
        *item = value;
    }
}
