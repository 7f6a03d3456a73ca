//! Messages that reach a broker and that no step of a flow takes out of it: consumers get them all the same, and what the
//! consumers do with them goes over connections that are in no flow.

use super::calls::{Branch, Consumers, Setting, calls_each, split};
use super::net::Net;
use crate::model::attributes::words::Phase;
use crate::model::{AttrId, Attributes, ComponentId, ConnectionId, Model};
use crate::syntax::ast::Operator;

/// Connections that may carry what no step does, as a net over the components.
#[derive(Clone, Debug, Default)]
pub(super) struct Undelivered {
    net: Net,
    /// By edge.
    connections: Vec<ConnectionId>,
}

/// What goes over these connections: by component and by connection.
pub(super) struct Carried {
    pub(super) components: Vec<f64>,
    pub(super) connections: Vec<(ConnectionId, f64)>,
}

/// Called when the caller starts, and by no request.
fn is_at_the_start(attrs: &Attributes) -> bool {
    attrs.word(AttrId::PHASE) == Some(Phase::Start)
}

impl Undelivered {
    /// Takes connections out of brokers that start no flow, and connections in no flow that lie behind these.
    pub(super) fn new(model: &Model, consumers: &Consumers, in_flow: &[bool], starts: &[bool]) -> Self {
        let flag = |list: &[bool], index: usize| list.get(index).copied().unwrap_or(false);
        let mut leads: Vec<Vec<ConnectionId>> = vec![Vec::new(); model.components.len()];
        let mut open: Vec<ComponentId> = Vec::new();
        for (id, connection) in model.connections.enumerate() {
            let Some(from) = connection.caller() else { continue };
            if !model.components[from].kind.is_broker()
                && !flag(in_flow, id.index())
                && !is_at_the_start(&connection.attrs)
                && matches!(connection.op, Operator::Call | Operator::Message)
                && let Some(list) = leads.get_mut(from.index())
            {
                list.push(id);
            }
        }
        open.extend(model.components.ids().filter(|id| model.components[*id].kind.is_broker()));
        let mut seen = vec![false; model.components.len()];
        let mut edges = Vec::new();
        let mut connections = Vec::new();
        while let Some(from) = open.pop() {
            match seen.get_mut(from.index()) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            let out = match model.components[from].kind.is_broker() {
                true if flag(starts, from.index()) => &[],
                true => consumers.of(from),
                false => leads.get(from.index()).map_or(&[][..], |list| list),
            };
            for &id in out {
                if is_at_the_start(&model.connections[id].attrs) {
                    continue;
                }
                let Some(to) = model.connections[id].callee() else { continue };
                edges.push((from.index() as u32, to.index() as u32));
                connections.push(id);
                open.push(to);
            }
        }
        Self { net: Net::new(model.components.len(), edges), connections }
    }

    /// Whether there is nothing to carry over.
    pub(super) fn is_empty(&self) -> bool {
        self.connections.is_empty()
    }

    /// How much of its caller's rate each edge passes on.
    pub(super) fn coefficients(
        &self,
        model: &Model,
        consumers: &Consumers,
        setting: &Setting<'_>,
    ) -> Vec<f64> {
        let of_edge = |id: &ConnectionId| {
            let connection = &model.connections[*id];
            if connection.callee().is_some_and(|callee| setting.is_down(callee)) {
                return 0.0;
            }
            let broker = connection.caller().is_some_and(|id| model.components[id].kind.is_broker());
            let share = match connection.alternatives {
                Some(alternatives) if !broker => {
                    let all = &model.alternatives[alternatives].connections;
                    let branches: Vec<Branch> = all.iter().map(|id| branch(model, setting, *id)).collect();
                    let at = all.iter().position(|other| other == id).unwrap_or(0);
                    split(&branches).get(at).copied().unwrap_or(0.0)
                }
                _ => connection.attrs.share(AttrId::SHARE).unwrap_or_else(|| consumers.share(*id)),
            };
            share * calls_each(model, &connection.attrs, setting)
        };
        self.connections.iter().map(of_edge).collect()
    }

    /// What the messages that wait in brokers (`left`, by connection out of them) set in motion; `None` where it never ends.
    pub(super) fn carry(&self, model: &Model, coefficients: &[f64], left: &[f64]) -> Option<Carried> {
        // a broker's edges differ in what is left for them, so they are followed by hand once
        let mut sources = vec![0.0; model.components.len()];
        let mut carried: Vec<(ConnectionId, f64)> = Vec::new();
        for (id, passed) in self.connections.iter().zip(coefficients) {
            let rate = left.get(id.index()).copied().unwrap_or(0.0) * passed;
            let to = model.connections[*id].callee();
            if rate > 0.0
                && let Some(slot) = to.and_then(|to| sources.get_mut(to.index()))
            {
                *slot += rate;
                carried.push((*id, rate));
            }
        }
        if carried.is_empty() {
            return Some(Carried { components: sources, connections: carried });
        }
        let components = self.net.rates(&sources, coefficients).ok()?;
        for (id, passed) in self.connections.iter().zip(coefficients) {
            let from = model.connections[*id].caller();
            let rate = from.and_then(|from| components.get(from.index())).copied().unwrap_or(0.0) * passed;
            if rate > 0.0 {
                carried.push((*id, rate));
            }
        }
        Some(Carried { components, connections: carried })
    }
}

fn branch(model: &Model, setting: &Setting<'_>, id: ConnectionId) -> Branch {
    let connection = &model.connections[id];
    Branch {
        share: connection.attrs.share(AttrId::SHARE),
        down: connection.callee().is_some_and(|callee| setting.is_down(callee)),
    }
}
