//! Gives each box of a level its rank: along the edges, circles opened, every edge as short as the others allow (network
//! simplex, Gansner and others 1993). Boxes tied to one another share a rank. It knows no ports and no coordinates; how
//! wide a row may be is the business of `shape`.
//!
//! Invariants: ranks start at 0 and have no gaps; an edge between boxes that are not tied never stays within a rank; in an
//! acyclic graph without ties every edge runs to a higher rank.

use super::Size;
use super::simplex::{self, Arc};
use super::{cycles, shape};

/// An edge between two boxes of the level.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bond {
    pub(super) from: usize,
    pub(super) to: usize,
    /// It needs room for a label half way.
    pub(super) labelled: bool,
}

/// What ranking needs to know of a box.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Body {
    pub(super) size: Size,
    /// Edges that come in from above and leave below the level.
    pub(super) above: usize,
    pub(super) below: usize,
}

/// The weight of an edge within the level, of one across its border, and of the level's height.
const BOND: i64 = 2;
const BORDER: i64 = 1;
const HEIGHT: i64 = 1;
/// The weight of the distance between boxes that should stand close.
const NEAR: i64 = 4;

/// What the author and the variant ask of ranks.
#[derive(Debug, Clone, Default)]
pub(super) struct Wishes {
    /// Boxes that share a rank.
    pub(super) ties: Vec<(usize, usize)>,
    /// Boxes that stand close.
    pub(super) near: Vec<(usize, usize)>,
}

/// The rank of each box.
pub(super) fn assign(bodies: &[Body], bonds: &[Bond], wishes: &Wishes, page: shape::Page) -> Vec<usize> {
    let n = bodies.len();
    let cluster = clusters(n, &wishes.ties);
    let mut rank = along(bodies, bonds, &cluster, &wishes.near);
    shape::fit(bodies, bonds, &cluster, page, &mut rank);
    shape::compact(&mut rank);
    rank
}

/// The first box of each set of boxes that are tied to one another stands for it.
fn clusters(n: usize, ties: &[(usize, usize)]) -> Vec<usize> {
    let mut of: Vec<usize> = (0..n).collect();
    for &(a, b) in ties {
        let (low, high) = (of[a].min(of[b]), of[a].max(of[b]));
        for c in of.iter_mut().filter(|c| **c == high) {
            *c = low;
        }
    }
    of
}

fn along(bodies: &[Body], bonds: &[Bond], cluster: &[usize], near: &[(usize, usize)]) -> Vec<usize> {
    let n = bodies.len();
    let apart = |b: &&Bond| cluster[b.from] != cluster[b.to];
    let edges: Vec<(usize, usize)> =
        bonds.iter().filter(apart).map(|b| (cluster[b.from], cluster[b.to])).collect();
    let place = cycles::places(n, &edges);
    let (top, bottom) = (n, n + 1);
    let mut arcs: Vec<Arc> = edges
        .iter()
        .zip(bonds.iter().filter(apart))
        .map(|(&(a, b), bond)| {
            let (a, b) = if place[a] < place[b] { (a, b) } else { (b, a) };
            Arc::new(a, b, 1 + i64::from(bond.labelled), BOND)
        })
        .collect();
    for (i, body) in bodies.iter().enumerate() {
        let weight = |edges: usize| BORDER * i64::try_from(edges).unwrap_or(i64::MAX / 1024);
        arcs.push(Arc::new(top, cluster[i], 1, weight(body.above)));
        arcs.push(Arc::new(cluster[i], bottom, 1, weight(body.below)));
    }
    arcs.push(Arc::new(top, bottom, 1, HEIGHT));
    // A variable no greater than either of two boxes makes their distance cost.
    for (k, &(a, b)) in near.iter().enumerate() {
        arcs.push(Arc::new(n + 2 + k, cluster[a], 0, NEAR));
        arcs.push(Arc::new(n + 2 + k, cluster[b], 0, NEAR));
    }
    let count = n + 2 + near.len();
    // The edges are ordered, so there is a packing.
    let packed = simplex::packed(count, &arcs).unwrap_or_else(|| vec![0; count]);
    let x = simplex::solve(count, &arcs, packed, 20 * n + 1000);
    (0..n).map(|i| usize::try_from(x[cluster[i]] - x[top] - 1).unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::Random;
    use super::shape::Page;
    use super::*;

    const PAGE: Page = Page { wide: 1.5, stretch: 1.0, wrap: true, fold: 1 };

    fn bodies(n: usize) -> Vec<Body> {
        vec![Body { size: Size { w: 100.0, h: 50.0 }, ..Body::default() }; n]
    }

    fn rank(n: usize, edges: &[(usize, usize)], ties: &[(usize, usize)]) -> Vec<usize> {
        let bonds: Vec<Bond> = edges.iter().map(|&(from, to)| Bond { from, to, labelled: false }).collect();
        assign(&bodies(n), &bonds, &Wishes { ties: ties.to_vec(), near: Vec::new() }, PAGE)
    }

    #[test]
    fn calls_run_down_and_a_source_stands_by_what_it_calls() {
        assert_eq!(rank(5, &[(0, 1), (1, 2), (2, 3), (4, 3)], &[]), [0, 1, 2, 3, 2]);
    }

    #[test]
    fn a_circle_is_cut_where_it_closes() {
        assert_eq!(rank(3, &[(0, 1), (1, 2), (2, 0)], &[]), [0, 1, 2]);
        assert_eq!(rank(2, &[(0, 1), (1, 0), (1, 0)], &[]), [1, 0], "two against one");
    }

    #[test]
    fn tied_boxes_share_a_row() {
        assert_eq!(rank(3, &[(0, 1), (1, 2), (2, 1)], &[(1, 2)]), [0, 1, 1]);
    }

    #[test]
    fn boxes_that_should_be_close_draw_together() {
        let bonds: Vec<Bond> =
            [(0, 1), (1, 2), (2, 3), (0, 4)].map(|(from, to)| Bond { from, to, labelled: false }).to_vec();
        let wishes = Wishes { ties: Vec::new(), near: vec![(3, 4)] };
        assert_eq!(assign(&bodies(5), &bonds, &wishes, PAGE), [0, 1, 2, 3, 3]);
    }

    #[test]
    fn boxes_without_edges_fill_a_square_of_rows() {
        let rows = rank(30, &[], &[]);
        let last = rows.iter().max().copied().unwrap();
        assert!((3..=6).contains(&last), "{rows:?}");
    }

    #[test]
    fn a_wide_fan_wraps_below_its_hub() {
        let edges: Vec<_> = (1..60).map(|i| (0, i)).collect();
        let rows = rank(60, &edges, &[]);
        assert_eq!(rows.iter().filter(|&&r| r == 0).count(), 1);
        assert!(rows.iter().max() >= Some(&4), "{rows:?}");
    }

    #[test]
    fn every_edge_of_an_acyclic_graph_runs_down() {
        for seed in 0..200 {
            let mut r = Random::new(seed);
            let n = 2 + r.below(20);
            let edges: Vec<(usize, usize)> = (0..r.below(2 * n))
                .map(|_| {
                    let a = r.below(n - 1);
                    (a, a + 1 + r.below(n - a - 1))
                })
                .collect();
            let bonds: Vec<Bond> =
                edges.iter().map(|&(from, to)| Bond { from, to, labelled: false }).collect();
            let rows = assign(&bodies(n), &bonds, &Wishes::default(), Page { wrap: false, ..PAGE });
            assert!(edges.iter().all(|&(a, b)| rows[a] < rows[b]), "seed {seed}");
            let most = rows.iter().max().copied().unwrap();
            assert!((0..=most).all(|k| rows.contains(&k)), "seed {seed}: {rows:?}");
        }
    }
}
