//! What is known at one moment: the open files as they are, and the designs as they were last checked. Immutable.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::File;
use crate::compilation::Compilation;
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::source::{Document, FileId, Position, Span};

/// What a feature is asked about.
#[derive(Clone, Debug)]
pub struct Snapshot {
    generation: u64,
    open: Arc<BTreeMap<Arc<str>, Arc<File>>>,
    analysis: Arc<Analysis>,
}

/// All designs of a workspace, checked.
#[derive(Debug, Default)]
pub struct Analysis {
    /// Of which state of the texts it is; see [`Snapshot::generation`].
    pub generation: u64,
    /// The designs, by the paths of their roots.
    pub designs: Vec<Arc<Design>>,
    /// What is wrong in the configurations, by path.
    pub wrong: BTreeMap<Arc<str>, Vec<WrongSetting>>,
    /// Every file that is a part of a design, or a configuration.
    pub(super) files: BTreeMap<Arc<str>, Arc<File>>,
    /// For each path the designs that hold it, and its number in them.
    pub(super) holders: BTreeMap<Arc<str>, Vec<(usize, FileId)>>,
}

/// A mistake in an `archc.toml`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WrongSetting {
    /// Where, in bytes of the file.
    pub range: Range<usize>,
    /// What is wrong, and what to do.
    pub message: String,
}

/// A root with its imports, checked.
#[derive(Debug)]
pub struct Design {
    /// The root's document: a file, or one block of a Markdown file.
    pub root: Arc<Document>,
    /// What was found.
    pub compilation: Arc<Compilation>,
    /// The configuration that it was checked with.
    pub config: Arc<Config>,
    /// The numbers of the findings in each file.
    pub(super) rows: BTreeMap<Arc<str>, Vec<usize>>,
}

/// A range of bytes of a file.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    /// The file.
    pub path: Arc<str>,
    /// The bytes; of the whole file, also in Markdown.
    pub range: Range<usize>,
}

/// A position in a design.
#[derive(Clone, Copy, Debug)]
pub struct Held<'s> {
    /// The design.
    pub design: &'s Arc<Design>,
    /// The document in it.
    pub file: FileId,
    /// The offset in the document.
    pub offset: usize,
}

/// A finding, with the design whose sources its spans point into.
#[derive(Clone, Copy, Debug)]
pub struct Told<'s> {
    /// The design.
    pub design: &'s Arc<Design>,
    /// The finding.
    pub diagnostic: &'s Diagnostic,
}

impl Snapshot {
    /// The open files at a `generation` (a count of the changes to texts), and the last analysis.
    pub fn new(generation: u64, open: Arc<BTreeMap<Arc<str>, Arc<File>>>, analysis: Arc<Analysis>) -> Self {
        Self { generation, open, analysis }
    }

    /// How many changes of texts came before it.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Whether the analysis is that of the current texts.
    pub fn is_fresh(&self) -> bool {
        self.analysis.generation >= self.generation
    }

    /// A file as it is now: an open one, or a closed one that a design holds.
    pub fn file(&self, path: &str) -> Option<&Arc<File>> {
        self.open.get(path).or_else(|| self.analysis.files.get(path))
    }

    /// The open files, by path.
    pub fn open(&self) -> impl Iterator<Item = &Arc<File>> {
        self.open.values()
    }

    /// The last analysis.
    pub fn analysis(&self) -> &Arc<Analysis> {
        &self.analysis
    }

    /// The designs of the last analysis.
    pub fn designs(&self) -> &[Arc<Design>] {
        &self.analysis.designs
    }

    /// The designs that hold a position of a file, the one of which it is the root first. Only where the snapshot is fresh
    /// do the offsets mean the current text.
    pub fn holding(&self, path: &str, offset: usize) -> Vec<Held<'_>> {
        let mut held: Vec<Held<'_>> = self.analysis.holding(path, offset).collect();
        held.sort_by_key(|held| held.file);
        held
    }

    /// What was found in a file, each finding once, though several designs have it.
    pub fn told(&self, path: &str) -> Vec<Told<'_>> {
        self.analysis.told(path)
    }
}

impl Analysis {
    fn holding(&self, path: &str, offset: usize) -> impl Iterator<Item = Held<'_>> {
        let holders = self.holders.get(path).map_or(&[][..], Vec::as_slice);
        holders.iter().filter_map(move |(design, file)| {
            let design = self.designs.get(*design)?;
            let offset = design.compilation.sources.get(*file)?.document_offset(offset)?;
            Some(Held { design, file: *file, offset })
        })
    }

    /// The paths of all files that designs hold, and of those with something wrong.
    pub fn paths(&self) -> impl Iterator<Item = &Arc<str>> {
        self.files.keys()
    }

    /// The designs that hold a file.
    pub fn designs_with(&self, path: &str) -> impl Iterator<Item = &Arc<Design>> {
        let holders = self.holders.get(path).map_or(&[][..], Vec::as_slice);
        holders.iter().filter_map(|(design, _)| self.designs.get(*design))
    }

    /// Whether anything was found in a file.
    pub fn has_findings(&self, path: &str) -> bool {
        self.wrong.contains_key(path) || self.designs_with(path).any(|design| design.rows.contains_key(path))
    }

    /// A file as it was checked.
    pub fn file(&self, path: &str) -> Option<&Arc<File>> {
        self.files.get(path)
    }

    /// What was found in a file, each finding once, though several designs have it.
    pub fn told(&self, path: &str) -> Vec<Told<'_>> {
        let holders = self.holders.get(path).map_or(&[][..], Vec::as_slice);
        let designs = holders.iter().filter_map(|(design, _)| self.designs.get(*design));
        let told = designs.flat_map(|design| {
            let rows = design.rows.get(path).map_or(&[][..], Vec::as_slice);
            rows.iter()
                .filter_map(|row| design.compilation.diagnostics.get(*row))
                .map(move |diagnostic| Told { design, diagnostic })
        });
        if holders.len() < 2 {
            return told.collect();
        }
        let mut seen: BTreeSet<(&str, &str, Position, Position)> = BTreeSet::new();
        told.filter(|told| {
            let (sources, span) = (&told.design.compilation.sources, told.diagnostic.span);
            let (start, end) = (sources.position(span), sources.position(span.at_end()));
            seen.insert((told.diagnostic.code, &told.diagnostic.message, start, end))
        })
        .collect()
    }
}

impl Design {
    pub(super) fn new(root: Arc<Document>, compilation: Compilation, config: Arc<Config>) -> Self {
        let mut rows: BTreeMap<Arc<str>, Vec<usize>> = BTreeMap::new();
        for (row, diagnostic) in compilation.diagnostics.iter().enumerate() {
            let path = compilation.sources.path(diagnostic.span);
            match rows.get_mut(path) {
                Some(rows) => rows.push(row),
                None => _ = rows.insert(path.into(), vec![row]),
            }
        }
        Self { root, compilation: Arc::new(compilation), config, rows }
    }

    /// The path of its root.
    pub fn path(&self) -> &str {
        self.root.path()
    }

    /// Where a span of the compilation lies.
    pub fn place(&self, span: Span) -> Option<Place> {
        let document = self.compilation.sources.get(span.file)?;
        let start = document.file_offset(span.start as usize);
        let end = document.file_offset(span.end as usize).max(start);
        Some(Place { path: document.path().into(), range: start..end })
    }
}

impl Place {
    /// The bytes `start..end` of a file.
    pub fn new(path: impl Into<Arc<str>>, range: Range<usize>) -> Self {
        Self { path: path.into(), range }
    }
}
