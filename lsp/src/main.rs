//! `archc-lsp`: the language server on standard input and output. The protocol and nothing else: what a design means is
//! the library's business.

mod disk;
mod from_proto;
mod ordered;
mod positions;
mod server;
mod state;
mod to_proto;
mod worker;

use std::process::ExitCode;
use std::sync::Arc;

use state::State;

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).build() {
        Ok(runtime) => runtime,
        Err(_) => return ExitCode::from(2),
    };
    let state = Arc::new(State::default());
    runtime.block_on(server::serve(Arc::clone(&state)));
    state.stop();
    // a read of standard input may hang for ever: nobody waits for it
    runtime.shutdown_background();
    if state.was_shut_down() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
