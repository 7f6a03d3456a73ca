//! A generator of graphs and the promises of a placement, for the tests of every phase.

use super::graph::{Edge, Graph, Group, Node};
use super::*;
use crate::diagram::drawing::{End, Op};

/// A small generator with a fixed sequence, so that a failure names its seed.
pub(in crate::diagram) struct Random(u64);

impl Random {
    pub(in crate::diagram) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def1)
    }

    pub(in crate::diagram) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// A random graph: groups up to five deep, loops, parallel edges, circles, edges to groups and to what holds them.
pub(in crate::diagram) fn random(seed: u64, most: usize) -> Graph {
    let mut r = Random::new(seed);
    let nodes = 1 + r.below(most);
    let groups = if r.below(4) == 0 { 0 } else { r.below(nodes / 2 + 2) };
    let mut g = Graph::default();
    for i in 0..groups {
        let parent = (r.below(3) > 0 && i > 0).then(|| r.below(i));
        g.groups.push(Group { title: 30.0 + r.below(200) as f64 / 3.0, parent });
    }
    for _ in 0..nodes {
        let size = Size { w: (40 + 10 * r.below(16)) as f64, h: (30 + r.below(60)) as f64 };
        g.nodes.push(Node { size, parent: (groups > 0 && r.below(5) > 0).then(|| r.below(groups)) });
    }
    for _ in 0..r.below(nodes * 2 + 1) {
        let mut end = || {
            if groups > 0 && r.below(8) == 0 {
                End::Group(r.below(groups))
            } else {
                End::Node(r.below(nodes))
            }
        };
        let (from, to) = (end(), end());
        let label = (r.below(3) == 0)
            .then(|| Size { w: (10 + r.below(110)) as f64, h: (14 + 14 * r.below(3)) as f64 });
        g.edges.push(Edge { from, to, op: Op::ALL[r.below(4)], label });
    }
    let ways = [Direction::Down, Direction::Right, Direction::Up, Direction::Left];
    g.direction = ways.get(r.below(5)).copied();
    g
}

fn overlap(a: &Rect, b: &Rect) -> bool {
    a.x + 0.5 < b.x + b.w && b.x + 0.5 < a.x + a.w && a.y + 0.5 < b.y + b.h && b.y + 0.5 < a.y + a.h
}

fn inside(inner: &Rect, outer: &Rect) -> bool {
    inner.x >= outer.x
        && inner.y >= outer.y
        && inner.x + inner.w <= outer.x + outer.w
        && inner.y + inner.h <= outer.y + outer.h
}

fn holders(graph: &Graph, mut at: Option<usize>) -> Vec<usize> {
    let mut out = Vec::new();
    while let Some(g) = at {
        out.push(g);
        at = graph.groups[g].parent;
    }
    out
}

/// Does the stretch between two points pass the inside of a box?
fn passes(a: Point, b: Point, r: &Rect) -> bool {
    let (x0, x1) = (a.x.min(b.x), a.x.max(b.x));
    let (y0, y1) = (a.y.min(b.y), a.y.max(b.y));
    x0 + 1.0 < r.x + r.w && r.x + 1.0 < x1.max(x0 + 1e-9) + 0.0 && y0 + 1.0 < r.y + r.h && r.y + 1.0 < y1
        || x0 == x1 && x0 > r.x + 1.0 && x0 < r.x + r.w - 1.0 && y0 < r.y + r.h - 1.0 && y1 > r.y + 1.0
        || y0 == y1 && y0 > r.y + 1.0 && y0 < r.y + r.h - 1.0 && x0 < r.x + r.w - 1.0 && x1 > r.x + 1.0
}

/// Everything that a placement promises.
pub(in crate::diagram) fn hold(d: &Graph, p: &Placement, what: &str) {
    let whole = Rect { x: 0.0, y: 0.0, w: p.width, h: p.height };
    let counts = (p.nodes.len(), p.groups.len(), p.edges.len());
    assert_eq!(counts, (d.nodes.len(), d.groups.len(), d.edges.len()), "{what}");
    hold_boxes(d, p, &whole, what);
    for e in 0..p.edges.len() {
        hold_edge(d, p, e, what);
        hold_label(d, p, e, &whole, what);
    }
    hold_columns(d, p, what);
}

fn hold_boxes(d: &Graph, p: &Placement, whole: &Rect, what: &str) {
    for (i, a) in p.nodes.iter().enumerate() {
        assert!(inside(a, whole), "{what}: node {i} outside the picture: {a:?} {whole:?}");
        for (j, b) in p.nodes.iter().enumerate().skip(i + 1) {
            assert!(!overlap(a, b), "{what}: nodes {i} and {j} overlap");
        }
        let held = holders(d, d.nodes[i].parent);
        for (g, b) in p.groups.iter().enumerate() {
            let ok = if held.contains(&g) { inside(a, b) } else { !overlap(a, b) };
            assert!(ok, "{what}: node {i} and group {g}");
        }
    }
    for (i, a) in p.groups.iter().enumerate() {
        let held = holders(d, Some(i));
        for (j, b) in p.groups.iter().enumerate().take(i) {
            let ok = if held.contains(&j) { inside(a, b) } else { !overlap(a, b) };
            assert!(ok, "{what}: groups {i} and {j}");
        }
    }
}

fn end_rect(p: &Placement, end: End) -> Rect {
    match end {
        End::Node(i) => p.nodes[i],
        End::Group(i) => p.groups[i],
    }
}

fn end_holders(d: &Graph, end: End) -> Vec<usize> {
    match end {
        End::Node(i) => holders(d, d.nodes[i].parent),
        End::Group(i) => holders(d, Some(i)),
    }
}

fn hold_edge(d: &Graph, p: &Placement, e: usize, what: &str) {
    let (edge, line) = (&d.edges[e], &p.edges[e]);
    assert!(line.points.len() >= 2, "{what}: edge {e} has no line");
    let own: Vec<usize> = [edge.from, edge.to].into_iter().flat_map(|end| end_holders(d, end)).collect();
    for w in line.points.windows(2) {
        assert!(w[0].x == w[1].x || w[0].y == w[1].y, "{what}: edge {e} is not in right angles: {w:?}");
        for (i, r) in p.nodes.iter().enumerate() {
            let own = edge.from == End::Node(i) || edge.to == End::Node(i);
            assert!(own || !passes(w[0], w[1], r), "{what}: edge {e} passes node {i}: {w:?} {r:?}");
        }
        for (g, r) in p.groups.iter().enumerate() {
            let ok = own.contains(&g) || !passes(w[0], w[1], r);
            assert!(ok, "{what}: edge {e} passes group {g}: {w:?} {r:?}");
            let title = Rect { x: r.x + 8.0, y: r.y + 5.0, w: (d.groups[g].title - 24.0).max(1.0), h: 14.0 };
            assert!(
                !passes(w[0], w[1], &title),
                "{what}: edge {e} crosses the title of group {g}: {w:?} {r:?}"
            );
        }
    }
    for (end, at) in [(edge.from, line.points[0]), (edge.to, line.points[line.points.len() - 1])] {
        let r = end_rect(p, end);
        let on_x = at.x >= r.x - 0.1 && at.x <= r.x + r.w + 0.1;
        let on_y = at.y >= r.y - 0.1 && at.y <= r.y + r.h + 0.1;
        assert!(on_x && on_y, "{what}: edge {e} ends off its box: {at:?} {r:?}");
    }
}

fn hold_label(d: &Graph, p: &Placement, e: usize, whole: &Rect, what: &str) {
    assert_eq!(p.edges[e].label.is_some(), d.edges[e].label.is_some(), "{what}: label of {e}");
    let Some(label) = &p.edges[e].label else { return };
    assert!(inside(label, whole), "{what}: label of {e} outside: {label:?} {whole:?}");
    for (i, r) in p.nodes.iter().enumerate() {
        assert!(!overlap(label, r), "{what}: label of {e} on node {i}");
    }
    for (f, line) in p.edges.iter().enumerate().filter(|(f, _)| *f != e) {
        let other = line.label.filter(|_| f > e);
        assert!(other.is_none_or(|other| !overlap(label, &other)), "{what}: label of {e} on that of {f}");
        for w in line.points.windows(2) {
            assert!(!passes(w[0], w[1], label), "{what}: label of {e} on edge {f}: {label:?} {w:?}");
        }
    }
}

/// Edges without a common end do not lie on one another.
fn hold_columns(d: &Graph, p: &Placement, what: &str) {
    // Where a stretch runs: upright or not, its line, from, to, and its edge.
    let mut runs: Vec<(bool, f64, f64, f64, usize)> = Vec::new();
    for (e, line) in p.edges.iter().enumerate() {
        for w in line.points.windows(2) {
            let (a, b) = (w[0], w[1]);
            runs.push(match a.x == b.x {
                true => (true, a.x, a.y.min(b.y), a.y.max(b.y), e),
                false => (false, a.y, a.x.min(b.x), a.x.max(b.x), e),
            });
        }
    }
    let ends = |e: usize| [d.edges[e].from, d.edges[e].to];
    for (k, a) in runs.iter().enumerate() {
        for b in &runs[..k] {
            let near = a.0 == b.0 && (a.1 - b.1).abs() < 0.5 && a.2.max(b.2) + 0.5 < a.3.min(b.3);
            let one = a.4 == b.4 || ends(a.4).iter().any(|x| ends(b.4).contains(x));
            assert!(!near || one, "{what}: edges {} and {} lie on one another: {a:?} {b:?}", a.4, b.4);
        }
    }
}
