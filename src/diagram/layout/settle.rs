//! Places a graph whose leaves are set in last, so that one more of them moves little. Where that entangles leaves or gives
//! a shape that fits no page, some of them join the core: those entangled, then the first declared, so that one more leaf,
//! which is declared last, finds the same core.

use std::collections::BTreeSet;

use super::assemble::assemble;
use super::graft::graft;
use super::graph::Graph;
use super::leaves::Leaf;
use super::order::Effort;
use super::{Air, Ordered, Placement, USUAL, place, score};

/// The misfit that is no reason to fold what leaves are still to be set in: they often give it its shape.
const LOOSE: f64 = 1.6;
/// Leaves that are set in make fewer new crossings than so many, or are placed otherwise.
const TANGLED: usize = 2;
/// How much more room between boxes, or between rows, is given so that the whole fits.
const AIR: [f64; 2] = [1.3, 1.6];

/// A picture, its crossings, and those of its core.
struct Attempt {
    whole: Placement,
    crossed: usize,
    before: usize,
}

/// What is placed, and how.
pub(super) struct Settle<'a, P: Fn(&[Leaf], f64) -> Ordered> {
    pub(super) graph: &'a Graph,
    /// Places the graph without some leaves, in a shape of at most some misfit.
    pub(super) core: P,
    pub(super) effort: Effort,
    /// Whether the whole has to fit a page.
    pub(super) shaped: bool,
}

impl<P: Fn(&[Leaf], f64) -> Ordered> Settle<'_, P> {
    /// The placement, with as many leaves as possible set in last.
    pub(super) fn best(&self, leaves: &[Leaf]) -> Placement {
        if leaves.is_empty() {
            return self.all();
        }
        let mut best: Option<Attempt> = None;
        let mut sets: Vec<(Vec<Leaf>, f64)> =
            later(leaves).into_iter().map(|set| (set, score::ROOMY)).collect();
        sets.insert(0, (leaves.to_vec(), LOOSE));
        sets.reverse();
        while let Some((set, roomy)) = sets.pop() {
            let Some(attempt) = self.attempt(&set, roomy) else { continue };
            if attempt.crossed < attempt.before + TANGLED {
                return attempt.whole;
            }
            if best.is_none() {
                // Dropping the first ones would not help the others.
                let crossed = score::entangled(&attempt.whole);
                sets = vec![(without(&set, |leaf| crossed.get(leaf.edge) == Some(&true)), roomy)];
                sets.retain(|(set, _)| !set.is_empty());
            }
            if best.as_ref().is_none_or(|b| clearly_fewer(attempt.crossed, b.crossed)) {
                best = Some(attempt);
            }
        }
        let all = self.all();
        let Some(best) = best else { return all };
        if clearly_fewer(score::crossings(&all), best.crossed) { all } else { best.whole }
    }

    /// All at once, as the core would be to which one more leaf comes.
    fn all(&self) -> Placement {
        let at_once = |roomy| {
            let all = (self.core)(&[], roomy);
            assemble(self.graph, &all.tree, &all.levels)
        };
        let loose = at_once(LOOSE);
        if self.fits(&loose) { loose } else { at_once(score::ROOMY) }
    }

    fn fits(&self, whole: &Placement) -> bool {
        !self.shaped || score::misfit(whole) <= score::ROOMY
    }

    /// A placement with these leaves set in last, if that gives a fair shape.
    fn attempt(&self, leaves: &[Leaf], roomy: f64) -> Option<Attempt> {
        let core = (self.core)(leaves, roomy);
        let without = assemble(self.graph, &core.tree, &core.levels);
        let mut whole = graft(self.graph, &core, leaves)?;
        let wide = whole.width > whole.height;
        for more in AIR {
            if self.fits(&whole) {
                break;
            }
            let air = match wide == core.tree.turn.sideways {
                true => Air { beside: more, ..USUAL },
                false => Air { below: more, ..USUAL },
            };
            whole = graft(self.graph, &place(core.clone(), self.effort, air), leaves)?;
        }
        let (crossed, before) = (score::crossings(&whole), score::crossings(&without));
        self.fits(&whole).then_some(Attempt { whole, crossed, before })
    }
}

/// The leaves without none, one, three, seven … of those declared first, down to the last one alone. The same numbers for
/// one leaf more: what was the core is one again.
fn later(leaves: &[Leaf]) -> Vec<Vec<Leaf>> {
    let mut declared: Vec<usize> = leaves.iter().map(|l| l.node).collect();
    declared.sort_unstable();
    let last = declared.len() - 1;
    let mut drops: Vec<usize> = (0..usize::BITS).map(|k| (1 << k) - 1).take_while(|&d| d < last).collect();
    drops.push(last);
    let set = |d: usize| without(leaves, |leaf| declared[..d].contains(&leaf.node));
    let mut sets: Vec<Vec<Leaf>> = drops.into_iter().map(set).filter(|set| !set.is_empty()).collect();
    sets.dedup();
    sets
}

/// The leaves without some, and without those that these hang on.
fn without(leaves: &[Leaf], taken: impl Fn(&Leaf) -> bool) -> Vec<Leaf> {
    let mut core = BTreeSet::new();
    let mut left: Vec<Leaf> = Vec::new();
    for leaf in leaves.iter().rev() {
        if taken(leaf) || core.contains(&leaf.node) {
            core.insert(leaf.on);
        } else {
            left.push(*leaf);
        }
    }
    left.reverse();
    left
}

/// Whether a picture of so many crossings is worth another look for its reader.
fn clearly_fewer(crossings: usize, than: usize) -> bool {
    crossings + TANGLED <= than && 5 * crossings <= 4 * than
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(leaves: &[Leaf]) -> Vec<usize> {
        leaves.iter().map(|l| l.node).collect()
    }

    #[test]
    fn what_an_entangled_leaf_hangs_on_joins_the_core_with_it() {
        let leaf = |node, on| Leaf { node, edge: node, on };
        let leaves = [leaf(5, 1), leaf(6, 5), leaf(7, 6), leaf(8, 1)];
        assert_eq!(nodes(&without(&leaves, |l| l.node == 6)), [7, 8]);
        assert_eq!(nodes(&without(&leaves, |l| l.node == 7)), [8]);
    }

    #[test]
    fn one_leaf_more_finds_every_core_that_was_tried_before() {
        let core = |set: &Vec<Leaf>, count: usize| -> Vec<usize> {
            (0..count).filter(|node| !nodes(set).contains(node)).collect()
        };
        for count in 1..20 {
            let leaves: Vec<Leaf> = (0..=count).map(|node| Leaf { node, edge: node, on: 99 }).collect();
            let before: Vec<_> = later(&leaves[..count]).iter().map(|s| core(s, count)).collect();
            let after: Vec<_> = later(&leaves).iter().map(|s| core(s, count + 1)).collect();
            let all_but_last: Vec<usize> = (0..count).collect();
            assert_eq!(after.last(), Some(&all_but_last));
            // The last one alone is the one that is not found again, unless it is one of the row.
            assert!(before.iter().rev().skip(1).all(|core| after.contains(core)), "{count}");
        }
    }
}
