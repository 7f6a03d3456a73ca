//! Arranges decisions with their trade-offs, and what was allowed, into the shape of a report.

use super::document::{Allowed, AllowedRule, Decision};
use crate::compilation::Compilation;
use crate::model::attributes::Word;
use crate::model::attributes::words::{DecisionStatus, Quality};
use crate::model::{AttrId, AttrValue, Attributes};
use crate::rules;

pub(super) fn decisions(compilation: &Compilation) -> Vec<Decision<'_>> {
    compilation.model.decisions.iter().map(|it| decision(compilation, it)).collect()
}

fn decision<'a>(compilation: &'a Compilation, it: &'a crate::model::Decision) -> Decision<'a> {
    let attrs = &it.attrs;
    Decision {
        name: &it.header.name,
        label: it.header.label.as_deref(),
        status: attrs.word::<DecisionStatus>(AttrId::STATUS).map(Word::as_str),
        date: match attrs.get(AttrId::DATE).map(|value| &value.value) {
            Some(AttrValue::Date(date)) => Some(date.to_string()),
            _ => None,
        },
        chose: names(attrs, AttrId::CHOSE),
        over: names(attrs, AttrId::OVER),
        because: attrs.text(AttrId::BECAUSE),
        gives: qualities(attrs, AttrId::GIVES),
        costs: qualities(attrs, AttrId::COSTS),
        allows: attrs.texts(AttrId::ALLOWS).iter().map(|(name, _)| allowed_rule(compilation, name)).collect(),
    }
}

/// One name or a list of them.
fn names(attrs: &Attributes, id: AttrId) -> Vec<&str> {
    match attrs.text(id) {
        Some(name) => vec![name],
        None => attrs.texts(id).iter().map(|(name, _)| name.as_str()).collect(),
    }
}

fn qualities(attrs: &Attributes, id: AttrId) -> Vec<&'static str> {
    attrs.words::<Quality>(id).unwrap_or_default().into_iter().map(Word::as_str).collect()
}

fn allowed_rule<'a>(compilation: &Compilation, name: &'a str) -> AllowedRule<'a> {
    let rule = rules::find(name);
    let code = rule.map_or(name, |rule| rule.code);
    AllowedRule {
        code,
        name: rule.map(|rule| rule.name),
        silenced: compilation.allowed.iter().filter(|it| it.code == code).count(),
        told: compilation.diagnostics.iter().filter(|it| it.code == code).count(),
    }
}

pub(super) fn allowed(compilation: &Compilation) -> Vec<Allowed<'_>> {
    let owners = |code: &str| {
        let decisions = compilation.model.decisions.iter();
        decisions.filter(|it| rules::decision_owns(it, code)).map(|it| it.header.name.as_str()).collect()
    };
    let mut rows = Vec::with_capacity(compilation.allowed.len());
    for it in &compilation.allowed {
        let reason = it.reason.as_deref();
        rows.push(Allowed { code: it.code, subject: &it.subject, reason, decisions: owners(it.code) });
    }
    rows
}
