//! `archc fmt`

use std::path::Path;

use super::Exit;
use super::arguments::Fmt;
use super::documents::{File, collect};
use super::output::Output;
use crate::emit;
use crate::fix;
use crate::source::{Document, Sources};
use crate::syntax;

pub(super) fn run(options: &Fmt, output: &Output) -> Exit {
    let found = collect(&options.paths, None, &["arch"], output);
    let to_stdout = options.paths.iter().any(|path| path == "-");
    let mut exit = found.exit;
    let mut changed = 0;
    for file in &found.files {
        let is_stdin = to_stdout && !Path::new(&file.path).exists();
        exit = exit.max(format_one(file, is_stdin, options.check, &mut changed, output));
    }
    if changed > 0 && !to_stdout {
        let verb = if options.check { "would be formatted" } else { "formatted" };
        let plural = if changed == 1 { "" } else { "s" };
        output.remark(&format!("{changed} file{plural} {verb}\n"));
    }
    exit
}

fn format_one(file: &File, is_stdin: bool, check: bool, changed: &mut usize, output: &Output) -> Exit {
    let mut sources = Sources::default();
    let id = sources.add(Document::new(file.path.clone(), std::sync::Arc::clone(&file.text)));
    let tree = syntax::parse(id, &file.text);
    if tree.mistakes.iter().any(|mistake| mistake.severity == crate::diagnostic::Severity::Error) {
        let findings = emit::Findings { sources: &sources, diagnostics: &tree.mistakes };
        output.say(&emit::concise(findings));
        output.say(&format!("archc: `{}` has mistakes and stays as it is\n", file.path));
        let echoed = if is_stdin && !check { output.print_raw(file.text.as_bytes()) } else { Exit::Done };
        return echoed.max(Exit::Found);
    }
    let formatted = fix::with_line_ends_of(&file.text, fix::format(&tree, &file.text));
    let differs = formatted.as_str() != &*file.text;
    if is_stdin && !check {
        return output.print_raw(formatted.as_bytes());
    }
    if !differs {
        return Exit::Done;
    }
    if check {
        *changed += 1;
        let told = output.print(&format!("{}\n", file.path));
        return told.max(Exit::Found);
    }
    let written = output.write_file(Path::new(&file.path), formatted.as_bytes());
    *changed += usize::from(written == Exit::Done);
    written
}
