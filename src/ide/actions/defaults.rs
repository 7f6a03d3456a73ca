//! An attribute that every component of a kind has moves to `defaults` of that kind.

use super::text::{indent, line_end, line_start, newline};
use super::{Action, ActionKind, Selected};
use crate::diagnostic::Edit;
use crate::ide::cursor::{Cursor, block_of};
use crate::ide::customs::{self, Base};
use crate::source::Span;
use crate::syntax::ast::{Attribute, Declaration, Stmt, StmtKind};

pub(super) fn extract(selected: &Selected<'_>) -> Option<Action> {
    let cursor = Cursor::new(selected.tree, selected.start);
    let stmts = cursor.stmts();
    let [around @ .., owner, at] = stmts.as_slice() else { return None };
    let (StmtKind::Declaration(component), StmtKind::Attribute(attribute)) = (&owner.kind, &at.kind) else {
        return None;
    };
    let trees = &selected.design.compilation.trees;
    if !matches!(customs::base(trees, &component.kind.name), Some(Base::Component(_))) {
        return None;
    }
    let key = attribute.key.text();
    let value = selected.text.get(attribute.value.span.range())?;
    let items: Vec<&Stmt> = match around.last().and_then(|stmt| block_of(stmt)) {
        Some(block) => block.items.iter().collect(),
        None => selected.tree.items.iter().map(AsRef::as_ref).collect(),
    };
    let mut alike = Vec::new();
    components(&items, &component.kind.name, &mut alike);
    // everything of the kind must have it, or the default would give it to others
    let same: Vec<&Stmt> = alike.iter().filter_map(|it| having(selected, it, &key, value)).collect();
    if same.len() < 2 || same.len() != alike.len() {
        return None;
    }
    let mut edits: Vec<Edit> = same.iter().map(|stmt| removal(selected, stmt)).collect();
    edits.push(addition(selected, &items, component, &format!("{key} = {value}"))?);
    edits.sort_by_key(|edit| edit.span);
    let title = format!("move `{key} = {value}` to `defaults {}`", component.kind.name);
    Some(selected.action(title, ActionKind::Extract, &edits))
}

/// Every component of a kind among some statements and below.
fn components<'t>(items: &[&'t Stmt], kind: &str, found: &mut Vec<&'t Declaration>) {
    for stmt in items {
        let StmtKind::Declaration(it) = &stmt.kind else { continue };
        if it.kind.name == kind {
            found.push(it);
        } else if let Some(block) = &it.block {
            components(&block.items.iter().collect::<Vec<_>>(), kind, found);
        }
    }
}

/// The attribute of a component, where it is written so and nothing hangs on it.
fn having<'t>(selected: &Selected<'_>, it: &'t Declaration, key: &str, value: &str) -> Option<&'t Stmt> {
    let items = it.block.as_ref()?.items.iter();
    items.into_iter().find(|stmt| match &stmt.kind {
        StmtKind::Attribute(Attribute { key: of, value: is }) => {
            of.text() == key
                && selected.text.get(is.span.range()) == Some(value)
                && stmt.trailing.is_none()
                && stmt.leading.iter().all(|leading| matches!(leading, crate::syntax::ast::Leading::Blank))
        }
        _ => false,
    })
}

/// Takes an attribute away: its line where it stands alone, else itself and the blanks behind it.
fn removal(selected: &Selected<'_>, stmt: &Stmt) -> Edit {
    let (text, start, end) = (selected.text, stmt.span.start as usize, stmt.span.end as usize);
    let (line, below) = (line_start(text, start), line_end(text, end));
    let alone = text.get(line..start).is_some_and(|it| it.trim().is_empty())
        && text.get(end..below).is_some_and(|it| it.trim().is_empty());
    let span = if alone {
        selected.span(line, below)
    } else {
        let rest = text.get(end..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t', ',']).len();
        selected.span(start, end + blanks)
    };
    Edit { span, new_text: String::new() }
}

/// Puts the attribute into the `defaults` that there are, else makes some before the first component.
fn addition(
    selected: &Selected<'_>,
    items: &[&Stmt],
    component: &Declaration,
    attribute: &str,
) -> Option<Edit> {
    let kind = &component.kind.name;
    let known = items.iter().find_map(|stmt| match &stmt.kind {
        StmtKind::Declaration(it)
            if it.kind.name == "defaults" && it.name.name == *kind && it.tech.is_none() =>
        {
            it.block.as_ref()
        }
        _ => None,
    });
    if let Some(block) = known {
        let at = block.items.last().map_or(block.span.start + 1, |last| last.span.end);
        let multi = selected.text.get(block.span.range()).is_some_and(|text| text.contains('\n'));
        let new_text = match block.items.last() {
            Some(last) if multi => {
                format!(
                    "{}{}{attribute}",
                    newline(selected.text),
                    indent(selected.text, last.span.start as usize)
                )
            }
            Some(_) => format!("  {attribute}"),
            None => format!(" {attribute} "),
        };
        return Some(Edit { span: Span { start: at, end: at, ..block.span }, new_text });
    }
    let first = items.iter().find(|stmt| {
        matches!(&stmt.kind, StmtKind::Declaration(it) if !matches!(it.kind.name.as_str(), "system" | "kind" | "tech") || it.block.is_some())
    })?;
    let start = super::group::whole_start(first);
    let margin = indent(selected.text, start);
    let new_text = format!("defaults {kind} {{ {attribute} }}{}{margin}", newline(selected.text));
    Some(Edit { span: selected.span(start, start), new_text })
}
