//! The end of the page: all findings, what the figures rest on, what could not be judged.

use maud::{Markup, html};

use super::super::document::Report;
use super::super::words::counted;
use super::{prose, scroll};
use crate::diagnostic::Severity;

pub(super) fn findings(report: &Report<'_>) -> Markup {
    let of = |severity: Severity| report.diagnostics.iter().filter(move |it| it.severity() == severity);
    html! {
        section id="findings" {
            h2 { "Findings" }
            @if report.diagnostics.is_empty() { p { "None." } }
            @for (severity, class) in [(Severity::Error, "bad"), (Severity::Warning, "warn"), (Severity::Note, "note")] {
                @for it in of(severity) {
                    article.finding class=(class) {
                        h3 {
                            span.pill class=(class) { (severity.as_str()) } " " code { (it.code()) } " " (it.name())
                            span.quiet { " " (it.file()) ":" (it.line()) }
                        }
                        p { (prose(it.message())) }
                        @if let Some(help) = it.help() { p.help { "→ " (prose(help)) } }
                    }
                }
            }
        }
    }
}

pub(super) fn assumptions(report: &Report<'_>) -> Markup {
    if report.assumptions.is_empty() {
        return html! {};
    }
    let table = html! {
        table {
            thead { tr { th { "Element" } th { "Attribute" } th.number { "Value" } th { "Source" } th { "Where to write another" } } }
            tbody {
                @for it in &report.assumptions {
                    tr {
                        td { code { (it.subject) } }
                        td { code { (it.attribute) } }
                        td.number { (it.value) }
                        td.quiet { (it.source) }
                        td.quiet { @if let (Some(file), Some(line)) = (it.file, it.line) { (file) ":" (line) } }
                    }
                }
            }
        }
    };
    html! {
        section id="assumptions" {
            h2 { "Assumptions" }
            p.quiet { "Figures above rest on these. Who disagrees writes the attribute at the element." }
            details open[report.assumptions.len() <= 20] { summary { (counted(report.assumptions.len(), "assumption")) } (scroll("assumptions", &table)) }
        }
    }
}

pub(super) fn not_assessed(report: &Report<'_>) -> Markup {
    if report.not_assessed.is_empty() {
        return html! {};
    }
    let table = html! {
        table {
            thead { tr { th { "Rule" } th { "Element" } th { "Attribute that would settle it" } } }
            tbody {
                @for it in &report.not_assessed {
                    tr { td { (it.code) } td { code { (it.subject) } } td { code { (it.attribute) } } }
                }
            }
        }
    };
    html! {
        section id="not-assessed" {
            h2 { "Not assessed" }
            p.quiet { "Silence of these rules is no pass." }
            details open[report.not_assessed.len() <= 12] { summary { (report.not_assessed.len()) " rules and elements" } (scroll("not assessed", &table)) }
        }
    }
}
