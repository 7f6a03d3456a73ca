//! From files to compilations.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use super::Exit;
use super::documents::File;
use super::loader::FileLoader;
use super::output::Output;
use super::settings::Configs;
use crate::compilation::{Compilation, Session, check};
use crate::config::Config;
use crate::diagnostic::Severity;
use crate::emit::{self, Findings};
use crate::markdown::arch_blocks;
use crate::source::{Document, Loader};

/// Compiles each file that is a root: one that was named, or that no other file of its folder imports. A Markdown file is
/// as many documents as it has `arch` blocks.
pub(super) fn all(files: &[File], configs: &Configs) -> Vec<Compilation> {
    let loader = |path: &str| -> Box<dyn Loader> { Box::new(FileLoader::for_design(Path::new(path))) };
    each(files, &loader, &|path| Cow::Borrowed(configs.of(path)))
}

/// The same with loaders and configurations of one's own, each for the design at a path.
pub(super) fn each<'l>(
    files: &[File],
    loader: &dyn Fn(&str) -> Box<dyn Loader + 'l>,
    config: &dyn Fn(&str) -> Cow<'l, Config>,
) -> Vec<Compilation> {
    let compile = |root: Root| {
        let (loader, config) = (loader(root.document.path()), config(root.document.path()));
        check(root.document, &*loader, &config)
    };
    roots(files, loader).into_iter().map(compile).collect()
}

/// The first document of a design.
pub(super) struct Root {
    /// The position of its file.
    pub(super) file: usize,
    /// Which block of Markdown it is; 0 for a file of its own.
    pub(super) block: usize,
    pub(super) document: Arc<Document>,
}

/// The documents that are compiled as designs.
pub(super) fn roots<'l>(files: &[File], loader: &dyn Fn(&str) -> Box<dyn Loader + 'l>) -> Vec<Root> {
    let mut all: Vec<(Root, bool)> = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let blocks = documents(&file.path, &file.text).into_iter().enumerate();
        all.extend(blocks.map(|(block, document)| (Root { file: at, block, document }, file.from_folder)));
    }
    let from_folders: Vec<Arc<Document>> = all
        .iter()
        .filter(|(_, from_folder)| *from_folder)
        .map(|(root, _)| Arc::clone(&root.document))
        .collect();
    let mut roots = from_folders
        .first()
        .map_or_else(Vec::new, |first| Session::default().roots(&from_folders, &*loader(first.path())));
    roots.reverse();
    let mut met = 0;
    all.retain(|(_, from_folder)| {
        met += usize::from(*from_folder);
        !from_folder || roots.pop_if(|root| *root + 1 == met).is_some()
    });
    all.into_iter().map(|(root, _)| root).collect()
}

/// The documents of a file: itself, or the `arch` blocks of a Markdown file.
pub(super) fn documents(path: &str, text: &Arc<str>) -> Vec<Arc<Document>> {
    let ending = Path::new(path).extension().and_then(|ending| ending.to_str());
    let documents = match ending {
        Some("md" | "markdown") => arch_blocks(path, text),
        _ => vec![Document::new(path, Arc::clone(text))],
    };
    documents.into_iter().map(Arc::new).collect()
}

/// Compiles the one design that a command works on. Its mistakes and, unless quiet, nothing else go to standard error.
pub(super) fn one(file: &File, config: &Config, output: &Output) -> (Compilation, Exit) {
    let loader = FileLoader::for_design(Path::new(&file.path));
    let document = Document::new(file.path.as_str(), Arc::clone(&file.text));
    let compilation = check(document, &loader, config);
    let mistakes: Vec<_> = compilation
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.is_mistake() && diagnostic.severity == Severity::Error)
        .cloned()
        .collect();
    output.say(&emit::concise(Findings { sources: &compilation.sources, diagnostics: &mistakes }));
    (compilation, Exit::found_if(!mistakes.is_empty()))
}
