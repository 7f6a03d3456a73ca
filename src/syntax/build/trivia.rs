//! Where comments and blank lines go: each finds exactly one place in the tree. Knows no statement forms.

use super::Builder;
use crate::source::Span;
use crate::syntax::ast::{Comment, Leading, Stmt};

impl Builder<'_> {
    /// The next comment, if it starts before `end`.
    fn next_comment(&mut self, end: usize) -> Option<Comment> {
        let (first, rest) = self.comments.split_first()?;
        if first.start as usize >= end {
            return None;
        }
        self.comments = rest;
        let span = Span::new(self.file, first.start as usize, first.end as usize);
        Some(Comment { span, text: self.source(span).trim_end().into() })
    }

    /// All comments that start before `end` and have no place yet.
    pub(super) fn comments_before(&mut self, end: usize) -> Vec<Comment> {
        std::iter::from_fn(|| self.next_comment(end)).collect()
    }

    /// What stands between `from` and `to`: comments and blank lines.
    /// A comment on the line on which the statement `above` ends belongs to that one.
    pub(super) fn gap(&mut self, from: usize, to: usize, above: Option<&mut Stmt>) -> Vec<Leading> {
        let mut out = Vec::new();
        // at the start of a line, one line end more is an empty line
        let mut fresh = above.is_none() && (from == 0 || self.ends_line(from));
        let mut above = above;
        let mut at = from;
        while let Some(comment) = self.next_comment(to) {
            let lines = self.line_ends(at, comment.span.start as usize);
            at = comment.span.end as usize;
            if let (0, Some(stmt)) = (lines, &mut above) {
                self.trail(stmt, comment);
                continue;
            }
            above = None;
            if lines > usize::from(!fresh) {
                out.push(Leading::Blank);
            }
            fresh = false;
            out.push(if comment.is_doc() { Leading::Doc(comment) } else { Leading::Comment(comment) });
        }
        if self.line_ends(at, to) > usize::from(!fresh) {
            out.push(Leading::Blank);
        }
        out
    }

    /// Puts a comment behind a statement; several on its line are one.
    fn trail(&self, stmt: &mut Stmt, comment: Comment) {
        let first = stmt.trailing.take();
        let span = first.map_or(comment.span, |first| first.span.to(comment.span));
        stmt.trailing = Some(Box::new(Comment { span, text: self.source(span).trim_end().into() }));
    }

    fn ends_line(&self, from: usize) -> bool {
        from.checked_sub(1).and_then(|before| self.mask.as_bytes().get(before)) == Some(&b'\n')
    }

    /// How many lines end in a range of the text that holds blanks alone.
    fn line_ends(&self, from: usize, to: usize) -> usize {
        let gap = self.mask.as_bytes().get(from..to).unwrap_or_default();
        let raw = self.text.as_bytes().get(from..to).unwrap_or_default();
        // a line end that does not end a statement is a blank in the mask and counts all the same
        gap.iter().zip(raw).filter(|(masked, raw)| **masked == b'\n' || **raw == b'\n').count()
    }

    /// A comment behind an opening brace, with nothing else behind it on its line.
    pub(super) fn opening_comment(&mut self, brace_end: usize, first: usize) -> Option<Comment> {
        let next = self.comments.first()?;
        let (start, end) = (next.start as usize, next.end as usize);
        if start >= first || self.line_ends(brace_end, start) > 0 {
            return None;
        }
        let behind = self.mask.get(end..first).unwrap_or_default().trim_start_matches([' ', '\t']);
        if behind.starts_with('\n') { self.next_comment(first) } else { None }
    }
}
