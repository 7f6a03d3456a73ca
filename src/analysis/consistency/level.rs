//! What a reader of one component may see, from how it copies and not from its name.
//!
//! What the file says of the component comes first, then what it says of its copying, then the catalogue.

use super::quorum::majority;
use super::regions::{copies, copies_stated_by, stated_copies};
use crate::graph::ComponentGraph;
use crate::model::attributes::words::{Consistency, CopyMode, Mode, Replication};
use crate::model::{AttrId, Attributes, ComponentId, ConnectionId, Kind, Model};
use crate::syntax::ast::Operator;

/// What a reader of a component may see.
#[derive(Clone, PartialEq, Debug)]
pub struct Guarantee {
    /// The level.
    pub level: Consistency,
    /// Why.
    pub reason: Reason,
    /// The attributes of the component from which it follows.
    pub rests_on: Vec<AttrId>,
}

impl Guarantee {
    /// Whether data may ask for that much. The leader of a majority, and an only copy, answer as if there were one copy:
    /// what is derived as strong there is linearizable too.
    pub fn meets(&self, asked: Consistency) -> bool {
        let as_one = matches!(self.reason, Reason::OneCopy | Reason::Copies(Replication::Quorum, _));
        asked <= self.level || as_one
    }
}

/// Why a reader may see that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// It is a cache.
    Cache,
    /// `consistency` says so.
    Stated,
    /// Some `=>` into it, or into what it is copied from, is asynchronous.
    AsyncTarget(ConnectionId),
    /// Read and write quorum against the copies.
    Quorum {
        /// N
        copies: u64,
        /// R
        read: u64,
        /// W
        write: u64,
    },
    /// When a write is acknowledged, and by how many copies in all, where that is known.
    Copies(Replication, Option<u64>),
    /// Only one copy is read: the active one.
    ActiveCopy,
    /// There is but one copy.
    OneCopy,
}

/// What a reader of each component may see, by [`ComponentId`]; `None` where nothing says so.
pub(super) fn guarantees(model: &Model) -> Vec<Option<Guarantee>> {
    let lagging = lagging(model);
    let fronted = super::access::caches(model);
    let homes = super::access::homes(model, &fronted);
    let of = |id: ComponentId| {
        if fronted.contains(&id) && !homes.contains(&id) {
            return Some(Guarantee {
                level: Consistency::Eventual,
                reason: Reason::Cache,
                rests_on: Vec::new(),
            });
        }
        guarantee(model, id, lagging.get(id.index()).copied().flatten())
    };
    model.components.ids().map(of).collect()
}

fn guarantee(model: &Model, id: ComponentId, lagging: Option<ConnectionId>) -> Option<Guarantee> {
    let component = &model.components[id];
    if !keeps(component.kind) {
        return None;
    }
    let given = |attr: AttrId| component.attrs.get(attr).is_some_and(|value| value.is_given());
    let stated = || stated(&component.attrs);
    if given(AttrId::CONSISTENCY) {
        return stated();
    }
    if let Some(connection) = lagging {
        let reason = Reason::AsyncTarget(connection);
        return Some(Guarantee { level: Consistency::Eventual, reason, rests_on: Vec::new() });
    }
    let copying = by_copying(model, id);
    let copying_is_given =
        [AttrId::READ_QUORUM, AttrId::WRITE_QUORUM, AttrId::REPLICATION].into_iter().any(given);
    if copying_is_given { copying.or_else(stated) } else { stated().or(copying) }
}

fn stated(attrs: &Attributes) -> Option<Guarantee> {
    let level = attrs.word(AttrId::CONSISTENCY)?;
    Some(Guarantee { level, reason: Reason::Stated, rests_on: vec![AttrId::CONSISTENCY] })
}

fn by_copying(model: &Model, id: ComponentId) -> Option<Guarantee> {
    let component = &model.components[id];
    let attrs = &component.attrs;
    let (mode, replication) =
        (attrs.word::<Mode>(AttrId::MODE), attrs.word::<Replication>(AttrId::REPLICATION));
    let quorums = (attrs.count(AttrId::READ_QUORUM), attrs.count(AttrId::WRITE_QUORUM));
    let copies = known_copies(model, id)?;
    let with = |level, reason, rests_on: &[AttrId]| {
        let mut rests_on = rests_on.to_vec();
        rests_on.extend(copies_stated_by(component));
        Some(Guarantee { level, reason, rests_on })
    };
    let level = |sees_all: bool| if sees_all { Consistency::Strong } else { Consistency::Eventual };
    // where replicas agree by majority, a quorum that is not given is one; and without any the leader answers
    let anyone = mode.is_some_and(several_write);
    let asks_copies = anyone || quorums != (None, None);
    let agrees = replication == Some(Replication::Quorum) && asks_copies;
    let default = agrees.then(|| majority(copies));
    if let (Some(read), Some(write)) = (quorums.0.or(default), quorums.1.or(default)) {
        let reason = Reason::Quorum { copies, read, write };
        let used = [AttrId::READ_QUORUM, AttrId::WRITE_QUORUM, AttrId::REPLICATION];
        let used: Vec<AttrId> = used.into_iter().filter(|attr| attrs.has(*attr)).collect();
        return with(level(read.saturating_add(write) > copies), reason, &used);
    }
    let replication = replication?;
    if copies == 1 {
        return with(Consistency::Strong, Reason::OneCopy, &[AttrId::REPLICATION]);
    }
    if mode == Some(Mode::ActivePassive) {
        return with(Consistency::Strong, Reason::ActiveCopy, &[AttrId::MODE]);
    }
    let reason = Reason::Copies(replication, stated_copies(component));
    let sees_all = match replication {
        Replication::Sync | Replication::Quorum => true,
        Replication::SemiSync => copies == 2 && !anyone,
        Replication::Async => false,
    };
    with(level(sees_all), reason, &[AttrId::REPLICATION])
}

/// Whether in that mode several replicas accept writes.
pub(super) fn several_write(mode: Mode) -> bool {
    matches!(mode, Mode::MultiPrimary | Mode::ActiveActive | Mode::Leaderless)
}

/// The copies as far as they matter: who says how replication goes has at least two; a catalogue's habit says nothing of how
/// many copies a managed store has, and of one's own there is one until more are given.
pub(super) fn known_copies(model: &Model, id: ComponentId) -> Option<u64> {
    let component = &model.components[id];
    if let Some(copies) = stated_copies(component) {
        return Some(copies);
    }
    let spread = copies(model, id);
    let replicates = component.attrs.get(AttrId::REPLICATION).is_some_and(|value| value.is_given());
    match () {
        () if spread > 1 => Some(spread),
        () if replicates => Some(2),
        () if component.attrs.is_true(AttrId::MANAGED) => None,
        () => Some(1),
    }
}

/// Whether components of that kind keep data that is read back.
pub(super) fn keeps(kind: Kind) -> bool {
    kind.is_store() || matches!(kind, Kind::Cache | Kind::Registry | Kind::Identity | Kind::SecretStore)
}

/// By component: an asynchronous `=>` into it, or into what it is copied from.
fn lagging(model: &Model) -> Vec<Option<ConnectionId>> {
    let copies = ComponentGraph::by_operators(model, &[Operator::Replicate]);
    let is_async = |id: ConnectionId| {
        let attrs = &model.connections[id].attrs;
        match attrs.word::<CopyMode>(AttrId::MODE) {
            Some(mode) => mode == CopyMode::Async,
            None => attrs.seconds(AttrId::LAG).is_some_and(|lag| lag > 0.0),
        }
    };
    let mut lagging: Vec<Option<ConnectionId>> = vec![None; model.components.len()];
    let mut open: Vec<ComponentId> = Vec::new();
    let mut mark = |to: ComponentId, via: ConnectionId, open: &mut Vec<ComponentId>| {
        if let Some(slot @ None) = lagging.get_mut(to.index()) {
            *slot = Some(via);
            open.push(to);
        }
    };
    for (id, it) in model.connections.enumerate() {
        if let Some(to) = it.callee().filter(|_| it.op == Operator::Replicate && is_async(id)) {
            mark(to, id, &mut open);
        }
    }
    while let Some(from) = open.pop() {
        for step in copies.outgoing(from) {
            mark(step.to, step.connection, &mut open);
        }
    }
    lagging
}
