//! Interview problems: a brief written in the language itself, a skeleton to begin with, a clock of four phases, and a grader that says
//! what a design covers, what would win the missing points, and what an interviewer would ask of it.
//!
//! A problem is a folder of `examples/` with a `brief.arch`: what is asked, as a design whose inside is one box. Its `client`s give the
//! load, its `data` what is kept, each `flow` is something that must work, with its objectives and with the data that its step `reads`
//! and `writes`. What carries the tag `hidden` is told when it is asked for. The doc comment of `system` holds the rest: see [`brief`].
//!
//! Does no I/O and knows no problem by name.

pub mod brief;
pub mod clock;
pub mod grade;
mod human;
mod json;
mod library;
mod sections;
mod skeleton;

pub use brief::{Brief, Level};
pub use human::{Look, brief as brief_text, counted, hints as hints_text, list as list_text};
pub use json::{brief as brief_json, list as list_json};
pub use library::{Source, find, nearest, problems};
pub use skeleton::skeleton;
