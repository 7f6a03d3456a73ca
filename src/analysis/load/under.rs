//! Load under many losses, one after another: the peak alone, and only where a loss makes a difference. The figures are those of
//! [`super::compute`].

use super::calls::{Cold, Setting};
use super::capacity::{Demand, Loss, of_one, utilization};
use super::compute::cold_caches;
use super::network::Network;
use super::starters::{Runs, runs};
use super::tally::Tally;
use super::{ColdCache, Load};
use crate::analysis::availability::DomainIx;
use crate::analysis::case::Case;
use crate::analysis::placement::Placement;
use crate::config::Assumed;
use crate::model::{ComponentId, Model};

/// A design under a base case, ready for losses.
#[derive(Clone, Debug)]
pub(crate) struct Under<'a> {
    model: &'a Model,
    network: &'a Network,
    placement: &'a Placement,
    cold: Vec<ComponentId>,
    runs: Vec<Vec<Option<Runs>>>,
    /// By component: what one replica takes.
    capacities: Vec<Option<f64>>,
}

/// Requests a second at the peak.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Rates {
    /// By component: all, and writes.
    components: Vec<Option<(f64, f64)>>,
    /// Runs, by flow.
    pub(crate) flows: Vec<Option<f64>>,
    /// Stores behind caches that are empty.
    pub(crate) cold_caches: Vec<ColdCache>,
}

/// What has hit a component.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hit(Loss);

impl Hit {
    /// All of it.
    pub(crate) fn whole() -> Self {
        Self(Loss { whole: true, ..Loss::default() })
    }

    /// With a domain.
    pub(crate) fn domain(&mut self, domain: DomainIx) {
        self.0.domains.push(domain);
    }

    /// With one of its replicas.
    pub(crate) fn replica(&mut self, number: u64) {
        self.0.gone.add(number);
    }

    /// And all that is left.
    pub(crate) fn all(&mut self) {
        self.0.whole = true;
    }
}

impl<'a> Under<'a> {
    /// Makes ready; what is down in the base case does not count.
    pub(crate) fn new(
        model: &'a Model,
        network: &'a Network,
        placement: &'a Placement,
        assumed: &Assumed,
        base: &Case,
    ) -> Self {
        let capacity = |id: ComponentId| {
            let slowness = base.slow.iter().find(|(slow, _)| *slow == id).map_or(1.0, |(_, factor)| *factor);
            of_one(&model.components[id], slowness).map(|(capacity, _)| capacity)
        };
        Self {
            model,
            network,
            placement,
            cold: base.cold.clone(),
            runs: runs(model, assumed, base),
            capacities: model.components.ids().map(capacity).collect(),
        }
    }

    /// The rates while these components are down.
    pub(crate) fn rates(&self, down: &[ComponentId]) -> Rates {
        let mut flags = vec![false; self.model.components.len()];
        for id in down {
            if let Some(flag) = flags.get_mut(id.index()) {
                *flag = true;
            }
        }
        let setting = Setting { cold: Cold::Some(&self.cold), retries: false, down: &flags };
        let tally = Tally::new(self.model, self.network, setting).count(&self.runs);
        let rate = |id: ComponentId| {
            let all = tally.known(&tally.components, id.index())?.peak;
            let writes = tally.known(&tally.writes, id.index()).map_or(0.0, |writes| writes.peak);
            Some((all, writes))
        };
        Rates {
            components: self.model.components.ids().map(rate).collect(),
            flows: tally.flows.iter().map(|runs| runs.map(|runs| runs.peak)).collect(),
            cold_caches: cold_caches(self.model, self.network, &self.runs, &setting),
        }
    }

    /// Replicas of one shard that a hit leaves; `None` for what is nowhere.
    pub(crate) fn left(&self, id: ComponentId, hit: &Hit) -> Option<u64> {
        let deployment = self.placement.of(id)?;
        Some(hit.0.left(self.placement, deployment))
    }

    /// Whether a hit leaves too few replicas.
    pub(crate) fn is_down(&self, id: ComponentId, hit: &Hit) -> bool {
        let Some(deployment) = self.placement.of(id) else { return false };
        let left = hit.0.left(self.placement, deployment);
        left < deployment.needs.min(deployment.high) || left == 0 && deployment.high > 0
    }

    /// The utilisation with so many replicas of each shard, of the mean shard and, where keys are skewed, of the hottest.
    pub(crate) fn utilization(
        &self,
        id: ComponentId,
        replicas: Option<u64>,
        rates: &Rates,
    ) -> (Option<f64>, Option<f64>) {
        let figures = || {
            let deployment = self.placement.of(id)?;
            let (all, writes) = rates.components.get(id.index()).copied().flatten()?;
            let capacity = self.capacities.get(id.index()).copied().flatten()?;
            let replicas = replicas.unwrap_or(deployment.high);
            let demand = Demand { all, writes };
            Some(utilization(&self.model.components[id], deployment, replicas, capacity, demand))
        };
        figures().unwrap_or_default()
    }

    /// Whether the rates of a component differ.
    pub(crate) fn differs(&self, id: ComponentId, one: &Rates, other: &Rates) -> bool {
        one.components.get(id.index()) != other.components.get(id.index())
    }

    /// What all replicas of a component take.
    pub(crate) fn capacity(&self, id: ComponentId, replicas: u64) -> Option<f64> {
        let shards = self.placement.of(id)?.shards as f64;
        Some(self.capacities.get(id.index()).copied().flatten()? * replicas as f64 * shards)
    }

    /// The stores that cannot carry their load while the cache before them is down, sorted; `left` gives the replicas of what is hit.
    pub(crate) fn overloaded(
        &self,
        rates: &Rates,
        left: impl Fn(ComponentId) -> Option<u64>,
    ) -> Vec<(ComponentId, ComponentId)> {
        let fails = |cold: &&ColdCache| {
            let high = || self.placement.of(cold.store).map(|deployment| deployment.high);
            let capacity = left(cold.store).or_else(high).and_then(|left| self.capacity(cold.store, left));
            !Load::suffices(capacity, cold.peak)
        };
        let mut found: Vec<_> =
            rates.cold_caches.iter().filter(fails).map(|cold| (cold.cache, cold.store)).collect();
        found.sort_unstable();
        found
    }
}
