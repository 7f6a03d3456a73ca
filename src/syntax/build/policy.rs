//! Rules of a policy: `forbid` and `require`.

use pest::iterators::Pair;

use super::Builder;
use super::declaration::Holds;
use crate::diagnostic::Applicability;
use crate::source::Span;
use crate::syntax::ast::{Ident, Policy, Selector, SelectorKind, StmtKind, Value, ValueKind};
use crate::syntax::grammar::Rule;
use crate::syntax::mistakes;

impl Builder<'_> {
    pub(super) fn forbid(&mut self, pair: Pair<'_, Rule>) -> StmtKind {
        let whole = self.span(&pair);
        let (mut selectors, mut operator, mut has_except) = (Vec::new(), None, false);
        let (mut strays, mut word) = (Vec::new(), whole);
        for part in pair.into_inner() {
            let place = self.span(&part);
            match part.as_rule() {
                Rule::word_forbid => {}
                Rule::word_except => {
                    has_except = true;
                    word = place;
                }
                Rule::operator => operator = Some((self.operator(place), place)),
                Rule::block => self.stray_block(part),
                rule @ (Rule::selector | Rule::string | Rule::nothing) if selectors.len() < 3 => {
                    let what = match (selectors.len(), has_except) {
                        (0, _) => "who must not",
                        (1, false) => "whom not",
                        _ => "who may all the same",
                    };
                    selectors.push(self.slot(rule, place, what));
                }
                _ => strays.push(place),
            }
        }
        let missing = || Selector { span: whole.at_end(), kind: SelectorKind::Missing };
        let mut selectors = selectors.into_iter();
        let (from, to) = (selectors.next().unwrap_or_else(missing), selectors.next().unwrap_or_else(missing));
        let except = if has_except { Some(selectors.next().unwrap_or_else(missing)) } else { None };
        if operator.is_none() {
            let message =
                "`forbid` needs an operator between two selectors, such as `forbid client -> database`";
            self.report(mistakes::BAD_POLICY, from.span, message);
        }
        let lacks =
            |selector: &Selector| matches!(selector.kind, SelectorKind::Missing) && selector.span.is_empty();
        if operator.is_some() && lacks(&to) {
            let message = "`forbid` needs a selector behind its operator";
            let place = operator.map_or(whole, |(_, place)| place);
            self.report(mistakes::BAD_POLICY, place, message);
        }
        if except.as_ref().is_some_and(lacks) {
            self.report(mistakes::BAD_POLICY, word, "`except` needs a selector behind it");
        }
        self.strays(&strays, false);
        StmtKind::Policy(Box::new(Policy::Forbid { from, operator, to, except }))
    }

    pub(super) fn require(&mut self, pair: Pair<'_, Rule>) -> StmtKind {
        let whole = self.span(&pair);
        let mut target: Option<(Rule, Span)> = None;
        let (mut comparison, mut value) = (None, None);
        let mut extra = Vec::new();
        for part in pair.into_inner() {
            let place = self.span(&part);
            match part.as_rule() {
                Rule::word_require => {}
                Rule::block => self.stray_block(part),
                rule if target.is_none() => target = Some((rule, place)),
                Rule::comparison if comparison.is_none() => comparison = self.comparison(place),
                _ if comparison.is_some() && value.is_none() => value = Some(self.value(part)),
                rule => extra.push((rule, place)),
            }
        }
        let (rule, place) = target.unwrap_or((Rule::nothing, whole.at_end()));
        let (selector, key) = self.required(rule, place);
        let condition = comparison.map(|(comparison, sign)| {
            let value = value.unwrap_or(Value { span: sign.at_end(), kind: ValueKind::Missing });
            let value = self.present(value, sign, &key.name);
            self.extra(&value, &extra);
            (comparison, sign, value)
        });
        if condition.is_none() {
            let strays: Vec<Span> = extra.iter().map(|(_, place)| *place).collect();
            self.strays(&strays, false);
        }
        StmtKind::Policy(Box::new(Policy::Require { selector, key, condition }))
    }

    /// `SELECTOR.KEY`: the key is what follows the last dot.
    fn required(&mut self, rule: Rule, place: Span) -> (Selector, Ident) {
        let written = self.source(place);
        let dot = written.rfind('.').filter(|dot| !written.get(*dot..).unwrap_or_default().contains('"'));
        let Some(dot) = dot.filter(|_| rule == Rule::selector) else {
            let selector = self.slot(rule, place, "who must have the attribute");
            let message = "`require` names an attribute behind the selector, such as `require service.owner`";
            self.report(mistakes::BAD_POLICY, place, message);
            return (selector, Self::missing_ident(place.at_end()));
        };
        let middle = place.start + dot as u32;
        let key_span = Span { start: middle + 1, ..place };
        let key = Ident { span: key_span, name: super::normal(self.source(key_span)) };
        if key.is_missing() {
            self.report(mistakes::MISSING_NAME, place, "the name of an attribute is missing behind the dot");
        }
        (self.selector(Span { end: middle, ..place }), key)
    }

    fn slot(&mut self, rule: Rule, place: Span, what: &str) -> Selector {
        match rule {
            Rule::selector => self.selector(place),
            Rule::string => {
                let message = format!("a selector that says {what} stands without quotes");
                self.report(mistakes::BAD_SELECTOR, place, message);
                let bare = self.source(place).trim_matches('"');
                self.fix("remove the quotes", Applicability::Safe, place, bare);
                Selector { span: place, kind: SelectorKind::Missing }
            }
            _ => Selector { span: place.at_start(), kind: SelectorKind::Missing },
        }
    }

    fn stray_block(&mut self, pair: Pair<'_, Rule>) {
        let block = self.block(pair, Holds::Unknown);
        self.report(mistakes::STRAY_TEXT, block.span, "a rule of a policy has no block");
    }
}
