//! An `@allow` that silences nothing.
//!
//! ## What it finds
//!
//! `@allow(RULE, …)` on an element or block in which that rule finds nothing, or which names no rule.
//!
//! ## Why it matters
//!
//! It reads as if a risk were there. When the risk comes back, nobody is told.
//!
//! ## How to mend it
//!
//! Delete the name, or the annotation where it holds no other.
//!
//! ## When it stays silent
//!
//! While the rule is switched off in `archc.toml`, and for house rules.
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
//! @allow(RS001, reason = "the client waits for ever on purpose")
//! browser -> api { timeout = 5s }
//! ```
//!
//! ```arch,pass
//! client browser
//! service api
//! @allow(RS001, reason = "the client waits for ever on purpose")
//! browser -> api
//! ```

use super::{Finding, Findings, Rule, RuleContext, find, nearest, edits};
use crate::diagnostic::Applicability;
use crate::model::Allow;
use crate::source::Span;

pub(super) static RULE: Rule = Rule::of_annotations("HY002", "unused-allow", check);

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (annotation, entry) in ctx.idle_allows {
        let Some(allow) = ctx.model.allows.get(*annotation) else { continue };
        let Some((name, span)) = allow.rules.get(*entry) else { continue };
        let finding = match find(name) {
            Some(rule) => {
                let message = format!("nothing here to allow: `{name}` ({}) finds nothing", other_name(rule, name));
                Finding::of_annotation(*span, message).help("delete it")
            }
            None => {
                let message = format!("no rule is called `{name}`, so this allows nothing");
                let near = nearest(name).map(|near| format!("did you mean `{near}`?"));
                let help = near.unwrap_or_else(|| "`archc rules` lists them".to_owned());
                Finding::of_annotation(*span, message).help(help)
            }
        };
        let meant = nearest(name).filter(|_| find(name).is_none());
        findings.push(match meant {
            Some(near) => finding.fix(format!("write `{near}`"), Applicability::Safe, *span, near),
            None => {
                let span = deletion(allow, *entry);
                let span = if span == allow.span { edits::with_blanks(ctx, span) } else { span };
                finding.fix("delete it", Applicability::Safe, span, "")
            }
        });
    }
}

fn other_name(rule: &Rule, name: &str) -> &'static str {
    if name == rule.name { rule.code } else { rule.name }
}

/// The text to delete: the annotation where the entry is its only one, else the entry with the comma beside it.
fn deletion(allow: &Allow, entry: usize) -> Span {
    let span = |i: usize| allow.rules.get(i).map(|(_, span)| *span);
    match (span(entry), span(entry + 1), entry.checked_sub(1).and_then(span)) {
        (Some(own), Some(next), _) => own.at_start().to(next.at_start()),
        (Some(own), None, Some(previous)) => previous.at_end().to(own),
        _ => allow.span,
    }
}
