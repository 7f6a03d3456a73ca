//! The command line: one file for one subcommand. The only place with files, environment and clock.

mod arguments;
mod baseline;
mod check;
mod compile;
mod completions;
mod config;
mod diff;
mod documents;
mod embed;
mod estimate;
mod explain;
mod fmt;
mod git;
mod image;
mod loader;
mod lsp;
#[cfg(feature = "mcp")]
mod mcp;
mod mdbook;
mod mend;
mod new;
mod output;
mod past;
mod pictures;
mod practice;
mod render;
mod report;
mod rules;
mod scale;
#[cfg(feature = "serve")]
mod serve;
mod settings;
mod simulate;
mod since;
mod watch;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use arguments::{Arguments, Command};
use output::Output;
use settings::Settings;

/// How a command ended; the numbers are a promise.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Exit {
    /// Done, and nothing found at or above the level that fails.
    Done = 0,
    /// Something was found.
    Found = 1,
    /// The work could not be done.
    CouldNot = 2,
}

impl Exit {
    /// `Found` when the condition holds.
    fn found_if(condition: bool) -> Self {
        if condition { Self::Found } else { Self::Done }
    }
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // help and version are answers, everything else is a usage error
            let code = if error.use_stderr() { Exit::CouldNot } else { Exit::Done };
            let _ = error.print();
            return ExitCode::from(code as u8);
        }
    };
    let output = Output::new(arguments.global.color, arguments.global.quiet);
    ExitCode::from(run(&arguments, &output) as u8)
}

fn run(arguments: &Arguments, output: &Output) -> Exit {
    let settings = Settings::new(&arguments.global);
    match &arguments.command {
        None => output.print(&Arguments::command().render_long_help().ansi().to_string()),
        Some(Command::Check(options)) => check::run(options, &settings, output),
        Some(Command::Baseline(options)) => baseline::run(options, &settings, output),
        Some(Command::Diff(options)) => diff::run(options, &settings, output),
        Some(Command::Render(options)) => render::run(options, &settings, output),
        Some(Command::Report(options)) => report::run(options, &settings, output),
        Some(Command::Estimate(options)) => estimate::run(options, &settings, output),
        Some(Command::Scale(options)) => scale::run(options, &settings, output),
        Some(Command::Simulate(options)) => simulate::run(options, &settings, output),

        Some(Command::Watch(options)) => watch::run(options, &settings, output),
        #[cfg(feature = "serve")]
        Some(Command::Serve(options)) => serve::run(options, &settings, output),
        Some(Command::Fmt(options)) => fmt::run(options, output),
        Some(Command::Explain(options)) => explain::run(options, output),
        Some(Command::Rules(options)) => rules::run(options, output),
        Some(Command::Config(options)) => config::run(options, &settings, output),
        Some(Command::New(options)) => new::run(options, output),
        Some(Command::Practice(options)) => practice::run(options, &settings, output),
        Some(Command::Mdbook(options)) => mdbook::run(options, &settings, output),
        #[cfg(feature = "mcp")]
        Some(Command::Mcp(options)) => mcp::run(options, settings, output),
        Some(Command::Completions(options)) => completions::run(options, output),
        Some(Command::Lsp(_)) => lsp::run(output),
    }
}
