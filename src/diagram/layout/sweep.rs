//! Places along the rows: each row solved exactly for what its neighbours want, over and over. Works at any size.

use super::level::{Item, Level};

/// Rounds, and how many of them in which a row listens to one side only; fewer for levels with many items.
const ROUNDS: (usize, usize) = (20, 12);
const ROUNDS_OF_MANY: (usize, usize) = (8, 4);
const MANY: usize = 5000;

/// The left of each item.
pub(super) fn places(level: &Level) -> Vec<f64> {
    let mut x = packed(level);
    let rows = level.rows.len();
    let (rounds, one_sided) = if x.len() > MANY { ROUNDS_OF_MANY } else { ROUNDS };
    for round in 0..rounds {
        let down = round % 2 == 0;
        let both = round >= one_sided;
        for k in 0..rows {
            let row = if down { k } else { rows - 1 - k };
            settle(level, row, &mut x, (down || both, !down || both));
        }
    }
    x
}

/// Rows filled from the left, then centred.
fn packed(level: &Level) -> Vec<f64> {
    let mut x = vec![0.0; level.items.len()];
    let mut ends = Vec::new();
    for row in &level.rows {
        let offsets = offsets(level, row);
        for (&item, offset) in row.iter().zip(&offsets) {
            x[item] = *offset;
        }
        ends.push(row.last().map_or(0.0, |&i| x[i] + level.items[i].w));
    }
    let widest = ends.iter().copied().fold(0.0, f64::max);
    for (row, end) in level.rows.iter().zip(ends) {
        for &item in row {
            x[item] += (widest - end) / 2.0;
        }
    }
    x
}

/// The least distance of each item of a row from the first one.
fn offsets(level: &Level, row: &[usize]) -> Vec<f64> {
    let mut out = Vec::with_capacity(row.len());
    let mut at = 0.0;
    for (k, &item) in row.iter().enumerate() {
        if let Some(before) = k.checked_sub(1).map(|k| row[k]) {
            at += level.items[before].w + level.gap(before, item);
        }
        out.push(at);
    }
    out
}

/// Moves a row to the weighted medians of its neighbours, order and distances kept (isotonic regression by pooling).
fn settle(level: &Level, row: usize, x: &mut [f64], (up, down): (bool, bool)) {
    let items = &level.rows[row];
    let offsets = offsets(level, items);
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    for (&item, offset) in items.iter().zip(&offsets) {
        let (want, weight) = wish(level, item, x, up, down).unwrap_or((x[item], 0.05));
        blocks.push((want - offset, weight, 1));
        while let [.., (a, wa, na), (b, wb, nb)] = blocks[..] {
            if a <= b {
                break;
            }
            blocks.truncate(blocks.len() - 2);
            blocks.push(((a * wa + b * wb) / (wa + wb), wa + wb, na + nb));
        }
    }
    let mut k = 0;
    for (at, _, count) in blocks {
        for _ in 0..count {
            x[items[k]] = at + offsets[k];
            k += 1;
        }
    }
}

/// Where an item's edges want its left to be, and how much.
fn wish(level: &Level, item: usize, x: &[f64], up: bool, down: bool) -> Option<(f64, f64)> {
    let it = &level.items[item];
    let pull = |other: usize| weight(level, item, other);
    let mut wishes = Vec::new();
    if up {
        wishes.extend(it.up.iter().map(|&s| {
            let s = &level.segments[s];
            (x[s.top] + s.top_x - s.bottom_x, pull(s.top))
        }));
    }
    if down {
        wishes.extend(it.down.iter().map(|&s| {
            let s = &level.segments[s];
            (x[s.bottom] + s.bottom_x - s.top_x, pull(s.bottom))
        }));
    }
    wishes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = wishes.iter().map(|w| w.1).sum();
    let mut sum = 0.0;
    for (i, (want, weight)) in wishes.iter().enumerate() {
        sum += weight;
        if sum * 2.0 > total || sum * 2.0 >= total && !level.is_box(item) {
            return Some((*want, total));
        }
        // A box between two middle wishes takes the mean, so that fans are symmetric; a bend takes one: it is straight
        // on one side at least.
        if sum * 2.0 >= total && level.is_box(item) {
            let next = wishes.get(i + 1).map_or(*want, |w| w.0);
            return Some(((want + next) / 2.0, total));
        }
    }
    None
}

/// Long edges should be straight before short ones are.
pub(super) fn weight(level: &Level, a: usize, b: usize) -> f64 {
    match (level.is_box(a), level.is_box(b)) {
        (false, false) => 8.0,
        (true, true) => 2.0,
        _ => 3.0,
    }
}

/// Rounds the places to whole pixels, keeping order and distances whatever they were.
pub(super) fn snap(level: &Level, x: &mut [f64]) {
    for row in &level.rows {
        let mut least = f64::NEG_INFINITY;
        for (k, &item) in row.iter().enumerate() {
            let next = row.get(k + 1);
            x[item] = x[item].round().max(least);
            let Item { w, .. } = level.items[item];
            least = (x[item] + w + next.map_or(0.0, |&n| level.gap(item, n))).ceil();
        }
    }
}

/// What a placement costs: bent edges by weight, and width.
pub(super) fn cost(level: &Level, x: &[f64]) -> f64 {
    let bent = |s: &super::level::Segment| {
        let shift = (x[s.top] + s.top_x - x[s.bottom] - s.bottom_x).abs();
        weight(level, s.top, s.bottom) * (shift + if shift > 0.5 { 20.0 } else { 0.0 })
    };
    let left = x.iter().copied().fold(f64::INFINITY, f64::min);
    let right = (0..x.len()).map(|i| x[i] + level.items[i].w).fold(f64::NEG_INFINITY, f64::max);
    level.segments.iter().map(bent).sum::<f64>() + 4.0 * (right - left)
}
