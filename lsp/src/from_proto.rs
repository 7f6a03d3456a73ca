//! The protocol's types as ours.

use archc::ide::{File, Language};
use archc::source::Document;
use tower_lsp::ls_types::LSPAny;

use crate::positions::{Encoding, Position};

/// What a client tells of an open document.
#[derive(Debug)]
pub(crate) enum Sync {
    /// It is open.
    Open { uri: String, text: String, version: i32, language: Language },
    /// It was edited.
    Change { uri: String, version: i32, edits: Vec<Edit> },
    /// It is closed.
    Close { uri: String },
}

/// An edit of a range, or of the whole text.
#[derive(Debug)]
pub(crate) struct Edit {
    range: Option<(Position, Position)>,
    text: String,
}

/// Reads a message about an open document. Its URI is taken as it stands: clients write what no URI allows.
pub(crate) fn sync(method: &str, params: &LSPAny) -> Option<Sync> {
    let document = params.get("textDocument")?;
    let uri = document.get("uri")?.as_str()?.to_owned();
    let version = document.get("version").and_then(LSPAny::as_i64).unwrap_or(0) as i32;
    match method {
        "textDocument/didOpen" => {
            let text = document.get("text")?.as_str()?.to_owned();
            let id = document.get("languageId").and_then(LSPAny::as_str).unwrap_or_default();
            let language = language(&path(&uri), id)?;
            Some(Sync::Open { uri, text, version, language })
        }
        "textDocument/didChange" => {
            let edits = params.get("contentChanges")?.as_array()?.iter().map(edit).collect::<Option<_>>()?;
            Some(Sync::Change { uri, version, edits })
        }
        "textDocument/didClose" => Some(Sync::Close { uri }),
        _ => None,
    }
}

/// What a document is: its name says so, else what the client takes it for. `None` for what is nothing to us.
fn language(path: &str, id: &str) -> Option<Language> {
    Language::of(path).or(match id {
        "arch" => Some(Language::Arch),
        "markdown" => Some(Language::Markdown),
        _ => None,
    })
}

fn edit(change: &LSPAny) -> Option<Edit> {
    let text = change.get("text")?.as_str()?.to_owned();
    let range = match change.get("range").filter(|range| !range.is_null()) {
        Some(range) => Some((position(range.get("start")?)?, position(range.get("end")?)?)),
        None => None,
    };
    Some(Edit { range, text })
}

fn position(value: &LSPAny) -> Option<Position> {
    let number = |key| u32::try_from(value.get(key)?.as_u64()?).ok();
    Some(Position { line: number("line")?, character: number("character")? })
}

/// The text of a file after some edits, each read against the text before it. One that reaches past the end is cut to it.
pub(crate) fn edited(file: &File, edits: Vec<Edit>, encoding: Encoding) -> String {
    let mut text = file.text().to_owned();
    for (number, edit) in edits.into_iter().enumerate() {
        let Some((start, end)) = edit.range else {
            text = edit.text;
            continue;
        };
        let (start, end) = if number == 0 {
            (encoding.offset(file.whole(), start), encoding.offset(file.whole(), end))
        } else {
            let document = Document::new("", text.as_str());
            (encoding.offset(&document, start), encoding.offset(&document, end))
        };
        text.replace_range(start..end.max(start), &edit.text);
    }
    text
}

/// The path of a document; the URI itself where it names no file.
pub(crate) fn path(uri: &str) -> String {
    let Some(rest) = uri.strip_prefix("file://") else { return uri.to_owned() };
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
    let path = decoded(path);
    // `/c:/x` is a path of Windows
    match path.as_bytes() {
        [b'/', drive, b':', ..] if cfg!(windows) && drive.is_ascii_alphabetic() => path[1..].to_owned(),
        _ => path,
    }
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let hex = behind.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn after(text: &str, edits: &[(&str, Option<[u32; 4]>)]) -> String {
        let file = File::new("a.arch", text, Language::Arch);
        let change = |(text, range): &(&str, Option<[u32; 4]>)| match range {
            Some([a, b, c, d]) => {
                json!({"range": {"start": {"line": a, "character": b}, "end": {"line": c, "character": d}}, "text": text})
            }
            None => json!({"text": text, "range": null}),
        };
        let changes: Vec<_> = edits.iter().map(change).collect();
        let params = json!({"textDocument": {"uri": "a", "version": 2}, "contentChanges": changes});
        match sync("textDocument/didChange", &params) {
            Some(Sync::Change { edits, .. }) => edited(&file, edits, Encoding::Utf16),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn edits_among_emoji_cjk_and_crlf() {
        let text = "a😀b\r\n漢字\r\n";
        assert_eq!(after(text, &[("X", Some([0, 3, 0, 4]))]), "a😀X\r\n漢字\r\n");
        assert_eq!(after(text, &[("", Some([1, 1, 1, 2]))]), "a😀b\r\n漢\r\n");
        assert_eq!(after("a", &[("b", Some([7, 0, 9, 9]))]), "ab");
        assert_eq!(after("ab\ncd", &[("-", Some([0, 99, 1, 0]))]), "ab-cd");
        assert_eq!(after("ab", &[("-", Some([0, 2, 0, 1]))]), "ab-");
    }

    #[test]
    fn each_edit_is_read_against_the_text_before_it() {
        assert_eq!(after("ab", &[("x\n", Some([0, 0, 0, 0])), ("y", Some([1, 0, 1, 1]))]), "x\nyb");
        assert_eq!(after("ab", &[("new", None), ("!", Some([0, 3, 0, 3]))]), "new!");
    }

    #[test]
    fn paths_of_uris_as_clients_write_them() {
        assert_eq!(path("file:///a%20b/c%2Fd.arch"), "/a b/c/d.arch");
        assert_eq!(path("file:///a b/ü.arch"), "/a b/ü.arch");
        assert_eq!(path("file://host/a.arch"), "/a.arch");
        assert_eq!(path("file:///a%zz%4.arch"), "/a%zz%4.arch");
        assert_eq!(path("untitled:Untitled-1"), "untitled:Untitled-1");
    }
}
