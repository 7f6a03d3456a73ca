//! Reads files that are not open. Imports stay below the folder of the nearest `.git` or `archc.toml`, else below the
//! folder of the workspace, else below their own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use archc::source::{LoadError, Loader, MAX_BYTES};

/// A loader over the file system, by absolute path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk {
    /// The folders of the workspace.
    pub(crate) folders: Vec<PathBuf>,
}

impl Disk {
    fn root_of(&self, path: &Path) -> Option<PathBuf> {
        let folder = path.parent()?.canonicalize().ok()?;
        let marked = folder.ancestors().find(|at| at.join("archc.toml").exists() || at.join(".git").exists());
        let real = |at: &PathBuf| at.canonicalize().ok();
        let of_workspace = || self.folders.iter().filter_map(real).find(|at| folder.starts_with(at));
        Some(marked.map(Path::to_owned).or_else(of_workspace).unwrap_or(folder))
    }
}

impl Loader for Disk {
    fn resolve(&self, from: &str, import: &str) -> Result<String, LoadError> {
        let import = import.replace('\\', "/");
        if import.starts_with('/') || import.as_bytes().get(1) == Some(&b':') {
            return Err(LoadError::OutsideRoot);
        }
        let root = self.root_of(Path::new(from)).ok_or(LoadError::OutsideRoot)?;
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        // as the client writes its paths, which may go over links
        let path = normal_form(&format!("{folder}/{import}"));
        let existing = Path::new(&path).ancestors().find_map(|at| at.canonicalize().ok());
        match existing {
            Some(real) if real.starts_with(&root) => Ok(path),
            _ => Err(LoadError::OutsideRoot),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the language server reads files that are not open")]
    fn read(&self, path: &str) -> Result<Arc<str>, LoadError> {
        let refused = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => LoadError::NotFound,
            _ => LoadError::Unreadable(error.to_string()),
        };
        let about = std::fs::metadata(path).map_err(refused)?;
        if !about.is_file() {
            return Err(LoadError::Unreadable("it is no file".to_owned()));
        }
        if about.len() > MAX_BYTES as u64 {
            return Err(LoadError::TooLarge);
        }
        let bytes = std::fs::read(path).map_err(refused)?;
        String::from_utf8(bytes).map(Arc::from).map_err(|_| LoadError::NotUtf8)
    }
}

/// An absolute path without `.` and `name/..`.
fn normal_form(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if path.starts_with('/') { format!("/{joined}") } else { joined }
}
