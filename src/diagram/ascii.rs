//! Prints a drawing with letters, for terminals: placed by the engine of all pictures, with boxes measured in cells. One cell
//! is as wide and as high as two lines lie apart, so what does not touch there does not touch here.

mod grid;

use std::fmt::Write as _;

use super::drawing::{Drawing, Edge, End, Node, Op};
use super::layout::graph::{self, Graph};
use super::layout::{self, Line, Placement, Rect, Size};
use super::text::clean;
use grid::{Grid, Stroke, columns, cut};

/// Pixels of the layout to a cell: its distance of two parallel lines.
const CELL: f64 = 11.0;
/// Columns of a text in a box, of a group's title and beside an edge.
const MOST: usize = 24;
/// Cells of a picture that a terminal may still show.
const LIMIT: usize = 2_000_000;

/// The drawing as text.
#[must_use]
pub fn ascii(drawing: &Drawing, options: &layout::Options) -> String {
    let placed = layout::layout(&measured(drawing), options);
    let (w, h) = (cells(placed.width) + 3, cells(placed.height) + 3);
    if w.saturating_mul(h) > LIMIT {
        return listed(drawing);
    }
    let mut grid = Grid::new(w, h);
    for (group, rect) in drawing.groups.iter().zip(&placed.groups) {
        let (x, y, w, h) = frame(rect);
        grid.frame(x, y, w, h, ['┌', '┐', '└', '┘']);
        grid.write(x + 2, y, &format!(" {} ", cut(&clean(group.title(), 400), w.saturating_sub(6))));
    }
    for (edge, line) in drawing.edges.iter().zip(&placed.edges) {
        draw_line(&mut grid, &placed, edge, line);
    }
    for (node, rect) in drawing.nodes.iter().zip(&placed.nodes) {
        let (x, y, w, h) = frame(rect);
        grid.clear(x, y, w, h);
        grid.frame(x, y, w, h, ['╭', '╮', '╰', '╯']);
        for (at, text) in lines(node).iter().enumerate() {
            let room = w.saturating_sub(4);
            let text = cut(text, room);
            grid.write(x + 2 + (room - columns(&text).min(room)) / 2, y + 1 + at, &text);
        }
    }
    for (edge, line) in drawing.edges.iter().zip(&placed.edges) {
        if let Some(rect) = line.label {
            grid.write(cells(rect.x), cells(rect.y), &label(edge));
        }
    }
    format!("{}{}", grid.print(), key(drawing))
}

/// Boxes in cells, as the layout wants them.
fn measured(drawing: &Drawing) -> Graph {
    #[expect(clippy::cast_precision_loss, reason = "a few dozen columns")]
    let size = |columns: usize, lines: usize| Size { w: columns as f64 * CELL, h: lines as f64 * CELL };
    let node = |node: &Node| {
        let lines = lines(node);
        let widest = lines.iter().map(|line| columns(line)).max().unwrap_or(0);
        graph::Node { size: size(widest.max(3) + 4, lines.len() + 2), parent: node.parent }
    };
    let edge = |edge: &Edge| {
        let text = label(edge);
        let label = (!text.is_empty()).then(|| size(columns(&text), 1));
        graph::Edge { from: edge.from, to: edge.to, op: edge.op, label }
    };
    let group = |group: &super::drawing::Group| {
        let title = columns(&cut(&clean(group.title(), 400), MOST)) + 6;
        graph::Group { title: size(title, 1).w, parent: group.parent }
    };
    Graph {
        direction: drawing.direction,
        nodes: drawing.nodes.iter().map(node).collect(),
        groups: drawing.groups.iter().map(group).collect(),
        edges: drawing.edges.iter().map(edge).collect(),
        hints: drawing.hints.clone(),
    }
}

fn lines(node: &Node) -> Vec<String> {
    let title = clean(node.title(), 400);
    let second: Vec<String> =
        [&node.tech, &node.badge].into_iter().flatten().map(|t| clean(t, 400)).collect();
    let mut lines = vec![cut(&title, MOST)];
    if !second.is_empty() {
        lines.push(cut(&second.join(" "), MOST));
    }
    lines
}

fn label(edge: &Edge) -> String {
    cut(&clean(&edge.label, 400), MOST)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "kept within what is sensible")]
fn cells(pixels: f64) -> usize {
    (pixels / CELL).round().clamp(0.0, 1e6) as usize
}

/// Left, top, width and height in cells.
fn frame(rect: &Rect) -> (usize, usize, usize, usize) {
    (cells(rect.x), cells(rect.y), cells(rect.w).max(2), cells(rect.h).max(2))
}

/// A line ends before the box it leads to; a box spans its first cell to the one before its end.
fn draw_line(grid: &mut Grid, placed: &Placement, edge: &Edge, line: &Line) {
    let stroke = match edge.op {
        Op::Call => Stroke::Plain,
        Op::Message => Stroke::Dashed,
        Op::Replication => Stroke::Double,
        Op::Link => Stroke::Dotted,
    };
    let mut points: Vec<(usize, usize)> = line.points.iter().map(|p| (cells(p.x), cells(p.y))).collect();
    let last = points.len().saturating_sub(1);
    for (at, end) in [(0, edge.from), (last, edge.to)] {
        let End::Node(node) = end else { continue };
        let (Some(rect), Some(point)) = (placed.nodes.get(node), points.get_mut(at)) else { continue };
        let (x, y, w, h) = frame(rect);
        let near = line.points.get(at);
        let level = near.is_some_and(|p| (p.y - rect.y).abs() < 1.0 || (p.y - rect.y - rect.h).abs() < 1.0);
        if level {
            point.0 = point.0.clamp(x + 1, (x + w).saturating_sub(2).max(x + 1));
            point.1 =
                if near.is_some_and(|p| (p.y - rect.y).abs() < 1.0) { y.saturating_sub(1) } else { y + h };
        } else {
            point.1 = point.1.clamp(y + 1, (y + h).saturating_sub(2).max(y + 1));
            point.0 = if point.0 <= x + w / 2 { x.saturating_sub(1) } else { x + w };
        }
    }
    straighten(&mut points);
    grid.line(&points, stroke);
    if edge.op != Op::Link
        && let [.., before, tip] = points[..]
    {
        grid.head(before, tip);
    }
}

/// Moving an end by a cell must not make its stretch slant: the bend next to it moves along.
fn straighten(points: &mut Vec<(usize, usize)>) {
    let mut out: Vec<(usize, usize)> = Vec::with_capacity(points.len() + 2);
    for &point in points.iter() {
        if let Some(&last) = out.last()
            && last.0 != point.0
            && last.1 != point.1
        {
            // half way down, so that neither end turns at its box
            let middle = usize::midpoint(last.1, point.1);
            out.push((last.0, middle));
            out.push((point.0, middle));
        }
        out.push(point);
    }
    *points = out;
}

/// What the lines mean, of those that occur.
fn key(drawing: &Drawing) -> String {
    let mut words = Vec::new();
    for op in Op::ALL {
        if drawing.edges.iter().any(|edge| edge.op == op) {
            let sample = match op {
                Op::Call => "──▶",
                Op::Message => "╌╌▶",
                Op::Replication => "══▶",
                Op::Link => "┈┈┈",
            };
            words.push(format!("{sample} {}", op.name()));
        }
    }
    if words.is_empty() { String::new() } else { format!("\n{}\n", words.join("   ")) }
}

/// What is too large for a terminal, in words.
fn listed(drawing: &Drawing) -> String {
    let mut out = String::new();
    let name = |end: End| match end {
        End::Node(i) => drawing.nodes.get(i).map(Node::title),
        End::Group(i) => drawing.groups.get(i).map(super::drawing::Group::title),
    };
    for edge in &drawing.edges {
        let title = |end| clean(name(end).unwrap_or_default(), 80);
        let _ = write!(out, "{} {} {}", title(edge.from), edge.op.as_str(), title(edge.to));
        let label = label(edge);
        let _ = if label.is_empty() { writeln!(out) } else { writeln!(out, "  {label}") };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::testing;

    fn draw(drawing: &Drawing) -> String {
        ascii(drawing, &layout::Options::default())
    }

    #[test]
    fn draws_boxes_titles_labels_and_heads() {
        let out = draw(&testing::pair());
        for part in
            ["│  API  │", "│ go ×3 │", "┌─ us-east-1 ", "Links", "a\"b", "70 ms", "╌╌▶ message", "┈┈┈ link"]
        {
            assert!(out.contains(part), "{part} is missing in\n{out}");
        }
        assert!(out.contains('▼') || out.contains('▶'), "{out}");
        assert!(!out.contains("══▶"), "{out}");
    }

    #[test]
    fn hostile_text_moves_no_cell() {
        for (label, drawing) in testing::hostile() {
            let out = draw(&drawing);
            assert!(!out.chars().any(|c| c.is_control() && c != '\n'), "{label:?}");
            assert!(!out.contains('\u{202e}') && !out.contains('\u{2066}'), "{label:?}");
            assert!(out.len() < 60_000, "{label:?}: {}", out.len());
            assert_eq!(out.matches('╭').count(), 2, "{label:?}\n{out}");
            // each box keeps its right border below its corner
            let lines: Vec<&str> = out.lines().collect();
            for (at, line) in lines.iter().enumerate() {
                for (byte, _) in line.match_indices('╮') {
                    let column = columns(&line[..byte]);
                    let below = lines[at + 1];
                    let there =
                        below.char_indices().find(|(i, c)| columns(&below[..*i]) == column && *c == '│');
                    assert!(there.is_some(), "{label:?}, line {at}\n{out}");
                }
            }
        }
    }

    #[test]
    fn random_drawings_keep_all_boxes_whole() {
        for seed in 0..40 {
            let drawing = testing::random(seed, 30);
            let out = draw(&drawing);
            assert_eq!(out.matches('╭').count(), drawing.nodes.len(), "seed {seed}\n{out}");
            assert_eq!(out.matches('╯').count(), drawing.nodes.len(), "seed {seed}\n{out}");
        }
    }
}
