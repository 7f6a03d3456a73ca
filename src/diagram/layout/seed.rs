//! What layout-rs adds: an order of the rows and places along them, by its public steps, for small levels. The only
//! file that names it, and it is trusted with nothing: the graph it gets is acyclic and without an empty row, its own
//! validation, which takes exponential time, is off, and a panic counts as no answer.

use layout::adt::dag::NodeHandle;
use layout::core::base::Orientation;
use layout::core::geometry::{Point, Position};
use layout::core::style::StyleAttr;
use layout::std_shapes::shapes::{Element, ShapeKind};
use layout::topo::layout::VisualGraph;
use layout::topo::optimizer::EdgeCrossOptimizer;
use layout::topo::placer::Placer;

use super::level::{Kind, Level};
use crate::diagram::guard::guarded;

/// Its order of the rows, starting from the given one.
pub(super) fn order(level: &Level, rows: &[Vec<usize>], limit: usize) -> Option<Vec<Vec<usize>>> {
    let handles = fits(level, rows, limit)?;
    let titles: Vec<Option<usize>> =
        rows.iter().map(|r| r.first().copied().filter(|&i| level.items[i].kind == Kind::Title)).collect();
    guarded(|| {
        let mut graph = graph(level, rows);
        EdgeCrossOptimizer::new(&mut graph.dag).optimize();
        let mut out = Vec::new();
        for (row, title) in titles.iter().enumerate() {
            let found = graph.dag.row(row).iter().map(NodeHandle::get_index);
            // A title stays at the left.
            let others: Vec<usize> = found.filter(|i| Some(*i) != *title).collect();
            out.push(title.iter().copied().chain(others).collect::<Vec<_>>());
        }
        out
    })
    .filter(|out| out.iter().map(Vec::len).sum::<usize>() == handles)
}

/// Its places for the items of the rows as they stand: the left of each.
pub(super) fn places(level: &Level, limit: usize) -> Option<Vec<f64>> {
    fits(level, &level.rows, limit)?;
    let lefts = guarded(|| {
        let mut graph = graph(level, &level.rows);
        Placer::new(&mut graph).layout(false);
        let left = |i: usize| graph.pos(NodeHandle::new(i)).center().x - level.items[i].w / 2.0;
        (0..level.items.len()).map(left).collect::<Vec<f64>>()
    })?;
    lefts.iter().all(|x| x.is_finite()).then_some(lefts)
}

fn fits(level: &Level, rows: &[Vec<usize>], limit: usize) -> Option<usize> {
    let count = level.items.len();
    let ok = count <= limit && rows.len() >= 2 && rows.iter().all(|r| !r.is_empty());
    ok.then_some(count)
}

fn graph(level: &Level, rows: &[Vec<usize>]) -> VisualGraph {
    let mut graph = VisualGraph::new(Orientation::TopToBottom);
    graph.dag.set_validate(false);
    for item in &level.items {
        let size = Point::new((item.w + 2.0 * half_gap(item.kind)).max(1.0), item.h.max(1.0));
        let shape = match item.kind {
            Kind::Child(_) | Kind::Title => ShapeKind::Box(String::new()),
            Kind::Bend | Kind::Label(_) | Kind::Port(_) => ShapeKind::Connector(None),
        };
        graph.add_node(Element {
            shape,
            pos: Position::new(Point::zero(), size, Point::zero(), Point::zero()),
            look: StyleAttr::simple(),
            orientation: Orientation::TopToBottom,
            properties: None,
        });
    }
    for segment in &level.segments {
        graph.dag.add_edge(NodeHandle::new(segment.top), NodeHandle::new(segment.bottom));
    }
    *graph.dag.ranks_mut() = rows.iter().map(|r| r.iter().map(|&i| NodeHandle::new(i)).collect()).collect();
    graph
}

fn half_gap(kind: Kind) -> f64 {
    use super::space;
    match kind {
        Kind::Child(_) => space::BOX / 2.0,
        Kind::Title => 2.0,
        Kind::Bend | Kind::Label(_) | Kind::Port(_) => space::LINE / 2.0,
    }
}
