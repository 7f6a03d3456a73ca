//! Retries that keep an overload alive once it has begun.
//!
//! ## What it finds
//!
//! A component that can take its load, but not with every retry used: λ·a > n·μ ≥ λ at the peak. a = Π (1 + min(`retries`,
//! `retry_budget`)) over the calls of the worst path down to it, as in RS004.
//!
//! ## Why it matters
//!
//! Nothing is wrong until something dips: a deployment, a lost zone, a slow minute. Then requests time out, each is tried a
//! times, and the load λ·a holds the component down after the cause has gone. Only less load brings it back.
//!
//! ## How to mend it
//!
//! A `retry_budget` of at most n·μ/λ − 1, a `rate_limit` on the component, or a `circuit_breaker` on the calls that are tried
//! again.
//!
//! ## When it stays silent
//!
//! Of a store n·μ is what its busiest node makes of it: writes load the primary of `primary_replica` alone, and every copy.
//!
//! With `rate_limit` on the component; calls with a `circuit_breaker` count as tried once. Where the load alone is too much,
//! CP001 speaks. A broker hands messages on as its consumers ask for them: these are left to MQ004. Without load, capacity or
//! `retries` it is not assessed.
//!
//! ## Source
//!
//! L. Huang et al., Metastable Failures in the Wild, OSDI 2022.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser { rate = 800/s }
//! service shop { replicas = 4  capacity = 1k/s }
//! database stock { capacity = 1k/s }
//! flow buy {
//!   browser -> shop
//!   shop -> stock { timeout = 1s  retries = 2 }      // 800/s·3 = 2,400/s
//! }
//! ```
//!
//! ```arch,pass
//! client browser { rate = 800/s }
//! service shop { replicas = 4  capacity = 1k/s }
//! database stock { capacity = 1k/s }
//! flow buy {
//!   browser -> shop
//!   shop -> stock { timeout = 1s  retries = 2  retry_budget = 20% }
//! }
//! ```

use std::collections::BTreeMap;

use super::context::LAST_STEPS;
use super::demand::{load_and_capacity, resting_on_load};
use super::terms::{exceeds, is_on, retries};
use super::walk::{Step, Walk};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, edits};
use crate::diagnostic::{Edit, Remark, Severity};
use crate::model::{AttrId, ComponentId};
use crate::syntax::ast::Operator;
use crate::units::{format_count, format_rate, format_share};

pub(super) static RULE: Rule = Rule {
    code: "RS007",
    name: "metastable-risk",
    category: Category::Resilience,
    severities: &[Severity::Error],
    thresholds: &[],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::RATE),
        Need::Attribute(AttrId::CAPACITY),
        Need::Attribute(AttrId::RETRIES),
    ],
    expects: &[],
    check,
};

/// A walk, and by node how often its calls may be tried.
struct Walked<'a> {
    walk: &'a Walk<'a>,
    reached: Vec<(f64, Option<usize>)>,
}

/// What reaches a component in one walk when everything is tried again.
struct Retried {
    /// The number of the walk.
    walk: usize,
    tries: f64,
    /// The last step of the path.
    last: usize,
}

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let mut retried: BTreeMap<ComponentId, Vec<Retried>> = BTreeMap::new();
    let walks: Vec<Walked<'_>> = ctx.walks
        .iter()
        .map(|walk| Walked { reached: walk.multiplied(factor), walk })
        .collect();
    for (number, walked) in walks.iter().enumerate() {
        let walk = walked.walk;
        for step in walk.steps.iter().filter(|step| step.op == Operator::Call && retries(step.attrs).is_none()) {
            findings.not_assessed(step.connection, AttrId::RETRIES);
        }
        for (component, (tries, last)) in worst_paths(ctx, walked) {
            retried.entry(component).or_default().push(Retried { walk: number, tries, last });
        }
    }
    for (component, found) in retried {
        if !is_on(&ctx.model.components[component].attrs, AttrId::RATE_LIMIT) {
            check_component(ctx, findings, component, &walks, &found);
        }
    }
}

/// By component: the most to which its tries multiply on a path of a walk, and the last step of that path; where that is more
/// than one.
fn worst_paths(ctx: &RuleContext<'_>, walked: &Walked<'_>) -> BTreeMap<ComponentId, (f64, usize)> {
    let Walked { walk, reached } = walked;
    let mut worst: BTreeMap<ComponentId, (f64, usize)> = BTreeMap::new();
    for (at, step) in walk.in_order() {
        let (Some(from), Some(to)) = (walk.component(step.from), walk.component(step.to)) else { continue };
        if step.op == Operator::Message && ctx.model.components[from].kind.is_broker() {
            continue;
        }
        let tries = reached.get(step.from).map_or(1.0, |(tries, _)| *tries) * factor(step);
        let known = worst.entry(to).or_insert((1.0, at));
        if exceeds(tries, known.0) {
            *known = (tries, at);
        }
    }
    worst.retain(|_, (tries, _)| *tries > 1.0);
    worst
}

/// The end of the path to a step.
fn path_to(ctx: &RuleContext<'_>, Walked { walk, reached }: &Walked<'_>, last: usize) -> Vec<Remark> {
    let mut steps = walk.path_with(reached, last);
    steps.drain(..steps.len().saturating_sub(LAST_STEPS));
    steps.iter().filter_map(|at| walk.steps.get(*at)).map(|step| tried(ctx, step)).collect()
}

fn tried(ctx: &RuleContext<'_>, step: &Step<'_>) -> Remark {
    let remark = step.remark(ctx);
    let tries = factor(step);
    let noun = if tries > 1.0 { "tries" } else { "try" };
    Remark { message: format!("{}, up to {} {noun}", remark.message, format_count(tries)), ..remark }
}

/// The tries of one step; a breaker cuts them off.
fn factor(step: &Step<'_>) -> f64 {
    match step.attrs.is_true(AttrId::CIRCUIT_BREAKER) {
        true => 1.0,
        false => 1.0 + retries(step.attrs).unwrap_or(0.0),
    }
}

fn check_component(
    ctx: &RuleContext<'_>,
    findings: &mut Findings<'_>,
    id: ComponentId,
    walks: &[Walked<'_>],
    found: &[Retried],
) {
    let Some((rate, _)) = load_and_capacity(ctx, findings, id) else { return };
    let Some((capacity, bounds)) = most_it_takes(ctx, id, rate) else { return };
    let Some(worst) = found.iter().reduce(|a, b| if exceeds(b.tries, a.tries) { b } else { a }) else { return };
    if exceeds(rate, capacity) || !exceeds(rate * worst.tries, capacity) {
        return;
    }
    let (a, load, limit) = (format_count(worst.tries), format_rate(rate), format_rate(capacity));
    let message = format!(
        "retries keep an overload of `{}` alive: λ·a = {load}·{a} = {} > {bounds} = {limit} ≥ λ = {load}; a dip of \
         what it can do by more than 1 − λ/({bounds}) = {} starts it",
        ctx.model.path(id),
        format_rate(rate * worst.tries),
        format_share((1.0 - rate / capacity).max(0.0))
    );
    let budget = format_share((capacity / rate - 1.0).max(0.0));
    let flows = found.iter().filter(|it| exceeds(rate * it.tries, capacity)).filter_map(|it| walks.get(it.walk)?.walk.flow);
    let finding = Finding::new(Severity::Error, id, message)
        .help(format!(
            "hold the retries down with a `retry_budget` of at most {bounds}/λ − 1 = {budget}, shed with a `rate_limit`, or cut them off \
             with a `circuit_breaker`"
        ))
        .mend("cut the retries off with circuit breakers", breakers(ctx, walks, found))
        .witness(walks.get(worst.walk).map(|walk| path_to(ctx, walk, worst.last)).unwrap_or_default())
        .hits_all(flows);
    findings.push(resting_on_load(ctx, finding, id));
}

/// A breaker for each step that is tried again on the worst path of each walk.
fn breakers(ctx: &RuleContext<'_>, walks: &[Walked<'_>], found: &[Retried]) -> Option<Vec<Edit>> {
    let breaker = [(AttrId::CIRCUIT_BREAKER, "true")];
    let steps = found.iter().filter_map(|it| Some((walks.get(it.walk)?, it.last))).flat_map(|(walked, last)| {
        let path = walked.walk.path_with(&walked.reached, last).into_iter();
        path.filter_map(|at| walked.walk.steps.get(at)).filter(|step| factor(step) > 1.0)
    });
    edits::all(steps.map(|step| edits::set_on_call(ctx, step.connection, Some(step.span), &breaker)))
}

/// The rate at which a component is full, and what that is: nμ; of a store whose writes load its nodes otherwise than its reads λ/ρ,
/// ρ that of its busiest node.
fn most_it_takes(ctx: &RuleContext<'_>, id: ComponentId, rate: f64) -> Option<(f64, &'static str)> {
    let load = ctx.facts.load.component(id)?;
    let all = load.capacity?;
    let full = load.utilization.filter(|used| *used > 0.0).map(|used| rate / used);
    match full {
        Some(full) if exceeds(all, full) => Some((full, "λ/ρ")),
        _ => Some((all, "nμ")),
    }
}
