//! Where the protocol crate is: its service, its transport, and what the server tells unasked. No other file names it, and
//! what the answers are is none of its business.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::runtime::Handle;
use tokio::sync::oneshot::Receiver;
use tower_lsp::ls_types::notification::Notification;
use tower_lsp::ls_types::request::Request as Asked;
use tower_lsp::ls_types::{InitializeParams, InitializeResult};
use tower_lsp::{Client, LanguageServer, LspService, Server};

use crate::answers::{self, Failure, Services};
use crate::framing;
use crate::ordered::{Ordered, arrived};
use crate::outgoing::{CreateProgress, Progress};
use crate::output::Output;
use crate::state::State;
use crate::to_proto;
use crate::worker;

pub(crate) use tower_lsp::jsonrpc::{Error, Id, Request, Response};
/// A value of JSON.
pub(crate) use tower_lsp::ls_types::LSPAny as Json;

/// How many requests may be under way at once; text is applied before any of them, so order is kept.
const CONCURRENCY: usize = 64;
/// Bytes between our reader and the crate's.
const PIPE: usize = 64 << 10;
/// The one method under which all requests reach [`Backend::ask`].
pub(crate) const ASK: &str = "archc/ask";
/// The client has changed the text meanwhile.
const CONTENT_MODIFIED: i64 = -32801;
/// The request is sound and could not be done, for a reason that the user should read.
const REQUEST_FAILED: i64 = -32803;

/// Speaks with the client until it leaves. `ending` is called when it wants to.
pub(crate) async fn serve(state: Arc<State>, ending: impl Fn() + Clone + Send + 'static) {
    let shared = Arc::clone(&state);
    let output = Output::start(std::io::stdout());
    let build = |client| {
        let outbox = Outbox { client, runtime: Handle::current(), output: output.clone() };
        worker::start(outbox.clone(), Arc::clone(&shared));
        Backend { services: Arc::new(Services::new(shared, outbox)) }
    };
    let (service, socket) = LspService::build(build).custom_method(ASK, Backend::ask).finish();
    let (mut pipe, input) = tokio::io::duplex(PIPE);
    let (runtime, ended) = (Handle::current(), ending.clone());
    std::thread::spawn(move || {
        framing::read(std::io::stdin(), |message| runtime.block_on(pipe.write_all(&message)).is_ok());
        drop(pipe);
        ended();
    });
    let service = Ordered::new(service, state, ending);
    Server::new(input, output.clone(), socket).concurrency_level(CONCURRENCY).serve(service).await;
    output.drain();
}

/// The server behind the protocol.
struct Backend {
    services: Arc<Services>,
}

impl Backend {
    /// Every request but those of the life cycle.
    async fn ask(&self, asked: Json) -> Result<Json, Error> {
        let method = asked.get("method").and_then(Json::as_str).unwrap_or_default();
        let params = asked.get("params").cloned().unwrap_or_default();
        let Some(view) = arrived() else { return Err(Error::internal_error()) };
        answers::answer(&self.services, method, params, view).await.map_err(|failure| error(failure, method))
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, _: InitializeParams) -> Result<InitializeResult, Error> {
        // the layer in `ordered` has read what the client can
        let abilities = arrived().map(|view| view.abilities).unwrap_or_default();
        serde_json::from_value(to_proto::introduction(&abilities)).map_err(|_| Error::internal_error())
    }

    async fn shutdown(&self) -> Result<(), Error> {
        Ok(())
    }
}

fn error(failure: Failure, method: &str) -> Error {
    match failure {
        Failure::Unknown => Error { data: Some(method.into()), ..Error::method_not_found() },
        Failure::Invalid => Error::invalid_params(format!("`{method}` takes other parameters")),
        Failure::Modified => Error {
            code: CONTENT_MODIFIED.into(),
            message: "the text has changed meanwhile".into(),
            data: None,
        },
        Failure::Refused(why) => Error { code: REQUEST_FAILED.into(), message: why.into(), data: None },
        Failure::Fault => Error::internal_error(),
    }
}

/// What the server tells unasked.
#[derive(Clone, Debug)]
pub(crate) struct Outbox {
    client: Client,
    runtime: Handle,
    output: Output,
}

impl Outbox {
    /// Tells something, past the crate; not to be called from a handler.
    pub(crate) fn tell<N: Told>(&self, params: String) {
        self.output.tell(N::METHOD, &params);
    }

    /// Tells something soon; for handlers, which must not wait.
    pub(crate) fn tell_soon<N: Told>(&self, params: Json) {
        let client = self.client.clone();
        self.runtime.spawn(async move { client.send_notification::<Method<N>>(params).await });
    }

    /// Shows in the client that something is going on, if it still is after `patience`; until `done` is told or dropped.
    pub(crate) fn show_progress(&self, title: &'static str, patience: Duration, mut done: Receiver<()>) {
        let client = self.client.clone();
        self.runtime.spawn(async move {
            if !patience.is_zero() && tokio::time::timeout(patience, &mut done).await.is_ok() {
                return;
            }
            let token = "archc/first";
            let create = client.send_request::<Method<CreateProgress>>(json!({"token": token})).await;
            if create.is_err() {
                return;
            }
            let tell = |value: Json| {
                client.send_notification::<Method<Progress>>(json!({"token": token, "value": value}))
            };
            tell(json!({"kind": "begin", "title": title, "cancellable": false})).await;
            // dropped is done too
            _ = done.await;
            tell(json!({"kind": "end"})).await;
        });
    }

    /// Asks the client for something. Nobody waits for the answer but `then`.
    pub(crate) fn ask<N: Told>(&self, params: Json, then: impl FnOnce(Json) + Send + 'static) {
        let client = self.client.clone();
        self.runtime.spawn(async move {
            // a client may refuse what it offered: then there is nothing to do
            if let Ok(answer) = client.send_request::<Method<N>>(params).await {
                then(answer);
            }
        });
    }
}

/// A message of the server's own, by its method.
pub(crate) trait Told: Send + Sync + 'static {
    /// The method.
    const METHOD: &'static str;
}

/// A message as the crate knows it.
struct Method<N>(std::marker::PhantomData<N>);

impl<N: Told> Notification for Method<N> {
    type Params = Json;
    const METHOD: &'static str = N::METHOD;
}

impl<N: Told> Asked for Method<N> {
    type Params = Json;
    type Result = Json;
    const METHOD: &'static str = N::METHOD;
}
