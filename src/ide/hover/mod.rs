//! What is shown over a word: what it declares, what is written of it, and what was computed. Markdown, short.

mod element;
mod finding;
mod flow;
mod technology;
mod words;

pub(super) use technology::technology;
pub(super) use words::{WORDS, meaning, metric_meaning, operator_meaning, types};

use std::fmt::Write as _;

use super::completion::CompletionKind;
use super::cursor::{Cursor, Owner};
use super::customs::{self, Word};
use super::names;
use super::pieces::Piece;
use super::{Held, Place, Snapshot};
use crate::compilation::Compilation;
use crate::model::ElementRef;
use crate::source::Span;
use crate::syntax::ast::{Declaration, Stmt, StmtKind, ValueKind};

/// What to show over a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// What it is about.
    pub place: Place,
    /// The text, in Markdown.
    pub markdown: String,
}

/// *fresh*: what to show at an offset of a file; `None` where nothing is known.
pub fn hover(snapshot: &Snapshot, path: &str, offset: usize) -> Option<Hover> {
    snapshot.holding(path, offset).iter().find_map(hover_in)
}

fn hover_in(held: &Held<'_>) -> Option<Hover> {
    let compilation: &Compilation = &held.design.compilation;
    let tree = compilation.trees.get(held.file.0 as usize)?;
    let cursor = Cursor::new(tree, held.offset);
    let at = Asked { compilation, cursor: &cursor };
    let about = cursor.find(|span, piece| at.about(span, piece).map(|text| (span, text)));
    let findings = finding::at(compilation, held.file, held.offset);
    let span = about.as_ref().map(|(span, _)| *span).or_else(|| findings.first().map(|(span, _)| *span))?;
    let texts = about.into_iter().map(|(_, text)| text).chain(findings.into_iter().map(|(_, text)| text));
    let markdown = texts.map(|text| text.trim_end().to_owned()).collect::<Vec<_>>().join("\n\n---\n\n");
    Some(Hover { place: held.design.place(span)?, markdown })
}

/// *now*: what a completion is about, told when somebody looks at it: Markdown as over the word once it is written. `name` is
/// the label, of an element its full path.
pub fn documentation(snapshot: &Snapshot, path: &str, kind: CompletionKind, name: &str) -> Option<String> {
    let compilation = || Some(&snapshot.holding(path, 0).first()?.design.compilation);
    match kind {
        CompletionKind::Component | CompletionKind::Group | CompletionKind::Element => {
            let compilation = compilation()?;
            let model = &compilation.model;
            let found = names::all(model).find(|it| names::header(model, *it).path == name)?;
            Some(element::element(compilation, found))
        }
        CompletionKind::Kind => words::kind(name),
        CompletionKind::Attribute => words::attribute(name, Owner::Unknown, None),
        CompletionKind::Technology => technology::technology(name),
        CompletionKind::Rule => finding::rule(name),
        CompletionKind::Word => words::word(name),
        CompletionKind::Value | CompletionKind::Unit | CompletionKind::Operator | CompletionKind::File => {
            None
        }
    }
}

struct Asked<'c, 'a> {
    compilation: &'c Compilation,
    cursor: &'a Cursor<'c>,
}

impl<'c> Asked<'c, '_> {
    fn about(&self, span: Span, piece: Piece<'c>) -> Option<String> {
        if span.is_empty() {
            return None;
        }
        match piece {
            Piece::Part(..) | Piece::Name(_) => self.name(span, piece),
            Piece::Kind(it) => self.kind(it),
            Piece::Tech(of, tech) if of.kind.name == "kind" => words::kind(&tech.name),
            Piece::Tech(_, tech) => self.technology(&tech.name),
            Piece::Key(it) => words::attribute(&it.key.text(), self.owner(), self.element()),
            Piece::Value(it) if matches!(it.kind, ValueKind::Quantity(_) | ValueKind::Range(..)) => {
                words::quantity(self.key()?, it, self.owner())
            }
            Piece::Operator(operator) => match self.stmt().map(|stmt| &stmt.kind) {
                Some(StmtKind::Connection(_)) => {
                    let calls = flow::step(self.compilation, self.stmt()?.span);
                    Some(calls.unwrap_or_else(|| words::operator(operator)))
                }
                _ => Some(words::operator(operator)),
            },
            Piece::Metric | Piece::Comparison | Piece::Word("slo") => {
                flow::objective(self.compilation, self.stmt()?)
            }
            Piece::Word(word) => words::word(word),
            Piece::Required(key) => words::attribute(&key.name, Owner::Unknown, None),
            Piece::AnnotationName(name) => words::word(&name.name),
            Piece::ArgumentKey(key) => words::word(&key.name),
            _ => None,
        }
    }

    /// The statement at the offset.
    fn stmt(&self) -> Option<&'c Stmt> {
        self.cursor.stmts().last().copied()
    }

    /// What the block around the offset stands on.
    fn owner(&self) -> Owner {
        let stmts: Vec<&Stmt> = self.cursor.blocks().iter().map(|(stmt, _)| *stmt).collect();
        Owner::of(&self.compilation.trees, &stmts)
    }

    /// The element whose block the offset stands in.
    fn element(&self) -> Option<(&'c Compilation, ElementRef)> {
        let blocks = self.cursor.blocks();
        let (stmt, _) = blocks.last()?;
        let StmtKind::Declaration(it) = &stmt.kind else { return None };
        let element = names::element_at(&self.compilation.model, it.name.span)?;
        Some((self.compilation, element))
    }

    /// The key of the attribute at the offset.
    fn key(&self) -> Option<String> {
        match &self.stmt()?.kind {
            StmtKind::Attribute(it) => Some(it.key.text()),
            _ => None,
        }
    }

    fn name(&self, span: Span, piece: Piece<'c>) -> Option<String> {
        if let Some(element) = names::element_at(&self.compilation.model, span) {
            return Some(element::element(self.compilation, element));
        }
        match piece {
            Piece::Name(it) if it.kind.name == "defaults" => {
                words::kind(&it.name.name).or_else(|| self.own_kind(&it.name.name))
            }
            Piece::Name(it) => Some(self.statement(it)),
            Piece::Part(path, _) => {
                let word = path.single()?.name.as_str();
                let rule = self.rule(word);
                let technology = || {
                    matches!(self.key()?.as_str(), "chose" | "over").then(|| technology::technology(word))?
                };
                rule.or_else(technology)
                    .or_else(|| {
                        words::kind(word).filter(|_| {
                            self.key().is_none_or(|key| ["show", "hide", "collapse"].contains(&key.as_str()))
                        })
                    })
                    .or_else(|| self.own_kind(word).filter(|_| self.key().is_none()))
            }
            _ => None,
        }
    }

    /// The rule of that name, where the offset stands in an `@allow` or in the `allows` of a decision.
    fn rule(&self, word: &str) -> Option<String> {
        let annotated = self.cursor.pieces().iter().any(|(_, piece)| matches!(piece, Piece::Annotation));
        let decided = || self.key().is_some_and(|key| key == "allows");
        (annotated || decided()).then(|| finding::rule(word))?
    }

    fn kind(&self, it: &Declaration) -> Option<String> {
        words::kind(&it.kind.name).or_else(|| self.own_kind(&it.kind.name))
    }

    fn own_kind(&self, name: &str) -> Option<String> {
        let (stmt, declaration) = customs::find(&self.compilation.trees, Word::Kind, name)?;
        let base = declaration.tech.as_ref().and_then(|tech| words::kind(&tech.name)).unwrap_or_default();
        Some(format!("{}\n\n{base}", head(stmt, declaration)))
    }

    fn technology(&self, name: &str) -> Option<String> {
        let own = customs::find(&self.compilation.trees, Word::Tech, name);
        let Some((stmt, declaration)) = own else { return technology::technology(name) };
        let base = declaration.tech.as_ref().filter(|tech| tech.name != name || own.is_none());
        let behind = base.map_or(name, |tech| &tech.name);
        let base = technology::technology(behind).unwrap_or_default();
        Some(format!("{}\n\n{base}", head(stmt, declaration)))
    }

    /// A statement that no element of the model stands for: a view, a policy, a decision.
    fn statement(&self, it: &Declaration) -> String {
        let stmt = self.stmt();
        let mut text = stmt.map_or_else(String::new, |stmt| head(stmt, it));
        let decision =
            self.compilation.model.decisions.iter().find(|known| known.header.name_span == it.name.span);
        if let Some(because) = decision.and_then(|it| it.attrs.text(crate::model::AttrId::BECAUSE)) {
            let _ = write!(text, "\n\n{because}");
        }
        text
    }
}

/// A declaration's head, and what is written of it.
fn head(stmt: &Stmt, it: &Declaration) -> String {
    let tech = it.tech.as_ref().map(|tech| tech.name.as_str());
    let label = it.label.as_ref().map(|label| label.value.as_str());
    declaration(&it.kind.name, &it.name.name, tech, label, stmt.doc().as_deref())
}

/// A head in a fence, and what is written of it.
fn declaration(kind: &str, path: &str, tech: Option<&str>, label: Option<&str>, doc: Option<&str>) -> String {
    let mut text = format!("```arch\n{kind} {path}");
    if let Some(tech) = tech {
        let _ = write!(text, ": {tech}");
    }
    if let Some(label) = label {
        let _ =
            write!(text, " \"{}\"", label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"));
    }
    text.push_str("\n```");
    if let Some(doc) = doc.filter(|doc| !doc.is_empty()) {
        let _ = write!(text, "\n\n{doc}");
    }
    text
}

/// Lines of a list, below a rule; nothing where there is none.
fn listed(lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = lines.iter().map(|line| format!("- {line}")).collect();
    format!("\n\n---\n\n{}", lines.join("\n"))
}
