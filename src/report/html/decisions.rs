//! What was decided, for what price, and what was allowed.

use maud::{Markup, html};

use super::super::document::{Decision, Report};
use super::scroll;

pub(super) fn decisions(report: &Report<'_>) -> Markup {
    if report.decisions.is_empty() && report.allowed.is_empty() {
        return html! {};
    }
    html! {
        section id="decisions" {
            h2 { "Decisions" }
            @if !report.decisions.is_empty() { (scroll("decisions", &table(&report.decisions))) }
            @if !report.allowed.is_empty() {
                p.quiet { "Findings that an annotation silences, and the decisions that own them:" }
                (scroll("allowed findings", &allowed(report)))
            }
        }
    }
}

fn table(decisions: &[Decision<'_>]) -> Markup {
    html! {
        table {
            thead { tr {
                th { "Decision" } th { "Chose" } th { "Over" } th { "Gives" } th { "Costs" } th { "Allows" } th { "Because" }
            } }
            tbody {
                @for it in decisions {
                    tr {
                        td {
                            (it.label.unwrap_or(it.name))
                            @if let Some(status) = it.status { " " span.quiet { (status) } }
                            @if let Some(date) = &it.date { " " span.quiet { (date) } }
                        }
                        td { (it.chose.join(", ")) }
                        td { (it.over.join(", ")) }
                        td { (it.gives.join(", ")) }
                        td { (it.costs.join(", ")) }
                        td {
                            @for rule in &it.allows {
                                code { (rule.code) } span.quiet { " " (rule.silenced) " silenced, " (rule.told) " told " }
                            }
                        }
                        td { (it.because.unwrap_or("")) }
                    }
                }
            }
        }
    }
}

fn allowed(report: &Report<'_>) -> Markup {
    html! {
        table {
            thead { tr { th { "Rule" } th { "Element" } th { "Reason" } th { "Owned by" } } }
            tbody {
                @for it in &report.allowed {
                    tr {
                        td { code { (it.code) } }
                        td { code { (it.subject) } }
                        td { (it.reason.unwrap_or("")) }
                        td { @if it.decisions.is_empty() { span.quiet { "no decision" } } @else { (it.decisions.join(", ")) } }
                    }
                }
            }
        }
    }
}
