//! The protocol's types as ours.

use std::str::FromStr as _;

use archc::source::{Document, Utf16Position};
use tower_lsp::ls_types::{Position, TextDocumentContentChangeEvent, Uri};

/// The path of a document; the URI itself where it names no file.
pub(crate) fn path(uri: &str) -> String {
    let parsed = Uri::from_str(uri).ok();
    let path = parsed.as_ref().filter(|uri| uri.scheme().as_str() == "file").and_then(Uri::to_file_path);
    path.map_or_else(|| uri.to_owned(), |path| path.to_string_lossy().into_owned())
}

/// A position in UTF-16, as the protocol counts by default.
fn position(position: Position) -> Utf16Position {
    Utf16Position { line: position.line, character: position.character }
}

/// Applies a change of the client to a text. One that reaches past the end is cut to it.
pub(crate) fn apply(text: &mut String, change: TextDocumentContentChangeEvent) {
    let Some(range) = change.range else {
        *text = change.text;
        return;
    };
    let document = Document::new("", text.as_str());
    let start = document.offset_of_utf16(position(range.start));
    let end = document.offset_of_utf16(position(range.end)).max(start);
    text.replace_range(start..end, &change.text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use tower_lsp::ls_types::Range;

    fn edit(text: &str, start: (u32, u32), end: (u32, u32), new: &str) -> String {
        let mut text = text.to_owned();
        let range = Range::new(Position::new(start.0, start.1), Position::new(end.0, end.1));
        apply(
            &mut text,
            TextDocumentContentChangeEvent { range: Some(range), range_length: None, text: new.into() },
        );
        text
    }

    #[test]
    fn edits_among_emoji_cjk_and_crlf() {
        assert_eq!(edit("a😀b\r\n漢字\r\n", (0, 3), (0, 4), "X"), "a😀X\r\n漢字\r\n");
        assert_eq!(edit("a😀b\r\n漢字\r\n", (1, 1), (1, 2), ""), "a😀b\r\n漢\r\n");
        assert_eq!(edit("a", (7, 0), (9, 9), "b"), "ab");
        assert_eq!(edit("ab\ncd", (0, 99), (1, 0), "-"), "ab-cd");
    }
}
