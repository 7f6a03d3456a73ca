//! From a name to where it is declared, and to all places that name it; links of a document.

use std::collections::BTreeMap;
use std::ops::Range;

use super::cursor::Cursor;
use super::edits::place;
use super::pieces::{self, Piece};
use super::symbol;
use super::{Held, Place, Snapshot};
use crate::compilation::Compilation;
use crate::source::{FileId, Span, join_path};
use crate::syntax::ast::{StmtKind, ValueKind};

/// Where a name leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Definition {
    /// The name that was asked about.
    pub origin: Place,
    /// The name in the declaration; empty at the start of an imported file.
    pub name: Place,
    /// The whole declaration.
    pub whole: Place,
}

/// *fresh*: where what stands at an offset is declared.
pub fn definition(snapshot: &Snapshot, path: &str, offset: usize) -> Option<Definition> {
    snapshot.holding(path, offset).iter().find_map(definition_in)
}

fn definition_in(held: &Held<'_>) -> Option<Definition> {
    let (design, compilation) = (held.design, &held.design.compilation);
    if let Some((origin, found)) = symbol::at(compilation, held.file, held.offset) {
        let (name, whole) = symbol::declaration(compilation, &found)?;
        return Some(Definition {
            origin: design.place(origin)?,
            name: design.place(name)?,
            whole: design.place(whole)?,
        });
    }
    let tree = compilation.trees.get(held.file.0 as usize)?;
    Cursor::new(tree, held.offset).find(|span, piece| {
        let Piece::Import(text) = piece else { return None };
        let to = imported(compilation, held.file, &text.value)?;
        let start = design.place(Span::new(to, 0, 0))?;
        Some(Definition { origin: design.place(span)?, name: start.clone(), whole: start })
    })
}

/// The document that an import names.
pub(super) fn imported(compilation: &Compilation, from: FileId, path: &str) -> Option<FileId> {
    let path = join_path(compilation.sources.get(from)?.path(), path)?;
    compilation.sources.find(&path)
}

/// *fresh*: every place that names what stands at an offset, in all designs; the declaration too where it is wanted.
pub fn references(snapshot: &Snapshot, path: &str, offset: usize, with_declaration: bool) -> Vec<Place> {
    let mut places: BTreeMap<(String, usize), Place> = BTreeMap::new();
    for held in snapshot.holding(path, offset) {
        let Some((_, all)) = symbol::everywhere(snapshot, &held) else { continue };
        for known in all {
            let compilation = &known.design.compilation;
            let declared = symbol::declaration(compilation, &known.symbol).map(|(name, _)| name);
            let spans = symbol::uses(compilation, &known.symbol).into_iter();
            let wanted = spans.filter(|span| with_declaration || Some(*span) != declared);
            let found = wanted.filter_map(|span| known.design.place(span));
            places.extend(found.map(|place| ((place.path.to_string(), place.range.start), place)));
        }
    }
    places.into_values().collect()
}

/// A place that names what the cursor stands on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Highlight {
    /// The name, in bytes of the file.
    pub range: Range<usize>,
    /// Whether it is the declaration.
    pub is_declaration: bool,
}

/// *fresh*: the places of one file that name what stands at an offset.
pub fn highlights(snapshot: &Snapshot, path: &str, offset: usize) -> Vec<Highlight> {
    let Some(held) = snapshot.holding(path, offset).into_iter().next() else { return Vec::new() };
    let compilation = &held.design.compilation;
    let Some((_, found)) = symbol::at(compilation, held.file, held.offset) else { return Vec::new() };
    let declared = symbol::declaration(compilation, &found).map(|(name, _)| name);
    let spans = symbol::uses(compilation, &found).into_iter();
    let here =
        spans.filter_map(|span| Some((span, held.design.place(span)?))).filter(|(_, at)| *at.path == *path);
    here.map(|(span, at)| Highlight { range: at.range, is_declaration: Some(span) == declared }).collect()
}

/// A link of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// The text inside the quotes, in bytes of the file.
    pub range: Range<usize>,
    /// Where it leads.
    pub to: LinkTarget,
}

/// Where a link leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkTarget {
    /// A file of the design, by its path.
    File(String),
    /// An address.
    Address(String),
}

/// *now*: the links of a file: its imports, and the values of `url`.
pub fn links(snapshot: &Snapshot, path: &str) -> Vec<Link> {
    let Some(file) = snapshot.file(path) else { return Vec::new() };
    let mut links = Vec::new();
    for part in file.parts() {
        let inside = |span: Span| {
            let end = span.end.saturating_sub(1).max(span.start + 1);
            place(part.document(), Span { start: span.start + 1, end, ..span }).range
        };
        pieces::of_tree(part.tree(), &mut |_, piece| {
            match piece {
                Piece::Import(text) => {
                    let to = join_path(path, &text.value).filter(|to| snapshot.file(to).is_some());
                    links.extend(to.map(|to| Link { range: inside(text.span), to: LinkTarget::File(to) }));
                }
                Piece::Stmt(stmt) => {
                    if let StmtKind::Attribute(it) = &stmt.kind
                        && let ValueKind::Text(text) = &it.value.kind
                        && it.key.single().is_some_and(|key| key.name == "url")
                        && ["http://", "https://", "mailto:"]
                            .iter()
                            .any(|scheme| text.value.starts_with(scheme))
                    {
                        let to = LinkTarget::Address(text.value.to_string());
                        links.push(Link { range: inside(text.span), to });
                    }
                }
                _ => {}
            }
            true
        });
    }
    links
}
