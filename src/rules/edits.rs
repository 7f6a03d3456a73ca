//! Edits that add an attribute to what is written. It must not know any single rule.

use crate::model::{Attributes, Component, Connection, Origin};
use crate::source::Span;

/// Where to write another attribute, and what: behind those that the element itself gives, else as a block behind a head
/// that ends its statement. `None` where neither is sure, as behind a label.
fn attribute(attrs: &Attributes, statement: Span, head_end: Span, text: &str) -> Option<(Span, String)> {
    let own =
        attrs.iter().filter(|(_, value)| value.origin == Origin::File).filter_map(|(_, value)| value.span);
    if let Some(last) = own.filter(|span| statement.contains(*span)).max_by_key(|span| span.end) {
        return Some((last.at_end(), format!("  {text}")));
    }
    (head_end.end == statement.end).then(|| (statement.at_end(), format!(" {{ {text} }}")))
}

/// The edit that adds an attribute to a connection's statement.
pub(super) fn to_connection(connection: &Connection, text: &str) -> Option<(Span, String)> {
    attribute(&connection.attrs, connection.span, connection.to_span, text)
}

/// The edit that adds an attribute to a component's block.
pub(super) fn to_component(component: &Component, text: &str) -> Option<(Span, String)> {
    let header = &component.header;
    let head_end = component.tech.as_ref().map_or(header.name_span, |tech| tech.span);
    attribute(&component.attrs, header.span, head_end, text)
}
