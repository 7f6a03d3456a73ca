//! Lines and columns as a client counts them. Knows no protocol type.

use archc::source::{Document, Utf16Position};
use serde::Serialize;

/// In what a client counts the columns of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Encoding {
    /// UTF-16 code units, which every client can.
    #[default]
    Utf16,
    /// Bytes.
    Utf8,
}

/// A line and a column, both from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub(crate) struct Position {
    /// The line.
    pub(crate) line: u32,
    /// The column.
    pub(crate) character: u32,
}

/// From a position to one behind it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Range {
    /// The first character.
    pub(crate) start: Position,
    /// Behind the last one.
    pub(crate) end: Position,
}

impl Encoding {
    /// The offset of a position in a file. What lies behind the end of a line means its end, what lies inside a character
    /// means behind it.
    pub(crate) fn offset(self, whole: &Document, position: Position) -> usize {
        let Position { line, character } = position;
        match self {
            Self::Utf16 => whole.offset_of_utf16(Utf16Position { line, character }),
            Self::Utf8 => {
                let text = whole.text();
                let Some(start) = whole.lines().start(line as usize) else { return text.len() };
                let rest = text.get(start..).unwrap_or_default();
                let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
                let wanted = start + length.min(character as usize);
                (wanted..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
            }
        }
    }

    /// The position of an offset in a file.
    pub(crate) fn position(self, whole: &Document, offset: usize) -> Position {
        match self {
            Self::Utf16 => {
                let Utf16Position { line, character } = whole.utf16_position(offset);
                Position { line, character }
            }
            Self::Utf8 => {
                let offset = offset.min(whole.text().len());
                let line = whole.lines().line(offset);
                let start = whole.lines().start(line).unwrap_or(0);
                Position { line: line as u32, character: (offset - start) as u32 }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_among_emoji_cjk_and_crlf() {
        let text = "a😀b\r\n漢字\r\n\ré\n";
        let whole = Document::new("a.arch", text);
        let at = |line, character| Position { line, character };
        for encoding in [Encoding::Utf16, Encoding::Utf8] {
            for (offset, _) in text.char_indices() {
                // the two bytes of one line end are one place
                if text[..offset].ends_with('\r') && text[offset..].starts_with('\n') {
                    continue;
                }
                let position = encoding.position(&whole, offset);
                assert_eq!(encoding.offset(&whole, position), offset, "{encoding:?} {position:?}");
            }
            assert_eq!(encoding.offset(&whole, at(99, 0)), text.len());
            assert_eq!(encoding.offset(&whole, at(0, 99)), 6);
        }
        assert_eq!(Encoding::Utf16.position(&whole, 5), at(0, 3));
        assert_eq!(Encoding::Utf8.position(&whole, 5), at(0, 5));
        // inside a character
        assert_eq!(Encoding::Utf16.offset(&whole, at(0, 2)), 5);
        assert_eq!(Encoding::Utf8.offset(&whole, at(0, 2)), 5);
    }
}
