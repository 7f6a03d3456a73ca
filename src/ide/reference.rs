//! The words of the language in prose, as hover says them, for whoever writes a reference of them all.

use super::hover;
use crate::model::Metric;
use crate::model::attributes::Type;
use crate::syntax::ast::Operator;

/// The statements about a system and the words that act by position, each with its meaning.
pub fn statements() -> impl Iterator<Item = (&'static str, &'static str)> {
    hover::WORDS.iter().copied()
}

/// The operators, each with its meaning.
pub fn operators() -> impl Iterator<Item = (&'static str, &'static str)> {
    let all = [Operator::Call, Operator::Message, Operator::Replicate, Operator::Link, Operator::AnyPath];
    all.into_iter().map(|it| (it.as_str(), hover::operator_meaning(it)))
}

/// The metrics of objectives, each with its meaning.
pub fn metrics() -> impl Iterator<Item = (&'static str, &'static str)> {
    Metric::NAMES.iter().map(|(name, metric)| (*name, hover::metric_meaning(*metric)))
}

/// What a value may be, in words with an example of each.
pub fn types(types: &[Type]) -> String {
    hover::types(types)
}

/// What the catalogue knows of a technology, in Markdown; `None` where it does not know it.
pub fn technology(name: &str) -> Option<String> {
    hover::technology(name)
}
