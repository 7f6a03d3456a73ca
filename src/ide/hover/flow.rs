//! A flow, a step of one, an objective: what was computed of it.

use super::super::figures::{self, downtime, factor, percent};
use super::element::head;
use super::{listed, words};
use crate::analysis::latency::Gap;
use crate::analysis::verdict::{Verdict, verdict};
use crate::compilation::Compilation;
use crate::model::{FlowId, Metric, Objective};
use crate::source::Span;
use crate::syntax::ast::{Stmt, StmtKind};
use crate::units::{format_rate, format_share, format_size, format_time};

/// Flows, and calls, that are listed.
const LISTED: usize = 6;

pub(super) fn flow(compilation: &Compilation, id: FlowId) -> String {
    let facts = &compilation.facts;
    let it = &compilation.model.flows[id];
    let mut text = head("flow", &it.header, None);
    let mut lines = Vec::new();
    if let Some(load) = facts.load.flow(id)
        && let Some(peak) = load.peak
    {
        let average =
            load.average.map_or_else(String::new, |rate| format!(", {} on average", format_rate(rate)));
        let headroom = load.headroom.filter(|headroom| headroom.is_finite()).zip(load.first_to_break);
        let headroom = headroom.map_or_else(String::new, |(headroom, first)| {
            format!(" · headroom {}, `{}` breaks first", factor(headroom), compilation.model.path(first))
        });
        lines.push(format!("**load** {} at the peak{average}{headroom}", format_rate(peak)));
    }
    if let Some(found) = facts.reliability.of(id) {
        let bound = if found.exact { "" } else { "at least " };
        let value = format_share(found.value);
        let worst = found.importance.first().filter(|worst| worst.fussell_vesely >= 0.0005).map(|worst| {
            let path = worst.fault.path(&compilation.model, &facts.placement);
            format!("; {} of it is `{path}`", percent(worst.fussell_vesely))
        });
        let worst = worst.unwrap_or_default();
        lines.push(format!("**availability** {bound}{value} · {}{worst}", downtime(found.unavailability)));
    }
    lines.extend(latency(compilation, id));
    lines.extend(objectives(compilation, id));
    text.push_str(&listed(&lines));
    text
}

fn latency(compilation: &Compilation, id: FlowId) -> Option<String> {
    let found = compilation.facts.latency.flow(id)?;
    let Some((median, tail)) = found.percentile(500).zip(found.percentile(990)) else {
        return gap(compilation, *found.gaps().first()?).map(|why| format!("**latency** not known: {why}"));
    };
    let worst = figures::longest_hop(compilation, id)
        .map(|(path, share)| format!("; {} of it is `{path}`", percent(share)))
        .unwrap_or_default();
    Some(format!("**latency** {} median, {} p99{worst}", format_time(median), format_time(tail)))
}

/// Why a flow has no estimate of its latency.
fn gap(compilation: &Compilation, gap: Gap) -> Option<String> {
    let path = |id| compilation.model.path(id);
    match gap {
        Gap::Figures(id) => Some(format!("`{}` gives neither `latency` nor `p99`", path(id))),
        Gap::Saturated(id, used) => {
            Some(format!("the line before `{}` does not settle: ρ {}", path(id), percent(used)))
        }
        Gap::Circle(id) => Some(format!("calls lead back to `{}` while it waits", path(id))),
        Gap::Down(id) => Some(format!("`{}` is down", path(id))),
        Gap::NotAwaited => None,
    }
}

fn objectives(compilation: &Compilation, id: FlowId) -> Vec<String> {
    let own = compilation.model.flows[id].objectives.iter().map(|it| (it, false));
    let system = compilation.model.objectives.iter().map(|it| (it, true));
    own.chain(system)
        .map(|(it, of_system)| {
            let found = verdict(&compilation.model, &compilation.facts, id, it, of_system);
            format!("{} `{}`: {}", sign(&found), wanted(it), actual(it, &found))
        })
        .collect()
}

/// The objective of a statement, in each flow that it binds.
pub(super) fn objective(compilation: &Compilation, stmt: &Stmt) -> Option<String> {
    let StmtKind::Objective(written) = &stmt.kind else { return None };
    let model = &compilation.model;
    let about = words::metric(&written.metric.name)?;
    let of_system = model.objectives.iter().find(|it| it.span == stmt.span);
    let mut lines = Vec::new();
    for (id, flow) in model.flows.enumerate() {
        let Some(it) = of_system.or_else(|| flow.objectives.iter().find(|it| it.span == stmt.span)) else {
            continue;
        };
        let found = verdict(model, &compilation.facts, id, it, of_system.is_some());
        lines.push(format!("{} `{}`: {}", sign(&found), flow.header.name, actual(it, &found)));
    }
    let more = lines.len().saturating_sub(LISTED);
    lines.truncate(LISTED);
    if more > 0 {
        lines.push(format!("and {more} more flows"));
    }
    Some(format!("{about}{}", listed(&lines)))
}

fn sign(found: &Verdict) -> &'static str {
    match found.met {
        Some(true) => "✓",
        Some(false) => "✗",
        None => "?",
    }
}

fn wanted(it: &Objective) -> String {
    format!("{} {} {}", it.metric.as_str(), it.comparison.as_str(), figure(it.metric, it.target))
}

fn actual(it: &Objective, found: &Verdict) -> String {
    found.actual.map_or_else(|| "not known".to_owned(), |value| figure(it.metric, value))
}

fn figure(metric: Metric, value: f64) -> String {
    match metric {
        Metric::Availability => format_share(value),
        Metric::Percentile(_) | Metric::Staleness | Metric::Rpo | Metric::Rto => format_time(value),
        Metric::Throughput => format_rate(value),
        Metric::Cost => format!("{value:.2} a month"),
    }
}

/// The calls that a statement makes or declares, with what they carry; `None` where it makes none.
pub(super) fn step(compilation: &Compilation, stmt: Span) -> Option<String> {
    let model = &compilation.model;
    let carried = |name: String, rate: Option<f64>, bytes: Option<f64>| {
        let mut line = format!("`{name}`");
        if let Some(rate) = rate {
            line.push_str(&format!(" {} at the peak", format_rate(rate)));
        }
        if let Some(bytes) = bytes {
            line.push_str(&format!(" · {}/s", format_size(bytes)));
        }
        line
    };
    let mut lines = Vec::new();
    for (id, it) in model.flows.enumerate().filter(|(_, it)| it.header.span.contains(stmt)) {
        let load = compilation.facts.load.flow(id);
        let hops = figures::hops(compilation, id);
        for (call, of) in it.calls.enumerate().filter(|(_, of)| stmt.contains(of.span)) {
            let rate = load.and_then(|load| load.calls.get(call.index()).copied().flatten());
            let mut line = carried(model.connection_subject(of.connection), rate, None);
            let share: f64 = hops.iter().filter(|hop| hop.call == Some(call)).map(|hop| hop.share).sum();
            if share > 0.0 {
                line.push_str(&format!(" · {} of the time of `{}`", percent(share), it.header.name));
            }
            lines.push(line);
        }
    }
    for (id, it) in model.connections.enumerate().filter(|(_, it)| it.span == stmt && !it.declared_by_flow) {
        let load = compilation.facts.load.connection(id);
        let rate = load.and_then(|load| load.peak);
        let mut line =
            carried(model.connection_subject(id), rate, load.and_then(|load| load.bytes_per_second));
        if let Some(description) = &it.description {
            line.push_str(&format!(": {description}"));
        }
        lines.push(line);
    }
    let more = lines.len().saturating_sub(LISTED);
    lines.truncate(LISTED);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    let lines: Vec<String> = lines.iter().map(|line| format!("- {line}")).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
