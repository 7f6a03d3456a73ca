//! A side call that can take the workers of a critical flow.
//!
//! ## What it finds
//!
//! A component on a flow with `criticality = high` that also makes a soft call (`optional`, or with a `fallback`), or a call in a
//! flow that is not critical, with neither `bulkhead` (on the call or its callee) nor `circuit_breaker`. A connection that a critical
//! flow cannot do without is no side call, whoever else takes it.
//!
//! ## Why it matters
//!
//! All calls of a component wait in one pool of threads and connections. When the callee of the side call hangs, λ·`timeout` of
//! them wait for it, and the critical flow finds no free one though everything it needs is up.
//!
//! ## How to mend it
//!
//! Give the side call a pool of its own (`bulkhead`), or a `circuit_breaker` that stops it while its callee hangs.
//!
//! ## When it stays silent
//!
//! On a `~>`, for which nobody waits, on calls made at the start, and on those of a `managed` front, whose workers are its provider's.
//! Where no flow says its `criticality` it is not assessed.
//!
//! ## Source
//!
//! M. Nygard, Release It!, Bulkheads; AWS Well-Architected, REL10-BP03.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service shop
//! database orders
//! service ratings
//! flow buy {
//!   criticality = high
//!   browser -> shop
//!   shop -> orders { timeout = 1s }
//!   shop -> ratings { timeout = 1s  optional = true }
//! }
//! ```
//!
//! ```arch,pass
//! client browser
//! service shop
//! database orders
//! service ratings
//! flow buy {
//!   criticality = high
//!   browser -> shop
//!   shop -> orders { timeout = 1s }
//!   shop -> ratings { timeout = 1s  optional = true  bulkhead = true }
//! }
//! ```

use std::collections::BTreeMap;

use super::terms::{is_hard, is_on, is_soft};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Usage, edits};
use crate::diagnostic::Severity;
use crate::model::attributes::words::Phase;
use crate::model::{AttrId, ComponentId, ConnectionId, FlowId, VisitId};
use crate::syntax::ast::Operator;
use crate::units::{format_count, format_rate, format_time};

pub(super) static RULE: Rule = Rule {
    code: "RS009",
    name: "missing-bulkhead",
    category: Category::Resilience,
    severities: &[Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::CRITICALITY)],
    expects: &[AttrId::BULKHEAD],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let says_so = |flow: FlowId| ctx.model.flows[flow].attrs.beyond_default(AttrId::CRITICALITY).is_some();
    let nobody_says = !ctx.model.flows.ids().any(says_so);
    // by component, where the first critical flow visits it
    let mut critical: BTreeMap<ComponentId, (FlowId, VisitId)> = BTreeMap::new();
    for flow in ctx.model.flows.ids().filter(|flow| ctx.is_critical(*flow)) {
        for (visit, it) in ctx.model.flows[flow].visits.enumerate() {
            critical.entry(it.component).or_insert((flow, visit));
        }
    }
    for (id, connection) in ctx.model.connections.enumerate() {
        let (Operator::Call, Some(caller), Some(callee)) = (connection.op, connection.caller(), connection.callee())
        else {
            continue;
        };
        if !has_workers(ctx, caller) || is_parted(ctx, id, callee) {
            continue;
        }
        let side = side_calls(ctx, id);
        if side.is_empty() {
            continue;
        }
        if nobody_says {
            for flow in ctx.flows_of(caller) {
                findings.not_assessed(*flow, AttrId::CRITICALITY);
            }
        } else if let Some(served) = critical.get(&caller) {
            findings.push(finding(ctx, id, (caller, callee), *served, &side));
        }
    }
}

/// Whether calls wait in a component: of a `managed` front no worker is lost to us.
fn has_workers(ctx: &RuleContext<'_>, id: ComponentId) -> bool {
    let component = &ctx.model.components[id];
    let is_front = component.kind.is_front() && !component.attrs.is_true(AttrId::MANAGED);
    component.kind.is_compute() || is_front
}

/// Whether the callee, or every way in which the connection is used, keeps the call from taking all.
fn is_parted(ctx: &RuleContext<'_>, id: ConnectionId, callee: ComponentId) -> bool {
    let parted = |usage: &Usage<'_>| {
        is_on(usage.attrs, AttrId::BULKHEAD) || usage.attrs.is_true(AttrId::CIRCUIT_BREAKER)
    };
    is_on(&ctx.model.components[callee].attrs, AttrId::BULKHEAD) || ctx.usages(id).iter().all(parted)
}

/// The uses of a connection that are soft or in a flow that is not critical; none where a critical flow needs it.
fn side_calls<'a>(ctx: &RuleContext<'a>, id: ConnectionId) -> Vec<Usage<'a>> {
    let mut usages = ctx.usages(id);
    usages.retain(|usage| usage.attrs.word(AttrId::PHASE) != Some(Phase::Start));
    let is_critical = |usage: &Usage<'_>| usage.call.is_some_and(|(flow, _)| ctx.is_critical(flow));
    if usages.iter().any(|usage| is_critical(usage) && is_hard(Operator::Call, usage.attrs)) {
        return Vec::new();
    }
    let is_side = |usage: &Usage<'_>| is_soft(usage.attrs) || usage.call.is_some() && !is_critical(usage);
    let parted = |usage: &Usage<'_>| {
        is_on(usage.attrs, AttrId::BULKHEAD) || usage.attrs.is_true(AttrId::CIRCUIT_BREAKER)
    };
    usages.retain(|usage| is_side(usage) && !parted(usage));
    usages
}

fn finding(
    ctx: &RuleContext<'_>,
    id: ConnectionId,
    (caller, callee): (ComponentId, ComponentId),
    (flow, visit): (FlowId, VisitId),
    side: &[Usage<'_>],
) -> Finding {
    let timeout = side.iter().map(|usage| usage.attrs.seconds(AttrId::TIMEOUT).unwrap_or(f64::INFINITY));
    let timeout = timeout.fold(0.0, f64::max);
    let rate = ctx.facts.load.connection(id).and_then(|load| load.peak).filter(|rate| *rate > 0.0);
    let (from, to) = (ctx.model.path(caller), ctx.model.path(callee));
    let hung = match (rate, timeout.is_finite()) {
        (Some(rate), true) => {
            let (rate_told, time) = (format_rate(rate), format_time(timeout));
            format!("λ·`timeout` = {rate_told}·{time} = {} calls", format_count(rate * timeout))
        }
        (None, true) => format!("λ·`timeout` = λ·{} calls", format_time(timeout)),
        (_, false) => "calls without end, as none has a `timeout`,".to_owned(),
    };
    let places = ctx.model.components[caller].attrs.count(AttrId::CONCURRENCY).map(|concurrency| {
        let n = ctx.replicas(caller);
        let all = format_count(n as f64 * concurrency as f64);
        format!(" of the n·`concurrency` = {n}·{concurrency} = {all}")
    });
    let message = format!(
        "`{}` has neither `bulkhead` nor `circuit_breaker`, and `{from}` also serves the critical flow `{}`: when `{to}` hangs, \
         {hung} wait for it in `{from}`{}",
        ctx.connection_name(id),
        ctx.model.flows[flow].header.name,
        places.unwrap_or_default()
    );
    let mut finding = Finding::new(Severity::Warning, id, message)
        .help(format!("give the calls to `{to}` a pool of their own (`bulkhead`), or a `circuit_breaker`"))
        .mend("give it a pool of its own", edits::set_on_calls(ctx, id, side, &[(AttrId::BULKHEAD, "true")]))
        .witness(ctx.path_to(flow, visit))
        .hits(flow);
    let step = ctx.connection_step(id);
    finding = finding.step(step.span, step.message);
    for at in side.iter().filter_map(|usage| usage.call) {
        finding = finding.in_step(ctx.call(at).span);
    }
    finding
}
