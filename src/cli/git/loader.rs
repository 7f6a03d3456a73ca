//! The loader over a revision: imports stay inside its tree.

use std::sync::Arc;

use super::Revision;
use crate::cli::loader::normal_form;
use crate::source::{LoadError, Loader};

/// A loader over a revision. Paths are seen from the top of its working tree.
pub(in crate::cli) struct RevisionLoader<'r> {
    revision: &'r Revision,
    /// The folder below which imports stay; empty for the top.
    root: String,
}

impl<'r> RevisionLoader<'r> {
    /// For a design at that path: its imports stay below the nearest folder that holds an `archc.toml`, else below the top.
    pub(in crate::cli) fn for_design(revision: &'r Revision, path: &str) -> Self {
        let mut folder = path;
        while let Some((above, _)) = folder.rsplit_once('/') {
            if revision.has(&format!("{above}/archc.toml")) {
                return Self { revision, root: format!("{above}/") };
            }
            folder = above;
        }
        Self { revision, root: String::new() }
    }
}

impl Loader for RevisionLoader<'_> {
    fn resolve(&self, from: &str, import: &str) -> Result<String, LoadError> {
        let import = import.replace('\\', "/");
        if import.starts_with('/') || import.as_bytes().get(1) == Some(&b':') {
            return Err(LoadError::OutsideRoot);
        }
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = normal_form(&format!("{folder}/{import}"), false);
        if path == ".." || path.starts_with("../") || !path.starts_with(&self.root) {
            return Err(LoadError::OutsideRoot);
        }
        Ok(path)
    }

    fn read(&self, path: &str) -> Result<Arc<str>, LoadError> {
        self.revision.read(path).map(Arc::from)
    }
}
