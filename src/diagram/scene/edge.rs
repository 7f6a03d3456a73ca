//! An edge: its line with round corners, its head, its label.

use super::{
    Dash, Element, MAX_TEXT, Mark, Paint, Point, Prim, Rect, Step, Style, edge_tooltip, end_path, sign,
};
use crate::diagram::card::{self, EDGE, EDGE_LINE};
use crate::diagram::drawing::{Drawing, Edge, End, Op};
use crate::diagram::layout::{Line, Placement};
use crate::diagram::sign::{Sign, Tone};
use crate::diagram::text::clean;

/// Radius of a corner.
const CORNER: f64 = 6.0;
/// Length and half width of a head.
const HEAD: (f64, f64) = (8.0, 3.6);
/// Half the distance of the two strokes of a replication.
const APART: f64 = 1.6;

/// What lines are drawn with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pen {
    pub(super) paint: Paint,
    /// Against the usual.
    pub(super) scale: f64,
}

/// What most lines are drawn with.
pub(super) const USUAL: Pen = Pen { paint: Paint::Line, scale: 1.0 };
/// Width of a call's line in pixels.
const WIDTH: f64 = 1.4;

impl Pen {
    /// The ink of a tone, the width in pixels.
    pub(super) fn of(tone: Option<Tone>, width: Option<f64>) -> Self {
        Self { paint: tone.map_or(Paint::Line, Paint::Tone), scale: width.map_or(1.0, |w| w / WIDTH) }
    }
}

pub(super) fn mark(
    drawing: &Drawing,
    placed: &Placement,
    edge: &Edge,
    line: &Line,
    ground: Paint,
    over: Option<&Sign>,
) -> Mark {
    let mut points = line.points.clone();
    reach(drawing, placed, edge.from, &mut points, true);
    reach(drawing, placed, edge.to, &mut points, false);
    let pen = over.map_or(USUAL, |sign| Pen::of(sign.tone, sign.width));
    let mut prims = strokes(edge.op, &points, pen);
    if let (Some(rect), Some((lines, ..))) = (line.label, card::edge_label(edge)) {
        prims.extend(label(&lines.lines, rect, ground));
    }
    let element = Element::Edge {
        id: edge.id.clone(),
        from: clean(&end_path(drawing, edge.from), MAX_TEXT),
        to: clean(&end_path(drawing, edge.to), MAX_TEXT),
    };
    let mut mark = Mark { element: Some(element), tooltip: Some(edge_tooltip(drawing, edge)), prims };
    if let Some(over) = over {
        if over.faint {
            sign::fade(&mut mark);
        }
        sign::remark(&mut mark, over);
    }
    mark
}

/// The pills of an edge: beside its label, else on its longest stretch.
pub(super) fn tags(line: &Line, over: &Sign) -> Vec<Prim> {
    if over.tags.is_empty() {
        return Vec::new();
    }
    let long = |pair: &[Point]| match *pair {
        [a, b] => (a.x - b.x).abs() + (a.y - b.y).abs(),
        _ => 0.0,
    };
    let middle = match line.label {
        Some(rect) => {
            let x = rect.x + 1.0 - sign::row_width(&over.tags) / 2.0;
            Some(Point { x, y: rect.y + rect.h / 2.0 })
        }
        None => {
            line.points.windows(2).max_by(|a, b| long(a).total_cmp(&long(b))).and_then(|pair| match *pair {
                [a, b] => Some(Point { x: (a.x + b.x) / 2.0, y: (a.y + b.y) / 2.0 }),
                _ => None,
            })
        }
    };
    middle.map(|middle| sign::row(&over.tags, middle)).unwrap_or_default()
}

/// A label's lines. Where the edge could be seen through it, between words and lines, it has a ground of its own.
fn label(lines: &[String], rect: Rect, ground: Paint) -> Vec<Prim> {
    let mut y = rect.y;
    let mut prims = Vec::new();
    // between letters as wide as ideographs the edge shows too
    let open = lines.len() > 1 || lines.iter().any(|line| line.contains(' ') || !line.is_ascii());
    if open {
        let rect = Rect { x: rect.x + 1.0, w: rect.w - 2.0, ..rect };
        prims.push(Prim::Rect { rect, radius: 0.0, style: Style::filled(ground) });
    }
    let halo = if open { Paint::None } else { ground };
    for line in lines {
        let at = Point { x: (rect.x + rect.w / 2.0).round(), y: (y + 11.0).round() };
        let text = line.clone();
        prims.push(Prim::Text { at, text, font: EDGE, centred: true, paint: Paint::Muted, halo });
        y += EDGE_LINE;
    }
    prims
}

/// Draws the end up to the outline where that lies inside the node's box.
fn reach(drawing: &Drawing, placed: &Placement, end: End, points: &mut [Point], first: bool) {
    let End::Node(i) = end else { return };
    let (Some(node), Some(rect)) = (drawing.nodes.get(i), placed.nodes.get(i)) else { return };
    let (at, next) = match (first, &mut *points) {
        (true, [at, next, ..]) => (at, *next),
        (false, [.., next, at]) => (at, *next),
        _ => return,
    };
    let dent = card::card(node).outline.dent(at.x - rect.x, at.y - rect.y, rect.w, rect.h);
    let (dx, dy) = ((at.x - next.x).signum(), (at.y - next.y).signum());
    if (at.y - next.y).abs() > (at.x - next.x).abs() {
        at.y += dy * dent;
    } else {
        at.x += dx * dent;
    }
}

/// The lines and the head of an edge along its points.
pub(super) fn strokes(op: Op, points: &[Point], pen: Pen) -> Vec<Prim> {
    let [.., before, tip] = points else { return Vec::new() };
    let (before, tip) = (*before, *tip);
    let mut body = points.to_vec();
    let ends_in_head = op != Op::Link;
    // a wide line needs a larger head, not one that grows as fast
    let size = if pen.scale > 1.0 { pen.scale.sqrt() } else { 1.0 };
    if ends_in_head && let Some(last) = body.last_mut() {
        *last = back(before, tip, if op == Op::Message { pen.scale.max(1.0) } else { HEAD.0 * size - 1.0 });
    }
    let mut prims = Vec::new();
    let path = |points: &[Point], style| Prim::Path { steps: rounded(points), style };
    let line = |width: f64| Style::line(pen.paint, width * pen.scale);
    match op {
        Op::Call => prims.push(path(&body, line(WIDTH))),
        Op::Message => prims.push(path(&body, Style { dash: Dash::Dashed, ..line(WIDTH) })),
        Op::Link => prims.push(path(&body, line(0.8))),
        Op::Replication => {
            for side in [-APART, APART] {
                prims.push(path(&beside(&body, side * size), line(1.1)));
            }
        }
    }
    if ends_in_head {
        prims.push(head(before, tip, op == Op::Message, size, pen));
    }
    prims
}

/// The point before `tip` by `length`, but not beyond `before`.
fn back(before: Point, tip: Point, length: f64) -> Point {
    let (dx, dy) = (tip.x - before.x, tip.y - before.y);
    let whole = dx.hypot(dy);
    let part = if whole > 0.0 { (length / whole).min(1.0) } else { 0.0 };
    Point { x: tip.x - dx * part, y: tip.y - dy * part }
}

/// A filled triangle, or two strokes for a message.
fn head(before: Point, tip: Point, open: bool, size: f64, pen: Pen) -> Prim {
    let (length, half) = (HEAD.0 * size, HEAD.1 * size);
    let (dx, dy) = (tip.x - before.x, tip.y - before.y);
    let whole = dx.hypot(dy).max(1e-9);
    let (ux, uy) = (dx / whole, dy / whole);
    let wing = |side: f64| Point {
        x: tip.x - ux * length - uy * half * side,
        y: tip.y - uy * length + ux * half * side,
    };
    let mut steps = vec![Step::Move(wing(1.0)), Step::Line(tip), Step::Line(wing(-1.0))];
    if open {
        return Prim::Path { steps, style: Style::line(pen.paint, WIDTH * size) };
    }
    steps.push(Step::Close);
    Prim::Path { steps, style: Style::filled(pen.paint) }
}

/// The polyline with round corners.
fn rounded(points: &[Point]) -> Vec<Step> {
    let mut steps = Vec::new();
    for (i, &at) in points.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| points.get(i));
        match (before, points.get(i + 1)) {
            (None, _) => steps.push(Step::Move(at)),
            (Some(_), None) => steps.push(Step::Line(at)),
            (Some(&before), Some(&after)) => {
                let length = |p: Point| (p.x - at.x).hypot(p.y - at.y);
                let r = CORNER.min(length(before) / 2.0).min(length(after) / 2.0);
                let (a, b) = (back(before, at, r), back(after, at, r));
                steps.push(Step::Line(a));
                steps.push(Step::Bend(at, b));
            }
        }
    }
    steps
}

/// The same way, `shift` to its side.
fn beside(points: &[Point], shift: f64) -> Vec<Point> {
    let normal = |a: Point, b: Point| {
        let whole = (b.x - a.x).hypot(b.y - a.y).max(1e-9);
        Point { x: -(b.y - a.y) / whole * shift, y: (b.x - a.x) / whole * shift }
    };
    let mut out = Vec::with_capacity(points.len());
    for (i, &at) in points.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| points.get(i)).map(|&p| normal(p, at));
        let after = points.get(i + 1).map(|&p| normal(at, p));
        // At a right angle each stretch moves along its own normal, so the corner moves along both.
        let turned = |a: Point, b: Point| (a.x * b.x + a.y * b.y).abs() < 1e-6;
        let move_by = match (before, after) {
            (Some(a), Some(b)) if turned(a, b) => Point { x: a.x + b.x, y: a.y + b.y },
            (Some(n), _) | (None, Some(n)) => n,
            (None, None) => Point::default(),
        };
        out.push(Point { x: at.x + move_by.x, y: at.y + move_by.y });
    }
    out
}
