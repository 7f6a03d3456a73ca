//! Text to syntax tree. The only place that names pest. Never fails: there is always a tree, and a list of mistakes.
//!
//! [`scan`] looks at the bytes and cuts the text into top-level statements, pest reads each of them by
//! `grammar/arch.pest`, and [`build`] makes the tree. What one statement gets wrong costs that statement alone.

pub mod ast;
mod build;
mod cache;
mod grammar;
pub mod mistakes;
mod scan;
mod shift;
mod splice;
#[cfg(test)]
pub(crate) mod tests;
mod text;
mod words;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub use cache::Cache;

use crate::diagnostic::Diagnostic;
use crate::parallel;
use crate::source::{FileId, Span};
use ast::{Declaration, Leading, Stmt, StmtKind, Tree, Value};
use build::{Built, Source};
use cache::Parsed;
use scan::{Scan, Slice};
use splice::Reading;

/// More mistakes than these are not told.
const MAX_MISTAKES: usize = 20_000;

/// More statements and values than these are not kept: a tree takes up to half a kilobyte for each. (A test without
/// optimisation would take minutes for them.)
const MAX_ROOM: usize = if cfg!(test) { 150_000 } else { 1_000_000 };

/// Parses a document.
pub fn parse(file: FileId, text: &str) -> Tree {
    document(file, text, None)
}

/// Parses a document and reuses what `cache` knows from the last parse of it: after an edit of one statement only that
/// one is parsed again.
pub fn parse_with(file: FileId, text: &str, cache: &mut Cache) -> Tree {
    document(file, text, Some(cache))
}

fn document(file: FileId, text: &str, mut cache: Option<&mut Cache>) -> Tree {
    let mut scan = scan::scan(file, text);
    let mut fresh = Cache::default();
    let mut items: Vec<Arc<Stmt>> = Vec::new();
    let mut mistakes = std::mem::take(&mut scan.mistakes);
    let mut dangling: Vec<Leading> = Vec::new();
    let mut room = MAX_ROOM;
    let mut read = if cache.is_none() { at_once(file, text, &scan) } else { None }.map(Vec::into_iter);
    for slice in &scan.slices {
        let source = source_of(file, text, &scan, slice);
        let raw = text.get(slice.start as usize..slice.end as usize).unwrap_or_default();
        let first = items.len();
        let behind = match &mut cache {
            Some(cache) if source.inserts.is_empty() => {
                let parsed = cached(source, *slice, (raw, room), cache, &mut fresh);
                items.extend(parsed.items.iter().cloned());
                mistakes.extend(parsed.mistakes.iter().cloned());
                room = room.saturating_sub(parsed.taken);
                parsed.dangling.clone()
            }
            _ => {
                let found = read.as_mut().and_then(Iterator::next);
                let found = found.unwrap_or_else(|| build::slice(source, *slice, room));
                items.extend(found.items.into_iter().map(Arc::new));
                mistakes.extend(found.mistakes);
                room = room.saturating_sub(found.taken);
                found.dangling
            }
        };
        if !dangling.is_empty()
            && let Some(first) = items.get_mut(first)
        {
            Arc::make_mut(first).leading.splice(0..0, dangling.drain(..));
        }
        dangling.extend(behind);
        mistakes.truncate(MAX_MISTAKES + 1);
        if room == 0 {
            break;
        }
    }
    if let Some(cache) = cache {
        *cache = fresh;
    }
    if room > 0 {
        let end = scan.slices.last().map_or(0, |slice| slice.end as usize);
        let comments = scan.comments.partition_point(|comment| (comment.start as usize) < end);
        let comments = scan.comments.get(comments..).unwrap_or_default();
        let source = Source { file, text, mask: &scan.mask, comments, inserts: &[] };
        dangling.extend(build::dangling(source, end));
        mistakes.extend(build::lonely(source, &dangling));
    }
    misplaced_system(&items, &mut mistakes);
    Tree { file, items, dangling, mistakes: told(file, mistakes, text) }
}

fn source_of<'t>(file: FileId, text: &'t str, scan: &'t Scan, slice: &Slice) -> Source<'t> {
    Source {
        file,
        text,
        mask: &scan.mask,
        comments: slice.comments.of(&scan.comments),
        inserts: slice.inserts.of(&scan.inserts),
    }
}

/// Shorter texts are read on one thread, longer ones in parts of about so many bytes.
const PART: usize = 1 << 14;

/// What becomes of each slice, read on several threads; `None` where that is not worth it, or where there is no room for
/// them all: then their order decides which are kept.
fn at_once(file: FileId, text: &str, scan: &Scan) -> Option<Vec<Built>> {
    if text.len() < PART || scan.slices.len() < 2 {
        return None;
    }
    let part_of = |slice: &Slice| slice.start as usize / PART;
    let parts: Vec<&[Slice]> = scan.slices.chunk_by(|a, b| part_of(a) == part_of(b)).collect();
    let taken = AtomicUsize::new(0);
    let built = parallel::map(true, &parts, |part| {
        let read = part.iter().map_while(|slice| {
            let room = MAX_ROOM.checked_sub(taken.load(Ordering::Relaxed)).filter(|room| *room > 0)?;
            let built = build::slice(source_of(file, text, scan, slice), *slice, room);
            taken.fetch_add(built.taken, Ordering::Relaxed);
            Some(built)
        });
        read.collect::<Vec<Built>>()
    });
    (taken.into_inner() < MAX_ROOM).then(|| built.into_iter().flatten().collect())
}

/// Parses a text that is one value, such as an attribute of the technology catalogue.
///
/// # Errors
/// The first mistake in it.
pub fn parse_value(text: &str) -> Result<Value, Box<Diagnostic>> {
    let file = FileId(u32::MAX);
    let scan = scan::scan(file, text);
    let source = Source { file, text, mask: &scan.mask, comments: &[], inserts: &[] };
    let (value, mistakes) = build::value(source);
    match scan.mistakes.into_iter().chain(mistakes).next() {
        Some(mistake) => Err(Box::new(mistake)),
        None => Ok(value),
    }
}

/// The slice from the last parse, moved to where it stands now, or parsed.
fn cached(
    source: Source<'_>,
    slice: Slice,
    (raw, room): (&str, usize),
    cache: &mut Cache,
    fresh: &mut Cache,
) -> Arc<Parsed> {
    let mask = source.mask.get(slice.start as usize..slice.end as usize).unwrap_or_default();
    let known = cache.take(raw).or_else(|| fresh.get(raw).map(|parsed| (raw.into(), Arc::clone(parsed))));
    let (key, parsed) = match known.filter(|(_, parsed)| *parsed.mask == *mask && parsed.taken < room) {
        Some((key, parsed)) if parsed.file == source.file && parsed.start == slice.start => (key, parsed),
        Some((key, parsed)) => (key, Arc::new(shift::parsed(parsed, source.file, slice.start))),
        None => {
            let edited = cache.take_at(slice.start).and_then(|(before, parsed)| {
                splice::splice(parsed, &before, (Reading { raw, mask }, room), source, slice)
            });
            (raw.into(), edited.map_or_else(|| parse_slice(source, slice, room), Arc::new))
        }
    };
    if parsed.taken < room {
        fresh.put(key, Arc::clone(&parsed));
    }
    parsed
}

fn parse_slice(source: Source<'_>, slice: Slice, room: usize) -> Arc<Parsed> {
    let Built { items, dangling, mistakes, taken } = build::slice(source, slice, room);
    let items = items.into_iter().map(Arc::new).collect();
    let mask = source.mask.get(slice.start as usize..slice.end as usize).unwrap_or_default().into();
    Arc::new(Parsed { file: source.file, start: slice.start, mask, items, dangling, mistakes, taken })
}

/// A `system` without a block covers the file: there is one at most, before every other declaration but imports.
fn misplaced_system(items: &[Arc<Stmt>], mistakes: &mut Vec<Diagnostic>) {
    let mut seen: Option<&Declaration> = None;
    let mut others: Option<Span> = None;
    for item in items {
        match &item.kind {
            StmtKind::Declaration(declaration)
                if declaration.kind.name == "system" && declaration.block.is_none() =>
            {
                let span = declaration.kind.span;
                if let Some(first) = seen {
                    let message = "a file has one `system` without a block: give this one a block";
                    let found = mistakes::MISPLACED_SYSTEM.at(span, message);
                    mistakes.push(found.with_related(first.kind.span, "the first one"));
                } else if let Some(other) = others {
                    let message =
                        "a `system` without a block covers the file: it stands before every declaration";
                    let found = mistakes::MISPLACED_SYSTEM.at(span, message);
                    mistakes.push(found.with_related(other, "this stands before it"));
                }
                seen.get_or_insert(declaration);
            }
            StmtKind::Declaration(_) => {
                others.get_or_insert(item.span.at_start());
            }
            _ => {}
        }
    }
}

/// The mistakes in the order of the text, each once, no more than a person can read.
fn told(file: FileId, mut mistakes: Vec<Diagnostic>, text: &str) -> Vec<Diagnostic> {
    mistakes.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    mistakes.dedup_by(|a, b| a.span == b.span && a.code == b.code);
    drop_echoes(&mut mistakes, text);
    if mistakes.len() > MAX_MISTAKES {
        mistakes.truncate(MAX_MISTAKES);
        let end = Span::new(file, text.len(), text.len());
        let message = format!("the file has more than {MAX_MISTAKES} mistakes: the rest is not told");
        mistakes.push(mistakes::TOO_MANY.at(end, message));
    }
    mistakes
}

/// A character or a bracket that was taken away is one mistake: that something lacks right before it is none.
fn drop_echoes(mistakes: &mut Vec<Diagnostic>, text: &str) {
    let lacks = [mistakes::MISSING_VALUE, mistakes::MISSING_NAME, mistakes::MISSING_END].map(|it| it.code);
    let taken = [mistakes::BAD_CHARACTER, mistakes::STRAY_BRACKET].map(|it| it.code);
    let mut at = 0;
    let gone: Vec<u32> =
        mistakes.iter().filter(|it| taken.contains(&it.code)).map(|it| it.span.start).collect();
    mistakes.retain(|mistake| {
        while gone.get(at).is_some_and(|gone| *gone < mistake.span.end) {
            at += 1;
        }
        let next = gone.get(at).filter(|_| lacks.contains(&mistake.code));
        // farther off, and it is another mistake
        let gap = next.filter(|next| **next - mistake.span.end <= 64);
        let gap = gap.and_then(|next| text.get(mistake.span.end as usize..*next as usize));
        gap.is_none_or(|gap| !gap.trim_matches([' ', '\t']).is_empty())
    });
}
