//! A flow that takes longer than its objective allows.
//!
//! ## What it finds
//!
//! An error where what is certain exceeds the objective: no percentile of the flow is below that of its slowest hop. A warning where
//! the estimate exceeds it. A note where only the certain upper bound of the p99 does. The finding stands at the hop that takes most of
//! the critical path, once for all flows that it slows down.
//!
//! ## Why it matters
//!
//! Percentiles do not add up: three hops with a p99 of 100 ms each have one of about 185 ms, and of up to 440 ms when they are slow
//! together. The estimate convolves the hops as if they were independent; the bounds hold however they depend on each other.
//!
//! ## How to mend it
//!
//! Make independent calls at once, answer from a cache, do later what need not be done now, or mend the hop that takes most.
//!
//! ## When it stays silent
//!
//! An optional call with a timeout counts for no longer than that, asynchronous calls not at all. Without an `slo` on a percentile, or
//! where a hop gives neither `latency` nor `p99`, it is not assessed; a certain excess is told all the same. Where CP001 names the
//! same hop, this rule leaves it to that.
//!
//! ## Source
//!
//! Azure Well-Architected, PE:01; the bounds are the union bound.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service shop { latency = 20ms  p99 = 80ms }
//! database db { latency = 5ms  p99 = 60ms }
//! flow buy {
//!   slo p99 <= 100ms
//!   browser -> shop
//!   shop -> db { calls = 4 }
//! }
//! ```
//!
//! ```arch,pass
//! client browser
//! service shop { latency = 5ms  p99 = 20ms }
//! database db { latency = 1ms  p99 = 10ms }
//! flow buy {
//!   slo p99 <= 100ms
//!   browser -> shop -> db
//! }
//! ```

use super::terms::{exceeds, is_soft};
use super::timing::{self, Slow, resting_on_p99};
use super::{Category, Finding, Findings, Need, Rule, RuleContext};
use crate::analysis::latency::{FlowLatency, Gap, Hop, budget};
use crate::diagnostic::Severity;
use crate::model::{AttrId, Flow, FlowId, Metric};
use crate::units::{format_share, format_time, round_significant};

pub(super) static RULE: Rule = Rule {
    code: "LT001",
    name: "exceeded-latency-budget",
    category: Category::Latency,
    severities: &[Severity::Error, Severity::Warning, Severity::Note],
    thresholds: &[],
    silences: &[],
    needs: &[
        Need::Objective(Metric::Percentile(990)),
        Need::Attribute(AttrId::LATENCY),
        Need::Attribute(AttrId::CAPACITY),
    ],
    expects: &[],
    check,
};

/// Hops that a message names at the most.
const NAMED: usize = 6;

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for id in ctx.model.flows.ids() {
        let Some(latency) = ctx.facts.latency.flow(id) else { continue };
        for gap in latency.gaps() {
            match gap {
                Gap::Figures(component) => findings.not_assessed(*component, AttrId::LATENCY),
                Gap::Saturated(component, _) => findings.not_assessed(*component, AttrId::CAPACITY),
                Gap::Circle(_) | Gap::Down(_) | Gap::NotAwaited => {}
            }
        }
        let percentiles = Metric::NAMES.iter().filter_map(|(_, metric)| match metric {
            Metric::Percentile(thousandths) => Some((*metric, *thousandths, ctx.ceiling(id, *metric)?)),
            _ => None,
        });
        let limits: Vec<(Metric, u16, f64)> = percentiles.collect();
        if limits.is_empty() {
            findings.not_assessed(id, Metric::Percentile(990));
        }
        let judged = limits.iter().filter_map(|limit| judge(&latency, *limit));
        let worst = judged.reduce(|a, b| if b.rank() > a.rank() { b } else { a });
        if let Some(excess) = worst {
            findings.push(finding(ctx, id, &latency, &excess));
        }
    }
}

/// An objective that is, or may be, missed.
struct Excess {
    metric: Metric,
    target: f64,
    severity: Severity,
    lower: Option<f64>,
    estimate: Option<f64>,
    upper: Option<f64>,
}

impl Excess {
    fn rank(&self) -> (Severity, f64) {
        let value = match self.severity {
            Severity::Error => self.lower,
            Severity::Warning => self.estimate,
            Severity::Note => self.upper,
        };
        (self.severity, value.unwrap_or(0.0) / self.target.max(f64::MIN_POSITIVE))
    }
}

fn judge(latency: &FlowLatency<'_>, (metric, thousandths, target): (Metric, u16, f64)) -> Option<Excess> {
    let bounds = latency.bounds(thousandths);
    let over = |value: Option<f64>| value.is_some_and(|value| exceeds(value, target));
    // what is certainly within the objective needs no estimate
    let may_exceed = bounds.upper.is_none_or(|upper| exceeds(upper, target));
    let estimate = may_exceed.then(|| latency.percentile(thousandths)).flatten();
    let severity = if over(bounds.lower) {
        Severity::Error
    } else if over(estimate) {
        Severity::Warning
    } else if thousandths == 990 && over(bounds.upper) {
        Severity::Note
    } else {
        return None;
    };
    Some(Excess { metric, target, severity, lower: bounds.lower, estimate, upper: bounds.upper })
}

fn finding(ctx: &RuleContext<'_>, id: FlowId, latency: &FlowLatency<'_>, excess: &Excess) -> Finding {
    let hops = budget(&ctx.model.flows[id], latency);
    let cuts = cuts(&ctx.model.flows[id]);
    let certain = |hop: &Hop| certain(hop, &cuts);
    let decisive = match excess.severity {
        Severity::Error => hops.iter().reduce(|a, b| if certain(b) > certain(a) { b } else { a }),
        _ => {
            let critical = hops.iter().filter(|hop| hop.is_critical);
            critical.reduce(|a, b| if b.contribution > a.contribution { b } else { a })
        }
    };
    let (name, metric, target) = (&ctx.model.flows[id].header.name, excess.metric.as_str(), format_time(excess.target));
    let time = |value: Option<f64>| value.map(format_time).unwrap_or_default();
    let verdict = match excess.severity {
        Severity::Error => format!("`{name}` takes at least {} at {metric} > {target}", time(excess.lower)),
        Severity::Warning => format!("`{name}` takes {} at {metric} > {target}", time(excess.estimate)),
        Severity::Note => {
            format!("`{name}` may take up to {} at {metric} > {target} when hops are slow together", time(excess.upper))
        }
    };
    let mut known = vec![format!("at least {}", time(excess.lower))];
    known.extend(excess.estimate.map(|estimate| format!("estimate {}", format_time(estimate))));
    known.extend(excess.upper.map(|upper| format!("at most {}", format_time(upper))));
    let lines = if latency.queues().is_empty() { "" } else { "; waiting in line is approximated" };
    let message = format!("{verdict} ({}{lines}){}", known.join(", "), path(ctx, &hops, decisive));
    let mut finding = match decisive {
        Some(hop) => Finding::new(excess.severity, hop.component, message).witness(ctx.path_to(id, hop.visit)),
        None => Finding::new(excess.severity, id, message),
    };
    let own = ctx.model.flows[id].objectives.iter().chain(&ctx.model.objectives);
    if let Some(objective) = own.filter(|it| it.metric == excess.metric).find(|it| it.target == excess.target) {
        finding = finding.related(objective.span, "here is the objective");
    }
    finding = finding
        .help("make independent calls at once, answer from a cache, or do later what need not be done now")
        .hits(id);
    assuming(ctx, finding, (&hops, &cuts), decisive, excess)
}

/// By visit: how long it is waited for at the most, where a call on the way is given up or tried again at its `timeout`.
fn cuts(flow: &Flow) -> Vec<f64> {
    let mut cuts = vec![f64::INFINITY; flow.visits.len()];
    // a caller's visit stands before its callees'
    for (id, visit) in flow.visits.enumerate() {
        let Some(call) = visit.via.map(|via| &flow.calls[via]) else { continue };
        let above = cuts.get(call.caller.index()).copied().unwrap_or(f64::INFINITY);
        let is_cut = is_soft(&call.attrs) || call.attrs.count(AttrId::RETRIES).is_some_and(|retries| retries > 0);
        let own = call.attrs.seconds(AttrId::TIMEOUT).filter(|_| is_cut).unwrap_or(f64::INFINITY);
        if let Some(slot) = cuts.get_mut(id.index()) {
            *slot = above.min(own);
        }
    }
    cuts
}

/// What a hop surely takes at its p99, as far as anybody waits for it.
fn certain(hop: &Hop, cuts: &[f64]) -> f64 {
    let cut = cuts.get(hop.visit.index()).copied().unwrap_or(f64::INFINITY);
    (hop.own_p99.unwrap_or(0.0) + hop.network).min(cut)
}

/// The critical path and what takes most of it.
fn path(ctx: &RuleContext<'_>, hops: &[Hop], decisive: Option<&Hop>) -> String {
    let critical: Vec<String> =
        hops.iter().filter(|hop| hop.is_critical).map(|hop| format!("`{}`", ctx.model.path(hop.component))).collect();
    let more = match critical.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let named = critical.iter().take(NAMED).cloned().collect::<Vec<String>>().join(", ");
    let most = match decisive {
        Some(hop) if hop.is_critical => {
            let share = round_significant(hop.share, 2);
            format!(", of which `{}` takes {} on average", ctx.model.path(hop.component), format_share(share))
        }
        _ => String::new(),
    };
    if critical.is_empty() { String::new() } else { format!("; critical path: {named}{more}{most}") }
}

/// Names what is assumed: what decides of an error, of others all on the critical path.
fn assuming(
    ctx: &RuleContext<'_>,
    mut finding: Finding,
    (hops, cuts): (&[Hop], &[f64]),
    decisive: Option<&Hop>,
    excess: &Excess,
) -> Finding {
    let slow = |hop: &Hop| hop.own_p99.map(|p99| Slow { component: hop.component, p99 });
    if excess.severity == Severity::Error {
        // one given figure that is too large by itself needs no assumption
        let surely = hops.iter().any(|hop| {
            let alone = hop.own_p99.map(|p99| p99.min(certain(hop, cuts)));
            alone.is_some_and(|p99| exceeds(p99, excess.target)) && hop.times >= 1.0 && !timing::is_assumed(ctx, hop.component)
        });
        if surely {
            return finding;
        }
    }
    let rests: Vec<&Hop> = match excess.severity {
        Severity::Error => decisive.into_iter().collect(),
        _ => hops.iter().filter(|hop| hop.is_critical).collect(),
    };
    let assumed: Vec<&Hop> = rests.into_iter().filter(|hop| timing::is_assumed(ctx, hop.component)).collect();
    match assumed.as_slice() {
        [] => {}
        [hop] => {
            if let Some(slow) = slow(hop) {
                finding = resting_on_p99(ctx, finding, slow);
            }
        }
        [first, rest @ ..] => {
            let path = ctx.model.path(first.component);
            finding = finding.assuming(format!("the `p99` of `{path}` and {} more", rest.len()));
        }
    }
    // the network counts where it makes the difference
    let trips: f64 = hops.iter().filter(|hop| hop.is_network_assumed).map(|hop| hop.network * hop.times).sum();
    let value = if excess.severity == Severity::Error { excess.lower } else { excess.estimate.or(excess.upper) };
    if trips > 0.0 && value.is_some_and(|value| !exceeds(value - trips, excess.target)) {
        finding = finding.assuming(format!("{} of round trips by place", format_time(trips)));
    }
    finding
}
