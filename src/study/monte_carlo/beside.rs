//! What was measured beside what is computed: plain data for JSON, and a table for a terminal. It computes nothing.

use std::fmt::Write as _;

use serde::Serialize;

use super::{Budget, CONFIDENCE, FlowTrial, Gap, Measured, Trial, monte_carlo};
use crate::analysis::{Compiled, Facts};
use crate::config::Config;
use crate::model::{Metric, Model};
use crate::study::cases::NamedCase;
use crate::units::{MINUTES_PER_YEAR, format_share, format_time, round_significant};

/// The trials of a design beside its figures. Field names are a promise to other programs.
#[derive(Serialize, Clone, PartialEq, Debug)]
pub struct Beside {
    /// Of this shape; 1.
    pub version: u32,
    /// What the random numbers start from.
    pub seed: u64,
    /// Requests of each flow.
    pub requests: u64,
    /// The confidence of the intervals.
    pub confidence: f64,
    /// The design as drawn, and what was asked for.
    pub cases: Vec<CaseBeside>,
}

/// A case.
#[derive(Serialize, Clone, PartialEq, Debug)]
pub struct CaseBeside {
    /// `as designed`, a scenario's name, or `asked`.
    pub name: String,
    /// By flow.
    pub flows: Vec<FlowBeside>,
}

/// A flow.
#[derive(Serialize, Clone, PartialEq, Debug)]
pub struct FlowBeside {
    /// Its name.
    pub name: String,
    /// The share of the time in which it works.
    pub availability: Figure,
    /// The same as minutes of 365 days in which it does not, which keeps the digits of what is rare.
    pub downtime_minutes_per_year: Figure,
    /// The share of the runs that ran out of time though all is up; `null` where runs are not timed.
    pub timed_out: Option<Figure>,
    /// Latency percentiles, in milliseconds.
    pub latency_ms: Vec<Percentile>,
    /// Why its runs are not timed.
    pub not_timed: Option<String>,
}

/// A percentile of the latency.
#[derive(Serialize, Clone, PartialEq, Debug)]
pub struct Percentile {
    /// `p50`, `p99`, `p999`.
    pub metric: &'static str,
    /// The figure.
    #[serde(flatten)]
    pub figure: Figure,
}

/// A figure as computed and as measured.
#[derive(Serialize, Clone, Copy, PartialEq, Debug)]
pub struct Figure {
    /// `null` where it cannot be computed.
    pub computed: Option<f64>,
    /// As measured.
    pub measured: f64,
    /// It is hardly less.
    pub lower: f64,
    /// It is hardly more.
    pub upper: f64,
    /// Whether the computed figure lies in the interval; `null` without one.
    pub agrees: Option<bool>,
}

impl Figure {
    fn new(computed: Option<f64>, measured: Measured, scale: f64) -> Self {
        let close = |figure: f64| measured.agrees(figure, 1e-9);
        Self {
            computed: computed.map(|figure| figure * scale),
            measured: measured.value * scale,
            lower: measured.lower * scale,
            upper: measured.upper * scale,
            agrees: computed.map(close),
        }
    }
}

/// Tries a design in some cases, and puts what is computed beside.
pub fn beside(model: &Model, config: &Config, cases: &[NamedCase], seed: u64, budget: &Budget) -> Beside {
    let compiled = Compiled::new(model, config);
    let of_case = |it: &NamedCase| {
        let facts = compiled.run(&it.case);
        let trial = monte_carlo(model, config, &facts, &it.case, seed, budget);
        CaseBeside { name: it.name.clone(), flows: flows(model, &facts, &trial) }
    };
    let cases = cases.iter().map(of_case).collect();
    Beside { version: 1, seed, requests: budget.requests, confidence: CONFIDENCE, cases }
}

/// As JSON, with a line end behind it.
pub fn json(beside: &Beside) -> String {
    let mut text = serde_json::to_string_pretty(beside).unwrap_or_default();
    text.push('\n');
    text
}

pub(super) fn flows(model: &Model, facts: &Facts, trial: &Trial) -> Vec<FlowBeside> {
    trial.flows.iter().map(|it| flow(model, facts, it)).collect()
}

fn flow(model: &Model, facts: &Facts, trial: &FlowTrial) -> FlowBeside {
    let down = trial.unavailability;
    let up = Measured { value: 1.0 - down.value, lower: 1.0 - down.upper, upper: 1.0 - down.lower };
    let computed = facts.reliability.of(trial.flow);
    let agrees = computed.map(|it| {
        let (least, most) = (1.0 - it.upper, 1.0 - it.lower);
        if it.exact {
            down.agrees(it.unavailability, 1e-6)
        } else {
            down.lower <= most && down.upper >= least
        }
    });
    let availability = Figure { agrees, ..Figure::new(computed.map(|it| it.value), up, 1.0) };
    let downtime =
        Figure { agrees, ..Figure::new(computed.map(|it| it.unavailability), down, MINUTES_PER_YEAR) };
    let latency = facts.latency.flow(trial.flow);
    let timed = trial.times.as_ref();
    let percentile = |(thousandths, measured): &(u16, Measured)| {
        let computed = latency.and_then(|it| it.percentile(*thousandths));
        let metric = Metric::Percentile(*thousandths).as_str();
        Percentile { metric, figure: Figure::new(computed, *measured, 1e3) }
    };
    FlowBeside {
        name: model.flows[trial.flow].header.name.to_string(),
        availability,
        downtime_minutes_per_year: downtime,
        timed_out: timed.ok().map(|times| Figure::new(None, times.failed, 1.0)),
        latency_ms: timed
            .map_or_else(|_| Vec::new(), |times| times.percentiles.iter().map(percentile).collect()),
        not_timed: timed.err().map(|gap| why(model, gap)),
    }
}

fn why(model: &Model, gap: &Gap) -> String {
    match gap {
        Gap::Figures(id) => format!("`{}` gives neither `latency` nor `p99`", model.path(*id)),
        Gap::Saturated(id, used) => {
            let used = round_significant(used * 100.0, 3);
            format!("the line before `{}` never settles: ρ = {used}% ≥ 100%", model.path(*id))
        }
        Gap::Circle => "its calls lead back to who waits for them".to_owned(),
        Gap::Large => "a run makes more than 20 000 calls".to_owned(),
        Gap::NotAwaited => "nobody waits for anything".to_owned(),
        Gap::Unsettled => "requests pile up: the runs did not come to an end".to_owned(),
    }
}

/// As a table for each flow.
pub fn human(beside: &Beside) -> String {
    let mut out = String::new();
    // writing to a string cannot fail
    let _ = writeln!(
        out,
        "{} requests of each flow, seed {}; intervals hold with {}",
        beside.requests,
        beside.seed,
        format_share(beside.confidence)
    );
    for case in &beside.cases {
        if beside.cases.len() > 1 {
            let _ = writeln!(out, "\n{}", case.name);
        }
        for flow in &case.flows {
            tell(&mut out, flow);
        }
    }
    out
}

fn tell(out: &mut String, flow: &FlowBeside) {
    let _ = writeln!(out, "\n{}", flow.name);
    let _ = writeln!(out, "  {:<14}{:>14}{:>14}   interval", "", "computed", "measured");
    row(out, "availability", &flow.availability, format_share);
    row(out, "down a year", &flow.downtime_minutes_per_year, |minutes| format_time(minutes * 60.0));
    for percentile in &flow.latency_ms {
        row(out, percentile.metric, &percentile.figure, |ms| format_time(ms / 1e3));
    }
    if let Some(failed) = flow.timed_out.filter(|failed| failed.measured > 0.0) {
        row(out, "out of time", &failed, format_share);
    }
    if let Some(why) = &flow.not_timed {
        let _ = writeln!(out, "  not timed: {why}");
    }
}

fn row(out: &mut String, name: &str, figure: &Figure, show: impl Fn(f64) -> String) {
    let computed = figure.computed.map_or_else(|| "–".to_owned(), &show);
    let mark = if figure.agrees == Some(false) { "   the computed one lies outside" } else { "" };
    let _ = writeln!(
        out,
        "  {name:<14}{computed:>14}{:>14}   {} – {}{mark}",
        show(figure.measured),
        show(figure.lower),
        show(figure.upper)
    );
}
