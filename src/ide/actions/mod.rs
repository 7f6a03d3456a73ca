//! What may be done at a place: fixes of findings, allowing one with a reason, declaring what is missing, refactorings. Each is
//! a list of edits; whoever shows them applies them.

mod allow;
mod declare;
mod defaults;
mod group;
mod merge;
mod text;
mod zones;

pub(super) use group::leading_start;

use std::ops::Range;

use super::{Design, FileEdit, Held, Place, Snapshot, Told};
use crate::diagnostic::{Applicability, Diagnostic, Edit};
use crate::source::Span;
use crate::syntax::ast::Tree;

/// What kind of action it is, for menus.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ActionKind {
    /// Mends a finding.
    QuickFix,
    /// Mends every finding of a kind, or all that may be mended unseen.
    FixAll,
    /// Makes something of its own of a part.
    Extract,
    /// Writes the same otherwise.
    Rewrite,
}

/// Something that may be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Action {
    /// What it does, as a button says it.
    pub title: String,
    /// What kind it is.
    pub kind: ActionKind,
    /// The codes and places of the findings that it mends.
    pub mends: Vec<(&'static str, Place)>,
    /// Whether it is the one that most would take.
    pub is_preferred: bool,
    /// The edits; they do not overlap.
    pub edits: Vec<FileEdit>,
    /// The edit and the range of its new text that a person should overwrite.
    pub placeholder: Option<(usize, Range<usize>)>,
}

/// *fresh*: what may be done with a range of a file.
pub fn actions(snapshot: &Snapshot, path: &str, range: Range<usize>) -> Vec<Action> {
    let told: Vec<Told<'_>> = snapshot.told(path).into_iter().filter(|told| touches(told, &range)).collect();
    let mut found: Vec<Action> = Vec::new();
    for told in &told {
        found.extend(fix(told));
        found.extend(declare::declare(told));
    }
    for told in &told {
        found.extend(fix_all_of(snapshot, path, told));
    }
    for told in &told {
        found.extend(allow::allow(told));
    }
    if let Some(held) = snapshot.holding(path, range.start).into_iter().next() {
        found.extend(refactorings(&held, range.end - range.start));
    }
    let mut seen: Vec<(String, Vec<FileEdit>)> = Vec::new();
    found.retain(|action| {
        let key = (action.title.clone(), action.edits.clone());
        let is_new = !seen.contains(&key);
        seen.push(key);
        is_new && !action.edits.is_empty()
    });
    found
}

/// *fresh*: everything in a file that may be mended unseen, as one action; `None` where there is nothing.
pub fn fix_all(snapshot: &Snapshot, path: &str) -> Option<Action> {
    let told = snapshot.told(path);
    all_of(path, &told, is_safe, "fix everything that is safe to fix".to_owned())
}

fn touches(told: &Told<'_>, range: &Range<usize>) -> bool {
    let place = told.design.place(told.diagnostic.span);
    place.is_some_and(|place| place.range.start <= range.end && range.start <= place.range.end)
}

fn is_safe(it: &Diagnostic) -> bool {
    it.fix.as_ref().is_some_and(|fix| fix.applicability == Applicability::Safe)
}

fn fix(told: &Told<'_>) -> Option<Action> {
    let fix = told.diagnostic.fix.as_ref()?;
    Some(Action {
        title: fix.title.clone(),
        kind: ActionKind::QuickFix,
        mends: mends(told),
        is_preferred: true,
        edits: FileEdit::of_design(told.design, &fix.edits),
        placeholder: None,
    })
}

fn mends(told: &Told<'_>) -> Vec<(&'static str, Place)> {
    let place = told.design.place(told.diagnostic.span);
    place.map(|place| (told.diagnostic.code, place)).into_iter().collect()
}

/// The fixes of all findings of the same kind in the file, where there are several.
fn fix_all_of(snapshot: &Snapshot, path: &str, told: &Told<'_>) -> Option<Action> {
    told.diagnostic.mending()?;
    let code = told.diagnostic.code;
    let title = format!("fix every {code} ({}) in this file", told.diagnostic.name);
    all_of(path, &snapshot.told(path), |it| it.code == code, title).filter(|action| action.mends.len() > 1)
}

fn all_of(
    path: &str,
    told: &[Told<'_>],
    wanted: impl Fn(&Diagnostic) -> bool,
    title: String,
) -> Option<Action> {
    let mut edits: Vec<FileEdit> = Vec::new();
    let mut mended = Vec::new();
    for told in told.iter().filter(|told| wanted(told.diagnostic)) {
        let Some(fix) = &told.diagnostic.fix else { continue };
        let more = FileEdit::of_design(told.design, &fix.edits);
        let clashes = more.iter().any(|new| {
            *new.place.path != *path
                || edits.iter().any(|known| {
                    let (a, b) = (&known.place.range, &new.place.range);
                    a.start < b.end && b.start < a.end || a.start == b.start
                })
        });
        if !clashes {
            edits.extend(more);
            mended.extend(mends(told));
        }
    }
    edits.sort_by_key(|edit| edit.place.range.start);
    (!edits.is_empty()).then_some(Action {
        title,
        kind: ActionKind::FixAll,
        mends: mended,
        is_preferred: false,
        edits,
        placeholder: None,
    })
}

/// What a refactoring works on.
struct Selected<'s> {
    design: &'s Design,
    tree: &'s Tree,
    text: &'s str,
    /// In the document.
    start: usize,
    /// In the document.
    end: usize,
}

impl Selected<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.tree.file, start, end)
    }

    fn action(&self, title: impl Into<String>, kind: ActionKind, edits: &[Edit]) -> Action {
        Action {
            title: title.into(),
            kind,
            mends: Vec::new(),
            is_preferred: false,
            edits: FileEdit::of_design(self.design, edits),
            placeholder: None,
        }
    }
}

fn refactorings(held: &Held<'_>, length: usize) -> Vec<Action> {
    let compilation = &held.design.compilation;
    let Some(tree) = compilation.trees.get(held.file.0 as usize) else { return Vec::new() };
    let Some(document) = compilation.sources.get(held.file) else { return Vec::new() };
    let selected = Selected {
        design: held.design,
        tree,
        text: document.text(),
        start: held.offset,
        end: (held.offset + length).min(document.text().len()),
    };
    let found = [
        merge::merge(&selected),
        defaults::extract(&selected),
        group::wrap(&selected),
        zones::sort(&selected),
    ];
    found.into_iter().flatten().collect()
}
