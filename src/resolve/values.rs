//! A value as written to a checked one: of the types that an attribute may have, the first that fits.

use std::sync::Arc;

use smol_str::SmolStr;

use super::Resolver;
use super::expected::{describe_value, wrong_type};
use super::lookup::Referred;
use super::mistakes::{
    DUPLICATE_ATTRIBUTE, MIXED_CURRENCIES, OUT_OF_RANGE, UNKNOWN_ATTRIBUTE, UNKNOWN_WORD, WRONG_TYPE,
};
use super::names::Scope;
use crate::diagnostic::{Applicability, Diagnostic};
use crate::model::attributes::{AttrValue, Field, RefKind, Reference, Type};
use crate::source::Span;
use crate::syntax::ast::{Block, Path, StmtKind, Value, ValueKind};
use crate::units::{Currency, Quantity, Unit};

/// Whether a value has a type.
pub(super) enum Fit {
    /// It has.
    Yes(AttrValue),
    /// It has another.
    No,
    /// It was meant to, but is wrong in itself.
    Wrong(Box<Diagnostic>),
    /// It is wrong, and that was told.
    Told,
}

impl Fit {
    fn wrong(diagnostic: Diagnostic) -> Self {
        Self::Wrong(Box::new(diagnostic))
    }
}

impl Resolver<'_> {
    /// The checked value of `key`; `None` once the mistake is told.
    pub(crate) fn value(
        &mut self,
        key: &str,
        value: &Value,
        types: &[Type],
        scope: Scope,
    ) -> Option<AttrValue> {
        let mut wrong: Option<Box<Diagnostic>> = None;
        for wanted in types {
            match self.fit(key, value, *wanted, scope) {
                Fit::Yes(checked) => return Some(checked),
                Fit::No => {}
                Fit::Told => return None,
                Fit::Wrong(mistake) => {
                    // of several mistakes the one that can be mended is the likely one
                    if wrong.as_ref().is_none_or(|known| known.fix.is_none() && mistake.fix.is_some()) {
                        wrong = Some(mistake);
                    }
                }
            }
        }
        // a word that is near none is told with all that the attribute takes, not with its words alone
        let far = |mistake: &Diagnostic| {
            mistake.code == UNKNOWN_WORD.code && mistake.fix.is_none() && types.len() > 1
        };
        let mistake = match wrong {
            Some(mistake) if !far(&mistake) => *mistake,
            _ => wrong_type(key, value, types, self.text(value.span)),
        };
        self.report(mistake);
        None
    }

    fn fit(&mut self, key: &str, value: &Value, wanted: Type, scope: Scope) -> Fit {
        match &value.kind {
            ValueKind::Missing | ValueKind::Invalid => Fit::Told,
            ValueKind::Text(text) => match wanted {
                Type::Text | Type::Name => Fit::Yes(AttrValue::Text(text.value.clone())),
                Type::Word(words) if words.contains(&text.value.as_str()) => Fit::wrong(
                    WRONG_TYPE
                        .at(value.span, format!("`{key}` takes the bare word `{}`", text.value))
                        .with_help("take the quotes away")
                        .with_fix(
                            "take the quotes away",
                            Applicability::Safe,
                            value.span,
                            text.value.as_str(),
                        ),
                ),
                _ => Fit::No,
            },
            ValueKind::Quantity(quantity) => self.fit_quantity(key, value.span, **quantity, wanted),
            ValueKind::Range(low, high) => self.fit_range(key, value.span, **low, **high, wanted),
            ValueKind::Date(date) if wanted == Type::Date => Fit::Yes(AttrValue::Date(*date)),
            ValueKind::Date(_) => Fit::No,
            ValueKind::Path(path) => self.fit_path(key, path, wanted, scope),
            ValueKind::Selector(selector) => match wanted {
                Type::Selector => match self.selector(selector, scope) {
                    Some(selector) => Fit::Yes(AttrValue::Selectors(Arc::from([selector]))),
                    None => Fit::Told,
                },
                _ => Fit::No,
            },
            ValueKind::List(list) => self.fit_list(key, &list.items, wanted, scope),
            ValueKind::Record(block) => match wanted {
                Type::Record(fields) => self.record(key, block, fields, scope),
                Type::Factors => self.factors(key, block, scope),
                _ => Fit::No,
            },
        }
    }

    fn fit_quantity(&mut self, key: &str, span: Span, quantity: Quantity, wanted: Type) -> Fit {
        let fitting = match wanted {
            Type::Count => quantity.count().map(AttrValue::Count),
            Type::Number => quantity.number().map(AttrValue::Number),
            Type::Time => quantity.time().map(AttrValue::Time),
            Type::Rate => quantity.rate().map(AttrValue::Rate),
            Type::Size => quantity.size().map(AttrValue::Size),
            Type::Bandwidth => quantity.bandwidth().map(AttrValue::Bandwidth),
            Type::Share => quantity.share().map(AttrValue::Share),
            Type::Factor => quantity.factor().map(AttrValue::Factor),
            Type::Money => quantity.money().map(AttrValue::Money),
            Type::Cost => quantity.cost().map(AttrValue::Cost),
            _ => None,
        };
        if let Some(checked) = fitting {
            return match quantity.currency {
                Some(currency) => self.one_currency(span, currency, checked),
                None => Fit::Yes(checked),
            };
        }
        match wanted {
            Type::Share if quantity.per.is_none() && quantity.currency.is_none() => {
                self.beyond_a_share(key, span, quantity)
            }
            Type::Count if quantity.number().is_some() => {
                let text = self.text(span);
                Fit::wrong(WRONG_TYPE.at(span, format!("`{key}` is a whole number; `{text}` is none")))
            }
            _ => Fit::No,
        }
    }

    fn beyond_a_share(&self, key: &str, span: Span, quantity: Quantity) -> Fit {
        let text = self.text(span);
        let told = OUT_OF_RANGE.at(span, format!("`{key}` is a share from 0 to 100%; `{text}` is beyond it"));
        match quantity.unit {
            Unit::Percent => Fit::wrong(told),
            Unit::None if quantity.digits <= 100.0 => {
                let title = format!("write `{text}%`");
                Fit::wrong(told.with_help(format!("did you mean `{text}%`?")).with_fix(
                    title,
                    Applicability::Safe,
                    span.at_end(),
                    "%",
                ))
            }
            Unit::None => Fit::wrong(told),
            _ => Fit::No,
        }
    }

    fn one_currency(&mut self, span: Span, currency: Currency, checked: AttrValue) -> Fit {
        let known = self.currencies.entry(span.file).or_insert((currency, span));
        if known.0 == currency {
            return Fit::Yes(checked);
        }
        let (other, first) = *known;
        let message =
            format!("this file counts in `{}`; `{}` is a second currency", other.sign(), currency.sign());
        Fit::wrong(
            MIXED_CURRENCIES
                .at(span, message)
                .with_help("one currency a file: convert the amount")
                .with_related(first, format!("the first amount, in `{}`", other.sign())),
        )
    }

    fn fit_range(&self, key: &str, span: Span, low: Quantity, high: Quantity, wanted: Type) -> Fit {
        if wanted != Type::Range {
            return Fit::No;
        }
        let (Some(from), Some(to)) = (low.count(), high.count()) else {
            let message = format!("`{key}` is a range of two counts, such as `2..20`");
            return Fit::wrong(WRONG_TYPE.at(span, message));
        };
        if from <= to {
            return Fit::Yes(AttrValue::Range(from, to));
        }
        // that it runs backwards, the parser has told
        Fit::Told
    }

    fn fit_path(&mut self, key: &str, path: &Path, wanted: Type, scope: Scope) -> Fit {
        if path.is_missing() {
            return Fit::Told;
        }
        let single = path.single().map(|ident| ident.name.as_str());
        match wanted {
            Type::Name => Fit::Yes(AttrValue::Text(path.text().into())),
            Type::Flag => match single {
                Some("true") => Fit::Yes(AttrValue::Flag(true)),
                Some("false") => Fit::Yes(AttrValue::Flag(false)),
                _ => Fit::No,
            },
            Type::Word(words) => match self.word(key, path, words) {
                Ok(word) => Fit::Yes(AttrValue::Word(word)),
                Err(mistake) => Fit::Wrong(mistake),
            },
            Type::Ref(kind) => match self.try_refer(scope, path, kind) {
                Referred::To(reference) => Fit::Yes(AttrValue::Ref(reference)),
                Referred::Lost => Fit::Told,
                Referred::Mistaken(mistake) => Fit::Wrong(mistake),
            },
            Type::Selector => match self.path_selector(path, scope) {
                Some(selector) => Fit::Yes(AttrValue::Selectors(Arc::from([selector]))),
                None => Fit::Told,
            },
            Type::Text => {
                let text = self.text(path.span);
                let fixed = format!("\"{text}\"");
                Fit::wrong(
                    WRONG_TYPE
                        .at(path.span, format!("`{key}` is a text; `{text}` needs quotes"))
                        .with_help(format!("write `{fixed}`"))
                        .with_fix("put it into quotes", Applicability::Safe, path.span, fixed),
                )
            }
            _ => Fit::No,
        }
    }

    fn word(
        &self,
        key: &str,
        path: &Path,
        words: &'static [&'static str],
    ) -> Result<&'static str, Box<Diagnostic>> {
        let text = path.text();
        if let Some(word) = words.iter().find(|word| **word == text) {
            return Ok(word);
        }
        let list: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        let message = format!("`{text}` is no value of `{key}`, which takes {}", list.join(", "));
        let told = UNKNOWN_WORD.at(path.span, message);
        Err(Box::new(match self.suggestions.nearest(&text, words.iter().copied()) {
            Some(near) => told.with_help(format!("did you mean `{near}`?")).with_fix(
                format!("write `{near}`"),
                Applicability::Safe,
                path.span,
                near,
            ),
            None => told,
        }))
    }

    fn fit_list(&mut self, key: &str, items: &[Value], wanted: Type, scope: Scope) -> Fit {
        match wanted {
            Type::Names | Type::Rules => self
                .each(key, items, &[Type::Name], scope, |checked, span| {
                    if let AttrValue::Text(text) = checked { Some((text, span)) } else { None }
                })
                .map_or(Fit::Told, |texts| Fit::Yes(AttrValue::Texts(texts.into()))),
            Type::Words(words) => self
                .each(key, items, &[Type::Word(words)], scope, |checked, _| {
                    if let AttrValue::Word(word) = checked { Some(word) } else { None }
                })
                .map_or(Fit::Told, |words| Fit::Yes(AttrValue::Words(words.into()))),
            Type::Refs(kind) => match self.references(key, items, kind, scope) {
                Some(references) => Fit::Yes(AttrValue::Refs(references.into())),
                None => Fit::Told,
            },
            Type::Selectors => self
                .each(key, items, &[Type::Selector], scope, |checked, _| {
                    if let AttrValue::Selectors(one) = checked { one.first().cloned() } else { None }
                })
                .map_or(Fit::Told, |all| Fit::Yes(AttrValue::Selectors(all.into()))),
            _ => Fit::No,
        }
    }

    /// Checks every item; `None` where none is right though some were written.
    fn each<T>(
        &mut self,
        key: &str,
        items: &[Value],
        types: &[Type],
        scope: Scope,
        take: impl Fn(AttrValue, Span) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut all = Vec::with_capacity(items.len());
        for item in items {
            if let Some(checked) = self.value(key, item, types, scope) {
                all.extend(take(checked, item.span));
            }
        }
        (!all.is_empty() || items.is_empty()).then_some(all)
    }

    /// References in the order written, each once.
    fn references(
        &mut self,
        key: &str,
        items: &[Value],
        kind: RefKind,
        scope: Scope,
    ) -> Option<Vec<Reference>> {
        let all = self.each(key, items, &[Type::Ref(kind)], scope, |checked, _| {
            if let AttrValue::Ref(reference) = checked { Some(reference) } else { None }
        })?;
        let mut seen = rustc_hash::FxHashSet::default();
        Some(all.into_iter().filter(|reference| seen.insert(reference.target)).collect())
    }

    fn record(&mut self, key: &str, block: &Block, fields: &'static [Field], scope: Scope) -> Fit {
        let mut seen: Vec<(SmolStr, Span)> = Vec::new();
        let mut checked = Vec::new();
        for item in &block.items {
            let StmtKind::Attribute(attribute) = &item.kind else { continue };
            if attribute.key.is_missing() {
                continue;
            }
            let name = attribute.key.text();
            let Some(field) = fields.iter().find(|field| field.name == name) else {
                let words: Vec<String> = fields.iter().map(|field| format!("`{}`", field.name)).collect();
                let message = format!("`{key}` has no `{name}`; it takes {}", words.join(", "));
                let told = UNKNOWN_ATTRIBUTE.at(attribute.key.span, message);
                let near = self.suggestions.nearest(&name, fields.iter().map(|field| field.name));
                self.report(with_nearest(told, attribute.key.span, near));
                continue;
            };
            if let Some((_, first)) = seen.iter().find(|(known, _)| *known == name) {
                let told = twice(&name, attribute.key.span, *first);
                self.report(told);
                continue;
            }
            seen.push((name.as_str().into(), attribute.key.span));
            if let Some(value) = self.value(&name, &attribute.value, field.types, scope) {
                checked.push((SmolStr::new_static(field.name), value));
            }
        }
        Fit::Yes(AttrValue::Record(checked.into()))
    }

    fn factors(&mut self, key: &str, block: &Block, scope: Scope) -> Fit {
        let mut seen = rustc_hash::FxHashMap::default();
        let mut checked = Vec::new();
        for item in &block.items {
            let StmtKind::Attribute(attribute) = &item.kind else { continue };
            let Some(reference) = self.refer(scope, &attribute.key, RefKind::Component) else { continue };
            if let Some(first) = seen.insert(reference.target, attribute.key.span) {
                let told = twice(&attribute.key.text(), attribute.key.span, first);
                self.report(told);
                continue;
            }
            if let Some(AttrValue::Factor(factor)) = self.value(key, &attribute.value, &[Type::Factor], scope)
            {
                checked.push((reference, factor));
            }
        }
        Fit::Yes(AttrValue::Factors(checked.into()))
    }

    /// The text under a span, cut where it is long.
    pub(super) fn text(&self, span: Span) -> SmolStr {
        describe_value(self.sources.slice(span))
    }
}

/// An attribute or field for the second time.
pub(super) fn twice(name: &str, span: Span, first: Span) -> Diagnostic {
    DUPLICATE_ATTRIBUTE
        .at(span, format!("`{name}` stands twice in one block"))
        .with_help("keep one of them")
        .with_related(first, "it stands here first")
}

/// With the nearest name as help and fix, where there is one.
pub(super) fn with_nearest(told: Diagnostic, span: Span, near: Option<&str>) -> Diagnostic {
    match near {
        Some(near) => told.with_help(format!("did you mean `{near}`?")).with_fix(
            format!("write `{near}`"),
            Applicability::Safe,
            span,
            near,
        ),
        None => told,
    }
}
