//! The chance that a flow succeeds, where failures are shared: exact where that is possible, an interval where it is not.
//! Plain indices in, figures out; it must not know the model, the language or a name.
//!
//! A [`System`] says what can fail: replicas by themselves, and domains with all that stands in them. A [`Structure`] says what must
//! be up: monotone expressions over units and domains, shared by all flows. A [`Mixture`] of them is a flow. A [`Kernel`] over a
//! system and a structure answers the questions:
//!
//! ```
//! use archc::analysis::availability::{Block, Kernel, Limits, Mixture, Structure, System, Unit};
//!
//! let mut system = System::default();
//! let region = system.add_domain(0.9999, None);
//! let zones = [0.999, 0.999].map(|zone| system.add_domain(zone, Some(region)));
//! let replica = |zone| Block { count: 1, availability: 0.995, domains: vec![zone] };
//! let api = system.add_unit(1, zones.map(replica).to_vec());
//! let store = system.add_unit(1, Unit::single(0.9999, vec![region]).blocks);
//!
//! let mut structure = Structure::default();
//! let (api, store) = (structure.unit(api), structure.unit(store));
//! let checkout = Mixture::of(structure.all([api, store]));
//!
//! let mut kernel = Kernel::new(&system, &structure, Limits::default());
//! let solution = kernel.solve(&checkout);
//! assert!((solution.availability().value() - 0.999_764_1).abs() < 1e-7);
//! let points = kernel.single_points(&checkout);
//! assert_eq!(points.len(), 2); // the region, and the store's only replica
//! ```
//!
//! How a flow is solved. `shape`, `flat` and `reduce` make its expressions small: nested gates are joined, what the whole flow needs is taken
//! out of its branches, and alike units that are all needed become one leaf. `factor` then multiplies what shares nothing and decides,
//! one after another, the domains and the repeated units that are shared; `pools` and `residual` make equal leftovers one, so that
//! alike zones do not double the work. The result is arithmetic (`circuit`): one pass forward is the availability, in any case; one pass
//! backward is the importance of every element. What is too large is bounded, never guessed. Cut sets are found apart from all this
//! (`cuts`, `falls`); those of order 1 by bringing each suspect down in turn (`singles`).
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
mod flat;
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
