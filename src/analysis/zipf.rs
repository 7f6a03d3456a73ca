//! Popularity by Zipf's law: what share of the load the most popular key, the shard that holds it, and a cache of some size take.
//! Pure arithmetic; knows no model.

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

/// The most that a cache with so many places answers of the requests for `keys` keys: it holds the most popular ones, as one that
/// evicts the least frequently used comes to do.
pub fn lfu_hit_ratio(keys: u64, exponent: f64, places: f64) -> f64 {
    let keys = keys.max(1);
    if places >= keys as f64 {
        return 1.0;
    }
    let held = places.max(0.0).floor() as u64;
    if held == 0 { 0.0 } else { harmonic(held, exponent) / harmonic(keys, exponent) }
}

/// What a cache with so many places answers that evicts the least recently used, for independent requests. A key is there if it
/// was asked for within the time T in which the cache is filled once: Σ (1 − e^(−pᵢT)) = places, the ratio Σ pᵢ(1 − e^(−pᵢT)).
/// Source: Che, Tung and Wang, "Hierarchical Web Caching Systems", IEEE JSAC 20(7), 2002.
pub fn lru_hit_ratio(keys: u64, exponent: f64, places: f64) -> f64 {
    let keys = keys.max(1);
    if places >= keys as f64 {
        return 1.0;
    }
    if places.is_nan() || places <= 0.0 {
        return 0.0;
    }
    // beyond this exponent one key is the load and the rest is rounding
    let exponent = exponent.clamp(0.0, STEEPEST);
    // by ln a, where pᵢT = a·i^(−s): at the first bound no key is there, at the last all are
    let (mut low, mut high) = (-50.0, 50.0 + exponent * (keys as f64).ln());
    for _ in 0..BISECTIONS {
        let middle = 0.5 * (low + high);
        let held = sum(keys, |ln_rank| present(middle - exponent * ln_rank), exponent);
        if held < places { low = middle } else { high = middle }
    }
    let time = 0.5 * (low + high);
    let asked = |ln_rank: f64| (-exponent * ln_rank).exp() * present(time - exponent * ln_rank);
    (sum(keys, asked, exponent) / harmonic(keys, exponent)).clamp(0.0, 1.0)
}

const STEEPEST: f64 = 20.0;
/// Halvings of a span of a few hundred until what is left is beyond the last digit.
const BISECTIONS: u32 = 64;

/// 1 − e^(−x), given ln x.
fn present(ln_x: f64) -> f64 {
    -(-ln_x.exp()).exp_m1()
}

/// The sum of f(ln k) over k from 1 to `count`: the first terms one by one, the rest as an integral over ln k with Euler and
/// Maclaurin's first corrections. `f` may fall within 1/`exponent` in ln k and no faster.
fn sum(count: u64, f: impl Fn(f64) -> f64, exponent: f64) -> f64 {
    let head = count.min(EXACT_TERMS);
    let first: f64 = (1..=head).rev().map(|k| f((k as f64).ln())).sum();
    if count == head {
        return first;
    }
    let (m, n) = (head as f64, count as f64);
    let (from, to) = (m.ln(), n.ln());
    let panels = ((to - from) * 2.0 * exponent.max(1.0)).ceil().max(1.0);
    let width = (to - from) / panels;
    let mut integral = 0.0;
    let mut left = from;
    for _ in 0..panels as usize {
        let middle = left + 0.5 * width;
        for (at, weight) in GAUSS {
            for u in [middle - 0.5 * width * at, middle + 0.5 * width * at] {
                integral += 0.5 * width * weight * u.exp() * f(u);
            }
        }
        left += width;
    }
    // (f(n) − f(m))/2 + (f'(n) − f'(m))/12, the derivatives by k
    let slope = |u: f64| (f(u + 1e-4) - f(u - 1e-4)) / 2e-4 * (-u).exp();
    first + integral + 0.5 * (f(to) - f(from)) + (slope(to) - slope(from)) / 12.0
}

/// Gauss and Legendre's rule with eight points: the positive abscissas on [−1, 1] with their weights.
const GAUSS: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_27),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

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
    #[test]
    fn caches_of_the_catalogue() {
        for (share, lru, lfu) in [(0.01, 0.49, 0.60), (0.1, 0.72, 0.80), (0.2, 0.80, 0.86)] {
            let places = share * 100_000.0;
            let (by_lru, by_lfu) =
                (lru_hit_ratio(100_000, 0.99, places), lfu_hit_ratio(100_000, 0.99, places));
            assert!(
                (by_lru - lru).abs() < 0.005 && (by_lfu - lfu).abs() < 0.005,
                "{share}: {by_lru} {by_lfu}"
            );
        }
    }

    /// Che's equations term by term.
    fn plain_lru(keys: u64, exponent: f64, places: f64) -> f64 {
        let p: Vec<f64> = (1..=keys).map(|k| (k as f64).powf(-exponent)).collect();
        let all: f64 = p.iter().sum();
        let held = |t: f64| p.iter().map(|p| -(-p / all * t).exp_m1()).sum::<f64>();
        let (mut low, mut high) = (0.0, 1.0);
        while held(high) < places {
            high *= 2.0;
        }
        for _ in 0..80 {
            let middle = 0.5 * (low + high);
            if held(middle) < places { low = middle } else { high = middle }
        }
        p.iter().map(|p| p / all * -(-p / all * low).exp_m1()).sum()
    }

    #[test]
    fn the_integral_agrees_with_the_plain_sum() {
        for (keys, exponent, places) in [
            (20_000, 0.99, 200.0),
            (20_000, 0.5, 7000.0),
            (20_000, 1.5, 3.5),
            (20_000, 0.0, 5000.0),
            (20_000, 3.0, 15_000.0),
            (900, 0.8, 90.0),
        ] {
            let (quick, plain) = (lru_hit_ratio(keys, exponent, places), plain_lru(keys, exponent, places));
            assert!((quick - plain).abs() < 1e-7, "{keys} {exponent} {places}: {quick} {plain}");
        }
    }

    #[test]
    fn a_billion_keys_are_no_work() {
        let ratio = lru_hit_ratio(1_000_000_000, 0.99, 1e7);
        assert!((0.6..0.75).contains(&ratio), "{ratio}");
        // keys that are all alike: what is there is what is answered
        assert!((lru_hit_ratio(1_000_000_000, 0.0, 1e8) - 0.1).abs() < 1e-9);
        assert!((lfu_hit_ratio(1_000_000_000, 0.0, 1e8) - 0.1).abs() < 1e-9);
    }

    #[test]
    fn caches_at_the_edges() {
        assert_eq!(lru_hit_ratio(0, 1.0, 1.0), 1.0);
        assert_eq!(lru_hit_ratio(10, 1.0, 0.0), 0.0);
        assert_eq!(lru_hit_ratio(10, 1.0, f64::NAN), 0.0);
        assert_eq!(lfu_hit_ratio(10, 1.0, 0.5), 0.0);
        assert_eq!(lfu_hit_ratio(10, 1.0, 10.0), 1.0);
        for ratio in [
            lru_hit_ratio(u64::MAX, 1e9, 5.0),
            lru_hit_ratio(u64::MAX, 0.0, 1e18),
            lru_hit_ratio(1000, 20.0, 999.9),
        ] {
            assert!((0.0..=1.0).contains(&ratio), "{ratio}");
        }
        // more places never answer less, and LRU never more than the best
        let mut before = 0.0;
        for places in [1.0, 10.0, 1e3, 1e5, 1e7, 9e7] {
            let lru = lru_hit_ratio(100_000_000, 1.1, places);
            assert!(
                lru >= before && lru <= lfu_hit_ratio(100_000_000, 1.1, places) + 1e-9,
                "{places}: {lru}"
            );
            before = lru;
        }
    }
}
