//! Which documents a command works on: files, folders, Markdown, standard input.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Exit;
use super::loader::{normal_form, read_limited, read_text, reason};
use super::output::Output;
use crate::source::LoadError;

/// A file that was read.
pub(super) struct File {
    /// The path as the user named it, in normal form.
    pub(super) path: String,
    /// Its text.
    pub(super) text: Arc<str>,
    /// Whether it was met in a folder rather than named: it then counts only where no other file imports it.
    pub(super) from_folder: bool,
}

/// The files of a command line, and whether all of them could be read.
pub(super) struct Files {
    /// In the order named; those of a folder by path.
    pub(super) files: Vec<File>,
    /// [`Exit::CouldNot`] where one could not be read; that was said.
    pub(super) exit: Exit,
}

/// The name of standard input in messages, unless the user gives one.
pub(super) const STDIN: &str = "<stdin>";

/// Reads what the paths name; nothing means the current folder. `endings` are those taken from folders.
pub(super) fn collect(
    paths: &[String],
    stdin_name: Option<&str>,
    endings: &[&str],
    output: &Output,
) -> Files {
    let mut found = Files { files: Vec::new(), exit: Exit::Done };
    let here = [".".to_owned()];
    for path in if paths.is_empty() { &here } else { paths } {
        if path == "-" {
            let name = stdin_name.unwrap_or(STDIN).replace('\\', "/");
            let text = read_limited(std::io::stdin().lock());
            found.add(normal_form(&name, name.starts_with('/')), text, false, output);
        } else if Path::new(path).is_dir() {
            for file in walk(Path::new(path), endings, &mut found.exit, output) {
                if let Some(text) = read_listed(&file) {
                    found.add(as_named(&file), text, true, output);
                }
            }
        } else {
            let text = read_text(Path::new(path));
            found.add(as_named(Path::new(path)), text, false, output);
        }
    }
    found
}

/// Reads the one design that a command works on.
///
/// # Errors
/// [`Exit::CouldNot`], which was said.
pub(super) fn single(path: &str, output: &Output) -> Result<File, Exit> {
    if Path::new(path).is_dir() {
        return Err(output.fail(&format!("`{path}` is a folder; name one `.arch` file")));
    }
    let files = collect(std::slice::from_ref(&path.to_owned()), None, &[], output);
    files.files.into_iter().next().ok_or(Exit::CouldNot)
}

impl Files {
    fn add(&mut self, path: String, text: Result<String, LoadError>, from_folder: bool, output: &Output) {
        match text {
            Ok(text) if !self.files.iter().any(|file| file.path == path) => {
                self.files.push(File { path, text: text.into(), from_folder });
            }
            Ok(_) => {}
            Err(error) => {
                self.exit = output.fail(&format!("cannot read `{path}`: {}", reason(&error)));
            }
        }
    }
}

fn as_named(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() };
    normal_form(&text, text.starts_with('/'))
}

/// The text of a file that a folder listed; `None` where the file has gone since, for then the folder does not hold it.
fn read_listed(file: &Path) -> Option<Result<String, LoadError>> {
    let text = read_text(file);
    let is_gone = text == Err(LoadError::NotFound) && file.symlink_metadata().is_err();
    (!is_gone).then_some(text)
}

/// The files of a folder with these endings, by path; what version control ignores is left out, and so are pipes and devices, which may
/// never end. A link that leads nowhere is a file that cannot be read.
fn walk(folder: &Path, endings: &[&str], exit: &mut Exit, output: &Output) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in ignore::WalkBuilder::new(folder).require_git(false).build() {
        match entry {
            Ok(entry) => {
                let ending = entry.path().extension().and_then(|ending| ending.to_str());
                let is_text = entry.path().metadata().map_or(true, |about| about.is_file());
                if is_text && ending.is_some_and(|ending| endings.contains(&ending)) {
                    files.push(entry.into_path());
                }
            }
            Err(error) => {
                *exit = output.fail(&format!("cannot read a part of `{}`: {error}", folder.display()))
            }
        }
    }
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_went_after_it_was_listed_is_no_file_of_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read_listed(&folder.path().join("gone.arch")).is_none());
        #[cfg(unix)]
        {
            let link = folder.path().join("link.arch");
            std::os::unix::fs::symlink("nowhere", &link).unwrap();
            assert_eq!(read_listed(&link), Some(Err(LoadError::NotFound)));
        }
    }
}
