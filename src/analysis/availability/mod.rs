//! The chance that a flow succeeds, where failures are shared: exact where that is possible, an interval where it is not.
//! Plain indices in, figures out; it must not know the model, the language or a name.
#![expect(clippy::indexing_slicing, reason = "a numeric kernel over indices that it made itself")]

mod arena;
mod structure;
mod system;

pub use structure::{Mixture, Node, NodeIx, Structure};
pub use system::{Block, Domain, DomainIx, Failed, System, Unit, UnitIx};
