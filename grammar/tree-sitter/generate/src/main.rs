//! Writes `src/` of the tree-sitter grammar from its `grammar.js`, in the folder given or beside this one; node reads that file.

use std::path::PathBuf;
use std::process::ExitCode;

use tree_sitter_generate::{OptLevel, generate_parser_in_directory};

/// What Neovim 0.7 reads; later ones read it too.
const ABI: usize = 14;

fn main() -> ExitCode {
    let here = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let folder = std::env::args_os().nth(1).map_or_else(here, PathBuf::from);
    let mut said = Vec::new();
    let node = Some("node");
    let none = None::<PathBuf>;
    let grammar = Some(folder.join("grammar.js"));
    let done = generate_parser_in_directory(
        folder,
        none,
        grammar,
        ABI,
        None,
        node,
        true,
        OptLevel::default(),
        &mut said,
    );
    for diagnostic in said {
        eprintln!("{diagnostic:?}");
    }
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
