//! Chooses between ways to place a graph: a small fixed list of variants, tried in turn and scored. The first one that fits
//! keeps its place unless another is better by a margin, so that a small change of a design seldom turns its picture over.

use super::graph::Graph;
use super::order::Effort;
use super::{Options, Placement, Variant, run, score};
use crate::diagram::drawing::Direction;

/// Graphs with more boxes and edges are placed once, not in several ways to choose from.
const TRY: usize = 700;
/// Smaller graphs may have any shape.
const SHAPED: usize = 12;
/// How much narrower, or wider, the rows become step by step when the shape fits no page.
const STRETCH: [f64; 3] = [0.7, 0.5, 0.35];

/// The best variant's placement.
pub(super) fn best(graph: &Graph, options: &Options) -> Placement {
    let parts = graph.nodes.len() + graph.groups.len() + graph.edges.len();
    let asked = options.direction.or(graph.direction);
    let effort = Effort { starts: if parts > TRY { 1 } else { 8 }, seed_limit: options.seed_limit };
    let mut best = Variant {
        direction: asked.unwrap_or(Direction::Down),
        peers: true,
        wrap: asked.is_none(),
        stretch: 1.0,
        ties: Vec::new(),
    };
    let mut placed = run(graph, best.clone(), effort);
    if !(4..=TRY).contains(&parts) {
        return placed;
    }
    if graph.groups.len() > 1 {
        let apart = Variant { peers: false, ..best.clone() };
        let other = run(graph, apart.clone(), effort);
        if score::better(&placed, &other) {
            (best, placed) = (apart, other);
        }
    }
    if asked.is_some() {
        return placed;
    }
    let wide = placed.width > placed.height;
    for stretch in STRETCH {
        if score::misfit(&placed) <= 1.0 || graph.nodes.len() < SHAPED {
            break;
        }
        let sideways = matches!(best.direction, Direction::Right | Direction::Left);
        let stretch = if wide == sideways { 1.0 / stretch } else { stretch };
        let other = run(graph, Variant { stretch, ..best.clone() }, effort);
        if score::misfit(&other) < score::misfit(&placed) {
            placed = other;
        }
    }
    // The direction that the reader expects is given up only for a shape that no page takes.
    if score::misfit(&placed) > 1.1 {
        let right = run(graph, Variant { direction: Direction::Right, ..best.clone() }, effort);
        if score::misfit(&right) < score::misfit(&placed) {
            return right;
        }
    }
    placed
}
