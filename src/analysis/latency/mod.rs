//! How long a run of each flow takes: percentiles by numerical convolution, what is certain of them, and where the time goes. Times
//! are in seconds. Knows no finding.
//!
//! `compile` turns the visits and calls of a flow into an expression ([`plan`]), whose leaves are own work, lines and trips.
//! Percentiles are found when they are asked for, once for each expression.

mod bounds;
mod budget;
mod compile;
mod fourier;
mod grid;
mod leaf;
mod normal;
mod plan;
mod race;
mod solve;
#[cfg(test)]
mod tests;
mod trips;
mod work;

use std::sync::{Arc, OnceLock};

use crate::model::{ComponentId, FlowId, VisitId};

pub use budget::{Hop, budget};
pub(crate) use compile::{Setting, compute, record};
pub use trips::Trip;
pub use work::{BUSIEST, Queue, own_work};

use plan::{Ix, Plan};

/// The shares that are found together, in thousandths, descending. The p999 lies so far above that it has a grid of its own.
const SHARES: [u16; 4] = [990, 950, 900, 500];
/// The other share that an objective may name.
const FAR: u16 = 999;

/// Why there is no estimate.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Gap {
    /// A component gives neither `latency` nor `p99`.
    Figures(ComponentId),
    /// The line before a component does not settle, or so near to that that no formula holds: its utilisation.
    Saturated(ComponentId, f64),
    /// Calls lead back to a component that still waits for them.
    Circle(ComponentId),
    /// A component that is needed is down, or out of reach.
    Down(ComponentId),
    /// Nobody waits for anything.
    NotAwaited,
}

/// What is certain of a percentile. `None`: nothing is.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Bounds {
    /// It is no less.
    pub lower: Option<f64>,
    /// It is no more. Waiting in line is an estimate here too.
    pub upper: Option<f64>,
}

/// Percentiles of an expression, by [`SHARES`].
type Percentiles = [f64; SHARES.len()];

/// The latency of a design.
#[derive(Clone, Debug, Default)]
pub struct Latency {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    plan: Plan,
    /// By [`FlowId`].
    flows: Vec<FlowTimes>,
    /// By expression, once they are asked for.
    solved: Vec<Solved>,
}

/// The percentiles of an expression.
#[derive(Debug, Default)]
struct Solved {
    usual: OnceLock<Option<Percentiles>>,
    far: OnceLock<Option<f64>>,
}

/// What is known of a flow.
#[derive(Clone, PartialEq, Debug)]
struct FlowTimes {
    root: Ix,
    /// By [`VisitId`].
    visits: Vec<VisitTimes>,
    /// By [`crate::model::CallId`].
    calls: Vec<CallTimes>,
    gaps: Vec<Gap>,
}

/// What is known of a visit.
#[derive(Clone, Copy, PartialEq, Debug)]
struct VisitTimes {
    /// From the request until the answer; trips to it apart.
    response: Ix,
    /// Own work; `None` where it is not known.
    own: Option<leaf::Leaf>,
    line: Option<Queue>,
    /// Whether all that it waits for is known.
    complete: bool,
    /// Whether the flow's starter waits for it, in some runs at least.
    awaited: bool,
}

/// What is known of a call.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct CallTimes {
    /// Chance that a run of the caller makes it and waits for it.
    chance: f64,
    trip: Trip,
}

impl Latency {
    fn new(plan: Plan, flows: Vec<FlowTimes>) -> Self {
        let solved = (0..plan.len()).map(|_| Solved::default()).collect();
        Self { shared: Arc::new(Shared { plan, flows, solved }) }
    }

    /// Of a flow.
    pub fn flow(&self, id: FlowId) -> Option<FlowLatency<'_>> {
        let times = self.shared.flows.get(id.index())?;
        Some(FlowLatency { shared: &self.shared, times })
    }

    /// Whether both say the same of every flow.
    pub(crate) fn equals(&self, other: &Self) -> bool {
        self.shared.flows == other.shared.flows && self.shared.plan == other.shared.plan
    }
}

/// The latency of a flow.
#[derive(Clone, Copy, Debug)]
pub struct FlowLatency<'a> {
    shared: &'a Shared,
    times: &'a FlowTimes,
}

impl<'a> FlowLatency<'a> {
    /// The estimate of a percentile, given in thousandths as in [`crate::model::Metric::Percentile`]; `None` where there is none.
    pub fn percentile(&self, thousandths: u16) -> Option<f64> {
        self.times.gaps.is_empty().then(|| self.shared.percentile(self.times.root, thousandths))?
    }

    /// What is certain of a percentile.
    pub fn bounds(&self, thousandths: u16) -> Bounds {
        self.shared.bounds(self.times.root, thousandths, self.times.gaps.is_empty())
    }

    /// Why there is no estimate; empty where there is one.
    pub fn gaps(&self) -> &'a [Gap] {
        &self.times.gaps
    }

    /// The lines in which a run waits, each once, by component.
    pub fn queues(&self) -> Vec<Queue> {
        let visits = self.times.visits.iter().filter(|visit| visit.awaited);
        let mut queues: Vec<Queue> = visits.filter_map(|visit| visit.line).collect();
        queues.sort_by_key(|queue| queue.component);
        queues.dedup_by_key(|queue| queue.component);
        queues
    }

    /// From a request to a visit's component until its answer, trips to it apart.
    pub fn response(&self, visit: VisitId) -> Option<Response<'a>> {
        self.times.visits.get(visit.index()).map(|visit| Response { shared: self.shared, visit })
    }

    /// The trip of a call.
    pub fn trip(&self, call: crate::model::CallId) -> Option<Trip> {
        self.times.calls.get(call.index()).map(|call| call.trip)
    }
}

/// The response time of a visit: its own work and all that it waits for.
#[derive(Clone, Copy, Debug)]
pub struct Response<'a> {
    shared: &'a Shared,
    visit: &'a VisitTimes,
}

impl Response<'_> {
    /// The estimate of a percentile, given in thousandths.
    pub fn percentile(&self, thousandths: u16) -> Option<f64> {
        self.visit.complete.then(|| self.shared.percentile(self.visit.response, thousandths))?
    }

    /// What is certain of a percentile.
    pub fn bounds(&self, thousandths: u16) -> Bounds {
        self.shared.bounds(self.visit.response, thousandths, self.visit.complete)
    }

    /// Whether the estimate of a percentile is within a limit, by a rough look at the limit alone; no where there is none.
    pub fn is_within(&self, thousandths: u16, limit: f64) -> bool {
        if !self.visit.complete {
            return false;
        }
        let bounds = self.bounds(thousandths);
        match (bounds.lower, bounds.upper) {
            (_, Some(upper)) if upper <= limit => true,
            (Some(lower), _) if lower > limit => false,
            _ => solve::is_within(
                &self.shared.plan,
                self.visit.response,
                f64::from(thousandths) / 1000.0,
                limit,
            ),
        }
    }
}

impl Shared {
    /// The grid is a thousandth of a per cent coarse; what is certain is not, so the estimate never leaves it.
    fn percentile(&self, root: Ix, thousandths: u16) -> Option<f64> {
        let found = self.on_grid(root, thousandths)?;
        let (lower, upper) = bounds::bounds(&self.plan, root, 1.0 - f64::from(thousandths) / 1000.0);
        Some(found.min(upper).max(lower.min(upper)))
    }

    fn on_grid(&self, root: Ix, thousandths: u16) -> Option<f64> {
        let solved = self.solved.get(root.index())?;
        let solve = |shares: &[u16]| {
            let shares: Vec<f64> = shares.iter().map(|share| f64::from(*share) / 1000.0).collect();
            solve::percentiles(&self.plan, root, &shares, fourier::Fourier::fine())
        };
        if thousandths == FAR {
            return *solved.far.get_or_init(|| solve(&[FAR])?.first().copied());
        }
        let at = SHARES.iter().position(|share| *share == thousandths)?;
        let found = solved.usual.get_or_init(|| <Percentiles>::try_from(solve(&SHARES)?).ok());
        found.as_ref().and_then(|found| found.get(at).copied())
    }

    fn bounds(&self, root: Ix, thousandths: u16, complete: bool) -> Bounds {
        let (lower, upper) = bounds::bounds(&self.plan, root, 1.0 - f64::from(thousandths) / 1000.0);
        Bounds {
            lower: (complete || lower > 0.0).then_some(lower),
            upper: (complete && upper.is_finite()).then_some(upper),
        }
    }
}
