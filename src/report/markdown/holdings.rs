//! What stores come to hold and lose, what waits in brokers, and what it all costs, as tables of a Markdown report.

use super::super::document::{Report, Store};
use super::{code, line, or_empty, table};
use crate::units::{format_count, format_rate, format_size, format_time};

pub(super) fn stores(out: &mut String, report: &Report<'_>) {
    let row = |it: &Store<'_>| {
        vec![
            code(it.path),
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
    let tells = |it: &&Store<'_>| {
        let figures = [
            it.bytes_per_year,
            it.room,
            it.lost_with_node,
            it.gone_with_node,
            it.lost_by_delete,
            it.gone_by_delete,
        ];
        figures.iter().any(Option::is_some)
    };
    let rows: Vec<Vec<String>> = report.stores.iter().filter(tells).map(row).collect();
    if rows.is_empty() {
        return;
    }
    line(out, "## Stores");
    let head = [
        "store",
        "copies",
        "a year",
        "after retention",
        "room",
        "full after",
        "lost with a node",
        "gone with a node",
        "lost by a wrong delete",
        "gone by a wrong delete",
    ];
    table(out, &head, &rows);
}

pub(super) fn bill(out: &mut String, report: &Report<'_>) {
    let bill = &report.bill;
    let money = |amount: f64| format!("{}{}", bill.sign, format_count(amount));
    let mut rows: Vec<Vec<String>> = Vec::new();
    for it in &report.components {
        rows.extend(it.cost_per_month.map(|cost| vec![code(it.path), String::new(), money(cost)]));
    }
    if bill.given.is_none() {
        return;
    }
    let parts: f64 = report.components.iter().filter_map(|it| it.cost_per_month).sum();
    let groups = bill.given.unwrap_or(0.0) - parts;
    if groups > 0.005 {
        rows.push(vec!["groups".to_owned(), String::new(), money(groups)]);
    }
    rows.extend(bill.traffic.iter().map(|(name, bytes, cost)| {
        vec![format!("traffic {}", code(name)), format_size(*bytes), money(*cost)]
    }));
    rows.extend(bill.total.map(|total| vec!["**all**".to_owned(), String::new(), money(total)]));
    line(out, "## Cost");
    table(out, &["of", "a month", "money a month"], &rows);
}

pub(super) fn backlogs(out: &mut String, report: &Report<'_>) {
    let rows: Vec<Vec<String>> = report
        .backlogs
        .iter()
        .map(|it| {
            vec![
                code(it.broker),
                code(it.consumer),
                format_rate(it.rate_in_per_s),
                format_rate(it.rate_out_per_s),
                format_time(it.outage_s),
                format_count(it.messages),
                it.drain_s.map_or_else(|| "never".to_owned(), format_time),
            ]
        })
        .collect();
    if !rows.is_empty() {
        line(out, "## Backlogs");
        line(
            out,
            "After an outage of a consumer, `mttr` long: what waits, and how long it takes to be done beside what comes.",
        );
        let head = ["broker", "consumer", "in", "out", "outage", "waiting", "drained after"];
        table(out, &head, &rows);
    }
}
