//! The findings of `--since REV`: the designs that are checked, as they were at a revision, judged by today's configuration.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::check::told_once;
use super::compile;
use super::documents::File;
use super::git::{Entry, Revision, RevisionLoader, top_of};
use super::past::{Names, plain};
use super::settings::Configs;
use crate::config::{Config, Folder};
use crate::diff::baseline::{Baseline, entries};

/// The endings of files that hold designs.
pub(super) const ENDINGS: [&str; 2] = ["arch", "md"];
/// Files that are gone of which the one most like a new one is looked for; of more only one that is the same.
pub(super) const CANDIDATES: usize = 400;
/// New files for which that is done.
const TRIES: usize = 100;
/// The share of equal lines from which a file counts as renamed, as git has it.
pub(super) const SIMILAR: f64 = 0.5;

/// What was found at a revision in the designs that the paths name.
///
/// # Errors
/// Why git does not tell, in words for the user.
pub(super) fn since(
    name: &str,
    paths: &[String],
    files: &[File],
    configs: &Configs,
) -> Result<(Baseline, Names), String> {
    let here = [".".to_owned()];
    let paths = if paths.is_empty() { &here } else { paths };
    let parts = parts(name, paths, files)?;
    let base = parts.first().map_or_else(|| PathBuf::from("."), |part| part.revision.top().to_owned());
    let names = Names::within(&base);
    let mut all = Vec::new();
    for part in &parts {
        let top = part.revision.top();
        let today = |path: &str| part.renamed.get(path).map_or_else(|| path.to_owned(), Clone::clone);
        let name = |path: &str| names.of(&top.join(today(path)).to_string_lossy());
        let config = |path: &str| {
            let config = configs.of(&names.back(&name(path)));
            let here = top.to_string_lossy().replace('\\', "/");
            let folder = Folder { here, of: config.folder.of.clone() };
            Cow::Owned(Config { folder, ..config.clone() })
        };
        let loader = |path: &str| -> Box<dyn crate::source::Loader + '_> {
            Box::new(RevisionLoader::for_design(&part.revision, path))
        };
        let compilations = compile::each(&part.files, &loader, &config);
        for (sources, diagnostics) in told_once(&compilations) {
            all.extend(entries(sources, &diagnostics, &name));
        }
    }
    Ok((Baseline::new(all), names))
}

/// What is looked at in one repository.
struct Part {
    revision: Revision,
    /// As they were, by their paths from the top.
    files: Vec<File>,
    /// Today's paths of those that were renamed.
    renamed: BTreeMap<String, String>,
}

/// The repositories that hold the paths, the outermost first, each with its files at the revision.
fn parts(name: &str, paths: &[String], files: &[File]) -> Result<Vec<Part>, String> {
    let mut tops: BTreeSet<PathBuf> = BTreeSet::new();
    for path in paths.iter().filter(|path| *path != "-").map(Path::new) {
        tops.insert(top_of(path)?);
    }
    for file in files {
        tops.insert(top_of(Path::new(&file.path))?);
    }
    if let Ok(here) = top_of(Path::new("."))
        && tops.iter().any(|top| top.starts_with(&here))
    {
        tops.insert(here);
    }
    let mut parts: Vec<Part> = Vec::new();
    for top in &tops {
        let outer = parts.iter().find(|part| top.starts_with(part.revision.top())).map(|part| &part.revision);
        let revision = match outer {
            None => Revision::open(top, name)?,
            Some(outer) => match inner(outer, top)? {
                Some(revision) => revision,
                // there was no such submodule: all that is in it is new
                None => continue,
            },
        };
        let own: Vec<&File> =
            files.iter().filter(|file| top_of(Path::new(&file.path)).as_ref() == Ok(top)).collect();
        parts.push(part(revision, paths, &own)?);
    }
    Ok(parts)
}

/// A submodule, as the revision of the repository around it has it.
fn inner(outer: &Revision, top: &Path) -> Result<Option<Revision>, String> {
    let Some(path) = outer.below(top) else { return Ok(None) };
    let Some(Entry::Submodule(commit)) = outer.entry(&path)? else { return Ok(None) };
    let found = Revision::open(top, &commit);
    let rev = outer.name();
    found.map(Some).map_err(|why| format!("at `{rev}` the submodule `{path}` stood at another commit: {why}"))
}

fn part(revision: Revision, paths: &[String], today: &[&File]) -> Result<Part, String> {
    let mut found = Part { revision, files: Vec::new(), renamed: BTreeMap::new() };
    for path in paths.iter().filter(|path| *path != "-") {
        let whole = plain(&std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path)));
        let below = if found.revision.top().starts_with(&whole) {
            // the folder holds the whole repository
            Some(String::new())
        } else {
            found.revision.below(Path::new(path))
        };
        let Some(below) = below else { continue };
        if Path::new(path).is_dir() {
            for file in found.revision.files(&below, &ENDINGS)? {
                found.add(file, true);
            }
        } else {
            found.add(below, false);
        }
    }
    found.follow_renames(today)?;
    Ok(found)
}

impl Part {
    /// Takes in a file of the revision, if it can be read; one that could not be read then had no findings then.
    fn add(&mut self, path: String, from_folder: bool) -> bool {
        if self.files.iter().any(|file| file.path == path) {
            return true;
        }
        let Ok(text) = self.revision.read(&path) else { return false };
        self.files.push(File { path, text: text.into(), from_folder });
        true
    }

    /// For each file of today that the revision has not, takes in the one that it was before.
    fn follow_renames(&mut self, today: &[&File]) -> Result<(), String> {
        let mut gone: Option<Vec<(String, String)>> = None;
        let mut tries = 0;
        for file in today {
            let Some(path) = self.revision.below(Path::new(&file.path)) else { continue };
            if self.files.iter().any(|file| file.path == path) || self.add(path.clone(), file.from_folder) {
                continue;
            }
            let candidates = match &mut gone {
                Some(gone) => gone,
                None => gone.insert(self.gone()?),
            };
            let same = candidates.iter().position(|(_, text)| text == &*file.text);
            let best = match same {
                Some(at) => Some((1.0, at)),
                None if tries >= TRIES || candidates.len() > CANDIDATES => None,
                None => {
                    tries += 1;
                    likest(&file.text, candidates.iter().map(|(_, text)| text.as_str()))
                }
            };
            if let Some((share, at)) = best
                && share >= SIMILAR
            {
                let (was, _) = candidates.remove(at);
                self.add(was.clone(), file.from_folder);
                self.renamed.insert(was, path);
            }
        }
        Ok(())
    }

    /// The files of the revision that today's working tree has not, with their texts.
    fn gone(&self) -> Result<Vec<(String, String)>, String> {
        let files = self.revision.files("", &ENDINGS)?;
        let gone = files.into_iter().filter(|path| !self.revision.top().join(path).exists());
        Ok(gone.filter_map(|path| Some((path.clone(), self.revision.read(&path).ok()?))).collect())
    }
}

/// Of some texts the one that is most like another, with its likeness and its place; of several the first.
pub(super) fn likest<'t>(text: &str, others: impl Iterator<Item = &'t str>) -> Option<(f64, usize)> {
    let shares = others.map(|other| likeness(other, text)).zip(0..);
    shares.max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)))
}

/// The share of lines that two texts have in common, of the longer one.
fn likeness(one: &str, other: &str) -> f64 {
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut lines, mut others, mut common) = (0_usize, 0_usize, 0_usize);
    for line in one.lines().map(str::trim).filter(|line| !line.is_empty()) {
        *open.entry(line).or_default() += 1;
        lines += 1;
    }
    for line in other.lines().map(str::trim).filter(|line| !line.is_empty()) {
        others += 1;
        if let Some(count) = open.get_mut(line).filter(|count| **count > 0) {
            *count -= 1;
            common += 1;
        }
    }
    let longer = lines.max(others);
    if longer == 0 { 0.0 } else { common as f64 / longer as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_is_the_share_of_common_lines_of_the_longer_text() {
        assert_eq!(likeness("a\nb\n\nc\nd", "d\r\nc\nb\na"), 1.0);
        assert_eq!(likeness("a\na\nb\nc", "a\nb"), 0.5);
        assert_eq!(likeness("", ""), 0.0);
    }
}
