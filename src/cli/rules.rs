//! `archc rules`

use std::fmt::Write as _;

use serde::Serialize;

use super::Exit;
use super::arguments::{ListFormat, Rules};
use super::output::Output;
use crate::rules;

/// A rule in a line.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) code: &'static str,
    name: &'static str,
    pub(super) category: &'static str,
    severity: String,
    summary: String,
}

pub(super) fn run(options: &Rules, output: &Output) -> Exit {
    let rows = rows();
    match options.format {
        ListFormat::Json => {
            let mut text = serde_json::to_string_pretty(&rows).unwrap_or_default();
            text.push('\n');
            output.print(&text)
        }
        ListFormat::Human => output.print(&table(&rows)),
    }
}

/// Every rule, by code.
pub(super) fn rows() -> Vec<Row> {
    rules::all()
        .map(|rule| Row {
            code: rule.code,
            name: rule.name,
            category: rule.category.as_str(),
            severity: rule.severity_words(),
            summary: rules::doc::summary(rule),
        })
        .collect()
}

/// The rules for people, by category.
pub(super) fn table(rows: &[Row]) -> String {
    let severity = rows.iter().map(|row| row.severity.len()).max().unwrap_or(0);
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    let mut category = "";
    for row in rows {
        if row.category != category {
            let gap = if category.is_empty() { "" } else { "\n" };
            // writing to a string cannot fail
            let _ = writeln!(out, "{gap}{}", row.category);
            category = row.category;
        }
        let _ =
            writeln!(out, "  {}  {:width$}  {:severity$}  {}", row.code, row.name, row.severity, row.summary);
    }
    out
}
