//! `archc estimate FILE`

use std::path::Path;

use super::Exit;
use super::arguments::{Estimate, EstimateFormat};
use super::compile;
use super::documents::single;
use super::output::Output;
use super::settings::Settings;
use crate::study::estimate::{Style, estimate, human, json, markdown};

pub(super) fn run(options: &Estimate, settings: &Settings, output: &Output) -> Exit {
    let format = match format(options, output) {
        Ok(format) => format,
        Err(exit) => return exit,
    };
    let config = match settings.of(&options.file, None, output) {
        Ok(config) => config,
        Err(exit) => return exit,
    };
    let file = match single(&options.file, output) {
        Ok(file) => file,
        Err(exit) => return exit,
    };
    let (compilation, exit) = compile::one(&file, &config, output);
    let estimate = estimate(&compilation, &config);
    let target = options.output.as_deref().filter(|path| *path != Path::new("-"));
    let text = match format {
        EstimateFormat::Human => {
            let style = output.human_style();
            let color = style.color && target.is_none();
            human(&estimate, Style { color, width: style.width.max(100) })
        }
        EstimateFormat::Json => json(&estimate),
        EstimateFormat::Md => markdown(&estimate),
    };
    let written = match target {
        Some(path) => output.write_file(path, text.as_bytes()),
        None => output.print(&text),
    };
    exit.max(written)
}

fn format(options: &Estimate, output: &Output) -> Result<EstimateFormat, Exit> {
    if let Some(format) = options.format {
        return Ok(format);
    }
    let Some(path) = &options.output else { return Ok(EstimateFormat::Human) };
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("md" | "markdown") => Ok(EstimateFormat::Md),
        Some("json") => Ok(EstimateFormat::Json),
        Some("txt") | None => Ok(EstimateFormat::Human),
        Some(other) => {
            Err(output
                .fail(&format!("archc writes no `.{other}` estimate; name human, md or json by --format")))
        }
    }
}
