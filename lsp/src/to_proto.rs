//! Our types as the protocol's.

use archc::diagnostic::{Diagnostic, Severity};
use archc::source::{Sources, Span};
use tower_lsp::ls_types::{
    self as lsp, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Position, Range,
    Uri,
};

/// A finding, for the document of that URI.
pub(crate) fn diagnostic(sources: &Sources, it: &Diagnostic, own: &Uri) -> lsp::Diagnostic {
    let message = match &it.help {
        Some(help) => format!("{}\n{help}", it.message),
        None => it.message.clone(),
    };
    let remarks = it.witness.iter().chain(&it.related);
    let related: Vec<DiagnosticRelatedInformation> = remarks
        .filter_map(|remark| {
            let same = sources.path(remark.span) == sources.path(it.span);
            let uri = if same { Some(own.clone()) } else { Uri::from_file_path(sources.path(remark.span)) };
            let location = Location { uri: uri?, range: range(sources, remark.span) };
            Some(DiagnosticRelatedInformation { location, message: remark.message.clone() })
        })
        .collect();
    lsp::Diagnostic {
        range: range(sources, it.span),
        severity: Some(match it.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(it.code.to_owned())),
        source: Some("archc".to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        ..lsp::Diagnostic::default()
    }
}

fn range(sources: &Sources, span: Span) -> Range {
    let Some(document) = sources.get(span.file) else { return Range::default() };
    let at = |offset: u32| {
        let position = document.utf16_position(offset as usize);
        Position::new(position.line, position.character)
    };
    Range::new(at(span.start), at(span.end))
}
