//! Round trips between regions that eat the latency budget.
//!
//! ## What it finds
//!
//! R = Σ `calls`·`rtt` over the hard calls of a flow whose ends share no region, and over the synchronous copies (`=>` with
//! `mode = sync`) of the stores that it writes. An error where R exceeds the smallest `slo p99` B of the flow, a warning where it
//! exceeds 0.3·B. The finding stands at the connection that takes most. Calls made at once count once, with the longest of them.
//!
//! ## Why it matters
//!
//! Light in glass needs 5 µs a kilometre: no machine makes the way over an ocean shorter than some 60 to 80 ms there and back, and each
//! call that waits for another pays it again.
//!
//! ## How to mend it
//!
//! Copies in the region of the caller, one call in place of several, or a message where nobody needs the answer.
//!
//! ## When it stays silent
//!
//! For steps that less than 1% of the runs make, which are not in the p99, and for the way from who starts the flow. Without placement
//! of both ends, or without an `slo p99`, it is not assessed. Without an `rtt` on the connection or on a link between the regions
//! 80 ms are assumed.
//!
//! ## Source
//!
//! S. Eskildsen, napkin-math; the 30% are a heuristic of ours.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! region us { service shop }
//! region eu { database db }
//! us -- eu { rtt = 90ms }
//! flow buy {
//!   slo p99 <= 200ms
//!   browser -> us.shop
//!   us.shop -> eu.db
//! }
//! ```
//!
//! ```arch,pass
//! client browser
//! region us { service shop }
//! region eu { database db }
//! us -- eu { rtt = 90ms }
//! flow buy {
//!   slo p99 <= 400ms
//!   browser -> us.shop
//!   us.shop -> eu.db
//! }
//! ```

use super::terms::{exceeds, is_hard, writes};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold};
use crate::analysis::consistency::regions::{RoundTrip, regions_of, round_trip};
use crate::diagnostic::Severity;
use crate::model::attributes::words::CopyMode;
use crate::model::{AttrId, Attributes, CallId, ComponentId, ConnectionId, FlowId, GroupKind, Metric};
use crate::syntax::ast::Operator;
use crate::units::{format_count, format_share, format_time};

const BUDGET: Threshold = Threshold {
    key: "budget",
    default: 0.3,
    unit: "share of the latency budget",
    meaning: "the most that round trips between regions may take",
};
const RARE: Threshold = Threshold {
    key: "rare",
    default: 0.01,
    unit: "share of the runs",
    meaning: "a rarer step is not in the p99",
};

pub(super) static RULE: Rule = Rule {
    code: "LT005",
    name: "cross-region-call",
    category: Category::Latency,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[BUDGET, RARE],
    silences: &[],
    needs: &[Need::Attribute(AttrId::REGIONS), Need::Objective(Metric::Percentile(990))],
    expects: &[],
    check,
};

/// Round trips of one connection in one run.
struct Far {
    connection: ConnectionId,
    call: CallId,
    calls: f64,
    trip: RoundTrip,
}

impl Far {
    fn seconds(&self) -> f64 {
        self.calls * self.trip.seconds
    }
}

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    // without two regions nothing is far
    if ctx.model.groups.iter().filter(|group| group.kind == GroupKind::Region).count() < 2
        && !ctx.model.components.iter().any(|component| component.attrs.has(AttrId::REGIONS))
    {
        return;
    }
    for id in ctx.model.flows.ids() {
        let far = far_calls(ctx, findings, id);
        if far.is_empty() {
            continue;
        }
        let Some(budget) = ctx.slo_p99(id) else {
            findings.not_assessed(id, Metric::Percentile(990));
            continue;
        };
        let waits: f64 = far.iter().map(Far::seconds).sum();
        if exceeds(waits, ctx.threshold(&BUDGET) * budget)
            && let Some(finding) = finding(ctx, id, &far, waits, budget)
        {
            findings.push(finding);
        }
    }
}

/// The round trips that a run waits for, of calls at once the longest.
fn far_calls(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: FlowId) -> Vec<Far> {
    let flow = &ctx.model.flows[id];
    let often = often(ctx, id);
    let mut found = Vec::new();
    for group in &flow.groups {
        if flow.roots.contains(&group.caller) {
            continue;
        }
        let mut longest: Option<Far> = None;
        for call in &group.calls {
            let made = &flow.calls[*call];
            let often = often.get(call.index()).copied().flatten();
            let counts = often.is_some_and(|often| often >= ctx.threshold(&RARE));
            if !counts || !is_hard(ctx.model.connections[made.connection].op, &made.attrs) {
                continue;
            }
            let callee = ctx.callee((id, *call));
            let mut consider = |far: Option<Far>| {
                if far.as_ref().map(Far::seconds) > longest.as_ref().map(Far::seconds) {
                    longest = far;
                }
            };
            consider(far(ctx, findings, made.connection, *call, &made.attrs));
            if writes(&made.attrs) {
                for copy in ctx.outgoing(callee) {
                    let it = &ctx.model.connections[*copy];
                    let is_sync = it.attrs.word::<CopyMode>(AttrId::MODE) == Some(CopyMode::Sync);
                    if it.op == Operator::Replicate && is_sync {
                        let far = far(ctx, findings, *copy, *call, &it.attrs);
                        // the copy is made behind the write, not beside it
                        found.extend(far);
                    }
                }
            }
        }
        found.extend(longest);
    }
    found
}

/// By call, how often a run waits for it: shares and misses of caches on the way multiply.
fn often(ctx: &RuleContext<'_>, id: FlowId) -> Vec<Option<f64>> {
    let flow = &ctx.model.flows[id];
    let missed = |attrs: &Attributes| -> f64 {
        let hits = |cache: &ComponentId| ctx.model.components[*cache].attrs.share(AttrId::HIT_RATIO).unwrap_or(0.0);
        attrs.components(AttrId::BEHIND).iter().map(|cache| 1.0 - hits(cache)).product()
    };
    let mut often = ctx.awaited(id);
    let mut misses: Vec<f64> = vec![1.0; flow.visits.len()];
    for (visit, it) in flow.visits.enumerate() {
        let here = misses.get(visit.index()).copied().unwrap_or(1.0);
        for call in it.groups.iter().flat_map(|group| &flow.groups[*group].calls) {
            let made = &flow.calls[*call];
            let there = here * missed(&made.attrs);
            if let Some(slot) = often.get_mut(call.index()) {
                *slot = slot.map(|often| often * there);
            }
            let is_first = flow.visits[made.target].via == Some(*call);
            if let Some(slot) = misses.get_mut(made.target.index()).filter(|_| is_first) {
                *slot = there;
            }
        }
    }
    often
}

/// The round trips of a connection whose ends share no region.
fn far(
    ctx: &RuleContext<'_>,
    findings: &mut Findings<'_>,
    connection: ConnectionId,
    call: CallId,
    attrs: &Attributes,
) -> Option<Far> {
    let it = &ctx.model.connections[connection];
    let (from, to) = (it.caller()?, it.callee()?);
    let place = |id: ComponentId| regions_of(ctx.model, id);
    let (here, there) = (place(from), place(to));
    for (end, regions) in [(from, &here), (to, &there)] {
        if regions.is_empty() && !ctx.model.components[end].kind.is_actor() {
            findings.not_assessed(end, AttrId::REGIONS);
        }
    }
    if here.is_empty() || there.is_empty() || here.iter().any(|region| there.contains(region)) {
        return None;
    }
    let assumed = &ctx.config.assumed;
    let nearest = |from| {
        let trips = there.iter().map(|to| round_trip(ctx.model, from, *to, assumed.rtt_region, assumed.rtt_far));
        trips.reduce(|a, b| if b.seconds < a.seconds { b } else { a })
    };
    let trip = match attrs.seconds(AttrId::RTT) {
        Some(seconds) => RoundTrip { seconds, assumed: false },
        // from the region of the caller that is farthest from the callee's nearest
        None => here.iter().filter_map(|from| nearest(*from)).reduce(|a, b| if b.seconds > a.seconds { b } else { a })?,
    };
    Some(Far { connection, call, calls: attrs.number(AttrId::CALLS).unwrap_or(1.0), trip })
}

fn finding(ctx: &RuleContext<'_>, id: FlowId, far: &[Far], waits: f64, budget: f64) -> Option<Finding> {
    let worst = far.iter().reduce(|a, b| if b.seconds() > a.seconds() { b } else { a })?;
    let flow = &ctx.model.flows[id];
    let term = |it: &Far| match it.calls == 1.0 {
        true => format_time(it.trip.seconds),
        false => format!("{}·{}", format_count(it.calls), format_time(it.trip.seconds)),
    };
    let terms: Vec<String> = far.iter().take(6).map(term).collect();
    let sum = match far {
        [only] if only.calls == 1.0 => String::new(),
        _ if far.len() > 6 => format!("{} + … = ", terms.join(" + ")),
        _ => format!("{} = ", terms.join(" + ")),
    };
    let over = exceeds(waits, budget);
    let share = ctx.threshold(&BUDGET);
    let limit = match over {
        true => format!("B = {}", format_time(budget)),
        false => {
            format!("{} of B = {} = {}", format_share(share), format_time(budget), format_time(share * budget))
        }
    };
    let severity = if over { Severity::Error } else { Severity::Warning };
    let message = format!(
        "`{}` waits R = {sum}{} > {limit} for round trips between regions, most of it for `{}`",
        flow.header.name,
        format_time(waits),
        ctx.connection_name(worst.connection),
    );
    let mut finding = Finding::new(severity, worst.connection, message)
        .help("keep a copy in the caller's region, make one call of several, or send a message")
        .in_step(flow.calls[worst.call].span)
        .witness(ctx.path_to(id, flow.calls[worst.call].target))
        .hits(id);
    let assumed: Vec<&Far> = far.iter().filter(|it| it.trip.assumed).collect();
    if let Some(first) = assumed.first() {
        let trip = format_time(first.trip.seconds);
        finding = finding.assuming(format!("`rtt` of `{}` = {trip}", ctx.connection_name(first.connection)));
    }
    Some(finding)
}
