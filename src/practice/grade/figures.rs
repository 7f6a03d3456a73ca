//! Are the objectives of the brief met, at the brief's load.

use super::requirements::reached;
use super::{Criterion, Graded, Line};
use crate::model::{FlowId, Metric, Objective};
use crate::practice::human::{objective, target};
use crate::study::simulate::{FlowReport, Slo};
use crate::units::format_time;

const POINTS: f64 = 20.0;
/// What a figure wins at the most that misses its objective.
const MISSED: f64 = 0.5;
/// What is left of the points of a flow that leads to none of its data.
const UNFINISHED: f64 = 0.2;

pub(super) fn criterion(graded: &Graded<'_>) -> Criterion {
    let asked = &graded.sides.brief.model;
    let mut lines = Vec::new();
    for (id, header) in graded.asked_flows() {
        for it in asked.flows[id].objectives.iter().chain(&asked.objectives) {
            let what = format!("{}: {}", header.title(), objective(it));
            lines.push(line(graded, id, it, what, Graded::weight(header)));
        }
    }
    Criterion::new("figures", "Figures against the objectives", POINTS, lines)
}

fn line(graded: &Graded<'_>, asked: FlowId, it: &Objective, what: String, weight: f64) -> Line {
    let served = graded.matches.served_by(asked);
    let drawn = graded.trial.simulation.as_ref().and_then(|it| it.cases.first());
    let Some(drawn) = drawn.filter(|_| !served.is_empty()) else {
        return Line::new(what, weight, 0.0, "nothing of yours does it", "draw its flow");
    };
    let mut worst: Option<(f64, String, String)> = None;
    for flow in served.iter().filter_map(|id| Some((*id, drawn.flows.get(id.index())?))) {
        let verdict = verdict(graded, it, flow);
        if worst.as_ref().is_none_or(|(share, ..)| verdict.0 < *share) {
            worst = Some(verdict);
        }
    }
    let (share, found, win) = worst.unwrap_or_default();
    // the figures of a flow that leads nowhere are those of another flow
    let share = share * (UNFINISHED + (1.0 - UNFINISHED) * reached(graded, asked));
    let win = if win.is_empty() { "lead it on to what keeps its data".to_owned() } else { win };
    Line::new(what, weight, share, found, win)
}

/// The share of the points, what was found, and what would win the rest.
fn verdict(
    graded: &Graded<'_>,
    it: &Objective,
    (id, report): (FlowId, &FlowReport),
) -> (f64, String, String) {
    let name = graded.flow_name(id);
    let same = |slo: &&Slo| slo.metric == it.metric.as_str() && slo.comparison == it.comparison.as_str();
    let slo = report.slos.iter().find(same);
    let scale = if matches!(it.metric, Metric::Percentile(_)) { 1000.0 } else { 1.0 };
    let actual = slo.and_then(|slo| slo.actual).map(|actual| actual / scale);
    let told = |actual: f64| format!("`{name}`: {}", target(it, actual));
    match (slo.and_then(|slo| slo.met), actual) {
        (Some(true), Some(actual)) => (1.0, told(actual), String::new()),
        (Some(true), None) => (1.0, format!("`{name}`: met"), String::new()),
        (Some(false), Some(actual)) => (MISSED * nearness(it, actual), told(actual), mend(graded, it, id)),
        (Some(false), None) => (0.0, format!("`{name}`: missed, without a figure"), mend(graded, it, id)),
        (None, _) => match backed_up(graded, it, id) {
            Some(every) => (1.0, format!("`{name}`: backed up every {}", format_time(every)), String::new()),
            None => (0.0, format!("`{name}`: no figure"), lack(it, report)),
        },
    }
}

/// Of stores that do not tell how they copy, the backups bound what is lost: the longest interval, where it is short enough.
fn backed_up(graded: &Graded<'_>, it: &Objective, id: FlowId) -> Option<f64> {
    let facts = &graded.trial.compilation.facts;
    let accesses = facts.consistency.flow(id)?.accesses.iter().filter(|it| it.writes);
    let intervals: Option<Vec<f64>> =
        accesses.map(|it| facts.recovery.of(it.component)?.lost_by_delete).collect();
    let longest = intervals?.into_iter().reduce(f64::max)?;
    (it.metric == Metric::Rpo && it.comparison.holds(longest, it.target)).then_some(longest)
}

/// How near a figure is that misses, from 0 to 1: of availability the nines that it has of those it needs.
fn nearness(it: &Objective, actual: f64) -> f64 {
    let ratio = match it.metric {
        Metric::Availability => (1.0 - actual).ln() / (1.0 - it.target).ln(),
        Metric::Throughput => actual / it.target,
        _ => it.target / actual,
    };
    if ratio.is_finite() { ratio.clamp(0.0, 1.0) } else { 0.0 }
}

/// What makes the figure so bad, and so what to change.
fn mend(graded: &Graded<'_>, it: &Objective, id: FlowId) -> String {
    let (model, facts) = (&graded.trial.compilation.model, &graded.trial.compilation.facts);
    match it.metric {
        Metric::Availability => {
            let worst = facts.reliability.of(id).and_then(|it| it.importance.first());
            let Some(worst) = worst else { return "make what it needs redundant".to_owned() };
            format!(
                "`{}` causes {}% of the downtime: make it redundant, or needed by fewer requests",
                worst.fault.path(model, &facts.placement),
                (worst.fussell_vesely * 100.0).round()
            )
        }
        Metric::Percentile(_) => {
            "shorten its longest hop, relieve what is full, or do in the background what nobody waits for"
                .to_owned()
        }
        Metric::Staleness => "shorten the `ttl` of its caches and the `lag` of its copies".to_owned(),
        Metric::Rpo => {
            "copy before you acknowledge (`replication = sync` or `quorum`), or lower the `lag`".to_owned()
        }
        Metric::Rto => "let a standby take over: `failover = automatic` with its `failover_time`".to_owned(),
        Metric::Throughput => "add to what breaks first".to_owned(),
        Metric::Cost => "take away what no objective needs".to_owned(),
    }
}

/// What a figure lacks to be computed.
fn lack(it: &Objective, report: &FlowReport) -> String {
    match it.metric {
        Metric::Percentile(_) if report.served < 1.0 - 1e-9 => {
            format!(
                "only {}% of its requests find a place: no latency is told of a full line; add capacity",
                (report.served * 100.0).floor()
            )
        }
        Metric::Percentile(_) => "give what it passes `latency`, `p99` and `capacity`".to_owned(),
        Metric::Staleness => "give its caches a `ttl` and its copies a `lag`".to_owned(),
        Metric::Rpo => {
            "say of the store that it writes how it copies: `replicas`, `replication`, `lag`, `backup`"
                .to_owned()
        }
        Metric::Rto => "give its stores `failover`, `failover_time`, `restore_time`".to_owned(),
        Metric::Cost => "give what it passes `cost`".to_owned(),
        Metric::Availability | Metric::Throughput => "give its load and `capacity`".to_owned(),
    }
}
