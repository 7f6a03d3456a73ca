//! Sets leaves into a graph that is placed without them: each beside what it hangs on, in the room that the others leave.
//! What was there keeps its row, its order and, as far as there is room, its place: a reader who adds one box finds the
//! picture that he knows (Misue, Eades, Lai and Sugiyama, *Layout adjustment and the mental map*, 1995).
//!
//! Invariants: what the core holds keeps its order in every row; leaves come in one after the other, so that the last one
//! changes nothing of those before it but their places.

use std::collections::BTreeMap;

use super::align::{self, Anchor};
use super::assemble;
use super::berth::{self, Berth};
use super::build;
use super::coords::{self, Frame};
use super::graph::Graph;
use super::leafranks;
use super::leaves::Leaf;
use super::level::{Kind, Level};
use super::straighten;
use super::tree::Tree;
use super::{Ordered, Placement, Point, channel, order, ports, space};

/// What moving a box of the core by a pixel costs, and a bend, against the shift of an edge.
const BOX: i64 = 40;
const BEND: i64 = 1;
/// Rounds in which leaves may change their places in the rows.
const POLISHED: usize = 2;

/// The whole graph's placement, from that of its core.
pub(super) fn graft(graph: &Graph, core: &Ordered, leaves: &[Leaf]) -> Option<Placement> {
    let mut graft = Graft::new(graph, core, leaves);
    for leaf in leaves {
        graft.set_in(leaf);
    }
    graft.finish(graph, core)
}

struct Graft {
    tree: Tree,
    levels: Vec<Level>,
    /// The top left corner of every box, as far as it is known.
    at: Vec<Point>,
    /// Items that belong to leaves.
    fresh: Vec<Vec<bool>>,
    /// What holds its place, and where.
    anchors: Vec<Anchor>,
}

impl Graft {
    fn new(graph: &Graph, core: &Ordered, leaves: &[Leaf]) -> Self {
        let mut tree = Tree::new(graph, &core.tree.variant, &[]);
        tree.below = core.tree.below;
        for g in tree.groups_top_down() {
            tree.size[g] = core.tree.size[g];
        }
        for leaf in leaves {
            tree.loose[leaf.edge] = true;
        }
        let mut at = assemble::corners(&core.tree, &core.levels);
        for leaf in leaves {
            at[leaf.node] = Point { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY };
        }
        tree.rank = Some(leafranks::ranks(&tree, core, &at, leaves));
        let mut levels: Vec<Level> = vec![Level::default(); tree.root + 1];
        for g in tree.groups_top_down() {
            levels[g] = build::build(&mut tree, g);
        }
        let mut alone = vec![false; tree.root + 1];
        for leaf in leaves {
            alone[leaf.node] = true;
        }
        let mut graft = Self { tree, fresh: Vec::new(), at, levels, anchors: Vec::new() };
        for (g, given) in core.levels.iter().enumerate() {
            graft.fresh.push(fresh(&graft.tree, &graft.levels[g], &alone));
            graft.adopt(g, given);
        }
        graft
    }

    /// Gives what a level shares with that of the core its place and order; leaves stand in no row yet.
    fn adopt(&mut self, g: usize, given: &Level) {
        let (level, fresh) = (&mut self.levels[g], &self.fresh[g]);
        let left = Frame::new(&self.tree, g).left;
        level.beside = given.beside;
        let twin = twins(given, level);
        for (i, item) in level.items.iter_mut().enumerate() {
            if let Kind::Child(c) = item.kind {
                item.w = self.tree.room(c);
            }
            item.x = twin[i].map_or(left, |t| given.items[t].x);
            let Some(t) = twin[i].filter(|_| !fresh[i] && item.kind != Kind::Title) else { continue };
            let weight = if matches!(item.kind, Kind::Child(_)) { BOX } else { BEND };
            let x = self.at[g].x + given.items[t].x;
            self.anchors.push(Anchor { level: g, item: i, x, weight });
        }
        // A bend in a new row stands below where its edge leaves what is above it, so that the edges keep their order.
        let tops: BTreeMap<(usize, usize), f64> =
            given.segments.iter().map(|s| ((s.edge, s.top), s.top_x)).collect();
        for chain in &level.chains {
            let loose = self.tree.loose[chain.edge];
            for &s in chain.segments.iter().filter(|_| !loose) {
                let (top, bottom) = (level.segments[s].top, level.segments[s].bottom);
                if twin[bottom].is_none() {
                    let above = twin[top].and_then(|t| tops.get(&(chain.edge, t)).copied());
                    level.items[bottom].x = above.unwrap_or(level.items[top].x);
                }
            }
        }
        adopt_ends(given, level, &twin);
        let rows = level.rows.iter().map(|row| {
            let mut row: Vec<usize> = row.iter().copied().filter(|&i| !fresh[i]).collect();
            let key = |i: usize| (level.items[i].kind != Kind::Title, level.items[i].x);
            let place = |i: usize| twin[i].map(|t| given.items[t].place);
            row.sort_by(|&a, &b| {
                let (a, b) = ((key(a), place(a)), (key(b), place(b)));
                a.0.0.cmp(&b.0.0).then(a.0.1.total_cmp(&b.0.1)).then(a.1.cmp(&b.1))
            });
            row
        });
        level.rows = rows.collect();
    }

    /// Sets one leaf and all that its edge needs into the rows, from what it hangs on outwards.
    fn set_in(&mut self, leaf: &Leaf) {
        let mut x = self.at[leaf.on].x + self.tree.size[leaf.on].w / 2.0;
        for (g, items) in self.way(leaf) {
            let mut before = None;
            for (k, &i) in items.iter().enumerate() {
                let origin = self.at[g].x;
                let kind = self.levels[g].items[i].kind;
                // A leaf that this one hangs on stands already.
                let stands = k == 0 && matches!(kind, Kind::Child(_));
                if self.fresh[g][i] && !stands {
                    let berth = Berth { item: i, before, wish: x - origin };
                    let pushed = berth::take(&self.tree, &mut self.levels[g], g, berth);
                    for (c, by) in pushed {
                        self.push(c, by);
                    }
                    let it = &self.levels[g].items[i];
                    x = origin + it.x + it.w / 2.0;
                    if let Kind::Child(c) = kind {
                        self.at[c].x = origin + it.x;
                    }
                } else if let Kind::Child(c) = kind {
                    if self.tree.is_group(c) {
                        let (low, high) = (self.at[c].x + space::PAD, self.at[c].x + self.tree.size[c].w);
                        x = x.min(high - space::PAD).max(low);
                    } else {
                        x = origin + berth::free_end(&self.tree, &self.levels[g], i, items.get(1).copied());
                    }
                }
                before = Some((i, x - origin));
            }
            self.set_ends(g, leaf.edge, &items);
        }
    }

    /// Moves a box and all that it holds.
    fn push(&mut self, c: usize, by: f64) {
        self.at[c].x += by;
        if self.tree.is_group(c) {
            for child in self.tree.children[c].clone() {
                self.push(child, by);
            }
        }
    }

    /// The levels that a leaf's edge runs through from what it hangs on up to its own, with its items in each.
    fn way(&self, leaf: &Leaf) -> Vec<(usize, Vec<usize>)> {
        let holders = self.tree.ancestry(leaf.on);
        let above = self.tree.parent[leaf.node];
        let mut out = Vec::new();
        for &g in holders.iter().skip(1) {
            let level = &self.levels[g];
            let mut items = items_of(level, leaf.edge);
            let first = |i: &usize| matches!(level.items[*i].kind, Kind::Child(c) if holders.contains(&c));
            if !items.first().is_some_and(first) {
                items.reverse();
            }
            out.push((g, items));
            if g == above {
                break;
            }
        }
        out
    }

    /// Sets the ends of a leaf's edge from its items.
    fn set_ends(&mut self, g: usize, edge: usize, items: &[usize]) {
        let level = &mut self.levels[g];
        let middle = |level: &Level, i: usize| match level.items[i].kind {
            Kind::Child(c) if !self.tree.is_group(c) => {
                level.items[i].x + (self.tree.size[c].w / 2.0).round()
            }
            _ => level.items[i].x + (level.items[i].w / 2.0).round(),
        };
        let beside = |level: &Level, i: usize| {
            let at = items.iter().position(|&j| j == i).unwrap_or(0);
            let other = items.get(at + 1).or_else(|| items.get(at.wrapping_sub(1))).copied().unwrap_or(i);
            match level.items[i].kind {
                Kind::Child(c) if self.tree.is_group(c) => {
                    let (low, w) = (level.items[i].x, self.tree.size[c].w);
                    middle(level, other).min(low + w - space::PAD).max(low + space::PAD)
                }
                _ => middle(level, i),
            }
        };
        for s in 0..level.segments.len() {
            if level.segments[s].edge == edge {
                let (top, bottom) = (level.segments[s].top, level.segments[s].bottom);
                (level.segments[s].top_x, level.segments[s].bottom_x) =
                    (beside(level, top), beside(level, bottom));
            }
        }
        for b in 0..level.bridges.len() {
            if level.bridges[b].edge == edge {
                let (from, to) = (level.bridges[b].from, level.bridges[b].to);
                (level.bridges[b].from_x, level.bridges[b].to_x) = (beside(level, from), beside(level, to));
            }
        }
    }

    /// Solves the places and draws the lines.
    fn finish(self, graph: &Graph, core: &Ordered) -> Option<Placement> {
        let Self { mut tree, mut levels, fresh, anchors, .. } = self;
        let groups = tree.groups_top_down();
        for &g in groups.iter().rev() {
            let rows = std::mem::take(&mut levels[g].rows);
            levels[g].set_rows(rows);
            if g != tree.root {
                coords::note_ports(&mut tree, &levels[g], g);
                ports::record(&mut tree, &levels[g], g);
            }
        }
        for _ in 0..POLISHED {
            for &g in groups.iter().rev() {
                order::polish(&tree, &mut levels[g], &fresh[g]);
                if g != tree.root {
                    ports::record(&mut tree, &levels[g], g);
                }
            }
        }
        if !align::align_near(&mut tree, &mut levels, &anchors) {
            return None;
        }
        for &g in groups.iter().rev() {
            let level = &mut levels[g];
            let held: Vec<bool> = (0..level.items.len()).map(|i| level.is_box(i) && !fresh[g][i]).collect();
            straighten::straighten(&tree, level, &held);
            channel::place(&mut tree, level, g);
        }
        debug_assert_eq!(core.tree.root, tree.root, "the core has the numbers of the whole");
        Some(assemble::assemble(graph, &tree, &levels))
    }
}

/// The items of an edge in a level, from one end to the other.
fn items_of(level: &Level, edge: usize) -> Vec<usize> {
    if let Some(chain) = level.chains.iter().find(|c| c.edge == edge) {
        let segment = |&s: &usize| level.segments[s];
        let Some(first) = chain.segments.first().map(segment) else { return Vec::new() };
        if chain.hanging {
            let other = chain.segments.last().map(segment).map(|s| s.top);
            return [first.top, first.bottom].into_iter().chain(other).collect();
        }
        return std::iter::once(first.top).chain(chain.segments.iter().map(|s| segment(s).bottom)).collect();
    }
    let bridge = level.bridges.iter().find(|b| b.edge == edge);
    bridge.map_or_else(Vec::new, |b| vec![b.from, b.to])
}

/// Which items of a level belong to leaves: the leaves, and all that their edges pass.
fn fresh(tree: &Tree, level: &Level, alone: &[bool]) -> Vec<bool> {
    let mut fresh: Vec<bool> = level
        .items
        .iter()
        .map(|item| match item.kind {
            Kind::Child(c) => alone[c],
            Kind::Label(e) | Kind::Port(e) => tree.loose[e],
            Kind::Bend | Kind::Title => false,
        })
        .collect();
    for chain in level.chains.iter().filter(|c| tree.loose[c.edge]) {
        for &s in &chain.segments {
            for i in [level.segments[s].top, level.segments[s].bottom] {
                fresh[i] |= level.items[i].kind == Kind::Bend;
            }
        }
    }
    fresh
}

/// For each item of the second level the same one of the first.
fn twins(given: &Level, level: &Level) -> Vec<Option<usize>> {
    let key = |kind: Kind| match kind {
        Kind::Child(c) => Some((0, c)),
        Kind::Label(e) => Some((1, e)),
        Kind::Port(e) => Some((2, e)),
        Kind::Title => Some((3, 0)),
        Kind::Bend => None,
    };
    let known: BTreeMap<(usize, usize), usize> =
        given.items.iter().enumerate().filter_map(|(i, it)| Some((key(it.kind)?, i))).collect();
    let mut twin: Vec<Option<usize>> =
        level.items.iter().map(|it| key(it.kind).and_then(|k| known.get(&k).copied())).collect();
    // A bend has its twin in the row that a twin of the same row stands in.
    let mut row_of: BTreeMap<usize, usize> = BTreeMap::new();
    for (i, t) in twin.iter().enumerate() {
        if let Some(t) = t {
            row_of.insert(level.items[i].row, given.items[*t].row);
        }
    }
    let mut bends: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for s in &given.segments {
        if given.items[s.bottom].kind == Kind::Bend {
            bends.insert((s.edge, given.items[s.bottom].row), s.bottom);
        }
    }
    for s in &level.segments {
        if level.items[s.bottom].kind == Kind::Bend {
            let row = row_of.get(&level.items[s.bottom].row);
            twin[s.bottom] = row.and_then(|&row| bends.get(&(s.edge, row)).copied());
        }
    }
    twin
}

/// Copies the ends of the edges that both levels have.
fn adopt_ends(given: &Level, level: &mut Level, twin: &[Option<usize>]) {
    let mut whole: BTreeMap<(usize, usize, usize), (f64, f64)> = BTreeMap::new();
    let mut tops: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let mut bottoms = tops.clone();
    for s in &given.segments {
        whole.insert((s.edge, s.top, s.bottom), (s.top_x, s.bottom_x));
        tops.insert((s.edge, s.top), s.top_x);
        bottoms.insert((s.edge, s.bottom), s.bottom_x);
    }
    let Level { items, segments, bridges, .. } = level;
    for s in segments {
        let same =
            twin[s.top].zip(twin[s.bottom]).and_then(|(top, bottom)| whole.get(&(s.edge, top, bottom)));
        let known = |ends: &BTreeMap<(usize, usize), f64>, i: usize| {
            twin[i]
                .and_then(|t| ends.get(&(s.edge, t)).copied())
                .unwrap_or(items[i].x + (items[i].w / 2.0).round())
        };
        (s.top_x, s.bottom_x) =
            same.copied().unwrap_or_else(|| (known(&tops, s.top), known(&bottoms, s.bottom)));
    }
    for b in bridges {
        if let Some(old) = given.bridges.iter().find(|o| o.edge == b.edge) {
            (b.from_x, b.to_x) = (old.from_x, old.to_x);
        }
    }
}
