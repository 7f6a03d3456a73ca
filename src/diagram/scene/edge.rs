//! An edge: its line with round corners, its head, its label.

use super::{Dash, Element, MAX_TEXT, Mark, Paint, Point, Prim, Rect, Step, Style, edge_tooltip, end_path};
use crate::diagram::card::{self, EDGE, EDGE_LINE};
use crate::diagram::drawing::{Drawing, Edge, End, Op};
use crate::diagram::layout::{Line, Placement};
use crate::diagram::text::clean;

/// Radius of a corner.
const CORNER: f64 = 6.0;
/// Length and half width of a head.
const HEAD: (f64, f64) = (8.0, 3.6);
/// Half the distance of the two strokes of a replication.
const APART: f64 = 1.6;

pub(super) fn mark(drawing: &Drawing, placed: &Placement, edge: &Edge, line: &Line, ground: Paint) -> Mark {
    let mut points = line.points.clone();
    reach(drawing, placed, edge.from, &mut points, true);
    reach(drawing, placed, edge.to, &mut points, false);
    let mut prims = strokes(edge.op, &points);
    if let (Some(rect), Some((lines, ..))) = (line.label, card::edge_label(edge)) {
        prims.extend(label(&lines.lines, rect, ground));
    }
    let element = Element::Edge {
        id: edge.id.clone(),
        from: clean(&end_path(drawing, edge.from), MAX_TEXT),
        to: clean(&end_path(drawing, edge.to), MAX_TEXT),
    };
    Mark { element: Some(element), tooltip: Some(edge_tooltip(drawing, edge)), prims }
}

fn label(lines: &[String], rect: Rect, ground: Paint) -> Vec<Prim> {
    let mut y = rect.y;
    let mut prims = Vec::new();
    for line in lines {
        let at = Point { x: (rect.x + rect.w / 2.0).round(), y: (y + 11.0).round() };
        let text = line.clone();
        prims.push(Prim::Text { at, text, font: EDGE, centred: true, paint: Paint::Muted, halo: ground });
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
pub(super) fn strokes(op: Op, points: &[Point]) -> Vec<Prim> {
    let [.., before, tip] = points else { return Vec::new() };
    let (before, tip) = (*before, *tip);
    let mut body = points.to_vec();
    let ends_in_head = op != Op::Link;
    if ends_in_head && let Some(last) = body.last_mut() {
        *last = back(before, tip, if op == Op::Message { 1.0 } else { HEAD.0 - 1.0 });
    }
    let mut prims = Vec::new();
    let path = |points: &[Point], style| Prim::Path { steps: rounded(points), style };
    match op {
        Op::Call => prims.push(path(&body, Style::line(Paint::Line, 1.4))),
        Op::Message => {
            prims.push(path(&body, Style { dash: Dash::Dashed, ..Style::line(Paint::Line, 1.4) }));
        }
        Op::Link => prims.push(path(&body, Style::line(Paint::Line, 0.8))),
        Op::Replication => {
            for side in [-APART, APART] {
                prims.push(path(&beside(&body, side), Style::line(Paint::Line, 1.1)));
            }
        }
    }
    if ends_in_head {
        prims.push(head(before, tip, op == Op::Message));
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
fn head(before: Point, tip: Point, open: bool) -> Prim {
    let (dx, dy) = (tip.x - before.x, tip.y - before.y);
    let whole = dx.hypot(dy).max(1e-9);
    let (ux, uy) = (dx / whole, dy / whole);
    let wing = |side: f64| Point {
        x: tip.x - ux * HEAD.0 - uy * HEAD.1 * side,
        y: tip.y - uy * HEAD.0 + ux * HEAD.1 * side,
    };
    let mut steps = vec![Step::Move(wing(1.0)), Step::Line(tip), Step::Line(wing(-1.0))];
    if open {
        return Prim::Path { steps, style: Style::line(Paint::Line, 1.4) };
    }
    steps.push(Step::Close);
    Prim::Path { steps, style: Style::filled(Paint::Line) }
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
