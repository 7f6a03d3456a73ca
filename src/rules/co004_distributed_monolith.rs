//! Services that are apart in name only.
//!
//! ## What it finds
//!
//! The coupling score of the design, from 0 to 100: the weighted mean of the shares of compute components in circles of synchronous
//! calls, of synchronous connections between compute, of compute components on the longest chain of hard calls, of stores with several
//! writers, and of connections that cross owners. A warning from 50 on, an error from 75 on. Score, weights and limits are ours.
//!
//! ## Why it matters
//!
//! A distributed monolith has the costs of both: everything is deployed together and fails together, as in one program, but over a
//! network.
//!
//! ## How to mend it
//!
//! Merge what always changes together; let events (`~>`) stand where nobody needs the answer; give each store one writer.
//!
//! ## When it stays silent
//!
//! On fewer than 4 compute components.
//!
//! ## Source
//!
//! A measure of ours, of the smells that Taibi and Lenarduzzi describe in On the Definition of Microservice Bad Smells.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service a
//! service b
//! service c
//! service d
//! database db
//! browser -> a -> b -> c -> d
//! d -> a
//! [a, b] -> db { access = write }
//! ```
//!
//! ```arch,pass
//! client browser
//! service a
//! service b
//! service c
//! service d
//! topic events
//! browser -> a -> b
//! a ~> events
//! events ~> [c, d]
//! ```

use super::{Category, Finding, Findings, Rule, RuleContext, Subject, Threshold};
use crate::analysis::coupling::{Partial, Score, WEIGHTS};
use crate::diagnostic::Severity;
use crate::model::{ComponentId, FlowId};
use crate::units::{format_count, format_share, round_significant};

const WARNING: Threshold =
    Threshold { key: "warning", default: 50.0, unit: "points", meaning: "from here on the score is a warning" };
const ERROR: Threshold =
    Threshold { key: "error", default: 75.0, unit: "points", meaning: "from here on the score is an error" };

/// The weight of a part of the score as a number that the configuration can change.
#[expect(clippy::indexing_slicing, reason = "evaluated when this is compiled")]
const fn weight(at: usize) -> Threshold {
    let weight = &WEIGHTS[at];
    Threshold { key: weight.key, default: weight.default, unit: "points", meaning: weight.meaning }
}

pub(super) static RULE: Rule = Rule {
    code: "CO004",
    name: "distributed-monolith",
    category: Category::Coupling,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[WARNING, ERROR, weight(0), weight(1), weight(2), weight(3), weight(4)],
    silences: &[],
    needs: &[],
    expects: &[],
    check,
};

/// With fewer compute components there is nothing to part.
const COMPUTE: usize = 4;

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let compute = ctx.model.components.iter().filter(|it| it.kind.is_compute()).count();
    let Some(score) = ctx.facts.coupling.score.as_ref().filter(|_| compute >= COMPUTE) else { return };
    let value = score.value(|key| ctx.config.threshold(RULE.code, key));
    let (warning, error) = (ctx.threshold(&WARNING), ctx.threshold(&ERROR));
    let reaches = |limit: f64| value >= limit * (1.0 - 1e-12);
    if reaches(error) {
        findings.push(finding(ctx, score, value, (Severity::Error, error)));
    } else if reaches(warning) {
        findings.push(finding(ctx, score, value, (Severity::Warning, warning)));
    }
}

fn finding(ctx: &RuleContext<'_>, score: &Score, value: f64, (severity, limit): (Severity, f64)) -> Finding {
    let mut parts: Vec<(f64, &Partial)> = score
        .parts
        .iter()
        .filter_map(|part| {
            let weight = ctx.config.threshold(RULE.code, part.weight.key).unwrap_or(part.weight.default);
            Some((weight * part.share()?, part))
        })
        .filter(|(points, _)| *points > 0.0)
        .collect();
    parts.sort_by(|a, b| b.0.total_cmp(&a.0));
    let told: Vec<String> = parts
        .iter()
        .map(|(_, part)| {
            let share = part.share().map(format_share).unwrap_or_default();
            format!("{} of {} {} ({share})", part.some, part.all, part.weight.meaning)
        })
        .collect();
    let message = format!(
        "the services hang together like one program: coupling score {} ≥ {}; {}",
        round_significant(value, 3),
        format_count(limit),
        told.join(", ")
    );
    let finding = Finding::new(severity, Subject::System, message)
        .help("merge what changes together, send events where nobody needs the answer, give each store one writer")
        .hits_all(ctx.model.flows.ids().filter(|flow| runs_through_compute(ctx, *flow)));
    let chain = &ctx.facts.coupling.longest_chain;
    let finding = finding.witness(chain.steps.iter().map(|step| ctx.connection_step(step.connection)));
    match ctx.model.system {
        Some(_) => finding,
        // without a name for the whole, the place is its first compute component
        None => match first_compute(ctx) {
            Some(id) => finding.at(ctx.model.components[id].header.name_span),
            None => finding,
        },
    }
}

fn first_compute(ctx: &RuleContext<'_>) -> Option<ComponentId> {
    ctx.model.components.enumerate().find(|(_, it)| it.kind.is_compute()).map(|(id, _)| id)
}

fn runs_through_compute(ctx: &RuleContext<'_>, flow: FlowId) -> bool {
    let visits = &ctx.model.flows[flow].visits;
    visits.iter().any(|visit| ctx.model.components[visit.component].kind.is_compute())
}
