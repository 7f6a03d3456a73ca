//! How old at the most what a flow reads may be: the `ttl` of caches, the `lag` of copies that follow. Knows no finding.

use super::consistency::regions::stated_copies;
use crate::model::attributes::words::{Access, Consistency, CopyMode, Invalidation, Replication};
use crate::model::{AttrId, Attributes, Component, ComponentId, Connection, Flow, FlowId, Kind, Model};
use crate::syntax::ast::Operator;

/// The age in seconds that what a flow reads has at the most, without end where a cache never forgets; `None` where a lag is not
/// told, or the flow reads nothing that keeps data.
pub fn of_flow(model: &Model, id: FlowId) -> Option<f64> {
    let flow = &model.flows[id];
    let mut oldest: Option<f64> = None;
    for call in &flow.calls {
        let target = flow.visits[call.target].component;
        let component = &model.components[target];
        let keeps = is_cache(component) || component.kind.is_store();
        let reads = call.attrs.word(AttrId::ACCESS) != Some(Access::Write);
        if keeps && reads && model.connections[call.connection].op == Operator::Call {
            let age =
                if is_cache(component) { of_cache(model, flow, target)? } else { of_store(model, target)? };
            oldest = Some(oldest.map_or(age, |oldest| oldest.max(age)));
        }
    }
    oldest
}

fn is_cache(component: &Component) -> bool {
    matches!(component.kind, Kind::Cache | Kind::Cdn)
}

/// A copy lives for the `ttl`, and was as old as the store behind it when it was made.
fn of_cache(model: &Model, flow: &Flow, cache: ComponentId) -> Option<f64> {
    let attrs = &model.components[cache].attrs;
    let own = match attrs.word(AttrId::INVALIDATION) {
        Some(Invalidation::WriteThrough) => 0.0,
        // the `lag` is how long an event takes; where it is not told, the `ttl` bounds it
        Some(Invalidation::Event) => attrs.seconds(AttrId::LAG).or_else(|| attrs.seconds(AttrId::TTL))?,
        _ => attrs.seconds(AttrId::TTL).unwrap_or(f64::INFINITY),
    };
    let mut behind: f64 = 0.0;
    for call in flow.calls.iter().filter(|call| call.attrs.components(AttrId::BEHIND).contains(&cache)) {
        let target = flow.visits[call.target].component;
        if model.components[target].kind.is_store() {
            behind = behind.max(of_store(model, target)?);
        }
    }
    Some(own + behind)
}

/// The lag of its own copies, and of the copying along which it is filled.
fn of_store(model: &Model, store: ComponentId) -> Option<f64> {
    let mut age = own_lag(&model.components[store].attrs, &model.components[store])?;
    let mut at = store;
    let mut seen = vec![store];
    // back along a chain of copies, as long as there is one way and no circle
    loop {
        let feeds = |it: &&Connection| it.op == Operator::Replicate && it.callee() == Some(at);
        let sources: Vec<&Connection> = model.connections.iter().filter(feeds).collect();
        let mut lag: f64 = 0.0;
        for source in &sources {
            lag = lag.max(copy_lag(&source.attrs)?);
        }
        age += lag;
        let [only] = sources.as_slice() else { return Some(age) };
        let Some(from) = only.caller().filter(|from| !seen.contains(from)) else { return Some(age) };
        age += own_lag(&model.components[from].attrs, &model.components[from])?;
        seen.push(from);
        at = from;
    }
}

fn own_lag(attrs: &Attributes, component: &Component) -> Option<f64> {
    let follows = attrs.word(AttrId::REPLICATION) == Some(Replication::Async)
        && stated_copies(component).is_some_and(|copies| copies >= 2);
    let strong = attrs.word::<Consistency>(AttrId::CONSISTENCY) >= Some(Consistency::Strong);
    if follows && !strong { attrs.seconds(AttrId::LAG) } else { Some(0.0) }
}

fn copy_lag(attrs: &Attributes) -> Option<f64> {
    match (attrs.word(AttrId::MODE), attrs.seconds(AttrId::LAG)) {
        (Some(CopyMode::Sync), _) => Some(0.0),
        (_, lag) => lag,
    }
}
