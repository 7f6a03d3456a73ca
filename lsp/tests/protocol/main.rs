//! The server as an editor sees it: messages over standard input and output. No test depends on how long anything takes.
#![expect(clippy::disallowed_methods, reason = "a test of a server has files and waits for answers")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "clippy.toml allows these in tests, but takes no helper of an integration test for one"
)]

mod client;
mod features;
mod files;
mod life;
mod texts;
