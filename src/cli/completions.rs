//! `archc completions SHELL`: what shells complete, and the pages of the manual, from the one definition of the command line.

use std::path::Path;

use clap::{Command, CommandFactory as _};
use clap_complete::{Generator, shells};

use super::Exit;
use super::arguments::{Arguments, Completions, Shell};
use super::output::Output;

/// The name of a file and what is in it.
type File = (String, Vec<u8>);

pub(super) fn run(options: &Completions, output: &Output) -> Exit {
    let files = match options.shell {
        Shell::Bash => vec![script(shells::Bash)],
        Shell::Elvish => vec![script(shells::Elvish)],
        Shell::Fish => vec![script(shells::Fish)],
        Shell::Pwsh => vec![script(shells::PowerShell)],
        Shell::Zsh => vec![script(shells::Zsh)],
        Shell::Man => match manual() {
            Ok(pages) => pages,
            Err(error) => return output.fail(&format!("cannot write the manual: {error}")),
        },
    };
    match &options.output {
        Some(folder) => write_all(folder, &files, output),
        None => files.first().map_or(Exit::Done, |(_, bytes)| output.print_raw(bytes)),
    }
}

fn script(shell: impl Generator) -> File {
    let name = shell.file_name("archc");
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "archc", &mut bytes);
    (name, bytes)
}

fn write_all(folder: &Path, files: &[File], output: &Output) -> Exit {
    if !folder.is_dir() {
        return output.fail(&format!("there is no folder `{}`", folder.display()));
    }
    let each = files.iter().map(|(name, bytes)| output.write_file(&folder.join(name), bytes));
    each.max().unwrap_or(Exit::Done)
}

/// A page for archc, and one for each command.
fn manual() -> std::io::Result<Vec<File>> {
    let mut command = Arguments::command();
    command.build();
    let mut pages = Vec::new();
    add_pages(&command, &mut pages)?;
    Ok(pages)
}

fn add_pages(command: &Command, pages: &mut Vec<File>) -> std::io::Result<()> {
    let page = clap_mangen::Man::new(command.clone());
    let mut bytes = Vec::new();
    page.render(&mut bytes)?;
    pages.push((page.get_filename(), bytes));
    command.get_subcommands().filter(|it| !it.is_hide_set()).try_for_each(|it| add_pages(it, pages))
}
