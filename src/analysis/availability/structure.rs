//! Structure functions: what must be up for a flow to succeed. Monotone, and shared: one [`Structure`] holds all flows of a
//! design, every sub-expression once, so a diamond of calls stays as small as it is drawn and no pass need recurse.

use super::arena::{Arena, Op};
use super::system::{DomainIx, UnitIx};

pub use super::arena::NodeIx;

/// An arena of monotone expressions. Build it from the leaves up:
///
/// ```
/// use archc::analysis::availability::{Mixture, Structure, UnitIx};
///
/// let mut structure = Structure::default();
/// let (api, cache, store) = (structure.unit(UnitIx(0)), structure.unit(UnitIx(1)), structure.unit(UnitIx(2)));
/// let read = structure.any([cache, store]);
/// let flow = structure.all([api, read]);
/// let redirect = Mixture::of(flow);
/// assert_eq!(redirect.terms, [(1.0, flow)]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Structure {
    arena: Arena,
}

/// One node of a [`Structure`], for whoever walks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node<'a> {
    /// Always down.
    False,
    /// Always up.
    True,
    /// Up when the unit is.
    Unit(UnitIx),
    /// Up when the domain and all above it are.
    Domain(DomainIx),
    /// Up when every child is.
    All(&'a [NodeIx]),
    /// Up when some child is.
    Any(&'a [NodeIx]),
    /// Up when so many children are.
    AtLeast(usize, &'a [NodeIx]),
}

/// A flow whose runs differ: each term's weight is the share of runs with that structure. The weights sum to 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mixture {
    /// Weight and structure of each kind of run.
    pub terms: Vec<(f64, NodeIx)>,
}

const UNIT: u32 = 0;
const DOMAIN: u32 = 1;

impl Structure {
    /// Always up.
    pub fn always(&self) -> NodeIx {
        NodeIx::TRUE
    }

    /// Always down.
    pub fn never(&self) -> NodeIx {
        NodeIx::FALSE
    }

    /// Up when the unit is.
    pub fn unit(&mut self, unit: UnitIx) -> NodeIx {
        self.arena.leaf(UNIT, unit.0)
    }

    /// Up when the domain and all above it are.
    pub fn domain(&mut self, domain: DomainIx) -> NodeIx {
        self.arena.leaf(DOMAIN, domain.0)
    }

    /// Up when every child is: calls that are all needed.
    pub fn all(&mut self, children: impl IntoIterator<Item = NodeIx>) -> NodeIx {
        self.arena.gate(Op::All, &mut children.into_iter().collect())
    }

    /// Up when some child is: alternatives, a fallback.
    pub fn any(&mut self, children: impl IntoIterator<Item = NodeIx>) -> NodeIx {
        self.arena.gate(Op::Any, &mut children.into_iter().collect())
    }

    /// Up when at least `needed` children are; the same child given twice counts twice.
    pub fn at_least(&mut self, needed: usize, children: impl IntoIterator<Item = NodeIx>) -> NodeIx {
        self.arena.gate(Op::AtLeast(needed), &mut children.into_iter().collect())
    }

    /// What a node is. Simplified: `all([a])` is `a`.
    pub fn node(&self, node: NodeIx) -> Node<'_> {
        let kids = self.arena.kids(node);
        match self.arena.op(node) {
            Op::False => Node::False,
            Op::True => Node::True,
            Op::Leaf(UNIT, unit) => Node::Unit(UnitIx(unit)),
            Op::Leaf(_, domain) => Node::Domain(DomainIx(domain)),
            Op::All => Node::All(kids),
            Op::Any => Node::Any(kids),
            Op::AtLeast(needed) => Node::AtLeast(needed, kids),
        }
    }

    /// How many nodes there are; each index is below it.
    pub(super) fn len(&self) -> usize {
        self.arena.len()
    }

    /// The nodes that `roots` rest on, themselves included, children before their gates.
    pub fn below(&self, roots: &[NodeIx]) -> Vec<NodeIx> {
        let mut seen = vec![false; self.arena.len()];
        let mut open: Vec<NodeIx> = roots.to_vec();
        let mut found = Vec::new();
        while let Some(node) = open.pop() {
            if !std::mem::replace(&mut seen[node.index()], true) {
                found.push(node);
                open.extend_from_slice(self.arena.kids(node));
            }
        }
        // their order can be read off the marks where these are not far apart
        let (Some(first), Some(last)) = (found.iter().min(), found.iter().max()) else { return found };
        let range = first.index()..last.index() + 1;
        if range.len() / 16 > found.len() {
            found.sort_unstable();
            return found;
        }
        range.filter(|&ix| seen[ix]).map(|ix| NodeIx(ix as u32)).collect()
    }
}

impl Mixture {
    /// A flow whose runs are all alike.
    pub fn of(structure: NodeIx) -> Mixture {
        Mixture { terms: vec![(1.0, structure)] }
    }
}
