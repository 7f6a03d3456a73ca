//! The arguments of what other programs call, and of what goes on by itself.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[cfg(feature = "serve")]
use super::OverlayChoice;
use super::{Check, Render};

#[derive(Args, Debug)]
#[command(
    after_help = "In book.toml:\n  [preprocessor.archc]\n  command = \"archc mdbook\"\n  after = [\"links\"]    # so that what {{#include}} brings is drawn too\n  theme = \"auto\"       # light, dark, print\n  source = true        # false: the picture stands in place of the text\n\nExample:\n  archc mdbook supports html && echo drawn"
)]
pub(in crate::cli) struct Mdbook {
    #[command(subcommand)]
    pub(in crate::cli) command: Option<MdbookCommand>,
}

#[derive(Subcommand, Debug)]
pub(in crate::cli) enum MdbookCommand {
    /// Exit with 0 for a renderer that shows the pictures, which is `html`
    Supports {
        /// Its name
        renderer: String,
    },
}

#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  archc watch\n  archc watch check designs/ --select availability\n  archc watch render shop.arch -o shop.svg\n\nPrints what is found first, then only what changed: `+` came, `-` went, `~` has other words. Ends with Ctrl-C."
)]
pub(in crate::cli) struct Watch {
    #[command(subcommand)]
    pub(in crate::cli) command: Option<WatchCommand>,
    #[command(flatten)]
    pub(in crate::cli) check: Check,
}

#[derive(Subcommand, Debug)]
pub(in crate::cli) enum WatchCommand {
    /// Check again on every change
    Check(Check),
    /// Draw again on every change
    Render(Render),
}

#[cfg(feature = "serve")]
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  archc serve shop.arch --open\n  archc serve shop.arch --port 8080 --view overview\n\nPrints the address. Only this machine can reach it. Ends with Ctrl-C."
)]
pub(in crate::cli) struct Serve {
    /// The design
    pub(in crate::cli) file: String,
    /// The port; any free one otherwise
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(in crate::cli) port: u16,
    /// Open the page in the browser
    #[arg(long)]
    pub(in crate::cli) open: bool,
    /// The `view` that the page opens with
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) view: Option<String>,
    /// The colours: light, dark, auto, print, or a theme of `archc.toml`
    #[arg(long, value_name = "THEME")]
    pub(in crate::cli) theme: Option<String>,
    /// What lies over the picture at first, whatever the view says
    #[arg(long, value_enum)]
    pub(in crate::cli) overlay: Option<OverlayChoice>,
}

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  archc completions bash > ~/.local/share/bash-completion/completions/archc\n  archc completions zsh > ~/.zfunc/_archc\n  archc completions fish > ~/.config/fish/completions/archc.fish\n  archc completions man -o /usr/local/share/man/man1"
)]
pub(in crate::cli) struct Completions {
    /// For which shell, or `man` for the manual
    pub(in crate::cli) shell: Shell,
    /// Write into this folder under the usual names; `man` then writes a page for each command. Standard output otherwise
    #[arg(long, short, value_name = "FOLDER")]
    pub(in crate::cli) output: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(in crate::cli) enum Shell {
    /// GNU Bash
    Bash,
    /// Elvish
    Elvish,
    /// Fish
    Fish,
    /// PowerShell
    #[value(name = "powershell")]
    Pwsh,
    /// Z shell
    Zsh,
    /// Pages for `man`
    Man,
}

/// How a client is told of the server.
#[cfg(feature = "mcp")]
const CLIENTS: &str = "\
Example, in a client's settings (the file's name differs: .mcp.json, mcp.json, claude_desktop_config.json):
  {
    \"mcpServers\": {
      \"archc\": { \"command\": \"archc\", \"args\": [\"mcp\", \"--root\", \"/path/to/the/designs\"] }
    }
  }

Tools: check, render, report, estimate, simulate, scale, explain, rules, language, technologies. Resources: archc://language,
archc://rules, archc://rules/AV001. Nothing is written; a design, and what it imports, is read only below the roots, an archc.toml
where `archc check` would find it. Ends when the client closes standard input.";

#[cfg(feature = "mcp")]
#[derive(Args, Debug)]
#[command(after_help = CLIENTS)]
pub(in crate::cli) struct Mcp {
    /// A folder below which designs may be read; the working folder otherwise. May be repeated
    #[arg(long, value_name = "FOLDER")]
    pub(in crate::cli) root: Vec<PathBuf>,
}
