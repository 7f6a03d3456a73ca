//! Our types as the protocol's JSON.
#![expect(clippy::indexing_slicing, reason = "an object of JSON takes a new member")]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use archc::diagnostic::{Remark, Severity};
use archc::ide::symbols::SymbolKind;
use archc::ide::{FileEdit, Place, Told};
use archc::model::Class;
use serde::Serialize;
use serde_json::json;

use crate::abilities::Abilities;
use crate::positions::{Encoding, Range};
use crate::server::Json;
use crate::state::View;

/// More findings of one file are not told: no editor shows them, and each keystroke would send them.
const MOST_FINDINGS: usize = 2_000;

/// Findings that one thread writes at a time.
const PART: usize = 128;

/// What is written for a client: places in the files of a view, counted as the client does.
#[derive(Clone, Copy)]
pub(crate) struct Writer<'a>(pub(crate) &'a View);

/// A finding as the protocol has it. There are many, and each keystroke sends them: so they are no values of JSON.
#[derive(Serialize)]
pub(crate) struct Finding<'a> {
    range: Range,
    severity: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    source: &'static str,
    message: Cow<'a, str>,
    #[serde(rename = "relatedInformation", skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'a>>,
    #[serde(skip_serializing_if = "<[u8]>::is_empty")]
    tags: &'static [u8],
}

#[derive(Serialize)]
struct Related<'a> {
    location: Location,
    message: &'a str,
}

#[derive(Serialize)]
struct Location {
    uri: String,
    range: Range,
}

/// The number by which the protocol knows how bad a finding is.
fn number(severity: Severity) -> u8 {
    match severity {
        Severity::Error => 1,
        Severity::Warning => 2,
        Severity::Note => 3,
    }
}

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

impl<'a> Writer<'a> {
    /// The URI of a path, as the client writes it where it has the file open.
    pub(crate) fn uri(self, path: &str) -> Option<Arc<str>> {
        self.0.uris.get(path).cloned().or_else(|| uri(path))
    }

    /// What was found in a file.
    pub(crate) fn findings(self, path: &str) -> Vec<Finding<'a>> {
        let (told, more) = self.told(path);
        let found = told.into_iter().filter_map(|told| self.finding(told));
        found.chain(self.beside(path, more)).collect()
    }

    /// The same as a list of JSON, written on several threads: each keystroke waits for it.
    pub(crate) fn findings_text(self, path: &str) -> String {
        let (told, more) = self.told(path);
        // what can be written at all has no key that is no string
        let written = |found: Vec<Finding<'a>>| serde_json::to_string(&found).unwrap_or_default();
        let parts: Vec<&[Told<'a>]> = told.chunks(PART).collect();
        let of = |part: &&[Told<'a>]| written(part.iter().filter_map(|told| self.finding(*told)).collect());
        let mut lists = archc::parallel::map(parts.len() > 1, &parts, of);
        lists.push(written(self.beside(path, more)));
        let inner = lists.iter().filter_map(|list| list.strip_prefix('[')?.strip_suffix(']'));
        let inner: Vec<&str> = inner.filter(|inner| !inner.is_empty()).collect();
        format!("[{}]", inner.join(","))
    }

    /// What rules and the parser found, as much of it as is told; and how many more there are.
    fn told(self, path: &str) -> (Vec<Told<'a>>, usize) {
        let mut told = self.0.snapshot.told(path);
        let more = told.len().saturating_sub(MOST_FINDINGS);
        told.truncate(MOST_FINDINGS);
        (told, more)
    }

    /// What else there is to say of a file.
    fn beside(self, path: &str, more: usize) -> Vec<Finding<'a>> {
        let mut found = Vec::new();
        if more > 0 {
            let message = format!("{more} more findings in this file are not shown; `archc check` tells all");
            found.extend(self.plain(&Place::new(path, 0..0), Severity::Note, message.into()));
        }
        let wrong = self.0.snapshot.analysis().wrong.get(path);
        found.extend(wrong.into_iter().flatten().filter_map(|wrong| {
            let place = Place::new(path, wrong.range.clone());
            self.plain(&place, Severity::Error, Cow::Borrowed(&wrong.message))
        }));
        found
    }

    /// A finding that no rule made.
    fn plain(self, place: &Place, severity: Severity, message: Cow<'a, str>) -> Option<Finding<'a>> {
        let (range, severity) = (self.lines(place)?, number(severity));
        Some(Finding {
            range,
            severity,
            code: None,
            source: "archc",
            message,
            related: Vec::new(),
            tags: &[],
        })
    }

    fn finding(self, told: Told<'a>) -> Option<Finding<'a>> {
        let it = told.diagnostic;
        let message = match &it.help {
            Some(help) => format!("{}\n{help}", it.message).into(),
            None => Cow::Borrowed(&*it.message),
        };
        let mut finding = self.plain(&told.design.place(it.span)?, it.severity, message)?;
        finding.code = Some(it.code);
        if self.0.abilities.related {
            let remark = |remark: &'a Remark| {
                let place = told.design.place(remark.span)?;
                let location =
                    Location { uri: self.uri(&place.path)?.to_string(), range: self.lines(&place)? };
                Some(Related { location, message: &remark.message })
            };
            finding.related = it.witness.iter().chain(&it.related).filter_map(remark).collect();
        }
        if self.0.abilities.tags && WITHOUT_EFFECT.contains(&it.code) {
            finding.tags = &[1];
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
        Some(json!(self.lines(place)?))
    }

    fn lines(self, place: &Place) -> Option<Range> {
        let whole = self.0.snapshot.file(&place.path)?.whole();
        let at = |offset| self.0.abilities.encoding.position(whole, offset);
        Some(Range { start: at(place.range.start), end: at(place.range.end) })
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
