//! A call that may fail, but may not be given up in time.
//!
//! ## What it finds
//!
//! A soft `->` (`optional`, or with a `fallback`) with no `timeout`, or with one of more than half of B, the flow's smallest `slo p99`: a
//! warning. An `optional` call without a `fallback` is a note: what the user then sees is left open. The half is ours.
//!
//! ## Why it matters
//!
//! Going on without the callee is planned for the case that it fails. Mostly it is slow instead, and then the caller waits for
//! something that it does not need.
//!
//! ## How to mend it
//!
//! A `timeout` well below what the flow may take, and a `fallback`: a default, a stale answer, or nothing shown.
//!
//! ## When it stays silent
//!
//! A note stays away where `fallback` says what is shown, be it `none`. Where the flow has no `slo p99`, a `timeout` is not judged; nor where nobody waits
//! for the caller, behind a `~>`. RS001 is silent about what is a warning here.
//!
//! ## Source
//!
//! AWS Well-Architected, REL05-BP01.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service shop
//! service ratings
//! flow buy {
//!   slo p99 <= 500ms
//!   browser -> shop
//!   shop -> ratings { optional = true  fallback = default  timeout = 400ms }
//! }
//! ```
//!
//! ```arch,fail
//! service shop
//! service ratings
//! shop -> ratings { fallback = cached }
//! ```
//!
//! ```arch,pass
//! client browser
//! service shop
//! service ratings
//! flow buy {
//!   slo p99 <= 500ms
//!   browser -> shop
//!   shop -> ratings { optional = true  fallback = default  timeout = 250ms }
//! }
//! ```

use std::cell::OnceCell;

use super::patience::Patience;
use super::terms::{exceeds, is_soft};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold, Usage, edits};
use crate::diagnostic::{Edit, Severity};
use crate::model::{AttrId, Attributes, ConnectionId, Metric};
use crate::syntax::ast::Operator;
use crate::units::{format_rate, format_time};

const PART: Threshold = Threshold {
    key: "budget",
    default: 0.5,
    unit: "share of the latency budget",
    meaning: "the most that a call may take without which the flow goes on",
};

pub(super) static RULE: Rule = Rule {
    code: "RS011",
    name: "unbounded-soft-call",
    category: Category::Resilience,
    severities: &[Severity::Warning, Severity::Note],
    thresholds: &[PART],
    silences: &[],
    needs: &[Need::Objective(Metric::Percentile(990))],
    expects: &[AttrId::TIMEOUT, AttrId::FALLBACK],
    check,
};

/// Whether this rule speaks of a call without `timeout` in the place of RS001.
pub(super) fn speaks_of(ctx: &RuleContext<'_>, attrs: &Attributes) -> bool {
    is_soft(attrs) && !attrs.has(AttrId::TIMEOUT) && !ctx.config.is_off(RULE.code)
}

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let patience = OnceCell::new();
    let awaited: Vec<Vec<Option<f64>>> = ctx.model.flows.ids().map(|flow| ctx.awaited(flow)).collect();
    let is_awaited = |usage: &Usage<'_>| {
        let calls = usage.call.and_then(|(flow, call)| awaited.get(flow.index())?.get(call.index()).copied()?);
        calls.is_some()
    };
    for (id, connection) in ctx.model.connections.enumerate() {
        if connection.op != Operator::Call || connection.caller().is_none() || connection.callee().is_none() {
            continue;
        }
        for usage in ctx.usages(id).iter().filter(|usage| is_soft(usage.attrs)) {
            check_usage(ctx, findings, id, (usage, is_awaited(usage)), &patience);
        }
    }
}

fn check_usage(
    ctx: &RuleContext<'_>,
    findings: &mut Findings<'_>,
    id: ConnectionId,
    (usage, is_awaited): (&Usage<'_>, bool),
    patience: &OnceCell<Patience>,
) {
    let name = ctx.connection_name(id);
    let (from, to) =
        (ctx.model.endpoint_path(ctx.model.connections[id].from), ctx.model.endpoint_path(ctx.model.connections[id].to));
    let Some(timeout) = usage.attrs.seconds(AttrId::TIMEOUT) else {
        let rate = ctx.facts.load.connection(id).and_then(|load| load.peak).filter(|rate| *rate > 0.0);
        let waiting = match rate.map(format_rate) {
            Some(rate) => format!("L = λ·R = {rate}·∞ calls wait for it"),
            None => format!("its calls pile up in `{from}` without end (L = λ·R, R = ∞)"),
        };
        let message = format!(
            "`{from}` can do without `{to}`, but `{name}` has no `timeout`: when `{to}` hangs, {waiting}"
        );
        let callee = ctx.model.connections[id].callee();
        let timeout = callee.and_then(|callee| patience.get_or_init(|| Patience::of(ctx)).timeout(ctx, id, callee));
        let edits = timeout.as_ref().and_then(|timeout| bounded(ctx, id, usage, Some(timeout)));
        let finding = Finding::new(Severity::Warning, id, message)
            .mend(format!("give it a timeout of {}", timeout.unwrap_or_default()), edits)
            .help("give it a short `timeout`, and a `fallback` for what is then shown");
        return findings.push(shown(ctx, finding, id, usage));
    };
    if let Some(at) = usage.call.filter(|_| is_awaited) {
        let part = ctx.threshold(&PART);
        match ctx.slo_p99(at.0) {
            None => findings.not_assessed(at.0, Metric::Percentile(990)),
            Some(budget) if exceeds(timeout, part * budget) => {
                let message = format!(
                    "`{from}` can do without `{to}`, but waits for it too long: `timeout` = {} > {part}·B = {part}·{} = {}",
                    format_time(timeout),
                    format_time(budget),
                    format_time(part * budget)
                );
                let most = edits::time_down(part * budget);
                let edits = most.as_ref().and_then(|most| bounded(ctx, id, usage, Some(most)));
                let finding = Finding::new(Severity::Warning, id, message)
                    .mend(format!("wait {} at the most", most.unwrap_or_default()), edits)
                    .help("give it a short `timeout`, and a `fallback` for what is then shown");
                return findings.push(shown(ctx, finding, id, usage));
            }
            Some(_) => {}
        }
    }
    // `fallback = none` says it: nothing is shown
    if usage.attrs.is_true(AttrId::OPTIONAL) && !usage.attrs.has(AttrId::FALLBACK) {
        let message = format!("`{name}` is `optional`, but no `fallback` says what is shown without `{to}`");
        let finding = Finding::new(Severity::Note, id, message)
            .mend("say that nothing is shown", bounded(ctx, id, usage, None))
            .help("say what stands in for it: `fallback = default`, `cached`, `none`, or a component");
        findings.push(shown(ctx, finding, id, usage));
    }
}

/// The timeout, and that nothing is shown where nothing else is said.
fn bounded(ctx: &RuleContext<'_>, id: ConnectionId, usage: &Usage<'_>, timeout: Option<&str>) -> Option<Vec<Edit>> {
    let says_nothing = usage.attrs.is_true(AttrId::OPTIONAL) && !usage.attrs.has(AttrId::FALLBACK);
    let wanted: Vec<(AttrId, &str)> = timeout
        .map(|timeout| (AttrId::TIMEOUT, timeout))
        .into_iter()
        .chain(says_nothing.then_some((AttrId::FALLBACK, "none")))
        .collect();
    edits::set_on_call(ctx, id, usage.step(ctx), &wanted)
}

/// With the step that shows it.
fn shown(ctx: &RuleContext<'_>, finding: Finding, id: ConnectionId, usage: &Usage<'_>) -> Finding {
    match usage.call {
        Some(at) => {
            let step = ctx.step(at.0, at.1);
            finding.hits(at.0).in_step(step.span).step(step.span, step.message)
        }
        None => {
            let step = ctx.connection_step(id);
            finding.step(step.span, step.message)
        }
    }
}
