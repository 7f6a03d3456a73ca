//! What holds for any system, over random ones.

use proptest::prelude::*;

use super::brute::{Dice, random};
use super::*;

/// Within rounding.
#[track_caller]
fn same(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-12, "{a} is not {b}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_replica_in_a_new_zone_never_lowers(seed: u64, zone in 0.0..1.0f64, replica in 0.0..1.0f64) {
        let mut dice = Dice::new(seed);
        let (mut bench, nodes) = random(&mut dice, 16);
        let root = nodes[nodes.len() - 1];
        let before = bench.value(root);
        let unit = dice.below(bench.system.units.len());
        let domains = vec![bench.domain(zone)];
        bench.system.units[unit].blocks.push(Block { count: 1, availability: replica, domains });
        prop_assert!(bench.value(root) >= before - 1e-12);
    }

    #[test]
    fn a_hard_call_never_raises(seed: u64, availability in 0.0..=1.0f64, placed: bool) {
        let mut dice = Dice::new(seed);
        let (mut bench, nodes) = random(&mut dice, 16);
        let root = nodes[nodes.len() - 1];
        let before = bench.value(root);
        let domain = (placed && !bench.system.domains.is_empty()).then_some(DomainIx(0));
        let call = bench.placed(1, availability, &[(1, domain.as_slice())]);
        let with = bench.structure.all([root, call]);
        prop_assert!(bench.value(with) <= before + 1e-12);
        let instead = bench.structure.any([root, call]);
        prop_assert!(bench.value(instead) >= before - 1e-12);
    }

    #[test]
    fn nothing_depends_on_the_order(seed: u64) {
        let mut dice = Dice::new(seed);
        let (bench, nodes) = random(&mut dice, 18);
        let mixture = Mixture { terms: vec![(0.3, nodes[nodes.len() - 1]), (0.7, nodes[nodes.len() - 2])] };
        let (mirrored, other) = mirror(&bench, &mixture);
        let (mut one, mut two) = (bench.kernel(), mirrored.kernel());
        let (solved, of_other) = (one.solve(&mixture), two.solve(&other));
        same(solved.availability().value(), of_other.availability().value());
        let mut shares: Vec<f64> = solved.importance().iter().map(|element| element.birnbaum).collect();
        let mut others: Vec<f64> = of_other.importance().iter().map(|element| element.birnbaum).collect();
        shares.retain(|share| *share > 1e-9);
        others.retain(|share| *share > 1e-9);
        shares.sort_by(f64::total_cmp);
        others.sort_by(f64::total_cmp);
        prop_assert_eq!(shares.len(), others.len());
        for (a, b) in shares.iter().zip(&others) {
            same(*a, *b);
        }
        prop_assert_eq!(one.single_points(&mixture).len(), two.single_points(&other).len());
        let count = |sets: CutSets| sets.groups.iter().map(|group| group.ways).sum::<f64>();
        prop_assert_eq!(count(one.cut_sets(&mixture, 3)), count(two.cut_sets(&other, 3)));
    }

    #[test]
    fn up_and_down_add_up_and_importance_is_a_share(seed: u64) {
        let mut dice = Dice::new(seed);
        let (bench, nodes) = random(&mut dice, 20);
        let solution = bench.kernel().solve(&Mixture::of(nodes[nodes.len() - 1]));
        let Chance { up, down } = solution.availability().bounds();
        same(up + down, 1.0);
        for importance in solution.importance() {
            prop_assert!((-1e-12..=1.0 + 1e-12).contains(&importance.birnbaum), "{importance:?}");
            prop_assert!((0.0..=1.0).contains(&importance.fussell_vesely), "{importance:?}");
        }
    }

    #[test]
    fn a_case_equals_the_system_in_which_it_has_happened(seed: u64) {
        let mut dice = Dice::new(seed);
        let (bench, nodes) = random(&mut dice, 18);
        let mixture = Mixture { terms: vec![(0.5, nodes[nodes.len() - 1]), (0.5, nodes[nodes.len() - 2])] };
        let mut failed = Failed::default();
        for domain in 0..bench.system.domains.len() {
            if dice.below(4) == 0 {
                failed.domains.push(DomainIx(domain as u32));
            }
        }
        for unit in 0..bench.system.units.len() {
            match dice.below(8) {
                0 => failed.units.push(UnitIx(unit as u32)),
                1 => failed.replicas.push((UnitIx(unit as u32), 0, 1)),
                _ => {}
            }
        }
        let after = bench.system.after(&failed);
        let happened = evaluate(&after, &bench.structure, &mixture, &Failed::default(), Limits::default());
        let mut kernel = bench.kernel();
        let solution = kernel.solve(&mixture);
        same(solution.under(&mut kernel, &mixture, &failed).value(), happened.value());
        same(kernel.evaluate(&mixture, &failed).value(), happened.value());
        failed.replicas.clear();
        let whole = kernel.evaluate(&mixture, &failed);
        same(solution.under(&mut kernel, &mixture, &failed).value(), whole.value());
    }
}

/// The same system with everything declared the other way round.
fn mirror(bench: &Bench, mixture: &Mixture) -> (Bench, Mixture) {
    let mut other = Bench::default();
    let domains = bench.system.domains.len() as u32;
    let turn = |domain: DomainIx| DomainIx(domains - 1 - domain.0);
    for domain in bench.system.domains.iter().rev() {
        other.system.add_domain(domain.availability, domain.parent.map(turn));
    }
    for unit in bench.system.units.iter().rev() {
        let blocks = unit.blocks.iter().rev().map(|block| Block {
            domains: block.domains.iter().rev().copied().map(turn).collect(),
            ..*block
        });
        other.system.add_unit(unit.needs, blocks.collect());
    }
    let units = bench.system.units.len() as u32;
    let mut built = std::collections::BTreeMap::new();
    let roots: Vec<NodeIx> = mixture.terms.iter().map(|(_, root)| *root).collect();
    let nodes = bench.structure.below(&roots);
    for unit in (0..units).rev() {
        other.structure.unit(UnitIx(unit));
    }
    for node in nodes {
        let mapped = |kids: &[NodeIx]| kids.iter().rev().map(|kid| built[kid]).collect::<Vec<NodeIx>>();
        let new = match bench.structure.node(node) {
            Node::False => other.structure.never(),
            Node::True => other.structure.always(),
            Node::Unit(unit) => other.structure.unit(UnitIx(units - 1 - unit.0)),
            Node::Domain(domain) => other.structure.domain(turn(domain)),
            Node::All(kids) => other.structure.all(mapped(kids)),
            Node::Any(kids) => other.structure.any(mapped(kids)),
            Node::AtLeast(needed, kids) => other.structure.at_least(needed, mapped(kids)),
        };
        built.insert(node, new);
    }
    let terms = mixture.terms.iter().rev().map(|(weight, root)| (*weight, built[root])).collect();
    (other, Mixture { terms })
}
