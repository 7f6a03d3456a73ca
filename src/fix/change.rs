//! Edits of documents as changes of the files that people see: a block of Markdown keeps its margin, a file its line ends. Knows
//! no finding.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::Edit;
use crate::source::Document;

/// A replacement in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The file.
    pub path: Arc<str>,
    /// The bytes that are replaced, of the whole file; empty to insert.
    pub range: Range<usize>,
    /// The new text.
    pub new_text: String,
}

impl Change {
    /// An edit of a document, in the document's file. Each new line begins as the line of the edit does, with the blanks or
    /// quotes before a block of Markdown, and ends as the others do. What leaves nothing on its line takes the line with it.
    pub fn new(document: &Document, edit: &Edit) -> Self {
        let mut range = edit.span.range();
        if edit.new_text.is_empty() && !range.is_empty() {
            range = whole_lines(document, range);
        }
        let mut new_text = edit.new_text.clone();
        if new_text.contains('\n') {
            let line_end = if is_crlf(document.text()) { "\r\n" } else { "\n" };
            let line_end = format!("{line_end}{}", margin(document, range.start));
            new_text = new_text.replace("\r\n", "\n").replace('\n', &line_end);
        }
        let start = document.file_offset(range.start);
        let end = document.file_offset(range.end).max(start);
        Self { path: document.path().into(), range: start..end, new_text }
    }

    /// Whether the two cannot both be made: they overlap, or it is open which of them comes first.
    pub fn clashes(&self, other: &Self) -> bool {
        let (a, b) = (&self.range, &other.range);
        self.path == other.path && (a.start == b.start || a.start < b.end && b.start < a.end)
    }
}

/// A text with changes that do not clash.
pub fn apply(text: &str, changes: &[&Change]) -> String {
    let mut changes = changes.to_vec();
    changes.sort_by_key(|change| (change.range.start, change.range.end));
    let (mut out, mut from) = (String::with_capacity(text.len() + 64), 0);
    for change in changes {
        let Some(before) = text.get(from..change.range.start) else { continue };
        out.push_str(before);
        out.push_str(&change.new_text);
        from = change.range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// The lines of a range that holds all that stands on them, with the line end; else the range.
fn whole_lines(document: &Document, range: Range<usize>) -> Range<usize> {
    const BLANKS: [char; 2] = [' ', '\t'];
    let text = document.text();
    let (Some(before), Some(behind)) = (text.get(..range.start), text.get(range.end..)) else { return range };
    let (head, tail) = (before.trim_end_matches(BLANKS), behind.trim_start_matches(BLANKS));
    let line_end = ["\r\n", "\n"].into_iter().find(|end| tail.starts_with(*end)).map_or(0, str::len);
    let is_alone = (head.is_empty() || head.ends_with('\n')) && (line_end > 0 || tail.is_empty());
    let end = text.len() - tail.len() + line_end;
    // behind the last line of a block stands the margin of its fence, which is no part of it
    if !is_alone || document.is_embedded() && end == text.len() {
        return range;
    }
    head.len()..end
}

fn is_crlf(text: &str) -> bool {
    text.find('\n').is_some_and(|at| text.get(..at).is_some_and(|line| line.ends_with('\r')))
}

/// What stands before a line of a document in its file: the blanks or quotes of a block of Markdown.
fn margin(document: &Document, offset: usize) -> &str {
    if !document.is_embedded() {
        return "";
    }
    let line = document.text().get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let from = document.file_offset(line);
    let host = document.file_text();
    let start = host.get(..from).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    host.get(start..from).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::arch_blocks;
    use crate::source::{FileId, Span};

    fn changed(document: &Document, what: &str, new_text: &str) -> String {
        let start = document.text().find(what).unwrap();
        let span = Span::new(FileId(0), start, start + what.len());
        let change = Change::new(document, &Edit { span, new_text: new_text.to_owned() });
        apply(document.file_text(), &[&change])
    }

    #[test]
    fn what_leaves_nothing_on_its_line_takes_the_line_with_it() {
        let file = |text: &str| changed(&Document::new("a.arch", text), "@x", "");
        assert_eq!(file("a\n  @x \nb\n"), "a\nb\n");
        assert_eq!(file("a\r\n@x\r\nb\r\n"), "a\r\nb\r\n");
        assert_eq!(file("@x b\n"), " b\n");
        assert_eq!(file("a @x\n"), "a \n");
        assert_eq!(file("a\n@x"), "a\n");
        assert_eq!(file("@x"), "");
    }

    #[test]
    fn a_new_line_ends_as_the_others_do_and_begins_with_the_margin_of_its_block() {
        assert_eq!(changed(&Document::new("a.arch", "a\r\nb"), "a", "a\nc"), "a\r\nc\r\nb");
        let quoted: Arc<str> = "> ```arch\r\n> service a\r\n> @x\r\n> b\r\n> ```\r\n".into();
        let blocks = arch_blocks("a.md", &quoted);
        let new = changed(&blocks[0], "service a", "service a\nservice c");
        assert_eq!(new, "> ```arch\r\n> service a\r\n> service c\r\n> @x\r\n> b\r\n> ```\r\n");
        assert_eq!(changed(&blocks[0], "@x", ""), "> ```arch\r\n> service a\r\n> b\r\n> ```\r\n");
        // the fence behind it keeps its quote
        assert_eq!(changed(&blocks[0], "b", ""), "> ```arch\r\n> service a\r\n> @x\r\n> \r\n> ```\r\n");
    }

    #[test]
    fn changes_at_one_place_clash() {
        let change = |range: Range<usize>| Change { path: "a".into(), range, new_text: String::new() };
        assert!(change(3..3).clashes(&change(3..3)) && change(3..5).clashes(&change(4..9)));
        assert!(!change(3..5).clashes(&change(5..5)) && !change(3..4).clashes(&change(4..5)));
    }
}
