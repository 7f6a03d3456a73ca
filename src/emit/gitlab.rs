//! Findings as GitLab's code quality report.

use serde::Serialize;

use super::{Findings, range};
use crate::diagnostic::Severity;
use crate::diff::fingerprints;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// The findings of all roots as one JSON document with a line end behind it.
pub fn gitlab(roots: &[Findings<'_>]) -> String {
    let mut issues = Vec::new();
    for root in roots {
        let prints = fingerprints(root.sources, root.diagnostics);
        for (diagnostic, print) in root.diagnostics.iter().zip(prints) {
            let (start, end) = range(root.sources, diagnostic.span);
            let path = root.sources.path(diagnostic.span);
            issues.push(Issue {
                description: format!("{} {}: {}", diagnostic.code, diagnostic.name, diagnostic.message),
                check_name: diagnostic.code,
                // two designs may have the same finding: the file tells them apart
                fingerprint: format!("{print}-{path}"),
                severity: match diagnostic.severity {
                    Severity::Error => "major",
                    Severity::Warning => "minor",
                    Severity::Note => "info",
                },
                location: Location { path, lines: Lines { begin: start.line, end: end.line } },
            });
        }
    }
    let mut text = serde_json::to_string_pretty(&issues).unwrap_or_default();
    text.push('\n');
    text
}
