//! Findings in the formats that people and programs read: one file for one format. Knows no rule and writes to no file.

mod concise;
mod github;
mod gitlab;
#[cfg(feature = "cli")]
mod human;
mod json;
mod junit;
mod sarif;

use std::borrow::Cow;

use crate::diagnostic::{Diagnostic, Severity};
use crate::diff::baseline::Entry;
use crate::source::{Position, Sources, Span};

pub use concise::concise;
pub use github::github;
pub use gitlab::gitlab;
#[cfg(feature = "cli")]
pub use human::{HumanStyle, human};
pub use json::{DiagnosticJson, json};
pub use junit::junit;
pub use sarif::sarif;

/// What was found in one root: the sources that its findings point into, and the findings.
#[derive(Clone, Copy, Debug)]
pub struct Findings<'a> {
    /// The documents.
    pub sources: &'a Sources,
    /// The findings, in the order in which they are told.
    pub diagnostics: &'a [Diagnostic],
}

/// What is known of the findings of an earlier run, where the present ones are those that it had not.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Before {
    /// Findings that are not told, for it had them already.
    pub known: usize,
    /// Its findings that are there no more.
    pub gone: Vec<Entry>,
}

/// How many findings there are, over all roots.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Summary {
    /// Files that were read, imported ones included.
    pub files: usize,
    /// Errors, mistakes in the source among them.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
    /// Findings that `@allow` silences.
    pub suppressed: usize,
}

impl Summary {
    /// Counts the findings of a root.
    pub fn count(&mut self, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics {
            match diagnostic.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Note => self.notes += 1,
            }
        }
    }

    /// The worst severity that occurs.
    pub fn worst(&self) -> Option<Severity> {
        if self.errors > 0 {
            Some(Severity::Error)
        } else if self.warnings > 0 {
            Some(Severity::Warning)
        } else {
            (self.notes > 0).then_some(Severity::Note)
        }
    }

    /// In words: `2 errors, 1 warning in 3 files`; `2 new errors …` where an earlier run is known.
    pub fn sentence(&self, before: Option<&Before>) -> String {
        let new = if before.is_some() { "new " } else { "" };
        let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
        let mut parts: Vec<String> =
            [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")]
                .iter()
                .filter(|(n, _)| *n > 0)
                .map(|(n, word)| count(*n, &format!("{new}{word}")))
                .collect();
        if parts.is_empty() {
            parts.push(format!("no {new}findings"));
        }
        let known = before.map_or(0, |before| before.known);
        let beside: Vec<String> = [(known, "known"), (self.suppressed, "allowed")]
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, word)| format!("{n} {word}"))
            .collect();
        let silenced = if beside.is_empty() { String::new() } else { format!(" ({})", beside.join(", ")) };
        format!("{} in {}{silenced}", parts.join(", "), count(self.files, "file"))
    }
}

/// First and last position of a span as people count; the end is exclusive.
fn range(sources: &Sources, span: Span) -> (Position, Position) {
    (sources.position(span), sources.position(span.at_end()))
}

/// The same on one line: the name of a file may hold anything.
pub(crate) fn one_line(text: &str) -> String {
    harmless(text).replace('\n', " ")
}

/// The text without characters that a terminal would obey; line ends stay.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    let obeyed = |c: char| c.is_control() && c != '\n';
    if text.contains(obeyed) { Cow::Owned(text.replace(obeyed, "?")) } else { Cow::Borrowed(text) }
}
