//! Finds what hangs on the rest of a graph by a single edge. Such leaves are set in last, into the room that the others
//! leave, so that one more of them moves little. It knows the graph alone.
//!
//! Invariants: what is left without the leaves has the same parts as the whole; every group that holds something still
//! does; each leaf comes after what it hangs on.

use std::collections::BTreeSet;

use super::graph::Graph;
use crate::diagram::drawing::End;

/// A node that hangs on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Leaf {
    pub(super) node: usize,
    /// Its only edge.
    pub(super) edge: usize,
    /// What it hangs on.
    pub(super) on: usize,
}

/// The rest must keep so many of ten nodes; else fewer leaves are taken, or none.
const KEPT: usize = 5;
/// Nodes with more leaves keep them: they are a fan, which has a shape of its own.
const FAN: usize = 4;

/// The leaves, in the order in which they are to be set in.
pub(super) fn find(graph: &Graph) -> Vec<Leaf> {
    let n = graph.nodes.len();
    let enough = |leaves: &Vec<Leaf>| 10 * (n - leaves.len()) >= KEPT * n;
    [usize::MAX, 1].into_iter().map(|deep| taken(graph, deep)).find(enough).unwrap_or_default()
}

/// The nodes that come off when what has one edge is taken away, so many times over.
fn taken(graph: &Graph, deep: usize) -> Vec<Leaf> {
    let n = graph.nodes.len();
    let fixed = fixed(graph);
    let mut near: Vec<BTreeSet<(usize, usize)>> = vec![BTreeSet::new(); n];
    for (e, edge) in graph.edges.iter().enumerate() {
        if let (End::Node(a), End::Node(b)) = (edge.from, edge.to)
            && a < n
            && b < n
        {
            near[a].insert((b, e));
            near[b].insert((a, e));
        }
    }
    let mut held = held(graph);
    let mut leaves: Vec<Leaf> = Vec::new();
    for _ in 0..deep {
        let before = leaves.len();
        let ends: Vec<usize> = (0..n).rev().filter(|&v| !fixed[v] && near[v].len() == 1).collect();
        for v in ends {
            let Some(&(on, edge)) = near[v].first() else { continue };
            if on == v || !may_go(graph, &held, v, on) {
                continue;
            }
            near[v].clear();
            near[on].remove(&(v, edge));
            if let Some(count) = graph.nodes[v].parent.and_then(|g| held.get_mut(g)) {
                *count -= 1;
            }
            leaves.push(Leaf { node: v, edge, on });
        }
        if leaves.len() == before {
            break;
        }
    }
    without_fans(n, leaves)
}

/// Nodes of a fan stay, and so does all that they hang on.
fn without_fans(n: usize, leaves: Vec<Leaf>) -> Vec<Leaf> {
    let mut many = vec![0_usize; n];
    for leaf in &leaves {
        many[leaf.on] += 1;
    }
    let mut stays = vec![false; n];
    // What was taken last comes first: a leaf's holder is seen after it.
    for leaf in &leaves {
        if many[leaf.on] > FAN || stays[leaf.node] {
            stays[leaf.node] = true;
            stays[leaf.on] = true;
        }
    }
    let mut left: Vec<Leaf> = leaves.into_iter().filter(|l| !stays[l.node]).collect();
    left.sort_by_key(|l| l.node);
    // Each after what it hangs on, else as declared.
    let mut waiting: BTreeSet<usize> = left.iter().map(|l| l.node).collect();
    let mut out = Vec::with_capacity(left.len());
    while out.len() < left.len() {
        let Some(next) = left.iter().find(|l| waiting.contains(&l.node) && !waiting.contains(&l.on)) else {
            break;
        };
        waiting.remove(&next.node);
        out.push(*next);
    }
    out
}

/// Nodes that an author's hint or an edge to a group keeps in place.
fn fixed(graph: &Graph) -> Vec<bool> {
    let mut fixed = vec![false; graph.nodes.len()];
    let hints = &graph.hints;
    let hinted = hints.same_rank.iter().chain(&hints.near).chain(&hints.order).copied();
    let to_group = graph.edges.iter().flat_map(|e| match (e.from, e.to) {
        (End::Node(_), End::Node(_)) => [None, None],
        (a, b) => [Some(a), Some(b)],
    });
    for end in hinted.chain(to_group.flatten()) {
        if let End::Node(v) = end
            && let Some(fixed) = fixed.get_mut(v)
        {
            *fixed = true;
        }
    }
    fixed
}

/// How many children each group has.
fn held(graph: &Graph) -> Vec<usize> {
    let mut held = vec![0; graph.groups.len()];
    let parents = graph.nodes.iter().map(|n| n.parent).chain(graph.groups.iter().map(|g| g.parent));
    for g in parents.flatten() {
        if let Some(count) = held.get_mut(g) {
            *count += 1;
        }
    }
    held
}

/// A leaf leaves something in its group, and what it hangs on is in that group too: on the way to it the edge crosses
/// borders outwards only.
fn may_go(graph: &Graph, held: &[usize], v: usize, on: usize) -> bool {
    let parent = graph.nodes[v].parent.filter(|&g| g < held.len());
    let mut around = graph.nodes[on].parent.filter(|&g| g < held.len());
    while around != parent {
        let Some(g) = around else { return false };
        around = graph.groups[g].parent.filter(|&p| p < g);
    }
    parent.and_then(|g| held.get(g)).is_none_or(|&count| count > 1)
}

#[cfg(test)]
mod tests {
    use super::super::Size;
    use super::super::graph::{Edge, Node};
    use super::super::testing::random;
    use super::*;
    use crate::diagram::drawing::Op;

    fn graph(n: usize, edges: &[(usize, usize)]) -> Graph {
        let node = Node { size: Size { w: 100.0, h: 40.0 }, parent: None };
        let edge = |&(a, b): &(usize, usize)| Edge {
            from: End::Node(a),
            to: End::Node(b),
            op: Op::Call,
            label: None,
        };
        Graph { nodes: vec![node; n], edges: edges.iter().map(edge).collect(), ..Graph::default() }
    }

    fn nodes(g: &Graph) -> Vec<usize> {
        find(g).iter().map(|l| l.node).collect()
    }

    #[test]
    fn what_hangs_on_a_circle_is_taken_with_what_hangs_on_that() {
        let mut edges: Vec<_> = (0..6).map(|i| (i, (i + 1) % 6)).collect();
        edges.extend([(0, 6), (6, 7), (8, 2)]);
        assert_eq!(nodes(&graph(9, &edges)), [6, 7, 8]);
    }

    #[test]
    fn a_fan_stays() {
        let mut edges: Vec<_> = (0..12).map(|i| (i, (i + 1) % 12)).collect();
        edges.extend((12..17).map(|i| (0, i)));
        assert!(nodes(&graph(17, &edges)).is_empty());
    }

    #[test]
    fn one_of_two_that_have_but_one_another_stays() {
        let mut edges: Vec<_> = (0..6).map(|i| (i, (i + 1) % 6)).collect();
        edges.push((7, 6));
        assert_eq!(nodes(&graph(8, &edges)), [7]);
    }

    #[test]
    fn each_leaf_comes_after_what_it_hangs_on_and_no_group_is_emptied() {
        for seed in 0..300 {
            let g = random(seed, 20);
            let leaves = find(&g);
            for (i, leaf) in leaves.iter().enumerate() {
                assert!(leaves[i..].iter().all(|l| l.node != leaf.on), "seed {seed}");
            }
            let full = held(&g);
            let mut left = full.clone();
            for parent in leaves.iter().filter_map(|l| g.nodes[l.node].parent) {
                left[parent] -= 1;
            }
            assert!(full.iter().zip(&left).all(|(f, l)| *f == 0 || *l > 0), "seed {seed}");
        }
    }
}
