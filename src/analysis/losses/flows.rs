//! Flows solved so that a lost replica is as quick to ask about as a lost domain. Knows no load.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use rustc_hash::FxHashMap;

use super::Loss;
use crate::analysis::availability::{
    Availability, Block, DomainIx, Failed, Kernel, Limits, Mixture, Node, NodeIx, Solution, UnitIx,
};
use crate::analysis::placement::Placement;
use crate::analysis::placement::numbers::place_of;
use crate::analysis::structures::{Circumstances, FlowStructure, Structures};
use crate::model::{ComponentId, FlowId, Model};

/// What is left of a flow.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FlowState {
    /// Its availability; where it is not exact, the lower end of the interval.
    pub value: f64,
    /// What it is at most.
    pub upper: f64,
    /// Whether `value` is exact.
    pub exact: bool,
    /// Chance that it runs with nothing missing.
    pub whole: f64,
    /// The share of its runs that succeeds as long as nothing else fails.
    pub succeeding: f64,
}

/// Work that one answer may take where no quick one is at hand; beyond it there is an interval.
const LIMITS: Limits = Limits { nodes: 100_000, conditioned: 20, rare: 1e-15, cut_order: 2, cut_sets: 2_000 };

/// Caches with the stores that cannot do without them, sorted.
type Overloaded = Vec<(ComponentId, ComponentId)>;

/// The flows of a design, solved for each set of stores that cannot do without their cache.
#[derive(Debug)]
pub(super) struct Variants<'m> {
    model: &'m Model,
    placement: &'m Placement,
    known: Mutex<BTreeMap<Overloaded, Arc<Variant>>>,
    within: OnceLock<Vec<Vec<ComponentId>>>,
}

impl<'m> Variants<'m> {
    pub(super) fn new(model: &'m Model, placement: &'m Placement) -> Self {
        Self { model, placement, known: Mutex::default(), within: OnceLock::new() }
    }

    pub(super) fn of(&self, overloaded: Overloaded) -> Arc<Variant> {
        if let Some(known) = self.known.lock().ok().and_then(|known| known.get(&overloaded).cloned()) {
            return known;
        }
        let variant = Arc::new(Variant::new(self.model, self.placement, overloaded.clone()));
        if let Ok(mut known) = self.known.lock() {
            known.insert(overloaded, Arc::clone(&variant));
        }
        variant
    }

    /// The components that a domain holds some of, or that fail with it.
    pub(super) fn within(&self, placement: &Placement, domain: DomainIx) -> &[ComponentId] {
        let all = self.within.get_or_init(|| {
            let mut within = vec![Vec::new(); placement.domains.len()];
            for id in self.model.components.ids() {
                let Some(deployment) = placement.of(id) else { continue };
                let places = deployment.places.iter().flat_map(|place| &place.domains);
                for start in places.chain(&deployment.fails_with_domains) {
                    for ix in placement.with_parents(*start) {
                        match within.get_mut(ix.index()) {
                            Some(list) if list.last() != Some(&id) => list.push(id),
                            _ => {}
                        }
                    }
                }
            }
            within
        });
        all.get(domain.index()).map_or(&[], Vec::as_slice)
    }
}

/// The flows, solved.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) overloaded: Overloaded,
    structures: Structures,
    /// With single replicas as units that a domain of their own takes down.
    parted: Structures,
    /// By unit and number of the replica: that domain.
    own: FxHashMap<(UnitIx, u64), DomainIx>,
    /// `structures` and `parted` with everything up but what is lost.
    perfect: Structures,
    perfect_parted: Structures,
    flows: Vec<Solved>,
}

#[derive(Debug)]
struct Solved {
    needed: Solution,
    whole: Option<Solution>,
    /// What it needs, where nothing fails.
    perfect: Solution,
    state: FlowState,
    /// Whether it rests on a unit, and on a domain; by index.
    units: Vec<bool>,
    domains: Vec<bool>,
}

impl Variant {
    fn new(model: &Model, placement: &Placement, overloaded: Overloaded) -> Self {
        let circumstances = Circumstances { overloaded, partition: None };
        let structures = Structures::new(model, placement, &circumstances);
        let (parted, own) = part(&structures);
        let (perfect, perfect_parted) = (structures.perfect(), parted.perfect());
        let mut surely = Kernel::new(&perfect_parted.system, &perfect_parted.structure, LIMITS);
        let mut plain = Kernel::new(&structures.system, &structures.structure, Limits::default());
        let mut kernel = Kernel::new(&parted.system, &parted.structure, LIMITS);
        let solve = |flow: &FlowStructure| {
            let (units, domains) = rests_on(&structures, flow);
            let now = plain.solve(&flow.needed).availability();
            let whole = flow.whole.as_ref().map(|whole| plain.solve(whole).availability().value());
            let perfect = surely.solve(&flow.needed);
            Solved {
                needed: kernel.solve(&flow.needed),
                whole: flow.whole.as_ref().map(|whole| kernel.solve(whole)),
                state: state(now, whole, perfect.availability().value()),
                perfect,
                units,
                domains,
            }
        };
        let flows = structures.flows.iter().map(solve).collect();
        let overloaded = circumstances.overloaded;
        Self { overloaded, parted, own, perfect, perfect_parted, flows, structures }
    }

    /// Whether a flow rests on what a loss takes.
    pub(super) fn touches(&self, flow: FlowId, loss: Loss) -> bool {
        let Some(solved) = self.flows.get(flow.index()) else { return false };
        let flag = |flags: &[bool], at: usize| flags.get(at).copied().unwrap_or(false);
        match loss {
            Loss::Domain(domain) => flag(&solved.domains, domain.index()),
            Loss::Component(id) | Loss::Replica(id, _) => {
                self.unit(id).is_some_and(|unit| flag(&solved.units, unit.index()))
            }
        }
    }

    fn unit(&self, id: ComponentId) -> Option<UnitIx> {
        self.structures.units.get(id.index()).copied().flatten()
    }

    /// What losses leave of a flow.
    pub(super) fn state(&self, flow: FlowId, lost: &[Loss]) -> Option<FlowState> {
        let solved = self.flows.get(flow.index())?;
        let lost: Vec<Loss> = lost.iter().copied().filter(|loss| self.touches(flow, *loss)).collect();
        if lost.is_empty() {
            return Some(solved.state);
        }
        self.quick_state(solved, &lost).or_else(|| self.slow_state(flow, &lost))
    }

    fn quick_state(&self, solved: &Solved, lost: &[Loss]) -> Option<FlowState> {
        let mut failed = Failed::default();
        for loss in lost {
            match *loss {
                Loss::Domain(domain) => failed.domains.push(domain),
                Loss::Component(id) => failed.units.extend(self.unit(id)),
                Loss::Replica(id, number) => failed.domains.push(*self.own.get(&(self.unit(id)?, number))?),
            }
        }
        let now = solved.needed.quickly(&self.parted.system, &failed)?;
        let whole = match &solved.whole {
            Some(whole) => Some(whole.quickly(&self.parted.system, &failed)?.value()),
            None => None,
        };
        let perfect = solved.perfect.quickly(&self.perfect_parted.system, &failed)?;
        Some(state(now, whole, perfect.value()))
    }

    fn slow_state(&self, flow: FlowId, lost: &[Loss]) -> Option<FlowState> {
        let mut failed = Failed::default();
        for loss in lost {
            match *loss {
                Loss::Domain(domain) => failed.domains.push(domain),
                Loss::Component(id) => failed.units.extend(self.unit(id)),
                Loss::Replica(id, number) => {
                    let unit = self.unit(id)?;
                    let blocks = &self.structures.system.units.get(unit.index())?.blocks;
                    let counts: Vec<u64> = blocks.iter().map(|block| block.count).collect();
                    failed.replicas.extend(place_of(&counts, number).map(|block| (unit, block, 1)));
                }
            }
        }
        let flow = self.structures.flows.get(flow.index())?;
        let mut surely = Kernel::new(&self.perfect.system, &self.perfect.structure, LIMITS);
        let perfect = surely.evaluate(&flow.needed, &failed).value();
        let mut kernel = Kernel::new(&self.structures.system, &self.structures.structure, LIMITS);
        let now = kernel.evaluate(&flow.needed, &failed);
        let whole = flow.whole.as_ref().map(|whole| kernel.evaluate(whole, &failed).value());
        Some(state(now, whole, perfect))
    }
}

fn state(now: Availability, whole: Option<f64>, succeeding: f64) -> FlowState {
    let value = now.value();
    let whole = whole.unwrap_or(value).min(value);
    FlowState { value, upper: now.upper(), exact: now.exact, whole, succeeding }
}

/// The units and the domains that a flow rests on.
fn rests_on(structures: &Structures, flow: &FlowStructure) -> (Vec<bool>, Vec<bool>) {
    let system = &structures.system;
    let mut units = vec![false; system.units.len()];
    let mut domains = vec![false; system.domains.len()];
    let roots = |mixture: &Mixture| mixture.terms.iter().map(|(_, root)| *root).collect::<Vec<NodeIx>>();
    let mut all = roots(&flow.needed);
    all.extend(flow.whole.iter().flat_map(roots));
    let mut held = Vec::new();
    for node in structures.structure.below(&all) {
        match structures.structure.node(node) {
            Node::Unit(unit) => {
                if let Some(flag) = units.get_mut(unit.index()) {
                    *flag = true;
                }
                let blocks = system.units.get(unit.index()).map_or(&[][..], |unit| &unit.blocks);
                held.extend(blocks.iter().flat_map(|block| &block.domains).copied());
            }
            Node::Domain(domain) => held.push(domain),
            _ => {}
        }
    }
    for domain in system.with_ancestors(&held) {
        if let Some(flag) = domains.get_mut(domain.index()) {
            *flag = true;
        }
    }
    (units, domains)
}

/// Each unit of several replicas with the first one of its first places apart, in a domain of its own that is up as often as the
/// replica: then it is one more thing that the arithmetic can be asked about.
fn part(structures: &Structures) -> (Structures, FxHashMap<(UnitIx, u64), DomainIx>) {
    let mut parted = structures.clone();
    let mut own = FxHashMap::default();
    for at in 0..parted.system.units.len() {
        let ix = UnitIx(at as u32);
        if structures.owners.get(at).copied().flatten().is_none() {
            continue;
        }
        let Some(unit) = parted.system.units.get(at) else { continue };
        if unit.replicas() < 2 || unit.needs == 0 {
            continue;
        }
        let mut unit = unit.clone();
        let placed: Vec<usize> =
            unit.blocks.iter().enumerate().filter(|(_, block)| block.count > 0).map(|(at, _)| at).collect();
        for (number, block) in (1..).zip(placed.iter().cycle().take(APART)) {
            let Some(from) = unit.blocks.get_mut(*block) else { continue };
            let domain = parted.system.add_domain(from.availability, None);
            from.count -= 1;
            let mut domains = from.domains.clone();
            domains.push(domain);
            unit.blocks.push(Block { count: 1, availability: 1.0, domains });
            own.insert((ix, number), domain);
        }
        if let Some(slot) = parted.system.units.get_mut(at) {
            *slot = unit;
        }
    }
    (parted, own)
}

/// Replicas of a unit that are set apart: the first ones, in two places where there are two, so that whatever zone is lost one may be
/// lost beside it.
const APART: usize = 2;
