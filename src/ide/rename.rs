//! Another name for what stands at an offset, wherever it is named. A new name that would mean something else is refused.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cursor::Cursor;
use super::pieces::Piece;
use super::symbol::{self, Known};
use super::{FileEdit, Held, Place, Snapshot};
use crate::compilation::Compilation;
use crate::diagnostic::Severity;
use crate::model::{Class, ElementRef, GroupKind, Kind, Model};
use crate::resolve;
use crate::source::{Document, FileId, LoadError, Loader, Sources, Span, join_path};
use crate::syntax;
use crate::syntax::ast::StmtKind;

/// *fresh*: the name at an offset that can be renamed, and what it is now.
///
/// # Errors
/// Why it cannot, for people.
pub fn prepare(snapshot: &Snapshot, path: &str, offset: usize) -> Result<(Place, String), String> {
    let held = snapshot.holding(path, offset);
    let named = held.iter().find_map(|held| {
        let compilation = &held.design.compilation;
        let (span, _) = symbol::at(compilation, held.file, held.offset)?;
        Some((held.design.place(span)?, compilation.sources.slice(span).to_owned()))
    });
    named.ok_or_else(|| refusal(held.first()))
}

fn refusal(held: Option<&Held<'_>>) -> String {
    let why = held.and_then(|held| {
        let compilation: &Compilation = &held.design.compilation;
        let tree = compilation.trees.get(held.file.0 as usize)?;
        Cursor::new(tree, held.offset).find(|span, piece| {
            let word = compilation.sources.slice(span);
            let what = match piece {
                Piece::Kind(_) if Kind::from_name(word).is_some() || GroupKind::from_name(word).is_some() => {
                    "a kind of the language"
                }
                Piece::Kind(_) | Piece::Word(_) | Piece::AnnotationName(_) | Piece::ArgumentKey(_) => {
                    "a word of the language"
                }
                Piece::Tech(..) => "a technology of the catalogue",
                Piece::Key(_) | Piece::Required(_) => "an attribute of the language",
                Piece::Metric => "a metric of the language",
                Piece::Import(_) => "the path of a file: rename the file",
                Piece::Part(..) => "no name that the design declares",
                _ => return None,
            };
            Some(format!("`{word}` is {what}"))
        })
    });
    why.unwrap_or_else(|| "there is no name here".to_owned())
}

/// *fresh*: the edits that rename what stands at an offset in every design that knows it.
///
/// # Errors
/// Why the new name will not do, for people.
pub fn rename(
    snapshot: &Snapshot,
    path: &str,
    offset: usize,
    new_name: &str,
) -> Result<Vec<FileEdit>, String> {
    let (_, old_name) = prepare(snapshot, path, offset)?;
    is_name(new_name)?;
    if old_name == new_name {
        return Ok(Vec::new());
    }
    let mut edits: BTreeMap<(String, usize), FileEdit> = BTreeMap::new();
    for held in snapshot.holding(path, offset) {
        let Some((_, all)) = symbol::everywhere(snapshot, &held) else { continue };
        for known in &all {
            let spans = symbol::uses(&known.design.compilation, &known.symbol);
            check(known, &spans, new_name)?;
            let places = spans.into_iter().filter_map(|span| known.design.place(span));
            edits.extend(places.map(|place| {
                let key = (place.path.to_string(), place.range.start);
                (key, FileEdit { place, new_text: new_name.to_owned() })
            }));
        }
    }
    Ok(edits.into_values().collect())
}

/// Whether a text can be the name of a declaration.
fn is_name(name: &str) -> Result<(), String> {
    let text = format!("service {name}\n");
    let tree = syntax::parse(FileId(0), &text);
    let declared = match tree.items.as_slice() {
        [only] => match &only.kind {
            StmtKind::Declaration(it) => {
                it.name.span.range() == ("service ".len().."service ".len() + name.len())
            }
            _ => false,
        },
        _ => false,
    };
    if declared && tree.mistakes.is_empty() && !name.is_empty() {
        return Ok(());
    }
    Err(format!("`{name}` is no name: a letter or `_` first, then letters, digits, `_` and `-`"))
}

/// Reads a design again with the new name, and compares what every name means.
fn check(known: &Known<'_>, spans: &[Span], new_name: &str) -> Result<(), String> {
    let before = &known.design.compilation;
    let edited = Edited::new(&before.sources, spans, new_name);
    let Some((_, root)) = before.sources.iter().next() else { return Ok(()) };
    let root = edited.document(FileId(0)).unwrap_or_else(|| Arc::clone(root));
    let mut parse = |file, document: &Document| Arc::new(syntax::parse(file, document.text()));
    let loaded = resolve::imports::load(root, &edited, &mut parse);
    let (model, mistakes) = resolve::resolve(&loaded.files, &loaded.sources);
    let told = |all: &[crate::diagnostic::Diagnostic]| {
        all.iter().filter(|it| it.is_mistake() && it.severity == Severity::Error).count()
    };
    let parsed: usize = loaded.files.iter().map(|file| told(&file.tree.mistakes)).sum();
    if told(&mistakes) + parsed + told(&loaded.mistakes) > told(&before.diagnostics)
        && let Some(first) =
            mistakes.iter().find(|it| !before.diagnostics.iter().any(|known| known.message == it.message))
    {
        return Err(format!("`{new_name}` will not do: {}", first.message));
    }
    // what is declared keeps its order, so ids stay
    let mut expected: Vec<(Span, ElementRef)> =
        before.model.references.iter().map(|(span, element)| (edited.moved(*span), *element)).collect();
    expected.sort();
    if expected == model.references && kinds(&before.model) == kinds(&model) {
        return Ok(());
    }
    let clash = expected.iter().find(|it| model.references.binary_search(it).is_err());
    let place = clash.map_or_else(String::new, |(span, _)| {
        format!(" in `{}`", loaded.sources.slice(line(&loaded.sources, *span)).trim())
    });
    Err(format!("`{new_name}` would mean something else{place}: choose another name"))
}

fn kinds(model: &Model) -> Vec<(Kind, Class)> {
    model.components.iter().map(|it| (it.kind, it.kind.class())).collect()
}

/// The line that holds a place.
fn line(sources: &Sources, span: Span) -> Span {
    let text = sources.get(span.file).map_or("", |document| document.text());
    let start = text.get(..span.start as usize).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end = text.get(span.end as usize..).and_then(|rest| rest.find('\n'));
    Span::new(span.file, start, end.map_or(text.len(), |at| span.end as usize + at))
}

/// The documents of a design with some spans replaced by one text.
struct Edited<'a> {
    sources: &'a Sources,
    /// By document, in the order of the text.
    spans: BTreeMap<FileId, Vec<Span>>,
    new_text: &'a str,
}

impl<'a> Edited<'a> {
    fn new(sources: &'a Sources, spans: &[Span], new_text: &'a str) -> Self {
        let mut by_file: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
        for span in spans {
            by_file.entry(span.file).or_default().push(*span);
        }
        Self { sources, spans: by_file, new_text }
    }

    fn text(&self, file: FileId) -> Option<String> {
        let text = self.sources.get(file)?.text();
        let (mut out, mut from) = (String::with_capacity(text.len()), 0);
        for span in self.spans.get(&file).into_iter().flatten() {
            out.push_str(text.get(from..span.start as usize)?);
            out.push_str(self.new_text);
            from = span.end as usize;
        }
        out.push_str(text.get(from..)?);
        Some(out)
    }

    fn document(&self, file: FileId) -> Option<Arc<Document>> {
        let path = self.sources.get(file)?.path();
        Some(Arc::new(Document::new(path, self.text(file)?)))
    }

    /// Where a place is after the edits.
    fn moved(&self, span: Span) -> Span {
        let Some(spans) = self.spans.get(&span.file) else { return span };
        let before = spans.partition_point(|known| known.end <= span.start);
        let grown = |count: usize, removed: usize| (count * self.new_text.len()) as i64 - removed as i64;
        let removed: usize = spans.iter().take(before).map(|span| span.len()).sum();
        let start = i64::from(span.start) + grown(before, removed);
        let inside =
            spans.get(before..).unwrap_or_default().iter().take_while(|known| span.contains(**known));
        let (count, removed) =
            inside.fold((0, 0), |(count, removed), known| (count + 1, removed + known.len()));
        let end = start + span.len() as i64 + grown(count, removed);
        Span { start: start as u32, end: end as u32, ..span }
    }
}

impl Loader for Edited<'_> {
    fn resolve(&self, from: &str, import: &str) -> Result<String, LoadError> {
        join_path(from, import).ok_or(LoadError::OutsideRoot)
    }

    fn read(&self, path: &str) -> Result<Arc<str>, LoadError> {
        let file = self.sources.find(path).ok_or(LoadError::NotFound)?;
        self.text(file).map(Arc::from).ok_or(LoadError::NotFound)
    }
}
