//! In which folders a change matters: those of the files that were read, and all below folders that are named.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The folders of what is named and of what was read; of one that does not exist now the nearest above it that does.
pub(in crate::cli) fn of(named: &[String], read: impl Iterator<Item = PathBuf>) -> BTreeSet<PathBuf> {
    let mut folders = BTreeSet::new();
    for path in named.iter().map(Path::new) {
        if path.is_dir() {
            folders.extend(below(path));
        } else {
            folders.insert(folder_of(path));
        }
        // a folder that is itself renamed or deleted is told of in the one above
        folders.insert(folder_of(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned())));
    }
    folders.extend(read.map(|path| folder_of(&path)));
    folders.into_iter().map(|folder| existing(&folder)).collect()
}

/// A folder and those in it that version control does not ignore.
fn below(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let walk = ignore::WalkBuilder::new(folder).require_git(false).build();
    let is_folder = |entry: &ignore::DirEntry| entry.file_type().is_some_and(|kind| kind.is_dir());
    walk.filter_map(Result::ok).filter(is_folder).map(ignore::DirEntry::into_path)
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        Some(_) => PathBuf::from("."),
        None => path.to_owned(),
    }
}

fn existing(folder: &Path) -> PathBuf {
    let found = folder.ancestors().find(|at| at.is_dir());
    found.map_or_else(|| PathBuf::from("."), Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_gone_is_waited_for_above() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("a/b");
        std::fs::create_dir_all(&inner).unwrap();
        let named = [root.path().join("a").display().to_string()];
        let all = of(&named, std::iter::empty());
        assert!(all.contains(&inner) && all.contains(root.path()), "{all:?}");
        std::fs::remove_dir_all(root.path().join("a")).unwrap();
        assert_eq!(of(&named, std::iter::empty()), BTreeSet::from([root.path().to_owned()]));
    }
}
