//! What stores come to hold and lose, what waits in brokers, and what it all costs.

use maud::{Markup, html};

use super::super::document::{Report, Store};
use super::super::words::or_empty;
use super::sheet;
use crate::units::{format_count, format_rate, format_size, format_time};

/// What is known of the stores of which anything is.
fn rows(report: &Report<'_>) -> Vec<Vec<String>> {
    let row = |it: &Store<'_>| {
        vec![
            it.path.to_owned(),
            or_empty(it.copies, |copies| copies.to_string()),
            or_empty(it.bytes_per_year, format_size),
            or_empty(it.bytes_after_retention, format_size),
            or_empty(it.room, format_size),
            or_empty(it.exhausted_after, format_time),
            or_empty(it.lost_with_node, format_time),
            or_empty(it.gone_with_node, format_time),
            or_empty(it.lost_by_delete, format_time),
            or_empty(it.gone_by_delete, format_time),
        ]
    };
    report.stores.iter().map(row).filter(|row| row.iter().skip(2).any(|cell| !cell.is_empty())).collect()
}

pub(super) fn tells_of_stores(report: &Report<'_>) -> bool {
    !rows(report).is_empty()
}

pub(super) fn stores(report: &Report<'_>) -> Markup {
    let rows = rows(report);
    if rows.is_empty() {
        return html! {};
    }
    let head = [
        "Store",
        "Copies",
        "A year",
        "After retention",
        "Room",
        "Full after",
        "Lost with a node",
        "Gone with a node",
        "Lost by a wrong delete",
        "Gone by a wrong delete",
    ];
    html! {
        section id="stores" {
            h2 { "Stores: growth and recovery" }
            p.quiet { "Lost: the newest writes that do not come back. Gone: how long until it serves again." }
            (sheet("stores", &head, &rows))
        }
    }
}

pub(super) fn backlogs(report: &Report<'_>) -> Markup {
    if report.backlogs.is_empty() {
        return html! {};
    }
    let rows: Vec<Vec<String>> = report
        .backlogs
        .iter()
        .map(|it| {
            vec![
                format!("{} ~> {}", it.broker, it.consumer),
                format_rate(it.rate_in_per_s),
                format_rate(it.rate_out_per_s),
                format_time(it.outage_s),
                format_count(it.messages),
                it.drain_s.map_or_else(|| "never".to_owned(), format_time),
            ]
        })
        .collect();
    html! {
        section id="backlogs" {
            h2 { "Backlogs" }
            p.quiet { "After an outage of a consumer, its " code { "mttr" } " long: what waits, and when it is done beside what comes." }
            (sheet("backlogs", &["Feed", "In", "Out", "Outage", "Waiting", "Drained after"], &rows))
        }
    }
}

pub(super) fn bill(report: &Report<'_>) -> Markup {
    let bill = &report.bill;
    let Some(given) = bill.given else { return html! {} };
    let money = |amount: f64| format!("{}{}", bill.sign, format_count(amount));
    let mut rows: Vec<Vec<String>> = Vec::new();
    for it in &report.components {
        rows.extend(it.cost_per_month.map(|cost| vec![it.path.to_owned(), String::new(), money(cost)]));
    }
    let groups = given - report.components.iter().filter_map(|it| it.cost_per_month).sum::<f64>();
    if groups > 0.005 {
        rows.push(vec!["groups".to_owned(), String::new(), money(groups)]);
    }
    rows.extend(
        bill.traffic.iter().map(|(name, bytes, cost)| vec![name.clone(), format_size(*bytes), money(*cost)]),
    );
    rows.extend(bill.total.map(|total| vec!["all".to_owned(), String::new(), money(total)]));
    html! { section id="cost" { h2 { "Cost" } (sheet("cost", &["Of", "Traffic a month", "Money a month"], &rows)) } }
}
