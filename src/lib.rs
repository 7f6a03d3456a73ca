//! A compiler and linter for software architecture: an `.arch` file in; findings with their arithmetic, and pictures, out.
//!
//! # The pipeline
//!
//! | stage | from | to | in |
//! |---|---|---|---|
//! | read | paths | documents: texts that know their place in a file | [`source`], [`markdown`] |
//! | parse | a text | a lossless tree of six statement forms, and mistakes E0xx | [`syntax`] |
//! | resolve | trees, the root and its imports | a [`model`] whose names and values are checked, and mistakes E1xx | [`resolve`] |
//! | analyse | a model and a case | facts: availability, load, consistency, coupling | [`analysis`] |
//! | judge | facts | findings | [`rules`] |
//! | tell | all of it | text, JSON, reports, drawings | [`emit`], [`diagram`] |
//!
//! [`compilation::check`] runs the stages up to the findings. No stage fails: a mistake in the source is data, costs the
//! statement that it stands in, and the next stage works with the rest. No stage does I/O, looks at a clock, or depends on
//! the order of a hash table: files come through [`source::Loader`], the day through [`config::Config`], and the same
//! input gives the same bytes.
//!
//! ```
//! use archc::{compilation::check, config::Config, source::{Document, MemoryLoader}};
//!
//! let text = "service api\ndatabase db\napi -> bd\n";
//! let found = check(Document::new("shop.arch", text), &MemoryLoader::default(), &Config::default());
//! let unknown = found.diagnostics.iter().find(|told| told.code == "E112").unwrap();
//! assert_eq!(unknown.message, "no component is called `bd`");
//! assert_eq!(unknown.help.as_deref(), Some("did you mean `db`?"));
//! ```
//!
//! A stage may use only what stands before it: `source, units < diagnostic, config < syntax < model < resolve < graph <
//! analysis < rules < {diagram, fix, diff, study} < emit < practice < {ide, report} < guide <
//! cli < main`.

// what pest's generated code names when it does without `std`
extern crate alloc;

pub mod analysis;
pub mod canon;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compilation;
pub mod config;
pub mod diagnostic;
pub mod diagram;
pub mod diff;
pub mod emit;
pub mod fix;
pub mod graph;
pub mod guide;
pub mod ide;
pub mod markdown;
pub mod model;
pub mod parallel;
pub mod practice;
pub mod report;
pub mod resolve;
pub mod rules;
pub mod source;
pub mod study;
pub mod syntax;
pub mod units;
