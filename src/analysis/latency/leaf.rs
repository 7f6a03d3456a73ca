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

/// A distribution at a point: F, its integral from 0, and the integral of that.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct At {
    pub(super) cdf: f64,
    pub(super) first: f64,
    pub(super) second: f64,
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
                let over = (x - time).max(0.0);
                At { cdf: f64::from(u8::from(x >= time)), first: over, second: 0.5 * over * over }
            }
            Self::Work { median, sigma } => lognormal(median.0, sigma.0, x),
            Self::Wait { chance: Num(chance), mean: Num(mean) } => {
                let left = (-x / mean).exp();
                let gone = -(-x / mean).exp_m1();
                At {
                    cdf: 1.0 - chance * left,
                    first: x - chance * mean * gone,
                    second: 0.5 * x * x - chance * mean * (x - mean * gone),
                }
            }
            Self::Spread(Num(most)) => {
                let (inside, over) = (x.min(most), (x - most).max(0.0));
                let first = 0.5 * inside * inside / most;
                At {
                    cdf: inside / most,
                    first: first + over,
                    second: inside.powi(3) / (6.0 * most) + first * over + 0.5 * over * over,
                }
            }
        }
    }
}

/// With m₁ and m₂ the moments: ∫F = x·Φ(d) − m₁·Φ(d − σ), ∫∫F = ½(x²·Φ(d) − 2x·m₁·Φ(d − σ) + m₂·Φ(d − 2σ)).
fn lognormal(median: f64, sigma: f64, x: f64) -> At {
    if x <= 0.0 {
        return At::default();
    }
    let d = (x / median).ln() / sigma;
    let cdf = normal::below(d);
    // a moment beyond all bounds times a chance of nothing is nothing
    let part = |moment: f64, chance: f64| if chance > 0.0 { moment * chance } else { 0.0 };
    let first_moment = part(median * (0.5 * sigma * sigma).exp(), normal::below(d - sigma));
    let second_moment = part(median * median * (2.0 * sigma * sigma).exp(), normal::below(d - 2.0 * sigma));
    let first = x * cdf - first_moment;
    let second = 0.5 * (x * x * cdf - 2.0 * x * first_moment + second_moment);
    At { cdf, first: first.max(0.0), second: if second.is_finite() { second.max(0.0) } else { 0.0 } }
}
