//! The SVG held against what a browser, a reader and a page rely on.

use super::*;
use crate::diagram::drawing::{Class, Drawing, Edge, End, Group, Node, Op};
use crate::diagram::scene;
use crate::diagram::{layout, sizes, testing};

fn draw(drawing: &Drawing, theme: Theme, salt: &str) -> String {
    let placement = sizes::place(drawing, &layout::Options::default());
    svg(&scene::build(drawing, &placement, theme), &Options { salt: salt.to_owned(), plain: false })
}

fn node(id: &str, label: &str) -> Node {
    Node { id: id.into(), kind: "service".into(), label: label.into(), ..Node::default() }
}

/// Enough of an XML reader to see that tags match and nothing raw is left.
fn well_formed(text: &str) {
    let mut open = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        assert!(!rest[..at].contains('>'), "raw > in {}", &rest[..at]);
        for amp in rest[..at].split('&').skip(1) {
            assert!(amp.contains(';'), "raw & in {}", &rest[..at]);
        }
        let end = at + rest[at..].find('>').expect("a tag ends");
        let tag = &rest[at + 1..end];
        assert_eq!(tag.matches('"').count() % 2, 0, "quotes in <{tag}>");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name.to_owned()));
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap().to_owned());
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty());
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
}

#[test]
fn hostile_labels_stay_text() {
    let evil = "</text><script>alert(\"1\")</script>&#0;\u{0}\u{b}\u{202e}\u{fffe}]]>'\"";
    let mut d = Drawing { title: evil.into(), description: evil.into(), ..Drawing::default() };
    d.groups.push(Group { id: evil.into(), kind: evil.into(), label: evil.into(), ..Group::default() });
    let mut n = node(evil, evil);
    n.kind = evil.into();
    n.tech = Some(evil.into());
    n.badge = Some(evil.into());
    n.description = evil.into();
    n.parent = Some(0);
    d.nodes = vec![n, node("b", "b")];
    d.edges.push(Edge {
        id: evil.into(),
        from: End::Node(0),
        to: End::Node(1),
        op: Op::Call,
        label: evil.into(),
    });
    let out = draw(&d, Theme::Auto, evil);
    well_formed(&out);
    assert!(!out.contains("<script") && !out.contains('\u{202e}') && !out.contains('\u{fffe}'));
}

#[test]
fn random_drawings_are_well_formed_and_the_same_twice() {
    for seed in 0..40 {
        let d = testing::random(seed, 30);
        let out = draw(&d, Theme::Auto, "");
        well_formed(&out);
        assert_eq!(out, draw(&d, Theme::Auto, ""), "seed {seed}");
    }
}

#[test]
fn elements_carry_their_paths_and_ids_their_salt() {
    let mut d = Drawing { nodes: vec![node("us.api", "API"), node("us.db", "DB")], ..Drawing::default() };
    d.groups.push(Group { id: "us".into(), kind: "region".into(), label: "us".into(), ..Group::default() });
    d.nodes[0].parent = Some(0);
    d.edges.push(Edge {
        id: "e1".into(),
        from: End::Node(0),
        to: End::Node(1),
        op: Op::Call,
        label: String::new(),
    });
    let out = draw(&d, Theme::Auto, "one");
    for part in [
        "<g class=\"node kind-service\" data-id=\"us.api\">",
        "<g class=\"group kind-region\" data-id=\"us\">",
        "<g class=\"edge\" data-id=\"e1\" data-from=\"us.api\" data-to=\"us.db\">",
        "role=\"img\" aria-labelledby=\"ar-one-title ar-one-desc\"",
        "<title id=\"ar-one-title\">",
        "prefers-color-scheme:dark",
    ] {
        assert!(out.contains(part), "{part} is missing in {out}");
    }
    assert!(!draw(&d, Theme::Dark, "").contains("prefers-color-scheme"));
    assert!(!out.contains("http") || out.matches("http").count() == 1);
}

#[test]
fn twenty_nodes_fit_in_twenty_kilobytes() {
    // The synthetic system that tools/peers writes, on which others need twice as much.
    let members: [(&str, Class); 10] = [
        ("gateway", Class::Traffic),
        ("service", Class::Compute),
        ("service", Class::Compute),
        ("service", Class::Compute),
        ("service", Class::Compute),
        ("worker", Class::Compute),
        ("database", Class::Data),
        ("database", Class::Data),
        ("cache", Class::Data),
        ("queue", Class::Messaging),
    ];
    let calls = [
        (0, 1),
        (1, 6),
        (0, 2),
        (2, 6),
        (0, 3),
        (3, 6),
        (0, 4),
        (4, 6),
        (1, 8),
        (2, 8),
        (3, 9),
        (4, 9),
        (9, 5),
        (5, 6),
        (6, 7),
    ];
    let mut d = Drawing { title: "peers".into(), ..Drawing::default() };
    for g in 0..2 {
        d.groups.push(Group {
            id: format!("g{g}"),
            kind: "context".into(),
            label: format!("Domain {g}"),
            ..Group::default()
        });
        for (i, (kind, class)) in members.into_iter().enumerate() {
            let mut n = node(&format!("g{g}.n{i}"), &format!("Orders API {i}"));
            (n.kind, n.class, n.parent) = (kind.into(), class, Some(g));
            d.nodes.push(n);
        }
        for (i, (a, b)) in calls.into_iter().enumerate() {
            let (from, to) = (End::Node(g * 10 + a), End::Node(g * 10 + b));
            d.edges.push(Edge { id: format!("e{i}"), from, to, op: Op::ALL[i / 10], label: "HTTP".into() });
        }
    }
    for (a, b) in [(1, 10), (2, 10), (12, 0)] {
        let (from, to) = (End::Node(a), End::Node(b));
        d.edges.push(Edge { id: "e33".into(), from, to, op: Op::Call, label: "HTTP".into() });
    }
    let out = draw(&d, Theme::Auto, "");
    assert!(out.len() <= 20_000, "{} bytes", out.len());
}

#[test]
fn hostile_text_is_harmless_everywhere() {
    use crate::diagram::sign::{Note, Sample, Tag, Tone};
    for (text, mut d) in testing::hostile() {
        let tag = Tag { tone: Tone::Bad, text: text.clone() };
        d.overlay.node(0).tag(Tone::Bad, text.clone());
        d.overlay.node(0).remark(&text);
        d.overlay.node(1).faint = true;
        d.overlay.edge(0).tag(Tone::Step, text.clone());
        d.overlay.group(0).tag(Tone::Warn, text.clone());
        d.overlay.key(Sample::Tag(tag.clone()), text.clone());
        d.overlay.notes.push(Note { tag, head: text.clone(), text: text.clone() });
        for plain in [false, true] {
            let placement = sizes::place(&d, &layout::Options::default());
            let out = svg(&scene::build(&d, &placement, Theme::Auto), &Options { salt: text.clone(), plain });
            well_formed(&out);
            assert!(!out.contains("<script") && !out.contains('\u{202e}'), "{text:?}");
            assert!(!plain || !out.contains("var(") && !out.contains("@media"));
            let json = crate::diagram::json::json(&scene::build(&d, &placement, Theme::Auto));
            assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{text:?}");
            let dot = crate::diagram::dot::dot(&d);
            assert!(!dot.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        }
    }
}
