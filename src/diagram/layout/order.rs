//! The order of the items in each row of a level: a walk to start from, and what the level around asks of the borders. The
//! search itself is `sorter`.
//!
//! Invariants: every row keeps its items; a level's title stays first in its row.

use super::level::{Kind, Level};
use super::sorter::Sorter;
use super::tree::Tree;

/// How hard a level is worked on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    /// Orders of the whole hierarchy to start from, how many of them are worked on level by level, and rounds of that after
    /// the first.
    pub(super) starts: usize,
    pub(super) refined: usize,
    pub(super) rounds: usize,
    /// Levels of at most so many items are also tried with layout-rs.
    pub(super) seed_limit: usize,
    /// Whether the places along the rows are solved for the whole hierarchy.
    pub(super) align: bool,
    /// Order and places come from layout-rs wherever it has an answer.
    pub(super) guest: bool,
}

/// Sweeps without gain that end the search: from a start, and when only a border has changed.
pub(super) const PATIENT: usize = 5;
pub(super) const BRISK: usize = 2;

/// Orders a level whose borders follow what the level around it wants; returns its crossings.
pub(super) fn bound(tree: &Tree, level: &mut Level, wanted: &[Vec<usize>; 2], patience: usize) -> usize {
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
    Sorter::new(tree, level, fixed).refine(level, patience)
}

/// Orders a level once more, from where it is; returns its crossings.
pub(super) fn again(tree: &Tree, level: &mut Level, patience: usize) -> usize {
    Sorter::new(tree, level, [false; 2]).refine(level, patience)
}

/// Rows in the order of a walk along the edges from the top, so that what is joined starts side by side.
pub(super) fn walk(level: &Level) -> Vec<Vec<usize>> {
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

/// Moves single items of a level whose rows have their order, as long as that takes crossings away; the others keep their
/// order.
pub(super) fn polish(tree: &Tree, level: &mut Level, may_move: &[bool]) {
    Sorter::new(tree, level, [false; 2]).polish(level, may_move);
}
