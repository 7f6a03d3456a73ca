//! What can fail for a flow, and what is up in a state of it: replicas, the domains that hold them, what fails with what. It reads
//! placement as the availability kernel does, and must not use that kernel: the two are held against each other.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::analysis::availability::DomainIx;
use crate::analysis::placement::numbers::Gone;
use crate::analysis::placement::{Deployment, Placement};
use crate::analysis::{Case, Element};
use crate::model::{AttrId, ComponentId, Flow, Model};

/// Something that is up or down.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Thing {
    /// A domain itself, whatever is around it.
    Domain(DomainIx),
    /// A replica in a place of a component.
    Replica(ComponentId, usize),
}

/// Some things that fail alike.
#[derive(Clone, Copy, Debug)]
pub(super) struct Variable {
    pub(super) thing: Thing,
    /// How many there are.
    pub(super) count: u64,
    /// Chance that one is down.
    pub(super) down: f64,
}

/// What is down.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    domains: Vec<bool>,
    /// By component and place: how many replicas.
    replicas: Vec<Vec<u64>>,
    /// By component: as a whole.
    whole: Vec<bool>,
}

/// What can fail for a flow.
pub(super) struct World<'a> {
    placement: &'a Placement,
    /// The components that it needs, or may need, and all that these fail with; ascending.
    pub(super) components: Vec<ComponentId>,
    pub(super) variables: Vec<Variable>,
    /// What a case takes down, and what never works.
    base: State,
}

impl<'a> World<'a> {
    pub(super) fn new(model: &Model, placement: &'a Placement, case: &Case, flow: &Flow) -> Self {
        let components = concerned(placement, flow);
        let mut world = Self { placement, components, variables: Vec::new(), base: State::default() };
        world.base = world.state_of(model, case);
        world.collect();
        world
    }

    /// Nothing but the case has happened.
    pub(super) fn base(&self) -> State {
        self.base.clone()
    }

    /// Only the case, for a whole design.
    pub(super) fn of_case(model: &Model, placement: &'a Placement, case: &Case) -> Self {
        let components = model.components.ids().collect();
        let mut world = Self { placement, components, variables: Vec::new(), base: State::default() };
        world.base = world.state_of(model, case);
        world
    }

    fn state_of(&self, model: &Model, case: &Case) -> State {
        let places = |id: ComponentId| self.placement.of(id).map_or(0, |it| it.places.len().max(1));
        let mut state = State {
            domains: vec![false; self.placement.domains.len()],
            replicas: model.components.ids().map(|id| vec![0; places(id)]).collect(),
            whole: vec![false; model.components.len()],
        };
        let mut gone: BTreeMap<ComponentId, Gone> = BTreeMap::new();
        for element in &case.failed {
            match *element {
                Element::Component(id) => set(&mut state.whole, id.index(), true),
                Element::Replicas(id, count) => gone.entry(id).or_default().add_first(count),
                Element::Replica(id, number) => gone.entry(id).or_default().add(number),
                Element::Group(group) => {
                    if let Some(ix) = self.placement.of_group(group) {
                        set(&mut state.domains, ix.index(), true);
                    }
                    if !self.placement.holds(group) {
                        let inside = |id: &ComponentId| {
                            model.ancestors(model.components[*id].header.parent).any(|around| around == group)
                        };
                        for id in model.components.ids().filter(inside) {
                            set(&mut state.whole, id.index(), true);
                        }
                    }
                }
            }
        }
        for (id, gone) in gone {
            let Some(deployment) = self.placement.of(id) else { continue };
            let counts: Vec<u64> = match deployment.managed {
                true => vec![1],
                false => deployment.places.iter().map(|place| place.low).collect(),
            };
            for (at, lost) in gone.by_place(&counts).into_iter().enumerate() {
                state.fail(Thing::Replica(id, at), lost);
            }
        }
        state
    }

    /// Finds what may fail by chance; what never works joins the base.
    fn collect(&mut self) {
        let mut variables = Vec::new();
        for id in &self.components {
            let Some(deployment) = self.placement.of(*id) else { continue };
            let down = 1.0 - deployment.availability;
            if deployment.managed {
                variables.push(Variable { thing: Thing::Replica(*id, 0), count: 1, down });
            } else {
                for (at, place) in deployment.places.iter().enumerate() {
                    let lost =
                        self.base.replicas.get(id.index()).and_then(|row| row.get(at)).copied().unwrap_or(0);
                    let count = place.low.saturating_sub(lost);
                    variables.push(Variable { thing: Thing::Replica(*id, at), count, down });
                }
            }
        }
        for ix in self.domains_of(&self.components) {
            let Some(domain) = self.placement.domain(ix) else { continue };
            if self.base.domains.get(ix.index()) == Some(&true) {
                continue;
            }
            variables.push(Variable { thing: Thing::Domain(ix), count: 1, down: 1.0 - domain.availability });
        }
        for variable in variables {
            if variable.down >= 1.0 {
                self.base.fail(variable.thing, variable.count);
            } else if variable.down > 0.0 && variable.count > 0 {
                self.variables.push(variable);
            }
        }
    }

    /// The share of a component's replicas that must be down for it to be.
    pub(super) fn enough_to_fail(&self, id: ComponentId) -> f64 {
        let Some(deployment) = self.placement.of(id).filter(|it| !it.managed) else { return 0.5 };
        let all = deployment.places.iter().fold(0u64, |all, place| all.saturating_add(place.low));
        (all.saturating_sub(deployment.needs) + 1) as f64 / all.max(1) as f64
    }

    /// The domains that hold some components, with all above them; ascending.
    pub(super) fn domains_of(&self, components: &[ComponentId]) -> Vec<DomainIx> {
        let mut domains: Vec<DomainIx> = Vec::new();
        for deployment in components.iter().filter_map(|id| self.placement.of(*id)) {
            let held = deployment.places.iter().flat_map(|place| place.domains.iter());
            for start in held.chain(&deployment.fails_with_domains) {
                domains.extend(self.placement.with_parents(*start));
            }
        }
        domains.sort_unstable();
        domains.dedup();
        domains
    }

    fn domain_is_up(&self, state: &State, start: DomainIx) -> bool {
        self.placement.with_parents(start).all(|ix| state.domains.get(ix.index()) != Some(&true))
    }

    /// Whether enough of a component is up, what it fails with apart.
    fn is_up_alone(&self, state: &State, id: ComponentId) -> bool {
        let Some(deployment) = self.placement.of(id) else { return true };
        if state_whole(state, id)
            || !deployment.fails_with_domains.iter().all(|ix| self.domain_is_up(state, *ix))
        {
            return false;
        }
        let lost =
            |at: usize| state.replicas.get(id.index()).and_then(|row| row.get(at)).copied().unwrap_or(0);
        let holds = |domains: &[DomainIx]| domains.iter().all(|ix| self.domain_is_up(state, *ix));
        if deployment.managed {
            return lost(0) == 0 && self.has_place(deployment, holds);
        }
        let mut up = 0u64;
        for (at, place) in deployment.places.iter().enumerate() {
            if holds(&place.domains) {
                up = up.saturating_add(place.low.saturating_sub(lost(at)));
            }
        }
        up >= deployment.needs
    }

    /// Whether enough of the places are up in which a managed component may stand.
    fn has_place(&self, deployment: &Deployment, holds: impl Fn(&[DomainIx]) -> bool) -> bool {
        let (mut up, mut all) = (0u64, 0u64);
        for place in deployment.places.iter().filter(|place| place.low > 0) {
            let copies = place.low.min(deployment.needs.max(1));
            all = all.saturating_add(copies);
            if holds(&place.domains) {
                up = up.saturating_add(copies);
            }
        }
        up >= deployment.needs.max(1).min(all)
    }

    /// By component: whether it is up with all that it fails with. Only those that concern the flow are worked out.
    pub(super) fn up(&self, state: &State, up: &mut Vec<bool>) {
        up.clear();
        up.resize(state.whole.len(), true);
        for id in &self.components {
            set(up, id.index(), self.is_up_alone(state, *id));
        }
        // what fails with something fails with all that this fails with
        loop {
            let mut changed = false;
            for id in &self.components {
                let Some(deployment) = self.placement.of(*id) else { continue };
                let fate = |other: &ComponentId| up.get(other.index()) == Some(&false);
                if up.get(id.index()) == Some(&true) && deployment.fails_with_components.iter().any(fate) {
                    set(up, id.index(), false);
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
    }
}

impl State {
    /// So many more of a thing are down.
    pub(super) fn fail(&mut self, thing: Thing, count: u64) {
        match thing {
            Thing::Domain(ix) => set(&mut self.domains, ix.index(), true),
            Thing::Replica(id, at) => {
                if let Some(slot) = self.replicas.get_mut(id.index()).and_then(|row| row.get_mut(at)) {
                    *slot = slot.saturating_add(count);
                }
            }
        }
    }

    /// So many of a thing are up again.
    pub(super) fn mend(&mut self, thing: Thing, count: u64) {
        match thing {
            Thing::Domain(ix) => set(&mut self.domains, ix.index(), false),
            Thing::Replica(id, at) => {
                if let Some(slot) = self.replicas.get_mut(id.index()).and_then(|row| row.get_mut(at)) {
                    *slot = slot.saturating_sub(count);
                }
            }
        }
    }
}

fn state_whole(state: &State, id: ComponentId) -> bool {
    state.whole.get(id.index()) == Some(&true)
}

fn set(flags: &mut [bool], index: usize, value: bool) {
    if let Some(flag) = flags.get_mut(index) {
        *flag = value;
    }
}

/// The components that a flow visits or falls back to, the caches that it reads behind, and all that these fail with.
fn concerned(placement: &Placement, flow: &Flow) -> Vec<ComponentId> {
    let mut open: Vec<ComponentId> = flow.visits.iter().map(|visit| visit.component).collect();
    for call in &flow.calls {
        open.extend(call.attrs.components(AttrId::FALLBACK));
        open.extend(call.attrs.components(AttrId::BEHIND));
    }
    let mut seen: FxHashSet<ComponentId> = FxHashSet::default();
    let mut found = Vec::new();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            found.push(id);
            if let Some(deployment) = placement.of(id) {
                open.extend(&deployment.fails_with_components);
            }
        }
    }
    found.sort_unstable();
    found
}
