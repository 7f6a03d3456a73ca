//! What a case or a loss makes of flows, objectives and components, beside the design as drawn.

use super::{FlowReport, Interval, Percentiles, Slo, State};
use crate::analysis::losses::{Effect, FlowState, Loss};
use crate::analysis::verdict::{Verdict, verdict};
use crate::analysis::{Case, Compiled, Facts};
use crate::model::{ComponentId, FlowId, Kind, Metric, Model, Objective};
use crate::syntax::ast::Comparison;

/// Differences below this are rounding.
const DUST: f64 = 1e-9;

/// A component with its utilisation.
pub(super) type Busy = (ComponentId, f64);

/// A design and how it fares when nothing fails.
pub(super) struct Design<'a> {
    pub(super) model: &'a Model,
    pub(super) compiled: &'a Compiled<'a>,
    /// By flow: the availability, and the chance of a part missing.
    usual: Vec<(f64, f64)>,
    /// By flow: its part of all requests.
    weights: Vec<f64>,
}

/// What a loss does, as far as a table tells it.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Damage {
    /// Objectives that fail: flow, and position among its own and then the system's.
    pub(super) broken: Vec<(FlowId, usize)>,
    pub(super) lost_requests: f64,
    pub(super) down: Vec<FlowId>,
    pub(super) degraded: Vec<FlowId>,
    /// Components that cannot take their load, the busiest first.
    pub(super) saturated: Vec<Busy>,
    pub(super) next: Option<Busy>,
    /// Some flow was too much work.
    pub(super) is_open: bool,
}

impl<'a> Design<'a> {
    pub(super) fn new(model: &'a Model, compiled: &'a Compiled<'a>) -> Self {
        let facts = compiled.run(&Case::default());
        let usual = |id: FlowId| {
            facts.reliability.of(id).map_or((0.0, 0.0), |it| (it.value, it.degraded_probability))
        };
        let rates: Option<Vec<f64>> =
            model.flows.ids().map(|id| facts.load.flow(id).and_then(|load| load.peak)).collect();
        let rates = rates.filter(|rates| rates.iter().sum::<f64>() > 0.0);
        let rates = rates.unwrap_or_else(|| vec![1.0; model.flows.len()]);
        let total: f64 = rates.iter().sum();
        Self {
            model,
            compiled,
            usual: model.flows.ids().map(usual).collect(),
            weights: rates.iter().map(|rate| rate / total).collect(),
        }
    }

    /// The share of all requests that fail, given the chance of success by flow.
    pub(super) fn lost(&self, success: impl Iterator<Item = f64>) -> f64 {
        let lost: f64 =
            self.weights.iter().zip(success).map(|(weight, success)| weight * (1.0 - success)).sum();
        lost.clamp(0.0, 1.0)
    }

    /// The objectives of a flow, each with whether it is the system's.
    pub(super) fn objectives(&self, flow: FlowId) -> impl Iterator<Item = (&'a Objective, bool)> + use<'a> {
        let own = self.model.flows[flow].objectives.iter().map(|it| (it, false));
        own.chain(self.model.objectives.iter().map(|it| (it, true)))
    }

    /// The share of a flow's requests that the components which every run needs can take.
    fn served(&self, flow: FlowId, utilization: impl Fn(ComponentId) -> Option<f64>) -> f64 {
        let worst = self.compiled.required(flow).iter().filter_map(|id| utilization(*id));
        // of what is gone for good the availability tells
        let worst = worst.filter(|it| it.is_finite()).fold(1.0, f64::max);
        1.0 / worst
    }

    fn state_of(&self, flow: FlowId, value: f64, served: f64, degraded: f64) -> State {
        let (usual, usually_degraded) = self.usual.get(flow.index()).copied().unwrap_or((0.0, 0.0));
        if value <= DUST * usual {
            State::Down
        } else if degraded >= value * (1.0 - DUST) && usually_degraded < usual * (1.0 - DUST) {
            State::Degraded
        } else if value < usual - DUST || served < 1.0 - DUST || degraded > usually_degraded + DUST {
            State::Worse
        } else {
            State::AsDesigned
        }
    }

    /// A flow as designed, or in a case with the share of its runs that succeeds as long as nothing else fails.
    pub(super) fn flow(&self, facts: &Facts, id: FlowId, succeeding: Option<f64>) -> FlowReport {
        let load = facts.load.flow(id);
        let found = facts.reliability.of(id);
        let (lower, upper) = found.map_or((0.0, 1.0), |it| (it.lower, it.upper));
        let exact = found.is_some_and(|it| it.exact);
        let degraded = found.map_or(0.0, |it| it.degraded_probability);
        let served = self.served(id, |id| facts.load.component(id).and_then(|load| load.utilization));
        let judged = |(it, of_system): (&Objective, bool)| {
            let found = match it.metric {
                Metric::Availability => match succeeding {
                    // a year's objective says nothing of an hour; while it lasts requests have to succeed
                    Some(share) => Verdict::between(it, share * served, share * served),
                    None => Verdict::between(it, lower * served, upper * served),
                },
                Metric::Throughput if upper <= 0.0 => Verdict::between(it, 0.0, 0.0),
                _ => verdict(self.model, facts, id, it, of_system),
            };
            slo(it, found)
        };
        let latency = facts.latency.flow(id);
        let percentile =
            |thousandths| latency.and_then(|it| it.percentile(thousandths)).map(|it| it * 1000.0);
        FlowReport {
            name: self.model.flows[id].header.name.to_string(),
            state: self.state_of(id, upper.max(lower), served, degraded),
            rate_per_s: load.and_then(|load| load.peak),
            availability: Interval { value: lower, upper: (!exact).then_some(upper), exact },
            served,
            degraded_probability: degraded,
            latency_ms: Percentiles { p50: percentile(500), p99: percentile(990) },
            slos: self.objectives(id).map(judged).collect(),
        }
    }

    /// What a loss does.
    pub(super) fn damage(&self, effect: &Effect) -> Damage {
        let used = |id: ComponentId| effect.utilization.get(id.index()).and_then(|(mean, _)| *mean);
        let mut damage = Damage {
            broken: Vec::new(),
            lost_requests: 0.0,
            down: Vec::new(),
            degraded: Vec::new(),
            saturated: Vec::new(),
            next: None,
            is_open: false,
        };
        let mut success = Vec::with_capacity(self.weights.len());
        for (id, state) in self.model.flows.ids().zip(&effect.flows) {
            let served = self.served(id, used);
            let Some(state) = state else {
                damage.is_open = true;
                success.push(self.usual.get(id.index()).map_or(1.0, |usual| usual.0) * served);
                continue;
            };
            success.push(state.value * served);
            match self.state_of(id, state.upper, served, state.value - state.whole) {
                State::Down => damage.down.push(id),
                State::Degraded => damage.degraded.push(id),
                State::Worse | State::AsDesigned => {}
            }
            if self.allows(id, &effect.lost) {
                continue;
            }
            for (at, (it, _)) in self.objectives(id).enumerate() {
                if self.judged(id, it, effect, state, served).met == Some(false) {
                    damage.broken.push((id, at));
                }
            }
        }
        damage.lost_requests = self.lost(success.into_iter());
        let components = self.model.components.ids().zip(&effect.utilization);
        (damage.saturated, damage.next) = saturation(components.filter_map(|(id, (mean, hottest))| {
            Some((id, hottest.or(*mean)?, effect.down.binary_search(&id).is_err()))
        }));
        damage
    }

    /// Whether a flow's objective leaves room for the loss of something that is bought as a whole: it promises no more than the region,
    /// the managed component or the other's system does.
    fn allows(&self, flow: FlowId, lost: &[Loss]) -> bool {
        let promised = self.objectives(flow).filter(|(it, _)| {
            it.metric == Metric::Availability
                && !matches!(it.comparison, Comparison::AtMost | Comparison::Below)
        });
        let Some(promised) = promised.map(|(it, _)| it.target).reduce(f64::max) else { return false };
        let placement = self.compiled.placement();
        let given = |loss: &Loss| match *loss {
            Loss::Domain(ix) if placement.is_region(self.model, ix) => {
                Some(placement.domain(ix)?.availability)
            }
            Loss::Component(id) => {
                let deployment = placement.of(id)?;
                let is_bought = deployment.managed || self.model.components[id].kind == Kind::External;
                is_bought.then_some(deployment.availability)
            }
            _ => None,
        };
        lost.iter().filter_map(given).any(|given| given >= promised * (1.0 - DUST))
    }

    /// The objectives on availability that a flow misses over a year, as designed.
    pub(super) fn missed(&self) -> Vec<(FlowId, usize)> {
        let facts = self.compiled.run(&Case::default());
        let mut missed = Vec::new();
        for id in self.model.flows.ids() {
            let report = self.flow(&facts, id, None);
            let failed = report.slos.iter().enumerate().filter(|(_, slo)| slo.met == Some(false));
            missed.extend(failed.map(|(at, _)| (id, at)));
        }
        missed
    }

    /// The verdict on an objective under a loss: of availability and throughput; others are for cases.
    pub(super) fn judged(
        &self,
        flow: FlowId,
        it: &Objective,
        effect: &Effect,
        state: &FlowState,
        served: f64,
    ) -> Verdict {
        match it.metric {
            Metric::Availability => {
                let share = state.succeeding * served;
                Verdict::between(it, share, share)
            }
            Metric::Throughput if state.upper <= 0.0 => Verdict::between(it, 0.0, 0.0),
            Metric::Throughput => {
                let busiest = self.model.flows[flow].visits.iter().filter_map(|visit| {
                    let (mean, hottest) = effect.utilization.get(visit.component.index()).copied()?;
                    hottest.or(mean)
                });
                let busiest = busiest.filter(|used| *used > 0.0).reduce(f64::max);
                let rate = effect.rates.get(flow.index()).copied().flatten();
                let most = rate.zip(busiest).map(|(rate, busiest)| rate / busiest);
                most.map_or_else(Verdict::default, |most| Verdict::between(it, most, most))
            }
            _ => Verdict::default(),
        }
    }

    /// The broken objectives with their figures, for a table.
    pub(super) fn told(&self, effect: &Effect, broken: &[(FlowId, usize)]) -> Vec<(FlowId, Slo)> {
        let used = |id: ComponentId| effect.utilization.get(id.index()).and_then(|(mean, _)| *mean);
        let tell = |(flow, at): &(FlowId, usize)| {
            let state = effect.flows.get(flow.index()).copied().flatten()?;
            let (it, _) = self.objectives(*flow).nth(*at)?;
            let found = self.judged(*flow, it, effect, &state, self.served(*flow, used));
            Some((*flow, slo(it, found)))
        };
        broken.iter().filter_map(tell).collect()
    }
}

fn slo(it: &Objective, found: Verdict) -> Slo {
    let scale = if matches!(it.metric, Metric::Percentile(_)) { 1000.0 } else { 1.0 };
    Slo {
        metric: it.metric.as_str(),
        comparison: it.comparison.as_str(),
        target: it.target * scale,
        actual: found.actual.map(|actual| actual * scale),
        met: found.met,
    }
}

/// Of components with their utilisation, and whether anything of them is left: those that cannot take their load, and the busiest of
/// the others.
pub(super) fn saturation(used: impl Iterator<Item = (ComponentId, f64, bool)>) -> (Vec<Busy>, Option<Busy>) {
    let mut all: Vec<Busy> =
        used.filter(|(_, used, stands)| *stands && *used > 0.0).map(|(id, used, _)| (id, used)).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let full = all.partition_point(|(_, used)| *used >= 1.0);
    let next = all.get(full).copied();
    all.truncate(full);
    (all, next)
}
