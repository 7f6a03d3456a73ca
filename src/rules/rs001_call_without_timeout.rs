//! A call that waits without a limit: neither `timeout` nor `circuit_breaker`.
//!
//! ## What it finds
//!
//! Every `->` with neither `timeout` nor `circuit_breaker`, actors' calls and calls to stores included. An error where the
//! callee is an `external` or the call is on a flow with `criticality = high`; a note where the callee is a store, a cache,
//! a broker or a platform component, whose drivers mostly have a timeout of their own, or where the caller is an actor; else
//! a warning.
//!
//! ## Why it matters
//!
//! A callee that hangs is worse than one that fails: by Little's law the caller has L = λ·R requests in flight, and R has no
//! bound. Its threads, connections and memory go first, then its own callers', up to the edge.
//!
//! ## How to mend it
//!
//! Set `timeout` near the 99.9th percentile of the callee's response time, so that one call in a thousand is cut short, and
//! say what then happens: a retry, a `fallback`, or an error that the caller passes on.
//!
//! ## When it stays silent
//!
//! Calls of one caller that are as bad as each other are told together, at the first of them.
//!
//! Where the call has a `timeout` or a `circuit_breaker`, in the flow's step or in the connection. On a soft call, of which RS011
//! speaks.
//!
//! ## Source
//!
//! M. Nygard, Release It!, the patterns Timeouts and Circuit Breaker; AWS Well-Architected, REL05-BP05.
//!
//! ## Examples
//!
//! ```arch,fail
//! service orders
//! service payments
//! orders -> payments
//! ```
//!
//! ```arch,fail
//! client browser
//! service shop
//! external bank
//! shop -> bank { retries = 2 }
//! flow pay { browser -> shop { timeout = 5s }; shop -> bank }
//! ```
//!
//! ```arch,pass
//! client browser
//! service shop
//! external bank
//! shop -> bank { circuit_breaker = true }
//! flow pay { browser -> shop { timeout = 5s }; shop -> bank }
//! ```

use std::cell::OnceCell;

use super::patience::Patience;
use super::{Category, Finding, Findings, Rule, RuleContext, Usage, edits, rs011_unbounded_soft_call};
use crate::diagnostic::Severity;
use crate::model::{AttrId, ComponentId, ConnectionId, Kind};
use crate::syntax::ast::Operator;
use crate::units::format_rate;

pub(super) static RULE: Rule = Rule {
    code: "RS001",
    name: "call-without-timeout",
    category: Category::Resilience,
    severities: &[Severity::Error, Severity::Warning, Severity::Note],
    thresholds: &[],
    silences: &[],
    needs: &[],
    expects: &[AttrId::TIMEOUT],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let patience = OnceCell::new();
    for (id, connection) in ctx.model.connections.enumerate() {
        let (Operator::Call, Some(caller), Some(callee)) = (connection.op, connection.caller(), connection.callee())
        else {
            continue;
        };
        let unbounded: Vec<Usage<'_>> = ctx.usages(id).into_iter().filter(|usage| is_unbounded(ctx, usage)).collect();
        if !unbounded.is_empty() {
            findings.push(finding(ctx, id, (caller, callee), &unbounded, &patience));
        }
    }
}

fn is_unbounded(ctx: &RuleContext<'_>, usage: &Usage<'_>) -> bool {
    !usage.attrs.has(AttrId::TIMEOUT)
        && !usage.attrs.is_true(AttrId::CIRCUIT_BREAKER)
        && !rs011_unbounded_soft_call::speaks_of(ctx, usage.attrs)
}

fn finding(
    ctx: &RuleContext<'_>,
    id: ConnectionId,
    (caller, callee): (ComponentId, ComponentId),
    unbounded: &[Usage<'_>],
    patience: &OnceCell<Patience>,
) -> Finding {
    let base = severity(ctx, caller, callee);
    let name = ctx.connection_name(id);
    let (from, to) = (ctx.model.path(caller), ctx.model.path(callee));
    let rate = ctx.facts.load.connection(id).and_then(|load| load.peak).filter(|rate| *rate > 0.0);
    let waiting = match rate.map(format_rate) {
        Some(rate) => format!("L = λ·R = {rate}·∞ calls wait in `{from}`"),
        None => format!("its calls pile up in `{from}` without end (L = λ·R, R = ∞)"),
    };
    let critical = unbounded.iter().filter_map(|usage| usage.call).find(|(flow, _)| ctx.is_critical(*flow));
    let critical = critical.map_or_else(String::new, |(flow, _)| {
        format!(", on the critical flow `{}`", ctx.model.flows[flow].header.name)
    });
    let message = format!(
        "`{name}` has neither `timeout` nor `circuit_breaker`{critical}: when `{to}` hangs, {waiting}"
    );
    let mut finding = Finding::new(base, id, message)
        .help(format!("give the call a `timeout` near the 99.9th percentile of the response time of `{to}`"));
    for at in unbounded.iter().filter_map(|usage| usage.call) {
        let severity = if ctx.is_critical(at.0) { Severity::Error } else { base };
        finding = finding.hits_at(at.0, severity).in_step(ctx.call(at).span);
    }
    // the links of a chain share their timeout, and who works in between has less than all of it
    let works = |id: ComponentId| ctx.model.components[id].attrs.has(AttrId::LATENCY);
    let shared = edits::is_chain(ctx, id) && (works(caller) || works(callee));
    let timeout = patience.get_or_init(|| Patience::of(ctx)).timeout(ctx, id, callee).filter(|_| !shared);
    let edits = timeout.as_ref().and_then(|timeout| edits::set(ctx, id, &[(AttrId::TIMEOUT, timeout)]));
    finding.mend(format!("give it a timeout of {}", timeout.unwrap_or_default()), edits)
}

/// How bad it is on a flow that is not critical.
fn severity(ctx: &RuleContext<'_>, caller: ComponentId, callee: ComponentId) -> Severity {
    let (caller, callee) = (ctx.model.components[caller].kind, ctx.model.components[callee].kind);
    let has_driver = callee.is_store() || callee == Kind::Cache || callee.is_broker() || callee.is_platform();
    if callee == Kind::External {
        Severity::Error
    } else if has_driver || caller.is_actor() {
        Severity::Note
    } else {
        Severity::Warning
    }
}
