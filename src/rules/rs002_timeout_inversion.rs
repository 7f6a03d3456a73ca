//! A call that may take longer than whoever waits for its caller.
//!
//! ## What it finds
//!
//! T(s) = (1 + `retries`)·`timeout` + Σ back-off is the longest that u waits for its step s, and t is the smallest `timeout`
//! of the steps above u. An error where T(s) > t − `latency`(u); a warning, on u, where only its hard steps one after another
//! exceed it together: Σ `calls`·T(s) > t − `latency`(u). Calls made at once count once, with the longest of them.
//!
//! ## Why it matters
//!
//! The caller above has given up and perhaps tries again, while u still works and retries for an answer that nobody reads. In
//! an overload that is where the capacity goes.
//!
//! ## How to mend it
//!
//! Give the inner call less time or fewer tries than the outer one, or pass the deadline on, so that u knows what is left.
//!
//! ## When it stays silent
//!
//! Behind a `~>`: nobody waits there. Without a flow nothing says which calls one request makes, so each counts alone. An absent
//! `latency` counts as nothing; where no step above, or s itself, has a `timeout`, the rule is not assessed.
//!
//! ## Source
//!
//! Site Reliability Engineering, ch. 22, on deadlines.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service shop
//! service stock
//! flow buy {
//!   browser -> shop { timeout = 1s }
//!   shop -> stock { timeout = 500ms  retries = 2 }   // 3·500 ms = 1.5 s
//! }
//! ```
//!
//! ```arch,fail
//! client browser
//! service shop { latency = 10ms }
//! service stock
//! service prices
//! flow buy {
//!   browser -> shop { timeout = 1s }
//!   shop -> stock { timeout = 500ms }
//!   shop -> prices { timeout = 500ms }               // 500 ms + 500 ms > 990 ms
//! }
//! ```
//!
//! ```arch,pass
//! client browser
//! service shop { latency = 10ms }
//! service stock
//! service prices
//! flow buy {
//!   browser -> shop { timeout = 1s }
//!   shop -> [stock, prices] { timeout = 400ms  retries = 1 }
//! }
//! ```

use std::cell::OnceCell;

use super::timing::slowest_around;
use super::terms::{LongestWait, exceeds, is_hard};
use super::walk::{Node, Step, Walk};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, edits};
use crate::diagnostic::{Edit, Severity};
use crate::model::{AttrId, ConnectionId};
use crate::syntax::ast::Operator;
use crate::units::format_time;

pub(super) static RULE: Rule = Rule {
    code: "RS002",
    name: "timeout-inversion",
    category: Category::Resilience,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::TIMEOUT)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for walk in ctx.walks {
        let above = waits_above(walk);
        for (node, waiting) in walk.nodes.iter().zip(&above) {
            match waiting {
                Above::Waits(step, t) => check_node(ctx, findings, &Outer::new(ctx, walk, node, (*step, *t))),
                Above::Unlimited(connection) if calls_something(walk, node) => {
                    findings.not_assessed(*connection, AttrId::TIMEOUT);
                }
                Above::Nobody | Above::Unlimited(_) => {}
            }
        }
    }
}

fn calls_something(walk: &Walk<'_>, node: &Node) -> bool {
    let mut steps = node.groups.iter().flatten().filter_map(|at| walk.steps.get(*at));
    steps.any(|step| step.op == Operator::Call)
}

/// Who waits for a node.
#[derive(Clone, Copy)]
enum Above {
    /// Nobody: it starts the walk, or stands behind a message.
    Nobody,
    /// Whoever takes this step, for so many seconds: the shortest wait above.
    Waits(usize, f64),
    /// Whoever makes this call, without a `timeout`, as all above it.
    Unlimited(ConnectionId),
}

/// By node, who waits for it; where calls meet, the one that gives up first.
fn waits_above(walk: &Walk<'_>) -> Vec<Above> {
    let mut above = vec![Above::Nobody; walk.nodes.len()];
    for (at, step) in walk.in_order().filter(|(_, step)| step.op == Operator::Call) {
        let inherited = above.get(step.from).copied().unwrap_or(Above::Nobody);
        let passed_on = match (step.attrs.seconds(AttrId::TIMEOUT), inherited) {
            (Some(own), Above::Waits(_, t)) if t <= own => inherited,
            (Some(own), _) => Above::Waits(at, own),
            (None, Above::Waits(..)) => inherited,
            (None, _) => Above::Unlimited(step.connection),
        };
        let Some(known) = above.get_mut(step.to) else { continue };
        *known = match (*known, passed_on) {
            (Above::Waits(_, a), Above::Waits(_, b)) if a <= b => *known,
            (Above::Waits(..), Above::Unlimited(_)) => *known,
            _ => passed_on,
        };
    }
    above
}

/// A node that somebody waits for.
struct Outer<'a> {
    walk: &'a Walk<'a>,
    node: &'a Node,
    /// The step that waits.
    step: usize,
    /// So long, in seconds.
    t: f64,
    /// The node's own, in seconds.
    latency: f64,
    /// What all findings about its calls say of it.
    words: OnceCell<Words>,
}

struct Words {
    waits: String,
    left: String,
    here: String,
}

fn check_node(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, outer: &Outer<'_>) {
    let component = outer.node.component;
    // without a flow nothing says that one request makes all of these calls: a gateway passes each on by one of them
    let is_ordered = outer.walk.flow.is_some_and(|flow| !ctx.model.flows[flow].implicit);
    let (mut sum, mut parts, mut inverted) = (0.0, Vec::new(), false);
    for group in &outer.node.groups {
        let mut longest: f64 = 0.0;
        for step in group.iter().filter_map(|at| outer.walk.steps.get(*at)).filter(|it| it.op == Operator::Call) {
            let Some(wait) = LongestWait::of(step.attrs, &ctx.config.assumed) else {
                findings.not_assessed(step.connection, AttrId::TIMEOUT);
                continue;
            };
            if exceeds(wait.seconds(), outer.t - outer.latency) {
                findings.push(inversion(ctx, outer, step, wait));
                inverted = true;
            } else if is_hard(step.op, step.attrs) {
                longest = longest.max(step.attrs.number(AttrId::CALLS).unwrap_or(1.0) * wait.seconds());
            }
        }
        if longest > 0.0 && is_ordered {
            sum += longest;
            parts.push(format_time(longest));
        } else {
            sum = longest.max(sum);
        }
    }
    if !inverted && exceeds(sum, outer.t - outer.latency) {
        let sums = if parts.len() > 1 { format!("{} = ", parts.join(" + ")) } else { String::new() };
        let message = format!(
            "the calls of `{}` one after another may take {sums}{}, but {}: {} > {}",
            ctx.model.path(component),
            format_time(sum),
            outer.words(ctx).waits,
            format_time(sum),
            outer.words(ctx).left
        );
        let finding = Finding::new(Severity::Warning, component, message)
            .help("give the calls less time together than their caller has, or pass the deadline on");
        findings.push(outer.finish(ctx, finding, sum));
    }
}

fn inversion(
    ctx: &RuleContext<'_>,
    outer: &Outer<'_>,
    step: &Step<'_>,
    wait: LongestWait,
) -> Finding {
    let message = format!(
        "`{}` may take {}, but {}: {} > {}",
        ctx.connection_name(step.connection),
        wait.arithmetic(),
        outer.words(ctx).waits,
        format_time(wait.seconds()),
        outer.words(ctx).left
    );
    let finding = Finding::new(Severity::Error, step.connection, message)
        .in_step(step.span)
        .mend("give it as much time as its caller has", shorter(ctx, outer, step, wait))
        .help("give the inner call less time or fewer tries than the outer one, or pass the deadline on");
    outer.finish(ctx, finding, wait.seconds())
}

/// The largest timeout with which all tries end before the caller gives up, unless the callee is slower than that.
fn shorter(
    ctx: &RuleContext<'_>,
    outer: &Outer<'_>,
    step: &Step<'_>,
    wait: LongestWait,
) -> Option<Vec<Edit>> {
    let timeout = (outer.t - outer.latency - wait.pauses) / (1.0 + wait.retries);
    let callee = outer.walk.component(step.to)?;
    let is_enough = slowest_around(ctx, callee).is_none_or(|slow| slow.p99 <= timeout * 0.9);
    let text = edits::time_down(timeout).filter(|_| is_enough)?;
    edits::set_on_call(ctx, step.connection, Some(step.span), &[(AttrId::TIMEOUT, &text)])
}

impl<'a> Outer<'a> {
    fn new(ctx: &RuleContext<'_>, walk: &'a Walk<'a>, node: &'a Node, (step, t): (usize, f64)) -> Self {
        let attrs = &ctx.model.components[node.component].attrs;
        let latency = attrs.seconds(AttrId::LATENCY).unwrap_or(0.0);
        Self { walk, node, step, t, latency, words: OnceCell::new() }
    }

    fn words(&self, ctx: &RuleContext<'_>) -> &Words {
        self.words.get_or_init(|| {
            let caller = self.walk.steps.get(self.step).and_then(|step| self.walk.component(step.from));
            let caller = caller.map_or("", |id| ctx.model.path(id));
            let (t, callee) = (format_time(self.t), ctx.model.path(self.node.component));
            let left = match self.latency {
                0.0 => t.clone(),
                own => {
                    format!("{t} − {} = {}", format_time(own), format_time((self.t - own).max(0.0)))
                }
            };
            let waits = format!("`{caller}` waits only {t} for `{callee}`");
            Words { waits, left, here: format!("here the caller waits {t}") }
        })
    }

    /// Names the flow and what a wait of so many seconds rests on, and shows where t is written.
    fn finish(&self, ctx: &RuleContext<'_>, finding: Finding, seconds: f64) -> Finding {
        let mut finding = finding.hits_all(self.walk.flow);
        if !exceeds(seconds, self.t) {
            let component = self.node.component;
            let attrs = &ctx.model.components[component].attrs;
            finding = finding.resting_on(ctx.model.path(component), attrs, &[AttrId::LATENCY]);
        }
        let Some(step) = self.walk.steps.get(self.step) else { return finding };
        let place = step.attrs.get(AttrId::TIMEOUT).and_then(|value| value.span).unwrap_or(step.span);
        finding.related(place, self.words(ctx).here.as_str())
    }
}
