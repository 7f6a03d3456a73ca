//! `archc baseline write`

use super::Exit;
use super::arguments::{Baseline, BaselineCommand, BaselineWrite};
use super::check::told_once;
use super::compile;
use super::documents::collect;
use super::output::Output;
use super::past::Names;
use super::settings::Settings;
use crate::diff::baseline::{self, entries};

pub(super) fn run(options: &Baseline, settings: &Settings, output: &Output) -> Exit {
    match &options.command {
        BaselineCommand::Write(options) => write(options, settings, output),
    }
}

fn write(options: &BaselineWrite, settings: &Settings, output: &Output) -> Exit {
    let found = collect(&options.paths, None, &["arch", "md"], output);
    if found.exit != Exit::Done {
        // a baseline without the findings of a file would let them fail later as if they were new
        let why = "a file could not be read, and its findings would be missing";
        return output.fail(&format!("`{}` is not written: {why}", options.baseline.display()));
    }
    let paths = found.files.iter().map(|file| file.path.as_str());
    let configs = match settings.of_all(paths, options.today.as_deref(), Some(&options.levels), output) {
        Ok(configs) => configs,
        Err(exit) => return exit,
    };
    let compilations = compile::all(&found.files, &configs);
    let names = Names::beside(&options.baseline);
    let all = told_once(&compilations)
        .iter()
        .flat_map(|(sources, diagnostics)| entries(sources, diagnostics, &|path| names.of(path)))
        .collect();
    let baseline = baseline::Baseline::new(all);
    let exit = output.write_file(&options.baseline, baseline.to_json().as_bytes());
    if exit == Exit::Done {
        let count = baseline.entries().len();
        let plural = if count == 1 { "" } else { "s" };
        output.remark(&format!("{count} finding{plural} remembered in `{}`\n", options.baseline.display()));
    }
    exit
}
