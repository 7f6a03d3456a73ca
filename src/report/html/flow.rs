//! One flow: how available and how fast it is, what it carries, what would help it most, what it sees of its data.

use maud::{Markup, html};

use super::super::document::{Availability, Flow};
use super::super::pictures::FlowPictures;
use super::super::words::{counted, factor, minutes, or_empty, percent};
use super::{bar, drawn, scroll};
use crate::units::{format_rate, format_share, format_time};

/// A smaller share of the downtime is nobody's concern.
const RANKED: f64 = 1e-6;
/// Rows that stand open; the rest is behind a fold.
const OPEN: usize = 8;
/// Rows that a fold holds at the most.
const FOLDED: usize = 40;

pub(super) fn section(index: usize, flow: &Flow<'_>, pictures: Option<&FlowPictures>) -> Markup {
    let picture = |of: fn(&FlowPictures) -> &Option<String>| pictures.and_then(|it| of(it).as_deref());
    let fault_tree = picture(|it| &it.fault_tree).filter(|_| !flow.cut_sets.is_empty());
    html! {
        section id=(format!("flow-{index}")) {
            h2 { "Flow: " (flow.label.unwrap_or(flow.name)) " " code { (flow.name) } }
            (figures(flow))
            @if let Some(it) = picture(|it| &it.sequence) { h3 { "How it runs" } (drawn("sequence diagram", it)) }
            (ranking(flow))
            @if let Some(it) = fault_tree { h3 { "What fails it" } (drawn("fault tree", it)) }
            (cut_sets(flow, fault_tree.is_none()))
            (super::latency::section(flow, picture(|it| &it.waterfall)))
            (consistency(flow))
        }
    }
}

fn figures(flow: &Flow<'_>) -> Markup {
    let latency = &flow.latency_ms;
    let ms = |value: f64| format_time(value / 1000.0);
    html! {
        dl.figures {
            @if let Some(it) = &flow.availability {
                div {
                    dt { "Availability" }
                    dd { strong { (format_share(it.value)) } (bounds(it)) }
                    dd.quiet { (minutes(it.downtime_minutes_per_year)) " down a year"
                        @if let Some(share) = flow.degraded_probability.filter(|share| *share > 0.0) { ", degraded " (percent(share)) " of the time" } }
                }
            }
            @if let Some(p99) = latency.p99 {
                div {
                    dt { "p99 latency" }
                    dd { strong { (ms(p99)) } }
                    dd.quiet {
                        @if let (Some(low), Some(high)) = (latency.p99_lower, latency.p99_upper) { "certain: " (ms(low)) " to " (ms(high)) }
                        @if let Some(p50) = latency.p50 { "; median " (ms(p50)) }
                    }
                }
            }
            @if let Some(peak) = flow.load.peak {
                div {
                    dt { "Load at the peak" }
                    dd { strong { (format_rate(peak)) } }
                    dd.quiet {
                        (or_empty(flow.load.average, |rate| format!("{} on average", format_rate(rate))))
                        @if flow.load.average.is_some() && flow.load.worst.is_some() { ", " }
                        (or_empty(flow.load.worst, |rate| format!("{} at worst", format_rate(rate))))
                    }
                }
            }
            @if let (Some(headroom), Some(first)) = (flow.headroom, flow.first_to_break) {
                div {
                    dt { "Headroom" }
                    dd { strong { (factor(headroom)) } }
                    dd.quiet { "first to break: " code { (first) } }
                }
            }
        }
    }
}

fn bounds(it: &Availability) -> Markup {
    html! {
        @if let (false, Some(low), Some(high)) = (it.exact, it.lower, it.upper) {
            span.quiet { " certain: " (format_share(low)) " to " (format_share(high)) }
        }
    }
}

fn ranking(flow: &Flow<'_>) -> Markup {
    let down = flow.availability.as_ref().map_or(0.0, |it| it.downtime_minutes_per_year);
    let rows: Vec<_> = flow.importance.iter().filter(|it| it.fussell_vesely >= RANKED).collect();
    if rows.is_empty() {
        return html! {};
    }
    let table = |rows: &[&super::super::document::Importance]| {
        html! {
            table {
                thead { tr {
                    th { "Element" }
                    th.number { "A year" }
                    th { abbr title="Fussell-Vesely: the share of the downtime that a perfect element would remove" { "Share of the downtime" } }
                    th.number { abbr title="Birnbaum: how much the flow's availability moves with the element's" { "Birnbaum" } }
                } }
                tbody {
                    @for it in rows {
                        tr {
                            td { code { (it.path) } }
                            td.number { (minutes(down * it.fussell_vesely)) }
                            td.wide { (bar(it.fussell_vesely, "fill", &percent(it.fussell_vesely))) }
                            td.number { (format!("{:.3}", it.birnbaum)) }
                        }
                    }
                }
            }
        }
    };
    let (open, more) = rows.split_at(rows.len().min(OPEN));
    let more = more.split_at(more.len().min(FOLDED)).0;
    html! {
        h3 { "What a perfect element would give back" }
        (scroll("downtime ranking", &table(open)))
        @if !more.is_empty() { details { summary { (more.len()) " more" } (scroll("more of the ranking", &table(more))) } }
    }
}

fn cut_sets(flow: &Flow<'_>, headed: bool) -> Markup {
    if flow.cut_sets.is_empty() {
        return html! {};
    }
    let shown = flow.cut_sets.len().min(FOLDED);
    let table = html! {
        table {
            thead { tr { th { "Down together" } th.number { "Probability" } th.number { "Of the runs" } } }
            tbody {
                @for set in flow.cut_sets.iter().take(FOLDED) {
                    tr {
                        td { @for (index, member) in set.members.iter().enumerate() { @if index > 0 { " + " } code { (member) } } }
                        td.number { (format!("{:.2e}", set.probability)) }
                        td.number { (or_empty(set.share, percent)) @if set.share.is_none() { "all" } }
                    }
                }
            }
        }
    };
    let singles = flow.cut_sets.iter().filter(|set| set.members.len() == 1).count();
    html! {
        @if headed { h3 { "What fails it" } }
        p.quiet {
            (counted(singles, "element")) (if singles == 1 { " fails" } else { " fail" }) " it alone; minimal cut sets, complete to order "
            (flow.cut_sets_complete_to_order.unwrap_or(0))
            @if shown < flow.cut_sets.len() { ", the first " (shown) " of " (flow.cut_sets.len()) }
            "."
        }
        details open[shown <= OPEN] { summary { (counted(shown, "cut set")) } (scroll("cut sets", &table)) }
    }
}

fn consistency(flow: &Flow<'_>) -> Markup {
    if flow.consistency.is_empty() {
        return html! {};
    }
    let table = html! {
        table {
            thead { tr { th { "Data" } th { "What the flow sees" } th { abbr title="on a partition: available or consistent; else: latency or consistency" { "PACELC" } } } }
            tbody {
                @for it in &flow.consistency {
                    tr {
                        td { code { (it.data) } }
                        td { (it.level.unwrap_or("not assessed")) }
                        td { (it.pacelc.unwrap_or("")) }
                    }
                }
            }
        }
    };
    html! { h3 { "Consistency" } (scroll("consistency", &table)) }
}
