//! Gives each box of a level its row: along the calls, back edges turned, near the boxes it speaks with, and with wide
//! rows and loose parts wrapped so that the level stays in shape. It knows no ports and no coordinates.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::space;
use super::tree::Size;

/// An edge between two boxes of the level.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bond {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Between groups that mirror each other, which stand side by side.
    pub(super) peer: bool,
}

/// What ranking needs to know of a box.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Body {
    pub(super) size: Size,
    /// Edges that come in from above and leave below the level.
    pub(super) above: usize,
    pub(super) below: usize,
}

/// So many boxes stand in one row, whatever shape that gives.
const HANDFUL: f64 = 4.2;

#[expect(clippy::cast_precision_loss, reason = "a count of boxes")]
fn count(n: usize) -> f64 {
    n.max(1) as f64
}

/// The rank of each box, from 0 without gaps. Rows are about so `wide` against the height of all, or by `stretch` more or
/// less.
pub(super) fn assign(bodies: &[Body], bonds: &[Bond], wide: f64, stretch: f64) -> Vec<usize> {
    let n = bodies.len();
    let cluster = clusters(n, bonds);
    let mut graph = Graph { out: vec![Vec::new(); n], into: vec![Vec::new(); n] };
    for b in bonds {
        let (a, z) = (cluster[b.from], cluster[b.to]);
        if a != z {
            graph.out[a].push(z);
        }
    }
    let order = graph.unwind(&cluster);
    let mut rank = graph.longest_paths(&order);
    graph.sink(&order, &mut rank, bodies);
    for i in 0..n {
        rank[i] = rank[cluster[i]];
    }
    let parts = parts(n, bonds, &cluster);
    let area: f64 = bodies.iter().map(|b| (b.size.w + space::BOX) * (b.size.h + space::ROW)).sum();
    let widest = bodies.iter().map(|b| b.size.w).fold(0.0, f64::max);
    // Beside a tall part there is room for wide ones, and a handful of boxes makes one row.
    let tallest = parts.iter().map(|p| height(bodies, p, &rank)).fold(0.0, f64::max);
    let handful = bodies.iter().map(|b| b.size.w + space::BOX).sum::<f64>() / count(n) * HANDFUL;
    let target = (area * wide).sqrt().max(widest).max(tallest * wide).max(handful) * stretch;
    wrap_rows(bodies, bonds, &parts, &cluster, target, &mut rank);
    shelve(bodies, &parts, target, &mut rank);
    compact(&mut rank);
    rank
}

/// The first box of each set of peers stands for it.
fn clusters(n: usize, bonds: &[Bond]) -> Vec<usize> {
    const MOST: usize = 4;
    let mut of: Vec<usize> = (0..n).collect();
    for b in bonds.iter().filter(|b| b.peer) {
        let (a, z) = (of[b.from].min(of[b.to]), of[b.from].max(of[b.to]));
        if a != z && of.iter().filter(|&&c| c == a || c == z).count() <= MOST {
            for c in of.iter_mut().filter(|c| **c == z) {
                *c = a;
            }
        }
    }
    of
}

struct Graph {
    out: Vec<Vec<usize>>,
    into: Vec<Vec<usize>>,
}

impl Graph {
    /// Turns the edges that close a circle, few of them (Eades, Lin and Smyth 1993, ties by declaration); fills `into`
    /// and returns a topological order.
    fn unwind(&mut self, cluster: &[usize]) -> Vec<usize> {
        let n = self.out.len();
        self.fill_into();
        let mut degree: Vec<[usize; 2]> = (0..n).map(|v| [self.into[v].len(), self.out[v].len()]).collect();
        let mut left: BTreeSet<usize> = (0..n).filter(|&v| cluster[v] == v).collect();
        // What has no edge in, or none out, in the order of declaration.
        let mut ready: BTreeSet<usize> = left.iter().copied().filter(|&v| degree[v].contains(&0)).collect();
        // The others by how much more goes out than comes in: the end of the walk would be the worst place for them.
        let surplus = |[into, out]: [usize; 2], v: usize| {
            (Reverse(out.saturating_sub(into)), into.saturating_sub(out), v)
        };
        let mut rest: BTreeSet<(Reverse<usize>, usize, usize)> =
            left.iter().filter(|v| !ready.contains(v)).map(|&v| surplus(degree[v], v)).collect();
        let (mut front, mut back) = (Vec::new(), Vec::new());
        while let Some(v) = ready.pop_first().or_else(|| rest.first().map(|r| r.2)) {
            rest.remove(&surplus(degree[v], v));
            left.remove(&v);
            if degree[v][0] > 0 && degree[v][1] == 0 {
                back.push(v)
            } else {
                front.push(v)
            }
            let ends = self.out[v].iter().map(|&w| (w, 0)).chain(self.into[v].iter().map(|&w| (w, 1)));
            for (w, side) in ends.filter(|(w, _)| left.contains(w)) {
                rest.remove(&surplus(degree[w], w));
                degree[w][side] -= 1;
                if degree[w].contains(&0) {
                    ready.insert(w);
                } else {
                    rest.insert(surplus(degree[w], w));
                }
            }
        }
        back.reverse();
        front.append(&mut back);
        self.turn(&front);
        front
    }

    fn fill_into(&mut self) {
        self.into = vec![Vec::new(); self.out.len()];
        for v in 0..self.out.len() {
            for &w in &self.out[v] {
                self.into[w].push(v);
            }
        }
    }

    /// Turns every edge that runs against the order.
    fn turn(&mut self, order: &[usize]) {
        let mut place = vec![0; self.out.len()];
        for (i, &v) in order.iter().enumerate() {
            place[v] = i;
        }
        let mut out = vec![Vec::new(); self.out.len()];
        for v in 0..self.out.len() {
            for &w in &self.out[v] {
                let (a, b) = if place[v] < place[w] { (v, w) } else { (w, v) };
                out[a].push(b);
            }
        }
        self.out = out;
        self.fill_into();
    }

    fn longest_paths(&self, order: &[usize]) -> Vec<usize> {
        let mut rank = vec![0; self.out.len()];
        for &v in order {
            for &w in &self.out[v] {
                rank[w] = rank[w].max(rank[v] + 1);
            }
        }
        rank
    }

    /// Moves boxes down towards what they call, where that makes edges shorter.
    fn sink(&self, order: &[usize], rank: &mut [usize], bodies: &[Body]) {
        for _ in 0..2 {
            for &v in order.iter().rev() {
                let Some(limit) = self.out[v].iter().map(|&w| rank[w]).min() else { continue };
                let down = self.out[v].len() + bodies[v].below;
                if limit > rank[v] + 1 && down > self.into[v].len() + bodies[v].above {
                    rank[v] = limit - 1;
                }
            }
        }
    }
}

/// The connected parts of a level, each in order of declaration; boxes without any edge come last, one by one.
fn parts(n: usize, bonds: &[Bond], cluster: &[usize]) -> Vec<Vec<usize>> {
    let mut near = vec![Vec::new(); n];
    for (i, &c) in cluster.iter().enumerate() {
        near[i].push(c);
        near[c].push(i);
    }
    for b in bonds {
        near[b.from].push(b.to);
        near[b.to].push(b.from);
    }
    let mut seen = vec![false; n];
    let mut out = Vec::new();
    for start in 0..n {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        let mut part = vec![start];
        let mut at = 0;
        while at < part.len() {
            for &w in &near[part[at]] {
                if !std::mem::replace(&mut seen[w], true) {
                    part.push(w);
                }
            }
            at += 1;
        }
        part.sort_unstable();
        out.push(part);
    }
    let (many, single): (Vec<_>, Vec<_>) = out.into_iter().partition(|p| p.len() > 1);
    many.into_iter().chain(single).collect()
}

fn row_widths(bodies: &[Body], part: &[usize], rank: &[usize]) -> Vec<f64> {
    let rows = part.iter().map(|&i| rank[i] + 1).max().unwrap_or(0);
    let mut widths = vec![0.0; rows];
    for &i in part {
        widths[rank[i]] += bodies[i].size.w + space::BOX;
    }
    widths
}

fn height(bodies: &[Body], part: &[usize], rank: &[usize]) -> f64 {
    let mut rows = vec![0.0_f64; part.iter().map(|&i| rank[i] + 1).max().unwrap_or(0)];
    for &i in part {
        rows[rank[i]] = rows[rank[i]].max(bodies[i].size.h + space::ROW);
    }
    rows.iter().sum()
}

/// Splits rows that are far wider than the target into several, peers staying together.
fn wrap_rows(
    bodies: &[Body],
    bonds: &[Bond],
    parts: &[Vec<usize>],
    cluster: &[usize],
    target: f64,
    rank: &mut [usize],
) {
    let mut leaving = vec![0_usize; bodies.len()];
    for b in bonds {
        leaving[cluster[b.from]] += 1;
    }
    for part in parts.iter().filter(|p| p.len() > 1) {
        let widths = row_widths(bodies, part, rank);
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); widths.len()];
        for &i in part {
            rows[rank[i]].push(i);
        }
        let mut next = 0;
        for (row, width) in rows.iter_mut().zip(&widths) {
            let chunks = if *width > 1.5 * target { (width / target).ceil() } else { 1.0 };
            // Boxes that call on nobody further down stay above those that do.
            row.sort_by_key(|&i| (leaving[cluster[i]].min(1) + bodies[i].below.min(1), cluster[i], i));
            let (mut filled, mut goal) = (0.0, width / chunks);
            let mut before = None;
            for &i in row.iter() {
                if filled >= goal && before != Some(cluster[i]) {
                    next += 1;
                    goal += width / chunks;
                }
                rank[i] = next;
                before = Some(cluster[i]);
                filled += bodies[i].size.w + space::BOX;
            }
            next += 1;
        }
    }
}

/// Sets the parts side by side up to the target width, then below one another.
fn shelve(bodies: &[Body], parts: &[Vec<usize>], target: f64, rank: &mut [usize]) {
    let (mut base, mut used, mut tall) = (0, 0.0, 0);
    for part in parts {
        let widths = row_widths(bodies, part, rank);
        let width = widths.iter().copied().fold(0.0, f64::max);
        if used > 0.0 && used + width > 1.1 * target {
            base += tall;
            (used, tall) = (0.0, 0);
        }
        for &i in part {
            rank[i] += base;
        }
        used += width;
        tall = tall.max(widths.len());
    }
}

fn compact(rank: &mut [usize]) {
    let mut used: Vec<usize> = rank.to_vec();
    used.sort_unstable();
    used.dedup();
    for r in rank.iter_mut() {
        *r = used.binary_search(r).unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank(n: usize, edges: &[(usize, usize)]) -> Vec<usize> {
        let bodies = vec![Body { size: Size { w: 100.0, h: 50.0 }, ..Body::default() }; n];
        let bonds: Vec<Bond> = edges.iter().map(|&(from, to)| Bond { from, to, peer: false }).collect();
        assign(&bodies, &bonds, 1.5, 1.0)
    }

    #[test]
    fn calls_run_down_and_a_source_stands_by_what_it_calls() {
        assert_eq!(rank(5, &[(0, 1), (1, 2), (2, 3), (4, 3)]), [0, 1, 2, 3, 2]);
    }

    #[test]
    fn a_circle_is_cut_where_it_closes() {
        assert_eq!(rank(3, &[(0, 1), (1, 2), (2, 0)]), [0, 1, 2]);
        assert_eq!(rank(2, &[(0, 1), (1, 0), (1, 0)]), [1, 0], "two against one");
    }

    #[test]
    fn peers_share_a_row() {
        let bodies = vec![Body { size: Size { w: 100.0, h: 50.0 }, ..Body::default() }; 3];
        let bond = |from, to, peer| Bond { from, to, peer };
        assert_eq!(
            assign(&bodies, &[bond(0, 1, false), bond(1, 2, true), bond(2, 1, true)], 1.5, 1.0),
            [0, 1, 1]
        );
    }

    #[test]
    fn boxes_without_edges_fill_a_square_of_rows() {
        let rows = rank(30, &[]);
        let last = rows.iter().max().copied().unwrap();
        assert!((3..=6).contains(&last), "{rows:?}");
    }

    #[test]
    fn a_wide_fan_wraps_below_its_hub() {
        let edges: Vec<_> = (1..60).map(|i| (0, i)).collect();
        let rows = rank(60, &edges);
        assert_eq!(rows.iter().filter(|&&r| r == 0).count(), 1);
        assert!(rows.iter().max() >= Some(&4), "{rows:?}");
    }
}
