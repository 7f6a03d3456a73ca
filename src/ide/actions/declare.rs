//! A declaration for a name that nothing declares.

use super::text::{indent, line_end, newline};
use super::{Action, ActionKind, mends};
use crate::diagnostic::Edit;
use crate::ide::cursor::{Cursor, block_of};
use crate::ide::customs;
use crate::ide::pieces::Piece;
use crate::ide::{FileEdit, Told};
use crate::model::attributes::{RefKind, Type};
use crate::model::{AttrId, Model};
use crate::resolve::mistakes::UNKNOWN_NAME;
use crate::source::{FileId, Span};
use crate::syntax::ast::{Operator, Path, Stmt, StmtKind, Tree};

/// Words in a name, and the kind that they hint at.
const HINTS: &[(&[&str], &str)] = &[
    (&["db", "database", "store", "sql", "postgres", "orders_db"], "database"),
    (&["cache", "redis"], "cache"),
    (&["queue", "jobs"], "queue"),
    (&["topic", "events", "bus"], "topic"),
    (&["stream", "log", "kafka"], "stream"),
    (&["lb", "balancer"], "load_balancer"),
    (&["gateway", "ingress"], "gateway"),
    (&["cdn", "edge"], "cdn"),
    (&["worker", "consumer", "counter"], "worker"),
    (&["search", "index"], "search_index"),
    (&["bucket", "blobs", "files", "images"], "object_store"),
    (&["browser", "app", "mobile", "client", "web"], "client"),
    (&["user", "customer", "admin"], "person"),
];

/// The missing element, declared where the name looks for it.
pub(super) fn declare(told: &Told<'_>) -> Option<Action> {
    let it = told.diagnostic;
    if it.code != UNKNOWN_NAME.code {
        return None;
    }
    let compilation = &told.design.compilation;
    let tree = compilation.trees.get(it.span.file.0 as usize)?;
    let cursor = Cursor::new(tree, it.span.start as usize);
    let (path, part) = cursor.find(|span, piece| match piece {
        Piece::Part(path, part) if span == it.span => Some((path, part)),
        _ => None,
    })?;
    // all parts but the last must name groups that there are
    if part + 1 != path.parts.len() {
        return None;
    }
    let kind = kind(&cursor, path)?;
    let name = path.parts.last()?.name.as_str();
    let new = format!("{kind} {name}");
    let edit = match path.parts.len() {
        1 => beside(tree, compilation.sources.get(it.span.file)?.text(), &cursor, &new)?,
        _ => inside(&compilation.model, &compilation.trees, told, path, &new)?,
    };
    Some(Action {
        title: format!("declare `{new}`"),
        kind: ActionKind::QuickFix,
        mends: mends(told),
        is_preferred: it.fix.is_none(),
        edits: FileEdit::of_design(told.design, &[edit]),
        placeholder: None,
    })
}

/// What the missing element is: what the place wants, else what its name hints at.
fn kind(cursor: &Cursor<'_>, path: &Path) -> Option<&'static str> {
    let stmt = *cursor.stmts().last()?;
    let name = path.parts.last()?.name.to_lowercase();
    let words: Vec<&str> = name.split(['_', '-']).collect();
    let hinted =
        HINTS.iter().find(|(hints, _)| hints.iter().any(|hint| words.contains(hint))).map(|(_, kind)| *kind);
    match &stmt.kind {
        StmtKind::Attribute(it) => {
            let types = AttrId::from_name(&it.key.text())?.spec().uses.iter().flat_map(|usage| usage.types);
            let wanted = types.filter_map(|of| match of {
                Type::Ref(kind) | Type::Refs(kind) => Some(*kind),
                _ => None,
            });
            match wanted.into_iter().next()? {
                RefKind::Data => Some("data"),
                RefKind::Flow => None,
                RefKind::Zone => Some("zone"),
                RefKind::Region => Some("region"),
                RefKind::Group => Some("group"),
                RefKind::Cache => Some("cache"),
                RefKind::Component | RefKind::Element | RefKind::Compensated => {
                    Some(hinted.unwrap_or("service"))
                }
            }
        }
        StmtKind::Connection(it) => {
            let at = it.ends.iter().position(|ends| ends.paths.iter().any(|of| of.span == path.span))?;
            let before = at.checked_sub(1).and_then(|at| it.operators.get(at)).map(|(operator, _)| *operator);
            Some(match before.or_else(|| it.operators.first().map(|(operator, _)| *operator)) {
                Some(Operator::Link) => "region",
                Some(Operator::Message) if before.is_some() => hinted.unwrap_or("queue"),
                _ => hinted.unwrap_or("service"),
            })
        }
        _ => None,
    }
}

/// In the block or file that holds the statement: behind its last declaration of a component or group, else before the statement.
fn beside(tree: &Tree, text: &str, cursor: &Cursor<'_>, new: &str) -> Option<Edit> {
    let stmts = cursor.stmts();
    // a flow, and what holds attributes, declares nothing inside: out to the next group
    let holds = |stmt: &Stmt| {
        let StmtKind::Declaration(it) = &stmt.kind else { return false };
        matches!(customs::base(&[], &it.kind.name), Some(customs::Base::Group(_)))
    };
    let around = stmts.iter().rposition(|stmt| holds(stmt) && block_of(stmt).is_some());
    let user = *stmts.get(around.map_or(0, |at| at + 1)).or_else(|| stmts.first())?;
    let siblings: Vec<&Stmt> = match around.and_then(|at| stmts.get(at)).and_then(|stmt| block_of(stmt)) {
        Some(block) => block.items.iter().collect(),
        None => tree.items.iter().map(AsRef::as_ref).collect(),
    };
    let declared = siblings.iter().rev().find(|stmt| match &stmt.kind {
        StmtKind::Declaration(it) => {
            let word = it.kind.name.as_str();
            customs::base(&[], word).is_some() && (word != "system" || it.block.is_some())
        }
        _ => false,
    });
    let end = newline(text);
    Some(match declared {
        // the user itself may be that declaration, by an attribute of its own
        Some(last) => {
            let at = last.span.end as usize;
            let behind = last.trailing.as_ref().map_or(at, |comment| comment.span.end as usize);
            let new_text = format!("{end}{}{new}", indent(text, last.span.start as usize));
            insert(tree.file, behind, new_text)
        }
        None => {
            let start = super::group::whole_start(user);
            insert(tree.file, start, format!("{new}{end}{}", indent(text, start)))
        }
    })
}

/// In the group that the path names.
fn inside(
    model: &Model,
    trees: &[std::sync::Arc<Tree>],
    told: &Told<'_>,
    path: &Path,
    new: &str,
) -> Option<Edit> {
    let group = path.parts.get(path.parts.len().checked_sub(2)?)?;
    let element = crate::ide::names::element_at(model, group.span);
    let header = match element {
        Some(element) => crate::ide::names::header(model, element),
        // a path that failed left no reference: the only group of that name
        None => {
            let mut named = model.groups.iter().filter(|it| it.header.name == group.name);
            let only = named.next().filter(|_| named.next().is_none())?;
            &only.header
        }
    };
    let tree = trees.get(header.span.file.0 as usize)?;
    let text = told.design.compilation.sources.get(header.span.file)?.text();
    let stmts = Cursor::new(tree, header.name_span.start as usize).stmts();
    let stmt = stmts.into_iter().find(|stmt| stmt.span == header.span)?;
    let (end, margin) = (newline(text), indent(text, header.span.start as usize));
    let Some(block) = block_of(stmt) else {
        let new_text = format!(" {{{end}{margin}  {new}{end}{margin}}}");
        return Some(insert(tree.file, stmt.span.end as usize, new_text));
    };
    let last = block.items.last();
    Some(match last {
        Some(last) if line_end(text, block.span.start as usize) <= last.span.start as usize => {
            let behind = last.trailing.as_ref().map_or(last.span.end, |comment| comment.span.end);
            insert(
                tree.file,
                behind as usize,
                format!("{end}{}{new}", indent(text, last.span.start as usize)),
            )
        }
        Some(last) => insert(tree.file, last.span.end as usize, format!("; {new}")),
        None => {
            insert(tree.file, block.span.start as usize + 1, format!("{end}{margin}  {new}{end}{margin}"))
        }
    })
}

fn insert(file: FileId, at: usize, new_text: String) -> Edit {
    Edit { span: Span::new(file, at, at), new_text }
}
