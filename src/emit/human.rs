//! Findings for people, with the source and the place marked in it. The only file that names miette.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};
use textwrap::WordSeparator;

use super::{Findings, harmless, one_line};
use crate::diagnostic::{Diagnostic, Severity};
use crate::parallel;
use crate::source::{Document, FileId, Sources, Span};

/// How the text looks.
#[derive(Clone, Copy, Debug)]
pub struct HumanStyle {
    /// With colours.
    pub color: bool,
    /// Columns at which prose is wrapped.
    pub width: usize,
}

/// Excerpts with more than this many bytes to one side of the place are cut.
const LONG: usize = 1000;
/// What is left of them to that side.
const CUT: usize = 160;
/// Findings that one thread writes at a time.
const AT_ONCE: usize = 32;
/// A label may not mark more lines than this: it then marks the first.
const MAX_LINES: usize = 6;

/// The findings of a root, each with its source.
pub fn human(findings: Findings<'_>, style: HumanStyle) -> String {
    let styles = if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
    let theme = GraphicalTheme { characters: ThemeCharacters::unicode(), styles };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_links(false)
        .with_word_separator(WordSeparator::AsciiSpace);
    let mut texts: BTreeMap<FileId, Cow<'_, str>> = BTreeMap::new();
    for diagnostic in findings.diagnostics {
        if let Some(document) = findings.sources.get(diagnostic.span.file) {
            texts.entry(diagnostic.span.file).or_insert_with(|| printable(document.file_text()));
        }
    }
    let one = |diagnostic: &Diagnostic| {
        let file = diagnostic.span.file;
        let excerpt = findings.sources.get(file).zip(texts.get(&file));
        let excerpt = excerpt.map(|(document, text)| Excerpt { document, text });
        let mut out = String::new();
        // writing to a string cannot fail
        let _ = handler.render_report(&mut out, &Report::new(findings.sources, diagnostic, excerpt));
        out.push('\n');
        out
    };
    let few: Vec<&[Diagnostic]> = findings.diagnostics.chunks(AT_ONCE).collect();
    let some = |few: &&[Diagnostic]| few.iter().map(one).collect::<String>();
    parallel::map(few.len() > 1, &few, some).concat()
}

/// The text with the same offsets, its lone CRs as line ends and nothing in it that a terminal would obey.
fn printable(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let obeyed = |i: usize, byte: u8| match byte {
        b'\n' | b'\t' => false,
        b'\r' => bytes.get(i + 1) != Some(&b'\n'),
        _ => byte.is_ascii_control(),
    };
    if !bytes.iter().enumerate().any(|(i, byte)| obeyed(i, *byte)) {
        return Cow::Borrowed(text);
    }
    let shown = |(i, c): (usize, char)| match c {
        '\r' if obeyed(i, b'\r') => '\n',
        c if c.is_ascii() && obeyed(i, c as u8) => '?',
        c => c,
    };
    Cow::Owned(text.char_indices().map(shown).collect())
}

/// A finding as miette sees it.
struct Report<'a> {
    diagnostic: &'a Diagnostic,
    message: Cow<'a, str>,
    code: String,
    help: Option<String>,
    labels: Vec<LabeledSpan>,
    source: Option<Excerpt<'a>>,
}

impl<'a> Report<'a> {
    fn new(sources: &'a Sources, diagnostic: &'a Diagnostic, source: Option<Excerpt<'a>>) -> Self {
        let mut labels = Vec::new();
        let mut notes: Vec<String> = diagnostic.help.iter().cloned().collect();
        if let Some(excerpt) = &source {
            let text = diagnostic.label.clone();
            labels.push(LabeledSpan::new_primary_with_span(text, excerpt.place(diagnostic.span)));
            for remark in &diagnostic.related {
                // two labels at one place, or one in another file, read better as a line of their own
                let apart = remark.span.start != diagnostic.span.start;
                if remark.span.file == diagnostic.span.file && apart && !excerpt.is_long(remark.span) {
                    labels.push(LabeledSpan::new_with_span(
                        Some(remark.message.clone()),
                        excerpt.place(remark.span),
                    ));
                } else {
                    notes.push(format!("{}: {}", place(sources, remark.span), remark.message));
                }
            }
        }
        if !diagnostic.witness.is_empty() {
            let steps = diagnostic.witness.iter().enumerate();
            let steps = steps
                .map(|(i, step)| format!("  {}. {} ({})", i + 1, step.message, place(sources, step.span)));
            notes.push(format!("how it comes about:\n{}", steps.collect::<Vec<_>>().join("\n")));
        }
        let code = format!("{} {}", diagnostic.code, diagnostic.name);
        let help = (!notes.is_empty()).then(|| harmless(&notes.join("\n")).into_owned());
        Self { diagnostic, message: harmless(&diagnostic.message), code, help, labels, source }
    }
}

fn place(sources: &Sources, span: Span) -> String {
    format!("{}:{}", one_line(sources.path(span)), sources.position(span).line)
}

impl fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report<'_> {}

impl miette::Diagnostic for Report<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        Some(Box::new(&self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Note => miette::Severity::Advice,
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }
}

/// Hands miette the lines around a place, and of a very long line only the part around it.
struct Excerpt<'a> {
    document: &'a Document,
    /// The file's text, [`printable`].
    text: &'a str,
}

impl Excerpt<'_> {
    /// A span in the file that a person sees; one over many lines is cut to its first.
    fn place(&self, span: Span) -> SourceSpan {
        let start = self.document.file_offset(span.start as usize);
        let mut end = self.document.file_offset(span.end as usize).max(start);
        if self.is_long(span) {
            let lines = self.document.lines();
            let next = lines.start(lines.line(start) + 1).unwrap_or(end);
            let line = self.document.file_text().get(start..next.min(end)).unwrap_or("");
            end = start + line.trim_end().len();
        }
        (start, (end - start).min(2 * CUT)).into()
    }

    fn is_long(&self, span: Span) -> bool {
        let lines = self.document.lines();
        let line = |offset: u32| lines.line(self.document.file_offset(offset as usize));
        line(span.end) - line(span.start) >= MAX_LINES
    }
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl SourceCode for Excerpt<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (text, lines) = (self.text, self.document.lines());
        let (start, end) = (span.offset().min(text.len()), (span.offset() + span.len()).min(text.len()));
        let first = lines.line(start).saturating_sub(before);
        let last = lines.line(end) + after;
        let line_start = lines.start(first).unwrap_or(0);
        let line_end = lines.start(last + 1).unwrap_or(text.len());
        // without context miette asks where the place itself is
        let from = match before {
            0 => start,
            _ if start - line_start > LONG => start - CUT,
            _ => line_start,
        };
        let to = if line_end - end > LONG { end + CUT } else { line_end };
        let (from, to) = (floor_boundary(text, from), floor_boundary(text, to));
        let skipped = lines.line(from);
        let column =
            text.get(lines.start(skipped).unwrap_or(from)..from).map_or(0, |left| left.chars().count());
        let data = text.get(from..to).unwrap_or("").as_bytes();
        let name = one_line(self.document.path());
        let (at, count) = ((from, to - from).into(), lines.line(to) + 1 - skipped);
        Ok(Box::new(MietteSpanContents::new_named(name, data, at, skipped, column, count)))
    }
}
