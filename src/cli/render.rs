//! `archc render FILE -o OUT`

use std::path::Path;

use super::Exit;
use super::arguments::{PictureFormat, Render, ThemeChoice};
use super::compile;
use super::documents::single;
use super::output::Output;
use crate::config::Config;
use crate::diagram::palette::Theme;
use crate::diagram::{self, view};
use crate::model::{ElementRef, Model};

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
    let view = match view(&compilation.model, options) {
        Ok(view) => view,
        Err(message) => return output.fail(&message),
    };
    let theme = match options.theme {
        ThemeChoice::Light => Theme::Light,
        ThemeChoice::Dark => Theme::Dark,
        ThemeChoice::Auto => Theme::Auto,
    };
    let wanted = diagram::RenderOptions { view, theme, ..diagram::RenderOptions::default() };
    let picture = match format {
        PictureFormat::Svg => {
            let salt = diagram::svg::Options { salt: options.salt.clone() };
            diagram::svg::svg(&diagram::render(&compilation.model, &wanted), &salt)
        }
        PictureFormat::Json => diagram::json::json(&diagram::render(&compilation.model, &wanted)),
        PictureFormat::Dot => diagram::dot::dot(&diagram::view::drawing(&compilation.model, &wanted.view)),
    };
    let written = match &options.output {
        Some(path) if path != Path::new("-") => output.write_file(path, picture.as_bytes()),
        _ => output.print_raw(picture.as_bytes()),
    };
    exit.max(written)
}

/// The view that the options ask for, or why there is none.
fn view(model: &Model, options: &Render) -> Result<view::Options, String> {
    let named = match &options.view {
        None => None,
        Some(name) => match view::find(model, name) {
            Some(view) => Some(view),
            None => return Err(no_view(model, name)),
        },
    };
    let around = match &options.around {
        None => None,
        Some(path) => match element(model, path) {
            Some(element) => Some(element),
            None => return Err(format!("no component or group has the path `{path}`")),
        },
    };
    Ok(view::Options { view: named, around, depth: options.depth, ..view::Options::default() })
}

fn no_view(model: &Model, name: &str) -> String {
    let names: Vec<String> = model.views.iter().map(|view| format!("`{}`", view.header.path)).collect();
    match names.as_slice() {
        [] => format!("there is no view `{name}`: the design has none"),
        names => format!("there is no view `{name}`; there is {}", names.join(", ")),
    }
}

/// The element of that full path, or of that name where only one has it.
fn element(model: &Model, path: &str) -> Option<ElementRef> {
    let components = model.components.enumerate().map(|(id, it)| (&it.header, ElementRef::Component(id)));
    let groups = model.groups.enumerate().map(|(id, it)| (&it.header, ElementRef::Group(id)));
    let all: Vec<_> = components.chain(groups).collect();
    if let Some((_, element)) = all.iter().find(|(header, _)| header.path == path) {
        return Some(*element);
    }
    let mut named = all.iter().filter(|(header, _)| header.name == path);
    named.next().filter(|_| named.next().is_none()).map(|(_, element)| *element)
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
        Some(other) => {
            Err(output.fail(&format!("archc draws no `.{other}`; name svg, json or dot by --format")))
        }
    }
}
