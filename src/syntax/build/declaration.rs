//! Declarations, and attributes that lost their `=` and look like one.

use pest::iterators::{Pair, Pairs};

use super::Builder;
use crate::diagnostic::Applicability;
use crate::source::Span;
use crate::syntax::ast::{Attribute, Declaration, Ident, Objective, Path, StmtKind, Tech, Value, ValueKind};
use crate::syntax::grammar::Rule;
use crate::syntax::mistakes;
use crate::syntax::words::{self, Word};

/// What a block may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Holds {
    /// Statements of every form.
    Statements,
    /// Attributes only; whose block it is.
    Attributes(&'static str),
    /// `key = value` only, and keys may be paths.
    Record,
    /// Not known here: the block of a kind of the user's own, or of a misspelt one.
    Unknown,
}

/// A part of a head behind its first word.
struct Part<'p> {
    rule: Rule,
    span: Span,
    pair: Pair<'p, Rule>,
}

impl Builder<'_> {
    pub(super) fn declaration(
        &mut self,
        first: Pair<'_, Rule>,
        pairs: Pairs<'_, Rule>,
        holds: Holds,
    ) -> StmtKind {
        let first = self.path(&first);
        let parts: Vec<Part<'_>> =
            pairs.map(|pair| Part { rule: pair.as_rule(), span: self.span(&pair), pair }).collect();
        if let Some(i) = self.bound_in(&parts) {
            return self.objective_without_slo(first, parts, i);
        }
        if self.lost_its_equals(&first, &parts, holds) {
            return self.attribute_without_equals(first, parts);
        }
        self.head(first, parts)
    }

    /// Where a comparison stands in the head of what looks like a declaration.
    fn bound_in(&self, parts: &[Part<'_>]) -> Option<usize> {
        let at = parts.iter().take(2).position(|part| part.rule == Rule::stray)?;
        let bound =
            parts.get(at).is_some_and(|part| matches!(self.source(part.span), ">=" | "<=" | ">" | "<"));
        let words = parts.iter().take(at).all(|part| part.rule == Rule::path);
        (bound && words && parts.get(at + 1).is_some_and(|part| part.rule == Rule::number)).then_some(at)
    }

    /// `p99 <= 100ms`, or with a misspelt `slo` before it.
    fn objective_without_slo(&mut self, first: Path, parts: Vec<Part<'_>>, bound: usize) -> StmtKind {
        let metric = match parts.first().filter(|_| bound == 1) {
            Some(metric) => {
                let written = first.text();
                let message =
                    format!("`{written}` is no word of the language: an objective begins with `slo`");
                self.report(mistakes::UNREADABLE, first.span, message);
                self.fix("write `slo`", Applicability::Unsafe, first.span, "slo");
                metric.span
            }
            None => {
                let message = format!("an objective begins with `slo`: `slo {}`", first.text());
                self.report(mistakes::UNREADABLE, first.span, message);
                self.fix("insert `slo`", Applicability::Unsafe, first.span.at_start(), "slo ");
                first.span
            }
        };
        let metric = Ident { span: metric, name: super::normal(self.source(metric)) };
        let mut parts = parts.into_iter().skip(bound);
        let comparison = parts.next().and_then(|part| self.comparison(part.span));
        let value = parts.next().map(|part| self.value(part.pair));
        let value = value.unwrap_or(Value { span: metric.span.at_end(), kind: ValueKind::Missing });
        let extra: Vec<(Rule, Span)> = parts.map(|part| (part.rule, part.span)).collect();
        self.extra(&value, &extra);
        StmtKind::Objective(Box::new(Objective { metric, comparison, value }))
    }

    /// Two words where attributes stand, or a word and something that can only be a value.
    fn lost_its_equals(&self, first: &Path, parts: &[Part<'_>], holds: Holds) -> bool {
        let Some(word) = first.single() else { return false };
        let kind = words::word(&word.name);
        let attributes_only = matches!(holds, Holds::Attributes(_) | Holds::Record);
        let head = |rule: Rule| matches!(rule, Rule::technology | Rule::string | Rule::block);
        match parts {
            [] => attributes_only || holds == Holds::Unknown,
            [Part { rule: Rule::list | Rule::number, .. }, ..] => true,
            [Part { rule: Rule::bad_name, .. }, rest @ ..] => {
                attributes_only || (kind == Word::Unknown && !rest.iter().any(|part| head(part.rule)))
            }
            [Part { rule: Rule::string, .. }] => {
                attributes_only || (kind == Word::Unknown && words::nearest_kind(&word.name).is_none())
            }
            [Part { rule: Rule::path, .. }, rest @ ..] if rest.iter().any(|part| head(part.rule)) => {
                attributes_only && kind == Word::Unknown && words::nearest_kind(&word.name).is_none()
            }
            [Part { rule: Rule::path, .. }, ..] => {
                (attributes_only || holds == Holds::Unknown) && kind == Word::Unknown
            }
            [Part { rule: Rule::block, .. }] => attributes_only && kind == Word::Unknown,
            _ => false,
        }
    }

    fn attribute_without_equals(&mut self, key: Path, parts: Vec<Part<'_>>) -> StmtKind {
        let name = key.text();
        let place = key.span.at_end();
        let mut parts = parts.into_iter();
        let Some(part) = parts.next() else {
            self.report(
                mistakes::MISSING_EQUALS,
                key.span,
                format!("`{name}` has no value: write `{name} = …`"),
            );
            return StmtKind::Attribute(Attribute {
                key,
                value: Value { span: place, kind: ValueKind::Missing },
            });
        };
        self.report(
            mistakes::MISSING_EQUALS,
            key.span,
            format!("`{name}` lacks its `=`: an attribute is `key = value`"),
        );
        self.fix("insert `=`", Applicability::Safe, place, " =");
        let value = match part.rule {
            Rule::path => {
                let path = self.path_of(part.span);
                Value { span: part.span, kind: ValueKind::Path(path) }
            }
            Rule::bad_name => Value { span: part.span, kind: self.number(part.span) },
            _ => self.value(part.pair),
        };
        let extra: Vec<(Rule, Span)> = parts.map(|part| (part.rule, part.span)).collect();
        self.extra(&value, &extra);
        StmtKind::Attribute(Attribute { key, value })
    }

    fn head(&mut self, first: Path, parts: Vec<Part<'_>>) -> StmtKind {
        let before = self.mistakes.len();
        let kind = self.kind(&first);
        let name = Self::missing_ident(first.span.at_end());
        let mut declaration = Declaration { kind, name, tech: None, label: None, block: None };
        let mut run: Vec<(Rule, Span)> = Vec::new();
        for (i, part) in parts.into_iter().enumerate() {
            match part.rule {
                Rule::path | Rule::bad_name if i == 0 => declaration.name = self.name(part.rule, part.span),
                Rule::technology | Rule::string | Rule::block => {
                    self.words(&mut declaration, &mut run);
                    self.slot_of_head(&mut declaration, part);
                }
                rule => run.push((rule, part.span)),
            }
        }
        self.words(&mut declaration, &mut run);
        if declaration.name.is_missing() && self.mistakes.len() == before {
            self.nameless(&mut declaration, &first);
        } else if declaration.block.is_none()
            && declaration.tech.is_none()
            && declaration.kind.name == "flow"
            && self.mistakes.len() == before
        {
            let name = &declaration.name.name;
            let message = format!("`flow {name}` has no block: its steps stand between `{{` and `}}`");
            self.report(mistakes::MISSING_BLOCK, first.span.to(declaration.name.span), message);
            self.help(format!("write `flow {name} {{ a -> b }}`"));
        }
        StmtKind::Declaration(Box::new(declaration))
    }

    fn kind(&mut self, first: &Path) -> Ident {
        if !Self::is_word(first) && self.mistakes.last().is_none_or(|last| last.span != first.span) {
            let message =
                format!("`{}` is a path: a declaration begins with a kind, such as `service`", first.text());
            self.report(mistakes::BAD_NAME, first.span, message);
        }
        Ident { span: first.span, name: first.text().into() }
    }

    fn name(&mut self, rule: Rule, span: Span) -> Ident {
        let written = self.source(span);
        if rule == Rule::bad_name {
            let message = format!("`{written}` cannot be a name: names begin with a letter or `_`");
            self.report(mistakes::BAD_NAME, span, message);
            self.fix("put `_` before it", Applicability::Unsafe, span.at_start(), "_");
            return Ident { span, name: super::normal(written) };
        }
        let path = self.path_of(span);
        if path.parts.len() == 1 {
            return Ident { span, name: super::normal(written) };
        }
        let message =
            format!("`{written}` has a dot: declare the last part inside the block of what stands before it");
        self.report(mistakes::BAD_NAME, span, message);
        path.parts.into_iter().rfind(|part| !part.is_missing()).unwrap_or_else(|| Self::missing_ident(span))
    }

    fn slot_of_head(&mut self, declaration: &mut Declaration, part: Part<'_>) {
        let span = part.span;
        match part.rule {
            Rule::block => {
                let holds = holds_of(&declaration.kind.name);
                declaration.block = Some(self.block(part.pair, holds));
            }
            Rule::string if declaration.label.is_none() => declaration.label = Some(self.label(&part.pair)),
            Rule::string => self.report(mistakes::MISPLACED_PART, span, "a declaration has one label"),
            _ if declaration.tech.is_some() => {
                self.report(mistakes::MISPLACED_PART, span, "a declaration has one technology");
            }
            _ => {
                if declaration.label.is_some() {
                    self.report(mistakes::MISPLACED_PART, span, "the technology stands before the label");
                }
                declaration.tech = self.technology(part.pair, span);
            }
        }
    }

    fn technology(&mut self, pair: Pair<'_, Rule>, span: Span) -> Option<Tech> {
        let Some(inner) = pair.into_inner().next() else {
            self.report(mistakes::MISSING_TECH, span, "a technology is missing behind `:`");
            return None;
        };
        let place = self.span(&inner);
        if inner.as_rule() == Rule::string {
            let text = self.label(&inner);
            return Some(Tech { span: place, name: text.value, quoted: true });
        }
        let written = self.source(place);
        if !is_identifier(written) {
            let message =
                format!("`{written}` is no identifier: a technology with other characters stands in quotes");
            self.report(mistakes::BAD_NAME, place, message);
            self.fix("put it in quotes", Applicability::Safe, place, format!("\"{written}\""));
        }
        Some(Tech { span: place, name: super::normal(written), quoted: false })
    }

    /// Words in a head that have no slot: a technology without `:`, a label without quotes, or nothing known.
    fn words(&mut self, declaration: &mut Declaration, run: &mut Vec<(Rule, Span)>) {
        let run = std::mem::take(run);
        let (Some((rule, first)), Some((_, last))) = (run.first(), run.last()) else { return };
        let place = first.to(*last);
        let free = declaration.tech.is_none() && declaration.label.is_none();
        if free && run.len() == 1 && *rule == Rule::path && !declaration.name.is_missing() {
            let written = self.source(place);
            self.report(
                mistakes::MISSING_COLON,
                place,
                format!("`{written}` lacks its `:`: a technology follows `:`"),
            );
            self.fix("insert `:`", Applicability::Safe, declaration.name.span.at_end(), ":");
            declaration.tech = Some(Tech { span: place, name: super::normal(written), quoted: false });
            return;
        }
        let spans: Vec<Span> = run.iter().map(|(_, span)| *span).collect();
        self.strays(&spans, declaration.label.is_none());
    }

    /// A head without a name: a blank that was lost, or a name that is not there yet.
    fn nameless(&mut self, declaration: &mut Declaration, first: &Path) {
        let word = declaration.kind.name.clone();
        let split = match words::word(&word) {
            Word::Unknown => words::kind_at_start(&word),
            _ => None,
        };
        let rest = split.and_then(|kind| word.get(kind.len()..)).filter(|rest| is_identifier(rest));
        if let (Some(kind), Some(rest)) = (split, rest) {
            let middle = first.span.start + kind.len() as u32;
            let message = format!("a blank is missing between `{kind}` and `{rest}`");
            self.report(mistakes::MISSING_NAME, first.span, message);
            self.fix(
                "insert the blank",
                Applicability::Unsafe,
                Span { start: middle, end: middle, ..first.span },
                " ",
            );
            declaration.kind = Ident { span: Span { end: middle, ..first.span }, name: kind.into() };
            declaration.name = Ident { span: Span { start: middle, ..first.span }, name: rest.into() };
            return;
        }
        let message = match words::word(&word) {
            Word::Unknown => {
                format!("`{word}` alone is no statement: expected `KIND NAME`, `a -> b` or `key = value`")
            }
            _ => format!("this `{word}` has no name: one belongs behind `{word}`"),
        };
        self.report(mistakes::MISSING_NAME, first.span, message);
    }
}

/// What the block of a declaration of that kind may hold.
fn holds_of(kind: &str) -> Holds {
    match words::word(kind) {
        Word::Group => Holds::Statements,
        Word::Leaf(kind) => Holds::Attributes(kind),
        Word::Unknown => match words::nearest_kind(kind).map(words::word) {
            Some(Word::Group) => Holds::Statements,
            _ => Holds::Unknown,
        },
    }
}

fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    let starts = chars.next().is_some_and(|c| c == '_' || unicode_ident::is_xid_start(c));
    starts
        && chars.all(|c| c == '-' || unicode_ident::is_xid_continue(c))
        && !text.ends_with('-')
        && !text.contains("--")
}
