//! The small forms: attributes, imports, objectives, annotations, and what is none of the six.

use pest::iterators::{Pair, Pairs};

use super::Builder;
use super::declaration::Holds;
use crate::diagnostic::Applicability;
use crate::source::Span;
use crate::syntax::ast::{
    Annotation, Argument, Attribute, Comparison, Declaration, Ident, Import, Objective, Path, StmtKind, Text,
    Value, ValueKind,
};
use crate::syntax::grammar::Rule;
use crate::syntax::mistakes;

impl Builder<'_> {
    /// A statement that begins with a name: what follows says what it is.
    pub(super) fn worded(&mut self, pair: Pair<'_, Rule>, whole: Span, holds: Holds) -> StmtKind {
        let mut pairs = pair.into_inner();
        let Some(first) = pairs.next() else { return StmtKind::Junk };
        if pairs.peek().is_some_and(|next| next.as_rule() == Rule::assign) {
            return self.attribute(whole, &first, pairs);
        }
        let ends = |rule: Rule| matches!(rule, Rule::path | Rule::group | Rule::nothing);
        let more = pairs.clone().take_while(|part| ends(part.as_rule())).count();
        if pairs.clone().nth(more).is_some_and(|part| part.as_rule() == Rule::operator) {
            let mut parts = vec![first];
            parts.extend(pairs.by_ref().take(more));
            return self.connection(whole, parts, pairs);
        }
        if pairs.clone().nth(more).is_some_and(|part| part.as_rule() == Rule::no_steps) {
            let message = "this is one end of a connection: it lacks an operator and its other end";
            self.report(mistakes::MISSING_END, whole, message);
            return StmtKind::Junk;
        }
        self.declaration(first, pairs, holds)
    }

    fn attribute(&mut self, whole: Span, key: &Pair<'_, Rule>, mut pairs: Pairs<'_, Rule>) -> StmtKind {
        let key = self.path(key);
        let equals = pairs.next().map_or(whole, |pair| self.span(&pair));
        if equals.len() > 1 {
            self.report(mistakes::STRAY_EQUALS, equals, "an attribute has one `=`");
            self.fix("write `=`", Applicability::Safe, equals, "=");
        }
        let value = pairs
            .next()
            .map_or(Value { span: equals.at_end(), kind: ValueKind::Missing }, |pair| self.value(pair));
        let value = self.present(value, equals, &key.text());
        let extra: Vec<(Rule, Span)> = pairs.map(|pair| (pair.as_rule(), self.span(&pair))).collect();
        self.extra(&value, &extra);
        StmtKind::Attribute(Attribute { key, value })
    }

    /// `= VALUE`
    pub(super) fn keyless(&mut self, pair: Pair<'_, Rule>) -> StmtKind {
        let whole = self.span(&pair);
        let mut pairs = pair.into_inner();
        let equals = pairs.next().map_or(whole, |pair| self.span(&pair));
        let value = pairs.next().map(|pair| self.value(pair));
        let value = value.unwrap_or(Value { span: equals.at_end(), kind: ValueKind::Missing });
        let message = "`=` without a name before it: an attribute is `key = value`";
        self.report(mistakes::MISSING_KEY, equals, message);
        StmtKind::Attribute(Attribute { key: Self::missing_path(whole), value })
    }

    /// Reports a value that is not there, at the sign before it.
    pub(super) fn present(&mut self, mut value: Value, sign: Span, what: &str) -> Value {
        if matches!(value.kind, ValueKind::Missing) {
            value.span = sign.at_end();
            let written = self.source(sign);
            let message = format!("`{what}` has no value: one belongs behind `{written}`, on the same line");
            self.report(mistakes::MISSING_VALUE, sign, message);
        }
        value
    }

    /// What stands behind a complete value.
    pub(super) fn extra(&mut self, value: &Value, extra: &[(Rule, Span)]) {
        let (Some((rule, first)), Some((_, last))) = (extra.first(), extra.last()) else { return };
        let place = first.to(*last);
        let text = self.source(place);
        let whole = value.span.to(place);
        let plain = matches!(value.kind, ValueKind::Path(_) | ValueKind::Invalid | ValueKind::Quantity(_));
        let number = matches!(value.kind, ValueKind::Quantity(_) | ValueKind::Invalid);
        let wide = self.source(value.span).starts_with(|c: char| c.is_ascii_digit());
        if number && wide && extra.len() == 1 && *rule == Rule::path {
            let joined = format!("{}{text}", self.source(value.span));
            if crate::units::read_quantity(&joined).is_ok() {
                let message = format!("no blank stands between a number and its unit: `{joined}`");
                self.report(mistakes::BAD_UNIT, whole, message);
                self.fix("join them", Applicability::Safe, whole, joined);
                return;
            }
        }
        if plain && *rule == Rule::path && !matches!(value.kind, ValueKind::Missing) {
            let words = self.source(whole);
            self.report(
                mistakes::UNQUOTED_TEXT,
                whole,
                format!("`{words}` is several words: a text needs quotes"),
            );
            let quoted = format!("\"{}\"", words.replace('\\', "\\\\").replace('"', "\\\""));
            self.fix("put it in quotes", Applicability::Unsafe, whole, quoted);
            return;
        }
        if !matches!(value.kind, ValueKind::Missing) {
            self.report(
                mistakes::STRAY_TEXT,
                place,
                format!("`{text}` stands behind a value that is complete"),
            );
        }
    }

    pub(super) fn import(&mut self, pair: Pair<'_, Rule>) -> StmtKind {
        let whole = self.span(&pair);
        let mut path = Text { span: whole.at_end(), value: "".into(), block: false };
        let mut strays = Vec::new();
        for part in pair.into_inner() {
            let place = self.span(&part);
            match part.as_rule() {
                Rule::word_import => {}
                Rule::string if path.span.is_empty() => path = self.label(&part),
                Rule::path if path.span.is_empty() => {
                    let written = self.source(place);
                    path = Text { span: place, value: written.into(), block: false };
                    self.report(mistakes::UNQUOTED_TEXT, place, "the path of an import stands in quotes");
                    self.fix("put it in quotes", Applicability::Safe, place, format!("\"{written}\""));
                }
                _ => strays.push(place),
            }
        }
        self.strays(&strays, false);
        StmtKind::Import(Import { path })
    }

    pub(super) fn objective(&mut self, pair: Pair<'_, Rule>) -> StmtKind {
        let whole = self.span(&pair);
        let mut metric = Self::missing_ident(whole.at_end());
        let (mut comparison, mut value) = (None, None);
        let mut extra = Vec::new();
        for part in pair.into_inner() {
            let place = self.span(&part);
            match part.as_rule() {
                Rule::word_slo => {}
                Rule::path if metric.is_missing() => {
                    let path = self.path_of(place);
                    metric = Ident { span: place, name: path.text().into() };
                }
                Rule::comparison if value.is_none() => comparison = self.comparison(place),
                Rule::block => {
                    let block = self.block(part, Holds::Attributes("an objective"));
                    let message = "an objective has no block";
                    self.report(mistakes::STRAY_TEXT, block.span, message);
                }
                _ if value.is_none() => value = Some(self.value(part)),
                rule => extra.push((rule, place)),
            }
        }
        let value = value.unwrap_or(Value { span: whole.at_end(), kind: ValueKind::Missing });
        let value = match comparison {
            Some((_, sign)) => self.present(value, sign, &metric.name),
            None => {
                let message =
                    format!("`slo {}` needs a comparison and a target, such as `>= 99.9%`", metric.name);
                self.report(mistakes::BAD_COMPARISON, metric.span, message);
                value
            }
        };
        self.extra(&value, &extra);
        StmtKind::Objective(Box::new(Objective { metric, comparison, value }))
    }

    /// The comparison at `place`; a near one is taken and reported.
    pub(super) fn comparison(&mut self, place: Span) -> Option<(Comparison, Span)> {
        let written = self.source(place);
        let (comparison, exact) = match written {
            ">=" => (Comparison::AtLeast, true),
            "<=" => (Comparison::AtMost, true),
            ">" => (Comparison::Above, true),
            "<" => (Comparison::Below, true),
            "=" => (Comparison::Equal, true),
            "=>" | "≥" => (Comparison::AtLeast, false),
            "=<" | "≤" => (Comparison::AtMost, false),
            _ => (Comparison::Equal, false),
        };
        if !exact {
            let message = format!("`{written}` is no comparison: known are `>=`, `<=`, `>`, `<` and `=`");
            self.report(mistakes::BAD_COMPARISON, place, message);
            let applicability = if written == "!=" { Applicability::Unsafe } else { Applicability::Safe };
            self.fix(&format!("write `{}`", comparison.as_str()), applicability, place, comparison.as_str());
        }
        Some((comparison, place))
    }

    pub(super) fn annotation(&mut self, pair: Pair<'_, Rule>) -> Annotation {
        let span = self.span(&pair);
        let mut name = Self::missing_ident(Span { start: span.start + 1, ..span });
        let mut arguments = Vec::new();
        let mut last = None;
        for part in pair.into_inner() {
            let place = self.span(&part);
            match part.as_rule() {
                Rule::path => name = Ident { span: place, name: self.path_of(place).text().into() },
                Rule::argument => {
                    if !self.takes_room(place) {
                        break;
                    }
                    self.comma_between(last, place);
                    last = Some(place);
                    let argument = self.argument(part);
                    arguments.push(argument);
                }
                _ => {
                    let written = self.source(place);
                    self.report(mistakes::BAD_ANNOTATION, place, format!("`{written}` is no argument"));
                    last = Some(place);
                }
            }
        }
        if name.is_missing() {
            let message = "an annotation has a name, such as `@allow(…)` or `@tags(…)`";
            self.report(mistakes::BAD_ANNOTATION, span, message);
        }
        let inside = self.comments_before(span.end as usize);
        self.head_comments.extend(inside);
        Annotation { span, name, arguments }
    }

    fn argument(&mut self, pair: Pair<'_, Rule>) -> Argument {
        let mut key = None;
        let mut sign = self.span(&pair);
        let mut value = Value { span: sign.at_end(), kind: ValueKind::Missing };
        for part in pair.into_inner() {
            let place = self.span(&part);
            match part.as_rule() {
                Rule::path => key = Some(Ident { span: place, name: self.path_of(place).text().into() }),
                Rule::assign => sign = place,
                _ => value = self.value(part),
            }
        }
        let what = key.as_ref().map_or("argument", |key: &Ident| key.name.as_str()).to_owned();
        let value = self.present(value, sign, &what);
        Argument { key, value }
    }

    /// A slice that is no statement; a block in it keeps its body.
    pub(super) fn junk(&mut self, pair: Pair<'_, Rule>, span: Span) -> StmtKind {
        let block = pair.into_inner().find(|part| part.as_rule() == Rule::block);
        let head = block.as_ref().map_or(span.end, |block| self.span(block).start);
        let place = Span { end: head, ..span };
        let place = Span { end: place.start + self.source(place).trim_end().len() as u32, ..place };
        let first_char = self.source(span).chars().next().map_or(0, char::len_utf8) as u32;
        self.unreadable_at(if place.is_empty() {
            Span { end: span.start + first_char, ..span }
        } else {
            place
        });
        match block {
            None => StmtKind::Junk,
            Some(block) => {
                let block = self.block(block, Holds::Unknown);
                let (kind, name) = (Self::missing_ident(span), Self::missing_ident(span));
                let declaration = Declaration { kind, name, tech: None, label: None, block: Some(block) };
                StmtKind::Declaration(Box::new(declaration))
            }
        }
    }

    pub(super) fn unreadable_at(&mut self, place: Span) {
        let written = self.source(place);
        let shown: String = written.chars().take(40).collect();
        let dots = if shown.len() < written.len() { "…" } else { "" };
        let message =
            format!("`{shown}{dots}` is no statement: expected `KIND NAME`, `a -> b` or `key = value`");
        self.report(mistakes::UNREADABLE, place, message);
    }

    /// Words behind a head that is complete: one mistake for all of them.
    pub(super) fn strays(&mut self, strays: &[Span], may_be_label: bool) {
        let (Some(first), Some(last)) = (strays.first(), strays.last()) else { return };
        let place = first.to(*last);
        let text = self.source(place);
        let words = text.starts_with(|c: char| c.is_alphabetic() || c == '_') && !text.contains(['"', '\n']);
        if text == "=" {
            self.report(mistakes::STRAY_EQUALS, place, "an `=` stands here for nothing");
            self.fix("remove it", Applicability::Safe, place, "");
        } else if may_be_label && words {
            self.report(
                mistakes::UNQUOTED_TEXT,
                place,
                format!("`{text}` looks like a label: a label stands in quotes"),
            );
            self.fix(
                "put it in quotes",
                Applicability::Unsafe,
                place,
                format!("\"{}\"", text.replace('\\', "\\\\")),
            );
        } else {
            let message = format!("`{text}` stands behind a statement that is complete");
            self.report(mistakes::STRAY_TEXT, place, message);
        }
    }

    /// What is written at a place, cut where it grows long.
    pub(super) fn brief(&self, span: Span) -> String {
        brief(self.source(span))
    }

    /// Whether a path is one word.
    pub(super) fn is_word(path: &Path) -> bool {
        path.single().is_some_and(|ident| !ident.is_missing())
    }
}

/// The first line of a text, cut where it grows long.
fn brief(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let shown: String = line.chars().take(40).collect();
    let dots = if shown.len() < text.len() { "…" } else { "" };
    format!("{shown}{dots}")
}
