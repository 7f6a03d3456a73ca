//! Counts crossings between neighbouring rows (as Barth, Jünger and Mutzel, *Simple and efficient bilayer cross counting*,
//! 2002, by the inversions of the ends below), and between two items of a row. The ends of edges are keyed by the place of
//! their item and, on a group, by the place of the port on its border.

use super::level::{Kind, Level};
use super::tree::Tree;

/// One end of a segment, seen from the item at its other end.
#[derive(Debug, Clone, Copy, Default)]
struct End {
    item: u32,
    /// How far along its item it stands, of [`PARTS`].
    at: u32,
    /// The same for the end at this item.
    here: u32,
}

const PARTS: u32 = 1 << 12;

/// The segments of a level for counting.
#[derive(Debug)]
pub(super) struct Web {
    up: Ends,
    down: Ends,
}

/// The ends of each item, one after the other.
#[derive(Debug, Default)]
struct Ends {
    start: Vec<usize>,
    list: Vec<End>,
}

impl Ends {
    fn new(items: usize, ends: &[(usize, End)]) -> Self {
        let mut start = vec![0; items + 2];
        for (item, _) in ends {
            start[item + 2] += 1;
        }
        for i in 2..start.len() {
            start[i] += start[i - 1];
        }
        let mut list = vec![End::default(); ends.len()];
        for &(item, end) in ends {
            list[start[item + 1]] = end;
            start[item + 1] += 1;
        }
        start.pop();
        Self { start, list }
    }

    fn of(&self, item: usize) -> &[End] {
        &self.list[self.start[item]..self.start[item + 1]]
    }
}

/// Sorted keys of the ends of a row's items, above and below.
#[derive(Debug, Default)]
pub(super) struct Keys {
    start: Vec<usize>,
    list: Vec<u64>,
}

impl Keys {
    fn of(&self, slot: usize, side: usize) -> &[u64] {
        &self.list[self.start[2 * slot + side]..self.start[2 * slot + side + 1]]
    }

    /// Crossings between the edges of two neighbours, by their places when the keys were filled, when `left` stands left of
    /// `right`.
    pub(super) fn crossed(&self, left: usize, right: usize) -> usize {
        inverted(self.of(left, 0), self.of(right, 0)) + inverted(self.of(left, 1), self.of(right, 1))
    }
}

impl Web {
    pub(super) fn new(tree: &Tree, level: &Level) -> Self {
        let part = |item: usize, edge: usize| match level.items[item].kind {
            Kind::Child(c) if tree.is_group(c) => {
                let at = tree.port_at.get(&(c, edge)).copied().unwrap_or(0.5);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "between 0 and 4096"
                )]
                {
                    (at * f64::from(PARTS)) as u32
                }
            }
            _ => PARTS / 2,
        };
        let number = |item: usize| u32::try_from(item).unwrap_or(u32::MAX);
        let (mut up, mut down) = (Vec::new(), Vec::new());
        for s in &level.segments {
            let (top, bottom) = (part(s.top, s.edge), part(s.bottom, s.edge));
            down.push((s.top, End { item: number(s.bottom), at: bottom, here: top }));
            up.push((s.bottom, End { item: number(s.top), at: top, here: bottom }));
        }
        Self { up: Ends::new(level.items.len(), &up), down: Ends::new(level.items.len(), &down) }
    }

    /// Edges that leave an item downwards.
    pub(super) fn below(&self, item: usize) -> usize {
        self.down.of(item).len()
    }

    /// Mean place of what an item is joined to on one side.
    #[expect(clippy::cast_precision_loss, reason = "places in a row are far below 2^52")]
    pub(super) fn mean(&self, place: &[u32], item: usize, above: bool) -> Option<f64> {
        let ends = if above { self.up.of(item) } else { self.down.of(item) };
        let sum: u64 = ends.iter().map(|e| key(place, e)).sum();
        (!ends.is_empty()).then(|| sum as f64 / ends.len() as f64)
    }

    /// Notes where the edges of a row's items end.
    pub(super) fn fill(&self, keys: &mut Keys, row: &[usize], place: &[u32]) {
        keys.start.clear();
        keys.list.clear();
        keys.start.push(0);
        for &item in row {
            for ends in [self.up.of(item), self.down.of(item)] {
                let from = keys.list.len();
                keys.list.extend(ends.iter().map(|e| key(place, e)));
                keys.list[from..].sort_unstable();
                keys.start.push(keys.list.len());
            }
        }
    }

    /// Crossings of the whole level.
    pub(super) fn crossings(&self, rows: &[Vec<usize>], place: &[u32]) -> usize {
        let mut sum = 0;
        let (mut ends, mut keys, mut room) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows {
            keys.clear();
            for &item in row {
                ends.clear();
                ends.extend(self.down.of(item).iter().map(|e| (e.here, key(place, e))));
                ends.sort_unstable();
                keys.extend(ends.iter().map(|e: &(u32, u64)| e.1));
            }
            sum += inversions(&mut keys, &mut room);
        }
        sum
    }
}

fn key(place: &[u32], end: &End) -> u64 {
    u64::from(place[end.item as usize]) * u64::from(PARTS) + u64::from(end.at)
}

/// Pairs in the wrong order; sorts the list.
pub(super) fn inversions(list: &mut [u64], room: &mut Vec<u64>) -> usize {
    if list.len() <= 24 {
        let mut sum = 0;
        for i in 1..list.len() {
            let (mut at, key) = (i, list[i]);
            while at > 0 && list[at - 1] > key {
                list[at] = list[at - 1];
                at -= 1;
            }
            list[at] = key;
            sum += i - at;
        }
        return sum;
    }
    let (left, right) = list.split_at_mut(list.len() / 2);
    let mut sum = inversions(left, room) + inversions(right, room);
    room.clear();
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        if left[i] <= right[j] {
            room.push(left[i]);
            i += 1;
        } else {
            room.push(right[j]);
            j += 1;
            sum += left.len() - i;
        }
    }
    room.extend_from_slice(&left[i..]);
    room.extend_from_slice(&right[j..]);
    list.copy_from_slice(room);
    sum
}

/// Pairs of which the one on the left ends right of the one on the right; both sorted.
fn inverted(left: &[u64], right: &[u64]) -> usize {
    let (mut sum, mut below) = (0, 0);
    for l in left {
        while right.get(below).is_some_and(|r| r < l) {
            below += 1;
        }
        sum += below;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::super::testing::Random;
    use super::*;

    #[test]
    fn inversions_are_those_of_every_pair() {
        for seed in 0..100 {
            let mut r = Random::new(seed);
            let mut list: Vec<u64> = (0..r.below(120)).map(|_| r.below(30) as u64).collect();
            let pairs = list.iter().enumerate().flat_map(|(i, a)| list[i + 1..].iter().map(move |b| (a, b)));
            let wrong = pairs.filter(|(a, b)| a > b).count();
            assert_eq!(inversions(&mut list, &mut Vec::new()), wrong, "seed {seed}");
            assert!(list.is_sorted());
        }
    }

    #[test]
    fn two_items_cross_as_often_as_their_ends_do() {
        assert_eq!(inverted(&[1, 5, 9], &[0, 5, 6]), 1 + 1 + 3);
        assert_eq!(inverted(&[], &[1]), 0);
    }
}
