//! The arguments of `archc practice`.

use std::path::PathBuf;

use clap::Args;

use super::ListFormat;

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  archc practice                                the problems, by level\n  archc practice url-shortener                  the brief of one\n  archc practice url-shortener -o links/        brief.md and design.arch to begin with\n  archc practice url-shortener --run            the clock, and the checks of design.arch as it is saved\n  archc practice url-shortener --hint design    what to think of in that phase\n  archc practice --grade design.arch --answers  the scorecard, and what an interviewer would ask of it\n  archc practice url-shortener --reference -o reference.arch && archc diff design.arch reference.arch\n\nA run can be stopped and goes on where it was: DESIGN.practice.json beside the design keeps the clock.\n\nExit codes: 0 done or graded, 2 the work could not be done."
)]
pub(in crate::cli) struct Practice {
    /// The problem; none lists them all
    pub(in crate::cli) problem: Option<String>,
    /// Where to write: a folder gets brief.md and design.arch; FILE.arch gets the skeleton, and FILE.md beside it the brief
    #[arg(long, short, value_name = "DIR|FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
    /// Tell too what is told when it is asked for
    #[arg(long)]
    pub(in crate::cli) clarify: bool,
    /// Hints, of one phase or of all: requirements, design, deep, wrap-up, or 1 to 4
    #[arg(long, value_name = "PHASE", num_args = 0..=1, default_missing_value = "all", conflicts_with = "grade")]
    pub(in crate::cli) hint: Option<String>,
    /// Run the interview: phases with the time left, and the checks of the design as it is saved
    #[arg(long, conflicts_with_all = ["grade", "hint", "reference"])]
    pub(in crate::cli) run: bool,
    /// Begin a run anew, its clock at the start
    #[arg(long, requires = "run")]
    pub(in crate::cli) restart: bool,
    /// Grade this design
    #[arg(long, value_name = "FILE", conflicts_with_all = ["output", "clarify", "reference"])]
    pub(in crate::cli) grade: Option<String>,
    /// The problem that the graded design is for, where neither its clock nor its `system` says so
    #[arg(long = "problem", value_name = "NAME", requires = "grade", conflicts_with = "problem")]
    pub(in crate::cli) of: Option<String>,
    /// Tell the answers to the questions; of a brief, its numbers worked out
    #[arg(long)]
    pub(in crate::cli) answers: bool,
    /// The design to compare with
    #[arg(long)]
    pub(in crate::cli) reference: bool,
    /// How it is told
    #[arg(long, value_enum, default_value_t = ListFormat::Human)]
    pub(in crate::cli) format: ListFormat,
}
