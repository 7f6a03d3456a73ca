//! Finds room for one more item in a row that is placed: near where its edge comes from, with few crossings, and without
//! moving what stands there if that can be helped. It knows one level.

use super::coords::Frame;
use super::level::{Kind, Level};
use super::straighten::shift;
use super::tree::Tree;

/// An item that looks for a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Berth {
    pub(super) item: usize,
    /// The item before it on its edge, and where the edge leaves that.
    pub(super) before: Option<(usize, f64)>,
    /// Where its middle should be.
    pub(super) wish: f64,
}

/// What is paid, in pixels of distance: for a crossing, for a box that has to move, for a bend that has to, and for a group
/// that has to grow.
const CROSSING: f64 = 300.0;
const BOX: f64 = 160.0;
const BEND: f64 = 20.0;
const GROWTH: f64 = 250.0;
/// Ends of edges on a box keep this distance.
const APART: f64 = 14.0;

/// A place in a row: before which item, the left there, and how far each item of the row has to move.
struct Found {
    slot: usize,
    x: f64,
    moves: Vec<(usize, f64)>,
    cost: f64,
}

/// Puts the item into its row; returns the boxes that it pushed, and how far.
pub(super) fn take(tree: &Tree, level: &mut Level, g: usize, berth: Berth) -> Vec<(usize, f64)> {
    let row = level.items[berth.item].row;
    let first = usize::from(level.rows[row].first().is_some_and(|&i| level.items[i].kind == Kind::Title));
    let ends = ends_between(level, row, berth.before);
    let mut best: Option<Found> = None;
    for slot in first..=level.rows[row].len() {
        let crossings = ends.iter().filter(|&&(left, place)| left == (place >= slot)).count();
        for leftwards in [false, true] {
            let mut found = stand(tree, level, g, berth, slot, leftwards);
            #[expect(clippy::cast_precision_loss, reason = "a count of edges")]
            {
                found.cost += CROSSING * crossings as f64;
            }
            if best.as_ref().is_none_or(|b| found.cost < b.cost) {
                best = Some(found);
            }
        }
    }
    let Some(found) = best else { return Vec::new() };
    level.items[berth.item].x = found.x;
    level.rows[row].insert(found.slot, berth.item);
    let mut pushed = Vec::new();
    for (item, by) in found.moves {
        shift(level, item, by);
        if let Kind::Child(c) = level.items[item].kind {
            pushed.push((c, by));
        }
    }
    pushed
}

/// For each edge between the rows of an item and the one before it on its edge: whether it leaves left of that edge, and the
/// place where it ends.
fn ends_between(level: &Level, row: usize, before: Option<(usize, f64)>) -> Vec<(bool, usize)> {
    let Some((before, x)) = before else { return Vec::new() };
    let below = level.items[before].row < row;
    if level.items[before].row == row {
        return Vec::new();
    }
    let mut ends = Vec::new();
    for (place, &item) in level.rows[row].iter().enumerate() {
        let segments = if below { &level.items[item].up } else { &level.items[item].down };
        for &s in segments {
            let s = &level.segments[s];
            let (other, at) = if below { (s.top, s.top_x) } else { (s.bottom, s.bottom_x) };
            if other != before && level.rows[level.items[other].row].contains(&other) {
                ends.push((at < x, place));
            }
        }
    }
    ends
}

/// The item in a slot, where that takes least, with what has to move for it.
fn stand(tree: &Tree, level: &Level, g: usize, berth: Berth, slot: usize, leftwards: bool) -> Found {
    let frame = Frame::new(tree, g);
    let (low, high) = (frame.left, (tree.size[g].w - frame.right).max(frame.left));
    let row = &level.rows[level.items[berth.item].row];
    let w = level.items[berth.item].w;
    let left = slot.checked_sub(1).map(|k| row[k]);
    let right = row.get(slot).copied();
    let from =
        left.map_or(f64::NEG_INFINITY, |l| level.items[l].x + level.items[l].w + level.gap(l, berth.item));
    let to = right.map_or(f64::INFINITY, |r| level.items[r].x - level.gap(berth.item, r) - w);
    let wish = (berth.wish - w / 2.0).min((high - w).max(low)).max(low);
    let x = match (from <= to, leftwards) {
        (true, _) => wish.min(to).max(from),
        (false, true) => to,
        (false, false) => from,
    };
    let x = x.round();
    let mut moves = Vec::new();
    let mut cost = (x + w / 2.0 - berth.wish).abs();
    let (mut least, mut most) = (x, x + w);
    let (mut edge, mut last) = (x + w, berth.item);
    for &item in &row[slot..] {
        let it = &level.items[item];
        let by = (edge + level.gap(last, item) - it.x).ceil();
        if by <= 0.0 {
            break;
        }
        moves.push((item, by));
        (edge, last) = (it.x + by + it.w, item);
        most = most.max(edge);
    }
    (edge, last) = (x, berth.item);
    for &item in row[..slot].iter().rev() {
        let it = &level.items[item];
        let by = (it.x + it.w + level.gap(item, last) - edge).ceil();
        if by <= 0.0 {
            break;
        }
        // A title moves for nobody.
        if it.kind == Kind::Title {
            cost += 1e6;
        }
        moves.push((item, -by));
        (edge, last) = (it.x - by, item);
        least = least.min(edge);
    }
    cost += moves.iter().map(|&(item, by)| price(tree, level, item, by.abs())).sum::<f64>();
    let outside = (most - high).max(0.0) + (low - least).max(0.0);
    if outside > 0.0 {
        cost += if g == tree.root { 0.3 * outside } else { outside + GROWTH };
    }
    Found { slot, x, moves, cost }
}

/// What it costs to move an item of the row.
fn price(tree: &Tree, level: &Level, item: usize, by: f64) -> f64 {
    match level.items[item].kind {
        Kind::Child(c) if tree.is_group(c) => 3.0 * BOX + by,
        Kind::Child(_) if by > 10.0 => BOX + by,
        _ => BEND.min(by),
    }
}

/// Where a new edge can leave a node on the way to an item, apart from those that are there.
pub(super) fn free_end(tree: &Tree, level: &Level, item: usize, towards: Option<usize>) -> f64 {
    let it = &level.items[item];
    let Kind::Child(c) = it.kind else { return it.x };
    let (middle, half) = (it.x + tree.size[c].w / 2.0, tree.size[c].w / 2.0 - 10.0);
    let below = towards.is_none_or(|t| level.items[t].row >= it.row);
    let used: Vec<f64> = if below {
        it.down.iter().map(|&s| (level.segments[s].edge, level.segments[s].top_x)).collect::<Vec<_>>()
    } else {
        it.up.iter().map(|&s| (level.segments[s].edge, level.segments[s].bottom_x)).collect()
    }
    .into_iter()
    .filter(|&(edge, _)| !tree.loose[edge])
    .map(|u| u.1)
    .collect();
    let mut off = 0.0;
    while off <= half {
        for x in [middle + off, middle - off] {
            if used.iter().all(|u| (u - x).abs() >= APART - 1.0) {
                return x;
            }
        }
        off += APART;
    }
    middle
}
