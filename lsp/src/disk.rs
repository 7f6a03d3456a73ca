//! Reads imported files that are not open. Imports stay below the folder of the nearest `.git` or `archc.toml`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use archc::source::{LoadError, Loader, MAX_BYTES};

/// A loader over the file system, by absolute path.
pub(crate) struct Disk;

fn root_of(path: &Path) -> Option<PathBuf> {
    let folder = path.parent()?.canonicalize().ok()?;
    let marked = folder.ancestors().find(|at| at.join("archc.toml").exists() || at.join(".git").exists());
    Some(marked.map_or_else(|| folder.clone(), Path::to_owned))
}

impl Loader for Disk {
    fn resolve(&self, from: &str, import: &str) -> Result<String, LoadError> {
        let from = Path::new(from);
        let root = root_of(from).ok_or(LoadError::OutsideRoot)?;
        if Path::new(import).is_absolute() {
            return Err(LoadError::OutsideRoot);
        }
        let target = from.parent().unwrap_or(Path::new("")).join(import);
        let existing = target.ancestors().find_map(|at| at.canonicalize().ok());
        if !existing.is_some_and(|real| real.starts_with(&root)) {
            return Err(LoadError::OutsideRoot);
        }
        let path = target.canonicalize().unwrap_or(target);
        Ok(path.to_string_lossy().into_owned())
    }

    #[expect(clippy::disallowed_methods, reason = "the language server reads imported files")]
    fn read(&self, path: &str) -> Result<Arc<str>, LoadError> {
        let refused = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => LoadError::NotFound,
            _ => LoadError::Unreadable(error.to_string()),
        };
        let length = std::fs::metadata(path).map_err(refused)?.len();
        if length > MAX_BYTES as u64 {
            return Err(LoadError::TooLarge);
        }
        let bytes = std::fs::read(path).map_err(refused)?;
        String::from_utf8(bytes).map(Arc::from).map_err(|_| LoadError::NotUtf8)
    }
}
