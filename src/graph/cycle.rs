//! A circle as a witness: the shortest one among components that are strongly connected.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::{ComponentGraph, Step, walk_back};
use crate::model::ComponentId;

/// Steps that one search may try over all its starts: a shortest circle is exact up to here, and a good one beyond.
const BUDGET: usize = 1_000_000;

impl ComponentGraph {
    /// The shortest circle within a strongly connected set, beginning at its first member declared; empty where there is
    /// none. Sets so large that trying every start would take too long get the shortest circle found until then.
    pub fn shortest_circle(&self, members: &[ComponentId]) -> Vec<Step> {
        let inside: rustc_hash::FxHashSet<ComponentId> = members.iter().copied().collect();
        let mut best: Vec<Step> = Vec::new();
        let mut left = BUDGET;
        for start in members {
            if best.len() == 1 || left == 0 {
                break;
            }
            let limit = if best.is_empty() { usize::MAX } else { best.len() - 1 };
            let spare = if best.is_empty() { usize::MAX } else { left };
            let (circle, tried) = self.circle_through(*start, limit, spare, |id| inside.contains(&id));
            left = left.saturating_sub(tried);
            if let Some(circle) = circle {
                best = circle;
            }
        }
        let first = best.iter().enumerate().min_by_key(|(_, step)| step.from).map_or(0, |(at, _)| at);
        best.rotate_left(first);
        best
    }

    /// The shortest circle through a component, of at most `limit` steps, with the number of steps tried.
    fn circle_through(
        &self,
        start: ComponentId,
        limit: usize,
        budget: usize,
        inside: impl Fn(ComponentId) -> bool,
    ) -> (Option<Vec<Step>>, usize) {
        let mut reached: FxHashMap<ComponentId, Step> = FxHashMap::default();
        let mut open = VecDeque::from([(start, 0)]);
        let mut tried = 0;
        while let Some((id, depth)) = open.pop_front() {
            if depth >= limit {
                break;
            }
            for step in self.outgoing(id).filter(|step| inside(step.to)) {
                if tried == budget {
                    return (None, tried);
                }
                tried += 1;
                if step.to == start {
                    let mut path = walk_back(start, id, &reached);
                    path.push(step);
                    return (Some(path), tried);
                }
                if let std::collections::hash_map::Entry::Vacant(entry) = reached.entry(step.to) {
                    entry.insert(step);
                    open.push_back((step.to, depth + 1));
                }
            }
        }
        (None, tried)
    }
}
