//! What the engine gets: boxes with sizes, and edges between them. It knows nothing of what they stand for.

use super::Size;
use crate::diagram::drawing::{Direction, End, Hints, Op};

/// A graph to place. Every list is in the order of declaration, which breaks every tie.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Graph {
    /// The way edges run, where the author asked for one.
    pub direction: Option<Direction>,
    /// Boxes that hold nothing.
    pub nodes: Vec<Node>,
    /// Boxes around nodes and groups; each stands after the one that holds it.
    pub groups: Vec<Group>,
    /// Between any two of them.
    pub edges: Vec<Edge>,
    /// What the author asked of the places.
    pub hints: Hints,
}

/// A box of a given size.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Node {
    /// Never changed.
    pub size: Size,
    /// The group that holds it.
    pub parent: Option<usize>,
}

/// A box whose size follows from what it holds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Group {
    /// Room for the title in its top left corner, which no edge crosses.
    pub title: f64,
    /// The group around it, smaller than its own number.
    pub parent: Option<usize>,
}

/// A line between two boxes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// Where it starts.
    pub from: End,
    /// Where it ends.
    pub to: End,
    /// Only lines of one kind may share a trunk.
    pub op: Op,
    /// Room for its label.
    pub label: Option<Size>,
}
