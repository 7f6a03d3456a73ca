//! Databases and object stores that several compute components use.

use rustc_hash::FxHashMap;

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
    /// The distinct compute components that may write to it; one that stands in several regions under one name counts once.
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
    once_each(model, users)
}

/// Each service once: what stands in several regions under one name is one, deployed there.
fn once_each(model: &Model, users: Vec<StoreUser>) -> Vec<StoreUser> {
    let mut kept: Vec<StoreUser> = Vec::with_capacity(users.len());
    let mut seen: FxHashMap<(&str, Kind, Option<&str>), Vec<ComponentId>> = FxHashMap::default();
    for user in users {
        let it = &model.components[user.component];
        let tech = it.tech.as_ref().map(|tech| tech.name.as_str());
        let alike = seen.entry((it.header.name.as_str(), it.kind, tech)).or_default();
        if !alike.iter().any(|other| stand_in_two_regions(model, *other, user.component)) {
            alike.push(user.component);
            kept.push(user);
        }
    }
    kept
}

fn stand_in_two_regions(model: &Model, one: ComponentId, other: ComponentId) -> bool {
    let region = |id: ComponentId| {
        let mut around = model.ancestors(model.components[id].header.parent);
        around.find(|group| model.groups[*group].kind == GroupKind::Region)
    };
    matches!((region(one), region(other)), (Some(one), Some(other)) if one != other)
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
