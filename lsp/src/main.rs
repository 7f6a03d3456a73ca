//! `archc-lsp`: the language server on standard input and output.

fn main() {}
