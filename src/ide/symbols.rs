//! The outline of a document, and the names of a workspace by what somebody remembers of them.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

use super::customs::{self, Base};
use super::edits::place;
use super::names;
use super::{Part, Place, Snapshot};
use crate::model::Class;
use crate::syntax::ast::{Declaration, Stmt, StmtKind, Tree};

/// What a symbol is, for its icon.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SymbolKind {
    /// A group, the system among them.
    Group,
    /// A component of that class.
    Component(Class),
    /// Data.
    Data,
    /// A flow.
    Flow,
    /// A scenario.
    Scenario,
    /// A view.
    View,
    /// A policy.
    Policy,
    /// A decision.
    Decision,
    /// `defaults`, `kind`, `tech`, or a kind that nobody knows.
    Other,
}

/// A row of the outline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentSymbol {
    /// The name.
    pub name: String,
    /// The kind, the technology and the label.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// The whole statement, in bytes of the file.
    pub range: Range<usize>,
    /// The name in it.
    pub name_range: Range<usize>,
    /// What it holds.
    pub children: Vec<DocumentSymbol>,
}

/// *now*: the outline of a file.
pub fn document_symbols(snapshot: &Snapshot, path: &str) -> Vec<DocumentSymbol> {
    let Some(file) = snapshot.file(path) else { return Vec::new() };
    // kinds of one's own may stand in a file that this one imports
    let imported: Vec<Arc<Tree>> = match snapshot.holding(path, 0).first() {
        Some(held) => held.design.compilation.trees.clone(),
        None => Vec::new(),
    };
    let part = |part: &Part| {
        let trees: Vec<Arc<Tree>> = std::iter::once(part.tree()).chain(&imported).cloned().collect();
        outline(part, &trees, part.tree().items.iter().map(AsRef::as_ref))
    };
    file.parts().iter().flat_map(part).collect()
}

fn outline<'t>(
    part: &Part,
    trees: &[Arc<Tree>],
    items: impl Iterator<Item = &'t Stmt>,
) -> Vec<DocumentSymbol> {
    let row = |stmt: &Stmt| {
        let StmtKind::Declaration(it) = &stmt.kind else { return None };
        let children = it.block.as_ref().map_or(Vec::new(), |block| outline(part, trees, block.items.iter()));
        if it.name.is_missing() && it.kind.is_missing() && children.is_empty() {
            return None;
        }
        let nameless = if it.kind.is_missing() { "?" } else { &it.kind.name };
        let name = if it.name.is_missing() { nameless } else { it.name.name.as_str() };
        let name_span = if stmt.span.contains(it.name.span) { it.name.span } else { stmt.span.at_start() };
        Some(DocumentSymbol {
            name: name.to_owned(),
            detail: detail(it),
            kind: kind_of(trees, &it.kind.name),
            range: place(part.document(), stmt.span).range,
            name_range: place(part.document(), name_span).range,
            children,
        })
    };
    items.filter_map(row).collect()
}

fn detail(it: &Declaration) -> String {
    let mut detail = it.kind.name.to_string();
    if let Some(tech) = &it.tech {
        detail.push_str(&format!(" · {}", tech.name));
    }
    if let Some(label) = &it.label {
        detail.push_str(&format!(" · {}", label.value));
    }
    detail
}

fn kind_of(trees: &[Arc<Tree>], word: &str) -> SymbolKind {
    match word {
        "data" => SymbolKind::Data,
        "flow" => SymbolKind::Flow,
        "scenario" => SymbolKind::Scenario,
        "view" => SymbolKind::View,
        "policy" => SymbolKind::Policy,
        "decision" => SymbolKind::Decision,
        _ => match customs::base(trees, word) {
            Some(Base::Component(kind)) => SymbolKind::Component(kind.class()),
            Some(Base::Group(_)) => SymbolKind::Group,
            None => SymbolKind::Other,
        },
    }
}

/// A name of a workspace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkspaceSymbol {
    /// The full path.
    pub path: String,
    /// The kind, as written.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Where its name is declared.
    pub place: Place,
}

/// *fresh*: the names of a workspace that hold the letters of `query` in that order, the best first, at most so many.
pub fn workspace_symbols(snapshot: &Snapshot, query: &str, most: usize) -> Vec<WorkspaceSymbol> {
    let query: Vec<char> =
        query.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let mut found: Vec<(u32, WorkspaceSymbol)> = Vec::new();
    for design in snapshot.designs() {
        let compilation = &design.compilation;
        for element in names::all(&compilation.model) {
            let header = names::header(&compilation.model, element);
            let by_path = score(&header.path, &query);
            let by_label = header.label.as_deref().and_then(|label| score(label, &query));
            let Some(score) = by_path.max(by_label.map(|score| score.saturating_sub(1))) else { continue };
            let Some(place) = design.place(header.name_span) else { continue };
            let detail = names::kind(&compilation.model, element).to_owned();
            let kind = kind_of(&compilation.trees, &detail);
            found.push((score, WorkspaceSymbol { path: header.path.to_string(), detail, kind, place }));
        }
    }
    found.sort_by(|(a, one), (b, other)| {
        let key = |it: &WorkspaceSymbol| {
            (it.path.len(), it.path.clone(), it.place.path.clone(), it.place.range.start)
        };
        Reverse(a).cmp(&Reverse(b)).then_with(|| key(one).cmp(&key(other)))
    });
    found.dedup_by(|(_, a), (_, b)| a.place == b.place);
    found.truncate(most);
    found.into_iter().map(|(_, symbol)| symbol).collect()
}

/// How well a name matches: letters at the start of a word and letters in a row count more. `None` where one is not there.
fn score(name: &str, query: &[char]) -> Option<u32> {
    let (mut score, mut wanted, mut in_row, mut before) = (1, query.iter().peekable(), 0, ' ');
    for c in name.chars() {
        let Some(next) = wanted.peek() else { break };
        if c.to_lowercase().eq(std::iter::once(**next)) {
            wanted.next();
            in_row += 1;
            let starts = !before.is_alphanumeric() || (before.is_lowercase() && c.is_uppercase());
            score += if starts { 8 } else { 1 } + 2 * (in_row - 1);
        } else {
            in_row = 0;
        }
        before = c;
    }
    wanted.peek().is_none().then_some(score)
}
