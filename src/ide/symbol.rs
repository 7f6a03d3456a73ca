//! What a name at an offset stands for, and every place that names it: within one design, and in all designs of a workspace.

use smol_str::SmolStr;

use super::cursor::Cursor;
use super::customs::{self, Word};
use super::names;
use super::pieces::{self, Piece};
use super::{Design, Held, Snapshot};
use crate::compilation::Compilation;
use crate::model::{ElementRef, GroupKind};
use crate::source::{FileId, Span};
use crate::syntax::ast::SelectorKind;

/// What a name stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Symbol {
    /// An element of the model.
    Element(ElementRef),
    /// A `kind` or `tech` of one's own.
    Word(Word, SmolStr),
    /// A statement that nothing refers to: a view, a policy, a decision. Where its name stands.
    Statement(Span),
}

/// What the name at an offset stands for, and where the name is.
pub(super) fn at(compilation: &Compilation, file: FileId, offset: usize) -> Option<(Span, Symbol)> {
    let tree = compilation.trees.get(file.0 as usize)?;
    Cursor::new(tree, offset).find(|span, piece| of_piece(compilation, span, piece))
}

fn of_piece(compilation: &Compilation, span: Span, piece: Piece<'_>) -> Option<(Span, Symbol)> {
    let word = |what: Word, name: &SmolStr| {
        customs::find(&compilation.trees, what, name).map(|_| (span, Symbol::Word(what, name.clone())))
    };
    match piece {
        Piece::Part(path, _) => {
            let element = names::element_at(&compilation.model, span).map(|it| (span, Symbol::Element(it)));
            element.or_else(|| word(Word::Kind, &path.single()?.name))
        }
        Piece::Name(it) if it.kind.name == "defaults" => word(Word::Kind, &it.name.name),
        Piece::Name(it) if it.name.is_missing() => None,
        Piece::Name(it) => match it.kind.name.as_str() {
            "kind" => word(Word::Kind, &it.name.name),
            "tech" => word(Word::Tech, &it.name.name),
            _ => {
                let element = names::element_at(&compilation.model, span);
                Some((span, element.map_or(Symbol::Statement(span), Symbol::Element)))
            }
        },
        Piece::Kind(it) => word(Word::Kind, &it.kind.name),
        Piece::Tech(of, it) if of.kind.name == "kind" => word(Word::Kind, &it.name),
        Piece::Tech(_, it) => word(Word::Tech, &it.name),
        Piece::Selector(it) => match &it.kind {
            SelectorKind::Team(path) => {
                let team = team(compilation, &path.text())?;
                Some((path.span, Symbol::Element(team)))
            }
            SelectorKind::Tech(text) => {
                customs::find(&compilation.trees, Word::Tech, &text.value)?;
                Some((text.span, Symbol::Word(Word::Tech, text.value.clone())))
            }
            _ => None,
        },
        _ => None,
    }
}

fn team(compilation: &Compilation, name: &str) -> Option<ElementRef> {
    let teams = compilation.model.groups.enumerate().filter(|(_, group)| group.kind == GroupKind::Team);
    teams.into_iter().find(|(_, group)| group.header.name == name).map(|(id, _)| ElementRef::Group(id))
}

/// Where a symbol is declared: its name, and the whole statement.
pub(super) fn declaration(compilation: &Compilation, symbol: &Symbol) -> Option<(Span, Span)> {
    match symbol {
        Symbol::Element(element) => {
            let header = names::header(&compilation.model, *element);
            Some((header.name_span, header.span))
        }
        Symbol::Word(what, name) => {
            customs::find(&compilation.trees, *what, name).map(|(stmt, it)| (it.name.span, stmt.span))
        }
        Symbol::Statement(span) => Some((*span, *span)),
    }
}

/// Every place of a design that names a symbol, its declaration among them, in the order of the text.
pub(super) fn uses(compilation: &Compilation, symbol: &Symbol) -> Vec<Span> {
    match symbol {
        Symbol::Statement(span) => vec![*span],
        Symbol::Word(what, name) => customs::uses(&compilation.trees, *what, name),
        Symbol::Element(element) => {
            let known = compilation.model.references.iter();
            let mut spans: Vec<Span> = known.filter(|(_, of)| of == element).map(|(span, _)| *span).collect();
            if let ElementRef::Group(id) = element
                && compilation.model.groups[*id].kind == GroupKind::Team
            {
                spans.extend(teams_named(compilation, &compilation.model.groups[*id].header.name));
                spans.sort_unstable();
            }
            spans.dedup();
            spans
        }
    }
}

/// Where `team:NAME` names a team.
fn teams_named(compilation: &Compilation, name: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    for tree in &compilation.trees {
        pieces::of_tree(tree, &mut |_, piece| {
            let selector = match piece {
                Piece::Selector(it) => it,
                _ => return true,
            };
            if let SelectorKind::Team(path) = &selector.kind
                && path.text() == name
            {
                spans.push(path.span);
            }
            true
        });
    }
    spans
}

/// A design of a workspace in which a symbol is known, and what it is there.
pub(super) struct Known<'s> {
    /// The design.
    pub(super) design: &'s Design,
    /// The symbol in it.
    pub(super) symbol: Symbol,
}

/// The designs that know what the name at a position stands for, that of the position first; and the name.
pub(super) fn everywhere<'s>(snapshot: &'s Snapshot, held: &Held<'s>) -> Option<(Span, Vec<Known<'s>>)> {
    let home = held.design;
    let (span, symbol) = at(&home.compilation, held.file, held.offset)?;
    let declared = declaration(&home.compilation, &symbol).and_then(|(name, _)| home.place(name));
    let mut known = vec![Known { design: home.as_ref(), symbol }];
    let Some(place) = declared else { return Some((span, known)) };
    for other in snapshot.holding(&place.path, place.range.start) {
        if std::ptr::eq(other.design.as_ref(), home.as_ref()) {
            continue;
        }
        if let Some((span, symbol)) = at(&other.design.compilation, other.file, other.offset)
            && other.design.place(span).as_ref() == Some(&place)
        {
            known.push(Known { design: other.design, symbol });
        }
    }
    Some((span, known))
}
