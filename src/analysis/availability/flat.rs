//! A mixture's structures as one list of gates: nested gates joined, what the whole flow needs taken out of its branches, and
//! told apart what stands in several places. Knows no probabilities and no replicas.

use rustc_hash::{FxHashMap, FxHashSet};

use super::arena::{NodeIx, Op};
use super::shape::Shape;
use super::structure::{Node, Structure};
use super::system::{DomainIx, UnitIx};

/// A formula over units and domains.
#[derive(Clone, Debug, Default)]
pub(super) struct Flat {
    pub(super) leaves: Vec<Leaf>,
    /// Each after those that it uses.
    pub(super) gates: Vec<(Op, Vec<Part>)>,
    /// The roots.
    pub(super) tops: Vec<Part>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Leaf {
    pub(super) of: Of,
    /// Stands in several places of a flow other than the conjunction that it is.
    pub(super) repeated: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Of {
    Unit(UnitIx),
    Domain(DomainIx),
}

/// What a gate is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Constant(NodeIx),
    Leaf(u32),
    Gate(u32),
}

impl Leaf {
    pub(super) fn unit(self) -> Option<UnitIx> {
        match self.of {
            Of::Unit(unit) => Some(unit),
            Of::Domain(_) => None,
        }
    }
}

impl Flat {
    pub(super) fn of(structure: &Structure, roots: &[NodeIx]) -> Flat {
        let mut draft = Draft { structure, flat: Flat::default(), leaf_ix: FxHashMap::default() };
        for &root in roots {
            let top = draft.add(&Shape::of(structure, root));
            draft.flat.tops.push(top);
        }
        draft.flat
    }
}

struct Draft<'a> {
    structure: &'a Structure,
    flat: Flat,
    leaf_ix: FxHashMap<Of, u32>,
}

impl Draft<'_> {
    /// Adds what one root rests on.
    fn add(&mut self, shape: &Shape) -> Part {
        self.flat.leaves.reserve(shape.nodes.len());
        self.leaf_ix.reserve(shape.nodes.len());
        let mut built: FxHashMap<NodeIx, Part> = FxHashMap::default();
        let mut last = Part::Constant(NodeIx::FALSE);
        for (at, &node) in shape.nodes.iter().enumerate() {
            let stand = shape.stand(node);
            let root = at + 1 == shape.nodes.len();
            let op = match self.structure.node(node) {
                Node::All(_) => Op::All,
                Node::Any(_) => Op::Any,
                Node::AtLeast(needed, _) => Op::AtLeast(needed),
                Node::Unit(unit) if root => return self.leaf(Of::Unit(unit), false),
                Node::Domain(domain) if root => return self.leaf(Of::Domain(domain), false),
                Node::True | Node::False if root => return Part::Constant(node),
                _ => continue,
            };
            if root || !(stand.joined || stand.top) {
                last = self.add_gate(shape, &built, node, op);
                built.insert(node, last);
            }
        }
        last
    }

    /// A gate with the children of those that are joined to it.
    fn add_gate(&mut self, shape: &Shape, built: &FxHashMap<NodeIx, Part>, gate: NodeIx, op: Op) -> Part {
        let structure = self.structure;
        let top = shape.stand(gate).top;
        let mut parts = Vec::new();
        let mut open = vec![gate];
        // several parts of the whole flow's conjunction may name the same child
        let mut seen: FxHashSet<NodeIx> = FxHashSet::default();
        while let Some(node) = open.pop() {
            let (Node::All(kids) | Node::Any(kids) | Node::AtLeast(_, kids)) = structure.node(node) else {
                continue;
            };
            if top {
                seen.reserve(kids.len());
            }
            for &kid in kids {
                if top && !seen.insert(kid) {
                    continue;
                }
                let stand = shape.stand(kid);
                let of = match structure.node(kid) {
                    Node::Unit(unit) => Of::Unit(unit),
                    Node::Domain(domain) => Of::Domain(domain),
                    _ if stand.joined || stand.top => {
                        open.push(kid);
                        continue;
                    }
                    _ => {
                        parts.push(built.get(&kid).copied().unwrap_or(Part::Constant(NodeIx::FALSE)));
                        continue;
                    }
                };
                // what the whole flow needs is up wherever else it matters
                parts.push(match stand.literal && !top {
                    true => Part::Constant(NodeIx::TRUE),
                    false => self.leaf(of, stand.repeated && !top),
                });
            }
        }
        self.flat.gates.push((op, parts));
        Part::Gate(self.flat.gates.len() as u32 - 1)
    }

    fn leaf(&mut self, of: Of, repeated: bool) -> Part {
        let leaves = &mut self.flat.leaves;
        let ix = *self.leaf_ix.entry(of).or_insert_with(|| {
            leaves.push(Leaf { of, repeated: false });
            leaves.len() as u32 - 1
        });
        leaves[ix as usize].repeated |= repeated;
        Part::Leaf(ix)
    }
}
