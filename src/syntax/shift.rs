//! Moves a parsed slice to another offset. Knows the shape of the tree and nothing else.

use std::sync::Arc;

use super::ast::{
    Annotation, Block, Comment, Ends, Ident, Leading, Path, Policy, Selector, SelectorKind, Stmt, StmtKind,
    Tech, Text, Value, ValueKind,
};
use super::cache::Parsed;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// The slice as it is at `start` of `file`. Statements that nobody else looks at are moved where they are.
pub(super) fn parsed(parsed: Arc<Parsed>, file: FileId, start: u32) -> Parsed {
    let by = Shift { file, from: 0, by: i64::from(start) - i64::from(parsed.start) };
    let mut parsed = Arc::unwrap_or_clone(parsed);
    (parsed.file, parsed.start) = (file, start);
    parsed.items.iter_mut().for_each(|item| by.stmt(Arc::make_mut(item)));
    parsed.mistakes.iter_mut().for_each(|mistake| by.diagnostic(mistake));
    by.leading(&mut parsed.dangling);
    parsed
}

/// Moves what stands at `from` or behind it: ends of what goes around it, too.
pub(super) fn behind(items: &mut [Arc<Stmt>], file: FileId, from: u32, by: i64) {
    let by = Shift { file, from, by };
    items.iter_mut().for_each(|item| by.stmt(Arc::make_mut(item)));
}

/// The same for what stands behind the last statement.
pub(super) fn leading_behind(leading: &mut [Leading], file: FileId, from: u32, by: i64) {
    Shift { file, from, by }.leading(leading);
}

#[derive(Clone, Copy)]
struct Shift {
    file: FileId,
    /// What stands before is left where it is.
    from: u32,
    by: i64,
}

impl Shift {
    fn span(self, span: &mut Span) {
        span.file = self.file;
        span.start = self.offset(span.start);
        span.end = self.offset(span.end);
    }

    fn offset(self, at: u32) -> u32 {
        if at < self.from { at } else { (i64::from(at) + self.by) as u32 }
    }

    fn stmt(self, stmt: &mut Stmt) {
        self.span(&mut stmt.span);
        self.leading(&mut stmt.leading);
        if let Some(comment) = &mut stmt.trailing {
            self.span(&mut comment.span);
        }
        match &mut stmt.kind {
            StmtKind::Import(import) => self.text(&mut import.path),
            StmtKind::Attribute(attribute) => {
                self.path(&mut attribute.key);
                self.value(&mut attribute.value);
            }
            StmtKind::Declaration(declaration) => {
                self.ident(&mut declaration.kind);
                self.ident(&mut declaration.name);
                if let Some(Tech { span, .. }) = &mut declaration.tech {
                    self.span(span);
                }
                declaration.label.iter_mut().for_each(|label| self.text(label));
                declaration.block.iter_mut().for_each(|block| self.block(block));
            }
            StmtKind::Connection(connection) => {
                connection.ends.iter_mut().for_each(|ends| self.ends(ends));
                connection.operators.iter_mut().for_each(|(_, span)| self.span(span));
                connection.label.iter_mut().for_each(|label| self.text(label));
                connection.block.iter_mut().for_each(|block| self.block(block));
            }
            StmtKind::Objective(objective) => {
                self.ident(&mut objective.metric);
                objective.comparison.iter_mut().for_each(|(_, span)| self.span(span));
                self.value(&mut objective.value);
            }
            StmtKind::Policy(policy) => self.policy(policy),
            StmtKind::Junk => {}
        }
    }

    fn leading(self, leading: &mut [Leading]) {
        for leading in leading {
            match leading {
                Leading::Blank => {}
                Leading::Comment(comment) | Leading::Doc(comment) => self.span(&mut comment.span),
                Leading::Annotation(annotation) => self.annotation(annotation),
            }
        }
    }

    fn annotation(self, annotation: &mut Annotation) {
        self.span(&mut annotation.span);
        self.ident(&mut annotation.name);
        for argument in &mut annotation.arguments {
            argument.key.iter_mut().for_each(|key| self.ident(key));
            self.value(&mut argument.value);
        }
    }

    fn comments(self, comments: &mut [Comment]) {
        comments.iter_mut().for_each(|comment| self.span(&mut comment.span));
    }

    fn ident(self, ident: &mut Ident) {
        self.span(&mut ident.span);
    }

    fn path(self, path: &mut Path) {
        self.span(&mut path.span);
        path.parts.iter_mut().for_each(|part| self.ident(part));
    }

    fn text(self, text: &mut Text) {
        self.span(&mut text.span);
    }

    fn ends(self, ends: &mut Ends) {
        self.span(&mut ends.span);
        ends.paths.iter_mut().for_each(|path| self.path(path));
        self.comments(&mut ends.comments);
    }

    fn value(self, value: &mut Value) {
        self.span(&mut value.span);
        match &mut value.kind {
            ValueKind::Text(text) => self.text(text),
            ValueKind::Path(path) => self.path(path),
            ValueKind::List(list) => {
                list.items.iter_mut().for_each(|item| self.value(item));
                self.comments(&mut list.comments);
            }
            ValueKind::Record(block) => self.block(block),
            ValueKind::Selector(selector) => self.selector(selector),
            ValueKind::Missing
            | ValueKind::Invalid
            | ValueKind::Quantity(_)
            | ValueKind::Range(..)
            | ValueKind::Date(_) => {}
        }
    }

    fn selector(self, selector: &mut Selector) {
        self.span(&mut selector.span);
        match &mut selector.kind {
            SelectorKind::Path(path) | SelectorKind::Team(path) => self.path(path),
            SelectorKind::Tag(ident) => self.ident(ident),
            SelectorKind::Tech(text) => self.text(text),
            SelectorKind::Everything | SelectorKind::Missing => {}
        }
    }

    fn block(self, block: &mut Block) {
        self.span(&mut block.span);
        block.items.iter_mut().for_each(|item| self.stmt(item));
        self.leading(&mut block.dangling);
        block.opening_comment.iter_mut().for_each(|comment| self.span(&mut comment.span));
    }

    fn policy(self, policy: &mut Policy) {
        match policy {
            Policy::Forbid { from, operator, to, except } => {
                self.selector(from);
                operator.iter_mut().for_each(|(_, span)| self.span(span));
                self.selector(to);
                except.iter_mut().for_each(|except| self.selector(except));
            }
            Policy::Require { selector, key, condition } => {
                self.selector(selector);
                self.ident(key);
                if let Some((_, span, value)) = condition {
                    self.span(span);
                    self.value(value);
                }
            }
        }
    }

    fn diagnostic(self, mistake: &mut Diagnostic) {
        self.span(&mut mistake.span);
        mistake.related.iter_mut().for_each(|remark| self.span(&mut remark.span));
        if let Some(fix) = &mut mistake.fix {
            fix.edits.iter_mut().for_each(|edit| self.span(&mut edit.span));
        }
    }
}
