//! Our types as the protocol's JSON.
#![expect(clippy::indexing_slicing, reason = "an object of JSON takes a new member")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use archc::diagnostic::{Remark, Severity};
use archc::ide::symbols::SymbolKind;
use archc::ide::{FileEdit, Place, Told};
use archc::model::Class;
use serde_json::json;

use crate::abilities::Abilities;
use crate::positions::Encoding;
use crate::server::Json;
use crate::state::View;

/// More findings of one file are not told: no editor shows them, and each keystroke would send them.
const MOST_FINDINGS: usize = 2_000;

/// What is written for a client: places in the files of a view, counted as the client does.
#[derive(Clone, Copy)]
pub(crate) struct Writer<'a>(pub(crate) &'a View);

/// What the server says of itself.
pub(crate) fn introduction(abilities: &Abilities) -> Json {
    let encoding = match abilities.encoding {
        Encoding::Utf16 => "utf-16",
        Encoding::Utf8 => "utf-8",
    };
    let mut capabilities = json!({
        "positionEncoding": encoding,
        "textDocumentSync": {"openClose": true, "change": 2, "save": true},
        "hoverProvider": true,
        "definitionProvider": true,
        "declarationProvider": true,
        "referencesProvider": true,
        "documentHighlightProvider": true,
        "documentLinkProvider": {},
        "renameProvider": {"prepareProvider": true},
        "documentSymbolProvider": true,
        "workspaceSymbolProvider": true,
        "documentFormattingProvider": true,
        "documentRangeFormattingProvider": true,
        "documentOnTypeFormattingProvider": {"firstTriggerCharacter": "}", "moreTriggerCharacter": ["\n"]},
        "completionProvider": {"triggerCharacters": crate::writing::TRIGGERS, "resolveProvider": true},
        "codeActionProvider": {"codeActionKinds": crate::writing::ACTION_KINDS},
        "inlayHintProvider": true,
        "codeLensProvider": {"resolveProvider": false},
        "semanticTokensProvider": {
            "legend": {
                "tokenTypes": crate::structure::TOKEN_TYPES, "tokenModifiers": crate::structure::TOKEN_MODIFIERS,
            },
            "range": true,
            "full": {"delta": true},
        },
        "foldingRangeProvider": true,
        "selectionRangeProvider": true,
        "callHierarchyProvider": true,
        "executeCommandProvider": {"commands": crate::commands::NAMES},
        "experimental": {"archPreview": true},
        "workspace": {
            "workspaceFolders": {"supported": true, "changeNotifications": true},
            "fileOperations": {
                "didCreate": {"filters": file_filters()},
                "willRename": {"filters": file_filters()},
                "didRename": {"filters": file_filters()},
                "didDelete": {"filters": file_filters()},
            },
        },
    });
    if abilities.pulls {
        capabilities["diagnosticProvider"] =
            json!({"identifier": "archc", "interFileDependencies": true, "workspaceDiagnostics": true});
    }
    json!({"capabilities": capabilities, "serverInfo": {"name": "archc-lsp", "version": env!("CARGO_PKG_VERSION")}})
}

/// The files that are something to us, as patterns.
pub(crate) const PATTERNS: [&str; 2] = ["**/*.{arch,md,markdown}", "**/archc.toml"];

fn file_filters() -> Json {
    let filter =
        |glob: &str, what: &str| json!({"scheme": "file", "pattern": {"glob": glob, "matches": what}});
    PATTERNS.iter().map(|glob| filter(glob, "file")).chain([filter("**", "folder")]).collect()
}

/// What a client is asked to watch.
pub(crate) fn watchers() -> Json {
    let watchers: Vec<Json> = PATTERNS.iter().map(|glob| json!({"globPattern": glob})).collect();
    json!({"registrations": [{
        "id": "archc-files", "method": "workspace/didChangeWatchedFiles", "registerOptions": {"watchers": watchers},
    }]})
}

/// How a path is written as a URI. A path that names no file is the URI that it came as.
pub(crate) fn uri(path: &str) -> Option<Arc<str>> {
    if !Path::new(path).is_absolute() {
        return path.contains(':').then(|| path.into());
    }
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "file:///" });
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(byte.into())
            }
            b'\\' if cfg!(windows) => uri.push('/'),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    Some(uri.into())
}

impl Writer<'_> {
    /// The URI of a path, as the client writes it where it has the file open.
    pub(crate) fn uri(self, path: &str) -> Option<Arc<str>> {
        self.0.uris.get(path).cloned().or_else(|| uri(path))
    }

    /// What was found in a file.
    pub(crate) fn findings(self, path: &str) -> Vec<Json> {
        let told = self.0.snapshot.told(path);
        let more = told.len().saturating_sub(MOST_FINDINGS);
        let mut found: Vec<Json> =
            told.into_iter().take(MOST_FINDINGS).filter_map(|told| self.finding(told)).collect();
        if more > 0 {
            found.push(json!({
                "range": self.range(&Place::new(path, 0..0)),
                "severity": 3,
                "source": "archc",
                "message": format!("{more} more findings in this file are not shown; `archc check` tells all"),
            }));
        }
        let wrong = self.0.snapshot.analysis().wrong.get(path);
        found.extend(wrong.into_iter().flatten().map(|wrong| {
            let range = self.range(&Place::new(path, wrong.range.clone()));
            json!({"range": range, "severity": 1, "source": "archc", "message": wrong.message})
        }));
        found
    }

    fn finding(self, told: Told<'_>) -> Option<Json> {
        let it = told.diagnostic;
        let message = match &it.help {
            Some(help) => format!("{}\n{help}", it.message),
            None => it.message.clone(),
        };
        let mut finding = json!({
            "range": self.range(&told.design.place(it.span)?)?,
            "severity": match it.severity {
                Severity::Error => 1,
                Severity::Warning => 2,
                Severity::Note => 3,
            },
            "code": it.code,
            "source": "archc",
            "message": message,
        });
        let remark = |remark: &Remark| {
            let location = self.location(&told.design.place(remark.span)?)?;
            Some(json!({"location": location, "message": remark.message}))
        };
        let related: Vec<Json> = it.witness.iter().chain(&it.related).filter_map(remark).collect();
        if self.0.abilities.related && !related.is_empty() {
            finding["relatedInformation"] = Json::Array(related);
        }
        if self.0.abilities.tags && WITHOUT_EFFECT.contains(&it.code) {
            finding["tags"] = json!([1]);
        }
        Some(finding)
    }

    /// Edits of one file, whichever it is.
    pub(crate) fn text_edits(self, edits: &[FileEdit]) -> Json {
        let edit = |it: &FileEdit| Some(json!({"range": self.range(&it.place)?, "newText": it.new_text}));
        edits.iter().filter_map(edit).collect()
    }

    /// Edits of any files.
    pub(crate) fn workspace_edit(self, edits: &[FileEdit]) -> Json {
        let mut by_file: BTreeMap<&str, Vec<FileEdit>> = BTreeMap::new();
        for edit in edits {
            by_file.entry(&edit.place.path).or_default().push(edit.clone());
        }
        if !self.0.abilities.versioned_edits {
            let changes = by_file
                .into_iter()
                .filter_map(|(path, edits)| Some((self.uri(path)?.to_string(), self.text_edits(&edits))));
            return json!({"changes": changes.collect::<serde_json::Map<_, _>>()});
        }
        let changes = by_file.into_iter().filter_map(|(path, edits)| {
            let version = self.0.snapshot.file(path).and_then(|file| file.version());
            let document = json!({"uri": &*self.uri(path)?, "version": version});
            Some(json!({"textDocument": document, "edits": self.text_edits(&edits)}))
        });
        json!({"documentChanges": changes.collect::<Vec<_>>()})
    }

    /// A place with its file.
    pub(crate) fn location(self, place: &Place) -> Option<Json> {
        Some(json!({"uri": &*self.uri(&place.path)?, "range": self.range(place)?}))
    }

    /// The lines and columns of a place.
    pub(crate) fn range(self, place: &Place) -> Option<Json> {
        let whole = self.0.snapshot.file(&place.path)?.whole();
        let at = |offset| {
            let at = self.0.abilities.encoding.position(whole, offset);
            json!({"line": at.line, "character": at.character})
        };
        Some(json!({"start": at(place.range.start), "end": at(place.range.end)}))
    }
}

/// The number by which the protocol knows a kind of symbol.
pub(crate) fn symbol_kind(kind: SymbolKind) -> u8 {
    match kind {
        SymbolKind::Group => 3,
        SymbolKind::Component(Class::Actor) => 19,
        SymbolKind::Component(Class::Traffic) => 11,
        SymbolKind::Component(Class::Compute) => 5,
        SymbolKind::Component(Class::Data) => 23,
        SymbolKind::Component(Class::Messaging) => 24,
        SymbolKind::Component(Class::Platform) => 2,
        SymbolKind::Data => 8,
        SymbolKind::Flow => 12,
        SymbolKind::Scenario => 6,
        SymbolKind::View => 4,
        SymbolKind::Policy => 14,
        SymbolKind::Decision => 7,
        SymbolKind::Other => 26,
    }
}

/// What these find does nothing, and may be faded: a silence that silences nothing, a decision that decides nothing.
const WITHOUT_EFFECT: [&str; 2] = ["HY002", "DE001"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_and_its_uri_are_the_same_file() {
        for path in ["/a b/ü%20#?.arch", "/c:/x.arch", "/漢😀/a+b@c.md"] {
            let uri = uri(path).unwrap();
            assert!(uri.is_ascii(), "{uri}");
            assert_eq!(crate::from_proto::path(&uri), path);
        }
        assert_eq!(uri("untitled:Untitled-1").as_deref(), Some("untitled:Untitled-1"));
        assert_eq!(uri("relative.arch"), None);
    }
}
