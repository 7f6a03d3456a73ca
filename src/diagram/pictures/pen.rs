//! Strokes that the pictures share: lines, boxes, texts as primitives of the scene. It knows no picture.

use crate::diagram::drawing::Op;
use crate::diagram::layout::{Point, Rect};
use crate::diagram::palette::Paint;
use crate::diagram::scene::{Dash, Mark, Prim, Scene, Step, Style};
use crate::diagram::text::{Font, Lines, clean, width, wrap};

/// Of most texts.
pub(super) const TEXT: Font = Font { size: 11.0, bold: false };
/// Of what stands out among them.
pub(super) const STRONG: Font = Font { size: 11.0, bold: true };
/// Of second rank.
pub(super) const SMALL: Font = Font { size: 10.0, bold: false };
/// Of the picture's heading.
pub(super) const HEAD: Font = Font { size: 15.0, bold: true };
/// Room around a picture.
pub(super) const MARGIN: f64 = 24.0;
/// Characters of a text that are looked at.
pub(super) const MAX_TEXT: usize = 400;

/// Text from its left end.
pub(super) fn left(x: f64, y: f64, text: impl Into<String>, font: Font, paint: Paint) -> Prim {
    let at = Point { x, y };
    Prim::Text { at, text: text.into(), font, centred: false, paint, halo: Paint::None }
}

/// Text around its middle.
pub(super) fn middle(x: f64, y: f64, text: impl Into<String>, font: Font, paint: Paint) -> Prim {
    let at = Point { x, y };
    Prim::Text { at, text: text.into(), font, centred: true, paint, halo: Paint::None }
}

/// The same text with the page's colour around its letters.
pub(super) fn over_lines(prim: Prim) -> Prim {
    match prim {
        Prim::Text { at, text, font, centred, paint, .. } => {
            Prim::Text { at, text, font, centred, paint, halo: Paint::Canvas }
        }
        other => other,
    }
}

/// A straight line.
pub(super) fn line(from: (f64, f64), to: (f64, f64), paint: Paint, width: f64, dash: Dash) -> Prim {
    path(&[from, to], Style { dash, ..Style::line(paint, width) })
}

/// A line over several points.
pub(super) fn path(points: &[(f64, f64)], style: Style) -> Prim {
    let step = |(i, &(x, y)): (usize, &(f64, f64))| {
        let at = Point { x, y };
        if i == 0 { Step::Move(at) } else { Step::Line(at) }
    };
    Prim::Path { steps: points.iter().enumerate().map(step).collect(), style }
}

/// A closed shape over several points.
pub(super) fn polygon(points: &[(f64, f64)], style: Style) -> Prim {
    match path(points, style) {
        Prim::Path { mut steps, style } => {
            steps.push(Step::Close);
            Prim::Path { steps, style }
        }
        other => other,
    }
}

/// A filled box.
pub(super) fn rect(x: f64, y: f64, w: f64, h: f64, radius: f64, style: Style) -> Prim {
    Prim::Rect { rect: Rect { x, y, w, h }, radius, style }
}

/// The outline of a box: what stands behind it is seen.
pub(super) fn frame(x: f64, y: f64, w: f64, h: f64, style: Style) -> Prim {
    polygon(&[(x, y), (x + w, y), (x + w, y + h), (x, y + h)], Style { fill: Paint::None, ..style })
}

/// Filled and outlined.
pub(super) fn boxed(fill: Paint, stroke: Paint, width: f64) -> Style {
    Style { fill, stroke, width, dash: Dash::Solid }
}

/// What users wrote, cleaned and cut to lines.
pub(super) fn lines(text: &str, font: Font, room: f64, most: usize) -> Lines {
    wrap(&clean(text, MAX_TEXT), font, room, most)
}

/// What users wrote on one line that fits.
pub(super) fn one_line(text: &str, font: Font, room: f64) -> String {
    lines(text, font, room, 1).lines.pop().unwrap_or_default()
}

/// A scene with its heading; gives where the picture goes on below it.
pub(super) fn headed(title: &str, says: &[String]) -> (Scene, f64) {
    let mut scene = Scene { title: clean(title, MAX_TEXT), ..Scene::default() };
    let mut mark = Mark::default();
    let mut y = MARGIN + 12.0;
    for text in lines(title, HEAD, 640.0, 2).lines {
        grow(&mut scene, MARGIN + width(&text, HEAD));
        mark.prims.push(left(MARGIN, y, text, HEAD, Paint::Ink));
        y += 20.0;
    }
    for text in says {
        for text in lines(text, TEXT, 640.0, 3).lines {
            grow(&mut scene, MARGIN + width(&text, TEXT));
            mark.prims.push(left(MARGIN, y, text, TEXT, Paint::Muted));
            y += 16.0;
        }
    }
    scene.description = clean(&says.join(". "), MAX_TEXT);
    scene.marks.push(mark);
    (scene, y + 4.0)
}

/// Makes the scene reach that far to the right, margin apart.
pub(super) fn grow(scene: &mut Scene, right: f64) {
    scene.width = scene.width.max((right + MARGIN).ceil());
}

/// An arrow along its points: a call solid with a full head, a message dashed with an open one, a copy double.
pub(super) fn arrow(op: Op, points: &[(f64, f64)]) -> Vec<Prim> {
    let [.., before, tip] = points else { return Vec::new() };
    let way = if before.0 <= tip.0 { 1.0 } else { -1.0 };
    let mut body = points.to_vec();
    if let (Op::Call | Op::Replication, Some(last)) = (op, body.last_mut()) {
        last.0 -= way * 7.0;
    }
    let dash = if op == Op::Message { Dash::Dashed } else { Dash::Solid };
    let sides: &[f64] = if op == Op::Replication { &[-1.6, 1.6] } else { &[0.0] };
    let beside = |side: &f64| {
        let points: Vec<(f64, f64)> = body.iter().map(|(x, y)| (*x, y + side)).collect();
        path(&points, Style { dash, ..Style::line(Paint::Line, 1.4) })
    };
    let mut prims: Vec<Prim> = sides.iter().map(beside).collect();
    prims.push(head(before.0, *tip, op == Op::Message));
    prims
}

/// The sign of a call's end at `tip`, coming along x from the side of `from`.
pub(super) fn head(from: f64, tip: (f64, f64), open: bool) -> Prim {
    let back = if from <= tip.0 { -8.0 } else { 8.0 };
    let points = [(tip.0 + back, tip.1 - 3.6), tip, (tip.0 + back, tip.1 + 3.6)];
    if open {
        path(&points, Style::line(Paint::Line, 1.4))
    } else {
        polygon(&points, Style::filled(Paint::Line))
    }
}

/// A round step that parts `whole` into about so many.
pub(super) fn tick(whole: f64, parts: f64) -> f64 {
    let rough = whole / parts;
    if !rough.is_finite() || rough <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0].map(|step| step * power);
    steps.into_iter().find(|step| *step >= rough * (1.0 - 1e-9)).unwrap_or(rough)
}

/// From nothing to `whole`; at most some fifty, whatever is asked for.
pub(super) fn ticks(tick: f64, whole: f64) -> impl Iterator<Item = f64> {
    (0..50).map(move |i| f64::from(i) * tick).take_while(move |at| *at <= whole * (1.0 + 1e-9))
}
