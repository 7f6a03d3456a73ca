//! The problems among the systems that the program carries.

use super::Brief;
use crate::canon;

/// A problem as it is embedded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Source {
    /// The name of its folder.
    pub name: &'static str,
    /// Its `brief.arch`.
    pub brief: &'static str,
    /// Its `design.arch`.
    pub reference: &'static str,
}

/// The systems that have a brief.
fn sources() -> impl Iterator<Item = Source> {
    canon::systems()
        .iter()
        .filter_map(|it| Some(Source { name: it.name, brief: it.file("brief")?, reference: it.design() }))
}

/// All problems, the easy ones first, then by name.
pub fn problems() -> Vec<Brief> {
    let mut all: Vec<Brief> = sources().map(Brief::read).collect();
    all.sort_by(|a, b| (a.level, a.name).cmp(&(b.level, b.name)));
    all
}

/// The problem of a folder's name, or whose system is called so: `url-shortener`, `url_shortener`.
pub fn find(name: &str) -> Option<Brief> {
    let same = |known: &str| known.replace('_', "-").eq_ignore_ascii_case(&name.replace('_', "-"));
    let by_folder = sources().find(|source| same(source.name));
    by_folder.map(Brief::read).or_else(|| {
        let mut all = sources().map(Brief::read);
        all.find(|brief| brief.system().is_some_and(same))
    })
}

/// The name nearest to a written one, if it is near.
pub fn nearest(written: &str) -> Option<&'static str> {
    let distance = |source: Source| (strsim::damerau_levenshtein(written, source.name), source.name);
    let (distance, name) = sources().map(distance).min()?;
    let contains = sources().map(|source| source.name).find(|name| name.contains(written));
    (distance <= 1 + written.chars().count() / 3).then_some(name).or(contains)
}
