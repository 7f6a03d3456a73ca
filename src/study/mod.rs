//! What asks the analysis more than once, or asks more of it than a check: estimates, sizes. Plain data out; no I/O.

pub mod estimate;
pub mod scale;
