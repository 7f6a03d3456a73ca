//! A compiler and linter for software architecture.

pub mod analysis;
pub mod config;
pub mod diagnostic;
pub mod diagram;
pub mod emit;
pub mod graph;
pub mod model;
pub mod resolve;
pub mod rules;
pub mod source;
pub mod syntax;
pub mod units;
