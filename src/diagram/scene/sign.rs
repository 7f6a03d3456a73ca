//! Signs: halos, pills and what steps back. Each tone has a form of its own, for not everybody sees its colour.

use super::{Dash, Mark, Paint, Point, Prim, Rect, Style};
use crate::diagram::card::BADGE;
use crate::diagram::sign::{Sign, Tag, Tone};
use crate::diagram::text::{clean, width, wrap};

/// Height of a pill.
pub(super) const PILL: f64 = 16.0;
/// How far a halo stands out.
const OUT: f64 = 5.0;
/// Between two pills.
const GAP: f64 = 3.0;
/// Half the width of a line's head.
const HEAD: f64 = 4.0;
/// A pill is no place for sentences.
const MOST_WIDTH: f64 = 150.0;

/// Lays a sign over a node; its halo lies behind the lines, and its pills where no line ends, if there is such a corner.
pub(super) fn over_node(mark: &mut Mark, rect: Rect, sign: &Sign, ends: &[Point]) {
    if sign.faint {
        fade(mark);
    }
    corner(mark, rect, sign, ends);
    remark(mark, sign);
}

/// Lays a sign over a group, whose border is its halo.
pub(super) fn over_group(mark: &mut Mark, rect: Rect, sign: &Sign) {
    if sign.faint {
        fade(mark);
    }
    if let (Some(tone), Some(Prim::Rect { style, .. })) = (sign.tone, mark.prims.first_mut()) {
        let fill = style.fill;
        *style = Style { fill, ..ring(tone) };
    }
    corner(mark, rect, sign, &[]);
    remark(mark, sign);
}

/// Adds to what is said when an element is pointed at.
pub(super) fn remark(mark: &mut Mark, sign: &Sign) {
    let text = clean(&sign.remark, super::MAX_TEXT);
    if let (false, Some(tooltip)) = (text.is_empty(), &mut mark.tooltip) {
        tooltip.push_str(" · ");
        tooltip.push_str(&super::isolate(&text));
    }
}

/// A halo around a box.
pub(super) fn halo(rect: Rect, tone: Tone) -> Prim {
    let rect = Rect { x: rect.x - OUT, y: rect.y - OUT, w: rect.w + 2.0 * OUT, h: rect.h + 2.0 * OUT };
    Prim::Rect { rect, radius: 11.0, style: ring(tone) }
}

fn ring(tone: Tone) -> Style {
    let (width, dash) = match tone {
        Tone::Good => (1.0, Dash::Solid),
        Tone::Info => (1.4, Dash::Dotted),
        Tone::Warn => (2.0, Dash::Dashed),
        Tone::Bad | Tone::Step => (2.6, Dash::Solid),
    };
    Style { fill: Paint::Wash(tone), stroke: Paint::Tone(tone), width, dash }
}

/// Pills on a border: in the first corner, from the upper right one on, where they hide no end of a line.
fn corner(mark: &mut Mark, rect: Rect, sign: &Sign, ends: &[Point]) {
    if sign.tags.is_empty() {
        return;
    }
    let w = row_width(&sign.tags);
    let (right, left) = (rect.x + rect.w + OUT - w, rect.x - OUT);
    let (up, down) = (rect.y - PILL / 2.0 - 1.0, rect.y + rect.h - PILL / 2.0 + 1.0);
    let tries = [(right, up), (left, up), (right, down), (left, down)];
    let free = |(x, y): &(f64, f64)| {
        let hides =
            |p: &Point| p.x > x - HEAD && p.x < x + w + HEAD && p.y > y - HEAD && p.y < y + PILL + HEAD;
        !ends.iter().any(hides)
    };
    let (x, y) = tries.into_iter().find(free).unwrap_or((right, up));
    mark.prims.extend(row(&sign.tags, Point { x: x + w / 2.0, y: y + PILL / 2.0 }));
}

/// How wide a row of pills is.
pub(super) fn row_width(tags: &[Tag]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a few pills")]
    let gaps = tags.len().saturating_sub(1) as f64 * GAP;
    tags.iter().map(pill_width).sum::<f64>() + gaps
}

/// Pills in a row around a point.
pub(super) fn row(tags: &[Tag], middle: Point) -> Vec<Prim> {
    let mut x = middle.x - row_width(tags) / 2.0;
    let mut prims = Vec::new();
    for tag in tags {
        prims.extend(pill(tag, Point { x, y: middle.y - PILL / 2.0 }));
        x += pill_width(tag) + GAP;
    }
    prims
}

fn letters(tag: &Tag) -> String {
    wrap(&clean(&tag.text, 80), BADGE, MOST_WIDTH, 1).lines.pop().unwrap_or_default()
}

/// How wide a tag's pill is.
pub(super) fn pill_width(tag: &Tag) -> f64 {
    (width(&letters(tag), BADGE) + 10.0).max(PILL)
}

/// A tag: filled where it is worst, else an outline.
pub(super) fn pill(tag: &Tag, at: Point) -> [Prim; 2] {
    let w = pill_width(tag);
    let rect = Rect { x: at.x, y: at.y, w, h: PILL };
    let full = matches!(tag.tone, Tone::Bad | Tone::Step);
    let fill = if full { Paint::Tone(tag.tone) } else { Paint::Canvas };
    let style = Style { fill, stroke: Paint::Tone(tag.tone), width: 1.2, dash: Dash::Solid };
    let radius = if tag.tone == Tone::Warn { 3.0 } else { PILL / 2.0 };
    let text = Prim::Text {
        at: Point { x: at.x + w / 2.0, y: at.y + 11.8 },
        text: letters(tag),
        font: BADGE,
        centred: true,
        paint: if full { Paint::Canvas } else { Paint::Tone(tag.tone) },
        halo: Paint::None,
    };
    [Prim::Rect { rect, radius, style }, text]
}

/// Steps back: quieter inks that still can be read.
pub(super) fn fade(mark: &mut Mark) {
    let quiet = |paint: &mut Paint, instead: Paint| {
        if matches!(paint, Paint::Ink | Paint::Line | Paint::Accent(_)) {
            *paint = instead;
        }
    };
    for prim in &mut mark.prims {
        match prim {
            Prim::Rect { style, .. } | Prim::Path { style, .. } => {
                quiet(&mut style.stroke, Paint::Border);
                quiet(&mut style.fill, Paint::Border);
                if matches!(style.fill, Paint::Soft(_)) {
                    style.fill = Paint::Surface;
                }
            }
            Prim::Icon { paint, .. } => quiet(paint, Paint::Border),
            Prim::Text { paint, .. } => quiet(paint, Paint::Muted),
        }
    }
}
