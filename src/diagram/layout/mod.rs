//! Places a drawing: boxes without overlaps, edges around them. Plain geometry in, plain geometry out; it knows no
//! colours and no format.
//!
//! Every group is a layered problem of its own. An edge belongs to the lowest group that holds both its ends, and on the
//! way there crosses each border at a port. Top-down: ranks, hence the side of each port. Bottom-up: the order in the
//! rows; top-down again: port orders follow what lies outside. Bottom-up: coordinates, for which a group needs the sizes
//! of what it holds.
#![expect(clippy::indexing_slicing, reason = "a numeric kernel over indices that it made itself")]

mod assemble;
mod bundle;
mod channel;
mod coords;
mod level;
mod order;
mod ports;
mod rank;
mod score;
mod seed;
mod straighten;
mod sweep;
mod tree;

use super::drawing::{Direction, Drawing};
use level::Level;
use tree::Tree;

/// What may be asked of a layout.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The way calls run; without it, the one that gives the better shape.
    pub direction: Option<Direction>,
    /// Levels of at most so many items are also tried with layout-rs, whose cost is cubic.
    pub seed_limit: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { direction: None, seed_limit: 32 }
    }
}

/// A point, in CSS pixels from the top left corner.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// A box by its top left corner.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rect {
    /// Left.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

/// Where an edge runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    /// From its start to its end, in right angles.
    pub points: Vec<Point>,
    /// Where its label lies.
    pub label: Option<Rect>,
    /// The group that its label lies in.
    pub level: Option<usize>,
}

/// A drawing's geometry; each list runs as in the drawing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Placement {
    /// Width of everything.
    pub width: f64,
    /// Height of everything.
    pub height: f64,
    /// One for each node.
    pub nodes: Vec<Rect>,
    /// One for each group.
    pub groups: Vec<Rect>,
    /// One for each edge.
    pub edges: Vec<Line>,
}

/// Distances, in pixels.
mod space {
    /// Between two boxes of a row.
    pub(super) const BOX: f64 = 32.0;
    /// Between an edge and whatever is beside it.
    pub(super) const LINE: f64 = 14.0;
    /// Between two rows, at least.
    pub(super) const ROW: f64 = 44.0;
    /// Between a row and a row of labels, at least.
    pub(super) const LABEL_ROW: f64 = 24.0;
    /// Between two parallel stretches of edges.
    pub(super) const TRACK: f64 = 11.0;
    /// Between a group's border and what it holds.
    pub(super) const PAD: f64 = 18.0;
    /// The band of a group's title.
    pub(super) const TITLE: f64 = 28.0;
    /// How far a self loop stands out.
    pub(super) const LOOP: f64 = 20.0;
}

/// Drawings with more boxes and edges are placed once, not in several ways to choose from.
const TRY: usize = 700;
/// Beyond so many nodes or edges nobody follows a line: they run straight, over whatever lies between, and cost little.
const ROUTED: (usize, usize) = (4000, 6000);
/// Smaller drawings may have any shape.
const SHAPED: usize = 12;
/// How much narrower, or wider, the rows become step by step when the shape fits no page.
const STRETCH: [f64; 3] = [0.7, 0.5, 0.35];

/// One of the ways to place a drawing.
#[derive(Debug, Clone, Copy)]
struct Variant {
    direction: Direction,
    /// Groups that mirror each other stand side by side.
    peers: bool,
    /// How wide rows may be, against the usual.
    stretch: f64,
}

/// Places everything in the drawing.
#[must_use]
pub fn layout(drawing: &Drawing, options: &Options) -> Placement {
    let parts = drawing.nodes.len() + drawing.groups.len() + drawing.edges.len();
    let asked = options.direction.or(drawing.direction);
    let mut best = Variant { direction: asked.unwrap_or(Direction::Down), peers: true, stretch: 1.0 };
    let mut placed = run(drawing, best, options);
    if !(4..=TRY).contains(&parts) {
        return placed;
    }
    if drawing.groups.len() > 1 {
        let apart = Variant { peers: false, ..best };
        let other = run(drawing, apart, options);
        if score::better(&placed, &other) {
            (best, placed) = (apart, other);
        }
    }
    let wide = placed.width > placed.height;
    for stretch in STRETCH {
        if score::misfit(&placed) <= 1.0 || drawing.nodes.len() < SHAPED {
            break;
        }
        let sideways = matches!(best.direction, Direction::Right | Direction::Left);
        let stretch = if wide == sideways { 1.0 / stretch } else { stretch };
        let other = run(drawing, Variant { stretch, ..best }, options);
        if score::misfit(&other) < score::misfit(&placed) {
            placed = other;
        }
    }
    // The direction that the reader expects is given up only for a shape that no page takes.
    if asked.is_none() && score::misfit(&placed) > 1.1 {
        let right = run(drawing, Variant { direction: Direction::Right, ..best }, options);
        if score::misfit(&right) < score::misfit(&placed) {
            return right;
        }
    }
    placed
}

fn run(drawing: &Drawing, variant: Variant, options: &Options) -> Placement {
    let mut tree = Tree::new(drawing, variant);
    let groups = tree.groups_top_down();
    let mut levels: Vec<Level> = vec![Level::default(); tree.root + 1];
    for &g in &groups {
        levels[g] = level::build(&mut tree, g);
    }
    for &g in groups.iter().rev() {
        order::free(&tree, &mut levels[g], options.seed_limit);
        ports::record(&mut tree, &levels[g], g);
    }
    for &g in &groups {
        if g != tree.root {
            let wanted = ports::wanted(&tree, &levels[tree.parent[g]], g);
            order::bound(&tree, &mut levels[g], &wanted);
            ports::record(&mut tree, &levels[g], g);
        }
    }
    order::again(&tree, &mut levels[tree.root]);
    for &g in groups.iter().rev() {
        coords::place(&mut tree, &mut levels[g], g, options.seed_limit);
    }
    assemble::assemble(drawing, &tree, &levels)
}

#[cfg(test)]
pub(in crate::diagram) mod testing;
#[cfg(test)]
mod tests;
