//! What a client tells without asking: texts, files, folders, settings. Runs in the order of arrival, and quickly.

use std::sync::Arc;

use crate::from_proto::{self, Sync};
use crate::server::Json;
use crate::state::{Event, State};

/// Takes note of what the client tells.
pub(crate) fn notified(state: &Arc<State>, method: &str, params: &Json) {
    match method {
        "textDocument/didOpen" | "textDocument/didChange" | "textDocument/didClose" => {
            synced(state, method, params);
        }
        // a client that watches files tells of them itself
        "textDocument/didSave" if state.abilities().watches_files => {}
        "textDocument/didSave" => {
            state.happened([Event::AllOfDisk]);
            state.list_files();
        }
        "workspace/didChangeWatchedFiles" => {
            let (paths, is_new) = from_proto::watched(params);
            state.happened(paths.into_iter().map(Event::Disk));
            if is_new {
                state.list_files();
            }
        }
        "workspace/didCreateFiles" | "workspace/didDeleteFiles" | "workspace/didRenameFiles" => {
            state.happened(from_proto::moved(params).into_iter().map(Event::Disk));
            state.list_files();
        }
        "workspace/didChangeWorkspaceFolders" => {
            let (added, removed) = from_proto::folders_changed(params);
            state.change_folders(added, &removed);
            state.list_files();
        }
        "workspace/didChangeConfiguration" => match params.get("settings").and_then(from_proto::settings) {
            _ if state.abilities().gives_settings => state.happened([Event::AskSettings]),
            Some(settings) => state.set_settings(settings),
            None => {}
        },
        _ => {}
    }
}

fn synced(state: &State, method: &str, params: &Json) {
    let path = |uri: &str| from_proto::path(uri);
    match from_proto::sync(method, params) {
        Some(Sync::Open { uri, text, version, language }) => {
            state.open(&uri, path(&uri), text, version, language);
        }
        Some(Sync::Change { uri, version, edits }) => {
            let encoding = state.abilities().encoding;
            state.change(&path(&uri), version, |file| from_proto::edited(file, edits, encoding));
        }
        Some(Sync::Close { uri }) => state.close(&path(&uri)),
        None => {}
    }
}
