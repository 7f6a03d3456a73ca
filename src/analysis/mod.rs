//! Facts about a design, one file for one question; no findings and no wording.

pub mod availability;
