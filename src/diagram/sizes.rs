//! Turns a drawing into the plain boxes and edges that the layout places: what is written in them becomes their sizes.

use super::card;
use super::drawing::Drawing;
use super::layout::graph::{Edge, Graph, Group, Node};
use super::layout::{self, Placement, Size};

/// Room on both sides of a group's title.
const TITLE_ROOM: f64 = 24.0;

/// Places a drawing.
#[must_use]
pub fn place(drawing: &Drawing, options: &layout::Options) -> Placement {
    layout::layout(&graph(drawing), options)
}

/// The boxes and edges of a drawing, in its order.
#[must_use]
pub fn graph(drawing: &Drawing) -> Graph {
    let node = |n| {
        let card = card::card(n);
        Node { size: Size { w: card.width, h: card.height }, parent: n.parent }
    };
    let edge = |e: &super::drawing::Edge| {
        let label = card::edge_label(e).map(|(_, w, h)| Size { w, h });
        Edge { from: e.from, to: e.to, op: e.op, label }
    };
    Graph {
        direction: drawing.direction,
        nodes: drawing.nodes.iter().map(node).collect(),
        groups: drawing
            .groups
            .iter()
            .map(|g| Group { title: card::group_title(g).2 + TITLE_ROOM, parent: g.parent })
            .collect(),
        edges: drawing.edges.iter().map(edge).collect(),
        hints: drawing.hints.clone(),
    }
}
