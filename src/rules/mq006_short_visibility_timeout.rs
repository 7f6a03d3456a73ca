//! A broker that hands a message out again while its consumer still works on it.
//!
//! ## What it finds
//!
//! A `visibility_timeout` shorter than the p99 of a consumer's response, at least the largest p99 of it and of what it calls hard. For a
//! `function`: shorter than six times the `timeout` of the connection that feeds it.
//!
//! ## Why it matters
//!
//! At least one message of a hundred is then worked on twice, by two consumers at once, and the second try is no more likely to be in
//! time. A slow minute becomes a flood of repetitions. A function is tried again within its own service, which needs room for that.
//!
//! ## How to mend it
//!
//! A longer visibility timeout, or a consumer that extends it while it works; less work for one message.
//!
//! ## When it stays silent
//!
//! Without `visibility_timeout`, or without `p99` and `latency` of the consumer (for a function without `timeout`), it is not assessed.
//!
//! ## Source
//!
//! AWS Lambda Developer Guide, on Amazon SQS as an event source: at least six times the timeout of the function.
//!
//! ## Examples
//!
//! ```arch,fail
//! service shop
//! queue orders { visibility_timeout = 30s }
//! worker pack { latency = 5s  p99 = 45s }
//! shop ~> orders ~> pack
//! ```
//!
//! ```arch,pass
//! service shop
//! queue orders { visibility_timeout = 120s }
//! worker pack { latency = 5s  p99 = 45s }
//! shop ~> orders ~> pack
//! ```

use std::collections::BTreeMap;

use super::terms::exceeds;
use super::timing::{Slow, resting_on_p99, slowest_around, slowest_by_visit};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold, edits};
use crate::diagnostic::Severity;
use crate::model::{AttrId, ComponentId, ConnectionId, FlowId, Kind};
use crate::syntax::ast::Operator;
use crate::units::{format_count, format_time};

const TRIES: Threshold = Threshold {
    key: "function",
    default: 6.0,
    unit: "times the function's timeout",
    meaning: "the least that a visibility timeout leaves a function",
};

pub(super) static RULE: Rule = Rule {
    code: "MQ006",
    name: "short-visibility-timeout",
    category: Category::Messaging,
    severities: &[Severity::Warning],
    thresholds: &[TRIES],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::VISIBILITY_TIMEOUT),
        Need::Attribute(AttrId::P99),
        Need::Attribute(AttrId::TIMEOUT),
    ],
    expects: &[],
    check,
};

/// By flow, once it is needed: the slowest of each visit and what it calls.
type Known = BTreeMap<FlowId, Vec<Option<Slow>>>;

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let mut known = Known::new();
    for (id, component) in ctx.model.components.enumerate().filter(|(_, component)| component.kind.is_broker()) {
        let feeds = ctx.outgoing(id).iter().filter_map(|connection| {
            let it = &ctx.model.connections[*connection];
            let feeds = matches!(it.op, Operator::Message | Operator::Call);
            let consumer = it.callee().filter(|to| feeds && !ctx.model.components[*to].kind.is_broker())?;
            Some((*connection, consumer))
        });
        let feeds: Vec<(ConnectionId, ComponentId)> = feeds.collect();
        if feeds.is_empty() {
            continue;
        }
        let Some(visible) = component.attrs.seconds(AttrId::VISIBILITY_TIMEOUT) else {
            findings.not_assessed(id, AttrId::VISIBILITY_TIMEOUT);
            continue;
        };
        for (feed, consumer) in feeds {
            let finding = match ctx.model.components[consumer].kind {
                Kind::Function => function(ctx, findings, (id, visible), feed, consumer),
                _ => worker(ctx, findings, &mut known, (id, visible), feed, consumer),
            };
            if let Some(finding) = finding {
                let attrs = &component.attrs;
                let finding = finding.resting_on(ctx.model.path(id), attrs, &[AttrId::VISIBILITY_TIMEOUT]);
                findings.push(finding.step(
                    ctx.connection_step(feed).span,
                    format!("`{}` hands on to `{}`", ctx.model.path(id), ctx.model.path(consumer)),
                ));
            }
        }
    }
}

fn function(
    ctx: &RuleContext<'_>,
    findings: &mut Findings<'_>,
    (broker, visible): (ComponentId, f64),
    feed: ConnectionId,
    consumer: ComponentId,
) -> Option<Finding> {
    let timeouts = ctx.usages(feed).into_iter().filter_map(|usage| usage.attrs.seconds(AttrId::TIMEOUT));
    let Some(timeout) = timeouts.reduce(f64::max) else {
        findings.not_assessed(feed, AttrId::TIMEOUT);
        return None;
    };
    let tries = ctx.threshold(&TRIES);
    if !exceeds(tries * timeout, visible) {
        return None;
    }
    let message = format!(
        "`visibility_timeout` = {} of `{}` < {}·{} = {}, what the function `{}` needs with its tries",
        format_time(visible),
        ctx.model.path(broker),
        format_count(tries),
        format_time(timeout),
        format_time(tries * timeout),
        ctx.model.path(consumer),
    );
    let finding = Finding::new(Severity::Warning, broker, message).mend(
        "hide a message for as long as its work may take",
        edits::set(ctx, broker, &[(AttrId::VISIBILITY_TIMEOUT, &edits::time_up(tries * timeout))]),
    );
    Some(finding.help("raise `visibility_timeout`, or let the function give up earlier").hits_all(ctx.flows_through(feed)))
}

fn worker(
    ctx: &RuleContext<'_>,
    findings: &mut Findings<'_>,
    known: &mut Known,
    (broker, visible): (ComponentId, f64),
    feed: ConnectionId,
    consumer: ComponentId,
) -> Option<Finding> {
    // as flows use it, with all that is called below; else the consumer and its own calls
    let mut slowest = slowest_around(ctx, consumer);
    let mut estimate: Option<f64> = None;
    for (flow, call) in ctx.calls_of(feed) {
        let target = ctx.call((*flow, *call)).target;
        let visits = known.entry(*flow).or_insert_with(|| slowest_by_visit(ctx, *flow));
        let below = visits.get(target.index()).copied().flatten();
        if below.map(|slow| slow.p99) > slowest.map(|slow| slow.p99) {
            slowest = below;
        }
        let response = ctx.facts.latency.flow(*flow).and_then(|latency| latency.response(target));
        let p99 = response.filter(|response| !response.is_within(990, visible)).and_then(|it| it.percentile(990));
        estimate = p99.filter(|p99| estimate.is_none_or(|most| *p99 > most)).or(estimate);
    }
    let Some(slowest) = slowest else {
        findings.not_assessed(consumer, AttrId::P99);
        return None;
    };
    let p99 = estimate.unwrap_or(slowest.p99).max(slowest.p99);
    if !exceeds(p99, visible) {
        return None;
    }
    let (consumer, slow) = (ctx.model.path(consumer), ctx.model.path(slowest.component));
    let why = match exceeds(p99, slowest.p99) {
        true => format!("the estimated p99 of `{consumer}` with its calls"),
        false if consumer == slow => format!("the p99 of `{consumer}`"),
        false => format!("the p99 of `{slow}`, for which `{consumer}` waits"),
    };
    let message = format!(
        "`visibility_timeout` = {} of `{}` < {}, {why}: at least 1% of the messages are worked on twice",
        format_time(visible),
        ctx.model.path(broker),
        format_time(p99),
    );
    let longer = edits::time_up(3.0 * p99);
    let finding = Finding::new(Severity::Warning, broker, message)
        .mend("hide a message for three times that p99", edits::set(ctx, broker, &[(AttrId::VISIBILITY_TIMEOUT, &longer)]))
        .help("raise `visibility_timeout`, extend it while working, or do less for one message")
        .hits_all(ctx.flows_through(feed));
    Some(resting_on_p99(ctx, finding, slowest))
}
