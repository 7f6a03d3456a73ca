//! The last pass: where each top-level statement begins and ends. Knows nothing of what it is.

use super::braces::Insert;
use super::lexical::RawComment;
use super::lines::{Mark, MarkKind};

/// A top-level statement with what stands before it and behind it on its last line.
#[derive(Clone, Copy, Debug)]
pub(in crate::syntax) struct Slice {
    pub start: u32,
    pub end: u32,
    /// Its comments.
    pub comments: Part,
    /// The braces that lack in it.
    pub inserts: Part,
}

/// A part of a sequence.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::syntax) struct Part {
    start: u32,
    end: u32,
}

impl Part {
    /// The elements of that part.
    pub(in crate::syntax) fn of<T>(self, all: &[T]) -> &[T] {
        all.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// Splits the text; the slices follow one another without a gap, and the last is followed by trivia alone.
pub(super) fn split(mask: &[u8], marks: &[Mark], inserts: &[Insert], comments: &[RawComment]) -> Vec<Slice> {
    let mut splitter = Splitter { mask, comments, inserts, slices: Vec::new(), start: 0 };
    let mut inserts = inserts.iter().peekable();
    let mut depth = 0usize;
    // where the statement at hand starts, and up to where it was seen to be none yet
    let mut head: Option<(usize, usize)> = None;
    for mark in marks {
        while let Some(insert) = inserts.next_if(|insert| insert.at <= mark.at) {
            depth = if insert.brace == b'{' { depth + 1 } else { depth.saturating_sub(1) };
        }
        let at = mark.at as usize;
        match mark.kind {
            MarkKind::Open if mask.get(at) == Some(&b'{') => depth += 1,
            MarkKind::Close if mask.get(at) == Some(&b'}') => depth = depth.saturating_sub(1),
            MarkKind::Line if depth == 0 => {
                // lines of annotations or separators alone go on with the next line
                head = match head {
                    Some((from, seen)) if splitter.is_complete(seen, at) => {
                        splitter.cut(from, at);
                        Some((at, at))
                    }
                    Some((from, _)) => Some((from, at)),
                    None => Some((at, at)),
                };
            }
            _ => {}
        }
    }
    if let Some((from, _)) = head {
        splitter.cut(from, mask.len());
    }
    splitter.slices
}

struct Splitter<'m> {
    mask: &'m [u8],
    comments: &'m [RawComment],
    inserts: &'m [Insert],
    slices: Vec<Slice>,
    start: usize,
}

impl Splitter<'_> {
    /// Whether the text holds more than annotations, which belong to what follows, and separators.
    fn is_complete(&self, from: usize, to: usize) -> bool {
        let mut rest = self.mask.get(from..to).unwrap_or_default();
        loop {
            let separators = rest.iter().position(|byte| !b" \t\n;,".contains(byte)).unwrap_or(rest.len());
            rest = rest.get(separators..).unwrap_or_default();
            let Some(behind) = rest.strip_prefix(b"@") else { break };
            let word = behind.iter().position(|byte| !is_word(*byte)).unwrap_or(behind.len());
            rest = behind.get(word..).unwrap_or_default().trim_ascii_start();
            if rest.first() == Some(&b'(') {
                let close = rest.iter().position(|byte| matches!(byte, b')' | b'\n'));
                rest = rest.get(close.map_or(rest.len(), |n| n + 1)..).unwrap_or_default().trim_ascii_start();
            }
        }
        !rest.is_empty()
    }

    /// Ends a slice at the end of the line on which the statement ends, comments included.
    fn cut(&mut self, from: usize, to: usize) {
        let last = from + self.mask.get(from..to).unwrap_or_default().trim_ascii_end().len();
        let mut end = last;
        loop {
            let rest = self.mask.get(end..to).unwrap_or_default();
            let Some(newline) = rest.iter().position(|byte| *byte == b'\n').map(|n| end + n) else {
                end = to;
                break;
            };
            let i = self.comments.partition_point(|comment| comment.end as usize <= newline);
            match self.comments.get(i) {
                Some(comment) if (comment.start as usize) < newline => end = comment.end as usize,
                _ => {
                    end = newline + 1;
                    break;
                }
            }
        }
        let comments = self.comments.partition_point(|comment| (comment.start as usize) < end) as u32;
        let inserts =
            self.inserts.partition_point(|insert| (insert.at as usize) < end || end >= self.mask.len())
                as u32;
        let (first_comment, first_insert) =
            self.slices.last().map_or((0, 0), |slice| (slice.comments.end, slice.inserts.end));
        self.slices.push(Slice {
            start: self.start as u32,
            end: end as u32,
            comments: Part { start: first_comment, end: comments },
            inserts: Part { start: first_insert, end: inserts },
        });
        self.start = end;
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || byte >= 0x80
}
