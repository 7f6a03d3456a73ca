//! Finds minimal cut sets. For each small set of domains that may be down, the units left are as many failures away from being
//! down as they have replicas to spare; the sets of units that fail the flow within the order are then combined gate by gate.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::arena::{NodeIx, Op};
use super::chance::Chance;
use super::cut_sets::{CutGroup, CutSets, Lost, Member, down};
use super::kernel::Kernel;
use super::pools::Pools;
use super::reduce::{Flat, Part};
use super::solution::Element;
use super::structure::Mixture;
use super::system::{DomainIx, System, UnitIx};

/// Steps that one search may take before the order below it is what is known.
const BUDGET: usize = 20_000_000;

impl Kernel<'_> {
    /// The minimal cut sets of a flow up to `max_order` members, or to the lower order at which there are too many to hold; that of
    /// order 1 is always complete. A flow that is down as it stands has the empty set alone. A set that fails every kind of run has share 1; one that fails only some is there too.
    pub fn cut_sets(&mut self, mixture: &Mixture, max_order: usize) -> CutSets {
        if max_order == 0 {
            return CutSets::default();
        }
        let roots: Vec<NodeIx> = mixture.terms.iter().map(|&(_, root)| root).collect();
        let mut flat = self.flatten(&roots);
        let mut repeats = flat.leaves.iter().any(|leaf| leaf.repeated);
        let mut targets = flat.tops.clone();
        if targets.len() > 1 {
            flat.gates.push((Op::Any, flat.tops.clone()));
            targets.push(Part::Gate(flat.gates.len() as u32 - 1));
            repeats = true;
        }
        let places = Places::of(self.system, &flat, &self.pools);
        let start = Search {
            system: self.system,
            flat: &flat,
            places: &places,
            repeats,
            order: 0,
            budget: BUDGET,
            cap: self.limits.cut_sets,
            truncated: false,
        };
        if !targets.iter().any(|&target| start.clone().stands(target, &[], &[]) == Some(true)) {
            return CutSets::always(max_order);
        }
        let mut known = self.first_order(mixture);
        for order in 2..=max_order {
            let mut search = Search { order, ..start.clone() };
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

/// Where the replicas of each leaf are.
struct Places {
    leaves: Vec<Place>,
    /// The domains that matter, and the leaves that each touches.
    domains: Vec<(DomainIx, Vec<u32>)>,
}

struct Place {
    needs: u64,
    /// Position in the unit, replicas, and the domains that hold them.
    blocks: Vec<(usize, u64, Vec<DomainIx>)>,
}

impl Places {
    fn of(system: &System, flat: &Flat, pools: &Pools) -> Places {
        let mut touched: BTreeMap<DomainIx, Vec<u32>> = BTreeMap::new();
        let mut leaves = Vec::with_capacity(flat.leaves.len());
        for (ix, leaf) in flat.leaves.iter().enumerate() {
            let domains = pools.domains(leaf.pool);
            for &domain in domains {
                touched.entry(domain).or_default().push(ix as u32);
            }
            leaves.push(match leaf.unit.and_then(|unit| system.units.get(unit.index())) {
                None => Place { needs: 1, blocks: vec![(0, 1, domains.to_vec())] },
                Some(unit) => {
                    let blocks = unit.blocks.iter().enumerate();
                    let blocks =
                        blocks.map(|(ix, block)| (ix, block.count, system.with_ancestors(&block.domains)));
                    Place { needs: unit.needs, blocks: blocks.collect() }
                }
            });
        }
        Places { leaves, domains: touched.into_iter().collect() }
    }

    /// The replicas of a leaf that no domain of `down` holds.
    fn live(&self, leaf: usize, down: &[DomainIx]) -> u64 {
        let live = self.leaves[leaf].blocks.iter().filter(|(_, _, held)| !touches(held, down));
        live.fold(0, |sum, (_, count, _)| sum.saturating_add(*count))
    }
}

fn touches(held: &[DomainIx], down: &[DomainIx]) -> bool {
    down.iter().any(|domain| held.binary_search(domain).is_ok())
}

/// Leaves that are down together, and how many replicas that takes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fall {
    leaves: Vec<u32>,
    lost: usize,
}

/// Domains that are down, and the leaves that lose as many replicas as they then have to spare and one more.
type Cut = (Vec<DomainIx>, Vec<u32>);

#[derive(Clone)]
struct Search<'a> {
    system: &'a System,
    flat: &'a Flat,
    places: &'a Places,
    repeats: bool,
    order: usize,
    budget: usize,
    cap: usize,
    /// A larger set was dropped.
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
        for (domains, leaves) in &cuts {
            let share = self.share(mixture, domains, leaves)?;
            self.groups(domains, leaves, share, &mut groups)?;
        }
        sort(&mut groups);
        Some(groups)
    }

    fn spend(&mut self, steps: usize) -> Option<()> {
        self.budget = self.budget.checked_sub(steps)?;
        Some(())
    }

    /// The minimal cut sets of one root.
    fn cuts_of(&mut self, root: Part, cuts: &mut Vec<Cut>) -> Option<()> {
        let places = self.places;
        let mut whole: Vec<Vec<DomainIx>> = Vec::new();
        let mut open: Vec<(Vec<DomainIx>, usize)> = vec![(Vec::new(), 0)];
        while let Some((down, next)) = open.pop() {
            if whole.iter().any(|cut| cut.iter().all(|domain| down.contains(domain))) {
                continue;
            }
            let falls = self.falls(root, &down, self.order - down.len())?;
            let alone = falls.iter().any(|fall| fall.leaves.is_empty());
            for fall in falls {
                let empty = down.is_empty() && fall.leaves.is_empty();
                if !empty && self.is_minimal(root, &down, &fall)? {
                    cuts.push((down.clone(), fall.leaves));
                }
            }
            if cuts.len() > self.cap {
                return None;
            }
            if alone {
                whole.push(down);
                continue;
            }
            if down.len() == self.order {
                self.truncated |= next < places.domains.len();
                continue;
            }
            for (at, (domain, _)) in places.domains.iter().enumerate().skip(next) {
                if !self.is_related(*domain, &down) {
                    let mut more = down.clone();
                    more.push(*domain);
                    open.push((more, at + 1));
                }
            }
        }
        Some(())
    }

    /// True when the domain is above or below one that is down already.
    fn is_related(&self, domain: DomainIx, down: &[DomainIx]) -> bool {
        let above = |of: DomainIx| self.system.with_ancestors(&[of]);
        down.iter().any(|&other| above(other).contains(&domain) || above(domain).contains(&other))
    }

    /// The minimal sets of leaves that fail `root` while `down` is, with at most `room` replicas lost.
    fn falls(&mut self, root: Part, down: &[DomainIx], room: usize) -> Option<Vec<Fall>> {
        let flat = self.flat;
        self.spend(flat.leaves.len() + flat.gates.len())?;
        let mut gates: Vec<Vec<Fall>> = Vec::with_capacity(flat.gates.len());
        let of_gates = match root {
            Part::Gate(gate) => gate as usize + 1,
            _ => 0,
        };
        for (op, parts) in &flat.gates[..of_gates] {
            let falls = match op {
                Op::All => {
                    let mut all = Vec::new();
                    for &part in parts {
                        self.extend(&mut all, part, down, room, &gates);
                    }
                    self.spend(all.len())?;
                    self.minimal(all)?
                }
                op => {
                    let needed = if let Op::AtLeast(needed) = op { *needed } else { 1 };
                    self.several(parts, parts.len() + 1 - needed, down, room, &gates)?
                }
            };
            if falls.len() > self.cap {
                return None;
            }
            gates.push(falls);
        }
        let mut falls = Vec::new();
        self.extend(&mut falls, root, down, room, &gates);
        Some(falls)
    }

    /// The sets of which `needed` parts fall.
    fn several(
        &mut self,
        parts: &[Part],
        needed: usize,
        down: &[DomainIx],
        room: usize,
        gates: &[Vec<Fall>],
    ) -> Option<Vec<Fall>> {
        // fallen[j]: the sets that make j of the parts so far fall
        let mut fallen: Vec<Vec<Fall>> = vec![Vec::new(); needed + 1];
        fallen[0].push(Fall { leaves: Vec::new(), lost: 0 });
        for &part in parts {
            let mut falls = Vec::new();
            self.extend(&mut falls, part, down, room, gates);
            for j in (1..=needed).rev() {
                let mut more = Vec::new();
                for before in &fallen[j - 1] {
                    self.spend(1 + falls.len())?;
                    for fall in &falls {
                        let both = self.union(before, fall, down);
                        if both.lost <= room {
                            more.push(both);
                        } else {
                            self.truncated = true;
                        }
                    }
                    if more.len() > self.cap {
                        return None;
                    }
                }
                if !more.is_empty() {
                    let mut all = std::mem::take(&mut fallen[j]);
                    all.extend(more);
                    fallen[j] = if j == needed || self.repeats { self.minimal_always(all)? } else { all };
                }
            }
        }
        fallen.pop()
    }

    /// Adds the sets that make a part fall.
    fn extend(
        &mut self,
        all: &mut Vec<Fall>,
        part: Part,
        down: &[DomainIx],
        room: usize,
        gates: &[Vec<Fall>],
    ) {
        match part {
            Part::Constant(NodeIx::FALSE) => all.push(Fall { leaves: Vec::new(), lost: 0 }),
            Part::Constant(_) => {}
            Part::Gate(gate) => all.extend_from_slice(&gates[gate as usize]),
            Part::Leaf(leaf) => match self.lost(leaf, down) {
                Some(0) => all.push(Fall { leaves: Vec::new(), lost: 0 }),
                Some(lost) if lost <= room as u64 => {
                    all.push(Fall { leaves: vec![leaf], lost: lost as usize });
                }
                Some(_) => self.truncated = true,
                None => {}
            },
        }
    }

    /// How many replicas a leaf must lose to fall; `None` where it cannot by itself.
    fn lost(&self, leaf: u32, down: &[DomainIx]) -> Option<u64> {
        let needs = self.places.leaves[leaf as usize].needs;
        let live = self.places.live(leaf as usize, down);
        if needs == 0 {
            return None;
        }
        if live < needs {
            return Some(0);
        }
        self.flat.leaves[leaf as usize].unit.map(|_| live - needs + 1)
    }

    fn union(&self, a: &Fall, b: &Fall, down: &[DomainIx]) -> Fall {
        let mut leaves = a.leaves.clone();
        let mut lost = a.lost + b.lost;
        for &leaf in &b.leaves {
            if leaves.contains(&leaf) {
                lost -= self.lost(leaf, down).unwrap_or(0) as usize;
            } else {
                leaves.push(leaf);
            }
        }
        leaves.sort_unstable();
        Fall { leaves, lost }
    }

    /// Without the sets that hold another; where no leaf stands twice none does, but for the empty one.
    fn minimal(&mut self, all: Vec<Fall>) -> Option<Vec<Fall>> {
        if let Some(empty) = all.iter().position(|fall| fall.leaves.is_empty()) {
            return Some(vec![all[empty].clone()]);
        }
        if self.repeats { self.minimal_always(all) } else { Some(all) }
    }

    fn minimal_always(&mut self, mut all: Vec<Fall>) -> Option<Vec<Fall>> {
        all.sort_unstable_by(|a, b| {
            a.leaves.len().cmp(&b.leaves.len()).then_with(|| a.leaves.cmp(&b.leaves))
        });
        all.dedup();
        let mut kept: Vec<Fall> = Vec::with_capacity(all.len());
        let mut index: FxHashSet<Vec<u32>> = FxHashSet::default();
        for fall in all {
            let size = fall.leaves.len();
            self.spend(1 << size.min(6))?;
            let held = if size <= 6 {
                let subset = |bits: u32| {
                    let member = |at: &usize| bits >> at & 1 == 1;
                    (0..size).filter(member).map(|at| fall.leaves[at]).collect::<Vec<u32>>()
                };
                (0..(1u32 << size) - 1).any(|bits| index.contains(&subset(bits)))
            } else {
                self.spend(kept.len())?;
                kept.iter().any(|other| other.leaves.iter().all(|leaf| fall.leaves.contains(leaf)))
            };
            if !held {
                index.insert(fall.leaves.clone());
                kept.push(fall);
            }
        }
        Some(kept)
    }

    /// True when no domain of `down` could be up again.
    fn is_minimal(&mut self, root: Part, down: &[DomainIx], fall: &Fall) -> Option<bool> {
        for spared in down {
            let rest: Vec<DomainIx> = down.iter().copied().filter(|domain| domain != spared).collect();
            let lost: Vec<(u32, u64)> =
                fall.leaves.iter().map(|&leaf| (leaf, self.lost(leaf, down).unwrap_or(0))).collect();
            if !self.stands(root, &rest, &lost)? {
                return Some(false);
            }
        }
        Some(true)
    }

    /// True when the flow is up while `down` is and leaves have lost so many of their live replicas.
    fn stands(&mut self, root: Part, down: &[DomainIx], lost: &[(u32, u64)]) -> Option<bool> {
        let flat = self.flat;
        self.spend(flat.leaves.len() + flat.gates.len())?;
        let mut leaves: Vec<Option<bool>> = vec![None; flat.leaves.len()];
        let mut leaf_up = |leaf: u32| {
            *leaves[leaf as usize].get_or_insert_with(|| {
                let gone = lost.iter().find(|(other, _)| *other == leaf).map_or(0, |(_, lost)| *lost);
                let live = self.places.live(leaf as usize, down);
                live.saturating_sub(gone) >= self.places.leaves[leaf as usize].needs
            })
        };
        let mut gates: Vec<bool> = Vec::with_capacity(flat.gates.len());
        let mut value = |part: Part, gates: &[bool]| match part {
            Part::Constant(constant) => constant == NodeIx::TRUE,
            Part::Leaf(leaf) => leaf_up(leaf),
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
        Some(value(root, &gates))
    }

    /// The share of runs that a cut fails.
    fn share(&mut self, mixture: &Mixture, down: &[DomainIx], leaves: &[u32]) -> Option<f64> {
        if mixture.terms.len() == 1 {
            return Some(1.0);
        }
        let lost: Vec<(u32, u64)> =
            leaves.iter().map(|&leaf| (leaf, self.lost(leaf, down).unwrap_or(0))).collect();
        let mut share = 0.0;
        for (&top, &(weight, _)) in self.flat.tops.iter().zip(&mixture.terms) {
            if !self.stands(top, down, &lost)? {
                share += weight;
            }
        }
        Some(if share > 1.0 - 1e-12 { 1.0 } else { share })
    }

    /// Adds a cut as groups: one for each way to deal the lost replicas over the blocks of their units.
    fn groups(
        &mut self,
        down_domains: &[DomainIx],
        leaves: &[u32],
        share: f64,
        groups: &mut Vec<CutGroup>,
    ) -> Option<()> {
        let mut dealt: Vec<Vec<Lost>> = vec![Vec::new()];
        for &leaf in leaves {
            let Some(unit) = self.flat.leaves[leaf as usize].unit else { continue };
            let lost = self.lost(leaf, down_domains).unwrap_or(0);
            let deals = self.deals(unit, leaf, down_domains, lost)?;
            let mut next = Vec::new();
            for before in &dealt {
                self.spend(deals.len())?;
                next.extend(deals.iter().map(|deal| [before.as_slice(), deal].concat()));
            }
            dealt = next;
        }
        for replicas in dealt {
            let mut probability: f64 =
                down_domains.iter().map(|&domain| down(self.system, Member::Domain(domain))).product();
            let mut ways = 1.0;
            for &Lost { unit, block, count } in &replicas {
                probability *=
                    down(self.system, Member::Replica { unit, block, index: 0 }).powf(count as f64);
                let of = self.system.units[unit.index()].blocks[block].count;
                ways *= (0..count).fold(1.0, |ways, at| ways * (of - at) as f64 / (at + 1) as f64);
            }
            groups.push(CutGroup {
                domains: down_domains.to_vec(),
                replicas,
                probability,
                ways: ways.round(),
                share,
            });
        }
        (groups.len() <= self.cap).then_some(())
    }

    /// The ways to lose so many replicas of a unit out of its live blocks.
    fn deals(&mut self, unit: UnitIx, leaf: u32, down: &[DomainIx], lost: u64) -> Option<Vec<Vec<Lost>>> {
        let mut deals: Vec<(Vec<Lost>, u64)> = vec![(Vec::new(), lost)];
        let blocks = &self.places.leaves[leaf as usize].blocks;
        for &(block, count, ref held) in blocks {
            if count == 0 || touches(held, down) {
                continue;
            }
            let mut next = Vec::new();
            for (deal, left) in deals {
                for here in 0..=count.min(left) {
                    let mut deal = deal.clone();
                    if here > 0 {
                        deal.push(Lost { unit, block, count: here });
                    }
                    next.push((deal, left - here));
                }
            }
            self.budget = self.budget.checked_sub(next.len())?;
            if next.len() > self.cap {
                return None;
            }
            deals = next;
        }
        Some(deals.into_iter().filter(|(_, left)| *left == 0).map(|(deal, _)| deal).collect())
    }
}
