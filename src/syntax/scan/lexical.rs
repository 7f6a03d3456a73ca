//! The first pass over the bytes: comments, strings and forbidden characters. Knows no braces and no statements.
//!
//! It makes the *mask*, a copy of the text of equal length in which every comment and every forbidden character is
//! blank, every line end is `\n`, and a string is its opening quote followed by `\u{1}` for each further byte.
//! So all that follows may look at single bytes without asking whether they stand in a comment or a string.

use super::chars::{self, Forbidden};
use super::report::Report;
use super::text_block::last_line_that_closes_a_text_block;
use crate::diagnostic::{Applicability, Edit, Fix, Mistake};
use crate::syntax::mistakes;

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

pub(super) struct Lexer<'t> {
    text: &'t str,
    pub(super) bytes: &'t [u8],
    pub(super) out: Lexed,
    report: &'t mut Report,
    open_comments: usize,
    /// The line that was searched last: from where, and its end.
    line: (usize, usize),
    /// Where the last line starts that could close a text block: behind it no search is worth its time.
    pub(super) last_block_end: usize,
}

/// Whether a byte stands for itself, whatever stands around it.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b'\n' | b' '..=b'!' | b'#'..=b'.' | b'0'..=b'~')
}

impl Lexer<'_> {
    fn run(&mut self) {
        let mut at = 0;
        if self.bytes.starts_with("\u{feff}".as_bytes()) {
            self.blank(0, 3);
            at = 3;
        }
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            at += rest.iter().position(|byte| !is_plain(*byte)).unwrap_or(rest.len());
            let Some(byte) = self.byte(at) else { break };
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
                b'/' => at + 1,
                _ => self.unusual(at),
            };
        }
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn put(&mut self, at: usize, byte: u8) {
        if let Some(slot) = self.out.mask.get_mut(at) {
            *slot = byte;
        }
    }

    pub(super) fn fill(&mut self, start: usize, end: usize, byte: u8) {
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

    pub(super) fn report(&mut self, mistake: Mistake, start: usize, end: usize, message: &str) {
        self.report.add(mistake, start, end, message);
    }

    /// Reports with a fix: what is replaced by what.
    pub(super) fn mend(
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
    pub(super) fn line_end(&mut self, from: usize) -> usize {
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

    /// Anything but printable ASCII, tabs and line ends, outside strings and comments.
    fn unusual(&mut self, at: usize) -> usize {
        let Some(rest) = self.text.get(at..) else { return at + 1 };
        let run = rest.chars().map_while(|c| Some((c, chars::forbidden(c)?)));
        let (mut end, mut blank) = (at, false);
        for (c, forbidden) in run {
            self.forbidden(end, c, forbidden);
            blank |= forbidden == Forbidden::Blank;
            end += c.len_utf8();
        }
        if end == at {
            return at + rest.chars().next().map_or(1, char::len_utf8);
        }
        // inside a word it goes without parting the word
        let before = at.checked_sub(1).and_then(|before| self.out.mask.get(before));
        let inside = !blank
            && before.is_some_and(|byte| chars::is_word(*byte))
            && self.byte(end).is_some_and(chars::is_word);
        self.fill(at, end, if inside { b'_' } else { b' ' });
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
