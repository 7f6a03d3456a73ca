//! A picture as plain drawing primitives, and beside them the boxes and lines that they show. Every renderer reads this
//! and nothing else; it knows no format and no model.

mod edge;
mod group;
mod icon;
mod legend;
mod node;
mod notes;
mod sign;

pub use icon::steps as icon_steps;
pub(super) use node::mark as node_mark;

use super::drawing::{Drawing, Edge, End, Op};
use super::layout::{Placement, Point, Rect};
pub use super::palette::{Paint, Theme};
use super::shape::Icon;
use super::text::{Font, clean};
use crate::config::Colours;

/// A finished picture.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scene {
    /// In CSS pixels, legend and margins included.
    pub width: f64,
    /// In CSS pixels.
    pub height: f64,
    /// For screen readers.
    pub title: String,
    /// For screen readers.
    pub description: String,
    /// The colours asked for.
    pub theme: Theme,
    /// Those that a reader sets in place of the built-in ones.
    pub colours: Colours,
    /// What to draw, from the back to the front.
    pub marks: Vec<Mark>,
    /// The boxes of the nodes.
    pub nodes: Vec<BoxInfo>,
    /// The boxes of the groups.
    pub groups: Vec<BoxInfo>,
    /// The edges.
    pub edges: Vec<LineInfo>,
}

/// Primitives that belong together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mark {
    /// The element that they show, if any.
    pub element: Option<Element>,
    /// Shown when pointed at, and read aloud.
    pub tooltip: Option<String>,
    /// In drawing order.
    pub prims: Vec<Prim>,
}

/// What a mark stands for.
#[derive(Debug, Clone, PartialEq)]
pub enum Element {
    /// A node by its path and kind.
    Node {
        /// Full path.
        id: String,
        /// Built-in kind.
        kind: String,
    },
    /// A group by its path and kind.
    Group {
        /// Full path.
        id: String,
        /// Built-in kind.
        kind: String,
    },
    /// An edge by its id and the paths of its ends.
    Edge {
        /// `e1` …
        id: String,
        /// Full path.
        from: String,
        /// Full path.
        to: String,
    },
    /// The legend.
    Legend,
}

/// A drawing primitive.
#[derive(Debug, Clone, PartialEq)]
pub enum Prim {
    /// A rectangle with round corners.
    Rect {
        /// Where.
        rect: Rect,
        /// Radius of its corners.
        radius: f64,
        /// How.
        style: Style,
    },
    /// Lines and curves.
    Path {
        /// Its steps.
        steps: Vec<Step>,
        /// How.
        style: Style,
    },
    /// An icon, drawn with lines.
    Icon {
        /// Its drawing.
        icon: Icon,
        /// Its top left corner.
        at: Point,
        /// Its size against the drawing's.
        scale: f64,
        /// The colour of its lines.
        paint: Paint,
        /// Their width, before scaling.
        width: f64,
    },
    /// One line of text.
    Text {
        /// Where its baseline starts, or its middle for centred text.
        at: Point,
        /// Clean text, not escaped for any format.
        text: String,
        /// Size and weight.
        font: Font,
        /// Centred at `at`.
        centred: bool,
        /// Its colour.
        paint: Paint,
        /// Drawn around the letters so that lines behind do not hurt.
        halo: Paint,
    },
}

/// A step of a path, in absolute coordinates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// Go without drawing.
    Move(Point),
    /// Draw straight.
    Line(Point),
    /// Draw a cubic curve by its two handles and its end.
    Curve(Point, Point, Point),
    /// Draw a quadratic curve by its handle and its end.
    Bend(Point, Point),
    /// A circle by its centre and radius.
    Circle(Point, f64),
    /// Draw back to the last move.
    Close,
}

/// Fill and stroke.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// Inside.
    pub fill: Paint,
    /// Outline.
    pub stroke: Paint,
    /// Width of the outline.
    pub width: f64,
    /// Its dashes.
    pub dash: Dash,
}

/// Dashes of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Dash {
    /// None.
    #[default]
    Solid,
    /// Long ones.
    Dashed,
    /// Short ones.
    Dotted,
}

impl Style {
    /// Filled, without an outline.
    #[must_use]
    pub fn filled(fill: Paint) -> Self {
        Self { fill, stroke: Paint::None, width: 0.0, dash: Dash::Solid }
    }

    /// An outline, without a fill.
    #[must_use]
    pub fn line(stroke: Paint, width: f64) -> Self {
        Self { fill: Paint::None, stroke, width, dash: Dash::Solid }
    }
}

/// A node or group as other programs see it.
#[derive(Debug, Clone, PartialEq)]
pub struct BoxInfo {
    /// Full path.
    pub id: String,
    /// Built-in kind.
    pub kind: String,
    /// As written in the picture, whole.
    pub label: String,
    /// Where.
    pub rect: Rect,
    /// Path of the group around it.
    pub parent: Option<String>,
}

/// An edge as other programs see it.
#[derive(Debug, Clone, PartialEq)]
pub struct LineInfo {
    /// `e1` …
    pub id: String,
    /// Path of its start.
    pub from: String,
    /// Path of its end.
    pub to: String,
    /// Its operator.
    pub op: Op,
    /// From its start to its end.
    pub points: Vec<Point>,
    /// Its label and where that lies.
    pub label: Option<(String, Rect)>,
}

/// Room around everything.
const MARGIN: f64 = 24.0;
/// Characters of a text that a tooltip or a label shows at most.
const MAX_TEXT: usize = 400;

/// Turns a placed drawing into a picture.
#[must_use]
pub fn build(drawing: &Drawing, placement: &Placement, theme: Theme) -> Scene {
    let placed = moved(placement);
    let mut scene = Scene {
        title: or(clean(&drawing.title, MAX_TEXT), "architecture"),
        description: describe(drawing),
        theme,
        ..Scene::default()
    };
    let depth = depths(drawing);
    let path = |p: Option<usize>| p.and_then(|p| drawing.groups.get(p)).map(|g| g.id.clone());
    let over = &drawing.overlay;
    for (i, ((group, &rect), &depth)) in drawing.groups.iter().zip(&placed.groups).zip(&depth).enumerate() {
        let mut mark = group::mark(group, rect, depth);
        if let Some(sign) = over.groups.get(i) {
            sign::over_group(&mut mark, rect, sign);
        }
        scene.marks.push(mark);
        let (id, kind, label) = (group.id.clone(), group.kind.clone(), clean(&group.label, MAX_TEXT));
        scene.groups.push(BoxInfo { id, kind, label, rect, parent: path(group.parent) });
    }
    // behind the lines, so that their heads are seen
    let toned = placed.nodes.iter().zip(&over.nodes).filter_map(|(&rect, sign)| Some((rect, sign.tone?)));
    let halos: Vec<Prim> = toned.map(|(rect, tone)| sign::halo(rect, tone)).collect();
    if !halos.is_empty() {
        scene.marks.push(Mark { prims: halos, ..Mark::default() });
    }
    let mut tags = Mark::default();
    for (i, (edge, line)) in drawing.edges.iter().zip(&placed.edges).enumerate() {
        let ground = line.level.and_then(|g| depth.get(g)).map_or(Paint::Canvas, |&d| Paint::Tint(d));
        let sign = over.edges.get(i);
        scene.marks.push(edge::mark(drawing, &placed, edge, line, ground, sign));
        tags.prims.extend(sign.map(|sign| edge::tags(line, sign)).unwrap_or_default());
        let label = line.label.map(|rect| (clean(&edge.label, MAX_TEXT), rect));
        let (from, to) = (end_path(drawing, edge.from), end_path(drawing, edge.to));
        let points = line.points.clone();
        scene.edges.push(LineInfo { id: edge.id.clone(), from, to, op: edge.op, points, label });
    }
    let ends = ends(drawing, &placed);
    for (i, (node, &rect)) in drawing.nodes.iter().zip(&placed.nodes).enumerate() {
        let mut mark = node::mark(node, rect);
        if let Some(sign) = over.nodes.get(i) {
            sign::over_node(&mut mark, rect, sign, ends.get(i).map_or(&[], Vec::as_slice));
        }
        scene.marks.push(mark);
        let (id, kind, label) = (node.id.clone(), node.kind.clone(), clean(&node.label, MAX_TEXT));
        scene.nodes.push(BoxInfo { id, kind, label, rect, parent: path(node.parent) });
    }
    if !tags.prims.is_empty() {
        scene.marks.push(tags);
    }
    scene.width = placement.width + 2.0 * MARGIN;
    scene.height = placement.height + 2.0 * MARGIN;
    legend::add(drawing, &mut scene);
    notes::add(&over.notes, &mut scene);
    scene
}

fn or(text: String, other: &str) -> String {
    if text.is_empty() { other.to_owned() } else { text }
}

/// The placement with the margin added.
fn moved(placement: &Placement) -> Placement {
    let rect = |r: &Rect| Rect { x: r.x + MARGIN, y: r.y + MARGIN, ..*r };
    let mut out = placement.clone();
    out.nodes = out.nodes.iter().map(rect).collect();
    out.groups = out.groups.iter().map(rect).collect();
    for line in &mut out.edges {
        line.label = line.label.as_ref().map(rect);
        for p in &mut line.points {
            *p = Point { x: p.x + MARGIN, y: p.y + MARGIN };
        }
    }
    out
}

/// Where lines meet each node.
fn ends(drawing: &Drawing, placed: &Placement) -> Vec<Vec<Point>> {
    let mut out = vec![Vec::new(); drawing.nodes.len()];
    for (edge, line) in drawing.edges.iter().zip(&placed.edges) {
        for (end, point) in [(edge.from, line.points.first()), (edge.to, line.points.last())] {
            if let (End::Node(i), Some(point)) = (end, point)
                && let Some(list) = out.get_mut(i)
            {
                list.push(*point);
            }
        }
    }
    out
}

fn depths(drawing: &Drawing) -> Vec<usize> {
    let mut out: Vec<usize> = Vec::new();
    for (i, group) in drawing.groups.iter().enumerate() {
        let outer = group.parent.filter(|&p| p < i).and_then(|p| out.get(p)).map_or(0, |d| d + 1);
        out.push(outer);
    }
    out
}

/// What a screen reader says first.
fn describe(drawing: &Drawing) -> String {
    let given = clean(&drawing.description, MAX_TEXT);
    let count = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    let counts = format!(
        "{}, {}, {}",
        count(drawing.nodes.len(), "component", "components"),
        count(drawing.groups.len(), "group", "groups"),
        count(drawing.edges.len(), "connection", "connections")
    );
    if given.is_empty() { counts } else { format!("{given} ({counts})") }
}

fn end_path(drawing: &Drawing, end: End) -> String {
    match end {
        End::Node(i) => drawing.nodes.get(i).map(|n| n.id.clone()),
        End::Group(i) => drawing.groups.get(i).map(|g| g.id.clone()),
    }
    .unwrap_or_default()
}

/// Isolated, so that a right-to-left label does not turn what stands beside it.
fn isolate(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { format!("\u{2068}{text}\u{2069}") }
}

fn edge_tooltip(drawing: &Drawing, edge: &Edge) -> String {
    let (from, to) = (end_path(drawing, edge.from), end_path(drawing, edge.to));
    let mut out = format!(
        "{} {} {}",
        isolate(&clean(&from, MAX_TEXT)),
        edge.op.as_str(),
        isolate(&clean(&to, MAX_TEXT))
    );
    if !edge.label.is_empty() {
        out.push_str(": ");
        out.push_str(&isolate(&clean(&edge.label, MAX_TEXT)));
    }
    out
}

/// `label, kind, more: description`
fn tooltip(label: &str, kind: &str, more: &[&str], description: &str) -> String {
    let mut out = isolate(label);
    for part in std::iter::once(kind.replace('_', " ").as_str()).chain(more.iter().copied()) {
        let part = clean(part, MAX_TEXT);
        if !part.is_empty() {
            if !out.is_empty() {
                out.push_str(", ");
            }
            out.push_str(&isolate(&part));
        }
    }
    let description = clean(description, MAX_TEXT);
    if !description.is_empty() {
        out.push_str(": ");
        out.push_str(&isolate(&description));
    }
    out
}
