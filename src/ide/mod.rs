//! What an editor asks, as offsets in and plain data out. Knows no protocol.

mod workspace;

pub use workspace::{FileDiagnostics, Workspace};
