//! The findings as JSON, in the shape that docs/ promises.

use serde::Serialize;

use super::{Before, Findings, Summary, range};
use crate::diagnostic::{Applicability, ConnectionSubject, Diagnostic, Edit, Remark, Severity};
use crate::diff::baseline::Entry;
use crate::source::{Position, Sources, Span};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    diagnostics: Vec<DiagnosticJson<'a>>,
    summary: Summary,
    /// Only beside an earlier run.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<BeforeJson<'a>>,
}

#[derive(Serialize)]
struct BeforeJson<'a> {
    known: usize,
    gone: &'a [Entry],
}

/// A finding in its JSON shape; reports hold the same.
#[derive(Serialize)]
pub struct DiagnosticJson<'a> {
    code: &'a str,
    name: &'a str,
    severity: Severity,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    file: &'a str,
    range: Range,
    subjects: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    connection: Option<&'a ConnectionSubject>,
    flows: &'a [String],
    witness: Vec<Place<'a>>,
    related: Vec<Place<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixJson<'a>>,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Place<'a> {
    message: &'a str,
    file: &'a str,
    range: Range,
}

#[derive(Serialize)]
struct FixJson<'a> {
    title: &'a str,
    applicability: Applicability,
    edits: Vec<EditJson<'a>>,
}

#[derive(Serialize)]
struct EditJson<'a> {
    file: &'a str,
    range: Range,
    new_text: &'a str,
}

impl<'a> DiagnosticJson<'a> {
    /// The code.
    pub fn code(&self) -> &str {
        self.code
    }

    /// The rule's name.
    pub fn name(&self) -> &str {
        self.name
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        self.message
    }

    /// What to do.
    pub fn help(&self) -> Option<&str> {
        self.help
    }

    /// The file that holds it.
    pub fn file(&self) -> &str {
        self.file
    }

    /// The line where it starts.
    pub fn line(&self) -> u32 {
        self.range.start.line
    }

    /// The JSON shape of a finding whose spans point into `sources`.
    pub fn new(sources: &'a Sources, diagnostic: &'a Diagnostic) -> Self {
        let place = |remark: &'a Remark| Place {
            message: &remark.message,
            file: sources.path(remark.span),
            range: json_range(sources, remark.span),
        };
        let edit = |edit: &'a Edit| EditJson {
            file: sources.path(edit.span),
            range: json_range(sources, edit.span),
            new_text: &edit.new_text,
        };
        Self {
            code: diagnostic.code,
            name: diagnostic.name,
            severity: diagnostic.severity,
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            file: sources.path(diagnostic.span),
            range: json_range(sources, diagnostic.span),
            subjects: &diagnostic.subjects,
            connection: diagnostic.connection.as_ref(),
            flows: &diagnostic.flows,
            witness: diagnostic.witness.iter().map(place).collect(),
            related: diagnostic.related.iter().map(place).collect(),
            fix: diagnostic.mending().map(|fix| FixJson {
                title: &fix.title,
                applicability: fix.applicability,
                edits: fix.edits.iter().map(edit).collect(),
            }),
        }
    }
}

fn json_range(sources: &Sources, span: Span) -> Range {
    let (start, end) = range(sources, span);
    Range { start, end }
}

/// The findings of all roots and their summary, as one JSON document with a line end behind it.
pub fn json(roots: &[Findings<'_>], summary: Summary, before: Option<&Before>) -> String {
    let diagnostics = roots
        .iter()
        .flat_map(|root| {
            root.diagnostics.iter().map(|diagnostic| DiagnosticJson::new(root.sources, diagnostic))
        })
        .collect();
    let before = before.map(|it| BeforeJson { known: it.known, gone: &it.gone });
    let document = Document { version: 1, diagnostics, summary, before };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}
