//! Snapshots for the tests of features: texts in, a fresh snapshot out.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{File, Language, Snapshot, Workspace};
use crate::source::MemoryLoader;

/// The mark of the cursor in a text.
const CURSOR: &str = "$0";

/// A snapshot of some files, all of them open.
pub(crate) fn snapshot(files: &[(&str, &str)]) -> Snapshot {
    let mut workspace = Workspace::default();
    let mut open = BTreeMap::new();
    for (path, text) in files {
        let language = Language::of(path).unwrap_or(Language::Arch);
        let file = Arc::new(File::new(*path, *text, language).opened(1));
        workspace.open(Arc::clone(&file));
        open.insert(Arc::from(*path), file);
    }
    let analysis = workspace.check(&MemoryLoader::default(), 1, &|| false).unwrap();
    Snapshot::new(1, Arc::new(open), analysis)
}

/// A snapshot of one file `a.arch`, and the offset of the `$0` in its text.
pub(crate) fn at(text: &str) -> (Snapshot, &'static str, usize) {
    let (snapshot, offset) = at_in(&[("a.arch", text)]);
    (snapshot, "a.arch", offset)
}

/// A snapshot of some files, and the offset of the `$0` in the one that has it.
pub(crate) fn at_in(files: &[(&str, &str)]) -> (Snapshot, usize) {
    let offset = files.iter().find_map(|(_, text)| text.find(CURSOR)).expect("a cursor");
    let texts: Vec<String> = files.iter().map(|(_, text)| text.replace(CURSOR, "")).collect();
    let files: Vec<(&str, &str)> =
        files.iter().zip(&texts).map(|((path, _), text)| (*path, text.as_str())).collect();
    (snapshot(&files), offset)
}
