//! From leaves to masses on a grid and from masses back to a distribution, with mean and variance kept. Knows no flow.
//!
//! A distribution is spread over the grid by its integral, whose second differences are masses that keep the mean and add at most
//! h²/4 of variance; a second difference takes that away again, so figures are right to the fourth order of the step.
#![expect(clippy::indexing_slicing, reason = "a numeric kernel over arrays that it made itself")]

use super::leaf::Leaf;

/// What is above so little is as good as nothing.
const NOTHING: f64 = 1e-10;

/// The masses of a leaf on a grid of `points` points with this step; what lies beyond is left out.
pub(super) fn of_leaf(leaf: &Leaf, step: f64, points: usize) -> Vec<f64> {
    if let Leaf::Fixed(time) = leaf {
        return of_fixed(time.0 / step, points);
    }
    let mut masses = Vec::with_capacity(points);
    let (mut before, mut level, mut slack, mut end) = (leaf.at(0.0), 0.0, 0.0, 0.0);
    for k in 0..points {
        let at = leaf.at((k + 1) as f64 * step);
        let here = ((at.integral - before.integral) / step).clamp(level, 1.0);
        masses.push(here - level);
        slack += step * (before.integral + at.integral);
        end = (k + 1) as f64 * step;
        (before, level) = (at, here);
        if at.cdf > 1.0 - NOTHING {
            // from here on the integral is a straight line: one more mass ends it
            if k + 1 < points {
                masses.push(1.0 - level);
                level = 1.0;
            }
            break;
        }
    }
    masses.resize(points.min(masses.len() + 2), 0.0);
    let spread = level - leaf.at_zero();
    let excess = (slack - 2.0 * leaf.twice_integrated(end)) / (2.0 * step * step * spread.max(NOTHING));
    sharpen(&mut masses, excess.clamp(0.0, 0.125), leaf.at_zero());
    masses
}

/// A fixed time, at so many steps.
fn of_fixed(at: f64, points: usize) -> Vec<f64> {
    if at >= points as f64 {
        return Vec::new();
    }
    let low = at.floor() as usize;
    let mut masses = vec![0.0; points.min(low + 3)];
    for (mass, part) in masses[low..].iter_mut().zip(split(at.fract())) {
        *mass = part;
    }
    masses
}

/// Takes back the variance that spreading over the grid adds: `excess` of its square for each mass, that at 0 apart.
fn sharpen(masses: &mut Vec<f64>, excess: f64, at_zero: f64) {
    if excess <= 0.0 || masses.is_empty() {
        return;
    }
    let length = masses.len();
    let old = std::mem::take(masses);
    let mut new = old.clone();
    let mut add = |at: usize, mass: f64| {
        if at < length {
            new[at] += mass;
        }
    };
    for (k, mass) in old.iter().enumerate() {
        let part = excess * if k == 0 { (mass - at_zero).max(0.0) } else { *mass };
        // below 0 there is no place: the difference of the first mass moves up by one
        let centre = k.max(1);
        add(centre - 1, -part);
        add(centre, 2.0 * part);
        add(centre + 1, -part);
    }
    *masses = new;
}

/// The distribution function of sharpened masses, at 0, ½, 1, … steps, up to the last point.
pub(super) fn distribution(masses: &[f64]) -> Vec<f64> {
    let mut levels = Vec::with_capacity(masses.len());
    let (mut sum, mut level) = (0.0, 0.0f64);
    for mass in masses {
        sum += mass;
        level = level.max(sum).min(1.0);
        levels.push(level);
    }
    let last = levels.len().saturating_sub(1);
    let at = |k: isize| if levels.is_empty() { 0.0 } else { levels[k.clamp(0, last as isize) as usize] };
    let mut values = Vec::with_capacity(2 * levels.len());
    let edge = |k: isize| {
        let (before, after) = (at(k - 1), at(k));
        ((13.0 * (before + after) - at(k + 1) - at(k - 2)) / 24.0).clamp(before, after)
    };
    let middle = |k: isize| at(k) + (at(k + 1) - 2.0 * at(k) + at(k - 1)) / 24.0;
    for k in 0..levels.len() as isize {
        let (low, high) = (edge(k), edge(k + 1));
        let centre = middle(k).clamp(low, high);
        // at 0 there may be a jump, which no mass below it shows
        values.push(if k == 0 { (2.0 * centre - high).clamp(0.0, centre) } else { low });
        values.push(centre);
    }
    values
}

/// The sharpened masses of a distribution function at 0, ½, 1, … steps, whose means over each step are known.
pub(super) fn of_means(means: &[f64], at_zero: f64) -> Vec<f64> {
    let mut level = 0.0f64;
    let mut masses: Vec<f64> = Vec::with_capacity(means.len());
    for mean in means {
        let here = mean.clamp(level, 1.0);
        masses.push(here - level);
        level = here;
    }
    sharpen(&mut masses, 1.0 / 12.0, at_zero);
    masses
}

/// The mean over each step of a function known at 0, ½, 1, … steps. Simpson.
pub(super) fn means(values: &[f64]) -> Vec<f64> {
    let steps = values.len() / 2;
    let at = |i: usize| values[i.min(values.len() - 1)];
    (0..steps).map(|k| (at(2 * k) + 4.0 * at(2 * k + 1) + at(2 * k + 2)) / 6.0).collect()
}

/// A distribution function at 0, ½, 1, … steps, cut off at a time in steps: its means over each step, and its value there.
pub(super) fn up_to(values: &[f64], at: f64) -> (Vec<f64>, f64) {
    let last = values.len().saturating_sub(1);
    let (half, part) = ((2.0 * at).floor(), (2.0 * at).fract());
    let value = |i: usize| values.get(i.min(last)).copied().unwrap_or(0.0);
    let there = value(half as usize) * (1.0 - part) + value(half as usize + 1) * part;
    let mut cut: Vec<f64> = values.iter().map(|value| value.min(there)).collect();
    for value in cut.iter_mut().skip(half as usize + 1) {
        *value = there;
    }
    (means(&cut), there)
}

/// A distribution function on [0, 1 − s], in equal steps, as one on [0, 1] in as many: nothing before s.
pub(super) fn shifted(values: &[f64], by: f64) -> Vec<f64> {
    let count = values.len() as f64;
    let at = |i: usize| {
        let x = (i as f64 / count - by) / (1.0 - by) * count;
        if x < 0.0 {
            return 0.0;
        }
        let (low, part) = (x.floor() as usize, x.fract());
        let last = values.len() - 1;
        values[low.min(last)] * (1.0 - part) + values[(low + 1).min(last)] * part
    };
    (0..values.len()).map(at).collect()
}

/// The masses of a distribution function at 0, w, 2·w, … steps on a grid of `points` points; mean and variance are kept.
pub(super) fn moved(values: &[f64], width: f64, points: usize) -> Vec<f64> {
    let mut masses = vec![0.0; points];
    let mut level = 0.0f64;
    for (i, value) in values.iter().enumerate() {
        let here = value.max(level);
        // what is added between two values lies in their middle
        let place = if i == 0 { 0.0 } else { (i as f64 - 0.5) * width };
        for (mass, part) in masses[place.floor() as usize..].iter_mut().zip(split(place.fract())) {
            *mass += (here - level) * part;
        }
        level = here;
    }
    masses
}

/// A mass at so much of a step, at the points 0, 1 and 2: the last, which takes back the variance, is below nothing.
fn split(at: f64) -> [f64; 3] {
    let excess = 0.5 * at * (1.0 - at);
    [1.0 - at - excess, at + 2.0 * excess, -excess]
}

/// Where a distribution function at 0, ½, 1, … steps reaches a share, in steps; `None` where it does not.
pub(super) fn reaches(values: &[f64], share: f64) -> Option<f64> {
    let at = values.partition_point(|value| *value < share);
    if at >= values.len() {
        return None;
    }
    if at == 0 {
        return Some(0.0);
    }
    let (low, high) = (values[at - 1], values[at]);
    let part = if high > low { (share - low) / (high - low) } else { 1.0 };
    Some(0.5 * (at as f64 - 1.0 + part))
}
