//! Reads files that are not open. Imports stay below the folder of the nearest `.git` or `archc.toml`, else below the
//! folder of the workspace, else below their own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use archc::ide::Language;
use archc::source::{LoadError, Loader, MAX_BYTES};
use archc::units::{DAY, Date};

/// More files and folders of a workspace are not looked at: somebody opened a whole disk.
const MOST_ENTRIES: usize = 500_000;

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

/// The designs, the Markdown and the configurations in some folders, but for what version control ignores.
pub(crate) fn list(folders: &[PathBuf]) -> Vec<String> {
    let mut files = Vec::new();
    for folder in folders {
        let entries = ignore::WalkBuilder::new(folder).require_git(false).build().take(MOST_ENTRIES);
        // what cannot be read is told where it is imported
        for entry in entries.filter_map(Result::ok) {
            let path = entry.path().to_string_lossy();
            let path = if cfg!(windows) { path.replace('\\', "/") } else { path.into_owned() };
            if Language::of(&path).is_some() && entry.file_type().is_some_and(|kind| !kind.is_dir()) {
                files.push(path);
            }
        }
    }
    files
}

/// The day on the system's clock.
#[expect(clippy::disallowed_methods, reason = "whether an `@allow` has expired")]
pub(crate) fn today() -> Option<Date> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
    Date::from_unix_days((since.as_secs_f64() / DAY).floor() as i64)
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
