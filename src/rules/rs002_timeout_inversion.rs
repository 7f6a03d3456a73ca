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
//! Behind a `~>`: nobody waits there. An absent `latency` counts as nothing; where no step above, or s itself, has a `timeout`,
//! the rule is not assessed.
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

use super::terms::{LongestWait, calls_from_the_start, exceeds, is_hard};
use super::{Category, Finding, Findings, Need, Rule, RuleContext};
use crate::diagnostic::Severity;
use crate::model::{AttrId, CallId, ComponentId, Flow, FlowId, VisitId};
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
    for (id, flow) in ctx.model.flows.enumerate() {
        let above = waits_above(flow, ctx);
        for (visit, _) in flow.visits.enumerate() {
            match above.get(visit.index()) {
                Some(Above::Waits(call)) => check_visit(ctx, findings, id, visit, *call),
                Some(Above::Unlimited(call)) if calls_something(ctx, flow, visit) => {
                    findings.not_assessed(flow.calls[*call].connection, AttrId::TIMEOUT);
                }
                Some(Above::Nobody | Above::Unlimited(_)) | None => {}
            }
        }
    }
}

fn calls_something(ctx: &RuleContext<'_>, flow: &Flow, visit: VisitId) -> bool {
    let mut calls = flow.visits[visit].groups.iter().flat_map(|group| &flow.groups[*group].calls);
    calls.any(|call| ctx.model.connections[flow.calls[*call].connection].op == Operator::Call)
}

/// Who waits for a visit.
#[derive(Clone, Copy)]
enum Above {
    /// Nobody: it starts the flow, or stands behind a message.
    Nobody,
    /// Whoever made this call, the one with the smallest `timeout` above.
    Waits(CallId),
    /// This call, and it has no `timeout`, nor has any above it.
    Unlimited(CallId),
}

/// By visit, who waits for it; where calls meet, the one that gives up first.
fn waits_above(flow: &Flow, ctx: &RuleContext<'_>) -> Vec<Above> {
    let timeout = |call: CallId| flow.calls[call].attrs.seconds(AttrId::TIMEOUT);
    let mut above = vec![Above::Nobody; flow.visits.len()];
    for id in calls_from_the_start(flow) {
        let call = &flow.calls[id];
        if ctx.model.connections[call.connection].op != Operator::Call {
            continue;
        }
        let inherited = above.get(call.caller.index()).copied().unwrap_or(Above::Nobody);
        let passed_on = match (timeout(id), inherited) {
            (Some(own), Above::Waits(other)) if timeout(other).is_some_and(|limit| limit <= own) => Above::Waits(other),
            (Some(_), _) => Above::Waits(id),
            (None, Above::Waits(other)) => Above::Waits(other),
            (None, _) => Above::Unlimited(id),
        };
        let Some(known) = above.get_mut(call.target.index()) else { continue };
        *known = match (*known, passed_on) {
            (Above::Waits(a), Above::Waits(b)) if timeout(a) <= timeout(b) => Above::Waits(a),
            (Above::Waits(a), Above::Unlimited(_)) => Above::Waits(a),
            _ => passed_on,
        };
    }
    above
}

fn check_visit(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: FlowId, visit: VisitId, outer: CallId) {
    let flow = &ctx.model.flows[id];
    let Some(t) = flow.calls[outer].attrs.seconds(AttrId::TIMEOUT) else { return };
    let component = flow.visits[visit].component;
    let latency = ctx.model.components[component].attrs.seconds(AttrId::LATENCY).unwrap_or(0.0);
    let limit = Limit { flow: id, component, outer, t, latency };
    let (mut sum, mut parts, mut inverted) = (0.0, Vec::new(), false);
    for group in &flow.visits[visit].groups {
        let mut longest: f64 = 0.0;
        for call_id in &flow.groups[*group].calls {
            let call = &flow.calls[*call_id];
            let op = ctx.model.connections[call.connection].op;
            if op != Operator::Call {
                continue;
            }
            let Some(wait) = LongestWait::of(&call.attrs, &ctx.config.assumed) else {
                findings.not_assessed(call.connection, AttrId::TIMEOUT);
                continue;
            };
            if exceeds(wait.seconds(), t - latency) {
                findings.push(inversion(ctx, *call_id, wait, &limit));
                inverted = true;
            } else if is_hard(op, &call.attrs) {
                longest = longest.max(call.attrs.number(AttrId::CALLS).unwrap_or(1.0) * wait.seconds());
            }
        }
        if longest > 0.0 {
            sum += longest;
            parts.push(format_time(longest));
        }
    }
    if !inverted && exceeds(sum, t - latency) {
        let path = ctx.model.path(component);
        let sums = if parts.len() > 1 { format!("{} = ", parts.join(" + ")) } else { String::new() };
        let message = format!(
            "the calls of `{path}` one after another may take {sums}{}, but {} for it: {} > {}",
            format_time(sum),
            limit.waits(ctx),
            format_time(sum),
            limit.left()
        );
        let finding = Finding::new(Severity::Warning, component, message)
            .hits(id)
            .help("give the calls less time together than their caller has, or pass the deadline on");
        findings.push(limit.finish(ctx, finding, sum));
    }
}

fn inversion(ctx: &RuleContext<'_>, call: CallId, wait: LongestWait, limit: &Limit) -> Finding {
    let connection = ctx.model.flows[limit.flow].calls[call].connection;
    let message = format!(
        "`{}` may take {}, but {} for `{}`: {} > {}",
        ctx.connection_name(connection),
        wait.arithmetic(),
        limit.waits(ctx),
        ctx.model.path(limit.component),
        format_time(wait.seconds()),
        limit.left()
    );
    let finding = Finding::new(Severity::Error, connection, message)
        .hits(limit.flow)
        .in_step(ctx.call((limit.flow, call)).span)
        .help("give the inner call less time or fewer tries than the outer one, or pass the deadline on");
    limit.finish(ctx, finding, wait.seconds())
}

/// How long the caller above waits.
struct Limit {
    flow: FlowId,
    /// Who is called, and calls on.
    component: ComponentId,
    outer: CallId,
    t: f64,
    latency: f64,
}

impl Limit {
    fn waits(&self, ctx: &RuleContext<'_>) -> String {
        let caller = ctx.caller((self.flow, self.outer));
        format!("`{}` waits only {}", ctx.model.path(caller), format_time(self.t))
    }

    fn left(&self) -> String {
        if self.latency == 0.0 {
            return format_time(self.t);
        }
        let left = format_time((self.t - self.latency).max(0.0));
        format!("{} − {} = {left}", format_time(self.t), format_time(self.latency))
    }

    /// Names what a wait of so many seconds rests on, and shows where t is written.
    fn finish(&self, ctx: &RuleContext<'_>, mut finding: Finding, seconds: f64) -> Finding {
        let call = ctx.call((self.flow, self.outer));
        if !exceeds(seconds, self.t) {
            let attrs = &ctx.model.components[self.component].attrs;
            finding = finding.resting_on(ctx.model.path(self.component), attrs, &[AttrId::LATENCY]);
        }
        let place = call.attrs.get(AttrId::TIMEOUT).and_then(|value| value.span).unwrap_or(call.span);
        finding.related(place, format!("here the caller waits {}", format_time(self.t)))
    }
}
