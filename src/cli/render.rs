//! `archc render FILE -o OUT`

use std::path::Path;

use super::Exit;
use super::arguments::{PictureFormat, Render, ThemeChoice};
use super::compile;
use super::documents::single;
use super::output::Output;
use crate::config::Config;
use crate::diagram::{self, Options, Theme};

pub(super) fn run(options: &Render, output: &Output) -> Exit {
    let format = match format(options, output) {
        Ok(format) => format,
        Err(exit) => return exit,
    };
    let file = match single(&options.file, output) {
        Ok(file) => file,
        Err(exit) => return exit,
    };
    let (compilation, exit) = compile::one(&file, &Config::default(), output);
    let theme = match options.theme {
        ThemeChoice::Light => Theme::Light,
        ThemeChoice::Dark => Theme::Dark,
        ThemeChoice::Auto => Theme::Auto,
    };
    let wanted = Options { view: options.view.clone(), theme, salt: options.salt.clone() };
    let picture = match format {
        PictureFormat::Svg => diagram::svg(&compilation.model, &wanted),
        PictureFormat::Json => diagram::json(&compilation.model, &wanted),
        PictureFormat::Dot => diagram::dot(&compilation.model, &wanted),
    };
    let picture = match picture {
        Ok(picture) => picture,
        Err(message) => return output.fail(&message),
    };
    let written = match &options.output {
        Some(path) if path != Path::new("-") => output.write_file(path, picture.as_bytes()),
        _ => output.print_raw(picture.as_bytes()),
    };
    exit.max(written)
}

fn format(options: &Render, output: &Output) -> Result<PictureFormat, Exit> {
    if let Some(format) = options.format {
        return Ok(format);
    }
    let Some(path) = &options.output else { return Ok(PictureFormat::Svg) };
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("svg") | None => Ok(PictureFormat::Svg),
        Some("json") => Ok(PictureFormat::Json),
        Some("dot" | "gv") => Ok(PictureFormat::Dot),
        Some(other) => Err(output.fail(&format!("archc draws no `.{other}`; name svg, json or dot by --format"))),
    }
}
