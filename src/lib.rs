//! A compiler and linter for software architecture.
