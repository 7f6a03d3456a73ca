//! The order of all rows at once, across borders: each item is joined to the very port or box that its edge leads to, on
//! the other side of however many borders. Gives starts, by drawing together what is joined (Koren, *Drawing graphs by
//! eigenvectors*, 2005; many steps show the shape of the whole, few steps from mixed places give starts that differ and
//! still are of one piece), and sweeps over the nested rows by barycentres (Forster, *Applying crossing reduction
//! strategies to layered compound graphs*, 2002), in which groups and what they hold move together.
//!
//! Invariants: every row keeps its items; a level's title stays first; sweeps never leave more crossings than they found.

use std::collections::BTreeMap;

use super::crossings::inversions;
use super::level::{Kind, Level};
use super::shuffle::Shuffle;
use super::tree::Tree;

/// How much an item is drawn to the middle of its group, against an edge.
const HOLD: f64 = 0.5;
/// Steps that show the shape of the whole.
pub(super) const SHAPE: usize = 60;
/// Sweeps at most, and without gain.
const SWEEPS: usize = 24;
const PATIENT: usize = 5;

/// The rows of each level.
pub(super) type Rows = Vec<Vec<Vec<usize>>>;

/// All items of all levels in one numbering, and what joins them.
pub(super) struct Joint {
    /// The number of each level's first item.
    first: Vec<usize>,
    /// What is joined to each item from above and from below.
    up: Lists,
    down: Lists,
    /// What draws items together, and how much.
    links: Vec<(usize, usize, f64)>,
    degree: Vec<f64>,
    /// Segments between a row and the one below, by their ends; bridges of a row.
    between: Vec<Vec<Vec<(usize, usize)>>>,
    bridges: Vec<Vec<Vec<(usize, usize)>>>,
    /// The group that each item is, and how many items its longest row has.
    inside: Vec<Option<usize>>,
    width: Vec<f64>,
    title: Vec<bool>,
    /// Rows of all levels, each after the row of the group around it and the one above or below.
    downwards: Vec<(usize, usize)>,
    upwards: Vec<(usize, usize)>,
}

/// Lists of numbers, one after the other.
struct Lists {
    start: Vec<usize>,
    list: Vec<usize>,
}

impl Lists {
    fn new(count: usize, pairs: impl Iterator<Item = (usize, usize)> + Clone) -> Self {
        let mut start = vec![0; count + 1];
        for (of, _) in pairs.clone() {
            start[of + 1] += 1;
        }
        for i in 1..start.len() {
            start[i] += start[i - 1];
        }
        let mut next = start.clone();
        let mut list = vec![0; start[count]];
        for (of, to) in pairs {
            list[next[of]] = to;
            next[of] += 1;
        }
        Self { start, list }
    }

    fn of(&self, item: usize) -> &[usize] {
        &self.list[self.start[item]..self.start[item + 1]]
    }
}

impl Joint {
    pub(super) fn new(tree: &Tree, levels: &[Level]) -> Self {
        let mut first = Vec::with_capacity(levels.len());
        let mut count = 0;
        let mut ports = BTreeMap::new();
        for (g, level) in levels.iter().enumerate() {
            first.push(count);
            for (i, item) in level.items.iter().enumerate() {
                if let Kind::Port(e) = item.kind {
                    ports.insert((g, e), count + i);
                }
            }
            count += level.items.len();
        }
        let rows = |level: &Level| vec![Vec::new(); level.rows.len()];
        let mut between: Vec<Vec<Vec<(usize, usize)>>> = levels.iter().map(rows).collect();
        let mut bridges = between.clone();
        let (mut inside, mut title) = (vec![None; count], vec![false; count]);
        let mut links = Vec::new();
        for (g, level) in levels.iter().enumerate() {
            let end = |item: usize, edge: usize| match level.items[item].kind {
                Kind::Child(c) => ports.get(&(c, edge)).copied().unwrap_or(first[g] + item),
                _ => first[g] + item,
            };
            for s in &level.segments {
                between[g][level.items[s.top].row].push((end(s.top, s.edge), end(s.bottom, s.edge)));
            }
            for b in &level.bridges {
                bridges[g][level.items[b.from].row].push((first[g] + b.from, first[g] + b.to));
                links.push((end(b.from, b.edge), end(b.to, b.edge), 1.0));
            }
            for (i, item) in level.items.iter().enumerate() {
                title[first[g] + i] = item.kind == Kind::Title;
                let Kind::Child(c) = item.kind else { continue };
                if tree.is_group(c) && !levels[c].rows.is_empty() {
                    inside[first[g] + i] = Some(c);
                    let held = (0..levels[c].items.len()).filter(|&k| levels[c].items[k].kind != Kind::Title);
                    links.extend(held.map(|k| (first[g] + i, first[c] + k, HOLD)));
                }
            }
        }
        let joined = between.iter().flatten().flatten().copied();
        let (up, down) =
            (Lists::new(count, joined.clone().map(|(a, b)| (b, a))), Lists::new(count, joined.clone()));
        links.extend(joined.map(|(a, b)| (a, b, 1.0)));
        let mut degree = vec![0.0; count];
        for &(a, b, w) in &links {
            degree[a] += w;
            degree[b] += w;
        }
        let width = widths(tree, levels);
        let (downwards, upwards) = (visits(tree, levels, true), visits(tree, levels, false));
        Self { first, up, down, links, degree, between, bridges, inside, width, title, downwards, upwards }
    }

    /// Rows that show the shape of the whole, from given ones.
    pub(super) fn shape(&self, given: &Rows) -> Rows {
        self.smooth(self.places(given), given, SHAPE)
    }

    /// Rows from mixed places, after so many steps.
    pub(super) fn mixed(&self, given: &Rows, shuffle: &mut Shuffle, steps: usize) -> Rows {
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let place = |_| shuffle.below(1 << 16) as f64;
        self.smooth((0..self.degree.len()).map(place).collect(), given, steps)
    }

    /// Draws together what is joined, so many times, and sorts the rows by the places.
    fn smooth(&self, mut x: Vec<f64>, given: &Rows, steps: usize) -> Rows {
        let total: f64 = self.degree.iter().sum();
        let mut sum = vec![0.0; x.len()];
        for _ in 0..if total > 0.0 { steps } else { 0 } {
            sum.fill(0.0);
            for &(a, b, w) in &self.links {
                sum[a] += w * x[b];
                sum[b] += w * x[a];
            }
            for v in (0..x.len()).filter(|&v| self.degree[v] > 0.0) {
                x[v] = f64::midpoint(x[v], sum[v] / self.degree[v]);
            }
            // Away from the first eigenvector, in which all are at one place.
            let mean = x.iter().zip(&self.degree).map(|(x, d)| x * d).sum::<f64>() / total;
            let size = x.iter().map(|x| (x - mean).abs()).fold(1e-12, f64::max);
            x.iter_mut().for_each(|x| *x = (*x - mean) / size);
        }
        let mut rows = given.clone();
        for (first, level) in self.first.iter().zip(&mut rows) {
            for row in level {
                row.sort_by(|&a, &b| {
                    let titles = self.title[first + b].cmp(&self.title[first + a]);
                    titles.then(x[first + a].total_cmp(&x[first + b]))
                });
            }
        }
        rows
    }

    /// Places from rows, from 0 to 1: each row fills the stretch of its group.
    fn places(&self, rows: &Rows) -> Vec<f64> {
        let mut x = vec![0.0; self.degree.len()];
        let mut spans = vec![(0.0, 1.0); self.first.len()];
        for &(g, row) in &self.downwards {
            self.lay(g, &rows[g][row], &mut x, &mut spans);
        }
        x
    }

    /// Sets the places of a row, and the stretches of the groups in it.
    fn lay(&self, g: usize, row: &[usize], x: &mut [f64], spans: &mut [(f64, f64)]) {
        let wide = |i: &usize| self.inside[self.first[g] + i].map_or(1.0, |c| self.width[c]);
        let whole: f64 = row.iter().map(wide).sum();
        let (mut at, room) = (spans[g].0, spans[g].1);
        for i in row {
            let part = room * wide(i) / whole;
            x[self.first[g] + i] = at + part / 2.0;
            if let Some(c) = self.inside[self.first[g] + i] {
                spans[c] = (at, part);
            }
            at += part;
        }
    }

    /// Sorts all rows by what lies above, then all by what lies below, over and over; the best of what came out.
    pub(super) fn sweep(&self, mut rows: Rows) -> (usize, Rows) {
        let mut x = self.places(&rows);
        let mut best = (self.count(&rows, &x), rows.clone());
        let mut stale = 0;
        for round in 0..SWEEPS {
            if best.0 == 0 || stale >= PATIENT {
                break;
            }
            let down = round % 2 == 0;
            let mut spans = vec![(0.0, 1.0); self.first.len()];
            for &(g, row) in if down { &self.downwards } else { &self.upwards } {
                self.sort(g, &mut rows[g][row], &x, down, round % 4 >= 2);
                self.lay(g, &rows[g][row], &mut x, &mut spans);
            }
            let count = self.count(&rows, &x);
            stale += 1;
            if count < best.0 {
                best = (count, rows.clone());
                stale = 0;
            }
        }
        best
    }

    /// Sorts a row by the mean place of what its items are joined to; the others keep theirs, those with the same mean change
    /// theirs if asked to.
    fn sort(&self, g: usize, row: &mut [usize], x: &[f64], down: bool, turn: bool) {
        let ends = if down { &self.up } else { &self.down };
        let mut keyed: Vec<(f64, usize, usize)> = Vec::new();
        for (place, &item) in row.iter().enumerate() {
            let joined = ends.of(self.first[g] + item);
            if !joined.is_empty() {
                #[expect(clippy::cast_precision_loss, reason = "a count of edges")]
                let mean = joined.iter().map(|&j| x[j]).sum::<f64>() / joined.len() as f64;
                keyed.push((mean, place, item));
            }
        }
        let mut slots: Vec<usize> = keyed.iter().map(|k| k.1).collect();
        slots.sort_unstable();
        keyed.sort_by(|a, b| {
            a.0.total_cmp(&b.0).then_with(|| if turn { b.1.cmp(&a.1) } else { a.1.cmp(&b.1) })
        });
        for (slot, (_, _, item)) in slots.into_iter().zip(keyed) {
            row[slot] = item;
        }
    }

    fn count(&self, rows: &Rows, x: &[f64]) -> usize {
        self.crossings(x) + self.under(rows)
    }

    /// Crossings between neighbouring rows of all levels.
    fn crossings(&self, x: &[f64]) -> usize {
        // Places are positive, so their bits are in their order.
        let key = |v: usize| x[v].to_bits();
        let (mut ends, mut list, mut room) = (Vec::new(), Vec::new(), Vec::new());
        let mut sum = 0;
        for segments in self.between.iter().flatten() {
            ends.clear();
            ends.extend(segments.iter().map(|&(a, b)| (key(a), key(b))));
            ends.sort_unstable();
            list.clear();
            list.extend(ends.iter().map(|e: &(u64, u64)| e.1));
            sum += inversions(&mut list, &mut room);
        }
        sum
    }

    /// What bridges cross, as `sorter` has it.
    fn under(&self, rows: &Rows) -> usize {
        let mut sum = 0;
        for (g, level) in self.bridges.iter().enumerate() {
            for (row, bridges) in level.iter().enumerate().filter(|(_, b)| !b.is_empty()) {
                let mut sums = vec![0];
                let mut at = BTreeMap::new();
                for &i in &rows[g][row] {
                    at.insert(self.first[g] + i, sums.len() - 1);
                    sums.push(sums[sums.len() - 1] + 1 + self.down.of(self.first[g] + i).len());
                }
                for (a, b) in bridges {
                    let (Some(&a), Some(&b)) = (at.get(a), at.get(b)) else { continue };
                    let (a, b) = (a.min(b), a.max(b));
                    sum += sums[b] - sums[b.min(a + 1)];
                }
            }
        }
        sum
    }
}

/// How many items the longest row of each level has, with those of the groups in it.
fn widths(tree: &Tree, levels: &[Level]) -> Vec<f64> {
    let mut width = vec![1.0_f64; levels.len()];
    for &g in tree.groups_top_down().iter().rev() {
        let wide = |i: &usize| match levels[g].items[*i].kind {
            Kind::Child(c) => width[c],
            _ => 1.0,
        };
        width[g] = levels[g].rows.iter().map(|r| r.iter().map(wide).sum()).fold(1.0, f64::max);
    }
    width
}

/// The rows of all levels from the top or from the bottom, each group's behind the row that it stands in.
fn visits(tree: &Tree, levels: &[Level], down: bool) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let of = |g: usize| {
        let rows = (0..levels[g].rows.len()).map(move |row| (g, row));
        // what is pushed last comes first
        if down { rows.rev().collect::<Vec<_>>() } else { rows.collect() }
    };
    let mut stack = of(tree.root);
    while let Some((g, row)) = stack.pop() {
        out.push((g, row));
        for &i in levels[g].rows[row].iter().rev() {
            if let Kind::Child(c) = levels[g].items[i].kind
                && tree.is_group(c)
            {
                stack.extend(of(c));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::crossings::Web;
    use super::super::testing::random;
    use super::super::{Direction, Variant, build, order, ports};
    use super::*;

    fn levels(seed: u64) -> (Tree, Vec<Level>) {
        let graph = random(seed, 30);
        let (direction, ties) = (Direction::Down, Vec::new());
        let variant = Variant { direction, peers: true, wrap: true, stretch: 1.0, fold: 1, ties };
        let mut tree = Tree::new(&graph, &variant, &[]);
        let mut levels = vec![Level::default(); tree.root + 1];
        for g in tree.groups_top_down() {
            levels[g] = build::build(&mut tree, g);
        }
        (tree, levels)
    }

    fn sorted(rows: &Rows) -> Rows {
        let mut rows = rows.clone();
        rows.iter_mut().flatten().for_each(|row| row.sort_unstable());
        rows
    }

    #[test]
    fn rows_keep_their_items_and_titles_and_sweeps_add_no_crossing() {
        let mut fewer = 0;
        for seed in 0..100 {
            let (tree, levels) = levels(seed);
            let joint = Joint::new(&tree, &levels);
            let walked: Rows = levels.iter().map(order::walk).collect();
            for given in [walked.clone(), joint.shape(&walked), joint.mixed(&walked, &mut Shuffle::new(), 10)]
            {
                let before = joint.count(&given, &joint.places(&given));
                let (count, rows) = joint.sweep(given);
                assert_eq!(count, joint.count(&rows, &joint.places(&rows)), "seed {seed}");
                assert!(count <= before, "seed {seed}");
                assert_eq!(sorted(&rows), sorted(&walked), "seed {seed}");
                fewer += usize::from(count < before);
                for (level, rows) in levels.iter().zip(&rows) {
                    let title = |&i: &usize| level.items[i].kind == Kind::Title;
                    assert!(rows.iter().all(|row| !row.iter().skip(1).any(title)), "seed {seed}");
                }
            }
        }
        assert!(fewer > 50, "{fewer}");
    }

    #[test]
    fn crossings_are_those_that_each_level_counts_once_its_borders_are_told() {
        for seed in 0..100 {
            let (mut tree, mut levels) = levels(seed);
            let joint = Joint::new(&tree, &levels);
            let walked: Rows = levels.iter().map(order::walk).collect();
            let (_, rows) = joint.sweep(walked);
            for (level, rows) in levels.iter_mut().zip(&rows) {
                level.set_rows(rows.clone());
            }
            for g in tree.groups_top_down() {
                ports::record(&mut tree, &levels[g], g);
            }
            let count = |level: &Level| {
                let place: Vec<u32> = level.items.iter().map(|i| u32::try_from(i.place).unwrap()).collect();
                Web::new(&tree, level).crossings(&level.rows, &place)
            };
            let told: usize = levels.iter().map(count).sum();
            assert_eq!(joint.crossings(&joint.places(&rows)), told, "seed {seed}");
        }
    }
}
