//! The integration tests of archc: one binary.

mod codes;
mod command_line;
mod compiled;
mod consistency;
mod coupling;
mod layers;
mod random_rules;
mod rule_examples;
mod rule_pages;
