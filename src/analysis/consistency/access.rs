//! Which data the calls of a flow read and write: what they name, else what stands at their end.

use std::collections::BTreeMap;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::graph::ComponentGraph;
use crate::model::attributes::words::{Access, FallbackKind};
use crate::model::{AttrId, Attributes, Call, CallId, ComponentId, DataId, Flow, Kind, Model, VisitId};
use crate::syntax::ast::Operator;

/// What one call does to one data entity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct DataAccess {
    /// The data.
    pub data: DataId,
    /// The call.
    pub call: CallId,
    /// Who is called.
    pub component: ComponentId,
    /// Whether it may see the data; a call that does not say what it does counts as one.
    pub reads: bool,
    /// Whether it says that it changes the data.
    pub writes: bool,
}

/// What a call does, as far as its attributes say.
#[derive(Clone, Copy)]
struct Deed<'a> {
    attrs: &'a Attributes,
    access: Option<Access>,
}

impl<'a> Deed<'a> {
    fn of(attrs: &'a Attributes) -> Self {
        Self { attrs, access: attrs.word(AttrId::ACCESS) }
    }

    fn may_read(self) -> bool {
        let only_writes = self.attrs.has(AttrId::WRITES) && !self.attrs.has(AttrId::READS);
        match self.access {
            Some(access) => access != Access::Write || self.attrs.has(AttrId::READS),
            None => !only_writes,
        }
    }

    fn writes(self) -> bool {
        matches!(self.access, Some(Access::Write | Access::ReadWrite)) || self.attrs.has(AttrId::WRITES)
    }

    /// The data that it reads, of what its end holds where it names none.
    fn read(self, held: impl FnOnce() -> Vec<DataId>) -> Vec<DataId> {
        let named = self.attrs.data(AttrId::READS);
        match () {
            () if !self.may_read() => Vec::new(),
            () if !named.is_empty() => named,
            () if self.attrs.has(AttrId::WRITES) => self.attrs.data(AttrId::WRITES),
            () => held(),
        }
    }

    /// The data that it writes, likewise.
    fn written(self, held: impl FnOnce() -> Vec<DataId>) -> Vec<DataId> {
        let named = self.attrs.data(AttrId::WRITES);
        match () {
            () if !self.writes() => Vec::new(),
            () if !named.is_empty() => named,
            () if self.attrs.has(AttrId::READS) && self.access == Some(Access::ReadWrite) => {
                self.attrs.data(AttrId::READS)
            }
            () => held(),
        }
    }
}

/// Components that answer with copies: every `cache`, and a `cdn` that caches.
pub(super) fn caches(model: &Model) -> FxHashSet<ComponentId> {
    let mut caches: FxHashSet<ComponentId> = FxHashSet::default();
    let says_so = [AttrId::HIT_RATIO, AttrId::TTL, AttrId::STORES];
    for (id, it) in model.components.enumerate() {
        let is_one = match it.kind {
            Kind::Cache => true,
            Kind::Cdn => says_so.iter().any(|attr| it.attrs.has(*attr)),
            _ => false,
        };
        if is_one {
            caches.insert(id);
        }
    }
    let calls = model.flows.iter().flat_map(|flow| flow.calls.iter().map(|call| &call.attrs));
    for attrs in model.connections.iter().map(|it| &it.attrs).chain(calls) {
        caches.extend(attrs.components(AttrId::BEHIND));
    }
    caches
}

/// Those of the caches that are the one place where some data is: nothing else stores what they store, no call reads it
/// elsewhere, and nobody stands behind them. Such a cache is a store under another name.
pub(super) fn homes(model: &Model, caches: &FxHashSet<ComponentId>) -> FxHashSet<ComponentId> {
    let mut keepers: Vec<Vec<ComponentId>> = vec![Vec::new(); model.data.len()];
    let mut keep = |data: DataId, id: ComponentId| {
        if let Some(keepers) = keepers.get_mut(data.index()).filter(|known| !known.contains(&id)) {
            keepers.push(id);
        }
    };
    for (id, it) in model.components.enumerate() {
        it.attrs.data(AttrId::STORES).into_iter().for_each(|data| keep(data, id));
    }
    let mut fronts: FxHashSet<ComponentId> = FxHashSet::default();
    let of_flows = model.flows.iter().flat_map(|flow| {
        flow.calls.iter().map(|call| (Some(flow.visits[call.target].component), &call.attrs))
    });
    for (callee, attrs) in model.connections.iter().map(|it| (it.callee(), &it.attrs)).chain(of_flows) {
        fronts.extend(attrs.components(AttrId::BEHIND));
        let Some(callee) = callee.filter(|id| super::level::keeps(model.components[*id].kind)) else {
            continue;
        };
        for attr in [AttrId::READS, AttrId::WRITES] {
            attrs.data(attr).into_iter().for_each(|data| keep(data, callee));
        }
    }
    let is_home = |id: &ComponentId| {
        let stores = model.components[*id].attrs.data(AttrId::STORES);
        let is_alone = |data: &DataId| {
            keepers.get(data.index()).is_some_and(|keepers| keepers.as_slice() == [*id].as_slice())
        };
        model.components[*id].kind == Kind::Cache
            && !fronts.contains(id)
            && !stores.is_empty()
            && stores.iter().all(is_alone)
    };
    caches.iter().copied().filter(is_home).collect()
}

/// What components hold, and what the calls of one flow do with it.
pub(super) struct Holdings<'m> {
    model: &'m Model,
    caches: FxHashSet<ComponentId>,
    /// By component: what it stores, else what is copied into it.
    held: Vec<Vec<DataId>>,
    /// By cache and caller: what its calls behind the cache read, in any flow.
    behind: BTreeMap<(ComponentId, ComponentId), Vec<DataId>>,
}

impl<'m> Holdings<'m> {
    pub(super) fn new(model: &'m Model) -> Self {
        let mut holdings = Self { model, caches: caches(model), held: held(model), behind: BTreeMap::new() };
        let mut behind: BTreeMap<(ComponentId, ComponentId), Vec<DataId>> = BTreeMap::new();
        for flow in &model.flows {
            let under = holdings.under(flow);
            for (id, call) in flow.calls.enumerate() {
                let caller = flow.visits[call.caller].component;
                for cache in call.attrs.components(AttrId::BEHIND) {
                    behind
                        .entry((cache, caller))
                        .or_default()
                        .extend(holdings.below(flow, &under, id).iter());
                }
            }
        }
        for data in behind.values_mut() {
            normal(data);
        }
        holdings.behind = behind;
        holdings
    }

    fn held(&self, id: ComponentId) -> Vec<DataId> {
        self.held.get(id.index()).cloned().unwrap_or_default()
    }

    /// What a flow's calls do with data, by data and in the order of the text.
    pub(super) fn accesses(&self, flow: &Flow) -> Vec<DataAccess> {
        let under = self.under(flow);
        let mut cached: FxHashMap<(ComponentId, ComponentId), Vec<DataId>> = FxHashMap::default();
        for (id, call) in flow.calls.enumerate() {
            let caller = flow.visits[call.caller].component;
            for cache in call.attrs.components(AttrId::BEHIND) {
                cached.entry((cache, caller)).or_default().extend(self.below(flow, &under, id).iter());
            }
        }
        let mut accesses: Vec<DataAccess> = Vec::new();
        for (id, call) in flow.calls.enumerate() {
            let component = flow.visits[call.target].component;
            let deed = Deed::of(&call.attrs);
            let held = || match self.caches.contains(&component) {
                true => self.cached(flow, &cached, &under, id),
                false => self.held(component),
            };
            let (read, written) = match self.is_read_by(call, component) {
                true => (deed.read(held), deed.written(held)),
                false => (Vec::new(), deed.written(|| self.held(component))),
            };
            let mut all: Vec<DataId> = read.iter().chain(&written).copied().collect();
            normal(&mut all);
            accesses.extend(all.into_iter().map(|data| DataAccess {
                data,
                call: id,
                component,
                reads: read.contains(&data),
                writes: written.contains(&data),
            }));
        }
        accesses.sort_unstable();
        accesses
    }

    /// Whether a call gets data from what it calls: it waits, and there is something that keeps data.
    fn is_read_by(&self, call: &Call, component: ComponentId) -> bool {
        let waits = self.model.connections[call.connection].op == Operator::Call;
        let kind = self.model.components[component].kind;
        waits && (super::level::keeps(kind) || kind.is_broker() || self.caches.contains(&component))
    }

    /// What a call to a cache may find there: what this caller, or the cache itself, reads behind it in this flow; else what
    /// it stores, what its fallback stores, or what this caller reads behind it in other flows.
    fn cached(
        &self,
        flow: &Flow,
        cached: &FxHashMap<(ComponentId, ComponentId), Vec<DataId>>,
        under: &[Rc<Vec<DataId>>],
        id: CallId,
    ) -> Vec<DataId> {
        let call = &flow.calls[id];
        let cache = flow.visits[call.target].component;
        let caller = flow.visits[call.caller].component;
        let here = [caller, cache].into_iter().filter_map(|from| cached.get(&(cache, from))).flatten();
        let mut data: Vec<DataId> = here.copied().collect();
        data.extend(under.get(call.target.index()).into_iter().flat_map(|data| data.iter()));
        if data.is_empty() {
            data = self.held(cache);
        }
        if data.is_empty() && call.attrs.word::<FallbackKind>(AttrId::FALLBACK).is_none() {
            data.extend(call.attrs.components(AttrId::FALLBACK).iter().flat_map(|id| self.held(*id)));
        }
        if data.is_empty() {
            data = self.behind.get(&(cache, caller)).cloned().unwrap_or_default();
        }
        normal(&mut data);
        data
    }

    /// What a call reads from what keeps data, and what the calls below it do.
    fn below(&self, flow: &Flow, under: &[Rc<Vec<DataId>>], id: CallId) -> Rc<Vec<DataId>> {
        let call = &flow.calls[id];
        let component = flow.visits[call.target].component;
        let own = match self.is_read_by(call, component) {
            true => Deed::of(&call.attrs).read(|| self.held(component)),
            false => Vec::new(),
        };
        let farther = under.get(call.target.index()).cloned().unwrap_or_default();
        join(vec![Rc::new(own), farther])
    }

    /// By visit: what the calls from there on read from what keeps data.
    fn under(&self, flow: &Flow) -> Vec<Rc<Vec<DataId>>> {
        let mut under: Vec<Rc<Vec<DataId>>> = vec![Rc::default(); flow.visits.len()];
        // a caller's visit stands before its callees': backwards, what is below it is complete when it is met
        for visit in flow.visits.ids().rev() {
            let parts = calls_of(flow, visit).map(|call| self.below(flow, &under, call)).collect();
            if let Some(slot) = under.get_mut(visit.index()) {
                *slot = join(parts);
            }
        }
        under
    }
}

/// The union; the same list where only one of them has anything, so that a long chain does not copy it at each step.
fn join(parts: Vec<Rc<Vec<DataId>>>) -> Rc<Vec<DataId>> {
    let mut parts = parts.into_iter().filter(|part| !part.is_empty());
    let (first, second) = (parts.next(), parts.next());
    let (Some(first), Some(second)) = (first.clone(), second) else { return first.unwrap_or_default() };
    let mut all: Vec<DataId> = first.iter().chain(second.iter()).copied().collect();
    parts.for_each(|part| all.extend(part.iter()));
    normal(&mut all);
    if all == *first { first } else { Rc::new(all) }
}

fn calls_of(flow: &Flow, visit: VisitId) -> impl Iterator<Item = CallId> + '_ {
    let groups = flow.visits[visit].groups.iter();
    groups.flat_map(|group| flow.groups[*group].calls.iter().copied())
}

/// By component: what it `stores`, else what `=>` takes into it from what holds it.
fn held(model: &Model) -> Vec<Vec<DataId>> {
    let mut held: Vec<Vec<DataId>> =
        model.components.iter().map(|it| it.attrs.data(AttrId::STORES)).collect();
    let stated: Vec<bool> = held.iter().map(|data| !data.is_empty()).collect();
    let graph = ComponentGraph::by_operators(model, &[Operator::Replicate]);
    // sources before targets; around a circle once more, so that all members have what any has
    for _ in 0..2 {
        for from in graph.topological_order() {
            for step in graph.outgoing(from) {
                if stated.get(step.to.index()) == Some(&true) {
                    continue;
                }
                let attrs = &model.connections[step.connection].attrs;
                let mut named = attrs.data(AttrId::READS);
                named.extend(attrs.data(AttrId::WRITES));
                if named.is_empty() {
                    named = held.get(from.index()).cloned().unwrap_or_default();
                }
                if let Some(slot) = held.get_mut(step.to.index()) {
                    slot.extend(named);
                    normal(slot);
                }
            }
        }
    }
    held
}

fn normal(data: &mut Vec<DataId>) {
    data.sort_unstable();
    data.dedup();
}
