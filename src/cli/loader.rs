//! Reads files for the compiler, and keeps imports inside the workspace root.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::source::{LoadError, Loader, MAX_BYTES};

/// A loader over the file system. Paths are as the user named them, relative to the working folder.
pub(super) struct FileLoader {
    root: PathBuf,
}

impl FileLoader {
    /// A loader for a design that stands at `path`: its imports stay below the nearest folder that holds an
    /// `archc.toml` or a `.git`, else below the working folder where that holds the design, else below its own folder.
    pub(super) fn for_design(path: &Path) -> Self {
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let folder = folder.canonicalize().unwrap_or(folder);
        let marked = folder.ancestors().find(|at| at.join("archc.toml").exists() || at.join(".git").exists());
        let root = match marked {
            Some(root) => root.to_owned(),
            None => {
                let here = Path::new(".").canonicalize().unwrap_or_else(|_| PathBuf::from("."));
                if folder.starts_with(&here) { here } else { folder }
            }
        };
        Self { root }
    }
}

impl Loader for FileLoader {
    fn resolve(&self, from: &str, import: &str) -> Result<String, LoadError> {
        let import = import.replace('\\', "/");
        if import.starts_with('/') || import.as_bytes().get(1) == Some(&b':') {
            return Err(LoadError::OutsideRoot);
        }
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = normal_form(&format!("{folder}/{import}"), from.starts_with('/'));
        // what does not exist is judged by its nearest folder that does
        let existing = Path::new(&path).ancestors().find_map(|at| {
            let at = if at.as_os_str().is_empty() { Path::new(".") } else { at };
            at.canonicalize().ok()
        });
        match existing {
            Some(real) if real.starts_with(&self.root) => Ok(path),
            _ => Err(LoadError::OutsideRoot),
        }
    }

    fn read(&self, path: &str) -> Result<Arc<str>, LoadError> {
        read_text(Path::new(path)).map(Arc::from)
    }
}

/// A path with `/` between its parts and without `.` and `name/..`.
pub(super) fn normal_form(path: &str, absolute: bool) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if absolute { format!("/{joined}") } else { joined }
}

/// The text of a file, if it is one that the compiler takes.
///
/// # Errors
/// Why not.
#[expect(clippy::disallowed_methods, reason = "the command line is where files are read")]
pub(super) fn read_text(path: &Path) -> Result<String, LoadError> {
    let refused = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => LoadError::NotFound,
        _ => LoadError::Unreadable(error.to_string()),
    };
    let file = std::fs::File::open(path).map_err(refused)?;
    if file.metadata().map_err(refused)?.is_dir() {
        return Err(LoadError::Unreadable("it is a folder".to_owned()));
    }
    read_limited(file)
}

/// All text of a reader, if it is UTF-8 and not too long.
///
/// # Errors
/// Why not.
pub(super) fn read_limited(reader: impl std::io::Read) -> Result<String, LoadError> {
    let mut bytes = Vec::new();
    let limit = MAX_BYTES as u64 + 1;
    reader.take(limit).read_to_end(&mut bytes).map_err(|error| LoadError::Unreadable(error.to_string()))?;
    if bytes.len() > MAX_BYTES {
        return Err(LoadError::TooLarge);
    }
    String::from_utf8(bytes).map_err(|_| LoadError::NotUtf8)
}

/// The reason in words, for a message that names the file first.
pub(super) fn reason(error: &LoadError) -> String {
    match error {
        LoadError::NotFound => "there is no such file".to_owned(),
        LoadError::OutsideRoot => "it lies outside the workspace".to_owned(),
        LoadError::NotUtf8 => "it is not UTF-8".to_owned(),
        LoadError::TooLarge => "it is larger than 16 MiB".to_owned(),
        LoadError::Unreadable(why) => why.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_files_have_equal_paths() {
        assert_eq!(normal_form("a/./b//../c.arch", false), "a/c.arch");
        assert_eq!(normal_form("../x/../y.arch", false), "../y.arch");
        assert_eq!(normal_form("/a/../../b", true), "/../b");
    }
}
