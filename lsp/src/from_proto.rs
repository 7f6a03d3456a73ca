//! The protocol's JSON as our types. Read leniently: clients leave out and add what they like.

use std::hash::{Hash as _, Hasher as _};
use std::path::PathBuf;

use archc::ide::{File, Language};
use archc::source::Document;
use serde::Serialize;

use crate::abilities::{Abilities, Refreshes, Settings};
use crate::positions::{Encoding, Position};
use crate::server::Json;

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
pub(crate) fn sync(method: &str, params: &Json) -> Option<Sync> {
    let document = params.get("textDocument")?;
    let uri = document.get("uri")?.as_str()?.to_owned();
    let version = document.get("version").and_then(Json::as_i64).unwrap_or(0) as i32;
    match method {
        "textDocument/didOpen" => {
            let text = document.get("text")?.as_str()?.to_owned();
            let id = document.get("languageId").and_then(Json::as_str).unwrap_or_default();
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

fn edit(change: &Json) -> Option<Edit> {
    let text = change.get("text")?.as_str()?.to_owned();
    let range = match change.get("range").filter(|range| !range.is_null()) {
        Some(range) => Some((position(range.get("start")?)?, position(range.get("end")?)?)),
        None => None,
    };
    Some(Edit { range, text })
}

/// A position.
pub(crate) fn position(value: &Json) -> Option<Position> {
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

/// What the client can, what its user wants, and the folders that it has open.
pub(crate) fn introduction(params: &Json) -> (Abilities, Settings, Vec<PathBuf>) {
    let can = |pointer: &str| {
        params.pointer(&format!("/capabilities{pointer}")).and_then(Json::as_bool).unwrap_or_default()
    };
    let has = |pointer: &str| {
        params.pointer(&format!("/capabilities{pointer}")).is_some_and(|value| !value.is_null())
    };
    let lists = |pointer: &str, word: &str| {
        let list = params.pointer(&format!("/capabilities{pointer}")).and_then(Json::as_array);
        list.is_some_and(|list| list.iter().any(|value| value.as_str() == Some(word)))
    };
    let options = params.get("initializationOptions");
    let abilities = Abilities {
        encoding: match lists("/general/positionEncodings", "utf-8") {
            true => Encoding::Utf8,
            false => Encoding::Utf16,
        },
        snippets: can("/textDocument/completion/completionItem/snippetSupport"),
        nested_symbols: can("/textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
        related: can("/textDocument/publishDiagnostics/relatedInformation"),
        tags: has("/textDocument/publishDiagnostics/tagSupport"),
        versioned_edits: can("/workspace/workspaceEdit/documentChanges"),
        action_literals: has("/textDocument/codeAction/codeActionLiteralSupport"),
        links: can("/textDocument/definition/linkSupport"),
        watches_files: can("/workspace/didChangeWatchedFiles/dynamicRegistration"),
        pulls: options.and_then(|it| it.get("diagnostics")).and_then(Json::as_str) == Some("pull"),
        has_commands: options.and_then(|it| it.get("preview")).is_some_and(Json::is_object),
        gives_settings: can("/workspace/configuration"),
        shows_progress: can("/window/workDoneProgress"),
        refreshes: Refreshes {
            hints: can("/workspace/inlayHint/refreshSupport"),
            lenses: can("/workspace/codeLens/refreshSupport"),
            findings: can("/workspace/diagnostics/refreshSupport")
                || can("/workspace/diagnostic/refreshSupport"),
        },
    };
    let settings = options.and_then(settings).unwrap_or_default();
    let folders = params.get("workspaceFolders").and_then(Json::as_array);
    let mut folders = folders.map_or_else(Vec::new, |folders| uris(folders));
    if folders.is_empty() {
        let root = params.get("rootUri").and_then(Json::as_str).map(path);
        let root = root.or_else(|| params.get("rootPath")?.as_str().map(str::to_owned));
        folders.extend(root.map(PathBuf::from));
    }
    (abilities, settings, folders)
}

/// What the user wants: `{"inlayHints": {…}, "codeLens": {…}}`, also below `archc`. `None` where it is no such thing.
pub(crate) fn settings(value: &Json) -> Option<Settings> {
    let value = value.get("archc").unwrap_or(value);
    value.as_object()?;
    let wants = |group: &str, key: &str| match value.get(group) {
        Some(Json::Bool(all)) => *all,
        Some(group) => group.get(key).and_then(Json::as_bool).unwrap_or(true),
        None => true,
    };
    Some(Settings {
        load_hints: wants("inlayHints", "load"),
        budget_hints: wants("inlayHints", "latency"),
        availability_hints: wants("inlayHints", "availability"),
        finding_lenses: wants("codeLens", "findings"),
        run_lenses: wants("codeLens", "run"),
    })
}

/// The files that changed on disk, and whether some came or went.
pub(crate) fn watched(params: &Json) -> (Vec<String>, bool) {
    let changes = params.get("changes").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    let uri = |change: &Json| change.get("uri").and_then(Json::as_str).map(path);
    let came_or_went = |change: &Json| change.get("type").and_then(Json::as_u64) != Some(2);
    (changes.iter().filter_map(uri).collect(), changes.iter().any(came_or_went))
}

/// The files that came, went, or are now called otherwise.
pub(crate) fn moved(params: &Json) -> Vec<String> {
    let files = params.get("files").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    let names = |file: &Json| {
        let name = |key| file.get(key).and_then(Json::as_str).map(path);
        ["uri", "oldUri", "newUri"].into_iter().filter_map(name).collect::<Vec<_>>()
    };
    files.iter().flat_map(names).collect()
}

/// The files and folders that get another name: the old one and the new one.
pub(crate) fn renamed(params: &Json) -> Vec<(String, String)> {
    let files = params.get("files").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    let names = |file: &Json| {
        let name = |key| file.get(key).and_then(Json::as_str).map(path);
        Some((name("oldUri")?, name("newUri")?))
    };
    files.iter().filter_map(names).collect()
}

/// The folders that were added and those that were taken away.
pub(crate) fn folders_changed(params: &Json) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let of = |key: &str| {
        let folders = params.pointer(&format!("/event/{key}")).and_then(Json::as_array);
        folders.map_or_else(Vec::new, |folders| uris(folders))
    };
    (of("added"), of("removed"))
}

fn uris(folders: &[Json]) -> Vec<PathBuf> {
    let uri = |folder: &Json| folder.get("uri").and_then(Json::as_str).map(|uri| PathBuf::from(path(uri)));
    folders.iter().filter_map(uri).collect()
}

/// A short text that differs where the values do.
pub(crate) fn fingerprint(values: &impl Serialize) -> String {
    let mut hasher = std::hash::DefaultHasher::new();
    // what cannot be written has no print, and no client remembers it
    serde_json::to_string(values).unwrap_or_default().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// The path of a document; the URI itself where it names no file.
pub(crate) fn path(uri: &str) -> String {
    let Some(rest) = uri.strip_prefix("file://") else { return uri.to_owned() };
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
    let path = decoded(path);
    // `/c:/x` is a path of Windows
    match path.as_bytes() {
        [b'/', drive, b':', ..] if cfg!(windows) && drive.is_ascii_alphabetic() => {
            path.get(1..).unwrap_or_default().to_owned()
        }
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
