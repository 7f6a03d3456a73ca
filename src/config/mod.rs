//! What a check is told beside the design: levels, thresholds, the figures that it may assume, the day. Plain data; it reads
//! no file and must not know which rules there are.

mod colours;
mod figures;
mod glob;
mod written;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::diagnostic::Severity;
use crate::source::FileId;
use crate::units::{Date, YEAR};

pub use colours::{Colour, Colours, Shades};
pub use figures::{FIGURES, Figure, Measure};
pub use glob::Glob;
pub use written::{KEYS, PathWritten, RuleWritten, Spot, TechWritten, Written, Wrong, nearest, read};

/// What a check is told. [`Config::default`] is complete.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Config {
    /// Levels of rules, by code; a rule that is not here has its own.
    pub levels: BTreeMap<String, Level>,
    /// Thresholds by code and key; one that is not here has the default of its rule.
    pub thresholds: BTreeMap<String, BTreeMap<String, f64>>,
    /// What the analysis takes for absent figures.
    pub assumed: Assumed,
    /// The day for which annotations are read; `None`: none expires.
    pub today: Option<Date>,
    /// From which severity on a check fails.
    pub fail_on: FailOn,
    /// The theme of pictures that nothing else names one for: built in, or one of `themes`.
    pub theme: Option<String>,
    /// Themes of one's own for pictures, by name.
    pub themes: BTreeMap<String, Colours>,
    /// Attributes of technologies beside those of the catalogue, with values as a design writes them: by the name in lower
    /// case, that of the catalogue where it has one.
    pub technologies: BTreeMap<String, BTreeMap<String, String>>,
    /// Levels for some files; of several for one file and rule the last holds.
    pub paths: Vec<PathLevels>,
    /// Below which folder those paths are.
    pub folder: Folder,
    /// The levels of `paths` by file, as [`Config::placed`] fills them.
    pub by_file: Vec<BTreeMap<String, Level>>,
}

/// Levels of rules, by code, for what is found in some files.
#[derive(Clone, PartialEq, Debug)]
pub struct PathLevels {
    /// The files.
    pub globs: Vec<Glob>,
    /// The levels.
    pub levels: BTreeMap<String, Level>,
}

/// Where a configuration stands, as text: both absolute, with `/`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Folder {
    /// The working folder, from which paths of documents start; empty where they start at the other one.
    pub here: String,
    /// The folder that the configuration is for.
    pub of: String,
}

impl Folder {
    /// A document's path from the folder of the configuration; `None` outside it.
    fn below(&self, path: &str) -> Option<String> {
        if self.of.is_empty() {
            return Some(path.to_owned());
        }
        let is_absolute = path.starts_with('/') || path.as_bytes().get(1) == Some(&b':');
        let whole = if is_absolute { path.to_owned() } else { format!("{}/{path}", self.here) };
        let mut parts: Vec<&str> = Vec::new();
        for part in whole.split('/').filter(|part| !matches!(*part, "" | ".")) {
            match part {
                ".." => _ = parts.pop(),
                part => parts.push(part),
            }
        }
        let of: Vec<&str> = self.of.split('/').filter(|part| !part.is_empty()).collect();
        parts.strip_prefix(of.as_slice()).map(|rest| rest.join("/"))
    }
}

impl Config {
    /// With the levels that hold in each of some files, by their paths in the order of their ids.
    pub fn placed<'p>(&self, files: impl Iterator<Item = &'p str>) -> Cow<'_, Self> {
        if self.paths.is_empty() {
            return Cow::Borrowed(self);
        }
        let levels = |path: &str| {
            let path = self.folder.below(path);
            let fits = |entry: &&PathLevels| {
                path.as_ref().is_some_and(|path| entry.globs.iter().any(|glob| glob.matches(path)))
            };
            let levels = self.paths.iter().filter(fits).flat_map(|entry| entry.levels.clone());
            levels.collect()
        };
        Cow::Owned(Self { by_file: files.map(levels).collect(), ..self.clone() })
    }

    /// The level that is set for what a rule finds in a file.
    pub fn level_in(&self, code: &str, file: FileId) -> Option<Level> {
        let here = self.by_file.get(file.0 as usize).and_then(|levels| levels.get(code)).copied();
        here.or_else(|| self.level(code))
    }

    /// Whether a rule is switched off for a file.
    pub fn is_off_in(&self, code: &str, file: FileId) -> bool {
        self.level_in(code, file) == Some(Level::Off)
    }

    /// Whether the level of a rule hangs on the file.
    pub fn varies_by_file(&self, code: &str) -> bool {
        self.by_file.iter().any(|levels| levels.contains_key(code))
    }

    /// Whether a rule is switched off and no file has it on.
    pub fn is_off_everywhere(&self, code: &str) -> bool {
        let on =
            |levels: &BTreeMap<String, Level>| levels.get(code).is_some_and(|level| *level != Level::Off);
        self.is_off(code) && !self.by_file.iter().any(on)
    }

    /// The level that is set for a rule.
    pub fn level(&self, code: &str) -> Option<Level> {
        self.levels.get(code).copied()
    }

    /// Whether a rule is switched off.
    pub fn is_off(&self, code: &str) -> bool {
        self.level(code) == Some(Level::Off)
    }

    /// The threshold that is set for a rule.
    pub fn threshold(&self, code: &str, key: &str) -> Option<f64> {
        self.thresholds.get(code)?.get(key).copied()
    }
}

/// The level of a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not checked.
    Off,
    /// Every finding is a note.
    Note,
    /// Every finding is a warning.
    Warning,
    /// Every finding is an error.
    Error,
}

impl Level {
    /// The words for them.
    pub const WORDS: &[(&str, Self)] =
        &[("off", Self::Off), ("note", Self::Note), ("warning", Self::Warning), ("error", Self::Error)];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        word(Self::WORDS, self)
    }

    /// The severity of its findings; `None` where there are none.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Note => Some(Severity::Note),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

/// From which severity on a check fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Errors.
    #[default]
    Error,
    /// Warnings and errors.
    Warning,
    /// Any finding.
    Note,
    /// None.
    Never,
}

impl FailOn {
    /// The words for them.
    pub const WORDS: &[(&str, Self)] =
        &[("error", Self::Error), ("warning", Self::Warning), ("note", Self::Note), ("never", Self::Never)];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        word(Self::WORDS, self)
    }

    /// Whether a finding of that severity fails the check.
    pub fn fails(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity >= Severity::Error,
            Self::Warning => severity >= Severity::Warning,
            Self::Note => true,
            Self::Never => false,
        }
    }
}

/// The themes that are built in.
pub const THEMES: &[&str] = &["auto", "light", "dark", "print"];

fn word<T: PartialEq>(words: &[(&'static str, T)], of: T) -> &'static str {
    words.iter().find(|(_, value)| *value == of).map_or("", |(word, _)| *word)
}

/// The figures that stand in for absent ones; each use of one is listed under the assumptions of a report.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Assumed {
    /// Availability of one replica.
    pub replica: f64,
    /// Availability of a zone.
    pub zone: f64,
    /// Availability of a region.
    pub region: f64,
    /// Availability of a cluster, and of any other group that fails together.
    pub domain: f64,
    /// Availability of somebody else's system.
    pub external: f64,
    /// Availability of a managed component without a published one.
    pub managed: f64,
    /// Mean time to repair, in seconds.
    pub mttr: f64,
    /// Peak over average.
    pub peak_factor: f64,
    /// The 99th percentile of a component's own work over its median.
    pub tail_factor: f64,
    /// Round trip within a zone, in seconds.
    pub rtt_zone: f64,
    /// Round trip within a region, in seconds.
    pub rtt_region: f64,
    /// Round trip between regions, in seconds.
    pub rtt_far: f64,
    /// How long data is kept, in seconds.
    pub retention: f64,
    /// The first pause between two tries, in seconds.
    pub backoff_base: f64,
    /// What a gigabyte costs that crosses from zone to zone, at each of its two ends.
    pub price_zone: f64,
    /// What a gigabyte costs that leaves a region for another.
    pub price_region: f64,
    /// What a gigabyte costs that leaves for the internet.
    pub price_egress: f64,
    /// The share of a day's reads that a cache keeps where nothing says how large it is.
    pub hot_share: f64,
    /// How busy a replica may be where replicas are counted.
    pub target_utilization: f64,
}

impl Default for Assumed {
    fn default() -> Self {
        Self {
            replica: 0.995,
            zone: 0.999,
            region: 0.9999,
            domain: 0.999,
            external: 0.999,
            managed: 0.999,
            mttr: 3600.0,
            peak_factor: 3.0,
            tail_factor: 5.0,
            rtt_zone: 0.000_1,
            rtt_region: 0.000_25,
            rtt_far: 0.08,
            retention: YEAR,
            backoff_base: 0.1,
            price_zone: 0.01,
            price_region: 0.02,
            price_egress: 0.09,
            hot_share: 0.2,
            target_utilization: 0.7,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_fails_from_the_chosen_severity_on() {
        assert!(FailOn::default().fails(Severity::Error) && !FailOn::default().fails(Severity::Warning));
        assert!(FailOn::Warning.fails(Severity::Warning) && !FailOn::Warning.fails(Severity::Note));
        assert!(FailOn::Note.fails(Severity::Note) && !FailOn::Never.fails(Severity::Error));
    }

    #[test]
    fn thresholds_and_levels_are_found_by_code() {
        let mut config = Config::default();
        assert!(!config.is_off("AV001"));
        config.levels.insert("AV001".into(), Level::Off);
        config.thresholds.entry("RS004".into()).or_default().insert("error".into(), 30.0);
        assert!(config.is_off("AV001"));
        assert_eq!(config.threshold("RS004", "error"), Some(30.0));
        assert_eq!(config.threshold("RS004", "warning"), None);
    }

    #[test]
    fn levels_of_paths_hold_for_their_files_alone() {
        let entry = |glob: &str, code: &str, level| PathLevels {
            globs: vec![Glob::new(glob)],
            levels: [(code.to_owned(), level)].into(),
        };
        let mut config = Config {
            paths: vec![entry("old/**", "AV001", Level::Off), entry("old/a.arch", "AV001", Level::Note)],
            folder: Folder { here: "/work/designs".into(), of: "/work".into() },
            ..Config::default()
        };
        let files = ["a.arch", "../old/a.arch", "/work/old/b.arch", "../../old/b.arch"];
        let placed = config.placed(files.into_iter());
        let levels: Vec<_> = (0..4).map(|file| placed.level_in("AV001", FileId(file))).collect();
        assert_eq!(levels, [None, Some(Level::Note), Some(Level::Off), None]);
        config.levels.insert("AV001".into(), Level::Off);
        let placed = config.placed(files.into_iter());
        assert!(placed.is_off("AV001") && !placed.is_off_everywhere("AV001"));
        assert!(placed.is_off_in("AV001", FileId(0)) && !placed.is_off_in("AV001", FileId(1)));
    }

    #[test]
    fn the_assumed_figures_read_in_part() {
        let assumed: Assumed = toml::from_str("zone = 0.99").unwrap();
        assert_eq!(assumed, Assumed { zone: 0.99, ..Assumed::default() });
    }
}
