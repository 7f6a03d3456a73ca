//! What an editor asks: paths and byte offsets in, plain data out. Knows no protocol, reads no file, has no clock.
//!
//! # The shape
//!
//! - A [`File`] is a text at one moment, an `.arch` file or a Markdown file with `arch` blocks. Its [`Part`]s are the
//!   documents in it, each with the tree of the *current* text: [`File::part_at`] finds the one at an offset.
//! - A [`Design`] is a root with its imports, checked: [`Design::compilation`]. [`Design::place`] turns a span of it into a
//!   [`Place`].
//! - The [`Workspace`] owns the open and the closed files and the configurations, and checks what changed. It gives an
//!   [`Analysis`]: all designs, immutable.
//! - A [`Snapshot`] is what a feature gets: the open files as they are now, and the last analysis. It never changes.
//!
//! A feature is a function in a file of its own, `fn(&Snapshot, path: &str, offset: usize or Range<usize>, …) -> plain data`.
//! Offsets count bytes of the *file* (`file.text()`), also in Markdown, going in and coming out: in [`Place`]s. The
//! protocol layer alone turns them into lines and columns, by [`File::whole`].
//!
//! # Which text
//!
//! The server hands out a snapshot in one of two ways, and each feature says in its first line which one it needs:
//!
//! - *fresh*: the analysis is that of the current texts, so offsets of both agree (hover, definition, references, rename,
//!   findings, lenses, hints, preview). Start at [`Snapshot::holding`]: the designs that hold the position, with the offset
//!   in their document.
//! - *now*: at once, while the analysis may be older than the text (completion, semantic tokens, folding, selection,
//!   formatting, symbols of a document). Start at [`Snapshot::file`] and [`File::part_at`]; take from an analysis names and
//!   figures alone, never offsets.
//!
//! Tests write `testing::at("service a$0pi")`, which gives a fresh snapshot, the path and the offset of `$0`.

pub mod actions;
pub mod calls;
pub mod commands;
pub mod completion;
mod cursor;
mod customs;
pub mod edits;
mod figures;
mod file;
pub mod formatting;
pub mod hints;
pub mod hover;
pub mod lenses;
mod links;
pub mod moves;
mod names;
pub mod navigation;
mod pieces;
pub mod preview;
pub mod reference;
pub mod rename;
mod snapshot;
pub mod structure;
mod symbol;
pub mod symbols;
#[cfg(test)]
pub(crate) mod testing;
pub mod tokens;
mod workspace;

pub use edits::FileEdit;
pub use file::{File, Language, Part};
pub use snapshot::{Analysis, Design, Held, Place, Snapshot, Told, WrongSetting};
pub use workspace::Workspace;

/// The name of configuration files.
pub const CONFIGURATION: &str = "archc.toml";
