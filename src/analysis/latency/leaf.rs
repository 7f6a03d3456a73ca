//! The times of which a flow's time is made: own work, waiting in line, a pause, a fixed trip. Seconds in, seconds out; knows
//! neither grids nor flows.

use super::normal;

/// A number that is compared and hashed by its bits, so that equal parts are found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Num(pub(super) f64);

impl PartialEq for Num {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}
impl Eq for Num {}
impl std::hash::Hash for Num {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// A random time, or a fixed one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Leaf {
    /// Always the same.
    Fixed(Num),
    /// Lognormal.
    Work {
        /// In seconds.
        median: Num,
        /// Of the logarithm.
        sigma: Num,
    },
    /// Nothing, or with this chance exponential.
    Wait {
        /// Chance to wait at all.
        chance: Num,
        /// Mean of those that wait, in seconds.
        mean: Num,
    },
    /// Anything from nothing to this, alike likely.
    Spread(Num),
}

/// A distribution at a point: F, and its integral from 0.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct At {
    pub(super) cdf: f64,
    pub(super) integral: f64,
}

impl Leaf {
    /// The lognormal through a median and a 99th percentile; a p99 below the median counts as it.
    pub(super) fn work(median: f64, p99: f64) -> Self {
        if median <= 0.0 {
            return Self::Fixed(Num(0.0));
        }
        let sigma = (p99.max(median) / median).ln() / normal::Z99;
        if sigma > 0.0 {
            Self::Work { median: Num(median), sigma: Num(sigma) }
        } else {
            Self::Fixed(Num(median))
        }
    }

    /// The expectation.
    pub(super) fn mean(&self) -> f64 {
        match *self {
            Self::Fixed(Num(time)) => time,
            Self::Work { median, sigma } => median.0 * (0.5 * sigma.0 * sigma.0).exp(),
            Self::Wait { chance, mean } => chance.0 * mean.0,
            Self::Spread(Num(most)) => 0.5 * most,
        }
    }

    /// The time that is exceeded with chance `tail`.
    pub(super) fn quantile(&self, tail: f64) -> f64 {
        match *self {
            Self::Fixed(Num(time)) => time,
            Self::Work { median, sigma } => median.0 * (sigma.0 * normal::point(tail)).exp(),
            Self::Wait { chance, mean } => mean.0 * (chance.0 / tail.max(1e-300)).ln().max(0.0),
            Self::Spread(Num(most)) => most * (1.0 - tail).clamp(0.0, 1.0),
        }
    }

    /// The chance of no time at all.
    pub(super) fn at_zero(&self) -> f64 {
        match *self {
            Self::Fixed(Num(time)) => f64::from(u8::from(time <= 0.0)),
            Self::Wait { chance, .. } => 1.0 - chance.0,
            Self::Work { .. } | Self::Spread(_) => 0.0,
        }
    }

    /// The distribution at `x` ≥ 0.
    pub(super) fn at(&self, x: f64) -> At {
        match *self {
            Self::Fixed(Num(time)) => {
                At { cdf: f64::from(u8::from(x >= time)), integral: (x - time).max(0.0) }
            }
            Self::Work { median, sigma } => {
                if x <= 0.0 {
                    return At::default();
                }
                // m₁ the mean: ∫F = x·Φ(d) − m₁·Φ(d − σ)
                let (d, sigma) = ((x / median.0).ln() / sigma.0, sigma.0);
                let cdf = normal::below(d);
                let mean = part(median.0 * (0.5 * sigma * sigma).exp(), normal::below(d - sigma));
                At { cdf, integral: (x * cdf - mean).max(0.0) }
            }
            Self::Wait { chance: Num(chance), mean: Num(mean) } => {
                let gone = -(-x / mean).exp_m1();
                At { cdf: 1.0 - chance + chance * gone, integral: x - chance * mean * gone }
            }
            Self::Spread(Num(most)) => {
                let inside = x.min(most);
                At { cdf: inside / most, integral: 0.5 * inside * inside / most + (x - inside) }
            }
        }
    }

    /// The integral of the integral of the distribution from 0 to `x`.
    pub(super) fn twice_integrated(&self, x: f64) -> f64 {
        match *self {
            Self::Fixed(Num(time)) => 0.5 * (x - time).max(0.0).powi(2),
            Self::Work { median, sigma } => {
                // m₂ the second moment: ½(x²·Φ(d) − 2x·m₁·Φ(d − σ) + m₂·Φ(d − 2σ))
                let (d, sigma) = ((x / median.0).ln() / sigma.0, sigma.0);
                let first = part(median.0 * (0.5 * sigma * sigma).exp(), normal::below(d - sigma));
                let second =
                    part(median.0 * median.0 * (2.0 * sigma * sigma).exp(), normal::below(d - 2.0 * sigma));
                let twice = 0.5 * (x * x * normal::below(d) - 2.0 * x * first + second);
                if twice.is_finite() { twice.max(0.0) } else { 0.0 }
            }
            Self::Wait { chance: Num(chance), mean: Num(mean) } => {
                let gone = -(-x / mean).exp_m1();
                0.5 * x * x - chance * mean * (x - mean * gone)
            }
            Self::Spread(Num(most)) => {
                let (inside, over) = (x.min(most), (x - most).max(0.0));
                inside.powi(3) / (6.0 * most) + 0.5 * inside * inside / most * over + 0.5 * over * over
            }
        }
    }
}

/// A moment beyond all bounds times a chance of nothing is nothing.
fn part(moment: f64, chance: f64) -> f64 {
    if chance > 0.0 { moment * chance } else { 0.0 }
}
