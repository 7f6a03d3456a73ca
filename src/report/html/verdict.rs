//! The head of the page: what to know in ten seconds, and the verdict on each objective.

use maud::{Markup, html};

use super::super::document::{Report, Slo};
use super::super::words::{counted, figure, minutes, or_empty, percent};
use super::scroll;
use crate::diagnostic::Severity;
use crate::units::format_share;

pub(super) fn tiles(report: &Report<'_>) -> Markup {
    let verdicts = || report.flows.iter().flat_map(|flow| &flow.slos);
    let (met, all) = (verdicts().filter(|slo| slo.met == Some(true)).count(), verdicts().count());
    let missed = verdicts().any(|slo| slo.met == Some(false));
    let count = |severity| report.diagnostics.iter().filter(|it| it.severity() == severity).count();
    let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
    let worst = report
        .flows
        .iter()
        .filter_map(|flow| Some((flow, flow.availability.as_ref()?)))
        .max_by(|a, b| a.1.downtime_minutes_per_year.total_cmp(&b.1.downtime_minutes_per_year));
    let tightest = report
        .components
        .iter()
        .filter_map(|it| Some((it.path, it.hottest_shard_utilization.or(it.utilization)?)))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    html! {
        div.tiles {
            @if all > 0 {
                div.tile.bad[missed].good[met == all] {
                    strong { (met) " of " (all) }
                    span { "objectives met" }
                }
            }
            div.tile.bad[errors > 0] {
                strong { (counted(errors + warnings + notes, "finding")) }
                span { (counted(errors, "error")) ", " (counted(warnings, "warning")) ", " (counted(notes, "note")) }
            }
            @if let Some((flow, availability)) = worst {
                div.tile {
                    strong { (format_share(availability.value)) }
                    span { "available at least, " (minutes(availability.downtime_minutes_per_year)) " down a year (" code { (flow.name) } ")" }
                }
            }
            @if let Some((path, utilization)) = tightest {
                div.tile.bad[utilization >= 1.0] {
                    strong { (percent(utilization)) }
                    span { "of the capacity used at most (" code { (path) } ")" }
                }
            }
        }
    }
}

pub(super) fn objectives(report: &Report<'_>) -> Markup {
    if report.flows.iter().all(|flow| flow.slos.is_empty()) {
        return html! {};
    }
    let table = html! {
        table {
            thead { tr { th { "Flow" } th { "Objective" } th.number { "Computed" } th { "Verdict" } } }
            tbody {
                @for (index, flow) in report.flows.iter().enumerate() {
                    @for slo in &flow.slos {
                        tr {
                            td { a href=(format!("#flow-{index}")) { code { (flow.name) } } }
                            td { (slo.metric) " " (sign(slo.comparison)) " " (figure(slo.metric, slo.target)) }
                            td.number { (or_empty(slo.actual, |value| figure(slo.metric, value))) }
                            td { (pill(slo)) }
                        }
                    }
                }
            }
        }
    };
    html! { section id="objectives" { h2 { "Objectives" } (scroll("objectives", &table)) } }
}

fn sign(comparison: &str) -> &str {
    match comparison {
        ">=" => "≥",
        "<=" => "≤",
        other => other,
    }
}

fn pill(slo: &Slo<'_>) -> Markup {
    match slo.met {
        Some(true) => html! { span.pill.good { "✓ met" } },
        Some(false) => html! { span.pill.bad { "✗ missed" } },
        None => html! { span.pill { "– not assessed" } },
    }
}
