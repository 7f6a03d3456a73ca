//! The analysis of a design as a document: JSON for programs, Markdown and one HTML page for people. Computes nothing: it arranges facts.

mod decisions;
mod document;
mod gather;
mod html;
mod markdown;
mod matrix;
mod pictures;
mod times;
mod words;

pub use document::Report;
pub use html::html;
pub use markdown::markdown;
pub use pictures::{FlowPictures, Pictures, pictures};

use crate::compilation::Compilation;

/// The report of a compilation.
pub fn report(compilation: &Compilation) -> Report<'_> {
    gather::gather(compilation)
}

/// The report as JSON, with a line end behind it.
pub fn json(report: &Report<'_>) -> String {
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}
