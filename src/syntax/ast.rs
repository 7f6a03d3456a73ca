//! The syntax tree: what was written, with every span, comment and doc comment. No names are resolved here.
//!
//! The tree is lossless together with its text: comments, blank lines, annotations and unreadable slices all have their
//! place in it, so the formatter prints from the tree alone and an editor finds what stands at an offset.

mod signs;

use std::sync::Arc;

use smallvec::SmallVec;
use smol_str::SmolStr;

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};
use crate::units::{Date, Quantity};

pub use signs::{Comparison, Operator};

/// One parsed document.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The document.
    pub file: FileId,
    /// Top-level statements in the order of the text; shared with earlier parses of the same text.
    pub items: Vec<Arc<Stmt>>,
    /// Comments and blank lines behind the last statement.
    pub dangling: Vec<Leading>,
    /// Everything that could not be read as written (E0xx), in the order of the text.
    pub mistakes: Vec<Diagnostic>,
}

/// A statement with all that belongs to it.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// From its first word to the end of its block; without what stands before it.
    pub span: Span,
    /// What stands before it: comments, blank lines, doc comments and annotations, in order; and at the end comments
    /// inside it that have no other place.
    pub leading: Vec<Leading>,
    /// A comment behind it on its last line.
    pub trailing: Option<Box<Comment>>,
    /// What it is.
    pub kind: StmtKind,
}

/// What may stand before a statement.
#[derive(Clone, Debug)]
pub enum Leading {
    /// One or more blank lines.
    Blank,
    /// A comment.
    Comment(Comment),
    /// A line of a doc comment.
    Doc(Comment),
    /// An annotation.
    Annotation(Annotation),
}

/// A comment as written, from its `//` or `/*` to its end, without the line end.
#[derive(Clone, Debug)]
pub struct Comment {
    /// The place.
    pub span: Span,
    /// The text as written.
    pub text: SmolStr,
}

impl Comment {
    /// Whether it is a line of a doc comment: `///`, and not `////`.
    pub fn is_doc(&self) -> bool {
        self.text.starts_with("///") && !self.text.starts_with("////")
    }
}

/// `@allow(…)` or `@tags(…)`.
#[derive(Clone, Debug)]
pub struct Annotation {
    /// From `@` to `)`.
    pub span: Span,
    /// The word behind `@`.
    pub name: Ident,
    /// The arguments.
    pub arguments: Vec<Argument>,
}

/// An argument of an annotation: a value, or `key = value`.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The key of a named one.
    pub key: Option<Ident>,
    /// The value.
    pub value: Value,
}

/// An identifier; empty with an empty span where one is missing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ident {
    /// The place.
    pub span: Span,
    /// The name in NFC; empty where it is missing.
    pub name: SmolStr,
}

impl Ident {
    /// Whether the slot is empty.
    pub fn is_missing(&self) -> bool {
        self.name.is_empty()
    }
}

/// Identifiers joined by `.`; at least one part, which may be missing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Path {
    /// The whole path.
    pub span: Span,
    /// Its parts.
    pub parts: SmallVec<[Ident; 1]>,
}

impl Path {
    /// The parts joined by `.`.
    pub fn text(&self) -> String {
        let parts: Vec<&str> = self.parts.iter().map(|part| part.name.as_str()).collect();
        parts.join(".")
    }

    /// The only part of a path of one.
    pub fn single(&self) -> Option<&Ident> {
        match self.parts.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Whether nothing was written.
    pub fn is_missing(&self) -> bool {
        self.parts.iter().all(Ident::is_missing)
    }
}

/// The six forms, and what could not be read.
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// `import "PATH"`
    Import(Import),
    /// `KEY = VALUE`
    Attribute(Attribute),
    /// `KIND NAME [: TECH] ["LABEL"] [{ … }]`
    Declaration(Box<Declaration>),
    /// `ENDS OP ENDS (OP ENDS)* ["LABEL"] [{ … }]`
    Connection(Box<Connection>),
    /// `slo METRIC CMP VALUE`
    Objective(Box<Objective>),
    /// `forbid …` or `require …`
    Policy(Box<Policy>),
    /// A slice that is none of them; reported, kept for the formatter.
    Junk,
}

/// `import "PATH"`
#[derive(Clone, Debug)]
pub struct Import {
    /// The path as written.
    pub path: Text,
}

/// A string literal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    /// With its quotes.
    pub span: Span,
    /// The text that it means, escapes and indentation taken away.
    pub value: SmolStr,
    /// Whether it was written with `"""`.
    pub block: bool,
}

/// `KEY = VALUE`
#[derive(Clone, Debug)]
pub struct Attribute {
    /// The key; a path in records only.
    pub key: Path,
    /// The value.
    pub value: Value,
}

/// A value as written.
#[derive(Clone, Debug)]
pub struct Value {
    /// The place.
    pub span: Span,
    /// What it is.
    pub kind: ValueKind,
}

/// The forms of a value.
#[derive(Clone, Debug)]
pub enum ValueKind {
    /// Nothing stands where a value should; reported.
    Missing,
    /// Something unreadable; reported.
    Invalid,
    /// A string.
    Text(Box<Text>),
    /// A number with or without a unit.
    Quantity(Box<Quantity>),
    /// `2..20`
    Range(Box<Quantity>, Box<Quantity>),
    /// `2027-03-01`
    Date(Date),
    /// A word, a name or a path; also `true`, `false` and `none`.
    Path(Path),
    /// `[a, b]`
    List(List),
    /// `{ key = value … }`
    Record(Box<Block>),
    /// A selector that is not a plain path: `*`, `#tag`, `tech:NAME`, `team:NAME`.
    Selector(Box<Selector>),
}

/// `[a, b]`
#[derive(Clone, Debug)]
pub struct List {
    /// The elements.
    pub items: Vec<Value>,
    /// Comments inside the brackets, in order; the formatter keeps them.
    pub comments: Vec<Comment>,
}

/// What selects elements in views and policies.
#[derive(Clone, Debug)]
pub struct Selector {
    /// The place.
    pub span: Span,
    /// What it is.
    pub kind: SelectorKind,
}

/// The forms of a selector.
#[derive(Clone, Debug)]
pub enum SelectorKind {
    /// `*`
    Everything,
    /// A kind or a path.
    Path(Path),
    /// `#tag`
    Tag(Ident),
    /// `tech:NAME`
    Tech(Text),
    /// `team:NAME`
    Team(Path),
    /// Nothing stands where one should; reported.
    Missing,
}

/// `{ … }`
#[derive(Clone, Debug)]
pub struct Block {
    /// With both braces.
    pub span: Span,
    /// The statements; attributes only where the language says so.
    pub items: Vec<Stmt>,
    /// Comments and blank lines before the closing brace.
    pub dangling: Vec<Leading>,
    /// A comment behind the opening brace on its line.
    pub opening_comment: Option<Comment>,
}

/// `KIND NAME [: TECH] ["LABEL"] [{ … }]`
#[derive(Clone, Debug)]
pub struct Declaration {
    /// The kind as written.
    pub kind: Ident,
    /// The name; missing where none was written. `defaults KIND: TECH` has the kind here.
    pub name: Ident,
    /// The technology behind `:`.
    pub tech: Option<Tech>,
    /// The label.
    pub label: Option<Text>,
    /// The block.
    pub block: Option<Block>,
}

/// A technology as written: an identifier or a string.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tech {
    /// The place, with quotes.
    pub span: Span,
    /// The name.
    pub name: SmolStr,
    /// Whether it was written as a string.
    pub quoted: bool,
}

/// `ENDS OP ENDS (OP ENDS)* ["LABEL"] [{ … }]`; one operator less than ends.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The ends, at least two; one that is missing is a path that is missing.
    pub ends: SmallVec<[Ends; 2]>,
    /// The operators between them.
    pub operators: SmallVec<[(Operator, Span); 1]>,
    /// The label that all parts share.
    pub label: Option<Text>,
    /// The attributes that all parts share.
    pub block: Option<Block>,
}

/// One end of a connection.
#[derive(Clone, Debug)]
pub struct Ends {
    /// The place.
    pub span: Span,
    /// Whether all or any of the paths are meant.
    pub kind: EndsKind,
    /// The paths, at least one.
    pub paths: SmallVec<[Path; 1]>,
    /// Comments inside the brackets or behind a `|`, in order.
    pub comments: Vec<Comment>,
}

/// How the paths of one end stand together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndsKind {
    /// A single path.
    One,
    /// `[a, b]`: all of them.
    All,
    /// `a | b`: any of them.
    Any,
}

/// `slo METRIC CMP VALUE`
#[derive(Clone, Debug)]
pub struct Objective {
    /// The metric as written.
    pub metric: Ident,
    /// The comparison; `None` where it is missing, which was reported.
    pub comparison: Option<(Comparison, Span)>,
    /// The target.
    pub value: Value,
}

/// A rule of a policy.
#[derive(Clone, Debug)]
pub enum Policy {
    /// `forbid SELECTOR OP SELECTOR [except SELECTOR]`
    Forbid {
        /// Who must not.
        from: Selector,
        /// Which connection; `None` where it is missing, which was reported.
        operator: Option<(Operator, Span)>,
        /// Whom.
        to: Selector,
        /// Who may all the same.
        except: Option<Selector>,
    },
    /// `require SELECTOR.KEY [CMP VALUE]`
    Require {
        /// Who must.
        selector: Selector,
        /// The attribute; what follows the last dot.
        key: Ident,
        /// What it must be.
        condition: Option<(Comparison, Span, Value)>,
    },
}

impl Stmt {
    /// The doc comment: its lines without `///` and one blank, joined by line ends; `None` without one.
    pub fn doc(&self) -> Option<String> {
        let lines: Vec<&str> = self
            .leading
            .iter()
            .filter_map(|leading| match leading {
                Leading::Doc(comment) => {
                    let text = comment.text.strip_prefix("///").unwrap_or(&comment.text);
                    Some(text.strip_prefix(' ').unwrap_or(text).trim_end())
                }
                _ => None,
            })
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n").trim().to_owned())
    }

    /// The annotations before it.
    pub fn annotations(&self) -> impl Iterator<Item = &Annotation> {
        self.leading.iter().filter_map(|leading| match leading {
            Leading::Annotation(annotation) => Some(annotation),
            _ => None,
        })
    }
}
