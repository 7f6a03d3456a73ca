//! A trade-off that was made, and that no decision owns.
//!
//! ## What it finds
//!
//! An `@allow` that silences findings, or a finding of CS001 to CS004 (what the data asks for against what the design gives), where no
//! decision names the rule in its `allows`, nor the quality that the rule speaks for in its `costs`.
//!
//! ## Why it matters
//!
//! Somebody accepted this. Without the decision beside it nobody knows what was won for it, so nobody dares to change it.
//!
//! ## How to mend it
//!
//! Write the decision: what was chosen, over what, what it `gives` and `costs`, and which rules it `allows`. Or mend the finding.
//!
//! ## When it stays silent
//!
//! Where a decision owns it that is neither proposed nor rejected nor superseded.
//!
//! ## Source
//!
//! A house rule.
//!
//! ## Examples
//!
//! ```arch,fail
//! client app
//! service shop
//! @allow(RS001, reason = "the gateway cuts it off")
//! app -> shop
//! ```
//!
//! ```arch,pass
//! client app
//! service shop
//! @allow(RS001, reason = "the gateway cuts it off")
//! app -> shop
//! decision gateway_timeouts {
//!   chose   = "timeouts at the gateway"
//!   because = "one place to change them"
//!   gives   = [simplicity]
//!   allows  = [RS001]
//! }
//! ```

use std::collections::BTreeMap;

use super::decisions::{owns, qualities, standing};
use super::{Category, Finding, Findings, Rule, RuleContext, Subject};
use crate::diagnostic::Severity;
use crate::model::attributes::Word;

/// The rules whose findings are conflicts between what is asked and what is given.
const CONFLICTS: [&str; 4] = ["CS001", "CS002", "CS003", "CS004"];

pub(super) static RULE: Rule = Rule {
    code: "DE002",
    name: "undecided-trade-off",
    category: Category::House,
    severities: &[Severity::Note],
    thresholds: &[],
    silences: &[],
    needs: &[],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let is_owned = |rule: &Rule| standing(ctx.model).any(|(_, decision)| owns(decision, rule));
    let mut by_entry: BTreeMap<(usize, usize), (&Rule, Vec<Subject>)> = BTreeMap::new();
    for silenced in ctx.house.silenced.iter().filter(|it| !is_owned(it.rule)) {
        let (_, subjects) = by_entry.entry(silenced.entry).or_insert((silenced.rule, Vec::new()));
        subjects.push(silenced.subject);
    }
    for ((annotation, entry), (rule, subjects)) in by_entry {
        let Some(allow) = ctx.model.allows.get(annotation) else { continue };
        let Some((_, span)) = allow.rules.get(entry) else { continue };
        let what = match subjects.len() {
            1 => "a finding".to_owned(),
            several => format!("{several} findings"),
        };
        let message = format!("{what} of {} ({}) is allowed here, but no decision owns that", rule.code, rule.name);
        let message = if subjects.len() > 1 { message.replace(" is allowed", " are allowed") } else { message };
        let mut finding = Finding::new(Severity::Note, Subject::Place(*span), message).help(help(rule));
        for subject in subjects {
            let name = subject.name(ctx);
            finding = finding.step(subject.span(ctx), format!("{} about `{name}`", rule.code)).and(subject);
        }
        findings.push(finding);
    }
    let mut conflicts: BTreeMap<Subject, Vec<&Rule>> = BTreeMap::new();
    for (rule, subject) in ctx.house.told.iter().filter(|(rule, _)| CONFLICTS.contains(&rule.code)) {
        if !is_owned(rule) {
            conflicts.entry(*subject).or_default().push(rule);
        }
    }
    for (subject, rules) in conflicts {
        let Some(first) = rules.first() else { continue };
        let codes: Vec<&str> = rules.iter().map(|rule| rule.code).collect();
        let name = subject.name(ctx);
        let told = codes.join(", ");
        // data that asks for little, or a commit that is only slow, has what it asks for
        let asks_more = codes.iter().any(|code| ["CS001", "CS003"].contains(code));
        let message = match asks_more {
            true => format!("`{name}` gives less than its data asks for ({told}), and no decision owns that"),
            false => format!("what {told} tells of `{name}` is a trade-off, and no decision owns that"),
        };
        let step = format!("{} ({}) about `{name}`", first.code, first.name);
        findings.push(Finding::new(Severity::Note, subject, message).help(help(first)).step(subject.span(ctx), step));
    }
}

fn help(rule: &Rule) -> String {
    let costs: Vec<&str> = qualities(rule).iter().map(|quality| quality.as_str()).collect();
    let costs = match costs.as_slice() {
        [] => String::new(),
        costs => format!(", or that it `costs = [{}]`", costs.join(", ")),
    };
    format!("write the decision that owns it: `allows = [{}]`{costs}", rule.code)
}
