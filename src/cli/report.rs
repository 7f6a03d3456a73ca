//! `archc report FILE -o OUT`

use std::path::Path;

use super::Exit;
use super::arguments::{Report, ReportFormat};
use super::compile;
use super::documents::single;
use super::output::Output;
use super::settings::Settings;
use crate::report;

pub(super) fn run(options: &Report, settings: &Settings, output: &Output) -> Exit {
    let format = match format(options, output) {
        Ok(format) => format,
        Err(exit) => return exit,
    };
    let config = match settings.of(&options.file, options.today.as_deref(), output) {
        Ok(config) => config,
        Err(exit) => return exit,
    };
    let file = match single(&options.file, output) {
        Ok(file) => file,
        Err(exit) => return exit,
    };
    let (compilation, exit) = compile::one(&file, &config, output);
    let report = report::report(&compilation);
    let text = match format {
        ReportFormat::Json => report::json(&report),
        ReportFormat::Md => report::markdown(&report),
        ReportFormat::Html => report::html(&report, &report::pictures(&compilation)),
    };
    let written = match &options.output {
        Some(path) if path != Path::new("-") => output.write_file(path, text.as_bytes()),
        _ => output.print_raw(text.as_bytes()),
    };
    exit.max(written)
}

fn format(options: &Report, output: &Output) -> Result<ReportFormat, Exit> {
    if let Some(format) = options.format {
        return Ok(format);
    }
    let Some(path) = &options.output else { return Ok(ReportFormat::Md) };
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("md" | "markdown") | None => Ok(ReportFormat::Md),
        Some("html" | "htm") => Ok(ReportFormat::Html),
        Some("json") => Ok(ReportFormat::Json),
        Some(other) => {
            Err(output.fail(&format!("archc writes no `.{other}` report; name md, html or json by --format")))
        }
    }
}
