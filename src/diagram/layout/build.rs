//! Builds a level: ranks, then a chain of bends from row to row for every edge. From the top down, since a border's sides
//! follow from the level above.
//!
//! Invariants: every edge joins neighbouring rows only; every edge that crosses or ends at the level's border has a port
//! there of its own; the level's title stands in the row of ports on its side.

use std::collections::BTreeMap;

use super::Size;
use super::bundle;
use super::level::{Bridge, Kind, Level};
use super::ranks::{self, Body, Bond, Wishes};
use super::shape::Page;
use super::space;
use super::tree::{Side, Tree};
use crate::diagram::drawing::Op;

/// Builds level `g` and settles the sides of the edges whose lowest common group it is.
pub(super) fn build(tree: &mut Tree, g: usize) -> Level {
    let mut level = Level::default();
    if tree.children[g].is_empty() && tree.through[g].is_empty()
        || tree.straight && tree.children[g].is_empty()
    {
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
            Way::Level { edge, from, to, label } => {
                let (from, to) = (level.item_of[from], level.item_of[to]);
                match label {
                    Some((spot, size)) => level.add_hanging(edge, [from, to], frame.row(spot), size),
                    None => level.bridges.push(Bridge { edge, from, to, from_x: 0.0, to_x: 0.0, y: 0.0 }),
                }
            }
            Way::End { edge, side } => {
                let row = if side == Side::Top { 0 } else { frame.rows - 1 };
                level.add(Kind::Port(edge), row, 0.0, 0.0);
            }
            Way::Chain { edge, upper, lower, label } => {
                let row = |child: usize| (level.item_of[child], frame.of_rank[ranks[child]]);
                let label = label.map(|(spot, size)| (frame.row(spot), size));
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
    /// Between two boxes of a row.
    Level {
        edge: usize,
        from: usize,
        to: usize,
        label: Option<(usize, Size)>,
    },
    /// It ends at the level's border from the outside.
    End {
        edge: usize,
        side: Side,
    },
    Chain {
        edge: usize,
        upper: Option<usize>,
        lower: Option<usize>,
        label: Option<(usize, Size)>,
    },
}

/// The rank of every child.
fn ranks(tree: &Tree, g: usize) -> Vec<usize> {
    let children = &tree.children[g];
    if let Some(rank) = &tree.rank {
        return children.iter().map(|&c| rank[c]).collect();
    }
    let mut bodies: Vec<Body> =
        children.iter().map(|&c| Body { size: estimate(tree, c), ..Body::default() }).collect();
    for t in &tree.through[g] {
        let route = &tree.routes[t.edge];
        let side = if t.outgoing { route.out_side } else { route.in_side };
        let Some(child) = t.child else { continue };
        let body = &mut bodies[tree.slot[child]];
        *(if side == Side::Top { &mut body.above } else { &mut body.below }) += 1;
    }
    let ends = |e: usize| (tree.slot[tree.routes[e].from_child], tree.slot[tree.routes[e].to_child]);
    let bonds: Vec<Bond> = tree.inner[g]
        .iter()
        .map(|&e| {
            let (from, to) = ends(e);
            Bond { from, to, labelled: tree.routes[e].label.is_some() }
        })
        .collect();
    // In the engine's view a picture that runs to the right is on its side.
    let wide = if tree.turn.sideways { 0.75 } else { 1.4 };
    let fold = if g == tree.root { tree.variant.fold } else { 1 };
    let slots = |&(a, b): &(usize, usize)| {
        (tree.parent[a] == g && tree.parent[b] == g).then(|| (tree.slot[a], tree.slot[b]))
    };
    let near = tree.near.iter().filter_map(slots).collect();
    let wishes = Wishes { ties: ties(tree, g), near };
    let page = Page { wide, stretch: tree.variant.stretch, wrap: tree.variant.wrap, fold };
    ranks::assign(&bodies, &bonds, &wishes, page)
}

/// So many groups that mirror each other stand side by side at most.
const PEERS: usize = 4;

/// Which children share a rank: those that the author or the variant ties, and groups that mirror each other.
fn ties(tree: &Tree, g: usize) -> Vec<(usize, usize)> {
    let slots = |&(a, b): &(usize, usize)| {
        (tree.parent[a] == g && tree.parent[b] == g).then(|| (tree.slot[a], tree.slot[b]))
    };
    let mut ties: Vec<(usize, usize)> =
        tree.ties.iter().chain(&tree.variant.ties).filter_map(slots).collect();
    if !tree.variant.peers {
        return ties;
    }
    // For each pair of groups: edges back, forth, and those that are no copies or links.
    let mut counts: BTreeMap<(usize, usize), [usize; 3]> = BTreeMap::new();
    for &e in &tree.inner[g] {
        let route = &tree.routes[e];
        if tree.is_group(route.from_child) && tree.is_group(route.to_child) {
            let (a, b) = (tree.slot[route.from_child], tree.slot[route.to_child]);
            let count = counts.entry((a.min(b), a.max(b))).or_default();
            count[usize::from(a < b)] += 1;
            count[2] += usize::from(!matches!(route.op, Some(Op::Replication | Op::Link)));
        }
    }
    let mut size: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for ((a, b), [back, forth, calls]) in counts {
        let mirror = 2 * back.min(forth) >= back.max(forth) || calls == 0;
        let of = |x: usize, size: &BTreeMap<usize, (usize, usize)>| size.get(&x).copied().unwrap_or((x, 1));
        let ((root_a, many_a), (root_b, many_b)) = (of(a, &size), of(b, &size));
        if mirror && root_a != root_b && many_a + many_b <= PEERS {
            ties.push((a, b));
            for x in 0..tree.children[g].len() {
                if [root_a, root_b].contains(&of(x, &size).0) {
                    size.insert(x, (root_a, many_a + many_b));
                }
            }
        }
    }
    ties
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
            ways.push(Way::Level { edge: e, from, to, label: route.label.map(|size| (before(a + 1), size)) });
            continue;
        }
        let upwards = a > b;
        (route.out_side, route.in_side) =
            if upwards { (Side::Top, Side::Bottom) } else { (Side::Bottom, Side::Top) };
        let label = route.label.map(|size| (spot(a.min(b), a.max(b)), size));
        let (upper, lower) = if upwards { (to, from) } else { (from, to) };
        ways.push(Way::Chain { edge: e, upper: Some(upper), lower: Some(lower), label });
    }
    for t in &tree.through[g] {
        let route = &tree.routes[t.edge];
        let side = if t.outgoing { route.out_side } else { route.in_side };
        let Some(child) = t.child else {
            ways.push(Way::End { edge: t.edge, side });
            continue;
        };
        let at = ranks[tree.slot[child]];
        let child = Some(tree.slot[child]);
        let (upper, lower) = if side == Side::Top { (None, child) } else { (child, None) };
        // An edge between a group and what it holds has no common level: its label is told here.
        let last = route.from == g || route.to == g;
        let gap = if side == Side::Top { at } else { at + 1 };
        let label = if last { route.label.map(|size| (before(gap), size)) } else { None };
        ways.push(Way::Chain { edge: t.edge, upper, lower, label });
    }
    ways
}

/// Where a label lies: `2 i` is a row of labels before rank `i`, `2 i + 1` the row of that rank.
fn before(rank: usize) -> usize {
    2 * rank
}

/// The middle between two ranks.
fn spot(upper: usize, lower: usize) -> usize {
    if upper + 1 == lower { before(lower) } else { 2 * usize::midpoint(upper, lower) + 1 }
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
            let label = match *way {
                Way::End { side, .. } => {
                    ports[usize::from(side == Side::Bottom)] = true;
                    None
                }
                Way::Level { label, .. } => label,
                Way::Chain { upper, lower, label, .. } => {
                    ports[0] |= upper.is_none();
                    ports[1] |= lower.is_none();
                    label
                }
            };
            if let Some((spot, _)) = label.filter(|l| l.0 % 2 == 0) {
                labelled[spot / 2] = true;
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

    fn row(&self, spot: usize) -> usize {
        if spot.is_multiple_of(2) { self.of_gap[spot / 2] } else { self.of_rank[spot / 2] }
    }
}
