//! The design as a whole: load by component, data, coupling.

use maud::{Markup, html};

use super::super::document::{Component, Report};
use super::super::matrix::Matrix;
use super::super::words::{factor, or_empty, percent, utilization};
use super::{bar, drawn, scroll};
use crate::units::{format_rate, format_share, format_size, format_time};

/// A matrix beyond this many elements is not read any more.
const MATRIX: usize = 48;

pub(super) fn load(report: &Report<'_>, picture: Option<&str>) -> Markup {
    let busiest = |it: &Component<'_>| it.hottest_shard_utilization.or(it.utilization);
    let mut rows: Vec<&Component<'_>> = report.components.iter().collect();
    rows.sort_by(|a, b| busiest(b).unwrap_or(-1.0).total_cmp(&busiest(a).unwrap_or(-1.0)));
    let level = |rho: f64| {
        if rho >= 1.0 {
            "fill bad"
        } else if rho > 0.7 {
            "fill warn"
        } else {
            "fill good"
        }
    };
    let priced = rows.iter().any(|it| it.cost_per_month.is_some());
    let table = html! {
        table {
            thead { tr {
                th { "Component" } th { "Kind" } th.number { "Replicas" } th { "Stands in" } th.number { "Peak" } th.number { "Capacity" }
                th { "Utilisation" } th.number { "At worst" } th.number { "Headroom" } th.number { "Availability" } th.number { "Instability" }
                @if priced { th.number { "A month" } }
            } }
            tbody {
                @for it in &rows {
                    tr {
                        td { code { (it.path) } }
                        td { (it.kind) @if let Some(tech) = it.tech { span.quiet { " " (tech) } } }
                        td.number { (it.replicas.as_deref().unwrap_or("")) }
                        td.quiet { (it.placed_in.join(", ")) }
                        td.number { (or_empty(it.rate_per_s, format_rate)) }
                        td.number { (or_empty(it.capacity_per_s, format_rate)) }
                        td.wide { @if let Some(rho) = busiest(it) { (bar(rho, level(rho), &percent(rho))) } }
                        td.number { (or_empty(it.worst_utilization, utilization)) }
                        td.number { (or_empty(busiest(it).filter(|rho| *rho > 0.0), |rho| factor(1.0 / rho))) }
                        td.number { (or_empty(it.availability, format_share)) }
                        td.number { (or_empty(it.instability, |it| format!("{it:.2}"))) }
                        @if priced { td.number { (or_empty(it.cost_per_month, |it| format!("{it:.0}"))) } }
                    }
                }
            }
        }
    };
    html! {
        section id="load" {
            h2 { "Load and headroom" }
            @if let Some(it) = picture { (drawn("load curve", it)) }
            p.quiet { "Busiest first; a sharded store counts its hottest shard. Capacity and headroom are at the upper end of a range of replicas. At worst: caches cold, every retry used, the largest failure domain lost." }
            (scroll("load", &table))
        }
    }
}

pub(super) fn data(report: &Report<'_>) -> Markup {
    if report.data.is_empty() {
        return html! {};
    }
    let table = html! {
        table {
            thead { tr {
                th { "Data" } th { "Lives in" } th { "Asks for" } th { "Class" } th { "Residency" } th.number { "RPO" } th.number { "RTO" }
                th.number { "A year" } th.number { "After its retention" }
            } }
            tbody {
                @for it in &report.data {
                    tr {
                        td { code { (it.name) } }
                        td { @for (index, path) in it.stored_in.iter().enumerate() { @if index > 0 { ", " } code { (path) } } }
                        td { (it.consistency.unwrap_or("")) }
                        td { (it.class.unwrap_or("")) }
                        td { (it.residency.join(", ")) }
                        td.number { (or_empty(it.rpo_s, format_time)) }
                        td.number { (or_empty(it.rto_s, format_time)) }
                        td.number { (or_empty(it.bytes_per_year, format_size)) }
                        td.number { (or_empty(it.bytes_after_retention, format_size)) }
                    }
                }
            }
        }
    };
    html! { section id="data" { h2 { "Data" } (scroll("data", &table)) } }
}

pub(super) fn coupling(report: &Report<'_>) -> Markup {
    let coupling = &report.coupling;
    let path = |path: &[&str]| html! { @for (index, it) in path.iter().enumerate() { @if index > 0 { " → " } code { (it) } } };
    html! {
        section id="coupling" {
            h2 { "Coupling" }
            @if let Some(score) = coupling.score {
                p { "Distributed-monolith score (weights are ours): " strong { (format!("{score:.0}")) } " of 100." }
            }
            @if coupling.longest_chain.len() > 1 { p { "Longest chain of hard calls: " (path(&coupling.longest_chain)) } }
            @for cycle in &coupling.cycles { p { "Circle of synchronous calls: " (path(cycle)) } }
            (matrix(report))
        }
    }
}

/// Who leans on whom: rows call columns.
fn matrix(report: &Report<'_>) -> Markup {
    let matrix = Matrix::new(report);
    let members = &matrix.members;
    if members.len() < 2 {
        return html! {};
    }
    if members.len() > MATRIX {
        return html! { p.quiet { "The matrix of " (members.len()) " components is left out: beyond " (MATRIX) " nobody reads it." } };
    }
    let table = html! {
        table.matrix {
            thead { tr { th {} @for (index, path) in members.iter().enumerate() { th scope="col" title=(path) { (index + 1) } } } }
            tbody {
                @for (index, from) in members.iter().enumerate() {
                    tr {
                        th scope="row" { span.quiet { (index + 1) " " } code { (from) } }
                        @for (column, to) in members.iter().enumerate() {
                            @let sign = matrix.sign(from, to);
                            td.self[column == index].tie[sign.is_some()].both[sign.is_some() && matrix.sign(to, from).is_some()]
                                title=[sign.map(|_| format!("{from} to {to}"))] { (sign.unwrap_or("")) }
                        }
                    }
                }
            }
        }
    };
    html! {
        h3 { "Who leans on whom" }
        p.quiet { "A row calls (→), sends to (⇢) or is copied into (⇒) a column; both ways stand out." }
        (scroll("coupling matrix", &table))
    }
}
