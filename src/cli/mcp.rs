//! `archc mcp`: tools for language models over standard input and output, by the Model Context Protocol.

mod answer;
mod asked;
mod desk;
mod knowledge;
mod server;
mod studies;
mod tools;

use std::io::IsTerminal as _;
use std::sync::Arc;

use rmcp::ServiceExt as _;
use rmcp::service::ServerInitializeError;

use super::Exit;
use super::arguments::Mcp;
use super::output::Output;
use super::settings::Settings;
use desk::Desk;
use server::Server;

/// Stack of a thread that compiles: what the main thread of the other commands has.
const STACK: usize = 8 << 20;

pub(super) fn run(options: &Mcp, settings: Settings, output: &Output) -> Exit {
    let desk = match Desk::new(&options.root, settings) {
        Ok(desk) => desk,
        Err(message) => return output.fail(&message),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().thread_stack_size(STACK).build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return output.fail(&format!("cannot start a server: {error}")),
    };
    if std::io::stdin().is_terminal() {
        output.remark(
            "archc: waiting for a client on standard input; `archc mcp --help` shows how to set one up\n",
        );
    }
    let ended = runtime.block_on(serve(Arc::new(desk)));
    // what still computes, or waits for input, has nobody left to answer to
    runtime.shutdown_background();
    match ended {
        Ok(()) => Exit::Done,
        Err(message) => output.fail(&message),
    }
}

/// Serves until the client closes the input.
async fn serve(desk: Arc<Desk>) -> Result<(), String> {
    let streams = (tokio::io::stdin(), tokio::io::stdout());
    match Server::new(desk).serve(streams).await {
        Ok(running) => {
            running.waiting().await.map(|_| ()).map_err(|error| format!("the server failed: {error}"))
        }
        // a client that leaves before it says anything is no fault
        Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
        Err(error) => Err(format!("the client does not speak the Model Context Protocol: {error}")),
    }
}
