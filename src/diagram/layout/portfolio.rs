//! Chooses between ways to place a graph: a small fixed list of variants, tried in turn and scored, then ties between
//! groups that speak with one another, one at a time. What came first keeps its place unless another is better by a
//! margin, so that a small change of a design seldom turns its picture over.

use std::collections::BTreeSet;

use super::assemble::assemble;
use super::graph::Graph;
use super::leaves::{self, Leaf};
use super::order::Effort;
use super::score::{self, Score};
use super::settle::settled;
use super::tree::Tree;
use super::{Air, Engine, Options, Ordered, Placement, USUAL, Variant, order, place, run};
use crate::diagram::drawing::Direction;

/// Graphs with more boxes and edges are placed once, not in several ways to choose from.
const TRY: usize = 700;
/// Of larger ones leaves are not set in last: their edges are too many to find a way without the others.
const SETTLED: usize = 200;
/// Of larger ones it is not even asked whether groups should stand side by side.
const PEERS: usize = 2500;
/// layout-rs takes cubic time: larger graphs are not given to it.
const GUEST: usize = 100;
/// Smaller graphs may have any shape.
pub(super) const SHAPED: usize = 10;
/// How much narrower the rows become step by step when the whole is too wide.
const STRETCH: [f64; 4] = [0.7, 0.5, 0.35, 0.25];
/// How many ranks stand in one row when it is too high.
const FOLD: [usize; 3] = [2, 3, 4];
/// How much more room between boxes, or between rows, is given for the shape.
const AIR: [f64; 3] = [1.3, 1.6, 2.2];
/// What the trials of ties may cost together, in boxes and edges placed.
const TRIALS: usize = 700;
/// The effort of a trial. It solves the places along the rows as well: without, groups that stand side by side come out
/// several times too wide.
const TRIAL: Effort = Effort { starts: 8, refined: 2, rounds: 1, seed_limit: 0, align: true, guest: false };
/// Larger graphs get few starts in a trial.
const MIDDLE: usize = 250;
/// Orders to start from at the end.
const STARTS: usize = 16;

/// The best variant's placement.
pub(super) fn best(graph: &Graph, options: &Options) -> Placement {
    let parts = graph.nodes.len() + graph.groups.len() + graph.edges.len();
    let asked = options.direction.or(graph.direction);
    let first = Variant {
        direction: asked.unwrap_or(Direction::Down),
        peers: true,
        wrap: asked.is_none(),
        stretch: 1.0,
        fold: 1,
        ties: Vec::new(),
    };
    let last = Effort {
        starts: STARTS,
        refined: 4,
        rounds: 3,
        seed_limit: options.seed_limit,
        align: true,
        guest: false,
    };
    if options.engine == Engine::LayoutRs && graph.groups.is_empty() && parts <= GUEST {
        let effort =
            Effort { starts: 1, refined: 1, rounds: 0, seed_limit: 2 * GUEST, align: false, guest: true };
        return run(graph, &first, effort, &[]);
    }
    if parts < 4 {
        return run(graph, &first, last, &[]);
    }
    if parts > PEERS {
        return large(graph, first, Effort { starts: 2, ..last });
    }
    let shaped = asked.is_none() && graph.nodes.len() >= SHAPED;
    let core = |leaves: &[Leaf]| {
        let parts = parts - 2 * leaves.len();
        let best = Trial::new(graph, first.clone(), shaped, leaves);
        let mut search = Search { graph, leaves, shaped, left: TRIALS / parts, best };
        search.peers();
        if parts > TRY {
            return search.finish(Effort { starts: 4, ..last });
        }
        search.ties();
        if shaped {
            search.stretches();
            // The direction that the reader expects is given up only for a shape that no page takes.
            if search.best.score.misfit > score::TURNS {
                search.sideways();
            }
        }
        search.finish(last)
    };
    let leaves = if parts > SETTLED { Vec::new() } else { leaves::find(graph) };
    let inner = core(&leaves);
    if leaves.is_empty() {
        return assemble(graph, &inner.tree, &inner.levels);
    }
    settled(graph, &leaves, &inner, last, shaped).unwrap_or_else(|| {
        let all = core(&[]);
        assemble(graph, &all.tree, &all.levels)
    })
}

/// A large graph: from the shape of a hasty placement follows how many ranks stand in one row, or how much narrower rows
/// become.
fn large(graph: &Graph, first: Variant, effort: Effort) -> Placement {
    let hasty = Effort { starts: 1, rounds: 0, align: false, ..effort };
    if !first.wrap {
        return run(graph, &first, effort, &[]);
    }
    let given = run(graph, &first, hasty, &[]);
    let misfit = score::misfit(&given);
    if misfit <= score::ROOMY {
        return run(graph, &first, effort, &[]);
    }
    // So much wider against its height, or narrower, the whole should become.
    let factor = misfit.sqrt();
    let again = match reshaped(&first, given.width > given.height).first() {
        Some(v) if v.fold > 1 => Variant { fold: folds(factor), ..first },
        _ => Variant { stretch: 1.0 / factor, ..first },
    };
    run(graph, &again, effort, &[])
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least 2")]
fn folds(factor: f64) -> usize {
    factor.ceil().clamp(2.0, 1e6) as usize
}

/// A variant and how good it came out.
struct Trial {
    variant: Variant,
    score: Score,
}

impl Trial {
    fn new(graph: &Graph, variant: Variant, shaped: bool, without: &[Leaf]) -> Self {
        let parts = graph.nodes.len() + graph.groups.len() + graph.edges.len() - 2 * without.len();
        let effort =
            if parts > MIDDLE { Effort { starts: 2, refined: 1, rounds: 0, ..TRIAL } } else { TRIAL };
        let score = score::score(&run(graph, &variant, effort, without), shaped);
        Self { variant, score }
    }
}

struct Search<'a> {
    graph: &'a Graph,
    /// They are set in at the end.
    leaves: &'a [Leaf],
    shaped: bool,
    /// Trials of ties that are left.
    left: usize,
    best: Trial,
}

impl Search<'_> {
    fn trial(&self, variant: Variant) -> Trial {
        Trial::new(self.graph, variant, self.shaped, self.leaves)
    }

    fn peers(&mut self) {
        if self.graph.groups.len() > 1 {
            let other = self.trial(Variant { peers: false, ..self.best.variant.clone() });
            if other.score.beats(&self.best.score) {
                self.best = other;
            }
        }
    }

    /// Ties two groups that speak with one another as long as that is better.
    fn ties(&mut self) {
        let tree = Tree::new(self.graph, &self.best.variant, self.leaves);
        let groups = |e: &usize| {
            let route = &tree.routes[*e];
            let both = tree.is_group(route.from_child) && tree.is_group(route.to_child);
            both.then(|| (route.from_child.min(route.to_child), route.from_child.max(route.to_child)))
        };
        let pairs: BTreeSet<(usize, usize)> = tree.inner.iter().flatten().filter_map(groups).collect();
        let mut pairs: Vec<(usize, usize)> = pairs.into_iter().collect();
        loop {
            let mut found = false;
            for i in 0..pairs.len() {
                if self.left == 0 {
                    return;
                }
                self.left -= 1;
                let mut variant = self.best.variant.clone();
                variant.ties.push(pairs[i]);
                let other = self.trial(variant);
                if other.score.beats(&self.best.score) {
                    self.best = other;
                    pairs.remove(i);
                    found = true;
                    break;
                }
            }
            if !found {
                return;
            }
        }
    }

    /// Splits rows of what is too wide, and joins rows of what is too high, until the whole fits a page.
    fn stretches(&mut self) {
        for variant in reshaped(&self.best.variant, self.best.score.wide) {
            if self.best.score.misfit <= score::ROOMY {
                return;
            }
            let other = self.trial(variant);
            if other.score.misfit < self.best.score.misfit {
                self.best = other;
            }
        }
    }

    fn sideways(&mut self) {
        let variant =
            Variant { direction: Direction::Right, stretch: 1.0, fold: 1, ..self.best.variant.clone() };
        let mut other = Search { best: self.trial(variant), ..*self };
        other.stretches();
        if other.best.score.misfit < self.best.score.misfit {
            self.best = other.best;
        }
    }

    /// The best variant with all effort; a shape that only now turns out to fit no page is mended: by more room between
    /// boxes or rows, and if that is not enough by other rows.
    fn finish(self, effort: Effort) -> Ordered {
        let (mut placed, mut page) = self.airy(&self.best.variant, effort);
        if !self.shaped {
            return placed;
        }
        for variant in reshaped(&self.best.variant, page.wide) {
            if page.misfit <= score::ROOMY {
                break;
            }
            let (other, its) =
                self.airy(&variant, Effort { starts: effort.starts / 2, refined: 2, ..effort });
            if its.misfit < page.misfit {
                (placed, page) = (other, its);
            }
        }
        placed
    }

    /// A variant, placed, with as much room as the page asks for.
    fn airy(&self, variant: &Variant, effort: Effort) -> (Ordered, Page) {
        let ordered = order(self.graph, variant, effort, self.leaves);
        let mut placed = place(ordered.clone(), effort, USUAL);
        let mut page = Page::new(&placed);
        if !self.shaped {
            return (placed, page);
        }
        let sideways = matches!(variant.direction, Direction::Right | Direction::Left);
        for more in AIR {
            if page.misfit <= score::ROOMY || page.misfit > more * score::ROOMY {
                continue;
            }
            let air = if page.wide == sideways {
                Air { beside: more, ..USUAL }
            } else {
                Air { below: more, ..USUAL }
            };
            let other = place(ordered.clone(), effort, air);
            let its = Page::new(&other);
            if its.misfit < page.misfit {
                (placed, page) = (other, its);
            }
        }
        (placed, page)
    }
}

/// The shape of a placement.
struct Page {
    misfit: f64,
    wide: bool,
}

impl Page {
    fn new(placed: &Ordered) -> Self {
        let tree = &placed.tree;
        let size = tree.turn.size(tree.size[tree.root].w, tree.size[tree.root].h);
        Self { misfit: score::misfit_of(size.w, size.h), wide: size.w > size.h }
    }
}

/// Variants that are narrower than one that is too wide, or lower than one that is too high.
fn reshaped(given: &Variant, wide: bool) -> Vec<Variant> {
    let sideways = matches!(given.direction, Direction::Right | Direction::Left);
    if wide == sideways {
        FOLD.iter().map(|&fold| Variant { fold, ..given.clone() }).collect()
    } else {
        STRETCH.iter().map(|&stretch| Variant { stretch, ..given.clone() }).collect()
    }
}
