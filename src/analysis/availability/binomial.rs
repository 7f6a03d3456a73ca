//! k of n replicas: tails of binomial distributions to full precision, for one replica or a billion.

use std::f64::consts::PI;

use super::chance::Chance;

/// Above so many standard deviations' worth of terms the sum becomes an integral (midpoint rule, error below 1/(24 n p q)).
const TERMS: f64 = 1e5;
/// Convolutions beyond so many products are bounded instead.
const PRODUCTS: usize = 10_000_000;
/// Masses below this are left out of a long distribution.
const DUST: f64 = 1e-60;

/// Chance that at least `needs` of `count` independent replicas are up.
pub(super) fn at_least(count: u64, needs: u64, replica: Chance) -> Chance {
    if needs == 0 {
        return Chance::UP;
    }
    if needs > count {
        return Chance::DOWN;
    }
    if needs == 1 {
        return replica.any_of(count);
    }
    if needs == count {
        return replica.all_of(count);
    }
    if replica.up <= 0.0 || replica.down <= 0.0 {
        return if replica.up > 0.0 { Chance::UP } else { Chance::DOWN };
    }
    // sum the lighter tail: its other side is then 1 − it without loss
    if (needs - 1) as f64 <= count as f64 * replica.up {
        Chance::of_down(tail(count, needs - 1, replica))
    } else {
        Chance::of_down(tail(count, count - needs, replica.flip())).flip()
    }
}

/// Chance that at least `needs` of the replicas of several blocks are up.
pub(super) fn at_least_of(blocks: &[(u64, Chance)], mut needs: u64) -> Chance {
    let mut uncertain: Vec<(u64, Chance)> = Vec::with_capacity(blocks.len());
    for &(count, replica) in blocks {
        if replica.down <= 0.0 {
            needs = needs.saturating_sub(count);
        } else if let Some(alike) = uncertain.iter_mut().find(|(_, other)| *other == replica) {
            alike.0 = alike.0.saturating_add(count);
        } else if replica.up > 0.0 {
            uncertain.push((count, replica));
        }
    }
    match uncertain[..] {
        [] if needs == 0 => Chance::UP,
        [] => Chance::DOWN,
        [(count, replica)] => at_least(count, needs, replica),
        _ => several(&uncertain, needs),
    }
}

fn several(blocks: &[(u64, Chance)], needs: u64) -> Chance {
    let total = blocks.iter().fold(0u64, |sum, &(count, _)| sum.saturating_add(count));
    if needs == 0 {
        return Chance::UP;
    }
    if needs > total {
        return Chance::DOWN;
    }
    if needs == 1 {
        return blocks.iter().fold(Chance::DOWN, |sum, &(count, replica)| sum.or(replica.any_of(count)));
    }
    if needs == total {
        return blocks.iter().fold(Chance::UP, |sum, &(count, replica)| sum.and(replica.all_of(count)));
    }
    let Some((offset, masses)) = convolve(blocks) else {
        let ups = || blocks.iter().map(|(_, replica)| replica.up);
        let worst = at_least(total, needs, Chance::of(ups().fold(1.0, f64::min)));
        let best = at_least(total, needs, Chance::of(ups().fold(0.0, f64::max)));
        return Chance { up: worst.up, down: best.down };
    };
    let split = needs.saturating_sub(offset).min(masses.len() as u64) as usize;
    let (low, high) = masses.split_at(split);
    Chance { up: high.iter().sum::<f64>().min(1.0), down: low.iter().sum::<f64>().min(1.0) }
}

/// The distribution of how many are up, from an offset on; `None` where that is too much work.
fn convolve(blocks: &[(u64, Chance)]) -> Option<(u64, Vec<f64>)> {
    let mut sum = (0u64, vec![1.0f64]);
    let mut work = 0usize;
    for &(count, replica) in blocks {
        let spread = (count as f64 * replica.up * replica.down).sqrt();
        if spread > TERMS {
            return None;
        }
        let (offset, masses) = distribution(count, replica);
        work = work.saturating_add(masses.len().saturating_mul(sum.1.len()));
        if work > PRODUCTS {
            return None;
        }
        let mut next = vec![0.0; masses.len() + sum.1.len() - 1];
        for (at, &left) in sum.1.iter().enumerate() {
            for (slot, &right) in next[at..].iter_mut().zip(&masses) {
                *slot += left * right;
            }
        }
        sum = (sum.0.saturating_add(offset), next);
    }
    Some(sum)
}

/// The binomial masses that are more than dust, from an offset on.
fn distribution(count: u64, replica: Chance) -> (u64, Vec<f64>) {
    let dust = if count <= 1000 { 0.0 } else { DUST };
    let mode = ((count as f64 + 1.0) * replica.up).floor().min(count as f64) as u64;
    let peak = mass(count, mode as f64, replica);
    let mut below = Vec::new();
    let (mut at, mut term) = (mode, peak);
    while at > 0 && term > dust {
        term *= at as f64 * replica.down / ((count - at + 1) as f64 * replica.up);
        at -= 1;
        below.push(term);
    }
    let offset = at;
    below.reverse();
    below.push(peak);
    let (mut at, mut term) = (mode, peak);
    while at < count && term > dust {
        term *= (count - at) as f64 * replica.up / ((at + 1) as f64 * replica.down);
        at += 1;
        below.push(term);
    }
    (offset, below)
}

/// P(X ≤ `most`) for `most` not above the mean.
fn tail(count: u64, most: u64, replica: Chance) -> f64 {
    let deviation = (count as f64 * replica.up * replica.down).sqrt();
    if deviation > TERMS {
        return long_tail(count, most, replica, deviation);
    }
    let mut term = mass(count, most as f64, replica);
    let mut sum = term;
    let mut at = most;
    while at > 0 && term > sum * 1e-18 {
        term *= at as f64 * replica.down / ((count - at + 1) as f64 * replica.up);
        sum += term;
        at -= 1;
    }
    sum
}

fn long_tail(count: u64, most: u64, replica: Chance, deviation: f64) -> f64 {
    let step = deviation / 100.0;
    let density = |x: f64| if x < 0.0 { 0.0 } else { mass(count, x, replica) };
    let mut right = most as f64 + 0.5;
    let mut sum = 0.0;
    loop {
        let panel = (density(right) + 4.0 * density(right - step) + density(right - 2.0 * step)) * step / 3.0;
        sum += panel;
        right -= 2.0 * step;
        if panel <= sum * 1e-18 || right < 0.0 {
            return sum;
        }
    }
}

/// The binomial mass at `x` by the saddle point (Loader, "Fast and accurate computation of binomial probabilities", 2000): no
/// difference of large logarithms, so its relative error stays near 1e-15 for any count.
fn mass(count: u64, x: f64, replica: Chance) -> f64 {
    let n = count as f64;
    let Chance { up, down } = replica;
    if x <= 0.0 {
        return Chance { up: down, down: up }.all_of(count).up;
    }
    if x >= n {
        return replica.all_of(count).up;
    }
    if count <= 40 {
        let choose = (0..x as u64).fold(1.0, |c, i| c * (n - i as f64) / (i as f64 + 1.0));
        return choose * up.powf(x) * down.powf(n - x);
    }
    let saddle = stirling_error(n)
        - stirling_error(x)
        - stirling_error(n - x)
        - deviance(x, n * up)
        - deviance(n - x, n * down);
    saddle.exp() * (n / (2.0 * PI * x * (n - x))).sqrt()
}

/// ln n! less Stirling's formula for it.
fn stirling_error(n: f64) -> f64 {
    if n <= 15.0 {
        // the recurrence e(n) = e(n + 1) + (n + ½) ln(1 + 1/n) − 1 carries the series down to small n
        let (mut at, mut carried) = (n, 0.0);
        while at <= 15.0 {
            carried += (at + 0.5) * (1.0 / at).ln_1p() - 1.0;
            at += 1.0;
        }
        return carried + stirling_error(at);
    }
    let square = n * n;
    let series = 1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / (1188.0 * square)) / square;
    (1.0 / 12.0 - (1.0 / 360.0 - series / square) / square) / n
}

/// x ln(x/m) + m − x without cancellation where x is near m.
fn deviance(x: f64, mean: f64) -> f64 {
    let gap = x - mean;
    if gap.abs() >= 0.1 * (x + mean) {
        return x * (x / mean).ln() - gap;
    }
    let ratio = gap / (x + mean);
    let mut sum = gap * ratio;
    let mut term = 2.0 * x * ratio;
    let mut odd = 3.0;
    loop {
        term *= ratio * ratio;
        let next = sum + term / odd;
        if next == sum {
            return sum;
        }
        sum = next;
        odd += 2.0;
    }
}
