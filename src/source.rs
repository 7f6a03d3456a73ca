//! Files as texts with positions: documents, spans, lines and columns. Knows nothing of the language, reads nothing itself.
//!
//! A *document* is a text that the compiler reads: an `.arch` file, an editor's buffer, or one fenced block of a Markdown
//! file. Spans are byte offsets into a document; a document knows how they map to the file that a person sees.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Texts longer than this many bytes are refused (16 MiB).
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The number of a document within [`Sources`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(pub u32);

/// A range of bytes of one document, end exclusive.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    /// The document.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `file`.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        Self { file, start: start as u32, end: end.max(start) as u32 }
    }

    /// From the start of `self` to the end of `other`, which lies in the same document.
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty range at the start.
    pub fn at_start(self) -> Span {
        Span { end: self.start, ..self }
    }

    /// The empty range at the end.
    pub fn at_end(self) -> Span {
        Span { start: self.end, ..self }
    }

    /// Whether `other` lies within this range of the same document.
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// Whether the offset lies within or at an end of the range.
    pub fn touches(self, offset: usize) -> bool {
        (self.start as usize) <= offset && offset <= self.end as usize
    }

    /// As a range of byte offsets.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the range holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// A place as people count: line and column from 1, columns in Unicode scalar values.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in Unicode scalar values.
    pub column: u32,
}

/// A place as the Language Server Protocol counts: line and UTF-16 column from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Utf16Position {
    /// Line, from 0.
    pub line: u32,
    /// Column, from 0, in UTF-16 code units.
    pub character: u32,
}

/// Where the lines of a text start. LF, CRLF and a lone CR end a line.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Reads the line starts of `text`.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (i, byte) in bytes.iter().enumerate() {
            let lone_cr = *byte == b'\r' && bytes.get(i + 1) != Some(&b'\n');
            if *byte == b'\n' || lone_cr {
                starts.push(i as u32 + 1);
            }
        }
        Self { starts }
    }

    /// The line, from 0, that holds the offset.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start as usize <= offset).saturating_sub(1)
    }

    /// The offset at which a line, from 0, starts; `None` past the last line.
    pub fn start(&self, line: usize) -> Option<usize> {
        self.starts.get(line).map(|start| *start as usize)
    }

    /// How many lines there are.
    pub fn count(&self) -> usize {
        self.starts.len()
    }
}

/// A text that the compiler reads, and how it maps to the file that a person sees.
#[derive(Debug)]
pub struct Document {
    path: Arc<str>,
    text: Arc<str>,
    /// For a block inside another file: that file's text and where the document's pieces lie in it.
    host: Option<Host>,
    lines: OnceLock<LineIndex>,
    columns: OnceLock<ColumnIndex>,
}

/// How many characters stand before each block of bytes, so that a column in a line of megabytes costs a block.
#[derive(Debug)]
struct ColumnIndex {
    /// (Unicode scalar values, UTF-16 code units) before each block.
    before: Vec<(u32, u32)>,
}

/// Bytes of a block of the [`ColumnIndex`].
const BLOCK: usize = 1024;

impl ColumnIndex {
    fn new(text: &str) -> Self {
        let mut sum = (0, 0);
        let before = text.as_bytes().chunks(BLOCK).map(|block| {
            let here = sum;
            let (scalars, units) = characters(block);
            sum = (sum.0 + scalars, sum.1 + units);
            here
        });
        Self { before: before.collect() }
    }

    /// The characters before an offset.
    fn before(&self, text: &str, offset: usize) -> (u32, u32) {
        let block = offset / BLOCK;
        let (scalars, units) = self.before.get(block).copied().unwrap_or_else(|| {
            let all = characters(text.as_bytes().get(..block * BLOCK).unwrap_or(text.as_bytes()));
            (all.0, all.1)
        });
        let rest = characters(text.as_bytes().get(block * BLOCK..offset).unwrap_or(&[]));
        (scalars + rest.0, units + rest.1)
    }
}

/// The characters that begin in these bytes of UTF-8: as Unicode scalar values and as UTF-16 code units.
fn characters(bytes: &[u8]) -> (u32, u32) {
    let scalars = bytes.iter().filter(|byte| (**byte as i8) >= -0x40).count() as u32;
    let pairs = bytes.iter().filter(|byte| **byte >= 0xF0).count() as u32;
    (scalars, scalars + pairs)
}

#[derive(Debug)]
struct Host {
    text: Arc<str>,
    /// (offset in the document, offset in the host), ascending.
    segments: Vec<(u32, u32)>,
}

impl Document {
    /// A whole file.
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
            host: None,
            lines: OnceLock::new(),
            columns: OnceLock::new(),
        }
    }

    /// A document whose text stands in pieces inside `host`, such as a fenced block of Markdown.
    /// `segments` holds (offset in `text`, offset in `host`), ascending, the first at offset 0.
    pub fn embedded(
        path: impl Into<Arc<str>>,
        text: impl Into<Arc<str>>,
        host: impl Into<Arc<str>>,
        segments: Vec<(u32, u32)>,
    ) -> Self {
        let host = Host { text: host.into(), segments };
        Self {
            path: path.into(),
            text: text.into(),
            host: Some(host),
            lines: OnceLock::new(),
            columns: OnceLock::new(),
        }
    }

    /// The path as the user named it, with `/` between its parts.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The text that is compiled.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text that is compiled, to be kept.
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The text of the file that a person sees.
    pub fn file_text(&self) -> &str {
        self.host.as_ref().map_or(&self.text, |host| &host.text)
    }

    /// Whether the document is a part of another file.
    pub fn is_embedded(&self) -> bool {
        self.host.is_some()
    }

    /// The offset in the file for an offset in the document.
    pub fn file_offset(&self, offset: usize) -> usize {
        let Some(host) = &self.host else { return offset };
        let i = host.segments.partition_point(|(doc, _)| *doc as usize <= offset);
        match host.segments.get(i.saturating_sub(1)) {
            Some((doc, at)) => (*at as usize + offset - *doc as usize).min(host.text.len()),
            None => offset,
        }
    }

    /// The offset in the document for an offset in the file; `None` outside it. What lies between two pieces, such as the
    /// `> ` of a quote, means the start of the next one.
    pub fn document_offset(&self, offset: usize) -> Option<usize> {
        let Some(host) = &self.host else { return (offset <= self.text.len()).then_some(offset) };
        let i = host.segments.partition_point(|(_, at)| *at as usize <= offset);
        let (start, at) = *host.segments.get(i.checked_sub(1)?)?;
        let inside = start as usize + offset - at as usize;
        let next = host.segments.get(i).map(|(next, _)| *next as usize);
        match next {
            Some(next) => Some(inside.min(next)),
            None => (inside <= self.text.len()).then_some(inside),
        }
    }

    /// Lines of the file that a person sees.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.file_text()))
    }

    /// Line and column in the file for an offset in the document.
    pub fn position(&self, offset: usize) -> Position {
        let (line, (column, _)) = self.line_and_column(offset);
        Position { line: line + 1, column: column + 1 }
    }

    /// Line and UTF-16 column in the file for an offset in the document.
    pub fn utf16_position(&self, offset: usize) -> Utf16Position {
        let (line, (_, character)) = self.line_and_column(offset);
        Utf16Position { line, character }
    }

    /// The line, from 0, and the characters before the offset in it.
    fn line_and_column(&self, offset: usize) -> (u32, (u32, u32)) {
        let text = self.file_text();
        let offset = self.file_offset(offset).min(text.len());
        let line = self.lines().line(offset);
        let start = self.lines().start(line).unwrap_or(0);
        let before = if offset - start <= BLOCK {
            characters(text.as_bytes().get(start..offset).unwrap_or(&[]))
        } else {
            let index = self.columns.get_or_init(|| ColumnIndex::new(text));
            let (left, here) = (index.before(text, start), index.before(text, offset));
            (here.0 - left.0, here.1 - left.1)
        };
        (line as u32, before)
    }

    /// The offset in the file for a UTF-16 position; a column past the end of its line means the end.
    pub fn offset_of_utf16(&self, position: Utf16Position) -> usize {
        let text = self.file_text();
        let Some(start) = self.lines().start(position.line as usize) else { return text.len() };
        let mut units = 0;
        for (i, c) in text.get(start..).unwrap_or("").char_indices() {
            if units >= position.character || c == '\n' || c == '\r' {
                return start + i;
            }
            units += c.len_utf16() as u32;
        }
        text.len()
    }

    /// The text under a span.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }
}

/// The documents of one compilation, in the order in which they were read.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    documents: Vec<Arc<Document>>,
    by_path: BTreeMap<Arc<str>, FileId>,
}

impl Sources {
    /// Adds a document and gives its number. Embedded documents may share a path.
    pub fn add(&mut self, document: impl Into<Arc<Document>>) -> FileId {
        let document = document.into();
        let id = FileId(self.documents.len() as u32);
        if !document.is_embedded() {
            self.by_path.insert(Arc::clone(&document.path), id);
        }
        self.documents.push(document);
        id
    }

    /// The document of a number that this collection gave.
    pub fn get(&self, id: FileId) -> Option<&Arc<Document>> {
        self.documents.get(id.0 as usize)
    }

    /// The document of that path, if it was read.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// All documents with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Arc<Document>)> {
        self.documents.iter().enumerate().map(|(i, document)| (FileId(i as u32), document))
    }

    /// The text under a span.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file).map_or("", |document| document.slice(span))
    }

    /// Where a span starts.
    pub fn position(&self, span: Span) -> Position {
        let start = Position { line: 1, column: 1 };
        self.get(span.file).map_or(start, |document| document.position(span.start as usize))
    }

    /// The path of the document that holds a span.
    pub fn path(&self, span: Span) -> &str {
        self.get(span.file).map_or("", |document| document.path())
    }
}

/// Why a file could not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LoadError {
    /// There is no such file.
    NotFound,
    /// The path leads out of the workspace root.
    OutsideRoot,
    /// The file is not UTF-8.
    NotUtf8,
    /// The file is longer than [`MAX_BYTES`].
    TooLarge,
    /// The system refused, with its reason.
    Unreadable(String),
}

/// How imported files are found and read; the command line and the language server bring one each.
pub trait Loader {
    /// The path of what `import "…"` in the file `from` names: normal form, `/` between its parts,
    /// equal for equal files. Does not read.
    ///
    /// # Errors
    /// [`LoadError::OutsideRoot`] when the path leads out of the workspace root.
    fn resolve(&self, from: &str, import: &str) -> Result<String, LoadError>;

    /// The text of a path that [`Loader::resolve`] gave.
    ///
    /// # Errors
    /// Any [`LoadError`].
    fn read(&self, path: &str) -> Result<Arc<str>, LoadError>;
}

/// A loader over texts in memory: for tests, standard input and single documents.
#[derive(Clone, Debug, Default)]
pub struct MemoryLoader {
    /// Texts by path.
    pub files: BTreeMap<String, Arc<str>>,
}

impl Loader for MemoryLoader {
    fn resolve(&self, from: &str, import: &str) -> Result<String, LoadError> {
        join_path(from, import).ok_or(LoadError::OutsideRoot)
    }

    fn read(&self, path: &str) -> Result<Arc<str>, LoadError> {
        self.files.get(path).cloned().ok_or(LoadError::NotFound)
    }
}

/// `import` taken relative to the file `from`, both with `/` between their parts, with `.` and `..` taken away;
/// `None` when it is absolute or climbs above where `from` starts.
pub fn join_path(from: &str, import: &str) -> Option<String> {
    let import = import.replace('\\', "/");
    if import.starts_with('/') || import.as_bytes().get(1) == Some(&b':') {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in import.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(last) if *last != ".." && !last.is_empty() => {
                    parts.pop();
                }
                _ => return None,
            },
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_lf_crlf_and_a_lone_cr() {
        let document = Document::new("a.arch", "ä\r\nb\rc\n😀d");
        let at = |needle: &str| document.position(document.text().find(needle).unwrap());
        assert_eq!(at("b"), Position { line: 2, column: 1 });
        assert_eq!(at("c"), Position { line: 3, column: 1 });
        assert_eq!(at("d"), Position { line: 4, column: 2 });
        let d = document.text().find('d').unwrap();
        assert_eq!(document.utf16_position(d), Utf16Position { line: 3, character: 2 });
        assert_eq!(document.offset_of_utf16(Utf16Position { line: 3, character: 2 }), d);
    }

    #[test]
    fn columns_of_a_long_line_count_characters() {
        let line = "é😀x".repeat(2000);
        let document = Document::new("a.arch", format!("first\n{line}"));
        for n in [0, 1, 500, 1999] {
            let at = 6 + n * "é😀x".len() + "é😀".len();
            assert_eq!(document.position(at), Position { line: 2, column: 3 * n as u32 + 3 });
            assert_eq!(document.utf16_position(at), Utf16Position { line: 1, character: 4 * n as u32 + 3 });
        }
        let end = document.text().len();
        assert_eq!(document.position(end), Position { line: 2, column: 6001 });
    }

    #[test]
    fn an_embedded_document_points_into_its_host() {
        let host = "# T\n```arch\nclient a\n```\n";
        let at = host.find("client").unwrap();
        let document = Document::embedded("x.md", "client a\n", host, vec![(0, at as u32)]);
        assert_eq!(document.position(7), Position { line: 3, column: 8 });
    }

    #[test]
    fn imports_never_climb_above_their_root() {
        assert_eq!(join_path("a/b.arch", "../c.arch").as_deref(), Some("c.arch"));
        assert_eq!(join_path("a/b.arch", "./d/./e.arch").as_deref(), Some("a/d/e.arch"));
        assert_eq!(join_path("a/b.arch", "../../c.arch"), None);
        assert_eq!(join_path("a.arch", "/etc/passwd"), None);
        assert_eq!(join_path("a.arch", "C:\\x"), None);
    }
}
