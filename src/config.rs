//! What a check is told beside the design: levels, thresholds, the figures that it may assume, the day. Plain data; it reads
//! no file and must not know which rules there are.

mod colours;

use std::collections::BTreeMap;

pub use colours::{Colour, Colours, Shades};
use serde::{Deserialize, Serialize};

use crate::diagnostic::Severity;
use crate::units::{Date, YEAR};

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
    /// Themes of one's own for pictures, by name.
    pub themes: BTreeMap<String, Colours>,
}

impl Config {
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
    fn the_assumed_figures_read_in_part() {
        let assumed: Assumed = toml::from_str("zone = 0.99").unwrap();
        assert_eq!(assumed, Assumed { zone: 0.99, ..Assumed::default() });
    }
}
