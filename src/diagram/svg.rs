//! Prints a scene as one SVG for light and dark: no script, no font, no address. It knows primitives, not diagrams.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::layout::Point;
use super::palette::{Mode, Paint, Theme};
use super::scene::{Dash, Element, Mark, Prim, Scene, Step, Style, icon_steps};
use super::shape::Icon;

/// What may be asked of the SVG.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Goes into the ids, so that several pictures may stand in one page.
    pub salt: String,
    /// For programs that know plain style sheets alone: one theme, no properties of one's own.
    pub plain: bool,
}

const FONTS: &str = "system-ui,-apple-system,Segoe UI,Roboto,Noto Sans,DejaVu Sans,Arial,sans-serif";
/// The one that pictures without a reader's fonts carry.
const PLAIN_FONT: &str = "'DejaVu Sans'";
/// What most lines and texts have needs no class: tenths of a pixel.
const USUAL_WIDTH: u32 = 14;
const USUAL_FONT: (u32, bool) = (110, false);

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
    for mark in &scene.marks {
        write_mark(&mut out, mark, &id);
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
pub(super) fn content(mark: &Mark) -> String {
    let mut out = String::new();
    for prim in &mark.prims {
        write_prim(&mut out, prim, &shared_id);
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

/// What the scene paints with, in a fixed order.
#[derive(Default)]
struct Used {
    fills: BTreeSet<Paint>,
    strokes: BTreeSet<Paint>,
    halos: BTreeSet<Paint>,
    /// Widths of strokes in tenths of a pixel.
    widths: BTreeSet<u32>,
    icons: BTreeSet<Icon>,
    /// Sizes of fonts in tenths of a pixel, and weights.
    fonts: BTreeSet<(u32, bool)>,
}

impl Used {
    fn paints(&self) -> BTreeSet<Paint> {
        self.fills.iter().chain(&self.strokes).chain(&self.halos).copied().collect()
    }

    /// A rule for each colour, width and font in use.
    fn rules(&self, css: &mut String, paint: &dyn Fn(&mut String, &str, &str, Paint)) {
        for (name, property, paints) in
            [("f", "fill", &self.fills), ("s", "stroke", &self.strokes), ("h", "stroke", &self.halos)]
        {
            for &one in paints {
                paint(css, name, property, one);
            }
        }
        for width in self.widths.iter().filter(|w| **w != USUAL_WIDTH) {
            let _ = write!(css, ".archc .w{width}{{stroke-width:{}px}}", number(f64::from(*width) / 10.0));
        }
        for (size, bold) in self.fonts.iter().filter(|f| **f != USUAL_FONT) {
            let size_px = number(f64::from(*size) / 10.0);
            let weight = if *bold { ";font-weight:600" } else { "" };
            let _ = write!(css, ".archc .{}{{font-size:{size_px}px{weight}}}", face(*size, *bold));
        }
    }
}

fn used(scene: &Scene) -> Used {
    let mut used = Used::default();
    used.fills.insert(Paint::Canvas);
    for prim in scene.marks.iter().flat_map(|m| &m.prims) {
        match prim {
            Prim::Rect { style, .. } | Prim::Path { style, .. } => {
                used.fills.insert(style.fill);
                used.strokes.insert(style.stroke);
                if style.stroke != Paint::None {
                    used.widths.insert(tenths(style.width));
                }
            }
            Prim::Icon { icon, paint, width, .. } => {
                used.icons.insert(*icon);
                used.strokes.insert(*paint);
                used.widths.insert(tenths(*width));
            }
            Prim::Text { paint, halo, font, .. } => {
                used.fonts.insert((tenths(font.size), font.bold));
                used.fills.insert(*paint);
                used.halos.insert(*halo);
            }
        }
    }
    for set in [&mut used.fills, &mut used.strokes, &mut used.halos] {
        set.remove(&Paint::None);
    }
    used
}

/// Colours are custom properties, so that a page may set its own; each use says a plain colour first for programs that
/// know no properties. Names are the same in every picture: pictures in one page do not disturb one another.
fn stylesheet(scene: &Scene, used: &Used) -> String {
    let paints = used.paints();
    let set = |mode: Mode| -> String {
        paints.iter().map(|p| format!("--ar-{}:{};", p.code(), p.of(mode, &scene.colours))).collect()
    };
    let mut css = String::new();
    let mode = scene.theme.mode();
    let _ = write!(css, ".archc{{{}}}", set(mode));
    if scene.theme == Theme::Auto {
        let dark = set(Mode::Dark);
        let _ = write!(css, "@media(prefers-color-scheme:dark){{.archc-auto{{{dark}}}}}");
        // Either theme may be forced from outside by its class.
        let _ = write!(css, ".archc-dark{{{dark}}}");
    }
    used.rules(&mut css, &|css, name, property, paint| {
        let (code, plain) = (paint.code(), paint.of(mode, &scene.colours));
        let _ = write!(css, ".archc .{name}{code}{{{property}:{plain};{property}:var(--ar-{code})}}");
    });
    let _ = write!(
        css,
        ".archc .k{{text-anchor:middle}}.archc path,.archc use{{fill:none;stroke-width:{}px;stroke-linejoin:round}}.archc text{{font:{}px {FONTS};unicode-bidi:isolate;paint-order:stroke;stroke-width:4px;stroke-linejoin:round}}",
        number(f64::from(USUAL_WIDTH) / 10.0),
        number(f64::from(USUAL_FONT.0) / 10.0)
    );
    css
}

/// The same in words that every reader of SVG knows: the general rules first, for not all weigh selectors.
fn plain_stylesheet(scene: &Scene, used: &Used) -> String {
    let mut css = format!(
        "path,use{{fill:none;stroke-width:{};stroke-linejoin:round}}text{{font-family:{PLAIN_FONT};font-size:{}px;paint-order:stroke;stroke-width:4;stroke-linejoin:round}}.k{{text-anchor:middle}}",
        number(f64::from(USUAL_WIDTH) / 10.0),
        number(f64::from(USUAL_FONT.0) / 10.0)
    );
    used.rules(&mut css, &|css, name, property, paint| {
        let colour = paint.of(scene.theme.mode(), &scene.colours);
        let _ = write!(css, ".{name}{}{{{property}:{colour}}}", paint.code());
    });
    css.replace(".archc .", ".").replace("font-weight:600", "font-weight:bold")
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes are small and positive")]
fn tenths(value: f64) -> u32 {
    (value * 10.0).round() as u32
}

/// The class of a font.
fn face(size: u32, bold: bool) -> String {
    format!("{}{size}", if bold { 'b' } else { 'r' })
}

fn write_mark(out: &mut String, mark: &Mark, id_of: &dyn Fn(&str) -> String) {
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
        write_prim(out, prim, id_of);
    }
    out.push_str("</g>\n");
}

fn write_prim(out: &mut String, prim: &Prim, id_of: &dyn Fn(&str) -> String) {
    match prim {
        Prim::Rect { rect, radius, style } => {
            let (x, y, w, h) = (number(rect.x), number(rect.y), number(rect.w), number(rect.h));
            let _ = write!(out, "<rect{} x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"", paint(style));
            if *radius > 0.0 {
                let _ = write!(out, " rx=\"{}\"", number(*radius));
            }
            out.push_str("/>");
        }
        Prim::Path { steps, style } => {
            let _ = write!(out, "<path{} d=\"{}\"/>", paint(style), path(steps));
        }
        Prim::Icon { icon, at, scale, paint, width } => {
            let (id, x, y) = (id_of(icon.name), number(at.x), number(at.y));
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
            let _ = write!(out, "{}</text>", escape(text));
        }
    }
}

fn paint(style: &Style) -> String {
    let mut classes = Vec::new();
    if style.fill != Paint::None {
        classes.push(format!("f{}", style.fill.code()));
    }
    if style.stroke != Paint::None {
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

/// Path data, each step from the one before: short. What is printed is what the next step starts from, so roundings do
/// not add up.
fn path(steps: &[Step]) -> String {
    let mut out = String::new();
    let (mut at, mut start) = ((0, 0), (0, 0));
    let whole = |p: &Point| (signed_tenths(p.x), signed_tenths(p.y));
    for step in steps {
        match step {
            Step::Move(p) => {
                at = whole(p);
                start = at;
                out.push('M');
                push_numbers(&mut out, &[at.0, at.1]);
            }
            Step::Line(p) => {
                let to = whole(p);
                match (to.0 - at.0, to.1 - at.1) {
                    (0, 0) => {}
                    (0, dy) => push(&mut out, 'v', &[dy]),
                    (dx, 0) => push(&mut out, 'h', &[dx]),
                    (dx, dy) => push(&mut out, 'l', &[dx, dy]),
                }
                at = to;
            }
            Step::Curve(a, b, p) => {
                let (a, b, to) = (whole(a), whole(b), whole(p));
                let from = |p: (i64, i64)| [p.0 - at.0, p.1 - at.1];
                push(&mut out, 'c', &[from(a), from(b), from(to)].concat());
                at = to;
            }
            Step::Bend(a, p) => {
                let (a, to) = (whole(a), whole(p));
                push(&mut out, 'q', &[a.0 - at.0, a.1 - at.1, to.0 - at.0, to.1 - at.1]);
                at = to;
            }
            Step::Circle(c, r) => {
                let (c, r) = (whole(c), signed_tenths(*r));
                at = (c.0 - r, c.1);
                push(&mut out, 'M', &[at.0, at.1]);
                push(&mut out, 'a', &[r, r, 0, 10, 0, 2 * r, 0]);
                push(&mut out, 'a', &[r, r, 0, 10, 0, -2 * r, 0]);
            }
            Step::Close => {
                out.push('z');
                at = start;
            }
        }
    }
    out
}

#[expect(clippy::cast_possible_truncation, reason = "coordinates are far below 2^53")]
fn signed_tenths(value: f64) -> i64 {
    (value * 10.0).round() as i64
}

fn push(out: &mut String, letter: char, tenths: &[i64]) {
    out.push(letter);
    push_numbers(out, tenths);
}

/// Numbers given in tenths; a minus sign parts two numbers as well as a blank does.
fn push_numbers(out: &mut String, tenths: &[i64]) {
    for (i, &n) in tenths.iter().enumerate() {
        if i > 0 && n >= 0 {
            out.push(' ');
        }
        let (sign, n) = (if n < 0 { "-" } else { "" }, n.unsigned_abs());
        let _ = match (n / 10, n % 10) {
            (whole, 0) => write!(out, "{sign}{whole}"),
            (0, part) => write!(out, "{sign}.{part}"),
            (whole, part) => write!(out, "{sign}{whole}.{part}"),
        };
    }
}

#[cfg(test)]
mod tests;
