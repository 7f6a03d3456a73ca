//! Finds minimal cut sets. For each small set of domains that may be down, the units left are as many failures away from being
//! down as they have replicas to spare and one more; `falls` then says which of them fail the flow together.

use std::sync::Arc;

use super::arena::{NodeIx, Op};
use super::chance::Chance;
use super::cut_sets::{CutGroup, CutSets, Lost, Member, down};
use super::falls::{Budget, Fall, Falls};
use super::flat::{Flat, Part};
use super::kernel::Kernel;
use super::places::Places;
use super::solution::Element;
use super::structure::Mixture;
use super::system::{DomainIx, System, UnitIx};

/// Steps that one search may take before the order below it is what is known.
const STEPS: usize = 20_000_000;

impl Kernel<'_> {
    /// The minimal cut sets of a flow up to `max_order` members, or to the lower order at which there are too many to hold; that
    /// of order 1 is always complete. A flow that is down as it stands has the empty set alone. A set that fails every kind of run
    /// has share 1; one that fails only some is there too.
    pub fn cut_sets(&mut self, mixture: &Mixture, max_order: usize) -> CutSets {
        if max_order == 0 {
            return CutSets::default();
        }
        let (mut flat, pools) = self.flatten(mixture);
        let mut repeats = flat.leaves.iter().any(|leaf| leaf.repeated);
        let mut targets = flat.tops.clone();
        if targets.len() > 1 {
            let flat = Arc::make_mut(&mut flat);
            flat.gates.push((Op::Any, flat.tops.clone()));
            targets.push(Part::Gate(flat.gates.len() as u32 - 1));
            repeats = true;
        }
        let places = Places::of(self.system, &flat, &pools, &self.pools);
        let nominal = places.spares(&[]);
        if !targets.is_empty() && !targets.iter().any(|&target| stands(&flat, target, &nominal, &[])) {
            return CutSets::always(max_order);
        }
        let mut known = self.first_order(mixture);
        for order in 2..=max_order {
            let budget = Budget { steps: STEPS, sets: self.limits.cut_sets };
            let (system, flat, places) = (self.system, &flat, &places);
            let mut search = Search { system, flat, places, repeats, order, budget, truncated: false };
            let Some(groups) = search.run(&targets, mixture) else { break };
            let complete = !search.truncated;
            known = CutSets { groups, complete_to_order: if complete { max_order } else { order }, complete };
            if complete {
                break;
            }
        }
        known
    }

    fn first_order(&mut self, mixture: &Mixture) -> CutSets {
        let mut groups = Vec::new();
        for point in self.single_points(mixture) {
            match point.element {
                Element::Domain(domain) => groups.push(CutGroup {
                    domains: vec![domain],
                    replicas: Vec::new(),
                    probability: point.probability,
                    ways: 1.0,
                    share: point.share,
                }),
                Element::Unit(unit) => {
                    let blocks = self.system.units[unit.index()].blocks.iter().enumerate();
                    groups.extend(blocks.filter(|(_, block)| block.count > 0).map(|(ix, block)| CutGroup {
                        domains: Vec::new(),
                        replicas: vec![Lost { unit, block: ix, count: 1 }],
                        probability: Chance::of(block.availability).down,
                        ways: block.count as f64,
                        share: point.share,
                    }));
                }
            }
        }
        sort(&mut groups);
        CutSets { groups, complete_to_order: 1, complete: false }
    }
}

fn sort(groups: &mut [CutGroup]) {
    groups.sort_by(|a, b| {
        let likelier = || b.probability.total_cmp(&a.probability);
        let members = || (&a.domains, &a.replicas).cmp(&(&b.domains, &b.replicas));
        a.order().cmp(&b.order()).then_with(likelier).then_with(members)
    });
}

/// True when `root` is up while leaves have lost so many replicas.
fn stands(flat: &Flat, root: Part, spares: &[u64], lost: &[(u32, u64)]) -> bool {
    let mut gates: Vec<bool> = Vec::with_capacity(flat.gates.len());
    let value = |part: Part, gates: &[bool]| match part {
        Part::Constant(constant) => constant == NodeIx::TRUE,
        Part::Leaf(leaf) => {
            let gone = lost.iter().find(|(other, _)| *other == leaf).map_or(0, |(_, lost)| *lost);
            spares[leaf as usize] > gone
        }
        Part::Gate(gate) => gates[gate as usize],
    };
    for (op, parts) in &flat.gates {
        let up = match op {
            Op::All => parts.iter().all(|&part| value(part, &gates)),
            Op::AtLeast(needed) => parts.iter().filter(|&&part| value(part, &gates)).count() >= *needed,
            _ => parts.iter().any(|&part| value(part, &gates)),
        };
        gates.push(up);
    }
    value(root, &gates)
}

/// Domains that are down, by position, and the leaves that then lose so many replicas.
type Cut = (Vec<usize>, Vec<(u32, u64)>);

/// The search for all cut sets up to an order.
struct Search<'a> {
    system: &'a System,
    flat: &'a Flat,
    places: &'a Places,
    repeats: bool,
    order: usize,
    budget: Budget,
    /// A larger set may exist.
    truncated: bool,
}

impl Search<'_> {
    /// All cut sets of the targets, or `None` where they are too many.
    fn run(&mut self, targets: &[Part], mixture: &Mixture) -> Option<Vec<CutGroup>> {
        let mut cuts: Vec<Cut> = Vec::new();
        for &target in targets {
            self.cuts_of(target, &mut cuts)?;
        }
        cuts.sort_unstable();
        cuts.dedup();
        let mut groups = Vec::new();
        for (down, lost) in &cuts {
            let share = self.share(mixture, down, lost)?;
            self.add_groups(down, lost, share, &mut groups)?;
        }
        sort(&mut groups);
        Some(groups)
    }

    /// The minimal cut sets of one root: for each set of domains without one that is above another, what must fall beside it.
    fn cuts_of(&mut self, root: Part, cuts: &mut Vec<Cut>) -> Option<()> {
        let domains = self.places.domains.len();
        // sets of domains that are enough by themselves: no larger one is minimal
        let mut enough: Vec<Vec<usize>> = Vec::new();
        let mut open: Vec<Vec<usize>> = vec![Vec::new()];
        while let Some(down) = open.pop() {
            // what a set costs before any fall is found: some copies of the spares, and the rest
            self.budget.spend(self.flat.leaves.len() * (down.len() + 1) + enough.len() + 1500)?;
            if enough.iter().any(|cut| cut.iter().all(|domain| down.contains(domain))) {
                continue;
            }
            let spares = self.places.spares(&down);
            let room = (self.order - down.len()) as u64;
            let mut search = Falls::new(self.flat, &spares, room, self.repeats, &mut self.budget);
            let falls = search.of(root)?;
            self.truncated |= search.truncated;
            let by_domains = falls.iter().any(|fall| fall.leaves.is_empty());
            self.keep_minimal(root, &down, &spares, falls, cuts)?;
            self.budget.holds(cuts.len())?;
            if by_domains {
                enough.push(down);
                continue;
            }
            let next = down.last().map_or(0, |last| last + 1);
            if down.len() == self.order {
                self.truncated |= next < domains;
                continue;
            }
            for domain in next..domains {
                if !self.places.is_related(domain, &down) {
                    open.push([down.as_slice(), &[domain]].concat());
                }
            }
        }
        Some(())
    }

    /// Adds the falls for which every domain of `down` must be down.
    fn keep_minimal(
        &mut self,
        root: Part,
        down: &[usize],
        spares: &[u64],
        falls: Vec<Fall>,
        cuts: &mut Vec<Cut>,
    ) -> Option<()> {
        let mut rests: Vec<(Vec<u64>, bool)> = Vec::with_capacity(down.len());
        for spared in down {
            let rest: Vec<usize> = down.iter().copied().filter(|domain| domain != spared).collect();
            let spares = self.places.spares(&rest);
            let up = stands(self.flat, root, &spares, &[]);
            rests.push((spares, up));
        }
        for Fall { leaves, .. } in falls {
            if leaves.is_empty() && down.is_empty() {
                continue;
            }
            let lost: Vec<(u32, u64)> = leaves.iter().map(|&leaf| (leaf, spares[leaf as usize])).collect();
            let mut minimal = true;
            for (rest, up) in &rests {
                // a leaf that gets replicas back stands again
                let still: Vec<(u32, u64)> =
                    lost.iter().copied().filter(|&(leaf, lost)| rest[leaf as usize] <= lost).collect();
                minimal = minimal && *up && (still.is_empty() || self.stands(root, rest, &still)?);
            }
            if minimal {
                cuts.push((down.to_vec(), lost));
            }
        }
        Some(())
    }

    fn stands(&mut self, root: Part, spares: &[u64], lost: &[(u32, u64)]) -> Option<bool> {
        self.budget.spend(self.flat.leaves.len() + self.flat.gates.len())?;
        Some(stands(self.flat, root, spares, lost))
    }

    /// The share of runs that a cut fails.
    fn share(&mut self, mixture: &Mixture, down: &[usize], lost: &[(u32, u64)]) -> Option<f64> {
        if mixture.terms.len() == 1 {
            return Some(1.0);
        }
        let spares = self.places.spares(down);
        let mut share = 0.0;
        let mut all = true;
        for (at, &(weight, _)) in mixture.terms.iter().enumerate() {
            if self.stands(self.flat.tops[at], &spares, lost)? {
                all = false;
            } else {
                share += weight;
            }
        }
        Some(if all { 1.0 } else { share })
    }

    /// Adds a cut as groups: one for each way to deal the lost replicas over the blocks of their units.
    fn add_groups(
        &mut self,
        down_at: &[usize],
        lost: &[(u32, u64)],
        share: f64,
        groups: &mut Vec<CutGroup>,
    ) -> Option<()> {
        let domains: Vec<DomainIx> = down_at.iter().map(|&at| self.places.domains[at]).collect();
        let mut dealt: Vec<Vec<Lost>> = vec![Vec::new()];
        for &(leaf, lost) in lost {
            let Some(unit) = self.flat.leaves[leaf as usize].unit() else { continue };
            let deals = self.deals(unit, leaf, down_at, lost)?;
            let mut next = Vec::new();
            for before in &dealt {
                self.budget.spend(deals.len())?;
                next.extend(deals.iter().map(|deal| [before.as_slice(), deal].concat()));
            }
            dealt = next;
        }
        let of_domains: f64 =
            domains.iter().map(|&domain| down(self.system, Member::Domain(domain))).product();
        for mut replicas in dealt {
            replicas.sort_unstable();
            let (mut probability, mut ways) = (of_domains, 1.0);
            for &Lost { unit, block, count } in &replicas {
                let one = down(self.system, Member::Replica { unit, block, index: 0 });
                probability *= one.powf(count as f64);
                let of = self.system.units[unit.index()].blocks[block].count;
                ways *= (0..count).fold(1.0, |ways, at| ways * (of - at) as f64 / (at + 1) as f64);
            }
            groups.push(CutGroup {
                domains: domains.clone(),
                replicas,
                probability,
                ways: ways.round(),
                share,
            });
        }
        self.budget.holds(groups.len())
    }

    /// The ways to lose so many replicas of a unit out of its live blocks.
    fn deals(&mut self, unit: UnitIx, leaf: u32, down: &[usize], lost: u64) -> Option<Vec<Vec<Lost>>> {
        let mut deals: Vec<(Vec<Lost>, u64)> = vec![(Vec::new(), lost)];
        for placed in self.places.live(leaf as usize, down) {
            let mut next = Vec::new();
            for (deal, left) in deals {
                for count in 0..=placed.count.min(left) {
                    let mut deal = deal.clone();
                    if count > 0 {
                        deal.push(Lost { unit, block: placed.block, count });
                    }
                    next.push((deal, left - count));
                }
            }
            self.budget.spend(next.len())?;
            self.budget.holds(next.len())?;
            deals = next;
        }
        Some(deals.into_iter().filter(|(_, left)| *left == 0).map(|(deal, _)| deal).collect())
    }
}
