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

use rustc_hash::FxHashMap;

use super::terms::is_on;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold, edits};
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
#[derive(Clone)]
struct Holder {
    component: ComponentId,
    path: Vec<Step>,
    held: f64,
    /// The part of them that alternatives on the way leave.
    part: f64,
}

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    if !ctx.model.connections.ids().any(|id| is_persistent(ctx, id)) {
        return;
    }
    let graph = ComponentGraph::of(ctx.model, |id, it| it.op == Operator::Call && is_persistent(ctx, id));
    let is_front = |id: ComponentId| ctx.model.components[id].kind.is_front();
    let mut before: FxHashMap<ComponentId, Vec<Holder>> = FxHashMap::default();
    for (id, component) in ctx.model.components.enumerate() {
        // what a front passes on comes back to whom it is passed on
        let passes_on = component.kind.is_front() && graph.outgoing(id).next().is_some();
        if passes_on || is_on(&component.attrs, AttrId::RATE_LIMIT) {
            continue;
        }
        let mut steps = graph.incoming(id);
        let herd = match (steps.next(), steps.next()) {
            (None, _) => continue,
            // those behind one front have the same holders: looked for once
            (Some(last), None) if last.from != id && is_front(last.from) => {
                if is_on(&ctx.model.components[last.from].attrs, AttrId::RATE_LIMIT) {
                    continue;
                }
                let known = before.entry(last.from);
                let known = known.or_insert_with(|| holders(ctx, findings, &graph, last.from, STEPS - 1));
                Herd { before: known, last: Some(last) }
            }
            _ => Herd { before: &holders(ctx, findings, &graph, id, STEPS), last: None },
        };
        let count = herd.count(ctx);
        if count > 0.0 && count >= ctx.threshold(&HERD) {
            findings.push(finding(ctx, id, &herd.first(ctx), herd.before.len(), count));
        }
    }
}

/// Those who come back at once to a component, or to the front before it.
fn holders(
    ctx: &RuleContext<'_>,
    findings: &mut Findings<'_>,
    graph: &ComponentGraph,
    id: ComponentId,
    steps: usize,
) -> Vec<Holder> {
    let is_front = |id: ComponentId| ctx.model.components[id].kind.is_front();
    let mut holders = Vec::new();
    for (component, path) in graph.callers_through(id, is_front, steps) {
        let is_limited = |step: &Step| is_on(&ctx.model.components[step.from].attrs, AttrId::RATE_LIMIT);
        let limited = path.iter().skip(1).any(is_limited);
        let Some(first) = path.first().filter(|_| !limited) else { continue };
        if returns_spread(ctx, first.connection) {
            continue;
        }
        match held(ctx, component, first.connection) {
            Ok(held) => holders.push(Holder { component, held, part: part(ctx, 1.0, &path), path }),
            Err(missing) => findings.not_assessed(first.connection, missing),
        }
    }
    holders
}

/// Who holds connections to a component: those before it, or those before the one front through which all of them come.
struct Herd<'h> {
    before: &'h [Holder],
    /// From that front on.
    last: Option<Step>,
}

impl Herd<'_> {
    fn part(&self, ctx: &RuleContext<'_>, holder: &Holder) -> f64 {
        part(ctx, holder.part, self.last.as_slice())
    }

    fn count(&self, ctx: &RuleContext<'_>) -> f64 {
        self.before.iter().map(|holder| holder.held * self.part(ctx, holder)).sum()
    }

    /// The first of them, with their whole ways.
    fn first(&self, ctx: &RuleContext<'_>) -> Vec<Holder> {
        let whole = |holder: &Holder| {
            let mut whole = holder.clone();
            whole.part = self.part(ctx, holder);
            whole.path.extend(self.last);
            whole
        };
        self.before.iter().take(LISTED).map(whole).collect()
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

/// The part of the connections that alternatives on the way leave to this one, after what is left `before` it.
fn part(ctx: &RuleContext<'_>, before: f64, path: &[Step]) -> f64 {
    let of = |step: &Step| {
        let all = ctx.model.connections[step.connection].alternatives.map(|id| &ctx.model.alternatives[id]);
        all.map_or(1.0, |all| all.needs as f64 / all.connections.len().max(1) as f64)
    };
    path.iter().map(of).fold(before, |part, of| part * of)
}

/// So many holders are named.
const LISTED: usize = 8;

fn finding(ctx: &RuleContext<'_>, id: ComponentId, herd: &[Holder], all: usize, count: f64) -> Finding {
    let component = &ctx.model.components[id];
    let name = ctx.model.path(id);
    let mut holders: Vec<String> = herd
        .iter()
        .map(|it| format!("{} of `{}`", format_count(it.held * it.part), ctx.model.path(it.component)))
        .collect();
    if all > herd.len() {
        holders.push(format!("{} more", all - herd.len()));
    }
    let steps = || herd.iter().flat_map(|it| &it.path).map(|step| step.connection);
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
    let first = herd.iter().filter_map(|holder| holder.path.first());
    let spread = [(AttrId::BACKOFF, "exponential"), (AttrId::JITTER, "true")];
    let edits = edits::all(first.map(|step| edits::set_on_calls(ctx, step.connection, &ctx.usages(step.connection), &spread)));
    finding = finding.mend("let them come back at random", edits.filter(|_| all <= herd.len()));
    for holder in herd {
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
