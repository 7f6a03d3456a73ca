//! What pest reads, in pieces: its queue takes 80 bytes for each end of a rule, so a line of ten megabytes is not read
//! at once. Knows how long a statement is, and not what it means.
//!
//! A slice is read statement by statement in pieces of [`PIECE`] words; a statement that reaches the end of its piece
//! is read again at the start of the next. The inside of a long block is left out of what pest reads with its head,
//! and is read by itself. Neither changes what is read: statements follow one another, and no look-ahead reaches
//! farther than a few words.

use std::borrow::Cow;

use pest::Parser;
use pest::iterators::Pairs;

use super::Builder;
use super::container::Filling;
use crate::source::Span;
use crate::syntax::ast::{Stmt, StmtKind};
use crate::syntax::grammar::{ArchParser, Rule};
use crate::syntax::mistakes;
use crate::syntax::scan::FILL;

/// So many words are read at once.
const PIECE: usize = 1 << 16;
/// What ends within so many words of the end of a piece is read again: the look-ahead may have missed something.
const MARGIN: usize = 256;
/// A block with more words is read by itself.
const APART: usize = 1 << 14;
/// A statement has no more words, those in long blocks not counted. (Fewer in tests, which are not optimised.)
const LONGEST: usize = if cfg!(test) { 1 << 16 } else { 1 << 20 };

/// The statements of a container.
pub(super) enum Body<'p> {
    /// Read already.
    Read(Pairs<'p, Rule>),
    /// Still to be read: a range of the slice.
    Range { from: usize, to: usize },
}

/// A slice and what is read of it.
#[derive(Default)]
pub(super) struct Pieces<'t> {
    slice: &'t str,
    /// The insides of long blocks, by their start.
    blocks: Vec<(usize, usize)>,
    /// Where the piece at hand starts.
    start: usize,
    /// For each block that was left out of it: from which position on, and how much was left out up to there.
    gaps: Vec<(usize, usize)>,
}

/// A piece.
struct Piece<'t> {
    text: Cow<'t, str>,
    /// Statements that end before it are whole; `None` where all are.
    sure: Option<usize>,
}

impl<'t> Pieces<'t> {
    pub(super) fn new(slice: &'t str) -> Self {
        let blocks = if slice.len() > PIECE { long_blocks(slice.as_bytes()) } else { Vec::new() };
        Self { slice, blocks, start: 0, gaps: Vec::new() }
    }

    /// The offset in the slice for one in the piece at hand.
    pub(super) fn at(&self, position: usize) -> usize {
        let gap = self.gaps.partition_point(|(from, _)| *from <= position);
        let left_out = gap.checked_sub(1).and_then(|gap| self.gaps.get(gap)).map_or(0, |(_, sum)| *sum);
        self.start + position + left_out
    }

    /// Begins a piece of that many words.
    fn begin(&mut self, from: usize, to: usize, words: usize) -> Piece<'t> {
        self.start = from;
        self.gaps.clear();
        let slice = self.slice;
        if to - from <= words {
            return Piece { text: slice.get(from..to).unwrap_or_default().into(), sure: None };
        }
        let mut text = String::new();
        let (mut at, mut copied, mut left_out) = (from, from, 0);
        let (mut count, mut sure, mut word) = (0, None, Words::default());
        let mut block = self.blocks.partition_point(|(start, _)| *start <= from);
        while at < to && count < words {
            count += usize::from(word.starts(slice.as_bytes().get(at).copied().unwrap_or(b' ')));
            if count + MARGIN >= words && sure.is_none() {
                sure = Some(at - from - left_out);
            }
            at += 1;
            let Some((start, end)) = self.blocks.get(block).copied().filter(|(start, _)| *start == at) else {
                continue;
            };
            text.push_str(slice.get(copied..start).unwrap_or_default());
            left_out += end - start;
            self.gaps.push((start - from - (left_out - (end - start)), left_out));
            (at, copied) = (end, end);
            block += self.blocks.get(block..).unwrap_or_default().partition_point(|(start, _)| *start <= at);
        }
        // the last word may have been begun
        let end = if at < to { at - 1 } else { at };
        let end = (0..=end).rev().find(|end| slice.is_char_boundary(*end)).unwrap_or(copied).max(copied);
        let rest = slice.get(copied..end).unwrap_or_default();
        let text = if copied == from { rest.into() } else { Cow::Owned(text + rest) };
        Piece { text, sure: sure.filter(|_| end < to) }
    }

    /// Where a statement that starts at `from` ends, as far as line ends, `;` and braces tell.
    fn end_of(&self, from: usize, to: usize) -> usize {
        let mut depth = 0usize;
        let rest = self.slice.as_bytes().get(from..to).unwrap_or_default();
        let end = rest.iter().position(|byte| {
            match byte {
                b'{' => depth += 1,
                b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && matches!(byte, b'\n' | b';')
        });
        end.map_or(to, |end| from + end)
    }
}

impl Builder<'_> {
    /// Reads a range of the slice piece by piece.
    pub(super) fn read(&mut self, mut from: usize, to: usize, filling: &mut Filling) {
        let outer = (self.pieces.start, std::mem::take(&mut self.pieces.gaps));
        let mut words = PIECE;
        while from < to {
            let piece = self.pieces.begin(from, to, words);
            let (next, goes_on) = self.piece(&piece, filling);
            if !goes_on {
                break;
            }
            if next > from {
                (from, words) = (next, PIECE);
            } else if words < LONGEST {
                words *= 4;
            } else {
                from = self.too_long(from, to, filling);
            }
        }
        (self.pieces.start, self.pieces.gaps) = outer;
    }

    /// Takes the statements that are whole; gives where the next starts, and whether there may be one.
    fn piece(&mut self, piece: &Piece<'_>, filling: &mut Filling) -> (usize, bool) {
        // the grammar accepts every text; the tests hold that, and what it refused all the same is junk
        let Ok(pairs) = ArchParser::parse(Rule::slice, piece.text.trim_end_matches(' ')) else {
            let end = self.pieces.at(piece.text.len());
            let span = Span::new(self.file, self.at(0), self.place(end));
            self.unreadable_at(span);
            filling.push_junk(span);
            return (end, piece.sure.is_some());
        };
        for pair in pairs.take_while(|pair| pair.as_rule() != Rule::EOI) {
            let (start, end) = (pair.as_span().start(), pair.as_span().end());
            if piece.sure.is_some_and(|sure| end > sure) {
                return (self.pieces.at(start), true);
            }
            if !self.item(filling, pair) {
                return (0, false);
            }
        }
        (self.pieces.at(piece.text.len()), piece.sure.is_some())
    }

    /// Goes past a statement that no person wrote.
    fn too_long(&mut self, from: usize, to: usize, filling: &mut Filling) -> usize {
        let end = self.pieces.end_of(from, to);
        let span = Span::new(self.file, self.place(from), self.place(end));
        let message = format!("this statement has more than {LONGEST} words: it is not read");
        let first = self.source(span).chars().next().map_or(0, char::len_utf8) as u32;
        self.report(mistakes::TOO_LONG, Span { end: span.start + first, ..span }, message);
        filling.push_junk(span);
        end
    }
}

impl Filling {
    /// A slice that is kept and means nothing.
    fn push_junk(&mut self, span: Span) {
        let leading = std::mem::take(&mut self.leading);
        self.at = span.end as usize;
        self.was_wrong = true;
        self.items.push(Stmt { span, leading, trailing: None, kind: StmtKind::Junk });
    }
}

/// The insides of blocks with many words, by their start.
fn long_blocks(slice: &[u8]) -> Vec<(usize, usize)> {
    let (mut open, mut blocks) = (Vec::new(), Vec::new());
    let (mut count, mut word) = (0, Words::default());
    for (at, byte) in slice.iter().copied().enumerate() {
        count += usize::from(word.starts(byte));
        match byte {
            b'{' => open.push((at + 1, count)),
            b'}' => {
                if let Some((start, before)) = open.pop()
                    && count - before > APART
                {
                    blocks.push((start, at));
                }
            }
            _ => {}
        }
    }
    blocks.sort_unstable();
    blocks
}

/// Counts words: a run of ASCII letters and digits, a string, and every other character but blanks.
#[derive(Default)]
struct Words {
    inside: bool,
}

impl Words {
    fn starts(&mut self, byte: u8) -> bool {
        let was_inside = self.inside;
        self.inside = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
        match byte {
            b' ' | FILL | 0x80..=0xbf => false,
            _ => !(self.inside && was_inside),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_blocks_are_left_out_and_places_stay_true() {
        let long = "x = 1\n".repeat(APART);
        let text = format!("zone a {{ b = {{ {long} }} }} c {{ d = \"\u{1}\u{1}\" }} ") + &"e ".repeat(PIECE);
        let mut pieces = Pieces::new(&text);
        let piece = pieces.begin(0, text.len(), PIECE);
        assert!(piece.text.starts_with("zone a {} c { d"), "{}", &piece.text[..30]);
        assert!(piece.sure.is_some_and(|sure| sure < piece.text.len()));
        for needle in ["zone", "} c", "c {", "d =", "e e e"] {
            let at = piece.text.find(needle).unwrap();
            assert!(text[pieces.at(at)..].starts_with(needle), "{needle}");
        }
        let inside = pieces.begin(8, text.find("} c").unwrap(), PIECE);
        assert!(inside.text.starts_with(" b = {} "), "{:?}", inside.text);
    }
}
