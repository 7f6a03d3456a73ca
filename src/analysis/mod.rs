//! Facts about a design, one file for one question; no findings and no wording.

pub mod assumptions;
pub mod availability;
pub mod case;
pub mod load;
pub mod placement;
pub mod reliability;
pub mod zipf;

use crate::model::Model;

pub use assumptions::{Assumption, Subject};
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
    /// The defaults on which the figures rest.
    pub assumptions: Vec<Assumption>,
}

/// What is worked out once for a design, so that many cases can be run.
#[derive(Clone, Debug)]
pub struct Compiled<'m> {
    model: &'m Model,
}

impl<'m> Compiled<'m> {
    /// Prepares a design.
    pub fn new(model: &'m Model) -> Self {
        Self { model }
    }

    /// The facts in a case.
    pub fn run(&self, _case: &Case) -> Facts {
        Facts {
            placement: placement::Placement {
                components: vec![None; self.model.components.len()],
                ..Default::default()
            },
            ..Facts::default()
        }
    }
}

/// The facts of a design in a case.
pub fn analyse(model: &Model, case: &Case) -> Facts {
    Compiled::new(model).run(case)
}
