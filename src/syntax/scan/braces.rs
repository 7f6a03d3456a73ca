//! The third pass: every brace gets its partner. Knows lines and their columns, no statements.

use super::lines::{Mark, MarkKind};
use crate::diagnostic::{Applicability, Diagnostic};
use crate::source::{FileId, Span};
use crate::syntax::mistakes;

/// Blocks and records nest at most this deep.
pub(in crate::syntax) const MAX_DEPTH: usize = 128;

/// A brace that is not in the text but was surely meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::syntax) struct Insert {
    /// Before which byte of the text it belongs.
    pub at: u32,
    /// `{` or `}`.
    pub brace: u8,
}

/// Pairs the braces: blanks stray ones in the mask, gives those that lack.
pub(super) fn pair(
    file: FileId,
    mask: &mut [u8],
    marks: &mut Vec<Mark>,
    mistakes: &mut Vec<Diagnostic>,
    _unclosed: &[u32],
) -> Vec<Insert> {
    let mut inserts = Vec::new();
    let mut open: Vec<u32> = Vec::new();
    for mark in marks.iter() {
        match mark.kind {
            MarkKind::Open => open.push(mark.at),
            MarkKind::Close => {
                if open.pop().is_none() {
                    let at = mark.at as usize;
                    if let Some(slot) = mask.get_mut(at) {
                        *slot = b' ';
                    }
                    let span = Span::new(file, at, at + 1);
                    let found = mistakes::STRAY_BRACE.at(span, "`}` closes nothing");
                    mistakes.push(found.with_fix("remove it", Applicability::Safe, span, ""));
                }
            }
            MarkKind::Line => {}
        }
    }
    let end = mask.trim_ascii_end().len();
    for at in open.iter().rev() {
        inserts.push(Insert { at: end as u32, brace: b'}' });
        let span = Span::new(file, *at as usize, *at as usize + 1);
        mistakes.push(mistakes::MISSING_BRACE.at(span, "this block is never closed: it needs `}`"));
    }
    inserts
}
