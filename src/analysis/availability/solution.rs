//! A solved flow: its availability and what each element adds to its downtime.

use std::collections::BTreeMap;

use super::chance::Chance;
use super::circuit::{Circuit, Step, StepIx};
use super::cut_sets::{CutSets, Member, down};
use super::factor::Factored;
use super::groups::Groups;
use super::kernel::Kernel;
use super::marginal::unit_chance;
use super::structure::Mixture;
use super::system::{DomainIx, Failed, System, UnitIx};

/// Unknown mass up to this still counts as exact: states of domains too rare to look at.
const DUST: f64 = 1e-10;

/// The availability of a flow: a figure, or an interval that surely holds it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Availability {
    bounds: Chance,
    /// True for a figure, false for an interval.
    pub exact: bool,
}

/// Something that can fail and be mended as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// A failure domain by itself, whatever stands in it.
    Domain(DomainIx),
    /// All replicas of a unit, but not the domains that hold them.
    Unit(UnitIx),
}

/// What an element means to a flow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Importance {
    /// The element.
    pub element: Element,
    /// Birnbaum's measure: availability with the element perfect less availability with it down.
    pub birnbaum: f64,
    /// Fussell and Vesely's measure as the share of the downtime that a perfect element would remove.
    pub fussell_vesely: f64,
}

/// A flow solved once, to be read and to be asked about any case.
#[derive(Clone, Debug)]
pub struct Solution {
    circuit: Circuit,
    groups: Groups,
    roots: Vec<(f64, StepIx)>,
    /// Up and down may not add up to 1.
    open: bool,
    /// Some of the circuit is bounds instead of figures.
    bounded: bool,
    values: Vec<Chance>,
    availability: Availability,
    /// From cut sets, where the circuit leaves parts unsolved.
    estimated: Option<Vec<Importance>>,
}

impl Availability {
    /// From certain bounds; `open` says that they leave more between them than rounding, `bounded` that some of them are no
    /// figures.
    fn of(bounds: Chance, open: bool, bounded: bool) -> Availability {
        if !open {
            return Availability {
                bounds: Chance { up: bounds.up.min(1.0), down: bounds.down.min(1.0) },
                exact: true,
            };
        }
        let exact = !bounded && bounds.gap() <= DUST;
        // states too rare to look at count as down
        let down = if exact { bounds.down + bounds.gap() } else { bounds.down };
        Availability { bounds: Chance { up: bounds.up, down }, exact }
    }

    /// The figure; of an interval the lower end.
    pub fn value(self) -> f64 {
        self.bounds.up
    }

    /// What the availability is at least.
    pub fn lower(self) -> f64 {
        self.bounds.up
    }

    /// What the availability is at most.
    pub fn upper(self) -> f64 {
        if self.exact { self.bounds.up } else { 1.0 - self.bounds.down }
    }

    /// 1 − [`value`](Self::value), precise where that is nearly 1.
    pub fn unavailability(self) -> f64 {
        if self.exact { self.bounds.down } else { 1.0 - self.bounds.up }
    }

    /// 1 − [`upper`](Self::upper), precise where that is nearly 1.
    pub fn unavailability_lower(self) -> f64 {
        self.bounds.down
    }

    /// The chance of being up at least and of being down at least; they add up to 1 where the figure is exact.
    pub fn bounds(self) -> Chance {
        self.bounds
    }
}

impl Solution {
    pub(super) fn new(system: &System, factored: Factored, mixture: &Mixture) -> Solution {
        let Factored { circuit, roots, groups, open, bounded } = factored;
        let roots: Vec<(f64, StepIx)> = mixture.terms.iter().map(|&(weight, _)| weight).zip(roots).collect();
        let values = circuit.values(system, &groups, &Failed::default());
        let availability = sum(&roots, &values, open, bounded);
        Solution { circuit, groups, roots, open, bounded, values, availability, estimated: None }
    }

    /// With the interval of each root's unavailability narrowed to one found from cut sets.
    pub(super) fn narrowed(mut self, system: &System, cuts: &CutSets, intervals: &[(f64, f64)]) -> Solution {
        let mut bounds = Chance::UNKNOWN;
        for (&(weight, root), &(lower, upper)) in self.roots.iter().zip(intervals) {
            let value = self.values[root as usize];
            bounds.down += weight * value.down.max(lower);
            bounds.up += weight * value.up.max(1.0 - upper);
        }
        self.availability = Availability { bounds, exact: false };
        self.estimated = Some(estimate(system, cuts));
        self
    }

    /// The availability as things stand.
    pub fn availability(&self) -> Availability {
        self.availability
    }

    /// The availability once something has failed; `kernel` must be the one that this was solved by, for the same `mixture`.
    /// One pass over the arithmetic where whole domains and units fail, a new solution otherwise.
    pub fn under(&self, kernel: &mut Kernel<'_>, mixture: &Mixture, failed: &Failed) -> Availability {
        self.quickly(kernel.system, failed).unwrap_or_else(|| kernel.evaluate(mixture, failed))
    }

    /// The same by one pass over the arithmetic; `None` where that does not give it exactly.
    pub fn quickly(&self, system: &System, failed: &Failed) -> Option<Availability> {
        // what needs no replica is not in the circuit and can fail all the same
        let always = |unit: &UnitIx| system.units.get(unit.index()).is_some_and(|unit| unit.needs == 0);
        if self.bounded || !failed.replicas.is_empty() || failed.units.iter().any(always) {
            return None;
        }
        let values = self.circuit.values(system, &self.groups, failed);
        Some(sum(&self.roots, &values, self.open, false)).filter(|availability| availability.exact)
    }

    /// The importance of every element that the flow meets, domains first, in one backward pass. Of a flow that is not solved
    /// exactly it is an estimate by the likelihood of the cut sets that hold the element.
    pub fn importance(&self) -> Vec<Importance> {
        if let Some(estimated) = &self.estimated {
            return estimated.clone();
        }
        let slopes = self.circuit.slopes(&self.values, &self.roots);
        let mut of_group = vec![(0.0, 0.0); self.groups.len()];
        let mut met = vec![false; self.groups.len()];
        let mut all = Vec::new();
        let down = self.availability.unavailability();
        let share = |gain: f64| if down > 0.0 { (gain / down).clamp(0.0, 1.0) } else { 0.0 };
        for ((step, &slope), value) in self.circuit.steps().iter().zip(&slopes).zip(&self.values) {
            match *step {
                Step::Domain(domain) => all.push(Importance {
                    element: Element::Domain(domain),
                    birnbaum: slope,
                    fussell_vesely: share(slope * value.down),
                }),
                Step::Leaf { group, each, count } => {
                    let slope = slope * each.up.powf(count as f64 - 1.0);
                    let (birnbaum, gain) = &mut of_group[group as usize];
                    *birnbaum += slope;
                    *gain += slope * each.down;
                    met[group as usize] = true;
                }
                _ => {}
            }
        }
        let mut units: Vec<(UnitIx, f64, f64)> = Vec::new();
        for (group, &(birnbaum, gain)) in of_group.iter().enumerate().filter(|&(group, _)| met[group]) {
            let of = self.groups.units(group as u32).iter();
            units.extend(of.map(|&unit| (unit, birnbaum, gain)));
        }
        // a unit may be in one bundle for one kind of run and in another for the next
        units.sort_unstable_by_key(|&(unit, _, _)| unit);
        for same in units.chunk_by(|a, b| a.0 == b.0) {
            let (birnbaum, gain) = same.iter().fold((0.0, 0.0), |sum, unit| (sum.0 + unit.1, sum.1 + unit.2));
            let Some(&(unit, _, _)) = same.first() else { continue };
            all.push(Importance { element: Element::Unit(unit), birnbaum, fussell_vesely: share(gain) });
        }
        all.sort_unstable_by_key(|importance| importance.element);
        all
    }
}

/// The importance of what stands in cut sets, as if no two of them happened at once.
fn estimate(system: &System, cuts: &CutSets) -> Vec<Importance> {
    let mut weights: BTreeMap<Element, (f64, f64)> = BTreeMap::new();
    let mut total = 0.0;
    for group in &cuts.groups {
        let weight = group.probability * group.ways * group.share;
        total += weight;
        for &domain in &group.domains {
            let down = down(system, Member::Domain(domain));
            weights.entry(Element::Domain(domain)).or_insert((0.0, down)).0 += weight;
        }
        let mut units: Vec<UnitIx> = group.replicas.iter().map(|lost| lost.unit).collect();
        units.dedup();
        for unit in units {
            weights.entry(Element::Unit(unit)).or_insert((0.0, unit_chance(system, unit).down)).0 += weight;
        }
    }
    let importance = |(element, (weight, down)): (Element, (f64, f64))| Importance {
        element,
        birnbaum: if down > 0.0 { (weight / down).min(1.0) } else { 0.0 },
        fussell_vesely: if total > 0.0 { weight / total } else { 0.0 },
    };
    weights.into_iter().map(importance).collect()
}

/// The weighted sum of the roots; `open` and `bounded` as of the circuit.
fn sum(roots: &[(f64, StepIx)], values: &[Chance], open: bool, bounded: bool) -> Availability {
    if roots.is_empty() {
        return Availability::of(Chance::UP, false, false);
    }
    let weighted = |sum: Chance, &(weight, root): &(f64, StepIx)| {
        let Chance { up, down } = values[root as usize];
        Chance { up: sum.up + weight * up, down: sum.down + weight * down }
    };
    Availability::of(roots.iter().fold(Chance::UNKNOWN, weighted), open, bounded)
}
