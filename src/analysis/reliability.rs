//! The availability of each flow, with what threatens it. The arithmetic is the kernel's; knows no finding.

mod required;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::availability::{
    DomainIx, Element as Part, Failed, Kernel, Limits, Member, Mixture, NodeIx, Solution, UnitIx,
};
use super::case::{Case, Element};
use super::placement::Placement;
use super::placement::numbers::Gone;
use super::structures::Structures;
use crate::model::{ComponentId, FlowId, Model};

/// Something whose failure can break a flow.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Fault {
    /// A failure domain.
    Domain(DomainIx),
    /// A component: it has one replica or is managed, or all of its replicas are meant.
    Component(ComponentId),
    /// One replica of several, numbered from 1.
    Replica(ComponentId, u64),
}

impl Fault {
    /// As reports name it: `us`, `us.api`, `us.api#2`.
    pub fn path(self, model: &Model, placement: &Placement) -> String {
        match self {
            Self::Domain(ix) => placement.domain_path(ix).to_owned(),
            Self::Component(id) => model.path(id).to_owned(),
            Self::Replica(id, number) => format!("{}#{number}", model.path(id)),
        }
    }
}

/// Faults that break a flow together, none of which is dispensable.
#[derive(Clone, PartialEq, Debug)]
pub struct CutSet {
    /// The faults.
    pub members: Vec<Fault>,
    /// Chance that all of them are down.
    pub probability: f64,
    /// The share of the flow's runs that they break: 1, or less in a mixture.
    pub share: f64,
}

/// Minimal cut sets of a flow.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CutSets {
    /// By order, then the likeliest first.
    pub sets: Vec<CutSet>,
    /// The order up to which none is missing.
    pub complete_to_order: usize,
}

/// What an element means for a flow.
#[derive(Clone, PartialEq, Debug)]
pub struct Importance {
    /// A component or domain.
    pub fault: Fault,
    /// Birnbaum: the flow's availability with it surely up less that with it surely down.
    pub birnbaum: f64,
    /// Fussell–Vesely: the share of the downtime that a perfect element would remove.
    pub fussell_vesely: f64,
}

/// A cut set of one: a domain, or one replica of a component that has none to spare.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SinglePoint {
    /// A domain, or a component of which one replica is meant.
    pub fault: Fault,
    /// Chance that the domain itself, or that replica, is down.
    pub probability: f64,
    /// The share of the flow's runs that it breaks; below 1 it is no cut set of the flow but of a part of its runs.
    pub share: f64,
}

/// The availability of one flow.
#[derive(Clone, PartialEq, Debug)]
pub struct FlowAvailability {
    /// The availability; where it is not exact, the lower end of the interval.
    pub value: f64,
    /// The lower end of what is certain.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
    /// `1 - value`, with the digits that this would lose.
    pub unavailability: f64,
    /// Whether `value` is exact.
    pub exact: bool,
    /// Chance that the flow runs with a part of it missing.
    pub degraded_probability: f64,
    /// Elements by the share of the downtime that they cause, the worst first; empty in a case with failures.
    pub importance: Vec<Importance>,
    /// Single points of failure, by fault; empty in a case with failures.
    pub single_points: Vec<SinglePoint>,
    /// Components without which every run fails, replicated or not, in order; empty in a case with failures.
    pub required: Vec<ComponentId>,
    /// Positions in `importance`, by fault.
    ranks: Vec<u32>,
}

impl FlowAvailability {
    /// The importance of an element.
    pub fn importance_of(&self, fault: Fault) -> Option<&Importance> {
        let of = |rank: &u32| self.importance.get(*rank as usize);
        let at = self.ranks.binary_search_by(|rank| of(rank).map(|it| it.fault).cmp(&Some(fault))).ok()?;
        self.ranks.get(at).and_then(of)
    }

    /// Whether a domain, or one replica of a component, alone is a cut set of the flow.
    pub fn is_single_point(&self, fault: Fault) -> bool {
        let at = self.single_points.binary_search_by_key(&fault, |point| point.fault).ok();
        at.and_then(|at| self.single_points.get(at)).is_some_and(SinglePoint::is_whole)
    }
}

impl SinglePoint {
    /// Whether it breaks every run.
    pub fn is_whole(&self) -> bool {
        self.share > 1.0 - 1e-9
    }
}

/// Availability, by flow.
#[derive(Clone, Debug, Default)]
pub struct Reliability {
    /// By [`FlowId`].
    pub flows: Vec<FlowAvailability>,
    structures: Arc<Structures>,
}

impl Reliability {
    /// The figures of a flow.
    pub fn of(&self, id: FlowId) -> Option<&FlowAvailability> {
        self.flows.get(id.index())
    }

    /// The minimal cut sets of a flow as designed, up to an order, at most so many.
    pub fn cut_sets(&self, flow: FlowId, order: usize, most: usize) -> CutSets {
        cut_sets(&self.structures, flow, order, most)
    }

    /// The unavailability that a flow would have, as designed, if these components and domains never failed; `None` where it is
    /// not exact.
    pub fn with_perfect(&self, flow: FlowId, perfect: &[Fault]) -> Option<f64> {
        let structures = &self.structures;
        let flow = structures.flows.get(flow.index())?;
        let mut system = structures.system.clone();
        for fault in perfect {
            match *fault {
                Fault::Domain(ix) => {
                    if let Some(domain) = system.domains.get_mut(ix.index()) {
                        domain.availability = 1.0;
                    }
                }
                Fault::Component(id) | Fault::Replica(id, _) => {
                    let unit = structures.units.get(id.index()).copied().flatten();
                    for block in unit
                        .and_then(|unit| system.units.get_mut(unit.index()))
                        .map_or(&mut [][..], |unit| unit.blocks.as_mut_slice())
                    {
                        block.availability = 1.0;
                    }
                }
            }
        }
        let found = Kernel::new(&system, &structures.structure, Limits::default()).solve(&flow.needed);
        let availability = found.availability();
        availability.exact.then(|| availability.unavailability())
    }

    /// The availability of each component as designed, by [`ComponentId`]: its replicas, the domains that hold them and what it
    /// fails with; `None` for a person or client.
    pub fn of_components(&self) -> Vec<Option<f64>> {
        let structures = &self.structures;
        let mut kernel = Kernel::new(&structures.system, &structures.structure, Limits::default());
        let up = |(node, unit): (&NodeIx, &Option<UnitIx>)| {
            unit.map(|_| kernel.solve(&Mixture::of(*node)).availability().value())
        };
        structures.components.iter().zip(&structures.units).map(up).collect()
    }

    /// As [`Reliability::of_components`], of one.
    pub fn of_component(&self, id: ComponentId) -> Option<f64> {
        let structures = &self.structures;
        structures.units.get(id.index()).copied().flatten()?;
        let node = structures.components.get(id.index())?;
        let mut kernel = Kernel::new(&structures.system, &structures.structure, Limits::default());
        Some(kernel.solve(&Mixture::of(*node)).availability().value())
    }
}

/// The flows of a design, solved.
#[derive(Clone, Debug)]
pub(super) struct Solved {
    /// What each flow needs, and what it needs to run with nothing missing.
    flows: Vec<(Solution, Option<Solution>)>,
    /// The facts as things stand.
    pub(super) facts: Reliability,
}

impl Solved {
    pub(super) fn new(structures: &Arc<Structures>) -> Self {
        let mut kernel = Kernel::new(&structures.system, &structures.structure, Limits::default());
        let mut flows = Vec::with_capacity(structures.flows.len());
        let mut facts = Reliability { flows: Vec::new(), structures: structures.clone() };
        for flow in &structures.flows {
            let solution = kernel.solve(&flow.needed);
            let whole = flow.whole.as_ref().map(|whole| kernel.solve(whole));
            let mut figures = figures(&solution, whole.as_ref().map(|whole| whole.availability().value()));
            figures.importance = importance(structures, &solution);
            figures.ranks = (0..figures.importance.len() as u32).collect();
            figures
                .ranks
                .sort_unstable_by_key(|rank| figures.importance.get(*rank as usize).map(|it| it.fault));
            figures.single_points = single_points(structures, &mut kernel, &flow.needed);
            figures.required = required::required(structures, &flow.needed);
            facts.flows.push(figures);
            flows.push((solution, whole));
        }
        Self { flows, facts }
    }

    /// The availability of each flow once something has failed.
    pub(super) fn under(&self, structures: &Arc<Structures>, failed: &Failed) -> Reliability {
        if failed.is_empty() {
            return self.facts.clone();
        }
        let mut kernel = Kernel::new(&structures.system, &structures.structure, Limits::default());
        let flows = structures.flows.iter().zip(&self.flows).map(|(flow, (solution, whole))| {
            let now = solution.under(&mut kernel, &flow.needed, failed);
            let full = flow.whole.as_ref().zip(whole.as_ref());
            let full = full.map(|(mixture, whole)| whole.under(&mut kernel, mixture, failed).value());
            of_availability(now, full)
        });
        Reliability { flows: flows.collect(), structures: structures.clone() }
    }
}

fn figures(solution: &Solution, whole: Option<f64>) -> FlowAvailability {
    of_availability(solution.availability(), whole)
}

fn of_availability(now: super::availability::Availability, whole: Option<f64>) -> FlowAvailability {
    FlowAvailability {
        value: now.value(),
        lower: now.lower(),
        upper: now.upper(),
        unavailability: now.unavailability(),
        exact: now.exact,
        degraded_probability: whole.map_or(0.0, |whole| (now.value() - whole).max(0.0)),
        importance: Vec::new(),
        single_points: Vec::new(),
        required: Vec::new(),
        ranks: Vec::new(),
    }
}

fn fault_of(structures: &Structures, part: Part) -> Option<Fault> {
    match part {
        Part::Domain(ix) => Some(Fault::Domain(ix)),
        Part::Unit(unit) => owner(structures, unit).map(Fault::Component),
    }
}

fn owner(structures: &Structures, unit: UnitIx) -> Option<ComponentId> {
    structures.owners.get(unit.index()).copied().flatten()
}

fn importance(structures: &Structures, solution: &Solution) -> Vec<Importance> {
    let of = |it: super::availability::Importance| {
        let fault = fault_of(structures, it.element)?;
        Some(Importance { fault, birnbaum: it.birnbaum, fussell_vesely: it.fussell_vesely })
    };
    let mut all: Vec<Importance> = solution.importance().into_iter().filter_map(of).collect();
    all.sort_by(|a, b| b.fussell_vesely.total_cmp(&a.fussell_vesely).then(a.fault.cmp(&b.fault)));
    all
}

fn single_points(structures: &Structures, kernel: &mut Kernel<'_>, mixture: &Mixture) -> Vec<SinglePoint> {
    let of = |point: super::availability::SinglePoint| {
        let fault = fault_of(structures, point.element)?;
        Some(SinglePoint { fault, probability: point.probability, share: point.share })
    };
    let mut points: Vec<SinglePoint> = kernel.single_points(mixture).into_iter().filter_map(of).collect();
    points.sort_by_key(|point| point.fault);
    points
}

/// The minimal cut sets of a flow up to an order, at most so many.
fn cut_sets(structures: &Structures, flow: FlowId, order: usize, most: usize) -> CutSets {
    let Some(flow) = structures.flows.get(flow.index()) else { return CutSets::default() };
    let mut kernel = Kernel::new(&structures.system, &structures.structure, Limits::default());
    let found = kernel.cut_sets(&flow.needed, order);
    let (listed, complete_to_order) = found.listed(&structures.system, most);
    let mut sets: Vec<CutSet> = Vec::with_capacity(listed.len());
    let mut by_chance = 0;
    for set in listed {
        let mut chances = 0;
        let (mut probability, mut share) = (set.probability, set.share);
        let mut members = Vec::with_capacity(set.members.len());
        for member in set.members {
            match fault(structures, member) {
                Ok(fault) => members.push(fault),
                // a unit that stands for chance: the others break only the runs in which it is down
                Err(chance) => {
                    chances += 1;
                    share *= chance;
                    probability = if chance > 0.0 { probability / chance } else { 0.0 };
                }
            }
        }
        by_chance = by_chance.max(chances);
        let same = (chances > 0).then(|| sets.iter_mut().find(|other| other.members == members)).flatten();
        match same {
            Some(other) => other.share = 1.0 - (1.0 - other.share) * (1.0 - share),
            None => sets.push(CutSet { members, probability, share }),
        }
    }
    if by_chance > 0 {
        let key = |set: &CutSet| (set.members.len(), -set.probability);
        sets.sort_by(|a, b| key(a).0.cmp(&key(b).0).then(key(a).1.total_cmp(&key(b).1)));
    }
    CutSets { sets, complete_to_order: complete_to_order.saturating_sub(by_chance) }
}

/// A member as a fault, or the chance of being down of one that stands for chance.
fn fault(structures: &Structures, member: Member) -> Result<Fault, f64> {
    let (unit, block, index) = match member {
        Member::Domain(ix) => return Ok(Fault::Domain(ix)),
        Member::Replica { unit, block, index } => (unit, block, index),
    };
    let facts = structures.system.units.get(unit.index());
    let Some(component) = owner(structures, unit) else {
        let up = facts.and_then(|unit| unit.blocks.first()).map_or(1.0, |block| block.availability);
        return Err(1.0 - up);
    };
    match facts {
        Some(unit) if unit.replicas() > 1 => Ok(Fault::Replica(component, unit.replica_number(block, index))),
        _ => Ok(Fault::Component(component)),
    }
}

/// By flow: the share of its runs that succeeds with that much down and nothing else.
pub(super) fn succeeding(structures: &Structures, failed: &Failed) -> Vec<f64> {
    let perfect = structures.perfect();
    let mut kernel = Kernel::new(&perfect.system, &perfect.structure, Limits::default());
    perfect.flows.iter().map(|flow| kernel.evaluate(&flow.needed, failed).value()).collect()
}

/// What a case takes down, for the kernel.
pub(super) fn failures(model: &Model, placement: &Placement, structures: &Structures, case: &Case) -> Failed {
    let mut failed = Failed::default();
    let unit = |id: ComponentId| structures.units.get(id.index()).copied().flatten();
    let mut gone: BTreeMap<UnitIx, Gone> = BTreeMap::new();
    for element in &case.failed {
        match *element {
            Element::Component(id) => failed.units.extend(unit(id)),
            Element::Replicas(id, count) => {
                if let Some(unit) = unit(id) {
                    gone.entry(unit).or_default().add_first(count);
                }
            }
            Element::Replica(id, number) => {
                if let Some(unit) = unit(id) {
                    gone.entry(unit).or_default().add(number);
                }
            }
            Element::Group(id) => {
                failed.domains.extend(placement.of_group(id));
                if !placement.holds(id) {
                    let inside = |component: &ComponentId| {
                        let parent = model.components[*component].header.parent;
                        model.ancestors(parent).any(|group| group == id)
                    };
                    failed.units.extend(model.components.ids().filter(inside).filter_map(unit));
                }
            }
        }
    }
    for (unit, gone) in gone {
        let Some(facts) = structures.system.units.get(unit.index()) else { continue };
        let counts: Vec<u64> = facts.blocks.iter().map(|block| block.count).collect();
        let lost = gone.by_place(&counts).into_iter().enumerate().filter(|(_, lost)| *lost > 0);
        failed.replicas.extend(lost.map(|(block, lost)| (unit, block, lost)));
    }
    failed
}
