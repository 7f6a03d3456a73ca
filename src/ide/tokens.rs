//! What each word of a text is, for its colour. Knows no colour.

use std::ops::Range;

use super::edits::place;
use super::pieces::{self, Piece};
use super::{Part, Snapshot};
use crate::model::attributes::Type;
use crate::model::{AttrId, GroupKind, Kind};
use crate::source::Span;
use crate::syntax::ast::{SelectorKind, Stmt, StmtKind, ValueKind};

/// What a word is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TokenKind {
    /// A kind, or a word that opens a statement about the system.
    Kind,
    /// A word that acts by position: `import`, `slo`.
    Keyword,
    /// A name where it is declared.
    Declaration,
    /// A name where it is used.
    Reference,
    /// A technology.
    Technology,
    /// The key of an attribute, a metric.
    Property,
    /// One of the words that a value may be.
    Word,
    /// A number, a quantity, a day.
    Number,
    /// A text.
    Text,
    /// An operator or a comparison.
    Operator,
    /// A comment.
    Comment,
    /// A doc comment.
    Documentation,
    /// The name of an annotation.
    Annotation,
}

/// A word and what it is. None reaches beyond its line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Token {
    /// The word, in bytes of the file.
    pub range: Range<usize>,
    /// What it is.
    pub kind: TokenKind,
}

/// *now*: the words of a file, in the order of the text.
pub fn tokens(snapshot: &Snapshot, path: &str) -> Vec<Token> {
    let Some(file) = snapshot.file(path) else { return Vec::new() };
    file.parts().iter().flat_map(of_part).collect()
}

fn of_part(part: &Part) -> Vec<Token> {
    let text = part.document().text();
    let mut found: Vec<(Span, TokenKind)> = Vec::new();
    let mut around = Around::default();
    pieces::of_tree(part.tree(), &mut |span, piece| {
        match piece {
            Piece::Stmt(stmt) => around = Around::of(stmt),
            Piece::Selector(_) => around.selects = true,
            _ => {}
        }
        if let Some(kind) = kind(text, span, piece, &around).filter(|_| !span.is_empty()) {
            found.push((span, kind));
        }
        true
    });
    found.sort_by_key(|(span, _)| (span.start, span.end));
    let mut tokens = Vec::with_capacity(found.len());
    let mut from = 0;
    for (span, kind) in found {
        if (span.start as usize) < from {
            continue;
        }
        from = span.end as usize;
        lines(text, span, |line| tokens.push(Token { range: place(part.document(), line).range, kind }));
    }
    tokens
}

/// What the statement around a word says of it.
#[derive(Default)]
struct Around {
    /// The attribute whose value it is.
    key: Option<AttrId>,
    /// Whether a kind may stand for what is of it.
    selects: bool,
}

impl Around {
    fn of(stmt: &Stmt) -> Self {
        let StmtKind::Attribute(it) = &stmt.kind else { return Self::default() };
        let key = AttrId::from_name(&it.key.text());
        let mut types = key.into_iter().flat_map(|key| key.spec().uses).flat_map(|usage| usage.types);
        let selects = types.any(|of| matches!(of, Type::Selector | Type::Selectors));
        Self { key, selects }
    }
}

fn kind(text: &str, span: Span, piece: Piece<'_>, around: &Around) -> Option<TokenKind> {
    Some(match piece {
        Piece::Kind(_) => TokenKind::Kind,
        Piece::Name(it) if it.kind.name == "defaults" => TokenKind::Kind,
        Piece::Name(_) => TokenKind::Declaration,
        Piece::Tech(of, _) if of.kind.name == "kind" => TokenKind::Kind,
        Piece::Tech(..) => TokenKind::Technology,
        Piece::Label | Piece::Import(_) => TokenKind::Text,
        Piece::Key(_) | Piece::Required(_) | Piece::Metric | Piece::ArgumentKey(_) => TokenKind::Property,
        Piece::Operator(_) | Piece::Comparison => TokenKind::Operator,
        Piece::Word(_) => TokenKind::Keyword,
        Piece::AnnotationName(_) => TokenKind::Annotation,
        Piece::Comment => {
            let comment = text.get(span.range()).unwrap_or_default();
            let is_doc = comment.starts_with("///") && !comment.starts_with("////");
            if is_doc { TokenKind::Documentation } else { TokenKind::Comment }
        }
        Piece::Part(path, _) => {
            let word = path.single().map(|ident| ident.name.as_str());
            match word {
                Some("true" | "false") => TokenKind::Word,
                Some(word) if is_word(around.key, word) => TokenKind::Word,
                Some(word) if around.selects && is_kind(word) => TokenKind::Kind,
                _ => TokenKind::Reference,
            }
        }
        Piece::Selector(it) => match &it.kind {
            SelectorKind::Tag(_) => TokenKind::Word,
            SelectorKind::Everything => TokenKind::Operator,
            SelectorKind::Tech(_) | SelectorKind::Team(_) => TokenKind::Reference,
            SelectorKind::Path(_) | SelectorKind::Missing => return None,
        },
        Piece::Value(it) => match &it.kind {
            ValueKind::Text(_) => TokenKind::Text,
            ValueKind::Quantity(_) | ValueKind::Range(..) | ValueKind::Date(_) => TokenKind::Number,
            _ => return None,
        },
        _ => return None,
    })
}

fn is_kind(word: &str) -> bool {
    Kind::from_name(word).is_some() || GroupKind::from_name(word).is_some()
}

/// Whether a value of one word is a word of the language there.
fn is_word(key: Option<AttrId>, word: &str) -> bool {
    let Some(key) = key else { return false };
    let has = |of: &Type| match of {
        Type::Flag => matches!(word, "true" | "false"),
        Type::Word(words) | Type::Words(words) => words.contains(&word),
        _ => false,
    };
    key.spec().uses.iter().flat_map(|usage| usage.types).any(has)
}

/// The lines of a span, without their ends.
fn lines(text: &str, span: Span, mut line: impl FnMut(Span)) {
    let mut start = span.start;
    for piece in text.get(span.range()).unwrap_or_default().split_inclusive('\n') {
        let end = start + piece.trim_end_matches(['\n', '\r']).len() as u32;
        if end > start {
            line(Span { start, end, ..span });
        }
        start += piece.len() as u32;
    }
}
