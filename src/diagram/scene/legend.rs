//! What the lines and icons of this picture mean, and no others.

use super::{Element, Mark, Paint, Point, Prim, Rect, Scene, Style, edge, sign};
use crate::diagram::card::EDGE;
use crate::diagram::drawing::{Drawing, Op};
use crate::diagram::shape;
use crate::diagram::sign::Sample;
use crate::diagram::text::{clean, width};

use super::MARGIN;

const GAP: f64 = 20.0;
const LINE: f64 = 20.0;
const SAMPLE: f64 = 28.0;
const ICON: f64 = 14.0;
/// Legends are at least so wide, whatever the picture is.
const LEAST: f64 = 300.0;

/// Adds the legend below the picture.
pub(super) fn add(drawing: &Drawing, scene: &mut Scene) {
    let mut mark = Mark { element: Some(Element::Legend), ..Mark::default() };
    let mut pen = Pen {
        x: MARGIN,
        y: scene.height - MARGIN + 26.0,
        right: scene.width.max(LEAST) - MARGIN,
        reach: 0.0,
    };
    for op in Op::ALL {
        if drawing.edges.iter().any(|e| e.op == op) {
            let at = pen.next(SAMPLE, op.name());
            let points = [Point { x: at.x, y: at.y - 4.0 }, Point { x: at.x + SAMPLE, y: at.y - 4.0 }];
            mark.prims.extend(edge::strokes(op, &points, edge::USUAL));
            mark.prims.push(word(at, SAMPLE, op.name()));
        }
    }
    let mut kinds: Vec<(&str, &crate::diagram::drawing::Node)> = Vec::new();
    for n in &drawing.nodes {
        if !kinds.iter().any(|k| k.0 == n.kind) {
            kinds.push((&n.kind, n));
        }
    }
    kinds.sort_by(|a, b| (a.1.class, a.0).cmp(&(b.1.class, b.0)));
    for (kind, sample) in kinds {
        let name = clean(kind, 40).replace('_', " ");
        let at = pen.next(ICON, &name);
        let corner = Point { x: at.x, y: at.y - 11.0 };
        let (icon, paint) = (shape::icon(kind, None), Paint::Accent(sample.class));
        mark.prims.push(Prim::Icon { icon, at: corner, scale: ICON / 20.0, paint, width: 1.4 });
        mark.prims.push(word(at, ICON, &name));
    }
    for key in &drawing.overlay.keys {
        let name = clean(&key.text, 80);
        sample(&key.sample, &name, &mut pen, &mut mark.prims);
    }
    if !mark.prims.is_empty() {
        scene.width = scene.width.max(pen.reach + MARGIN).ceil();
        scene.height = pen.y + 16.0;
        scene.marks.push(mark);
    }
}

/// An entry for a sign.
fn sample(sample: &Sample, name: &str, pen: &mut Pen, prims: &mut Vec<Prim>) {
    match sample {
        Sample::Halo(tone) => {
            let at = pen.next(SAMPLE, name);
            let node = Rect { x: at.x + 5.0, y: at.y - 8.0, w: SAMPLE - 10.0, h: 8.0 };
            prims.push(sign::halo(node, *tone));
            let style = Style { stroke: Paint::Line, ..Style::filled(Paint::Surface) };
            prims.push(Prim::Rect { rect: node, radius: 3.0, style: Style { width: 1.2, ..style } });
            prims.push(word(at, SAMPLE, name));
        }
        Sample::Tag(tag) => {
            let w = sign::pill_width(tag);
            let at = pen.next(w, name);
            prims.extend(sign::pill(tag, Point { x: at.x, y: at.y - 12.0 }));
            prims.push(word(at, w, name));
        }
        Sample::Line(tone, width) => {
            let at = pen.next(SAMPLE, name);
            let points = [Point { x: at.x, y: at.y - 4.0 }, Point { x: at.x + SAMPLE, y: at.y - 4.0 }];
            prims.extend(edge::strokes(Op::Call, &points, edge::Pen::of(*tone, Some(*width))));
            prims.push(word(at, SAMPLE, name));
        }
    }
}

/// Where the next entry goes.
struct Pen {
    x: f64,
    y: f64,
    right: f64,
    reach: f64,
}

impl Pen {
    fn next(&mut self, sample: f64, name: &str) -> Point {
        let w = sample + 6.0 + width(name, EDGE);
        if self.x > MARGIN && self.x + w > self.right {
            self.x = MARGIN;
            self.y += LINE;
        }
        let at = Point { x: self.x, y: self.y };
        self.reach = self.reach.max(self.x + w);
        self.x += w + GAP;
        at
    }
}

fn word(at: Point, sample: f64, name: &str) -> Prim {
    let at = Point { x: at.x + sample + 6.0, y: at.y };
    Prim::Text {
        at,
        text: name.to_owned(),
        font: EDGE,
        centred: false,
        paint: Paint::Muted,
        halo: Paint::None,
    }
}
