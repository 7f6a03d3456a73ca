//! Places along the rows of one level, from its own left border: boxes, then the ends of edges at them. Groups inside have
//! their widths already. How high a row is, is the business of `channel`.

use super::level::{Kind, Level};
use super::order::Effort;
use super::tree::{Side, Tree};
use super::{ports, seed, space, sweep};

/// The least width and height of a group without anything in it.
pub(super) const EMPTY: f64 = 40.0;

/// Room around what a group holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) least_width: f64,
    pub(super) least_height: f64,
}

impl Frame {
    pub(super) fn new(tree: &Tree, g: usize) -> Self {
        if g == tree.root {
            let zero = 0.0;
            return Self {
                left: zero,
                right: zero,
                top: zero,
                bottom: zero,
                least_width: zero,
                least_height: zero,
            };
        }
        let band = |here| space::PAD + if here { space::TITLE } else { 0.0 };
        let side = tree.turn.title_side();
        let (left, right) = (band(side.is_none()), space::PAD);
        let (top, bottom) = (band(side == Some(Side::Top)), band(side == Some(Side::Bottom)));
        let (width, height) = (EMPTY + left + right, EMPTY + top + bottom);
        let title = tree.title[g].ceil();
        let (width, height) = match side {
            Some(_) => (width.max(title), height),
            None => (width, height.max(title)),
        };
        Self { left, right, top, bottom, least_width: width, least_height: height }
    }
}

/// Places the items of a level whose groups have been placed, and notes its width and its ports.
pub(super) fn place(tree: &mut Tree, level: &mut Level, g: usize, effort: Effort) {
    let frame = Frame::new(tree, g);
    if level.items.is_empty() {
        tree.size[g].w = frame.least_width;
        return;
    }
    for item in &mut level.items {
        if let Kind::Child(c) = item.kind {
            item.w = tree.room(c);
        }
    }
    ports::spread(tree, level);
    let mut x = best_places(level, effort);
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
    level.ends_to_level();
    let width = level.items.iter().map(|i| i.x + i.w).fold(0.0, f64::max);
    tree.size[g].w = (width + frame.right).max(frame.least_width).ceil();
    note_ports(tree, level, g);
}

/// Where a level's ports are, for the level around it.
pub(super) fn note_ports(tree: &mut Tree, level: &Level, g: usize) {
    for item in &level.items {
        if let Kind::Port(e) = item.kind {
            tree.port_x.insert((g, e), item.x);
        }
    }
}

/// The own placement, or that of layout-rs where it costs less.
fn best_places(level: &Level, effort: Effort) -> Vec<f64> {
    let mut own = sweep::places(level);
    sweep::snap(level, &mut own);
    let Some(mut other) = seed::places(level, effort.seed_limit) else { return own };
    sweep::snap(level, &mut other);
    if effort.guest || sweep::cost(level, &other) < sweep::cost(level, &own) { other } else { own }
}
