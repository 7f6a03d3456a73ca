//! Prints a scene as one SVG for light and dark: no script, no font, no address. It knows primitives, not diagrams.

mod parts;
mod path;
mod style;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use super::layout::Point;
use super::palette::{Paint, Theme};
use super::scene::{Dash, Element, Mark, Prim, Scene, Style, icon_steps};
use super::shape::Icon;
use parts::parted;
use path::path;
use style::{USUAL_FONT, USUAL_WIDTH, face, is_nothing, plain_stylesheet, stylesheet, tenths, used};

/// What a plain picture calls the font of pictographs.
pub(super) const PICTURES: &str = "emoji";

/// What may be asked of the SVG.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Goes into the ids, so that several pictures may stand in one page.
    pub salt: String,
    /// For programs that know plain style sheets alone: one theme, no properties of one's own.
    pub plain: bool,
}

/// The picture as SVG.
#[must_use]
pub fn svg(scene: &Scene, options: &Options) -> String {
    let salt: String =
        options.salt.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    let id = |what: &str| if salt.is_empty() { format!("ar-{what}") } else { format!("ar-{salt}-{what}") };
    let (w, h) = (number(scene.width), number(scene.height));
    let theme = match scene.theme {
        Theme::Auto => "archc-auto",
        Theme::Light => "archc-light",
        Theme::Dark => "archc-dark",
        Theme::Print => "archc-print",
    };
    let mut out = String::new();
    let (title, desc) = (id("title"), id("desc"));
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"archc {theme}\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" aria-labelledby=\"{title} {desc}\">"
    );
    let _ = writeln!(out, "<title id=\"{title}\">{}</title>", escape(&scene.title));
    let _ = writeln!(out, "<desc id=\"{desc}\">{}</desc>", escape(&scene.description));
    let used = used(scene);
    let _ = writeln!(
        out,
        "<style>{}</style>",
        if options.plain { plain_stylesheet(scene, &used) } else { stylesheet(scene, &used) }
    );
    // An icon has the same id and drawing in every picture.
    out.push_str("<defs>");
    for icon in &used.icons {
        let steps = path(&icon_steps(*icon, Point::default(), 1.0));
        let _ = write!(out, "<path id=\"{}\" d=\"{steps}\"/>", id(icon.name));
    }
    out.push_str("</defs>\n");
    let _ = writeln!(out, "<rect class=\"fc\" width=\"{w}\" height=\"{h}\"/>");
    let hem = !is_nothing(Paint::Hem, scene);
    for mark in &scene.marks {
        write_mark(&mut out, mark, &Printer { id: &id, plain: options.plain, hem });
    }
    out.push_str("</svg>\n");
    out
}

/// The style sheet and the icons of a page whose marks are printed one by one.
pub(super) fn shared(scene: &Scene) -> (String, String) {
    let used = used(scene);
    let icon = |icon: &Icon| {
        let steps = path(&icon_steps(*icon, Point::default(), 1.0));
        format!("<path id=\"{}\" d=\"{steps}\"/>", shared_id(icon.name))
    };
    (stylesheet(scene, &used), used.icons.iter().map(icon).collect())
}

/// What a mark is made of, without an element around it.
pub(super) fn content(mark: &Mark, scene: &Scene) -> String {
    let hem = !is_nothing(Paint::Hem, scene);
    let mut out = String::new();
    for prim in &mark.prims {
        write_prim(&mut out, prim, &Printer { id: &shared_id, plain: false, hem });
    }
    out
}

fn shared_id(name: &str) -> String {
    format!("ar-{name}")
}

/// One decimal, none where it is zero.
fn number(value: f64) -> String {
    let value = (value * 10.0).round() / 10.0;
    if value == 0.0 || !value.is_finite() { "0".to_owned() } else { format!("{value}") }
}

/// Text for between tags and in attributes; characters that XML forbids are gone.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            // Overrides would turn round what stands beside the text, in the picture and in the source of the page.
            '\u{202a}'..='\u{202e}' => {}
            c => out.push(c),
        }
    }
    out
}

/// Names of classes are made of it, so it holds no blank.
fn class_word(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
}

/// What all marks are written with.
struct Printer<'a> {
    id: &'a dyn Fn(&str) -> String,
    plain: bool,
    /// Whether hems are to be seen.
    hem: bool,
}

fn write_mark(out: &mut String, mark: &Mark, printer: &Printer<'_>) {
    match &mark.element {
        Some(Element::Node { id, kind }) => {
            let _ = write!(out, "<g class=\"node kind-{}\" data-id=\"{}\">", class_word(kind), escape(id));
        }
        Some(Element::Group { id, kind }) => {
            let _ = write!(out, "<g class=\"group kind-{}\" data-id=\"{}\">", class_word(kind), escape(id));
        }
        Some(Element::Edge { id, from, to }) => {
            let (id, from, to) = (escape(id), escape(from), escape(to));
            let _ = write!(out, "<g class=\"edge\" data-id=\"{id}\" data-from=\"{from}\" data-to=\"{to}\">");
        }
        Some(Element::Legend) => out.push_str("<g class=\"legend\">"),
        None => out.push_str("<g>"),
    }
    if let Some(tooltip) = &mark.tooltip {
        let _ = write!(out, "<title>{}</title>", escape(tooltip));
    }
    for prim in &mark.prims {
        write_prim(out, prim, printer);
    }
    out.push_str("</g>\n");
}

fn write_prim(out: &mut String, prim: &Prim, printer: &Printer<'_>) {
    match prim {
        Prim::Rect { rect, radius, style } => {
            let (x, y, w, h) = (number(rect.x), number(rect.y), number(rect.w), number(rect.h));
            let _ = write!(
                out,
                "<rect{} x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"",
                paint(style, printer)
            );
            if *radius > 0.0 {
                let _ = write!(out, " rx=\"{}\"", number(*radius));
            }
            out.push_str("/>");
        }
        Prim::Path { steps, style } => {
            let _ = write!(out, "<path{} d=\"{}\"/>", paint(style, printer), path(steps));
        }
        Prim::Icon { icon, at, scale, paint, width } => {
            let (id, x, y) = ((printer.id)(icon.name), number(at.x), number(at.y));
            let width = width_class(*width).map(|w| format!(" {w}")).unwrap_or_default();
            let _ = write!(out, "<use class=\"s{}{width}\" href=\"#{id}\"", paint.code());
            let _ = if *scale == 1.0 {
                write!(out, " x=\"{x}\" y=\"{y}\"/>")
            } else {
                write!(out, " transform=\"translate({x} {y})scale({})\"/>", number(*scale))
            };
        }
        Prim::Text { at, text, font, centred, paint, halo } => {
            let halo = if *halo == Paint::None { String::new() } else { format!(" h{}", halo.code()) };
            let (x, y) = (number(at.x), number(at.y));
            let usual = (tenths(font.size), font.bold) == USUAL_FONT;
            let face = if usual { String::new() } else { face(tenths(font.size), font.bold) + " " };
            let middle = if *centred { " k" } else { "" };
            let _ = write!(out, "<text class=\"{face}f{}{halo}{middle}\" x=\"{x}\" y=\"{y}\">", paint.code());
            let text = if printer.plain { parted(text, *at, *font, *centred) } else { escape(text) };
            let _ = write!(out, "{text}</text>");
        }
    }
}

fn paint(style: &Style, printer: &Printer<'_>) -> String {
    let mut classes = Vec::new();
    if style.fill != Paint::None {
        classes.push(format!("f{}", style.fill.code()));
    }
    if style.stroke != Paint::None && (printer.hem || style.stroke != Paint::Hem) {
        classes.push(format!("s{}", style.stroke.code()));
        classes.extend(width_class(style.width));
    }
    let mut out = format!(" class=\"{}\"", classes.join(" "));
    match style.dash {
        Dash::Solid => {}
        Dash::Dashed => out.push_str(" stroke-dasharray=\"6 4\""),
        Dash::Dotted => out.push_str(" stroke-dasharray=\"1.5 4\""),
    }
    out
}

fn width_class(width: f64) -> Option<String> {
    let width = tenths(width);
    (width != USUAL_WIDTH).then(|| format!("w{width}"))
}
