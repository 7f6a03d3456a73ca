//! So many long-lived connections that nobody survives their return.
//!
//! ## What it finds
//!
//! `persistent` connections to a component, fronts looked through: c of them, the `users` of the actor that holds them, else n·`pool` of
//! the caller. From c = 10,000 on, where they come back without exponential `backoff` and `jitter`. The limit is ours.
//!
//! ## Why it matters
//!
//! A lost zone or a restart drops c·n_d/n connections at once, and all of them knock at the others in the same second, with handshake and
//! sign-in, which cost more than what they do all day. The others fall too, and then it is all c.
//!
//! ## How to mend it
//!
//! Let clients wait for a random time that doubles with each try, admit them at a rate that the others can take, and start slowly.
//!
//! ## When it stays silent
//!
//! With `rate_limit` on the component, or on a front before it. Where `users` (or `pool`) is unknown it is not assessed.
//!
//! ## Source
//!
//! M. Nygard, Release It!, Dogpile.
//!
//! ## Examples
//!
//! ```arch,fail
//! client app { users = 500k }
//! service sockets { replicas = 10 }
//! app -> sockets { persistent = true }
//! ```
//!
//! ```arch,pass
//! client app { users = 500k }
//! service sockets { replicas = 10 }
//! app -> sockets { persistent = true  backoff = exponential  jitter = true }
//! ```
//!
//! ```arch,pass
//! client app { users = 500k }
//! load_balancer lb { rate_limit = 5k/s }
//! service sockets { replicas = 10 }
//! app -> lb -> sockets { persistent = true }
//! ```

use super::terms::is_on;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold};
use crate::diagnostic::Severity;
use crate::graph::{ComponentGraph, Step};
use crate::model::attributes::words::Backoff;
use crate::model::{AttrId, ComponentId, ConnectionId};
use crate::syntax::ast::Operator;
use crate::units::{format_count, format_rate};

const HERD: Threshold = Threshold {
    key: "connections",
    default: 10_000.0,
    unit: "connections",
    meaning: "from here on their return at once is a danger",
};

pub(super) static RULE: Rule = Rule {
    code: "RS012",
    name: "reconnect-herd",
    category: Category::Resilience,
    severities: &[Severity::Warning],
    thresholds: &[HERD],
    silences: &[],
    needs: &[Need::Attribute(AttrId::USERS), Need::Attribute(AttrId::POOL)],
    expects: &[AttrId::BACKOFF, AttrId::JITTER, AttrId::RATE_LIMIT],
    check,
};

/// Steps tried before one component.
const STEPS: usize = 1024;

/// Who holds connections to a component, and by which way.
struct Holder {
    component: ComponentId,
    path: Vec<Step>,
    count: f64,
}

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    if !ctx.model.connections.ids().any(|id| is_persistent(ctx, id)) {
        return;
    }
    let graph = ComponentGraph::of(ctx.model, |id, it| it.op == Operator::Call && is_persistent(ctx, id));
    let is_front = |id: ComponentId| ctx.model.components[id].kind.is_front();
    for (id, component) in ctx.model.components.enumerate() {
        // what a front passes on comes back to whom it is passed on
        let passes_on = component.kind.is_front() && graph.outgoing(id).next().is_some();
        if passes_on || is_on(&component.attrs, AttrId::RATE_LIMIT) || graph.incoming(id).next().is_none() {
            continue;
        }
        let mut herd = Vec::new();
        for (holder, path) in graph.callers_through(id, is_front, STEPS) {
            let limited = path.iter().skip(1).any(|step| {
                is_on(&ctx.model.components[step.from].attrs, AttrId::RATE_LIMIT)
            });
            let Some(first) = path.first().filter(|_| !limited) else { continue };
            if returns_spread(ctx, first.connection) {
                continue;
            }
            match held(ctx, holder, first.connection) {
                Ok(count) => herd.push(Holder { component: holder, count: count * part(ctx, &path), path }),
                Err(missing) => findings.not_assessed(first.connection, missing),
            }
        }
        let count: f64 = herd.iter().map(|holder| holder.count).sum();
        if count > 0.0 && count >= ctx.threshold(&HERD) {
            findings.push(finding(ctx, id, &herd, count));
        }
    }
}

fn is_persistent(ctx: &RuleContext<'_>, id: ConnectionId) -> bool {
    let declared = ctx.model.connections[id].attrs.is_true(AttrId::PERSISTENT);
    declared || ctx.usages(id).iter().any(|usage| usage.attrs.is_true(AttrId::PERSISTENT))
}

/// Whether all who hold a connection come back at random times, later with each try.
fn returns_spread(ctx: &RuleContext<'_>, id: ConnectionId) -> bool {
    ctx.usages(id).iter().all(|usage| {
        usage.attrs.word(AttrId::BACKOFF) == Some(Backoff::Exponential) && usage.attrs.is_true(AttrId::JITTER)
    })
}

/// How many connections a caller holds, or what would say so.
fn held(ctx: &RuleContext<'_>, holder: ComponentId, id: ConnectionId) -> Result<f64, AttrId> {
    let component = &ctx.model.components[holder];
    let users = component.attrs.count(AttrId::USERS);
    if let Some(users) = users.filter(|_| component.kind.is_actor()) {
        return Ok(users as f64);
    }
    let pools = ctx.usages(id).into_iter().filter_map(|usage| usage.attrs.count(AttrId::POOL));
    match pools.max() {
        Some(pool) => Ok(ctx.replicas(holder) as f64 * pool as f64),
        None if component.kind.is_actor() => Err(AttrId::USERS),
        None => Err(AttrId::POOL),
    }
}

/// The part of the connections that alternatives on the way leave to this one.
fn part(ctx: &RuleContext<'_>, path: &[Step]) -> f64 {
    let of = |step: &Step| {
        let all = ctx.model.connections[step.connection].alternatives.map(|id| &ctx.model.alternatives[id]);
        all.map_or(1.0, |all| all.needs as f64 / all.connections.len().max(1) as f64)
    };
    path.iter().map(of).product()
}

/// So many holders are named.
const LISTED: usize = 8;

fn finding(ctx: &RuleContext<'_>, id: ComponentId, herd: &[Holder], count: f64) -> Finding {
    let component = &ctx.model.components[id];
    let name = ctx.model.path(id);
    let mut holders: Vec<String> = herd
        .iter()
        .take(LISTED)
        .map(|it| format!("{} of `{}`", format_count(it.count), ctx.model.path(it.component)))
        .collect();
    if herd.len() > LISTED {
        holders.push(format!("{} more", herd.len() - LISTED));
    }
    let steps = || herd.iter().take(LISTED).flat_map(|it| &it.path).map(|step| step.connection);
    let message = format!(
        "c = {} ≥ {} long-lived connections to `{name}` ({}) come back without `backoff = exponential` and `jitter`: {}",
        format_count(count),
        format_count(ctx.threshold(&HERD)),
        holders.join(", "),
        returning(ctx, id, count)
    );
    let mut finding = Finding::new(Severity::Warning, id, message)
        .help("let clients come back after random, doubling pauses, and admit them at a rate that can be served (`rate_limit`)")
        .witness(steps().map(|id| ctx.connection_step(id)))
        .hits_all(ctx.flows_of(id).iter().copied());
    for holder in herd.iter().take(LISTED) {
        let attrs = &ctx.model.components[holder.component].attrs;
        finding = finding.resting_on(ctx.model.path(holder.component), attrs, &[AttrId::USERS]);
    }
    match component.attrs.has(AttrId::CAPACITY) {
        true => finding.resting_on(name, &component.attrs, &[AttrId::CAPACITY]),
        false => finding,
    }
}

/// How many come back when the largest zone, or all, is lost, and what is there to take them.
fn returning(ctx: &RuleContext<'_>, id: ComponentId, count: f64) -> String {
    let deployment = ctx.facts.placement.of(id);
    let n = ctx.replicas(id).max(1);
    let spread = deployment.map(|deployment| deployment.spread()).unwrap_or_default();
    let lost = spread.iter().max_by_key(|(ix, held)| (*held, std::cmp::Reverse(*ix))).copied();
    let capacity = ctx.facts.load.component(id).and_then(|load| load.capacity_of_one);
    let told = |count: f64| format_count(count);
    match lost {
        Some((domain, gone)) if gone < n => {
            let back = told(count * gone as f64 / n as f64);
            let left = n - gone;
            let against = match capacity {
                Some(one) => format!("{left}·{} = {}", format_rate(one), format_rate(left as f64 * one)),
                None => format!("what {left} replicas can take"),
            };
            format!(
                "without `{}` c·n_d/n = {}·{gone}/{n} = {back} of them at once against {against}",
                ctx.facts.placement.domain_path(domain),
                told(count)
            )
        }
        _ => match capacity {
            Some(one) => {
                let all = format_rate(n as f64 * one);
                format!("after a restart all {} at once against nμ = {n}·{} = {all}", told(count), format_rate(one))
            }
            None => format!("after a restart all {} at once", told(count)),
        },
    }
}
