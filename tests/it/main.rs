//! The integration tests of archc: one binary.
