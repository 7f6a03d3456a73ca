//! Prints a scene as JSON: boxes and lines, in the shape that other programs rely on.

use serde::Serialize;

use super::scene::{BoxInfo, Scene};

#[derive(Serialize)]
struct Root<'a> {
    width: f64,
    height: f64,
    nodes: Vec<Item<'a>>,
    groups: Vec<Item<'a>>,
    edges: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    kind: &'a str,
    label: &'a str,
    x: f64,
    y: f64,
    w: f64,
    h: f64,
    parent: Option<&'a str>,
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    from: &'a str,
    to: &'a str,
    op: &'a str,
    points: Vec<[f64; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<Label<'a>>,
}

#[derive(Serialize)]
struct Label<'a> {
    text: &'a str,
    x: f64,
    y: f64,
    w: f64,
    h: f64,
}

/// The laid-out scene as JSON.
#[must_use]
pub fn json(scene: &Scene) -> String {
    let root = Root {
        width: round(scene.width),
        height: round(scene.height),
        nodes: scene.nodes.iter().map(to_item).collect(),
        groups: scene.groups.iter().map(to_item).collect(),
        edges: scene
            .edges
            .iter()
            .map(|e| Line {
                id: &e.id,
                from: &e.from,
                to: &e.to,
                op: e.op.as_str(),
                points: e.points.iter().map(|p| [round(p.x), round(p.y)]).collect(),
                label: e.label.as_ref().map(|(text, r)| Label {
                    text,
                    x: round(r.x),
                    y: round(r.y),
                    w: round(r.w),
                    h: round(r.h),
                }),
            })
            .collect(),
    };
    let mut out = serde_json::to_string_pretty(&root).unwrap_or_default();
    out.push('\n');
    out
}

fn to_item(b: &BoxInfo) -> Item<'_> {
    Item {
        id: &b.id,
        kind: &b.kind,
        label: &b.label,
        x: round(b.rect.x),
        y: round(b.rect.y),
        w: round(b.rect.w),
        h: round(b.rect.h),
        parent: b.parent.as_deref(),
    }
}

/// One decimal, as in the SVG.
fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
