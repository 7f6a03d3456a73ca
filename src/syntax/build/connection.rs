//! Connections: ends, operators, and what may follow them.

use pest::iterators::{Pair, Pairs};
use smallvec::SmallVec;

use super::Builder;
use super::declaration::Holds;
use crate::diagnostic::Applicability;
use crate::source::Span;
use crate::syntax::ast::{Connection, Ends, EndsKind, Operator, Path, StmtKind};
use crate::syntax::grammar::Rule;
use crate::syntax::mistakes;

impl Builder<'_> {
    /// A connection, whose first end may have been read before it was known to be one.
    pub(super) fn connection(
        &mut self,
        span: Span,
        first: Vec<Pair<'_, Rule>>,
        pairs: Pairs<'_, Rule>,
    ) -> StmtKind {
        let (ends, operators) = (SmallVec::new(), SmallVec::new());
        let mut connection = Connection { ends, operators, label: None, block: None };
        let mut strays: Vec<Span> = Vec::new();
        let mut end = first;
        for part in pairs {
            match part.as_rule() {
                Rule::path | Rule::group | Rule::nothing if self.goes_on(&connection, end.last(), &part) => {
                    end.push(part);
                }
                Rule::operator => {
                    self.end(&mut connection, &mut end);
                    let place = self.span(&part);
                    if let Some(ends) = connection.ends.last_mut() {
                        let comments = self.comments_before(place.start as usize);
                        ends.comments.extend(comments);
                    }
                    let operator = self.operator(place);
                    connection.operators.push((operator, place));
                }
                _ if !end.is_empty() => {
                    self.end(&mut connection, &mut end);
                    self.tail(&mut connection, part, &mut strays);
                }
                _ => self.tail(&mut connection, part, &mut strays),
            }
        }
        self.end(&mut connection, &mut end);
        self.missing_ends(&connection, span);
        self.strays(&strays, connection.label.is_none());
        StmtKind::Connection(Box::new(connection))
    }

    /// Whether a part belongs to the end at hand: it is its first, or stands behind a `|`.
    fn goes_on(&self, connection: &Connection, last: Option<&Pair<'_, Rule>>, part: &Pair<'_, Rule>) -> bool {
        match last {
            None => connection.ends.len() == connection.operators.len(),
            Some(last) => {
                self.masked(self.span(last).end, self.span(part).start.max(self.span(last).end)).contains('|')
                    || part.as_rule() == Rule::nothing
            }
        }
    }

    /// Ends an end of the connection.
    fn end(&mut self, connection: &mut Connection, parts: &mut Vec<Pair<'_, Rule>>) {
        let (Some(one), Some(last)) = (parts.first(), parts.last()) else { return };
        let place = self.span(one).to(self.span(last));
        let before = connection.operators.last().map(|(_, span)| *span);
        let ends = self.ends(place, parts.drain(..), before);
        connection.ends.push(ends);
    }

    /// What follows the last end.
    fn tail(&mut self, connection: &mut Connection, part: Pair<'_, Rule>, strays: &mut Vec<Span>) {
        match part.as_rule() {
            Rule::string if connection.label.is_none() => connection.label = Some(self.label(&part)),
            Rule::block => connection.block = Some(self.block(part, Holds::Attributes("a connection"))),
            _ => strays.push(self.span(&part)),
        }
    }

    /// The operator at `place`; one that does not exist is taken for the nearest and reported.
    pub(super) fn operator(&mut self, place: Span) -> Operator {
        let written = self.source(place);
        let exact =
            [Operator::Call, Operator::Message, Operator::Replicate, Operator::AnyPath, Operator::Link];
        if let Some(operator) = exact.into_iter().find(|operator| operator.as_str() == written) {
            return operator;
        }
        let operator = match written {
            _ if written.contains('~') => Operator::Message,
            "→" | "-" | ">" | "-->" | "--->" | ">>" => Operator::Call,
            "—" | "–" | "---" => Operator::Link,
            "=>>" | "⇒" | "==>" | "=>=" => Operator::Replicate,
            _ if written.contains(">>") => Operator::AnyPath,
            _ if written.contains("->") => Operator::Call,
            _ if written.contains("=>") => Operator::Replicate,
            _ if written.contains("--") && !written.contains('>') => Operator::Link,
            _ => Operator::Call,
        };
        let meant = operator.as_str();
        let message = format!(
            "`{written}` is no operator: known are `->` (call), `~>` (message), `=>` (replication), `--` (link)"
        );
        self.report(mistakes::BAD_OPERATOR, place, message);
        if written.starts_with(['<', '←']) {
            self.help("a connection is written from the caller to the callee: swap the ends and use `->`");
        } else {
            self.fix(&format!("write `{meant}`"), Applicability::Unsafe, place, meant);
        }
        operator
    }

    fn ends<'p>(
        &mut self,
        span: Span,
        pairs: impl Iterator<Item = Pair<'p, Rule>>,
        operator: Option<Span>,
    ) -> Ends {
        let mut paths = SmallVec::new();
        let (mut parts, mut groups) = (0usize, 0usize);
        let mut gaps = Vec::new();
        for part in pairs {
            parts += 1;
            if !self.takes_room(span) {
                break;
            }
            match part.as_rule() {
                Rule::path => paths.push(self.path(&part)),
                Rule::group => {
                    groups += 1;
                    self.group(part, &mut paths);
                }
                _ => gaps.push(self.span(&part)),
            }
        }
        if parts > 1 {
            for gap in &gaps {
                self.report(mistakes::MISSING_END, *gap, "a name is missing beside `|`");
            }
        }
        if groups > 0 && parts > 1 {
            let message = "`[ ]` (all of them) and `|` (any one of them) do not mix: write two connections";
            self.report(mistakes::MIXED_ENDS, span, message);
        }
        let kind = match (parts, groups) {
            (1, 0) => EndsKind::One,
            (_, 0) => EndsKind::Any,
            _ => EndsKind::All,
        };
        if paths.is_empty() {
            // behind the operator, where a person would go on writing
            paths.push(Self::missing_path(operator.map_or(span, Span::at_end)));
        }
        let comments = self.comments_before(span.end as usize);
        Ends { span, kind, paths, comments }
    }

    /// `[a, b]`
    fn group(&mut self, pair: Pair<'_, Rule>, paths: &mut SmallVec<[Path; 1]>) {
        let span = self.span(&pair);
        let before = paths.len();
        let mut last: Option<Span> = None;
        for part in pair.into_inner() {
            let place = self.span(&part);
            if !self.takes_room(place) {
                break;
            }
            if part.as_rule() == Rule::path {
                self.comma_between(last, place);
                let path = self.path(&part);
                paths.push(path);
            } else {
                let written = self.source(place);
                let message = format!("`{written}` is no name: `[ ]` at an end of a connection holds names");
                self.report(mistakes::BAD_NAME, place, message);
            }
            last = Some(place);
        }
        if paths.len() == before {
            self.report(mistakes::MISSING_END, span, "`[ ]` holds no name");
        }
    }

    /// Reports commas that lack or are too many between two elements.
    pub(super) fn comma_between(&mut self, last: Option<Span>, next: Span) {
        let Some(last) = last.filter(|_| self.tells()) else { return };
        let commas = self.masked(last.end, next.start).bytes().filter(|byte| *byte == b',').count();
        if commas > 1 {
            self.report(mistakes::STRAY_COMMA, next.at_start(), "an element is missing between two commas");
        }
        if commas == 0 {
            let gap = Span { start: last.end, end: next.start.max(last.end), ..last };
            let (one, two) = (self.brief(last), self.brief(next));
            self.report(
                mistakes::MISSING_COMMA,
                gap,
                format!("a comma is missing between `{one}` and `{two}`"),
            );
            self.fix("insert the comma", Applicability::Safe, last.at_end(), ",");
        }
    }

    fn missing_ends(&mut self, connection: &Connection, span: Span) {
        for (i, ends) in connection.ends.iter().enumerate() {
            let nothing = ends.kind == EndsKind::One && ends.paths.iter().all(Path::is_missing);
            if !nothing {
                continue;
            }
            let operator = connection.operators.get(i.saturating_sub(1)).or(connection.operators.first());
            let place = operator.map_or(span, |(_, place)| *place);
            let written = self.source(place);
            let side = if i == 0 { "left" } else { "right" };
            let message =
                format!("the connection lacks its {side} end: a name belongs {side} of `{written}`");
            self.report(mistakes::MISSING_END, place, message);
        }
    }
}
