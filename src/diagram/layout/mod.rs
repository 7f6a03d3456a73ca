//! Places a drawing: boxes without overlaps, edges around them. Plain geometry in, plain geometry out; it knows no
//! colours and no format.
//!
//! Every group is a layered problem of its own. An edge belongs to the lowest group that holds both its ends, and on the
//! way there crosses each border at a port. Top-down: ranks, hence the side of each port. Bottom-up: the order in the
//! rows; top-down again: port orders follow what lies outside. Bottom-up: coordinates, for which a group needs the sizes
//! of what it holds.
#![expect(clippy::indexing_slicing, reason = "a numeric kernel over indices that it made itself")]

mod align;
mod assemble;
mod berth;
mod build;
mod bundle;
mod channel;
mod coords;
mod crossings;
mod cycles;
mod graft;
pub mod graph;
mod growth;
mod joint;
mod leafranks;
mod leaves;
mod level;
mod order;
mod portfolio;
mod ports;
mod ranks;
mod score;
mod seed;
mod settle;
mod shape;
mod shuffle;
mod simplex;
mod sorter;
mod straighten;
mod sweep;
mod sweeps;
mod tracks;
mod tree;

use super::drawing::Direction;
use graph::Graph;
use leaves::Leaf;
use level::Level;
use order::Effort;
use tree::Tree;

/// The numbers of the engines that a view may be pinned to by `layout = N`; the last one places what is not pinned.
pub const ENGINES: [u64; 1] = [1];

/// Who orders the rows and places the boxes in them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Engine {
    /// This one.
    #[default]
    Own,
    /// layout-rs, for small graphs without groups; the others are placed by this one.
    LayoutRs,
}

/// What may be asked of a layout.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Who places.
    pub engine: Engine,
    /// The way calls run; without it, the one that gives the better shape.
    pub direction: Option<Direction>,
    /// Levels of at most so many items are also tried with layout-rs, whose cost is cubic.
    pub seed_limit: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { engine: Engine::Own, direction: None, seed_limit: 24 }
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

/// Width and height.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Size {
    /// To the right.
    pub w: f64,
    /// Down.
    pub h: f64,
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
    pub(super) const TRACK: f64 = 10.0;
    /// Between a group's border and what it holds.
    pub(super) const PAD: f64 = 18.0;
    /// The band of a group's title.
    pub(super) const TITLE: f64 = 28.0;
    /// Between the label of an edge that hangs between two boxes and the edge's uprights.
    pub(super) const SLING: f64 = 10.0;
    /// How far a self loop stands out.
    pub(super) const LOOP: f64 = 20.0;
}

/// Beyond so many nodes or edges nobody follows a line: they run straight, over whatever lies between, and cost little.
const ROUTED: (usize, usize) = (40_000, 60_000);

/// One of the ways to place a graph.
#[derive(Debug, Clone)]
struct Variant {
    direction: Direction,
    /// Groups that mirror each other stand side by side.
    peers: bool,
    /// Whether rows may be split so that the whole fits a page.
    wrap: bool,
    /// How wide rows may be, against the usual.
    stretch: f64,
    /// So many ranks of the whole stand in one row.
    fold: usize,
    /// Boxes of one group that share a rank.
    ties: Vec<(usize, usize)>,
}

/// Places everything in the graph.
#[must_use]
pub fn layout(graph: &Graph, options: &Options) -> Placement {
    portfolio::best(graph, options)
}

/// A graph whose rows have their order, and their places once it is placed.
#[derive(Debug, Clone)]
struct Ordered {
    tree: Tree,
    levels: Vec<Level>,
}

/// More room between the boxes of a row, and between rows, than usual.
#[derive(Debug, Clone, Copy)]
struct Air {
    beside: f64,
    below: f64,
}

const USUAL: Air = Air { beside: 1.0, below: 1.0 };

/// One variant, ordered, without some leaves.
fn order(graph: &Graph, variant: &Variant, effort: Effort, without: &[Leaf]) -> Ordered {
    let mut tree = Tree::new(graph, variant, without);
    let mut levels: Vec<Level> = vec![Level::default(); tree.root + 1];
    for g in tree.groups_top_down() {
        levels[g] = build::build(&mut tree, g);
    }
    sweeps::order(&mut tree, &mut levels, effort);
    Ordered { tree, levels }
}

/// An ordered graph, with places and lines in each level.
fn place(ordered: Ordered, effort: Effort, air: Air) -> Ordered {
    let Ordered { mut tree, mut levels } = ordered;
    tree.below = air.below;
    let groups = tree.groups_top_down();
    for &g in groups.iter().rev() {
        levels[g].beside = air.beside;
        coords::place(&mut tree, &mut levels[g], g, effort);
    }
    if effort.align {
        align::align(&mut tree, &mut levels);
    }
    for &g in groups.iter().rev() {
        if effort.align {
            straighten::straighten(&tree, &mut levels[g], &[]);
        }
        channel::place(&mut tree, &mut levels[g], g);
    }
    Ordered { tree, levels }
}

fn run(graph: &Graph, variant: &Variant, effort: Effort, without: &[Leaf]) -> Placement {
    let placed = place(order(graph, variant, effort, without), effort, USUAL);
    assemble::assemble(graph, &placed.tree, &placed.levels)
}

#[cfg(test)]
pub(in crate::diagram) mod testing;
#[cfg(test)]
mod tests;
