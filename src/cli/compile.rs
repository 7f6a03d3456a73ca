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
    let documents: Vec<(Arc<Document>, bool)> = files.iter().flat_map(documents).collect();
    let from_folders: Vec<Arc<Document>> = documents
        .iter()
        .filter(|(_, from_folder)| *from_folder)
        .map(|(document, _)| Arc::clone(document))
        .collect();
    let mut roots = from_folders
        .first()
        .map_or_else(Vec::new, |first| Session::default().roots(&from_folders, &*loader(first.path())));
    roots.reverse();
    let mut met = 0;
    let mut compilations = Vec::new();
    for (document, from_folder) in documents {
        if from_folder {
            let is_root = roots.pop_if(|root| *root == met).is_some();
            met += 1;
            if !is_root {
                continue;
            }
        }
        let (loader, config) = (loader(document.path()), config(document.path()));
        compilations.push(check(document, &*loader, &config));
    }
    compilations
}

/// The documents of a file, each with whether it was met in a folder.
fn documents(file: &File) -> Vec<(Arc<Document>, bool)> {
    let ending = Path::new(&file.path).extension().and_then(|ending| ending.to_str());
    let documents = match ending {
        Some("md" | "markdown") => arch_blocks(&file.path, &file.text),
        _ => vec![Document::new(file.path.as_str(), Arc::clone(&file.text))],
    };
    documents.into_iter().map(|document| (Arc::new(document), file.from_folder)).collect()
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
