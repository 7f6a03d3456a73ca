//! What holds of every expression: the bounds contain the estimate, and another hop makes nothing faster.

use proptest::prelude::*;

use super::super::bounds::bounds;
use super::super::fourier::Fourier;
use super::super::leaf::{Leaf, Num};
use super::super::plan::{Ix, Plan, Tries};
use super::super::solve::percentiles;

const SHARES: [f64; 5] = [0.999, 0.99, 0.95, 0.9, 0.5];

/// How an expression is made of those before it.
#[derive(Clone, Debug)]
enum Make {
    Work(f64, f64),
    Wait(f64, f64),
    Series(Vec<(usize, u64)>, f64),
    Mixture(Vec<(usize, f64)>),
    Race(u64, Vec<(usize, u64)>),
    Retried(usize, f64, u64, bool, bool, bool),
}

fn make() -> impl Strategy<Value = Make> {
    let part = 0usize..1000;
    prop_oneof![
        (-3.0..1.0f64, 0.0..1.3f64)
            .prop_map(|(median, tail)| Make::Work(10f64.powf(median), 10f64.powf(median + tail))),
        (0.0..1.0f64, -3.0..0.0f64).prop_map(|(chance, mean)| Make::Wait(chance, 10f64.powf(mean))),
        (prop::collection::vec((part.clone(), 1u64..4), 1..5), 0.0..0.1f64)
            .prop_map(|(parts, fixed)| Make::Series(parts, fixed)),
        prop::collection::vec((part.clone(), 0.01..1.0f64), 1..4).prop_map(Make::Mixture),
        (1u64..6, prop::collection::vec((part.clone(), 1u64..4), 1..4))
            .prop_map(|(needs, parts)| Make::Race(needs, parts)),
        (part, -2.0..1.0f64, 0u64..4, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
            |(part, timeout, retries, doubling, jitter, soft)| Make::Retried(
                part,
                10f64.powf(timeout),
                retries,
                doubling,
                jitter,
                soft
            )
        ),
    ]
}

fn build(plan: &mut Plan, made: &[Make]) -> Ix {
    let mut all: Vec<Ix> = vec![plan.leaf(Leaf::work(0.01, 0.05))];
    for make in made {
        let at = |i: &usize| all[all.len() - 1 - (i % all.len()).min(all.len() - 1)];
        let next = match make {
            Make::Work(median, p99) => plan.leaf(Leaf::work(*median, *p99)),
            Make::Wait(chance, mean) => plan.leaf(Leaf::Wait { chance: Num(*chance), mean: Num(*mean) }),
            Make::Series(parts, fixed) => {
                let parts = parts.iter().map(|(i, count)| (at(i), *count)).collect();
                plan.series(*fixed, parts)
            }
            Make::Mixture(parts) => {
                let parts = parts.iter().map(|(i, share)| (*share, at(i))).collect();
                plan.mixture(parts)
            }
            Make::Race(needs, parts) => {
                let parts = parts.iter().map(|(i, count)| (at(i), *count)).collect();
                plan.race(*needs, parts)
            }
            Make::Retried(i, timeout, retries, doubling, jitter, soft) => {
                let tries = Tries {
                    timeout: Num(*timeout),
                    retries: *retries,
                    pause: Num(0.05),
                    doubling: *doubling,
                    jitter: *jitter,
                    soft: *soft,
                };
                let part = at(i);
                plan.retried(part, tries)
            }
        };
        all.push(next);
    }
    *all.last().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_bounds_contain_the_estimate(made in prop::collection::vec(make(), 0..10)) {
        let mut plan = Plan::default();
        let root = build(&mut plan, &made);
        let found = percentiles(&plan, root, &SHARES, Fourier::fine()).unwrap();
        for (share, value) in SHARES.iter().zip(&found) {
            let (lower, upper) = bounds(&plan, root, 1.0 - share);
            let slack = 5e-3 * value + 1e-9;
            prop_assert!(lower <= value + slack && *value <= upper + slack, "p{share}: {lower} {value} {upper}");
        }
        for pair in found.windows(2) {
            prop_assert!(pair[0] >= pair[1] * (1.0 - 5e-3));
        }
    }

    #[test]
    fn another_hop_makes_no_percentile_smaller(
        made in prop::collection::vec(make(), 0..8),
        median in -3.0..1.0f64,
        tail in 0.0..1.3f64,
    ) {
        let mut plan = Plan::default();
        let root = build(&mut plan, &made);
        let hop = plan.leaf(Leaf::work(10f64.powf(median), 10f64.powf(median + tail)));
        let more = plan.series(0.0, vec![(root, 1), (hop, 1)]);
        let before = percentiles(&plan, root, &SHARES, Fourier::fine()).unwrap();
        let after = percentiles(&plan, more, &SHARES, Fourier::fine()).unwrap();
        for (before, after) in before.iter().zip(&after) {
            prop_assert!(*after >= before * (1.0 - 5e-3), "{before} {after}");
        }
    }
}
