//! Facts about a design, one file for one question; no findings and no wording.

pub mod assumptions;
pub mod availability;
pub mod backlog;
pub mod case;
pub mod consistency;
pub mod cost;
pub mod coupling;
pub mod formulas;
pub mod latency;
pub mod load;
pub mod losses;
pub(crate) mod order;
pub mod placement;
pub mod recovery;
pub mod reliability;
pub mod staleness;
pub mod storage;
pub(crate) mod structures;
#[cfg(test)]
pub(crate) mod tests;
pub mod traffic;
pub mod verdict;
pub mod zipf;

use std::sync::Arc;

use crate::config::Config;
use crate::model::Model;
use crate::parallel;

pub use assumptions::{Assumption, Assumptions, Subject};
pub use case::{Case, Element};

/// Everything that the analysis finds out about a design in one case.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Where replicas stand.
    pub placement: Arc<placement::Placement>,
    /// How available each flow is, and what threatens it.
    pub reliability: reliability::Reliability,
    /// What each component has to carry.
    pub load: load::Load,
    /// What waits in brokers for consumers whose rates are known.
    pub backlogs: Vec<backlog::Backlog>,
    /// How long each flow takes.
    pub latency: latency::Latency,
    /// What each flow may see of the data that it touches; the same in every case.
    pub consistency: Arc<consistency::Consistency>,
    /// How the components hang together; the same in every case.
    pub coupling: Arc<coupling::Coupling>,
    /// What it keeps; as designed in every case.
    pub storage: Arc<storage::Storage>,
    /// What it costs; as designed in every case.
    pub cost: Arc<cost::Cost>,
    /// What each store loses, and how long it is gone; the same in every case.
    pub recovery: Arc<recovery::Recovery>,
    /// The defaults on which the figures rest.
    pub assumptions: Arc<[Assumption]>,
}

/// What is worked out once for a design, so that many cases can be run.
#[derive(Clone, Debug)]
pub struct Compiled<'m> {
    model: &'m Model,
    config: &'m Config,
    placement: Arc<placement::Placement>,
    network: load::Network,
    circumstances: structures::Circumstances,
    structures: Arc<structures::Structures>,
    solved: reliability::Solved,
    /// The load as designed.
    load: load::Load,
    latency: latency::Latency,
    consistency: Arc<consistency::Consistency>,
    coupling: Arc<coupling::Coupling>,
    storage: Arc<storage::Storage>,
    cost: Arc<cost::Cost>,
    recovery: Arc<recovery::Recovery>,
    assumptions: Arc<[Assumption]>,
}

impl<'m> Compiled<'m> {
    /// Prepares a design.
    pub fn new(model: &'m Model, config: &'m Config) -> Self {
        let is_large = parallel::is_worth(model.components.len() + model.connections.len());
        // these two need nothing of the others
        let apart = || (consistency::consistency(model), coupling::coupling(model, config));
        let ((consistency, coupling), mut compiled) =
            parallel::both(is_large, apart, || Self::of_figures(model, config));
        compiled.consistency = Arc::new(consistency);
        compiled.coupling = Arc::new(coupling);
        compiled
    }

    /// All but consistency and coupling.
    fn of_figures(model: &'m Model, config: &'m Config) -> Self {
        let assumed = &config.assumed;
        let mut assumptions = Assumptions::default();
        let placement = Arc::new(placement::Placement::new(model, assumed, &mut assumptions));
        let network = load::Network::new(model, &placement, assumed, &mut assumptions);
        let load = load::compute(model, &network, &placement, assumed, &Case::default());
        load::record_caches(model, &load, &mut assumptions);
        let backlogs = backlog::backlogs(model, &load, &placement, assumed);
        backlog::record(model, &backlogs, &mut assumptions);
        let case = Case::default();
        let setting = latency::Setting { model, placement: &placement, load: &load, assumed, case: &case };
        let latency = latency::compute(setting);
        latency::record(setting, &latency, &mut assumptions);
        let circumstances = structures::Circumstances::new(&load, None);
        let structures = Arc::new(structures::Structures::new(model, &placement, &circumstances));
        let solved = reliability::Solved::new(&structures);
        let storage = Arc::new(storage::storage(model, &placement, &load, assumed, &mut assumptions));
        let cost = Arc::new(cost::cost(model, &placement, &load, assumed, &mut assumptions));
        let recovery = Arc::new(recovery::recovery(model, &placement));
        Self {
            model,
            config,
            placement,
            network,
            circumstances,
            structures,
            solved,
            load,
            latency,
            consistency: Arc::default(),
            coupling: Arc::default(),
            storage,
            cost,
            recovery,
            assumptions: assumptions.into_sorted().into(),
        }
    }

    /// The facts of the design as drawn.
    pub fn into_facts(mut self) -> Facts {
        let reliability = std::mem::take(&mut self.solved.facts);
        let load = std::mem::take(&mut self.load);
        let latency = self.latency.clone();
        self.facts(reliability, load, latency)
    }

    /// The facts in a case.
    pub fn run(&self, case: &Case) -> Facts {
        let load = if *case == Case::default() {
            self.load.clone()
        } else {
            load::compute(self.model, &self.network, &self.placement, &self.config.assumed, case)
        };
        let latency = self.latency(case, &load);
        self.facts(self.reliability(case, &load), load, latency)
    }

    fn facts(
        &self,
        reliability: reliability::Reliability,
        load: load::Load,
        latency: latency::Latency,
    ) -> Facts {
        Facts {
            placement: self.placement.clone(),
            reliability,
            backlogs: backlog::backlogs(self.model, &load, &self.placement, &self.config.assumed),
            latency,
            load,
            consistency: self.consistency.clone(),
            coupling: self.coupling.clone(),
            storage: self.storage.clone(),
            cost: self.cost.clone(),
            recovery: self.recovery.clone(),
            assumptions: self.assumptions.clone(),
        }
    }

    /// By flow: the share of its runs that succeeds in a case as long as nothing else fails; `load` is the case's.
    pub fn succeeding(&self, case: &Case, load: &load::Load) -> Vec<f64> {
        let failed = reliability::failures(self.model, &self.placement, &self.structures, case);
        let circumstances = structures::Circumstances::new(load, case.partition);
        if circumstances == self.circumstances {
            return reliability::succeeding(&self.structures, &failed);
        }
        let structures = structures::Structures::new(self.model, &self.placement, &circumstances);
        reliability::succeeding(&structures, &failed)
    }

    fn latency(&self, case: &Case, load: &load::Load) -> latency::Latency {
        if *case == Case::default() {
            return self.latency.clone();
        }
        let (model, placement, assumed) = (self.model, &self.placement, &self.config.assumed);
        let found = latency::compute(latency::Setting { model, placement, load, assumed, case });
        // what has been solved once need not be solved again
        if found.equals(&self.latency) { self.latency.clone() } else { found }
    }

    fn reliability(&self, case: &Case, load: &load::Load) -> reliability::Reliability {
        let failed = reliability::failures(self.model, &self.placement, &self.structures, case);
        let circumstances = structures::Circumstances::new(load, case.partition);
        if circumstances == self.circumstances {
            return self.solved.under(&self.structures, &failed);
        }
        // another load or a partition: flows need other things than as designed
        let structures = Arc::new(structures::Structures::new(self.model, &self.placement, &circumstances));
        let solved = reliability::Solved::new(&structures);
        solved.under(&structures, &failed)
    }
}

/// The facts of a design in a case.
pub fn analyse(model: &Model, config: &Config, case: &Case) -> Facts {
    let compiled = Compiled::new(model, config);
    if *case == Case::default() { compiled.into_facts() } else { compiled.run(case) }
}

/// What is carried, kept and paid in a design as drawn: the facts of [`analyse`] but those that take long, which stay empty.
pub fn loads(model: &Model, config: &Config) -> Facts {
    let mut assumptions = Assumptions::default();
    let assumed = &config.assumed;
    let placement = placement::Placement::new(model, assumed, &mut assumptions);
    let network = load::Network::new(model, &placement, assumed, &mut assumptions);
    let load = load::compute(model, &network, &placement, assumed, &Case::default());
    let storage = Arc::new(storage::storage(model, &placement, &load, assumed, &mut assumptions));
    let cost = Arc::new(cost::cost(model, &placement, &load, assumed, &mut assumptions));
    let backlogs = backlog::backlogs(model, &load, &placement, assumed);
    let placement = Arc::new(placement);
    let assumptions = assumptions.into_sorted().into();
    Facts { placement, load, storage, cost, backlogs, assumptions, ..Facts::default() }
}
