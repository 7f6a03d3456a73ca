//! What stands above blocks: their findings, and what may be run for them.

use std::ops::Range;

use super::edits::place;
use super::{Place, Snapshot};
use crate::diagnostic::Severity;
use crate::source::Span;
use crate::syntax::ast::{Stmt, StmtKind};

/// What a lens does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Shows the findings of a block.
    ShowFindings(Vec<Place>),
    /// Shows the picture: of the design, or of a view.
    Preview(Option<String>),
    /// Shows a flow as a sequence.
    PreviewFlow(String),
    /// Runs the scenarios: all of them, or one.
    Simulate(Option<String>),
}

/// A line above a block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lens {
    /// The name in the block's head, in bytes of the file.
    pub range: Range<usize>,
    /// What it says.
    pub title: String,
    /// What it does.
    pub command: Command,
}

/// *fresh*: the lenses of a file, in the order of the text.
pub fn lenses(snapshot: &Snapshot, path: &str) -> Vec<Lens> {
    let Some(file) = snapshot.file(path) else { return Vec::new() };
    let mut told: Vec<(Place, Severity)> = snapshot
        .told(path)
        .iter()
        .filter_map(|told| Some((told.design.place(told.diagnostic.span)?, told.diagnostic.severity)))
        .collect();
    told.sort_by_key(|(place, _)| place.range.start);
    let mut found = Vec::new();
    for part in file.parts() {
        let range_of = |span: Span| place(part.document(), span).range;
        let mut first = true;
        let has_scenarios = part.tree().items.iter().any(|stmt| is(stmt, "scenario"));
        for stmt in &part.tree().items {
            let StmtKind::Declaration(it) = &stmt.kind else { continue };
            if it.name.is_missing() {
                continue;
            }
            let range = range_of(it.name.span);
            let mut lens = |title: &str, command: Command| {
                found.push(Lens { range: range.clone(), title: title.to_owned(), command });
            };
            if first {
                lens("preview", Command::Preview(None));
                if has_scenarios {
                    lens("simulate", Command::Simulate(None));
                }
                first = false;
            }
            let name = it.name.name.to_string();
            match it.kind.name.as_str() {
                "view" => lens("preview", Command::Preview(Some(name))),
                "flow" => lens("sequence", Command::PreviewFlow(name)),
                "scenario" => lens("simulate", Command::Simulate(Some(name))),
                _ => {}
            }
            if let Some((title, places)) = findings(&told, &range_of(stmt.span)) {
                lens(&title, Command::ShowFindings(places));
            }
        }
    }
    found
}

fn is(stmt: &Stmt, word: &str) -> bool {
    matches!(&stmt.kind, StmtKind::Declaration(it) if it.kind.name == word)
}

/// The findings that begin in a range, counted.
fn findings(told: &[(Place, Severity)], range: &Range<usize>) -> Option<(String, Vec<Place>)> {
    let from = told.partition_point(|(place, _)| place.range.start < range.start);
    let inside = told.get(from..)?.iter().take_while(|(place, _)| place.range.start < range.end);
    let (mut counts, mut places) = ([0_usize; 3], Vec::new());
    for (place, severity) in inside {
        let slot = match severity {
            Severity::Error => 0,
            Severity::Warning => 1,
            Severity::Note => 2,
        };
        if let Some(count) = counts.get_mut(slot) {
            *count += 1;
        }
        places.push(place.clone());
    }
    let words = ["error", "warning", "note"];
    let parts: Vec<String> = counts
        .iter()
        .zip(words)
        .filter(|(count, _)| **count > 0)
        .map(|(count, word)| format!("{count} {word}{}", if *count == 1 { "" } else { "s" }))
        .collect();
    (!parts.is_empty()).then(|| (parts.join(" · "), places))
}
