//! What a PEG cannot do, before pest runs: counting. Comments, brackets, braces, lines; linear in the text.
//!
//! Four passes: [`lexical`] makes the mask, [`lines`] joins lines that belong together, [`braces`] pairs braces (where
//! they do not balance, indentation decides in [`vote`]), [`split`] cuts the text into top-level statements. Byte offsets never change.

mod braces;
mod chars;
mod lexical;
mod lines;
mod look;
mod report;
mod split;
mod text_block;
mod vote;

pub(super) use braces::Insert;
pub(super) use chars::forbidden;
pub(super) use lexical::{FILL, RawComment};
pub(super) use split::Slice;

use crate::diagnostic::Diagnostic;
use crate::source::FileId;

/// What the passes found.
pub(super) struct Scan {
    /// The text with comments, forbidden characters and the insides of strings masked; see [`lexical`].
    pub mask: String,
    /// All comments, in order.
    pub comments: Vec<RawComment>,
    /// Braces that lack, in order.
    pub inserts: Vec<Insert>,
    /// The top-level statements.
    pub slices: Vec<Slice>,
    /// What was wrong.
    pub mistakes: Vec<Diagnostic>,
}

/// Runs the passes.
pub(super) fn scan(file: FileId, text: &str) -> Scan {
    let mut report = report::Report::new(file);
    let lexical::Lexed { mut mask, comments, unclosed } = lexical::lex(text, &mut report);
    let marks = lines::lines(&mut mask, &mut report);
    let inserts = braces::pair(&mut mask, &marks, &mut report, &unclosed);
    let slices = split::split(&mask, &marks, &inserts, &comments);
    // every write into the mask is ASCII over a whole character
    let mask = String::from_utf8(mask)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Scan { mask, comments, inserts, slices, mistakes: report.mistakes }
}
