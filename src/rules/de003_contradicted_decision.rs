//! The design does not do what was decided.
//!
//! ## What it finds
//!
//! A decision that `chose` a technology which no component uses, or that names under `over` one that some component uses. Names that
//! neither the catalogue nor a component of the design has as technologies are not taken for such.
//!
//! ## Why it matters
//!
//! Either the decision was changed and nobody wrote it down, or somebody went around it. The next reader believes the wrong
//! one.
//!
//! ## How to mend it
//!
//! Change the design, or set `status = superseded` and write the new decision.
//!
//! ## When it stays silent
//!
//! For decisions that are proposed, rejected or superseded.
//!
//! ## Source
//!
//! A house rule.
//!
//! ## Examples
//!
//! ```arch,fail
//! database orders: postgres
//! decision store { chose = dynamodb  because = "it scales" }
//! ```
//!
//! ```arch,fail
//! database orders: postgres
//! database carts: redis
//! decision store { chose = postgres  over = [redis]  because = "one engine to run" }
//! ```
//!
//! ```arch,pass
//! database orders: postgres
//! decision store { chose = postgresql  over = [dynamodb]  because = "we know it" }
//! ```

use super::decisions::standing;
use super::{Category, Finding, Findings, Rule, RuleContext};
use crate::diagnostic::Severity;
use crate::model::catalogue::catalogue;
use crate::model::{AttrId, Attributes, ComponentId, DecisionId, Kind};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    code: "DE003",
    name: "contradicted-decision",
    category: Category::House,
    severities: &[Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, decision) in standing(ctx.model) {
        let mut told: Vec<(Span, String, Vec<ComponentId>)> = Vec::new();
        for (name, span) in names(&decision.attrs, AttrId::CHOSE) {
            if catalogue().find(&name).is_some() && users(ctx, &name).is_empty() {
                told.push((span, format!("chose `{name}`, which no component uses"), Vec::new()));
            }
        }
        for (name, span) in names(&decision.attrs, AttrId::OVER) {
            let users = rivals(ctx, users(ctx, &name), &decision.attrs);
            if let Some(first) = users.first() {
                let more = match users.len() {
                    1 => String::new(),
                    more => format!(" and {} more", more - 1),
                };
                let first = ctx.model.path(*first);
                told.push((span, format!("decided against `{name}`, which `{first}` uses{more}"), users));
            }
        }
        if let Some(finding) = finding(ctx, id, &told) {
            findings.push(finding);
        }
    }
}

/// The names in an attribute, one or a list.
fn names(attrs: &Attributes, id: AttrId) -> Vec<(String, Span)> {
    if let Some(name) = attrs.text(id) {
        let span = attrs.get(id).and_then(|value| value.span);
        return span.map(|span| (name.to_owned(), span)).into_iter().collect();
    }
    attrs.texts(id).iter().map(|(name, span)| (name.to_string(), *span)).collect()
}

/// The components of a technology, by whichever of its names.
fn users(ctx: &RuleContext<'_>, name: &str) -> Vec<ComponentId> {
    let known = catalogue().find(name).map(|entry| entry.name.as_str());
    let uses = |id: &ComponentId| {
        let Some(tech) = &ctx.model.components[*id].tech else { return false };
        tech.name == name || known.is_some() && tech.entry.map(|entry| entry.name.as_str()) == known
    };
    ctx.model.components.ids().filter(uses).collect()
}

/// Of the users of what was decided against, those that could be meant: where `chose` names what some component uses, only
/// components of that one's kind. A cache in Redis does not contradict that a table was chosen over Redis.
fn rivals(ctx: &RuleContext<'_>, users_of_over: Vec<ComponentId>, attrs: &Attributes) -> Vec<ComponentId> {
    let chosen = names(attrs, AttrId::CHOSE).into_iter().flat_map(|(name, _)| users(ctx, &name));
    let kinds: Vec<Kind> = chosen.map(|id| ctx.model.components[id].kind).collect();
    let could_be_meant = |id: &ComponentId| kinds.is_empty() || kinds.contains(&ctx.model.components[*id].kind);
    users_of_over.into_iter().filter(could_be_meant).collect()
}

fn finding(
    ctx: &RuleContext<'_>,
    id: DecisionId,
    told: &[(Span, String, Vec<ComponentId>)],
) -> Option<Finding> {
    let (span, ..) = told.first()?;
    let whats: Vec<&str> = told.iter().map(|(_, what, _)| what.as_str()).collect();
    let message = format!("the decision `{}` {}", ctx.model.decisions[id].header.name, whats.join("; it "));
    let mut finding = Finding::new(Severity::Warning, id, message)
        .at(*span)
        .help("change the design, or set `status = superseded` and write the decision that holds");
    for id in told.iter().flat_map(|(_, _, users)| users) {
        let header = &ctx.model.components[*id].header;
        finding = finding.and(*id).step(header.name_span, format!("`{}` uses it", header.path));
    }
    Some(finding)
}
