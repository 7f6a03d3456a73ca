//! The arguments of `archc render`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  archc render shop.arch -o shop.svg\n  archc render shop.arch -o shop.svg --view overview --theme dark\n  archc render shop.arch -o shop.html\n  archc render shop.arch --format dot | dot -Tpng > shop.png\n  archc render --embed README.md\n  archc render --embed docs --check"
)]
pub(in crate::cli) struct Render {
    /// The design, or `-` for standard input
    pub(in crate::cli) file: String,
    /// Where to write; its ending tells the format. Standard output otherwise
    #[arg(long, short, value_name = "OUT")]
    pub(in crate::cli) output: Option<PathBuf>,
    /// The format, where the ending does not tell it
    #[arg(long, value_enum)]
    pub(in crate::cli) format: Option<PictureFormat>,
    /// The `view` to draw
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) view: Option<String>,
    /// The sequence diagram of this flow; with --picture, the flow that it is about
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) flow: Option<String>,
    /// Another picture of the design. Without --flow the fault tree is of the least available flow, the waterfall of the slowest
    #[arg(long, value_enum)]
    pub(in crate::cli) picture: Option<PictureKind>,
    /// Only this component or group and what is near it
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) around: Option<String>,
    /// How many connections away near is, or how deep groups are shown
    #[arg(long, value_name = "N")]
    pub(in crate::cli) depth: Option<usize>,
    /// Who places the boxes: archc, or layout-rs where a picture is small and has no groups
    #[arg(long, value_enum, default_value_t = EngineChoice::Own)]
    pub(in crate::cli) engine: EngineChoice,
    /// The colours: light, dark, auto (as the reader's system has it) or print (black on white); else those of the view, else of `archc.toml`
    #[arg(long, value_name = "THEME")]
    pub(in crate::cli) theme: Option<String>,
    /// What lies over the picture, whatever the view says
    #[arg(long, value_enum)]
    pub(in crate::cli) overlay: Option<OverlayChoice>,
    /// The flow whose path is numbered while the rest steps back
    #[arg(long, value_name = "FLOW")]
    pub(in crate::cli) flow_path: Option<String>,
    /// Pixels of a PNG for each of the picture's own; otherwise 2, or what a very large picture allows
    #[arg(long, value_name = "N")]
    pub(in crate::cli) scale: Option<f64>,
    /// Put before every id in the SVG, so that many fit into one page
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(in crate::cli) salt: String,
    /// FILE is Markdown, or a folder of it: draw each fenced design beside its page and link it behind the block
    #[arg(long, conflicts_with_all = ["output", "format", "view", "flow", "picture", "around", "depth", "flow_path"])]
    pub(in crate::cli) embed: bool,
    /// Write nothing; exit code 1 if a picture or link would change
    #[arg(long, requires = "embed")]
    pub(in crate::cli) check: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(in crate::cli) enum PictureKind {
    /// Regions and zones with their links, and what stands where
    Deployment,
    /// Who leans on whom, circles as blocks
    Matrix,
    /// What fails a flow
    FaultTree,
    /// Where the time of a flow goes
    Waterfall,
    /// How busy components get as load grows
    Load,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(in crate::cli) enum PictureFormat {
    /// A picture for light and dark
    Svg,
    /// Pixels
    Png,
    /// A page of lines and letters
    Pdf,
    /// One page to walk through: pan, zoom, search, collapse, flows, overlays
    Html,
    /// The laid-out scene
    Json,
    /// Graphviz
    Dot,
    /// A Mermaid flowchart
    Mermaid,
    /// The language of D2
    D2,
    /// Letters, for a terminal
    Ascii,
}

/// The layout engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum EngineChoice {
    Own,
    LayoutRs,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(in crate::cli) enum OverlayChoice {
    /// Nothing
    None,
    /// What is wrong, numbered, and told below
    Findings,
    /// How busy everything is
    Load,
    /// Circles, hubs and shared stores
    Coupling,
    /// Zones and regions, and what falls with each
    Domains,
}
