//! Random drawings with groups, laid out and held against what a reader relies on.

use super::graph::{Edge, Graph, Group, Node};
use super::testing::{hold, random};
use super::*;
use crate::diagram::drawing::{Direction, End, Op};

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
    assert_eq!(layout(&Graph::default(), &Options::default()).nodes, []);
    let mut d = random(7, 5);
    d.nodes[0].parent = Some(99);
    d.groups.push(Group { title: 20.0, parent: Some(d.groups.len()) });
    d.edges.push(Edge { from: End::Node(99), to: End::Group(99), op: Op::Call, label: Some(LABEL) });
    let p = layout(&d, &Options::default());
    assert!(p.edges.last().unwrap().points.is_empty());
}

/// Boxes that moved against the median of all.
fn moved(before: &Placement, after: &Placement) -> usize {
    let shift = |a: &Rect, b: &Rect| (b.x - a.x, b.y - a.y);
    let shifts: Vec<(f64, f64)> = before.nodes.iter().zip(&after.nodes).map(|(a, b)| shift(a, b)).collect();
    let median = |of: fn(&(f64, f64)) -> f64| {
        let mut all: Vec<f64> = shifts.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let (x, y) = (median(|s| s.0), median(|s| s.1));
    shifts.iter().filter(|s| (s.0 - x).abs() > 10.0 || (s.1 - y).abs() > 10.0).count()
}

#[test]
fn one_more_leaf_leaves_a_ring_of_services_and_their_stores_where_they_are() {
    let mut d = Graph { nodes: vec![NODE; 20], ..Graph::default() };
    d.edges.extend((0..10).flat_map(|i| [edge(i, (i + 1) % 10), edge(i, 10 + i / 2), edge(i, 15 + i % 5)]));
    let before = layout(&d, &Options::default());
    let mut sum = 0;
    for at in 0..20 {
        let mut more = d.clone();
        more.nodes.push(NODE);
        more.edges.push(edge(at, 20));
        let after = layout(&more, &Options::default());
        hold(&more, &after, &format!("leaf at {at}"));
        sum += moved(&before, &after);
    }
    // most leaves move none or two; for two of them 15 boxes move
    assert!(sum <= 3 * 20, "{sum} boxes moved in 20 changes");
}

const NODE: Node = Node { size: Size { w: 110.0, h: 44.0 }, parent: None };
const LABEL: Size = Size { w: 40.0, h: 14.0 };

fn edge(from: usize, to: usize) -> Edge {
    Edge { from: End::Node(from), to: End::Node(to), op: Op::Call, label: None }
}

#[test]
fn a_wide_fan_and_many_loose_nodes_keep_a_fair_shape() {
    for joined in [false, true] {
        let edges = if joined { (1..80).map(|i| edge(0, i)).collect() } else { Vec::new() };
        let d = Graph { nodes: vec![NODE; 80], edges, ..Graph::default() };
        let p = layout(&d, &Options::default());
        hold(&d, &p, "fan");
        assert!(score::misfit(&p) <= score::ROOMY, "{} × {}", p.width, p.height);
    }
}

/// Four boxes, the first of which calls the others.
fn fan() -> Graph {
    Graph { nodes: vec![NODE; 4], edges: (1..4).map(|i| edge(0, i)).collect(), ..Graph::default() }
}

#[test]
fn boxes_stand_in_the_order_asked_for() {
    let mut d = fan();
    for order in [[3, 1, 2], [2, 3, 1]] {
        d.hints.order = order.map(End::Node).to_vec();
        let p = layout(&d, &Options::default());
        assert!(p.nodes[order[0]].x < p.nodes[order[1]].x && p.nodes[order[1]].x < p.nodes[order[2]].x);
    }
}

#[test]
fn boxes_of_one_rank_stand_in_one_row_even_if_one_calls_the_other() {
    let mut d = fan();
    d.edges.push(edge(1, 2));
    assert!(layout(&d, &Options::default()).nodes[1].y < layout(&d, &Options::default()).nodes[2].y);
    d.hints.same_rank = vec![End::Node(1), End::Node(2)];
    let p = layout(&d, &Options::default());
    hold(&d, &p, "same rank");
    assert_eq!(p.nodes[1].y, p.nodes[2].y);
}

#[test]
fn boxes_that_should_be_near_stand_side_by_side() {
    let mut d =
        Graph { nodes: vec![NODE; 7], edges: (1..7).map(|i| edge(0, i)).collect(), ..Graph::default() };
    d.hints.near = vec![End::Node(1), End::Node(6)];
    d.direction = Some(Direction::Down);
    let p = layout(&d, &Options::default());
    assert_eq!(p.nodes[1].y, p.nodes[6].y);
    let apart = (p.nodes[1].x - p.nodes[6].x).abs();
    assert!(apart < 2.0 * NODE.size.w, "{apart}");
}

#[test]
fn layout_rs_places_small_flat_graphs_and_nothing_else() {
    let options = Options { engine: Engine::LayoutRs, ..Options::default() };
    for seed in 0..80 {
        let mut d = random(seed, 10);
        hold(&d, &layout(&d, &options), &format!("seed {seed} with groups"));
        d.groups.clear();
        d.nodes.iter_mut().for_each(|n| n.parent = None);
        d.edges.retain(|e| matches!((e.from, e.to), (End::Node(_), End::Node(_))));
        hold(&d, &layout(&d, &options), &format!("seed {seed} flat"));
    }
}

#[test]
fn directions_run_as_they_say() {
    let mut d = Graph { nodes: vec![NODE; 2], edges: vec![edge(0, 1)], ..Graph::default() };
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
    let labelled = |i: usize| Edge { label: Some(LABEL), ..edge(i, (i * 31 + 7) % 5000) };
    let d = Graph { nodes: vec![NODE; 5000], edges: (0..5000).map(labelled).collect(), ..Graph::default() };
    let p = layout(&d, &Options::default());
    let whole = |r: &Rect| r.x >= 0.0 && r.y >= 0.0 && r.x + r.w <= p.width && r.y + r.h <= p.height;
    assert!(p.nodes.iter().all(whole));
    assert!(p.edges.iter().all(|e| e.points.len() >= 2 && e.label.is_some()));
}
