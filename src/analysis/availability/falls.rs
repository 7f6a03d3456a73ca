//! Which leaves must be down together for a formula to be down, gate by gate from the leaves up. Knows no domains: what those
//! have taken is in the spares.

use rustc_hash::FxHashSet;

use super::arena::{NodeIx, Op};
use super::flat::{Flat, Part};
use super::places::NEVER;

/// Leaves that are down together, sorted, and how many replicas that takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fall {
    pub(super) leaves: Vec<u32>,
    pub(super) lost: u64,
}

/// What a search may take, in steps of a few nanoseconds: it ends with `None` where it would be more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    pub(super) steps: usize,
    /// Sets that may be held at once.
    pub(super) sets: usize,
}

impl Budget {
    pub(super) fn spend(&mut self, steps: usize) -> Option<()> {
        self.steps = self.steps.checked_sub(steps)?;
        Some(())
    }

    pub(super) fn holds(&self, sets: usize) -> Option<()> {
        (sets <= self.sets).then_some(())
    }
}

/// A search for what brings one root down.
pub(super) struct Falls<'a> {
    pub(super) flat: &'a Flat,
    /// What each leaf must lose.
    pub(super) spares: &'a [u64],
    /// Replicas that may be lost in all.
    pub(super) room: u64,
    /// Some leaf stands in several places.
    pub(super) repeats: bool,
    pub(super) budget: &'a mut Budget,
    /// A set that takes more than there is room for was dropped.
    pub(super) truncated: bool,
    gates: Vec<Vec<Fall>>,
}

impl<'a> Falls<'a> {
    pub(super) fn new(
        flat: &'a Flat,
        spares: &'a [u64],
        room: u64,
        repeats: bool,
        budget: &'a mut Budget,
    ) -> Falls<'a> {
        Falls { flat, spares, room, repeats, budget, truncated: false, gates: Vec::new() }
    }

    /// The minimal sets of leaves whose loss brings `root` down; the empty one alone where it is down already.
    pub(super) fn of(&mut self, root: Part) -> Option<Vec<Fall>> {
        let gates = match root {
            Part::Gate(gate) => gate as usize + 1,
            _ => 0,
        };
        let flat = self.flat;
        for (op, parts) in &flat.gates[..gates] {
            self.budget.spend(10 * parts.len() + 60)?;
            let falls = match *op {
                Op::All => {
                    let mut all = Vec::new();
                    for &part in parts {
                        self.add(&mut all, part);
                    }
                    self.budget.spend(all.len())?;
                    self.minimal(all, self.repeats)?
                }
                Op::AtLeast(needed) => self.several(parts, parts.len() + 1 - needed)?,
                _ => self.several(parts, parts.len())?,
            };
            self.budget.holds(falls.len())?;
            self.gates.push(falls);
        }
        let mut falls = Vec::new();
        self.add(&mut falls, root);
        Some(falls)
    }

    /// Adds the sets that bring a part down.
    fn add(&mut self, all: &mut Vec<Fall>, part: Part) {
        match part {
            Part::Constant(NodeIx::FALSE) => all.push(Fall { leaves: Vec::new(), lost: 0 }),
            Part::Constant(_) => {}
            Part::Gate(gate) => all.extend_from_slice(&self.gates[gate as usize]),
            Part::Leaf(leaf) => match self.spares[leaf as usize] {
                NEVER => {}
                0 => all.push(Fall { leaves: Vec::new(), lost: 0 }),
                lost if lost <= self.room => all.push(Fall { leaves: vec![leaf], lost }),
                _ => self.truncated = true,
            },
        }
    }

    /// The sets that bring at least `needed` parts down.
    fn several(&mut self, parts: &[Part], needed: usize) -> Option<Vec<Fall>> {
        // fallen[j]: what brings j of the parts so far down
        let mut fallen: Vec<Vec<Fall>> = vec![Vec::new(); needed + 1];
        fallen[0].push(Fall { leaves: Vec::new(), lost: 0 });
        for (at, &part) in parts.iter().enumerate() {
            let mut falls = Vec::new();
            self.add(&mut falls, part);
            let left = parts.len() - at;
            for j in (1..=needed).rev() {
                // what could no longer become `needed` is of no use
                if j + left <= needed || fallen[j - 1].is_empty() {
                    continue;
                }
                let mut more = Vec::new();
                for before in &fallen[j - 1] {
                    self.budget.spend(1 + 40 * falls.len())?;
                    for fall in &falls {
                        let both = union(before, fall, self.spares);
                        if both.lost <= self.room {
                            more.push(both);
                        } else {
                            self.truncated = true;
                        }
                    }
                    self.budget.holds(more.len())?;
                }
                if !more.is_empty() {
                    more.append(&mut fallen[j]);
                    fallen[j] = self.minimal(more, true)?;
                }
            }
        }
        fallen.pop()
    }

    /// Without the sets that hold another. Where no leaf stands twice, only the empty set is held by others.
    fn minimal(&mut self, mut all: Vec<Fall>, overlapping: bool) -> Option<Vec<Fall>> {
        if let Some(empty) = all.iter().find(|fall| fall.leaves.is_empty()) {
            return Some(vec![empty.clone()]);
        }
        if !overlapping {
            return Some(all);
        }
        all.sort_unstable_by(|a, b| (a.leaves.len(), &a.leaves).cmp(&(b.leaves.len(), &b.leaves)));
        all.dedup();
        let mut kept: Vec<Fall> = Vec::with_capacity(all.len());
        let mut index: FxHashSet<Vec<u32>> = FxHashSet::default();
        for fall in all {
            let size = fall.leaves.len();
            let held = if size == 1 {
                false
            } else if size <= 6 {
                self.budget.spend(40 + (20 << size))?;
                let subset = |bits: u32| {
                    let members = (0..size).filter(|at| bits >> at & 1 == 1);
                    members.map(|at| fall.leaves[at]).collect::<Vec<u32>>()
                };
                (1..(1u32 << size) - 1).any(|bits| index.contains(&subset(bits)))
            } else {
                self.budget.spend(kept.len())?;
                kept.iter().any(|other| other.leaves.iter().all(|leaf| fall.leaves.contains(leaf)))
            };
            if !held {
                index.insert(fall.leaves.clone());
                kept.push(fall);
            }
        }
        Some(kept)
    }
}

fn union(a: &Fall, b: &Fall, spares: &[u64]) -> Fall {
    let mut leaves = a.leaves.clone();
    let mut lost = a.lost;
    for &leaf in &b.leaves {
        if !leaves.contains(&leaf) {
            leaves.push(leaf);
            lost = lost.saturating_add(spares[leaf as usize]);
        }
    }
    leaves.sort_unstable();
    Fall { leaves, lost }
}
