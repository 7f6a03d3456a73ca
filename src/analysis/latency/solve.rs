//! Percentiles of an expression by numerical convolution: spectra from the parts up, then back to a distribution. Knows no flow.
//!
//! What lies beyond the end of the grid does not touch what lies below it, so each percentile is read from a grid that ends a little
//! above it; a coarse look from the certain bound down finds where that is.
#![expect(clippy::indexing_slicing, reason = "a numeric kernel over arrays that it made itself")]

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::bounds::bounds;
use super::fourier::{self, Fourier, Spectrum};
use super::leaf::{Leaf, Num};
use super::plan::{Ix, Node, Plan, Tries};
use super::{grid, race};

/// Beyond so many expressions nobody waits for the figure.
const MOST: usize = 50_000;
/// A percentile this many times below the end of the grid is read from a grid of its own.
const DEPTH: f64 = 16.0;
/// A grid ends so far above its first percentile.
const ROOM: f64 = 1.25;
/// Nobody waits longer, in seconds.
const FAR: f64 = 1e15;
/// A time of fewer steps than this needs a finer grid.
const SHOWN: f64 = 8.0;
/// The first look ends this many times above the lower bound.
const FIRST: f64 = 12.0;
/// So often the search looks at another grid; each look is several times nearer.
const LOOKS: usize = 80;

/// The times within which these shares are done; `None` where the expression is too large. Shares descend.
pub(super) fn percentiles(plan: &Plan, root: Ix, shares: &[f64], fourier: &Fourier) -> Option<Vec<f64>> {
    let solver = Solver::new(plan, root);
    if solver.order.len() > MOST {
        return None;
    }
    let (fixed, is_random) = match plan.node(root) {
        Some(Node::Series(Num(fixed), parts)) => (*fixed, !parts.is_empty()),
        _ => (0.0, true),
    };
    if !is_random {
        return Some(vec![fixed; shares.len()]);
    }
    // the grid that is at hand: its end, and the distribution on it
    let mut grid: Option<(f64, Vec<f64>)> = None;
    let mut figures = Vec::with_capacity(shares.len());
    for share in shares {
        let read = |(end, values): &(f64, Vec<f64>)| {
            let at = grid::reaches(values, *share)? * end / fourier.points() as f64;
            (at == 0.0 || at * DEPTH >= *end).then_some(at)
        };
        let at = match grid.as_ref().and_then(read) {
            Some(at) => at,
            None => {
                let (lower, upper) = bounds(plan, root, 1.0 - share);
                if upper <= fixed {
                    figures.push(fixed);
                    continue;
                }
                let (end, values) = solver.grid_for(*share, (lower - fixed, upper - fixed), fourier)?;
                let at = grid::reaches(&values, *share)? * end / fourier.points() as f64;
                grid = Some((end, values));
                at
            }
        };
        figures.push(fixed + at);
    }
    Some(figures)
}

/// Whether so large a share is done within a time, to some percent.
pub(super) fn is_within(plan: &Plan, root: Ix, share: f64, time: f64) -> bool {
    let solver = Solver::new(plan, root);
    let fixed = match plan.node(root) {
        Some(Node::Series(Num(fixed), _)) => *fixed,
        _ => 0.0,
    };
    // the end of a grid is not a point of it
    let end = (time - fixed) * 1.02;
    if end <= 0.0 || solver.order.len() > MOST {
        return false;
    }
    grid::reaches(&solver.distribution(end, Fourier::coarse()), share).is_some()
}

struct Solver<'a> {
    plan: &'a Plan,
    /// The expression and its parts, each behind its parts.
    order: Vec<Ix>,
    root: Ix,
    /// By expression that is given up too early for the grid to show: its distribution up to then, on a grid of its own.
    inner: Inner,
}

/// Distributions up to a timeout.
type Inner = Rc<RefCell<FxHashMap<Ix, Rc<Vec<f64>>>>>;

impl<'a> Solver<'a> {
    fn new(plan: &'a Plan, root: Ix) -> Self {
        Self { plan, order: plan.below(root), root, inner: Inner::default() }
    }

    /// A grid that ends a little above where a share is done.
    fn grid_for(&self, share: f64, bounds: (f64, f64), fourier: &Fourier) -> Option<(f64, Vec<f64>)> {
        let coarse = Fourier::coarse();
        let upper = bounds.1.min(FAR) * 1.001;
        // the truth is mostly much nearer to the lower bound
        let mut end = if bounds.0 > 0.0 { upper.min(FIRST * bounds.0) } else { upper };
        if end.is_nan() || end <= 0.0 {
            return None;
        }
        let points = coarse.points() as f64;
        // the nearest end so far that the share is done by
        let mut reached: Option<f64> = None;
        for _ in 0..LOOKS {
            let values = self.distribution(end, coarse);
            match (grid::reaches(&values, share), reached) {
                (Some(steps), _) => {
                    reached = Some(end);
                    let next = (steps * end / points * ROOM).max(2.0 * end / points);
                    let is_near = next * 4.0 > end;
                    end = next;
                    if is_near {
                        break;
                    }
                }
                (None, Some(known)) if end * 2.0 >= known => {
                    end = known;
                    break;
                }
                (None, Some(_)) => end *= 2.0,
                (None, None) if end < upper => end = upper.min(end * FIRST),
                (None, None) => end *= ROOM,
            }
        }
        for _ in 0..LOOKS {
            let values = self.distribution(end, fourier);
            if grid::reaches(&values, share).is_some() {
                return Some((end, values));
            }
            end *= ROOM;
        }
        None
    }

    /// The distribution at 0, ½, 1, … steps up to a time, the fixed part of the root left out.
    fn distribution(&self, end: f64, fourier: &Fourier) -> Vec<f64> {
        let pass = Pass { solver: self, fourier, step: end / fourier.points() as f64 };
        let mut uses = self.uses();
        let mut spectra: Vec<Option<Spectrum>> = vec![None; self.order.len()];
        for (at, ix) in self.order.iter().enumerate() {
            let Some(node) = self.plan.node(*ix) else { continue };
            let of = |part: Ix| self.order.binary_search(&part).ok().and_then(|at| spectra[at].as_ref());
            let spectrum = pass.node(*ix, node, *ix == self.root, &of);
            // what nobody needs any more makes room
            for part in parts(node) {
                if let Ok(at) = self.order.binary_search(&part) {
                    uses[at] -= 1;
                    if uses[at] == 0 {
                        spectra[at] = None;
                    }
                }
            }
            spectra[at] = Some(spectrum);
        }
        let root = self.order.binary_search(&self.root).ok().and_then(|at| spectra[at].take());
        root.map_or_else(Vec::new, |spectrum| grid::distribution(&fourier.masses(&spectrum)))
    }

    /// The distribution of a part up to a time, on a coarse grid of its own.
    fn up_to(&self, ix: Ix, what: Ix, time: f64) -> Rc<Vec<f64>> {
        if let Some(known) = self.inner.borrow().get(&ix) {
            return known.clone();
        }
        let part =
            Self { plan: self.plan, order: self.plan.below(what), root: what, inner: self.inner.clone() };
        let fixed = match self.plan.node(what) {
            Some(Node::Series(Num(fixed), _)) => *fixed,
            _ => 0.0,
        };
        let coarse = Fourier::coarse();
        let mut values = match fixed < time {
            true => part.distribution(time - fixed, coarse),
            false => vec![0.0; 2 * coarse.points()],
        };
        if fixed > 0.0 && fixed < time {
            values = grid::shifted(&values, fixed / time);
        }
        let values = Rc::new(values);
        self.inner.borrow_mut().insert(ix, values.clone());
        values
    }

    fn uses(&self) -> Vec<u32> {
        let mut uses = vec![0; self.order.len()];
        for node in self.order.iter().filter_map(|ix| self.plan.node(*ix)) {
            for part in parts(node) {
                if let Ok(at) = self.order.binary_search(&part) {
                    uses[at] += 1;
                }
            }
        }
        uses
    }
}

fn parts(node: &Node) -> Vec<Ix> {
    match node {
        Node::Leaf(_) => Vec::new(),
        Node::Series(_, parts) | Node::Race(_, parts) => parts.iter().map(|part| part.0).collect(),
        Node::Mixture(parts) => parts.iter().map(|part| part.1).collect(),
        Node::Retried(what, _) => vec![*what],
    }
}

/// One evaluation on one grid.
struct Pass<'a> {
    solver: &'a Solver<'a>,
    fourier: &'a Fourier,
    /// Of the grid, in seconds.
    step: f64,
}

impl Pass<'_> {
    fn node<'s>(
        &self,
        ix: Ix,
        node: &Node,
        is_root: bool,
        of: &dyn Fn(Ix) -> Option<&'s Spectrum>,
    ) -> Spectrum {
        match node {
            Node::Leaf(leaf) => self.leaf(leaf),
            Node::Series(Num(fixed), parts) => {
                let mut sum = match is_root || *fixed <= 0.0 {
                    true => None,
                    false => Some(self.leaf(&Leaf::Fixed(Num(*fixed)))),
                };
                for (part, count) in parts {
                    let Some(spectrum) = of(*part) else { continue };
                    match sum.as_mut() {
                        None if *count == 1 => sum = Some(spectrum.clone()),
                        None => {
                            let mut start = self.fourier.nothing(1.0);
                            fourier::multiply(&mut start, spectrum, *count);
                            sum = Some(start);
                        }
                        Some(sum) => fourier::multiply(sum, spectrum, *count),
                    }
                }
                sum.unwrap_or_else(|| self.fourier.nothing(1.0))
            }
            Node::Mixture(parts) => {
                let all: f64 = parts.iter().map(|(share, _)| share.0).sum();
                let mut mixture = self.fourier.nothing((1.0 - all).max(0.0));
                for (share, part) in parts {
                    if let Some(spectrum) = of(*part) {
                        fourier::add(&mut mixture, spectrum, share.0);
                    }
                }
                mixture
            }
            Node::Race(needs, parts) => {
                let all: Vec<(Vec<f64>, u64)> = parts
                    .iter()
                    .filter_map(|(part, count)| Some((self.values(of(*part)?), *count)))
                    .collect();
                let all: Vec<(&[f64], u64)> =
                    all.iter().map(|(values, count)| (values.as_slice(), *count)).collect();
                let chances = race::chances(*needs, &all);
                self.of_values(&chances)
            }
            Node::Retried(what, tries) => match of(*what) {
                Some(once) => self.retried(ix, *what, once, tries),
                None => self.fourier.nothing(1.0),
            },
        }
    }

    fn leaf(&self, leaf: &Leaf) -> Spectrum {
        self.fourier.spectrum(&grid::of_leaf(leaf, self.step, self.fourier.points()))
    }

    fn values(&self, spectrum: &Spectrum) -> Vec<f64> {
        grid::distribution(&self.fourier.masses(spectrum))
    }

    fn of_values(&self, values: &[f64]) -> Spectrum {
        let at_zero = values.first().copied().unwrap_or(0.0);
        self.fourier.spectrum(&grid::of_means(&grid::means(values), at_zero))
    }

    /// Tries that end at their timeout are followed by a pause and another try.
    fn retried(&self, ix: Ix, what: Ix, once: &Spectrum, tries: &Tries) -> Spectrum {
        let at = tries.timeout.0 / self.step;
        if at >= self.fourier.points() as f64 {
            return once.clone();
        }
        let (done, in_time) = if at < SHOWN {
            let values = self.solver.up_to(ix, what, tries.timeout.0);
            let in_time = values.last().copied().unwrap_or(0.0);
            let masses = grid::moved(&values, 2.0 * at / values.len() as f64, self.fourier.points());
            (self.fourier.spectrum(&masses), in_time)
        } else {
            let values = self.values(once);
            let (means, in_time) = grid::up_to(&values, at);
            let at_zero = values.first().copied().unwrap_or(0.0).min(in_time);
            (self.fourier.spectrum(&grid::of_means(&means, at_zero)), in_time)
        };
        let late = 1.0 - in_time;
        let given_up = self.leaf(&Leaf::Fixed(tries.timeout));
        let mut last = if tries.soft {
            let mut last = done.clone();
            fourier::add(&mut last, &given_up, late);
            last
        } else {
            once.clone()
        };
        let failed = |number: u64| {
            let mut failed = self.fourier.nothing(0.0);
            fourier::add(&mut failed, &given_up, late);
            let pause = tries.pause_after(number);
            if pause > 0.0 {
                let leaf = if tries.jitter { Leaf::Spread(Num(pause)) } else { Leaf::Fixed(Num(pause)) };
                fourier::multiply(&mut failed, &self.leaf(&leaf), 1);
            }
            failed
        };
        if !tries.doubling || tries.pause.0 <= 0.0 {
            return fourier::retry(&done, &failed(0), tries.retries, &last);
        }
        // a pause that reaches beyond the grid is never over on it
        let end = self.step * self.fourier.points() as f64;
        let visible = (0..tries.retries.min(64))
            .take_while(|number| tries.jitter || tries.pause_after(*number) < end)
            .count();
        if (visible as u64) < tries.retries {
            last = done.clone();
        }
        for number in (0..visible as u64).rev() {
            last = fourier::retry(&done, &failed(number), 1, &last);
        }
        last
    }
}
