//! A request that passes several services cannot be followed.
//!
//! ## What it finds
//!
//! A path of hard calls through at least three compute components, one of which has no `traces`: a warning. Through at least five, one
//! of which has no `logs`: a note. Reported once a flow, for its longest such path.
//!
//! ## Why it matters
//!
//! A trace ends where one service does not pass it on. Behind that, which of the callees was slow is a guess.
//!
//! ## How to mend it
//!
//! Pass the trace context on in every service, with OpenTelemetry for one.
//!
//! ## When it stays silent
//!
//! On shorter paths. As long as no component of the design says anything of its `observability`, it is not assessed.
//!
//! ## Source
//!
//! Azure Well-Architected, OE:07.
//!
//! ## Examples
//!
//! ```arch,fail
//! client app
//! service shop { observability = [traces] }
//! service stock { observability = [metrics] }
//! service prices { observability = [traces] }
//! app -> shop -> stock -> prices
//! ```
//!
//! ```arch,pass
//! client app
//! service shop { observability = [traces] }
//! service stock { observability = [traces] }
//! service prices { observability = [traces] }
//! app -> shop -> stock -> prices
//! ```

use rustc_hash::FxHashSet;

use super::ob001_blind_component::is_expected;
use super::outage::names;
use super::terms::is_hard;
use super::walk::Walk;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, edits};
use crate::diagnostic::{Edit, Severity};
use crate::model::attributes::Word;
use crate::model::attributes::words::Signal;
use crate::model::{AttrId, ComponentId};

/// Compute components on a path from which on a signal is missed.
const RULES: [(Signal, usize, Severity); 2] =
    [(Signal::Traces, 3, Severity::Warning), (Signal::Logs, 5, Severity::Note)];

pub(super) static RULE: Rule = Rule {
    code: "OB002",
    name: "untraced-chain",
    category: Category::Observability,
    severities: &[Severity::Warning, Severity::Note],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::OBSERVABILITY)],
    expects: &[AttrId::OBSERVABILITY],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let expected = is_expected(ctx);
    for walk in ctx.walks {
        let broken = |signal: Signal, least: usize| {
            longest_broken(ctx, walk, signal).is_some_and(|path| compute_on(ctx, walk, &path).len() >= least)
        };
        for (signal, least, severity) in RULES {
            let Some(path) = longest_broken(ctx, walk, signal) else { continue };
            let compute = compute_on(ctx, walk, &path);
            let breaks: Vec<ComponentId> = compute.iter().copied().filter(|id| lacks(ctx, *id, signal)).collect();
            let Some(first) = breaks.first().filter(|_| compute.len() >= least) else { continue };
            if !expected {
                findings.not_assessed(*first, AttrId::OBSERVABILITY);
                continue;
            }
            let word = signal.as_str();
            let message = format!(
                "a request passes {} compute components ≥ {least}, and its {word} break off at {}",
                compute.len(),
                names(ctx, &breaks)
            );
            let mut finding = Finding::new(severity, *first, message)
                .help(format!("pass the context on in every service: `{word}` in the `observability` of each"))
                .hits_all(walk.flow);
            let wanted: Vec<Signal> = RULES.iter().filter(|(signal, least, _)| broken(*signal, *least)).map(|row| row.0).collect();
            finding = finding.mend(format!("give every service its {word}"), signals(ctx, walk, &wanted));
            for step in path.steps.iter().filter_map(|at| walk.steps.get(*at)) {
                finding = finding.in_step(step.span).step(step.span, step.remark(ctx).message);
            }
            for other in breaks.iter().skip(1) {
                finding = finding.and(*other);
            }
            findings.push(finding);
        }
    }
}

/// So many components are worth one fix.
const MENDED: usize = 32;

/// These signals for every compute component of a walk.
fn signals(ctx: &RuleContext<'_>, walk: &Walk<'_>, wanted: &[Signal]) -> Option<Vec<Edit>> {
    let mut open: Vec<ComponentId> = walk.nodes.iter().map(|node| node.component).collect();
    open.sort_unstable();
    open.dedup();
    open.retain(|id| wanted.iter().any(|signal| lacks(ctx, *id, *signal)));
    let all = [Signal::Metrics, Signal::Logs, Signal::Traces, Signal::Alerts];
    let edits = open.iter().take(MENDED + 1).map(|id| {
        let known = ctx.model.components[*id].attrs.words::<Signal>(AttrId::OBSERVABILITY).unwrap_or_default();
        let names = all.iter().filter(|signal| known.contains(signal) || wanted.contains(signal));
        let list = edits::list(&names.map(|signal| signal.as_str()).collect::<Vec<_>>());
        edits::set(ctx, *id, &[(AttrId::OBSERVABILITY, &list)])
    });
    edits::all(edits).filter(|_| open.len() <= MENDED)
}

fn lacks(ctx: &RuleContext<'_>, id: ComponentId, signal: Signal) -> bool {
    let component = &ctx.model.components[id];
    let signals = component.attrs.words::<Signal>(AttrId::OBSERVABILITY);
    component.kind.is_compute() && !signals.is_some_and(|signals| signals.contains(&signal))
}

/// A path of hard calls.
struct Path {
    start: usize,
    steps: Vec<usize>,
}

/// The best way to a node.
#[derive(Clone, Copy)]
struct Way {
    /// Compute components on it.
    count: usize,
    /// The last step, and whether a component before it lacks the signal.
    via: Option<(usize, bool)>,
}

/// The path with most compute components of which one lacks a signal; the first in the text among equals.
fn longest_broken(ctx: &RuleContext<'_>, walk: &Walk<'_>, signal: Signal) -> Option<Path> {
    let own = |node: usize| {
        let id = walk.component(node);
        let compute = id.is_some_and(|id| ctx.model.components[id].kind.is_compute());
        (usize::from(compute), id.is_some_and(|id| lacks(ctx, id, signal)))
    };
    // by node: the best way on which nothing lacks it, and the best on which something does
    let mut ways: Vec<[Option<Way>; 2]> = (0..walk.nodes.len())
        .map(|node| {
            let (count, lacking) = own(node);
            let start = Some(Way { count, via: None });
            if lacking { [None, start] } else { [start, None] }
        })
        .collect();
    for (at, step) in walk.in_order() {
        if !is_hard(step.op, step.attrs) {
            continue;
        }
        let Some(before) = ways.get(step.from).copied() else { continue };
        let (count, lacking) = own(step.to);
        for (broken, way) in [false, true].into_iter().zip(before) {
            let Some(way) = way else { continue };
            let longer = Way { count: way.count + count, via: Some((at, broken)) };
            let slot = ways.get_mut(step.to).and_then(|ways| ways.get_mut(usize::from(broken || lacking)));
            if let Some(slot) = slot.filter(|slot| slot.is_none_or(|known| known.count < longer.count)) {
                *slot = Some(longer);
            }
        }
    }
    let broken = |node: usize| ways.get(node).and_then(|[_, broken]| *broken);
    let counts = (0..ways.len()).filter_map(|node| Some((broken(node)?.count, std::cmp::Reverse(node))));
    let (_, std::cmp::Reverse(end)) = counts.max()?;
    let mut path = Path { start: end, steps: Vec::new() };
    let mut state = true;
    while let Some((at, before)) = ways.get(path.start)?.get(usize::from(state)).copied().flatten()?.via {
        path.steps.push(at);
        path.start = walk.steps.get(at)?.from;
        state = before;
    }
    path.steps.reverse();
    Some(path)
}

/// The compute components on a path, each once.
fn compute_on(ctx: &RuleContext<'_>, walk: &Walk<'_>, path: &Path) -> Vec<ComponentId> {
    let ends = path.steps.iter().filter_map(|at| walk.steps.get(*at)).map(|step| step.to);
    let mut found: Vec<ComponentId> = Vec::new();
    // a chain may be as long as the design
    let mut seen = FxHashSet::default();
    for id in std::iter::once(path.start).chain(ends).filter_map(|node| walk.component(node)) {
        if ctx.model.components[id].kind.is_compute() && seen.insert(id) {
            found.push(id);
        }
    }
    found
}
