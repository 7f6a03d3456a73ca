//! Containers of statements: slices and blocks, what parts their statements, and what they may hold.

use pest::iterators::Pair;

use super::Builder;
use super::declaration::Holds;
use super::pieces::Body;
use crate::diagnostic::{Applicability, Severity};
use crate::source::Span;
use crate::syntax::ast::{Block, Comment, Leading, Stmt, StmtKind, ValueKind};
use crate::syntax::grammar::Rule;
use crate::syntax::mistakes;
use crate::syntax::words::{self, Word};

/// A container that is being filled.
pub(super) struct Filling {
    pub items: Vec<Stmt>,
    /// What stands before the next statement.
    pub leading: Vec<Leading>,
    /// Where what was read last ends.
    pub at: usize,
    /// Whether the last statement was reported.
    pub was_wrong: bool,
    /// Whether it was a declaration where none may stand: names that a comma adds to it are part of the same mistake.
    listed: bool,
    /// What stands before the first annotation of the next statement.
    annotated: Option<(usize, usize)>,
    holds: Holds,
}

impl Filling {
    fn new(at: usize, holds: Holds) -> Self {
        Self {
            items: Vec::new(),
            leading: Vec::new(),
            at,
            was_wrong: false,
            listed: false,
            annotated: None,
            holds,
        }
    }
}

impl Builder<'_> {
    /// The statements between two offsets, and what stands behind the last.
    pub(super) fn container(
        &mut self,
        body: Body<'_>,
        (start, end): (usize, usize),
        holds: Holds,
    ) -> (Vec<Stmt>, Vec<Leading>) {
        let mut filling = Filling::new(start, holds);
        match body {
            Body::Range { from, to } => self.read(from, to, &mut filling),
            Body::Read(mut pairs) => {
                while let Some(pair) = pairs.next()
                    && self.item(&mut filling, pair)
                {}
            }
        }
        let Filling { mut items, mut leading, at, was_wrong, annotated, .. } = filling;
        if !was_wrong {
            annotated.into_iter().chain([(at, end)]).for_each(|gap| self.stray_commas(gap));
        }
        let above = if leading.is_empty() { items.last_mut() } else { None };
        leading.extend(self.gap(at, end, above));
        items.shrink_to_fit();
        let behind = items.iter().filter_map(|item| item.trailing.as_ref());
        let behind: Vec<Span> =
            behind.filter(|comment| comment.is_doc()).map(|comment| comment.span).collect();
        behind.into_iter().for_each(|span| self.lonely_doc(span));
        (items, leading)
    }

    /// A statement or an annotation of a container; false where there is no room for it.
    pub(super) fn item(&mut self, filling: &mut Filling, pair: Pair<'_, Rule>) -> bool {
        let place = self.span(&pair);
        let gap = (filling.at, place.start as usize);
        let above = if filling.leading.is_empty() { filling.items.last_mut() } else { None };
        filling.leading.extend(self.gap(gap.0, gap.1, above));
        filling.at = place.end as usize;
        if !self.takes_room(place) {
            return false;
        }
        if pair.as_rule() == Rule::annotation {
            let annotation = self.annotation(pair);
            filling.leading.push(Leading::Annotation(annotation));
            if filling.annotated.is_some() {
                self.stray_commas(gap);
            } else {
                filling.annotated = Some(gap);
            }
            return true;
        }
        let leading = std::mem::take(&mut filling.leading);
        if self.decimal_comma(filling.items.last_mut(), place, gap) {
            filling.was_wrong = true;
            filling.items.push(Stmt { span: place, leading, trailing: None, kind: StmtKind::Junk });
            return true;
        }
        let before = self.mistakes.len();
        let stmt = self.statement(pair, place, leading, filling.holds);
        let parted = self.mask.get(gap.0..gap.1).unwrap_or_default().trim_matches(' ');
        let is_listed = std::mem::take(&mut filling.listed) && parted == ",";
        if is_listed && self.mistakes.get(before).is_some_and(|it| it.code == mistakes::MISSING_EQUALS.code) {
            self.mistakes.truncate(before);
            (filling.was_wrong, filling.listed) = (true, true);
            filling.items.push(stmt);
            return true;
        }
        let is_wrong = self.mistakes.len() > before;
        let annotated = filling.annotated.take();
        if !(filling.was_wrong || is_wrong) {
            self.apart(filling.items.last(), &stmt, annotated.unwrap_or(gap));
            if annotated.is_some() {
                self.stray_commas(gap);
            }
        }
        if !is_wrong {
            let before = self.mistakes.len();
            self.fits(&stmt, filling.holds);
            filling.listed = self.mistakes.len() > before && matches!(stmt.kind, StmtKind::Declaration(_));
        }
        filling.was_wrong = is_wrong;
        filling.items.push(stmt);
        true
    }

    /// Reports a number that a comma cuts in two, `99,9%`, of which the statement at `place` begins with the second part.
    fn decimal_comma(&mut self, above: Option<&mut Stmt>, place: Span, gap: (usize, usize)) -> bool {
        let value = match above.map(|stmt| &mut stmt.kind) {
            Some(StmtKind::Attribute(attribute)) => &mut attribute.value,
            Some(StmtKind::Objective(objective)) => &mut objective.value,
            _ => return false,
        };
        let (first, behind) = (self.source(value.span), self.source(place));
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
        let decimals = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
        let is_cut = self.mask.get(gap.0..gap.1) == Some(",") && value.span.end as usize == gap.0;
        if !is_cut || decimals == 0 || !digits(first) {
            return false;
        }
        let ends = |c: char| !(c.is_alphanumeric() || matches!(c, '%' | '_' | '/'));
        let rest = behind.get(..behind.find(ends).unwrap_or(behind.len())).unwrap_or_default();
        let whole = Span { end: place.start + rest.len() as u32, ..value.span };
        value.kind = ValueKind::Invalid;
        let written = self.source(whole);
        // three digits may well be thousands
        let (meant, applicability) = match decimals {
            3 => (format!("{first}_{rest}"), Applicability::Unsafe),
            _ => (format!("{first}.{rest}"), Applicability::Safe),
        };
        let message = format!("a number has no comma: `{written}` is written `{meant}`");
        self.report(mistakes::BAD_NUMBER, whole, message);
        self.fix(&format!("write `{meant}`"), applicability, whole, meant);
        true
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

    /// Whether what stands between a statement and the one above it parts them.
    fn apart(&mut self, above: Option<&Stmt>, stmt: &Stmt, gap: (usize, usize)) {
        let text = self.mask.get(gap.0..gap.1).unwrap_or_default();
        let ends = text.contains(['\n', ';']);
        let is_attribute = |stmt: &Stmt| matches!(stmt.kind, StmtKind::Attribute(_));
        let attributes = above.is_some_and(is_attribute) && is_attribute(stmt);
        match text.bytes().filter(|byte| *byte == b',').count() {
            1 if attributes && !ends => return,
            0 if attributes || ends => return,
            0 => {}
            _ => {
                self.stray_commas(gap);
                if let Some(span) = self.last_comma().filter(|_| above.is_some() && !ends) {
                    let part = if attributes { "," } else { ";" };
                    self.fix(&format!("write `{part}`"), Applicability::Safe, span, part);
                }
                return;
            }
        }
        let Some(above) = above else { return };
        let place = Span { end: self.first_word_end(stmt.span), ..stmt.span };
        let message = "two statements on one line: begin a new line, or put `;` between them";
        self.report(mistakes::SAME_LINE, place, message);
        self.fix("put `;` between them", Applicability::Safe, above.span.at_end(), ";");
    }

    /// Reports commas that part nothing, each run of them on a line once.
    fn stray_commas(&mut self, (from, to): (usize, usize)) {
        let mut start = from;
        for line in self.mask.get(from..to).unwrap_or_default().split_inclusive(['\n', ';']) {
            if let (Some(first), Some(last)) = (line.find(','), line.rfind(',')) {
                let place = Span::new(self.file, start + first, start + last + 1);
                let message = "a comma stands here for nothing: it parts attributes on a line";
                self.report(mistakes::STRAY_COMMA, place, message);
                self.fix("remove it", Applicability::Safe, place, "");
            }
            start += line.len();
        }
    }

    /// The place of the comma that was reported last.
    fn last_comma(&self) -> Option<Span> {
        self.mistakes.last().filter(|last| last.code == mistakes::STRAY_COMMA.code).map(|last| last.span)
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
                if let StmtKind::Declaration(it) = &stmt.kind
                    && matches!(it.kind.name.as_str(), "zone" | "region")
                {
                    self.help(format!("say where it stands: `{}s = [{}]`", it.kind.name, it.name.name));
                }
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
        let (from, to) =
            (self.pieces.at(start) + 1, if closed { self.pieces.at(end - 1) } else { self.pieces.at(end) });
        let inner = (self.place(from), self.place(to));
        let head = self.comments_before(span.start as usize);
        self.head_comments.extend(head);
        let first = self.mask.get(inner.0..inner.1).unwrap_or_default();
        let first = inner.1 - first.trim_start_matches([' ', '\n', ';', ',']).len();
        let opening_comment = self.opening_comment(inner.0, first);
        let begin = opening_comment.as_ref().map_or(inner.0, |comment: &Comment| comment.span.end as usize);
        let left_out = closed && end == start + 2 && from < to;
        let body = if left_out { Body::Range { from, to } } else { Body::Read(pair.into_inner()) };
        let (mut items, dangling) = self.container(body, (begin, inner.1), holds);
        self.lonely(&dangling);
        // most blocks hold one or two attributes, and there is one for each component
        items.shrink_to_fit();
        Block { span, items, dangling, opening_comment }
    }
}
