//! What a component adds to a request that reaches it: its own work, and its line. Knows no flow.

use super::leaf::{Leaf, Num};
use crate::analysis::assumptions::{Assumptions, DEFAULT, Subject};
use crate::analysis::case::Case;
use crate::analysis::formulas::{allen_cunneen, erlang_c, mean_wait};
use crate::analysis::load::Load;
use crate::analysis::placement::Placement;
use crate::config::Assumed;
use crate::model::attributes::words::Mode;
use crate::model::{AttrId, Attributes, ComponentId, Kind, Model, Origin};
use crate::units::format_time;

/// From this utilisation on the formula for the line is no estimate.
pub const BUSIEST: f64 = 0.95;

/// The line before a component at the peak. Allen–Cunneen on Erlang C: stationary, first come first served, ρ < [`BUSIEST`].
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Queue {
    /// The component.
    pub component: ComponentId,
    /// Its utilisation.
    pub utilization: f64,
    /// Requests that all of one line's servers work on at once.
    pub servers: u64,
    /// Chance that a request waits.
    pub chance: f64,
    /// The mean wait of all requests, in seconds.
    pub mean: f64,
}

/// The line that a request meets.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Line {
    /// None is known: no load, or no capacity.
    Unknown,
    /// One that settles.
    Settled(Queue),
    /// One that the formula does not hold for, at this utilisation.
    Saturated(f64),
}

/// Median and 99th percentile of a component's own work in seconds; `None` where it gives neither.
pub fn own_work(attrs: &Attributes, assumed: &Assumed) -> Option<(f64, f64)> {
    match (attrs.seconds(AttrId::LATENCY), attrs.seconds(AttrId::P99)) {
        (Some(median), Some(p99)) => Some((median, p99.max(median))),
        (Some(median), None) => Some((median, median * assumed.tail_factor)),
        (None, Some(p99)) => Some((p99 / assumed.tail_factor, p99)),
        (None, None) => None,
    }
}

/// A component's own work in a case; people and clients do none that counts.
pub(super) fn work(model: &Model, assumed: &Assumed, case: &Case, id: ComponentId) -> Option<Leaf> {
    let component = &model.components[id];
    if matches!(component.kind, Kind::Person | Kind::Client) {
        return Some(Leaf::Fixed(Num(0.0)));
    }
    let (median, p99) = own_work(&component.attrs, assumed)?;
    let slowness = case.slow.iter().find(|(slow, _)| *slow == id).map_or(1.0, |(_, factor)| *factor);
    Some(Leaf::work(median * slowness, p99 * slowness))
}

/// Tells on which defaults a component's own work rests.
pub(super) fn record(model: &Model, assumed: &Assumed, id: ComponentId, assumptions: &mut Assumptions) {
    let attrs = &model.components[id].attrs;
    for attribute in [AttrId::LATENCY, AttrId::P99] {
        if let Some(Origin::Catalogue(source)) = attrs.get(attribute).map(|value| &value.origin) {
            let value = attrs.seconds(attribute).map(format_time).unwrap_or_default();
            assumptions.add(Subject::Component(id), attribute, value, source);
        }
    }
    let Some((median, p99)) = own_work(attrs, assumed) else { return };
    if !attrs.has(AttrId::P99) {
        assumptions.add(Subject::Component(id), AttrId::P99, format_time(p99), DEFAULT);
    } else if !attrs.has(AttrId::LATENCY) {
        assumptions.add(Subject::Component(id), AttrId::LATENCY, format_time(median), DEFAULT);
    }
}

/// The line before a component. Each shard, and each node of which only one takes a write, has its own.
pub(super) fn line(model: &Model, placement: &Placement, load: &Load, id: ComponentId, work: &Leaf) -> Line {
    let component = &model.components[id];
    let (Some(deployment), Some(load)) = (placement.of(id), load.component(id)) else { return Line::Unknown };
    let (Some(used), Some(all), Some(of_one)) =
        (load.deciding_utilization(), load.capacity, load.capacity_of_one)
    else {
        return Line::Unknown;
    };
    if used >= BUSIEST {
        return Line::Saturated(used);
    }
    if used <= 0.0 || of_one <= 0.0 {
        return Line::Unknown;
    }
    let mode = component.attrs.word(AttrId::MODE);
    let nodes = match mode {
        Some(Mode::PrimaryReplica | Mode::ActivePassive) => 1.0,
        _ => (all / of_one / deployment.shards as f64).round().max(1.0),
    };
    let at_once = component.attrs.count(AttrId::CONCURRENCY).unwrap_or(1).max(1);
    let servers = (nodes as u64).saturating_mul(at_once);
    let (offered, service) = (used * servers as f64, at_once as f64 / of_one);
    let sigma = match work {
        Leaf::Work { sigma, .. } => sigma.0,
        _ => 0.0,
    };
    let variation = (sigma * sigma).exp_m1();
    let mean = mean_wait(servers, offered, service) * allen_cunneen(1.0, variation);
    let chance = erlang_c(servers, offered);
    Line::Settled(Queue { component: id, utilization: used, servers, chance, mean })
}

impl Queue {
    /// Of those that wait, exponential; `None` where nobody does.
    pub(super) fn leaf(&self) -> Option<Leaf> {
        let counts = self.chance > 1e-12 && self.mean > 0.0 && self.mean.is_finite();
        counts.then_some(Leaf::Wait { chance: Num(self.chance), mean: Num(self.mean / self.chance) })
    }
}
