//! `archc render FILE -o OUT`

use std::path::{Path, PathBuf};

use super::Exit;
use super::arguments::{EngineChoice, OverlayChoice, PictureFormat, Render};
use super::compile;
use super::documents::{File, single};
use super::embed;
use super::image;
use super::output::Output;
use super::pictures;
use super::settings::Settings;
use crate::compilation::Compilation;
use crate::config::{Colours, Config};
use crate::diagram::contrast;
use crate::diagram::overlay::{self, Evidence};
use crate::diagram::palette::Theme;
use crate::diagram::{self, RenderOptions, layout, view};
use crate::model::attributes::{Word as _, words};
use crate::model::{AttrId, ElementRef, FlowId, Id, Model, View};

pub(super) fn run(options: &Render, settings: &Settings, output: &Output) -> Exit {
    draw(options, settings, output).0
}

/// Draws what the options ask for; gives the files that were read too.
pub(super) fn draw(options: &Render, settings: &Settings, output: &Output) -> (Exit, Vec<PathBuf>) {
    if options.embed {
        return (embed::run(options, settings, output), Vec::new());
    }
    let read = || -> Result<(File, Config), Exit> {
        let config = settings.of(&options.file, None, output)?;
        Ok((single(&options.file, output)?, config))
    };
    let (file, config) = match read() {
        Ok(both) => both,
        Err(exit) => return (exit, Vec::new()),
    };
    let (compilation, exit) = compile::one(&file, &config, output);
    let read = compilation.sources.iter().map(|(_, document)| PathBuf::from(document.path())).collect();
    (exit.max(draw_one(options, &compilation, &config, output)), read)
}

fn draw_one(options: &Render, compilation: &Compilation, config: &Config, output: &Output) -> Exit {
    let format = match format(options, output) {
        Ok(format) => format,
        Err(exit) => return exit,
    };
    let Drawn { bytes, remark } = match picture(options, format, compilation, config) {
        Ok(picture) => picture,
        Err(message) => return output.fail(&message),
    };
    if let Some(remark) = remark {
        output.remark(&remark);
    }
    match &options.output {
        Some(path) if path != Path::new("-") => output.write_file(path, &bytes),
        _ => output.print_raw(&bytes),
    }
}

/// A picture, and what is to be known about it.
#[derive(Default)]
pub(super) struct Drawn {
    pub(super) bytes: Vec<u8>,
    pub(super) remark: Option<String>,
}

/// The picture that the options ask for, or why there is none.
pub(super) fn picture(
    options: &Render,
    format: PictureFormat,
    compilation: &Compilation,
    config: &Config,
) -> Result<Drawn, String> {
    if options.scale.is_some() && format != PictureFormat::Png {
        return Err("only a png has a --scale: the other pictures can be shown at any size".to_owned());
    }
    let view = view(&compilation.model, options)?;
    let wanted = wanted(&compilation.model, config, options, view)?;
    if let Some(message) = pictures::refusal(options, format) {
        return Err(message);
    }
    let other = pictures::scene(compilation, options, &wanted)?;
    if format == PictureFormat::Html && other.is_some() {
        let message = "a page shows the design itself: leave out --flow and --picture, or draw them as svg; --flow-path opens a page at a flow";
        return Err(message.to_owned());
    }
    let evidence =
        Evidence { model: &compilation.model, facts: &compilation.facts, findings: &compilation.diagnostics };
    let drawing = diagram::draw(&evidence, &wanted);
    let scene = || other.unwrap_or_else(|| diagram::picture(&drawing, &wanted));
    let remark = faint(&wanted);
    let bytes = match format {
        PictureFormat::Svg => {
            let salt = diagram::svg::Options { salt: options.salt.clone(), plain: false };
            diagram::svg::svg(&scene(), &salt).into_bytes()
        }
        PictureFormat::Png | PictureFormat::Pdf => {
            let drawn = image::print(&scene(), format, options.scale)?;
            let remark = [remark, drawn.remark].into_iter().flatten().reduce(|a, b| a + &b);
            return Ok(Drawn { remark, ..drawn });
        }
        PictureFormat::Html => diagram::html::html(&evidence, &wanted).into_bytes(),
        PictureFormat::Json => diagram::json::json(&scene()).into_bytes(),
        PictureFormat::Dot => diagram::dot::dot(&drawing).into_bytes(),
        PictureFormat::Mermaid => pictures::mermaid(compilation, options)
            .unwrap_or_else(|| diagram::mermaid::mermaid(&drawing))
            .into_bytes(),
        PictureFormat::D2 => diagram::d2::d2(&drawing).into_bytes(),
        PictureFormat::Ascii => diagram::ascii::ascii(&drawing, &wanted.layout).into_bytes(),
    };
    Ok(Drawn { bytes, remark })
}

/// What of a reader's own colours is hard to read.
fn faint(wanted: &RenderOptions) -> Option<String> {
    let told = contrast::faint(wanted.theme, &wanted.colours).into_iter().map(|it| {
        format!(
            "the theme's `{}` {} on `{}` {} is hard to read: contrast {:.1} < {}, what WCAG AA asks for; move one of them away from the other\n",
            it.over, it.colour, it.ground, it.ground_colour, it.contrast, it.least
        )
    });
    told.reduce(|a, b| a + &b)
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
    if let Some(view) = named {
        pinned(model, view)?;
    }
    let around = match &options.around {
        None => None,
        Some(path) => match element(model, path) {
            Some(element) => Some(element),
            None => return Err(format!("no component or group has the path `{path}`")),
        },
    };
    Ok(view::Options { view: named, around, depth: options.depth, ..view::Options::default() })
}

/// Everything else that the options and the view ask for, or what is wrong with it.
pub(super) fn wanted(
    model: &Model,
    config: &Config,
    options: &Render,
    view: view::Options,
) -> Result<RenderOptions, String> {
    let of_view = || view.view.and_then(|id| model.views[id].attrs.word::<words::Theme>(AttrId::THEME));
    let (theme, colours) = match (options.theme.as_deref(), of_view()) {
        (Some(name), _) => theme(config, name)?,
        (None, Some(theme)) => (theme_of(theme), Colours::default()),
        (None, None) => of_config(config),
    };
    let flow = match &options.flow_path {
        None => None,
        Some(name) => Some(flow(model, name)?),
    };
    let kind = options.overlay.map(|choice| match choice {
        OverlayChoice::None => overlay::Kind::None,
        OverlayChoice::Findings => overlay::Kind::Findings,
        OverlayChoice::Load => overlay::Kind::Load,
        OverlayChoice::Coupling => overlay::Kind::Coupling,
        OverlayChoice::Domains => overlay::Kind::Domains,
    });
    let overlay = overlay::Wanted { kind, flow };
    let engine = match options.engine {
        EngineChoice::Own => layout::Engine::Own,
        EngineChoice::LayoutRs => layout::Engine::LayoutRs,
    };
    let layout = layout::Options { engine, ..layout::Options::default() };
    Ok(RenderOptions { view, layout, theme, colours, overlay })
}

/// The theme of the configuration, whose name was checked when it was read.
fn of_config(config: &Config) -> (Theme, Colours) {
    config.theme.as_deref().and_then(|name| theme(config, name).ok()).unwrap_or_default()
}

fn theme(config: &Config, name: &str) -> Result<(Theme, Colours), String> {
    match (words::Theme::from_word(name), config.themes.get(name)) {
        (Some(theme), _) => Ok((theme_of(theme), Colours::default())),
        (None, Some(own)) => Ok((Theme::Auto, own.clone())),
        (None, None) => Err(no_theme(config, name)),
    }
}

fn theme_of(word: words::Theme) -> Theme {
    match word {
        words::Theme::Light => Theme::Light,
        words::Theme::Dark => Theme::Dark,
        words::Theme::Auto => Theme::Auto,
        words::Theme::Print => Theme::Print,
    }
}

fn no_theme(config: &Config, name: &str) -> String {
    let own = config.themes.keys().map(String::as_str);
    let names: Vec<&str> = ["light", "dark", "auto", "print"].into_iter().chain(own).collect();
    format!("there is no theme `{name}`; there is {}", names.join(", "))
}

/// The flow of that path or name, or why there is none.
pub(super) fn flow(model: &Model, name: &str) -> Result<FlowId, String> {
    let found =
        model.flows.enumerate().find(|(_, flow)| flow.header.path == name || flow.header.name == name);
    found.map(|(id, _)| id).ok_or_else(|| {
        let names: Vec<String> = model.flows.iter().map(|flow| format!("`{}`", flow.header.path)).collect();
        match names.as_slice() {
            [] => format!("there is no flow `{name}`: the design has none"),
            names => format!("there is no flow `{name}`; there is {}", names.join(", ")),
        }
    })
}

/// Whether the engine that a view is pinned to is at hand.
fn pinned(model: &Model, view: Id<View>) -> Result<(), String> {
    let view = &model.views[view];
    match view.attrs.count(AttrId::LAYOUT) {
        Some(pin) if !layout::ENGINES.contains(&pin) => {
            let known: Vec<String> = layout::ENGINES.iter().map(u64::to_string).collect();
            let (path, known) = (&view.header.path, known.join(", "));
            Err(format!(
                "view `{path}` is pinned to layout engine {pin}; this archc has {known}: update archc or the pin"
            ))
        }
        _ => Ok(()),
    }
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
        Some("png") => Ok(PictureFormat::Png),
        Some("pdf") => Ok(PictureFormat::Pdf),
        Some("html" | "htm") => Ok(PictureFormat::Html),
        Some("json") => Ok(PictureFormat::Json),
        Some("dot" | "gv") => Ok(PictureFormat::Dot),
        Some("mmd" | "mermaid") => Ok(PictureFormat::Mermaid),
        Some("d2") => Ok(PictureFormat::D2),
        Some("txt" | "ascii") => Ok(PictureFormat::Ascii),
        Some(other) => Err(output.fail(&format!(
            "archc draws no `.{other}`; name svg, png, pdf, html, json, dot, mermaid, d2 or ascii by --format"
        ))),
    }
}
