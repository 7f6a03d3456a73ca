//! Orders the whole hierarchy: many starts, each swept over all levels at once (`joint`); the best of them level by level
//! (Sander, *Layout of compound directed graphs*, 1996) from the outside in with borders that follow what lies around them,
//! then from the inside out with free borders, and again as long as that takes crossings away. Of what comes out the first
//! is kept unless another is clearly better.
//!
//! Invariant: the crossings of all levels together never rise from round to round.

use std::collections::BTreeMap;

use super::joint::{Joint, Rows};
use super::level::Level;
use super::order::{self, BRISK, Effort, PATIENT};
use super::ports;
use super::seed;
use super::shuffle::Shuffle;
use super::tree::Tree;

/// Items that all starts may order together, and those of starts that are worked on.
const MIXES: usize = 12_000;
const WORK: usize = 3000;
/// Steps from mixed places, in turn.
const STEPS: [usize; 3] = [10, 20, 40];

/// An order of everything: the rows of each level, the ports of each border, and its crossings.
struct Found {
    count: usize,
    rows: Rows,
    ports: BTreeMap<(usize, usize), f64>,
}

impl Found {
    fn new(tree: &Tree, levels: &[Level], count: usize) -> Self {
        Self { count, rows: levels.iter().map(|l| l.rows.clone()).collect(), ports: tree.port_at.clone() }
    }

    fn restore(self, tree: &mut Tree, levels: &mut [Level]) {
        for (level, rows) in levels.iter_mut().zip(self.rows) {
            level.set_rows(rows);
        }
        tree.port_at = self.ports;
    }
}

/// Orders the rows of every level and the ports of every border.
pub(super) fn order(tree: &mut Tree, levels: &mut [Level], effort: Effort) {
    let groups = tree.groups_top_down();
    let mut found = starts(tree, levels, effort);
    // What comes first keeps its place among equals.
    found.sort_by_key(|(count, _)| *count);
    found.dedup_by(|a, b| a.1 == b.1);
    let items: usize = levels.iter().map(|l| l.items.len()).sum();
    found.truncate((WORK / items.max(1)).clamp(1, effort.refined));
    let mut best: Option<Found> = None;
    for (_, rows) in found {
        if best.as_ref().is_some_and(|b| b.count == 0) {
            break;
        }
        for (level, rows) in levels.iter_mut().zip(rows) {
            level.set_rows(rows);
        }
        for &g in &groups {
            ports::record(tree, &levels[g], g);
        }
        let count = search(tree, levels, &groups, effort.rounds);
        if best.as_ref().is_none_or(|b| clearly_less(count, b.count)) {
            best = Some(Found::new(tree, levels, count));
        }
    }
    if let Some(best) = best {
        best.restore(tree, levels);
    }
}

/// Orders to start from, and their crossings.
fn starts(tree: &Tree, levels: &[Level], effort: Effort) -> Vec<(usize, Rows)> {
    let walked: Rows = levels.iter().map(order::walk).collect();
    let joint = Joint::new(tree, levels);
    let seed = || {
        let rows = levels.iter().zip(&walked);
        rows.map(|(level, rows)| seed::order(level, rows, effort.seed_limit).unwrap_or_else(|| rows.clone()))
            .collect()
    };
    if effort.guest {
        return vec![(0, seed())];
    }
    let items: usize = levels.iter().map(|l| l.items.len()).sum();
    let many = (MIXES / items.max(1)).clamp(1, effort.starts);
    let mut shuffle = Shuffle::new();
    let mut found: Vec<(usize, Rows)> = Vec::new();
    for k in 0..many {
        let rows = match k {
            0 => walked.clone(),
            1 => joint.shape(&walked),
            2 if effort.seed_limit > 0 => seed(),
            _ => joint.mixed(&walked, &mut shuffle, STEPS[k % STEPS.len()]),
        };
        let (count, rows) = joint.sweep(rows);
        found.push((count, rows));
        if count == 0 {
            break;
        }
    }
    found
}

/// A twentieth less, at least one.
fn clearly_less(count: usize, than: usize) -> bool {
    count + than / 20 < than
}

/// Orders from a start; returns the crossings.
fn search(tree: &mut Tree, levels: &mut [Level], groups: &[usize], rounds: usize) -> usize {
    if groups.len() == 1 {
        return order::again(tree, &mut levels[tree.root], PATIENT);
    }
    let out = |tree: &mut Tree, levels: &mut [Level], patience: usize| {
        for &g in groups.iter().rev() {
            order::again(tree, &mut levels[g], patience);
            ports::record(tree, &levels[g], g);
        }
    };
    let mut best = Found::new(tree, levels, usize::MAX);
    for round in 0..=rounds {
        let count = inwards(tree, levels, groups, if round == 0 { PATIENT } else { BRISK });
        if count >= best.count {
            break;
        }
        best = Found::new(tree, levels, count);
        if count == 0 || round == rounds {
            break;
        }
        out(tree, levels, BRISK);
    }
    let count = best.count;
    best.restore(tree, levels);
    count
}

/// From the outside in; returns the crossings of all levels.
fn inwards(tree: &mut Tree, levels: &mut [Level], groups: &[usize], patience: usize) -> usize {
    let mut sum = 0;
    for &g in groups {
        if g == tree.root {
            sum += order::again(tree, &mut levels[g], patience);
        } else {
            let wanted = ports::wanted(tree, &levels[tree.parent[g]], g);
            sum += order::bound(tree, &mut levels[g], &wanted, patience);
            ports::record(tree, &levels[g], g);
        }
    }
    sum
}
