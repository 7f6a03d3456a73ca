//! Distributions on a grid and their spectra, in which one after another is a product. Masses are damped before the transform, so
//! that what lies beyond the grid wraps around as next to nothing; below the end of the grid sums are then exact.
//! Abate and Whitt, "The Fourier-series method for inverting transforms of probability distributions", 1992.
#![expect(clippy::indexing_slicing, reason = "a numeric kernel over tables that it made itself")]

use std::sync::OnceLock;

/// What wraps around once is damped by this.
const DAMPING: f64 = 1e-9;

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Complex {
    re: f64,
    im: f64,
}

impl Complex {
    const ONE: Self = Self { re: 1.0, im: 0.0 };

    fn times(self, other: Self) -> Self {
        Self { re: self.re * other.re - self.im * other.im, im: self.re * other.im + self.im * other.re }
    }

    fn power(self, mut count: u64) -> Self {
        let (mut base, mut power) = (self, Self::ONE);
        while count > 0 {
            if count & 1 == 1 {
                power = power.times(base);
            }
            count >>= 1;
            if count > 0 {
                base = base.times(base);
            }
        }
        power
    }
}

/// The transform of the damped masses, at the half of the frequencies that tells all.
pub(super) type Spectrum = Vec<Complex>;

/// Tables for a number of points.
#[derive(Debug)]
pub(super) struct Fourier {
    points: usize,
    roots: Vec<Complex>,
    mirrored: Vec<u32>,
    damping: Vec<f64>,
}

impl Fourier {
    /// For a first look.
    pub(super) fn coarse() -> &'static Self {
        static TABLES: OnceLock<Fourier> = OnceLock::new();
        TABLES.get_or_init(|| Self::new(7))
    }

    /// For the figures.
    pub(super) fn fine() -> &'static Self {
        static TABLES: OnceLock<Fourier> = OnceLock::new();
        TABLES.get_or_init(|| Self::new(10))
    }

    /// To hold the figures against.
    #[cfg(test)]
    pub(super) fn finest() -> &'static Self {
        static TABLES: OnceLock<Fourier> = OnceLock::new();
        TABLES.get_or_init(|| Self::new(14))
    }

    fn new(bits: u32) -> Self {
        let points = 1usize << bits;
        let root = |k: usize| {
            let (im, re) = (-std::f64::consts::TAU * k as f64 / points as f64).sin_cos();
            Complex { re, im }
        };
        let rate = DAMPING.ln() / points as f64;
        Self {
            points,
            roots: (0..points / 2).map(root).collect(),
            mirrored: (0..points as u32).map(|k| k.reverse_bits() >> (32 - bits)).collect(),
            damping: (0..points).map(|k| (rate * k as f64).exp()).collect(),
        }
    }

    pub(super) fn points(&self) -> usize {
        self.points
    }

    /// The spectrum of masses at 0, 1, 2, … steps; as many as there are points at the most.
    pub(super) fn spectrum(&self, masses: &[f64]) -> Spectrum {
        let mut data = vec![Complex { re: 0.0, im: 0.0 }; self.points];
        for (k, mass) in masses.iter().enumerate() {
            data[self.mirrored[k] as usize].re = mass * self.damping[k];
        }
        self.transform(&mut data);
        data.truncate(self.points / 2 + 1);
        data
    }

    /// The masses of a spectrum.
    pub(super) fn masses(&self, spectrum: &Spectrum) -> Vec<f64> {
        let half = self.points / 2;
        let mut data = vec![Complex { re: 0.0, im: 0.0 }; self.points];
        for (k, mirror) in self.mirrored.iter().enumerate() {
            // the conjugate, as this transforms back; the other half is the mirror image of this one
            let value = if k <= half { spectrum[k] } else { spectrum[self.points - k] };
            let im = if k <= half { -value.im } else { value.im };
            data[*mirror as usize] = Complex { re: value.re, im };
        }
        self.transform(&mut data);
        data.iter()
            .zip(&self.damping)
            .map(|(value, damping)| value.re / (self.points as f64 * damping))
            .collect()
    }

    /// The spectrum of no time at all, with this chance.
    pub(super) fn nothing(&self, chance: f64) -> Spectrum {
        vec![Complex { re: chance, im: 0.0 }; self.points / 2 + 1]
    }

    /// In place, from the mirrored order. Cooley and Tukey 1965.
    fn transform(&self, data: &mut [Complex]) {
        let mut half = 1;
        while half < self.points {
            let stride = self.points / (2 * half);
            for block in data.chunks_exact_mut(2 * half) {
                let (low, high) = block.split_at_mut(half);
                for ((a, b), root) in low.iter_mut().zip(high).zip(self.roots.iter().step_by(stride)) {
                    let turned = b.times(*root);
                    *b = Complex { re: a.re - turned.re, im: a.im - turned.im };
                    *a = Complex { re: a.re + turned.re, im: a.im + turned.im };
                }
            }
            half *= 2;
        }
    }
}

/// What is done at the first try, or at a later one behind so many failed tries, each with its pause; else `last`.
pub(super) fn retry(done: &Spectrum, failed: &Spectrum, retries: u64, last: &Spectrum) -> Spectrum {
    let at = |((done, failed), last): ((&Complex, &Complex), &Complex)| {
        // 1 + z + … + z^(r − 1) and z^r, by doubling: no division, so nothing cancels
        let (mut sum, mut power) = (Complex { re: 0.0, im: 0.0 }, Complex::ONE);
        for bit in (0..u64::BITS - retries.leading_zeros()).rev() {
            sum = sum.times(Complex { re: 1.0 + power.re, im: power.im });
            power = power.times(power);
            if retries >> bit & 1 == 1 {
                sum = Complex { re: sum.re + power.re, im: sum.im + power.im };
                power = power.times(*failed);
            }
        }
        let (early, late) = (sum.times(*done), power.times(*last));
        Complex { re: early.re + late.re, im: early.im + late.im }
    };
    done.iter().zip(failed).zip(last).map(at).collect()
}

/// Adds so many times of a kind to a sum of times.
pub(super) fn multiply(sum: &mut Spectrum, part: &Spectrum, count: u64) {
    if count == 1 {
        for (a, b) in sum.iter_mut().zip(part) {
            *a = a.times(*b);
        }
        return;
    }
    for (a, b) in sum.iter_mut().zip(part) {
        *a = a.times(b.power(count));
    }
}

/// Adds a kind of run with its share to a mixture.
pub(super) fn add(mixture: &mut Spectrum, part: &Spectrum, share: f64) {
    for (a, b) in mixture.iter_mut().zip(part) {
        a.re += share * b.re;
        a.im += share * b.im;
    }
}
