//! `archc lsp`: hands its standard input and output to `archc-lsp`, which stands beside it.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Exit;
use super::output::Output;

/// The program's name, without what a system adds to it.
const SERVER: &str = "archc-lsp";

pub(super) fn run(output: &Output) -> Exit {
    let own = std::env::current_exe().ok().or_else(called).unwrap_or_default();
    let program = beside(&own).unwrap_or_else(|| PathBuf::from(SERVER));
    let error = become_it(Command::new(&program));
    match error {
        Ok(exit) => exit,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let folder = own.parent().unwrap_or(Path::new(".")).display().to_string();
            output.fail(&format!(
                "there is no `{SERVER}` in `{folder}`, nor on PATH: build it with `cargo build --release -p {SERVER}`, and \
                 put it beside `archc`"
            ))
        }
        Err(error) => output.fail(&format!("cannot start `{}`: {error}", program.display())),
    }
}

/// The path that the program was called by, where the system does not tell its own (without `/proc`); what was found on PATH has none.
fn called() -> Option<PathBuf> {
    std::env::args_os().next().map(PathBuf::from).filter(|called| called.is_absolute())
}

/// The server in the folder of a program, or in the folder that a link to it leads to.
fn beside(own: &Path) -> Option<PathBuf> {
    let name = format!("{SERVER}{}", std::env::consts::EXE_SUFFIX);
    let real = own.canonicalize().ok();
    let folders = [Some(own), real.as_deref()].into_iter().flatten().filter_map(Path::parent);
    folders.map(|folder| folder.join(&name)).find(|server| server.is_file())
}

/// Becomes the other program, so that none is left when an editor ends it.
#[cfg(unix)]
fn become_it(mut program: Command) -> Result<Exit, std::io::Error> {
    use std::os::unix::process::CommandExt as _;
    Err(program.exec())
}

/// Runs the other program to its end.
#[cfg(not(unix))]
fn become_it(mut program: Command) -> Result<Exit, std::io::Error> {
    let ended = program.status()?;
    Ok(match ended.code() {
        Some(0) => Exit::Done,
        Some(1) => Exit::Found,
        _ => Exit::CouldNot,
    })
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the command line is where files are read")]
mod tests {
    use super::*;

    #[test]
    fn the_server_stands_beside_the_program_or_where_a_link_leads() {
        let folder = tempfile::tempdir().unwrap();
        let [real, link] = ["real", "link"].map(|name| folder.path().join(name));
        std::fs::create_dir_all(&real).unwrap();
        assert_eq!(beside(&real.join("archc")), None);
        let server = real.join(format!("{SERVER}{}", std::env::consts::EXE_SUFFIX));
        std::fs::write(&server, "").unwrap();
        std::fs::write(real.join("archc"), "").unwrap();
        assert_eq!(beside(&real.join("archc")), Some(server.clone()));
        #[cfg(unix)]
        {
            std::fs::create_dir_all(&link).unwrap();
            std::os::unix::fs::symlink(real.join("archc"), link.join("archc")).unwrap();
            let found = beside(&link.join("archc")).unwrap();
            assert_eq!(found.canonicalize().unwrap(), server.canonicalize().unwrap());
        }
        #[cfg(not(unix))]
        let _ = link;
    }
}
