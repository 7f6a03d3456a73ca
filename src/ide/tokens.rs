//! What each word of a text is, for its colour. Knows no colour.

use std::ops::Range;

use super::edits::place;
use super::pieces::{self, Piece};
use super::{Part, Snapshot};
use crate::model::AttrId;
use crate::model::attributes::Type;
use crate::source::Span;
use crate::syntax::ast::{StmtKind, ValueKind};

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
    // the key of the attribute at hand, and whether the names of a value are rules, tags or the like
    let mut key: Option<AttrId> = None;
    pieces::of_tree(part.tree(), &mut |span, piece| {
        if let Piece::Stmt(stmt) = piece {
            key = match &stmt.kind {
                StmtKind::Attribute(it) => AttrId::from_name(&it.key.text()),
                _ => None,
            };
        }
        if let Some(kind) = kind(text, span, piece, key).filter(|_| !span.is_empty()) {
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

fn kind(text: &str, span: Span, piece: Piece<'_>, key: Option<AttrId>) -> Option<TokenKind> {
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
                Some(word) if is_word(key, word) => TokenKind::Word,
                _ => TokenKind::Reference,
            }
        }
        Piece::Value(it) => match &it.kind {
            ValueKind::Text(_) => TokenKind::Text,
            ValueKind::Quantity(_) | ValueKind::Range(..) | ValueKind::Date(_) => TokenKind::Number,
            _ => return None,
        },
        _ => return None,
    })
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
