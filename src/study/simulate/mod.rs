//! What happens when things fail: scenarios, what the command line asks, and a sweep of every single loss and every pair. Which
//! objectives fail, what degrades, what saturates next.
//!
//! A failure is looked at while it lasts: the availability in a case is the chance of a success with that much gone for certain. What
//! a saturated component cannot take fails too: of ρ > 1 at a component that every run needs, at most 1/ρ of the requests are served.
//!
//! An objective on availability is one over a year, so only the design as drawn is held against it with all that may fail. While
//! something is lost it asks whether the flow still works: for the share of requests that succeeds as long as nothing else fails. What is
//! bought as a whole (a region, a managed component, another's system) may be lost where the objective promises no more than it does.

mod human;
mod judge;
mod sweep;

use serde::Serialize;

use super::cases::{Asked, Kin, NamedCase, cases};
use crate::analysis::{Case, Compiled, Element};
use crate::compilation::Compilation;
use crate::config::Config;
use crate::model::{FlowId, Model};

pub use human::human;
pub use sweep::{BrokenSlo, Losses, Row, Sweep};

/// A simulation. Field names are a promise to other programs.
#[derive(Serialize, Debug)]
pub struct Simulation {
    /// Of this shape; 1.
    pub version: u32,
    /// The design.
    pub system: System,
    /// Whether no objective fails in any case or single loss that was looked at, nor under a pair where these count.
    pub holds: bool,
    /// The design as drawn, then scenarios or what was asked for.
    pub cases: Vec<CaseReport>,
    /// Every single loss and every pair, where asked for.
    pub sweep: Option<Sweep>,
}

/// The design.
#[derive(Serialize, Debug)]
pub struct System {
    /// Name of the `system` statement; `null` without one.
    pub name: Option<String>,
    /// Its label.
    pub label: Option<String>,
}

/// One case.
#[derive(Serialize, Debug)]
pub struct CaseReport {
    /// `as designed`, the scenario's name, or `asked`.
    pub name: String,
    /// The scenario's label.
    pub label: Option<String>,
    /// Where it comes from.
    pub kind: Kin,
    /// What fails, by path.
    pub fail: Vec<String>,
    /// Factor on the load.
    pub load: f64,
    /// People, where the case says so.
    pub users: Option<u64>,
    /// Caches that are empty.
    pub cold: Vec<String>,
    /// Components that are slow.
    pub slow: Vec<Slow>,
    /// Two groups that cannot reach each other, or none.
    pub partition: Vec<String>,
    /// The share of all requests that fail; flows weigh by their rate as designed, all alike where one of these is not known.
    pub lost_requests: f64,
    /// How many objectives fail.
    pub objectives_failed: usize,
    /// By flow.
    pub flows: Vec<FlowReport>,
    /// Components with a utilisation of 1 or more, the busiest first.
    pub saturated: Vec<Used>,
    /// The busiest of the others.
    pub next_to_saturate: Option<Used>,
}

/// A component that is slow.
#[derive(Serialize, Debug)]
pub struct Slow {
    /// Its path.
    pub path: String,
    /// Factor on its latency.
    pub factor: f64,
}

/// A component and its utilisation.
#[derive(Serialize, Clone, PartialEq, Debug)]
pub struct Used {
    /// Its path.
    pub path: String,
    /// Load over capacity, of the hottest shard where keys are skewed; `null` where nothing is left of it.
    pub utilization: f64,
}

/// What becomes of a flow.
#[derive(Serialize, Debug)]
pub struct FlowReport {
    /// Its name.
    pub name: String,
    /// How it goes.
    pub state: State,
    /// Runs a second at the peak.
    pub rate_per_s: Option<f64>,
    /// Chance that a run succeeds, as far as failures go.
    pub availability: Interval,
    /// The share of its requests that its components can take, at most.
    pub served: f64,
    /// Chance that it runs with a part missing.
    pub degraded_probability: f64,
    /// Median and 99th percentile in milliseconds.
    pub latency_ms: Percentiles,
    /// Verdicts on its objectives and the system's.
    pub slos: Vec<Slo>,
}

/// A figure, or an interval that surely holds it.
#[derive(Serialize, Clone, Copy, PartialEq, Debug)]
pub struct Interval {
    /// The figure; of an interval the lower end.
    pub value: f64,
    /// The upper end, where it is not exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper: Option<f64>,
    /// Whether it is exact.
    pub exact: bool,
}

/// Latency percentiles in milliseconds; `null` where there is no estimate.
#[derive(Serialize, Clone, Copy, PartialEq, Debug, Default)]
pub struct Percentiles {
    /// The median.
    pub p50: Option<f64>,
    /// Of a hundred the slowest.
    pub p99: Option<f64>,
}

/// How a flow goes.
#[derive(Serialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it does in the design.
    AsDesigned,
    /// It fails more often, or some of its requests find no place.
    Worse,
    /// It runs with a part missing for certain.
    Degraded,
    /// It never succeeds.
    Down,
}

/// A verdict on an objective.
#[derive(Serialize, Clone, PartialEq, Debug)]
pub struct Slo {
    /// The metric.
    pub metric: &'static str,
    /// The comparison.
    pub comparison: &'static str,
    /// The target: a share, milliseconds, a rate a second, seconds, money a month.
    pub target: f64,
    /// The figure; `null` where it is not computed. Of availability in a case the share of requests that is served and succeeds as long
    /// as nothing else fails.
    pub actual: Option<f64>,
    /// Whether it is met; `null` where that cannot be said.
    pub met: Option<bool>,
}

/// What to look at.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Question {
    /// The cases.
    pub asked: Asked,
    /// So many losses at once are tried: none, 1 or 2.
    pub losses: u8,
    /// Whether an objective that fails under two losses counts: most designs are made to survive one.
    pub pairs_count: bool,
    /// So many rows of a table are kept.
    pub rows: usize,
}

/// Runs what is asked for.
///
/// # Errors
/// What is wrong with a name or path of the question.
pub fn simulate(
    compilation: &Compilation,
    config: &Config,
    question: &Question,
) -> Result<Simulation, String> {
    let model = &compilation.model;
    let named = cases(model, &question.asked)?;
    let circumstances = question.asked.circumstances(model)?;
    let compiled = Compiled::new(model, config);
    let design = judge::Design::new(model, &compiled);
    let cases: Vec<CaseReport> = named.iter().map(|named| case(&design, named)).collect();
    let sweep =
        (question.losses > 0).then(|| sweep::sweep(&design, &circumstances, question.losses, question.rows));
    let holds = cases.iter().all(|case| case.objectives_failed == 0)
        && sweep.as_ref().is_none_or(|sweep| {
            sweep.singles.failing == 0 && !(question.pairs_count && sweep.pairs_failing() > 0)
        });
    let system = model.system.as_ref();
    let system = System {
        name: system.map(|it| it.name.to_string()),
        label: system.and_then(|it| it.label.as_ref()).map(ToString::to_string),
    };
    Ok(Simulation { version: 1, system, holds, cases, sweep })
}

fn case(design: &judge::Design<'_>, named: &NamedCase) -> CaseReport {
    let (model, case) = (design.model, &named.case);
    let facts = design.compiled.run(case);
    let as_drawn = *case == Case::default();
    let succeeding = (!as_drawn).then(|| design.compiled.succeeding(case, &facts.load));
    let share = |id: FlowId| succeeding.as_ref().map(|all| all.get(id.index()).copied().unwrap_or(1.0));
    let flows: Vec<FlowReport> = model.flows.ids().map(|id| design.flow(&facts, id, share(id))).collect();
    let success = flows.iter().map(|flow| flow.availability.value * flow.served);
    let lost_requests = design.lost(success);
    let failed = flows.iter().flat_map(|flow| &flow.slos).filter(|slo| slo.met == Some(false)).count();
    let used = model.components.ids().filter_map(|id| {
        let load = facts.load.component(id)?;
        Some((id, load.deciding_utilization()?, load.capacity? > 0.0))
    });
    let (saturated, next) = judge::saturation(used);
    let used = |(id, utilization)| Used { path: model.path(id).to_owned(), utilization };
    let path = |id: &crate::model::ComponentId| model.path(*id).to_owned();
    let group = |id: crate::model::GroupId| model.groups[id].header.path.to_string();
    CaseReport {
        name: named.name.clone(),
        label: named.label.clone(),
        kind: named.kin,
        fail: case.failed.iter().map(|element| element_path(model, *element)).collect(),
        load: case.load,
        users: case.users,
        cold: case.cold.iter().map(path).collect(),
        slow: case.slow.iter().map(|(id, factor)| Slow { path: path(id), factor: *factor }).collect(),
        partition: case.partition.map_or_else(Vec::new, |(one, other)| vec![group(one), group(other)]),
        lost_requests,
        objectives_failed: failed,
        flows,
        saturated: saturated.into_iter().map(used).collect(),
        next_to_saturate: next.map(used),
    }
}

fn element_path(model: &Model, element: Element) -> String {
    match element {
        Element::Component(id) => model.path(id).to_owned(),
        Element::Replicas(id, count) => format!("{count} of {}", model.path(id)),
        Element::Replica(id, number) => format!("{}#{number}", model.path(id)),
        Element::Group(id) => model.groups[id].header.path.to_string(),
    }
}

/// As JSON.
pub fn json(simulation: &Simulation) -> String {
    let mut text = serde_json::to_string_pretty(simulation).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests;
