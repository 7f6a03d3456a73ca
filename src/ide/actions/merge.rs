//! Several calls of one caller become one call with alternatives: `lb -> a`, `lb -> b` to `lb -> a | b`.

use super::{Action, ActionKind, Selected};
use crate::diagnostic::Edit;
use crate::ide::cursor::Cursor;
use crate::syntax::ast::{Block, Connection, EndsKind, Operator, Stmt, StmtKind};

pub(super) fn merge(selected: &Selected<'_>) -> Option<Action> {
    let cursor = Cursor::new(selected.tree, selected.start);
    let stmts = cursor.stmts();
    let (here, around) = stmts.split_last()?;
    let first = simple(here)?;
    let block: Option<&Block> = around.last().and_then(|stmt| crate::ide::cursor::block_of(stmt));
    let siblings: Vec<&Stmt> = match block {
        Some(block) => block.items.iter().collect(),
        None => selected.tree.items.iter().map(AsRef::as_ref).collect(),
    };
    let at = siblings.iter().position(|stmt| stmt.span == here.span)?;
    let alike = |stmt: &Stmt| {
        simple(stmt).is_some_and(|other| {
            caller(other) == caller(first) && tail(selected, other) == tail(selected, first)
        })
    };
    // what stands before a statement must stay before it
    let follows = |i: usize| siblings.get(i).is_some_and(|stmt| alike(stmt) && stmt.leading.is_empty());
    let (mut start, mut end) = (at, at);
    while start > 0 && follows(start) && siblings.get(start - 1).is_some_and(|stmt| alike(stmt)) {
        start -= 1;
    }
    while follows(end + 1) {
        end += 1;
    }
    let all = siblings.get(start..=end)?;
    let (head, rest) = all.split_first()?;
    if rest.is_empty() || all.iter().take(all.len() - 1).any(|stmt| stmt.trailing.is_some()) {
        return None;
    }
    let callees: Vec<String> =
        all.iter().filter_map(|stmt| Some(simple(stmt)?.ends.last()?.paths.first()?.text())).collect();
    let tail = tail(selected, first);
    let op = first.operators.first().map_or("->", |(operator, _)| operator.as_str());
    let blank = if tail.is_empty() { "" } else { " " };
    let new_text = format!("{} {op} {}{blank}{tail}", caller(first), callees.join(" | "));
    let span = head.span.to(all.last()?.span);
    let edit = Edit { span, new_text };
    let title = format!(
        "call {} as alternatives",
        callees.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
    );
    Some(selected.action(title, ActionKind::Rewrite, &[edit]))
}

/// A call from one to one.
fn simple(stmt: &Stmt) -> Option<&Connection> {
    let StmtKind::Connection(it) = &stmt.kind else { return None };
    let [from, to] = it.ends.as_slice() else { return None };
    let single = from.kind == EndsKind::One && to.kind == EndsKind::One;
    let present = [from, to]
        .iter()
        .all(|ends| ends.paths.iter().all(|path| !path.is_missing()) && ends.comments.is_empty());
    let calls = matches!(it.operators.as_slice(), [(Operator::Call, _)]);
    (single && present && calls).then_some(it)
}

fn caller(it: &Connection) -> String {
    it.ends.first().and_then(|ends| ends.paths.first()).map(|path| path.text()).unwrap_or_default()
}

/// The label and the block as written.
fn tail(selected: &Selected<'_>, it: &Connection) -> String {
    let spans = it.label.iter().map(|label| label.span).chain(it.block.iter().map(|block| block.span));
    let texts: Vec<&str> = spans.filter_map(|span| selected.text.get(span.range())).collect();
    texts.join(" ")
}
