//! Deep, wide, large and tiny: figures that a naive computation loses, and inputs that it does not survive.

use super::*;

#[test]
fn unavailability_far_below_the_rounding_of_one() {
    let mut bench = Bench::default();
    let unit = bench.placed(1, 0.999, &[(6, &[])]);
    let solved = bench.solve(unit);
    assert!((solved.unavailability() / 1e-18 - 1.0).abs() < 1e-9, "{solved:?}");
    // 3 of 7 at 0.9999: what remains are five or more down
    let quorum = bench.placed(3, 0.9999, &[(7, &[])]);
    let q: f64 = 1.0 - 0.9999;
    let expected = 21.0 * q.powi(5) * 0.9999f64.powi(2) + 7.0 * q.powi(6) * 0.9999 + q.powi(7);
    assert!((bench.solve(quorum).unavailability() / expected - 1.0).abs() < 1e-12);
    // a thousand such, whose rounding is a thousand times as large
    let tiny: Vec<NodeIx> =
        (0..1000).map(|at| bench.placed(1, 0.999 - 1e-9 * f64::from(at), &[(5, &[])])).collect();
    let all = bench.structure.all(tiny);
    let expected: f64 = (0..1000).map(|at| (0.001 + 1e-9 * f64::from(at)).powi(5)).sum();
    assert!((bench.solve(all).unavailability() / expected - 1.0).abs() < 1e-9);
    let zones = [0.999; 3].map(|a| bench.domain(a));
    let spread = bench.over(1, 0.999, &zones);
    let down: f64 = 1.0 - 0.999;
    let in_zone = down + 0.999 * down;
    assert!((bench.solve(spread).unavailability() / in_zone.powi(3) - 1.0).abs() < 1e-12);
}

#[test]
fn a_million_replicas_are_a_binomial() {
    let mut bench = Bench::default();
    // known tails: the median of an even binomial, and its normal limit two deviations below the mean
    let median = bench.placed(500_000, 0.5, &[(1_000_000, &[])]);
    assert!((bench.value(median) - 0.500_398_942_2).abs() < 1e-9);
    let low = bench.placed(499_001, 0.5, &[(1_000_000, &[])]);
    assert!((bench.solve(low).unavailability() - 0.022_804).abs() < 1e-5, "{:?}", bench.solve(low));
    let sure = bench.placed(980_000, 0.99, &[(1_000_000, &[])]);
    assert!(bench.solve(sure).unavailability() < 1e-300);
    let never = bench.placed(995_000, 0.99, &[(1_000_000, &[])]);
    assert!(bench.value(never) < 1e-300);
    let zones = [0.999; 3].map(|a| bench.domain(a));
    let thirds: Vec<(u64, &[DomainIx])> =
        zones.iter().map(|zone| (400_000, std::slice::from_ref(zone))).collect();
    let spread = bench.placed(700_000, 0.99, &thirds);
    let two_down: f64 = 3.0 * 1e-6 * 0.999 + 1e-9;
    assert!((bench.solve(spread).unavailability() / two_down - 1.0).abs() < 1e-9);
    let all = bench.placed(u64::MAX / 2, 0.5, &[(u64::MAX, &[])]);
    assert!((bench.value(all) - 0.5).abs() < 1e-6);
}

#[test]
fn long_sums_agree_with_short_ones() {
    // the integral that takes over for very many replicas, at the same distance from the mean
    for deviations in [0.0, 1.0, 3.0] {
        let tail = |count: u64| {
            let deviation = (count as f64 * 0.25).sqrt();
            let needs = (count as f64 / 2.0 - deviations * deviation).round() as u64;
            super::super::binomial::at_least(count, needs, Chance::of(0.5)).down
        };
        let (short, long) = (tail(30_000_000_000), tail(60_000_000_000));
        assert!((short / long - 1.0).abs() < 1e-4, "{short} {long}");
    }
}

#[test]
fn different_replicas_of_one_unit() {
    let mut bench = Bench::default();
    let blocks = [(1000, 0.9), (2000, 0.8), (500, 0.5)];
    let blocks =
        blocks.map(|(count, availability)| Block { count, availability, domains: Vec::new() }).to_vec();
    let unit = bench.system.add_unit(2750, blocks);
    let node = bench.structure.unit(unit);
    // mean 2750, deviation √(90 + 320 + 125): half of it above, and half a step more
    let expected = 0.5 + 0.5 / (2.0 * std::f64::consts::PI * 535.0f64).sqrt();
    assert!((bench.value(node) - expected).abs() < 2e-3);
    let huge = [(10_000_000_000, 0.9), (20_000_000_000, 0.8)];
    let blocks =
        huge.map(|(count, availability)| Block { count, availability, domains: Vec::new() }).to_vec();
    let unit = bench.system.add_unit(25_000_000_000, blocks);
    let node = bench.structure.unit(unit);
    let bounded = bench.kernel().solve(&Mixture::of(node)).availability();
    assert!(!bounded.exact && bounded.lower() <= 0.5 && bounded.upper() >= 0.5);
}

#[test]
fn depth_does_not_matter() {
    for (depth, zones) in [(100_000, 0), (4000, 2)] {
        let mut bench = Bench::default();
        let region = bench.domain(0.9999);
        let zones: Vec<DomainIx> = (0..zones).map(|_| bench.within(0.999, region)).collect();
        let mut unit = || if zones.is_empty() { bench.single(0.9999) } else { bench.over(1, 0.9999, &zones) };
        let units: Vec<NodeIx> = (0..depth).map(|_| unit()).collect();
        let (mut chain, mut ladder) = (bench.structure.always(), bench.structure.never());
        for pair in units.chunks(2) {
            chain = bench.structure.all([pair[0], chain]);
            chain = bench.structure.all([pair[1], chain]);
            let rung = bench.structure.any([pair[1], ladder]);
            ladder = bench.structure.all([pair[0], rung]);
        }
        for root in [chain, ladder] {
            let mut kernel = bench.kernel();
            let mixture = Mixture::of(root);
            let solution = kernel.solve(&mixture);
            assert!(solution.availability().exact);
            assert!(!solution.importance().is_empty());
            assert!(!kernel.single_points(&mixture).is_empty());
            assert!(kernel.cut_sets(&mixture, 2).complete_to_order >= 1);
        }
        if zones.is_empty() {
            // r = a·(b + (1 − b)·r) without end
            let a = 0.9999;
            assert!((bench.value(ladder) - a * a / (1.0 - a * (1.0 - a))).abs() < 1e-12);
            assert!((bench.value(chain) / 0.9999f64.powi(depth) - 1.0).abs() < 1e-6);
        }
    }
}

#[test]
fn a_ladder_of_repeated_units_ends_within_the_limit() {
    let mut bench = Bench::default();
    let units: Vec<NodeIx> = (0..3000).map(|at| bench.single(0.9 + 0.000_01 * f64::from(at))).collect();
    let rungs: Vec<NodeIx> =
        units.windows(3).map(|three| bench.structure.at_least(2, three.to_vec())).collect();
    let flow = bench.structure.all(rungs);
    let found = bench.kernel().solve(&Mixture::of(flow)).availability();
    assert!(found.lower() <= found.upper() && found.lower() >= 0.0 && found.upper() <= 1.0);
    let flow = bench.structure.at_least(1500, units);
    assert!(bench.value(flow) > 0.999);
}

#[test]
fn many_domains() {
    // 12 regions of 3 zones, a service over all of them and a store in each: no state is looked at twice
    let mut bench = Bench::default();
    let mut zones = Vec::new();
    let mut local = Vec::new();
    for _ in 0..12 {
        let region = bench.domain(0.999);
        let here = [0.99; 3].map(|a| bench.within(a, region));
        local.push(bench.over(1, 0.99, &here));
        zones.extend(here);
    }
    let global = bench.over(1, 0.99, &zones);
    let some = bench.structure.at_least(10, local);
    let flow = bench.structure.all([global, some]);
    let value = bench.value(flow);
    // the stores alone: each down with its region, or in each zone by itself
    let each = 0.999 * (1.0 - (1.0 - 0.99f64 * 0.99).powi(3));
    let q = 1.0 - each;
    let ten: f64 = each.powi(12) + 12.0 * each.powi(11) * q + 66.0 * each.powi(10) * q * q;
    assert!((value - ten).abs() < 1e-12, "{value} {ten}");
}

#[test]
fn zones_that_are_all_different() {
    // 24 unlike zones below the rarity at which states are left out: still a figure
    let mut bench = Bench::default();
    let zones: Vec<DomainIx> = (0..24).map(|at| bench.domain(0.999 + 0.000_01 * f64::from(at))).collect();
    let one = bench.over(1, 0.99, &zones);
    let two = bench.over(23, 0.999, &zones);
    let flow = bench.structure.all([one, two]);
    let found = bench.kernel().solve(&Mixture::of(flow)).availability();
    assert!(found.upper() - found.lower() < 1e-6, "{found:?}");
    let alone: Vec<NodeIx> =
        (0..24).map(|at| bench.single((0.999 + 0.000_01 * f64::from(at)) * 0.999)).collect();
    let expected = bench.structure.at_least(23, alone);
    assert!((found.value() - bench.value(expected)).abs() < 1e-9, "{found:?}");
}

#[test]
fn what_is_no_probability_and_no_index() {
    let mut bench = Bench::default();
    let domain = bench.system.add_domain(f64::NAN, Some(DomainIx(1)));
    bench.system.add_domain(2.0, Some(DomainIx(0)));
    let circle = bench.placed(1, -1.0, &[(1, &[domain])]);
    let nowhere = bench.placed(1, f64::INFINITY, &[(2, &[DomainIx(77)])]);
    let missing = bench.structure.unit(UnitIx(99));
    let lost = bench.structure.domain(DomainIx(99));
    for node in [circle, nowhere, missing, lost, bench.structure.always(), bench.structure.never()] {
        let mut kernel = bench.kernel();
        let value = kernel.solve(&Mixture::of(node)).availability().value();
        assert!((0.0..=1.0).contains(&value));
        kernel.cut_sets(&Mixture::of(node), 3);
    }
    assert_eq!(bench.kernel().solve(&Mixture::default()).availability().value(), 1.0);
    assert!(bench.kernel().single_points(&Mixture::default()).is_empty());
}

#[test]
fn replicas_are_numbered_as_they_are_dealt() {
    let block = |count| Block { count, availability: 0.9, domains: Vec::new() };
    let unit = Unit { needs: 1, blocks: vec![block(3), block(2), block(2)] };
    let numbers = |at: usize| {
        (0..unit.blocks[at].count).map(|index| unit.replica_number(at, index)).collect::<Vec<_>>()
    };
    assert_eq!([numbers(0), numbers(1), numbers(2)], [vec![1, 4, 7], vec![2, 5], vec![3, 6]]);
}

#[test]
fn listing_is_capped_and_says_so() {
    let mut bench = Bench::default();
    let unit = bench.placed(1_999, 0.9, &[(2000, &[])]);
    let single = bench.single(0.99);
    let flow = bench.structure.all([unit, single]);
    let sets = bench.kernel().cut_sets(&Mixture::of(flow), 3);
    assert_eq!(sets.groups.iter().map(|group| group.ways).collect::<Vec<_>>(), [1.0, 1_999_000.0]);
    let (listed, complete) = sets.listed(&bench.system, 1000);
    assert_eq!((listed.len(), complete), (1000, 1));
    assert_eq!(listed[1].members.len(), 2);
}

#[test]
fn a_share_that_only_some_runs_need() {
    let mut bench = Bench::default();
    let (api, cache, store) = (bench.single(0.999), bench.single(0.99), bench.single(0.98));
    let hit = bench.structure.all([api, cache]);
    let miss = bench.structure.all([api, cache, store]);
    let mixture = Mixture { terms: vec![(0.9, hit), (0.1, miss)] };
    let sets = bench.kernel().cut_sets(&mixture, 3);
    let shares: Vec<(f64, f64)> = sets.groups.iter().map(|group| (group.probability, group.share)).collect();
    let expected = [(0.02, 0.1), (0.01, 1.0), (0.001, 1.0)];
    for ((probability, share), (of, part)) in shares.iter().zip(expected) {
        assert!((probability - of).abs() < 1e-12 && (share - part).abs() < 1e-12, "{shares:?}");
    }
    assert_eq!(shares.len(), 3);
    let element = Element::Unit(UnitIx(2));
    assert!((bench.kernel().is_single_point(&mixture, element) - 0.1).abs() < 1e-12);
}

#[test]
fn one_replica_and_what_a_domain_pins() {
    let mut bench = Bench::default();
    let region = bench.domain(0.999);
    let zones = [0.99, 0.98].map(|a| bench.within(a, region));
    let spread = bench.placed(2, 0.9, &[(2, &zones[..1]), (1, &zones[1..])]);
    let solved = bench.solve(spread);
    let replica = |block: usize| bench.kernel().replica_importance(&Mixture::of(spread), UnitIx(0), block);
    let by_hand = |first: [f64; 3]| {
        let [a, b, c] = first;
        let two = |a: f64, b: f64, c: f64| a * b + (a + b - 2.0 * a * b) * c;
        0.999 * (0.99 * 0.98 * two(a, b, c) + 0.99 * 0.02 * a * b)
    };
    assert!((solved.value() - by_hand([0.9; 3])).abs() < 1e-12);
    for (block, perfect, gone) in
        [(0, [1.0, 0.9, 0.9], [0.0, 0.9, 0.9]), (1, [0.9, 0.9, 1.0], [0.9, 0.9, 0.0])]
    {
        let found = replica(block);
        assert!((found.birnbaum - (by_hand(perfect) - by_hand(gone))).abs() < 1e-12);
        let share = (by_hand(perfect) - by_hand([0.9; 3])) / (1.0 - by_hand([0.9; 3]));
        assert!((found.fussell_vesely - share).abs() < 1e-12);
    }
    assert_eq!(bench.system.pinned_by(region), [UnitIx(0)]);
    assert_eq!(bench.system.pinned_by(zones[0]), [UnitIx(0)]);
    assert!(bench.system.pinned_by(zones[1]).is_empty());
    assert!((unit_chance(&bench.system, UnitIx(0)).up - solved.value()).abs() < 1e-15);
    let alone = bench.system.units[0].chance_alone();
    assert!((alone.up - (3.0 * 0.81 * 0.1 + 0.729)).abs() < 1e-12);
}
