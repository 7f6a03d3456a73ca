//! A layer around the protocol's service: text is applied in the order in which messages arrive.
//!
//! The service polls all of its handlers in one task, so what a handler does behind its first await happens in any order.
//! `call` runs in the order of arrival; text sync therefore happens here and not in a handler.

use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use tower::Service;

use crate::from_proto::{self, Sync};
use crate::positions::Encoding;
use crate::server::{Json, Request, Response};
use crate::state::State;

/// The layer.
pub(crate) struct Ordered<S> {
    inner: S,
    state: Arc<State>,
}

impl<S> Ordered<S> {
    /// Puts the layer around a service.
    pub(crate) fn new(inner: S, state: Arc<State>) -> Self {
        Self { inner, state }
    }

    fn apply(&self, method: &str, params: &Json) {
        let path = |uri: &str| from_proto::path(uri);
        match from_proto::sync(method, params) {
            Some(Sync::Open { uri, text, version, language }) => {
                self.state.open(&uri, path(&uri), text, version, language);
            }
            Some(Sync::Change { uri, version, edits }) => {
                let edit = |file: &archc::ide::File| from_proto::edited(file, edits, Encoding::Utf16);
                self.state.change(&path(&uri), version, edit);
            }
            Some(Sync::Close { uri }) => self.state.close(&path(&uri)),
            None => {}
        }
    }
}

impl<S> Service<Request> for Ordered<S>
where
    S: Service<Request, Response = Option<Response>>,
    S::Future: Send + 'static,
{
    type Response = Option<Response>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (method, id, params) = request.into_parts();
        if let Some(params) = &params {
            self.apply(&method, params);
        }
        let mut rebuilt = Request::build(method.clone());
        if let Some(id) = id {
            rebuilt = rebuilt.id(id);
        }
        // clients send `shutdown` with null, with {} and without params; the service takes it without
        if let Some(params) = params.filter(|_| method != "shutdown") {
            rebuilt = rebuilt.params(params);
        }
        if method == "shutdown" {
            self.state.shut_down();
        }
        Box::pin(self.inner.call(rebuilt.finish()))
    }
}
