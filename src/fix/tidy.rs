//! What fixes insert, laid out as the formatter does: only where the text was laid out so before, for otherwise its form is the
//! author's own. Knows no finding.

use std::sync::Arc;

use super::change::{Change, apply};
use super::format::{format, with_line_ends_of};
use crate::diagnostic::{Edit, Severity};
use crate::markdown::arch_blocks;
use crate::source::{Document, FileId, Span};
use crate::syntax;

/// A mended design in the form that it had, if that was the formatter's; `None` where there is nothing to do.
pub(super) fn design(before: &str, after: &str) -> Option<String> {
    if before == after || formatted(before)? != before {
        return None;
    }
    formatted(after).filter(|formatted| formatted != after)
}

/// The same for the blocks of a Markdown page, each for itself.
pub(super) fn page(path: &str, before: &Arc<str>, after: &Arc<str>) -> Option<String> {
    let (old, new) = (arch_blocks(path, before), arch_blocks(path, after));
    if old.len() != new.len() {
        return None;
    }
    let changes: Vec<Change> = old
        .iter()
        .zip(&new)
        .filter_map(|(old, new)| Some(replacement(new, &design(old.text(), new.text())?)))
        .collect();
    (!changes.is_empty()).then(|| apply(after, &changes.iter().collect::<Vec<_>>()))
}

/// The canonical form; `None` of what cannot be read.
fn formatted(text: &str) -> Option<String> {
    let tree = syntax::parse(FileId(0), text);
    let is_readable = tree.mistakes.iter().all(|it| it.severity != Severity::Error);
    is_readable.then(|| with_line_ends_of(text, format(&tree, text)))
}

/// The lines of a block that differ, as a change of its page; the others keep their margins as they are.
fn replacement(block: &Document, new: &str) -> Change {
    let lines = |text: &str| text.split_inclusive('\n').map(str::len).collect::<Vec<_>>();
    let (old, old_lines, new_lines) = (block.text(), lines(block.text()), lines(new));
    let same = |(a, b): &(&str, &str)| a == b;
    let ahead = old.split_inclusive('\n').zip(new.split_inclusive('\n')).take_while(same).count();
    let most = old_lines.len().min(new_lines.len()) - ahead;
    let (back, newer_back) = (old.split_inclusive('\n').rev(), new.split_inclusive('\n').rev());
    let behind = back.zip(newer_back).take(most).take_while(same).count();
    let middle = |lines: &[usize], text: &str| {
        let start: usize = lines.iter().take(ahead).sum();
        let end = text.len() - lines.iter().rev().take(behind).sum::<usize>();
        // the last line end stays where it is: what follows it is the margin of another line
        start..start + text.get(start..end).unwrap_or_default().trim_end_matches(['\r', '\n']).len()
    };
    let (range, new_range) = (middle(&old_lines, old), middle(&new_lines, new));
    let span = Span::new(FileId(0), range.start, range.end);
    let new_text = new.get(new_range).unwrap_or_default().to_owned();
    let mut change = Change::new(block, &Edit { span, new_text });
    // no blanks behind the margin of an empty line
    let lines = change.new_text.split('\n').map(|line| {
        let is_margin = line.trim_end_matches(['>', ' ', '\t', '\r']).is_empty();
        if is_margin { line.trim_end_matches([' ', '\t']) } else { line }
    });
    change.new_text = lines.collect::<Vec<_>>().join("\n");
    change
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "service a {\n  replicas = 2\n}\n";
    const AFTER: &str = "service a {\n  replicas = 2\n  cold_start = 1s\n}\n";
    const ALIGNED: &str = "service a {\n  replicas   = 2\n  cold_start = 1s\n}\n";

    #[test]
    fn what_was_formatted_stays_so_and_nothing_else_is_touched() {
        assert_eq!(design(BEFORE, AFTER).as_deref(), Some(ALIGNED));
        assert_eq!(design(&BEFORE.replace(" = ", "="), AFTER), None);
        assert_eq!(design(BEFORE, BEFORE), None);
        assert_eq!(design("service {\n", AFTER), None, "what cannot be read has no form");
        let dos = |text: &str| text.replace('\n', "\r\n");
        assert_eq!(design(&dos(BEFORE), &dos(AFTER)), Some(dos(ALIGNED)));
    }

    #[test]
    fn blocks_of_a_page_keep_their_margins() {
        for (margin, empty) in [("", ""), ("> ", ">"), ("  ", ""), ("> ", "> ")] {
            for end in ["\n", "\r\n"] {
                let page_of = |block: &str| -> Arc<str> {
                    let block = format!("client c\n\n```arch\nservice b\n\n{block}\nservice d\n```\nx\n");
                    let lines = block.lines().map(|line| match line {
                        "" => format!("{empty}{end}"),
                        line => format!("{margin}{line}{end}"),
                    });
                    lines.collect::<String>().into()
                };
                // what is indented stands in a list
                let head = if margin == "  " { format!("- x{end}{end}") } else { String::new() };
                let page_of = |block: &str| -> Arc<str> { format!("{head}{}", page_of(block)).into() };
                let tidy = page("x.md", &page_of(BEFORE), &page_of(AFTER));
                assert_eq!(tidy.as_deref(), Some(&*page_of(ALIGNED)), "{margin:?} {end:?}");
            }
        }
    }
}
