//! What stands at an offset: the pieces around it, the statements among them, and on what their blocks stand.

use super::customs;
use super::pieces::{self, Piece};
use crate::model::attributes::{Field, Spec, Target, Type};
use crate::model::{AttrId, GroupKind};
use crate::resolve::On;
use crate::source::Span;
use crate::syntax::ast::{Attribute, Block, Stmt, StmtKind, Tree};

/// A place in a tree.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    offset: usize,
    /// Every piece that touches the offset, a whole before its parts.
    pieces: Vec<(Span, Piece<'t>)>,
}

impl<'t> Cursor<'t> {
    /// The pieces of a tree at an offset.
    pub(super) fn new(tree: &'t Tree, offset: usize) -> Self {
        let mut pieces = Vec::new();
        let before = tree.items.partition_point(|stmt| (stmt.span.end as usize) < offset);
        // what stands before a statement is outside its span, and a comment behind it too
        let near = tree.items.get(before.saturating_sub(1)..).unwrap_or_default().iter().take(2);
        for stmt in near {
            pieces::of_stmt(stmt, &mut |span, piece| {
                let touches = span.touches(offset);
                if touches {
                    pieces.push((span, piece));
                }
                touches
            });
        }
        Self { offset, pieces }
    }

    /// Every piece at the offset, a whole before its parts.
    pub(super) fn pieces(&self) -> &[(Span, Piece<'t>)] {
        &self.pieces
    }

    /// The innermost piece that is wanted: one that holds the character behind the offset before one that ends there.
    pub(super) fn find<T>(&self, wanted: impl Fn(Span, Piece<'t>) -> Option<T>) -> Option<T> {
        let holds = |span: Span| self.offset < span.end as usize;
        let mut at = self.pieces.iter().rev().filter(|(span, _)| holds(*span));
        let mut before = self.pieces.iter().rev().filter(|(span, _)| !holds(*span));
        at.find_map(|(span, piece)| wanted(*span, *piece))
            .or_else(|| before.find_map(|(span, piece)| wanted(*span, *piece)))
    }

    /// The statements around the offset, from the outside in.
    pub(super) fn stmts(&self) -> Vec<&'t Stmt> {
        let stmts = self.pieces.iter().filter_map(|(_, piece)| match piece {
            Piece::Stmt(stmt) => Some(*stmt),
            _ => None,
        });
        let mut found: Vec<&Stmt> = Vec::new();
        for stmt in stmts {
            // of two that meet at the offset, the one that begins there
            while found.last().is_some_and(|outer| !outer.span.contains(stmt.span)) {
                found.pop();
            }
            found.push(stmt);
        }
        found
    }

    /// The statements whose blocks hold the offset, from the outside in.
    pub(super) fn blocks(&self) -> Vec<(&'t Stmt, &'t Block)> {
        let inside = |block: &Block| {
            (block.span.start as usize) < self.offset
                && (self.offset < block.span.end as usize || block.span.is_empty())
        };
        let mut stmts = self.pieces.iter().filter_map(|(_, piece)| match piece {
            Piece::Stmt(stmt) => Some((*stmt, block_of(stmt)?)),
            _ => None,
        });
        let mut found = Vec::new();
        for (stmt, block) in &mut stmts {
            if inside(block) {
                found.push((stmt, block));
            }
        }
        found
    }
}

/// The block of a statement: of a declaration, of a connection, or of a record.
pub(super) fn block_of(stmt: &Stmt) -> Option<&Block> {
    match &stmt.kind {
        StmtKind::Declaration(it) => it.block.as_ref(),
        StmtKind::Connection(it) => it.block.as_ref(),
        StmtKind::Attribute(Attribute { value, .. }) => match &value.kind {
            crate::syntax::ast::ValueKind::Record(block) => Some(block),
            _ => None,
        },
        _ => None,
    }
}

/// On what a block stands.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Owner {
    /// The top level of a file.
    File,
    /// A group.
    Group(GroupKind),
    /// What holds attributes alone.
    Attributes(On),
    /// A flow.
    Flow,
    /// A policy.
    Policy,
    /// A record with these fields.
    Record(&'static [Field]),
    /// A record of factors by component.
    Factors,
    /// Nothing known.
    Unknown,
}

impl Owner {
    /// Of the innermost of some blocks.
    pub(super) fn of(trees: &[std::sync::Arc<Tree>], stmts: &[&Stmt]) -> Self {
        let Some((last, outer)) = stmts.split_last() else { return Self::File };
        match &last.kind {
            StmtKind::Declaration(it) => Self::of_kind(
                trees,
                &it.kind.name,
                &it.name.name,
                it.tech.as_ref().map(|tech| tech.name.as_str()),
            ),
            StmtKind::Connection(_) => Self::of_connection(),
            StmtKind::Attribute(it) => Self::of(trees, outer).of_record(&it.key.text()),
            _ => Self::Unknown,
        }
    }

    fn of_kind(trees: &[std::sync::Arc<Tree>], kind: &str, name: &str, tech: Option<&str>) -> Self {
        let target = |target| Self::Attributes(On::Target(target));
        match kind {
            "flow" => return Self::Flow,
            "policy" => return Self::Policy,
            "data" => return target(Target::Data),
            "scenario" => return target(Target::Scenario),
            "view" => return target(Target::View),
            "decision" => return target(Target::Decision),
            "tech" => return Self::Attributes(On::Tech),
            "defaults" => {
                return match customs::base(trees, name) {
                    Some(customs::Base::Component(kind)) => target(Target::Component(kind)),
                    _ => Self::Unknown,
                };
            }
            "kind" => {
                return match tech.and_then(|tech| customs::base(trees, tech)) {
                    Some(customs::Base::Component(kind)) => {
                        Self::Attributes(On::Kind(Target::Component(kind)))
                    }
                    Some(customs::Base::Group(_)) => Self::Attributes(On::GroupKind),
                    None => Self::Unknown,
                };
            }
            _ => {}
        }
        match customs::base(trees, kind) {
            Some(customs::Base::Component(kind)) => target(Target::Component(kind)),
            Some(customs::Base::Group(kind)) => Self::Group(kind),
            None => Self::Unknown,
        }
    }

    /// Of the block behind a head.
    pub(super) fn of_head(
        trees: &[std::sync::Arc<Tree>],
        kind: &str,
        name: &str,
        tech: Option<&str>,
    ) -> Self {
        Self::of_kind(trees, kind, name, tech)
    }

    /// Of the block behind a connection.
    pub(super) fn of_connection() -> Self {
        Self::Attributes(On::Target(Target::Connection))
    }

    /// Of the record that is the value of an attribute of this block.
    pub(super) fn of_record(self, key: &str) -> Self {
        let types = AttrId::from_name(key).and_then(|id| self.types(id.spec()));
        let record = types.into_iter().flatten().find_map(|it| match it {
            Type::Record(fields) => Some(Self::Record(fields)),
            Type::Factors => Some(Self::Factors),
            _ => None,
        });
        record.unwrap_or(Self::Unknown)
    }

    /// The types that an attribute has there; `None` where it does not fit.
    pub(super) fn types(self, spec: &Spec) -> Option<&'static [Type]> {
        match self {
            Self::File | Self::Group(_) => On::Group.types(spec),
            Self::Attributes(on) => on.types(spec),
            Self::Flow => On::Target(Target::Flow).types(spec),
            Self::Policy => On::Policy.types(spec),
            Self::Record(_) | Self::Factors => None,
            // a misspelt kind: whatever anything may have
            Self::Unknown => On::Group.types(spec),
        }
    }
}
