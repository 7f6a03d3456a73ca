//! Grows the first spanning forest of the network simplex: tight trees, each from one vertex outwards. It knows only arcs.
//!
//! Invariant: every arc of the forest has no slack, and no arc has less than none.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::simplex::Tree;

/// The growth of one tight tree: the nearest vertex outside joins, and the tree moves by the slack between them. The move
/// is only noted (`shift`) and paid at the end.
pub(super) struct Growth {
    pub(super) inside: Vec<bool>,
    pub(super) order: Vec<usize>,
    /// What the tree had moved by when the vertex joined.
    base: Vec<i64>,
    shift: i64,
    /// Arcs that leave the tree, and arcs that enter it, by slack.
    leaving: BinaryHeap<Reverse<(i64, usize)>>,
    entering: BinaryHeap<Reverse<(i64, usize)>>,
}

impl Growth {
    pub(super) fn new(n: usize) -> Self {
        Self {
            inside: vec![false; n],
            order: Vec::with_capacity(n),
            base: vec![0; n],
            shift: 0,
            leaving: BinaryHeap::new(),
            entering: BinaryHeap::new(),
        }
    }

    pub(super) fn grow(&mut self, tree: &mut Tree<'_>, root: usize) {
        let first = self.order.len();
        self.shift = 0;
        self.leaving.clear();
        self.entering.clear();
        self.add(tree, root);
        loop {
            for heap in [&mut self.leaving, &mut self.entering] {
                while let Some(&Reverse((_, k))) = heap.peek()
                    && self.inside[tree.arcs[k].tail]
                    && self.inside[tree.arcs[k].head]
                {
                    heap.pop();
                }
            }
            let out = self.leaving.peek().map(|r| (r.0.0 - self.shift, r.0.1));
            let into = self.entering.peek().map(|r| (r.0.0 + self.shift, r.0.1));
            let (slack, k, leaves) = match (out, into) {
                (None, None) => break,
                (Some(o), Some(i)) if i.0 < o.0 => (i.0, i.1, false),
                (Some(o), _) => (o.0, o.1, true),
                (None, Some(i)) => (i.0, i.1, false),
            };
            self.shift += if leaves { slack } else { -slack };
            let arc = tree.arcs[k];
            let v = if leaves { arc.head } else { arc.tail };
            tree.up[v] = k;
            tree.links[arc.tail].push(k);
            tree.links[arc.head].push(k);
            self.add(tree, v);
        }
        for &v in &self.order[first..] {
            tree.x[v] += self.shift - self.base[v];
        }
    }

    fn add(&mut self, tree: &Tree<'_>, v: usize) {
        self.base[v] = self.shift;
        self.inside[v] = true;
        self.order.push(v);
        for &k in tree.at.of(v) {
            let arc = &tree.arcs[k];
            if self.inside[arc.other(v)] {
                continue;
            }
            let slack = arc.slack(&tree.x);
            if arc.tail == v {
                self.leaving.push(Reverse((slack + self.shift, k)));
            } else {
                self.entering.push(Reverse((slack - self.shift, k)));
            }
        }
    }
}
