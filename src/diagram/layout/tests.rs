//! Random drawings with groups, laid out and held against what a reader relies on.

use super::testing::{hold, random};
use super::*;
use crate::diagram::drawing::{Edge, End, Group, Node, Op};

#[test]
fn six_hundred_random_drawings_hold_and_come_out_the_same_twice() {
    for seed in 0..600 {
        let d = random(seed, if seed % 25 == 0 { 40 } else { 12 });
        let options = Options::default();
        let p = layout(&d, &options);
        hold(&d, &p, &format!("seed {seed}"));
        if seed % 20 == 0 {
            assert_eq!(p, layout(&d, &options), "seed {seed} differs from itself");
        }
    }
}

#[test]
fn the_own_placement_holds_where_layout_rs_is_not_asked() {
    for seed in 1000..1100 {
        let d = random(seed, 14);
        let p = layout(&d, &Options { seed_limit: 0, ..Options::default() });
        hold(&d, &p, &format!("seed {seed}"));
    }
}

#[test]
fn nothing_and_broken_indices_are_placed_too() {
    assert_eq!(layout(&Drawing::default(), &Options::default()).nodes, []);
    let mut d = random(7, 5);
    d.nodes[0].parent = Some(99);
    d.groups.push(Group { id: "self".into(), parent: Some(d.groups.len()), ..Group::default() });
    d.edges.push(Edge {
        id: "x".into(),
        from: End::Node(99),
        to: End::Group(99),
        op: Op::Call,
        label: "l".into(),
    });
    let p = layout(&d, &Options::default());
    assert!(p.edges.last().unwrap().points.is_empty());
}

#[test]
fn a_wide_fan_and_many_loose_nodes_keep_a_fair_shape() {
    for edges in [0, 1] {
        let mut d = Drawing::default();
        for i in 0..80 {
            d.nodes.push(Node {
                id: format!("n{i}"),
                label: format!("Node {i}"),
                kind: "service".into(),
                ..Node::default()
            });
            if i > 0 && edges > 0 {
                let (from, to) = (End::Node(0), End::Node(i));
                d.edges.push(Edge { id: format!("e{i}"), from, to, op: Op::Call, label: String::new() });
            }
        }
        let p = layout(&d, &Options::default());
        hold(&d, &p, "fan");
        assert!(score::misfit(&p) <= 1.0, "{} × {}", p.width, p.height);
    }
}

#[test]
fn directions_run_as_they_say() {
    let node = |id: &str| Node { id: id.into(), label: id.into(), ..Node::default() };
    let edge =
        Edge { id: "e1".into(), from: End::Node(0), to: End::Node(1), op: Op::Call, label: String::new() };
    let mut d = Drawing { nodes: vec![node("a"), node("b")], edges: vec![edge], ..Drawing::default() };
    let mut at = |direction| {
        d.direction = Some(direction);
        let p = layout(&d, &Options::default());
        (p.nodes[1].x - p.nodes[0].x, p.nodes[1].y - p.nodes[0].y)
    };
    assert!(at(Direction::Down).1 > 0.0 && at(Direction::Up).1 < 0.0);
    assert!(at(Direction::Right).0 > 0.0 && at(Direction::Left).0 < 0.0);
}

#[test]
fn a_drawing_too_large_to_route_is_still_placed_quickly() {
    let mut d = Drawing::default();
    for i in 0..5000 {
        d.nodes.push(Node { id: format!("n{i}"), label: "n".into(), ..Node::default() });
        let (from, to) = (End::Node(i), End::Node((i * 31 + 7) % 5000));
        d.edges.push(Edge { id: format!("e{i}"), from, to, op: Op::Call, label: "l".into() });
    }
    let p = layout(&d, &Options::default());
    let whole = |r: &Rect| r.x >= 0.0 && r.y >= 0.0 && r.x + r.w <= p.width && r.y + r.h <= p.height;
    assert!(p.nodes.iter().all(whole));
    assert!(p.edges.iter().all(|e| e.points.len() >= 2 && e.label.is_some()));
}
