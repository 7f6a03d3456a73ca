//! Whether an objective is met: by the figure, or by what is certain of it. Says nothing where the figures cannot.

use super::Facts;
use crate::model::{FlowId, Metric, Model, Objective};
use crate::syntax::ast::Comparison;

/// What is said of an objective.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Verdict {
    /// The figure in the unit of the target: a share, seconds, a rate a second, money a month; `None` where it is not computed.
    pub actual: Option<f64>,
    /// Whether it is met; `None` where that cannot be said.
    pub met: Option<bool>,
}

impl Verdict {
    fn of(it: &Objective, actual: Option<f64>) -> Self {
        Self { actual, met: actual.map(|figure| it.comparison.holds(figure, it.target)) }
    }

    /// On a figure that lies between two others.
    pub fn between(it: &Objective, lower: f64, upper: f64) -> Self {
        let (low, high) = (it.comparison.holds(lower, it.target), it.comparison.holds(upper, it.target));
        Self { actual: Some(lower), met: (low == high).then_some(low) }
    }
}

/// The verdict on an objective of a flow, its own or the system's.
pub fn verdict(model: &Model, facts: &Facts, flow: FlowId, it: &Objective, of_system: bool) -> Verdict {
    match it.metric {
        Metric::Availability => facts
            .reliability
            .of(flow)
            .map_or_else(Verdict::default, |found| Verdict::between(it, found.lower, found.upper)),
        Metric::Percentile(thousandths) => percentile(facts, flow, it, thousandths),
        Metric::Throughput => {
            let load = facts.load.flow(flow);
            Verdict::of(it, load.and_then(|load| Some(load.peak? * load.headroom?)))
        }
        Metric::Cost if of_system => Verdict::of(it, facts.cost.total),
        Metric::Cost => Verdict::of(it, facts.cost.of_flow(model, flow)),
        Metric::Rpo => Verdict::of(it, facts.recovery.point_of_flow(model, flow)),
        Metric::Rto => Verdict::of(it, facts.recovery.time_of_flow(model, flow)),
        Metric::Staleness => {
            let found = Verdict::of(it, super::staleness::of_flow(model, flow));
            // an age without end is no figure, but a verdict
            Verdict { actual: found.actual.filter(|age| age.is_finite()), ..found }
        }
    }
}

/// By the estimate, else by what is certain.
fn percentile(facts: &Facts, flow: FlowId, it: &Objective, thousandths: u16) -> Verdict {
    let Some(latency) = facts.latency.flow(flow) else { return Verdict::default() };
    let actual = latency.percentile(thousandths);
    let holds = |figure: f64| it.comparison.holds(figure, it.target);
    let bounds = latency.bounds(thousandths);
    let certain = || match (bounds.lower.map(holds), bounds.upper.map(holds)) {
        (Some(low), Some(high)) if low == high => Some(low),
        // what is at least so long only gets longer
        (Some(low), None) => {
            let grows = matches!(it.comparison, Comparison::AtMost | Comparison::Below);
            (low != grows).then_some(low)
        }
        _ => None,
    };
    Verdict { actual, met: actual.map(holds).or_else(certain) }
}
