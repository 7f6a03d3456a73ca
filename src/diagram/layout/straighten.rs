//! Takes bends out of a placed level: ends slide along their nodes, items and straight runs of items move within the room
//! that their neighbours leave, wherever that makes edges straighter.

use super::level::{Item, Kind, Level};
use super::ports::{self, Stub};
use super::sweep::weight;
use super::tree::{Side, Tree};

/// What a bend costs, in pixels of detour.
const BEND: f64 = 24.0;
/// A run with more items than this stays where it is.
const LONGEST_RUN: usize = 60;
const ROUNDS: usize = 4;
/// Levels with more items get one round.
const LARGE: usize = 1500;

/// Straightens the edges of a level whose items and ends have their places; what is held stays (no entry: it is not).
pub(super) fn straighten(tree: &Tree, level: &mut Level, held: &[bool]) {
    let left = level.items.iter().map(|i| i.x).fold(f64::INFINITY, f64::min);
    let right = level.items.iter().map(|i| i.x + i.w).fold(f64::NEG_INFINITY, f64::max);
    let room = (left, right);
    let rounds = if level.items.len() > LARGE { 1 } else { ROUNDS };
    let mut run = Run { items: Vec::new(), mark: vec![0; level.items.len()], number: 0 };
    for round in 0..rounds {
        // First boxes move by their middles, which looks best, then ends slide to what is left.
        if round > 0 {
            slide_all(tree, level);
        }
        let mut moved = false;
        for item in 0..level.items.len() {
            // Ports stay where the level around this one expects them.
            if matches!(level.items[item].kind, Kind::Title | Kind::Port(_)) {
                continue;
            }
            for reach in [Reach::Alone, Reach::Bends, Reach::All] {
                run.grow(level, item, reach);
                let free = run.items.len() <= LONGEST_RUN && run.is_free(level, held);
                moved |= free && try_run(level, &run, room);
            }
        }
        if !moved && round > 0 {
            break;
        }
    }
    slide_all(tree, level);
}

/// What moves with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Alone,
    /// The bends and labels that hang on it by straight edges.
    Bends,
    /// The boxes as well.
    All,
}

/// Items that move together; an item is in it when it has the run's number.
struct Run {
    items: Vec<usize>,
    mark: Vec<usize>,
    number: usize,
}

impl Run {
    fn holds(&self, item: usize) -> bool {
        self.mark[item] == self.number
    }

    fn is_free(&self, level: &Level, held: &[bool]) -> bool {
        let stays = |i: usize| matches!(level.items[i].kind, Kind::Port(_)) || held.get(i) == Some(&true);
        !self.items.iter().any(|&i| stays(i))
    }

    fn grow(&mut self, level: &Level, item: usize, reach: Reach) {
        self.number += 1;
        self.mark[item] = self.number;
        self.items.clear();
        self.items.push(item);
        let mut at = 0;
        while reach != Reach::Alone && at < self.items.len() && self.items.len() <= LONGEST_RUN {
            let Item { up, down, .. } = &level.items[self.items[at]];
            for &s in up.iter().chain(down) {
                let segment = &level.segments[s];
                let other = if segment.top == self.items[at] { segment.bottom } else { segment.top };
                let straight = (segment.top_x - segment.bottom_x).abs() < 0.5;
                if straight && (reach == Reach::All || !level.is_box(other)) && !self.holds(other) {
                    self.mark[other] = self.number;
                    self.items.push(other);
                }
            }
            at += 1;
        }
    }
}

/// Moves a run to where its edges are straightest; says whether it moved.
fn try_run(level: &mut Level, run: &Run, room: (f64, f64)) -> bool {
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    // Per edge that leaves the run: how far right of its end in the run the other end lies, and its weight.
    let mut pulls = Vec::new();
    for &item in &run.items {
        let it = &level.items[item];
        let row = &level.rows[it.row];
        (low, high) = (low.max(room.0 - it.x), high.min(room.1 - it.x - it.w));
        if let Some(&left) = it.place.checked_sub(1).and_then(|p| row.get(p)).filter(|l| !run.holds(**l)) {
            let limit = level.items[left].x + level.items[left].w + level.gap(left, item);
            low = low.max(limit - it.x);
        }
        if let Some(&right) = row.get(it.place + 1).filter(|r| !run.holds(**r)) {
            high = high.min(level.items[right].x - it.x - it.w - level.gap(item, right));
        }
        for &s in &it.up {
            let s = &level.segments[s];
            if !run.holds(s.top) {
                pulls.push((s.top_x - s.bottom_x, weight(level, s.top, s.bottom)));
            }
        }
        for &s in &it.down {
            let s = &level.segments[s];
            if !run.holds(s.bottom) {
                pulls.push((s.bottom_x - s.top_x, weight(level, s.top, s.bottom)));
            }
        }
    }
    let cost = |shift: f64| -> f64 {
        let one = |&(d, w): &(f64, f64)| {
            let bent = (d - shift).abs();
            w * (bent + if bent > 0.5 { BEND } else { 0.0 })
        };
        pulls.iter().map(one).sum()
    };
    let mut best = (cost(0.0) - 1.0, 0.0);
    for &(shift, _) in &pulls {
        if shift != 0.0 && shift >= low && shift <= high && cost(shift) < best.0 {
            best = (cost(shift), shift);
        }
    }
    if best.1 == 0.0 {
        return false;
    }
    for &item in &run.items {
        shift(level, item, best.1);
    }
    true
}

/// Moves an item and the ends of edges at it.
pub(super) fn shift(level: &mut Level, item: usize, by: f64) {
    let Level { items, segments, bridges, bridges_at, .. } = level;
    items[item].x += by;
    for &s in &items[item].up {
        segments[s].bottom_x += by;
    }
    for &s in &items[item].down {
        segments[s].top_x += by;
    }
    for &b in &bridges_at[item] {
        let bridge = &mut bridges[b];
        *(if bridge.from == item { &mut bridge.from_x } else { &mut bridge.to_x }) += by;
    }
}

/// Slides the ends at nodes, whose ports are free, towards their other ends.
pub(super) fn slide_all(tree: &Tree, level: &mut Level) {
    for item in 0..level.items.len() {
        let Kind::Child(child) = level.items[item].kind else { continue };
        if tree.is_group(child) {
            continue;
        }
        let (left, w) = (level.items[item].x, tree.size[child].w);
        for side in [Side::Top, Side::Bottom] {
            let stubs = ports::stubs(tree, level, item, side);
            let slots = ports::slots(level, &stubs);
            slide(level, &slots, left, w);
        }
    }
}

/// Ends in order, apart, inside the side, each block of them at its median wish.
#[expect(clippy::cast_precision_loss, reason = "a count of edges")]
fn slide(level: &mut Level, slots: &[Vec<Stub>], left: f64, w: f64) {
    let Some(gaps) = slots.len().checked_sub(1) else { return };
    let margin = (w / 4.0).min(10.0);
    let apart = if gaps > 0 { ((w - 2.0 * margin) / gaps as f64).min(14.0) } else { 0.0 };
    let low = left + margin;
    let high = (left + w - margin - apart * gaps as f64).max(low);
    let mut blocks: Vec<Vec<f64>> = Vec::new();
    let median = |block: &[f64]| block[(block.len() - 1) / 2];
    for (k, slot) in slots.iter().enumerate() {
        let mut wants = Vec::with_capacity(slot.len());
        for stub in slot {
            wants.push(match *stub {
                Stub::Top(s) => level.segments[s].bottom_x,
                Stub::Bottom(s) => level.segments[s].top_x,
                Stub::From(_) | Stub::To(_) => *stub.x(level),
            });
        }
        wants.sort_by(f64::total_cmp);
        let want = median(&wants);
        blocks.push(vec![(want - apart * k as f64).clamp(low, high)]);
        while let [.., a, b] = &mut blocks[..] {
            if median(a) <= median(b) {
                break;
            }
            a.append(b);
            a.sort_by(f64::total_cmp);
            blocks.pop();
        }
    }
    let mut k = 0;
    for block in &blocks {
        let at = median(block);
        for _ in block {
            for stub in &slots[k] {
                *stub.x(level) = (at + apart * k as f64).round();
            }
            k += 1;
        }
    }
}
