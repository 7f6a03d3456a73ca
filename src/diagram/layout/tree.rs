//! The hierarchy of boxes in one numbering (nodes, then groups, then the root), and where each edge belongs in it. It
//! turns everything so that the engine only ever works from the top down.

use std::collections::BTreeMap;

use super::graph::Graph;
use super::leaves::Leaf;
use super::space;
use super::{ROUTED, Rect, Size, Variant};
use crate::diagram::drawing::{Direction, End, Op};

/// The border that an edge leaves or enters by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub(super) enum Side {
    #[default]
    Top,
    Bottom,
}

/// An edge that crosses a group's border, or ends at it from the inside.
#[derive(Debug, Clone, Copy)]
pub(super) struct Through {
    pub(super) edge: usize,
    /// The child of the group that it goes to; none where it ends at the group itself, from the outside.
    pub(super) child: Option<usize>,
    /// Whether the part inside begins at the edge's start.
    pub(super) outgoing: bool,
}

/// The two ends of an edge.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Route {
    pub(super) from: usize,
    pub(super) to: usize,
    /// The lowest group that holds both ends; none for a loop and for an edge between a box and what it holds.
    pub(super) level: Option<usize>,
    /// The children of that group on the way to the ends.
    pub(super) from_child: usize,
    pub(super) to_child: usize,
    /// Sides of every border crossed on the way up and on the way down.
    pub(super) out_side: Side,
    pub(super) in_side: Side,
    pub(super) label: Option<Size>,
    pub(super) op: Option<Op>,
}

#[derive(Debug, Clone)]
pub(super) struct Tree {
    pub(super) nodes: usize,
    pub(super) root: usize,
    pub(super) parent: Vec<usize>,
    pub(super) children: Vec<Vec<usize>>,
    /// Place among the children of its parent.
    pub(super) slot: Vec<usize>,
    /// Of nodes from the start, of groups once they are placed.
    pub(super) size: Vec<Size>,
    /// Width of a group's title.
    pub(super) title: Vec<f64>,
    pub(super) routes: Vec<Route>,
    pub(super) inner: Vec<Vec<usize>>,
    pub(super) through: Vec<Vec<Through>>,
    pub(super) loops: Vec<Vec<usize>>,
    /// How far along its side an edge crosses a group's border, from 0 to 1.
    pub(super) port_at: BTreeMap<(usize, usize), f64>,
    /// Distance of a port from its group's left, once that is placed.
    pub(super) port_x: BTreeMap<(usize, usize), f64>,
    pub(super) turn: Turn,
    pub(super) variant: Variant,
    /// Room between rows, against the usual.
    pub(super) below: f64,
    /// Children of one group that share a rank because the author said so.
    pub(super) ties: Vec<(usize, usize)>,
    /// Children of one group that should stand close.
    pub(super) near: Vec<(usize, usize)>,
    /// The place in the order that the author asked for, of a box or the first thing in it.
    pub(super) wanted: Vec<Option<usize>>,
    /// Too large for lines that go around boxes.
    pub(super) straight: bool,
    /// The rank of each box among its siblings, where that is settled.
    pub(super) rank: Option<Vec<usize>>,
    /// Edges of leaves, which join no trunk.
    pub(super) loose: Vec<bool>,
}

/// How the picture is turned into one that runs down.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    pub(super) sideways: bool,
    pub(super) mirrored: bool,
}

impl Turn {
    fn new(direction: Direction) -> Self {
        Self {
            sideways: matches!(direction, Direction::Right | Direction::Left),
            mirrored: matches!(direction, Direction::Up | Direction::Left),
        }
    }

    pub(super) fn size(self, w: f64, h: f64) -> Size {
        if self.sideways { Size { w: h, h: w } } else { Size { w, h } }
    }

    /// The side that a group's title lies on: it is at the top of the page, whatever way calls run.
    pub(super) fn title_side(self) -> Option<Side> {
        match (self.sideways, self.mirrored) {
            (true, _) => None,
            (false, false) => Some(Side::Top),
            (false, true) => Some(Side::Bottom),
        }
    }

    /// Back to the page, given the height of everything in the engine's view.
    pub(super) fn back(self, rect: Rect, height: f64) -> Rect {
        let y = if self.mirrored { height - rect.y - rect.h } else { rect.y };
        if self.sideways { Rect { x: y, y: rect.x, w: rect.h, h: rect.w } } else { Rect { y, ..rect } }
    }
}

impl Tree {
    /// The hierarchy without some leaves, which have no place and their edges no line.
    pub(super) fn new(drawing: &Graph, variant: &Variant, without: &[Leaf]) -> Self {
        let nodes = drawing.nodes.len();
        let root = nodes + drawing.groups.len();
        let turn = Turn::new(variant.direction);
        // A group that names itself or a later one as its parent stands at the top: no circles.
        let group = |p: Option<usize>, limit| p.filter(|&p| p < limit).map_or(root, |p| nodes + p);
        let mut parent: Vec<usize> = Vec::with_capacity(root + 1);
        parent.extend(drawing.nodes.iter().map(|n| group(n.parent, drawing.groups.len())));
        parent.extend(drawing.groups.iter().enumerate().map(|(i, g)| group(g.parent, i)));
        parent.push(root);
        let mut children = vec![Vec::new(); root + 1];
        let mut slot = vec![0; root + 1];
        let mut absent = vec![false; root];
        for leaf in without {
            absent[leaf.node] = true;
        }
        for i in (0..root).filter(|&i| !absent[i]) {
            slot[i] = children[parent[i]].len();
            children[parent[i]].push(i);
        }
        let mut size = vec![Size::default(); root + 1];
        let mut title = vec![0.0; root + 1];
        for (i, node) in drawing.nodes.iter().enumerate() {
            size[i] = turn.size(node.size.w, node.size.h);
        }
        for (i, group) in drawing.groups.iter().enumerate() {
            title[nodes + i] = group.title;
        }
        let mut tree = Self {
            nodes,
            root,
            parent,
            children,
            slot,
            size,
            title,
            routes: Vec::new(),
            inner: vec![Vec::new(); root + 1],
            through: vec![Vec::new(); root + 1],
            loops: vec![Vec::new(); root + 1],
            port_at: BTreeMap::new(),
            port_x: BTreeMap::new(),
            turn,
            variant: variant.clone(),
            below: 1.0,
            ties: Vec::new(),
            near: Vec::new(),
            wanted: vec![None; root + 1],
            straight: nodes > ROUTED.0 || drawing.edges.len() > ROUTED.1,
            rank: None,
            loose: vec![false; drawing.edges.len()],
        };
        let end = |end| match end {
            End::Node(i) if i < nodes && !absent[i] => Some(i),
            End::Group(i) if nodes + i < root => Some(nodes + i),
            _ => None,
        };
        tree.heed(drawing, end);
        for (e, edge) in drawing.edges.iter().enumerate() {
            let label = edge.label.map(|l| turn.size(l.w, l.h));
            tree.add_route(e, end(edge.from), end(edge.to), label, edge.op);
        }
        tree
    }

    /// Notes what the author asked for.
    fn heed(&mut self, drawing: &Graph, end: impl Fn(End) -> Option<usize>) {
        let ends = |list: &[End]| -> Vec<usize> { list.iter().filter_map(|&e| end(e)).collect() };
        let hints = &drawing.hints;
        self.ties = self.siblings(&ends(&hints.same_rank));
        self.near = self.siblings(&ends(&hints.near));
        for (k, b) in ends(&hints.order).into_iter().enumerate() {
            for holder in self.ancestry(b) {
                self.wanted[holder].get_or_insert(k);
            }
        }
    }

    /// The root and every group, each after the one that holds it.
    pub(super) fn groups_top_down(&self) -> Vec<usize> {
        std::iter::once(self.root).chain(self.nodes..self.root).collect()
    }

    pub(super) fn is_group(&self, b: usize) -> bool {
        b >= self.nodes
    }

    /// Room that a box takes in its row: itself and its loops.
    pub(super) fn room(&self, b: usize) -> f64 {
        self.size[b].w + self.loop_room(b)
    }

    /// Height of its loops' labels below one another, which may be higher than the box.
    #[expect(clippy::cast_precision_loss, reason = "a count of edges")]
    pub(super) fn loop_height(&self, b: usize) -> f64 {
        let highest =
            self.loops[b].iter().filter_map(|&e| self.routes[e].label).map(|l| l.h).fold(0.0, f64::max);
        // Two more: everything is rounded to whole pixels on its way.
        if highest > 0.0 { highest * self.loops[b].len() as f64 + 2.0 } else { 0.0 }
    }

    pub(super) fn loop_room(&self, b: usize) -> f64 {
        let loops = self.loops[b].iter();
        loops.map(|&e| space::LOOP + self.routes[e].label.map_or(0.0, |l| l.w + 6.0)).fold(0.0, f64::max)
    }

    fn add_route(&mut self, e: usize, from: Option<usize>, to: Option<usize>, label: Option<Size>, op: Op) {
        let (Some(from), Some(to)) = (from, to) else {
            // An end that does not exist: the edge stays, without a line.
            self.routes.push(Route { from: self.root, to: self.root, ..Route::default() });
            return;
        };
        let mut route = Route {
            from,
            to,
            label,
            op: Some(op),
            in_side: Side::Top,
            out_side: Side::Bottom,
            ..Route::default()
        };
        if from == to {
            self.loops[from].push(e);
            self.routes.push(route);
            return;
        }
        let (up, down) = (self.ancestry(from), self.ancestry(to));
        let shared = up.iter().rev().zip(down.iter().rev()).take_while(|(a, b)| a == b).count();
        let (i, j) = (up.len() - shared, down.len() - shared);
        // `up[i]` and `down[j]` are the lowest common box; it is an end itself when one end holds the other.
        if i > 0 && j > 0 {
            let level = up[i];
            route.level = Some(level);
            (route.from_child, route.to_child) = (up[i - 1], down[j - 1]);
            self.inner[level].push(e);
        }
        // An end that holds the other has no outside to it.
        for (end, depth, outgoing) in [(from, i, true), (to, j, false)] {
            if depth > 0 && self.is_group(end) {
                self.through[end].push(Through { edge: e, child: None, outgoing });
            }
        }
        let holds = usize::from(i > 0 && j > 0);
        for k in 1..=i.saturating_sub(holds) {
            self.through[up[k]].push(Through { edge: e, child: Some(up[k - 1]), outgoing: true });
        }
        for k in 1..=j.saturating_sub(holds) {
            self.through[down[k]].push(Through { edge: e, child: Some(down[k - 1]), outgoing: false });
        }
        self.routes.push(route);
    }

    /// For each two boxes that follow one another in a list, the children of their lowest common group that hold them.
    fn siblings(&self, list: &[usize]) -> Vec<(usize, usize)> {
        let pair = |w: &[usize]| {
            let (a, b) = (self.ancestry(w[0]), self.ancestry(w[1]));
            let shared = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
            let (i, j) = ((a.len() - shared).checked_sub(1)?, (b.len() - shared).checked_sub(1)?);
            Some((a[i], b[j]))
        };
        list.windows(2).filter_map(pair).collect()
    }

    /// A box, what holds it, and so on up to the root.
    pub(super) fn ancestry(&self, b: usize) -> Vec<usize> {
        let mut out = vec![b];
        let mut at = b;
        while at != self.root {
            at = self.parent[at];
            out.push(at);
        }
        out
    }
}
