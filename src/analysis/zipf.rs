//! Popularity by Zipf's law: what share of the load the most popular key, and the shard that holds it, take. Pure
//! arithmetic; knows no model.

/// How many terms are summed one by one; from here on Euler and Maclaurin's formula is exact to the last digit.
const EXACT_TERMS: u64 = 1000;

/// The generalised harmonic number: the sum of k^-exponent over k from 1 to `count`.
pub fn harmonic(count: u64, exponent: f64) -> f64 {
    let head = count.min(EXACT_TERMS);
    // the smallest terms first, so that none is lost
    let sum: f64 = (1..=head).rev().map(|k| (k as f64).powf(-exponent)).sum();
    if count == head { sum } else { sum + tail(head as f64, count as f64, exponent) }
}

/// The sum of k^-s over k from m + 1 to n.
fn tail(m: f64, n: f64, s: f64) -> f64 {
    let rest = 1.0 - s;
    let ratio = (n / m).ln();
    let integral = if rest == 0.0 { ratio } else { m.powf(rest) * (rest * ratio).exp_m1() / rest };
    let ends = |power: f64| n.powf(power) - m.powf(power);
    integral + ends(-s) / 2.0 - s / 12.0 * ends(-s - 1.0) + s * (s + 1.0) * (s + 2.0) / 720.0 * ends(-s - 3.0)
}

/// The share of the requests that ask for the most popular of `keys` keys.
pub fn hottest_key(keys: u64, exponent: f64) -> f64 {
    1.0 / harmonic(keys.max(1), exponent)
}

/// The share of the load that the shard with the most popular key takes, the others being spread evenly.
pub fn hottest_shard(keys: u64, exponent: f64, shards: u64) -> f64 {
    let hottest = hottest_key(keys, exponent);
    hottest + (1.0 - hottest) / shards.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oracles_hold() {
        assert!((hottest_key(1_000_000, 0.99) - 0.064_97).abs() < 5e-6);
        let of_16 = hottest_shard(1_000_000, 0.99, 16);
        assert!((of_16 - 0.123).abs() < 5e-4 && (of_16 * 16.0 - 1.97).abs() < 5e-3);
        assert!((hottest_shard(1_000_000, 0.99, 64) * 64.0 - 5.1).abs() < 0.05);
    }

    #[test]
    fn the_formula_agrees_with_the_plain_sum() {
        for exponent in [0.0, 0.5, 0.99, 1.0, 1.0 + 1e-9, 1.5, 3.0] {
            let plain: f64 = (1..=50_000_u64).rev().map(|k| (k as f64).powf(-exponent)).sum();
            let quick = harmonic(50_000, exponent);
            assert!((quick / plain - 1.0).abs() < 1e-13, "{exponent}: {quick} {plain}");
        }
    }

    #[test]
    fn extremes_stay_finite() {
        assert_eq!(hottest_key(0, 1.0), 1.0);
        assert_eq!(hottest_key(1, 2.0), 1.0);
        assert!(harmonic(u64::MAX, 1.0).is_finite());
    }
}
