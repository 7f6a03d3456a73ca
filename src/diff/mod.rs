//! What is the same between two runs or two designs, and what is not.

pub mod baseline;
pub mod designs;
mod fingerprint;
mod groups;
pub mod watch;

pub use fingerprint::{Fingerprint, fingerprints};
