//! Orders the whole hierarchy (Sander 1996; Forster 2002): from the inside out with free borders, then from the outside in
//! with borders that follow what lies around them, and again as long as that takes crossings away. A second way goes from
//! the outside in at once. The best of several starts is kept, the first one unless another is clearly better.
//!
//! Invariant: the crossings of all levels together never rise from round to round.

use std::collections::BTreeMap;

use super::level::Level;
use super::order::{self, BRISK, Effort, PATIENT, Start};
use super::ports;
use super::shuffle::Shuffle;
use super::tree::Tree;

/// Hierarchies with more items get few starts, and one with many more a single one.
const MIDDLE: usize = 600;
const LARGE: usize = 4000;

/// Starts in turn, and whether they go from the inside out.
const STARTS: [(Start, bool); 8] = [
    (Start::Walk, true),
    (Start::Walk, false),
    (Start::Spectral, true),
    (Start::Spectral, false),
    (Start::Seed, true),
    (Start::Turned, true),
    (Start::Mixed, true),
    (Start::Mixed, false),
];

/// An order of everything: the rows of each level, the ports of each border, and its crossings.
struct Found {
    count: usize,
    rows: Vec<Vec<Vec<usize>>>,
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
    let walked: Vec<Vec<Vec<usize>>> = levels.iter().map(order::walk).collect();
    let items: usize = levels.iter().map(|l| l.items.len()).sum();
    let starts = match items {
        _ if items > LARGE => 1,
        _ if items > MIDDLE => effort.starts.min(3),
        _ => effort.starts,
    };
    let mut shuffle = Shuffle::new();
    let mut best: Option<Found> = None;
    for k in 0..starts {
        if best.as_ref().is_some_and(|b| b.count == 0) {
            break;
        }
        let (start, outwards) = if effort.guest {
            (Start::Seed, true)
        } else {
            STARTS[if k < STARTS.len() { k } else { STARTS.len() - 1 - k % 2 }]
        };
        let flat = groups.len() == 1;
        if flat && !outwards && start != Start::Mixed || start == Start::Seed && effort.seed_limit == 0 {
            continue;
        }
        for &g in &groups {
            order::begin(&mut levels[g], &walked[g], start, effort.seed_limit, &mut shuffle);
        }
        let count = search(tree, levels, &groups, outwards, effort.rounds);
        if best.as_ref().is_none_or(|b| clearly_less(count, b.count)) {
            best = Some(Found::new(tree, levels, count));
        }
    }
    if let Some(best) = best {
        best.restore(tree, levels);
    }
}

/// A twentieth less, at least one.
fn clearly_less(count: usize, than: usize) -> bool {
    count + than / 20 < than
}

/// Orders from a start; returns the crossings.
fn search(tree: &mut Tree, levels: &mut [Level], groups: &[usize], outwards: bool, rounds: usize) -> usize {
    tree.port_at.clear();
    if groups.len() == 1 {
        return order::again(tree, &mut levels[tree.root], PATIENT);
    }
    let out = |tree: &mut Tree, levels: &mut [Level], patience: usize| {
        for &g in groups.iter().rev() {
            order::again(tree, &mut levels[g], patience);
            ports::record(tree, &levels[g], g);
        }
    };
    if outwards {
        out(tree, levels, PATIENT);
    }
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
