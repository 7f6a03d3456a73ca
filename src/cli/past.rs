//! What was found before, from the file of `--baseline` or the revision of `--since`: takes the known findings away and tells which are gone.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::Exit;
use super::arguments::Check;
use super::check::Told;
use super::documents::File;
use super::loader::{read_text, reason};
use super::output::Output;
use super::settings::Configs;
use super::since::since;
use crate::diff::baseline::{Baseline, Entry, entries};
use crate::source::LoadError;

/// Findings of before.
pub(super) struct Past {
    baseline: Baseline,
    names: Names,
    from: From,
}

/// Where findings of before come from, as named.
enum From {
    File(String),
    Revision(String),
}

/// What is known of the present findings.
pub(super) struct News<'a> {
    /// The new ones.
    pub(super) roots: Vec<Told<'a>>,
    /// How many are not new.
    pub(super) known: usize,
    /// What is there no more.
    pub(super) gone: Vec<Entry>,
}

impl Past {
    /// What the options name; `None` where they name nothing.
    ///
    /// # Errors
    /// [`Exit::CouldNot`], which was said.
    pub(super) fn of(
        options: &Check,
        files: &[File],
        configs: &Configs,
        output: &Output,
    ) -> Result<Option<Self>, Exit> {
        if let Some(revision) = &options.since {
            let (baseline, names) = since(revision, &options.paths, files, configs)
                .map_err(|why| output.fail(&format!("cannot compare with `{revision}`: {why}")))?;
            return Ok(Some(Self { baseline, names, from: From::Revision(revision.clone()) }));
        }
        let Some(file) = &options.baseline else { return Ok(None) };
        let shown = file.display();
        let text = read_text(file).map_err(|error| {
            let help = match error {
                LoadError::NotFound => format!("; `archc baseline write --baseline {shown}` writes it"),
                _ => String::new(),
            };
            output.fail(&format!("cannot read the baseline `{shown}`: {}{help}", reason(&error)))
        })?;
        let baseline = Baseline::read(&text)
            .map_err(|why| output.fail(&format!("cannot read the baseline `{shown}`: {why}")))?;
        Ok(Some(Self { baseline, names: Names::beside(file), from: From::File(shown.to_string()) }))
    }

    /// Which of the findings are new, and which of before are gone.
    pub(super) fn compare<'a>(&self, roots: Vec<Told<'a>>, configs: &Configs) -> News<'a> {
        let name = |path: &str| self.names.of(path);
        let today: Vec<Vec<Entry>> =
            roots.iter().map(|(sources, diagnostics)| entries(sources, diagnostics, &name)).collect();
        let all: Vec<Entry> = today.iter().flatten().cloned().collect();
        let compared = self.baseline.compare(&all, &|design| self.names.exists(design));
        let mut is_known = compared.known.iter().copied();
        let mut read = BTreeSet::new();
        let mut news = Vec::new();
        for (sources, diagnostics) in roots {
            read.extend(sources.iter().map(|(_, document)| name(document.path())));
            let new: Vec<_> =
                diagnostics.iter().filter(|_| !is_known.next().unwrap_or(false)).cloned().collect();
            news.push((sources, Cow::Owned(new)));
        }
        // what was not looked at is not gone: other files, rules that are off
        let looked_at = |entry: &Entry| {
            let (file, design) = (&entry.file, entry.design());
            let here = read.contains(file) || read.contains(design) || !self.names.exists(design);
            here && !configs.of(&self.names.back(design)).is_off(&entry.code)
        };
        News {
            roots: news,
            known: compared.known.iter().filter(|known| **known).count(),
            gone: compared.gone.into_iter().filter(looked_at).collect(),
        }
    }

    /// Says what is there no more.
    pub(super) fn tell_gone(&self, gone: &[Entry], output: &Output) {
        const MOST: usize = 20;
        if gone.is_empty() {
            return;
        }
        let count = gone.len();
        let (findings, occur, them) =
            if count == 1 { ("finding", "occurs", "it") } else { ("findings", "occur", "them") };
        let mut text = match &self.from {
            From::File(file) => format!(
                "archc: {count} {findings} of `{file}` no longer {occur}; `archc baseline write` takes {them} out\n"
            ),
            From::Revision(name) => format!("archc: {count} {findings} of `{name}` no longer {occur}\n"),
        };
        for entry in gone.iter().take(MOST) {
            let subjects = entry.subjects.join(", ");
            let about = if subjects.is_empty() { entry.message.clone() } else { subjects };
            text.push_str(&format!("  {} {} {about}\n", entry.code, entry.file));
        }
        if count > MOST {
            text.push_str(&format!("  and {} more\n", count - MOST));
        }
        output.remark(&text);
    }
}

/// Paths as seen from the folder of a baseline, so that it does not matter where archc is called.
pub(super) struct Names {
    /// Absolute.
    folder: PathBuf,
    here: PathBuf,
}

impl Names {
    /// For a baseline at that path.
    pub(super) fn beside(file: &Path) -> Self {
        let here = std::path::absolute(".").unwrap_or_else(|_| PathBuf::from("."));
        let folder = match file.parent() {
            Some(folder) => plain(&here.join(folder)),
            None => here.clone(),
        };
        Self { folder, here }
    }

    /// For names as seen from an absolute folder.
    pub(super) fn within(folder: &Path) -> Self {
        let here = std::path::absolute(".").unwrap_or_else(|_| PathBuf::from("."));
        Self { folder: folder.to_owned(), here }
    }

    /// A path of the command line as seen from the baseline.
    pub(super) fn of(&self, path: &str) -> String {
        between(&self.folder, &plain(&self.here.join(path)))
    }

    /// The reverse of [`Names::of`].
    pub(super) fn back(&self, name: &str) -> String {
        between(&self.here, &plain(&self.folder.join(name)))
    }

    fn exists(&self, name: &str) -> bool {
        self.folder.join(name).exists()
    }
}

/// The way from an absolute folder to an absolute path, with `/`.
fn between(folder: &Path, path: &Path) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (folder.components().collect(), path.components().collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(common).map(|_| "..".to_owned());
    let down = to.iter().skip(common).map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// A path without `.` and `name/..`.
pub(super) fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_named_from_the_baseline_and_back() {
        let names = Names { folder: "/w/ci".into(), here: "/w/designs".into() };
        assert_eq!(names.of("a.arch"), "../designs/a.arch");
        assert_eq!(names.of("../ci/x/./a.arch"), "x/a.arch");
        assert_eq!(names.back("../designs/a.arch"), "a.arch");
        assert_eq!(names.back("x/a.arch"), "../ci/x/a.arch");
    }
}
