//! A caller that runs out of places while its calls are on the way.
//!
//! ## What it finds
//!
//! By Little's law λ·R calls are on the way at once. An error where a call's λ·`latency` of the callee is more than the n·`pool`
//! connections that the caller holds. A warning where the callee may hang, λ·`timeout` is then more than the caller's
//! n·`concurrency`, and neither a `bulkhead` nor a `circuit_breaker` on the call stands between.
//!
//! ## Why it matters
//!
//! 200 requests a second that wait 5 s each hold 1,000 threads. When they are gone the caller answers nobody, also those who
//! never asked for the slow callee.
//!
//! ## How to mend it
//!
//! A bulkhead or breaker on the call, a shorter timeout; a larger pool where the callee is well.
//!
//! ## When it stays silent
//!
//! Without load it is not assessed, nor a function or managed caller that does not say how many `replicas` it has, nor
//! without `pool` and the callee's `latency`, or `timeout` and `concurrency`. Actors' calls
//! are left out.
//!
//! ## Source
//!
//! M. Nygard, Release It!, Blocked Threads, Bulkheads; J. Little, A Proof for the Queuing Formula L = λW, 1961.
//!
//! ## Examples
//!
//! ```arch,fail
//! client shopper { rate = 200/s }
//! service shop { replicas = 2  concurrency = 200 }
//! service pricing { latency = 20ms }
//! shopper -> shop
//! shop -> pricing { timeout = 5s }
//! ```
//!
//! ```arch,pass
//! client shopper { rate = 200/s }
//! service shop { replicas = 2  concurrency = 200 }
//! service pricing { latency = 20ms }
//! shopper -> shop
//! shop -> pricing { timeout = 5s  circuit_breaker = true  pool = 10 }
//! ```

use super::demand::assumed_load;
use super::terms::{exceeds, is_parted, is_scaled_by_provider};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, edits};
use crate::analysis::formulas::in_flight;
use crate::analysis::load::connections::holders;
use crate::diagnostic::Severity;
use crate::model::{AttrId, ComponentId, ConnectionId};
use crate::syntax::ast::Operator;
use crate::units::{format_count, format_rate, format_time};

pub(super) static RULE: Rule = Rule {
    code: "CP007",
    name: "concurrency-shortfall",
    category: Category::Capacity,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::RATE),
        Need::Attribute(AttrId::LATENCY),
        Need::Attribute(AttrId::POOL),
        Need::Attribute(AttrId::TIMEOUT),
        Need::Attribute(AttrId::CONCURRENCY),
        Need::Attribute(AttrId::REPLICAS),
    ],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, it) in ctx.model.connections.enumerate() {
        let (Some(from), Some(to)) = (it.caller(), it.callee()) else { continue };
        if it.op == Operator::Call && !ctx.model.components[from].kind.is_actor() {
            check_call(ctx, findings, &Made { id, from, to });
        }
    }
}

/// A connection and its ends.
struct Made {
    id: ConnectionId,
    from: ComponentId,
    to: ComponentId,
}

fn check_call(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, it: &Made) {
    let pool = ctx.model.connections[it.id].attrs.count(AttrId::POOL);
    let latency = ctx.model.components[it.to].attrs.seconds(AttrId::LATENCY);
    let concurrency = ctx.model.components[it.from].attrs.count(AttrId::CONCURRENCY);
    let has_timeout = ctx.usages(it.id).iter().any(|usage| usage.attrs.has(AttrId::TIMEOUT));
    match (pool, latency) {
        (Some(_), None) => findings.not_assessed(it.to, AttrId::LATENCY),
        (None, Some(_)) if concurrency.is_none() => findings.not_assessed(it.id, AttrId::POOL),
        _ => {}
    }
    if has_timeout && concurrency.is_none() && pool.is_none() {
        findings.not_assessed(it.from, AttrId::CONCURRENCY);
    }
    let rate = ctx.facts.load.connection(it.id).and_then(|load| load.peak);
    let Some(rate) = rate else {
        if pool.is_some() && latency.is_some() || has_timeout && concurrency.is_some() {
            findings.not_assessed(it.id, AttrId::RATE);
        }
        return;
    };
    if let (Some(pool), Some(latency)) = (pool, latency) {
        check_pool(ctx, findings, it, (rate, pool, latency));
    }
    if let Some(concurrency) = concurrency.filter(|_| has_timeout) {
        if is_scaled_by_provider(&ctx.model.components[it.from]) {
            return findings.not_assessed(it.from, AttrId::REPLICAS);
        }
        check_hang(ctx, findings, it, rate, concurrency);
    }
}

fn check_pool(
    ctx: &RuleContext<'_>,
    findings: &mut Findings<'_>,
    it: &Made,
    (rate, pool, latency): (f64, u64, f64),
) {
    let (holders, of) = holders(ctx.model, &ctx.facts.placement, it.from);
    if of == AttrId::REPLICAS && is_scaled_by_provider(&ctx.model.components[it.from]) {
        return findings.not_assessed(it.from, AttrId::REPLICAS);
    }
    let (needed, held) = (in_flight(rate, latency), holders as f64 * pool as f64);
    if !exceeds(needed, held) {
        return;
    }
    let (from, to) = (ctx.model.path(it.from), ctx.model.path(it.to));
    let message = format!(
        "`{from}` has too few connections to `{to}`: λ·`latency` = {}·{} = {} > n·`pool` = {}·{pool} = {}",
        format_rate(rate),
        format_time(latency),
        format_count(needed),
        format_count(holders as f64),
        format_count(held)
    );
    let caller = &ctx.model.components[it.from].attrs;
    let enough = (needed / holders.max(1) as f64).ceil() as u64;
    let pool = enough.to_string();
    let edits = edits::set(ctx, it.id, &[(AttrId::POOL, &pool)]).filter(|_| enough < 10_000);
    let finding = Finding::new(Severity::Error, it.id, message)
        .mend(format!("hold {enough} connections"), edits)
        .help(format!(
            "a pool of {} or more, more replicas, or fewer and shorter calls",
            format_count((needed / (holders.max(1)) as f64).ceil())
        ))
        .resting_on(to, &ctx.model.components[it.to].attrs, &[AttrId::LATENCY])
        .resting_on(from, caller, &[of])
        .hits_all(ctx.flows_through(it.id));
    findings.push(assumed_load(ctx, it.from).into_iter().fold(finding, Finding::assuming));
}

fn check_hang(
    ctx: &RuleContext<'_>,
    findings: &mut Findings<'_>,
    it: &Made,
    rate: f64,
    concurrency: u64,
) {
    // each step may have a timeout of its own; those that are guarded hold nobody for long
    let usages = ctx.usages(it.id);
    let mut waits: Vec<f64> = Vec::new();
    let mut needed = 0.0;
    for usage in usages.iter().filter(|usage| !is_parted(usage.attrs)) {
        let Some(timeout) = usage.attrs.seconds(AttrId::TIMEOUT) else { continue };
        let of_call = |(flow, call): (crate::model::FlowId, crate::model::CallId)| {
            ctx.facts.load.flow(flow)?.calls.get(call.index()).copied().flatten()
        };
        let rate = match usage.call {
            Some(at) => of_call(at).unwrap_or(0.0),
            None => rate,
        };
        needed += in_flight(rate, timeout);
        waits.push(timeout);
    }
    let n = ctx.replicas(it.from);
    let held = n as f64 * concurrency as f64;
    if !exceeds(needed, held) {
        return;
    }
    waits.dedup();
    let (from, to) = (ctx.model.path(it.from), ctx.model.path(it.to));
    let arithmetic = match waits.as_slice() {
        [timeout] => {
            format!("λ·`timeout` = {}·{} = {}", format_rate(needed / timeout), format_time(*timeout), format_count(needed))
        }
        _ => format!("Σ λ·`timeout` over its steps = {}", format_count(needed)),
    };
    let message = format!(
        "when `{to}` hangs it takes all of `{from}` with it: {arithmetic} > n·`concurrency` = {}·{concurrency} = {}",
        format_count(n as f64),
        format_count(held)
    );
    let finding = Finding::new(Severity::Warning, it.id, message)
        .mend("give it a pool of its own", edits::set_on_calls(ctx, it.id, &usages, &[(AttrId::BULKHEAD, "true")]))
        .help("a `bulkhead` or `circuit_breaker` on the call, or a shorter `timeout`")
        .resting_on(from, &ctx.model.components[it.from].attrs, &[AttrId::CONCURRENCY, AttrId::REPLICAS])
        .hits_all(ctx.flows_through(it.id));
    findings.push(assumed_load(ctx, it.from).into_iter().fold(finding, Finding::assuming));
}
