//! The formatter's work as edits of the statements that it changes: of a whole file, of a range, of what was just closed.

use std::ops::Range;

use super::cursor::Cursor;
use super::{FileEdit, Language, Place, Snapshot};
use crate::fix;
use crate::source::FileId;
use crate::syntax;
use crate::syntax::ast::{Stmt, Tree};

/// Blanks for each block around a line, as the formatter writes them.
const INDENT: usize = 2;

/// *now*: the edits that bring the statements of a range, or all of them, into the canonical form. A file with mistakes stays
/// as it is; so does Markdown, which has a form of its own.
pub fn format(snapshot: &Snapshot, path: &str, range: Option<Range<usize>>) -> Vec<FileEdit> {
    let Some(file) = snapshot.file(path).filter(|file| file.language() == Language::Arch) else {
        return Vec::new();
    };
    let [part] = file.parts() else { return Vec::new() };
    let text = file.text();
    let formatted = fix::with_line_ends_of(text, fix::format(part.tree(), text));
    if formatted == text {
        return Vec::new();
    }
    let again = syntax::parse(FileId(0), &formatted);
    let (old, new) = (regions(part.tree(), text), regions(&again, &formatted));
    if old.len() != new.len() {
        return match range {
            None => vec![FileEdit { place: Place::new(path, 0..text.len()), new_text: formatted }],
            Some(_) => Vec::new(),
        };
    }
    let is_wanted = |region: &Range<usize>| range.as_ref().is_none_or(|range| touches(text, region, range));
    let edit = |(old, new): (Range<usize>, Range<usize>)| {
        let new_text = formatted.get(new)?;
        let differs = text.get(old.clone())? != new_text;
        differs.then(|| FileEdit { place: Place::new(path, old), new_text: new_text.to_owned() })
    };
    old.into_iter().zip(new).filter(|(old, _)| is_wanted(old)).filter_map(edit).collect()
}

/// *now*: the edits right behind a typed character: a closed block is formatted, a new line gets its indentation.
pub fn format_typed(snapshot: &Snapshot, path: &str, offset: usize, typed: char) -> Vec<FileEdit> {
    match typed {
        '}' => format(snapshot, path, Some(offset.saturating_sub(1)..offset)),
        '\n' => indent(snapshot, path, offset).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The text from the end of one top-level statement to the end of the next, for each of them and for what follows the last.
fn regions(tree: &Tree, text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let end = |stmt: &Stmt| stmt.trailing.as_ref().map_or(stmt.span, |comment| comment.span).end as usize;
    let ends = tree.items.iter().map(|stmt| end(stmt)).chain([text.len()]);
    ends.map(|end| std::mem::replace(&mut start, end)..end).collect()
}

/// Whether a range lies in a statement, or in what stands above it.
fn touches(text: &str, region: &Range<usize>, range: &Range<usize>) -> bool {
    let blank = text.get(region.clone()).map_or(0, |region| region.len() - region.trim_start().len());
    region.start + blank < range.end.max(range.start + 1) && range.start < region.end
}

/// The line of the offset with as many blanks before it as there are blocks around it.
fn indent(snapshot: &Snapshot, path: &str, offset: usize) -> Option<FileEdit> {
    let file = snapshot.file(path).filter(|file| file.language() == Language::Arch)?;
    let [part] = file.parts() else { return None };
    let before = file.text().get(..offset)?;
    let start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let line = file.text().get(start..)?;
    let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
    let is_inside = |span: crate::source::Span| (span.start as usize) < start && start < span.end as usize;
    let cursor = Cursor::new(part.tree(), start);
    let depth = cursor.blocks().iter().filter(|(_, block)| is_inside(block.span)).count();
    let closes = usize::from(line.trim_start_matches([' ', '\t']).starts_with('}'));
    let wanted = " ".repeat(INDENT * depth.saturating_sub(closes));
    (line.get(..blanks)? != wanted)
        .then(|| FileEdit { place: Place::new(path, start..start + blanks), new_text: wanted })
}

#[cfg(test)]
mod tests {
    use super::super::{edits::apply, testing};
    use super::*;

    #[test]
    fn edits_of_statements_give_what_the_formatter_gives() {
        let text = "// head\nservice   a {replicas=2}\n\n\n\nservice b  // c\nclient c\nc->a\n// end\n\n";
        let (snapshot, path, _) = testing::at(&format!("$0{text}"));
        let edits = format(&snapshot, path, None);
        let tree = syntax::parse(FileId(0), text);
        assert_eq!(apply(text, &edits), fix::format(&tree, text));
        assert!(edits.iter().all(|edit| !text[edit.place.range.clone()].contains("client c")));
    }

    #[test]
    fn a_range_touches_its_statements_alone() {
        let text = "service  a\n\nservice  b\n\nservice  c\n";
        let (snapshot, path, at) = testing::at("service  a\n\nser$0vice  b\n\nservice  c\n");
        let edits = format(&snapshot, path, Some(at..at));
        assert_eq!(apply(text, &edits), "service  a\n\nservice b\n\nservice  c\n");
        let edits = format_typed(&snapshot, path, at, '}');
        assert_eq!(apply(text, &edits), "service  a\n\nservice b\n\nservice  c\n");
    }

    #[test]
    fn a_text_with_mistakes_stays_as_it_is_and_line_ends_stay_too() {
        let (snapshot, path, _) = testing::at("service   a {$0\n");
        assert_eq!(format(&snapshot, path, None), []);
        let text = "service  a\r\nservice b\r\n";
        let (snapshot, path, _) = testing::at(&format!("$0{text}"));
        assert_eq!(apply(text, &format(&snapshot, path, None)), "service a\r\nservice b\r\n");
    }

    #[test]
    fn a_new_line_is_indented_by_its_blocks() {
        for (text, after) in [
            ("region r {\n  service a {\n$0\n  }\n}\n", "region r {\n  service a {\n    \n  }\n}\n"),
            ("region r {\n  service a {\n    $0}\n}\n", "region r {\n  service a {\n  }\n}\n"),
            ("service a\n  $0\n", "service a\n\n"),
        ] {
            let (snapshot, path, at) = testing::at(text);
            let edits = format_typed(&snapshot, path, at, '\n');
            assert_eq!(apply(&text.replace("$0", ""), &edits), after, "{text:?}");
        }
    }
}
