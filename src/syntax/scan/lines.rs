//! The second pass: which line ends end a statement, and where brackets begin and end. Leaves braces to the third.
//!
//! A line end that does not end a statement becomes a blank of the mask.

use super::chars::is_word;
use super::lexical::FILL;
use super::report::Report;
use crate::diagnostic::{Applicability, Edit, Fix, Mistake};
use crate::syntax::mistakes;

/// Lists nest at most this deep.
const MAX_LISTS: usize = 8;

/// A byte that shapes the structure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub at: u32,
    /// For a line its column; for a brace unused.
    pub column: u16,
    pub kind: MarkKind,
}

/// What a mark stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum MarkKind {
    /// The first byte of a line that begins a statement, or that is no part of a statement above it.
    Line,
    /// `{`
    Open,
    /// `}`
    Close,
}

/// Runs the pass over the mask.
pub(super) fn lines(mask: &mut [u8], report: &mut Report) -> Vec<Mark> {
    let mut lines =
        Lines { mask, report, open: Vec::new(), lists: 0, marks: Vec::new(), before: 0, stray: 0 };
    lines.run();
    lines.marks
}

#[derive(Clone, Copy)]
struct Open {
    at: u32,
    kind: u8,
    /// Whether such a bracket may stand there; an opening one that nothing needs is taken away.
    fits: bool,
}

struct Lines<'m> {
    mask: &'m mut [u8],
    report: &'m mut Report,
    /// Brackets and braces that are open; a brace ends the reach of the brackets around it.
    open: Vec<Open>,
    lists: usize,
    marks: Vec<Mark>,
    /// The last byte that is no blank; 0 at the start.
    before: u8,
    /// The last closing bracket without its beginning.
    stray: usize,
}

/// Whether the pass stops at a byte.
fn shapes(byte: u8) -> bool {
    matches!(byte, b'\n' | b'[' | b'(' | b']' | b')' | b'{' | b'}')
}

impl Lines<'_> {
    fn run(&mut self) {
        let mut at = self.line(0, 0);
        loop {
            let rest = self.mask.get(at..).unwrap_or_default();
            let plain = rest.iter().position(|byte| shapes(*byte)).unwrap_or(rest.len());
            let passed = rest.get(..plain).unwrap_or_default();
            if let Some(last) = passed.iter().rfind(|byte| !matches!(byte, b' ' | b'\t')) {
                self.before = *last;
            }
            at += plain;
            let Some(byte) = self.byte(at) else { break };
            match byte {
                b'\n' => {
                    at = self.line(at, at + 1);
                    continue;
                }
                b'[' | b'(' => self.open(at, byte),
                b']' | b')' => self.close(at, if byte == b']' { b'[' } else { b'(' }),
                b'{' => self.open_brace(at),
                _ => self.close_brace(at),
            }
            self.before = byte;
            at += 1;
        }
        self.drop_brackets(self.mask.len());
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.mask.get(at).copied()
    }

    fn put(&mut self, at: usize, byte: u8) {
        if let Some(slot) = self.mask.get_mut(at) {
            *slot = byte;
        }
    }

    /// At a line end (or the start of the text): decides whether the statement goes on behind it.
    fn line(&mut self, line_end: usize, from: usize) -> usize {
        let mut at = from;
        let mut line_start = from;
        while let Some(byte @ (b' ' | b'\t' | b'\n')) = self.byte(at) {
            at += 1;
            if byte == b'\n' {
                line_start = at;
            }
        }
        let Some(first) = self.byte(at) else { return at };
        let in_brackets = matches!(self.open.last(), Some(Open { kind: b'[' | b'(', .. }));
        let goes_on = if in_brackets {
            let goes_on = !self.looks_like_statement(at);
            if !goes_on {
                self.drop_brackets(line_end);
            }
            goes_on
        } else {
            from != line_end && self.continues(line_end, at, first)
        };
        if goes_on {
            for blank in line_end..at {
                if self.byte(blank) == Some(b'\n') {
                    self.put(blank, b' ');
                }
            }
        } else {
            let column = at - line_start;
            self.mark(at, column.min(u16::MAX as usize) as u16, MarkKind::Line);
        }
        at
    }

    fn mark(&mut self, at: usize, column: u16, kind: MarkKind) {
        self.marks.push(Mark { at: at as u32, column, kind });
    }

    fn continues(&mut self, line_end: usize, at: usize, first: u8) -> bool {
        if matches!(self.before, 0 | b'{' | b'}' | b';' | b',') {
            return false;
        }
        if first == b'{' && self.ends_line(at + 1) {
            self.brace_on_own_line(line_end, at);
            return true;
        }
        let two = self.mask.get(at..at + 2).unwrap_or_default();
        first == b'|'
            || matches!(two, b"->" | b"~>" | b"=>" | b"--")
            || (first == b'"' && self.before == b'=')
    }

    fn ends_line(&self, at: usize) -> bool {
        let rest = self.mask.get(at..).unwrap_or_default();
        rest.iter().find(|byte| !matches!(byte, b' ' | b'\t')).is_none_or(|byte| *byte == b'\n')
    }

    /// Reports a byte that should not be there.
    fn remove(&mut self, mistake: Mistake, at: usize, message: &str) {
        let span = self.report.span(at, at + 1);
        if let Some(found) = self.report.add(mistake, at, at + 1, message) {
            let edits = vec![Edit { span, new_text: String::new() }];
            found.fix =
                Some(Fix { title: "remove it".to_owned(), applicability: Applicability::Unsafe, edits });
        }
    }

    fn brace_on_own_line(&mut self, line_end: usize, at: usize) {
        let head = self.mask.get(..line_end).unwrap_or_default().trim_ascii_end().len();
        let message = "`{` stands alone on its line: it belongs on the line of its head";
        let gap = self.report.span(head, at);
        if let Some(found) = self.report.add(mistakes::BRACE_ON_OWN_LINE, at, at + 1, message) {
            let edits = vec![Edit { span: gap, new_text: " ".to_owned() }];
            let title = "move it up".to_owned();
            found.fix = Some(Fix { title, applicability: Applicability::Unsafe, edits });
        }
    }

    /// Whether a line inside brackets begins a statement, so that the bracket above it was never closed.
    fn looks_like_statement(&self, at: usize) -> bool {
        let rest = self.mask.get(at..).unwrap_or_default();
        if rest.first() == Some(&b'@') {
            return true;
        }
        let word = rest.iter().position(|byte| !is_word(*byte) && *byte != b'.').unwrap_or(rest.len());
        if word == 0 || rest.first().is_some_and(u8::is_ascii_digit) {
            return false;
        }
        let behind = rest.get(word..).unwrap_or_default();
        let blanks = behind.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(behind.len());
        let next = behind.get(blanks..).unwrap_or_default();
        let in_list = self.open.last().is_some_and(|open| open.kind == b'[');
        match next.first() {
            Some(b'=') => in_list || next.get(1) == Some(&b'>'),
            Some(b'-' | b'~' | b'{') => true,
            Some(b':') => next.get(1) == Some(&b' '),
            Some(byte) => blanks > 0 && (is_word(*byte) || *byte == b'"'),
            None => false,
        }
    }

    fn open(&mut self, at: usize, kind: u8) {
        self.lists += 1;
        if self.lists == MAX_LISTS + 1 {
            let message = format!("lists nest at most {MAX_LISTS} deep");
            self.report.add(mistakes::TOO_DEEP, at, at + 1, &message);
        }
        let fits = match kind {
            b'[' => {
                matches!(self.before, b'=' | b',' | b'[' | b'(' | b'>' | b'-' | b'|' | b'{' | b';' | 0)
                    || self.at_start(at)
            }
            _ => true,
        };
        self.open.push(Open { at: at as u32, kind, fits });
    }

    /// Whether nothing stands before it on its line.
    fn at_start(&self, at: usize) -> bool {
        self.marks.last().is_some_and(|mark| mark.kind == MarkKind::Line && mark.at as usize == at)
    }

    /// Takes the innermost bracket off, which ends before `end`; what was too deep is blanked.
    fn pop_bracket(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        if self.lists == MAX_LISTS + 1 {
            // the empty list stays, so that what holds it stays whole
            let closed = self.byte(end.saturating_sub(1)) == Some(b']') && end > open.at as usize + 1;
            let range = open.at as usize + 1..end.saturating_sub(usize::from(closed)).min(self.mask.len());
            while self.marks.last().is_some_and(|mark| mark.at > open.at) {
                self.marks.pop();
            }
            if let Some(range) = self.mask.get_mut(range) {
                range.fill(b' ');
            }
        }
        self.lists = self.lists.saturating_sub(1);
    }

    fn close(&mut self, at: usize, kind: u8) {
        let brackets = self.open.iter().rev().take_while(|open| open.kind != b'{').take(2 * MAX_LISTS);
        let Some(above) = brackets.map(|open| open.kind).position(|open| open == kind) else {
            return self.stray(at, kind);
        };
        for _ in 0..above {
            self.pop_bracket(at);
        }
        self.pop_bracket(at + 1);
    }

    /// A closing bracket without its beginning.
    fn stray(&mut self, at: usize, kind: u8) {
        let from = std::mem::replace(&mut self.stray, at);
        if kind == b'['
            && let Some(start) = self.lost_opening(from, at)
        {
            self.put(start - 1, b'[');
            let span = self.report.span(start, start);
            let message = "`]` closes a list that lost its `[`";
            if let Some(found) = self.report.add(mistakes::STRAY_BRACKET, at, at + 1, message) {
                let edits = vec![Edit { span, new_text: "[".to_owned() }];
                let title = "insert `[`".to_owned();
                found.fix = Some(Fix { title, applicability: Applicability::Unsafe, edits });
            }
            return;
        }
        self.put(at, b' ');
        let message = format!("`{}` closes nothing", if kind == b'[' { ']' } else { ')' });
        self.remove(mistakes::STRAY_BRACKET, at, &message);
    }

    /// The first of several elements that stand behind `= ` or `-> ` and before a stray `]`.
    fn lost_opening(&self, from: usize, at: usize) -> Option<usize> {
        let before = self.mask.get(from..at)?;
        let plain = |byte: &u8| is_word(*byte) || matches!(byte, b' ' | b',' | b'.' | b'"' | &FILL);
        let sign = before.iter().rposition(|byte| !plain(byte))?;
        let elements = before.get(sign + 1..)?;
        let blanks = elements.iter().take_while(|byte| **byte == b' ').count();
        let several = elements.contains(&b',') && blanks > 0;
        (several && matches!(before.get(sign), Some(b'=' | b'>'))).then_some(from + sign + 1 + blanks)
    }

    fn open_brace(&mut self, at: usize) {
        let in_brackets = matches!(self.open.last(), Some(Open { kind: b'[' | b'(', .. }));
        if in_brackets && !matches!(self.before, b',' | b'[' | b'(' | b'=') {
            if !self.ends_line(at + 1) && self.open.last().is_some_and(|open| open.fits) {
                self.put(at, b' ');
                return self.remove(
                    mistakes::EXTRA_BRACE,
                    at,
                    "this `{` opens a record where a comma or `]` belongs",
                );
            }
            self.drop_brackets(at);
        }
        self.mark(at, 0, MarkKind::Open);
        self.open.push(Open { at: at as u32, kind: b'{', fits: true });
    }

    fn close_brace(&mut self, at: usize) {
        self.drop_brackets(at);
        self.mark(at, 0, MarkKind::Close);
        self.open.pop();
    }

    /// Gives up on the brackets above the innermost brace; the outermost of them is reported.
    fn drop_brackets(&mut self, end: usize) {
        let mut outermost = None;
        while let Some(open) = self.open.last().copied().filter(|open| open.kind != b'{') {
            outermost = Some(open);
            self.pop_bracket(end);
        }
        if let Some(open) = outermost {
            let at = open.at as usize;
            let closing = if open.kind == b'[' { ']' } else { ')' };
            let message = format!("`{}` is never closed: it needs `{closing}`", open.kind as char);
            if !open.fits {
                self.put(at, b' ');
                return self.remove(mistakes::UNCLOSED_BRACKET, at, &message);
            }
            let inner = self.mask.get(at..end).unwrap_or_default().trim_ascii_end();
            let (place, plain) = (at + inner.len(), !inner.contains(&b'='));
            let edit = Edit { span: self.report.span(place, place), new_text: closing.to_string() };
            if let Some(found) = self.report.add(mistakes::UNCLOSED_BRACKET, at, at + 1, &message)
                && plain
            {
                let title = format!("insert `{closing}`");
                found.fix = Some(Fix { title, applicability: Applicability::Unsafe, edits: vec![edit] });
            }
        }
    }
}
