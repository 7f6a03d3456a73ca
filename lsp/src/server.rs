//! The answers to the client: what the server can do, and the worker that tells it what was found.

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, InitializeParams,
    InitializeResult, InitializedParams, ServerCapabilities, ServerInfo, TextDocumentSyncCapability,
    TextDocumentSyncKind,
};
use tower_lsp::{Client, LanguageServer};

use crate::state::State;
use crate::worker;

/// The server behind the protocol.
pub(crate) struct Backend {
    client: Client,
    state: Arc<State>,
}

impl Backend {
    /// A server that speaks to `client`.
    pub(crate) fn new(client: Client, state: Arc<State>) -> Self {
        Self { client, state }
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, _: InitializeParams) -> Result<InitializeResult> {
        let sync = TextDocumentSyncCapability::Kind(TextDocumentSyncKind::INCREMENTAL);
        let capabilities =
            ServerCapabilities { text_document_sync: Some(sync), ..ServerCapabilities::default() };
        let version = Some(env!("CARGO_PKG_VERSION").to_owned());
        let server_info = Some(ServerInfo { name: "archc-lsp".to_owned(), version });
        Ok(InitializeResult { capabilities, server_info, ..InitializeResult::default() })
    }

    async fn initialized(&self, _: InitializedParams) {
        worker::start(self.client.clone(), Arc::clone(&self.state));
    }

    // text is applied by the layer in `sync`, in the order of arrival
    async fn did_open(&self, _: DidOpenTextDocumentParams) {}
    async fn did_change(&self, _: DidChangeTextDocumentParams) {}
    async fn did_close(&self, _: DidCloseTextDocumentParams) {}

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }
}
