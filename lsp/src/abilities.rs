//! What a client can and what its user wants, as plain data.

use crate::positions::Encoding;

/// What a client can.
#[derive(Clone, Debug, Default)]
pub(crate) struct Abilities {
    /// In what it counts columns.
    pub(crate) encoding: Encoding,
    /// Completions may have places to fill in.
    pub(crate) snippets: bool,
    /// Symbols may have children.
    pub(crate) nested_symbols: bool,
    /// Findings may have other places.
    pub(crate) related: bool,
    /// Findings may be faded.
    pub(crate) tags: bool,
    /// Edits may name versions.
    pub(crate) versioned_edits: bool,
    /// Code actions may come with their edits rather than as commands.
    pub(crate) action_literals: bool,
    /// Definitions may come with the range of the name that was asked about.
    pub(crate) links: bool,
    /// It watches files when it is asked to.
    pub(crate) watches_files: bool,
    /// It asks for findings and is not to be told.
    pub(crate) pulls: bool,
    /// It has the commands of our extension.
    pub(crate) has_commands: bool,
    /// It gives settings when it is asked.
    pub(crate) gives_settings: bool,
    /// It shows that work is going on.
    pub(crate) shows_progress: bool,
    /// It asks anew when told to: for inlay hints, lenses, findings.
    pub(crate) refreshes: Refreshes,
}

/// What a client asks for anew when told to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Refreshes {
    /// `workspace/inlayHint/refresh`
    pub(crate) hints: bool,
    /// `workspace/codeLens/refresh`
    pub(crate) lenses: bool,
    /// `workspace/diagnostic/refresh`
    pub(crate) findings: bool,
}

/// What the user wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Settings {
    /// Hints at rates and utilisation on components.
    pub(crate) load_hints: bool,
    /// Hints at shares of the latency budget on steps.
    pub(crate) budget_hints: bool,
    /// Hints at the availability of flows.
    pub(crate) availability_hints: bool,
    /// Lenses that count findings.
    pub(crate) finding_lenses: bool,
    /// Lenses that run something: preview, simulate.
    pub(crate) run_lenses: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            load_hints: true,
            budget_hints: true,
            availability_hints: true,
            finding_lenses: true,
            run_lenses: true,
        }
    }
}
