//! What breaks first, and how soon.
//!
//! ## What it finds
//!
//! With a `scenario` whose `load` (or `users` over today's) is f: a component with f·ρ ≥ 1. Without one: the largest ρ above 0.5.
//! Only where nothing is saturated yet (CP001). It names the first three to saturate and U* = U·0.7/ρ, the users at which the
//! first is as busy as it should be.
//!
//! ## Why it matters
//!
//! Growth is planned for a system and meets one component. Who knows which one has a plan.
//!
//! ## How to mend it
//!
//! Raise the limit of the first to break, then look again: `archc scale` does both.
//!
//! ## When it stays silent
//!
//! Where CP001 speaks. On consumers of a broker and externals. Without load or capacity it is not assessed. Load is taken to grow
//! with the users.
//!
//! ## Source
//!
//! Ours: a heuristic; Site Reliability Engineering, ch. 18, on capacity planning.
//!
//! ## Examples
//!
//! ```arch,fail
//! client shopper { users = 1M  requests_per_user = 20/day  peak_factor = 3 }
//! service shop { replicas = 4  capacity = 300/s }
//! shopper -> shop
//! ```
//!
//! ```arch,pass
//! client shopper { users = 1M  requests_per_user = 20/day  peak_factor = 3 }
//! service shop { replicas = 8  capacity = 300/s }
//! shopper -> shop
//! scenario sale { load = 3x }
//! ```

use super::cp001_saturated_component::is_saturated;
use super::demand::{is_consumer, load_and_capacity, resting_on_load};
use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold};
use crate::diagnostic::Severity;
use crate::model::{AttrId, ComponentId, Kind, Scenario};
use crate::units::{format_count, format_rate, round_significant};

const BUSY: Threshold = Threshold {
    key: "utilization",
    default: 0.5,
    unit: "of the capacity",
    meaning: "without scenarios, beyond this the busiest component is a note",
};
/// How busy a component should be at the most; the users at which it is are quoted.
const FULL: f64 = 0.7;

pub(super) static RULE: Rule = Rule {
    code: "CP002",
    name: "near-first-break",
    category: Category::Capacity,
    severities: &[Severity::Note],
    thresholds: &[BUSY],
    silences: &[],
    needs: &[Need::Attribute(AttrId::RATE), Need::Attribute(AttrId::CAPACITY)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let mut used: Vec<(f64, ComponentId)> = Vec::new();
    for (id, component) in ctx.model.components.enumerate() {
        if component.kind == Kind::External || component.kind.is_actor() || is_consumer(ctx, id) {
            continue;
        }
        if is_saturated(ctx, id) {
            return;
        }
        if load_and_capacity(ctx, findings, id).is_some() {
            let load = ctx.facts.load.component(id);
            used.extend(load.and_then(|load| load.deciding_utilization()).map(|used| (used, id)));
        }
    }
    // the busiest first, of equals the first declared
    used.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let Some(&(most, first)) = used.first() else { return };
    let growth = ctx.model.scenarios.iter().filter_map(|it| Some((factor(ctx, it)?, it)));
    let largest = growth.reduce(|a, b| if b.0 > a.0 { b } else { a });
    let reason = match largest {
        Some((factor, scenario)) if most > 0.0 && factor * most >= 1.0 - 1e-12 => format!(
            "at the {}x of scenario `{}` f·ρ = {}·{} = {} ≥ 1",
            format_count(factor),
            scenario.header.name,
            format_count(factor),
            round_significant(most, 3),
            round_significant(factor * most, 3)
        ),
        None if exceeds(most, ctx.threshold(&BUSY)) => {
            format!("ρ = {} > {}", round_significant(most, 3), ctx.threshold(&BUSY))
        }
        _ => return,
    };
    findings.push(resting_on_load(ctx, finding(ctx, &used, first, most, &reason), first));
}

fn finding(
    ctx: &RuleContext<'_>,
    used: &[(f64, ComponentId)],
    first: ComponentId,
    most: f64,
    reason: &str,
) -> Finding {
    let name = ctx.model.path(first);
    let load = ctx.facts.load.component(first);
    let capacity = load.and_then(|load| load.capacity).unwrap_or(0.0);
    // a primary or a hot shard is full before all nodes together are
    let limit = match load.and_then(|load| load.peak) {
        Some(peak) if (peak / most - capacity).abs() > 1e-9 * capacity => {
            format!("λ/ρ = {}, when its busiest node is full", format_rate(peak / most))
        }
        _ => format!("n·μ = {}", format_rate(capacity)),
    };
    let users: u64 = users(ctx).into_iter().fold(0, u64::saturating_add);
    let until = match users {
        0 => format!("{} times today's load", round_significant(FULL / most, 3)),
        users => format!(
            "U* = U·{FULL}/ρ = {}·{FULL}/{} = {} users, if load grows with them",
            format_count(users as f64),
            round_significant(most, 3),
            format_count(users as f64 * FULL / most)
        ),
    };
    let row = |(used, id): &(f64, ComponentId)| {
        format!("`{}` (ρ = {})", ctx.model.path(*id), round_significant(*used, 3))
    };
    let order: Vec<String> = used.iter().filter(|(used, _)| *used > 0.0).take(3).map(row).collect();
    let message = format!(
        "`{name}` breaks first: {reason}, its limit is {limit}; it is as busy as it should be at {until}; \
         first to saturate: {}",
        order.join(", ")
    );
    Finding::new(Severity::Note, first, message)
        .help("raise that limit before the load comes; `archc scale` tells what breaks next")
        .hits_all(ctx.flows_of(first).iter().copied())
}

/// The people of all actors that say how many they are.
fn users(ctx: &RuleContext<'_>) -> Vec<u64> {
    ctx.model.components.iter().filter_map(|it| it.attrs.count(AttrId::USERS)).filter(|users| *users > 0).collect()
}

/// By how much a scenario multiplies today's load; `None` where it says nothing of it.
pub(super) fn factor(ctx: &RuleContext<'_>, scenario: &Scenario) -> Option<f64> {
    let attrs = &scenario.attrs;
    let load = attrs.factor(AttrId::LOAD).or_else(|| attrs.number(AttrId::LOAD));
    let people = attrs.count(AttrId::USERS).and_then(|new| {
        let old = users(ctx);
        let total: f64 = old.iter().map(|users| *users as f64).sum();
        (total > 0.0).then(|| new as f64 * old.len() as f64 / total)
    });
    match (load, people) {
        (None, None) => None,
        (load, people) => Some(load.unwrap_or(1.0) * people.unwrap_or(1.0)),
    }
}
