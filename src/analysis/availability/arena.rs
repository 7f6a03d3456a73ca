//! Monotone gates, each shape stored once. Knows nothing of what its leaves mean.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

/// Index of a node. Children always have smaller ones than their gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeIx(pub(super) u32);

impl NodeIx {
    pub(super) const FALSE: NodeIx = NodeIx(0);
    pub(super) const TRUE: NodeIx = NodeIx(1);

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Op {
    False,
    True,
    Leaf(u32, u32),
    All,
    Any,
    AtLeast(usize),
}

#[derive(Clone, Copy, Debug)]
struct Node {
    op: Op,
    start: u32,
    len: u32,
    /// The next older node with the same hash; 0 ends the chain, for no other node hashes as `False` does.
    next: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Arena {
    nodes: Vec<Node>,
    kids: Vec<NodeIx>,
    heads: FxHashMap<u64, u32>,
}

impl Default for Arena {
    fn default() -> Arena {
        let constant = |op| Node { op, start: 0, len: 0, next: 0 };
        Arena {
            nodes: vec![constant(Op::False), constant(Op::True)],
            kids: Vec::new(),
            heads: FxHashMap::default(),
        }
    }
}

impl Arena {
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn op(&self, node: NodeIx) -> Op {
        self.nodes[node.index()].op
    }

    pub(super) fn kids(&self, node: NodeIx) -> &[NodeIx] {
        let Node { start, len, .. } = self.nodes[node.index()];
        &self.kids[start as usize..(start + len) as usize]
    }

    pub(super) fn leaf(&mut self, kind: u32, of: u32) -> NodeIx {
        self.intern(Op::Leaf(kind, of), &[])
    }

    /// The gate over `kids`, which it may sort and shorten, or something simpler that means the same.
    pub(super) fn gate(&mut self, op: Op, kids: &mut Vec<NodeIx>) -> NodeIx {
        match op {
            Op::All => self.all_or_any(Op::All, NodeIx::TRUE, NodeIx::FALSE, kids),
            Op::Any => self.all_or_any(Op::Any, NodeIx::FALSE, NodeIx::TRUE, kids),
            Op::AtLeast(needed) => {
                let given = kids.len();
                kids.retain(|&kid| kid != NodeIx::TRUE);
                let needed = needed.saturating_sub(given - kids.len());
                kids.retain(|&kid| kid != NodeIx::FALSE);
                match needed {
                    0 => NodeIx::TRUE,
                    _ if needed > kids.len() => NodeIx::FALSE,
                    1 => self.gate(Op::Any, kids),
                    _ if needed == kids.len() => self.gate(Op::All, kids),
                    _ => {
                        kids.sort_unstable();
                        self.intern(Op::AtLeast(needed), kids)
                    }
                }
            }
            leaf => self.intern(leaf, &[]),
        }
    }

    fn all_or_any(&mut self, op: Op, neutral: NodeIx, absorbing: NodeIx, kids: &mut Vec<NodeIx>) -> NodeIx {
        kids.sort_unstable();
        kids.dedup();
        if kids.contains(&absorbing) {
            return absorbing;
        }
        kids.retain(|&kid| kid != neutral);
        match kids[..] {
            [] => neutral,
            [only] => only,
            _ => self.intern(op, kids),
        }
    }

    fn intern(&mut self, op: Op, kids: &[NodeIx]) -> NodeIx {
        match op {
            Op::False => return NodeIx::FALSE,
            Op::True => return NodeIx::TRUE,
            _ => {}
        }
        let mut hasher = FxHasher::default();
        op.hash(&mut hasher);
        kids.hash(&mut hasher);
        let head = self.heads.entry(hasher.finish()).or_insert(0);
        let mut at = *head;
        while at != 0 {
            let Node { op: other, start, len, next } = self.nodes[at as usize];
            if other == op && self.kids[start as usize..(start + len) as usize] == *kids {
                return NodeIx(at);
            }
            at = next;
        }
        let ix = self.nodes.len() as u32;
        self.nodes.push(Node { op, start: self.kids.len() as u32, len: kids.len() as u32, next: *head });
        *head = ix;
        self.kids.extend_from_slice(kids);
        NodeIx(ix)
    }
}
