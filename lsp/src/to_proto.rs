//! Our types as the protocol's.

use std::str::FromStr as _;
use std::sync::Arc;

use archc::diagnostic::{Remark, Severity};
use archc::ide::{Analysis, Place, Told};
use tower_lsp::ls_types::{
    self as lsp, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Range, Uri,
};

use crate::positions::{Encoding, Position};

/// What is needed to write places as the client reads them.
#[derive(Clone, Copy)]
pub(crate) struct Writer<'a> {
    /// The files that places lie in.
    pub(crate) analysis: &'a Analysis,
    /// In what the client counts.
    pub(crate) encoding: Encoding,
}

/// How a path is written as a URI; `None` for what no URI can say.
pub(crate) fn uri(path: &str) -> Option<Arc<str>> {
    let uri = match path.starts_with('/') || cfg!(windows) {
        true => Uri::from_file_path(path)?,
        false => Uri::from_str(path).ok()?,
    };
    Some(uri.as_str().into())
}

impl Writer<'_> {
    /// What was found in a file.
    pub(crate) fn findings(self, path: &str) -> Vec<lsp::Diagnostic> {
        let told = self.analysis.told(path);
        let mut found: Vec<_> = told.into_iter().filter_map(|told| self.finding(told)).collect();
        found.extend(self.analysis.wrong.get(path).into_iter().flatten().filter_map(|wrong| {
            Some(lsp::Diagnostic {
                range: self.range(&Place::new(path, wrong.range.clone()))?,
                severity: Some(DiagnosticSeverity::ERROR),
                source: Some("archc".to_owned()),
                message: wrong.message.clone(),
                ..lsp::Diagnostic::default()
            })
        }));
        found
    }

    fn finding(self, told: Told<'_>) -> Option<lsp::Diagnostic> {
        let it = told.diagnostic;
        let message = match &it.help {
            Some(help) => format!("{}\n{help}", it.message),
            None => it.message.clone(),
        };
        let remark = |remark: &Remark| {
            let location = self.location(&told.design.place(remark.span)?)?;
            Some(DiagnosticRelatedInformation { location, message: remark.message.clone() })
        };
        let related: Vec<_> = it.witness.iter().chain(&it.related).filter_map(remark).collect();
        Some(lsp::Diagnostic {
            range: self.range(&told.design.place(it.span)?)?,
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
        })
    }

    fn location(self, place: &Place) -> Option<Location> {
        let uri = Uri::from_str(&uri(&place.path)?).ok()?;
        Some(Location { uri, range: self.range(place)? })
    }

    fn range(self, place: &Place) -> Option<Range> {
        let whole = self.analysis.file(&place.path)?.whole();
        let at = |offset| {
            let Position { line, character } = self.encoding.position(whole, offset);
            lsp::Position::new(line, character)
        };
        Some(Range::new(at(place.range.start), at(place.range.end)))
    }
}
