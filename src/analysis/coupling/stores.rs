//! Databases and object stores that several compute components use.

use super::Uses;
use crate::graph::{ComponentGraph, Step};
use crate::model::attributes::words::Access;
use crate::model::{AttrId, Attributes, ComponentId, ConnectionId, GroupKind, Kind, Model};
use crate::syntax::ast::Operator;

/// Steps tried before a store, as long as all stores together took fewer than [`ENOUGH`]…
const LIMIT: usize = 4096;
/// …and from then on: one pooling proxy between all services and all stores must not cost their square.
const SHORT: usize = 32;
const ENOUGH: usize = 100_000;

/// A store with its users.
#[derive(Clone, PartialEq, Debug)]
pub struct SharedStore {
    /// The database or object store.
    pub store: ComponentId,
    /// The distinct compute components that may write to it.
    pub writers: Vec<StoreUser>,
    /// Those that only read.
    pub readers: Vec<StoreUser>,
    /// Whether one bounded context holds all writers, and the store unless it stands in none.
    pub one_context: bool,
}

/// A compute component that uses a store.
#[derive(Clone, PartialEq, Debug)]
pub struct StoreUser {
    /// The component.
    pub component: ComponentId,
    /// The steps to the store, over proxies.
    pub path: Vec<Step>,
}

pub(super) fn shared_stores(model: &Model, uses: &Uses<'_>) -> Vec<SharedStore> {
    let graph = ComponentGraph::by_operators(model, &[Operator::Call, Operator::Message]);
    // the same steps without those that only read: who comes through here may write
    let writing = ComponentGraph::of(model, |id, it| {
        matches!(it.op, Operator::Call | Operator::Message) && may_write(model, uses, id)
    });
    let stores = model
        .components
        .enumerate()
        .filter(|(_, it)| matches!(it.kind, Kind::Database | Kind::ObjectStore))
        .map(|(id, _)| id);
    let mut taken = 0;
    stores
        .filter_map(|store| {
            let limit = if taken < ENOUGH { LIMIT } else { SHORT };
            let writers = users(model, &writing, store, limit);
            let mut readers = users(model, &graph, store, limit);
            taken += writers.len() + readers.len();
            let writes =
                |id: ComponentId| writers.binary_search_by_key(&id, |writer| writer.component).is_ok();
            readers.retain(|user| !writes(user.component));
            let one_context = in_one_context(model, store, &writers);
            (writers.len() + readers.len() > 1).then_some(SharedStore {
                store,
                writers,
                readers,
                one_context,
            })
        })
        .collect()
}

fn users(model: &Model, graph: &ComponentGraph, store: ComponentId, limit: usize) -> Vec<StoreUser> {
    let relays = |id: ComponentId| matches!(model.components[id].kind, Kind::Proxy | Kind::LoadBalancer);
    let mut users: Vec<StoreUser> = graph
        .callers_through(store, relays, limit)
        .into_iter()
        .filter(|(id, _)| model.components[*id].kind.is_compute())
        .map(|(component, path)| StoreUser { component, path })
        .collect();
    users.sort_by_key(|user| user.component);
    users
}

/// Whether a connection writes, or leaves open whether it does. What it says itself counts, and what the flows say of it.
fn may_write(model: &Model, uses: &Uses<'_>, id: ConnectionId) -> bool {
    let own = &model.connections[id].attrs;
    says_write(own) == Some(true) || uses.of(id).iter().any(|attrs| says_write(attrs).unwrap_or(true))
}

/// What `access`, else `reads` and `writes`, say; `None` where nothing does.
fn says_write(attrs: &Attributes) -> Option<bool> {
    if attrs.has(AttrId::WRITES) {
        return Some(true);
    }
    match attrs.word::<Access>(AttrId::ACCESS) {
        Some(access) => Some(access != Access::Read),
        None => attrs.has(AttrId::READS).then_some(false),
    }
}

fn in_one_context(model: &Model, store: ComponentId, writers: &[StoreUser]) -> bool {
    let contexts = |id: ComponentId| {
        let parent = model.components[id].header.parent;
        model.ancestors(parent).filter(|group| model.groups[*group].kind == GroupKind::Context)
    };
    let Some(first) = writers.first() else { return false };
    let store_stands_free = contexts(store).next().is_none();
    contexts(first.component).any(|context| {
        let holds = |id: ComponentId| contexts(id).any(|other| other == context);
        (store_stands_free || holds(store)) && writers.iter().all(|writer| holds(writer.component))
    })
}
