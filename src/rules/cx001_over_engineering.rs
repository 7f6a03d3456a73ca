//! Far more than the load asks for.
//!
//! ## What it finds
//!
//! A warning on a component with more replicas than max(k + 1, 3, zones) and λ/(n·μ) below 5% at the peak. A note on `shards`, two
//! regions or more, or a stream, though ten times the load would fit one node: 10·λ ≤ 0.7·μ.
//!
//! ## Why it matters
//!
//! Every replica, shard and region is paid for each month, and each is one more thing that breaks, is upgraded and is understood.
//!
//! ## How to mend it
//!
//! Run fewer, or let a range scale; take the simpler thing until the load is in sight.
//!
//! ## When it stays silent
//!
//! Where a `decision` chose its technology; ranges whose lower end is small; up to five voters, which outlive each other; what holds
//! `persistent` connections, as memory sets its replicas; a store that its data fills to half. λ counts what comes while caches are
//! empty and every retry is used, and at the largest `scenario`. The note also where a flow promises 99.99% or more, or
//! the data has a `residency`. Without load, capacity or `replicas` it is not assessed.
//!
//! ## Source
//!
//! Azure Well-Architected, RE:01.
//!
//! ## Examples
//!
//! ```arch,fail
//! client reader { rate = 50/s }
//! service blog { replicas = 12  capacity = 500/s  cost = $60/month }
//! reader -> blog
//! ```
//!
//! ```arch,pass
//! client reader { rate = 50/s }
//! service blog { replicas = 3  capacity = 500/s  cost = $60/month }
//! reader -> blog
//! ```

use super::av007_fragile_quorum::votes;
use super::cp002_near_first_break::factor;
use super::demand::{load_and_capacity, resting_on_load};
use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold, edits};
use crate::analysis::placement::Deployment;
use crate::diagnostic::Severity;
use crate::model::attributes::words::Mode;
use crate::model::{AttrId, AttrValue, Component, ComponentId, Kind};
use crate::units::{Currency, format_count, format_money, format_rate, format_share};

const IDLE: Threshold = Threshold {
    key: "utilization",
    default: 0.05,
    unit: "of the capacity",
    meaning: "below this many replicas are a warning",
};
const GROWTH: Threshold = Threshold {
    key: "growth",
    default: 10.0,
    unit: "times today's load",
    meaning: "where one node takes that, shards, regions and streams are a note",
};

pub(super) static RULE: Rule = Rule {
    code: "CX001",
    name: "over-engineering",
    category: Category::Cost,
    severities: &[Severity::Warning, Severity::Note],
    thresholds: &[IDLE, GROWTH],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::RATE),
        Need::Attribute(AttrId::CAPACITY),
        Need::Attribute(AttrId::REPLICAS),
    ],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate() {
        let Some(deployment) = ctx.facts.placement.of(id) else { continue };
        if component.kind == Kind::External || is_chosen(ctx, component) {
            continue;
        }
        // voters are many to outlive each other, and those who hold connections to have room for them
        if votes(component) && deployment.high <= VOTERS || holds_connections(ctx, id) {
            continue;
        }
        let least = least(deployment);
        let many = deployment.replicas_given && deployment.low.min(deployment.high) > least;
        let large = excess(component, deployment);
        if !many && large.is_none() {
            continue;
        }
        let Some((rate, capacity)) = load_and_capacity(ctx, findings, id) else { continue };
        let rate = planned(ctx, id, rate);
        // no load at all: it comes by a way that has no rate, such as `=>` into its broker
        if rate <= 0.0 {
            continue;
        }
        let it = Run { id, deployment, rate, capacity };
        if many && !is_full_of_data(ctx, id, 1.0) && check_replicas(ctx, findings, &it, least) {
            continue;
        }
        if let Some(what) = large.filter(|_| !is_full_of_data(ctx, id, deployment.shards as f64)) {
            check_size(ctx, findings, &it, what);
        }
    }
}

/// A component that runs.
struct Run<'a> {
    id: ComponentId,
    deployment: &'a Deployment,
    rate: f64,
    capacity: f64,
}

/// The load that it must be ready for: with cold caches and every retry used, at the largest scenario.
fn planned(ctx: &RuleContext<'_>, id: ComponentId, peak: f64) -> f64 {
    let worst = ctx.facts.load.component(id).and_then(|load| load.worst).unwrap_or(peak);
    let growth = ctx.model.scenarios.iter().filter_map(|it| factor(ctx, it));
    peak.max(worst) * growth.fold(1.0, f64::max)
}

/// Whether what it comes to hold fills half of a room that is so many times smaller: then its size is set by that.
fn is_full_of_data(ctx: &RuleContext<'_>, id: ComponentId, smaller: f64) -> bool {
    let Some(store) = ctx.facts.storage.store(id) else { return false };
    store.bytes_after_retention.zip(store.room).is_some_and(|(bytes, room)| exceeds(bytes, 0.5 * room / smaller))
}

/// As many replicas as nobody calls many: max(k + 1, 3, zones).
fn least(deployment: &Deployment) -> u64 {
    deployment.needs.saturating_add(1).max(3).max(deployment.zones().len() as u64)
}

/// Whether a decision chose its technology, or itself.
fn is_chosen(ctx: &RuleContext<'_>, component: &Component) -> bool {
    let tech = component.tech.as_ref();
    let is_it = |name: &str| {
        name == component.header.name
            || tech.is_some_and(|tech| tech.name == name || tech.entry.is_some_and(|entry| entry.name == name))
    };
    let chosen = |decision: &crate::model::Decision| {
        let attrs = &decision.attrs;
        let names = attrs.texts(AttrId::CHOSE).iter().map(|(name, _)| name.as_str());
        names.chain(attrs.text(AttrId::CHOSE)).any(is_it)
    };
    ctx.model.decisions.iter().any(chosen)
}

/// What about a component is made for more than one node.
fn excess(component: &Component, deployment: &Deployment) -> Option<&'static str> {
    if deployment.shards >= 2 || component.attrs.word(AttrId::MODE) == Some(Mode::Sharded) {
        Some("is sharded")
    } else if deployment.regions().len() >= 2 {
        Some("stands in several regions")
    } else {
        (component.kind == Kind::Stream).then_some("is a stream")
    }
}

/// Five voters outlive two, which is as many as anybody plans for.
const VOTERS: u64 = 5;

/// Whether somebody keeps connections to it open: memory then sets its replicas, not requests.
fn holds_connections(ctx: &RuleContext<'_>, id: ComponentId) -> bool {
    let incoming = ctx.incoming(id).iter();
    incoming.flat_map(|connection| ctx.usages(*connection)).any(|usage| usage.attrs.is_true(AttrId::PERSISTENT))
}

/// Whether there are far more replicas than the load asks for; then it is said.
fn check_replicas(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, it: &Run<'_>, least: u64) -> bool {
    let shards = it.deployment.shards as f64;
    let n = it.deployment.high as f64 * shards;
    let used = it.rate / (n * it.capacity);
    let idle = ctx.threshold(&IDLE);
    if it.capacity <= 0.0 || !exceeds(idle, used) {
        return false;
    }
    // of each shard, as many as nobody calls many, or as the load asks for
    let enough = (it.rate / (ctx.config.assumed.target_utilization * it.capacity * shards)).ceil();
    let enough = enough.max(least as f64) * shards;
    let cost = ctx.facts.cost.of(it.id).map(|cost| cost / n * (n - enough)).filter(|saved| *saved > 0.0);
    let currency = ctx.facts.cost.currency.unwrap_or(Currency::Dollar);
    let saved = cost.map_or_else(String::new, |cost| format!(" and save {} a month", format_money(cost, currency)));
    let name = ctx.model.path(it.id);
    let message = format!(
        "`{name}` has far more replicas than its load asks for: λ/(n·μ) = {}/({}·{}) = {} < {}, and n > {} = max(k + 1, 3, zones)",
        format_rate(it.rate),
        format_count(n),
        format_rate(it.capacity),
        format_share(used),
        format_share(idle),
        format_count(least as f64)
    );
    let each = (enough / shards).ceil().min(1e9) as u64;
    let fewer = match ctx.model.components[it.id].attrs.get(AttrId::REPLICAS).map(|value| &value.value) {
        Some(AttrValue::Range(_, high)) => format!("{each}..{high}"),
        _ => each.to_string(),
    };
    let finding = Finding::new(Severity::Warning, it.id, message)
        .mend(format!("run {fewer} replicas"), edits::set(ctx, it.id, &[(AttrId::REPLICAS, &fewer)]))
        .help(format!("{} replicas suffice{saved}; a range scales when more comes", format_count(enough)))
        .hits_all(ctx.flows_of(it.id).iter().copied());
    findings.push(resting_on_load(ctx, finding, it.id));
    true
}

fn check_size(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, it: &Run<'_>, what: &str) {
    let flows = ctx.flows_of(it.id);
    let promises_much = flows.iter().filter_map(|flow| ctx.slo_availability(*flow)).any(|slo| slo >= 0.9999);
    let stored = ctx.model.components[it.id].attrs.data(AttrId::STORES);
    let bound = stored.iter().any(|data| ctx.model.data[*data].attrs.has(AttrId::RESIDENCY));
    let factor = ctx.threshold(&GROWTH);
    let full = ctx.config.assumed.target_utilization;
    if promises_much || bound || exceeds(factor * it.rate, full * it.capacity) {
        return;
    }
    let name = ctx.model.path(it.id);
    let message = format!(
        "`{name}` {what}, though one node would take {}x the load: {}·λ = {} ≤ {full}·μ = {}",
        format_count(factor),
        format_count(factor),
        format_rate(factor * it.rate),
        format_rate(full * it.capacity)
    );
    let finding = Finding::new(Severity::Note, it.id, message)
        .help("take the simpler thing until the load is in sight, or say by a `decision` why not")
        .hits_all(flows.iter().copied());
    findings.push(resting_on_load(ctx, finding, it.id));
}
