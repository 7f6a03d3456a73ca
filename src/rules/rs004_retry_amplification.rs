//! Retries in several layers of one path multiply.
//!
//! ## What it finds
//!
//! a = Π (1 + min(`retries`, `retry_budget`)) over the calls of one path of a flow, without a budget 1 + `retries`. A warning
//! from a = 9 on, an error from 27 on: that many tries reach the last component for one request when it fails. Reported once
//! a flow, for its worst path.
//!
//! ## Why it matters
//!
//! Five layers that try three times each make 3⁵ = 243 calls of one. The component that just failed gets a hundred times its
//! load when it comes back, and fails again.
//!
//! ## How to mend it
//!
//! Retry in one layer, the one next to the failure or the one that knows what the user wants, and give the others none. Or set
//! `retry_budget = 10%`, so that a layer adds at most a tenth.
//!
//! ## When it stays silent
//!
//! Below the thresholds; a message (`~>`) ends a path, as nobody waits for what comes behind it. A call without `retries` counts as one try,
//! and is listed as not assessed.
//!
//! ## Source
//!
//! Site Reliability Engineering, ch. 21 and 22, on retries.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service shop
//! service stock
//! database db
//! flow buy {
//!   browser -> shop { retries = 2 }
//!   shop -> stock { retries = 2 }
//!   stock -> db { retries = 2 }
//! }
//! ```
//!
//! ```arch,pass
//! client browser
//! service shop
//! service stock
//! database db
//! flow buy {
//!   browser -> shop { retries = 2  retry_budget = 10% }
//!   shop -> stock { retries = 2  retry_budget = 10% }
//!   stock -> db { retries = 2 }                      // 1.1·1.1·3 = 3.63
//! }
//! ```

use super::terms::{calls_from_the_start, exceeds, retries};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold};
use crate::diagnostic::Severity;
use crate::model::{AttrId, CallId, ComponentId, Flow, FlowId};
use crate::syntax::ast::Operator;
use crate::units::format_count;

const WARNING: Threshold =
    Threshold { key: "warning", default: 9.0, unit: "tries", meaning: "from here on a path is a warning" };
const ERROR: Threshold =
    Threshold { key: "error", default: 27.0, unit: "tries", meaning: "from here on a path is an error" };

pub(super) static RULE: Rule = Rule {
    code: "RS004",
    name: "retry-amplification",
    category: Category::Resilience,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[WARNING, ERROR],
    silences: &[],
    needs: &[Need::Attribute(AttrId::RETRIES)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let (warning, error) = (ctx.threshold(&WARNING), ctx.threshold(&ERROR));
    for (id, flow) in ctx.model.flows.enumerate() {
        for call in flow.calls.iter().filter(|call| retries(&call.attrs).is_none()) {
            if ctx.model.connections[call.connection].op == Operator::Call {
                findings.not_assessed(call.connection, AttrId::RETRIES);
            }
        }
        let Some(worst) = worst_path(ctx, flow).filter(|worst| !exceeds(warning, worst.tries)) else { continue };
        let severity = if exceeds(error, worst.tries) { Severity::Warning } else { Severity::Error };
        let limit = if severity == Severity::Error { error } else { warning };
        findings.push(finding(ctx, id, &worst, severity, limit));
    }
}

/// The path of a flow on which the tries multiply to the most.
struct Worst {
    tries: f64,
    /// The calls from the first on.
    calls: Vec<CallId>,
    /// What they end at.
    end: ComponentId,
}

/// The worst path, ending with the last call that is tried again; the first in the text among equals.
fn worst_path(ctx: &RuleContext<'_>, flow: &Flow) -> Option<Worst> {
    // by visit: the most tries that reach it for one request, and the call by which they do
    let mut reached: Vec<(f64, Option<CallId>)> = vec![(1.0, None); flow.visits.len()];
    let mut worst: Option<(f64, CallId)> = None;
    for id in calls_from_the_start(flow) {
        let call = &flow.calls[id];
        let above = reached.get(call.caller.index()).map_or(1.0, |(tries, _)| *tries);
        let tries = above * factor(flow, id);
        if worst.is_none_or(|(most, _)| exceeds(tries, most)) {
            worst = Some((tries, id));
        }
        let waits = ctx.model.connections[call.connection].op == Operator::Call;
        if let Some(known) = reached.get_mut(call.target.index()).filter(|_| waits)
            && (known.1.is_none() || tries > known.0)
        {
            *known = (tries, Some(id));
        }
    }
    let (tries, last) = worst?;
    let mut calls = vec![last];
    let mut at = flow.calls[last].caller;
    while let Some((_, Some(via))) = reached.get(at.index()) {
        calls.push(*via);
        at = flow.calls[*via].caller;
    }
    calls.reverse();
    Some(Worst { tries, calls, end: flow.visits[flow.calls[last].target].component })
}

fn factor(flow: &Flow, call: CallId) -> f64 {
    1.0 + retries(&flow.calls[call].attrs).unwrap_or(0.0)
}

fn finding(ctx: &RuleContext<'_>, id: FlowId, worst: &Worst, severity: Severity, limit: f64) -> Finding {
    let flow = &ctx.model.flows[id];
    let factors: Vec<String> = worst
        .calls
        .iter()
        .map(|call| factor(flow, *call))
        .filter(|factor| *factor > 1.0)
        .map(format_count)
        .collect();
    let path = ctx.model.path(worst.end);
    let product = if factors.len() > 1 { format!("{} = ", factors.join("·")) } else { String::new() };
    let message = format!(
        "when `{path}` fails, one request makes up to {product}{} tries of it: {} ≥ {}",
        format_count(worst.tries),
        format_count(worst.tries),
        format_count(limit)
    );
    let mut finding = Finding::new(severity, worst.end, message)
        .hits(id)
        .help("retry in one layer only, or hold each layer down with `retry_budget = 10%`");
    for call in &worst.calls {
        let mut step = ctx.step(id, *call);
        step.message.push_str(&format!(", up to {} tries", format_count(factor(flow, *call))));
        finding = finding.in_step(step.span).step(step.span, step.message);
    }
    finding
}
