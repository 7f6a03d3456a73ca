//! Counts crossings between neighbouring rows (Barth, Jünger and Mutzel, *Simple and efficient bilayer cross counting*,
//! 2002), and between two items of a row. The ends of edges are keyed by the place of their item and, on a group, by the
//! place of the port on its border.

use super::level::{Kind, Level};
use super::tree::Tree;

/// One end of a segment, seen from the item at its other end.
#[derive(Debug, Clone, Copy)]
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
    up: Vec<Vec<End>>,
    down: Vec<Vec<End>>,
}

/// Sorted keys of an item's ends above and below.
pub(super) type Keys = [Vec<u64>; 2];

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
        let (mut up, mut down) = (vec![Vec::new(); level.items.len()], vec![Vec::new(); level.items.len()]);
        for s in &level.segments {
            let (top, bottom) = (part(s.top, s.edge), part(s.bottom, s.edge));
            down[s.top].push(End { item: number(s.bottom), at: bottom, here: top });
            up[s.bottom].push(End { item: number(s.top), at: top, here: bottom });
        }
        Self { up, down }
    }

    /// Mean place of what an item is joined to on one side.
    #[expect(clippy::cast_precision_loss, reason = "places in a row are far below 2^52")]
    pub(super) fn mean(&self, level: &Level, item: usize, above: bool) -> Option<f64> {
        let ends = if above { &self.up[item] } else { &self.down[item] };
        let sum: u64 = ends.iter().map(|e| key(level, e)).sum();
        (!ends.is_empty()).then(|| sum as f64 / ends.len() as f64)
    }

    /// Where an item's edges end above and below.
    pub(super) fn keys(&self, level: &Level, item: usize) -> Keys {
        [&self.up[item], &self.down[item]].map(|ends| {
            let mut keys: Vec<u64> = ends.iter().map(|e| key(level, e)).collect();
            keys.sort_unstable();
            keys
        })
    }

    /// Crossings of the whole level.
    pub(super) fn crossings(&self, level: &Level) -> usize {
        let mut sum = 0;
        let mut ends: Vec<(u64, u64)> = Vec::new();
        let mut counts: Vec<u32> = Vec::new();
        for (row, below) in level.rows.iter().zip(level.rows.iter().skip(1)) {
            ends.clear();
            for &item in row {
                let place = level.items[item].place as u64 * u64::from(PARTS);
                ends.extend(self.down[item].iter().map(|e| (place + u64::from(e.here), key(level, e))));
            }
            ends.sort_unstable();
            sum += inversions(&ends, below.len(), &mut counts);
        }
        sum
    }
}

fn key(level: &Level, end: &End) -> u64 {
    level.items[end.item as usize].place as u64 * u64::from(PARTS) + u64::from(end.at)
}

/// Pairs that stand the other way round below than above, given in the order above. Ends at one place above or below do
/// not cross.
fn inversions(ends: &[(u64, u64)], places: usize, counts: &mut Vec<u32>) -> usize {
    if ends.len() < 2 {
        return 0;
    }
    let mut below: Vec<u64> = ends.iter().map(|e| e.1).collect();
    below.sort_unstable();
    below.dedup();
    debug_assert!(places > 0, "ends below need items below");
    counts.clear();
    counts.resize(below.len() + 1, 0);
    let mut sum = 0;
    for (seen, end) in ends.iter().enumerate() {
        let place = below.partition_point(|b| *b < end.1) + 1;
        let (mut i, mut not_right) = (place, 0);
        while i > 0 {
            not_right += counts[i] as usize;
            i &= i - 1;
        }
        sum += seen - not_right;
        i = place;
        while i < counts.len() {
            counts[i] += 1;
            i += i & i.wrapping_neg();
        }
    }
    sum
}

/// Crossings between the edges of two neighbours when `left` stands left of `right`.
pub(super) fn crossed(left: &Keys, right: &Keys) -> usize {
    let side = |left: &[u64], right: &[u64]| {
        let (mut sum, mut below) = (0, 0);
        for l in left {
            while right.get(below).is_some_and(|r| r < l) {
                below += 1;
            }
            sum += below;
        }
        sum
    };
    side(&left[0], &right[0]) + side(&left[1], &right[1])
}

#[cfg(test)]
mod tests {
    use super::super::testing::Random;
    use super::*;

    #[test]
    fn inversions_are_those_of_every_pair() {
        for seed in 0..100 {
            let mut r = Random::new(seed);
            let mut ends: Vec<(u64, u64)> =
                (0..r.below(30)).map(|_| (r.below(8) as u64, r.below(8) as u64)).collect();
            ends.sort_unstable();
            let pairs = ends.iter().enumerate().flat_map(|(i, a)| ends[i + 1..].iter().map(move |b| (a, b)));
            let crossed = pairs.filter(|(a, b)| a.0 < b.0 && a.1 > b.1).count();
            assert_eq!(inversions(&ends, 8, &mut Vec::new()), crossed, "seed {seed}");
        }
    }
}
