//! What each visit of a flow needs, callees first: calls that are all needed, alternatives, fallbacks, caches.

use rustc_hash::FxHashMap;

use super::events::Events;
use super::flow::Luck;
use super::{Circumstances, Structures};
use crate::analysis::availability::NodeIx;
use crate::analysis::order::Edges;
use crate::model::attributes::words::{FallbackKind, Wait};
use crate::model::{
    AttrId, Call, CallGroup, CallGroupId, CallId, ComponentId, Flow, GroupId, GroupMode, Model, VisitId,
};
use crate::syntax::ast::Operator;

/// The visits of a flow in the order in which they can be worked out.
pub(super) struct Visits<'m> {
    model: &'m Model,
    circumstances: &'m Circumstances,
    flow: &'m Flow,
    /// Whether soft calls count as needed: for the chance of running with something missing.
    whole: bool,
    /// Circles are one part; callees stand first.
    parts: Vec<Vec<u32>>,
    awaited: Vec<bool>,
    /// By cache that a call is behind: whether every store behind it carries its full load.
    relieved: FxHashMap<ComponentId, bool>,
}

/// A circle is gone through so often at most; exact for circles of alternatives up to that length.
const ROUNDS: usize = 64;

/// How a call ends when its callee is down.
enum Softness {
    /// The caller fails.
    Hard,
    /// The caller goes on without.
    Degraded,
    /// Another component answers.
    Fallback(ComponentId),
}

fn softness(call: &Call) -> Softness {
    if call.attrs.is_true(AttrId::OPTIONAL) {
        return Softness::Degraded;
    }
    match call.attrs.word::<FallbackKind>(AttrId::FALLBACK) {
        Some(FallbackKind::Cached | FallbackKind::Default) => return Softness::Degraded,
        Some(FallbackKind::None) => return Softness::Hard,
        None => {}
    }
    match call.attrs.components(AttrId::FALLBACK).first() {
        Some(component) => Softness::Fallback(*component),
        None => Softness::Hard,
    }
}

impl<'m> Visits<'m> {
    pub(super) fn new(
        model: &'m Model,
        circumstances: &'m Circumstances,
        flow: &'m Flow,
        whole: bool,
    ) -> Self {
        let mut visits = Self {
            model,
            circumstances,
            flow,
            whole,
            parts: Vec::new(),
            awaited: vec![false; flow.visits.len()],
            relieved: FxHashMap::default(),
        };
        let mut pairs = Vec::new();
        let mut open: Vec<VisitId> = flow.roots.clone();
        while let Some(id) = open.pop() {
            match visits.awaited.get_mut(id.index()) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            for call in visits.calls_of(id) {
                if visits.is_awaited(call) {
                    pairs.push((id.index() as u32, call.target.index() as u32));
                    open.push(call.target);
                }
                for cache in call.attrs.components(AttrId::BEHIND) {
                    visits.add_cache(cache, call);
                }
            }
        }
        visits.parts = Edges::new(flow.visits.len(), &pairs).parts();
        visits
    }

    fn calls_of(&self, id: VisitId) -> impl Iterator<Item = &'m Call> + use<'m> {
        let flow = self.flow;
        let groups = &flow.visits[id].groups;
        groups.iter().flat_map(|group| &flow.groups[*group].calls).map(|call| &flow.calls[*call])
    }

    fn op(&self, call: &Call) -> Operator {
        self.model.connections[call.connection].op
    }

    /// Whether the caller waits for what the callee does.
    fn is_awaited(&self, call: &Call) -> bool {
        self.op(call) == Operator::Call && (self.whole || !matches!(softness(call), Softness::Degraded))
    }

    fn add_cache(&mut self, cache: ComponentId, call: &Call) {
        // a cache that asks the store itself, as a content network does, stands in the way: nobody gets past it when it is down
        let is_before = self.flow.visits[call.caller].component == cache;
        let carries =
            !is_before && self.circumstances.carries(cache, self.flow.visits[call.target].component);
        *self.relieved.entry(cache).or_insert(true) &= carries;
    }

    /// Whether all stores behind a cache can do without it; `None` for one that no call is behind.
    fn is_relieved(&self, cache: ComponentId) -> Option<bool> {
        self.relieved.get(&cache).copied()
    }

    /// Whether the flow waits for what a visit does.
    pub(super) fn is_waited_for(&self, id: VisitId) -> bool {
        self.awaited.get(id.index()).copied().unwrap_or(false)
    }

    /// Whether the flow needs anything of a call: its callee's work, or that a broker takes its message.
    pub(super) fn matters(&self, call: &Call) -> bool {
        let callee = self.flow.visits[call.target].component;
        match self.op(call) {
            Operator::Call => self.is_awaited(call),
            Operator::Message => {
                self.model.components[callee].kind.is_broker()
                    && (self.whole || !matches!(softness(call), Softness::Degraded))
            }
            _ => false,
        }
    }

    /// Whether the flow may run with something missing.
    pub(super) fn degrades(&self) -> bool {
        let soft = |call: &Call| {
            matches!(softness(call), Softness::Degraded) && self.op(call) != Operator::Replicate
        };
        self.flow.visits.ids().filter(|id| self.is_waited_for(*id)).any(|id| self.calls_of(id).any(soft))
    }

    /// The visits whose needs differ from run to run.
    pub(super) fn affected(&self, events: &Events) -> Vec<bool> {
        let mut affected = vec![false; self.flow.visits.len()];
        let differs = |group_id: &CallGroupId| {
            let of_call = |call: &CallId| {
                events.of_call.contains_key(call)
                    || self.flow.calls[*call]
                        .attrs
                        .components(AttrId::BEHIND)
                        .iter()
                        .any(|cache| events.of_cache.contains_key(cache))
            };
            events.of_group.contains_key(group_id) || self.flow.groups[*group_id].calls.iter().any(of_call)
        };
        for part in &self.parts {
            let ids = || part.iter().map(|index| VisitId::from_index(*index as usize));
            let any = ids().any(|id| {
                let awaited = |call: &Call| self.is_awaited(call);
                self.flow.visits[id].groups.iter().any(differs)
                    || self.calls_of(id).any(|call| {
                        awaited(call) && affected.get(call.target.index()).copied().unwrap_or(false)
                    })
            });
            for id in ids() {
                if let Some(slot) = affected.get_mut(id.index()) {
                    *slot = any;
                }
            }
        }
        affected
    }

    /// What every visit needs.
    pub(super) fn all(&self, structures: &mut Structures, events: &Events, lucks: &[Luck]) -> Vec<NodeIx> {
        let mut nodes = vec![structures.structure.always(); self.flow.visits.len()];
        let everything = vec![true; nodes.len()];
        self.again(structures, events, lucks, &everything, &mut nodes);
        nodes
    }

    /// What the marked visits need, worked out again; of a circle either all are marked or none.
    pub(super) fn again(
        &self,
        structures: &mut Structures,
        events: &Events,
        lucks: &[Luck],
        marked: &[bool],
        nodes: &mut [NodeIx],
    ) {
        let mut run = Run { visits: self, structures, events, lucks };
        for part in &self.parts {
            let is_marked = |index: &u32| marked.get(*index as usize).copied().unwrap_or(false);
            let waits = |index: &u32| self.is_waited_for(VisitId::from_index(*index as usize));
            match part.as_slice() {
                [only] if !(is_marked(only) && waits(only)) => {}
                [only] => {
                    let node = run.visit(VisitId::from_index(*only as usize), nodes);
                    put(nodes, *only, node);
                }
                circle if circle.iter().all(is_marked) => run.circle(circle, nodes),
                _ => {}
            }
        }
    }

    fn is_cut(&self, call: &Call) -> bool {
        let Some((left, right)) = self.circumstances.partition else { return false };
        let within = |visit: VisitId, group: GroupId| {
            let component = self.flow.visits[visit].component;
            let parent = self.model.components[component].header.parent;
            self.model.ancestors(parent).any(|id| id == group)
        };
        within(call.caller, left) && within(call.target, right)
            || within(call.caller, right) && within(call.target, left)
    }
}

fn put(nodes: &mut [NodeIx], index: u32, node: NodeIx) {
    if let Some(slot) = nodes.get_mut(index as usize) {
        *slot = node;
    }
}

/// One kind of run of a flow.
struct Run<'a, 'm> {
    visits: &'a Visits<'m>,
    structures: &'a mut Structures,
    events: &'a Events,
    lucks: &'a [Luck],
}

impl Run<'_, '_> {
    fn component(&self, id: ComponentId) -> NodeIx {
        let always = self.structures.structure.always();
        self.structures.components.get(id.index()).copied().unwrap_or(always)
    }

    fn visit(&mut self, id: VisitId, nodes: &[NodeIx]) -> NodeIx {
        let flow = self.visits.flow;
        let visit = &flow.visits[id];
        let mut needs = Vec::with_capacity(visit.groups.len() + 1);
        // an actor that starts the flow is no part of the system, and a cache whose stores can do without it is not needed
        let starter = visit.via.is_none() && self.visits.model.components[visit.component].kind.is_actor();
        if !starter && self.visits.is_relieved(visit.component) != Some(true) {
            needs.push(self.component(visit.component));
        }
        for group in &visit.groups {
            let node = self.group(*group, nodes);
            needs.push(node);
        }
        self.structures.structure.all(needs)
    }

    /// A circle of calls. Where each is simply needed they all need the same; else what each needs is approached from above.
    fn circle(&mut self, circle: &[u32], nodes: &mut [NodeIx]) {
        let always = self.structures.structure.always();
        for &index in circle {
            put(nodes, index, always);
        }
        if circle.iter().all(|index| self.is_plain(VisitId::from_index(*index as usize), circle)) {
            let all: Vec<NodeIx> =
                circle.iter().map(|index| self.visit(VisitId::from_index(*index as usize), nodes)).collect();
            let node = self.structures.structure.all(all);
            for &index in circle {
                put(nodes, index, node);
            }
            return;
        }
        for _ in 0..circle.len().min(ROUNDS) {
            let before: Vec<NodeIx> =
                circle.iter().filter_map(|index| nodes.get(*index as usize).copied()).collect();
            for &index in circle {
                let node = self.visit(VisitId::from_index(index as usize), nodes);
                put(nodes, index, node);
            }
            if circle.iter().zip(before).all(|(index, old)| nodes.get(*index as usize) == Some(&old)) {
                break;
            }
        }
    }

    /// Whether every call of a visit into its circle is simply needed.
    fn is_plain(&self, id: VisitId, circle: &[u32]) -> bool {
        let flow = self.visits.flow;
        flow.visits[id].groups.iter().all(|group_id| {
            let group = &flow.groups[*group_id];
            let inside = |call: &&CallId| {
                let target = flow.calls[**call].target.index() as u32;
                self.visits.is_awaited(&flow.calls[**call]) && circle.binary_search(&target).is_ok()
            };
            let simple = |call: &CallId| {
                let call_ = &flow.calls[*call];
                matches!(softness(call_), Softness::Hard)
                    && !self.events.of_call.contains_key(call)
                    && call_.attrs.components(AttrId::BEHIND).is_empty()
                    && needed(flow, group) == group.calls.len()
            };
            let often = self.events.of_group.contains_key(group_id);
            group.calls.iter().filter(inside).all(|call| !often && simple(call))
        })
    }

    fn group(&mut self, id: CallGroupId, nodes: &[NodeIx]) -> NodeIx {
        let flow = self.visits.flow;
        let group = &flow.groups[id];
        let calls: Vec<NodeIx> = group.calls.iter().map(|call| self.call(*call, nodes)).collect();
        let node = self.structures.structure.at_least(needed(flow, group), calls);
        self.unless(self.events.of_group.get(&id).copied(), node)
    }

    /// `node`, needed in runs without luck only.
    fn unless(&mut self, event: Option<usize>, node: NodeIx) -> NodeIx {
        match event.and_then(|event| self.lucks.get(event)) {
            None | Some(Luck::No) => node,
            Some(Luck::Yes) => self.structures.structure.always(),
            Some(Luck::Chance(chance)) => self.structures.structure.any([*chance, node]),
        }
    }

    fn call(&mut self, id: CallId, nodes: &[NodeIx]) -> NodeIx {
        let visits = self.visits;
        let call = &visits.flow.calls[id];
        let callee = visits.flow.visits[call.target].component;
        let always = self.structures.structure.always();
        let reached = match visits.op(call) {
            Operator::Call if visits.is_awaited(call) => {
                nodes.get(call.target.index()).copied().unwrap_or(always)
            }
            Operator::Message if visits.model.components[callee].kind.is_broker() => self.component(callee),
            _ => return always,
        };
        let reached = if visits.is_cut(call) { self.structures.structure.never() } else { reached };
        let caches = call.attrs.components(AttrId::BEHIND);
        let passed = caches.into_iter().fold(reached, |node, cache| self.behind(cache, node));
        let answered = match softness(call) {
            Softness::Hard => passed,
            Softness::Degraded if visits.whole => passed,
            Softness::Degraded => return always,
            Softness::Fallback(other) => {
                let other = self.component(other);
                self.structures.structure.any([passed, other])
            }
        };
        self.unless(self.events.of_call.get(&id).copied(), answered)
    }

    /// What a call needs that is only made when a cache misses, or is down and can be done without.
    fn behind(&mut self, cache: ComponentId, store: NodeIx) -> NodeIx {
        let relieved = self.visits.is_relieved(cache).unwrap_or(true);
        let up = self.component(cache);
        let event = self.events.of_cache.get(&cache).copied().flatten();
        let Some(event) = event else {
            return if relieved { store } else { self.structures.structure.all([up, store]) };
        };
        if !relieved {
            let missed = self.unless(Some(event), store);
            return self.structures.structure.all([up, missed]);
        }
        match self.lucks.get(event) {
            None | Some(Luck::No) => store,
            Some(Luck::Yes) => self.structures.structure.any([up, store]),
            Some(Luck::Chance(chance)) => {
                let hit = self.structures.structure.all([*chance, up]);
                self.structures.structure.any([hit, store])
            }
        }
    }
}

/// How many calls of a step must succeed.
fn needed(flow: &Flow, group: &CallGroup) -> usize {
    let all = group.calls.len();
    match group.kind {
        GroupMode::One => all,
        GroupMode::AnyOf { needs } => usize::try_from(needs).unwrap_or(usize::MAX),
        GroupMode::Parallel => {
            let waits = |wait: Wait| {
                group.calls.iter().all(|call| flow.calls[*call].attrs.word(AttrId::WAIT) == Some(wait))
            };
            match () {
                () if waits(Wait::First) => 1.min(all),
                () if waits(Wait::Quorum) => all / 2 + 1,
                () => all,
            }
        }
    }
}
