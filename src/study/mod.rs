//! What asks the analysis more than once, or asks more of it than a check: estimates, sizes, failures, trials. Plain data out; no I/O.

pub mod cases;
pub mod estimate;
pub mod monte_carlo;
pub mod scale;
pub mod simulate;
