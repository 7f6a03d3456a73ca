//! Facts about a design, one file for one question; no findings and no wording.

pub mod assumptions;
pub mod availability;
pub mod case;
pub mod consistency;
pub mod coupling;
pub mod formulas;
pub mod load;
pub mod placement;
pub mod reliability;
pub mod zipf;

use std::sync::Arc;

use crate::config::Config;
use crate::model::Model;

pub use assumptions::{Assumption, Assumptions, Subject};
pub use case::{Case, Element};

/// Everything that the analysis finds out about a design in one case.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Where replicas stand.
    pub placement: placement::Placement,
    /// How available each flow is, and what threatens it.
    pub reliability: reliability::Reliability,
    /// What each component has to carry.
    pub load: load::Load,
    /// What each flow may see of the data that it touches; the same in every case.
    pub consistency: Arc<consistency::Consistency>,
    /// How the components hang together; the same in every case.
    pub coupling: Arc<coupling::Coupling>,
    /// The defaults on which the figures rest.
    pub assumptions: Vec<Assumption>,
}

/// What is worked out once for a design, so that many cases can be run.
#[derive(Clone, Debug)]
pub struct Compiled<'m> {
    model: &'m Model,
    config: &'m Config,
    placement: placement::Placement,
    assumptions: Assumptions,
    consistency: Arc<consistency::Consistency>,
    coupling: Arc<coupling::Coupling>,
}

impl<'m> Compiled<'m> {
    /// Prepares a design.
    pub fn new(model: &'m Model, config: &'m Config) -> Self {
        let mut assumptions = Assumptions::default();
        let placement = placement::Placement::new(model, &config.assumed, &mut assumptions);
        let consistency = Arc::new(consistency::consistency(model));
        let coupling = Arc::new(coupling::coupling(model));
        Self { model, config, placement, assumptions, consistency, coupling }
    }

    /// The facts in a case.
    pub fn run(&self, _case: &Case) -> Facts {
        Facts {
            placement: self.placement.clone(),
            consistency: self.consistency.clone(),
            coupling: self.coupling.clone(),
            assumptions: self.assumptions.clone().into_sorted(),
            ..Facts::default()
        }
    }
}

/// The facts of a design in a case.
pub fn analyse(model: &Model, config: &Config, case: &Case) -> Facts {
    Compiled::new(model, config).run(case)
}
