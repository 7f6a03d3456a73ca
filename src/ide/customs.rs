//! The `kind` and `tech` statements of a design, which no element of the model stands for: where they are declared and named.

use std::sync::Arc;

use super::pieces::{self, Piece};
use crate::model::{GroupKind, Kind};
use crate::source::Span;
use crate::syntax::ast::{Declaration, Ident, SelectorKind, Stmt, StmtKind, Tree};

/// What a kind is at bottom.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Base {
    /// A component.
    Component(Kind),
    /// A group.
    Group(GroupKind),
}

/// A statement that declares a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Word {
    /// `kind NAME: KIND`
    Kind,
    /// `tech NAME: TECH`
    Tech,
}

impl Word {
    fn statement(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Tech => "tech",
        }
    }
}

/// What a word is as a kind, built in or of one's own.
pub(super) fn base(trees: &[Arc<Tree>], word: &str) -> Option<Base> {
    let builtin = |word: &str| {
        let component = Kind::from_name(word).map(Base::Component);
        component.or_else(|| GroupKind::from_name(word).map(Base::Group))
    };
    builtin(word).or_else(|| {
        let (_, declaration) = find(trees, Word::Kind, word)?;
        builtin(&declaration.tech.as_ref()?.name)
    })
}

/// The statement that declares a word.
pub(super) fn find<'t>(
    trees: &'t [Arc<Tree>],
    what: Word,
    name: &str,
) -> Option<(&'t Stmt, &'t Declaration)> {
    let mut found = None;
    for tree in trees {
        declared(tree.items.iter().map(AsRef::as_ref), what, &mut |stmt, declaration| {
            if found.is_none() && declaration.name.name == name {
                found = Some((stmt, declaration));
            }
        });
    }
    found
}

/// Every statement of that form.
pub(super) fn all(trees: &[Arc<Tree>], what: Word) -> Vec<(&Stmt, &Declaration)> {
    let mut found = Vec::new();
    for tree in trees {
        declared(tree.items.iter().map(AsRef::as_ref), what, &mut |stmt, declaration| {
            found.push((stmt, declaration))
        });
    }
    found
}

fn declared<'t>(
    items: impl Iterator<Item = &'t Stmt>,
    what: Word,
    found: &mut dyn FnMut(&'t Stmt, &'t Declaration),
) {
    for stmt in items {
        let StmtKind::Declaration(declaration) = &stmt.kind else { continue };
        if declaration.kind.name == what.statement() {
            found(stmt, declaration);
        } else if let Some(block) = &declaration.block {
            declared(block.items.iter(), what, found);
        }
    }
}

/// Every place that names a `kind` or `tech` of one's own, its declaration among them, in the order of the text.
pub(super) fn uses(trees: &[Arc<Tree>], what: Word, name: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    for tree in trees {
        pieces::of_tree(tree, &mut |span, piece| {
            if let Piece::Selector(it) = piece
                && let SelectorKind::Tech(text) = &it.kind
            {
                if what == Word::Tech && text.value == name {
                    spans.push(text.span);
                }
            } else if names(what, name, piece) {
                spans.push(span);
            }
            true
        });
    }
    spans
}

fn names(what: Word, name: &str, piece: Piece<'_>) -> bool {
    let is = |ident: &Ident| ident.name == name;
    match (what, piece) {
        (Word::Kind, Piece::Kind(it)) => is(&it.kind),
        (Word::Kind, Piece::Name(it)) => {
            (it.kind.name == "kind" || it.kind.name == "defaults") && is(&it.name)
        }
        (Word::Kind, Piece::Selector(it)) => match &it.kind {
            SelectorKind::Path(path) => path.single().is_some_and(is),
            _ => false,
        },
        (Word::Tech, Piece::Name(it)) => it.kind.name == "tech" && is(&it.name),
        // behind the name of a `kind` stands a kind
        (Word::Tech, Piece::Tech(of, it)) => of.kind.name != "kind" && it.name == name,
        _ => false,
    }
}
