//! Sorts the rows of a level: barycentres and swaps of neighbours (Sugiyama, Tagawa and Toda 1981; Gansner and others
//! 1993), then moves over longer ways (sifting: Matuszewski, Schönfeld and Molitor 1999), kept by the count of crossings.
//! Ports on a border count as they stand.
//!
//! Invariants: every row keeps its items; fixed rows keep their order; the count of crossings never rises.

use super::crossings::{Keys, Web};
use super::level::{Kind, Level};
use super::tree::Tree;

/// Levels with more items get fewer sweeps.
const LARGE: usize = 6000;
/// Rows longer than this are not sifted.
const SIFTED: usize = 160;
/// Sweeps at most.
const ROUNDS: usize = 24;

/// A level while it is sorted: its rows, and where each item stands.
pub(super) struct Sorter {
    web: Web,
    rows: Vec<Vec<usize>>,
    place: Vec<u32>,
    /// Rows that stay as they are.
    fixed: Vec<bool>,
    /// Titles, which stay first.
    pinned: Vec<bool>,
    /// The place of an item in the order that the author asked for.
    wanted: Vec<Option<usize>>,
    /// Items that never move by themselves; none is named where all may.
    held: Vec<bool>,
    /// Bridges of each row, as pairs of items, and items that should stand close.
    bridges: Vec<Vec<(usize, usize)>>,
    keys: Keys,
    keyed: Vec<(f64, usize, usize)>,
}

impl Sorter {
    pub(super) fn new(tree: &Tree, level: &Level, fixed: [bool; 2]) -> Self {
        let mut bridges = vec![Vec::new(); level.rows.len()];
        for b in &level.bridges {
            bridges[level.items[b.from].row].push((b.from, b.to));
        }
        for &(a, b) in &tree.near {
            let item = |c: usize| {
                level.item_of.get(tree.slot[c]).copied().filter(|&i| level.items[i].kind == Kind::Child(c))
            };
            if let (Some(a), Some(b)) = (item(a), item(b))
                && level.items[a].row == level.items[b].row
            {
                bridges[level.items[a].row].push((a, b));
            }
        }
        let wanted = |kind| match kind {
            Kind::Child(c) => tree.wanted[c],
            _ => None,
        };
        let mut still = vec![false; level.rows.len()];
        if let Some(first) = still.first_mut() {
            *first |= fixed[0];
        }
        if let Some(last) = still.last_mut() {
            *last |= fixed[1];
        }
        let mut sorter = Self {
            web: Web::new(tree, level),
            rows: level.rows.clone(),
            place: vec![0; level.items.len()],
            fixed: still,
            pinned: level.items.iter().map(|i| i.kind == Kind::Title).collect(),
            wanted: level.items.iter().map(|i| wanted(i.kind)).collect(),
            held: Vec::new(),
            bridges,
            keys: Keys::default(),
            keyed: Vec::new(),
        };
        for row in 0..sorter.rows.len() {
            sorter.obey(row);
            sorter.settle(row);
        }
        sorter
    }

    /// Puts those items of a row that have an order into it, in the places that they have among them.
    fn obey(&mut self, row: usize) {
        let wanted = |i: &usize| self.wanted[*i].is_some();
        let slots: Vec<usize> = (0..self.rows[row].len()).filter(|&k| wanted(&self.rows[row][k])).collect();
        if slots.len() > 1 {
            let mut items: Vec<usize> = slots.iter().map(|&k| self.rows[row][k]).collect();
            items.sort_by_key(|&i| self.wanted[i]);
            for (k, item) in slots.into_iter().zip(items) {
                self.rows[row][k] = item;
            }
        }
    }

    fn settle(&mut self, row: usize) {
        for (place, &item) in (0_u32..).zip(&self.rows[row]) {
            self.place[item] = place;
        }
    }

    fn set(&mut self, rows: &[Vec<usize>]) {
        self.rows = rows.to_vec();
        for row in 0..self.rows.len() {
            self.settle(row);
        }
    }

    /// Crossings, with those that bridges make.
    fn count(&mut self) -> usize {
        let under: usize = (0..self.rows.len()).map(|row| self.under(row)).sum();
        self.web.crossings(&self.rows, &self.place) + under
    }

    /// What a row's bridges cross: the edges that leave the boxes between their ends downwards, and a little for the way.
    fn under(&self, row: usize) -> usize {
        let cost = |&(a, b): &(usize, usize)| {
            let (a, b) = (self.place[a] as usize, self.place[b] as usize);
            let (a, b) = (a.min(b), a.max(b));
            self.rows[row][a + 1..b.max(a + 1)].iter().map(|&i| 1 + self.web.below(i)).sum::<usize>()
        };
        self.bridges[row].iter().map(cost).sum()
    }

    /// Sweeps down and up, then moves single items, and leaves the best order in the level; returns its crossings.
    pub(super) fn refine(mut self, level: &mut Level, patience: usize) -> usize {
        let rows = self.rows.len();
        let large = self.place.len() > LARGE;
        let mut best = (self.count(), self.rows.clone());
        let mut stale = 0;
        for round in 0..if large { 10 } else { ROUNDS } {
            if best.0 == 0 || stale >= patience {
                break;
            }
            let down = round % 2 == 0;
            for k in 0..rows {
                let row = if down { k } else { rows - 1 - k };
                if !self.fixed[row] {
                    self.sort(row, down, round % 4 >= 2);
                }
            }
            self.swap(if large { 1 } else { 8 });
            let count = self.count();
            stale += 1;
            if count < best.0 {
                best.0 = count;
                best.1.clone_from(&self.rows);
                stale = 0;
            }
        }
        self.set(&best.1);
        if best.0 > 0 && !large {
            best.0 = self.sift_all(best.0);
        }
        level.set_rows(self.rows);
        best.0
    }

    /// Moves those items that may move, and leaves the order in the level.
    pub(super) fn polish(mut self, level: &mut Level, may_move: &[bool]) {
        self.held = may_move.iter().map(|may| !may).collect();
        let count = self.count();
        if count > 0 {
            self.sift_all(count);
        }
        level.set_rows(self.rows);
    }

    /// Sorts a row by the mean place of what its items are joined to; items joined to nothing keep their place, those with
    /// the same mean change theirs if asked to.
    fn sort(&mut self, row: usize, down: bool, turn: bool) {
        let mut keyed = std::mem::take(&mut self.keyed);
        keyed.clear();
        for (place, &item) in self.rows[row].iter().enumerate() {
            if let Some(mean) = self.web.mean(&self.place, item, down) {
                keyed.push((mean, place, item));
            }
        }
        let before = |a: &(f64, usize, usize), b: &(f64, usize, usize)| {
            a.0.total_cmp(&b.0).then_with(|| if turn { b.1.cmp(&a.1) } else { a.1.cmp(&b.1) })
        };
        if turn || !keyed.is_sorted_by(|a, b| before(a, b).is_le()) {
            let mut slots: Vec<usize> = keyed.iter().map(|k| k.1).collect();
            slots.sort_unstable();
            keyed.sort_unstable_by(before);
            for (slot, &(_, _, item)) in slots.into_iter().zip(&keyed) {
                self.rows[row][slot] = item;
            }
            self.obey(row);
            self.settle(row);
        }
        self.keyed = keyed;
    }

    /// Swaps neighbours as long as that takes crossings away.
    fn swap(&mut self, passes: usize) {
        let rows = self.rows.len();
        let may: Vec<bool> = (0..rows).map(|row| !self.fixed[row] && self.rows[row].len() > 1).collect();
        // A row has to be looked at again only after one beside it has changed.
        let mut due = may.clone();
        for _ in 0..passes {
            for row in 0..rows {
                if std::mem::replace(&mut due[row], false) && self.swap_row(row) {
                    for beside in [row.wrapping_sub(1), row + 1] {
                        if let (Some(due), Some(may)) = (due.get_mut(beside), may.get(beside)) {
                            *due = *may;
                        }
                    }
                }
            }
            if !due.contains(&true) {
                return;
            }
        }
    }

    /// Swaps the neighbours of a row until that takes no crossing away; says whether any did.
    fn swap_row(&mut self, row: usize) -> bool {
        self.web.fill(&mut self.keys, &self.rows[row], &self.place);
        let items = &mut self.rows[row];
        let told = |k: usize| self.wanted[items[k]].is_some();
        let mut at: Vec<usize> = (0..items.len()).collect();
        let first = usize::from(self.pinned[items[0]]);
        let mut changed = false;
        for _ in 0..6 {
            let mut again = false;
            for k in first + 1..at.len() {
                let (a, b) = (at[k - 1], at[k]);
                if self.keys.crossed(a, b) > self.keys.crossed(b, a) && !(told(a) && told(b)) {
                    at.swap(k - 1, k);
                    again = true;
                }
            }
            changed |= again;
            if !again {
                break;
            }
        }
        if changed {
            *items = at.iter().map(|&k| items[k]).collect();
            self.settle(row);
        }
        changed
    }

    /// Moves each item of each row to its best place as long as that pays; returns the crossings left.
    fn sift_all(&mut self, mut count: usize) -> usize {
        for _ in 0..4 {
            let before = self.rows.clone();
            for row in 0..self.rows.len() {
                if !self.fixed[row] && (2..=SIFTED).contains(&self.rows[row].len()) {
                    self.sift(row);
                }
            }
            let now = self.count();
            if now >= count {
                self.set(&before);
                return count;
            }
            count = now;
        }
        count
    }

    fn sift(&mut self, row: usize) {
        self.web.fill(&mut self.keys, &self.rows[row], &self.place);
        let given = self.rows[row].clone();
        let first = usize::from(self.pinned[given[0]]);
        let mut order: Vec<usize> = (0..given.len()).collect();
        for moving in first..given.len() {
            let Some(from) = order.iter().position(|&k| k == moving) else { continue };
            if self.wanted[given[moving]].is_some() || self.held.get(given[moving]) == Some(&true) {
                continue;
            }
            let to = self.best_place(row, &given, &order, from, first);
            if to != from {
                order.remove(from);
                order.insert(to, moving);
            }
        }
        self.rows[row] = order.into_iter().map(|k| given[k]).collect();
        self.settle(row);
    }

    /// Where in the order the item at `from` makes the fewest crossings.
    fn best_place(&self, row: usize, given: &[usize], order: &[usize], from: usize, first: usize) -> usize {
        let gain = |left: usize, right: usize| {
            whole(self.keys.crossed(right, left)) - whole(self.keys.crossed(left, right))
        };
        let moving = order[from];
        let under = self.under_by_place(row, given, order, moving);
        let extra = |at: usize| under.get(at).map_or(0, |cost| cost - under[from]);
        let mut best = (0, from);
        for back in [true, false] {
            let (mut at, mut cost) = (from, 0);
            loop {
                let next = if back { at.checked_sub(1).filter(|&p| p >= first) } else { Some(at + 1) };
                let Some(&other) = next.and_then(|p| order.get(p)) else { break };
                cost += if back { gain(other, moving) } else { gain(moving, other) };
                at = next.unwrap_or(at);
                if cost + extra(at) < best.0 {
                    best = (cost + extra(at), at);
                }
            }
        }
        best.1
    }

    /// What a row's bridges cross for each place that one item may take; nothing where there are none. The others keep their
    /// order, so what lies between two ends is a difference of sums.
    fn under_by_place(&self, row: usize, given: &[usize], order: &[usize], moving: usize) -> Vec<i64> {
        if self.bridges[row].is_empty() {
            return Vec::new();
        }
        let weight = |k: usize| 1 + whole(self.web.below(given[k]));
        // without the moving one: where each stands, and what all before it weigh
        let (mut at, mut sums) = (vec![0; order.len()], vec![0]);
        for &k in order.iter().filter(|&&k| k != moving) {
            at[k] = sums.len() - 1;
            sums.push(sums[sums.len() - 1] + weight(k));
        }
        let (mut of_own, mut of_others, mut rises) = (vec![0; order.len()], 0, vec![0; order.len() + 1]);
        for &(a, b) in &self.bridges[row] {
            let (a, b) = (self.place[a] as usize, self.place[b] as usize);
            if a == moving || b == moving {
                let other = at[if a == moving { b } else { a }];
                for (place, cost) in of_own.iter_mut().enumerate().filter(|_| a != b) {
                    *cost += match place <= other {
                        true => sums[other] - sums[place],
                        false => sums[place] - sums[other + 1],
                    };
                }
            } else {
                let (a, b) = (at[a].min(at[b]), at[a].max(at[b]));
                of_others += sums[b] - sums[b.min(a + 1)];
                rises[a + 1] += weight(moving);
                rises[b + 1] -= weight(moving);
            }
        }
        let mut between = of_others;
        let add = |(cost, rise): (i64, i64)| {
            between += rise;
            cost + between
        };
        of_own.into_iter().zip(rises).map(add).collect()
    }
}

fn whole(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
