//! Zones and regions of a list in the order of the alphabet.

use super::{Action, ActionKind, Selected};
use crate::diagnostic::Edit;
use crate::ide::cursor::Cursor;
use crate::syntax::ast::{StmtKind, ValueKind};

pub(super) fn sort(selected: &Selected<'_>) -> Option<Action> {
    let cursor = Cursor::new(selected.tree, selected.start);
    let stmt = *cursor.stmts().last()?;
    let StmtKind::Attribute(it) = &stmt.kind else { return None };
    let key = it.key.text();
    let ValueKind::List(list) = &it.value.kind else { return None };
    if !matches!(key.as_str(), "zones" | "regions") || !list.comments.is_empty() {
        return None;
    }
    let names: Vec<String> = list
        .items
        .iter()
        .map(|item| match &item.kind {
            ValueKind::Path(path) if !path.is_missing() => Some(path.text()),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let mut sorted = names.clone();
    sorted.sort();
    if sorted == names {
        return None;
    }
    let edit = Edit { span: it.value.span, new_text: format!("[{}]", sorted.join(", ")) };
    Some(selected.action(format!("sort the {key}"), ActionKind::Rewrite, &[edit]))
}
