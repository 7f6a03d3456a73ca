//! What is certain of a percentile, however the parts depend on each other. Knows neither flows nor grids.
//!
//! One after another: at least the largest part's percentile, at most the sum of each one's at the n-th part of the tail (union
//! bound). Each rule below is that bound for its way of putting times together.

use rustc_hash::FxHashMap;

use super::leaf::{Leaf, Num};
use super::plan::{Ix, Node, Plan};

/// The interval in which the time lies that is exceeded with chance `tail`.
pub(super) fn bounds(plan: &Plan, root: Ix, tail: f64) -> (f64, f64) {
    let order = plan.below(root);
    let side = |upper: bool| Side { plan, order: &order, root, hops: hops(plan, &order), upper }.value(tail);
    let (lower, upper) = (side(false), side(true));
    (lower.min(upper), upper)
}

/// By expression: how many random times stand one after another in it.
fn hops(plan: &Plan, order: &[Ix]) -> FxHashMap<Ix, f64> {
    let mut hops: FxHashMap<Ix, f64> = FxHashMap::default();
    for ix in order {
        let of = |part: Ix| hops.get(&part).copied().unwrap_or(0.0);
        let count = match plan.node(*ix) {
            Some(Node::Leaf(_)) => 1.0,
            Some(Node::Series(_, parts)) => parts.iter().map(|(part, count)| of(*part) * *count as f64).sum(),
            Some(Node::Mixture(parts)) => parts.iter().map(|part| of(part.1)).fold(0.0, f64::max),
            Some(Node::Race(_, parts)) => parts.iter().map(|part| of(part.0)).fold(0.0, f64::max),
            Some(Node::Retried(what, _)) => of(*what),
            None => 0.0,
        };
        hops.insert(*ix, count);
    }
    hops
}

/// One of the two bounds.
struct Side<'a> {
    plan: &'a Plan,
    order: &'a [Ix],
    root: Ix,
    hops: FxHashMap<Ix, f64>,
    upper: bool,
}

impl Side<'_> {
    fn value(&self, tail: f64) -> f64 {
        // which tail each expression is asked for: of several the strictest, which is safe
        let mut tails: FxHashMap<Ix, f64> = FxHashMap::default();
        tails.insert(self.root, tail);
        for ix in self.order.iter().rev() {
            let (Some(node), Some(tail)) = (self.plan.node(*ix), tails.get(ix).copied()) else { continue };
            for (part, asked) in self.asked(node, tail) {
                let known = tails.entry(part).or_insert(asked);
                *known = if self.upper { known.min(asked) } else { known.max(asked) };
            }
        }
        let mut values: FxHashMap<Ix, f64> = FxHashMap::default();
        for ix in self.order {
            let (Some(node), Some(tail)) = (self.plan.node(*ix), tails.get(ix).copied()) else { continue };
            let value = self.of(node, tail, &values);
            values.insert(*ix, value);
        }
        values.get(&self.root).copied().unwrap_or(0.0)
    }

    /// The tail for which each part is asked when the whole is asked for `tail`.
    fn asked(&self, node: &Node, tail: f64) -> Vec<(Ix, f64)> {
        match node {
            Node::Leaf(_) => Vec::new(),
            Node::Series(_, parts) => {
                parts.iter().map(|(part, _)| (*part, self.in_series(parts, *part, tail))).collect()
            }
            Node::Mixture(parts) if self.upper => {
                let (rest, dropped) = dropped(parts, tail);
                let asked = (tail - dropped) / (1.0 - dropped).max(f64::MIN_POSITIVE);
                rest.into_iter().map(|part| (part, asked)).collect()
            }
            Node::Mixture(parts) => parts
                .iter()
                .filter(|(share, _)| share.0 > tail)
                .map(|(share, part)| (*part, tail / share.0))
                .collect(),
            Node::Race(needs, parts) => {
                let all = total(parts);
                let asked = if self.upper {
                    tail * (all - *needs as f64 + 1.0) / all
                } else if *needs as f64 >= all {
                    tail
                } else {
                    // k of them are done only where the sum of their chances is k or more
                    1.0 - ((1.0 - tail) * *needs as f64 / all).min(1.0)
                };
                parts.iter().map(|(part, _)| (*part, asked.min(1.0))).collect()
            }
            Node::Retried(what, _) => vec![(*what, tail)],
        }
    }

    /// The tail of one part of a sum: its hops' part of the whole, once waits too rare to matter are paid for.
    fn in_series(&self, parts: &[(Ix, u64)], part: Ix, tail: f64) -> f64 {
        if !self.upper {
            return tail;
        }
        let of = |ix: Ix| self.hops.get(&ix).copied().unwrap_or(0.0);
        let all: f64 = parts.iter().map(|(part, count)| of(*part) * *count as f64).sum();
        let rare = |ix: Ix| match self.plan.node(ix) {
            Some(Node::Leaf(Leaf::Wait { chance, .. })) if chance.0 < 0.01 * tail / all.max(1.0) => {
                Some(chance.0)
            }
            _ => None,
        };
        if let Some(chance) = rare(part) {
            return chance;
        }
        let (mut paid, mut left) = (0.0, 0.0);
        for (other, count) in parts {
            match rare(*other) {
                Some(chance) => paid += chance * *count as f64,
                None => left += of(*other) * *count as f64,
            }
        }
        (tail - paid) * of(part) / left.max(1.0)
    }

    fn of(&self, node: &Node, tail: f64, values: &FxHashMap<Ix, f64>) -> f64 {
        let known = |part: Ix| values.get(&part).copied().unwrap_or(0.0);
        match node {
            Node::Leaf(leaf) => leaf.quantile(tail),
            Node::Series(Num(fixed), parts) => {
                // a leaf that stands elsewhere too is asked for its own tail here
                let value = |part: Ix| match self.plan.node(part) {
                    Some(Node::Leaf(leaf)) => leaf.quantile(self.in_series(parts, part, tail)),
                    _ => known(part),
                };
                let each =
                    parts.iter().map(
                        |(part, count)| if self.upper { value(*part) * *count as f64 } else { value(*part) },
                    );
                fixed + if self.upper { each.sum::<f64>() } else { each.fold(0.0, f64::max) }
            }
            Node::Mixture(parts) if self.upper => {
                dropped(parts, tail).0.into_iter().map(known).fold(0.0, f64::max)
            }
            Node::Mixture(parts) => parts
                .iter()
                .filter(|(share, _)| share.0 > tail)
                .map(|(_, part)| known(*part))
                .fold(0.0, f64::max),
            Node::Race(needs, parts) => {
                let all = parts.iter().map(|(part, _)| known(*part));
                if self.upper || *needs as f64 >= total(parts) {
                    all.fold(0.0, f64::max)
                } else {
                    all.fold(f64::INFINITY, f64::min)
                }
            }
            Node::Retried(what, tries) => {
                let once = known(*what);
                match (self.upper, once <= tries.timeout.0) {
                    (_, true) => once,
                    (false, false) => tries.timeout.0,
                    (true, false) => {
                        tries.longest() + if tries.soft { once.min(tries.timeout.0) } else { once }
                    }
                }
            }
        }
    }
}

fn total(parts: &[(Ix, u64)]) -> f64 {
    parts.iter().map(|(_, count)| *count as f64).sum::<f64>().max(1.0)
}

/// The parts of a mixture that count for a tail, and the share of those that are rarer than half of it together.
fn dropped(parts: &[(Num, Ix)], tail: f64) -> (Vec<Ix>, f64) {
    let mut sorted: Vec<(f64, Ix)> = parts.iter().map(|(share, part)| (share.0, *part)).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut gone = 0.0;
    let mut rest = Vec::with_capacity(sorted.len());
    for (share, part) in sorted {
        if rest.is_empty() && gone + share <= 0.5 * tail {
            gone += share;
        } else {
            rest.push(part);
        }
    }
    (rest, gone)
}
