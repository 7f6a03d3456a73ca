//! Are the objectives of the brief met, at the brief's load.

use super::data::may_be_wrong;
use super::requirements::reached;
use super::{Criterion, Graded, Line};
use crate::analysis::latency::Gap;
use crate::analysis::recovery::written;
use crate::model::{FlowId, Metric, Model, Objective};
use crate::practice::human::{counted, objective, target};
use crate::study::simulate::{FlowReport, Slo};
use crate::units::{format_time, round_significant};

const POINTS: f64 = 20.0;
/// What a figure wins at the most that misses its objective.
const MISSED: f64 = 0.5;
/// So many things are told that a figure lacks.
const GAPS: usize = 2;
/// What a figure wins that holds if something can take the load which does not tell.
const UNPROVEN: f64 = 0.6;
/// What is left of the points where an answer that is in time may be wrong.
const WRONG: f64 = 0.6;
/// What is left of the points of a flow that leads to none of its data.
const UNFINISHED: f64 = 0.2;

pub(super) fn criterion(graded: &Graded<'_>) -> Criterion {
    let asked = &graded.sides.brief.model;
    let mut lines = Vec::new();
    for (id, header) in graded.asked_flows() {
        let of_all = asked.objectives.iter().filter(|it| it.metric != Metric::Cost);
        for it in asked.flows[id].objectives.iter().chain(of_all) {
            let what = format!("{}: {}", header.title(), objective(it));
            lines.push(line(graded, id, it, what, Graded::weight(header)));
        }
    }
    let budgets = asked.objectives.iter().filter(|it| it.metric == Metric::Cost);
    lines.extend(budgets.map(|it| budget(graded, it)));
    Criterion::new("figures", "Figures against the objectives", POINTS, lines)
}

/// The budget of a brief that names one, against the bill; what gives no `cost` is as much of it unknown.
fn budget(graded: &Graded<'_>, it: &Objective) -> Line {
    let compilation = &graded.trial.compilation;
    let cost = &compilation.facts.cost;
    let what = format!("the bill: {}", objective(it));
    let unpriced = cost.unpriced.first().map(|id| compilation.model.path(*id));
    let Some(total) = cost.total else {
        return Line::new(
            what,
            1.0,
            0.0,
            "nothing gives its `cost`",
            "say what each part costs by `cost = $120/month`",
        );
    };
    let runs = compilation.model.components.iter().filter(|it| !it.kind.is_actor()).count();
    let priced = 1.0 - cost.unpriced.len() as f64 / runs.max(1) as f64;
    let met = if it.comparison.holds(total, it.target) { 1.0 } else { MISSED * nearness(it, total) };
    let (found, win) = match unpriced {
        Some(path) => (
            format!("{}, {} without a price", target(it, total), counted(cost.unpriced.len(), "part")),
            format!("give `{path}` its `cost`"),
        ),
        None => (target(it, total), "take away what no objective needs".to_owned()),
    };
    Line::new(what, 1.0, met * priced * graded.coverage(), found, win)
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
    let mut share = share * (UNFINISHED + (1.0 - UNFINISHED) * reached(graded, asked));
    let (mut found, mut win) = (found, win);
    if win.is_empty() {
        win = "lead it on to what keeps its data".to_owned();
    }
    if share > 0.0 && may_be_wrong(graded, asked) {
        share *= WRONG;
        found.push_str(", of answers that may be wrong");
        win = "see that it reads what its data needs first".to_owned();
    }
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
        // a good figure of the few that are served is no good figure
        (Some(true), actual) if report.served < 1.0 - 1e-9 => {
            let of = format!("of the {}% of its requests that find a place", (report.served * 100.0).floor());
            let found = actual.map_or_else(|| format!("`{name}`: met"), told);
            (report.served, format!("{found} {of}"), "add capacity for the others".to_owned())
        }
        (Some(true), actual) if unlimited(graded, id).is_some() => {
            let path = unlimited(graded, id).unwrap_or_default();
            let found = actual.map_or_else(|| format!("`{name}`: met"), told);
            (
                UNPROVEN,
                format!("{found}, if `{path}` can take the load"),
                format!("give `{path}` its `capacity`"),
            )
        }
        (Some(true), Some(actual)) => (1.0, told(actual), String::new()),
        (Some(true), None) => (1.0, format!("`{name}`: met"), String::new()),
        (Some(false), Some(actual)) => (MISSED * nearness(it, actual), told(actual), mend(graded, it, id)),
        (Some(false), None) => (0.0, format!("`{name}`: {}", missed(graded, it, id)), mend(graded, it, id)),
        (None, _) => match backed_up(graded, it, id) {
            Some(every) => (1.0, format!("`{name}`: backed up every {}", format_time(every)), String::new()),
            None => (0.0, format!("`{name}`: no figure"), lack(graded, it, (id, report))),
        },
    }
}

/// Something that a flow passes and of which nothing tells how much it can take.
fn unlimited<'a>(graded: &'a Graded<'_>, id: FlowId) -> Option<&'a str> {
    let model = &graded.trial.compilation.model;
    let unknown = &graded.trial.scale.as_ref()?.not_assessed;
    let mut passed = model.flows[id].visits.iter().map(|visit| model.path(visit.component));
    passed.find(|path| unknown.iter().any(|it| it == path))
}

/// Of stores that do not tell how they copy, the backups bound what is lost: the longest interval, where it is short enough.
fn backed_up(graded: &Graded<'_>, it: &Objective, id: FlowId) -> Option<f64> {
    let compilation = &graded.trial.compilation;
    let recovery = &compilation.facts.recovery;
    let intervals: Option<Vec<f64>> = written(&compilation.model, id)
        .filter_map(|it| recovery.of(it))
        .map(|it| it.lost_with_node.or(it.lost_by_delete))
        .collect();
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

/// What is certain of a figure that cannot be told.
fn missed(graded: &Graded<'_>, it: &Objective, id: FlowId) -> String {
    let latency = graded.trial.compilation.facts.latency.flow(id);
    let least = match it.metric {
        Metric::Percentile(share) => latency.and_then(|it| it.bounds(share).lower),
        _ => None,
    };
    least.map_or_else(
        || "missed, without a figure".to_owned(),
        |least| format!("at least {}", target(it, least)),
    )
}

/// What to do where a latency cannot be told.
fn gap_text(model: &Model, gap: Gap) -> Option<String> {
    Some(match gap {
        Gap::Figures(id) => format!("give `{}` its `latency` and `p99`", model.path(id)),
        Gap::Saturated(id, used) => format!(
            "`{}` is asked for {} times what it can take: no latency is told of a line that grows; add capacity",
            model.path(id),
            round_significant(used, 3)
        ),
        Gap::Circle(id) => {
            format!("calls lead back to `{}` while it waits for them: cut the circle", model.path(id))
        }
        Gap::Down(id) => format!("`{}` cannot be reached", model.path(id)),
        Gap::NotAwaited => "nobody waits for an answer: let who starts it wait by `->`".to_owned(),
    })
}

/// What a figure lacks to be computed.
fn lack(graded: &Graded<'_>, it: &Objective, (id, report): (FlowId, &FlowReport)) -> String {
    match it.metric {
        Metric::Percentile(_) if report.served < 1.0 - 1e-9 => {
            format!(
                "only {}% of its requests find a place: no latency is told of a full line; add capacity",
                (report.served * 100.0).floor()
            )
        }
        Metric::Percentile(_) => {
            let (model, facts) = (&graded.trial.compilation.model, &graded.trial.compilation.facts);
            let gaps = facts.latency.flow(id).map_or(&[][..], |it| it.gaps());
            let told: Vec<String> = gaps.iter().take(GAPS).filter_map(|gap| gap_text(model, *gap)).collect();
            match told.as_slice() {
                [] => "give what it passes `latency`, `p99` and `capacity`".to_owned(),
                told => told.join("; "),
            }
        }
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
