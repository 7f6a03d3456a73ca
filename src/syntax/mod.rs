//! Text to syntax tree. The only place that names pest. Never fails: there is always a tree, and a list of mistakes.

pub mod ast;
