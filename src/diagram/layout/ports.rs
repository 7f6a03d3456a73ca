//! Where edges leave and enter boxes: their order along each side, and how far from the box's left they stand.

use std::collections::BTreeMap;

use super::level::{Kind, Level};
use super::tree::{Side, Tree};

/// One end of a stretch, at a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stub {
    /// The upper end of a segment, at the bottom of its box.
    Top(usize),
    /// The lower end of a segment.
    Bottom(usize),
    /// The start of a bridge.
    From(usize),
    /// The end of a bridge.
    To(usize),
}

impl Stub {
    pub(super) fn edge(self, level: &Level) -> usize {
        match self {
            Self::Top(s) | Self::Bottom(s) => level.segments[s].edge,
            Self::From(b) | Self::To(b) => level.bridges[b].edge,
        }
    }

    fn bundle(self, level: &Level) -> Option<usize> {
        match self {
            Self::Top(s) | Self::Bottom(s) => level.segments[s].bundle,
            Self::From(_) | Self::To(_) => None,
        }
    }

    pub(super) fn x(self, level: &mut Level) -> &mut f64 {
        match self {
            Self::Top(s) => &mut level.segments[s].top_x,
            Self::Bottom(s) => &mut level.segments[s].bottom_x,
            Self::From(b) => &mut level.bridges[b].from_x,
            Self::To(b) => &mut level.bridges[b].to_x,
        }
    }
}

/// Place of a segment's upper end in its row, with the part of its box that it stands at.
pub(super) fn top_key(tree: &Tree, level: &Level, s: usize) -> f64 {
    key(tree, level, level.segments[s].top, level.segments[s].edge)
}

/// The same for its lower end.
pub(super) fn bottom_key(tree: &Tree, level: &Level, s: usize) -> f64 {
    key(tree, level, level.segments[s].bottom, level.segments[s].edge)
}

#[expect(clippy::cast_precision_loss, reason = "places in a row are far below 2^52")]
fn key(tree: &Tree, level: &Level, item: usize, edge: usize) -> f64 {
    let item = &level.items[item];
    let part = match item.kind {
        Kind::Child(c) if tree.is_group(c) => tree.port_at.get(&(c, edge)).copied().unwrap_or(0.5),
        _ => 0.5,
    };
    item.place as f64 + part
}

/// The ends at a side of a box, from left to right as their other ends would have it.
pub(super) fn stubs(tree: &Tree, level: &Level, item: usize, side: Side) -> Vec<Stub> {
    let it = &level.items[item];
    let mut keyed: Vec<(f64, Stub)> = match side {
        Side::Top => it.up.iter().map(|&s| (top_key(tree, level, s), Stub::Bottom(s))).collect(),
        Side::Bottom => it.down.iter().map(|&s| (bottom_key(tree, level, s), Stub::Top(s))).collect(),
    };
    if side == Side::Bottom {
        for &b in &level.bridges_at[item] {
            let bridge = &level.bridges[b];
            let (other, stub) =
                if bridge.from == item { (bridge.to, Stub::From(b)) } else { (bridge.from, Stub::To(b)) };
            keyed.push((bridge_key(it.place, level.items[other].place), stub));
        }
    }
    gather(level, &mut keyed);
    keyed.into_iter().map(|k| k.1).collect()
}

/// Sorts ends by their keys, those of a trunk together at their mean.
#[expect(clippy::cast_precision_loss, reason = "a count of edges")]
fn gather(level: &Level, keyed: &mut [(f64, Stub)]) {
    let mut sums: BTreeMap<usize, (f64, usize)> = BTreeMap::new();
    for (key, stub) in keyed.iter() {
        if let Some(b) = stub.bundle(level) {
            let sum = sums.entry(b).or_default();
            *sum = (sum.0 + key, sum.1 + 1);
        }
    }
    for (key, stub) in keyed.iter_mut() {
        if let Some((sum, count)) = stub.bundle(level).and_then(|b| sums.get(&b)) {
            *key = sum / *count as f64;
        }
    }
    let rest = |s: Stub| (s.bundle(level), s.edge(level));
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| rest(a.1).cmp(&rest(b.1))));
}

/// Ends that share a port, from left to right.
pub(super) fn slots(level: &Level, stubs: &[Stub]) -> Vec<Vec<Stub>> {
    let mut out: Vec<Vec<Stub>> = Vec::new();
    for &stub in stubs {
        let bundle = stub.bundle(level);
        match out.last_mut() {
            Some(slot) if bundle.is_some() && slot.iter().all(|s| s.bundle(level) == bundle) => {
                slot.push(stub)
            }
            _ => out.push(vec![stub]),
        }
    }
    out
}

/// Bridges stand outside of all else, the shorter ones outermost, so that they nest.
#[expect(clippy::cast_precision_loss, reason = "places in a row are far below 2^52")]
fn bridge_key(here: usize, other: usize) -> f64 {
    let far = 1e9 - other as f64;
    if other > here { far } else { -1e9 - other as f64 }
}

/// The order that the level around `g` asks of its borders.
pub(super) fn wanted(tree: &Tree, around: &Level, g: usize) -> [Vec<usize>; 2] {
    let Some(&item) = around.item_of.get(tree.slot[g]) else { return Default::default() };
    [Side::Top, Side::Bottom]
        .map(|side| stubs(tree, around, item, side).into_iter().map(|s| s.edge(around)).collect())
}

/// Notes the order of a level's own ports for the level around it.
pub(super) fn record(tree: &mut Tree, level: &Level, g: usize) {
    for (side, row) in [(0, level.rows.first()), (1, level.rows.last())] {
        let Some(row) = row.filter(|_| level.port_rows[side]) else { continue };
        let edges: Vec<usize> = row
            .iter()
            .filter_map(|&i| match level.items[i].kind {
                Kind::Port(e) => Some(e),
                _ => None,
            })
            .collect();
        #[expect(clippy::cast_precision_loss, reason = "a count of edges")]
        for (i, &e) in edges.iter().enumerate() {
            tree.port_at.insert((g, e), (i + 1) as f64 / (edges.len() + 1) as f64);
        }
    }
}

/// Sets every end's distance from its item's left.
pub(super) fn spread(tree: &Tree, level: &mut Level) {
    for item in 0..level.items.len() {
        for side in [Side::Top, Side::Bottom] {
            let stubs = stubs(tree, level, item, side);
            let Kind::Child(child) = level.items[item].kind else {
                // A label that hangs between two boxes is held at its two ends.
                let w = level.items[item].w;
                let hangs = side == Side::Top && level.items[item].down.is_empty() && stubs.len() == 2;
                for (k, stub) in stubs.into_iter().enumerate() {
                    *stub.x(level) = match k {
                        _ if !hangs => (w / 2.0).round(),
                        0 => 0.0,
                        _ => w.floor(),
                    };
                }
                continue;
            };
            if tree.is_group(child) {
                spread_on_group(tree, level, child, &stubs);
            } else {
                let w = tree.size[child].w;
                let slots = slots(level, &stubs);
                for (k, slot) in slots.iter().enumerate() {
                    for stub in slot {
                        *stub.x(level) = evenly(w, k, slots.len());
                    }
                }
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of edges")]
fn evenly(w: f64, k: usize, count: usize) -> f64 {
    let step = (w / (count as f64 + 0.5)).min(28.0);
    (w / 2.0 + (k as f64 - (count as f64 - 1.0) / 2.0) * step).round()
}

/// Ports of what is inside have their place.
fn spread_on_group(tree: &Tree, level: &mut Level, child: usize, stubs: &[Stub]) {
    for &stub in stubs {
        let at = tree.port_x.get(&(child, stub.edge(level))).copied();
        debug_assert!(at.is_some(), "every edge at a group's border has a port there");
        *stub.x(level) = at.unwrap_or_else(|| (tree.size[child].w / 2.0).round());
    }
}
