//! How good a placement is to read: the way to choose between several.

use super::{Placement, Point};

/// Aspect ratios that fit a page and a screen well.
const ASPECT: std::ops::RangeInclusive<f64> = 0.75..=1.45;
/// The misfit for which the direction that readers expect is given up.
pub(super) const TURNS: f64 = 1.14;
/// What has this one still fits: 0.605 to 1.79. Nothing is folded or spread for a better shape: a line that goes around costs the
/// reader more. Leaves may stretch the shape that was chosen without them by as much.
pub(super) const ROOMY: f64 = 1.234;
/// What a crossing costs, in pixels of edge.
const CROSSING: f64 = 400.0;
/// What a bend costs.
const BEND: f64 = 30.0;
/// The first placement stays unless the other is better by so much: a small change should not turn the picture over.
const MARGIN: f64 = 0.95;

/// What a placement costs its reader.
#[derive(Debug, Clone, Copy)]
pub(super) struct Score {
    cost: f64,
    /// How far the shape is from what a page takes; 1 where it fits.
    pub(super) misfit: f64,
    /// Wider than high.
    pub(super) wide: bool,
}

impl Score {
    /// Whether this one should be taken in the place of an earlier one.
    pub(super) fn beats(&self, first: &Self) -> bool {
        self.cost < MARGIN * first.cost
    }
}

/// The score; the shape counts only where nobody asked for a direction.
#[expect(clippy::cast_precision_loss, reason = "a count of crossings")]
pub(super) fn score(placement: &Placement, shaped: bool) -> Score {
    let stretches = || placement.edges.iter().flat_map(|e| e.points.windows(2));
    let length: f64 = stretches().map(|w| (w[0].x - w[1].x).abs() + (w[0].y - w[1].y).abs()).sum();
    let bends: usize = placement.edges.iter().map(|e| e.points.len().saturating_sub(2)).sum();
    let size = placement.width + placement.height;
    let cost = length + CROSSING * crossings(placement) as f64 + BEND * bends as f64 + size;
    let misfit = misfit(placement);
    let beyond = (misfit / TURNS).max(1.0);
    let factor = if shaped { beyond } else { beyond.sqrt().sqrt() };
    Score { cost: cost * factor, misfit, wide: placement.width > placement.height }
}

/// How far the shape is from what a page takes; 1 where it fits.
pub(super) fn misfit(placement: &Placement) -> f64 {
    misfit_of(placement.width, placement.height)
}

/// The same for a width and a height.
pub(super) fn misfit_of(w: f64, h: f64) -> f64 {
    let aspect = w / h.max(1.0);
    (ASPECT.start() / aspect.max(1e-3)).max(aspect / ASPECT.end()).max(1.0)
}

/// Level and upright stretches of different edges that cross.
fn crossings(placement: &Placement) -> usize {
    let mut level = Vec::new();
    let mut upright = Vec::new();
    for (e, line) in placement.edges.iter().enumerate() {
        for w in line.points.windows(2) {
            let (a, b): (Point, Point) = (w[0], w[1]);
            if a.y == b.y {
                level.push((a.y, a.x.min(b.x), a.x.max(b.x), e));
            } else {
                upright.push((a.x, a.y.min(b.y), a.y.max(b.y), e));
            }
        }
    }
    upright.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut count = 0;
    for &(y, left, right, e) in &level {
        let from = upright.partition_point(|u| u.0 <= left);
        let met = upright[from..].iter().take_while(|u| u.0 < right);
        count += met.filter(|u| u.1 < y && y < u.2 && u.3 != e).count();
    }
    count
}
