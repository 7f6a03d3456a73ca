//! Text in, tree and mistakes out.

pub(crate) mod dump;
mod edits;
mod forms;
pub(crate) mod limits;
mod mistakes;

use crate::source::FileId;
use crate::syntax::ast::Tree;
use crate::syntax::parse;

const FILE: FileId = FileId(0);

/// The example of the language's description.
pub(crate) const EXAMPLE: &str = include_str!("example.arch");

/// A design with every form.
pub(crate) const SHOP: &str = include_str!("shop.arch");

fn tree(text: &str) -> Tree {
    parse(FILE, text)
}

/// The text, its tree and its mistakes, for a snapshot.
fn picture(text: &str) -> String {
    let tree = tree(text);
    let mistakes = dump::mistakes(&tree, text);
    let mistakes = if mistakes.is_empty() { "no mistake\n".to_owned() } else { mistakes };
    format!("{text}\n────\n{}────\n{mistakes}", dump::dump(&tree))
}
