//! The arguments of what compares: a run with an earlier one, a design with another.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Levels;

#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  archc baseline write\n  archc check --baseline archc-baseline.json")]
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

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  archc diff old.arch new.arch\n  archc diff HEAD:shop.arch shop.arch\n  archc diff main:designs designs --format markdown\n  archc diff HEAD~1:shop.arch shop.arch -o changes.svg\n\nA path behind a revision is seen from the top of the repository, as git has it, or from the working folder. Both sides are\njudged by the configuration of today.\n\nExit codes: 0 done, 1 the new design has mistakes or, with --exit-code, they differ, 2 the work could not be done."
)]
pub(in crate::cli) struct Diff {
    /// The earlier design: a file, a folder, `-`, or REV:PATH of git
    pub(in crate::cli) old: String,
    /// The later one
    pub(in crate::cli) new: String,
    /// How it is told; the ending of OUT tells it too
    #[arg(long, value_enum)]
    pub(in crate::cli) format: Option<DiffFormat>,
    /// Where to write. Standard output otherwise
    #[arg(long, short, value_name = "OUT")]
    pub(in crate::cli) output: Option<PathBuf>,
    /// Exit with 1 where the designs differ
    #[arg(long)]
    pub(in crate::cli) exit_code: bool,
    /// The day for which `@allow(until = …)` is judged, as YYYY-MM-DD; the system's date otherwise
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) today: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(in crate::cli) enum DiffFormat {
    /// A line for each change
    Human,
    /// For a comment on a pull request
    Markdown,
    /// One JSON document
    Json,
    /// The picture, with what came and went coloured
    Svg,
}
