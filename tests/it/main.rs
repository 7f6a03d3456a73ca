//! The integration tests of archc: one binary.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::panic,
    clippy::print_stdout,
    reason = "clippy.toml allows these in tests, but takes no helper of an integration test for one; and tests may use files"
)]

mod awkward;
mod baseline;
mod book;
mod capacity_rules;
mod codes;
mod command_line;
mod compiled;
mod completions;
mod configuration;
mod consistency;
mod controls;
mod coupling;
mod data_rules;
mod diff;
mod estimate;
mod examples;
mod fixes;
mod formats;
mod gallery;
mod grammars;
mod guide;
mod hand_figures;
mod ide;
mod ide_actions;
mod ide_completion;
mod ide_hover;
mod ide_navigation;
mod ide_recovery;
mod ide_views;
mod latency_rules;
mod layers;
mod licences;
mod markdown;
#[cfg(feature = "mcp")]
mod mcp;
mod messaging_rules;
mod observed;
mod outages;
mod pictures;
mod policies;
mod practice;
mod program;
mod quiet_rules;
mod random_rules;
mod recovery;
mod resilience_rules;
mod rule_examples;
mod rule_pages;
mod scale;
mod schema;
mod security;
#[cfg(feature = "serve")]
mod serve;
mod simulate;
mod since;
mod smells;
mod structure_rules;
mod views;
mod watch;
