//! Retries in several layers of one path multiply.
//!
//! ## What it finds
//!
//! a = Π (1 + min(`retries`, `retry_budget`)) over the calls of one path of a flow, without a budget 1 + `retries`. A warning
//! from a = 9 on, an error from 27 on: that many tries reach the last component for one request when it fails. Reported once
//! a flow, for its worst path; connections that no flow takes make paths too.
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
//! Below the thresholds; a message (`~>`) ends a path, as nobody waits for what comes behind it. A call without `retries`
//! counts as one try, and is listed as not assessed.
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

use super::terms::{exceeds, retries};
use super::walk::{Step, Walk};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold, edits};
use crate::diagnostic::{Edit, Severity};
use crate::model::{AttrId, ComponentId};
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
    for walk in ctx.walks {
        for step in walk.steps.iter().filter(|step| step.op == Operator::Call && retries(step.attrs).is_none()) {
            findings.not_assessed(step.connection, AttrId::RETRIES);
        }
        let Some(worst) = worst_path(walk).filter(|worst| !exceeds(warning, worst.tries)) else { continue };
        let severity = if exceeds(error, worst.tries) { Severity::Warning } else { Severity::Error };
        let limit = if severity == Severity::Error { error } else { warning };
        findings.push(finding(ctx, walk, &worst, severity, limit));
    }
}

/// The path on which the tries multiply to the most.
struct Worst {
    tries: f64,
    /// The steps from the first on.
    path: Vec<usize>,
    /// What they end at.
    end: ComponentId,
}

/// The worst path, ending with the last call that is tried again; the first in the text among equals.
fn worst_path(walk: &Walk<'_>) -> Option<Worst> {
    let reached = walk.multiplied(factor);
    let mut worst: Option<(f64, usize)> = None;
    for (at, step) in walk.in_order() {
        let tries = reached.get(step.from).map_or(1.0, |(tries, _)| *tries) * factor(step);
        if worst.is_none_or(|(most, _)| exceeds(tries, most)) {
            worst = Some((tries, at));
        }
    }
    let (tries, last) = worst?;
    let path = walk.path_with(&reached, last);
    let last = walk.steps.get(last)?;
    Some(Worst { tries, path, end: walk.component(last.to)? })
}

fn factor(step: &Step<'_>) -> f64 {
    1.0 + retries(step.attrs).unwrap_or(0.0)
}

/// So many steps are worth one fix.
const STEPS: usize = 32;

/// A budget for each step that tries again.
fn budgets(ctx: &RuleContext<'_>, walk: &Walk<'_>) -> Option<Vec<Edit>> {
    let tried: Vec<&Step<'_>> = walk.steps.iter().filter(|step| factor(step) > 1.1).take(STEPS + 1).collect();
    let budget = [(AttrId::RETRY_BUDGET, "10%")];
    let edits = tried.iter().map(|step| edits::set_on_call(ctx, step.connection, Some(step.span), &budget));
    edits::all(edits).filter(|_| tried.len() <= STEPS)
}

fn finding(ctx: &RuleContext<'_>, walk: &Walk<'_>, worst: &Worst, severity: Severity, limit: f64) -> Finding {
    let steps: Vec<&Step<'_>> = worst.path.iter().filter_map(|at| walk.steps.get(*at)).collect();
    let factors: Vec<String> =
        steps.iter().map(|step| factor(step)).filter(|factor| *factor > 1.0).map(format_count).collect();
    let path = ctx.model.path(worst.end);
    let product = if factors.len() > 1 { format!("{} = ", factors.join("·")) } else { String::new() };
    let message = format!(
        "when `{path}` fails, one request makes up to {product}{} tries of it: {} ≥ {}",
        format_count(worst.tries),
        format_count(worst.tries),
        format_count(limit)
    );
    let mut finding = Finding::new(severity, worst.end, message)
        .hits_all(walk.flow)
        .mend("hold every retry down with a budget of a tenth", budgets(ctx, walk))
        .help("retry in one layer only, or hold each layer down with `retry_budget = 10%`");
    for step in steps {
        let told = format!("{}, up to {} tries", step.remark(ctx).message, format_count(factor(step)));
        finding = finding.in_step(step.span).step(step.span, told);
    }
    finding
}
