//! The chance that a flow succeeds, where failures are shared: exact where that is possible, an interval where it is not.
//! Plain indices in, figures out; it must not know the model, the language or a name.
#![expect(clippy::indexing_slicing, reason = "a numeric kernel over indices that it made itself")]

mod arena;
mod binomial;
mod bounds;
mod chance;
mod circuit;
mod cut_sets;
mod cuts;
mod factor;
mod falls;
mod groups;
mod kernel;
mod marginal;
mod places;
mod pools;
mod reduce;
mod residual;
mod shape;
mod singles;
mod solution;
mod structure;
mod system;
#[cfg(test)]
mod tests;

pub use chance::Chance;
pub use cut_sets::{CutGroup, CutSet, CutSets, Lost, Member};
pub use kernel::{Kernel, Limits, evaluate};
pub use marginal::unit_chance;
pub use singles::SinglePoint;
pub use solution::{Availability, Element, Importance, Solution};
pub use structure::{Mixture, Node, NodeIx, Structure};
pub use system::{Block, Domain, DomainIx, Failed, System, Unit, UnitIx};
