//! Expressions against closed forms and published figures.

use super::super::bounds::bounds;
use super::super::fourier::Fourier;
use super::super::leaf::{Leaf, Num};
use super::super::plan::{Ix, Plan, Tries};
use super::super::solve::percentiles;

/// p50 = 10, p99 = 100.
fn hop() -> Leaf {
    Leaf::work(10.0, 100.0)
}

fn exponential(mean: f64) -> Leaf {
    Leaf::Wait { chance: Num(1.0), mean: Num(mean) }
}

/// One percentile, which is read from the same grid whatever else is asked for.
#[track_caller]
fn figure(plan: &Plan, root: Ix, share: f64) -> f64 {
    let found = percentiles(plan, root, &[0.999, share], Fourier::fine()).unwrap()[1];
    let exact = percentiles(plan, root, &[share], Fourier::finest()).unwrap()[0];
    assert!((found - exact).abs() <= 1e-4 * exact, "{share}: {found} on the grid, {exact} on a finer one");
    exact
}

/// Equal to the digits that the expected figure is written with.
#[track_caller]
fn near(actual: f64, expected: f64, digit: f64) {
    assert!((actual - expected).abs() <= 0.5 * digit * (1.0 + 1e-9), "{actual} is not {expected}");
}

#[test]
fn lognormal_hops_in_series() {
    for (count, median, p99, safe) in
        [(2, 24.35, 146.64, 256.0), (3, 39.5, 184.5, 439.9), (5, 70.7, 249.2, 863.3)]
    {
        let mut plan = Plan::default();
        let one = plan.leaf(hop());
        let sum = plan.series(0.0, vec![(one, count)]);
        near(figure(&plan, sum, 0.5), median, if count == 2 { 0.01 } else { 0.1 });
        near(figure(&plan, sum, 0.99), p99, if count == 2 { 0.01 } else { 0.1 });
        let (lower, upper) = bounds(&plan, sum, 0.01);
        near(lower, 100.0, 1e-9);
        near(upper, safe, 0.1);
    }
}

#[test]
fn lognormal_hops_at_once() {
    for (count, p99, digit) in [(2, 127.9, 0.1), (5, 172.4, 0.1), (10, 212.7, 0.1), (100, 396.0, 1.0)] {
        let mut plan = Plan::default();
        let one = plan.leaf(hop());
        let all = plan.race(count, vec![(one, count)]);
        near(figure(&plan, all, 0.99), p99, digit);
    }
}

#[test]
fn exponential_hops_in_series() {
    for (count, p99) in [(2, 6.638), (3, 8.406), (5, 11.605), (10, 18.783)] {
        let mut plan = Plan::default();
        let one = plan.leaf(exponential(1.0));
        let sum = plan.series(0.0, vec![(one, count)]);
        near(figure(&plan, sum, 0.99), p99, 0.001);
    }
}

#[test]
fn sixty_hops_and_a_thousand_calls() {
    // Erlang with 60 and 1000 stages: quantiles of the gamma distribution
    for (count, median, p99, error) in [(60, 59.66700, 79.47508, 2e-5), (1000, 999.66669, 1075.03283, 1e-3)] {
        let mut plan = Plan::default();
        let one = plan.leaf(exponential(1.0));
        let sum = plan.series(0.0, vec![(one, count)]);
        let found = percentiles(&plan, sum, &[0.99, 0.5], Fourier::fine()).unwrap();
        assert!((found[0] / p99 - 1.0).abs() < error, "{} {}", found[0], p99);
        assert!((found[1] / median - 1.0).abs() < error, "{} {}", found[1], median);
    }
    // sixty different hops, a hundredfold apart
    let mut plan = Plan::default();
    let parts = (0..60).map(|i| {
        (
            plan.leaf(Leaf::work(
                10f64.powf(f64::from(i % 21) / 10.0),
                10f64.powf(f64::from(i % 21) / 10.0 + 0.3 + f64::from(i % 4) / 4.0),
            )),
            1,
        )
    });
    let parts: Vec<(Ix, u64)> = parts.collect();
    let sum = plan.series(3.0, parts);
    for share in [0.5, 0.9, 0.95, 0.99, 0.999] {
        figure(&plan, sum, share);
    }
}

#[test]
fn mixtures_have_the_percentiles_of_their_parts() {
    // 92 % take nothing, the rest an exponential of mean 1: P(X > x) = 0.08·e^−x
    let mut plan = Plan::default();
    let one = plan.leaf(exponential(1.0));
    let miss = plan.mixture(vec![(0.08, one)]);
    near(figure(&plan, miss, 0.99), 8f64.ln(), 1e-4);
    near(figure(&plan, miss, 0.9), 0.0, 1e-9);
    // behind a fixed hit time of 0.5
    let both = plan.series(0.5, vec![(miss, 1)]);
    near(figure(&plan, both, 0.99), 0.5 + 8f64.ln(), 1e-4);
    near(figure(&plan, both, 0.5), 0.5, 1e-9);
    // a hit ratio that makes the p99 cross the gap between two scales
    let slow = plan.leaf(Leaf::work(100.0, 200.0));
    let fast = plan.leaf(Leaf::work(0.2, 0.5));
    let mixed = plan.mixture(vec![(0.9, fast), (0.1, slow)]);
    near(figure(&plan, mixed, 0.5), fast_quantile(0.5 / 0.9), 1e-3);
    figure(&plan, mixed, 0.99);
}

fn fast_quantile(share: f64) -> f64 {
    Leaf::work(0.2, 0.5).quantile(1.0 - share)
}

#[test]
fn the_first_and_the_middle_of_several() {
    let mut plan = Plan::default();
    let one = plan.leaf(exponential(1.0));
    // the first of n exponentials is one of a n-th
    let first = plan.race(1, vec![(one, 5)]);
    near(figure(&plan, first, 0.99), 100f64.ln() / 5.0, 1e-4);
    // 2 of 3: P = 3F² − 2F³
    let middle = plan.race(2, vec![(one, 3)]);
    let at = figure(&plan, middle, 0.99);
    let f = 1.0 - (-at).exp();
    near(3.0 * f * f - 2.0 * f * f * f, 0.99, 1e-5);
}

#[test]
fn tries_that_take_too_long_are_repeated() {
    // exponential of mean 1, given up at 2, tried once more after 0.5: the tail of the second try
    let mut plan = Plan::default();
    let one = plan.leaf(exponential(1.0));
    let tries =
        Tries { timeout: Num(2.0), retries: 1, pause: Num(0.5), doubling: false, jitter: false, soft: false };
    let again = plan.retried(one, tries);
    let late = (-2.0f64).exp();
    near(figure(&plan, again, 0.99), 2.5 + (late / 0.01).ln(), 2e-4);
    // in time at the first try
    near(figure(&plan, again, 0.5), 2f64.ln(), 1e-4);
    // soft: the last try is cut as well, so the longest is 3·1 + 0.1 + 0.2
    let tries =
        Tries { timeout: Num(1.0), retries: 2, pause: Num(0.1), doubling: true, jitter: false, soft: true };
    near(tries.longest() + tries.timeout.0, 3.3, 1e-12);
    let slow = plan.leaf(exponential(1000.0));
    let cut = plan.retried(slow, tries);
    let at = percentiles(&plan, cut, &[0.999, 0.99], Fourier::fine()).unwrap();
    assert!((at[1] - 3.3).abs() < 0.01 && at[0] < 3.31, "{at:?}");
    near(bounds(&plan, cut, 0.01).1, 3.3, 1e-9);
    // an optional call without retries is cut at its timeout
    let tries =
        Tries { timeout: Num(1.5), retries: 0, pause: Num(0.0), doubling: false, jitter: false, soft: true };
    let cut = plan.retried(one, tries);
    near(percentiles(&plan, cut, &[0.99], Fourier::fine()).unwrap()[0], 1.5, 0.01);
    near(figure(&plan, cut, 0.5), 2f64.ln(), 1e-4);
}

#[test]
fn many_tries_cost_no_more_than_few() {
    let mut plan = Plan::default();
    let one = plan.leaf(exponential(1.0));
    let tries = Tries {
        timeout: Num(0.01),
        retries: u64::MAX,
        pause: Num(0.0),
        doubling: false,
        jitter: false,
        soft: false,
    };
    let again = plan.retried(one, tries);
    // memoryless: tried again at once it takes as long as before
    let at = percentiles(&plan, again, &[0.99], Fourier::fine()).unwrap()[0];
    assert!((at / 100f64.ln() - 1.0).abs() < 5e-3, "{at}");
    let tries = Tries {
        timeout: Num(1.0),
        retries: 1 << 40,
        pause: Num(0.1),
        doubling: true,
        jitter: true,
        soft: false,
    };
    let again = plan.retried(one, tries);
    let at = percentiles(&plan, again, &[0.99], Fourier::fine()).unwrap()[0];
    assert!(at > 100f64.ln() && at < 8.0, "{at}");
    // the hundredth try would come after the sun is gone: no figure
    let hopeless = plan.retried(one, Tries { timeout: Num(0.01), ..tries });
    assert_eq!(percentiles(&plan, hopeless, &[0.99], Fourier::fine()), None);
}

#[test]
fn a_jittered_pause_is_uniform() {
    let mut plan = Plan::default();
    let pause = plan.leaf(Leaf::Spread(Num(2.0)));
    let sum = plan.series(0.0, vec![(pause, 2)]);
    // the triangle over [0, 4]: 1 − (4 − x)²/8
    near(percentiles(&plan, sum, &[0.99], Fourier::finest()).unwrap()[0], 4.0 - 0.08f64.sqrt(), 1e-3);
}

#[test]
fn fixed_times_are_exact_and_equal_parts_are_one() {
    let mut plan = Plan::default();
    let fixed = plan.leaf(Leaf::work(0.01, 0.01));
    let all = plan.race(3, vec![(fixed, 3)]);
    let sum = plan.series(0.02, vec![(all, 1), (fixed, 2)]);
    let exact = plan.series(0.02, vec![(fixed, 2)]);
    assert_eq!(percentiles(&plan, exact, &[0.99], Fourier::fine()).unwrap(), [0.04]);
    near(percentiles(&plan, sum, &[0.99], Fourier::fine()).unwrap()[0], 0.05, 1e-5);
    let one = plan.leaf(hop());
    let (a, b) = (plan.series(0.0, vec![(one, 2)]), plan.series(0.0, vec![(one, 1), (one, 1)]));
    assert_eq!(a, b);
    assert_eq!(plan.mixture(vec![(0.5, a), (0.5, b)]), a);
}

#[test]
fn a_wait_so_rare_that_the_tail_pays_for_it_is_no_hop() {
    let mut plan = Plan::default();
    let one = plan.leaf(hop());
    let wait = plan.leaf(Leaf::Wait { chance: Num(1e-7), mean: Num(5.0) });
    let (plain, waiting) = (plan.series(0.0, vec![(one, 3)]), plan.series(0.0, vec![(one, 3), (wait, 3)]));
    let (plain, waiting) = (bounds(&plan, plain, 0.01).1, bounds(&plan, waiting, 0.01).1);
    assert!(waiting >= plain && waiting < plain * 1.001, "{plain} {waiting}");
}
