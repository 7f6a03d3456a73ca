//! What is the same between two runs or two designs, and what is not.

pub mod baseline;
mod fingerprint;

pub use fingerprint::{Fingerprint, fingerprints};
