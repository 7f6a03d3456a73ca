//! Several at once, of which so many are waited for: the chance that enough are done, from the chance of each. Numbers in, numbers
//! out.
#![expect(clippy::indexing_slicing, reason = "a numeric kernel over arrays of one length")]

/// Different calls up to so many are told apart; more are taken for alike, each as likely done as all are on average.
const DIFFERENT: u64 = 48;

/// At each point, the chance that `needs` of all parts are done; each part so often, with its chance at each point.
pub(super) fn chances(needs: u64, parts: &[(&[f64], u64)]) -> Vec<f64> {
    let points = parts.iter().map(|(chances, _)| chances.len()).min().unwrap_or(0);
    let all = parts.iter().fold(0u64, |all, (_, count)| all.saturating_add(*count));
    let raise = |base: f64, count: u64| base.powf(count as f64);
    let at = |point: usize| -> f64 {
        let each = || parts.iter().map(|(chances, count)| (chances[point].clamp(0.0, 1.0), *count));
        if needs >= all {
            each().map(|(chance, count)| raise(chance, count)).product()
        } else if needs <= 1 {
            1.0 - each().map(|(chance, count)| raise(1.0 - chance, count)).product::<f64>()
        } else if parts.len() > 1 && all <= DIFFERENT {
            of_different(needs, each())
        } else {
            let mean = each().map(|(chance, count)| chance * count as f64).sum::<f64>() / all as f64;
            at_least(needs, all, mean)
        }
    };
    (0..points).map(at).collect()
}

/// One after another: how many are done so far.
fn of_different(needs: u64, parts: impl Iterator<Item = (f64, u64)>) -> f64 {
    let mut done = vec![0.0; needs as usize + 1];
    done[0] = 1.0;
    let last = needs as usize;
    for (chance, count) in parts {
        for _ in 0..count {
            for k in (0..last).rev() {
                let moved = done[k] * chance;
                done[k] -= moved;
                done[k + 1] += moved;
            }
        }
    }
    done[last]
}

/// At least k of n alike: the regularised incomplete beta function I_p(k, n − k + 1).
fn at_least(needs: u64, all: u64, chance: f64) -> f64 {
    let (a, b) = (needs as f64, (all - needs) as f64 + 1.0);
    if chance <= 0.0 || chance >= 1.0 {
        return chance.clamp(0.0, 1.0);
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * chance.ln() + b * (-chance).ln_1p()).exp();
    if chance < (a + 1.0) / (a + b + 2.0) {
        front * fraction(a, b, chance) / a
    } else {
        1.0 - front * fraction(b, a, 1.0 - chance) / b
    }
}

/// The continued fraction of the incomplete beta function. Abramowitz and Stegun 26.5.8; evaluated after Lentz.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let safe = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut d = 1.0 / safe(1.0 - (a + b) * x / (a + 1.0));
    let (mut c, mut h) = (1.0, d);
    for m in 1..2000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = h;
        for term in [even, odd] {
            d = 1.0 / safe(1.0 + term * d);
            c = safe(1.0 + term / c);
            h *= d * c;
        }
        if (h - before).abs() < 1e-15 * h.abs() {
            break;
        }
    }
    h
}

/// Stirling's series, beyond 10 exact to 1e-14.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0f64);
    while x < 10.0 {
        shift += x.ln();
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alike_and_different_agree() {
        for (needs, all) in [(2, 3), (2, 5), (3, 5), (26, 48), (47, 48)] {
            for chance in [1e-6, 0.01, 0.3, 0.5, 0.77, 0.99, 1.0 - 1e-9] {
                let one = at_least(needs, all, chance);
                let each = of_different(needs, std::iter::once((chance, all)));
                assert!((one - each).abs() < 1e-12, "{needs} of {all} at {chance}: {one} {each}");
            }
        }
        assert!((at_least(2, 3, 0.99) - 0.999_702).abs() < 1e-12);
        // half of a million fair ones: ½ and a little
        assert!((at_least(500_000, 1_000_000, 0.5) - 0.500_398_942).abs() < 1e-8);
    }

    #[test]
    fn the_ends_are_products() {
        let (a, b) = ([0.5], [0.2]);
        let parts: [(&[f64], u64); 2] = [(&a, 2), (&b, 1)];
        assert!((chances(3, &parts)[0] - 0.05).abs() < 1e-15);
        assert!((chances(1, &parts)[0] - 0.8).abs() < 1e-15);
        assert!((chances(2, &parts)[0] - (0.05 + 0.25 * 0.8 + 0.5 * 0.2)).abs() < 1e-15);
    }
}
