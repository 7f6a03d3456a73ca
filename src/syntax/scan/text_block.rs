//! Texts of several lines, between `"""`: where they end, and what a lost quote does to them. Knows no other tokens.

use super::lexical::{FILL, Lexer};
use crate::diagnostic::Applicability;
use crate::syntax::mistakes;

impl Lexer<'_> {
    /// `"""` to the line that starts with `"""`.
    pub(super) fn text_block(&mut self, start: usize) -> usize {
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
    pub(super) fn text_block_without_a_quote(&mut self, start: usize) -> Option<usize> {
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
}

/// The start of the last line that begins with `"""`; 0 without one.
pub(super) fn last_line_that_closes_a_text_block(text: &str) -> usize {
    // much quicker than a search from behind, and most texts have none
    if !text.contains("\"\"\"") {
        return 0;
    }
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

fn starts_comment(rest: &[u8]) -> bool {
    let rest_trimmed = rest.trim_ascii_start();
    rest_trimmed.len() < rest.len() && (rest_trimmed.starts_with(b"//") || rest_trimmed.starts_with(b"/*"))
}
