//! Finds and reads `archc.toml` for the designs that a command works on; the command line and the day come on top.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Exit;
use super::arguments::{FailOn, Global, Levels};
use super::loader::{read_text, reason};
use super::output::Output;
use crate::config::{self, Config, Folder};
use crate::rules::configuration::{Choice, InForce, Origin, configure};
use crate::source::{Document, LoadError};
use crate::units::{DAY, Date};

/// The name that is looked for.
const NAME: &str = "archc.toml";

/// Where configurations come from.
#[derive(Clone)]
pub(super) struct Settings {
    explicit: Option<PathBuf>,
}

/// The configurations of several designs.
pub(super) struct Configs {
    /// By the design's folder, as named.
    by_folder: BTreeMap<PathBuf, Config>,
    /// Where a design's folder is none of these.
    default: Config,
}

/// A configuration and the file that it was read from.
#[derive(Default)]
pub(super) struct Read {
    /// What is in force.
    pub(super) in_force: InForce,
    /// The file, if there is one, under the name by which messages call it.
    pub(super) file: Option<Document>,
}

impl Settings {
    pub(super) fn new(global: &Global) -> Self {
        Self { explicit: global.config.clone() }
    }

    /// The configuration for the one design that a command works on.
    ///
    /// # Errors
    /// [`Exit::CouldNot`], which was said.
    pub(super) fn of(&self, path: &str, today: Option<&str>, output: &Output) -> Result<Config, Exit> {
        let today = day(today, output)?;
        Ok(Config { today, ..self.read(path, None, output)?.in_force.config })
    }

    /// The configurations for the designs that a command works on.
    ///
    /// # Errors
    /// [`Exit::CouldNot`], which was said; each file is told of once.
    pub(super) fn of_all<'p>(
        &self,
        paths: impl Iterator<Item = &'p str>,
        today: Option<&str>,
        levels: Option<&Levels>,
        output: &Output,
    ) -> Result<Configs, Exit> {
        let today = day(today, output)?;
        let mut by_file: BTreeMap<Option<PathBuf>, Config> = BTreeMap::new();
        let mut by_folder = BTreeMap::new();
        let mut fine = Ok(());
        let mut read = |file: Option<PathBuf>| {
            let config = by_file.entry(file.clone()).or_insert_with(|| {
                let read = read_file(file.as_deref(), levels, output);
                Config { today, ..read.map_err(|exit| fine = Err(exit)).unwrap_or_default().in_force.config }
            });
            config.clone()
        };
        let mut default = None;
        for path in paths {
            by_folder.entry(folder_of(path)).or_insert_with(|| read(self.file_for(path)));
        }
        if by_folder.is_empty() {
            default = Some(read(self.file_for(".")));
        }
        fine.map(|()| Configs { by_folder, default: default.unwrap_or_default() })
    }

    /// The configuration for a design or a folder, with its file.
    ///
    /// # Errors
    /// [`Exit::CouldNot`], which was said.
    pub(super) fn read(&self, path: &str, levels: Option<&Levels>, output: &Output) -> Result<Read, Exit> {
        read_file(self.file_for(path).as_deref(), levels, output)
    }

    /// The file that configures a design or a folder.
    pub(super) fn file_for(&self, path: &str) -> Option<PathBuf> {
        if self.explicit.is_some() {
            return self.explicit.clone();
        }
        let folder = if Path::new(path).is_dir() { PathBuf::from(path) } else { folder_of(path) };
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        // `a/..` is no folder above `a`
        let folder = if folder.ends_with("..") || folder.iter().any(|part| part == "..") {
            folder.canonicalize().unwrap_or(folder)
        } else {
            folder
        };
        folder.ancestors().map(|at| at.join(NAME)).find(|file| file.exists())
    }
}

impl Configs {
    /// The configuration for a design; for one in no known folder that of the nearest one above.
    pub(super) fn of(&self, path: &str) -> &Config {
        let folder = folder_of(path);
        folder.ancestors().find_map(|at| self.by_folder.get(at)).unwrap_or(&self.default)
    }
}

/// The folder in which a design stands, as named; standard input stands in the current one.
fn folder_of(path: &str) -> PathBuf {
    match Path::new(path).parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn read_file(file: Option<&Path>, levels: Option<&Levels>, output: &Output) -> Result<Read, Exit> {
    let mut read = match file {
        None => Read::default(),
        Some(path) => {
            let text = read_text(path).map_err(|error| unreadable(path, &error, output))?;
            let mut in_force = configure(&config::read(&text));
            in_force.config.folder = folder(path);
            Read { in_force, file: Some(Document::new(shown(path), text)) }
        }
    };
    if let Some(file) = &read.file
        && !read.in_force.wrong.is_empty()
    {
        for wrong in &read.in_force.wrong {
            let at = file.position(wrong.at.start);
            let help = wrong.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
            let place = format!("{}:{}:{}", file.path(), at.line, at.column);
            output.say(&format!("{place}: error: {}{help}\n", wrong.message));
        }
        return Err(Exit::CouldNot);
    }
    if let Some(levels) = levels {
        read.in_force.choose(&choice(levels)).map_err(|message| output.fail(&message))?;
        if let Some(fail_on) = levels.fail_on {
            read.in_force.config.fail_on = match fail_on {
                FailOn::Error => config::FailOn::Error,
                FailOn::Warning => config::FailOn::Warning,
                FailOn::Note => config::FailOn::Note,
                FailOn::Never => config::FailOn::Never,
            };
            read.in_force.origins.insert("fail_on".to_owned(), Origin::CommandLine);
        }
    }
    Ok(read)
}

fn unreadable(path: &Path, error: &LoadError, output: &Output) -> Exit {
    output.fail(&format!("cannot read `{}`: {}", shown(path), reason(error)))
}

fn choice(levels: &Levels) -> Choice {
    Choice {
        allow: levels.allow.clone(),
        warn: levels.warn.clone(),
        deny: levels.deny.clone(),
        select: levels.select.clone(),
        ignore: levels.ignore.clone(),
    }
}

/// The folder of a configuration, for its `[[paths]]`.
fn folder(file: &Path) -> Folder {
    let text = |path: &Path| path.to_string_lossy().replace('\\', "/");
    let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let of = absolute.parent().map(text).unwrap_or_default();
    Folder { here: text(&here()), of }
}

/// How messages call a configuration: as seen from the working folder, so that they do not depend on the machine.
fn shown(file: &Path) -> String {
    if file.is_relative() {
        return file.to_string_lossy().replace('\\', "/");
    }
    let here = here();
    let shown = match file.strip_prefix(&here) {
        Ok(below) => below.to_owned(),
        Err(_) => {
            let above = file.parent().and_then(|folder| here.strip_prefix(folder).ok());
            let climb = above.map(|rest| rest.iter().map(|_| "..").collect::<PathBuf>());
            match (climb, file.file_name()) {
                (Some(climb), Some(name)) => climb.join(name),
                _ => file.to_owned(),
            }
        }
    };
    shown.to_string_lossy().replace('\\', "/")
}

fn here() -> PathBuf {
    std::path::absolute(".").unwrap_or_else(|_| PathBuf::from("."))
}

/// The day of an option, else the system's.
fn day(option: Option<&str>, output: &Output) -> Result<Option<Date>, Exit> {
    match option {
        Some(text) => match Date::read(text) {
            Some(date) => Ok(Some(date)),
            None => Err(output.fail(&format!("`{text}` is no day; write one as 2027-03-01"))),
        },
        None => Ok(system_date()),
    }
}

#[expect(clippy::disallowed_methods, reason = "the only use of a clock: whether an `@allow` has expired")]
fn system_date() -> Option<Date> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
    Date::from_unix_days((since.as_secs_f64() / DAY).floor() as i64)
}
