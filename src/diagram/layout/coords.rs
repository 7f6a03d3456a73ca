//! Gives a level its coordinates, from its own top left corner: places along the rows, ports, then heights.

use super::channel;
use super::level::{Kind, Level};
use super::ports;
use super::seed;
use super::space;
use super::straighten;
use super::sweep;
use super::tree::{Side, Size, Tree};

/// The least size of a group without anything in it.
const EMPTY: f64 = 40.0;

/// Places a level whose groups have been placed, and notes its size and its ports.
pub(super) fn place(tree: &mut Tree, level: &mut Level, g: usize, seed_limit: usize) {
    let frame = Frame::new(tree, g);
    if level.items.is_empty() {
        tree.size[g] = frame.close(tree, g, EMPTY, EMPTY);
        return;
    }
    for item in &mut level.items {
        if let Kind::Child(c) = item.kind {
            (item.w, item.h) = (tree.room(c), tree.size[c].h);
        }
    }
    ports::spread(tree, level);
    let mut x = best_places(level, seed_limit);
    let least = x.iter().copied().fold(f64::INFINITY, f64::min);
    // A title stands first in its row: there is nothing to its left, and everything that it leaves is room.
    for (item, x) in level.items.iter().zip(&mut x) {
        if item.kind == Kind::Title {
            *x = least;
        }
    }
    for (item, x) in level.items.iter_mut().zip(&x) {
        item.x = x - least + frame.left;
    }
    to_level(level);
    straighten::straighten(tree, level);
    let width = level.items.iter().map(|i| i.x + i.w).fold(0.0, f64::max);
    let width = place_bridge_labels(tree, level, frame.left, width);
    let height = channel::heights(tree, level, g, frame.top, frame.bottom);
    for item in &level.items {
        if let Kind::Port(e) = item.kind {
            tree.port_x.insert((g, e), item.x);
        }
    }
    tree.size[g] = frame.close(tree, g, width - frame.left, height - frame.top - frame.bottom);
}

/// Room around what a group holds.
struct Frame {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Frame {
    fn new(tree: &Tree, g: usize) -> Self {
        if g == tree.root {
            return Self { left: 0.0, right: 0.0, top: 0.0, bottom: 0.0 };
        }
        let band = |here| space::PAD + if here { space::TITLE } else { 0.0 };
        Self {
            left: band(tree.turn.title_side().is_none()),
            right: space::PAD,
            top: band(tree.turn.title_side() == Some(Side::Top)),
            bottom: band(tree.turn.title_side() == Some(Side::Bottom)),
        }
    }

    fn close(&self, tree: &Tree, g: usize, w: f64, h: f64) -> Size {
        let (mut w, mut h) = (w + self.left + self.right, h + self.top + self.bottom);
        if tree.turn.sideways {
            h = h.max(tree.title[g]);
        } else {
            w = w.max(tree.title[g]);
        }
        Size { w: w.ceil(), h: h.ceil() }
    }
}

/// The own placement, or that of layout-rs where it costs less.
fn best_places(level: &Level, seed_limit: usize) -> Vec<f64> {
    let mut own = sweep::places(level);
    sweep::snap(level, &mut own);
    let Some(mut other) = seed::places(level, seed_limit) else { return own };
    sweep::snap(level, &mut other);
    if sweep::cost(level, &other) < sweep::cost(level, &own) { other } else { own }
}

/// Sets the labels of bridges in their middle, inside the level; returns how far right they reach.
fn place_bridge_labels(tree: &Tree, level: &mut Level, left: f64, right: f64) -> f64 {
    let mut reach = right;
    for b in &mut level.bridges {
        let w = tree.routes[b.edge].label.map_or(0.0, |l| l.w);
        let middle = (b.from_x + b.to_x) / 2.0 - w / 2.0;
        b.label_x = middle.min(right - w).max(left).round();
        reach = reach.max(b.label_x + w);
    }
    reach
}

/// Ends of edges from their box's left to the level's.
fn to_level(level: &mut Level) {
    for s in &mut level.segments {
        s.top_x += level.items[s.top].x;
        s.bottom_x += level.items[s.bottom].x;
    }
    for b in &mut level.bridges {
        b.from_x += level.items[b.from].x;
        b.to_x += level.items[b.to].x;
    }
}
