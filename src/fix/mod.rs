//! What changes a text: the formatter. Reads trees, writes text; knows no findings of its own.

mod format;

pub use format::format;
