//! A generator of drawings and the promises of a placement, for the tests of every stage.

use super::*;
use crate::diagram::drawing::{Class, Edge, End, Group, Node, Op};

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

const KINDS: [(&str, Class); 10] = [
    ("client", Class::Actor),
    ("person", Class::Actor),
    ("load_balancer", Class::Traffic),
    ("service", Class::Compute),
    ("function", Class::Compute),
    ("database", Class::Data),
    ("object_store", Class::Data),
    ("queue", Class::Messaging),
    ("monitor", Class::Platform),
    ("unheard_of", Class::Compute),
];
const LABELS: [&str; 8] = [
    "api",
    "Redirect API",
    "a rather long name that has to wrap over several lines before it ends",
    "短縮URLサービス",
    "🦀🚀",
    "שירות",
    "<script>alert('x')</script> & \"more\"",
    "",
];

/// A random drawing: groups up to five deep, loops, parallel edges, circles, edges to groups and to what holds them.
pub(in crate::diagram) fn random(seed: u64, most: usize) -> Drawing {
    let mut r = Random::new(seed);
    let nodes = 1 + r.below(most);
    let groups = if r.below(4) == 0 { 0 } else { r.below(nodes / 2 + 2) };
    let mut d = Drawing { title: format!("random {seed}"), ..Drawing::default() };
    for i in 0..groups {
        let parent = (r.below(3) > 0 && i > 0).then(|| r.below(i));
        let label = LABELS[r.below(LABELS.len())].to_owned();
        d.groups.push(Group {
            id: format!("g{i}"),
            kind: "region".into(),
            label,
            parent,
            description: String::new(),
        });
    }
    for i in 0..nodes {
        let (kind, class) = KINDS[r.below(KINDS.len())];
        d.nodes.push(Node {
            id: format!("n{i}"),
            kind: kind.into(),
            class,
            label: LABELS[r.below(LABELS.len())].to_owned(),
            tech: (r.below(2) == 0).then(|| "postgres".to_owned()),
            badge: (r.below(3) == 0).then(|| "×2–20".to_owned()),
            parent: (groups > 0 && r.below(5) > 0).then(|| r.below(groups)),
            ..Node::default()
        });
    }
    for i in 0..r.below(nodes * 2 + 1) {
        let mut end = || {
            if groups > 0 && r.below(8) == 0 {
                End::Group(r.below(groups))
            } else {
                End::Node(r.below(nodes))
            }
        };
        let (from, to) = (end(), end());
        let label = if r.below(3) == 0 { LABELS[r.below(LABELS.len())].to_owned() } else { String::new() };
        d.edges.push(Edge { id: format!("e{}", i + 1), from, to, op: Op::ALL[r.below(4)], label });
    }
    d.direction =
        [None, Some(Direction::Down), Some(Direction::Right), Some(Direction::Up), Some(Direction::Left)]
            [r.below(5)];
    d
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

fn holders(d: &Drawing, mut at: Option<usize>) -> Vec<usize> {
    let mut out = Vec::new();
    while let Some(g) = at {
        out.push(g);
        at = d.groups[g].parent;
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
pub(in crate::diagram) fn hold(d: &Drawing, p: &Placement, what: &str) {
    let whole = Rect { x: 0.0, y: 0.0, w: p.width, h: p.height };
    assert_eq!(
        (p.nodes.len(), p.groups.len(), p.edges.len()),
        (d.nodes.len(), d.groups.len(), d.edges.len())
    );
    for (i, a) in p.nodes.iter().enumerate() {
        assert!(inside(a, &whole), "{what}: node {i} outside the picture: {a:?} {whole:?}");
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
    for (e, line) in p.edges.iter().enumerate() {
        let edge = &d.edges[e];
        assert!(line.points.len() >= 2, "{what}: edge {e} has no line");
        for w in line.points.windows(2) {
            assert!(w[0].x == w[1].x || w[0].y == w[1].y, "{what}: edge {e} is not in right angles: {w:?}");
            for (i, r) in p.nodes.iter().enumerate() {
                let own = edge.from == End::Node(i) || edge.to == End::Node(i);
                assert!(own || !passes(w[0], w[1], r), "{what}: edge {e} passes node {i}: {w:?} {r:?}");
            }
        }
        for (end, at) in [(edge.from, line.points[0]), (edge.to, line.points[line.points.len() - 1])] {
            let r = match end {
                End::Node(i) => p.nodes[i],
                End::Group(i) => p.groups[i],
            };
            let on_x = at.x >= r.x - 0.1 && at.x <= r.x + r.w + 0.1;
            let on_y = at.y >= r.y - 0.1 && at.y <= r.y + r.h + 0.1;
            assert!(on_x && on_y, "{what}: edge {e} ends off its box: {at:?} {r:?}");
        }
        if let Some(label) = &line.label {
            assert!(inside(label, &whole), "{what}: label of {e} outside: {label:?} {whole:?} {edge:?}");
            for (i, r) in p.nodes.iter().enumerate() {
                assert!(!overlap(label, r), "{what}: label of {e} on node {i}");
            }
        }
    }
}
