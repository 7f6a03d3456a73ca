//! How components hang together: who depends on whom, circles of synchronous calls, chains, shared stores, owners.
//!
//! Facts with the paths that show them; no finding and no wording. Calls are read as the flows make them, and as declared
//! where no flow does.

mod circles;
mod score;
mod stores;
mod walk;

use rustc_hash::FxHashSet;

use crate::config::Config;
use crate::graph::{Chain, ComponentGraph};
use crate::model::attributes::words::FallbackKind;
use crate::model::{AttrId, Attributes, ComponentId, ConnectionId, FlowId, Kind, Model};
use crate::syntax::ast::Operator;

pub use circles::{Circle, Closing};
pub use score::{Partial, Score, WEIGHTS, Weight};
pub use stores::{SharedStore, StoreUser};

/// How the components of a design hang together.
#[derive(Clone, Debug, Default)]
pub struct Coupling {
    /// By [`ComponentId`].
    pub components: Vec<Ties>,
    /// Circles of synchronous calls among compute components, by their first member.
    pub circles: Vec<Circle>,
    /// The longest chain of hard calls between deployable components, each circle one link.
    pub longest_chain: Chain,
    /// Databases and object stores with their users, those with at least two, in the order declared.
    pub shared_stores: Vec<SharedStore>,
    /// Calls, messages and copies between components of different owners, in the order declared.
    pub across_owners: Vec<ConnectionId>,
    /// How much of a distributed monolith it is; `None` without a compute component.
    pub score: Option<Score>,
    /// The score from 0 to 100, with the weights of `archc.toml`.
    pub weighed: Option<f64>,
}

/// What a component depends on and what depends on it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Ties {
    /// The distinct deployable components that call it, send to it or are copied into it: Ca.
    pub afferent: Vec<ComponentId>,
    /// The distinct deployable components that it calls, sends to or is copied into: Ce.
    pub efferent: Vec<ComponentId>,
}

impl Ties {
    /// Ce/(Ca+Ce): 0 where others lean on it and it on none, 1 where it leans on others alone; `None` without ties.
    pub fn instability(&self) -> Option<f64> {
        let (incoming, outgoing) = (self.afferent.len() as f64, self.efferent.len() as f64);
        (incoming + outgoing > 0.0).then(|| outgoing / (incoming + outgoing))
    }
}

impl Coupling {
    /// The ties of a component.
    pub fn of(&self, id: ComponentId) -> Option<&Ties> {
        self.components.get(id.index())
    }
}

/// The coupling of a design.
pub fn coupling(model: &Model, config: &Config) -> Coupling {
    let uses = Uses::new(model);
    let mut coupling = Coupling {
        components: ties(model),
        circles: circles::circles(model),
        longest_chain: longest_hard_chain(model, &uses, |kind| !kind.is_actor()),
        shared_stores: stores::shared_stores(model, &uses),
        across_owners: across_owners(model),
        score: None,
        weighed: None,
    };
    coupling.score = score::score(model, &uses, &coupling);
    let weigh = |key: &str| config.threshold("CO004", key);
    coupling.weighed = coupling.score.as_ref().map(|score| score.value(weigh));
    coupling
}

/// Ours to run: neither a person nor a program of somebody else's.
fn is_deployable(model: &Model, id: ComponentId) -> bool {
    !model.components[id].kind.is_actor()
}

fn ties(model: &Model) -> Vec<Ties> {
    let mut ties = vec![Ties::default(); model.components.len()];
    let graph = ComponentGraph::of(model, |_, it| {
        matches!(it.op, Operator::Call | Operator::Message | Operator::Replicate)
    });
    for (id, ties) in graph.components().zip(&mut ties) {
        if !is_deployable(model, id) {
            continue;
        }
        let other = |other: &ComponentId| *other != id && is_deployable(model, *other);
        ties.efferent = distinct(graph.outgoing(id).map(|step| step.to).filter(other));
        ties.afferent = distinct(graph.incoming(id).map(|step| step.from).filter(other));
    }
    ties
}

fn distinct(ids: impl Iterator<Item = ComponentId>) -> Vec<ComponentId> {
    let mut ids: Vec<ComponentId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn across_owners(model: &Model) -> Vec<ConnectionId> {
    let owners: Vec<_> = model.components.ids().map(|id| model.owner(id)).collect();
    let owner = |id: ComponentId| owners.get(id.index()).and_then(Option::as_ref);
    let crosses = |id: &ConnectionId| {
        let it = &model.connections[*id];
        let (Some(from), Some(to)) = (it.caller(), it.callee()) else { return false };
        it.op != Operator::Link
            && is_deployable(model, from)
            && is_deployable(model, to)
            && matches!((owner(from), owner(to)), (Some(a), Some(b)) if a != b)
    };
    model.connections.ids().filter(crosses).collect()
}

fn longest_hard_chain(model: &Model, uses: &Uses<'_>, counts: impl Fn(Kind) -> bool) -> Chain {
    let graph = ComponentGraph::of(model, |id, it| {
        let ours = |end: Option<ComponentId>| end.is_some_and(|end| is_deployable(model, end));
        it.op == Operator::Call && ours(it.caller()) && ours(it.callee()) && uses.is_hard(id)
    });
    if model.connections.is_empty() {
        return Chain::default();
    }
    graph.longest_chain(|id| counts(model.components[id].kind))
}

/// The connections as they are used: by the calls of flows, or as declared.
struct Uses<'m> {
    model: &'m Model,
    /// By connection: the attributes of the calls that take it.
    calls: Vec<Vec<(FlowId, &'m Attributes)>>,
    /// Caches that some call stands behind.
    fronted: FxHashSet<ComponentId>,
}

impl<'m> Uses<'m> {
    fn new(model: &'m Model) -> Self {
        let mut calls = vec![Vec::new(); model.connections.len()];
        let mut fronted: FxHashSet<ComponentId> = FxHashSet::default();
        for connection in &model.connections {
            fronted.extend(connection.attrs.components(AttrId::BEHIND));
        }
        for (flow, it) in model.flows.enumerate() {
            for call in &it.calls {
                fronted.extend(call.attrs.components(AttrId::BEHIND));
                if let Some(calls) = calls.get_mut(call.connection.index()) {
                    calls.push((flow, &call.attrs));
                }
            }
        }
        Self { model, calls, fronted }
    }

    /// The attributes with which a connection is used, at least once.
    fn of(&self, id: ConnectionId) -> Vec<&'m Attributes> {
        match self.calls.get(id.index()) {
            Some(calls) if !calls.is_empty() => calls.iter().map(|(_, attrs)| *attrs).collect(),
            _ => vec![&self.model.connections[id].attrs],
        }
    }

    /// Whether the caller fails without the callee: neither optional nor with a fallback; a cache that others stand behind
    /// has the store as its fallback.
    fn is_hard(&self, id: ConnectionId) -> bool {
        let callee = self.model.connections[id].callee();
        if callee.is_some_and(|callee| self.fronted.contains(&callee)) {
            return false;
        }
        self.of(id).iter().any(|attrs| {
            let has_fallback =
                attrs.has(AttrId::FALLBACK) && attrs.word(AttrId::FALLBACK) != Some(FallbackKind::None);
            !attrs.is_true(AttrId::OPTIONAL) && !has_fallback
        })
    }
}
