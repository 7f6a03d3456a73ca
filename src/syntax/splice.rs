//! A large slice after an edit inside it: of a group with all that it holds only the statement that was edited is parsed again. Gives
//! up wherever the whole might be read otherwise. Knows the shape of the tree, and no meaning.

use std::sync::Arc;

use super::ast::{Declaration, Stmt, StmtKind};
use super::cache::Parsed;
use super::scan::Slice;
use super::{build, build::Source, shift};

/// A slice as it stands in the text, and as pest reads it.
#[derive(Clone, Copy)]
pub(super) struct Reading<'t> {
    pub raw: &'t str,
    pub mask: &'t str,
}

/// The new parse of a slice, from that of the slice which stood there before; `None` where it has to be parsed as a whole.
///
/// A statement that has its lines for itself, without comments and with its brackets balanced, is read without regard to what stands
/// around it: the grammar looks no further than the end of its line. So where an edit lies within one such statement, stays within it,
/// and all else reads as before, all else is as before.
pub(super) fn splice(
    old: Arc<Parsed>,
    before: &str,
    (now, room): (Reading<'_>, usize),
    source: Source<'_>,
    slice: Slice,
) -> Option<Parsed> {
    let sound = old.file == source.file && old.start == slice.start && old.mistakes.is_empty();
    if !sound || !source.inserts.is_empty() {
        return None;
    }
    let before = Reading { raw: before, mask: &old.mask };
    let start =
        common(before.raw.bytes(), now.raw.bytes()).min(common(before.mask.bytes(), now.mask.bytes()));
    let behind = common(before.raw.bytes().rev(), now.raw.bytes().rev())
        .min(common(before.mask.bytes().rev(), now.mask.bytes().rev()))
        .min(before.raw.len().min(now.raw.len()) - start);
    let base = slice.start as usize;
    let changed = (base + start, base + before.raw.len() - behind);
    let by = now.raw.len() as i64 - before.raw.len() as i64;
    let path = place(&old, changed)?;
    let stmt = at(&old, &path)?;
    let (from, to) = (stmt.span.start as usize - base, stmt.span.end as usize - base);
    let new_to = usize::try_from(to as i64 + by).ok()?;
    if !stands_alone(before, from, to)
        || !stands_alone(now, from, new_to)
        || !is_balanced(now.mask.get(from..new_to)?)
    {
        return None;
    }
    let lines = |reading: Reading<'_>, base: usize, to: usize| {
        let end = reading.mask.get(to..)?.find('\n').map_or(reading.mask.len(), |end| to + end + 1);
        Some(Slice { start: (base + from) as u32, end: (base + end) as u32, ..slice })
    };
    let old_source = Source { text: before.raw, mask: before.mask, comments: &[], ..source };
    let gone = build::slice(old_source, lines(before, 0, to)?, room).taken;
    let mut found = build::slice(Source { comments: &[], ..source }, lines(now, base, new_to)?, room);
    let new = found.items.pop().filter(|_| found.items.is_empty() && found.mistakes.is_empty());
    let mut new = new.filter(|_| found.dangling.is_empty() && found.taken < room)?;
    let fits = new.span.start == stmt.span.start
        && new.span.end as usize == base + new_to
        && new.leading.is_empty()
        && new.trailing.is_none()
        && is_alike(&new.kind, &stmt.kind);
    if !fits {
        return None;
    }
    new.leading = stmt.leading.clone();
    let end = stmt.span.end;
    let mut spliced = Arc::unwrap_or_clone(old);
    shift::behind(&mut spliced.items, source.file, end, by);
    shift::leading_behind(&mut spliced.dangling, source.file, end, by);
    spliced.taken = (spliced.taken + found.taken).saturating_sub(gone);
    spliced.mask = now.mask.into();
    replace(&mut spliced, &path, new)?;
    #[cfg(test)]
    COUNT.with(|count| count.set(count.get() + 1));
    Some(spliced)
}

#[cfg(test)]
thread_local! {
    /// How many slices this thread has spliced.
    pub(super) static COUNT: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

fn common(one: impl Iterator<Item = u8>, other: impl Iterator<Item = u8>) -> usize {
    one.zip(other).take_while(|(a, b)| a == b).count()
}

/// Where the innermost statement of a group is that holds a range: its position, and that of each group around it.
fn place(old: &Parsed, (start, end): (usize, usize)) -> Option<Vec<usize>> {
    let holds = |stmt: &Stmt| stmt.span.start as usize <= start && end <= stmt.span.end as usize;
    let first = old.items.iter().position(|item| holds(item))?;
    let mut path = vec![first];
    let mut stmt: &Stmt = old.items.get(first)?;
    while let Some(block) = group(stmt).and_then(|it| it.block.as_ref()) {
        if (block.span.start as usize) >= start || end >= block.span.end as usize {
            break;
        }
        let Some(inner) = block.items.iter().position(holds) else { break };
        stmt = block.items.get(inner)?;
        path.push(inner);
    }
    (path.len() > 1).then_some(path)
}

/// The declaration, where it is one of a group.
fn group(stmt: &Stmt) -> Option<&Declaration> {
    const GROUPS: [&str; 8] = ["system", "region", "zone", "cluster", "network", "context", "team", "group"];
    match &stmt.kind {
        StmtKind::Declaration(it) if GROUPS.contains(&it.kind.name.as_str()) => Some(it),
        _ => None,
    }
}

fn at<'p>(old: &'p Parsed, path: &[usize]) -> Option<&'p Stmt> {
    let (first, rest) = path.split_first()?;
    let mut stmt: &Stmt = old.items.get(*first)?;
    for position in rest {
        stmt = group(stmt)?.block.as_ref()?.items.get(*position)?;
    }
    Some(stmt)
}

fn replace(parsed: &mut Parsed, path: &[usize], new: Stmt) -> Option<()> {
    let (first, rest) = path.split_first()?;
    let mut stmt: &mut Stmt = Arc::get_mut(parsed.items.get_mut(*first)?)?;
    for position in rest {
        let StmtKind::Declaration(it) = &mut stmt.kind else { return None };
        stmt = it.block.as_mut()?.items.get_mut(*position)?;
    }
    *stmt = new;
    Some(())
}

/// Whether nothing else stands on the lines of a statement, comments included.
fn stands_alone(reading: Reading<'_>, from: usize, to: usize) -> bool {
    let (Some(before), Some(behind)) = (reading.mask.get(..from), reading.mask.get(to..)) else {
        return false;
    };
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let end = behind.find('\n').map_or(reading.mask.len(), |end| to + end);
    let blank = |text: Option<&str>| {
        text.is_some_and(|text| text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r')))
    };
    let raw = reading.raw.get(start..end).unwrap_or("//");
    start > 0
        && blank(reading.mask.get(start..from))
        && blank(reading.mask.get(to..end))
        && !["//", "/*", "*/"].iter().any(|mark| raw.contains(mark))
}

/// Whether brackets open and close within a text, and no line ends outside of them.
fn is_balanced(mask: &str) -> bool {
    let mut open = Vec::new();
    for byte in mask.bytes() {
        match byte {
            b'{' | b'[' | b'(' => open.push(byte),
            b'}' if open.pop() != Some(b'{') => return false,
            b']' if open.pop() != Some(b'[') => return false,
            b')' if open.pop() != Some(b'(') => return false,
            b'\n' | b';' | b',' if open.is_empty() => return false,
            _ => {}
        }
    }
    open.is_empty()
}

/// Whether two statements are of the same form, of those whose neighbours do not matter.
fn is_alike(one: &StmtKind, other: &StmtKind) -> bool {
    matches!(
        (one, other),
        (StmtKind::Declaration(_), StmtKind::Declaration(_))
            | (StmtKind::Connection(_), StmtKind::Connection(_))
    )
}
