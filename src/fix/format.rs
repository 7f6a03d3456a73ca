//! The canonical form of a document: the same tree, every comment, one way to write it.
//!
//! Two blanks of indentation, one statement on a line, `=` aligned in a run of attributes, at most one empty line, LF.
//! A block that was written on one line and fits stays on one. Columns that the author lined up by hand in
//! neighbouring lines (labels, blocks, comments) stay lined up.

mod rows;
mod statement;
#[cfg(test)]
mod tests;
mod value;

use crate::diagnostic::Severity;
use crate::source::LineIndex;
use crate::syntax::ast::{Comment, Leading, Stmt, StmtKind, Tree};
use rows::Row;

/// Lines are broken, where they can be, when they would be longer.
const WIDTH: usize = 100;
const INDENT: usize = 2;

/// The text in its canonical form. A text with mistakes is left as it is: what could not be read cannot be laid out.
pub fn format(tree: &Tree, text: &str) -> String {
    if tree.mistakes.iter().any(|mistake| mistake.severity == Severity::Error) {
        return text.to_owned();
    }
    let printer = Printer { text, lines: LineIndex::new(text) };
    let mut out = String::with_capacity(text.len());
    printer.container(tree.items.iter().map(AsRef::as_ref), &tree.dangling, 0, &mut out);
    out
}

/// A canonical text with the line ends of the text that it came from: they are the choice of an editor or of git.
pub fn with_line_ends_of(text: &str, formatted: String) -> String {
    if text.contains("\r\n") { formatted.replace('\n', "\r\n") } else { formatted }
}

struct Printer<'t> {
    text: &'t str,
    lines: LineIndex,
}

/// A statement with the lines above it.
struct Entry {
    /// Comments, doc comments and annotations, each with its lines; `None` is an empty line.
    above: Vec<Option<String>>,
    row: Row,
}

impl Printer<'_> {
    /// Statements, one below the other, and what stands behind the last; each line ends in `\n`.
    fn container<'s>(
        &self,
        items: impl Iterator<Item = &'s Stmt>,
        dangling: &[Leading],
        indent: usize,
        out: &mut String,
    ) {
        let mut entries: Vec<Entry> = items.map(|item| self.entry(item, indent)).collect();
        let mut rows: Vec<(&mut Row, bool, bool)> = entries
            .iter_mut()
            .map(|entry| {
                let parted = entry.above.iter().any(Option::is_none);
                (&mut entry.row, parted, !entry.above.is_empty())
            })
            .collect();
        rows::align(&mut rows);
        let margin = " ".repeat(indent);
        let mut is_first = true;
        for entry in &entries {
            above(&entry.above, &margin, &mut is_first, out);
            is_first = false;
            out.push_str(&margin);
            entry.row.print(out);
            out.push('\n');
        }
        let mut last = self.above(dangling);
        while last.last().is_some_and(Option::is_none) {
            last.pop();
        }
        above(&last, &margin, &mut is_first, out);
    }

    fn entry(&self, item: &Stmt, indent: usize) -> Entry {
        let mut above = self.above(&item.leading);
        if let StmtKind::Connection(connection) = &item.kind
            && let Some(last) = connection.ends.last()
        {
            // a comment before the label would part it from its head
            above.extend(last.comments.iter().map(|comment| Some(hoisted(comment))));
        }
        let mut row = self.statement(item, indent);
        if let Some(comment) = &item.trailing {
            row.comment(comment_text(comment), self.column(comment.span));
        }
        Entry { above, row }
    }

    fn above(&self, leading: &[Leading]) -> Vec<Option<String>> {
        let lines = leading.iter().map(|leading| match leading {
            Leading::Blank => None,
            Leading::Comment(comment) => Some(hoisted(comment)),
            Leading::Doc(comment) => Some(comment_text(comment)),
            Leading::Annotation(annotation) => Some(self.annotation(annotation)),
        });
        lines.collect()
    }

    /// The column of a place in its line, in characters; `None` far out on a long line, where nobody lines things up.
    fn column(&self, span: crate::source::Span) -> Option<usize> {
        let at = span.start as usize;
        let start = self.lines.start(self.lines.line(at))?;
        if at - start > 4 * WIDTH {
            return None;
        }
        self.text.get(start..at).map(|before| before.chars().count())
    }
}

fn above(lines: &[Option<String>], margin: &str, is_first: &mut bool, out: &mut String) {
    for line in lines {
        match line {
            None if *is_first || out.ends_with("\n\n") => {}
            None => out.push('\n'),
            Some(line) => {
                out.push_str(margin);
                out.push_str(line);
                out.push('\n');
                *is_first = false;
            }
        }
    }
}

/// The comment as written, with LF.
fn comment_text(comment: &Comment) -> String {
    unix(&comment.text)
}

/// A comment that moves above its statement; it must not become a doc comment there.
fn hoisted(comment: &Comment) -> String {
    if comment.is_doc() { format!("/{}", comment.text) } else { comment_text(comment) }
}

/// The text with LF at the ends of its lines.
fn unix(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn is_blank(leading: &Leading) -> bool {
    matches!(leading, Leading::Blank)
}
