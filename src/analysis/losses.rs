//! What many losses do to a design, one or two at a time. Each is what [`Compiled::run`] says of its case, as far as availability
//! and utilisation go, without working out anew what it does not touch. Knows no objective.

mod flows;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::availability::DomainIx;
use super::case::Case;
use super::load::{Hit, Rates, Under};
use super::placement::Placement;
use super::placement::numbers::place_of;
use super::{Compiled, reliability};
use crate::model::{ComponentId, FlowId};
use flows::{Variant, Variants};

pub use flows::FlowState;

/// Something that may be lost: a failure domain, a component as a whole, one replica by its number.
pub use super::reliability::Fault as Loss;

/// What losses make of a design.
#[derive(Clone, PartialEq, Debug)]
pub struct Effect {
    /// What is lost. Of a replica beside a domain one is taken that stands elsewhere, where there is one.
    pub lost: Vec<Loss>,
    /// By [`FlowId`]; `None` where it was too much work.
    pub flows: Vec<Option<FlowState>>,
    /// Runs a second at the peak, by [`FlowId`].
    pub rates: Vec<Option<f64>>,
    /// By [`ComponentId`]: the utilisation of the mean and, where keys are skewed, of the hottest shard.
    pub utilization: Vec<(Option<f64>, Option<f64>)>,
    /// Components of which too few replicas are left, in order.
    pub down: Vec<ComponentId>,
}

/// A design, ready to lose what it consists of.
#[derive(Debug)]
pub struct Losses<'c, 'm> {
    compiled: &'c Compiled<'m>,
    load: Under<'c>,
    elements: Vec<Loss>,
    variants: Variants<'c>,
    /// With nothing lost.
    base: Base,
    /// The rates while these components are down.
    rates: Mutex<BTreeMap<Vec<ComponentId>, Arc<Rates>>>,
}

#[derive(Debug)]
struct Base {
    rates: Arc<Rates>,
    variant: Arc<Variant>,
    utilization: Vec<(Option<f64>, Option<f64>)>,
}

impl<'c, 'm: 'c> Losses<'c, 'm> {
    /// Makes ready, under the load of a case; what fails in it and what it parts does not count.
    pub fn new(compiled: &'c Compiled<'m>, case: &Case) -> Self {
        let (model, placement) = (compiled.model, &*compiled.placement);
        let load = Under::new(model, &compiled.network, placement, &compiled.config.assumed, case);
        let rates = Arc::new(load.rates(&[]));
        let variants = Variants::new(model, placement);
        let variant = variants.of(load.overloaded(&rates, |_| None));
        let utilization = model.components.ids().map(|id| load.utilization(id, None, &rates)).collect();
        let mut losses = Self {
            compiled,
            load,
            elements: Vec::new(),
            variants,
            base: Base { rates, variant, utilization },
            rates: Mutex::default(),
        };
        losses.elements = losses.find_elements();
        losses
    }

    /// What may be lost and touches a flow: domains, then components in order, of those that have several replicas one.
    pub fn elements(&self) -> &[Loss] {
        &self.elements
    }

    fn find_elements(&self) -> Vec<Loss> {
        let (model, placement) = (self.compiled.model, &self.compiled.placement);
        let touches = |loss: &Loss| {
            let touched = |flow: FlowId| self.base.variant.touches(flow, *loss);
            model.flows.ids().any(touched)
        };
        let domains = (0..placement.domains.len()).map(|ix| Loss::Domain(DomainIx(ix as u32)));
        let component = |id: ComponentId| {
            let deployment = placement.of(id)?;
            let several = !deployment.managed && deployment.low > 1;
            Some(if several { Loss::Replica(id, 1) } else { Loss::Component(id) })
        };
        domains.chain(model.components.ids().filter_map(component)).filter(touches).collect()
    }

    /// With nothing lost.
    pub fn none(&self) -> Effect {
        self.under(Vec::new())
    }

    /// With one element lost.
    pub fn one(&self, element: Loss) -> Effect {
        self.under(vec![element])
    }

    /// With two elements lost; twice the same means two replicas. `None` where the one is gone with the other.
    pub fn two(&self, first: Loss, second: Loss) -> Option<Effect> {
        let pair = match (first, second) {
            (Loss::Replica(id, number), Loss::Replica(other, _)) if id == other => {
                self.compiled.placement.of(id).filter(|deployment| deployment.low > number)?;
                [first, Loss::Replica(id, number + 1)]
            }
            (Loss::Domain(domain), other) | (other, Loss::Domain(domain)) => {
                let other = self.outside(domain, other)?;
                [Loss::Domain(domain), other]
            }
            (one, other) if one == other => return None,
            pair => pair.into(),
        };
        let mut lost = pair.to_vec();
        lost.sort_unstable();
        Some(self.under(lost))
    }

    /// An element as far as it is not gone with a domain: of replicas the first that stands elsewhere.
    fn outside(&self, domain: DomainIx, element: Loss) -> Option<Loss> {
        let placement = &self.compiled.placement;
        let within = |start: &DomainIx| placement.with_parents(*start).any(|ix| ix == domain);
        match element {
            Loss::Domain(other) => {
                let around = placement.with_parents(domain).any(|ix| ix == other);
                (!within(&other) && !around).then_some(element)
            }
            Loss::Component(id) => {
                let deployment = placement.of(id)?;
                let fated = deployment.fails_with_domains.iter().any(within);
                let stands = deployment.places.iter().any(|place| !place.domains.iter().any(within));
                (!fated && (stands || deployment.places.is_empty())).then_some(element)
            }
            Loss::Replica(id, _) => {
                let deployment = placement.of(id)?;
                if deployment.fails_with_domains.iter().any(within) {
                    return None;
                }
                let places: Vec<_> = deployment.places.iter().filter(|place| place.low > 0).collect();
                let counts: Vec<u64> = places.iter().map(|place| place.low).collect();
                let stands = |number: &u64| {
                    let place = place_of(&counts, *number).and_then(|at| places.get(at));
                    place.is_some_and(|place| !place.domains.iter().any(within))
                };
                // the first round of dealing meets every place
                (1..=places.len() as u64).find(stands).map(|number| Loss::Replica(id, number))
            }
        }
    }

    fn under(&self, lost: Vec<Loss>) -> Effect {
        let hits = self.hits(&lost);
        let is_down = |(id, hit): &(&ComponentId, &Hit)| self.load.is_down(**id, hit);
        let down: Vec<ComponentId> = hits.iter().filter(is_down).map(|(id, _)| *id).collect();
        let rates = self.rates_while(&down);
        let left: BTreeMap<ComponentId, u64> =
            hits.iter().filter_map(|(id, hit)| Some((*id, self.load.left(*id, hit)?))).collect();
        let mut utilization = self.base.utilization.clone();
        for (id, figure) in self.compiled.model.components.ids().zip(&mut utilization) {
            let replicas = left.get(&id).copied();
            if replicas.is_some() || self.load.differs(id, &rates, &self.base.rates) {
                *figure = self.load.utilization(id, replicas, &rates);
            }
        }
        let overloaded = self.load.overloaded(&rates, |id| left.get(&id).copied());
        let variant = match overloaded == self.base.variant.overloaded {
            true => Arc::clone(&self.base.variant),
            false => self.variants.of(overloaded),
        };
        let flows = self.compiled.model.flows.ids().map(|flow| variant.state(flow, &lost)).collect();
        Effect { lost, flows, rates: rates.flows.clone(), utilization, down }
    }

    /// The components that losses hit.
    fn hits(&self, lost: &[Loss]) -> BTreeMap<ComponentId, Hit> {
        let placement = &self.compiled.placement;
        let mut hits: BTreeMap<ComponentId, Hit> = BTreeMap::new();
        for loss in lost {
            match *loss {
                Loss::Component(id) => hits.entry(id).or_insert_with(Hit::whole).all(),
                Loss::Replica(id, number) => hits.entry(id).or_default().replica(number),
                Loss::Domain(domain) => {
                    for id in self.variants.within(placement, domain) {
                        hits.entry(*id).or_default().domain(domain);
                    }
                }
            }
        }
        hits
    }

    fn rates_while(&self, down: &[ComponentId]) -> Arc<Rates> {
        if down.is_empty() {
            return Arc::clone(&self.base.rates);
        }
        let known = self.rates.lock().ok().and_then(|rates| rates.get(down).cloned());
        known.unwrap_or_else(|| {
            let found = Arc::new(self.load.rates(down));
            // pairs mostly come once; what single ones leave is met again and again
            if let Ok(mut rates) = self.rates.lock()
                && rates.len() < KEPT
            {
                rates.insert(down.to_vec(), Arc::clone(&found));
            }
            found
        })
    }
}

/// So many different sets of components that are down are kept with their rates.
const KEPT: usize = 2_000;

impl Compiled<'_> {
    /// Where everything stands.
    pub fn placement(&self) -> &Placement {
        &self.placement
    }

    /// The components without which no run of a flow succeeds as designed.
    pub fn required(&self, flow: FlowId) -> &[ComponentId] {
        let flow: Option<&reliability::FlowAvailability> = self.solved.facts.of(flow);
        flow.map_or(&[], |flow| flow.required.as_slice())
    }
}
