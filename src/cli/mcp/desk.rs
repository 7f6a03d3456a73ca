//! Designs for the tools: from a text, or from what stands below the folders that may be read. Writes nothing, and knows
//! nothing of the protocol.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::asked::Design;
use crate::cli::arguments::{ColorChoice, Levels};
use crate::cli::compile;
use crate::cli::documents::{File, collect};
use crate::cli::loader::{FileLoader, normal_form, read_text, reason};
use crate::cli::output::Output;
use crate::cli::settings::{Configs, Settings};
use crate::compilation::{Compilation, check};
use crate::config::Config;
use crate::source::{Document, LoadError, Loader, MAX_BYTES};

/// What a design is called that has no file.
const NAME: &str = "<text>";

/// What the tools may read.
pub(super) struct Desk {
    /// As the system knows them.
    roots: Vec<PathBuf>,
    settings: Settings,
}

/// A design, checked.
pub(super) struct Opened {
    pub(super) compilation: Compilation,
    pub(super) config: Config,
}

impl Desk {
    /// A desk for what stands below these folders; for none of them, below the working folder.
    ///
    /// # Errors
    /// Which of them is no folder.
    pub(super) fn new(roots: &[PathBuf], settings: Settings) -> Result<Self, String> {
        let here = [PathBuf::from(".")];
        let roots = if roots.is_empty() { &here } else { roots };
        let real = |root: &PathBuf| match root.canonicalize() {
            Ok(real) if real.is_dir() => Ok(real),
            Ok(_) => Err(format!("`{}` is no folder", root.display())),
            Err(error) => Err(format!("cannot read below `{}`: {error}", root.display())),
        };
        Ok(Self { roots: roots.iter().map(real).collect::<Result<_, _>>()?, settings })
    }

    /// The one design that is asked for.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn open(&self, asked: &Design) -> Result<Opened, String> {
        let (name, text) = match (&asked.path, &asked.text) {
            (None, None) => return Err(NOTHING.to_owned()),
            (None, Some(text)) => (NAME.to_owned(), text.clone()),
            (Some(path), text) => {
                self.admit(path)?;
                if Path::new(path).is_dir() {
                    return Err(format!("`{path}` is a folder; name one `.arch` file"));
                }
                let text = match text {
                    Some(text) => text.clone(),
                    None => self.read(Path::new(path)).map_err(|error| cannot_read(path, &error))?,
                };
                (named(path), text)
            }
        };
        limited(&text)?;
        let output = silent();
        let config = self.settings.of(&name, None, &output).map_err(|_| said(&output))?;
        let loader = Bounded { desk: self, files: FileLoader::for_design(Path::new(&name)) };
        let compilation = check(Document::new(name.as_str(), text), &loader, &config);
        Ok(Opened { compilation, config })
    }

    /// All designs of a text, a file, a page of Markdown or a folder.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn open_all(&self, asked: &Design, levels: &Levels) -> Result<Vec<Compilation>, String> {
        let output = silent();
        let files = self.files(asked, &output)?;
        let paths = files.iter().map(|file| file.path.as_str());
        let configs: Configs =
            self.settings.of_all(paths, None, Some(levels), &output).map_err(|_| said(&output))?;
        let loader = |path: &str| -> Box<dyn Loader + '_> {
            Box::new(Bounded { desk: self, files: FileLoader::for_design(Path::new(path)) })
        };
        Ok(compile::each(&files, &loader, &|path| Cow::Borrowed(configs.of(path))))
    }

    fn files(&self, asked: &Design, output: &Output) -> Result<Vec<File>, String> {
        let given = |path: String, text: &String| {
            limited(text)?;
            Ok(vec![File { path, text: Arc::from(text.as_str()), from_folder: false }])
        };
        match (&asked.path, &asked.text) {
            (None, None) => Err(NOTHING.to_owned()),
            (None, Some(text)) => given(NAME.to_owned(), text),
            (Some(path), Some(text)) => self.admit(path).and_then(|()| given(named(path), text)),
            (Some(path), None) => {
                self.admit(path)?;
                if !Path::new(path).is_dir() {
                    let text = self.read(Path::new(path)).map_err(|error| cannot_read(path, &error))?;
                    return given(named(path), &text);
                }
                let mut found = collect(std::slice::from_ref(path), None, &["arch", "md"], output).files;
                // a link below the folder may lead out of it
                found.retain(|file| self.holds(Path::new(&file.path)));
                match (found.is_empty(), output.said().is_empty()) {
                    (false, _) => Ok(found),
                    (true, true) => Err(format!("there is no `.arch` file in `{path}`")),
                    (true, false) => Err(said(output)),
                }
            }
        }
    }

    /// Whether a path may be read; what does not exist is judged by the nearest folder that does.
    fn holds(&self, path: &Path) -> bool {
        let real = path.ancestors().find_map(|at| {
            let at = if at.as_os_str().is_empty() { Path::new(".") } else { at };
            at.canonicalize().ok()
        });
        real.is_some_and(|real| self.roots.iter().any(|root| real.starts_with(root)))
    }

    fn admit(&self, path: &str) -> Result<(), String> {
        if self.holds(Path::new(path)) {
            return Ok(());
        }
        Err(format!(
            "`{path}` lies outside the folders that this server may read; give the design as `text`, or start the server with --root"
        ))
    }

    fn read(&self, path: &Path) -> Result<String, LoadError> {
        match path.metadata() {
            Ok(about) if !about.is_file() => Err(LoadError::Unreadable("it is no file".to_owned())),
            _ if !self.holds(path) => Err(LoadError::OutsideRoot),
            _ => read_text(path),
        }
    }
}

/// Imports, as far as they stay below the roots.
struct Bounded<'d> {
    desk: &'d Desk,
    files: FileLoader,
}

impl Loader for Bounded<'_> {
    fn resolve(&self, from: &str, import: &str) -> Result<String, LoadError> {
        let path = self.files.resolve(from, import)?;
        if self.desk.holds(Path::new(&path)) { Ok(path) } else { Err(LoadError::OutsideRoot) }
    }

    fn read(&self, path: &str) -> Result<Arc<str>, LoadError> {
        self.desk.read(Path::new(path)).map(Arc::from)
    }
}

const NOTHING: &str = "name a design: `text` holds it, or `path` names its file";

fn limited(text: &str) -> Result<(), String> {
    if text.len() > MAX_BYTES { Err("the design is larger than 16 MiB".to_owned()) } else { Ok(()) }
}

fn named(path: &str) -> String {
    let path = path.replace('\\', "/");
    normal_form(&path, path.starts_with('/'))
}

fn cannot_read(path: &str, error: &LoadError) -> String {
    format!("cannot read `{path}`: {}", reason(error))
}

/// What keeps what is said for the client.
fn silent() -> Output {
    Output::new(ColorChoice::Never, true).recording()
}

/// What was said, without the program's name.
fn said(output: &Output) -> String {
    let lines = output.said();
    let lines: Vec<&str> = lines.lines().map(|line| line.strip_prefix("archc: ").unwrap_or(line)).collect();
    lines.join("\n")
}
