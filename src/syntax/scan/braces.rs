//! The third pass: every brace gets its partner, and nothing nests too deep. Leaves the vote of indentation to `vote`.

use super::lines::{Mark, MarkKind};
use super::report::Report;
use super::vote::Vote;
use crate::syntax::mistakes;

/// Blocks and records nest at most this deep.
const MAX_DEPTH: usize = 128;

/// A brace that is not in the text but was surely meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::syntax) struct Insert {
    /// Before which byte of the text it belongs.
    pub at: u32,
    /// `{` or `}`.
    pub brace: u8,
}

/// Pairs the braces: blanks stray ones in the mask, gives those that lack.
pub(super) fn pair(mask: &mut [u8], marks: &[Mark], report: &mut Report, unclosed: &[u32]) -> Vec<Insert> {
    let inserts = if balances(marks) { Vec::new() } else { Vote::new(mask, marks, report, unclosed).run() };
    limit(mask, marks, report, inserts)
}

/// Whether no brace lacks its partner.
pub(super) fn balances(marks: &[Mark]) -> bool {
    let mut depth = 0usize;
    for mark in marks {
        match mark.kind {
            MarkKind::Open => depth += 1,
            MarkKind::Close if depth == 0 => return false,
            MarkKind::Close => depth -= 1,
            MarkKind::Line => {}
        }
    }
    depth == 0
}

/// Blanks what nests too deep.
fn limit(mask: &mut [u8], marks: &[Mark], report: &mut Report, inserts: Vec<Insert>) -> Vec<Insert> {
    let mut kept = Vec::with_capacity(inserts.len());
    let mut inserts = inserts.into_iter().peekable();
    let mut depth = 0usize;
    let mut deep: Option<usize> = None;
    for mark in marks {
        let at = mark.at as usize;
        while let Some(insert) = inserts.next_if(|insert| insert.at <= mark.at) {
            step(insert.brace, insert.at as usize, &mut depth, &mut deep, mask, report);
            if depth + usize::from(insert.brace == b'}') <= MAX_DEPTH + 1 {
                kept.push(insert);
            }
        }
        let brace = mask.get(at).copied().unwrap_or(b' ');
        match mark.kind {
            MarkKind::Open if brace == b'{' => step(b'{', at, &mut depth, &mut deep, mask, report),
            MarkKind::Close if brace == b'}' => step(b'}', at, &mut depth, &mut deep, mask, report),
            _ => {}
        }
    }
    for insert in inserts {
        step(insert.brace, insert.at as usize, &mut depth, &mut deep, mask, report);
        if depth + usize::from(insert.brace == b'}') <= MAX_DEPTH + 1 {
            kept.push(insert);
        }
    }
    kept
}

fn step(
    brace: u8,
    at: usize,
    depth: &mut usize,
    deep: &mut Option<usize>,
    mask: &mut [u8],
    report: &mut Report,
) {
    if brace == b'{' {
        *depth += 1;
        if *depth == MAX_DEPTH + 1 {
            *deep = Some(at);
            let message = format!("blocks and records nest at most {MAX_DEPTH} deep");
            report.add(mistakes::TOO_DEEP, at, at + 1, &message);
        }
        return;
    }
    if *depth == MAX_DEPTH + 1
        && let Some(start) = deep.take()
    {
        // the empty block stays, so that what holds it stays whole
        if let Some(range) = mask.get_mut(start + 1..at) {
            range.fill(b' ');
        }
    }
    *depth = depth.saturating_sub(1);
}
