//! The order of the items in each row: barycentres and swaps of neighbours from several starts (Sugiyama, Tagawa and Toda
//! 1981; Gansner and others 1993), then moves over longer ways (sifting: Matuszewski, Schönfeld and Molitor 1999), kept by
//! the count of crossings. Ports on a border count as they stand.
//!
//! Invariants: every row keeps its items; a level's title stays first in its row; fixed rows keep their order; the count
//! of crossings never rises.

use super::crossings::{Web, crossed};
use super::level::{Kind, Level};
use super::seed;
use super::shuffle::Shuffle;
use super::tree::Tree;

/// How hard a level is worked on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    /// Orders to start from, the given one included.
    pub(super) starts: usize,
    /// Levels of at most so many items are also tried with layout-rs.
    pub(super) seed_limit: usize,
}

/// Levels with more items get fewer sweeps, and no second start.
const LARGE: usize = 1500;
/// Levels with more items get few starts.
const MIDDLE: usize = 400;
/// Rows longer than this are not sifted.
const SIFTED: usize = 160;
/// Sweeps, and how many of them without gain end the search.
const ROUNDS: usize = 24;
const STALE: usize = 5;

/// Orders a level whose borders are free, starting from a walk along its edges.
pub(super) fn free(tree: &Tree, level: &mut Level, effort: Effort) {
    if level.items.len() < 2 {
        return;
    }
    let walk = walk(level);
    level.set_rows(walk);
    let mut sorter = Sorter::new(tree, level, [false; 2]);
    sorter.search(level, effort);
}

/// Orders a level whose borders follow what the level around it wants; returns its crossings.
pub(super) fn bound(tree: &Tree, level: &mut Level, wanted: &[Vec<usize>; 2]) -> usize {
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
    let fixed = level.port_rows;
    Sorter::new(tree, level, fixed).refine(level)
}

/// Orders a level once more, from where it is; returns its crossings.
pub(super) fn again(tree: &Tree, level: &mut Level) -> usize {
    Sorter::new(tree, level, [false; 2]).refine(level)
}

/// Rows in the order of a walk along the edges from the top, so that what is joined starts side by side.
fn walk(level: &Level) -> Vec<Vec<usize>> {
    let mut seen = vec![false; level.items.len()];
    let mut rows = vec![Vec::new(); level.rows.len()];
    for &start in level.rows.iter().flatten() {
        let mut stack = vec![start];
        while let Some(item) = stack.pop() {
            if std::mem::replace(&mut seen[item], true) {
                continue;
            }
            let it = &level.items[item];
            if it.kind == Kind::Title {
                rows[it.row].insert(0, item)
            } else {
                rows[it.row].push(item)
            }
            let down = it.down.iter().map(|&s| level.segments[s].bottom);
            let up = it.up.iter().map(|&s| level.segments[s].top);
            let near: Vec<usize> = down.chain(up).filter(|&i| !seen[i]).collect();
            stack.extend(near.into_iter().rev());
        }
    }
    rows
}

struct Sorter {
    web: Web,
    fixed: [bool; 2],
    /// Bridges of each row, as pairs of items.
    bridges: Vec<Vec<(usize, usize)>>,
}

impl Sorter {
    fn new(tree: &Tree, level: &Level, fixed: [bool; 2]) -> Self {
        let mut bridges = vec![Vec::new(); level.rows.len()];
        for b in &level.bridges {
            bridges[level.items[b.from].row].push((b.from, b.to));
        }
        Self { web: Web::new(tree, level), fixed, bridges }
    }

    /// Crossings, with those that bridges make.
    fn count(&self, level: &Level) -> usize {
        let under: usize = (0..level.rows.len()).map(|row| self.under(level, row, &level.rows[row])).sum();
        self.web.crossings(level) + under
    }

    /// What a row's bridges cross: the edges that leave the boxes between their ends downwards, and a little for the way.
    fn under(&self, level: &Level, row: usize, order: &[usize]) -> usize {
        if self.bridges[row].is_empty() {
            return 0;
        }
        let place = |item| order.iter().position(|&i| i == item).unwrap_or(0);
        let cost = |&(a, b): &(usize, usize)| {
            let (a, b) = (place(a).min(place(b)), place(a).max(place(b)));
            order[a + 1..b.max(a + 1)].iter().map(|&i| 1 + level.items[i].down.len()).sum::<usize>()
        };
        self.bridges[row].iter().map(cost).sum()
    }

    fn is_fixed(&self, level: &Level, row: usize) -> bool {
        self.fixed[0] && row == 0 || self.fixed[1] && row + 1 == level.rows.len()
    }

    /// The best of several starts; the first stays unless another is clearly better.
    fn search(&mut self, level: &mut Level, effort: Effort) {
        let given = level.rows.clone();
        let seeded = seed::order(level, &given, effort.seed_limit);
        let mut best = self.refine(level);
        let items = level.items.len();
        let starts = match items {
            _ if items > LARGE => 1,
            _ if items > MIDDLE => effort.starts.min(3),
            _ => effort.starts,
        };
        let mut shuffle = Shuffle::new();
        for start in 1..=starts {
            if best == 0 {
                return;
            }
            let mut rows = given.clone();
            match (start, &seeded) {
                (1, Some(seeded)) => rows.clone_from(seeded),
                (1, None) => continue,
                (2, _) => rows.iter_mut().for_each(|row| row.reverse()),
                _ => rows.iter_mut().for_each(|row| shuffle.shuffle(row)),
            }
            for row in &mut rows {
                row.sort_by_key(|&i| level.items[i].kind != Kind::Title);
            }
            let kept = level.rows.clone();
            level.set_rows(rows);
            let count = self.refine(level);
            if count < best {
                best = count;
            } else {
                level.set_rows(kept);
            }
        }
    }

    /// Sweeps down and up and keeps the best order; returns its crossings.
    fn refine(&mut self, level: &mut Level) -> usize {
        let rows = level.rows.len();
        let large = level.items.len() > LARGE;
        let mut best = (self.count(level), level.rows.clone());
        let mut stale = 0;
        for round in 0..if large { 10 } else { ROUNDS } {
            if best.0 == 0 || stale >= STALE {
                break;
            }
            let down = round % 2 == 0;
            for k in 0..rows {
                let row = if down { k } else { rows - 1 - k };
                if !self.is_fixed(level, row) {
                    self.sort(level, row, down);
                }
            }
            self.swap(level, if large { 1 } else { 8 });
            let count = self.count(level);
            stale += 1;
            if count < best.0 {
                best = (count, level.rows.clone());
                stale = 0;
            }
        }
        level.set_rows(best.1);
        if best.0 > 0 && !large {
            best.0 = self.sift_all(level, best.0);
        }
        best.0
    }

    /// Sorts a row by the mean place of what its items are joined to; items joined to nothing keep their place.
    fn sort(&self, level: &mut Level, row: usize, down: bool) {
        let mut slots = Vec::new();
        let mut keyed = Vec::new();
        for (place, &item) in level.rows[row].iter().enumerate() {
            if let Some(mean) = self.web.mean(level, item, down) {
                slots.push(place);
                keyed.push((mean, place, item));
            }
        }
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (slot, (_, _, item)) in slots.into_iter().zip(keyed) {
            level.rows[row][slot] = item;
        }
        level.settle(row);
    }

    /// Swaps neighbours as long as that takes crossings away.
    fn swap(&self, level: &mut Level, passes: usize) {
        for _ in 0..passes {
            let mut changed = false;
            for row in 0..level.rows.len() {
                if self.is_fixed(level, row) || level.rows[row].len() < 2 {
                    continue;
                }
                let ends: Vec<_> = level.rows[row].iter().map(|&i| self.web.keys(level, i)).collect();
                let mut at: Vec<usize> = (0..ends.len()).collect();
                let first = usize::from(level.items[level.rows[row][0]].kind == Kind::Title);
                let mut again = true;
                let mut left = 6;
                while again && left > 0 {
                    again = false;
                    left -= 1;
                    for k in first + 1..at.len() {
                        let (a, b) = (&ends[at[k - 1]], &ends[at[k]]);
                        if crossed(a, b) > crossed(b, a) {
                            at.swap(k - 1, k);
                            again = true;
                            changed = true;
                        }
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

    /// Moves each item of each row to its best place as long as that pays; returns the crossings left.
    fn sift_all(&self, level: &mut Level, mut count: usize) -> usize {
        for _ in 0..4 {
            let before = level.rows.clone();
            for row in 0..level.rows.len() {
                if !self.is_fixed(level, row) && (2..=SIFTED).contains(&level.rows[row].len()) {
                    self.sift(level, row);
                }
            }
            let now = self.count(level);
            if now >= count {
                level.set_rows(before);
                return count;
            }
            count = now;
        }
        count
    }

    fn sift(&self, level: &mut Level, row: usize) {
        let ends: Vec<_> = level.rows[row].iter().map(|&i| self.web.keys(level, i)).collect();
        let given = level.rows[row].clone();
        let first = usize::from(level.items[given[0]].kind == Kind::Title);
        let mut order: Vec<usize> = (0..ends.len()).collect();
        let bridged = !self.bridges[row].is_empty();
        let under = |order: &[usize]| {
            let items: Vec<usize> = order.iter().map(|&k| given[k]).collect();
            i64::try_from(self.under(level, row, &items)).unwrap_or(i64::MAX)
        };
        let gain = |left: usize, right: usize| {
            let (a, b) = (crossed(&ends[left], &ends[right]), crossed(&ends[right], &ends[left]));
            i64::try_from(b).unwrap_or(0) - i64::try_from(a).unwrap_or(0)
        };
        for moving in first..ends.len() {
            let Some(from) = order.iter().position(|&k| k == moving) else { continue };
            let here = if bridged { under(&order) } else { 0 };
            let mut best = (0, from);
            for step in [-1_i64, 1] {
                // Past how many neighbours, and what that costs.
                let (mut at, mut cost) = (from, 0);
                loop {
                    let next =
                        if step < 0 { at.checked_sub(1).filter(|&p| p >= first) } else { Some(at + 1) };
                    let Some(next) = next.filter(|&p| p < order.len()) else { break };
                    cost += if step < 0 { gain(order[next], moving) } else { gain(moving, order[next]) };
                    at = next;
                    let extra = if bridged {
                        let mut moved = order.clone();
                        moved.remove(from);
                        moved.insert(at, moving);
                        under(&moved) - here
                    } else {
                        0
                    };
                    if cost + extra < best.0 {
                        best = (cost + extra, at);
                    }
                }
            }
            order.remove(from);
            order.insert(best.1, moving);
        }
        level.rows[row] = order.into_iter().map(|k| given[k]).collect();
        level.settle(row);
    }
}
