//! Orders the whole hierarchy (Forster 2002): from the inside out with free borders, then from the outside in with borders
//! that follow what lies around them, and again as long as that takes crossings away.
//!
//! Invariant: the crossings of all levels together never rise from round to round.

use super::level::Level;
use super::order::{self, Effort};
use super::ports;
use super::tree::Tree;

/// Rounds through the hierarchy after the first.
const ROUNDS: usize = 3;

/// Orders the rows of every level and the ports of every border.
pub(super) fn order(tree: &mut Tree, levels: &mut [Level], effort: Effort) {
    let groups = tree.groups_top_down();
    for &g in groups.iter().rev() {
        order::free(tree, &mut levels[g], effort);
        ports::record(tree, &levels[g], g);
    }
    if groups.len() == 1 {
        return;
    }
    let mut best = inwards(tree, levels, &groups);
    for _ in 0..ROUNDS {
        if best == 0 {
            return;
        }
        let rows: Vec<Vec<Vec<usize>>> = levels.iter().map(|l| l.rows.clone()).collect();
        let ports = tree.port_at.clone();
        for &g in groups.iter().rev() {
            order::again(tree, &mut levels[g]);
            ports::record(tree, &levels[g], g);
        }
        let count = inwards(tree, levels, &groups);
        if count >= best {
            for (level, rows) in levels.iter_mut().zip(rows) {
                level.set_rows(rows);
            }
            tree.port_at = ports;
            return;
        }
        best = count;
    }
}

/// From the outside in; returns the crossings of all levels.
fn inwards(tree: &mut Tree, levels: &mut [Level], groups: &[usize]) -> usize {
    let mut sum = 0;
    for &g in groups {
        if g == tree.root {
            sum += order::again(tree, &mut levels[g]);
        } else {
            let wanted = ports::wanted(tree, &levels[tree.parent[g]], g);
            sum += order::bound(tree, &mut levels[g], &wanted);
            ports::record(tree, &levels[g], g);
        }
    }
    sum
}
