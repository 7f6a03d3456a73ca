//! An `@allow` whose last day has passed.
//!
//! ## What it finds
//!
//! `@allow(…, until = DAY)` on a later day than that. What it silenced is told again.
//!
//! ## Why it matters
//!
//! Somebody promised to look again by then.
//!
//! ## How to mend it
//!
//! Mend the finding, or decide anew and move the day.
//!
//! ## When it stays silent
//!
//! On the day itself, and without `until`. The day is that of `--today`, else the system's.
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
//! @allow(RS001, reason = "until the new client is out", until = 2020-06-30)
//! browser -> api
//! ```
//!
//! ```arch,pass
//! client browser
//! service api
//! @allow(RS001, reason = "until the new client is out", until = 2999-06-30)
//! browser -> api
//! ```

use super::suppress::has_expired;
use super::{Finding, Findings, Rule, RuleContext, edits};
use crate::diagnostic::Applicability;

pub(super) static RULE: Rule = Rule::of_annotations("HY003", "expired-allow", check);

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for allow in ctx.model.allows.iter().filter(|allow| has_expired(ctx, allow)) {
        let (Some(until), Some(today)) = (allow.until, ctx.config.today) else { continue };
        let message = format!("this annotation held until {until}, and today is {today}: its findings are back");
        let finding = Finding::of_annotation(allow.span, message)
            .help("mend what it allowed, or decide anew and move `until`")
            .fix("delete it", Applicability::Unsafe, edits::with_blanks(ctx, allow.span), "");
        findings.push(finding);
    }
}
