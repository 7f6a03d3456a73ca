//! A back-of-the-envelope estimate: rates, storage, bandwidth, memory, servers, connections, money, a line each with its arithmetic.
//! Every figure is one of the analysis or follows from such by the arithmetic shown.

mod bandwidth;
mod human;
mod markdown;
mod memory;
mod money;
mod servers;
mod sheet;
mod storage;
mod traffic;

use serde::Serialize;

use crate::compilation::Compilation;
use crate::config::Config;

pub use human::{Style, human};
pub use markdown::markdown;

/// An estimate. Field names are a promise to other programs.
#[derive(Serialize, Debug)]
pub struct Estimate {
    /// Of this shape; 1.
    pub version: u32,
    /// The design.
    pub system: System,
    /// The estimate by question; those without a line are left out.
    pub sections: Vec<Section>,
    /// What it rests on beside the figures of the file.
    pub assumptions: Vec<Assumed>,
    /// Figures of the file that would give more lines.
    pub missing: Vec<Missing>,
}

/// The design.
#[derive(Serialize, Debug)]
pub struct System {
    /// Name of the `system` statement; `null` without one.
    pub name: Option<String>,
    /// Its label.
    pub label: Option<String>,
}

/// The lines of one question.
#[derive(Serialize, Debug)]
pub struct Section {
    /// `traffic`, `storage`, `bandwidth`, `memory`, `servers`, `connections` or `cost`.
    pub name: &'static str,
    /// As a heading says it.
    pub title: &'static str,
    /// The lines in the order in which one would write them.
    pub lines: Vec<Line>,
}

/// A figure and how it came about.
#[derive(Serialize, Debug)]
pub struct Line {
    /// The path of the element; `all` for a sum.
    pub subject: String,
    /// What the figure is.
    pub what: String,
    /// The arithmetic with its units; `given` where the file says it.
    pub arithmetic: String,
    /// The figure.
    pub value: f64,
    /// Its unit.
    pub unit: Unit,
    /// The figure as people write it.
    pub result: String,
    /// The numbers of the assumptions that it rests on.
    pub assumptions: Vec<usize>,
}

/// The unit of a figure.
#[derive(Serialize, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Requests, messages, records a second.
    #[serde(rename = "1/s")]
    PerSecond,
    /// Requests, messages, records a day.
    #[serde(rename = "1/day")]
    PerDay,
    /// Bytes.
    #[serde(rename = "B")]
    Bytes,
    /// Bytes a second.
    #[serde(rename = "B/s")]
    BytesPerSecond,
    /// Bytes a day.
    #[serde(rename = "B/day")]
    BytesPerDay,
    /// Bytes a year.
    #[serde(rename = "B/y")]
    BytesPerYear,
    /// Things counted: replicas, connections, records.
    #[serde(rename = "1")]
    Count,
    /// Seconds.
    #[serde(rename = "s")]
    Seconds,
    /// Money a month, in the currency of the file.
    #[serde(rename = "money/month")]
    MoneyPerMonth,
    /// Money, in the currency of the file.
    #[serde(rename = "money")]
    Money,
}

/// An assumption and where to change it.
#[derive(Serialize, Debug)]
pub struct Assumed {
    /// By which lines name it.
    pub number: usize,
    /// What it is about: a path, or `archc.toml`.
    pub subject: String,
    /// The attribute or key.
    pub attribute: String,
    /// The value as it would be written.
    pub value: String,
    /// Where it comes from: `default`, or the catalogue's source.
    pub source: String,
    /// Where to change it.
    pub change: String,
}

/// A figure that the file lacks.
#[derive(Serialize, Debug)]
pub struct Missing {
    /// The path of the element.
    pub subject: String,
    /// The attribute.
    pub attribute: String,
    /// What it would give.
    pub gives: &'static str,
}

/// Estimates a design that was checked with this configuration.
pub fn estimate(compilation: &Compilation, config: &Config) -> Estimate {
    let mut sheet = sheet::Sheet::new(compilation, config);
    traffic::write(&mut sheet);
    storage::write(&mut sheet);
    bandwidth::write(&mut sheet);
    memory::write(&mut sheet);
    servers::write(&mut sheet);
    money::write(&mut sheet);
    let system = compilation.model.system.as_ref();
    let (sections, assumptions, missing) = sheet.finish();
    Estimate {
        version: 1,
        system: System {
            name: system.map(|it| it.name.to_string()),
            label: system.and_then(|it| it.label.as_ref().map(ToString::to_string)),
        },
        sections,
        assumptions,
        missing,
    }
}

/// The estimate as JSON, with a line end behind it.
pub fn json(estimate: &Estimate) -> String {
    let mut text = serde_json::to_string_pretty(estimate).unwrap_or_default();
    text.push('\n');
    text
}
