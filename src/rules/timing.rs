//! What several rules on latency share: how slow a component is at its p99, and on what that rests. It must not know any single
//! rule.

use super::terms::is_hard;
use super::{Finding, RuleContext};
use crate::analysis::latency::own_work;
use crate::model::attributes::words::Wait;
use crate::model::{AttrId, Attributes, Call, CallGroup, ComponentId, Flow, FlowId, GroupMode};
use crate::units::format_time;

/// A component with the 99th percentile of its own work, in seconds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Slow {
    pub(super) component: ComponentId,
    pub(super) p99: f64,
}

/// A component's own work; `None` where it gives neither `p99` nor `latency`.
pub(super) fn own(ctx: &RuleContext<'_>, component: ComponentId) -> Option<Slow> {
    let (_, p99) = own_work(&ctx.model.components[component].attrs, &ctx.config.assumed)?;
    Some(Slow { component, p99 })
}

/// A component, or what it calls hard itself, whichever is slower: for what no flow visits.
pub(super) fn slowest_around(ctx: &RuleContext<'_>, component: ComponentId) -> Option<Slow> {
    let mut worst = own(ctx, component);
    for connection in ctx.outgoing(component) {
        let it = &ctx.model.connections[*connection];
        if is_hard(it.op, &it.attrs) && is_always_made(&it.attrs) && it.alternatives.is_none() {
            worst = slower(worst, it.callee().and_then(|callee| own(ctx, callee)));
        }
    }
    worst
}

/// By visit of a flow, the slowest of its component and of all that it always calls hard: no answer of it has a smaller p99.
pub(super) fn slowest_by_visit(ctx: &RuleContext<'_>, id: FlowId) -> Vec<Option<Slow>> {
    let flow: &Flow = &ctx.model.flows[id];
    let mut slowest: Vec<Option<Slow>> = vec![None; flow.visits.len()];
    // a caller's visit stands before its callees'; what closes a circle is told elsewhere
    for (at, visit) in flow.visits.enumerate().rev() {
        let mut worst = own(ctx, visit.component);
        for group in visit.groups.iter().map(|group| &flow.groups[*group]) {
            let all = waits_for_all(flow, group);
            for made in group.calls.iter().map(|call| &flow.calls[*call]) {
                if made.target > at && all && is_always_needed(ctx, made) {
                    worst = slower(worst, slowest.get(made.target.index()).copied().flatten());
                }
            }
        }
        if let Some(slot) = slowest.get_mut(at.index()) {
            *slot = worst;
        }
    }
    slowest
}

/// Whether no answer of a caller comes before that of a call, where it waits for all calls of its step.
pub(super) fn is_needed_once(ctx: &RuleContext<'_>, made: &Call) -> bool {
    let at_least_once = made.attrs.number(AttrId::CALLS).is_none_or(|calls| calls >= 1.0);
    at_least_once && is_always_needed(ctx, made)
}

fn is_always_needed(ctx: &RuleContext<'_>, made: &Call) -> bool {
    is_hard(ctx.model.connections[made.connection].op, &made.attrs) && is_always_made(&made.attrs)
}

fn slower(a: Option<Slow>, b: Option<Slow>) -> Option<Slow> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.p99 > a.p99 { b } else { a }),
        _ => a.or(b),
    }
}

fn is_always_made(attrs: &Attributes) -> bool {
    attrs.share(AttrId::SHARE).is_none_or(|share| share >= 1.0) && attrs.components(AttrId::BEHIND).is_empty()
}

/// Whether a step waits for every one of its calls.
pub(super) fn waits_for_all(flow: &Flow, group: &CallGroup) -> bool {
    let all = |id| matches!(flow.calls[id].attrs.word(AttrId::WAIT), None | Some(Wait::All));
    match group.kind {
        GroupMode::AnyOf { needs } => needs >= group.calls.len() as u64,
        GroupMode::One | GroupMode::Parallel => group.calls.iter().all(|id| all(*id)),
    }
}

/// Whether the p99 of a component is not its own figure.
pub(super) fn is_assumed(ctx: &RuleContext<'_>, component: ComponentId) -> bool {
    !ctx.model.components[component].attrs.get(AttrId::P99).is_some_and(crate::model::Value::is_given)
}

/// A finding that rests on the p99 of a component.
pub(super) fn resting_on_p99(ctx: &RuleContext<'_>, finding: Finding, slow: Slow) -> Finding {
    let (path, attrs) = (ctx.model.path(slow.component), &ctx.model.components[slow.component].attrs);
    if attrs.has(AttrId::P99) {
        return finding.resting_on(path, attrs, &[AttrId::P99]);
    }
    let factor = ctx.config.assumed.tail_factor;
    finding
        .assuming(format!("`p99` of `{path}` = {factor}·`latency` = {}", format_time(slow.p99)))
        .resting_on(path, attrs, &[AttrId::LATENCY])
}
