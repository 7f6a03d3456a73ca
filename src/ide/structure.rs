//! What of a text can be folded, and what an ever wider selection takes in.

use std::ops::Range;

use super::cursor::Cursor;
use super::edits::place;
use super::pieces::{self, Piece};
use super::{Part, Snapshot};
use crate::source::{FileId, Span};
use crate::syntax::ast::StmtKind;

/// What a fold holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FoldKind {
    /// A block, a list, a text.
    Block,
    /// Comments.
    Comment,
    /// Imports.
    Imports,
}

/// Lines that can be folded into the first of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fold {
    /// From a place in the first line to one in the last, in bytes of the file.
    pub range: Range<usize>,
    /// What it holds.
    pub kind: FoldKind,
}

/// *now*: what of a file can be folded, in the order of the text.
pub fn folds(snapshot: &Snapshot, path: &str) -> Vec<Fold> {
    let Some(file) = snapshot.file(path) else { return Vec::new() };
    file.parts().iter().flat_map(folds_of).collect()
}

fn folds_of(part: &Part) -> Vec<Fold> {
    let text = part.document().text();
    let mut blocks: Vec<(Span, FoldKind)> = Vec::new();
    let mut comments: Vec<Span> = Vec::new();
    let mut imports: Vec<Span> = Vec::new();
    pieces::of_tree(part.tree(), &mut |span, piece| {
        match piece {
            Piece::Block | Piece::Value(_) => blocks.push((span, FoldKind::Block)),
            Piece::Comment => comments.push(span),
            Piece::Stmt(stmt) if matches!(stmt.kind, StmtKind::Import(_)) => imports.push(span),
            _ => {}
        }
        true
    });
    comments.sort_unstable();
    let mut found = blocks;
    found.extend(runs(text, &comments).into_iter().map(|span| (span, FoldKind::Comment)));
    found.extend(runs(text, &imports).into_iter().map(|span| (span, FoldKind::Imports)));
    found.retain(|(span, _)| text.get(span.range()).is_some_and(|it| it.trim_end().contains('\n')));
    found.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    found.dedup_by_key(|(span, _)| *span);
    found.into_iter().map(|(span, kind)| Fold { range: place(part.document(), span).range, kind }).collect()
}

/// Spans that stand one line below the other, joined; one behind a statement stands alone.
fn runs(text: &str, spans: &[Span]) -> Vec<Span> {
    let mut runs: Vec<Span> = Vec::new();
    for span in spans {
        let between = |run: &Span| text.get(run.end as usize..span.start as usize).unwrap_or("x");
        match runs.last_mut() {
            Some(run) if between(run).trim().is_empty() && between(run).matches('\n').count() == 1 => {
                run.end = span.end
            }
            _ => runs.push(*span),
        }
    }
    runs
}

/// *now*: for each offset what a selection there grows to, from the inside out.
pub fn selections(snapshot: &Snapshot, path: &str, offsets: &[usize]) -> Vec<Vec<Range<usize>>> {
    let Some(file) = snapshot.file(path) else { return Vec::new() };
    let grown = |offset: &usize| {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        if let Some((part, at)) = file.part_at(*offset) {
            let document = part.document();
            let spans = around(part, at).into_iter();
            ranges.extend(spans.map(|span| place(document, span).range));
            ranges.push(place(document, Span::new(FileId(0), 0, document.text().len())).range);
        }
        ranges.push(0..file.text().len());
        ranges.dedup();
        ranges
    };
    offsets.iter().map(grown).collect()
}

/// The spans around an offset, each within the next.
fn around(part: &Part, at: usize) -> Vec<Span> {
    let cursor = Cursor::new(part.tree(), at);
    let mut spans: Vec<Span> = Vec::new();
    for (span, piece) in cursor.pieces() {
        spans.push(*span);
        match piece {
            Piece::Block if span.len() >= 2 && (span.start as usize) < at && at < span.end as usize => {
                spans.push(Span { start: span.start + 1, end: span.end - 1, ..*span });
            }
            Piece::Label | Piece::Import(_) if span.len() >= 2 => {
                spans.push(Span { start: span.start + 1, end: span.end - 1, ..*span });
            }
            Piece::Part(path, _) => spans.push(path.span),
            Piece::Stmt(stmt) => {
                let start =
                    stmt.leading.iter().filter_map(super::actions::leading_start).min().unwrap_or(span.start);
                spans.push(Span { start: start.min(span.start), ..*span });
            }
            _ => {}
        }
    }
    spans.retain(|span| span.touches(at) && !span.is_empty());
    spans.sort_by_key(|span| (span.len(), span.start));
    let mut nested: Vec<Span> = Vec::new();
    for span in spans {
        // of two that meet at the offset, the first one leads
        if nested.last().is_none_or(|inner| span.contains(*inner) && span != *inner) {
            nested.push(span);
        }
    }
    nested
}
