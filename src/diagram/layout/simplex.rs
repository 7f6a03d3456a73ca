//! Network simplex (Gansner, Koutsofios, North and Vo, *A technique for drawing directed graphs*, 1993): whole numbers
//! `x` that make Σ weight · (x[head] − x[tail]) least under x[head] − x[tail] ≥ least. Ranks and places along the rows
//! are both such problems. It knows only arcs.
//!
//! Invariants: the answer keeps every arc's least length if the start does; its cost is never above the start's; it is the
//! optimum unless the pivots run out.

use super::growth::Growth;

/// A constraint between two variables, with a price for every unit of length.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arc {
    pub(super) tail: usize,
    pub(super) head: usize,
    pub(super) least: i64,
    pub(super) weight: i64,
}

impl Arc {
    pub(super) fn new(tail: usize, head: usize, least: i64, weight: i64) -> Self {
        Self { tail, head, least, weight }
    }

    pub(super) fn slack(&self, x: &[i64]) -> i64 {
        x[self.head] - x[self.tail] - self.least
    }

    pub(super) fn other(&self, v: usize) -> usize {
        self.tail + self.head - v
    }
}

/// How many arcs that would pay off are looked at before the best of them leaves the tree.
const CANDIDATES: usize = 30;
const NONE: usize = usize::MAX;

/// The least values that keep every arc's length: longest paths. None if the arcs close a circle.
pub(super) fn packed(n: usize, arcs: &[Arc]) -> Option<Vec<i64>> {
    let mut open = vec![0_usize; n];
    let out = incidence(n, arcs, |a| [a.tail, NONE]);
    for a in arcs {
        open[a.head] += 1;
    }
    let mut x = vec![0; n];
    let mut ready: Vec<usize> = (0..n).filter(|&v| open[v] == 0).collect();
    let mut at = 0;
    while let Some(&v) = ready.get(at) {
        at += 1;
        for &k in out.of(v) {
            let a = &arcs[k];
            x[a.head] = x[a.head].max(x[v] + a.least);
            open[a.head] -= 1;
            if open[a.head] == 0 {
                ready.push(a.head);
            }
        }
    }
    (ready.len() == n).then_some(x)
}

/// The optimum, from values that keep every arc's length, in at most so many pivots.
pub(super) fn solve(n: usize, arcs: &[Arc], x: Vec<i64>, pivots: usize) -> Vec<i64> {
    if n < 2 || arcs.is_empty() {
        return x;
    }
    let at = incidence(n, arcs, |a| [a.tail, a.head]);
    let mut tree = Tree::new(arcs, &at, x);
    for _ in 0..pivots {
        if !tree.pivot() {
            break;
        }
    }
    tree.x
}

/// For each vertex the arcs at it.
pub(super) struct Incidence {
    start: Vec<usize>,
    list: Vec<usize>,
}

impl Incidence {
    pub(super) fn of(&self, v: usize) -> &[usize] {
        &self.list[self.start[v]..self.start[v + 1]]
    }
}

fn incidence(n: usize, arcs: &[Arc], ends: impl Fn(&Arc) -> [usize; 2]) -> Incidence {
    let mut start = vec![0; n + 2];
    for v in arcs.iter().flat_map(&ends).filter(|&v| v != NONE) {
        start[v + 2] += 1;
    }
    for v in 2..start.len() {
        start[v] += start[v - 1];
    }
    let mut list = vec![0; start[n + 1]];
    for (k, a) in arcs.iter().enumerate() {
        for v in ends(a).into_iter().filter(|&v| v != NONE) {
            list[start[v + 1]] = k;
            start[v + 1] += 1;
        }
    }
    start.pop();
    Incidence { start, list }
}

/// A spanning forest of arcs without slack. The cut value of a tree arc is, up to its sign, the surplus of the subtree
/// below it: what its vertices pay for arcs that leave less what they pay for arcs that enter.
pub(super) struct Tree<'a> {
    pub(super) arcs: &'a [Arc],
    pub(super) at: &'a Incidence,
    pub(super) x: Vec<i64>,
    /// Tree arcs at each vertex.
    pub(super) links: Vec<Vec<usize>>,
    /// The tree arc towards the root.
    pub(super) up: Vec<usize>,
    surplus: Vec<i64>,
    /// Where the search for a leaving arc goes on.
    cursor: usize,
    /// Vertices of the subtree that moves, and the number that marks them.
    subtree: Vec<usize>,
    mark: Vec<usize>,
    stamp: usize,
}

impl<'a> Tree<'a> {
    fn new(arcs: &'a [Arc], at: &'a Incidence, x: Vec<i64>) -> Self {
        let n = x.len();
        let mut surplus = vec![0; n];
        for a in arcs {
            surplus[a.tail] += a.weight;
            surplus[a.head] -= a.weight;
        }
        let mut tree = Self {
            arcs,
            at,
            x,
            links: vec![Vec::new(); n],
            up: vec![NONE; n],
            surplus,
            cursor: 0,
            subtree: Vec::new(),
            mark: vec![0; n],
            stamp: 0,
        };
        let mut grown = Growth::new(n);
        for root in 0..n {
            if !grown.inside[root] {
                grown.grow(&mut tree, root);
            }
        }
        // Children stand behind their parents in the order of growth.
        for &v in grown.order.iter().rev() {
            if tree.up[v] != NONE {
                let parent = arcs[tree.up[v]].other(v);
                tree.surplus[parent] += tree.surplus[v];
            }
        }
        tree
    }

    /// Trades a tree arc whose lengthening pays off for the tightest one against it; false at the optimum.
    fn pivot(&mut self) -> bool {
        let Some(v) = self.leaving() else { return false };
        let leave = self.up[v];
        let falls = self.arcs[leave].tail == v;
        self.collect(v, leave);
        let Some((slack, enter)) = self.entering(falls) else { return false };
        let shift = if falls { -slack } else { slack };
        if shift != 0 {
            for &u in &self.subtree {
                self.x[u] += shift;
            }
        }
        self.exchange(v, leave, enter);
        true
    }

    /// The lower end of the arc that should leave the tree: the most wasteful of the next few.
    fn leaving(&mut self) -> Option<usize> {
        let n = self.x.len();
        let mut best: Option<(i64, usize)> = None;
        let mut found = 0;
        for step in 0..n {
            let v = (self.cursor + step) % n;
            let Some(arc) = self.arcs.get(self.up[v]) else { continue };
            let cut = if arc.tail == v { self.surplus[v] } else { -self.surplus[v] };
            if cut < 0 {
                best = Some(best.map_or((cut, v), |b| b.min((cut, v))));
                found += 1;
                if found == CANDIDATES {
                    self.cursor = (v + 1) % n;
                    break;
                }
            }
        }
        best.map(|b| b.1)
    }

    fn collect(&mut self, v: usize, leave: usize) {
        self.stamp += 1;
        self.subtree.clear();
        self.subtree.push(v);
        self.mark[v] = self.stamp;
        let mut at = 0;
        while let Some(&u) = self.subtree.get(at) {
            at += 1;
            for &k in &self.links[u] {
                let w = self.arcs[k].other(u);
                if k != leave && self.mark[w] != self.stamp {
                    self.mark[w] = self.stamp;
                    self.subtree.push(w);
                }
            }
        }
    }

    /// The arc with least slack that runs between the subtree and the rest against the leaving one.
    fn entering(&self, falls: bool) -> Option<(i64, usize)> {
        let mut best: Option<(i64, usize)> = None;
        for &u in &self.subtree {
            for &k in self.at.of(u) {
                let a = &self.arcs[k];
                let (inner, outer) = if falls { (a.head, a.tail) } else { (a.tail, a.head) };
                if inner == u && self.mark[outer] != self.stamp {
                    let key = (a.slack(&self.x), k);
                    best = Some(best.map_or(key, |b| b.min(key)));
                }
            }
        }
        best
    }

    fn exchange(&mut self, v: usize, leave: usize, enter: usize) {
        let (out, new) = (self.arcs[leave], self.arcs[enter]);
        let (inner, outer) =
            if self.mark[new.tail] == self.stamp { (new.tail, new.head) } else { (new.head, new.tail) };
        let moved = self.surplus[v];
        self.add_upwards(out.other(v), -moved);
        self.add_upwards(outer, moved);
        // Turn the way from the subtree's old root to its new one.
        let mut path = vec![inner];
        let mut u = inner;
        while u != v {
            u = self.arcs[self.up[u]].other(u);
            path.push(u);
        }
        for w in (1..path.len()).rev() {
            let (child, parent) = (path[w - 1], path[w]);
            self.up[parent] = self.up[child];
            self.surplus[parent] -= self.surplus[child];
        }
        for w in (1..path.len()).rev() {
            let below = self.surplus[path[w]];
            self.surplus[path[w - 1]] += below;
        }
        self.up[inner] = enter;
        for end in [out.tail, out.head] {
            self.links[end].retain(|&k| k != leave);
        }
        self.links[new.tail].push(enter);
        self.links[new.head].push(enter);
    }

    fn add_upwards(&mut self, from: usize, by: i64) {
        let mut v = from;
        loop {
            self.surplus[v] += by;
            let Some(arc) = self.arcs.get(self.up[v]) else { return };
            v = arc.other(v);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Random;
    use super::*;

    fn cost(arcs: &[Arc], x: &[i64]) -> i64 {
        arcs.iter().map(|a| a.weight * (x[a.head] - x[a.tail])).sum()
    }

    fn holds(arcs: &[Arc], x: &[i64]) -> bool {
        arcs.iter().all(|a| a.slack(x) >= 0)
    }

    #[test]
    fn a_box_stands_by_what_it_pays_most_for() {
        let arcs = [
            Arc::new(0, 1, 1, 1),
            Arc::new(1, 2, 1, 1),
            Arc::new(0, 2, 1, 1),
            Arc::new(0, 3, 0, 0),
            Arc::new(3, 2, 1, 5),
        ];
        let x = solve(4, &arcs, packed(4, &arcs).unwrap(), 100);
        assert_eq!((x[2] - x[0], x[2] - x[3]), (2, 1));
    }

    #[test]
    fn it_is_as_good_as_trying_everything() {
        let mut r = Random::new(5);
        for round in 0..300 {
            let mut arcs: Vec<Arc> =
                (1..5).map(|v| Arc::new(r.below(v), v, r.below(3) as i64, r.below(4) as i64)).collect();
            for _ in 0..5 {
                let tail = r.below(4);
                let head = tail + 1 + r.below(4 - tail);
                arcs.push(Arc::new(tail, head, r.below(3) as i64 - 1, r.below(4) as i64));
            }
            let x = solve(5, &arcs, packed(5, &arcs).unwrap(), 1000);
            assert!(holds(&arcs, &x), "round {round}");
            let best = (0..11_i64.pow(4))
                .map(|c| [0, c % 11 - 1, c / 11 % 11 - 1, c / 121 % 11 - 1, c / 1331 - 1])
                .filter(|y| holds(&arcs, y))
                .map(|y| cost(&arcs, &y))
                .min()
                .unwrap();
            assert!(cost(&arcs, &x) <= best, "round {round}: {} {best}", cost(&arcs, &x));
        }
    }

    #[test]
    fn parts_without_a_common_arc_are_solved_each() {
        let arcs = [Arc::new(0, 1, 2, 1), Arc::new(2, 3, 3, 1)];
        let x = solve(5, &arcs, vec![0, 9, 4, 20, 7], 100);
        assert_eq!((x[1] - x[0], x[3] - x[2], x[4]), (2, 3, 7));
    }

    #[test]
    fn a_circle_has_no_packing() {
        assert_eq!(packed(2, &[Arc::new(0, 1, 1, 1), Arc::new(1, 0, 0, 1)]), None);
    }
}
