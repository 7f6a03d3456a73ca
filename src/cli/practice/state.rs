//! What a run keeps beside its design, so that it goes on where it was: the problem and its clock.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::super::Exit;
use super::super::loader::read_text;
use super::super::output::Output;
use crate::practice::clock::Clock;

/// A run.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct State {
    /// Of this shape; 1.
    version: u32,
    /// The problem.
    pub(super) problem: String,
    /// Its clock.
    pub(super) clock: Clock,
}

impl State {
    pub(super) fn new(problem: &str, clock: Clock) -> Self {
        Self { version: 1, problem: problem.to_owned(), clock }
    }
}

/// `shop.arch` has `shop.practice.json`.
fn place(design: &Path) -> PathBuf {
    design.with_extension("practice.json")
}

/// What is kept beside a design; nothing where there is none, or none that can be one.
pub(super) fn read(design: &Path) -> Option<State> {
    let text = read_text(&place(design)).ok()?;
    let state: State = serde_json::from_str(&text).ok()?;
    (state.version == 1 && state.clock.is_sound()).then_some(state)
}

/// Keeps it.
pub(super) fn write(design: &Path, state: &State, output: &Output) -> Exit {
    let mut text = serde_json::to_string_pretty(state).unwrap_or_default();
    text.push('\n');
    output.write_file(&place(design), text.as_bytes())
}
