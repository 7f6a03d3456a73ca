//! The style sheets of an SVG: a rule for each colour, width and font in use. It knows paints, not what they paint.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::number;
use crate::diagram::palette::{Mode, Paint, Theme};
use crate::diagram::scene::{Prim, Scene};
use crate::diagram::shape::Icon;

const FONTS: &str = "system-ui,-apple-system,Segoe UI,Roboto,Noto Sans,DejaVu Sans,Arial,sans-serif";
/// The one that pictures without a reader's fonts carry.
const PLAIN_FONT: &str = "'DejaVu Sans'";
/// What most lines and texts have needs no class: tenths of a pixel.
pub(super) const USUAL_WIDTH: u32 = 14;
pub(super) const USUAL_FONT: (u32, bool) = (110, false);

/// What the scene paints with, in a fixed order.
#[derive(Default)]
pub(super) struct Used {
    fills: BTreeSet<Paint>,
    strokes: BTreeSet<Paint>,
    halos: BTreeSet<Paint>,
    /// Widths of strokes in tenths of a pixel.
    widths: BTreeSet<u32>,
    pub(super) icons: BTreeSet<Icon>,
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

pub(super) fn used(scene: &Scene) -> Used {
    let mut used = Used::default();
    used.fills.insert(Paint::Canvas);
    for prim in scene.marks.iter().flat_map(|m| &m.prims) {
        match prim {
            Prim::Rect { style, .. } | Prim::Path { style, .. } => {
                used.fills.insert(style.fill);
                used.strokes.insert(style.stroke);
                if !is_nothing(style.stroke, scene) {
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
        set.retain(|paint| !is_nothing(*paint, scene));
    }
    used
}

/// Whether a paint is nothing in every theme that the picture may be seen in.
pub(super) fn is_nothing(paint: Paint, scene: &Scene) -> bool {
    let modes: &[Mode] = match scene.theme {
        Theme::Auto => &[Mode::Light, Mode::Dark],
        Theme::Light => &[Mode::Light],
        Theme::Dark => &[Mode::Dark],
        Theme::Print => &[Mode::Print],
    };
    modes.iter().all(|mode| paint.of(*mode, &scene.colours) == "none")
}

/// Colours are custom properties, so that a page may set its own; each use says a plain colour first for programs that
/// know no properties. Names are the same in every picture: pictures in one page do not disturb one another.
pub(super) fn stylesheet(scene: &Scene, used: &Used) -> String {
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
pub(super) fn plain_stylesheet(scene: &Scene, used: &Used) -> String {
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
pub(super) fn tenths(value: f64) -> u32 {
    (value * 10.0).round() as u32
}

/// The class of a font.
pub(super) fn face(size: u32, bold: bool) -> String {
    format!("{}{size}", if bold { 'b' } else { 'r' })
}
