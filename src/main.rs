//! `archc`: hands its arguments to the command line of the library.

use std::process::ExitCode;

/// A program without a library of the system would wait for musl's allocator, whose threads share one lock.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    archc::cli::main()
}
