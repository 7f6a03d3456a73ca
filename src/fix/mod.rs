//! What changes a text: the formatter, and what mends findings. Reads trees and compilations, writes text, touches no file.

mod change;
mod format;
mod judge;
mod mend;
mod tidy;

pub use change::{Change, apply};
pub use format::{format, with_line_ends_of};
pub use mend::{Designs, Mended, Texts, mend};
