//! Random numbers that are the same everywhere and for ever: xoshiro256++, seeded by SplitMix64. No crate promises its output across
//! versions in so few lines. Sources: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM TOMS 47(4), 2021;
//! Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub(super) struct Random {
    state: [u64; 4],
}

impl Random {
    /// The stream of a seed and a number: streams of one seed are independent.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut at = seed ^ mix(stream.wrapping_add(0x9e37_79b9_7f4a_7c15));
        let mut next = || {
            at = at.wrapping_add(0x9e37_79b9_7f4a_7c15);
            mix(at)
        };
        Self { state: [next(), next(), next(), next()] }
    }

    /// 64 random bits.
    pub(super) fn bits(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let (shifted, c, d) = (b << 17, c ^ a, d ^ b);
        self.state = [a ^ d, b ^ c, c ^ shifted, d.rotate_left(45)];
        result
    }

    /// A number from 0 up to, but not, 1.
    pub(super) fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Whether something happens that does with this chance.
    pub(super) fn happens(&mut self, chance: f64) -> bool {
        chance >= 1.0 || self.uniform() < chance
    }

    /// Exponential, with this mean.
    pub(super) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.uniform()).ln()
    }

    /// Normal, with mean 0 and variance 1. Source: Box and Muller, 1958.
    pub(super) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// How many of so many happen. Counted up from none where few do; rounded from a normal where many do and many do not.
    pub(super) fn binomial(&mut self, count: u64, chance: f64) -> u64 {
        if chance > 0.5 {
            return count - self.binomial(count, 1.0 - chance);
        }
        let n = count as f64;
        let mean = n * chance;
        if mean > 200.0 {
            let drawn = mean + (mean * (1.0 - chance)).sqrt() * self.normal();
            return drawn.round().clamp(0.0, n) as u64;
        }
        if chance <= 0.0 {
            return 0;
        }
        let mut left = self.uniform();
        let mut mass = (n * (-chance).ln_1p()).exp();
        let odds = chance / (1.0 - chance);
        let mut at = 0u64;
        while left > mass && at < count {
            left -= mass;
            mass *= (n - at as f64) / (at as f64 + 1.0) * odds;
            at += 1;
            if mass < 1e-300 {
                break;
            }
        }
        at
    }
}

/// The finaliser of SplitMix64.
pub(super) fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_never_changes() {
        // the reference implementation started at 1, 2, 3, 4
        let mut random = Random { state: [1, 2, 3, 4] };
        let first: Vec<u64> = (0..4).map(|_| random.bits()).collect();
        assert_eq!(first, [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386]);
        assert_ne!(Random::new(1, 0).bits(), Random::new(1, 1).bits());
    }

    #[test]
    fn moments_are_those_of_the_laws() {
        let mut random = Random::new(7, 0);
        let n = 40_000;
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let normal: Vec<f64> = (0..n).map(|_| random.normal()).collect();
        assert!(mean(&normal).abs() < 0.02);
        assert!((mean(&normal.iter().map(|x| x * x).collect::<Vec<f64>>()) - 1.0).abs() < 0.03);
        let waits: Vec<f64> = (0..n).map(|_| random.exponential(3.0)).collect();
        assert!((mean(&waits) - 3.0).abs() < 0.06);
        for (count, chance) in [(10, 0.3), (1000, 0.9), (1_000_000, 0.01)] {
            let drawn: Vec<f64> = (0..4000).map(|_| random.binomial(count, chance) as f64).collect();
            let (expected, spread) = (count as f64 * chance, (count as f64 * chance * (1.0 - chance)).sqrt());
            assert!((mean(&drawn) - expected).abs() < spread * 0.08, "{count} {chance}: {}", mean(&drawn));
        }
        assert_eq!(random.binomial(5, 0.0), 0);
        assert_eq!(random.binomial(5, 1.0), 5);
    }
}
