//! A timeout that gives up on good answers, or waits far too long for bad ones.
//!
//! ## What it finds
//!
//! A warning where the `timeout` of a call is below the certain lower bound of the callee's p99: the largest p99 of it and of all that
//! it calls hard. A note where it is more than ten times the estimated p99 of its response, for callers other than actors.
//!
//! ## Why it matters
//!
//! Below the p99 at least one try of a hundred is given up though it would have been answered, and with retries is asked for again, the
//! more so the slower the callee gets. Far above it, callers hold threads and connections for calls that are lost.
//!
//! ## How to mend it
//!
//! Somewhat more than the callee's p99.9, so that a false timeout is one in a thousand.
//!
//! ## When it stays silent
//!
//! With `wait = first`, where a short timeout is meant to ask another replica, and on `persistent` calls, which wait on purpose. The note is silent where the timeout suits one of the
//! flows that make the call: it must serve the slowest; where the timeout is 100 ms or less, which holds nobody for long (a limit of ours);
//! and with a `circuit_breaker` or `bulkhead` on the call, which bounds what a lost callee holds. Without `timeout`, or without `p99` and `latency` of the
//! callee, it is not assessed; nor is the note where nobody waits for the caller: below a message, in a flow that no actor starts.
//!
//! ## Source
//!
//! M. Brooker, "Timeouts, retries and backoff with jitter", AWS Builders' Library; the factor of ten is a heuristic of ours.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service shop
//! database db { p99 = 80ms }
//! flow buy {
//!   browser -> shop
//!   shop -> db { timeout = 50ms }
//! }
//! ```
//!
//! ```arch,pass
//! client browser
//! service shop
//! database db { p99 = 80ms }
//! flow buy {
//!   browser -> shop
//!   shop -> db { timeout = 250ms }
//! }
//! ```

use std::collections::BTreeMap;

use super::terms::{exceeds, is_parted};
use super::timing::{Slow, is_needed_once, resting_on_p99, slowest_around, slowest_by_visit, waits_for_all};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold, edits};
use crate::analysis::latency::Response;
use crate::diagnostic::{Edit, Severity};
use crate::model::attributes::words::Wait;
use crate::model::{AttrId, Attributes, ConnectionId, FlowId};
use crate::source::Span;
use crate::syntax::ast::Operator;
use crate::units::{format_count, format_time};

const LONG: Threshold = Threshold {
    key: "long",
    default: 10.0,
    unit: "times the callee's p99",
    meaning: "beyond this a timeout is a note",
};

const SHORT: Threshold = Threshold {
    key: "short",
    default: 0.1,
    unit: "seconds",
    meaning: "a timeout up to here is never too long",
};

pub(super) static RULE: Rule = Rule {
    code: "RS003",
    name: "ill-sized-timeout",
    category: Category::Resilience,
    severities: &[Severity::Warning, Severity::Note],
    thresholds: &[LONG, SHORT],
    silences: &[],
    needs: &[Need::Attribute(AttrId::TIMEOUT), Need::Attribute(AttrId::P99)],
    expects: &[],
    check,
};

/// A call whose caller waits.
struct Waiting<'a> {
    connection: ConnectionId,
    attrs: &'a Attributes,
    span: Span,
    /// The slowest of the callee and what it calls hard.
    slowest: Option<Slow>,
    /// Its answer, where that is far quicker than the timeout.
    response: Option<Response<'a>>,
}

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    // one timeout serves every flow: it is too long only where it is for the slowest of them
    let mut long: BTreeMap<(ConnectionId, Option<u64>), Option<Vec<Finding>>> = BTreeMap::new();
    for (id, flow) in ctx.model.flows.enumerate() {
        let slowest = slowest_by_visit(ctx, id);
        let quick = quick_by_call(ctx, id, &slowest);
        let latency = ctx.facts.latency.flow(id);
        let awaited = ctx.awaited(id);
        let starts_itself = flow.roots.iter().any(|root| !ctx.model.components[flow.visits[*root].component].kind.is_actor());
        for (call, made) in flow.calls.enumerate() {
            if ctx.model.connections[made.connection].op != Operator::Call {
                continue;
            }
            let waiting = Waiting {
                connection: made.connection,
                attrs: &made.attrs,
                span: made.span,
                slowest: slowest.get(made.target.index()).copied().flatten(),
                // in a job, and below a message, nobody waits behind the one who waits
                response: match (awaited.get(call.index()), quick.get(call.index())) {
                    (Some(Some(_)), Some(true)) if !starts_itself => {
                        latency.and_then(|latency| latency.response(made.target))
                    }
                    _ => None,
                },
            };
            let told = judge(ctx, findings, &waiting).map(|(severity, finding)| {
                let finding = finding.witness(ctx.path_to(id, made.caller)).witness([ctx.step(id, call)]).hits(id);
                (severity, finding)
            });
            let timeout = made.attrs.seconds(AttrId::TIMEOUT).map(f64::to_bits);
            let long = long.entry((made.connection, timeout)).or_insert_with(|| Some(Vec::new()));
            match told {
                Some((Severity::Note, finding)) => long.iter_mut().for_each(|long| long.push(finding.clone())),
                Some((_, finding)) => findings.push(finding),
                None => *long = None,
            }
        }
    }
    for finding in long.into_values().flatten().flatten() {
        findings.push(finding);
    }
    for (id, connection) in ctx.model.connections.enumerate().filter(|(id, _)| ctx.calls_of(*id).is_empty()) {
        let Some(callee) = connection.callee().filter(|_| connection.op == Operator::Call) else { continue };
        let span = connection.from_span.to(connection.to_span);
        let slowest = slowest_around(ctx, callee);
        let waiting = Waiting { connection: id, attrs: &connection.attrs, span, slowest, response: None };
        if let Some((_, finding)) = judge(ctx, findings, &waiting) {
            findings.push(finding.witness([ctx.connection_step(id)]));
        }
    }
}

/// By call of a flow: whether the p99 of its answer may be far below its timeout. From the last call to the first, for no answer is
/// quicker than one that it waits for: above the first slow one of a long chain nothing is worth a look.
fn quick_by_call(ctx: &RuleContext<'_>, id: FlowId, slowest: &[Option<Slow>]) -> Vec<bool> {
    let flow = &ctx.model.flows[id];
    let Some(latency) = ctx.facts.latency.flow(id) else { return Vec::new() };
    let factor = ctx.threshold(&LONG);
    // by visit, what the p99 of its answer is not below
    let mut floors: Vec<f64> = slowest.iter().map(|slow| slow.map_or(0.0, |slow| slow.p99)).collect();
    let waits: Vec<bool> = flow.groups.iter().map(|group| waits_for_all(flow, group)).collect();
    let mut quick = vec![false; flow.calls.len()];
    for (call, made) in flow.calls.enumerate().rev() {
        if ctx.model.connections[made.connection].op != Operator::Call {
            continue;
        }
        let timeout = made.attrs.seconds(AttrId::TIMEOUT);
        let looked_at = !ctx.model.components[flow.visits[made.caller].component].kind.is_actor()
            && timeout.is_some_and(|timeout| exceeds(timeout, ctx.threshold(&SHORT)))
            && !is_parted(&made.attrs);
        let mut floor = floors.get(made.target.index()).copied().unwrap_or(0.0);
        if let Some(limit) = timeout.map(|timeout| timeout / factor).filter(|limit| looked_at && floor < *limit) {
            let is_quick =
                latency.response(made.target).is_some_and(|response| response.is_within(990, limit));
            match (is_quick, quick.get_mut(call.index())) {
                (true, Some(slot)) => *slot = true,
                _ => floor = limit,
            }
        }
        if let Some(known) = floors.get_mut(made.target.index()) {
            *known = floor;
        }
        if made.caller < made.target
            && waits.get(made.group.index()) == Some(&true)
            && is_needed_once(ctx, made)
            && let Some(above) = floors.get_mut(made.caller.index())
        {
            *above = above.max(timeout.map_or(floor, |timeout| floor.min(timeout)));
        }
    }
    quick
}

fn longer_than(ctx: &RuleContext<'_>, it: &Waiting<'_>, p99: f64) -> Option<Vec<Edit>> {
    let timeout = edits::time_up(3.0 * p99);
    edits::set_on_call(ctx, it.connection, Some(it.span), &[(AttrId::TIMEOUT, &timeout)])
}

fn judge(
    ctx: &RuleContext<'_>,
    findings: &mut Findings<'_>,
    it: &Waiting<'_>,
) -> Option<(Severity, Finding)> {
    if it.attrs.word(AttrId::WAIT) == Some(Wait::First) || it.attrs.is_true(AttrId::PERSISTENT) {
        return None;
    }
    let connection = &ctx.model.connections[it.connection];
    let (caller, callee) = (connection.caller()?, connection.callee()?);
    let Some(timeout) = it.attrs.seconds(AttrId::TIMEOUT) else {
        findings.not_assessed(it.connection, AttrId::TIMEOUT);
        return None;
    };
    let Some(slowest) = it.slowest else {
        findings.not_assessed(callee, AttrId::P99);
        return None;
    };
    let name = ctx.connection_name(it.connection);
    if exceeds(slowest.p99, timeout) {
        let message = format!(
            "`timeout` = {} of `{name}` < {}, the p99 of `{}`: at least 1% of its tries are given up for nothing",
            format_time(timeout),
            format_time(slowest.p99),
            ctx.model.path(slowest.component),
        );
        let finding = Finding::new(Severity::Warning, it.connection, message)
            .help("wait somewhat longer than the callee's p99.9")
            .mend("wait three times its p99", longer_than(ctx, it, slowest.p99))
            .in_step(it.span);
        return Some((Severity::Warning, resting_on_p99(ctx, finding, slowest)));
    }
    if !exceeds(timeout, ctx.threshold(&SHORT)) || is_parted(it.attrs) {
        return None;
    }
    let factor = ctx.threshold(&LONG);
    let limit = timeout / factor;
    if ctx.model.components[caller].kind.is_actor() || !exceeds(limit, slowest.p99) {
        return None;
    }
    let response = it.response?;
    // where the certain bound says it already, no estimate is needed
    let upper = response.bounds(990).upper.filter(|upper| exceeds(limit, *upper));
    let (p99, said) = match upper {
        Some(upper) => (upper, "at most"),
        None => (response.percentile(990).filter(|p99| exceeds(limit, *p99))?, "estimated at"),
    };
    let message = format!(
        "`timeout` = {} of `{name}` > {}·{} = {}: the p99 of `{}`'s answer is {said} {}",
        format_time(timeout),
        format_count(factor),
        format_time(p99),
        format_time(factor * p99),
        ctx.model.path(callee),
        format_time(p99),
    );
    let finding = Finding::new(Severity::Note, it.connection, message)
        .help("wait somewhat longer than the callee's p99.9, so that a lost call is let go early")
        .mend("wait three times its p99", longer_than(ctx, it, p99))
        .in_step(it.span);
    Some((Severity::Note, resting_on_p99(ctx, finding, slowest)))
}
