//! The pieces of a tree with their places: what an editor can point at. Knows no meaning.

use crate::source::Span;
use crate::syntax::ast::{
    Annotation, Attribute, Block, Connection, Declaration, Ident, Leading, Objective, Operator, Path, Policy,
    Selector, SelectorKind, Stmt, StmtKind, Tech, Text, Tree, Value, ValueKind,
};

/// A piece of a statement.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece<'t> {
    /// A statement, without what stands before it.
    Stmt(&'t Stmt),
    /// A block with its braces.
    Block,
    /// The kind of a declaration.
    Kind(&'t Declaration),
    /// The name of a declaration.
    Name(&'t Declaration),
    /// The technology of a declaration.
    Tech(&'t Declaration, &'t Tech),
    /// A label.
    Label,
    /// The key of an attribute.
    Key(&'t Attribute),
    /// A value; one inside another comes behind it.
    Value(&'t Value),
    /// A part of a path in a value, an end or a selector.
    Part(&'t Path, usize),
    /// An end of a connection.
    Ends,
    /// An operator.
    Operator(Operator),
    /// The metric of an objective.
    Metric,
    /// A comparison.
    Comparison,
    /// A selector.
    Selector(&'t Selector),
    /// The attribute that a policy requires.
    Required(&'t Ident),
    /// The path of an import.
    Import(&'t Text),
    /// An annotation.
    Annotation,
    /// The name of an annotation.
    AnnotationName(&'t Ident),
    /// The key of an argument.
    ArgumentKey(&'t Ident),
    /// A word that acts by position: `import`, `slo`, `forbid`, `require`, `except`.
    Word(&'static str),
    /// A comment.
    Comment,
}

/// Takes each piece with its place, a whole before its parts, in the order of the text; says whether to go into it.
pub(super) type Visit<'v, 't> = &'v mut dyn FnMut(Span, Piece<'t>) -> bool;

/// Visits the pieces of a tree.
pub(super) fn of_tree<'t>(tree: &'t Tree, visit: Visit<'_, 't>) {
    for stmt in &tree.items {
        of_stmt(stmt, visit);
    }
    leading(&tree.dangling, visit);
}

/// Visits the pieces of a statement and of what stands before it.
pub(super) fn of_stmt<'t>(stmt: &'t Stmt, visit: Visit<'_, 't>) {
    leading(&stmt.leading, visit);
    if visit(stmt.span, Piece::Stmt(stmt)) {
        match &stmt.kind {
            StmtKind::Import(import) => {
                word(stmt.span, "import", visit);
                visit(import.path.span, Piece::Import(&import.path));
            }
            StmtKind::Attribute(attribute) => {
                visit(attribute.key.span, Piece::Key(attribute));
                value(&attribute.value, visit);
            }
            StmtKind::Declaration(it) => declaration(it, visit),
            StmtKind::Connection(it) => connection(it, visit),
            StmtKind::Objective(it) => objective(stmt.span, it, visit),
            StmtKind::Policy(it) => policy(stmt.span, it, visit),
            StmtKind::Junk => {}
        }
    }
    if let Some(comment) = &stmt.trailing {
        visit(comment.span, Piece::Comment);
    }
}

fn leading<'t>(items: &'t [Leading], visit: Visit<'_, 't>) {
    for item in items {
        match item {
            Leading::Blank => {}
            Leading::Comment(comment) | Leading::Doc(comment) => {
                visit(comment.span, Piece::Comment);
            }
            Leading::Annotation(it) => annotation(it, visit),
        }
    }
}

fn annotation<'t>(it: &'t Annotation, visit: Visit<'_, 't>) {
    if !visit(it.span, Piece::Annotation) {
        return;
    }
    visit(it.name.span, Piece::AnnotationName(&it.name));
    for argument in &it.arguments {
        if let Some(key) = &argument.key {
            visit(key.span, Piece::ArgumentKey(key));
        }
        value(&argument.value, visit);
    }
}

/// A word at the start of a statement. One that is misspelt or absent has another length, which nobody minds.
fn word(span: Span, word: &'static str, visit: Visit<'_, '_>) {
    let end = span.start + word.len() as u32;
    if end <= span.end {
        visit(Span { end, ..span }, Piece::Word(word));
    }
}

fn declaration<'t>(it: &'t Declaration, visit: Visit<'_, 't>) {
    visit(it.kind.span, Piece::Kind(it));
    visit(it.name.span, Piece::Name(it));
    if let Some(tech) = &it.tech {
        visit(tech.span, Piece::Tech(it, tech));
    }
    if let Some(label) = &it.label {
        visit(label.span, Piece::Label);
    }
    if let Some(it) = &it.block {
        block(it, visit);
    }
}

fn block<'t>(it: &'t Block, visit: Visit<'_, 't>) {
    if !visit(it.span, Piece::Block) {
        return;
    }
    if let Some(comment) = &it.opening_comment {
        visit(comment.span, Piece::Comment);
    }
    for stmt in &it.items {
        of_stmt(stmt, visit);
    }
    leading(&it.dangling, visit);
}

fn connection<'t>(it: &'t Connection, visit: Visit<'_, 't>) {
    for (i, ends) in it.ends.iter().enumerate() {
        if let Some((operator, span)) = i.checked_sub(1).and_then(|before| it.operators.get(before)) {
            visit(*span, Piece::Operator(*operator));
        }
        if visit(ends.span, Piece::Ends) {
            ends.paths.iter().for_each(|it| path(it, visit));
        }
        for comment in &ends.comments {
            visit(comment.span, Piece::Comment);
        }
    }
    if let Some(label) = &it.label {
        visit(label.span, Piece::Label);
    }
    if let Some(it) = &it.block {
        block(it, visit);
    }
}

fn path<'t>(it: &'t Path, visit: Visit<'_, 't>) {
    for (i, part) in it.parts.iter().enumerate() {
        visit(part.span, Piece::Part(it, i));
    }
}

fn objective<'t>(span: Span, it: &'t Objective, visit: Visit<'_, 't>) {
    if it.metric.span.start > span.start {
        word(span, "slo", visit);
    }
    visit(it.metric.span, Piece::Metric);
    if let Some((_, span)) = it.comparison {
        visit(span, Piece::Comparison);
    }
    value(&it.value, visit);
}

fn policy<'t>(span: Span, it: &'t Policy, visit: Visit<'_, 't>) {
    match it {
        Policy::Forbid { from, operator, to, except } => {
            word(span, "forbid", visit);
            selector(from, visit);
            if let Some((operator, span)) = operator {
                visit(*span, Piece::Operator(*operator));
            }
            selector(to, visit);
            if let Some(except) = except {
                selector(except, visit);
            }
        }
        Policy::Require { selector: it, key, condition } => {
            word(span, "require", visit);
            selector(it, visit);
            visit(key.span, Piece::Required(key));
            if let Some((_, span, it)) = condition {
                visit(*span, Piece::Comparison);
                value(it, visit);
            }
        }
    }
}

fn selector<'t>(it: &'t Selector, visit: Visit<'_, 't>) {
    if visit(it.span, Piece::Selector(it))
        && let SelectorKind::Path(it) = &it.kind
    {
        path(it, visit);
    }
}

fn value<'t>(it: &'t Value, visit: Visit<'_, 't>) {
    if !visit(it.span, Piece::Value(it)) {
        return;
    }
    match &it.kind {
        ValueKind::Path(it) => path(it, visit),
        ValueKind::List(list) => {
            list.items.iter().for_each(|it| value(it, visit));
            for comment in &list.comments {
                visit(comment.span, Piece::Comment);
            }
        }
        ValueKind::Record(it) => block(it, visit),
        ValueKind::Selector(it) => selector(it, visit),
        _ => {}
    }
}
