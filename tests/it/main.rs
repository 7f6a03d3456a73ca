//! The integration tests of archc: one binary.

mod layers;
mod rule_pages;
