//! `@allow(CODE, reason = "…")` before the statement that a finding is about.

use super::text::{indent, line_start, newline};
use super::{Action, ActionKind, mends};
use crate::diagnostic::Edit;
use crate::ide::cursor::Cursor;
use crate::ide::{FileEdit, Told};
use crate::rules;
use crate::source::Span;
use crate::syntax::ast::{Leading, Stmt, StmtKind, ValueKind};

const REASON: &str = "why this is fine";

/// A finding of a rule accepted, with the reason to be written.
pub(super) fn allow(told: &Told<'_>) -> Option<Action> {
    let it = told.diagnostic;
    let rule = rules::find(it.code).filter(|rule| !rule.is_house())?;
    let compilation = &told.design.compilation;
    let tree = compilation.trees.get(it.span.file.0 as usize)?;
    let text = compilation.sources.get(it.span.file)?.text();
    let cursor = Cursor::new(tree, it.span.start as usize);
    // an attribute is not what a finding is about
    let stmt = cursor.stmts().into_iter().rev().find(|stmt| {
        matches!(
            stmt.kind,
            StmtKind::Declaration(_) | StmtKind::Connection(_) | StmtKind::Objective(_) | StmtKind::Policy(_)
        )
    })?;
    let edit = match allowed(stmt) {
        Some(place) => Edit { span: place, new_text: format!("{}, ", rule.code) },
        None => {
            let start = stmt.span.start as usize;
            let line = line_start(text, start);
            // several statements on a line: the annotation stands right before its own
            let alone = text.get(line..start).is_some_and(|before| before.trim().is_empty());
            let behind =
                if alone { format!("{}{}", newline(text), indent(text, start)) } else { " ".to_owned() };
            let new_text = format!("@allow({}, reason = \"{REASON}\"){behind}", rule.code);
            Edit { span: Span::new(it.span.file, start, start), new_text }
        }
    };
    let at = edit.new_text.find(REASON);
    Some(Action {
        title: format!("allow {} ({}) here, with a reason", rule.code, rule.name),
        kind: ActionKind::QuickFix,
        mends: mends(told),
        is_preferred: false,
        edits: FileEdit::of_design(told.design, &[edit]),
        placeholder: at.map(|at| (0, at..at + REASON.len())),
    })
}

/// Where an `@allow` with a reason takes another rule.
fn allowed(stmt: &Stmt) -> Option<Span> {
    stmt.leading.iter().find_map(|leading| {
        let Leading::Annotation(it) = leading else { return None };
        let is_reason = |argument: &crate::syntax::ast::Argument| {
            argument.key.as_ref().is_some_and(|key| key.name == "reason")
                && matches!(argument.value.kind, ValueKind::Text(_))
        };
        // one that ends on a day is another promise
        let until =
            it.arguments.iter().any(|argument| argument.key.as_ref().is_some_and(|key| key.name == "until"));
        let fits = it.name.name == "allow" && !until && it.arguments.iter().any(is_reason);
        let first = it.arguments.first().filter(|first| first.key.is_none())?;
        fits.then(|| first.value.span.at_start())
    })
}
