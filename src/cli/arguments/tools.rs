//! The arguments of what other programs call, and of what goes on by itself.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

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
