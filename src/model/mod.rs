//! The design once its names are resolved: arenas of typed elements, attributes with their origins, flows as calls.
//!
//! Everything is in the order of its declaration, so whoever iterates is deterministic. A model may rest on a source with
//! mistakes: it then holds what could be understood. It knows no analysis and no rule.

pub mod attributes;
pub mod catalogue;
mod element;
mod flow;
mod ids;
mod kind;
mod select;

use smol_str::SmolStr;

pub use attributes::{AttrId, AttrValue, Attributes, ElementRef, Origin, Reference, Value};
pub use element::*;
pub use flow::{Call, CallGroup, CallGroupId, CallId, Flow, FlowId, GroupMode, Visit, VisitId};
pub use ids::{Arena, Id};
pub use kind::{Class, GroupKind, Kind};

use crate::source::Span;

/// A design.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The `system` statement; `None` where the file has none.
    pub system: Option<Header>,
    /// Components.
    pub components: Arena<Component>,
    /// Groups; a group's parent stands before it.
    pub groups: Arena<Group>,
    /// Connections, declared ones first, then those that only flows declare.
    pub connections: Arena<Connection>,
    /// The connections that share their ends and operator with another, ascending.
    pub parallel: Vec<ConnectionId>,
    /// Alternatives among connections.
    pub alternatives: Arena<Alternatives>,
    /// Data entities.
    pub data: Arena<Data>,
    /// Flows: declared ones, or one implicit flow for each actor.
    pub flows: Arena<Flow>,
    /// Objectives of the system: they hold for all of its flows.
    pub objectives: Vec<Objective>,
    /// Scenarios.
    pub scenarios: Arena<Scenario>,
    /// Views.
    pub views: Arena<View>,
    /// Policies.
    pub policies: Arena<Policy>,
    /// Decisions.
    pub decisions: Arena<Decision>,
    /// `@allow` annotations in the order of the text.
    pub allows: Vec<Allow>,
    /// Names in the source and what they refer to, sorted by place: declarations among them.
    pub references: Vec<(Span, ElementRef)>,
}

impl Model {
    /// The full path of a component.
    pub fn path(&self, id: ComponentId) -> &str {
        &self.components[id].header.path
    }

    /// The full path of either end of a connection.
    pub fn endpoint_path(&self, end: Endpoint) -> &str {
        match end {
            Endpoint::Component(id) => &self.components[id].header.path,
            Endpoint::Group(id) => &self.groups[id].header.path,
        }
    }

    /// The full path of an element.
    pub fn element_path(&self, element: ElementRef) -> &str {
        match element {
            ElementRef::Component(id) => &self.components[id].header.path,
            ElementRef::Group(id) => &self.groups[id].header.path,
            ElementRef::Data(id) => &self.data[id].header.path,
            ElementRef::Flow(id) => &self.flows[id].header.path,
            ElementRef::Scenario(id) => &self.scenarios[id].header.path,
        }
    }

    /// The groups around a group or component, from the inside out.
    pub fn ancestors(&self, parent: Option<GroupId>) -> impl Iterator<Item = GroupId> + '_ {
        std::iter::successors(parent, |id| self.groups[*id].header.parent)
    }

    /// Whether a group lies in another, or is it.
    pub fn is_within(&self, group: GroupId, outer: GroupId) -> bool {
        self.ancestors(Some(group)).any(|id| id == outer)
    }

    /// Whether a component is the internet: an actor that is not inside a `network`.
    pub fn is_outside(&self, id: ComponentId) -> bool {
        let component = &self.components[id];
        let in_network = |group| self.groups[group].kind == GroupKind::Network;
        component.kind.is_actor() && !self.ancestors(component.header.parent).any(in_network)
    }

    /// The owner of a component: its `owner`, else the nearest enclosing `team`.
    pub fn owner(&self, id: ComponentId) -> Option<SmolStr> {
        let component = &self.components[id];
        if let Some(owner) = component.attrs.text(AttrId::OWNER) {
            return Some(owner.into());
        }
        let team =
            self.ancestors(component.header.parent).find(|id| self.groups[*id].kind == GroupKind::Team);
        team.map(|id| self.groups[id].header.name.clone())
    }

    /// Whether any other connection has the same ends and operator, so that a label is needed to tell them apart.
    pub fn needs_label(&self, id: ConnectionId) -> bool {
        self.parallel.binary_search(&id).is_ok()
    }

    /// A connection as findings name it: `us.api -> us.links`, with its label where there are several.
    pub fn connection_subject(&self, id: ConnectionId) -> String {
        let it = &self.connections[id];
        let (from, to) = (self.endpoint_path(it.from), self.endpoint_path(it.to));
        match &it.label {
            Some(label) if self.needs_label(id) => format!("{from} {} {to} \"{label}\"", it.op.as_str()),
            _ => format!("{from} {} {to}", it.op.as_str()),
        }
    }
}
