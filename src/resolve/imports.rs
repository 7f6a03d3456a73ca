//! Imports: the files of a design from its root on, each read once, breadth first. Reads only through a [`Loader`].

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::File;
use super::mistakes::{
    IMPORT_NOT_FOUND, IMPORT_NOT_UTF8, IMPORT_OUTSIDE_ROOT, IMPORT_TOO_LARGE, IMPORT_UNREADABLE,
};
use crate::diagnostic::Diagnostic;
use crate::source::{Document, FileId, LoadError, Loader, MAX_BYTES, Sources};
use crate::syntax::ast::{Import, StmtKind, Tree};

/// A design has at most so many files.
const FILES: usize = 2_000;
/// After so many that lead nowhere no import is followed.
const MISTAKES: usize = 20_000;

/// How a text becomes a tree; a cache of earlier parses lies behind it.
pub type Parse<'p> = dyn FnMut(FileId, &Document) -> Arc<Tree> + 'p;

/// The files of a design.
#[derive(Debug, Default)]
pub struct Files {
    /// All documents.
    pub sources: Sources,
    /// The trees, the root first, then breadth first.
    pub files: Vec<File>,
    /// Imports that lead nowhere, in the order of their places.
    pub mistakes: Vec<Diagnostic>,
}

/// Reads a design from its root on.
pub fn load(root: Arc<Document>, loader: &dyn Loader, parse: &mut Parse<'_>) -> Files {
    let mut loading = Loading { loader, parse, found: Files::default(), numbers: FxHashMap::default() };
    loading.numbers.insert(root.path().to_owned(), Ok(0));
    let mut queue = VecDeque::from([loading.add(root)]);
    while let Some(number) = queue.pop_front() {
        loading.follow(number, &mut queue);
    }
    loading.found.mistakes.sort_by(|one, other| one.sort_key().cmp(&other.sort_key()));
    loading.found
}

/// For each file: the files that it imports, directly or not, without itself, the nearest first.
pub(crate) fn reach(files: &[File]) -> Vec<Vec<usize>> {
    let from = |start: usize| {
        let mut seen = vec![false; files.len()];
        let mut queue = VecDeque::from([start]);
        let mut order = Vec::new();
        while let Some(number) = queue.pop_front() {
            for next in files.get(number).map_or(&[][..], |file| &file.imports) {
                if *next != start && seen.get_mut(*next).is_some_and(|seen| !std::mem::replace(seen, true)) {
                    order.push(*next);
                    queue.push_back(*next);
                }
            }
        }
        order
    };
    (0..files.len()).map(from).collect()
}

struct Loading<'l, 'p> {
    loader: &'l dyn Loader,
    parse: &'l mut Parse<'p>,
    found: Files,
    /// What became of each path.
    numbers: FxHashMap<String, Result<usize, LoadError>>,
}

impl Loading<'_, '_> {
    fn add(&mut self, document: Arc<Document>) -> usize {
        let file = self.found.sources.add(Arc::clone(&document));
        let tree = (self.parse)(file, &document);
        self.found.files.push(File { tree, imports: Vec::new() });
        self.found.files.len() - 1
    }

    fn follow(&mut self, number: usize, queue: &mut VecDeque<usize>) {
        let Some(tree) = self.found.files.get(number).map(|file| Arc::clone(&file.tree)) else { return };
        let path =
            self.found.sources.get(tree.file).map_or(String::new(), |document| document.path().to_owned());
        let mut imports = Vec::new();
        // the loader asks the system for each path, which takes its time
        let mut known: FxHashMap<&str, Result<usize, LoadError>> = FxHashMap::default();
        for stmt in &tree.items {
            let StmtKind::Import(import) = &stmt.kind else { continue };
            if import.path.value.is_empty() || self.found.mistakes.len() >= MISTAKES {
                continue;
            }
            let written = import.path.value.as_str();
            let found = match known.get(written) {
                Some(found) => found.clone(),
                None => {
                    let found = self.find(&path, import, queue);
                    known.insert(written, found.clone());
                    found
                }
            };
            match found {
                Ok(other) if !imports.contains(&other) => imports.push(other),
                Ok(_) => {}
                Err(error) => {
                    let mistake = self.mistake(import, &error);
                    self.found.mistakes.push(mistake);
                }
            }
        }
        if let Some(file) = self.found.files.get_mut(number) {
            file.imports = imports;
        }
    }

    fn find(&mut self, from: &str, import: &Import, queue: &mut VecDeque<usize>) -> Result<usize, LoadError> {
        let path = self.loader.resolve(from, &import.path.value)?;
        if let Some(known) = self.numbers.get(&path) {
            return known.clone();
        }
        if self.found.files.len() >= FILES {
            return Err(LoadError::Unreadable(format!("a design has at most {FILES} files")));
        }
        let found = self.loader.read(&path).and_then(|text| match text.len() {
            0..=MAX_BYTES => Ok(text),
            _ => Err(LoadError::TooLarge),
        });
        let number = found.map(|text| self.add(Arc::new(Document::new(path.as_str(), text))));
        if let Ok(number) = &number {
            queue.push_back(*number);
        }
        self.numbers.insert(path, number.clone());
        number
    }

    fn mistake(&self, import: &Import, error: &LoadError) -> Diagnostic {
        let (path, span) = (&import.path.value, import.path.span);
        match error {
            LoadError::NotFound => {
                let told = IMPORT_NOT_FOUND.at(span, format!("there is no file `{path}`"));
                let help = "the path is taken relative to the file that imports";
                told.with_help(help)
            }
            LoadError::OutsideRoot => IMPORT_OUTSIDE_ROOT
                .at(span, format!("`{path}` leads out of the workspace root"))
                .with_help("import by a relative path that stays inside it"),
            LoadError::NotUtf8 => {
                IMPORT_NOT_UTF8.at(span, format!("`{path}` is not UTF-8")).with_help("save the file as UTF-8")
            }
            LoadError::TooLarge => IMPORT_TOO_LARGE
                .at(span, format!("`{path}` is over {} MiB", MAX_BYTES >> 20))
                .with_help("split the file"),
            LoadError::Unreadable(why) => {
                IMPORT_UNREADABLE.at(span, format!("`{path}` cannot be read: {why}"))
            }
        }
    }
}
