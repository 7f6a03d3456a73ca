//! How each node of a structure stands in one flow: needed by all of it, part of a larger gate, or in several places.

use super::arena::NodeIx;
use super::structure::{Node, Structure};

/// The nodes below one root and how they stand in it.
pub(super) struct Shape {
    /// Children before their gates; the root is last.
    pub(super) nodes: Vec<NodeIx>,
    /// By node.
    stand: Vec<Stand>,
}

/// How a node stands in a flow.
#[derive(Clone, Copy, Default)]
pub(super) struct Stand {
    /// A conjunction that is part of the one that the whole flow is.
    pub(super) top: bool,
    /// A child of that conjunction: the flow is down without it.
    pub(super) literal: bool,
    /// A gate whose children can as well be those of its only parent.
    pub(super) joined: bool,
    /// Stands in several places, or within something that does.
    pub(super) repeated: bool,
    edges: u8,
    outside: bool,
    same_gate: bool,
}

impl Shape {
    pub(super) fn of(structure: &Structure, root: NodeIx) -> Shape {
        let nodes = structure.below(&[root]);
        let mut stand = vec![Stand::default(); structure.len()];
        stand[root.index()].literal = true;
        // parents come before their children, so a node is settled when its turn comes
        for &node in nodes.iter().rev() {
            let here = &mut stand[node.index()];
            let shape = structure.node(node);
            here.top = matches!(shape, Node::All(_)) && !here.outside;
            here.joined = here.same_gate && here.edges == 1 && !here.top;
            here.repeated |= here.edges > 1 && !here.top;
            let here = *here;
            let (Node::All(kids) | Node::Any(kids) | Node::AtLeast(_, kids)) = shape else { continue };
            for &kid in kids {
                let below = &mut stand[kid.index()];
                // the conjunction of the whole flow holds a child once, however many of its parts name it
                if !(here.top && below.literal) {
                    below.edges = (below.edges + 1).min(2);
                }
                below.literal |= here.top;
                below.outside |= !here.top;
                below.repeated |= here.repeated;
                below.same_gate = match structure.node(kid) {
                    Node::All(_) => matches!(shape, Node::All(_)),
                    Node::Any(_) => matches!(shape, Node::Any(_)),
                    _ => false,
                };
            }
        }
        Shape { nodes, stand }
    }

    pub(super) fn stand(&self, node: NodeIx) -> Stand {
        self.stand[node.index()]
    }
}
