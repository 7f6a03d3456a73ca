//! The files that an editor has open, checked as they stand there rather than on disk.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::compilation::Session;
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::source::{Document, LoadError, Loader, Sources, Span};

/// Open files by path. Each is checked as a design of its own, with its imports.
#[derive(Debug, Default)]
pub struct Workspace {
    open: BTreeMap<String, Arc<str>>,
    sessions: BTreeMap<String, Session>,
}

/// What is to be told about one file.
#[derive(Debug)]
pub struct FileDiagnostics {
    /// The sources that the findings point into.
    pub sources: Sources,
    /// The findings in this file.
    pub diagnostics: Vec<Diagnostic>,
}

impl Workspace {
    /// The file is open with this text, whatever it was before.
    pub fn set(&mut self, path: &str, text: Arc<str>) {
        self.open.insert(path.to_owned(), text);
    }

    /// The file is closed: what is on disk counts again.
    pub fn close(&mut self, path: &str) {
        self.open.remove(path);
        self.sessions.remove(path);
    }

    /// Checks every open file. The answer has a row for each file that is open or has a finding; a finding that several
    /// designs share is told once.
    pub fn check(&mut self, disk: &dyn Loader, config: &Config) -> BTreeMap<String, FileDiagnostics> {
        let overlay = Overlay { open: &self.open, disk };
        let mut told: BTreeMap<String, FileDiagnostics> = BTreeMap::new();
        for (path, text) in &self.open {
            let session = self.sessions.entry(path.clone()).or_default();
            let document = Document::new(path.as_str(), Arc::clone(text));
            let compilation = session.check(document, &overlay, config);
            let own = FileDiagnostics { sources: compilation.sources.clone(), diagnostics: Vec::new() };
            told.entry(path.clone()).or_insert(own);
            for diagnostic in &compilation.diagnostics {
                let file = compilation.sources.path(diagnostic.span).to_owned();
                let row = told.entry(file).or_insert_with(|| FileDiagnostics {
                    sources: compilation.sources.clone(),
                    diagnostics: Vec::new(),
                });
                row.add(&compilation.sources, diagnostic);
            }
        }
        told
    }
}

impl FileDiagnostics {
    /// Adds a finding of another compilation unless the same was told; its spans then point into that one's sources.
    fn add(&mut self, sources: &Sources, diagnostic: &Diagnostic) {
        let place = |sources: &Sources, span: Span| (sources.position(span), sources.position(span.at_end()));
        let same = |known: &Diagnostic| {
            known.code == diagnostic.code
                && known.message == diagnostic.message
                && place(&self.sources, known.span) == place(sources, diagnostic.span)
        };
        if !self.diagnostics.iter().any(same) {
            let moved = self.moved(sources, diagnostic.clone());
            self.diagnostics.push(moved);
        }
    }

    /// The finding with its spans in this row's sources, to which the documents that it needs are added.
    fn moved(&mut self, from: &Sources, mut diagnostic: Diagnostic) -> Diagnostic {
        let mut span = |span: &mut Span| {
            let Some(document) = from.get(span.file) else { return };
            let known = self
                .sources
                .iter()
                .find(|(_, known)| known.path() == document.path() && known.text() == document.text());
            span.file = match known.map(|(id, _)| id) {
                Some(id) => id,
                None => self.sources.add(Arc::clone(document)),
            };
        };
        span(&mut diagnostic.span);
        diagnostic.related.iter_mut().for_each(|remark| span(&mut remark.span));
        diagnostic.witness.iter_mut().for_each(|remark| span(&mut remark.span));
        if let Some(fix) = &mut diagnostic.fix {
            fix.edits.iter_mut().for_each(|edit| span(&mut edit.span));
        }
        diagnostic
    }
}

/// Open files before those on disk.
struct Overlay<'a> {
    open: &'a BTreeMap<String, Arc<str>>,
    disk: &'a dyn Loader,
}

impl Loader for Overlay<'_> {
    fn resolve(&self, from: &str, import: &str) -> Result<String, LoadError> {
        self.disk.resolve(from, import)
    }

    fn read(&self, path: &str) -> Result<Arc<str>, LoadError> {
        match self.open.get(path) {
            Some(text) => Ok(Arc::clone(text)),
            None => self.disk.read(path),
        }
    }
}
