//! Who calls a component, and whom it calls.

use super::symbol::{self, Symbol};
use super::{Held, Place, Snapshot};
use crate::model::{Class, ComponentId, ConnectionId, ElementRef};
use crate::syntax::ast::Operator;

/// A component in the hierarchy of calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallItem {
    /// Its full path.
    pub path: String,
    /// Kind, technology and label.
    pub detail: String,
    /// Its class, for its icon.
    pub class: Class,
    /// The whole declaration.
    pub whole: Place,
    /// The name in it.
    pub name: Place,
}

/// A caller or a callee.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Calls {
    /// Who it is.
    pub item: CallItem,
    /// The operators and labels of the connections.
    pub how: Vec<String>,
    /// Where the calls are written.
    pub places: Vec<Place>,
}

/// *fresh*: the component at an offset.
pub fn item(snapshot: &Snapshot, path: &str, offset: usize) -> Option<CallItem> {
    let (held, id) = component(snapshot, path, offset)?;
    item_of(&held, id)
}

/// *fresh*: who calls the component at an offset.
pub fn incoming(snapshot: &Snapshot, path: &str, offset: usize) -> Vec<Calls> {
    related(snapshot, path, offset, true)
}

/// *fresh*: whom the component at an offset calls.
pub fn outgoing(snapshot: &Snapshot, path: &str, offset: usize) -> Vec<Calls> {
    related(snapshot, path, offset, false)
}

fn component<'s>(snapshot: &'s Snapshot, path: &str, offset: usize) -> Option<(Held<'s>, ComponentId)> {
    snapshot.holding(path, offset).into_iter().find_map(|held| {
        let (_, found) = symbol::at(&held.design.compilation, held.file, held.offset)?;
        match found {
            Symbol::Element(ElementRef::Component(id)) => Some((held, id)),
            _ => None,
        }
    })
}

fn related(snapshot: &Snapshot, path: &str, offset: usize, incoming: bool) -> Vec<Calls> {
    let Some((held, id)) = component(snapshot, path, offset) else { return Vec::new() };
    let model = &held.design.compilation.model;
    let mut of: Vec<(ComponentId, Vec<ConnectionId>)> = Vec::new();
    for (connection, it) in model.connections.enumerate().filter(|(_, it)| it.op != Operator::Link) {
        let (Some(from), Some(to)) = (it.caller(), it.callee()) else { continue };
        let (own, other) = if incoming { (to, from) } else { (from, to) };
        if own != id {
            continue;
        }
        match of.iter_mut().find(|(known, _)| *known == other) {
            Some((_, connections)) => connections.push(connection),
            None => of.push((other, vec![connection])),
        }
    }
    let calls = |(other, connections): (ComponentId, Vec<ConnectionId>)| {
        let how = connections.iter().map(|id| {
            let it = &model.connections[*id];
            it.label
                .as_ref()
                .map_or_else(|| it.op.as_str().to_owned(), |label| format!("{} {label}", it.op.as_str()))
        });
        let written = connections.iter().filter_map(|id| {
            let it = &model.connections[*id];
            held.design.place(it.from_span.to(it.to_span))
        });
        Some(Calls { how: how.collect(), places: written.collect(), item: item_of(&held, other)? })
    };
    of.into_iter().filter_map(calls).collect()
}

fn item_of(held: &Held<'_>, id: ComponentId) -> Option<CallItem> {
    let it = &held.design.compilation.model.components[id];
    let tech = it.tech.as_ref().map(|tech| tech.name.as_str());
    let parts: Vec<&str> =
        std::iter::once(it.kind_name.as_str()).chain(tech).chain(it.header.label.as_deref()).collect();
    Some(CallItem {
        path: it.header.path.to_string(),
        detail: parts.join(" · "),
        class: it.kind.class(),
        whole: held.design.place(it.header.span)?,
        name: held.design.place(it.header.name_span)?,
    })
}
