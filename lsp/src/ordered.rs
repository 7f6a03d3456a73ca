//! A layer around the protocol's service: what must happen in the order in which messages arrive, and what must not end the
//! server.
//!
//! The service polls all of its handlers in one task, so what a handler does behind its first await happens in any order.
//! `call` runs in the order of arrival; text is therefore applied here, and each request is given the texts as they were
//! when it came.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tower::Service;

use crate::framing::{NO_JSON, NO_MESSAGE};
use crate::from_proto;
use crate::notified::notified;
use crate::server::{ASK, Error, Id, Request, Response};
use crate::state::{State, View};

tokio::task_local! {
    /// The texts when the request came.
    static ARRIVED: View;
}

/// The texts when the request came that the current task answers.
pub(crate) fn arrived() -> Option<View> {
    ARRIVED.try_with(Clone::clone).ok()
}

/// The layer.
pub(crate) struct Ordered<S, E> {
    inner: S,
    state: Arc<State>,
    /// Called once the client wants the process to end.
    ending: E,
}

impl<S, E: Fn()> Ordered<S, E> {
    /// Puts the layer around a service. `ending` is called when the client has sent `exit`.
    pub(crate) fn new(inner: S, state: Arc<State>, ending: E) -> Self {
        Self { inner, state, ending }
    }

    /// What the service itself is asked; `None` for what is settled here.
    fn prepared(&self, request: Request) -> Option<Request> {
        let (method, id, params) = request.into_parts();
        let Some(id) = id else {
            return match &*method {
                "exit" => {
                    (self.ending)();
                    Some(Request::build("exit").finish())
                }
                "initialized" => {
                    self.state.begin();
                    None
                }
                "$/cancelRequest" => Some(Request::build(method).params(params.unwrap_or_default()).finish()),
                _ => {
                    let params = params.unwrap_or_default();
                    // a fault of ours must not end the server
                    _ = catch_unwind(AssertUnwindSafe(|| notified(&self.state, &method, &params)));
                    None
                }
            };
        };
        let request = match &*method {
            "initialize" => {
                let (abilities, settings, folders) = from_proto::introduction(&params.unwrap_or_default());
                self.state.introduce(abilities, settings, folders);
                Request::build(method).params(serde_json::json!({"capabilities": {}}))
            }
            // clients send it with null, with {} and without params; the service takes it without
            "shutdown" => {
                self.state.shut_down();
                Request::build(method)
            }
            _ => {
                // a client that asks is ready to be told, though it never said so
                self.state.begin();
                Request::build(ASK).params(serde_json::json!({"method": method, "params": params}))
            }
        };
        Some(request.id(id).finish())
    }
}

impl<S, E> Service<Request> for Ordered<S, E>
where
    S: Service<Request, Response = Option<Response>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
    E: Fn(),
{
    type Response = Option<Response>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let complaint = match request.method() {
            NO_JSON => Some(Error::parse_error()),
            NO_MESSAGE => Some(Error::invalid_request()),
            _ => None,
        };
        if let Some(error) = complaint {
            return settled(Some(Response::from_error(Id::Null, error)));
        }
        let id = request.id().cloned();
        let Some(request) = self.prepared(request) else { return settled(None) };
        let view = self.state.view();
        let called = catch_unwind(AssertUnwindSafe(|| self.inner.call(request)));
        Box::pin(async move {
            let failed = || Ok(id.map(|id| Response::from_error(id, Error::internal_error())));
            match called {
                Ok(answer) => guarded(view, answer).await.unwrap_or_else(|()| failed()),
                Err(_) => failed(),
            }
        })
    }
}

fn settled<E: Send + 'static>(response: Option<Response>) -> BoxFuture<'static, Result<Option<Response>, E>> {
    Box::pin(std::future::ready(Ok(response)))
}

/// What a handler answers that knows the texts of its arrival, unless it panics.
async fn guarded<T>(view: View, answer: impl Future<Output = T>) -> Result<T, ()> {
    AssertUnwindSafe(ARRIVED.scope(view, answer)).catch_unwind().await.map_err(|_| ())
}
