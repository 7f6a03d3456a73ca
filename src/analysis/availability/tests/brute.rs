//! Enumeration of every state of small random systems, to which the kernel must be equal.

use super::*;

/// A little generator, so that a failing case is known by its seed.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % limit.max(1) as u64) as usize
    }

    pub(super) fn chance(&mut self) -> f64 {
        [0.5, 0.9, 0.75, 0.99, 0.999, 0.3, 1.0, 0.0][self.below(8)]
    }
}

/// A system of at most `vars` Boolean variables and a structure over it, with repeated units and nested domains.
pub(super) fn random(dice: &mut Dice, vars: usize) -> (Bench, Vec<NodeIx>) {
    let mut bench = Bench::default();
    let domains = dice.below(6);
    for ix in 0..domains {
        let parent = (ix > 0 && dice.below(2) == 0).then(|| DomainIx(dice.below(ix) as u32));
        let availability = dice.chance();
        bench.system.add_domain(availability, parent);
    }
    let mut left = vars - domains;
    let mut nodes = Vec::new();
    while left > 0 {
        let mut blocks = Vec::new();
        for _ in 0..=dice.below(3) {
            let count = (1 + dice.below(2)).min(left) as u64;
            left -= count as usize;
            let held =
                (0..dice.below(3).min(domains)).map(|_| DomainIx(dice.below(domains) as u32)).collect();
            blocks.push(Block { count, availability: dice.chance(), domains: held });
        }
        if dice.below(2) == 0 {
            let alike = blocks[0].availability;
            blocks.iter_mut().for_each(|block| block.availability = alike);
        }
        let total: u64 = blocks.iter().map(|block| block.count).sum();
        let needs = dice.below(total as usize + 2) as u64;
        let unit = bench.system.add_unit(needs, blocks);
        nodes.push(bench.structure.unit(unit));
    }
    if domains > 0 && dice.below(3) == 0 {
        nodes.push(bench.structure.domain(DomainIx(dice.below(domains) as u32)));
    }
    for _ in 0..2 + dice.below(8) {
        let kids: Vec<_> = (0..2 + dice.below(4)).map(|_| nodes[dice.below(nodes.len())]).collect();
        let gate = match dice.below(5) {
            0 | 1 => bench.structure.all(kids),
            2 | 3 => bench.structure.any(kids),
            _ => bench.structure.at_least(1 + dice.below(kids.len()), kids),
        };
        nodes.push(gate);
    }
    (bench, nodes)
}

/// One Boolean variable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Variable {
    Domain(DomainIx),
    Replica(UnitIx, usize),
}

pub(super) fn variables(system: &System) -> Vec<(Variable, f64)> {
    let domains = system.domains.iter().enumerate();
    let mut all: Vec<_> =
        domains.map(|(ix, domain)| (Variable::Domain(DomainIx(ix as u32)), domain.availability)).collect();
    for (ix, unit) in system.units.iter().enumerate() {
        for (at, block) in unit.blocks.iter().enumerate() {
            for _ in 0..block.count {
                all.push((Variable::Replica(UnitIx(ix as u32), at), block.availability));
            }
        }
    }
    all
}

/// The value of each node in one state, by definition.
pub(super) fn up(bench: &Bench, variables: &[(Variable, f64)], state: usize, root: NodeIx) -> bool {
    let is_up = |at: usize| state >> at & 1 == 1;
    let domain_up = |domain: &DomainIx| {
        bench.system.with_ancestors(&[*domain]).iter().all(|domain| is_up(domain.index()))
    };
    let mut values = std::collections::BTreeMap::new();
    for node in bench.structure.below(&[root]) {
        let count = |kids: &[NodeIx]| kids.iter().filter(|&&kid| values[&kid]).count();
        let value = match bench.structure.node(node) {
            Node::False => false,
            Node::True => true,
            Node::Domain(domain) => domain_up(&domain),
            Node::Unit(unit) => {
                let live = variables.iter().enumerate().filter(|(at, (variable, _))| match *variable {
                    Variable::Replica(other, block) if other == unit => {
                        let block = &bench.system.units[unit.index()].blocks[block];
                        is_up(*at) && block.domains.iter().all(domain_up)
                    }
                    _ => false,
                });
                live.count() as u64 >= bench.system.units[unit.index()].needs
            }
            Node::All(kids) => count(kids) == kids.len(),
            Node::Any(kids) => count(kids) > 0,
            Node::AtLeast(needed, kids) => count(kids) >= needed,
        };
        values.insert(node, value);
    }
    values[&root]
}

/// The chance that `root` is up.
pub(super) fn enumerate(bench: &Bench, root: NodeIx) -> f64 {
    enumerate_where(bench, root, |_, availability| availability)
}

/// The same with the availability of some variables replaced.
pub(super) fn enumerate_where(bench: &Bench, root: NodeIx, of: impl Fn(Variable, f64) -> f64) -> f64 {
    let variables = variables(&bench.system);
    let mut sum = 0.0;
    for state in 0..1usize << variables.len() {
        let chance: f64 = variables
            .iter()
            .enumerate()
            .map(|(at, &(variable, availability))| {
                let availability = of(variable, availability);
                if state >> at & 1 == 1 { availability } else { 1.0 - availability }
            })
            .product();
        if chance > 0.0 && up(bench, &variables, state, root) {
            sum += chance;
        }
    }
    sum
}

#[test]
fn equals_enumeration() {
    for seed in 0..400 {
        let mut dice = Dice::new(seed);
        let vars = 6 + dice.below(6);
        let (bench, nodes) = random(&mut dice, vars);
        for &root in nodes.iter().rev().take(2) {
            let solved = bench.kernel().solve(&Mixture::of(root)).availability();
            let expected = enumerate(&bench, root);
            assert!(solved.exact, "seed {seed}");
            assert!((solved.value() - expected).abs() < 1e-12, "seed {seed}: {solved:?} is not {expected}");
            assert!((solved.unavailability() - (1.0 - expected)).abs() < 1e-12, "seed {seed}: {solved:?}");
        }
    }
}

#[test]
fn importance_equals_enumeration() {
    for seed in 0..150 {
        let mut dice = Dice::new(seed + 10_000);
        let (bench, nodes) = random(&mut dice, 9);
        let root = nodes[nodes.len() - 1];
        let solution = bench.kernel().solve(&Mixture::of(root));
        let value = solution.availability().value();
        let met = solution.importance();
        let elements = (0..bench.system.domains.len() as u32).map(|ix| Element::Domain(DomainIx(ix)));
        let elements =
            elements.chain((0..bench.system.units.len() as u32).map(|ix| Element::Unit(UnitIx(ix))));
        for element in elements {
            let with = |value: f64| {
                enumerate_where(&bench, root, |variable, availability| match (variable, element) {
                    (Variable::Domain(domain), Element::Domain(other)) if domain == other => value,
                    (Variable::Replica(unit, _), Element::Unit(other)) if unit == other => value,
                    _ => availability,
                })
            };
            let found = met.iter().find(|importance| importance.element == element);
            let birnbaum = found.map_or(0.0, |found| found.birnbaum);
            let share = found.map_or(0.0, |found| found.fussell_vesely);
            let (best, worst) = (with(1.0), with(0.0));
            assert!(
                (birnbaum - (best - worst)).abs() < 1e-12,
                "seed {seed} {element:?} {birnbaum} {best} {worst}"
            );
            if value < 1.0 {
                let expected = (best - value) / (1.0 - value);
                assert!((share - expected).abs() < 1e-9, "seed {seed} {element:?} {share} is not {expected}");
            }
        }
    }
}
