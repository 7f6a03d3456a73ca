//! From pest's pairs to the tree: statements, what stands before them, comments, and what is wrong with each.
//! Knows no file beyond the slice at hand, and no meaning.

mod connection;
mod container;
mod declaration;
mod pieces;
mod policy;
mod statement;
mod trivia;
mod value;

use pest::Parser;
use pest::iterators::Pair;
use smallvec::{SmallVec, smallvec};
use smol_str::SmolStr;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::ast::{Comment, Ident, Leading, Path, Stmt, Text, Value, ValueKind};
use super::grammar::{ArchParser, Rule};
use super::mistakes;
use super::scan::{self, Insert, RawComment, Slice};
use super::text::{self, BadEscape};
use crate::diagnostic::{Applicability, Diagnostic, Mistake};
use crate::source::{FileId, Span};
use pieces::{Body, Pieces};

/// The document that slices are cut from.
#[derive(Clone, Copy)]
pub(super) struct Source<'t> {
    pub file: FileId,
    pub text: &'t str,
    pub mask: &'t str,
    pub comments: &'t [RawComment],
    pub inserts: &'t [Insert],
}

/// What became of a slice.
#[derive(Debug, Default)]
pub(super) struct Built {
    pub items: Vec<Stmt>,
    /// What stands behind the last statement: it belongs to the one of the next slice.
    pub dangling: Vec<Leading>,
    pub mistakes: Vec<Diagnostic>,
    /// How much of the document's room it took.
    pub taken: usize,
}

/// Parses a top-level statement with what stands before it, and any others on its lines; `room` is how many
/// statements and values may be kept.
pub(super) fn slice(source: Source<'_>, slice: Slice, room: usize) -> Built {
    let (start, end) = (slice.start as usize, slice.end as usize);
    // blanks behind the last word would be read again by every alternative
    let input = source.mask.get(start..end).unwrap_or_default().trim_end_matches(' ');
    let (patched, places) = patch(input, start, source.inserts);
    let input = patched.as_deref().unwrap_or(input);
    let mut builder = Builder { room, ..Builder::new(source, start, places, Pieces::new(input)) };
    let body = Body::Range { from: 0, to: input.len() };
    let (items, dangling) = builder.container(body, (start, end), declaration::Holds::Statements);
    Built { items, dangling, mistakes: builder.mistakes, taken: room - builder.room }
}

/// Comments and blank lines behind the last slice.
pub(super) fn dangling(source: Source<'_>, from: usize) -> Vec<Leading> {
    let mut builder = Builder::new(source, from, Vec::new(), Pieces::default());
    builder.gap(from, source.text.len(), None)
}

/// What is wrong with comments and annotations that stand behind the last statement.
pub(super) fn lonely(source: Source<'_>, dangling: &[Leading]) -> Vec<Diagnostic> {
    let mut builder = Builder::new(source, 0, Vec::new(), Pieces::default());
    builder.lonely(dangling);
    builder.mistakes
}

/// Parses a text that is one value.
pub(super) fn value(source: Source<'_>) -> (Value, Vec<Diagnostic>) {
    let input = source.mask.trim_end();
    let mut builder = Builder::new(source, 0, Vec::new(), Pieces::new(input));
    let whole = Span::new(source.file, 0, source.text.len());
    let pairs = ArchParser::parse(Rule::single_value, input).ok();
    let value = match pairs.and_then(|mut pairs| pairs.next()) {
        Some(pair) => builder.value(pair),
        None => {
            builder.report(mistakes::BAD_VALUE, whole, "this is no value");
            Value { span: whole, kind: ValueKind::Invalid }
        }
    };
    if matches!(value.kind, ValueKind::Missing) {
        builder.report(mistakes::MISSING_VALUE, whole, "there is no value");
    }
    (value, builder.mistakes)
}

/// The slice with the braces that lack, and the places in it where they were put.
fn patch(input: &str, start: usize, inserts: &[Insert]) -> (Option<String>, Vec<usize>) {
    if inserts.is_empty() {
        return (None, Vec::new());
    }
    let (mut out, mut places, mut from) = (String::with_capacity(input.len() + inserts.len()), Vec::new(), 0);
    for insert in inserts {
        let at = (insert.at as usize - start).min(input.len());
        out.push_str(input.get(from..at).unwrap_or_default());
        from = at;
        places.push(out.len());
        out.push(insert.brace as char);
    }
    out.push_str(input.get(from..).unwrap_or_default());
    (Some(out), places)
}

/// What is built from one slice.
struct Builder<'t> {
    file: FileId,
    text: &'t str,
    mask: &'t str,
    /// The comments that have found no place yet.
    comments: &'t [RawComment],
    /// Where the slice starts in the text.
    base: usize,
    /// Where the statement at hand starts: what lacks in it lies no further left.
    floor: usize,
    /// Where braces were put into what is read; empty almost always.
    places: Vec<usize>,
    /// What pest reads, piece by piece.
    pieces: Pieces<'t>,
    /// How many statements and values may still be kept.
    room: usize,
    /// Comments inside the statement at hand that have no place of their own.
    head_comments: Vec<Comment>,
    mistakes: Vec<Diagnostic>,
}

impl<'t> Builder<'t> {
    fn new(source: Source<'t>, base: usize, places: Vec<usize>, pieces: Pieces<'t>) -> Self {
        Self {
            file: source.file,
            text: source.text,
            mask: source.mask,
            comments: source.comments,
            base,
            floor: base,
            places,
            pieces,
            room: super::MAX_ROOM,
            head_comments: Vec::new(),
            mistakes: Vec::new(),
        }
    }

    /// The offset in the text for one in what pest reads.
    fn at(&self, position: usize) -> usize {
        self.place(self.pieces.at(position))
    }

    /// The offset in the text for one in the slice with its braces.
    fn place(&self, position: usize) -> usize {
        self.base + position - self.places.partition_point(|place| *place < position)
    }

    /// Takes room for a statement or a value; false where there is none left, which is reported once.
    fn takes_room(&mut self, at: Span) -> bool {
        if self.room == 0 {
            return false;
        }
        self.room -= 1;
        if self.room == 0 {
            let message = format!(
                "the file has more than {} statements and values: what follows is not read",
                super::MAX_ROOM
            );
            self.report(mistakes::TOO_LONG, at, message);
        }
        self.room > 0
    }

    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        // pest takes the blanks before an optional part that is not there
        let end = span.start() + span.as_str().trim_end_matches(' ').len();
        if end == span.start() {
            let at = self.at(end);
            let at = self.mask.get(..at).map_or(at, |before| before.trim_end_matches(' ').len());
            let at = at.max(self.floor);
            return Span::new(self.file, at, at);
        }
        Span::new(self.file, self.at(span.start()), self.at(end))
    }

    fn source(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or_default()
    }

    fn masked(&self, start: u32, end: u32) -> &'t str {
        self.mask.get(start as usize..end as usize).unwrap_or_default()
    }

    fn report(&mut self, mistake: Mistake, span: Span, message: impl Into<String>) {
        if self.tells() {
            self.mistakes.push(mistake.at(span, message));
        }
    }

    /// Whether another mistake may be told: one slice may hold a whole file, and more than this many are not read.
    fn tells(&self) -> bool {
        self.mistakes.len() <= super::MAX_MISTAKES
    }

    /// Adds a fix to the mistake that was reported last.
    fn fix(&mut self, title: &str, applicability: Applicability, span: Span, new_text: impl Into<String>) {
        if let Some(last) = self.mistakes.pop() {
            self.mistakes.push(last.with_fix(title, applicability, span, new_text));
        }
    }

    /// Adds what to do to the mistake that was reported last.
    fn help(&mut self, help: impl Into<String>) {
        if let Some(last) = self.mistakes.last_mut() {
            last.help = Some(help.into());
        }
    }

    fn missing_ident(at: Span) -> Ident {
        Ident { span: at.at_start(), name: SmolStr::default() }
    }

    fn missing_path(at: Span) -> Path {
        Path { span: at.at_start(), parts: smallvec![Self::missing_ident(at)] }
    }

    fn path(&mut self, pair: &Pair<'_, Rule>) -> Path {
        let span = self.span(pair);
        self.path_of(span)
    }

    /// The path written at `span`; a dot at its end leaves a missing part.
    fn path_of(&mut self, span: Span) -> Path {
        let text = self.source(span);
        let mut parts = SmallVec::new();
        let mut start = span.start;
        for part in text.split('.') {
            let end = start + part.len() as u32;
            parts.push(Ident { span: Span { start, end, ..span }, name: normal(part) });
            start = end + 1;
        }
        let dots = parts.len() > 1 && self.mistakes.last().is_none_or(|last| last.span != span);
        if dots && parts.last().is_some_and(Ident::is_missing) {
            self.report(
                mistakes::MISSING_NAME,
                span,
                format!("a name is missing behind the dot of `{text}`"),
            );
        }
        Path { span, parts }
    }

    fn string(&mut self, pair: &Pair<'_, Rule>) -> Text {
        let span = self.span(pair);
        self.string_of(span)
    }

    fn string_of(&mut self, span: Span) -> Text {
        let literal = self.source(span);
        let block = literal.starts_with("\"\"\"");
        let mut bad = Vec::new();
        let value = if block { text::dedent(literal, &mut bad) } else { text::unescape(literal, &mut bad) };
        for BadEscape { at, len } in bad {
            let start = span.start as usize + at;
            let place = Span::new(self.file, start, start + len);
            let escape = self.source(place);
            let message = format!(
                "`{escape}` means nothing in a string: known are `\\\"`, `\\\\`, `\\n`, `\\t` and `\\u{{1F600}}`"
            );
            self.report(mistakes::BAD_ESCAPE, place, message);
            self.fix("write a backslash", Applicability::Unsafe, place.at_start(), "\\");
        }
        Text { span, value, block }
    }

    /// A string where text blocks may not stand.
    fn label(&mut self, pair: &Pair<'_, Rule>) -> Text {
        let text = self.string(pair);
        if text.block {
            self.report(mistakes::BAD_TEXT_BLOCK, text.span, "a label stands on one line: use `\"`");
        }
        text
    }
}

/// The name in NFC, the form in which names compare; without characters that were reported.
fn normal(name: &str) -> SmolStr {
    if name.contains(|c| scan::forbidden(c).is_some()) {
        return name.chars().filter(|c| scan::forbidden(*c).is_none()).nfc().collect::<String>().into();
    }
    match is_nfc_quick(name.chars()) {
        IsNormalized::Yes => name.into(),
        _ => name.nfc().collect::<String>().into(),
    }
}
