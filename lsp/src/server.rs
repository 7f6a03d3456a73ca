//! The answers to the client: what the server can do, and the box for what it tells unasked. With `from_proto` and
//! `to_proto` the only place that names the protocol crate.

use std::str::FromStr as _;
use std::sync::Arc;

use archc::ide::Analysis;
use tokio::runtime::Handle;
use tower_lsp::ls_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, InitializeParams,
    InitializeResult, ServerCapabilities, ServerInfo, TextDocumentSyncCapability, TextDocumentSyncKind, Uri,
};
use tower_lsp::{Client, LanguageServer, LspService, Server};

use crate::ordered::Ordered;
use crate::positions::Encoding;
use crate::state::State;
use crate::to_proto::Writer;
use crate::worker;

pub(crate) use tower_lsp::jsonrpc::{Request, Response, Result};
pub(crate) use tower_lsp::ls_types::LSPAny as Json;

/// How many requests may be under way at once; text is applied before any of them, so order is kept.
const CONCURRENCY: usize = 64;

/// The server behind the protocol.
struct Backend;

/// What the server tells unasked.
#[derive(Clone)]
pub(crate) struct Outbox {
    client: Client,
    runtime: Handle,
}

/// Speaks with the client until it leaves.
pub(crate) async fn serve(state: Arc<State>) {
    let (service, socket) = LspService::new(|client| {
        worker::start(Outbox { client, runtime: Handle::current() }, Arc::clone(&state));
        Backend
    });
    let service = Ordered::new(service, state);
    Server::new(tokio::io::stdin(), tokio::io::stdout(), socket)
        .concurrency_level(CONCURRENCY)
        .serve(service)
        .await;
}

impl Outbox {
    /// Tells what was found in a file.
    pub(crate) fn findings(&self, uri: &str, version: Option<i32>, analysis: &Analysis, path: &str) {
        let found = Writer { analysis, encoding: Encoding::Utf16 }.findings(path);
        self.publish(uri, found, version);
    }

    /// Takes back what was told of a file.
    pub(crate) fn nothing(&self, uri: &str) {
        self.publish(uri, Vec::new(), None);
    }

    fn publish(&self, uri: &str, found: Vec<tower_lsp::ls_types::Diagnostic>, version: Option<i32>) {
        if let Ok(uri) = Uri::from_str(uri) {
            self.runtime.block_on(self.client.publish_diagnostics(uri, found, version));
        }
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

    // text is applied by the layer in `ordered`, in the order of arrival
    async fn did_open(&self, _: DidOpenTextDocumentParams) {}
    async fn did_change(&self, _: DidChangeTextDocumentParams) {}
    async fn did_close(&self, _: DidCloseTextDocumentParams) {}

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }
}
