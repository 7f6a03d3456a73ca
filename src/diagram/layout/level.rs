//! One group as a layered problem: its boxes in rows, each edge a chain from row to row through bends, a label and the
//! ports in the borders. Built from the top down, since a border's sides follow from the level above.

use std::collections::BTreeMap;

use super::bundle;
use super::rank::{self, Body, Bond};
use super::space;
use super::tree::{Side, Size, Tree};
use crate::diagram::drawing::Op;

/// What stands at a place in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A node or group, by its number.
    Child(usize),
    /// Where an edge passes a row.
    Bend,
    /// An edge's label, which the edge passes through.
    Label(usize),
    /// Where an edge crosses the level's own border.
    Port(usize),
    /// Keeps edges off the level's title.
    Title,
}

#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) kind: Kind,
    pub(super) row: usize,
    /// Place in its row.
    pub(super) place: usize,
    /// Room in its row, loops included.
    pub(super) w: f64,
    pub(super) h: f64,
    /// Left, once placed.
    pub(super) x: f64,
    /// Segments that come from the row above and go to the one below.
    pub(super) up: Vec<usize>,
    pub(super) down: Vec<usize>,
}

/// A stretch of an edge between two neighbouring rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    pub(super) edge: usize,
    pub(super) top: usize,
    pub(super) bottom: usize,
    /// The trunk that it is part of.
    pub(super) bundle: Option<usize>,
    /// Where it starts and ends.
    pub(super) top_x: f64,
    pub(super) bottom_x: f64,
    /// Height of its level stretch.
    pub(super) y: f64,
}

/// An edge between two boxes of the same row, which runs below them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bridge {
    pub(super) edge: usize,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) from_x: f64,
    pub(super) to_x: f64,
    pub(super) y: f64,
    /// Left of its label.
    pub(super) label_x: f64,
}

/// An edge's way through the level.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    pub(super) edge: usize,
    /// Its segments from the top to the bottom.
    pub(super) segments: Vec<usize>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Level {
    pub(super) items: Vec<Item>,
    pub(super) rows: Vec<Vec<usize>>,
    pub(super) segments: Vec<Segment>,
    pub(super) bridges: Vec<Bridge>,
    /// Bridges of each item.
    pub(super) bridges_at: Vec<Vec<usize>>,
    pub(super) chains: Vec<Chain>,
    /// Item of each child, by its place among them.
    pub(super) item_of: Vec<usize>,
    /// Item of each label, by its edge.
    pub(super) label_of: BTreeMap<usize, usize>,
    /// Whether the first and the last row are ports.
    pub(super) port_rows: [bool; 2],
    /// Top of each row, once placed.
    pub(super) top: Vec<f64>,
    pub(super) height: Vec<f64>,
    /// Route of each edge from the top to the bottom, or along its bridge, from the level's top left corner.
    pub(super) lines: BTreeMap<usize, Vec<(f64, f64)>>,
}

/// Builds level `g` and settles the sides of the edges whose lowest common group it is.
pub(super) fn build(tree: &mut Tree, g: usize) -> Level {
    let mut level = Level::default();
    if tree.children[g].is_empty() {
        return level;
    }
    let ranks = ranks(tree, g);
    let mut ways = ways(tree, g, &ranks);
    if tree.straight {
        ways.clear();
    }
    let bundles = bundle::of_ways(tree, g, &ways);
    let mut trunks = BTreeMap::new();
    let frame = Frame::new(tree, g, &ranks, &ways);
    level.port_rows = [frame.ports[0], frame.ports[1]];
    level.rows = vec![Vec::new(); frame.rows];
    if frame.ports[0] && tree.turn.title_side() == Some(Side::Top)
        || frame.ports[1] && tree.turn.title_side() == Some(Side::Bottom)
    {
        let row = if tree.turn.title_side() == Some(Side::Top) { 0 } else { frame.rows - 1 };
        level.add(Kind::Title, row, tree.title[g], 0.0);
    }
    for (i, &child) in tree.children[g].iter().enumerate() {
        let item =
            level.add(Kind::Child(child), frame.of_rank[ranks[i]], tree.room(child), tree.size[child].h);
        level.item_of.push(item);
    }
    for (&way, bundle) in ways.iter().zip(bundles) {
        match way {
            Way::Bridge { edge, from, to } => {
                let (from, to) = (level.item_of[from], level.item_of[to]);
                level.bridges.push(Bridge { edge, from, to, from_x: 0.0, to_x: 0.0, y: 0.0, label_x: 0.0 });
            }
            Way::Chain { edge, upper, lower, label } => {
                let row = |child: usize| (level.item_of[child], frame.of_rank[ranks[child]]);
                let label = label.map(|(gap, size)| (frame.of_gap[gap], size));
                let (upper, lower) = (upper.map(row), lower.map(row));
                level.add_chain(edge, upper, lower, label, bundle, &mut trunks);
            }
        }
    }
    bundle::center(&mut level);
    level.bridges_at = vec![Vec::new(); level.items.len()];
    for (b, bridge) in level.bridges.iter().enumerate() {
        level.bridges_at[bridge.from].push(b);
        level.bridges_at[bridge.to].push(b);
    }
    level
}

/// How an edge runs through the level; a missing end is the border above or below.
#[derive(Debug, Clone, Copy)]
pub(super) enum Way {
    Bridge { edge: usize, from: usize, to: usize },
    Chain { edge: usize, upper: Option<usize>, lower: Option<usize>, label: Option<(usize, Size)> },
}

fn ranks(tree: &Tree, g: usize) -> Vec<usize> {
    let children = &tree.children[g];
    let mut bodies: Vec<Body> =
        children.iter().map(|&c| Body { size: estimate(tree, c), ..Body::default() }).collect();
    for t in &tree.through[g] {
        let route = &tree.routes[t.edge];
        let side = if t.outgoing { route.out_side } else { route.in_side };
        let body = &mut bodies[tree.slot[t.child]];
        *(if side == Side::Top { &mut body.above } else { &mut body.below }) += 1;
    }
    let ends = |e: usize| (tree.slot[tree.routes[e].from_child], tree.slot[tree.routes[e].to_child]);
    // For each pair of children: edges back, forth, and those that are no copies or links.
    let mut counts: BTreeMap<(usize, usize), [usize; 3]> = BTreeMap::new();
    for &e in &tree.inner[g] {
        let (a, b) = ends(e);
        let count = counts.entry((a.min(b), a.max(b))).or_default();
        count[usize::from(a < b)] += 1;
        count[2] += usize::from(!matches!(tree.routes[e].op, Some(Op::Replication | Op::Link)));
    }
    let bonds: Vec<Bond> = tree.inner[g]
        .iter()
        .map(|&e| {
            let (from, to) = ends(e);
            let groups = tree.is_group(children[from]) && tree.is_group(children[to]);
            let [back, forth, calls] = counts[&(from.min(to), from.max(to))];
            let even = 2 * back.min(forth) >= back.max(forth);
            Bond { from, to, peer: tree.variant.peers && groups && (even || calls == 0) }
        })
        .collect();
    // In the engine's view a picture that runs to the right is on its side.
    let wide = if tree.turn.sideways { 0.75 } else { 1.4 };
    rank::assign(&bodies, &bonds, wide, tree.variant.stretch)
}

/// A guess at a box's size before it is placed.
fn estimate(tree: &Tree, b: usize) -> Size {
    if !tree.is_group(b) {
        return Size { w: tree.room(b), h: tree.size[b].h };
    }
    let mut area = 0.0;
    let mut stack = vec![b];
    while let Some(b) = stack.pop() {
        if tree.is_group(b) {
            stack.extend(&tree.children[b]);
            area += 6000.0;
        } else {
            area += (tree.size[b].w + space::BOX) * (tree.size[b].h + space::ROW);
        }
    }
    let side = area.sqrt();
    if tree.turn.sideways {
        Size { w: side * 0.9, h: side * 1.2 }
    } else {
        Size { w: side * 1.2, h: side * 0.9 }
    }
}

/// Settles the direction of every edge of the level, and with it the sides of the borders below.
fn ways(tree: &mut Tree, g: usize, ranks: &[usize]) -> Vec<Way> {
    let mut ways = Vec::new();
    for e in tree.inner[g].clone() {
        let route = &tree.routes[e];
        let (from, to) = (tree.slot[route.from_child], tree.slot[route.to_child]);
        let (a, b) = (ranks[from], ranks[to]);
        let route = &mut tree.routes[e];
        if a == b {
            (route.out_side, route.in_side) = (Side::Bottom, Side::Bottom);
            ways.push(Way::Bridge { edge: e, from, to });
            continue;
        }
        let upwards = a > b;
        (route.out_side, route.in_side) =
            if upwards { (Side::Top, Side::Bottom) } else { (Side::Bottom, Side::Top) };
        let label = route.label.map(|size| (usize::midpoint(a, b + 1), size));
        let (upper, lower) = if upwards { (to, from) } else { (from, to) };
        ways.push(Way::Chain { edge: e, upper: Some(upper), lower: Some(lower), label });
    }
    for t in &tree.through[g] {
        let route = &tree.routes[t.edge];
        let side = if t.outgoing { route.out_side } else { route.in_side };
        let child = Some(tree.slot[t.child]);
        let (upper, lower) = if side == Side::Top { (None, child) } else { (child, None) };
        // An edge between a group and what it holds has no common level: its label is told here.
        let last = route.from == g || route.to == g;
        let at = ranks[tree.slot[t.child]];
        let gap = if side == Side::Top { at } else { at + 1 };
        let label = if last { route.label.map(|size| (gap, size)) } else { None };
        ways.push(Way::Chain { edge: t.edge, upper, lower, label });
    }
    ways
}

/// The rows of a level: ports, ranks and, between them, labels.
struct Frame {
    rows: usize,
    ports: [bool; 2],
    of_rank: Vec<usize>,
    of_gap: Vec<usize>,
}

impl Frame {
    fn new(tree: &Tree, g: usize, ranks: &[usize], ways: &[Way]) -> Self {
        let count = ranks.iter().map(|r| r + 1).max().unwrap_or(0);
        // Gap `i` lies before rank `i`, the last one behind all.
        let mut labelled = vec![false; count + 1];
        let mut ports = [false; 2];
        for way in ways {
            let Way::Chain { upper, lower, label, .. } = way else { continue };
            ports[0] |= upper.is_none();
            ports[1] |= lower.is_none();
            if let Some((gap, _)) = label {
                labelled[*gap] = true;
            }
        }
        debug_assert!(g != tree.root || ports == [false; 2], "nothing crosses the root's border");
        let mut rows = usize::from(ports[0]);
        let (mut of_rank, mut of_gap) = (Vec::new(), Vec::new());
        for (i, gap) in labelled.into_iter().enumerate() {
            of_gap.push(rows);
            rows += usize::from(gap);
            if i < count {
                of_rank.push(rows);
                rows += 1;
            }
        }
        Self { rows: rows + usize::from(ports[1]), ports, of_rank, of_gap }
    }
}

impl Level {
    fn add(&mut self, kind: Kind, row: usize, w: f64, h: f64) -> usize {
        let item = self.items.len();
        let place = self.rows[row].len();
        self.items.push(Item { kind, row, place, w, h, x: 0.0, up: Vec::new(), down: Vec::new() });
        self.rows[row].push(item);
        item
    }

    /// Adds an edge from one item and row to another, or to the border where one is missing; the bends of a bundle are
    /// shared in `trunks`.
    fn add_chain(
        &mut self,
        edge: usize,
        upper: Option<(usize, usize)>,
        lower: Option<(usize, usize)>,
        label: Option<(usize, Size)>,
        bundle: Option<usize>,
        trunks: &mut BTreeMap<(usize, usize), usize>,
    ) {
        let end = self.rows.len() - 1;
        let (mut above, first) = upper.unwrap_or_else(|| (self.add(Kind::Port(edge), 0, 0.0, 0.0), 0));
        let last = lower.map_or(end, |(_, row)| row);
        let mut segments = Vec::new();
        for row in first + 1..=last {
            let item = match (lower, label) {
                (Some((item, _)), _) if row == last => item,
                (None, _) if row == last => self.add(Kind::Port(edge), row, 0.0, 0.0),
                (_, Some((at, size))) if at == row => self.add(Kind::Label(edge), row, size.w, size.h),
                _ => match bundle {
                    Some(b) => *trunks.entry((b, row)).or_insert_with(|| self.add(Kind::Bend, row, 0.0, 0.0)),
                    None => self.add(Kind::Bend, row, 0.0, 0.0),
                },
            };
            let segment = self.segments.len();
            let (top, bottom) = (above, item);
            self.segments.push(Segment { edge, top, bottom, bundle, top_x: 0.0, bottom_x: 0.0, y: 0.0 });
            self.items[above].down.push(segment);
            self.items[item].up.push(segment);
            segments.push(segment);
            if self.items[item].kind == Kind::Label(edge) {
                self.label_of.insert(edge, item);
            }
            above = item;
        }
        self.chains.push(Chain { edge, segments });
    }

    pub(super) fn is_box(&self, item: usize) -> bool {
        matches!(self.items[item].kind, Kind::Child(_))
    }

    /// Writes the rows' order into the items.
    pub(super) fn settle(&mut self, row: usize) {
        for (place, &item) in self.rows[row].iter().enumerate() {
            self.items[item].place = place;
        }
    }

    /// Distance that two neighbours of a row keep.
    pub(super) fn gap(&self, left: usize, right: usize) -> f64 {
        let half = |item: usize| match self.items[item].kind {
            Kind::Child(_) => space::BOX / 2.0,
            Kind::Title => 2.0,
            Kind::Bend | Kind::Label(_) | Kind::Port(_) => space::LINE / 2.0,
        };
        half(left) + half(right)
    }
}
