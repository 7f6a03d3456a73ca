//! Tells Zed how to start `archc-lsp`: the one on the `PATH` of the worktree's shell.

use zed_extension_api::{self as zed, LanguageServerId, Result};

struct Arch;

impl zed::Extension for Arch {
    fn new() -> Self {
        Self
    }

    fn language_server_command(
        &mut self,
        _: &LanguageServerId,
        worktree: &zed::Worktree,
    ) -> Result<zed::Command> {
        let command = worktree.which("archc-lsp").ok_or("`archc-lsp` is not on PATH")?;
        Ok(zed::Command { command, args: Vec::new(), env: worktree.shell_env() })
    }
}

zed::register_extension!(Arch);
