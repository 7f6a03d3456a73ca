//! Puts the levels into one another and back into the direction that was asked for: the placement.

use super::channel::item_top;
use super::graph::Graph;
use super::level::{Kind, Level};
use super::space;
use super::tree::{Side, Tree};
use super::{Line, Placement, Point, Rect};

/// The finished placement.
pub(super) fn assemble(drawing: &Graph, tree: &Tree, levels: &[Level]) -> Placement {
    let at = corners(tree, levels);
    let (w, h) = (tree.size[tree.root].w, tree.size[tree.root].h);
    let back = |r: Rect| tree.turn.back(r, h);
    let rect = |b: usize| back(Rect { x: at[b].x, y: at[b].y, w: tree.size[b].w, h: tree.size[b].h });
    let whole = back(Rect { x: 0.0, y: 0.0, w, h });
    Placement {
        width: whole.w,
        height: whole.h,
        nodes: (0..tree.nodes).map(rect).collect(),
        groups: (tree.nodes..tree.root).map(rect).collect(),
        edges: (0..drawing.edges.len())
            .map(|e| {
                let (points, label, level) = line(tree, levels, &at, e);
                let point = |p: Point| {
                    let r = back(Rect { x: p.x, y: p.y, w: 0.0, h: 0.0 });
                    Point { x: r.x, y: r.y }
                };
                Line { points: points.into_iter().map(point).collect(), label: label.map(back), level }
            })
            .collect(),
    }
}

/// The top left corner of every box.
pub(super) fn corners(tree: &Tree, levels: &[Level]) -> Vec<Point> {
    let mut at = vec![Point::default(); tree.root + 1];
    for g in tree.groups_top_down() {
        let level = &levels[g];
        for (i, item) in level.items.iter().enumerate() {
            if let Kind::Child(c) = item.kind {
                at[c] = Point { x: at[g].x + item.x, y: at[g].y + item_top(level, tree, i) };
            }
        }
    }
    at
}

/// An edge's points from its start to its end, its label and the group that lies in.
fn line(tree: &Tree, levels: &[Level], at: &[Point], e: usize) -> (Vec<Point>, Option<Rect>, Option<usize>) {
    let route = &tree.routes[e];
    let group = |g: usize| (g != tree.root).then(|| g - tree.nodes);
    if route.from == tree.root {
        return (Vec::new(), None, None);
    }
    if route.from == route.to {
        let (points, label) = self_loop(tree, at, e);
        return (points, label, group(tree.parent[route.from]));
    }
    if tree.straight {
        let (points, label) = straight(tree, at, e);
        return (points, label, route.level.and_then(group));
    }
    let piece = |g: usize, from_top: bool| {
        let mut points: Vec<Point> = levels[g]
            .lines
            .get(&e)
            .into_iter()
            .flatten()
            .map(|&(x, y)| Point { x: x + at[g].x, y: y + at[g].y })
            .collect();
        if !from_top {
            points.reverse();
        }
        points
    };
    let mut points = Vec::new();
    let stop = route.level.unwrap_or(tree.root);
    let end_inside = |from: usize, other: usize| -> Vec<usize> {
        let mut path: Vec<usize> = Vec::new();
        let mut g = from;
        while g != other && g != tree.root {
            g = tree.parent[g];
            if Some(g) == route.level {
                break;
            }
            path.push(g);
        }
        path
    };
    let inner = route.level.is_none();
    let (up_path, down_path) = match (inner, tree.ancestry(route.from).contains(&route.to)) {
        (false, _) => (end_inside(route.from, stop), end_inside(route.to, stop)),
        (true, true) => (end_inside(route.from, route.to), Vec::new()),
        (true, false) => (Vec::new(), end_inside(route.to, route.from)),
    };
    for &g in &up_path {
        points.extend(piece(g, route.out_side == Side::Bottom));
    }
    if let Some(g) = route.level {
        points.extend(piece(g, route.out_side == Side::Bottom));
    }
    for &g in down_path.iter().rev() {
        points.extend(piece(g, route.in_side == Side::Top));
    }
    let holder = route.level.or_else(|| up_path.last().or(down_path.last()).copied());
    let label = holder.and_then(|g| label(tree, levels, at, g, e));
    (simplify(points), label, holder.and_then(group))
}

/// Straight from border to border, where a drawing is too large for more.
fn straight(tree: &Tree, at: &[Point], e: usize) -> (Vec<Point>, Option<Rect>) {
    let route = &tree.routes[e];
    let half = |b: usize| (tree.size[b].w / 2.0, tree.size[b].h / 2.0);
    let middle = |b: usize| Point { x: at[b].x + half(b).0, y: at[b].y + half(b).1 };
    let (from, to) = (middle(route.from), middle(route.to));
    // From the middle of a box towards a point, up to the border.
    let leave = |b: usize, from: Point, to: Point| {
        let ((w, h), (dx, dy)) = (half(b), (to.x - from.x, to.y - from.y));
        let part = (w / dx.abs().max(1e-9)).min(h / dy.abs().max(1e-9)).min(1.0);
        Point { x: from.x + dx * part, y: from.y + dy * part }
    };
    let points = vec![leave(route.from, from, to), leave(route.to, to, from)];
    let label = |l: super::Size| Rect {
        x: (from.x + to.x - l.w) / 2.0,
        y: (from.y + to.y - l.h) / 2.0,
        w: l.w,
        h: l.h,
    };
    (points, route.label.map(label))
}

/// Where the label of an edge lies in its level.
fn label(tree: &Tree, levels: &[Level], at: &[Point], g: usize, e: usize) -> Option<Rect> {
    let size = tree.routes[e].label?;
    let level = &levels[g];
    let i = *level.label_of.get(&e)?;
    let x = level.items[i].x + ((level.items[i].w - size.w) / 2.0).floor() + at[g].x;
    let y = item_top(level, tree, i) + at[g].y;
    Some(Rect { x, y, w: size.w, h: size.h })
}

/// A loop at the right of its box.
fn self_loop(tree: &Tree, at: &[Point], e: usize) -> (Vec<Point>, Option<Rect>) {
    let b = tree.routes[e].from;
    let size = tree.size[b];
    let loops = &tree.loops[b];
    let index = loops.iter().position(|&x| x == e).unwrap_or(0);
    // Loops share the side, their labels as much room as they need.
    #[expect(clippy::cast_precision_loss, reason = "a count of edges")]
    let (count, k) = (loops.len() as f64, index as f64);
    let half = (size.h / count / 4.0).min(10.0);
    let (right, center) = (at[b].x + size.w, at[b].y + size.h / 2.0);
    let along = |room: f64| (center + (k + 0.5 - count / 2.0) * room / count).round();
    let (middle, beside) = (along(size.h), along(size.h.max(tree.loop_height(b))));
    let out = right + space::LOOP - 6.0;
    let p = |x, y| Point { x, y };
    let points =
        vec![p(right, middle - half), p(out, middle - half), p(out, middle + half), p(right, middle + half)];
    let label = tree.routes[e].label;
    (points, label.map(|l| Rect { x: out + 4.0, y: beside - l.h / 2.0, w: l.w, h: l.h }))
}

/// Without repeated points and points in the middle of a straight stretch.
fn simplify(points: Vec<Point>) -> Vec<Point> {
    let same = |a: f64, b: f64| (a - b).abs() < 0.01;
    let mut out: Vec<Point> = Vec::with_capacity(points.len());
    for p in points {
        if let Some(last) = out.last()
            && same(last.x, p.x)
            && same(last.y, p.y)
        {
            continue;
        }
        if let [.., a, b] = out[..]
            && (same(a.x, b.x) && same(b.x, p.x) || same(a.y, b.y) && same(b.y, p.y))
        {
            out.pop();
        }
        out.push(p);
    }
    out
}
