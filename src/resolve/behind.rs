//! Calls that only misses make: `behind` as far as it says something, and caches whose hits thin nothing. Knows no analysis.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Resolver;
use super::mistakes::IDLE_HIT_RATIO;
use crate::model::{
    AttrId, AttrValue, Attributes, Call, CallId, ComponentId, ElementRef, Flow, Origin, Reference, Value,
    VisitId,
};

/// Reads `behind` of every step: a call to the cache itself passes none of its misses, and what lies below a miss has missed already.
pub(super) fn settle(resolver: &mut Resolver<'_>) {
    let flows: Vec<_> = resolver.model.flows.ids().collect();
    for flow in flows {
        settle_flow(&mut resolver.model.flows[flow]);
    }
    report_idle(resolver);
}

fn settle_flow(flow: &mut Flow) {
    if !flow.calls.iter().any(|call| call.attrs.has(AttrId::BEHIND)) {
        return;
    }
    let mut calls_to: FxHashMap<VisitId, u32> = FxHashMap::default();
    for call in &flow.calls {
        *calls_to.entry(call.target).or_default() += 1;
    }
    // by visit: the caches that have missed before it is made
    let mut missed: FxHashMap<VisitId, Vec<ComponentId>> = FxHashMap::default();
    let ids: Vec<_> = flow.calls.ids().collect();
    for id in ids {
        let (caller, target) = (flow.calls[id].caller, flow.calls[id].target);
        let callee = flow.visits[target].component;
        let before = missed.get(&caller).cloned().unwrap_or_default();
        let call = &mut flow.calls[id];
        keep(call, |cache| cache != callee && !before.contains(&cache));
        if calls_to.get(&target) == Some(&1) {
            let mut now = before;
            now.extend(call.attrs.components(AttrId::BEHIND));
            if !now.is_empty() {
                missed.insert(target, now);
            }
        }
    }
    settle_levels(flow);
}

/// A cache may itself be asked only when another misses: what is behind the one is then behind both, the nearest first.
fn settle_levels(flow: &mut Flow) {
    let caches = |flow: &Flow, id: CallId| flow.calls[id].attrs.refs(AttrId::BEHIND);
    let ids: Vec<_> = flow.calls.ids().collect();
    let single: Vec<Vec<Reference>> = ids.iter().map(|id| caches(flow, *id)).collect();
    // by caller and callee: the cache that all of these calls are behind
    let mut asked: FxHashMap<(VisitId, ElementRef), Option<Reference>> = FxHashMap::default();
    for (id, behind) in ids.iter().zip(&single) {
        let call = &flow.calls[*id];
        let callee = ElementRef::Component(flow.visits[call.target].component);
        let before = behind.first().copied();
        let entry = asked.entry((call.caller, callee)).or_insert(before);
        *entry = entry.filter(|one| before.is_some_and(|other| other.target == one.target));
    }
    for (id, behind) in ids.into_iter().zip(single) {
        let caller = flow.calls[id].caller;
        let callee = ElementRef::Component(flow.visits[flow.calls[id].target].component);
        let mut levels = behind;
        while let Some(last) = levels.last()
            && let Some(Some(next)) = asked.get(&(caller, last.target)).copied()
            && next.target != callee
            && levels.iter().all(|level| level.target != next.target)
        {
            levels.push(next);
        }
        if levels.len() > 1
            && let Some(value) = flow.calls[id].attrs.get(AttrId::BEHIND).cloned()
        {
            let value = Value { value: AttrValue::Refs(levels.into()), ..value };
            flow.calls[id].attrs.set(AttrId::BEHIND, value);
        }
    }
}

/// Takes `behind` from a call where it does not stay.
fn keep(call: &mut Call, stays: impl Fn(ComponentId) -> bool) {
    if !call.attrs.components(AttrId::BEHIND).into_iter().all(stays) {
        let others = call.attrs.iter().filter(|(id, _)| *id != AttrId::BEHIND);
        call.attrs = Attributes::from_entries(others.map(|(id, value)| (id, value.clone())).collect());
    }
}

/// A `hit_ratio` of a cache that calls on, as a CDN does, and that no call is `behind`: the load behind it is counted in full.
fn report_idle(resolver: &mut Resolver<'_>) {
    let model = &resolver.model;
    let of_connections = model.connections.iter().flat_map(|it| it.attrs.components(AttrId::BEHIND));
    let of_calls = model.flows.iter().flat_map(|flow| &flow.calls);
    let of_calls = of_calls.flat_map(|call| call.attrs.components(AttrId::BEHIND));
    let used: FxHashSet<ComponentId> = of_connections.chain(of_calls).collect();
    // who gives its calls a `share` has thinned them
    let shares = |call: &&Call| call.attrs.has(AttrId::SHARE);
    let of_flow = |flow: &Flow| -> Vec<ComponentId> {
        flow.calls.iter().filter(shares).map(|call| flow.visits[call.caller].component).collect()
    };
    let thinned: FxHashSet<ComponentId> = model.flows.iter().flat_map(of_flow).collect();
    // one beside the path is asked and not passed: what it spares nobody can tell
    let callers = |flow: &Flow| -> Vec<ComponentId> {
        flow.calls.iter().map(|call| flow.visits[call.caller].component).collect()
    };
    let passed: FxHashSet<ComponentId> = model.flows.iter().flat_map(callers).collect();
    let mut notes = Vec::new();
    for (id, it) in model.components.enumerate() {
        let Some(ratio) = it.attrs.get(AttrId::HIT_RATIO).filter(|ratio| ratio.origin == Origin::File) else {
            continue;
        };
        let (Some(span), false, true) =
            (ratio.span, used.contains(&id) || thinned.contains(&id), passed.contains(&id))
        else {
            continue;
        };
        let name = &it.header.path;
        let message = format!("`hit_ratio` of `{name}` thins no call: no step is `behind` it");
        let help = format!("give the calls that only its misses make `behind = {}`", it.header.name);
        notes.push(IDLE_HIT_RATIO.note_at(span, message).with_help(help));
    }
    for note in notes {
        resolver.report(note);
    }
}
