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

/// A node and a group with another, a message with a quote in its label and a link to the group.
pub(super) fn pair() -> Drawing {
    let node = |id: &str, kind: &str, label: &str, parent| Node {
        id: id.into(),
        kind: kind.into(),
        label: label.into(),
        parent,
        ..Node::default()
    };
    let mut api = node("api", "service", "API", None);
    (api.tech, api.badge) = (Some("go".into()), Some("×3".into()));
    let group =
        Group { id: "us".into(), kind: "region".into(), label: "us-east-1".into(), ..Group::default() };
    let edge = |id: &str, to, op, label: &str| Edge {
        id: id.into(),
        from: End::Node(0),
        to,
        op,
        label: label.into(),
    };
    Drawing {
        title: "pair".into(),
        nodes: vec![api, node("us.links", "database", "Links", Some(0))],
        groups: vec![group],
        edges: vec![
            edge("e1", End::Node(1), Op::Message, "a\"b"),
            edge("e2", End::Group(0), Op::Link, "70 ms"),
        ],
        ..Drawing::default()
    }
}

/// Drawings whose every text is hostile: two nodes and an edge in two nested groups, an edge to a group and one outside.
pub(super) fn hostile() -> Vec<(String, Drawing)> {
    let texts = [
        "</text><script>alert(\"1\")</script>&#0;]]>'`",
        "\"] --> x; click n0 \"javascript:alert(1)\" %%{init: {}}%%",
        "${x} \\\" } a -> b: {link: evil}\\",
        "a\u{0}b\u{1b}[31mc\r\nd\te\u{85}\u{2028}f",
        "\u{202e}evil\u{2066}\u{200f} \u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{645}\u{631}\u{62d}\u{628}\u{627}",
        "日本語 🦀 👨\u{200d}👩\u{200d}👧 \u{fffe}\u{feff}",
    ];
    let long = "x".repeat(10_000);
    let marks = format!("e{}", "\u{301}".repeat(500));
    texts
        .iter()
        .map(ToString::to_string)
        .chain([long, marks])
        .map(|t| (t.clone(), hostile_drawing(&t)))
        .collect()
}

fn hostile_drawing(text: &str) -> Drawing {
    let group = |i: usize, parent| Group {
        id: format!("g{i} {text}"),
        kind: text.into(),
        label: text.into(),
        parent,
        description: text.into(),
    };
    let node = |i: usize, parent| Node {
        id: format!("n{i} {text}"),
        kind: if i == 0 { "service".into() } else { text.replace('_', "-") },
        label: text.into(),
        tech: Some(text.into()),
        badge: Some(text.into()),
        parent,
        description: text.into(),
        ..Node::default()
    };
    let edge =
        |i: usize, from, to| Edge { id: format!("e{i}"), from, to, op: Op::ALL[i], label: text.into() };
    Drawing {
        title: text.into(),
        description: text.into(),
        nodes: vec![node(0, Some(1)), node(1, None)],
        groups: vec![group(0, None), group(1, Some(0))],
        edges: vec![
            edge(0, End::Node(0), End::Node(1)),
            edge(1, End::Node(1), End::Node(0)),
            edge(3, End::Node(1), End::Group(0)),
        ],
        ..Drawing::default()
    }
}
