//! Selected declarations wrapped in a group.

use super::text::{indent, line_start, newline};
use super::{Action, ActionKind, Selected};
use crate::diagnostic::Edit;
use crate::ide::cursor::Cursor;
use crate::ide::customs;
use crate::syntax::ast::{Leading, Stmt, StmtKind};

const NAME: &str = "name";

pub(super) fn wrap(selected: &Selected<'_>) -> Option<Action> {
    if selected.start == selected.end {
        return None;
    }
    let cursor = Cursor::new(selected.tree, selected.start);
    let blocks = cursor.blocks();
    let items: Vec<&Stmt> = match blocks.last() {
        Some((_, block)) => block.items.iter().collect(),
        None => selected.tree.items.iter().map(AsRef::as_ref).collect(),
    };
    let touched =
        |stmt: &&&Stmt| (stmt.span.start as usize) < selected.end && selected.start < stmt.span.end as usize;
    let inside: Vec<&Stmt> = items.iter().filter(touched).copied().collect();
    let trees = &selected.design.compilation.trees;
    let movable = |stmt: &&Stmt| match &stmt.kind {
        StmtKind::Declaration(it) => {
            customs::base(trees, &it.kind.name).is_some() && (it.kind.name != "system")
        }
        StmtKind::Connection(_) => true,
        _ => false,
    };
    let (first, last) = (inside.first()?, inside.last()?);
    let declares = inside.iter().any(|stmt| matches!(stmt.kind, StmtKind::Declaration(_)));
    if !declares || !inside.iter().all(movable) {
        return None;
    }
    let start = whole_start(first);
    let end = last.trailing.as_ref().map_or(last.span.end, |comment| comment.span.end) as usize;
    let text = selected.text;
    // whole lines alone can be moved to the right
    let alone = text.get(line_start(text, start)..start)?.trim().is_empty()
        && text.get(end..)?.lines().next().unwrap_or_default().trim().is_empty();
    if !alone {
        return None;
    }
    let (margin, line_end) = (indent(text, start), newline(text));
    let mut new_text = format!("group {NAME} {{");
    for line in text.get(line_start(text, start)..end)?.lines() {
        new_text.push_str(line_end);
        if !line.trim().is_empty() {
            new_text.push_str("  ");
            new_text.push_str(line);
        }
    }
    new_text.push_str(&format!("{line_end}{margin}}}"));
    let edit = Edit { span: selected.span(start, end), new_text };
    let count = inside.len();
    let title = format!("wrap {count} statement{} in a group", if count == 1 { "" } else { "s" });
    let mut action = selected.action(title, ActionKind::Extract, &[edit]);
    let at = "group ".len();
    action.placeholder = Some((0, at..at + NAME.len()));
    Some(action)
}

/// Where a statement starts, with the comments and annotations before it.
pub(super) fn whole_start(stmt: &Stmt) -> usize {
    stmt.leading
        .iter()
        .filter_map(leading_start)
        .min()
        .map_or(stmt.span.start, |start| start.min(stmt.span.start)) as usize
}

/// Where something before a statement starts.
pub(in crate::ide) fn leading_start(leading: &Leading) -> Option<u32> {
    match leading {
        Leading::Blank => None,
        Leading::Comment(it) | Leading::Doc(it) => Some(it.span.start),
        Leading::Annotation(it) => Some(it.span.start),
    }
}
