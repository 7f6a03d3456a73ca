//! Minimal cut sets as they are handed out: alike ones together, listed one by one as far as asked, and the interval that they
//! give for the unavailability.

use super::system::{DomainIx, System, UnitIx};

/// One thing that is down in a cut set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Member {
    /// A failure domain.
    Domain(DomainIx),
    /// One replica, counted from 0 in its block; [`Unit::replica_number`](super::Unit::replica_number) gives its number.
    Replica {
        /// The unit.
        unit: UnitIx,
        /// The block's position in the unit.
        block: usize,
        /// The replica's position in the block.
        index: u64,
    },
}

/// A minimal cut set: the flow fails when all members are down, and with none of them spared.
#[derive(Clone, Debug, PartialEq)]
pub struct CutSet {
    /// What is down, domains first.
    pub members: Vec<Member>,
    /// Chance that all members are down.
    pub probability: f64,
    /// The share of the flow's runs that fail; 1 unless the flow is a mixture.
    pub share: f64,
}

/// Cut sets that differ only in which of several alike replicas are down.
#[derive(Clone, Debug, PartialEq)]
pub struct CutGroup {
    /// The domains that are down.
    pub domains: Vec<DomainIx>,
    /// The replicas that are down: so many of a block.
    pub replicas: Vec<Lost>,
    /// Chance that all members of one such set are down.
    pub probability: f64,
    /// How many such sets there are.
    pub ways: f64,
    /// The share of the flow's runs that fail.
    pub share: f64,
}

/// Replicas of one block that are down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lost {
    /// The unit.
    pub unit: UnitIx,
    /// The block's position in the unit.
    pub block: usize,
    /// How many of its replicas.
    pub count: u64,
}

/// The minimal cut sets of a flow up to an order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CutSets {
    /// By order, then the likeliest first.
    pub groups: Vec<CutGroup>,
    /// Every cut set of at most so many members is here.
    pub complete_to_order: usize,
    /// No cut set has more members than those found.
    pub complete: bool,
}

impl CutGroup {
    /// How many members.
    pub fn order(&self) -> usize {
        self.domains.len() + self.replicas.iter().map(|lost| lost.count as usize).sum::<usize>()
    }

    /// The first `most` sets of the group.
    fn listed(&self, system: &System, most: usize) -> Vec<CutSet> {
        let mut chosen: Vec<Vec<u64>> = self.replicas.iter().map(|lost| (0..lost.count).collect()).collect();
        let mut sets = Vec::new();
        while sets.len() < most {
            let mut members: Vec<Member> = self.domains.iter().copied().map(Member::Domain).collect();
            for (&Lost { unit, block, .. }, chosen) in self.replicas.iter().zip(&chosen) {
                members.extend(chosen.iter().map(|&index| Member::Replica { unit, block, index }));
            }
            sets.push(CutSet { members, probability: self.probability, share: self.share });
            let advanced = self.replicas.iter().zip(&mut chosen).rev().any(|(lost, chosen)| {
                let count = system.units[lost.unit.index()].blocks[lost.block].count;
                advance(chosen, count)
            });
            if !advanced {
                break;
            }
        }
        sets
    }
}

/// The next choice out of `count`, or the first again and false after the last.
fn advance(chosen: &mut [u64], count: u64) -> bool {
    let size = chosen.len();
    let movable = (0..size).rev().find(|&at| chosen[at] + ((size - at) as u64) < count);
    let (from, start) = match movable {
        Some(at) => (at, chosen[at] + 1),
        None => (0, 0),
    };
    for (value, slot) in (start..).zip(&mut chosen[from..]) {
        *slot = value;
    }
    movable.is_some()
}

impl CutSets {
    /// Those of a flow that is down whatever happens: the empty set.
    pub(super) fn always(order: usize) -> CutSets {
        let empty =
            CutGroup { domains: Vec::new(), replicas: Vec::new(), probability: 1.0, ways: 1.0, share: 1.0 };
        CutSets { groups: vec![empty], complete_to_order: order, complete: true }
    }

    /// At most `most` cut sets one by one, and the order up to which they are all there.
    pub fn listed(&self, system: &System, most: usize) -> (Vec<CutSet>, usize) {
        let mut sets: Vec<CutSet> = Vec::new();
        for group in &self.groups {
            let room = most - sets.len();
            if (room as f64) < group.ways {
                sets.extend(group.listed(system, room));
                return (sets, self.complete_to_order.min(group.order().saturating_sub(1)));
            }
            sets.extend(group.listed(system, room));
        }
        (sets, self.complete_to_order)
    }

    /// The unavailability lies between S1 − S2 over the likeliest sets (Bonferroni) and, where no set is missing, min(S1, the
    /// bound of Esary and Proschan); 1 where one may be. Meant for a flow that is no mixture.
    pub fn interval(&self, system: &System) -> (f64, f64) {
        let mut ranked: Vec<&CutGroup> = self.groups.iter().filter(|group| group.probability > 0.0).collect();
        ranked.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        let mut sets: Vec<CutSet> = Vec::new();
        for group in &ranked {
            sets.extend(group.listed(system, PAIRS - sets.len()));
        }
        let (mut lower, mut sum) = (0.0f64, 0.0);
        for (at, set) in sets.iter().enumerate() {
            let both: f64 = sets[..at].iter().map(|other| joint(system, set, other)).sum();
            sum += set.probability - both;
            lower = lower.max(sum);
        }
        if !self.complete {
            return (lower, 1.0);
        }
        let first: f64 = ranked.iter().map(|group| group.probability * group.ways).sum();
        let spared: f64 = ranked.iter().map(|group| group.ways * (-group.probability).ln_1p()).sum();
        (lower, first.min(-spared.exp_m1()))
    }
}

/// So many sets are held against each other for S2.
const PAIRS: usize = 200;

/// Chance that all members of both are down.
fn joint(system: &System, a: &CutSet, b: &CutSet) -> f64 {
    let new = b.members.iter().filter(|member| !a.members.contains(member));
    new.fold(a.probability, |chance, &member| chance * down(system, member))
}

/// Chance that a member is down by itself.
pub(super) fn down(system: &System, member: Member) -> f64 {
    let up = match member {
        Member::Domain(domain) => system.domains[domain.index()].availability,
        Member::Replica { unit, block, .. } => system.units[unit.index()].blocks[block].availability,
    };
    super::chance::Chance::of(up).down
}
