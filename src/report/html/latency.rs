//! Where the time of a flow goes, hop by hop, against what its objective allows.

use maud::{Markup, html};

use super::super::document::{Flow, Hop};
use super::super::words::{or_empty, percent};
use super::{bar, drawn, prose, scroll};
use crate::units::{format_time, round_significant};

/// Times below a nanosecond are none.
const TOLD: f64 = 1e-6;
/// Hops that are listed at the most, the longest first.
const MOST: usize = 24;

pub(super) fn section(flow: &Flow<'_>, picture: Option<&str>) -> Markup {
    let mut hops: Vec<&Hop<'_>> = flow.latency_budget.iter().collect();
    if hops.is_empty() {
        return html! {};
    }
    hops.sort_by(|a, b| b.contribution_ms.total_cmp(&a.contribution_ms));
    let longest = hops.first().map_or(0.0, |hop| hop.contribution_ms);
    let ms = |ms: f64| format_time(ms / 1000.0);
    let positive = |value: f64| if value >= TOLD { ms(value) } else { String::new() };
    let is_queued = hops.iter().any(|hop| hop.queue_ms.is_some_and(|wait| wait >= TOLD));
    let shown = hops.len().min(MOST);
    let table = html! {
        table {
            thead { tr {
                th { "Hop" } th.number { "Times" } th.number { "Own work" } th.number { "Its p99" } th.number { "In line" } th.number { "Network" }
                th { "In all, on average" } th.number { "Of the critical path" }
            } }
            tbody {
                @for hop in hops.iter().take(MOST) {
                    tr {
                        td { code { (hop.path) } }
                        td.number { (round_significant(hop.times, 3)) }
                        td.number { (or_empty(hop.own_ms, ms)) }
                        td.number { (or_empty(hop.own_p99_ms, ms)) }
                        td.number { (or_empty(hop.queue_ms, positive)) }
                        td.number { (positive(hop.network_ms)) }
                        td.wide { (bar(if longest > 0.0 { hop.contribution_ms / longest } else { 0.0 }, if hop.critical { "fill" } else { "fill beside" }, &ms(hop.contribution_ms))) }
                        td.number { @if hop.critical { (percent(hop.share)) } }
                    }
                }
            }
        }
    };
    html! {
        h3 { "Where the time goes" }
        @if !flow.latency_gaps.is_empty() {
            p.quiet { "No estimate: " (prose(&flow.latency_gaps.join("; "))) "." }
        }
        @if let Some(it) = picture {
            (drawn("latency waterfall", it))
            details { summary { "The same in figures" } (scroll("latency budget", &table)) }
        } @else {
            (scroll("latency budget", &table))
        }
        @if shown < hops.len() { p.quiet { (hops.len() - shown) " shorter hops are left out." } }
        @if is_queued {
            p.quiet { "Waiting in line is an approximation (Allen–Cunneen on Erlang C): stationary, ρ < 0.95, first come first served." }
        }
    }
}
