//! The standard normal distribution: how much lies above a point, and above which point so much lies. Numbers in, numbers out.
#![expect(clippy::indexing_slicing, reason = "a numeric kernel over a table of its own")]

use std::sync::OnceLock;

/// Nodes of the table for one unit.
const DENSITY: f64 = 64.0;
/// Up to here the table reaches; beyond it less than 1e-18 is left.
const REACH: f64 = 9.0;
const NODES: usize = (REACH * DENSITY) as usize + 1;
/// 1/√(2π)
const PEAK: f64 = 0.398_942_280_401_432_7;

/// Which point 1 % lies above: the 99th percentile.
pub(super) const Z99: f64 = 2.326_347_874_040_841;

/// Chance to be above `z`, to 1e-15.
pub(super) fn above(z: f64) -> f64 {
    if z.is_nan() {
        return z;
    }
    if z < 0.0 {
        return 1.0 - above(-z);
    }
    if z >= REACH {
        return far_above(z);
    }
    let table = table();
    let node = (z * DENSITY).round();
    let (at, delta) = (node / DENSITY, z - node / DENSITY);
    let (tail, density) = table[node as usize];
    // Taylor: the derivatives of the density are Hermite polynomials times it
    let (square, step) = (at * at, -delta);
    let third = step * (1.0 / 6.0) * (square - 1.0);
    let fourth = step * step * (1.0 / 24.0) * at * (square - 3.0);
    let fifth = step * step * step * (1.0 / 120.0) * (square * (square - 6.0) + 3.0);
    let sum = 1.0 + step * (0.5 * at + third + fourth + fifth);
    (tail - density * delta * sum).max(0.0)
}

/// Chance to be below `z`.
pub(super) fn below(z: f64) -> f64 {
    above(-z)
}

/// The point above which lies `tail`, to 1e-12; ±40 for all or nothing.
pub(super) fn point(tail: f64) -> f64 {
    if tail > 0.5 {
        return -point(1.0 - tail);
    }
    if tail < 1e-300 {
        return 40.0;
    }
    // Abramowitz and Stegun, 26.2.22, then Newton on the logarithm, which is nearly a parabola
    let t = (-2.0 * tail.ln()).sqrt();
    let mut z = t - (2.307_53 + 0.270_61 * t) / (1.0 + 0.992_29 * t + 0.044_81 * t * t);
    for _ in 0..4 {
        let q = above(z);
        if q <= 0.0 {
            break;
        }
        let hazard = density(z) / q;
        let step = (q / tail).ln() / hazard;
        z += step;
        if step.abs() < 1e-14 {
            break;
        }
    }
    z
}

fn density(z: f64) -> f64 {
    PEAK * (-0.5 * z * z).exp()
}

fn table() -> &'static [(f64, f64)] {
    static TABLE: OnceLock<Vec<(f64, f64)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let node = |i: usize| {
            let z = i as f64 / DENSITY;
            (if z < 2.5 { near_above(z) } else { far_above(z) }, density(z))
        };
        (0..NODES).map(node).collect()
    })
}

/// ½ − φ(z)·(z + z³/3 + z⁵/15 + …)
fn near_above(z: f64) -> f64 {
    let (mut term, mut sum, mut n) = (z, 0.0f64, 1.0);
    while term > 1e-18 {
        sum += term;
        n += 2.0;
        term *= z * z / n;
    }
    0.5 - density(z) * sum
}

/// Laplace's continued fraction φ(z)/(z + 1/(z + 2/(z + …))).
fn far_above(z: f64) -> f64 {
    let mut fraction = z;
    for n in (1..=160).rev() {
        fraction = z + f64::from(n) / fraction;
    }
    density(z) / fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_points() {
        // Abramowitz and Stegun, table 26.1 and 26.2
        for (z, tail) in [
            (0.0, 0.5),
            (1.0, 0.158_655_253_931_457_05),
            (2.0, 0.022_750_131_948_179_21),
            (2.49, 0.006_387_154_764_943_1),
            (3.0, 0.001_349_898_031_630_094_6),
            (5.0, 2.866_515_718_791_939e-7),
            (8.0, 6.220_960_574_271_785e-16),
        ] {
            assert!(
                (above(z) - tail).abs() < 3e-15 && (above(z) / tail - 1.0).abs() < 1e-9,
                "{z}: {}",
                above(z)
            );
            assert!((below(-z) - tail).abs() < 3e-15);
        }
        assert!((point(0.01) - Z99).abs() < 1e-12);
        assert!((point(0.99) + Z99).abs() < 1e-12);
    }

    #[test]
    fn the_table_is_smooth_between_its_nodes_and_a_point_is_found_again() {
        for i in -800..800 {
            let z = f64::from(i) * 0.0117;
            let direct = if z.abs() < 2.5 { near_above(z.abs()) } else { far_above(z.abs()) };
            let direct = if z < 0.0 { 1.0 - direct } else { direct };
            assert!((above(z) - direct).abs() < 1e-14, "{z}");
        }
        for exponent in 1..250 {
            let tail = 10f64.powf(-f64::from(exponent) * 0.1);
            assert!((above(point(tail)) / tail - 1.0).abs() < 1e-10, "{tail}");
        }
    }
}
