//! Files as they were at a revision, through the program `git`. Nothing is checked out, nothing is written, no hook and no
//! filter runs. It must not know what a design is.

mod loader;
mod objects;
mod submodules;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::loader::normal_form;
use super::past::plain;
use crate::source::LoadError;
pub(super) use loader::RevisionLoader;
use objects::{Object, Objects};
use submodules::Submodules;

/// A revision of a repository.
pub(super) struct Revision {
    /// As the user named it.
    name: String,
    /// The whole hash of its commit.
    commit: String,
    /// The top folder of the working tree, absolute.
    top: PathBuf,
    objects: RefCell<Objects>,
    /// Opened when something in one is asked for.
    submodules: Submodules,
}

/// What stands at a path of a revision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Entry {
    /// A file, or a link.
    File,
    /// A folder.
    Folder,
    /// A submodule, at that commit.
    Submodule(String),
}

impl Revision {
    /// The revision of that name in the repository whose working tree has that top folder.
    ///
    /// # Errors
    /// Why there is none, in words for the user.
    pub(super) fn open(top: &Path, name: &str) -> Result<Self, String> {
        let shallow = said(top, &["rev-parse", "--is-shallow-repository"])?;
        // what starts with a dash would be an option
        let asked = format!("{name}^{{commit}}");
        let found = match name.starts_with('-') || name.is_empty() {
            true => None,
            false => run(top, &["rev-parse", "--verify", "--quiet", &asked])?,
        };
        let Some(commit) = found.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()) else {
            return Err(unknown(top, name, shallow.trim() == "true"));
        };
        let objects = Objects::start(git(top)).map_err(|error| format!("cannot run `git`: {error}"))?;
        let (name, top) = (name.to_owned(), top.to_owned());
        Ok(Self { name, commit, top, objects: RefCell::new(objects), submodules: Submodules::default() })
    }

    /// As the user named it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The top folder of the working tree, absolute.
    pub(super) fn top(&self) -> &Path {
        &self.top
    }

    /// What stands at a path below the top; `None` for nothing.
    ///
    /// # Errors
    /// Why git does not tell.
    pub(super) fn entry(&self, path: &str) -> Result<Option<Entry>, String> {
        if path.is_empty() {
            return Ok(Some(Entry::Folder));
        }
        if let Some((inner, rest)) = self.submodule(path)? {
            return inner.entry(&rest);
        }
        let found = said(&self.top, &["ls-tree", "-z", "--full-tree", &self.commit, "--", path])?;
        Ok(rows(&found).next().map(|(mode, hash, _)| match mode {
            "040000" => Entry::Folder,
            "160000" => Entry::Submodule(hash.to_owned()),
            _ => Entry::File,
        }))
    }

    /// The files below a folder, itself below the top, with one of these endings; in their order by name. Those of submodules are
    /// left out.
    ///
    /// # Errors
    /// Why git does not tell.
    pub(super) fn files(&self, folder: &str, endings: &[&str]) -> Result<Vec<String>, String> {
        let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree", self.commit.as_str()];
        let below = format!("{folder}/");
        if !folder.is_empty() {
            arguments.extend(["--", below.as_str()]);
        }
        let found = said(&self.top, &arguments)?;
        let has_ending = |path: &str| {
            let ending = Path::new(path).extension().and_then(|ending| ending.to_str());
            ending.is_some_and(|ending| endings.contains(&ending))
        };
        let files = rows(&found).filter(|(mode, _, path)| *mode != "160000" && has_ending(path));
        Ok(files.map(|(_, _, path)| path.to_owned()).collect())
    }

    /// The text of a file below the top; links are followed within the revision.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn read(&self, path: &str) -> Result<String, LoadError> {
        if path.contains('\n') {
            return Err(LoadError::Unreadable("its name has a line break".to_owned()));
        }
        if let Some((inner, rest)) = self.submodule(path).map_err(LoadError::Unreadable)? {
            return inner.read(&rest);
        }
        self.read_own(path)
    }

    /// The same of a path that stands in no submodule.
    fn read_own(&self, path: &str) -> Result<String, LoadError> {
        let asked = format!("{}:{path}", self.commit);
        let object = self.objects.borrow_mut().read(&asked);
        match object.map_err(|error| LoadError::Unreadable(format!("`git` ended: {error}")))? {
            Object::Text(bytes) => String::from_utf8(bytes).map_err(|_| LoadError::NotUtf8),
            Object::TooLarge => Err(LoadError::TooLarge),
            Object::Missing => Err(LoadError::NotFound),
            Object::Outside => Err(LoadError::OutsideRoot),
            Object::Other(what) => Err(LoadError::Unreadable(format!("it is a {what}"))),
        }
    }

    /// Whether there is such a file.
    pub(super) fn has(&self, path: &str) -> bool {
        !matches!(self.read(path), Err(LoadError::NotFound))
    }

    /// A path of the working folder as seen from the top; `None` outside the working tree.
    pub(super) fn below(&self, path: &Path) -> Option<String> {
        let path = plain(&std::path::absolute(path).ok()?);
        let rest = path.strip_prefix(&self.top).ok()?;
        Some(normal_form(&rest.to_string_lossy().replace('\\', "/"), false))
    }
}

/// The top folder of the working tree that holds a path: the nearest one with a `.git`; or the repository itself, where it has no
/// working tree.
///
/// # Errors
/// That there is none.
pub(super) fn top_of(path: &Path) -> Result<PathBuf, String> {
    let whole = plain(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
    let is_bare =
        |at: &Path| at.join("HEAD").is_file() && at.join("objects").is_dir() && at.join("refs").is_dir();
    let top = whole.ancestors().find(|at| at.join(".git").exists() || is_bare(at));
    top.map(Path::to_owned).ok_or_else(|| format!("`{}` is in no git repository", path.display()))
}

/// What git answers.
fn said(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let command = arguments.first().copied().unwrap_or_default();
    run(folder, arguments)?.ok_or_else(|| format!("`git {command}` failed without a word"))
}

/// What git answers; `None` where it fails without a word.
fn run(folder: &Path, arguments: &[&str]) -> Result<Option<String>, String> {
    let output =
        git(folder).args(arguments).stdin(Stdio::null()).output().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                "this needs the program `git`, and there is none on the PATH".to_owned()
            }
            _ => format!("cannot run `git`: {error}"),
        })?;
    if output.status.success() {
        return Ok(Some(String::from_utf8_lossy(&output.stdout).into_owned()));
    }
    let words = String::from_utf8_lossy(&output.stderr);
    match words.lines().find(|line| !line.trim().is_empty()) {
        None => Ok(None),
        Some(line) => Err(format!("git says: {}", line.trim().trim_start_matches("fatal: "))),
    }
}

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .env("LC_ALL", "C")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0");
    // a hook sets these for its own repository, which need not be the one that is asked
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE"] {
        command.env_remove(name);
    }
    command
}

fn unknown(top: &Path, name: &str, is_shallow: bool) -> String {
    let help = if is_shallow {
        "this clone is shallow, so older commits are not here: `git fetch --unshallow` brings them \
         (in GitHub Actions: `fetch-depth: 0` of actions/checkout)"
    } else if matches!(run(top, &["rev-parse", "--verify", "--quiet", "HEAD"]), Ok(None)) {
        "it has no commit yet"
    } else {
        "`git branch --all` and `git tag` list what there is, `git fetch` brings what is new"
    };
    format!("the repository knows no revision `{name}`; {help}")
}

/// Mode, hash and path of each row of `ls-tree -z`.
fn rows(text: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    text.split('\0').filter_map(|row| {
        let (head, path) = row.split_once('\t')?;
        let mut words = head.split(' ');
        let (mode, _, hash) = (words.next()?, words.next()?, words.next()?);
        Some((mode, hash, path))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_of_a_tree_are_read() {
        let text = "100644 blob abc\ta b.arch\x00160000 commit def\tsub\x00";
        let found: Vec<_> = rows(text).collect();
        assert_eq!(found, [("100644", "abc", "a b.arch"), ("160000", "def", "sub")]);
    }
}
