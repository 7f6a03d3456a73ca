//! What components can take, and how near to it their load is.

use super::ComponentLoad;
use crate::analysis::availability::DomainIx;
use crate::analysis::case::{Case, Element};
use crate::analysis::placement::numbers::Gone;
use crate::analysis::placement::{Deployment, Place, Placement};
use crate::analysis::zipf;
use crate::model::attributes::words::Mode;
use crate::model::{AttrId, Component, ComponentId, Model, Value};

/// Requests a second that one replica can take, and whether that is or rests on a default.
pub(super) fn of_one(component: &Component, slowness: f64) -> Option<(f64, bool)> {
    let attrs = &component.attrs;
    let given = |id: AttrId| attrs.get(id).is_some_and(Value::is_given);
    if let Some(capacity) = attrs.per_second(AttrId::CAPACITY) {
        return Some((capacity, !given(AttrId::CAPACITY)));
    }
    // Little's law: so many at once, each for so long
    let concurrency = attrs.count(AttrId::CONCURRENCY)? as f64;
    let latency = attrs.seconds(AttrId::LATENCY).filter(|latency| *latency > 0.0)? * slowness;
    Some((concurrency / latency, !(given(AttrId::CONCURRENCY) && given(AttrId::LATENCY))))
}

/// What has hit the replicas of one component.
#[derive(Clone, Debug, Default)]
pub(super) struct Loss {
    /// All of them.
    pub(super) whole: bool,
    /// What stands in these domains.
    pub(super) domains: Vec<DomainIx>,
    /// Single ones.
    pub(super) gone: Gone,
}

impl Loss {
    /// Replicas of one shard that are left, at the upper end of the range.
    pub(super) fn left(&self, placement: &Placement, deployment: &Deployment) -> u64 {
        let is_in = |start: &DomainIx| {
            !self.domains.is_empty() && placement.with_parents(*start).any(|ix| self.domains.contains(&ix))
        };
        if self.whole || deployment.fails_with_domains.iter().any(is_in) {
            return 0;
        }
        let stands = |place: &Place| !place.domains.iter().any(is_in);
        if deployment.managed && !deployment.replicas_given || deployment.places.is_empty() {
            // its provider goes on in whatever place is left
            let somewhere = deployment.places.is_empty() || deployment.places.iter().any(stands);
            let lost = self.gone.first.saturating_add(self.gone.numbers.len() as u64);
            return if somewhere { deployment.high.saturating_sub(lost) } else { 0 };
        }
        let counts: Vec<u64> = deployment.places.iter().map(|place| place.high).collect();
        let places = deployment.places.iter().zip(self.gone.by_place(&counts));
        let left =
            places.filter(|(place, _)| stands(place)).map(|(place, gone)| place.high.saturating_sub(gone));
        left.fold(0, u64::saturating_add)
    }
}

/// Replicas of one shard that are left in a case, at the upper end of the range.
pub(super) fn replicas_left(
    model: &Model,
    placement: &Placement,
    case: &Case,
    id: ComponentId,
    deployment: &Deployment,
) -> u64 {
    if case.failed.is_empty() {
        return deployment.high;
    }
    let mut loss = Loss::default();
    for element in &case.failed {
        match *element {
            Element::Component(failed) => loss.whole |= failed == id,
            Element::Replicas(failed, count) if failed == id => loss.gone.add_first(count),
            Element::Replica(failed, number) if failed == id => loss.gone.add(number),
            Element::Replicas(..) | Element::Replica(..) => {}
            Element::Group(group) => {
                loss.domains.extend(placement.of_group(group));
                let parent = model.components[id].header.parent;
                loss.whole |=
                    !placement.holds(group) && model.ancestors(parent).any(|around| around == group);
            }
        }
    }
    loss.left(placement, deployment)
}

/// The rates that a component's utilisation is made of, at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demand {
    pub(super) all: f64,
    pub(super) writes: f64,
}

/// Load over capacity for `replicas` replicas a shard: of the mean shard, and of the hottest where keys are skewed.
pub(super) fn utilization(
    component: &Component,
    deployment: &Deployment,
    replicas: u64,
    capacity_of_one: f64,
    demand: Demand,
) -> (Option<f64>, Option<f64>) {
    if capacity_of_one <= 0.0 || replicas == 0 {
        let stuck = if demand.all > 0.0 { Some(f64::INFINITY) } else { Some(0.0) };
        return (stuck, None);
    }
    let n = replicas as f64;
    let reads = (demand.all - demand.writes).max(0.0);
    let attrs = &component.attrs;
    let busiest = if attrs.word(AttrId::MODE) == Some(Mode::PrimaryReplica) {
        // every node applies every write; reads are spread
        demand.writes + reads / n
    } else if component.kind.is_store() {
        let copies = attrs.count(AttrId::REPLICATION_FACTOR).unwrap_or(1).max(1) as f64;
        (reads + demand.writes * copies) / n
    } else {
        demand.all / n
    };
    let whole = busiest / capacity_of_one;
    let hottest = hottest_share(component, deployment.shards).map(|share| whole * share);
    (Some(whole / deployment.shards as f64), hottest)
}

/// The share of the load that the hottest shard takes, where the file says how keys are skewed.
pub(super) fn hottest_share(component: &Component, shards: u64) -> Option<f64> {
    let attrs = &component.attrs;
    if shards < 2 {
        return None;
    }
    attrs.share(AttrId::SKEW).or_else(|| {
        let exponent = attrs.number(AttrId::ZIPF)?;
        Some(zipf::hottest_shard(attrs.count(AttrId::KEY_COUNT)?, exponent, shards))
    })
}

/// Fills in what a component can take, and how near to it its load is.
pub(super) fn fill(
    model: &Model,
    placement: &Placement,
    case: &Case,
    id: ComponentId,
    load: &mut ComponentLoad,
    worst_writes: Option<f64>,
) {
    let component = &model.components[id];
    let Some(deployment) = placement.of(id) else { return };
    let slowness = case.slow.iter().find(|(slow, _)| *slow == id).map_or(1.0, |(_, factor)| *factor);
    let Some((of_one, assumed)) = of_one(component, slowness) else { return };
    let replicas = replicas_left(model, placement, case, id, deployment);
    let all = replicas as f64 * deployment.shards as f64;
    load.capacity_of_one = Some(of_one);
    load.capacity = Some(all * of_one);
    load.capacity_assumed = assumed;
    let used = |rate: Option<f64>, writes: Option<f64>, replicas: u64| {
        let demand = Demand { all: rate?, writes: writes.unwrap_or(0.0) };
        Some(utilization(component, deployment, replicas, of_one, demand))
    };
    if let Some((mean, hottest)) = used(load.peak, load.writes, replicas) {
        (load.utilization, load.hottest_shard_utilization) = (mean, hottest);
    }
    load.average_utilization =
        used(load.average, load.average_writes, replicas).and_then(|(mean, hottest)| hottest.or(mean));
    let lost = deployment.spread().iter().map(|(_, count)| *count).max().unwrap_or(0);
    load.worst_utilization = used(load.worst, worst_writes, replicas.saturating_sub(lost))
        .and_then(|(mean, hottest)| hottest.or(mean));
}
