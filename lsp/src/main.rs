//! `archc-lsp`: the language server on standard input and output. The protocol and nothing else: what a design means is
//! the library's business.

mod abilities;
mod answers;
mod commands;
mod debug;
mod disk;
mod features;
mod framing;
mod from_proto;
mod lanes;
mod notified;
mod ordered;
mod outgoing;
mod output;
mod positions;
mod preview;
mod pulled;
mod server;
mod state;
mod structure;
mod to_proto;
mod worker;
mod writing;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use state::State;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long the answers that are under way may take to leave once the client wants the end.
const GRACE: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    if let Some(argument) = std::env::args().skip(1).find(|argument| argument != "--stdio") {
        return about(&argument);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(_) => return ExitCode::from(2),
    };
    let state = Arc::new(State::default());
    let ending = {
        let state = Arc::clone(&state);
        move || end_soon(Arc::clone(&state))
    };
    runtime.block_on(server::serve(Arc::clone(&state), ending));
    state.stop();
    // whatever still runs, nobody waits for it
    runtime.shutdown_background();
    if state.was_shut_down() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Ends the process even where the client does not take what is written to it.
#[expect(clippy::disallowed_methods, reason = "the end of the process is main's")]
fn end_soon(state: Arc<State>) {
    std::thread::spawn(move || {
        std::thread::sleep(GRACE);
        std::process::exit(if state.was_shut_down() { 0 } else { 1 });
    });
}

/// What the program says of itself; editors give it no argument, or `--stdio`.
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "nobody speaks the protocol yet")]
fn about(argument: &str) -> ExitCode {
    match argument {
        "--version" | "-V" => println!("archc-lsp {}", env!("CARGO_PKG_VERSION")),
        "--help" | "-h" => println!(
            "The language server of archc. Editors start it; it speaks the Language Server Protocol on standard \
             input and output.\n\nUsage: archc-lsp [--stdio]"
        ),
        _ => {
            eprintln!("archc-lsp: there is no argument `{argument}`; see --help");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
