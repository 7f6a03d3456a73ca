//! The order of the items in each row: barycentres and swaps of neighbours, from several starts, kept by the count of
//! crossings. Ports on a border count as they stand.

use super::level::Level;
use super::ports::{bottom_key, top_key};
use super::seed;
use super::tree::Tree;

/// Rows longer than this are only sorted, not swapped pair by pair.
const SWAP_LIMIT: usize = 80;
/// Levels with more items get fewer sweeps.
const LARGE: usize = 1500;

/// Orders a level whose borders are free; layout-rs gives a second start for small ones.
pub(super) fn free(tree: &Tree, level: &mut Level, seed_limit: usize) {
    if level.items.len() < 2 {
        return;
    }
    let given = level.rows.clone();
    let mut best = improve(tree, level, [false; 2]);
    let starts = [seed::order(level, &given, seed_limit), mirrored(level, &given)];
    for start in starts.into_iter().flatten() {
        if best == 0 {
            break;
        }
        let kept = level.rows.clone();
        set(level, start);
        let count = improve(tree, level, [false; 2]);
        if count < best {
            best = count;
        } else {
            set(level, kept);
        }
    }
}

/// Orders a level whose borders follow what the level around it wants.
pub(super) fn bound(tree: &Tree, level: &mut Level, wanted: &[Vec<usize>; 2]) {
    use super::level::Kind;
    let last = level.rows.len().saturating_sub(1);
    for (side, row) in [(0, 0), (1, last)] {
        if !level.port_rows[side] {
            continue;
        }
        let mut items = level.rows[row].clone();
        let place: std::collections::BTreeMap<usize, usize> =
            wanted[side].iter().enumerate().map(|(i, &e)| (e, i)).collect();
        items.sort_by_key(|&i| match level.items[i].kind {
            Kind::Port(e) => place.get(&e).map_or((2, level.items[i].place), |&p| (1, p)),
            _ => (0, 0),
        });
        level.rows[row] = items;
        level.settle(row);
    }
    improve(tree, level, level.port_rows);
}

/// Orders a level once more after the borders of its groups have changed.
pub(super) fn again(tree: &Tree, level: &mut Level) {
    improve(tree, level, [false; 2]);
}

fn set(level: &mut Level, rows: Vec<Vec<usize>>) {
    level.rows = rows;
    for row in 0..level.rows.len() {
        level.settle(row);
    }
}

/// The start with every row turned round, for small levels.
fn mirrored(level: &Level, given: &[Vec<usize>]) -> Option<Vec<Vec<usize>>> {
    let turn = |row: &Vec<usize>| {
        let mut row = row.clone();
        let titles = row.iter().take_while(|&&i| level.items[i].kind == super::level::Kind::Title).count();
        row[titles..].reverse();
        row
    };
    (level.items.len() <= LARGE / 4).then(|| given.iter().map(turn).collect())
}

/// Sweeps down and up, keeps the best order and returns its crossings; `fixed` are the first and the last row.
fn improve(tree: &Tree, level: &mut Level, fixed: [bool; 2]) -> usize {
    let rows = level.rows.len();
    let large = level.items.len() > LARGE;
    let rounds = if large { 6 } else { 14 };
    let mut best = (crossings(tree, level), level.rows.clone());
    let mut stale = 0;
    for round in 0..rounds {
        if best.0 == 0 || stale > 4 {
            break;
        }
        let down = round % 2 == 0;
        for k in 0..rows {
            let row = if down { k } else { rows - 1 - k };
            if fixed[0] && row == 0 || fixed[1] && row + 1 == rows {
                continue;
            }
            sort_row(tree, level, row, down);
        }
        if !large {
            swap_rows(tree, level, fixed);
        }
        let count = crossings(tree, level);
        stale += 1;
        if count < best.0 {
            best = (count, level.rows.clone());
            stale = 0;
        }
    }
    set(level, best.1);
    best.0
}

/// Sorts a row by the mean place of what its items are joined to; items joined to nothing keep their place.
#[expect(clippy::cast_precision_loss, reason = "a count of edges")]
fn sort_row(tree: &Tree, level: &mut Level, row: usize, down: bool) {
    let mut slots = Vec::new();
    let mut keyed = Vec::new();
    for (place, &item) in level.rows[row].iter().enumerate() {
        let it = &level.items[item];
        let ends = if down { &it.up } else { &it.down };
        if ends.is_empty() {
            continue;
        }
        let key = |&s: &usize| if down { top_key(tree, level, s) } else { bottom_key(tree, level, s) };
        slots.push(place);
        keyed.push((ends.iter().map(key).sum::<f64>() / ends.len() as f64, place, item));
    }
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    for (slot, (_, _, item)) in slots.into_iter().zip(keyed) {
        level.rows[row][slot] = item;
    }
    level.settle(row);
}

/// Swaps neighbours as long as that takes crossings away.
fn swap_rows(tree: &Tree, level: &mut Level, fixed: [bool; 2]) {
    let rows = level.rows.len();
    for _ in 0..4 {
        let mut changed = false;
        for row in 0..rows {
            if fixed[0] && row == 0 || fixed[1] && row + 1 == rows || level.rows[row].len() > SWAP_LIMIT {
                continue;
            }
            let ends: Vec<_> = level.rows[row].iter().map(|&i| neighbours(tree, level, i)).collect();
            let mut at: Vec<usize> = (0..ends.len()).collect();
            for k in 1..at.len() {
                let pinned = level.items[level.rows[row][at[k - 1]]].kind == super::level::Kind::Title;
                let (a, b) = (&ends[at[k - 1]], &ends[at[k]]);
                let cost =
                    |x: &[Vec<f64>; 2], y: &[Vec<f64>; 2]| crossed(&x[0], &y[0]) + crossed(&x[1], &y[1]);
                if !pinned && cost(a, b) > cost(b, a) {
                    at.swap(k - 1, k);
                    changed = true;
                }
            }
            level.rows[row] = at.iter().map(|&k| level.rows[row][k]).collect();
            level.settle(row);
        }
        if !changed {
            return;
        }
    }
}

/// Where an item's edges end above and below, sorted.
fn neighbours(tree: &Tree, level: &Level, item: usize) -> [Vec<f64>; 2] {
    let it = &level.items[item];
    let mut up: Vec<f64> = it.up.iter().map(|&s| top_key(tree, level, s)).collect();
    let mut down: Vec<f64> = it.down.iter().map(|&s| bottom_key(tree, level, s)).collect();
    up.sort_by(f64::total_cmp);
    down.sort_by(f64::total_cmp);
    [up, down]
}

/// Crossings between the edges of two neighbours when `left` stands left of `right`.
fn crossed(left: &[f64], right: &[f64]) -> usize {
    let mut sum = 0;
    let mut below = 0;
    for l in left {
        while right.get(below).is_some_and(|r| r < l) {
            below += 1;
        }
        sum += below;
    }
    sum
}

/// Crossings of the whole level, row by row (Barth, Jünger and Mutzel 2002).
pub(super) fn crossings(tree: &Tree, level: &Level) -> usize {
    let mut sum = 0;
    for row in &level.rows {
        let mut ends: Vec<(f64, f64)> = row
            .iter()
            .flat_map(|&i| &level.items[i].down)
            .map(|&s| (top_key(tree, level, s), bottom_key(tree, level, s)))
            .collect();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut places: Vec<f64> = ends.iter().map(|e| e.1).collect();
        places.sort_by(f64::total_cmp);
        places.dedup();
        let mut tree = vec![0_usize; places.len() + 1];
        for (seen, end) in ends.iter().enumerate() {
            let place = places.partition_point(|p| *p < end.1) + 1;
            let (mut i, mut not_right) = (place, 0);
            while i > 0 {
                not_right += tree[i];
                i &= i - 1;
            }
            sum += seen - not_right;
            i = place;
            while i < tree.len() {
                tree[i] += 1;
                i += i & i.wrapping_neg();
            }
        }
    }
    sum
}
