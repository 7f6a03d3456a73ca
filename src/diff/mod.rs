//! What is the same between two runs or two designs, and what is not.

mod fingerprint;

pub use fingerprint::{Fingerprint, fingerprints};
