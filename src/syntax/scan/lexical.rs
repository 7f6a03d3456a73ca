//! The first pass over the bytes: comments, strings and forbidden characters. Knows no braces and no statements.
//!
//! It makes the *mask*, a copy of the text of equal length in which every comment and every forbidden character is
//! blank, every line end is `\n`, and a string is its opening quote followed by `\u{1}` for each further byte.
//! So all that follows may look at single bytes without asking whether they stand in a comment or a string.

use super::chars::{self, Forbidden};
use super::report::Report;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::syntax::mistakes::{self, Mistake};

/// What stands for the bytes of a string behind its opening quote.
pub(in crate::syntax) const FILL: u8 = 1;
const MAX_COMMENT_DEPTH: usize = 128;
/// After so many comments without an end, the search for one goes no further than the line: the pass stays linear.
const MAX_OPEN_COMMENTS: usize = 8;

/// A comment by its place.
#[derive(Clone, Copy, Debug)]
pub(in crate::syntax) struct RawComment {
    pub start: u32,
    pub end: u32,
}

/// What the first pass found.
pub(in crate::syntax) struct Lexed {
    pub mask: Vec<u8>,
    pub comments: Vec<RawComment>,
    /// Offsets of strings and comments that were not closed, in order: what is missing behind them on their line
    /// was swallowed, and is no mistake of its own.
    pub unclosed: Vec<u32>,
}

/// Runs the pass.
pub(super) fn lex(text: &str, report: &mut Report) -> Lexed {
    let out = Lexed { mask: text.as_bytes().to_vec(), comments: Vec::new(), unclosed: Vec::new() };
    let last_block_end = last_line_that_closes_a_text_block(text);
    let mut lexer =
        Lexer { text, bytes: text.as_bytes(), out, report, open_comments: 0, line: (1, 0), last_block_end };
    lexer.run();
    lexer.out
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    out: Lexed,
    report: &'t mut Report,
    open_comments: usize,
    /// The line that was searched last: from where, and its end.
    line: (usize, usize),
    /// Where the last line starts that could close a text block: behind it no search is worth its time.
    last_block_end: usize,
}

impl Lexer<'_> {
    fn run(&mut self) {
        let mut at = 0;
        if self.bytes.starts_with("\u{feff}".as_bytes()) {
            self.blank(0, 3);
            at = 3;
        }
        while let Some(byte) = self.byte(at) {
            at = match byte {
                b'"' => self.string(at),
                b'/' if self.byte(at + 1) == Some(b'/') && self.may_open_comment(at) => self.line_comment(at),
                b'/' if self.byte(at + 1) == Some(b'*') && self.may_open_comment(at) => {
                    self.block_comment(at)
                }
                b'\r' => {
                    let mask = if self.byte(at + 1) == Some(b'\n') { b' ' } else { b'\n' };
                    self.put(at, mask);
                    at + 1
                }
                b'\t' => {
                    self.put(at, b' ');
                    at + 1
                }
                b'\n' | 0x20..=0x7e => at + 1,
                _ => self.unusual(at),
            };
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn put(&mut self, at: usize, byte: u8) {
        if let Some(slot) = self.out.mask.get_mut(at) {
            *slot = byte;
        }
    }

    fn fill(&mut self, start: usize, end: usize, byte: u8) {
        if let Some(range) = self.out.mask.get_mut(start..end) {
            range.fill(byte);
        }
    }

    /// Blanks a range but keeps its line ends, normalised.
    fn blank(&mut self, start: usize, end: usize) {
        for at in start..end.min(self.bytes.len()) {
            let mask = match self.byte(at) {
                Some(b'\n') => b'\n',
                Some(b'\r') if self.byte(at + 1) != Some(b'\n') => b'\n',
                _ => b' ',
            };
            self.put(at, mask);
        }
    }

    fn report(&mut self, mistake: Mistake, start: usize, end: usize, message: &str) {
        self.report.add(mistake, start, end, message);
    }

    /// Reports with a fix: what is replaced by what.
    fn mend(
        &mut self,
        (mistake, start, end, message): (Mistake, usize, usize, &str),
        title: &str,
        applicability: Applicability,
        (from, to, text): (usize, usize, &str),
    ) {
        let span = self.report.span(from, to);
        if let Some(found) = self.report.add(mistake, start, end, message) {
            let edits = vec![Edit { span, new_text: text.to_owned() }];
            found.fix = Some(Fix { title: title.to_owned(), applicability, edits });
        }
    }

    fn may_open_comment(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.out.mask.get(before));
        before.is_none_or(|byte| b" \t\n{}[](),;".contains(byte))
    }

    /// Where the line ends that holds `from`; remembered, so that a long line is searched once.
    fn line_end(&mut self, from: usize) -> usize {
        if !(self.line.0..=self.line.1).contains(&from) {
            let rest = self.bytes.get(from..).unwrap_or_default();
            let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            self.line = (from, end.map_or(self.bytes.len(), |n| from + n));
        }
        self.line.1
    }

    fn line_comment(&mut self, start: usize) -> usize {
        let end = self.line_end(start);
        self.comment(start, end)
    }

    /// Records a comment; what bends or hides text is an error in comments too, joiners of emoji are not.
    fn comment(&mut self, start: usize, end: usize) -> usize {
        let text = self.text.get(start..end).unwrap_or_default();
        for (offset, c) in text.char_indices().filter(|(_, c)| !matches!(c, ' '..='~' | '\n' | '\r' | '\t')) {
            if let Some(forbidden) = chars::forbidden(c)
                && !chars::joins(c)
            {
                self.forbidden(start + offset, c, forbidden);
            }
        }
        self.blank(start, end);
        self.out.comments.push(RawComment { start: start as u32, end: end as u32 });
        end
    }

    fn block_comment(&mut self, start: usize) -> usize {
        let limit =
            if self.open_comments < MAX_OPEN_COMMENTS { self.bytes.len() } else { self.line_end(start) };
        let (mut depth, mut at) = (1, start + 2);
        let mut first_inner_end = None;
        let mut too_deep = false;
        while at < limit {
            match (self.byte(at), self.byte(at + 1)) {
                (Some(b'*'), Some(b'/')) => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        return self.comment(start, at);
                    }
                    first_inner_end.get_or_insert(at);
                }
                (Some(b'/'), Some(b'*')) => {
                    depth += 1;
                    if depth > MAX_COMMENT_DEPTH && !too_deep {
                        too_deep = true;
                        let message = format!("comments nest at most {MAX_COMMENT_DEPTH} deep");
                        self.report(mistakes::TOO_DEEP, at, at + 2, &message);
                    }
                    at += 2;
                }
                _ => at += 1,
            }
        }
        self.open_comments += 1;
        self.out.unclosed.push(start as u32);
        let end = first_inner_end.unwrap_or_else(|| self.line_end(start));
        let message = "this comment is never closed: it needs `*/` at its end";
        let what = (mistakes::UNCLOSED_COMMENT, start, start + 2, message);
        self.mend(what, "close the comment", Applicability::Unsafe, (end, end, " */"));
        self.comment(start, end)
    }

    fn string(&mut self, start: usize) -> usize {
        if self.bytes.get(start..start + 3) == Some(b"\"\"\"") {
            return self.text_block(start);
        }
        let mut at = start + 1;
        loop {
            match self.byte(at) {
                Some(b'"') => {
                    if at == start + 1
                        && let Some(end) = self.text_block_without_a_quote(start)
                    {
                        return end;
                    }
                    self.fill(start + 1, at + 1, FILL);
                    return self.doubled_quote(at + 1);
                }
                Some(b'\\') if !matches!(self.byte(at + 1), None | Some(b'\n' | b'\r')) => at += 2,
                None | Some(b'\n' | b'\r') => return self.open_string(start, at),
                _ => at += 1,
            }
        }
    }

    /// A quote right behind a string, with no other on the line, was typed once too often.
    fn doubled_quote(&mut self, end: usize) -> usize {
        if self.byte(end) != Some(b'"') || self.bytes.get(end..end + 3) == Some(b"\"\"\"") {
            return end;
        }
        let line_end = self.line_end(end + 1);
        if self.bytes.get(end + 1..line_end).is_none_or(|rest| rest.contains(&b'"')) {
            return end;
        }
        self.put(end, b' ');
        let what = (mistakes::UNCLOSED_STRING, end, end + 1, "this quote opens a string that never ends");
        self.mend(what, "remove the quote", Applicability::Safe, (end, end + 1, ""));
        end + 1
    }

    /// A string without its end: it ends at its line, before a `{` that ends that line.
    fn open_string(&mut self, start: usize, line_end: usize) -> usize {
        let line = self.bytes.get(start..line_end).unwrap_or_default();
        let mut text = line.trim_ascii_end();
        let opens_block = text.len() > 1 && text.ends_with(b"{");
        if opens_block {
            text = text.get(..text.len() - 1).unwrap_or_default().trim_ascii_end();
        }
        let end = start + text.len();
        self.fill(start + 1, end, FILL);
        self.out.unclosed.push(start as u32);
        let message = "this string does not end on its line: it needs `\"` at its end";
        let what = (mistakes::UNCLOSED_STRING, start, end, message);
        self.mend(what, "close the string", Applicability::Unsafe, (end, end, "\""));
        end
    }

    /// `"""` to the line that starts with `"""`.
    fn text_block(&mut self, start: usize) -> usize {
        let line_end = self.line_end(start);
        let rest = self.bytes.get(start + 3..line_end).unwrap_or_default();
        if !rest.trim_ascii().is_empty() && !starts_comment(rest) {
            return self.text_block_on_a_line(start, line_end);
        }
        let indent = self.indentation(start);
        let (mut at, mut shallow) = (line_end, None);
        while at < self.bytes.len() && (shallow.is_none() || start < self.last_block_end) {
            let line = self.next_line(at);
            at = self.line_end(line);
            let text = self.bytes.get(line..at).unwrap_or_default();
            let trimmed = text.trim_ascii_start();
            let first = at - trimmed.len();
            if trimmed.starts_with(b"\"\"\"") {
                self.fill(start + 1, first + 3, FILL);
                return first + 3;
            }
            if !trimmed.is_empty() && first - line <= indent {
                shallow.get_or_insert(line);
            }
            if trimmed.trim_ascii_end().ends_with(b"\"\"\"") {
                // another text opens here, so this one was never closed
                shallow.get_or_insert(line);
                break;
            }
        }
        let end = self.content_end(shallow.unwrap_or(self.bytes.len())).max(start + 3);
        self.fill(start + 1, end, FILL);
        self.out.unclosed.push(start as u32);
        let message = "this text never ends: it needs `\"\"\"` alone on a line behind it";
        self.report(mistakes::UNCLOSED_STRING, start, start + 3, message);
        end
    }

    /// `""` at the end of a line, deeper lines, and a line that starts with `"""`: a quote was lost.
    fn text_block_without_a_quote(&mut self, start: usize) -> Option<usize> {
        let mut at = self.line_end(start);
        if start > self.last_block_end || !self.bytes.get(start + 2..at)?.trim_ascii().is_empty() {
            return None;
        }
        let indent = self.indentation(start);
        loop {
            let line = self.next_line(at);
            at = self.line_end(line);
            let trimmed = self.bytes.get(line..at).unwrap_or_default().trim_ascii_start();
            let first = at - trimmed.len();
            if trimmed.starts_with(b"\"\"\"") {
                self.fill(start + 1, first + 3, FILL);
                let what = (
                    mistakes::UNCLOSED_STRING,
                    start,
                    start + 2,
                    "a text of several lines opens with `\"\"\"`",
                );
                self.mend(what, "write `\"\"\"`", Applicability::Unsafe, (start, start, "\""));
                return Some(first + 3);
            }
            if first - line <= indent && (!trimmed.is_empty() || at >= self.bytes.len()) {
                return None;
            }
        }
    }

    fn text_block_on_a_line(&mut self, start: usize, line_end: usize) -> usize {
        let rest = self.bytes.get(start + 3..line_end).unwrap_or_default();
        let close = rest.windows(3).position(|three| three == b"\"\"\"");
        let end = close.map_or(line_end, |n| start + 3 + n + 3);
        self.fill(start + 1, end, FILL);
        if close.is_none() {
            self.out.unclosed.push(start as u32);
        }
        let message =
            "`\"\"\"` opens a text of several lines: its text starts on the next line; use `\"` for one line";
        self.report(mistakes::BAD_TEXT_BLOCK, start, end, message);
        end
    }

    /// How many blanks begin the line that holds `at`; a long line counts as not indented.
    fn indentation(&self, at: usize) -> usize {
        let near = self.bytes.get(at.saturating_sub(1000)..at).unwrap_or_default();
        let Some(line) = near.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map(|n| n + 1) else {
            let text = self.bytes.get(..at).filter(|_| at < 1000).unwrap_or_default();
            return text.len() - text.trim_ascii_start().len();
        };
        let text = near.get(line..).unwrap_or_default();
        text.len() - text.trim_ascii_start().len()
    }

    fn next_line(&self, line_end: usize) -> usize {
        let crlf = self.byte(line_end) == Some(b'\r') && self.byte(line_end + 1) == Some(b'\n');
        (line_end + if crlf { 2 } else { 1 }).min(self.bytes.len())
    }

    fn content_end(&self, line: usize) -> usize {
        let before = self.bytes.get(..line).unwrap_or_default();
        before.trim_ascii_end().len()
    }

    /// Anything but printable ASCII, tabs and line ends, outside strings and comments.
    fn unusual(&mut self, at: usize) -> usize {
        let Some(c) = self.text.get(at..).and_then(|rest| rest.chars().next()) else { return at + 1 };
        let end = at + c.len_utf8();
        if let Some(forbidden) = chars::forbidden(c) {
            // inside a word it goes without parting the word
            let before = at.checked_sub(1).and_then(|before| self.out.mask.get(before));
            let inside = forbidden != Forbidden::Blank
                && before.is_some_and(|byte| chars::is_word(*byte))
                && self.byte(end).is_some_and(chars::is_word);
            self.fill(at, end, if inside { b'_' } else { b' ' });
            self.forbidden(at, c, forbidden);
        }
        end
    }

    /// Reports a character; a run of them is one mistake.
    fn forbidden(&mut self, at: usize, c: char, forbidden: Forbidden) {
        let end = at + c.len_utf8();
        if let Some(last) = self.report.mistakes.last_mut()
            && last.code == mistakes::BAD_CHARACTER.code
            && last.span.end as usize == at
        {
            last.span.end = end as u32;
            if let Some(edit) = last.fix.as_mut().and_then(|fix| fix.edits.first_mut()) {
                edit.span.end = end as u32;
            }
            return;
        }
        let message = format!("{} U+{:04X} may only stand in a string", forbidden.as_str(), c as u32);
        let replacement = if forbidden == Forbidden::Blank { " " } else { "" };
        let what = (mistakes::BAD_CHARACTER, at, end, message.as_str());
        self.mend(what, "remove it", Applicability::Safe, (at, end, replacement));
    }
}

fn starts_comment(rest: &[u8]) -> bool {
    let rest_trimmed = rest.trim_ascii_start();
    rest_trimmed.len() < rest.len() && (rest_trimmed.starts_with(b"//") || rest_trimmed.starts_with(b"/*"))
}

/// The start of the last line that begins with `"""`; 0 without one.
fn last_line_that_closes_a_text_block(text: &str) -> usize {
    let mut end = text.len();
    while let Some(at) = text.get(..end).and_then(|before| before.rfind("\"\"\"")) {
        let before = text.get(..at).unwrap_or_default();
        let line = before.rfind(['\n', '\r']).map_or(0, |n| n + 1);
        if before.get(line..).unwrap_or_default().trim().is_empty() {
            return at;
        }
        end = line;
    }
    0
}
