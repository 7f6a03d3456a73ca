//! The room between two rows: each bent edge gets a track of its own there, ordered so that stretches of different
//! edges do not lie on one another and cross seldom; then the rows get their heights.

use std::collections::BTreeMap;

use super::level::{Kind, Level};
use super::space;
use super::tree::Tree;

/// Room between a row and its first track, and between the last track and the next row.
const ABOVE: f64 = 14.0;
const BELOW: f64 = 20.0;
/// In channels with more bent edges the order of tracks is not refined.
const MANY: usize = 400;

/// So many tracks of a channel keep their full distance.
const CROWD: usize = 20;

/// A level stretch that needs a track.
#[derive(Debug, Clone)]
struct Stretch {
    low: f64,
    high: f64,
    /// Where it goes up to the row above, and down to the one below.
    ups: Vec<f64>,
    downs: Vec<f64>,
    /// Room for a label on it.
    height: f64,
    of: Of,
}

#[derive(Debug, Clone)]
enum Of {
    /// Several where they are one trunk.
    Segments(Vec<usize>),
    Bridge(usize),
}

/// What each channel holds.
fn stretches(tree: &Tree, level: &Level) -> Vec<Vec<Stretch>> {
    let mut out: Vec<Vec<Stretch>> = vec![Vec::new(); level.rows.len()];
    let mut trunks: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (i, s) in level.segments.iter().enumerate() {
        if (s.top_x - s.bottom_x).abs() <= 0.5 {
            continue;
        }
        let row = level.items[s.top].row;
        let (low, high) = (s.top_x.min(s.bottom_x), s.top_x.max(s.bottom_x));
        let trunk = s.bundle.and_then(|b| trunks.get(&(b, row))).and_then(|&t| out[row].get_mut(t));
        if let Some(Stretch { low: l, high: h, ups, downs, of: Of::Segments(segments), .. }) = trunk {
            (*l, *h) = (l.min(low), h.max(high));
            ups.push(s.top_x);
            downs.push(s.bottom_x);
            segments.push(i);
            continue;
        }
        if let Some(b) = s.bundle {
            trunks.insert((b, row), out[row].len());
        }
        let (ups, downs, of) = (vec![s.top_x], vec![s.bottom_x], Of::Segments(vec![i]));
        out[row].push(Stretch { low, high, ups, downs, height: 0.0, of });
    }
    for (i, b) in level.bridges.iter().enumerate() {
        let label = tree.routes[b.edge].label.unwrap_or_default();
        let low = b.from_x.min(b.to_x).min(b.label_x);
        let high = b.from_x.max(b.to_x).max(b.label_x + label.w);
        let (ups, height) = (vec![b.from_x, b.to_x], if label.h > 0.0 { label.h + 4.0 } else { 0.0 });
        let of = Of::Bridge(i);
        out[level.items[b.from].row].push(Stretch { low, high, ups, downs: Vec::new(), height, of });
    }
    for stretch in out.iter_mut().flatten() {
        for ends in [&mut stretch.ups, &mut stretch.downs] {
            ends.sort_by(f64::total_cmp);
            ends.dedup();
        }
    }
    out
}

/// Sets the height of every row and track, and the routes; returns the level's height. `top` and `bottom` are the room
/// between the border and the first and last row of boxes.
pub(super) fn heights(tree: &Tree, level: &mut Level, g: usize, top: f64, bottom: f64) -> f64 {
    let rows = level.rows.len();
    let stretches = stretches(tree, level);
    let tall = |&i: &usize| match level.items[i].kind {
        Kind::Child(c) => level.items[i].h.max(tree.loop_height(c)),
        _ => level.items[i].h,
    };
    level.height = level.rows.iter().map(|r| r.iter().map(tall).fold(0.0, f64::max)).collect();
    let ports = level.port_rows;
    let border = |row: usize| (row == 0 && ports[0], row + 1 == rows && ports[1]);
    let mut y = if level.port_rows[0] { 0.0 } else { top };
    level.top = Vec::with_capacity(rows);
    for (row, stretches) in stretches.iter().enumerate() {
        level.top.push(y);
        y += level.height[row];
        let tracks = tracks(stretches);
        let last = row + 1 == rows;
        let (above, below, least) = if border(row).0 {
            (top - space::PAD + 8.0, 16.0, top)
        } else if !last && border(row + 1).1 {
            (12.0, bottom - space::PAD + 8.0, bottom)
        } else if last {
            (ABOVE, if g == tree.root { 0.0 } else { 6.0 }, if level.port_rows[1] { 0.0 } else { bottom })
        } else if label_row(level, row) || label_row(level, row + 1) {
            (10.0, 14.0, space::LABEL_ROW)
        } else {
            (ABOVE, BELOW, space::ROW)
        };
        y += channel(level, stretches, &tracks, y, (above, below, least));
    }
    for i in 0..level.chains.len() {
        let line = chain_line(level, tree, i);
        let edge = level.chains[i].edge;
        level.lines.insert(edge, line);
    }
    let bottom = |item: usize| item_top(level, tree, item) + level.items[item].h;
    let mut lines = Vec::new();
    for b in &level.bridges {
        let (from, to) = (bottom(b.from), bottom(b.to));
        lines.push((b.edge, vec![(b.from_x, from), (b.from_x, b.y), (b.to_x, b.y), (b.to_x, to)]));
    }
    level.lines.extend(lines);
    y
}

fn label_row(level: &Level, row: usize) -> bool {
    !level.rows[row].iter().any(|&i| level.is_box(i))
}

#[expect(clippy::cast_precision_loss, reason = "a count of edges")]
/// Sets the heights of a channel's stretches from its top on; returns its height.
fn channel(level: &mut Level, stretches: &[Stretch], tracks: &[usize], y: f64, room: (f64, f64, f64)) -> f64 {
    let (above, below, least) = room;
    let count = tracks.iter().map(|t| t + 1).max().unwrap_or(0);
    if count == 0 {
        return least;
    }
    let mut thick = vec![0.0_f64; count];
    for (s, &t) in stretches.iter().zip(tracks) {
        thick[t] = thick[t].max(s.height);
    }
    let mut at = Vec::with_capacity(count);
    let mut used = above;
    // The tracks of a hub with hundreds of edges move together.
    let apart = if count > CROWD {
        (space::TRACK * CROWD as f64 / count as f64).max(3.0).round()
    } else {
        space::TRACK
    };
    for (t, thick) in thick.iter().enumerate() {
        at.push(used + thick / 2.0);
        used += thick.max(if t + 1 < count { apart } else { 0.0 });
    }
    used += below;
    let slack = ((least - used) / 2.0).max(0.0).round();
    for (s, &t) in stretches.iter().zip(tracks) {
        let height = y + slack + at[t];
        match &s.of {
            Of::Segments(list) => list.iter().for_each(|&i| level.segments[i].y = height),
            Of::Bridge(i) => level.bridges[*i].y = height,
        }
    }
    used.max(least)
}

/// A track for each stretch, 0 at the top.
fn tracks(stretches: &[Stretch]) -> Vec<usize> {
    let order =
        if stretches.len() > MANY { (0..stretches.len()).collect() } else { vertical_order(stretches) };
    let mut track = vec![0; stretches.len()];
    // What lies on each track; every stretch goes below those before it in the order that it overlaps.
    let mut lanes: Vec<Vec<(f64, f64)>> = Vec::new();
    for &i in &order {
        let s = &stretches[i];
        let free = |lane: &Vec<(f64, f64)>| lane.iter().all(|&(a, b)| s.low > b + 8.0 || s.high < a - 8.0);
        let mut t = lanes.len();
        while t > 0 && free(&lanes[t - 1]) {
            t -= 1;
        }
        if t == lanes.len() {
            lanes.push(Vec::new());
        }
        lanes[t].push((s.low, s.high));
        track[i] = t;
    }
    track
}

/// How bad it is for `upper` to lie above `lower`: crossings, and columns in which both would run.
fn conflict(upper: &Stretch, lower: &Stretch) -> i64 {
    let inside = |s: &Stretch, x: f64| x > s.low - 0.5 && x < s.high + 0.5;
    let mut cost = 0;
    for &x in &upper.downs {
        cost += i64::from(inside(lower, x));
        let met = lower.ups.partition_point(|z| *z <= x - 4.0)..lower.ups.partition_point(|z| *z < x + 4.0);
        cost += 1000 * i64::try_from(met.len()).unwrap_or(0);
    }
    for &z in &lower.ups {
        cost += i64::from(inside(upper, z));
    }
    cost
}

/// An order of the stretches from the top to the bottom with few conflicts: by greedy choice of the one that costs
/// least above all that are left.
fn vertical_order(stretches: &[Stretch]) -> Vec<usize> {
    let n = stretches.len();
    let mut by_low: Vec<usize> = (0..n).collect();
    by_low.sort_by(|&a, &b| stretches[a].low.total_cmp(&stretches[b].low).then(a.cmp(&b)));
    // balance[i]: what it costs to put i above the rest, less what it costs to put it below.
    let mut near: Vec<Vec<(usize, i64)>> = vec![Vec::new(); n];
    let mut balance = vec![0_i64; n];
    for (k, &a) in by_low.iter().enumerate() {
        for &b in &by_low[k + 1..] {
            if stretches[b].low > stretches[a].high + 8.0 {
                break;
            }
            let d = conflict(&stretches[a], &stretches[b]) - conflict(&stretches[b], &stretches[a]);
            if d != 0 {
                near[a].push((b, d));
                near[b].push((a, -d));
                balance[a] += d;
                balance[b] -= d;
            }
        }
    }
    let mut left: std::collections::BTreeSet<(i64, usize)> = balance.iter().copied().zip(0..n).collect();
    let mut out = Vec::with_capacity(n);
    while let Some((_, i)) = left.pop_first() {
        out.push(i);
        for &(other, d) in &near[i] {
            if left.remove(&(balance[other], other)) {
                balance[other] += d;
                left.insert((balance[other], other));
            }
        }
    }
    out
}

/// Top of an item: boxes of a row stand on its middle, groups at its top.
pub(super) fn item_top(level: &Level, tree: &Tree, item: usize) -> f64 {
    let it = &level.items[item];
    match it.kind {
        Kind::Child(c) if tree.is_group(c) => level.top[it.row],
        _ => level.top[it.row] + ((level.height[it.row] - it.h) / 2.0).round(),
    }
}

fn chain_line(level: &Level, tree: &Tree, chain: usize) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for &s in &level.chains[chain].segments {
        let s = &level.segments[s];
        points.push((s.top_x, item_top(level, tree, s.top) + level.items[s.top].h));
        if (s.top_x - s.bottom_x).abs() > 0.5 {
            points.push((s.top_x, s.y));
            points.push((s.bottom_x, s.y));
        }
        points.push((s.bottom_x, item_top(level, tree, s.bottom)));
    }
    points
}
