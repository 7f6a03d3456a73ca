//! What may stand on the command line: one definition for parsing, help and completions.

mod compared;
mod pictures;
mod practice;
mod studies;
mod tools;

use std::path::PathBuf;

use clap::builder::Styles;
use clap::builder::styling::{AnsiColor, Effects};
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::documents::STDIN;
use super::loader::normal_form;

pub(super) use compared::{Baseline, BaselineCommand, BaselineWrite, Diff, DiffFormat};
pub(super) use pictures::{EngineChoice, OverlayChoice, PictureFormat, PictureKind, Render};
pub(super) use practice::Practice;
pub(super) use studies::{Estimate, EstimateFormat, Scale, Simulate};
#[cfg(feature = "mcp")]
pub(super) use tools::Mcp;
#[cfg(feature = "serve")]
pub(super) use tools::Serve;
pub(super) use tools::{Completions, Mdbook, MdbookCommand, Shell, Watch, WatchCommand};

const FIRST_STEPS: &str = "\
Three things to do first:
  archc new                              write design.arch, a commented starter
  archc check design.arch                find what breaks, with the arithmetic
  archc render design.arch -o design.svg draw it

`archc explain AV001` tells what a finding means, why it matters and how to mend it.";

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().effects(Effects::BOLD))
    .usage(AnsiColor::Green.on_default().effects(Effects::BOLD))
    .literal(AnsiColor::Cyan.on_default().effects(Effects::BOLD))
    .placeholder(AnsiColor::Cyan.on_default());

/// A compiler and linter for software architecture.
///
/// archc reads a system described in a small language (`.arch`): components, replicas, zones, calls, flows, objectives,
/// data. It finds single points of failure, hotspots, consistency conflicts, tight coupling and more, shows the
/// arithmetic, and draws the same file as a diagram.
#[derive(Parser, Debug)]
#[command(name = "archc", version, after_help = FIRST_STEPS, styles = STYLES, disable_help_subcommand = true)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// Under which all commands list them.
const HERE: &str = "Everywhere";

#[derive(Args, Debug)]
pub(super) struct Global {
    /// When to colour the output (`NO_COLOR` is honoured)
    #[arg(long, global = true, help_heading = HERE, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    pub(super) color: ColorChoice,
    /// Say nothing but the result
    #[arg(long, short, global = true, help_heading = HERE)]
    pub(super) quiet: bool,
    /// The configuration; otherwise the nearest `archc.toml` in the design's folder or above
    #[arg(long, global = true, help_heading = HERE, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

#[derive(Args, Debug, Default)]
pub(super) struct Levels {
    /// Switch off a rule: code, name or group; wins over `archc.toml`. May be repeated
    #[arg(long, help_heading = "Rules", value_name = "RULE")]
    pub(super) allow: Vec<String>,
    /// Make the findings of a rule warnings
    #[arg(long, help_heading = "Rules", value_name = "RULE")]
    pub(super) warn: Vec<String>,
    /// Make the findings of a rule errors
    #[arg(long, help_heading = "Rules", value_name = "RULE")]
    pub(super) deny: Vec<String>,
    /// Check nothing but these: codes, names, groups, prefixes such as AV
    #[arg(long, help_heading = "Rules", value_delimiter = ',', value_name = "RULES")]
    pub(super) select: Vec<String>,
    /// Leave these out
    #[arg(long, help_heading = "Rules", value_delimiter = ',', value_name = "RULES")]
    pub(super) ignore: Vec<String>,
    /// The level from which findings make the exit code 1; `error` otherwise
    #[arg(long, help_heading = "Rules", value_enum, value_name = "LEVEL")]
    pub(super) fail_on: Option<FailOn>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum ColorChoice {
    /// When the output is a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Find what is wrong with a design
    Check(Check),
    /// Remember the present findings, so that only new ones fail
    Baseline(Baseline),
    /// Tell what differs between two designs: elements, figures, findings
    Diff(Diff),
    /// Draw a design
    Render(Render),
    /// Write the analysis: figures, assumptions, findings
    Report(Report),
    /// Work out rates, storage, bandwidth, memory, servers and cost, as on a whiteboard
    Estimate(Estimate),
    /// Tell what breaks first as users grow, and the smallest change that mends it
    Scale(Scale),
    /// Fail things: scenarios, what you name, every loss and every pair of losses
    Simulate(Simulate),

    /// Check or draw again on every change, and tell only what that changed
    Watch(Box<Watch>),
    /// Show a design in a browser on this machine, and again whenever it is saved
    #[cfg(feature = "serve")]
    Serve(Serve),
    /// Format files in place
    Fmt(Fmt),
    /// Tell what a rule finds, why it matters and how to mend it
    Explain(Explain),
    /// List all rules
    Rules(Rules),
    /// Tell which settings are in force and where each comes from
    Config(Config),
    /// Start a design from a commented template
    New(New),
    /// Practise for the whiteboard: a brief, a clock, a scorecard, the questions that follow
    Practice(Practice),
    /// Draw the designs in a book of mdBook: the preprocessor
    Mdbook(Mdbook),
    /// Serve tools to language models: the Model Context Protocol over standard input and output
    #[cfg(feature = "mcp")]
    Mcp(Mcp),
    /// Write completions for a shell, or the pages of the manual
    Completions(Completions),
    /// Serve editors over standard input and output; starts `archc-lsp`
    Lsp(Lsp),
}

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  archc check\n  archc check shop.arch --format json\n  archc check designs/ --baseline archc-baseline.json -o findings.sarif\n  archc check designs/ --since \"$(git merge-base main HEAD)\"\n  archc check shop.arch --unsafe-fixes --diff\n  cat shop.arch | archc check - --stdin-filename shop.arch\n\nExit codes: 0 nothing found at or above --fail-on, 1 findings, 2 the work could not be done."
)]
pub(super) struct Check {
    /// Files, folders, Markdown files, or `-` for standard input; nothing means the current folder
    pub(super) paths: Vec<String>,
    /// How findings are told
    #[arg(long, value_enum, default_value_t = FindingFormat::Human)]
    pub(super) format: FindingFormat,
    /// Write the findings to this file too; its ending (sarif, json, xml, txt) or FORMAT= before it tells how. May be repeated
    #[arg(long, short, value_name = "[FORMAT=]FILE")]
    pub(super) output: Vec<FindingFile>,
    /// Tell and judge only what this file does not know; `archc baseline write` writes it
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Tell and judge only what the designs have and had not at this revision of git, such as `main`
    #[arg(long, value_name = "REV", conflicts_with = "baseline")]
    pub(super) since: Option<String>,
    #[command(flatten)]
    pub(super) mend: Mend,
    #[command(flatten)]
    pub(super) levels: Levels,
    /// The name under which standard input is reported, and from which its imports are found
    #[arg(long, value_name = "FILE")]
    pub(super) stdin_filename: Option<String>,
    /// The day for which `@allow(until = …)` is judged, as YYYY-MM-DD; the system's date otherwise
    #[arg(long, value_name = "DATE")]
    pub(super) today: Option<String>,
}

impl Check {
    /// Whether one of the designs is standard input.
    pub(super) fn reads_stdin(&self) -> bool {
        self.paths.iter().any(|path| path == "-")
    }

    /// Whether that is the name of standard input.
    pub(super) fn is_stdin(&self, path: &str) -> bool {
        let name = self.stdin_filename.as_deref().unwrap_or(STDIN).replace('\\', "/");
        self.reads_stdin() && normal_form(&name, name.starts_with('/')) == path
    }
}

#[derive(Args, Debug, Default)]
pub(super) struct Mend {
    /// Write into the files the fixes that surely say what was meant; standard input goes to standard output
    #[arg(long, help_heading = "Fixes")]
    pub(super) fix: bool,
    /// Those that change the design too: figures to start from, to be looked at; implies --fix
    #[arg(long, help_heading = "Fixes")]
    pub(super) unsafe_fixes: bool,
    /// Show what would change as a unified diff and write nothing; exit code 1 where something would
    #[arg(long, help_heading = "Fixes")]
    pub(super) diff: bool,
}

impl Mend {
    /// Whether anything is to be mended.
    pub(super) fn is_asked(&self) -> bool {
        self.fix || self.unsafe_fixes || self.diff
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum FindingFormat {
    /// With the source and the place marked in it
    Human,
    /// One line each: FILE:LINE:COL: severity[CODE] message
    Concise,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
    /// Code quality report of GitLab
    Gitlab,
    /// JUnit XML
    Junit,
}

/// A file that findings are written to as well.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct FindingFile {
    /// How.
    pub(super) format: FindingFormat,
    /// Where.
    pub(super) path: PathBuf,
}

impl std::str::FromStr for FindingFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((format, path)) = text.split_once('=')
            && let Ok(format) = FindingFormat::from_str(format, false)
        {
            return Ok(Self { format, path: path.into() });
        }
        let ending = std::path::Path::new(text).extension().and_then(|ending| ending.to_str());
        let format = match ending {
            Some("sarif") => FindingFormat::Sarif,
            Some("json") => FindingFormat::Json,
            Some("xml") => FindingFormat::Junit,
            Some("txt") => FindingFormat::Concise,
            _ => {
                return Err(
                    "the ending tells no format; write FORMAT=FILE, such as gitlab=quality.json".to_owned()
                );
            }
        };
        Ok(Self { format, path: text.into() })
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum FailOn {
    /// Errors
    Error,
    /// Warnings and errors
    Warning,
    /// Everything
    Note,
    /// Nothing
    Never,
}

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  archc report shop.arch -o shop.md\n  archc report shop.arch --format json | jq '.flows[].availability'"
)]
pub(super) struct Report {
    /// The design, or `-` for standard input
    pub(super) file: String,
    /// Where to write; its ending tells the format. Standard output otherwise
    #[arg(long, short, value_name = "OUT")]
    pub(super) output: Option<PathBuf>,
    /// The format, where the ending does not tell it
    #[arg(long, value_enum)]
    pub(super) format: Option<ReportFormat>,
    /// The day for which `@allow(until = …)` is judged, as YYYY-MM-DD; the system's date otherwise
    #[arg(long, value_name = "DATE")]
    pub(super) today: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum ReportFormat {
    /// Markdown
    Md,
    /// One self-contained page
    Html,
    /// JSON
    Json,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  archc fmt\n  archc fmt --check designs/\n  archc fmt - < shop.arch")]
pub(super) struct Fmt {
    /// Files, folders, or `-` for standard input to standard output; nothing means the current folder
    pub(super) paths: Vec<String>,
    /// Change nothing; exit code 1 if a file would change
    #[arg(long)]
    pub(super) check: bool,
}

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  archc explain AV001\n  archc explain call-without-timeout\n  archc explain --language"
)]
pub(super) struct Explain {
    /// Code or name of a rule
    #[arg(required_unless_present = "language")]
    pub(super) rule: Option<String>,
    /// The language itself instead: one page for people in a hurry and for models
    #[arg(long, conflicts_with = "rule")]
    pub(super) language: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "Example:\n  archc rules --format json")]
pub(super) struct Rules {
    /// How the list is told
    #[arg(long, value_enum, default_value_t = ListFormat::Human)]
    pub(super) format: ListFormat,
}

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  archc config\n  archc config designs/shop.arch --deny availability\n  archc config --format json | jq '.settings[] | select(.from != \"default\")'"
)]
pub(super) struct Config {
    /// The design or folder for which; the current folder otherwise
    #[arg(default_value = ".")]
    pub(super) path: String,
    #[command(flatten)]
    pub(super) levels: Levels,
    /// How it is told
    #[arg(long, value_enum, default_value_t = ListFormat::Human)]
    pub(super) format: ListFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum ListFormat {
    /// A table
    Human,
    /// One JSON document
    Json,
}

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  archc new\n  archc new --list\n  archc new microservices -o shop.arch\n  archc new url-shortener\n  archc new url-shortener/naive -o naive.arch"
)]
pub(super) struct New {
    /// A blank shape, or a system from the canon; NAME/FILE is another file of a system's folder
    #[arg(default_value = "starter")]
    pub(super) template: String,
    /// Tell the templates
    #[arg(long, conflicts_with = "output")]
    pub(super) list: bool,
    /// The file to write, which must not exist; `-` for standard output
    #[arg(long, short, value_name = "OUT", default_value = "design.arch")]
    pub(super) output: PathBuf,
}

#[derive(Args, Debug)]
#[command(after_help = "Example, in an editor's settings:\n  cmd = [\"archc\", \"lsp\"]")]
pub(super) struct Lsp {
    /// The only way there is; accepted because editors give it
    #[arg(long, hide = true)]
    stdio: bool,
}
