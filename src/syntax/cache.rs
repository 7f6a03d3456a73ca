//! Parses of top-level statements by their text, so that an edit costs one statement. Knows no grammar.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::ast::{Leading, Stmt};
use crate::diagnostic::Diagnostic;
use crate::source::FileId;

/// What the last parse of a document found, statement by statement. One for each document; an empty one is always right.
#[derive(Debug, Default)]
pub struct Cache {
    slices: FxHashMap<Arc<str>, Arc<Parsed>>,
    /// The large slices by where they start.
    large: FxHashMap<u32, Arc<str>>,
}

/// Slices from so many bytes on are worth looking at what changed in them.
const LARGE: usize = 500;

/// A slice of the text and what became of it.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    pub file: FileId,
    pub start: u32,
    /// What pest read: it depends on the surroundings too.
    pub mask: Box<str>,
    pub items: Vec<Arc<Stmt>>,
    /// What stands behind the last statement and belongs to the one of the next slice.
    pub dangling: Vec<Leading>,
    pub mistakes: Vec<Diagnostic>,
    /// How much of the document's room it takes.
    pub taken: usize,
}

impl Cache {
    /// How many slices it holds.
    pub fn len(&self) -> usize {
        self.slices.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.slices.is_empty()
    }

    pub(super) fn take(&mut self, text: &str) -> Option<(Arc<str>, Arc<Parsed>)> {
        self.slices.remove_entry(text)
    }

    /// The large slice that started there.
    pub(super) fn take_at(&mut self, start: u32) -> Option<(Arc<str>, Arc<Parsed>)> {
        let text = self.large.remove(&start)?;
        self.take(&text)
    }

    pub(super) fn get(&self, text: &str) -> Option<&Arc<Parsed>> {
        self.slices.get(text)
    }

    pub(super) fn put(&mut self, text: Arc<str>, parsed: Arc<Parsed>) {
        if text.len() >= LARGE {
            self.large.insert(parsed.start, Arc::clone(&text));
        }
        self.slices.insert(text, parsed);
    }
}
