//! Places along the rows of all levels at once: one network simplex (Gansner and others 1993, section 4) over the boxes,
//! bends and ports of the whole hierarchy, in which a group is its two borders. An edge that crosses borders can so run
//! straight through all of them. It starts from the places that the levels found each for itself.
//!
//! Invariants: rows keep their order and their distances; groups hold what is in them; the sum of the edges' weighted
//! shifts is never above that of the start.

use super::coords::{Frame, note_ports};
use super::level::{Kind, Level};
use super::simplex::{self, Arc};
use super::straighten;
use super::sweep::weight;
use super::tree::Tree;

/// With more variables the levels stay as they are.
const MOST: usize = 6000;
/// What a pixel of a group's width costs, against a pixel of shift of an edge between two boxes.
const WIDTH: i64 = 2;
/// Solutions, with the ends of edges slid along their boxes in between.
const ROUNDS: usize = 2;

/// An item that should stay where it was in the whole, up to one shift of everything.
#[derive(Debug, Clone, Copy)]
pub(super) struct Anchor {
    pub(super) level: usize,
    pub(super) item: usize,
    /// Where it was, from the left of the whole.
    pub(super) x: f64,
    /// What a pixel away from there costs.
    pub(super) weight: i64,
}

/// Aligns all levels; they stay where they are if they are too many.
pub(super) fn align(tree: &mut Tree, levels: &mut [Level]) {
    align_near(tree, levels, &[]);
}

/// The same with some items held near where they were; false if the levels are too many.
pub(super) fn align_near(tree: &mut Tree, levels: &mut [Level], anchors: &[Anchor]) -> bool {
    let Some(mut variables) = Variables::new(tree, levels) else { return false };
    variables.anchor = variables.count;
    variables.count += anchors.len() + 1;
    let mut x = variables.start(tree, levels);
    for round in 0..ROUNDS {
        let mut arcs = variables.arcs(tree, levels);
        variables.add_anchors(anchors, &mut arcs);
        variables.set_helpers(levels, &mut x, tree);
        for (k, a) in anchors.iter().enumerate() {
            let there = x[variables.item[a.level][a.item]];
            x[variables.anchor + 1 + k] = there.min(x[variables.anchor] + whole(a.x));
        }
        if arcs.iter().any(|a| x[a.head] - x[a.tail] < a.least) {
            let Some(packed) = simplex::packed(variables.count, &arcs) else { return false };
            x = packed;
        }
        let pivots = if round == 0 { 4 * variables.count + 200 } else { variables.count + 200 };
        x = simplex::solve(variables.count, &arcs, x, pivots);
        variables.write(tree, levels, &x);
        for level in levels.iter_mut() {
            straighten::slide_all(tree, level);
        }
    }
    true
}

/// Where each thing stands among the variables.
struct Variables {
    count: usize,
    /// Of the items of each level that are no group and no title.
    item: Vec<Vec<usize>>,
    left: Vec<usize>,
    right: Vec<usize>,
    /// The ports of each group, by their edge.
    port: std::collections::BTreeMap<(usize, usize), usize>,
    /// One for each segment and bridge: no greater than either of its ends.
    helper: Vec<usize>,
    /// By how much everything that is anchored moves; after it, one for each anchor, no greater than where the item is and
    /// where it was.
    anchor: usize,
}

impl Variables {
    fn new(tree: &Tree, levels: &[Level]) -> Option<Self> {
        let size: usize = levels.iter().map(|l| l.items.len() + l.segments.len()).sum();
        if size > MOST {
            return None;
        }
        let mut count = 0;
        let mut next = || {
            count += 1;
            count - 1
        };
        let (mut left, mut right) = (vec![0; levels.len()], vec![0; levels.len()]);
        for g in tree.groups_top_down() {
            (left[g], right[g]) = (next(), next());
        }
        let mut item = vec![Vec::new(); levels.len()];
        let mut port = std::collections::BTreeMap::new();
        for (g, level) in levels.iter().enumerate() {
            for it in &level.items {
                item[g].push(match it.kind {
                    Kind::Child(c) if tree.is_group(c) => left[c],
                    Kind::Title => left[g],
                    _ => next(),
                });
                if let (Kind::Port(e), Some(&variable)) = (it.kind, item[g].last()) {
                    port.insert((g, e), variable);
                }
            }
        }
        let helper = levels.iter().map(|l| {
            let first = next();
            for _ in 1..(l.segments.len() + l.bridges.len()).max(1) {
                next();
            }
            first
        });
        let helper = helper.collect();
        Some(Self { count, item, left, right, port, helper, anchor: count })
    }

    /// The variable of an item's end of an edge, and how far right of it the end is.
    fn end(
        &self,
        tree: &Tree,
        level: &Level,
        g: usize,
        item: usize,
        (edge, x): (usize, f64),
    ) -> (usize, i64) {
        let it = &level.items[item];
        if let Kind::Child(c) = it.kind
            && let Some(&port) = self.port.get(&(c, edge))
            && tree.is_group(c)
        {
            return (port, 0);
        }
        (self.item[g][item], whole(x - it.x))
    }

    /// Both ends of every segment and bridge of a level, and what a pixel between them costs.
    fn ends(&self, tree: &Tree, level: &Level, g: usize) -> Vec<([(usize, i64); 2], i64)> {
        let segments = level.segments.iter().map(|s| {
            let ends = [(s.top, s.top_x), (s.bottom, s.bottom_x)];
            #[expect(clippy::cast_possible_truncation, reason = "a small whole number")]
            (
                ends.map(|(i, x)| self.end(tree, level, g, i, (s.edge, x))),
                weight(level, s.top, s.bottom) as i64,
            )
        });
        let bridges = level.bridges.iter().map(|b| {
            let ends = [(b.from, b.from_x), (b.to, b.to_x)];
            (ends.map(|(i, x)| self.end(tree, level, g, i, (b.edge, x))), 1)
        });
        segments.chain(bridges).collect()
    }

    fn arcs(&self, tree: &Tree, levels: &[Level]) -> Vec<Arc> {
        let mut arcs = Vec::new();
        for g in tree.groups_top_down() {
            let (level, frame) = (&levels[g], Frame::new(tree, g));
            let (left, right) = (self.left[g], self.right[g]);
            arcs.push(Arc::new(left, right, up(frame.least_width), WIDTH));
            for row in &level.rows {
                // What stands to the left: the variable, the room from it, and the item.
                let mut before: (usize, f64, Option<usize>) = (left, frame.left, None);
                for &i in row {
                    let gap = before.2.map_or(0.0, |b| level.gap(b, i));
                    if level.items[i].kind != Kind::Title {
                        arcs.push(Arc::new(before.0, self.item[g][i], up(before.1 + gap), 0));
                    }
                    before = match level.items[i].kind {
                        Kind::Child(c) if tree.is_group(c) => (self.right[c], tree.loop_room(c), Some(i)),
                        _ => (self.item[g][i], level.items[i].w, Some(i)),
                    };
                }
                arcs.push(Arc::new(before.0, right, up(before.1 + frame.right), 0));
            }
            for (k, (ends, weight)) in self.ends(tree, level, g).into_iter().enumerate() {
                for (variable, offset) in ends {
                    arcs.push(Arc::new(self.helper[g] + k, variable, -offset, weight));
                }
            }
        }
        arcs
    }

    fn add_anchors(&self, anchors: &[Anchor], arcs: &mut Vec<Arc>) {
        for (k, a) in anchors.iter().enumerate() {
            let helper = self.anchor + 1 + k;
            arcs.push(Arc::new(helper, self.item[a.level][a.item], 0, a.weight));
            arcs.push(Arc::new(helper, self.anchor, -whole(a.x), a.weight));
        }
    }

    /// The places that the levels have now, from the left of the whole.
    fn start(&self, tree: &Tree, levels: &[Level]) -> Vec<i64> {
        let mut x = vec![0; self.count];
        for g in tree.groups_top_down() {
            let left = x[self.left[g]];
            x[self.right[g]] = left + up(tree.size[g].w);
            for (i, it) in levels[g].items.iter().enumerate() {
                if it.kind != Kind::Title {
                    x[self.item[g][i]] = left + whole(it.x);
                }
            }
        }
        x
    }

    fn set_helpers(&self, levels: &[Level], x: &mut [i64], tree: &Tree) {
        for (g, level) in levels.iter().enumerate() {
            for (k, (ends, _)) in self.ends(tree, level, g).into_iter().enumerate() {
                x[self.helper[g] + k] = ends.map(|(v, offset)| x[v] + offset).into_iter().min().unwrap_or(0);
            }
        }
    }

    /// Writes the places back into the levels.
    fn write(&self, tree: &mut Tree, levels: &mut [Level], x: &[i64]) {
        // The innermost first: a level needs the ports of its groups.
        for g in tree.groups_top_down().into_iter().rev() {
            let level = &mut levels[g];
            let left = x[self.left[g]];
            tree.size[g].w = real(x[self.right[g]] - left);
            let offsets = level.end_offsets();
            for (i, it) in level.items.iter_mut().enumerate() {
                match it.kind {
                    Kind::Title => continue,
                    Kind::Child(c) => it.w = tree.room(c),
                    _ => {}
                }
                it.x = real(x[self.item[g][i]] - left);
            }
            level.set_ends(&offsets);
            for s in 0..level.segments.len() {
                let (edge, top, bottom) =
                    (level.segments[s].edge, level.segments[s].top, level.segments[s].bottom);
                if let Some(at) = port(tree, level, top, edge) {
                    level.segments[s].top_x = at;
                }
                if let Some(at) = port(tree, level, bottom, edge) {
                    level.segments[s].bottom_x = at;
                }
            }
            for b in 0..level.bridges.len() {
                let (edge, from, to) = (level.bridges[b].edge, level.bridges[b].from, level.bridges[b].to);
                if let Some(at) = port(tree, level, from, edge) {
                    level.bridges[b].from_x = at;
                }
                if let Some(at) = port(tree, level, to, edge) {
                    level.bridges[b].to_x = at;
                }
            }
            note_ports(tree, level, g);
        }
    }
}

/// Where an edge meets a group of the level.
fn port(tree: &Tree, level: &Level, item: usize, edge: usize) -> Option<f64> {
    let it = &level.items[item];
    match it.kind {
        Kind::Child(c) if tree.is_group(c) => tree.port_x.get(&(c, edge)).map(|x| x + it.x),
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "pixels")]
fn whole(x: f64) -> i64 {
    x.round() as i64
}

#[expect(clippy::cast_possible_truncation, reason = "pixels")]
fn up(x: f64) -> i64 {
    (x - 1e-6).ceil() as i64
}

#[expect(clippy::cast_precision_loss, reason = "pixels")]
fn real(x: i64) -> f64 {
    x as f64
}
