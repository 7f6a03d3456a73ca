//! What waits in a broker: whether each consumer keeps up with its messages, and how long it takes to catch up after an outage of
//! its own. Knows no finding.
//!
//! A consumer has m workers for the messages of a broker: all its replicas, but of a stream no more than it has partitions. They
//! take m·μ messages a second, less what its other work leaves them no time for. After an outage of t the backlog is λ̄·t and
//! drains in λ̄·t / (m·μ − λ̄).

use rustc_hash::FxHashMap;

use super::assumptions::{Assumptions, DEFAULT, Subject};
use super::formulas::{backlog, drain_time};
use super::load::Load;
use super::placement::Placement;
use crate::config::Assumed;
use crate::model::{AttrId, ComponentId, ConnectionId, Kind, Model, Value};
use crate::syntax::ast::Operator;
use crate::units::format_time;

/// The messages of one broker for one consumer. Rates are messages a second, times are seconds.
#[derive(Clone, PartialEq, Debug)]
pub struct Backlog {
    /// By which connection they are handed on.
    pub connection: ConnectionId,
    /// Where they wait.
    pub broker: ComponentId,
    /// Who takes them.
    pub consumer: ComponentId,
    /// λ̄, what comes on average.
    pub rate_in: f64,
    /// What else the consumer has to do on average.
    pub other_work: f64,
    /// m, how many of its replicas take them at once.
    pub workers: u64,
    /// μ, what one of them can take.
    pub rate_of_one: f64,
    /// What they take together once it has done its other work.
    pub rate_out: f64,
    /// t, the outage of the consumer that is looked at: its `mttr`.
    pub outage: f64,
    /// Whether nobody gives that.
    pub outage_assumed: bool,
    /// The messages that wait when it is over.
    pub messages: f64,
    /// Until they are done; infinite where the consumer is no faster than what comes.
    pub drain: f64,
}

/// The backlogs of a design whose rates are known, by connection. A `job` has its own times and none.
pub(crate) fn backlogs(model: &Model, load: &Load, placement: &Placement, assumed: &Assumed) -> Vec<Backlog> {
    let feeds: Vec<Feed> = feeds(model).collect();
    if feeds.is_empty() {
        return Vec::new();
    }
    let mut view = View { model, load, placement, groups: FxHashMap::default() };
    for feed in &feeds {
        let (Some(replicas), Some(rate)) = (view.replicas(feed.consumer), view.rate(feed)) else { continue };
        let workers = view.workers(feed.broker, replicas);
        let group = view.groups.entry(feed.consumer).or_default();
        group.busy = group.busy.saturating_add(workers).min(replicas);
        group.fed += rate;
    }
    feeds.iter().filter_map(|feed| view.backlog(feed, assumed)).collect()
}

/// Tells the outages that are assumed.
pub(crate) fn record(model: &Model, backlogs: &[Backlog], assumptions: &mut Assumptions) {
    for it in backlogs {
        if model.components[it.consumer].attrs.beyond_default(AttrId::MTTR).is_none() {
            let subject = Subject::Component(it.consumer);
            assumptions.add(subject, AttrId::MTTR, format_time(it.outage), DEFAULT);
        }
    }
}

#[derive(Clone, Copy)]
struct Feed {
    connection: ConnectionId,
    broker: ComponentId,
    consumer: ComponentId,
}

fn feeds(model: &Model) -> impl Iterator<Item = Feed> {
    model.connections.enumerate().filter_map(|(connection, it)| {
        let (broker, consumer) = (it.caller()?, it.callee()?);
        let kind = model.components[consumer].kind;
        let is_feed = it.op == Operator::Message && model.components[broker].kind.is_broker();
        (is_feed && !kind.is_broker() && kind != Kind::Job).then_some(Feed { connection, broker, consumer })
    })
}

/// A consumer as all of its feeds see it.
#[derive(Clone, Copy, Default)]
struct Group {
    /// The replicas that they keep busy together.
    busy: u64,
    /// What they bring together.
    fed: f64,
}

struct View<'a> {
    model: &'a Model,
    load: &'a Load,
    placement: &'a Placement,
    groups: FxHashMap<ComponentId, Group>,
}

impl View<'_> {
    fn rate(&self, feed: &Feed) -> Option<f64> {
        self.load.connection(feed.connection)?.average
    }

    /// Replicas at the upper end of the range; of a case that has lost some, those that are left.
    fn replicas(&self, consumer: ComponentId) -> Option<u64> {
        let load = self.load.component(consumer)?;
        match (load.capacity, load.capacity_of_one) {
            (Some(all), Some(one)) if one > 0.0 => Some((all / one).round() as u64),
            _ => self.placement.of(consumer).map(|it| it.high.saturating_mul(it.shards)),
        }
    }

    /// m: of a stream each partition is read by one replica at a time.
    fn workers(&self, broker: ComponentId, replicas: u64) -> u64 {
        let broker = &self.model.components[broker];
        match broker.attrs.count(AttrId::PARTITIONS) {
            Some(partitions) if broker.kind == Kind::Stream => replicas.min(partitions),
            _ => replicas,
        }
    }

    fn backlog(&self, feed: &Feed, assumed: &Assumed) -> Option<Backlog> {
        let rate_in = self.rate(feed)?;
        let own = self.load.component(feed.consumer)?;
        let (all_in, rate_of_one) = (own.average?, own.capacity_of_one?);
        let replicas = self.replicas(feed.consumer)?;
        let workers = self.workers(feed.broker, replicas);
        let group = self.groups.get(&feed.consumer).copied().unwrap_or_default();
        // who is also called has all replicas at work, whatever the partitions
        let is_called = all_in > group.fed * (1.0 + 1e-9);
        let at_work = if is_called { replicas } else { group.busy.max(workers) };
        let other_work = if all_in > rate_in * (1.0 + 1e-9) { all_in - rate_in } else { 0.0 };
        let left = (at_work as f64 * rate_of_one - other_work).max(0.0);
        let rate_out = left.min(workers as f64 * rate_of_one);
        let attrs = &self.model.components[feed.consumer].attrs;
        let given = attrs.beyond_default(AttrId::MTTR);
        let outage = given.and_then(|_| attrs.seconds(AttrId::MTTR)).unwrap_or(assumed.mttr);
        let messages = backlog(rate_in, outage);
        Some(Backlog {
            connection: feed.connection,
            broker: feed.broker,
            consumer: feed.consumer,
            rate_in,
            other_work,
            workers,
            rate_of_one,
            rate_out,
            outage,
            outage_assumed: !given.is_some_and(Value::is_given),
            messages,
            drain: drain_time(messages, rate_in, rate_out),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::tests::{Design, design, near};

    fn of<'a>(design: &'a Design, consumer: &str) -> &'a Backlog {
        let id = design.component(consumer);
        design.facts.backlogs.iter().find(|it| it.consumer == id).unwrap()
    }

    #[test]
    fn an_hour_at_800_a_second_drains_in_four_at_1000() {
        let design = design(
            "client c { rate = 800/s  peak_factor = 1 }
service api
queue q
worker w { capacity = 1k/s }
c -> api
api ~> q ~> w",
        );
        let backlog = of(&design, "w");
        near(backlog.messages, 2.88e6, 1e-3);
        near(backlog.drain / 3600.0, 4.0, 1e-9);
        assert!(backlog.outage_assumed);
    }

    #[test]
    fn a_stream_keeps_as_many_busy_as_it_has_partitions() {
        let design = design(
            "client c { rate = 900/s  peak_factor = 1 }
service api
stream s { partitions = 2 }
worker w { capacity = 500/s  replicas = 8  mttr = 10min }
c -> api
api ~> s ~> w",
        );
        let backlog = of(&design, "w");
        assert_eq!(backlog.workers, 2);
        near(backlog.rate_out, 1000.0, 1e-9);
        near(backlog.messages, 540_000.0, 1e-6);
        near(backlog.drain, 5400.0, 1e-6);
        assert!(!backlog.outage_assumed);
    }

    #[test]
    fn what_else_a_consumer_does_slows_it_down() {
        let text = |capacity: &str| {
            format!(
                "client c {{ rate = 300/s  peak_factor = 1 }}
service api
queue q
queue r
worker w {{ capacity = {capacity} }}
c -> api
api ~> q ~> w
api ~> r ~> w"
            )
        };
        let fast = design(&text("700/s"));
        let backlog = of(&fast, "w");
        near(backlog.other_work, 300.0, 1e-9);
        near(backlog.rate_out, 400.0, 1e-9);
        near(backlog.drain, 300.0 * 3600.0 / 100.0, 1e-6);
        let slow = design(&text("600/s"));
        assert_eq!(of(&slow, "w").drain, f64::INFINITY);
    }

    #[test]
    fn two_streams_keep_more_busy_than_one() {
        let design = design(
            "client c { rate = 700/s  peak_factor = 1 }
service api
stream s { partitions = 1 }
stream t { partitions = 1 }
worker w { capacity = 800/s  replicas = 2 }
c -> api
api ~> s ~> w
api ~> t ~> w",
        );
        let backlog = of(&design, "w");
        near(backlog.rate_out, 800.0, 1e-9);
    }

    #[test]
    fn a_job_and_an_unknown_rate_have_none() {
        let design = design(
            "client c { rate = 700/s }
service api
queue q
job nightly { capacity = 1/s }
queue r
worker w
c -> api
api ~> q ~> nightly
api ~> r ~> w",
        );
        assert!(design.facts.backlogs.is_empty());
    }
}
