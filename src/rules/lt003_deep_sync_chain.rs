//! A request that passes through too many hands.
//!
//! ## What it finds
//!
//! d, the most compute and external components on one path of hard calls below an actor. Fronts, stores and brokers do not count,
//! and who is met again counts once. A warning where d > 4, an error where d > 7; both numbers are ours. Reported once a flow, for its
//! longest path; connections that no flow takes make paths too.
//!
//! ## Why it matters
//!
//! Each hop adds its latency and its tail, and all must be up: availabilities multiply along the path.
//!
//! ## How to mend it
//!
//! Merge services that only pass on, send an event where the answer is not needed, or let one aggregate what the others tell.
//!
//! ## When it stays silent
//!
//! Behind a `~>`, an `optional` call or one with a `fallback`: there the path ends.
//!
//! ## Source
//!
//! Treynor et al., The Calculus of Service Availability, ACM Queue 15(2), for the product; the limits are a heuristic.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service a
//! service b
//! service c
//! service d
//! service e
//! flow look { browser -> a -> b -> c -> d -> e }
//! ```
//!
//! ```arch,pass
//! client browser
//! gateway api
//! service a
//! service b
//! service c
//! service d
//! database db
//! flow look { browser -> api -> a -> b -> c -> d -> db }
//! ```

use rustc_hash::FxHashMap;

use super::outage::own_unavailability;
use super::terms::is_hard;
use super::walk::Walk;
use super::{Category, Finding, Findings, Rule, RuleContext, Threshold};
use crate::diagnostic::Severity;
use crate::model::{ComponentId, Kind};
use crate::units::{format_count, format_share};

const WARNING: Threshold =
    Threshold { key: "warning", default: 4.0, unit: "components", meaning: "a longer path is a warning" };
const ERROR: Threshold =
    Threshold { key: "error", default: 7.0, unit: "components", meaning: "a longer path is an error" };

pub(super) static RULE: Rule = Rule {
    code: "LT003",
    name: "deep-sync-chain",
    category: Category::Latency,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[WARNING, ERROR],
    silences: &[],
    needs: &[],
    expects: &[],
    check,
};

/// So far back one looks whether a component was met before.
const BACK: usize = 256;

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let (warning, error) = (ctx.threshold(&WARNING), ctx.threshold(&ERROR));
    for walk in ctx.walks {
        let Some(longest) = longest(ctx, walk) else { continue };
        let depth = longest.depth as f64;
        if depth > error {
            findings.push(finding(ctx, walk, &longest, (Severity::Error, error)));
        } else if depth > warning {
            findings.push(finding(ctx, walk, &longest, (Severity::Warning, warning)));
        }
    }
}

/// A path with most components that count.
struct Longest {
    depth: u64,
    /// Its steps, from the actor on.
    path: Vec<usize>,
    end: ComponentId,
}

/// How a node is reached from an actor.
#[derive(Clone, Copy)]
struct Reached {
    depth: u64,
    via: Option<usize>,
}

fn longest(ctx: &RuleContext<'_>, walk: &Walk<'_>) -> Option<Longest> {
    let counts = |id: ComponentId| {
        let kind = ctx.model.components[id].kind;
        kind.is_compute() || kind == Kind::External
    };
    let mut nodes_of: FxHashMap<ComponentId, u32> = FxHashMap::default();
    for node in &walk.nodes {
        *nodes_of.entry(node.component).or_default() += 1;
    }
    let called = called(walk);
    let begins = |node: usize| {
        let is_actor = walk.component(node).is_some_and(|id| ctx.model.components[id].kind.is_actor());
        is_actor && called.get(node) != Some(&true)
    };
    let start = |node: usize| begins(node).then_some(Reached { depth: 0, via: None });
    let mut reached: Vec<Option<Reached>> = (0..walk.nodes.len()).map(start).collect();
    let mut best: Option<(u64, usize)> = None;
    for (at, step) in walk.in_order().filter(|(_, step)| is_hard(step.op, step.attrs)) {
        let Some(from) = reached.get(step.from).copied().flatten() else { continue };
        let Some(to) = walk.component(step.to) else { continue };
        let may_be_met = nodes_of.get(&to).is_some_and(|nodes| *nodes > 1);
        let is_new = counts(to) && !(may_be_met && was_met(walk, &reached, step.from, to));
        let depth = from.depth + u64::from(is_new);
        if is_new && best.is_none_or(|(most, _)| depth > most) {
            best = Some((depth, at));
        }
        if let Some(slot) = reached.get_mut(step.to)
            && slot.is_none_or(|known| depth > known.depth)
        {
            *slot = Some(Reached { depth, via: Some(at) });
        }
    }
    let (depth, last) = best?;
    let mut path = vec![last];
    let mut node = walk.steps.get(last)?.from;
    while let Some(via) = reached.get(node).copied().flatten().and_then(|it| it.via) {
        path.push(via);
        node = walk.steps.get(via)?.from;
    }
    path.reverse();
    Some(Longest { depth, path, end: walk.component(walk.steps.get(last)?.to)? })
}

/// By node, whether some step leads to it.
fn called(walk: &Walk<'_>) -> Vec<bool> {
    let mut called = vec![false; walk.nodes.len()];
    for (_, step) in walk.in_order() {
        if let Some(slot) = called.get_mut(step.to) {
            *slot = true;
        }
    }
    called
}

/// Whether the path to a node has met a component.
fn was_met(walk: &Walk<'_>, reached: &[Option<Reached>], from: usize, id: ComponentId) -> bool {
    let mut node = from;
    for _ in 0..BACK {
        if walk.component(node) == Some(id) {
            return true;
        }
        let via = reached.get(node).copied().flatten().and_then(|it| it.via);
        let Some(step) = via.and_then(|via| walk.steps.get(via)) else { return false };
        node = step.from;
    }
    false
}

fn finding(
    ctx: &RuleContext<'_>,
    walk: &Walk<'_>,
    longest: &Longest,
    (severity, limit): (Severity, f64),
) -> Finding {
    let steps: Vec<_> = longest.path.iter().filter_map(|at| walk.steps.get(*at)).collect();
    let mut members: Vec<ComponentId> = steps.iter().filter_map(|step| walk.component(step.to)).collect();
    members.sort_unstable();
    members.dedup();
    let available: f64 = members
        .iter()
        .filter_map(|id| ctx.facts.placement.of(*id))
        .map(|deployment| 1.0 - own_unavailability(deployment))
        .product();
    let actor = steps.first().and_then(|step| walk.component(step.from)).map_or("", |id| ctx.model.path(id));
    let message = format!(
        "from `{actor}` to `{}` a request waits for d = {} components, one behind the other: {} > {}; all must be up, Π A = {}",
        ctx.model.path(longest.end),
        format_count(longest.depth as f64),
        format_count(longest.depth as f64),
        format_count(limit),
        format_share(available)
    );
    let mut finding = Finding::new(severity, longest.end, message)
        .help("merge what only passes on, send an event where no answer is needed, or let one aggregate the others")
        .hits_all(walk.flow);
    for step in steps {
        let remark = step.remark(ctx);
        finding = finding.in_step(step.span).step(remark.span, remark.message);
    }
    finding
}
