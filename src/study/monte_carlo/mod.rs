//! A design by trial: what its flows do in many runs, measured, to be held against what the analysis computes.
//!
//! Two experiments, both with a seed, so that the same design gives the same figures. For the availability, states of replicas and
//! domains are drawn, rare ones more often than they are and weighed for it (`availability`), and a run is tried in each (`runs`).
//! For the latency, requests arrive at random at the peak rates and are worked on event by event (`engine`): lines before servers
//! (`lines`), calls one after another and at once, retries, timeouts, breakers, caches, shares, alternatives and fallbacks, while
//! everything is up that the case leaves up. Neither uses the formulas that it is held against.
//!
//! A circuit breaker opens for a second when half of the last twenty tries failed. The half is resilience4j's default, which looks at
//! 100 calls and stays open for 60 s; Polly opens at a tenth of at least 100 calls in 30 s, for 5 s (both by their documentation). Window
//! and pause are ours and shorter, as a run is: the language has none.

mod availability;
mod beside;
mod engine;
mod lines;
mod plan;
mod random;
mod runs;
#[cfg(test)]
mod tests;
mod times;
mod trips;
mod world;

pub use beside::{Beside, CaseBeside, Figure, FlowBeside, Percentile, beside, human, json};

use crate::analysis::load::Load;
use crate::analysis::placement::Placement;
use crate::analysis::{Case, Facts};
use crate::config::{Assumed, Config};
use crate::model::{ComponentId, FlowId, Model};

/// The confidence of every interval.
pub const CONFIDENCE: f64 = 0.99;
/// Its normal quantile.
const CONFIDENCE_Z: f64 = 2.575_829_303_548_900_4;

/// How much is tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// Requests of each flow whose time is taken, and states in which each flow is tried. Flows of very many calls get fewer.
    pub requests: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { requests: 20_000 }
    }
}

/// A figure with the interval in which it lies with [`CONFIDENCE`].
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Measured {
    /// As measured.
    pub value: f64,
    /// It is hardly less.
    pub lower: f64,
    /// It is hardly more.
    pub upper: f64,
}

impl Measured {
    /// Whether a figure lies in the interval, widened by a share of itself.
    pub fn agrees(&self, figure: f64, tolerance: f64) -> bool {
        figure >= self.lower * (1.0 - tolerance) && figure <= self.upper * (1.0 + tolerance)
    }
}

/// Why a flow's time is not measured.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Gap {
    /// A component gives neither `latency` nor `p99`.
    Figures(ComponentId),
    /// The line before a component never settles: its utilisation.
    Saturated(ComponentId, f64),
    /// Calls lead back to a component that still waits for them.
    Circle,
    /// A run makes too many calls to be worked through.
    Large,
    /// Nobody waits for anything.
    NotAwaited,
    /// The runs did not come to an end: requests pile up.
    Unsettled,
}

/// How long runs took. Seconds.
#[derive(Clone, PartialEq, Debug)]
pub struct Times {
    /// How many runs were timed.
    pub runs: u64,
    /// The share of them that failed though everything is up that the case leaves up: tries that ran out of time.
    pub failed: Measured,
    /// Percentiles over all of them, by thousandths as in [`crate::model::Metric::Percentile`].
    pub percentiles: Vec<(u16, Measured)>,
}

impl Times {
    /// A percentile, given in thousandths.
    pub fn percentile(&self, thousandths: u16) -> Option<Measured> {
        self.percentiles.iter().find(|(of, _)| *of == thousandths).map(|(_, measured)| *measured)
    }
}

/// What was measured of a flow.
#[derive(Clone, PartialEq, Debug)]
pub struct FlowTrial {
    /// The flow.
    pub flow: FlowId,
    /// The share of the time in which it fails.
    pub unavailability: Measured,
    /// Its times, or why there are none.
    pub times: Result<Times, Gap>,
}

/// What was measured of a design.
#[derive(Clone, PartialEq, Debug)]
pub struct Trial {
    /// By flow.
    pub flows: Vec<FlowTrial>,
}

impl Trial {
    /// Of a flow.
    pub fn flow(&self, id: FlowId) -> Option<&FlowTrial> {
        self.flows.get(id.index())
    }
}

/// What the trials rest on.
#[derive(Clone, Copy)]
struct Setting<'a> {
    model: &'a Model,
    placement: &'a Placement,
    load: &'a Load,
    assumed: &'a Assumed,
    case: &'a Case,
}

/// Tries a design in a case; `facts` are those of the same case: where replicas stand, and how much comes.
pub fn monte_carlo(
    model: &Model,
    config: &Config,
    facts: &Facts,
    case: &Case,
    seed: u64,
    budget: &Budget,
) -> Trial {
    let setting =
        Setting { model, placement: &facts.placement, load: &facts.load, assumed: &config.assumed, case };
    let mut times = times::measure(&setting, seed, budget.requests).into_iter();
    let of_flow = |(flow, it): (FlowId, &crate::model::Flow)| {
        let mut random = random::Random::new(seed, 2 + flow.index() as u64);
        let world = world::World::new(model, &facts.placement, case, it);
        let runs = runs::Runs::new(model, &facts.load, it, case.partition);
        FlowTrial {
            flow,
            unavailability: availability::measure(&world, &runs, budget.requests, &mut random),
            times: times.next().unwrap_or(Err(Gap::Unsettled)),
        }
    };
    Trial { flows: model.flows.enumerate().map(of_flow).collect() }
}
