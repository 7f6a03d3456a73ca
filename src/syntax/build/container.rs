//! Containers of statements: slices and blocks, what parts their statements, and what they may hold.

use pest::iterators::{Pair, Pairs};

use super::Builder;
use super::declaration::Holds;
use crate::diagnostic::{Applicability, Severity};
use crate::source::Span;
use crate::syntax::ast::{Block, Comment, Leading, Stmt, StmtKind};
use crate::syntax::grammar::Rule;
use crate::syntax::mistakes;
use crate::syntax::words::{self, Word};

impl Builder<'_> {
    /// The statements between two offsets, and what stands behind the last.
    pub(super) fn container(
        &mut self,
        pairs: Pairs<'_, Rule>,
        (start, end): (usize, usize),
        holds: Holds,
    ) -> (Vec<Stmt>, Vec<Leading>) {
        let mut items: Vec<Stmt> = Vec::new();
        let mut leading = Vec::new();
        let mut at = start;
        let mut was_wrong = false;
        for pair in pairs {
            if pair.as_rule() == Rule::EOI {
                break;
            }
            let place = self.span(&pair);
            let above = if leading.is_empty() { items.last_mut() } else { None };
            leading.extend(self.gap(at, place.start as usize, above));
            at = place.end as usize;
            if pair.as_rule() == Rule::annotation {
                let annotation = self.annotation(pair);
                leading.push(Leading::Annotation(annotation));
                continue;
            }
            let before = self.mistakes.len();
            let stmt = self.statement(pair, place, std::mem::take(&mut leading), holds);
            let is_wrong = self.mistakes.len() > before;
            self.apart(items.last(), &stmt, was_wrong || is_wrong);
            if !is_wrong {
                self.fits(&stmt, holds);
            }
            was_wrong = is_wrong;
            items.push(stmt);
        }
        let above = if leading.is_empty() { items.last_mut() } else { None };
        leading.extend(self.gap(at, end, above));
        let behind = items.iter().filter_map(|item| item.trailing.as_ref());
        let behind: Vec<Span> =
            behind.filter(|comment| comment.is_doc()).map(|comment| comment.span).collect();
        behind.into_iter().for_each(|span| self.lonely_doc(span));
        self.lonely(&leading);
        (items, leading)
    }

    /// Doc comments and annotations with nothing behind them.
    pub(super) fn lonely(&mut self, dangling: &[Leading]) {
        for leading in dangling {
            match leading {
                Leading::Doc(comment) => self.lonely_doc(comment.span),
                Leading::Annotation(annotation) => {
                    let message =
                        format!("nothing follows `@{}`: it belongs to a statement", annotation.name.name);
                    self.report(mistakes::LONELY_ANNOTATION, annotation.span, message);
                }
                Leading::Blank | Leading::Comment(_) => {}
            }
        }
    }

    pub(super) fn lonely_doc(&mut self, span: Span) {
        self.report(
            mistakes::LONELY_DOC,
            span,
            "this doc comment describes nothing: no statement follows it",
        );
        self.help("move it above a statement, or write `//`");
        if let Some(last) = self.mistakes.last_mut() {
            last.severity = Severity::Note;
        }
    }

    /// Whether something parts a statement from the one above it.
    fn apart(&mut self, above: Option<&Stmt>, stmt: &Stmt, quiet: bool) {
        let Some(above) = above else { return };
        let annotation = stmt.leading.iter().find_map(|leading| match leading {
            Leading::Annotation(annotation) => Some(annotation.span.start),
            _ => None,
        });
        let gap = self.masked(above.span.end, annotation.unwrap_or(stmt.span.start));
        let both = |kind: &StmtKind| matches!(kind, StmtKind::Attribute(_));
        let commas = gap.bytes().filter(|byte| *byte == b',').count();
        if commas > usize::from(both(&above.kind)) && !quiet {
            let at = gap.find(',').unwrap_or(0) as u32 + above.span.end;
            let place = Span { start: at, end: at + 1, ..above.span };
            self.report(
                mistakes::STRAY_COMMA,
                place,
                "a comma stands here for nothing: it parts attributes on a line",
            );
            if gap.contains(['\n', ';']) || commas > 1 {
                self.fix("remove it", Applicability::Safe, place, "");
            } else {
                self.fix("write `;`", Applicability::Safe, place, ";");
            }
            return;
        }
        if quiet || gap.contains(['\n', ';']) || (both(&above.kind) && both(&stmt.kind)) {
            return;
        }
        let place = Span { end: self.first_word_end(stmt.span), ..stmt.span };
        let message = "two statements on one line: begin a new line, or put `;` between them";
        self.report(mistakes::SAME_LINE, place, message);
        self.fix("put `;` between them", Applicability::Safe, above.span.at_end(), ";");
    }

    fn first_word_end(&self, span: Span) -> u32 {
        let text = self.masked(span.start, span.end);
        span.start
            + text.find([' ', '\t', '\n', '=', ':', '{']).unwrap_or(text.len()).max(1).min(text.len()) as u32
    }

    /// Whether the block may hold the statement.
    fn fits(&mut self, stmt: &Stmt, holds: Holds) {
        let what = match &stmt.kind {
            StmtKind::Attribute(attribute) => {
                let fine = holds == Holds::Record || attribute.key.parts.len() == 1;
                if !fine {
                    let key = attribute.key.text();
                    let message =
                        format!("`{key}` is a path: the name of an attribute has no dot outside records");
                    self.report(mistakes::BAD_NAME, attribute.key.span, message);
                }
                return;
            }
            StmtKind::Junk => return,
            StmtKind::Import(_) => "an import",
            StmtKind::Declaration(_) => "a declaration",
            StmtKind::Connection(_) => "a connection",
            StmtKind::Objective(_) => "an objective",
            StmtKind::Policy(_) => "a rule",
        };
        let place = Span { end: self.first_word_end(stmt.span), ..stmt.span };
        match holds {
            Holds::Statements | Holds::Unknown => {}
            Holds::Attributes(owner) => {
                let kind = words::word(owner) != Word::Unknown;
                let owner = if kind { format!("a `{owner}`") } else { owner.to_owned() };
                let message =
                    format!("{what} cannot stand in the block of {owner}, which holds attributes only");
                self.report(mistakes::NOT_AN_ATTRIBUTE, place, message);
            }
            Holds::Record => {
                let message = format!("{what} cannot stand in a record, which holds `key = value` only");
                self.report(mistakes::NOT_AN_ATTRIBUTE, place, message);
            }
        }
    }

    fn statement(
        &mut self,
        pair: Pair<'_, Rule>,
        span: Span,
        mut leading: Vec<Leading>,
        holds: Holds,
    ) -> Stmt {
        let outer = std::mem::take(&mut self.head_comments);
        let floor = std::mem::replace(&mut self.floor, span.start as usize);
        let kind = match pair.as_rule() {
            Rule::worded => self.worded(pair, span, holds),
            Rule::keyless => self.keyless(pair),
            Rule::connection => self.connection(span, Vec::new(), pair.into_inner()),
            Rule::objective => self.objective(pair),
            Rule::import => self.import(pair),
            Rule::forbid => self.forbid(pair),
            Rule::require => self.require(pair),
            _ => self.junk(pair, span),
        };
        self.floor = floor;
        let inside = self.comments_before(span.end as usize);
        self.head_comments.extend(inside);
        let inside = std::mem::replace(&mut self.head_comments, outer);
        leading.extend(inside.into_iter().map(Leading::Comment));
        Stmt { span, leading, trailing: None, kind }
    }

    /// `{ … }`
    pub(super) fn block(&mut self, pair: Pair<'_, Rule>, holds: Holds) -> Block {
        let (start, end) = (pair.as_span().start(), pair.as_span().end());
        let closed = pair.as_str().ends_with('}') && end > start + 1;
        let span = Span::new(self.file, self.at(start), self.at(end));
        let inner = (self.at(start + 1), self.at(if closed { end - 1 } else { end }));
        let head = self.comments_before(self.at(start));
        self.head_comments.extend(head);
        let pairs = pair.into_inner();
        let first = pairs.peek().map_or(inner.1, |first| self.at(first.as_span().start()));
        let opening_comment = self.opening_comment(inner.0, first);
        let from = opening_comment.as_ref().map_or(inner.0, |comment: &Comment| comment.span.end as usize);
        let (mut items, dangling) = self.container(pairs, (from, inner.1), holds);
        // most blocks hold one or two attributes, and there is one for each component
        items.shrink_to_fit();
        Block { span, items, dangling, opening_comment }
    }
}
