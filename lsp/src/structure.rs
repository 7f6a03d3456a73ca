//! How a text is built: tokens for its colours, folds, growing selections; and who calls whom.
#![expect(clippy::indexing_slicing, reason = "an object of JSON takes a new member")]

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use archc::ide::calls::{self, CallItem, Calls};
use archc::ide::structure::{self, FoldKind};
use archc::ide::symbols::SymbolKind;
use archc::ide::tokens::{self, TokenKind};
use serde_json::json;

use crate::answers::{Asked, Failure};
use crate::server::Json;
use crate::to_proto;

type Answer = Result<Json, Failure>;

/// The types of tokens and their modifiers, as the numbers of [`token_type`] count them.
pub(crate) const TOKEN_TYPES: [&str; 11] = [
    "type",
    "keyword",
    "variable",
    "class",
    "property",
    "enumMember",
    "number",
    "string",
    "operator",
    "comment",
    "decorator",
];
/// Bits from the lowest on.
pub(crate) const TOKEN_MODIFIERS: [&str; 2] = ["declaration", "documentation"];

/// Numbers of one token.
const WIDTH: usize = 5;
/// Of so many files the tokens are remembered.
const REMEMBERED: usize = 64;

/// The tokens that clients were given, to tell them what changed.
#[derive(Debug, Default)]
pub(crate) struct Remembered(Mutex<(u64, BTreeMap<String, Given>)>);

/// When they were given, and what they are.
type Given = (u64, Vec<u32>);

fn token_type(kind: TokenKind) -> (u32, u32) {
    match kind {
        TokenKind::Kind => (0, 0),
        TokenKind::Keyword => (1, 0),
        TokenKind::Declaration => (2, 1),
        TokenKind::Reference => (2, 0),
        TokenKind::Technology => (3, 0),
        TokenKind::Property => (4, 0),
        TokenKind::Word => (5, 0),
        TokenKind::Number => (6, 0),
        TokenKind::Text => (7, 0),
        TokenKind::Operator => (8, 0),
        TokenKind::Comment => (9, 0),
        TokenKind::Documentation => (9, 2),
        TokenKind::Annotation => (10, 0),
    }
}

/// The tokens as the protocol counts them, each from the one before.
fn encoded(asked: &Asked) -> Result<Vec<u32>, Failure> {
    let Some(file) = asked.file() else { return Ok(Vec::new()) };
    let within = match asked.params.get("range") {
        Some(range) => asked.offset(range.get("start"))?..asked.offset(range.get("end"))?,
        None => 0..usize::MAX,
    };
    let encoding = asked.view.abilities.encoding;
    let mut data = Vec::new();
    let (mut line, mut column) = (0, 0);
    for token in tokens::tokens(&asked.view.snapshot, &asked.path) {
        if token.range.start >= within.end || token.range.end <= within.start {
            continue;
        }
        let start = encoding.position(file.whole(), token.range.start);
        let end = encoding.position(file.whole(), token.range.end);
        if end.line != start.line || (start.line, start.character) < (line, column) {
            continue;
        }
        let from = if start.line == line { column } else { 0 };
        let (kind, modifiers) = token_type(token.kind);
        let length = end.character.saturating_sub(start.character);
        data.extend([start.line - line, start.character - from, length, kind, modifiers]);
        (line, column) = (start.line, start.character);
    }
    Ok(data)
}

/// `textDocument/semanticTokens/range`
pub(crate) fn tokens_of_range(asked: &Asked) -> Answer {
    Ok(json!({"data": encoded(asked)?}))
}

/// `textDocument/semanticTokens/full`, and with what a client knows `…/full/delta`
pub(crate) fn tokens(asked: &Asked, remembered: &Remembered) -> Answer {
    let data = encoded(asked)?;
    let known = asked.params.get("previousResultId").and_then(Json::as_str);
    let (id, before) = remembered.replace(&asked.path, data.clone());
    let before = before.filter(|(id, _)| known == Some(id.to_string().as_str()));
    Ok(match before {
        Some((_, before)) => json!({"resultId": id.to_string(), "edits": changes(&before, &data)}),
        None => json!({"resultId": id.to_string(), "data": data}),
    })
}

/// What turns some tokens into others: one edit between what both begin and end with.
fn changes(before: &[u32], after: &[u32]) -> Vec<Json> {
    let tokens = |data: &[u32]| data.len() / WIDTH;
    let same = before.chunks(WIDTH).zip(after.chunks(WIDTH)).take_while(|(one, other)| one == other).count();
    let left = tokens(before).min(tokens(after)) - same;
    let backward = before.rchunks(WIDTH).zip(after.rchunks(WIDTH));
    let same_end = backward.take(left).take_while(|(one, other)| one == other).count();
    let (start, deleted) = (same * WIDTH, before.len() - (same + same_end) * WIDTH);
    let data = after.get(start..after.len() - same_end * WIDTH).unwrap_or_default();
    match deleted == 0 && data.is_empty() {
        true => Vec::new(),
        false => vec![json!({"start": start, "deleteCount": deleted, "data": data})],
    }
}

impl Remembered {
    /// Remembers tokens under a new number; gives that, and what was known.
    fn replace(&self, path: &str, data: Vec<u32>) -> (u64, Option<(u64, Vec<u32>)>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.0 += 1;
        let id = known.0;
        let before = known.1.insert(path.to_owned(), (id, data));
        if known.1.len() > REMEMBERED {
            let oldest = known.1.iter().min_by_key(|(_, (id, _))| *id).map(|(path, _)| path.clone());
            oldest.map(|oldest| known.1.remove(&oldest));
        }
        (id, before)
    }
}

/// `textDocument/foldingRange`
pub(crate) fn folds(asked: &Asked) -> Answer {
    let Some(file) = asked.file() else { return Ok(json!([])) };
    let encoding = asked.view.abilities.encoding;
    let fold = |it: &structure::Fold| {
        let first = encoding.position(file.whole(), it.range.start).line;
        let mut last = encoding.position(file.whole(), it.range.end).line;
        let start = file.whole().lines().start(last as usize).unwrap_or(0);
        let closes = file.text().get(start..).is_some_and(|line| line.trim_start().starts_with(['}', ']']));
        if closes && it.kind == FoldKind::Block {
            // what closes a block stays to be seen
            last = last.saturating_sub(1);
        }
        let kind = match it.kind {
            FoldKind::Block => return (last > first).then(|| json!({"startLine": first, "endLine": last})),
            FoldKind::Comment => "comment",
            FoldKind::Imports => "imports",
        };
        (last > first).then(|| json!({"startLine": first, "endLine": last, "kind": kind}))
    };
    Ok(structure::folds(&asked.view.snapshot, &asked.path).iter().filter_map(fold).collect())
}

/// `textDocument/selectionRange`
pub(crate) fn selections(asked: &Asked) -> Answer {
    let positions = asked.params.get("positions").and_then(Json::as_array).ok_or(Failure::Invalid)?;
    let offsets: Vec<usize> = positions.iter().map(|at| asked.offset(Some(at))).collect::<Result<_, _>>()?;
    let nested = |(offset, ranges): (&usize, Vec<std::ops::Range<usize>>)| {
        let outwards = |parent: Option<Json>, range: &std::ops::Range<usize>| {
            let mut selection = json!({"range": asked.range(range)});
            if let Some(parent) = parent {
                selection["parent"] = parent;
            }
            Some(selection)
        };
        let here = || json!({"range": asked.range(&(*offset..*offset))});
        ranges.iter().rev().fold(None, outwards).unwrap_or_else(here)
    };
    let found = structure::selections(&asked.view.snapshot, &asked.path, &offsets);
    Ok(offsets.iter().zip(found).map(nested).collect())
}

/// `textDocument/prepareCallHierarchy`
pub(crate) fn call_item(asked: &Asked) -> Answer {
    let found = calls::item(&asked.view.snapshot, &asked.path, asked.position()?);
    Ok(found.and_then(|it| item(asked, &it)).map_or(Json::Null, |it| json!([it])))
}

fn item(asked: &Asked, it: &CallItem) -> Option<Json> {
    let writer = asked.writer();
    Some(json!({
        "name": it.path, "detail": it.detail, "kind": to_proto::symbol_kind(SymbolKind::Component(it.class)),
        "uri": &*writer.uri(&it.whole.path)?, "range": writer.range(&it.whole)?,
        "selectionRange": writer.range(&it.name)?,
    }))
}

/// `callHierarchy/incomingCalls`
pub(crate) fn incoming(asked: &Asked) -> Answer {
    let found = calls::incoming(&asked.view.snapshot, &asked.path, of_item(asked)?);
    let call = |it: &Calls| {
        let ranges = ranges(asked, it, &it.item.whole.path);
        Some(json!({"from": item(asked, &it.item)?, "fromRanges": ranges}))
    };
    Ok(found.iter().filter_map(call).collect())
}

/// `callHierarchy/outgoingCalls`
pub(crate) fn outgoing(asked: &Asked) -> Answer {
    let found = calls::outgoing(&asked.view.snapshot, &asked.path, of_item(asked)?);
    let call = |it: &Calls| {
        Some(json!({"to": item(asked, &it.item)?, "fromRanges": ranges(asked, it, &asked.path)}))
    };
    Ok(found.iter().filter_map(call).collect())
}

fn of_item(asked: &Asked) -> Result<usize, Failure> {
    asked.offset(asked.params.pointer("/item/selectionRange/start"))
}

/// Where the calls are written, as far as that is in the file of the caller, to which the ranges belong.
fn ranges(asked: &Asked, it: &Calls, file: &str) -> Json {
    let places = it.places.iter().filter(|place| *place.path == *file);
    places.filter_map(|place| asked.writer().range(place)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_tokens_are_told_by_one_edit() {
        let token = |n: u32| [n; WIDTH];
        let data = |all: &[u32]| all.iter().flat_map(|n| token(*n)).collect::<Vec<u32>>();
        let applied = |before: &[u32], after: &[u32]| {
            let (mut now, after) = (data(before), data(after));
            for edit in changes(&now.clone(), &after) {
                let start = edit["start"].as_u64().unwrap() as usize;
                let deleted = edit["deleteCount"].as_u64().unwrap() as usize;
                let new: Vec<u32> = serde_json::from_value(edit["data"].clone()).unwrap();
                now.splice(start..start + deleted, new);
            }
            assert_eq!(now, after);
        };
        applied(&[1, 2, 3], &[1, 2, 3]);
        applied(&[1, 2, 3], &[1, 3]);
        applied(&[1, 1], &[1, 1, 1]);
        applied(&[], &[4]);
        applied(&[4], &[]);
        applied(&[1, 2, 3, 4], &[1, 9, 8, 4]);
        assert!(changes(&data(&[1, 2]), &data(&[1, 2])).is_empty());
    }
}
