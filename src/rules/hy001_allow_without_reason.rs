//! An `@allow` that gives no reason.
//!
//! ## What it finds
//!
//! `@allow(RULE)` without `reason = "…"`, or with an empty one. The finding is silenced all the same.
//!
//! ## Why it matters
//!
//! A risk that was accepted on purpose and one that nobody looked at read alike a year later. The reason is what tells them
//! apart, and what a reviewer can disagree with.
//!
//! ## How to mend it
//!
//! Say why the finding may stand, and add `until = 2027-03-01` where it is meant to end.
//!
//! ## When it stays silent
//!
//! Whenever there is a reason, whatever it says.
//!
//! ## Source
//!
//! A house rule.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service api
//! @allow(RS001)
//! browser -> api
//! ```
//!
//! ```arch,pass
//! client browser
//! service api
//! database db
//! browser -> api { timeout = 1s }
//! @allow(RS001, reason = "the driver has its own timeout of 30 s")
//! api -> db
//! ```

use super::{Finding, Findings, Rule, RuleContext};
use crate::diagnostic::Applicability;

pub(super) static RULE: Rule = Rule::of_annotations("HY001", "allow-without-reason", check);

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for allow in &ctx.model.allows {
        if allow.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty()) {
            continue;
        }
        let names: Vec<String> = allow.rules.iter().map(|(name, _)| format!("`{name}`")).collect();
        let message = format!("this annotation allows {} without a reason", names.join(", "));
        let mut finding = Finding::of_annotation(allow.span, message)
            .help("say why the finding may stand: `reason = \"…\"`");
        if let Some((_, last)) = allow.rules.last().filter(|_| allow.reason.is_none()) {
            let title = "add a reason to fill in";
            finding = finding.fix(title, Applicability::Form, last.at_end(), ", reason = \"\"");
        }
        findings.push(finding);
    }
}
