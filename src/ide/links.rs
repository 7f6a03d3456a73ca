//! Which file imports which, and which are therefore designs of their own. Reads files only through what it is given.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::{File, Language};
use crate::resolve::roots::roots;
use crate::source::{LoadError, Loader};

/// Where imports lead. A system takes its time to say where a path leads, so answers are kept until a file comes or goes.
#[derive(Debug, Default)]
pub(super) struct Resolutions(Mutex<BTreeMap<(String, String), Result<String, LoadError>>>);

/// The imports of all files that are reached.
#[derive(Debug, Default)]
pub(super) struct Links {
    imports: BTreeMap<Arc<str>, Imports>,
}

#[derive(Debug)]
struct Imports {
    written: Vec<String>,
    /// Where they lead, whether there is a file or not; outside the root they lead nowhere.
    to: Vec<Arc<str>>,
}

impl Resolutions {
    /// Where an import leads.
    pub(super) fn resolve(&self, disk: &dyn Loader, from: &str, import: &str) -> Result<String, LoadError> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (from.to_owned(), import.to_owned());
        known.entry(key).or_insert_with(|| disk.resolve(from, import)).clone()
    }

    pub(super) fn forget(&mut self) {
        self.0 = Mutex::default();
    }
}

impl Links {
    /// Whether a file still imports what it did when it was read last.
    pub(super) fn agree(&self, file: &File) -> bool {
        self.imports.get(file.path()).is_some_and(|known| known.written == file.imports())
    }

    /// Follows the imports of some files. `read` gives a file where there is one.
    pub(super) fn follow(
        starts: Vec<Arc<str>>,
        mut read: impl FnMut(&Arc<str>) -> Option<Arc<File>>,
        resolve: impl Fn(&str, &str) -> Option<String>,
    ) -> Self {
        let mut imports = BTreeMap::new();
        let mut queue = starts;
        while let Some(path) = queue.pop() {
            if imports.contains_key(&path) {
                continue;
            }
            let Some(file) = read(&path) else { continue };
            let written = file.imports();
            let to: Vec<Arc<str>> =
                written.iter().filter_map(|import| resolve(&path, import)).map(Arc::from).collect();
            queue.extend(to.iter().cloned());
            imports.insert(path, Imports { written, to });
        }
        Self { imports }
    }

    /// Those of the reached files that are designs of their own. A Markdown file always is one, and cannot be imported.
    pub(super) fn roots(&self) -> Vec<Arc<str>> {
        let paths: Vec<&str> = self.imports.keys().map(|path| &**path).collect();
        let at: BTreeMap<&str, usize> = paths.iter().enumerate().map(|(at, path)| (*path, at)).collect();
        let is_part = |path: &&Arc<str>| Language::of(path) != Some(Language::Markdown);
        let to = |known: &Imports| -> Vec<usize> {
            known.to.iter().filter(is_part).filter_map(|path| at.get(&**path).copied()).collect()
        };
        let imports: Vec<Vec<usize>> = self.imports.values().map(to).collect();
        let roots = roots(&paths, &imports);
        let keys: Vec<&Arc<str>> = self.imports.keys().collect();
        roots.into_iter().filter_map(|root| keys.get(root).map(|path| Arc::clone(path))).collect()
    }

    /// A file and all that it imports, directly or not, whether there is such a file or not.
    pub(super) fn reach(&self, from: &Arc<str>) -> BTreeSet<Arc<str>> {
        let mut reached = BTreeSet::new();
        let mut queue = vec![Arc::clone(from)];
        while let Some(path) = queue.pop() {
            if reached.insert(Arc::clone(&path)) {
                queue.extend(self.imports.get(&path).into_iter().flat_map(|known| known.to.iter().cloned()));
            }
        }
        reached
    }
}
