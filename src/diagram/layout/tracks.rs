//! Orders the level stretches of the edges in the room between two rows, so that they cross seldom and never lie on one
//! another; where every order would lay two edges on one another, a stretch is split and goes on along a free column
//! (Sander, *Layout of directed hypergraphs with orthogonal hyperedges*, 2004). It knows columns and tracks, no heights.
//!
//! Invariants: stretches of one track keep their distance; where one stretch leaves downwards in the column that another
//! comes down in, it lies below that other.

use std::collections::BTreeSet;

/// A level stretch that needs a track.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Stretch {
    /// Where it goes up to the row above, and down to the one below; sorted.
    pub(super) ups: Vec<f64>,
    pub(super) downs: Vec<f64>,
}

/// The track of a stretch, 0 at the top; of a split one the upper, the column, and the lower.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Track {
    pub(super) at: usize,
    pub(super) split: Option<(f64, usize)>,
}

/// Between two stretches of a track.
const CLEAR: f64 = 8.0;
/// Columns nearer than this look like one.
const SAME: f64 = 3.0;
/// A column for the split of a stretch should be so far from the others.
const FREE: f64 = 6.0;
/// With more stretches the order is not refined.
const MANY: usize = 400;

/// A track for each stretch; `columns` are all the others in the room that something runs straight down in, and `room`
/// its left and right end.
pub(super) fn assign(stretches: &[Stretch], columns: &[f64], room: (f64, f64)) -> Vec<Track> {
    let mut pieces: Vec<Piece> =
        stretches.iter().enumerate().map(|(i, s)| Piece::new(s.clone(), i)).collect();
    let mut taken: Vec<f64> = columns.to_vec();
    taken.extend(stretches.iter().flat_map(|s| s.ups.iter().chain(&s.downs)));
    taken.sort_by(f64::total_cmp);
    let below = loop {
        let below = forced(&pieces);
        match in_a_circle(&pieces, &below) {
            None => break below,
            Some(piece) => split(&mut pieces, piece, &mut taken, room),
        }
    };
    let track = pack(&pieces, &order(&pieces, &below));
    let mut out = vec![Track::default(); stretches.len()];
    for (piece, &t) in pieces.iter().zip(&track) {
        match piece.part {
            Part::Whole | Part::Upper(_) => out[piece.of].at = t,
            Part::Lower(_) => {}
        }
    }
    for (piece, &t) in pieces.iter().zip(&track) {
        if let Part::Lower(column) = piece.part {
            out[piece.of].split = Some((column, t));
        }
    }
    out
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Whole,
    Upper(f64),
    Lower(f64),
}

#[derive(Debug, Clone)]
struct Piece {
    low: f64,
    high: f64,
    stretch: Stretch,
    of: usize,
    part: Part,
}

impl Piece {
    fn new(stretch: Stretch, of: usize) -> Self {
        let all = || stretch.ups.iter().chain(&stretch.downs).copied();
        let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
        Self { low, high, stretch, of, part: Part::Whole }
    }
}

/// For each piece those that must lie below it.
fn forced(pieces: &[Piece]) -> Vec<Vec<usize>> {
    let mut ups: Vec<(f64, usize)> =
        pieces.iter().enumerate().flat_map(|(i, p)| p.stretch.ups.iter().map(move |&x| (x, i))).collect();
    ups.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut below = vec![Vec::new(); pieces.len()];
    for (i, piece) in pieces.iter().enumerate() {
        for &x in &piece.stretch.downs {
            let from = ups.partition_point(|u| u.0 <= x - SAME);
            for &(_, other) in ups[from..].iter().take_while(|u| u.0 < x + SAME) {
                match (piece.of == pieces[other].of, piece.part, pieces[other].part) {
                    (true, Part::Upper(_), Part::Lower(_)) => below[i].push(other),
                    (true, ..) => {}
                    (false, ..) => below[other].push(i),
                }
            }
        }
    }
    below
}

/// The widest piece of some circle of pieces that must each lie below the one before.
fn in_a_circle(pieces: &[Piece], below: &[Vec<usize>]) -> Option<usize> {
    let n = pieces.len();
    let mut open = vec![0_usize; n];
    for &b in below.iter().flatten() {
        open[b] += 1;
    }
    let mut ready: Vec<usize> = (0..n).filter(|&i| open[i] == 0).collect();
    let mut done = vec![false; n];
    while let Some(i) = ready.pop() {
        done[i] = true;
        for &b in &below[i] {
            open[b] -= 1;
            if open[b] == 0 {
                ready.push(b);
            }
        }
    }
    // Whatever is left has something left above it: going up from it ends in a circle.
    let mut above = vec![usize::MAX; n];
    for i in (0..n).filter(|&i| !done[i]) {
        for &b in &below[i] {
            above[b] = i;
        }
    }
    let mut at = (0..n).find(|&i| !done[i])?;
    let mut seen = vec![false; n];
    while !std::mem::replace(&mut seen[at], true) {
        at = above[at];
    }
    let first = at;
    let mut widest = at;
    loop {
        at = above[at];
        if pieces[at].part == Part::Whole
            && pieces[at].high - pieces[at].low > pieces[widest].high - pieces[widest].low
        {
            widest = at;
        }
        if at == first {
            return Some(widest);
        }
    }
}

/// Splits a piece into one that keeps its ends above and one that keeps those below, joined in a column of their own.
fn split(pieces: &mut Vec<Piece>, piece: usize, taken: &mut Vec<f64>, room: (f64, f64)) {
    let Piece { low, high, stretch, of, .. } = pieces[piece].clone();
    let column = free_column(taken, (low, high), room);
    let at = taken.partition_point(|&t| t < column);
    taken.insert(at, column);
    let upper = Piece::new(Stretch { ups: stretch.ups, downs: vec![column] }, of);
    let lower = Piece::new(Stretch { ups: vec![column], downs: stretch.downs }, of);
    pieces[piece] = Piece { part: Part::Upper(column), ..upper };
    pieces.push(Piece { part: Part::Lower(column), ..lower });
}

/// A column far enough from all others, near the middle of a stretch; else the middle of the widest gap.
fn free_column(taken: &[f64], (low, high): (f64, f64), room: (f64, f64)) -> f64 {
    let middle = f64::midpoint(low, high);
    let bounds = std::iter::once(room.0 - FREE).chain(taken.iter().copied()).chain([room.1 + FREE]);
    let bounds: Vec<f64> = bounds.collect();
    let mut near: Option<(f64, f64)> = None;
    let mut widest = (0.0, middle);
    for gap in bounds.windows(2) {
        let (a, b) = (gap[0], gap[1]);
        if b - a > widest.0 {
            widest = (b - a, f64::midpoint(a, b));
        }
        if b - a >= 2.0 * FREE {
            let at = middle.clamp((a + FREE).ceil().min(b - FREE), (b - FREE).floor().max(a + FREE)).round();
            if near.is_none_or(|n| (at - middle).abs() < (n.1 - middle).abs()) {
                near = Some((b - a, at));
            }
        }
    }
    near.map_or(widest.1, |n| n.1)
}

/// Crossings if `upper` lies above `lower`.
fn crossed(upper: &Piece, lower: &Piece) -> i64 {
    let inside = |p: &Piece, x: f64| x > p.low - 0.5 && x < p.high + 0.5;
    let downs = upper.stretch.downs.iter().filter(|&&x| inside(lower, x)).count();
    let ups = lower.stretch.ups.iter().filter(|&&x| inside(upper, x)).count();
    i64::try_from(downs + ups).unwrap_or(0)
}

/// The pieces from the top to the bottom: of those with nothing forced above them, the one that costs least above all
/// that are left.
fn order(pieces: &[Piece], below: &[Vec<usize>]) -> Vec<usize> {
    let n = pieces.len();
    let mut open = vec![0_usize; n];
    for &b in below.iter().flatten() {
        open[b] += 1;
    }
    // What it costs to put a piece above the rest, less what it costs to put it below.
    let mut balance = vec![0_i64; n];
    let mut near: Vec<Vec<(usize, i64)>> = vec![Vec::new(); n];
    if n <= MANY {
        let mut by_low: Vec<usize> = (0..n).collect();
        by_low.sort_by(|&a, &b| pieces[a].low.total_cmp(&pieces[b].low).then(a.cmp(&b)));
        for (k, &a) in by_low.iter().enumerate() {
            for &b in by_low[k + 1..].iter().take_while(|&&b| pieces[b].low <= pieces[a].high + CLEAR) {
                let d = crossed(&pieces[a], &pieces[b]) - crossed(&pieces[b], &pieces[a]);
                if d != 0 {
                    near[a].push((b, d));
                    near[b].push((a, -d));
                    balance[a] += d;
                    balance[b] -= d;
                }
            }
        }
    }
    let mut ready: BTreeSet<(i64, usize)> =
        (0..n).filter(|&i| open[i] == 0).map(|i| (balance[i], i)).collect();
    let mut placed = vec![false; n];
    let mut out = Vec::with_capacity(n);
    while let Some((_, i)) = ready.pop_first() {
        placed[i] = true;
        out.push(i);
        for &(other, d) in near[i].iter().filter(|o| !placed[o.0]) {
            let waits = ready.remove(&(balance[other], other));
            balance[other] += d;
            if waits {
                ready.insert((balance[other], other));
            }
        }
        for &b in &below[i] {
            open[b] -= 1;
            if open[b] == 0 {
                ready.insert((balance[b], b));
            }
        }
    }
    out
}

/// Each piece on the highest track that keeps it below those before it in the order which it overlaps.
fn pack(pieces: &[Piece], order: &[usize]) -> Vec<usize> {
    let mut track = vec![0; pieces.len()];
    let mut lanes: Vec<Vec<(f64, f64)>> = Vec::new();
    for &i in order {
        let (low, high) = (pieces[i].low, pieces[i].high);
        let free = |lane: &Vec<(f64, f64)>| lane.iter().all(|&(a, b)| low > b + CLEAR || high < a - CLEAR);
        let mut t = lanes.len();
        while t > 0 && free(&lanes[t - 1]) {
            t -= 1;
        }
        if t == lanes.len() {
            lanes.push(Vec::new());
        }
        lanes[t].push((low, high));
        track[i] = t;
    }
    track
}

#[cfg(test)]
mod tests {
    use super::super::testing::Random;
    use super::*;

    fn whole(up: f64, down: f64) -> Stretch {
        Stretch { ups: vec![up], downs: vec![down] }
    }

    /// The columns that a track list runs in: x, from track, to track; -1 and 1000 are the rows.
    fn columns(stretches: &[Stretch], tracks: &[Track]) -> Vec<(f64, i64, i64, usize)> {
        let mut out = Vec::new();
        for (i, (s, t)) in stretches.iter().zip(tracks).enumerate() {
            let at = t.at as i64;
            let low = t.split.map_or(at, |s| s.1 as i64);
            out.extend(s.ups.iter().map(|&x| (x, -1, at, i)));
            out.extend(s.downs.iter().map(|&x| (x, low, 1000, i)));
            out.extend(t.split.map(|(x, low)| (x, at, low as i64, i)));
        }
        out
    }

    fn hold(stretches: &[Stretch], tracks: &[Track], what: &str) {
        let columns = columns(stretches, tracks);
        for (i, a) in columns.iter().enumerate() {
            for b in &columns[..i] {
                let one = a.3 == b.3 || (a.0 - b.0).abs() >= 0.5;
                assert!(one || a.2 <= b.1 || b.2 <= a.1, "{what}: {a:?} lies on {b:?}");
            }
        }
    }

    #[test]
    fn two_that_change_places_are_split() {
        let s = [whole(10.0, 90.0), whole(90.0, 10.0)];
        let tracks = assign(&s, &[], (0.0, 100.0));
        assert!(tracks.iter().any(|t| t.split.is_some()));
        hold(&s, &tracks, "swap");
    }

    #[test]
    fn nested_stretches_do_not_cross() {
        let s = [whole(10.0, 30.0), whole(20.0, 50.0)];
        let tracks = assign(&s, &[], (0.0, 100.0));
        assert!(tracks[1].at < tracks[0].at, "{tracks:?}");
    }

    #[test]
    fn random_rooms_have_no_stretch_on_another() {
        for seed in 0..2000 {
            let mut r = Random::new(seed);
            let n = 2 + r.below(12);
            let mut row = || {
                let mut at: Vec<usize> = (0..n).collect();
                for i in (1..n).rev() {
                    at.swap(i, r.below(i + 1));
                }
                at
            };
            let (ups, downs) = (row(), row());
            let x = |i: usize| i as f64 * 14.0;
            let both = || ups.iter().zip(&downs);
            let s: Vec<Stretch> = both().filter(|(a, b)| a != b).map(|(&a, &b)| whole(x(a), x(b))).collect();
            let straight: Vec<f64> = both().filter(|(a, b)| a == b).map(|(&a, _)| x(a)).collect();
            hold(&s, &assign(&s, &straight, (0.0, x(n))), &format!("seed {seed}"));
        }
    }
}
