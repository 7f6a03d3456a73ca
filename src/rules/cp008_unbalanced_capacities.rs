//! A caller that can ask for more than the callee can do.
//!
//! ## What it finds
//!
//! A warning for a call u → v where n_u·μ_u·`calls`·`fanout`·`share` (only misses where it is behind a cache) is more than three
//! times n_v·μ_v. A note on a component that one flow asks more than ten times as often as the flow runs.
//!
//! ## Why it matters
//!
//! At the average load nobody sees it. On the day when the front is as busy as it can be, or its range scales out, what is behind
//! drowns, and the front waits for it.
//!
//! ## How to mend it
//!
//! A rate limit or bulkhead before the callee, a queue between, a cap on the caller's range; for the note fewer or larger calls.
//!
//! ## When it stays silent
//!
//! Where the callee has a `rate_limit`, or the call a `bulkhead`; where twice the callee's load still fits. Without the capacity of
//! both it is not assessed.
//!
//! ## Source
//!
//! M. Nygard, Release It!, Unbalanced Capacities.
//!
//! ## Examples
//!
//! ```arch,fail
//! client shopper { rate = 400/s }
//! service shop { replicas = 20  capacity = 200/s }
//! service pricing { replicas = 2  capacity = 300/s }
//! shopper -> shop -> pricing
//! ```
//!
//! ```arch,pass
//! client shopper { rate = 400/s }
//! service shop { replicas = 20  capacity = 200/s }
//! service pricing { replicas = 2  capacity = 300/s  rate_limit = 550/s }
//! shopper -> shop -> pricing
//! ```

use rustc_hash::FxHashMap;

use super::demand::resting_on_load;
use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold, Usage, edits};
use crate::diagnostic::Severity;
use crate::model::{
    AttrId, AttrValue, Attributes, CallId, ComponentId, ConnectionId, Flow, FlowId, GroupMode, VisitId,
};
use crate::syntax::ast::Operator;
use crate::units::{format_count, format_rate, round_significant};

const IMBALANCE: Threshold = Threshold {
    key: "imbalance",
    default: 3.0,
    unit: "times what the callee can do",
    meaning: "a caller that can ask for more than that is a warning",
};
const AMPLIFICATION: Threshold = Threshold {
    key: "amplification",
    default: 10.0,
    unit: "requests for one run of a flow",
    meaning: "a component that gets more is a note",
};

pub(super) static RULE: Rule = Rule {
    code: "CP008",
    name: "unbalanced-capacities",
    category: Category::Capacity,
    severities: &[Severity::Warning, Severity::Note],
    thresholds: &[IMBALANCE, AMPLIFICATION],
    silences: &[],
    needs: &[Need::Attribute(AttrId::CAPACITY), Need::Attribute(AttrId::RATE)],
    expects: &[AttrId::RATE_LIMIT],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, it) in ctx.model.connections.enumerate() {
        let (Some(from), Some(to)) = (it.caller(), it.callee()) else { continue };
        if it.op == Operator::Call && !ctx.model.components[from].kind.is_actor() {
            check_call(ctx, findings, id, from, to);
        }
    }
    for id in ctx.model.components.ids() {
        check_amplified(ctx, findings, id);
    }
}

fn is_set(attrs: &Attributes, id: AttrId) -> bool {
    attrs.get(id).is_some_and(|value| value.value != AttrValue::Flag(false))
}

/// Whether the callee holds callers off, or twice its load still fits.
fn is_safe(ctx: &RuleContext<'_>, id: ComponentId) -> bool {
    let load = ctx.facts.load.component(id);
    let figures = load.and_then(|load| Some((load.peak?, load.capacity?)));
    let has_room = figures.is_some_and(|(rate, capacity)| 2.0 * rate < capacity);
    has_room || is_set(&ctx.model.components[id].attrs, AttrId::RATE_LIMIT)
}

fn check_call(
    ctx: &RuleContext<'_>,
    findings: &mut Findings<'_>,
    id: ConnectionId,
    from: ComponentId,
    to: ComponentId,
) {
    let usages: Vec<Usage<'_>> =
        ctx.usages(id).into_iter().filter(|usage| !is_set(usage.attrs, AttrId::BULKHEAD)).collect();
    if usages.is_empty() || is_safe(ctx, to) {
        return;
    }
    let capacity = |id: ComponentId| ctx.facts.load.component(id).and_then(|load| load.capacity);
    let (asking, able) = match (capacity(from), capacity(to)) {
        (Some(asking), Some(able)) => (asking, able),
        // who tells one capacity may tell the other
        (Some(_), None) => return findings.not_assessed(to, AttrId::CAPACITY),
        (None, Some(_)) => return findings.not_assessed(from, AttrId::CAPACITY),
        (None, None) => return,
    };
    let passed = most_calls(ctx, &usages);
    let limit = ctx.threshold(&IMBALANCE);
    if !exceeds(asking * passed, limit * able) {
        return;
    }
    let (caller, callee) = (ctx.model.path(from), ctx.model.path(to));
    let asked = match passed {
        1.0 => format_rate(asking),
        _ => format!("{}·{} = {}", format_rate(asking), round_significant(passed, 3), format_rate(asking * passed)),
    };
    let message = format!(
        "`{caller}` can ask `{callee}` for {} times what it can do: {asked} > {limit}·n·μ = {limit}·{}",
        round_significant(asking * passed / able, 3),
        format_rate(able)
    );
    let kind = ctx.model.components[to].kind;
    let limit = edits::rate_down(able);
    let finding = Finding::new(Severity::Warning, id, message);
    let finding = match kind.is_compute() || kind.is_front() {
        true => finding.mend(
            format!("let `{callee}` refuse what it cannot do"),
            edits::set(ctx, to, &[(AttrId::RATE_LIMIT, &limit)]),
        ),
        false => finding
            .mend("give it a pool of its own", edits::set_on_calls(ctx, id, &usages, &[(AttrId::BULKHEAD, "true")])),
    };
    let finding = finding
        .help(format!("a `rate_limit` on `{callee}`, a `bulkhead` on the call, a queue between, or a cap on the replicas of `{caller}`"))
        .hits_all(ctx.flows_through(id));
    let finding = [from, to].into_iter().fold(finding, |finding, id| {
        let attrs = &ctx.model.components[id].attrs;
        let figures: &[AttrId] = match attrs.has(AttrId::CAPACITY) {
            true => &[AttrId::CAPACITY, AttrId::REPLICAS],
            false => &[AttrId::CONCURRENCY, AttrId::LATENCY, AttrId::REPLICAS],
        };
        finding.resting_on(ctx.model.path(id), attrs, figures)
    });
    findings.push(finding);
}

/// Calls for one request of the caller, over the steps of one visit; of several visits the most.
fn most_calls(ctx: &RuleContext<'_>, usages: &[Usage<'_>]) -> f64 {
    let mut by_visit: Vec<f64> = Vec::new();
    let mut known: FxHashMap<(FlowId, VisitId), usize> = FxHashMap::default();
    let mut most: f64 = 0.0;
    for usage in usages {
        let Some((flow, call)) = usage.call else {
            most = most.max(passed(ctx, usage.attrs, usage.attrs.share(AttrId::SHARE).unwrap_or(1.0)));
            continue;
        };
        let it = &ctx.model.flows[flow];
        let visit = (flow, it.calls[call].caller);
        let calls = passed(ctx, usage.attrs, share(it, call));
        let at = *known.entry(visit).or_insert(by_visit.len());
        match by_visit.get_mut(at) {
            Some(sum) => *sum += calls,
            None => by_visit.push(calls),
        }
    }
    by_visit.into_iter().fold(most, f64::max)
}

/// How often a step makes a call: of alternatives those without a share divide what the others leave.
fn share(flow: &Flow, id: CallId) -> f64 {
    let given = |id: CallId| flow.calls[id].attrs.share(AttrId::SHARE);
    if let Some(share) = given(id) {
        return share;
    }
    let group = &flow.groups[flow.calls[id].group];
    if !matches!(group.kind, GroupMode::AnyOf { .. }) {
        return 1.0;
    }
    let taken: f64 = group.calls.iter().filter_map(|id| given(*id)).sum();
    let silent = group.calls.iter().filter(|id| given(**id).is_none()).count();
    (1.0 - taken).max(0.0) / silent.max(1) as f64
}

fn passed(ctx: &RuleContext<'_>, attrs: &Attributes, share: f64) -> f64 {
    let missed: f64 = attrs
        .components(AttrId::BEHIND)
        .iter()
        .map(|cache| 1.0 - ctx.model.components[*cache].attrs.share(AttrId::HIT_RATIO).unwrap_or(0.0))
        .product();
    let calls = attrs.number(AttrId::CALLS).unwrap_or(1.0);
    let fanout = attrs.count(AttrId::FANOUT).map_or(1.0, |fanout| fanout as f64);
    calls * fanout * share * missed
}

/// A component that one flow asks many times for each of its runs.
fn check_amplified(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId) {
    if ctx.model.components[id].kind.is_actor() || is_safe(ctx, id) {
        return;
    }
    let limit = ctx.threshold(&AMPLIFICATION);
    let mut into: Vec<(FlowId, CallId)> =
        ctx.incoming(id).iter().flat_map(|connection| ctx.calls_of(*connection)).copied().collect();
    into.sort_unstable();
    for flow in ctx.flows_of(id) {
        let Some(load) = ctx.facts.load.flow(*flow) else { continue };
        let Some(runs) = load.peak.filter(|runs| *runs > 0.0) else { continue };
        let it = &ctx.model.flows[*flow];
        let first = into.partition_point(|(by, _)| by < flow);
        let into = into.iter().skip(first).take_while(|(by, _)| by == flow).map(|(_, call)| *call);
        let guarded = |call: &crate::model::Call| is_set(&call.attrs, AttrId::BULKHEAD);
        let open = into.filter(|call| !guarded(&it.calls[*call]));
        let rates = open.filter_map(|call| *load.calls.get(call.index())?);
        let rate: f64 = rates.sum();
        if !exceeds(rate, limit * runs) {
            continue;
        }
        let name = ctx.model.path(id);
        let message = format!(
            "one run of `{}` is {} requests to `{name}`: λ = {} > {}·{}",
            it.header.name,
            format_count(rate / runs),
            format_rate(rate),
            format_count(limit),
            format_rate(runs)
        );
        let finding = Finding::new(Severity::Note, id, message)
            .help("ask for many at once, keep what was asked, or put a queue between")
            .hits(*flow);
        findings.push(resting_on_load(ctx, finding, id));
    }
}
