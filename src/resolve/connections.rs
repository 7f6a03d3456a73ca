//! Connection statements to connections: chains, lists as every pair, `|` as alternatives.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::Resolver;
use super::annotations::tags_of;
use super::attributes::On;
use super::complete::add_tags;
use super::few::Few;
use super::lookup::Referred;
use super::mistakes::{BAD_ENDPOINT, BAD_OPERATOR, DUPLICATE_CONNECTION, MANY_CONNECTIONS, TOO_MANY_NEEDED};
use super::names::Scope;
use crate::diagnostic::{Applicability, Diagnostic};
use crate::model::attributes::{AttrId, Attributes, Origin, RefKind, Target};
use crate::model::{Alternatives, Connection, ConnectionId, ElementRef, Endpoint};
use crate::source::Span;
use crate::syntax::ast::{self, Ends, EndsKind, Operator, Stmt};

/// Lists may make this many connections in one design.
const LIMIT: usize = 400_000;

type Key = (Endpoint, Operator, Endpoint);

/// Connections by their ends; where many share them, by ends and label as well.
#[derive(Default)]
pub(crate) struct ConnectionIndex {
    by_ends: FxHashMap<Key, Few<ConnectionId>>,
    labelled: FxHashMap<(Key, Option<SmolStr>), ConnectionId>,
}

/// Up to so many connections are compared one by one.
const COMPARED: usize = 8;

impl ConnectionIndex {
    /// Every connection that shares its ends and operator with another, ascending.
    pub(crate) fn parallel(&self) -> Vec<ConnectionId> {
        let several = self.by_ends.values().map(Few::as_slice).filter(|ids| ids.len() > 1);
        let mut all: Vec<ConnectionId> = several.flatten().copied().collect();
        all.sort_unstable();
        all
    }
}

/// What the connections of one statement share.
struct Shared {
    label: Option<SmolStr>,
    attrs: Attributes,
    description: Option<SmolStr>,
    tags: Vec<SmolStr>,
    span: Span,
    needs: Option<u64>,
}

type Resolved = Vec<(Endpoint, Span)>;

impl Resolver<'_> {
    /// Adds a connection to the model.
    pub(crate) fn add_connection(&mut self, connection: Connection) -> ConnectionId {
        let key = (connection.from, connection.op, connection.to);
        let id = self.model.connections.push(connection);
        let ids = match self.connections.by_ends.entry(key) {
            Entry::Vacant(slot) => slot.insert(Few::new(id)),
            Entry::Occupied(slot) => {
                let ids = slot.into_mut();
                ids.push(id);
                ids
            }
        };
        let late = match ids.as_slice() {
            all if all.len() == COMPARED + 1 => all,
            all if all.len() > COMPARED => std::slice::from_ref(all.last().unwrap_or(&id)),
            _ => &[],
        };
        for id in late {
            let label = self.model.connections[*id].label.clone();
            self.connections.labelled.entry((key, label)).or_insert(*id);
        }
        id
    }

    /// The connection that could not be told apart from one with these ends and label.
    fn same(&self, key: Key, label: Option<&SmolStr>) -> Option<ConnectionId> {
        let ids = self.connections.by_ends.get(&key)?.as_slice();
        if ids.len() > COMPARED {
            return self.connections.labelled.get(&(key, label.cloned())).copied();
        }
        ids.iter().copied().find(|id| self.model.connections[*id].label.as_ref() == label)
    }

    /// The connections between two ends with an operator, in the order declared; they differ in their labels.
    pub(crate) fn connections_between(&self, from: Endpoint, op: Operator, to: Endpoint) -> &[ConnectionId] {
        self.connections.by_ends.get(&(from, op, to)).map_or(&[], Few::as_slice)
    }

    /// The attributes of a connection's block, without defaults.
    pub(crate) fn connection_attributes(&mut self, scope: Scope, block: &ast::Block) -> Attributes {
        self.attributes(&block.items, On::Target(Target::Connection), scope, Origin::File)
    }

    /// Adds the connections of a statement.
    pub(crate) fn connection(&mut self, stmt: &Stmt, connection: &ast::Connection, scope: Scope) {
        let own = match &connection.block {
            Some(block) => self.connection_attributes(scope, block),
            None => Attributes::default(),
        };
        let needs = own.count(AttrId::NEEDS);
        let mut tags = tags_of(stmt);
        add_tags(&mut tags, own.texts(AttrId::TAGS));
        let text = |id| own.text(id).map(SmolStr::from);
        let shared = Shared {
            label: connection.label.as_ref().map(|label| label.value.clone()).or_else(|| text(AttrId::LABEL)),
            description: stmt.doc().map(SmolStr::from).or_else(|| text(AttrId::DESCRIPTION)),
            tags,
            span: stmt.span,
            needs,
            attrs: self.complete_connection(own, scope),
        };
        let mut before: Option<Resolved> = None;
        for (i, ends) in connection.ends.iter().enumerate() {
            let op = i.checked_sub(1).and_then(|left| connection.operators.get(left)).copied();
            let next = connection.operators.get(i).copied();
            let links = [op, next].iter().flatten().any(|(op, _)| *op == Operator::Link);
            let resolved = self.ends(ends, scope, links);
            if let (Some(from), Some((op, op_span))) = (&before, op) {
                if ends.kind == EndsKind::Any {
                    self.enough_alternatives(&shared.attrs, ends);
                }
                self.link(from, &resolved, ends.kind, (op, op_span), &shared);
            }
            before = Some(resolved);
        }
    }

    fn ends(&mut self, ends: &Ends, scope: Scope, links: bool) -> Resolved {
        let mut resolved = Vec::with_capacity(ends.paths.len());
        for path in &ends.paths {
            let wanted = if links { "a group" } else { "a component" };
            match self.try_refer_as(scope, path, RefKind::Element, wanted) {
                Referred::To(reference) => match (reference.target, links) {
                    (ElementRef::Component(id), false) => {
                        resolved.push((Endpoint::Component(id), path.span));
                    }
                    (ElementRef::Group(id), true) => resolved.push((Endpoint::Group(id), path.span)),
                    (target, _) => self.wrong_end(path, target, links),
                },
                Referred::Lost => {}
                Referred::Mistaken(mistake) => self.report(*mistake),
            }
        }
        resolved
    }

    fn wrong_end(&mut self, path: &ast::Path, target: ElementRef, links: bool) {
        let (name, is) = (path.text(), self.describe_element(target));
        let told = if links {
            BAD_ENDPOINT
                .at(path.span, format!("`{name}` is {is}; `--` is a link between groups"))
                .with_help("write `->` for a call, `~>` for a message")
        } else {
            BAD_ENDPOINT
                .at(path.span, format!("`{name}` is {is}; only components call and are called"))
                .with_help(format!("name a component inside `{name}`, or link groups by `--`"))
        };
        self.report(told);
    }

    /// Tells of `needs` beyond the alternatives of an end.
    fn enough_alternatives(&mut self, attrs: &Attributes, ends: &Ends) {
        let place = attrs.get(AttrId::NEEDS).and_then(|value| value.span);
        let (Some(needs), Some(span)) = (attrs.count(AttrId::NEEDS), place) else { return };
        let count = ends.paths.len() as u64;
        if needs > count {
            let message = format!("{needs} of {count} alternatives are needed");
            let help = format!("lower `needs` to {count} or add alternatives");
            let told = TOO_MANY_NEEDED.at(span, message).with_help(help);
            self.report(told.with_related(ends.span, format!("these are {count}")));
        }
    }

    fn link(
        &mut self,
        from: &[(Endpoint, Span)],
        to: &[(Endpoint, Span)],
        kind: EndsKind,
        (op, op_span): (Operator, Span),
        shared: &Shared,
    ) {
        if op == Operator::AnyPath {
            let told =
                BAD_OPERATOR.at(op_span, "`->>` means any path of calls, and only `forbid` asks for one");
            let told = told.with_help("write `->` for a call");
            self.report(told.with_fix("write `->`", Applicability::Safe, op_span, "->"));
            return;
        }
        if from.len().saturating_mul(to.len()) > LIMIT.saturating_sub(self.model.connections.len()) {
            let count = from.len().saturating_mul(to.len());
            let message = format!("this list makes {count} connections, and a design holds {LIMIT} at most");
            self.report(
                MANY_CONNECTIONS.at(op_span, message).with_help("connect fewer, or by a group's entry"),
            );
            return;
        }
        for &(caller, from_span) in from {
            let mut made = Vec::new();
            for &(callee, to_span) in to {
                made.extend(self.pair((caller, from_span), (callee, to_span), op, shared));
            }
            if kind == EndsKind::Any && !made.is_empty() {
                let needs = shared.needs.unwrap_or(1).min(made.len() as u64);
                let id = self.model.alternatives.push(Alternatives { connections: made.clone(), needs });
                for connection in made {
                    self.model.connections[connection].alternatives = Some(id);
                }
            }
        }
    }

    fn pair(
        &mut self,
        (from, from_span): (Endpoint, Span),
        (to, to_span): (Endpoint, Span),
        op: Operator,
        shared: &Shared,
    ) -> Option<ConnectionId> {
        if let Some(first) = self.same((from, op, to), shared.label.as_ref()) {
            let told = self.twice(first, to_span, shared.label.as_ref());
            self.report(told);
            return None;
        }
        Some(self.add_connection(Connection {
            from,
            to,
            op,
            label: shared.label.clone(),
            attrs: shared.attrs.clone(),
            description: shared.description.clone(),
            tags: shared.tags.clone(),
            span: shared.span,
            from_span,
            to_span,
            alternatives: None,
            declared_by_flow: false,
        }))
    }

    fn twice(&self, first: ConnectionId, span: Span, label: Option<&SmolStr>) -> Diagnostic {
        let it = &self.model.connections[first];
        let (from, to) = (self.model.endpoint_path(it.from), self.model.endpoint_path(it.to));
        let op = it.op.as_str();
        let same = if label.is_some() { "with the same label" } else { "without a label" };
        DUPLICATE_CONNECTION
            .at(span, format!("`{from} {op} {to}` is declared twice {same}"))
            .with_help("give each its own label: `a -> b \"what for\"`, or keep one")
            .with_related(it.to_span, "it is declared here first")
    }
}
