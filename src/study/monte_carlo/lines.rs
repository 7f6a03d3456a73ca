//! The servers of each component, and who waits for them: first come, first served. Seconds.
//!
//! A component whose capacity is known holds a server for its service time, 1/μ on average and spread as its own work is; the answer
//! leaves after the own work. With `shards` each shard has servers of its own, with `primary_replica` each node.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Setting;
use super::random::Random;
use crate::analysis::zipf::hottest_shard;
use crate::model::attributes::words::Mode;
use crate::model::{AttrId, Component, ComponentId, Kind};

/// The normal quantile of 0.99.
const Z99: f64 = 2.326_347_874_040_840_8;
/// With more servers than that in a line nobody waits.
const MANY: u64 = 4096;

/// A moment, which has an order.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Moment(pub(super) f64);

impl Eq for Moment {}
impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Moment {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// How requests are spread over the lines of a component.
#[derive(Clone, Copy, Debug)]
enum Spread {
    /// One line for all.
    One,
    /// The first gets this share, the others the rest in equal parts.
    First(f64),
    /// Writes go to the first and are repeated on all others; reads go anywhere.
    Primary,
}

/// A component at work.
struct Pool {
    /// Of each line: when each of its servers is free.
    lines: Vec<BinaryHeap<Reverse<Moment>>>,
    /// Mean service time.
    hold: f64,
    spread: Spread,
    /// Servers that a write holds.
    copies: u64,
}

/// Own work.
#[derive(Clone, Copy, Debug)]
struct Work {
    median: f64,
    sigma: f64,
}

/// All components at work.
pub(super) struct Lines {
    pools: Vec<Option<Pool>>,
    work: Vec<Option<Work>>,
}

/// When a request is begun and when its answer leaves.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Served {
    pub(super) begun: f64,
    pub(super) done: f64,
}

/// How a request stands in line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Manner {
    /// It takes a server; one that only looks how long it would wait does not.
    pub(super) takes: bool,
    /// It waits.
    pub(super) waits: bool,
    pub(super) writes: bool,
}

impl Lines {
    pub(super) fn new(setting: &Setting<'_>) -> Self {
        let ids = || setting.model.components.ids();
        Self {
            pools: ids().map(|id| pool(setting, id)).collect(),
            work: ids().map(|id| work(setting, id)).collect(),
        }
    }

    /// Serves a request that comes now.
    pub(super) fn serve(&mut self, id: ComponentId, now: f64, manner: Manner, random: &mut Random) -> Served {
        let work = self.work.get(id.index()).copied().flatten();
        let sigma = work.map_or(0.0, |work| work.sigma);
        let luck = if sigma > 0.0 { (sigma * random.normal()).exp() } else { 1.0 };
        let own = work.map_or(0.0, |work| work.median * luck);
        let begun = match self.pools.get_mut(id.index()).and_then(Option::as_mut) {
            Some(pool) if manner.waits => {
                let hold = pool.hold * luck * (-0.5 * sigma * sigma).exp();
                pool.join(now, hold, manner, random)
            }
            _ => now,
        };
        Served { begun, done: begun + own }
    }
}

impl Pool {
    fn join(&mut self, now: f64, hold: f64, manner: Manner, random: &mut Random) -> f64 {
        let count = self.lines.len();
        let other = |random: &mut Random, first: usize| {
            let rest = count.saturating_sub(first).max(1);
            first + ((random.uniform() * rest as f64) as usize).min(rest - 1)
        };
        let line = match self.spread {
            Spread::One => 0,
            Spread::First(share) if count > 1 && !random.happens(share) => other(random, 1),
            Spread::First(_) => 0,
            Spread::Primary if manner.writes => 0,
            Spread::Primary => other(random, 0),
        };
        let begun = self.take(line, now, hold, manner.takes);
        if manner.takes && manner.writes {
            match self.spread {
                Spread::Primary => {
                    for copy in 1..count {
                        self.take(copy, now, hold, true);
                    }
                }
                _ => {
                    for _ in 1..self.copies {
                        self.take(line, now, hold, true);
                    }
                }
            }
        }
        begun
    }

    /// The first free server of a line, from when it is free.
    fn take(&mut self, line: usize, now: f64, hold: f64, takes: bool) -> f64 {
        let Some(line) = self.lines.get_mut(line) else { return now };
        let Some(mut first) = line.peek_mut() else { return now };
        let begun = first.0.0.max(now);
        if takes {
            *first = Reverse(Moment(begun + hold));
        }
        begun
    }
}

/// A component's own work; people and clients do none.
fn work(setting: &Setting<'_>, id: ComponentId) -> Option<Work> {
    let component = &setting.model.components[id];
    if matches!(component.kind, Kind::Person | Kind::Client) {
        return None;
    }
    let tail = setting.assumed.tail_factor;
    let (median, p99) = match (component.attrs.seconds(AttrId::LATENCY), component.attrs.seconds(AttrId::P99))
    {
        (Some(median), p99) => (median, p99.unwrap_or(median * tail)),
        (None, Some(p99)) => (p99 / tail, p99),
        (None, None) => return None,
    };
    let slow = setting.case.slow.iter().find(|(slow, _)| *slow == id).map_or(1.0, |(_, factor)| *factor);
    let sigma = if median > 0.0 { (p99.max(median) / median).ln() / Z99 } else { 0.0 };
    Some(Work { median: median * slow, sigma })
}

fn pool(setting: &Setting<'_>, id: ComponentId) -> Option<Pool> {
    let component = &setting.model.components[id];
    let deployment = setting.placement.of(id)?;
    let load = setting.load.component(id)?;
    let (all, of_one) = (load.capacity?, load.capacity_of_one.filter(|one| *one > 0.0)?);
    load.peak.filter(|peak| *peak > 0.0)?;
    let nodes = (all / of_one / deployment.shards as f64).round().max(1.0) as u64;
    let at_once = component.attrs.count(AttrId::CONCURRENCY).unwrap_or(1).max(1);
    let (lines, nodes, spread) = shape(component, deployment.shards, nodes);
    let servers = nodes.saturating_mul(at_once);
    if servers.saturating_mul(lines) > MANY * 16 || servers > MANY {
        return None;
    }
    let line = || (0..servers).map(|_| Reverse(Moment(0.0))).collect();
    let copies = component.attrs.count(AttrId::REPLICATION_FACTOR).filter(|_| component.kind.is_store());
    Some(Pool {
        lines: (0..lines).map(|_| line()).collect(),
        hold: at_once as f64 / of_one,
        spread,
        copies: copies.unwrap_or(1).clamp(1, MANY),
    })
}

/// How many lines there are, of how many nodes, and how requests find theirs.
fn shape(component: &Component, shards: u64, nodes: u64) -> (u64, u64, Spread) {
    let attrs = &component.attrs;
    if shards > 1 {
        let by_key =
            || Some(hottest_shard(attrs.count(AttrId::KEY_COUNT)?, attrs.number(AttrId::ZIPF)?, shards));
        let share = attrs.share(AttrId::SKEW).or_else(by_key).unwrap_or(1.0 / shards as f64);
        return (shards, nodes, Spread::First(share));
    }
    if attrs.word(AttrId::MODE) == Some(Mode::PrimaryReplica) && nodes > 1 {
        return (nodes, 1, Spread::Primary);
    }
    (1, nodes, Spread::One)
}
