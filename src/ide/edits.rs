//! Edits of documents, and what they are in the files that people see. Knows no protocol.

use super::{Design, Place};
use crate::diagnostic::Edit;
use crate::fix::Change;
use crate::source::{Document, Span};

/// A replacement in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileEdit {
    /// What is replaced; empty to insert.
    pub place: Place,
    /// The new text.
    pub new_text: String,
}

impl FileEdit {
    /// An edit of a document, in its file.
    pub(super) fn of_document(document: &Document, edit: &Edit) -> Self {
        let change = Change::new(document, edit);
        Self { place: Place::new(change.path, change.range), new_text: change.new_text }
    }

    /// Edits of a design.
    pub(super) fn of_design(design: &Design, edits: &[Edit]) -> Vec<Self> {
        let sources = &design.compilation.sources;
        let edit = |edit: &Edit| {
            let document = sources.get(edit.span.file)?;
            Some(Self::of_document(document, edit))
        };
        edits.iter().filter_map(edit).collect()
    }
}

/// Where a span of a document lies in its file.
pub(super) fn place(document: &Document, span: Span) -> Place {
    let start = document.file_offset(span.start as usize);
    let end = document.file_offset(span.end as usize).max(start);
    Place::new(document.path(), start..end)
}

/// A text with edits that do not overlap.
pub fn apply(text: &str, edits: &[FileEdit]) -> String {
    let mut edits: Vec<&FileEdit> = edits.iter().collect();
    edits.sort_by_key(|edit| (edit.place.range.start, edit.place.range.end));
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for edit in edits {
        let Some(before) = text.get(from..edit.place.range.start) else { continue };
        out.push_str(before);
        out.push_str(&edit.new_text);
        from = edit.place.range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}
