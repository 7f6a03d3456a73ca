//! A generator of drawings for the tests of every stage.

use super::drawing::{Class, Direction, Drawing, Edge, End, Group, Node, Op};
use super::layout::testing::Random;

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
pub(super) fn random(seed: u64, most: usize) -> Drawing {
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
