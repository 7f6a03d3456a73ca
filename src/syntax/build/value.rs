//! Values: strings, quantities, ranges, dates, words, lists, records, selectors.

use pest::iterators::Pair;

use super::Builder;
use super::declaration::Holds;
use crate::diagnostic::Applicability;
use crate::source::Span;
use crate::syntax::ast::{List, Path, Selector, SelectorKind, Value, ValueKind};
use crate::syntax::grammar::Rule;
use crate::syntax::mistakes;
use crate::units::{Date, Quantity, UnitMistake, UnitMistakeKind, read_quantity};

impl Builder<'_> {
    pub(super) fn value(&mut self, pair: Pair<'_, Rule>) -> Value {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::string => ValueKind::Text(Box::new(self.string(&pair))),
            Rule::number => self.number(span),
            Rule::list => self.list(pair),
            Rule::block => ValueKind::Record(Box::new(self.block(pair, Holds::Record))),
            Rule::selector => self.word(span),
            Rule::nothing => ValueKind::Missing,
            _ => {
                let written = self.source(span);
                self.report(mistakes::BAD_VALUE, span, format!("`{written}` is no value"));
                ValueKind::Invalid
            }
        };
        Value { span, kind }
    }

    fn list(&mut self, pair: Pair<'_, Rule>) -> ValueKind {
        let span = self.span(&pair);
        let mut items: Vec<Value> = Vec::new();
        let mut last = None;
        for part in pair.into_inner() {
            let place = self.span(&part);
            if !self.takes_room(place) {
                break;
            }
            self.comma_between(last, place);
            last = Some(place);
            let value = self.value(part);
            items.push(value);
        }
        let comments = self.comments_before(span.end as usize);
        ValueKind::List(List { items, comments })
    }

    /// A path, or a selector where it is more than one.
    fn word(&mut self, span: Span) -> ValueKind {
        let selector = self.selector(span);
        match selector.kind {
            SelectorKind::Path(path) => ValueKind::Path(path),
            _ => ValueKind::Selector(Box::new(selector)),
        }
    }

    /// The selector written at `span`.
    pub(super) fn selector(&mut self, span: Span) -> Selector {
        let written = self.source(span);
        let kind = if written == "*" {
            SelectorKind::Everything
        } else if written.starts_with('#') {
            let name = Span { start: span.start + 1, ..span };
            self.named(name, "a tag").map_or(SelectorKind::Missing, |path| {
                match path.parts.into_iter().next() {
                    Some(tag) => SelectorKind::Tag(tag),
                    None => SelectorKind::Missing,
                }
            })
        } else if let Some(name) =
            written.find(':').filter(|_| !written.starts_with("tech:") && !written.starts_with("team:"))
        {
            let place = Span { end: span.start + name as u32, ..span };
            let prefix = self.source(place);
            let message = format!("`{prefix}:` selects nothing: known are `tech:NAME` and `team:NAME`");
            self.report(mistakes::BAD_SELECTOR, place, message);
            SelectorKind::Missing
        } else if let Some(tech) = written.strip_prefix("tech:") {
            let name = Span { start: span.end - tech.len() as u32, ..span };
            self.tech_selector(name)
        } else if let Some(team) = written.strip_prefix("team:") {
            let name = Span { start: span.end - team.len() as u32, ..span };
            self.named(name, "a team").map_or(SelectorKind::Missing, SelectorKind::Team)
        } else if written.starts_with('*') {
            let message = format!("`{written}` is no selector: nothing follows `*`");
            self.report(mistakes::BAD_SELECTOR, span, message);
            SelectorKind::Everything
        } else {
            SelectorKind::Path(self.path_of(span))
        };
        Selector { span, kind }
    }

    fn tech_selector(&mut self, span: Span) -> SelectorKind {
        let written = self.source(span);
        if written.is_empty() {
            self.report(mistakes::BAD_SELECTOR, span, "a technology is missing behind `tech:`");
            return SelectorKind::Missing;
        }
        if written.starts_with('"') {
            return SelectorKind::Tech(self.string_of(span));
        }
        SelectorKind::Tech(crate::syntax::ast::Text { span, value: super::normal(written), block: false })
    }

    fn named(&mut self, span: Span, what: &str) -> Option<Path> {
        let written = self.source(span);
        if written.is_empty() {
            self.report(mistakes::BAD_SELECTOR, span, format!("the name of {what} is missing"));
            return None;
        }
        if written.starts_with('"') {
            let message = format!("the name of {what} stands without quotes");
            self.report(mistakes::BAD_SELECTOR, span, message);
            self.fix("remove the quotes", Applicability::Safe, span, written.trim_matches('"'));
            return None;
        }
        Some(self.path_of(span))
    }

    /// A quantity, a range or a date.
    pub(super) fn number(&mut self, span: Span) -> ValueKind {
        let written = self.source(span);
        if let Some((low, high)) = written.split_once("..") {
            return self.range(span, low, high);
        }
        if looks_like_date(written) {
            return match Date::read(written) {
                Some(date) => ValueKind::Date(date),
                None => {
                    let message = format!("`{written}` is no day: a date is written like `2027-03-01`");
                    self.report(mistakes::BAD_DATE, span, message);
                    ValueKind::Invalid
                }
            };
        }
        match self.quantity(span) {
            Some(quantity) => ValueKind::Quantity(Box::new(quantity)),
            None => ValueKind::Invalid,
        }
    }

    fn range(&mut self, span: Span, low: &str, high: &str) -> ValueKind {
        let middle = span.start + low.len() as u32;
        let (low_span, high_span) =
            (Span { end: middle, ..span }, Span { start: span.end - high.len() as u32, ..span });
        if low.is_empty() || high.is_empty() {
            let message = "a range has a count on both sides, such as `2..20`";
            self.report(mistakes::BAD_NUMBER, span, message);
            return ValueKind::Invalid;
        }
        match (self.quantity(low_span), self.quantity(high_span)) {
            (Some(low), Some(high)) => {
                if let (Some(least), Some(most)) = (low.number(), high.number())
                    && least > most
                {
                    let message = format!("the range runs backwards: {least} is more than {most}");
                    self.report(mistakes::BAD_NUMBER, span, message);
                    let swapped = format!("{}..{}", self.source(high_span), self.source(low_span));
                    self.fix("swap them", Applicability::Unsafe, span, swapped);
                }
                ValueKind::Range(Box::new(low), Box::new(high))
            }
            _ => ValueKind::Invalid,
        }
    }

    fn quantity(&mut self, span: Span) -> Option<Quantity> {
        let written = self.source(span);
        match read_quantity(written) {
            Ok(quantity) => Some(quantity),
            Err(mistake) => {
                self.bad_quantity(span, written, &mistake);
                None
            }
        }
    }

    fn bad_quantity(&mut self, span: Span, written: &str, mistake: &UnitMistake) {
        let start = span.start + mistake.start.min(written.len()) as u32;
        let rest = written.get(mistake.start..).unwrap_or_default();
        let unit =
            rest.find('/').filter(|_| mistake.kind != UnitMistakeKind::UnknownTime).unwrap_or(rest.len());
        let place = Span { start, end: start + unit as u32, ..span };
        let shown = self.source(place);
        let (code, message) = match mistake.kind {
            UnitMistakeKind::Number => (
                mistakes::BAD_NUMBER,
                format!(
                    "`{written}` is no number: digits, `_` between digits, and one `.` before a fraction"
                ),
            ),
            UnitMistakeKind::Sign => {
                (mistakes::BAD_NUMBER, format!("`{written}` has a sign: no figure of a design is negative"))
            }
            UnitMistakeKind::Exponent => (
                mistakes::BAD_NUMBER,
                format!("`{written}` has an exponent or is too large: use `k`, `M` or `B`"),
            ),
            UnitMistakeKind::BareM => (
                mistakes::BAD_UNIT,
                format!("`m` in `{written}` may mean minutes or million: write `min` or `M`"),
            ),
            UnitMistakeKind::UnknownUnit => (mistakes::BAD_UNIT, format!("there is no unit `{shown}`")),
            UnitMistakeKind::UnknownTime => (
                mistakes::BAD_UNIT,
                format!("`{shown}` is no unit of time: behind `/` stands one, such as `s` or `day`"),
            ),
        };
        let whole = matches!(
            mistake.kind,
            UnitMistakeKind::Number | UnitMistakeKind::Sign | UnitMistakeKind::Exponent
        );
        self.report(code, if whole { span } else { place }, message);
        match mistake.nearest.as_slice() {
            [] => {}
            [only] => {
                self.help(format!("did you mean `{only}`?"));
                self.fix(&format!("write `{only}`"), Applicability::Safe, place, *only);
            }
            [first, ..] if mistake.kind == UnitMistakeKind::BareM => {
                self.fix(&format!("write `{first}`"), Applicability::Unsafe, place, *first);
            }
            [first, ..] => {
                let names: Vec<String> = mistake.nearest.iter().map(|name| format!("`{name}`")).collect();
                self.help(format!("did you mean {}?", names.join(" or ")));
                self.fix(&format!("write `{first}`"), Applicability::Unsafe, place, *first);
            }
        }
    }
}

/// Digits, `-`, digits, `-`, digits.
fn looks_like_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let digits = |part: Option<&str>| {
        part.is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    };
    digits(parts.next()) && digits(parts.next()) && parts.all(|part| digits(Some(part)))
}
