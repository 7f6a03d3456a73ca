//! Opens circles: an order of the boxes against which few edges run (Eades, Lin and Smyth, *A fast and effective heuristic
//! for the feedback arc set problem*, 1993). Ties are broken by declaration, so that a circle is cut where it closes.
//!
//! Invariants: the order names every box once; an acyclic graph has no edge against it.

use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The place of each box in the order.
pub(super) fn places(n: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut place = vec![0; n];
    for (i, v) in order(n, edges).into_iter().enumerate() {
        place[v] = i;
    }
    place
}

fn order(n: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut walk = Walk::new(n, edges);
    let (mut front, mut back) = (Vec::with_capacity(n), Vec::new());
    while let Some((v, sink)) = walk.next() {
        if sink { back.push(v) } else { front.push(v) }
    }
    back.reverse();
    front.append(&mut back);
    front
}

/// Edges in and out of a box that is still there.
type Degree = [usize; 2];

struct Walk {
    near: [Vec<Vec<usize>>; 2],
    degree: Vec<Degree>,
    /// What has no edge in, or none out, in the order of declaration.
    ready: BTreeSet<usize>,
    /// The others by how much more goes out than comes in.
    rest: BTreeSet<(Reverse<usize>, usize, usize)>,
    left: Vec<bool>,
}

impl Walk {
    fn new(n: usize, edges: &[(usize, usize)]) -> Self {
        let (mut into, mut out) = (vec![Vec::new(); n], vec![Vec::new(); n]);
        for &(a, b) in edges.iter().filter(|(a, b)| a != b) {
            out[a].push(b);
            into[b].push(a);
        }
        let degree: Vec<Degree> = (0..n).map(|v| [into[v].len(), out[v].len()]).collect();
        let (ready, rest): (Vec<usize>, Vec<usize>) = (0..n).partition(|&v| degree[v].contains(&0));
        Self {
            rest: rest.into_iter().map(|v| surplus(degree[v], v)).collect(),
            ready: ready.into_iter().collect(),
            near: [into, out],
            degree,
            left: vec![true; n],
        }
    }

    /// The next box, and whether it belongs at the end.
    fn next(&mut self) -> Option<(usize, bool)> {
        let v = self.ready.pop_first().or_else(|| self.rest.first().map(|r| r.2))?;
        self.rest.remove(&surplus(self.degree[v], v));
        self.left[v] = false;
        for side in [0, 1] {
            for i in 0..self.near[side][v].len() {
                let w = self.near[side][v][i];
                if self.left[w] {
                    self.rest.remove(&surplus(self.degree[w], w));
                    self.degree[w][1 - side] -= 1;
                    if self.degree[w].contains(&0) {
                        self.ready.insert(w);
                    } else {
                        self.rest.insert(surplus(self.degree[w], w));
                    }
                }
            }
        }
        Some((v, self.degree[v][0] > 0 && self.degree[v][1] == 0))
    }
}

fn surplus([into, out]: Degree, v: usize) -> (Reverse<usize>, usize, usize) {
    (Reverse(out.saturating_sub(into)), into.saturating_sub(out), v)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Random;
    use super::*;

    #[test]
    fn a_circle_is_cut_where_it_closes() {
        assert_eq!(order(3, &[(0, 1), (1, 2), (2, 0)]), [0, 1, 2]);
        assert_eq!(order(2, &[(0, 1), (1, 0), (1, 0)]), [1, 0], "two against one");
    }

    #[test]
    fn nothing_runs_against_the_order_of_an_acyclic_graph() {
        for seed in 0..200 {
            let mut r = Random::new(seed);
            let n = 2 + r.below(20);
            let edges: Vec<(usize, usize)> = (0..r.below(3 * n))
                .map(|_| {
                    let a = r.below(n - 1);
                    (a, a + 1 + r.below(n - a - 1))
                })
                .collect();
            let place = places(n, &edges);
            assert!(edges.iter().all(|&(a, b)| place[a] < place[b]), "seed {seed}");
            let mut all = place.clone();
            all.sort_unstable();
            assert_eq!(all, (0..n).collect::<Vec<_>>());
        }
    }

    #[test]
    fn at_most_half_of_the_edges_run_against_it() {
        for seed in 0..200 {
            let mut r = Random::new(seed);
            let n = 2 + r.below(20);
            let edges: Vec<(usize, usize)> =
                (0..60).map(|_| (r.below(n), r.below(n))).filter(|(a, b)| a != b).collect();
            let place = places(n, &edges);
            let against = edges.iter().filter(|&&(a, b)| place[a] > place[b]).count();
            assert!(2 * against <= edges.len(), "seed {seed}: {against} of {}", edges.len());
        }
    }
}
