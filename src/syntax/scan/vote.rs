//! Where braces do not balance, indentation votes. Knows lines and their columns, no statements.
//!
//! It votes only on lines whose own subtree (the deeper lines below) does not balance: a line no deeper than the head of
//! an open block closes it; a `}` with no block at its column is stray, or the line at its column with deeper lines below
//! lost its `{`.

use super::braces::{Insert, balances};
use super::lines::{Mark, MarkKind};
use super::look;
use super::report::Report;
use crate::syntax::mistakes;

/// So many blocks that the end of the text leaves open are told one by one.
const TOLD_AT_END: usize = 8;

/// A block that is open.
#[derive(Clone, Copy)]
struct Open {
    at: u32,
    /// The mark of the line that opened it.
    line: u32,
    /// The column of that line.
    column: u16,
    /// Its body is not indented, so that columns say nothing about its end.
    flat: bool,
    /// A block opened on the same line has found its end: one of the two braces is too many.
    twin: Option<u32>,
}

pub(super) struct Vote<'m> {
    mask: &'m mut [u8],
    marks: &'m [Mark],
    report: &'m mut Report,
    unclosed: &'m [u32],
    inserts: Vec<Insert>,
    open: Vec<Open>,
    /// Marks of lines, each deeper than the one below it in this stack: the line at hand and those that it hangs under.
    heads: Vec<u32>,
    /// The mark of the last line that was gone through.
    last: u32,
    /// The line below the one at hand.
    below: Option<Mark>,
}

impl<'m> Vote<'m> {
    pub(super) fn new(
        mask: &'m mut [u8],
        marks: &'m [Mark],
        report: &'m mut Report,
        unclosed: &'m [u32],
    ) -> Self {
        let (inserts, open, heads) = (Vec::new(), Vec::new(), Vec::new());
        Self { mask, marks, report, unclosed, inserts, open, heads, last: 0, below: None }
    }

    pub(super) fn run(mut self) -> Vec<Insert> {
        let mut i = 0;
        while let Some(mark) = self.marks.get(i).copied() {
            if mark.kind != MarkKind::Line {
                // a brace before the first line: cannot be, and does no harm
                i += 1;
                continue;
            }
            let closes = self.byte(mark.at) == Some(b'}');
            if !closes {
                self.end_blocks(i, mark);
                let end = self.subtree(i, mark.column);
                if balances(self.marks.get(i..end).unwrap_or_default()) {
                    self.hang(i, mark);
                    self.last = end as u32;
                    i = end;
                    continue;
                }
                self.hang(i, mark);
            }
            i = self.line(i, mark, closes);
        }
        let end = look::content_end(self.mask, self.mask.len() as u32);
        self.end_all(end);
        self.inserts.sort_by_key(|insert| insert.at);
        self.inserts
    }

    /// Ends the blocks that the text leaves open.
    fn end_all(&mut self, end: u32) {
        let lost = self.open.len();
        if lost > TOLD_AT_END
            && let Some(first) = self.open.first()
        {
            let message = format!("{lost} blocks are never closed: the first of them starts here");
            self.report.add(mistakes::MISSING_BRACE, first.at as usize, first.at as usize + 1, &message);
            self.inserts.extend(self.open.drain(..).map(|_| Insert { at: end, brace: b'}' }));
        }
        while let Some(open) = self.open.pop() {
            self.end_of(open, end);
        }
    }

    fn byte(&self, at: u32) -> Option<u8> {
        self.mask.get(at as usize).copied()
    }

    /// The mark behind the deeper lines below line `i`, and behind the `}` at its column.
    fn subtree(&self, i: usize, column: u16) -> usize {
        let below = self.marks.iter().enumerate().skip(i + 1);
        let mut lines = below.filter(|(_, mark)| mark.kind == MarkKind::Line);
        let end = lines.find(|(_, line)| {
            line.column < column || (line.column == column && self.byte(line.at) != Some(b'}'))
        });
        end.map_or(self.marks.len(), |(end, _)| end)
    }

    /// Puts the line below the one that it is deeper than.
    fn hang(&mut self, i: usize, mark: Mark) {
        while self.heads.last().is_some_and(|head| self.column(*head) >= mark.column) {
            self.heads.pop();
        }
        self.heads.push(i as u32);
    }

    fn column(&self, line: u32) -> u16 {
        self.marks.get(line as usize).map_or(0, |mark| mark.column)
    }

    /// Ends the blocks whose head is no less deep than this line.
    fn end_blocks(&mut self, i: usize, line: Mark) {
        let mut first = true;
        let mut end = None;
        while let Some(open) = self.open.last().copied() {
            if open.flat || open.column < line.column {
                break;
            }
            if first && self.opens_above(i, open) && look::is_attribute(self.mask, line.at) {
                if let Some(open) = self.open.last_mut() {
                    open.flat = true;
                }
                break;
            }
            first = false;
            self.open.pop();
            let end = *end.get_or_insert_with(|| look::content_end(self.mask, line.at));
            self.end_of(open, end);
        }
    }

    /// Whether the block was opened by the last brace of the line above line `i`.
    fn opens_above(&self, i: usize, open: Open) -> bool {
        let above = i.checked_sub(1).and_then(|above| self.marks.get(above));
        above.is_some_and(|mark| mark.kind == MarkKind::Open && mark.at == open.at)
            && look::ends_line(self.mask, open.at + 1)
    }

    /// A block that has no `}`: one of two `{` on its line was too many, or its `{` was, or its `}` lacks.
    fn end_of(&mut self, open: Open, end: u32) {
        let extra = match open.twin {
            // what a string swallowed may have held the `}`
            _ if self.swallowed(end) => None,
            Some(twin) if look::is_genuine(self.mask, open.at) && !look::is_genuine(self.mask, twin) => {
                Some(twin)
            }
            Some(_) => Some(open.at),
            None if self.byte(open.at) == Some(b'{') && !look::is_genuine(self.mask, open.at) => {
                Some(open.at)
            }
            None => None,
        };
        if let Some(at) = extra {
            self.blank(at);
            let fix = (at, at + 1, "remove it", "");
            self.report.mend(
                mistakes::EXTRA_BRACE,
                (at, at + 1),
                "this `{` opens a block that nothing needs",
                fix,
            );
            return;
        }
        self.inserts.push(Insert { at: end, brace: b'}' });
        if !self.swallowed(end) {
            let message =
                "this block is never closed: by its indentation it ends before the next line, with `}`";
            let indent = " ".repeat(usize::from(open.column));
            let text = if open.line == self.last { " }".to_owned() } else { format!("\n{indent}}}") };
            self.report.mend(
                mistakes::MISSING_BRACE,
                (open.at, open.at + 1),
                message,
                (end, end, "insert `}`", &text),
            );
        }
    }

    /// Whether a string or comment without its end took the rest of the line that ends here.
    fn swallowed(&self, end: u32) -> bool {
        let i = self.unclosed.partition_point(|at| *at < end);
        let Some(at) = i.checked_sub(1).and_then(|i| self.unclosed.get(i)) else { return false };
        !self.mask.get(*at as usize..end as usize).unwrap_or_default().contains(&b'\n')
    }

    /// Goes through the braces of one line; gives the mark behind it.
    fn line(&mut self, i: usize, line: Mark, closes: bool) -> usize {
        let mut next = i + 1;
        self.last = i as u32;
        self.below = self.below(i);
        let mut strays = false;
        while let Some(mark) = self.marks.get(next).copied() {
            match mark.kind {
                MarkKind::Line => break,
                MarkKind::Open => self.open.push(Open {
                    at: mark.at,
                    line: i as u32,
                    column: line.column,
                    flat: false,
                    twin: None,
                }),
                MarkKind::Close if closes && mark.at == line.at => self.close_at_column(line),
                MarkKind::Close if strays && self.open.last().is_none_or(|open| open.line != i as u32) => {
                    self.stray_again(mark.at);
                }
                MarkKind::Close => strays |= !self.close_in_line(i, line, mark.at),
            }
            next += 1;
        }
        next
    }

    /// The line below line `i`.
    fn below(&self, i: usize) -> Option<Mark> {
        self.marks.iter().skip(i + 1).find(|mark| mark.kind == MarkKind::Line).copied()
    }

    /// A `}` that begins its line.
    fn close_at_column(&mut self, line: Mark) {
        let end = look::content_end(self.mask, line.at);
        while let Some(open) =
            self.open.last().copied().filter(|open| !open.flat && open.column > line.column)
        {
            self.open.pop();
            self.end_of(open, end);
        }
        let here = self.open.last().is_some_and(|open| open.flat || open.column == line.column);
        if here || self.ends_below() {
            self.pop();
        } else if !self.lost_opening(line) {
            self.stray(line.at);
        }
        while self.heads.last().is_some_and(|head| self.column(*head) > line.column) {
            self.heads.pop();
        }
    }

    /// Whether the line below ends the innermost block by its indentation, so that a `}` here is merely out of place.
    fn ends_below(&self) -> bool {
        let Some(open) = self.open.last() else { return false };
        match self.below {
            None => self.open.len() == 1,
            Some(line) if self.byte(line.at) == Some(b'}') => line.column < open.column,
            Some(line) => line.column <= open.column,
        }
    }

    /// Ends the innermost block by a `}` of the text.
    fn pop(&mut self) {
        let Some(closed) = self.open.pop() else { return };
        if let Some(below) = self.open.last_mut()
            && below.line == closed.line
        {
            below.twin = Some(closed.at);
        }
    }

    /// The line at the column of a `}` whose `{` is gone: deeper lines stand between the two.
    fn lost_opening(&mut self, line: Mark) -> bool {
        let mut deeper = false;
        while self.heads.last().is_some_and(|head| self.column(*head) > line.column) {
            deeper = true;
            self.heads.pop();
        }
        let Some(head) = self.heads.last().copied().filter(|head| self.column(*head) == line.column) else {
            return false;
        };
        let Some(mark) = self.marks.get(head as usize).copied() else { return false };
        let inside = self.open.last().is_none_or(|open| open.at < mark.at);
        let Some(below) = self.below(head as usize).filter(|_| deeper && inside) else { return false };
        let end = look::content_end(self.mask, below.at);
        if end.checked_sub(1).and_then(|last| self.byte(last)) == Some(b'}') {
            return false;
        }
        self.give_opening(mark.at, end, false);
        true
    }

    fn give_opening(&mut self, head: u32, at: u32, one_line: bool) {
        self.inserts.push(Insert { at, brace: b'{' });
        if !self.swallowed(at) {
            let message = if one_line {
                "this line lost its `{`: its `}` closes nothing"
            } else {
                "this line lost its `{`: deeper lines and a `}` at its column follow"
            };
            let text = if one_line { "{ " } else { " {" };
            let end = look::content_end(self.mask, at).max(head + 1);
            self.report.mend(
                mistakes::LOST_OPENING_BRACE,
                (head, end),
                message,
                (at, at, "insert `{`", text),
            );
        }
    }

    /// A `}` behind something on its line; false where it has no block.
    fn close_in_line(&mut self, i: usize, line: Mark, at: u32) -> bool {
        let here = self.open.last().is_some_and(|open| open.line as usize == i);
        if here || self.ends_below() {
            self.pop();
            return true;
        }
        match look::first_attribute(self.mask, line.at, at) {
            Some(first) => self.give_opening(line.at, first, true),
            None => self.stray(at),
        }
        false
    }

    /// Another stray brace on a line that has one: they are one mistake.
    fn stray_again(&mut self, at: u32) {
        match self.report.mistakes.last_mut() {
            Some(last) if last.code == mistakes::STRAY_BRACE.code => {
                last.span.end = at + 1;
                last.fix = None;
                self.blank(at);
            }
            _ => self.stray(at),
        }
    }

    fn stray(&mut self, at: u32) {
        self.blank(at);
        self.report.mend(
            mistakes::STRAY_BRACE,
            (at, at + 1),
            "this `}` closes nothing",
            (at, at + 1, "remove it", ""),
        );
    }

    fn blank(&mut self, at: u32) {
        if let Some(slot) = self.mask.get_mut(at as usize) {
            *slot = b' ';
        }
    }
}
