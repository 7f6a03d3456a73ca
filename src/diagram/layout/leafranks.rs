//! Chooses the row of each leaf: the next one on the way of its edge, if that has room; else a new one where nothing has to
//! move for it, or the row of what it hangs on. It knows the places of the rest and changes no rank of it.
//!
//! Invariant: boxes of the core keep the order of their ranks.

use std::collections::BTreeMap;

use super::coords::Frame;
use super::leaves::Leaf;
use super::level::Kind;
use super::tree::Tree;
use super::{Ordered, Point, space};

/// What it costs, in pixels: a box that has to move, a row further than the next, the row of what it hangs on, whose line
/// leaves below and comes back from below.
const MOVED: f64 = 100.0;
const FURTHER: f64 = 120.0;
const SAME: f64 = 170.0;
/// A new row.
const NEW: f64 = 60.0;

/// What a row has: room, and boxes.
#[derive(Debug, Clone, Copy)]
struct Row {
    free: f64,
    boxes: usize,
}

struct Ranks<'a> {
    tree: &'a Tree,
    core: &'a Ordered,
    at: &'a [Point],
    rank: Vec<i64>,
    rows: Vec<BTreeMap<i64, Row>>,
}

/// The rank of every box, those of the core as they are.
pub(super) fn ranks(tree: &Tree, core: &Ordered, at: &[Point], leaves: &[Leaf]) -> Vec<usize> {
    let mut ranks =
        Ranks { tree, core, at, rank: vec![0; tree.root + 1], rows: vec![BTreeMap::new(); tree.root + 1] };
    for g in tree.groups_top_down() {
        ranks.read(g);
    }
    for leaf in leaves {
        ranks.choose(leaf);
    }
    let number = |b: usize| {
        let rows = &ranks.rows[tree.parent[b]];
        rows.range(..ranks.rank[b]).count()
    };
    (0..=tree.root).map(number).collect()
}

impl Ranks<'_> {
    /// Notes the rows of a level as the core has them.
    fn read(&mut self, g: usize) {
        let level = &self.core.levels[g];
        let room = self.inner(g);
        let boxed = level.rows.iter().filter(|row| row.iter().any(|&i| level.is_box(i)));
        for (rank, row) in (0_i64..).zip(boxed) {
            let mut used = 0.0;
            for (k, &i) in row.iter().enumerate() {
                used += level.items[i].w + k.checked_sub(1).map_or(0.0, |k| level.gap(row[k], i));
                if let Kind::Child(c) = level.items[i].kind {
                    self.rank[c] = rank;
                }
            }
            let boxes = row.iter().filter(|&&i| level.is_box(i)).count();
            self.rows[g].insert(rank, Row { free: room - used, boxes });
        }
    }

    fn inner(&self, g: usize) -> f64 {
        let frame = Frame::new(self.tree, g);
        self.core.tree.size[g].w - frame.left - frame.right
    }

    fn choose(&mut self, leaf: &Leaf) {
        let route = &self.tree.routes[leaf.edge];
        let g = self.tree.parent[leaf.node];
        let starts = route.from == leaf.node;
        let w = self.tree.room(leaf.node) + space::BOX;
        let mut found: Vec<(f64, i64)> = Vec::new();
        let on = if starts { route.to_child } else { route.from_child };
        let (at, step) = (self.rank[on], if starts { -1 } else { 1 });
        let mut fits = false;
        for (k, rank) in [(0.0, at + step), (1.0, at + 2 * step)] {
            let cost = self.crowd(g, rank, w).unwrap_or_else(|| self.growth(g, step));
            if !fits {
                found.push((cost + k * FURTHER, rank));
            }
            fits |= !self.rows[g].contains_key(&rank);
        }
        if route.label.is_none() {
            found.push((SAME + self.crowd(g, at, w).unwrap_or(0.0), at));
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        let rank = found.first().map_or(0, |f| f.1);
        self.rank[leaf.node] = rank;
        let room = self.inner(g);
        let row = self.rows[g].entry(rank).or_insert(Row { free: room + space::BOX, boxes: 0 });
        row.free -= w;
        row.boxes += 1;
    }

    /// What it costs to stand in a row; none if there is no such row.
    fn crowd(&self, g: usize, rank: i64, w: f64) -> Option<f64> {
        let row = self.rows[g].get(&rank)?;
        if row.free >= w {
            return Some(0.0);
        }
        if g == self.tree.root {
            return Some(MOVED);
        }
        let right = self.at[g].x + self.core.tree.size[g].w;
        let (top, bottom) = (self.at[g].y, self.at[g].y + self.core.tree.size[g].h);
        let beside = self.count(|p| p.x >= right && p.y >= top && p.y < bottom);
        Some(MOVED * (1.0 + beside))
    }

    /// What it costs to add a row at an end of a level.
    fn growth(&self, g: usize, step: i64) -> f64 {
        if g == self.tree.root {
            return NEW;
        }
        let (x, y) = (self.at[g].x, self.at[g].y);
        let size = self.core.tree.size[g];
        let inside = self.count(|p| p.x >= x && p.x < x + size.w && p.y >= y && p.y < y + size.h);
        let below = self.count(|p| p.y >= y + size.h);
        let parent = self.tree.parent[g];
        let slack = self.core.levels[parent]
            .items
            .iter()
            .find(|i| i.kind == Kind::Child(g))
            .map_or(0.0, |i| self.core.levels[parent].height.get(i.row).map_or(0.0, |h| h - size.h));
        let below = if slack > 90.0 { 0.0 } else { below };
        let shift = if step < 0 { inside.min(self.count(|_| true) - inside) } else { 0.0 };
        NEW + MOVED * (below + shift)
    }

    /// So many nodes of the core stand there.
    #[expect(clippy::cast_precision_loss, reason = "a count of boxes")]
    fn count(&self, there: impl Fn(Point) -> bool) -> f64 {
        let held = |g: &usize| self.tree.children[*g].iter().copied();
        let nodes = self.tree.groups_top_down().iter().flat_map(held).collect::<Vec<_>>();
        nodes.into_iter().filter(|&b| !self.tree.is_group(b) && there(self.at[b])).count() as f64
    }
}
