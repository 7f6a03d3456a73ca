//! The figures of the design's table of oracles that the kernel owns.

use super::*;

const MINUTES: f64 = 365.0 * 24.0 * 60.0;

#[test]
fn series_and_parallel() {
    let mut bench = Bench::default();
    let three = [0.9999; 3].map(|a| bench.single(a));
    let series = bench.structure.all(three);
    near(bench.value(series), 0.99970003, 1e-8);
    let two = [0.999; 2].map(|a| bench.single(a));
    let parallel = bench.structure.any(two);
    near(bench.value(parallel), 0.999999, 1e-12);
}

#[test]
fn k_of_n() {
    for (needs, count, availability, expected, digit) in [
        (2, 3, 0.99, 0.999702, 1e-12),
        (2, 3, 0.9, 0.972, 1e-12),
        (3, 5, 0.99, 0.9999901494, 1e-10),
        (4, 6, 0.99, 0.9999804464, 1e-10),
    ] {
        let mut bench = Bench::default();
        let unit = bench.placed(needs, availability, &[(count, &[])]);
        near(bench.value(unit), expected, digit);
        let parts: Vec<_> = (0..count).map(|_| bench.single(availability)).collect();
        let gate = bench.structure.at_least(needs as usize, parts);
        near(bench.value(gate), expected, digit);
    }
}

#[test]
fn bridge() {
    for (p, expected, digit) in [(0.9, 0.97848, 1e-12), (0.99, 0.9997980498, 1e-10), (0.5, 0.5, 1e-15)] {
        let mut bench = Bench::default();
        let [a, b, c, d, e] = [p; 5].map(|p| bench.single(p));
        let paths =
            [vec![a, d], vec![b, e], vec![a, c, e], vec![b, c, d]].map(|path| bench.structure.all(path));
        let bridge = bench.structure.any(paths);
        near(bench.value(bridge), expected, digit);
    }
}

#[test]
fn replicas_over_zones() {
    let mut bench = Bench::default();
    let region = bench.domain(0.9999);
    let zones = [0.999; 3].map(|a| bench.within(a, region));
    let one_zone = bench.placed(1, 0.995, &[(3, &zones[..1])]);
    near(bench.value(one_zone), 0.9988999751, 1e-10);
    let three = bench.over(1, 0.995, &zones);
    near(bench.value(three), 0.9998997846, 1e-10);
    let two_needed = bench.over(2, 0.995, &zones);
    near(bench.value(two_needed), 0.9997926216, 1e-10);
}

#[test]
fn a_zone_takes_its_share_of_six() {
    let mut bench = Bench::default();
    let zones = [0.999; 3].map(|a| bench.domain(a));
    let spread = bench.placed(4, 0.995, &[(2, &zones[..1]), (2, &zones[1..2]), (2, &zones[2..])]);
    // the table cuts 6.48950e-5 to 6.489e-5
    near(bench.solve(spread).unavailability(), 6.4895e-5, 1e-9);
    let alone: Vec<_> = (0..6).map(|_| bench.single(0.995 * 0.999)).collect();
    let independent = bench.structure.at_least(4, alone);
    near(bench.solve(independent).unavailability(), 4.251e-6, 1e-9);
}

#[test]
fn tiers_share_their_zones() {
    let mut bench = Bench::default();
    let zones = [0.999; 2].map(|a| bench.domain(a));
    let tiers: Vec<_> = (0..5).map(|_| bench.over(1, 0.999, &zones)).collect();
    let series = bench.structure.all(tiers);
    near(bench.solve(series).unavailability() * MINUTES, 8.39, 1e-2);
    let apart: Vec<_> = (0..5)
        .map(|_| {
            let two = [0.999 * 0.999; 2].map(|a| bench.single(a));
            bench.structure.any(two)
        })
        .collect();
    let independent = bench.structure.all(apart);
    near(bench.solve(independent).unavailability() * MINUTES, 10.50, 1e-2);
}

#[test]
fn fallback() {
    let mut bench = Bench::default();
    let (service, dependency, fallback) = (bench.single(0.9995), bench.single(0.99), bench.single(0.95));
    let either = bench.structure.any([dependency, fallback]);
    let flow = bench.structure.all([service, either]);
    near(bench.value(flow), 0.99900025, 1e-12);
}

#[test]
fn a_cache_that_the_store_can_replace() {
    let mut bench = Bench::default();
    let (cache, store) = (bench.single(0.999), bench.single(0.995));
    let hit = bench.structure.any([cache, store]);
    let both = bench.structure.all([cache, store]);
    let read = |carries: bool| {
        let terms = vec![(0.9, if carries { hit } else { cache }), (0.1, if carries { store } else { both })];
        bench.kernel().solve(&Mixture { terms }).availability().value()
    };
    near(read(true), 0.9994955, 1e-12);
    near(read(false), 0.9985005, 1e-12);
}

#[test]
fn own_and_hard_dependencies() {
    for (dependencies, expected) in [(5, 0.99985), (10, 0.99980)] {
        let mut bench = Bench::default();
        let mut all = vec![bench.single(0.9999)];
        all.extend((0..dependencies).map(|_| bench.single(0.99999)));
        let series = bench.structure.all(all);
        near(bench.value(series), expected, 1e-5);
    }
}
