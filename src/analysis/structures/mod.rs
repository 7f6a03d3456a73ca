//! Flows as structure functions of the availability kernel: what must be up for each flow to succeed. Knows neither figures nor
//! findings.

mod events;
mod flow;
mod visits;

use super::availability::{Block, DomainIx, Mixture, NodeIx, Structure, System, Unit, UnitIx};
use super::load::Load;
use super::order::Edges;
use super::placement::{Deployment, Placement};
use crate::model::{ComponentId, GroupId, Model};

/// What the structure of the flows depends on beside the design.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Circumstances {
    /// Stores that cannot carry their full load once that cache is down, sorted.
    pub(crate) overloaded: Vec<(ComponentId, ComponentId)>,
    /// Two groups that cannot reach each other.
    pub(crate) partition: Option<(GroupId, GroupId)>,
}

impl Circumstances {
    /// Those of a load, and of a partition if there is one.
    pub(crate) fn new(load: &Load, partition: Option<(GroupId, GroupId)>) -> Self {
        let mut overloaded: Vec<(ComponentId, ComponentId)> = load
            .cold_caches
            .iter()
            .filter(|cold| !load.carries(cold))
            .map(|cold| (cold.cache, cold.store))
            .collect();
        overloaded.sort_unstable();
        Self { overloaded, partition }
    }

    /// Whether a store can take what the cache before it leaves when it is down.
    pub(crate) fn carries(&self, cache: ComponentId, store: ComponentId) -> bool {
        self.overloaded.binary_search(&(cache, store)).is_err()
    }
}

/// The structures of one flow.
#[derive(Clone, Debug)]
pub(crate) struct FlowStructure {
    /// What it needs.
    pub(crate) needed: Mixture,
    /// What it needs to run with nothing missing; `None` where that is the same.
    pub(crate) whole: Option<Mixture>,
}

/// The structures of a design.
#[derive(Clone, Debug, Default)]
pub(crate) struct Structures {
    /// What can fail.
    pub(crate) system: System,
    /// Who a unit is; `None` for one that stands for chance: a call that some runs do without.
    pub(crate) owners: Vec<Option<ComponentId>>,
    /// By component: its unit.
    pub(crate) units: Vec<Option<UnitIx>>,
    /// The expressions.
    pub(crate) structure: Structure,
    /// By component: up, with all that it fails with.
    pub(crate) components: Vec<NodeIx>,
    /// By flow.
    pub(crate) flows: Vec<FlowStructure>,
}

impl Structures {
    /// Compiles all flows of a design.
    pub(crate) fn new(model: &Model, placement: &Placement, circumstances: &Circumstances) -> Self {
        let mut structures = Self::default();
        for domain in &placement.domains {
            structures.system.add_domain(domain.availability, domain.parent);
        }
        structures.add_components(model, placement);
        for flow in &model.flows {
            let compiled = flow::compile(&mut structures, model, circumstances, flow);
            structures.flows.push(compiled);
        }
        structures
    }

    /// The same with everything that can fail up for certain; what stands for chance stays as it is.
    pub(crate) fn perfect(&self) -> Self {
        let mut perfect = self.clone();
        for domain in &mut perfect.system.domains {
            domain.availability = 1.0;
        }
        for (unit, owner) in perfect.system.units.iter_mut().zip(&self.owners) {
            for block in unit.blocks.iter_mut().filter(|_| owner.is_some()) {
                block.availability = 1.0;
            }
        }
        perfect
    }

    fn add_unit(&mut self, owner: Option<ComponentId>, unit: Unit) -> UnitIx {
        self.owners.push(owner);
        self.system.add_unit(unit.needs, unit.blocks)
    }

    fn add_components(&mut self, model: &Model, placement: &Placement) {
        let mut own: Vec<NodeIx> = Vec::with_capacity(model.components.len());
        for id in model.components.ids() {
            let Some(deployment) = placement.of(id) else {
                own.push(self.structure.always());
                self.units.push(None);
                continue;
            };
            let node = self.add_component(id, deployment);
            own.push(node);
        }
        self.components = self.with_fates(placement, own);
    }

    /// Each component with all that it fails with, and what these fail with; a circle shares one fate.
    fn with_fates(&mut self, placement: &Placement, own: Vec<NodeIx>) -> Vec<NodeIx> {
        let mut pairs = Vec::new();
        for (index, deployment) in placement.components.iter().enumerate() {
            let fates = deployment.as_ref().map_or(&[][..], |deployment| &deployment.fails_with_components);
            pairs.extend(fates.iter().map(|fate| (index as u32, fate.index() as u32)));
        }
        if pairs.is_empty() {
            return own;
        }
        let edges = Edges::new(own.len(), &pairs);
        let mut nodes = own.clone();
        for part in edges.parts() {
            let mut needs: Vec<NodeIx> = Vec::new();
            for &member in &part {
                needs.extend(own.get(member as usize));
                let outside = edges.of(member).iter().filter(|fate| part.binary_search(fate).is_err());
                needs.extend(outside.filter_map(|fate| nodes.get(*fate as usize)));
            }
            let node = self.structure.all(needs);
            for member in part {
                if let Some(slot) = nodes.get_mut(member as usize) {
                    *slot = node;
                }
            }
        }
        nodes
    }

    /// The component's own unit, and for a managed one the places of which enough must be up.
    fn add_component(&mut self, id: ComponentId, deployment: &Deployment) -> NodeIx {
        let with_fates = |domains: &[DomainIx]| {
            let mut all = domains.to_vec();
            all.extend(&deployment.fails_with_domains);
            all
        };
        let placed: Vec<_> = deployment.places.iter().filter(|place| place.low > 0).collect();
        if !deployment.managed {
            let block = |place: &&super::placement::Place| Block {
                count: place.low,
                availability: deployment.availability,
                domains: with_fates(&place.domains),
            };
            let blocks = placed.iter().map(block).collect();
            let unit = self.add_unit(Some(id), Unit { needs: deployment.needs, blocks });
            self.units.push(Some(unit));
            return self.structure.unit(unit);
        }
        let alone = match placed.as_slice() {
            [only] => with_fates(&only.domains),
            _ => deployment.fails_with_domains.clone(),
        };
        let unit = self.add_unit(Some(id), Unit::single(deployment.availability, alone));
        self.units.push(Some(unit));
        let own = self.structure.unit(unit);
        if placed.len() < 2 {
            return own;
        }
        let mut places = Vec::new();
        for place in placed {
            let domains: Vec<NodeIx> =
                place.domains.iter().map(|domain| self.structure.domain(*domain)).collect();
            let here = self.structure.all(domains);
            // more than the need would change nothing, and a million replicas are no list
            let copies = place.low.min(deployment.needs.max(1));
            places.extend(std::iter::repeat_n(here, usize::try_from(copies).unwrap_or(1).min(64)));
        }
        let needs = usize::try_from(deployment.needs).unwrap_or(usize::MAX).min(places.len());
        let enough = self.structure.at_least(needs, places);
        self.structure.all([own, enough])
    }
}
