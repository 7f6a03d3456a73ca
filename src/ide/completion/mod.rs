//! What may be written at the cursor, the likeliest first. Reads the text as it is now; takes names from the last analysis.

mod attributes;
mod line;
mod names;
mod statements;
mod values;

use std::ops::Range;
use std::sync::Arc;

use super::cursor::{Cursor, Owner};
use super::edits::place;
use super::{Design, Snapshot};
use crate::source::{Document, FileId, Span};
use crate::syntax::ast::{Block, Stmt, StmtKind, Tree};
use line::{Inside, Line, Token};

/// What a completion is, for its icon.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompletionKind {
    /// A kind, or a word that opens a statement.
    Kind,
    /// A component.
    Component,
    /// A group.
    Group,
    /// Data, a flow, a scenario.
    Element,
    /// The key of an attribute.
    Attribute,
    /// A word or figure as a value.
    Value,
    /// A number with a unit.
    Unit,
    /// A technology.
    Technology,
    /// A rule.
    Rule,
    /// An operator or a comparison.
    Operator,
    /// The path of a file.
    File,
    /// Any other word of the language.
    Word,
}

/// Something that may be written at the cursor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completion {
    /// What is shown, and what the typed letters are compared with.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A few words beside it.
    pub detail: String,
    /// What is replaced, in bytes of the file.
    pub range: Range<usize>,
    /// The text without places to fill in.
    pub new_text: String,
    /// The text with places to fill in, as a snippet of the protocol.
    pub snippet: Option<String>,
    /// The full path of the element, where it is one.
    pub element: Option<String>,
}

/// *now*: what may be written at an offset of a file, the likeliest first.
pub fn completions(snapshot: &Snapshot, path: &str, offset: usize) -> Vec<Completion> {
    let Some(file) = snapshot.file(path) else { return Vec::new() };
    let Some((part, at)) = file.part_at(offset) else { return Vec::new() };
    let design = snapshot.holding(path, offset).into_iter().chain(snapshot.holding(path, 0)).next();
    let design = design.map(|held| held.design.as_ref());
    let imported = design.into_iter().flat_map(|design| design.compilation.trees.iter().cloned());
    let trees: Vec<Arc<Tree>> = std::iter::once(Arc::clone(part.tree())).chain(imported).collect();
    let cursor = Cursor::new(part.tree(), at);
    let blocks = cursor.blocks();
    let text = part.document().text();
    let from = start(part.tree(), &blocks, at);
    let line = Line::read(text, from, at);
    let mut asked = Asked {
        snapshot,
        path,
        design,
        document: part.document(),
        trees: &trees,
        scope: scope(&trees, blocks.iter().map(|(stmt, _)| *stmt)),
        owner: Owner::of(&trees, &blocks.iter().map(|(stmt, _)| *stmt).collect::<Vec<_>>()),
        block: blocks.last().map(|(_, block)| *block),
        cursor: at,
        line,
        found: Vec::new(),
    };
    asked.open_at_the_end();
    asked.complete();
    asked.found
}

/// Where to read from: the last statement of the block that begins before the offset, so that a long file costs no more.
fn start(tree: &Tree, blocks: &[(&Stmt, &Block)], at: usize) -> usize {
    let before = |span: Span| (span.start as usize) < at;
    // what stands before a statement, and a statement that was cut in two, need the one before it
    match blocks.last() {
        Some((_, block)) => {
            let count = block.items.partition_point(|stmt| before(stmt.span));
            let item = count.checked_sub(2).and_then(|i| block.items.get(i));
            item.map_or(block.span.start as usize + 1, |stmt| stmt.span.end as usize)
        }
        None => {
            let count = tree.items.partition_point(|stmt| before(stmt.span));
            let item = count.checked_sub(2).and_then(|i| tree.items.get(i));
            item.map_or(0, |stmt| stmt.span.end as usize)
        }
    }
}

/// The path of the innermost group around.
fn scope<'s>(trees: &[Arc<Tree>], blocks: impl Iterator<Item = &'s Stmt>) -> String {
    let mut path: Vec<&str> = Vec::new();
    for stmt in blocks {
        if let StmtKind::Declaration(it) = &stmt.kind
            && matches!(super::customs::base(trees, &it.kind.name), Some(super::customs::Base::Group(_)))
        {
            path.push(&it.name.name);
        }
    }
    path.join(".")
}

struct Asked<'s> {
    snapshot: &'s Snapshot,
    path: &'s str,
    design: Option<&'s Design>,
    document: &'s Arc<Document>,
    /// The tree of the current text first, then those of the last analysis.
    trees: &'s [Arc<Tree>],
    /// The path of the group that the cursor stands in.
    scope: String,
    owner: Owner,
    block: Option<&'s Block>,
    cursor: usize,
    line: Line<'s>,
    found: Vec<Completion>,
}

impl<'s> Asked<'s> {
    /// A block that is still open at the end of the text reaches to the cursor, which the tree does not know.
    fn open_at_the_end(&mut self) {
        if self.block.is_some() && self.line.heads.is_empty() {
            return;
        }
        let Some(head) = self.line.heads.last() else { return };
        let tech = head.iter().position(|token| *token == Token::Sign(":")).and_then(|at| head.get(at + 1));
        let tech = match tech {
            Some(Token::Word(tech)) => Some(*tech),
            _ => None,
        };
        self.owner = match head.as_slice() {
            [Token::Word(key), Token::Sign("=")] => self.owner.of_record(key),
            [Token::Word(kind), Token::Word(name), ..] => Owner::of_head(self.trees, kind, name, tech),
            [Token::Word(_), ..] => Owner::of_connection(),
            _ => Owner::Unknown,
        };
        self.block = None;
    }

    fn complete(&mut self) {
        match self.line.inside {
            Inside::Comment => {}
            Inside::Text(written, start) => {
                if self.line.tokens == [Token::Word("import")] {
                    self.imports(written, start);
                }
            }
            Inside::Code => self.code(),
        }
    }

    fn code(&mut self) {
        let tokens = std::mem::take(&mut self.line.tokens);
        match tokens.as_slice() {
            [.., Token::Sign("@")] => self.annotations(),
            [Token::Sign("@"), Token::Word("allow"), Token::Sign("("), rest @ ..] => self.allow(rest),
            [Token::Sign("@"), Token::Word("tags"), Token::Sign("("), ..] => self.tags(),
            [] => self.statement(),
            [Token::Word("slo"), rest @ ..] if self.line_is_objective(rest) => self.objective(rest),
            [Token::Word("forbid" | "require"), rest @ ..] if self.owner == Owner::Policy => {
                self.policy(&tokens, rest)
            }
            [Token::Word(key), Token::Sign("="), rest @ ..] => self.value(key, rest),
            [Token::Word("defaults")] => self.kinds(false),
            [Token::Word(kind), .., Token::Sign(":")] => {
                self.technologies(kind, tokens.get(1).copied().filter(|it| *it != Token::Sign(":")))
            }
            [.., Token::Sign(op @ ("->" | "~>" | "=>" | "--"))] => self.ends(&tokens, op),
            [.., Token::Sign("[" | "," | "|")] => {
                let op = tokens.iter().rev().find_map(|token| match token {
                    Token::Sign(op @ ("->" | "~>" | "=>" | "--")) => Some(*op),
                    _ => None,
                });
                self.ends(&tokens, op.unwrap_or("->"));
            }
            [Token::Word(word)] => self.behind_word(word),
            [.., Token::Word(_)] | [.., Token::Sign("]")] => self.operators(),
            _ => {}
        }
    }

    fn line_is_objective(&self, rest: &[Token<'_>]) -> bool {
        !matches!(rest.first(), Some(Token::Sign(":" | "->" | "~>" | "=>" | "=")))
    }

    /// Adds a completion that replaces the word at the cursor.
    fn add(&mut self, kind: CompletionKind, label: &str, detail: impl Into<String>, snippet: Option<String>) {
        let start = self.line.start;
        self.add_at(start, kind, label, detail, label.to_owned(), snippet);
    }

    /// Says of which element the last completion is.
    fn of_element(&mut self, path: &str) {
        if let Some(last) = self.found.last_mut() {
            last.element = Some(path.to_owned());
        }
    }

    fn add_at(
        &mut self,
        start: usize,
        kind: CompletionKind,
        label: &str,
        detail: impl Into<String>,
        new_text: String,
        snippet: Option<String>,
    ) {
        let range = place(self.document, Span::new(FileId(0), start, self.cursor)).range;
        let detail = detail.into();
        let label = label.to_owned();
        self.found.push(Completion { label, kind, detail, range, new_text, snippet, element: None });
    }
}

/// A text as it must stand in a snippet.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}
