//! A function whose cold start alone exceeds the latency objective.
//!
//! ## What it finds
//!
//! A `function` that a flow waits for, whose `latency` and `cold_start` together exceed the smallest `slo p99` B of the flow.
//!
//! ## Why it matters
//!
//! Every instance more, and every deployment, starts cold, whatever the rate: the requests that meet a start are late, and at a burst
//! that is many of them at once.
//!
//! ## How to mend it
//!
//! Keep enough instances warm, make the start shorter, or run it as a service in containers.
//!
//! ## When it stays silent
//!
//! Behind a message, where nobody waits; with declared `replicas` whose lower end is at least λ·`latency`, which are warm. Without
//! `cold_start`, or without an `slo p99`, it is not assessed.
//!
//! ## Source
//!
//! AWS Lambda Developer Guide, execution environments and provisioned concurrency.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! function thumbs { latency = 40ms  cold_start = 800ms }
//! flow look {
//!   slo p99 <= 300ms
//!   browser -> thumbs
//! }
//! ```
//!
//! ```arch,pass
//! client browser
//! function thumbs { latency = 40ms  cold_start = 200ms }
//! flow look {
//!   slo p99 <= 300ms
//!   browser -> thumbs
//! }
//! ```

use super::terms::{exceeds, replicas, replicas_are_given};
use super::{Category, Finding, Findings, Need, Rule, RuleContext};
use crate::analysis::formulas::in_flight;
use crate::diagnostic::Severity;
use crate::model::{AttrId, FlowId, Kind, Metric, VisitId};
use crate::units::format_time;

pub(super) static RULE: Rule = Rule {
    code: "LT006",
    name: "cold-start",
    category: Category::Latency,
    severities: &[Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::COLD_START),
        Need::Objective(Metric::Percentile(990)),
        Need::Attribute(AttrId::RATE),
    ],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    if !ctx.model.components.iter().any(|component| component.kind == Kind::Function) {
        return;
    }
    for (id, flow) in ctx.model.flows.enumerate() {
        let awaited = ctx.awaited(id);
        for (visit, it) in flow.visits.enumerate() {
            let waits = it.via.and_then(|call| awaited.get(call.index()).copied().flatten());
            if ctx.model.components[it.component].kind == Kind::Function && waits.is_some_and(|often| often > 0.0) {
                check_visit(ctx, findings, id, visit);
            }
        }
    }
}

fn check_visit(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: FlowId, visit: VisitId) {
    let function = ctx.model.flows[id].visits[visit].component;
    let component = &ctx.model.components[function];
    let Some(start) = component.attrs.seconds(AttrId::COLD_START) else {
        return findings.not_assessed(function, AttrId::COLD_START);
    };
    let Some(budget) = ctx.slo_p99(id) else {
        return findings.not_assessed(id, Metric::Percentile(990));
    };
    let latency = component.attrs.seconds(AttrId::LATENCY).unwrap_or(0.0);
    if !exceeds(latency + start, budget) {
        return;
    }
    if replicas_are_given(component) {
        // so many are warm; whether that is enough depends on the load
        let Some(rate) = ctx.facts.load.component(function).and_then(|load| load.peak) else {
            return findings.not_assessed(function, AttrId::RATE);
        };
        if !exceeds(in_flight(rate, latency), replicas(component).0 as f64) {
            return;
        }
    }
    let path = ctx.model.path(function);
    let sum = match latency > 0.0 {
        true => format!("{} + {} = {}", format_time(latency), format_time(start), format_time(latency + start)),
        false => format_time(start),
    };
    let message = format!(
        "a request of `{}` that starts `{path}` cold takes `latency` + `cold_start` = {sum} > B = {}; instances more and \
         deployments start cold at any rate",
        ctx.model.flows[id].header.name,
        format_time(budget)
    );
    findings.push(
        Finding::new(Severity::Warning, function, message)
            .help("keep instances warm (`replicas` from λ·`latency` up), shorten the start, or use containers")
            .witness(ctx.path_to(id, visit))
            .resting_on(path, &component.attrs, &[AttrId::COLD_START, AttrId::LATENCY])
            .hits(id),
    );
}
