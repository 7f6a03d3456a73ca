//! `archc-lsp`: the language server on standard input and output. The protocol and nothing else: what a design means is
//! the library's business.

mod disk;
mod from_proto;
mod server;
mod state;
mod sync;
mod to_proto;
mod worker;

use std::process::ExitCode;
use std::sync::Arc;

use tower_lsp::{LspService, Server};

use server::Backend;
use state::State;
use sync::Ordered;

/// How many requests may be under way at once; text is applied before any of them, so order is kept.
const CONCURRENCY: usize = 64;

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).build() {
        Ok(runtime) => runtime,
        Err(_) => return ExitCode::from(2),
    };
    let state = Arc::new(State::default());
    runtime.block_on(serve(Arc::clone(&state)));
    state.stop();
    // a read of standard input may hang for ever: nobody waits for it
    runtime.shutdown_background();
    if state.was_shut_down() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn serve(state: Arc<State>) {
    let (service, socket) = LspService::new(|client| Backend::new(client, Arc::clone(&state)));
    let service = Ordered::new(service, state);
    Server::new(tokio::io::stdin(), tokio::io::stdout(), socket)
        .concurrency_level(CONCURRENCY)
        .serve(service)
        .await;
}
