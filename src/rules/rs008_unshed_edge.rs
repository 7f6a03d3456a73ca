//! An entry that lets in whatever comes.
//!
//! ## What it finds
//!
//! A path from an outside actor on which no `rate_limit` stands up to and on the first compute component, where the load is
//! known to come in waves (a declared `peak_factor` of 3 or more, of the flow or its actor) or anybody may call (`auth = none`
//! on the call, or on the entry where the call says nothing).
//!
//! ## Why it matters
//!
//! Work that is refused early costs nearly nothing; work that is given up late costs everything it used. Without a limit a
//! crowd, a crawler or a loop in somebody's client takes the capacity of all others.
//!
//! ## How to mend it
//!
//! A token bucket at the edge that answers 429 beyond its rate, by client and by priority.
//!
//! ## When it stays silent
//!
//! Where the first compute component only puts into a broker, which takes the wave. Where neither `peak_factor` nor `auth` is
//! given it is not assessed.
//!
//! ## Source
//!
//! Site Reliability Engineering, ch. 21; AWS Well-Architected, REL05-BP02.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser { peak_factor = 5 }
//! load_balancer lb
//! service shop
//! browser -> lb -> shop
//! ```
//!
//! ```arch,fail
//! client browser
//! service shop { auth = none }
//! browser -> shop
//! ```
//!
//! ```arch,pass
//! client browser { peak_factor = 5 }
//! load_balancer lb { rate_limit = 2k/s }
//! service shop
//! browser -> lb -> shop
//! ```
//!
//! ```arch,pass
//! client sensor { peak_factor = 5 }
//! service intake
//! queue readings
//! worker store
//! sensor -> intake ~> readings
//! readings ~> store
//! ```

use rustc_hash::FxHashMap;

use super::terms::{exceeds, is_on, is_scaled_by_provider};
use super::walk::{Step, Walk};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, edits};
use crate::diagnostic::Severity;
use crate::model::attributes::words::{Auth, Phase};
use crate::model::{AttrId, Attributes, ComponentId, Kind};
use crate::syntax::ast::Operator;
use crate::units::{format_count, format_rate};

pub(super) static RULE: Rule = Rule {
    code: "RS008",
    name: "unshed-edge",
    category: Category::Resilience,
    severities: &[Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::PEAK_FACTOR), Need::Attribute(AttrId::AUTH)],
    expects: &[AttrId::RATE_LIMIT],
    check,
};

/// From here on the load comes in waves.
const WAVES: f64 = 3.0;
/// Fronts behind one entry beyond which nobody looks.
const FRONTS: usize = 64;

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for walk in ctx.walks {
        for (at, step) in walk.steps.iter().enumerate() {
            let (Some(actor), Some(entry)) = (walk.component(step.from), walk.component(step.to)) else { continue };
            let at_the_start = step.attrs.word(AttrId::PHASE) == Some(Phase::Start);
            if ctx.is_outside(actor)
                && !at_the_start
                && let Some(path) = open_path(ctx, walk, at)
            {
                check_entry(ctx, findings, &Entry { walk, step, actor, entry, path });
            }
        }
    }
}

/// A path into the system on which no limit stands.
struct Entry<'a> {
    walk: &'a Walk<'a>,
    /// Its first step…
    step: &'a Step<'a>,
    /// …from an outside actor…
    actor: ComponentId,
    /// …to an entry.
    entry: ComponentId,
    /// All its steps, down to the first compute component.
    path: Vec<usize>,
}

/// The shortest path from a step on, over traffic components, to a compute component, none of which limits what it lets in.
fn open_path(ctx: &RuleContext<'_>, walk: &Walk<'_>, first: usize) -> Option<Vec<usize>> {
    let mut came_by: FxHashMap<usize, usize> = FxHashMap::default();
    let mut open = std::collections::VecDeque::from([first]);
    while let Some(at) = open.pop_front() {
        let step = walk.steps.get(at)?;
        if came_by.contains_key(&step.to) || came_by.len() > FRONTS {
            continue;
        }
        came_by.insert(step.to, at);
        let id = walk.component(step.to)?;
        let component = &ctx.model.components[id];
        if is_on(&component.attrs, AttrId::RATE_LIMIT) {
            continue;
        }
        if component.kind.is_compute() && !only_feeds_brokers(ctx, id) {
            let mut path = vec![at];
            while let Some(last) = path.last().filter(|last| **last != first).copied() {
                path.push(*came_by.get(&walk.steps.get(last)?.from)?);
            }
            path.reverse();
            return Some(path);
        }
        if component.kind.is_front() || component.kind == Kind::Dns {
            open.extend(walk.nodes.get(step.to)?.groups.iter().flatten());
        }
    }
    None
}

/// Whether all that a component does with a request is to put it into a broker.
fn only_feeds_brokers(ctx: &RuleContext<'_>, id: ComponentId) -> bool {
    let calls = ctx.outgoing(id).iter().map(|connection| &ctx.model.connections[*connection]);
    let mut targets = calls
        .filter(|it| matches!(it.op, Operator::Call | Operator::Message))
        .filter_map(|it| it.callee())
        .peekable();
    targets.peek().is_some() && targets.all(|target| ctx.model.components[target].kind.is_broker())
}

fn check_entry(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, it: &Entry<'_>) {
    let attrs = |id: ComponentId| &ctx.model.components[id].attrs;
    let auth: Option<Auth> = it.step.attrs.word(AttrId::AUTH).or_else(|| attrs(it.entry).word(AttrId::AUTH));
    let of_flow = it.walk.flow.and_then(|flow| declared_peak(&ctx.model.flows[flow].attrs));
    let peak = of_flow.or_else(|| declared_peak(attrs(it.actor)));
    let comes_in_waves = peak.filter(|peak| !exceeds(WAVES, *peak));
    let actor = ctx.model.path(it.actor);
    let mut why = Vec::new();
    if let Some(peak) = comes_in_waves {
        why.push(format!("the peak of `{actor}` is {} ≥ {WAVES} times its average", format_count(peak)));
    }
    if auth == Some(Auth::None) {
        why.push(format!("anybody may call `{}` (`auth = none`)", ctx.model.path(it.entry)));
    }
    if why.is_empty() {
        if peak.is_none() {
            findings.not_assessed(it.actor, AttrId::PEAK_FACTOR);
        }
        if auth.is_none() {
            findings.not_assessed(it.step.connection, AttrId::AUTH);
        }
        return;
    }
    let steps: Vec<&Step<'_>> = it.path.iter().filter_map(|at| it.walk.steps.get(*at)).collect();
    let Some(first) = steps.last().and_then(|step| it.walk.component(step.to)) else { return };
    let message = format!(
        "no `rate_limit` stands between `{actor}` and `{}`, and {}{}",
        ctx.model.path(first),
        why.join("; "),
        load(ctx, first)
    );
    let able = ctx.facts.load.component(first).and_then(|load| load.capacity).filter(|able| *able > 0.0);
    let limit = able.map_or_else(|| "true".to_owned(), edits::rate_down);
    let mut finding = Finding::new(Severity::Warning, it.entry, message)
        .mend(
            format!("limit what `{}` lets in", ctx.model.path(first)),
            edits::set(ctx, first, &[(AttrId::RATE_LIMIT, &limit)]),
        )
        .help("refuse at the edge what cannot be served: a token bucket that answers 429, by client and by priority")
        .hits_all(it.walk.flow);
    for step in steps {
        let remark = step.remark(ctx);
        finding = finding.in_step(step.span).step(remark.span, remark.message);
    }
    findings.push(finding);
}

/// The peak factor that the file gives.
fn declared_peak(attrs: &Attributes) -> Option<f64> {
    attrs.beyond_default(AttrId::PEAK_FACTOR)?;
    attrs.number(AttrId::PEAK_FACTOR).or_else(|| attrs.factor(AttrId::PEAK_FACTOR))
}

/// What comes at the peak, and what can be taken, where these are known.
fn load(ctx: &RuleContext<'_>, id: ComponentId) -> String {
    let load = ctx.facts.load.component(id);
    let rate = load.and_then(|load| load.peak).filter(|rate| *rate > 0.0);
    let rate = rate.map(|rate| format!("λ = {}", format_rate(rate)));
    // what its provider scales has no n unless the file gives it one
    let is_counted = !is_scaled_by_provider(&ctx.model.components[id]);
    let capacity = load.and_then(|load| load.capacity).filter(|_| is_counted);
    let capacity = capacity.map(|it| format!("nμ = {}", format_rate(it)));
    match (rate, capacity) {
        (Some(rate), Some(capacity)) => format!(": {rate} against {capacity}"),
        (Some(rate), None) => format!(": {rate} against a capacity that nobody gives"),
        (None, _) => String::new(),
    }
}
