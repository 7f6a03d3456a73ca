//! The arguments of what compares: a run with an earlier one, a design with another.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Levels;

#[derive(Args, Debug)]
pub(in crate::cli) struct Baseline {
    #[command(subcommand)]
    pub(in crate::cli) command: BaselineCommand,
}

#[derive(Subcommand, Debug)]
pub(in crate::cli) enum BaselineCommand {
    /// Remember all present findings, so that `check --baseline FILE` tells new ones alone
    Write(BaselineWrite),
}

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  archc baseline write\n  archc check --baseline archc-baseline.json\n  archc baseline write designs/ --baseline designs/known.json\n\nA finding is known by its rule and the elements at fault: it stays known when lines move, when its file is renamed and when\nits figures change. Write the baseline again after mending, so that what is mended stays mended."
)]
pub(in crate::cli) struct BaselineWrite {
    /// Files, folders or Markdown files; nothing means the current folder
    pub(in crate::cli) paths: Vec<String>,
    /// The file to write
    #[arg(long, value_name = "FILE", default_value = "archc-baseline.json")]
    pub(in crate::cli) baseline: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) levels: Levels,
    /// The day for which `@allow(until = …)` is judged, as YYYY-MM-DD; the system's date otherwise
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) today: Option<String>,
}
