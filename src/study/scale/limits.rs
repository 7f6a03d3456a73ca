//! What of a design is limited, and how near its load is to that: the conditions of CP001, CP003, CP006, CP009, CP010 and DA001 as
//! ratios; and that a stream keeps no more consumers at work than it has partitions (MQ005).

use super::{Limit, Resource};
use crate::analysis::Facts;
use crate::analysis::backlog::Backlog;
use crate::config::Config;
use crate::model::attributes::words::Mode;
use crate::model::{AttrId, AttrValue, Component, ComponentId, Model};
use crate::syntax::ast::Operator;
use crate::units::{DAY, format_count, format_rate, format_time, round_significant};

/// Days from empty within which no store may be full, as in CP010.
const HORIZON_DAYS: f64 = 90.0;

/// All limits, those farthest beyond first; of equals the first declared.
pub(super) fn limits(model: &Model, facts: &Facts, config: &Config, users: u64) -> Vec<Limit> {
    let mut found = Vec::new();
    for (id, component) in model.components.enumerate() {
        if facts.placement.of(id).is_none() {
            continue;
        }
        let all = [
            busy(model, facts, config, id),
            single_writer(component, facts, config, id),
            connections(component, facts, id),
            room(facts, config, id),
            quota(component, facts, id),
            partitions(model, facts, config, id),
        ];
        for (resource, ratio, arithmetic) in all.into_iter().flatten() {
            let subject = model.path(id).to_owned();
            // pools do not grow with the users
            let grows = resource != Resource::Connections;
            let breaks_at_users = grows.then(|| (users as f64 / ratio).floor() as u64);
            if ratio > 0.0 && ratio.is_finite() {
                found.push(Limit { subject, resource, ratio, arithmetic, breaks_at_users });
            }
        }
    }
    found.sort_by(|a, b| b.ratio.total_cmp(&a.ratio));
    found
}

/// The components with load of which nothing tells how much they can take.
pub(super) fn open(model: &Model, facts: &Facts) -> Vec<String> {
    let is_open = |id: &ComponentId| {
        let load = facts.load.component(*id);
        let loaded = load
            .is_some_and(|load| load.peak.is_none_or(|rate| rate > 0.0) && load.capacity_of_one.is_none());
        let managed = facts.placement.of(*id).is_none_or(|it| it.managed);
        loaded && !managed && !model.components[*id].kind.is_actor()
    };
    model.components.ids().filter(is_open).map(|id| model.path(id).to_owned()).collect()
}

type Found = Option<(Resource, f64, String)>;

/// Whether all that a component gets comes out of brokers, which level its peak: then the average counts.
fn is_levelled(model: &Model, id: ComponentId) -> bool {
    let mut callers = model
        .connections
        .iter()
        .filter(|it| it.callee() == Some(id) && matches!(it.op, Operator::Call | Operator::Message))
        .filter_map(|it| it.caller())
        .peekable();
    callers.peek().is_some() && callers.all(|caller| model.components[caller].kind.is_broker())
}

fn busy(model: &Model, facts: &Facts, config: &Config, id: ComponentId) -> Found {
    let load = facts.load.component(id)?;
    let full = config.assumed.target_utilization;
    if is_levelled(model, id) {
        let (used, rate, capacity) = (load.average_utilization?, load.average?, load.capacity?);
        let arithmetic = format!(
            "on average ρ = {} {} {full}, {} on n·μ = {}; its broker levels the peak",
            round_significant(used, 3),
            relation(used / full),
            format_rate(rate),
            format_rate(capacity)
        );
        return Some((Resource::Utilization, used / full, arithmetic));
    }
    let (resource, used) = match (load.hottest_shard_utilization, load.utilization) {
        (Some(hottest), _) => (Resource::HottestShard, hottest),
        (None, Some(used)) => (Resource::Utilization, used),
        (None, None) => return None,
    };
    let (rate, capacity) = (load.peak?, load.capacity?);
    let arithmetic = format!(
        "ρ = {} {} {full}, {} on n·μ = {}",
        round_significant(used, 3),
        relation(used / full),
        format_rate(rate),
        format_rate(capacity)
    );
    Some((resource, used / full, arithmetic))
}

fn relation(ratio: f64) -> &'static str {
    if ratio > 1.0 + 1e-9 { ">" } else { "≤" }
}

/// Whether all writes of a store go to one node, as CP003 has it.
pub(super) fn has_one_writer(component: &Component) -> bool {
    let mode = component.attrs.word(AttrId::MODE);
    component.kind.is_store()
        && component.attrs.count(AttrId::SHARDS).unwrap_or(1) < 2
        && matches!(mode, None | Some(Mode::PrimaryReplica | Mode::ActivePassive))
}

fn single_writer(component: &Component, facts: &Facts, config: &Config, id: ComponentId) -> Found {
    if !has_one_writer(component) {
        return None;
    }
    let load = facts.load.component(id)?;
    let (writes, each) = (load.writes?, load.capacity_of_one?);
    let full = config.assumed.target_utilization;
    let ratio = writes / (full * each);
    let arithmetic =
        format!("λ_w = {} {} {full}·μ = {full}·{}", format_rate(writes), relation(ratio), format_rate(each));
    Some((Resource::SingleWriter, ratio, arithmetic))
}

fn connections(component: &Component, facts: &Facts, id: ComponentId) -> Found {
    let limit = component.attrs.count(AttrId::MAX_CONNECTIONS).filter(|limit| *limit > 0)? as f64;
    let used = facts.load.component(id)?.connections_used?;
    let ratio = used / limit;
    let arithmetic = format!("Σ n·pool = {} {} {}", format_count(used), relation(ratio), format_count(limit));
    Some((Resource::Connections, ratio, arithmetic))
}

fn room(facts: &Facts, config: &Config, id: ComponentId) -> Found {
    let full = facts.storage.store(id)?.exhausted_after?;
    let days = config.threshold("CP010", "days").unwrap_or(HORIZON_DAYS);
    let ratio = days * DAY / full;
    let relation = if ratio > 1.0 + 1e-9 { "<" } else { "≥" };
    let arithmetic = format!("full after {} {relation} {} d", format_time(full), format_count(days));
    Some((Resource::Storage, ratio, arithmetic))
}

/// The parts of which each has its own quota.
pub(super) fn parts(component: &Component) -> u64 {
    let counts = [AttrId::SHARDS, AttrId::PARTITIONS].into_iter().filter_map(|id| component.attrs.count(id));
    counts.fold(1, u64::max)
}

fn quota(component: &Component, facts: &Facts, id: ComponentId) -> Found {
    let rate = facts.load.component(id)?.peak?;
    let parts = parts(component) as f64;
    let (need, limit, told) = match component.attrs.get(AttrId::QUOTA)?.value {
        AttrValue::Rate(quota) => (rate, quota.0 * parts, format_rate(quota.0 * parts)),
        AttrValue::Count(quota) => {
            let limit = quota as f64 * parts;
            (rate * component.attrs.seconds(AttrId::LATENCY)?, limit, format_count(limit))
        }
        _ => return None,
    };
    let ratio = if limit > 0.0 { need / limit } else { return None };
    let need = match component.attrs.get(AttrId::QUOTA)?.value {
        AttrValue::Rate(_) => format_rate(need),
        _ => format_count(need),
    };
    Some((Resource::Quota, ratio, format!("{need} {} quota {told}", relation(ratio))))
}

/// A stream whose partitions leave replicas of a consumer idle: the others have to keep up with it. The consumer that is nearest
/// to its limit counts.
fn partitions(model: &Model, facts: &Facts, config: &Config, id: ComponentId) -> Found {
    let full = config.assumed.target_utilization;
    fn of<'b>(facts: &Facts, full: f64, it: &'b Backlog) -> Option<(f64, f64, &'b Backlog)> {
        let n = facts.load.component(it.consumer)?.capacity? / it.rate_of_one;
        let out = it.workers as f64 * it.rate_of_one;
        let has_idle = n > it.workers as f64 + 0.5 && out > 0.0;
        has_idle.then(|| (it.rate_in / (full * out), n.round(), it))
    }
    let idle = facts.backlogs.iter().filter(|it| it.broker == id).filter_map(|it| of(facts, full, it));
    let (ratio, n, it) = idle.max_by(|a, b| a.0.total_cmp(&b.0))?;
    let arithmetic = format!(
        "{} of {} replicas of `{}` are at work: on average {} {} {full}·m·μ = {full}·{}",
        format_count(it.workers as f64),
        format_count(n),
        model.path(it.consumer),
        format_rate(it.rate_in),
        relation(ratio),
        format_rate(it.workers as f64 * it.rate_of_one)
    );
    Some((Resource::Partitions, ratio, arithmetic))
}
