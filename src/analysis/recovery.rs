//! What each store loses, and how long it is gone, after the loss of a node and after a wrong delete. Knows no finding.

use super::consistency::regions::stated_copies;
use super::placement::{Deployment, Placement};
use crate::model::attributes::words::{Access, Failover, Replication};
use crate::model::{AttrId, AttrValue, Attributes, Component, ComponentId, FlowId, Kind, Model};

/// Recovery, by [`ComponentId`]; `None` for what keeps no state of its own.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Recovery {
    /// By [`ComponentId`].
    pub stores: Vec<Option<StoreRecovery>>,
}

/// What a store loses and how long it is gone, in seconds; `None` where the file does not tell.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct StoreRecovery {
    /// Writes lost with a node: with two copies or more the lag of asynchronous ones, else the interval of the backup.
    pub lost_with_node: Option<f64>,
    /// Writes lost after a wrong delete, which every copy repeats: the interval of the backup.
    pub lost_by_delete: Option<f64>,
    /// Detection of a failure; 0 where absent.
    pub detection: f64,
    /// From detection until the work goes on after the loss of a node.
    pub takeover: Option<f64>,
    /// From nothing to working: `restore_time`, else what one replica holds over its bandwidth.
    pub restore: Option<f64>,
}

impl StoreRecovery {
    /// How long the loss of a node is felt.
    pub fn gone_with_node(&self) -> Option<f64> {
        Some(self.detection + self.takeover?)
    }

    /// How long a wrong delete is felt.
    pub fn gone_by_delete(&self) -> Option<f64> {
        Some(self.detection + self.restore?)
    }
}

impl Recovery {
    /// The recovery of a store.
    pub fn of(&self, id: ComponentId) -> Option<&StoreRecovery> {
        self.stores.get(id.index())?.as_ref()
    }

    /// The most that the stores a flow writes lose with a node; `None` where one does not tell, or it writes none. What may be
    /// lost or made again does not count.
    pub fn point_of_flow(&self, model: &Model, id: FlowId) -> Option<f64> {
        self.worst(written(model, id), |it| it.lost_with_node)
    }

    /// The longest that the stores of a flow are gone after the loss of a node; `None` where one does not tell, or there is none.
    pub fn time_of_flow(&self, model: &Model, id: FlowId) -> Option<f64> {
        let visited = model.flows[id].visits.iter().map(|visit| visit.component);
        self.worst(visited, StoreRecovery::gone_with_node)
    }

    fn worst(
        &self,
        stores: impl Iterator<Item = ComponentId>,
        of: impl Fn(&StoreRecovery) -> Option<f64>,
    ) -> Option<f64> {
        let mut worst = None;
        for store in stores.filter_map(|id| self.of(id)) {
            let figure = of(store)?;
            worst = Some(worst.map_or(figure, |most: f64| most.max(figure)));
        }
        worst
    }
}

/// What a flow writes to that keeps data which must not be lost.
pub fn written(model: &Model, id: FlowId) -> impl Iterator<Item = ComponentId> + '_ {
    let flow = &model.flows[id];
    let writes = |attrs: &Attributes| {
        let access = attrs.word::<Access>(AttrId::ACCESS);
        matches!(access, Some(Access::Write | Access::ReadWrite)) || attrs.has(AttrId::WRITES)
    };
    let calls = flow.calls.iter().filter(move |call| writes(&call.attrs));
    let targets = calls.map(|call| (flow.visits[call.target].component, call.attrs.data(AttrId::WRITES)));
    targets.filter_map(|(component, named)| {
        let data =
            if named.is_empty() { model.components[component].attrs.data(AttrId::STORES) } else { named };
        let may_go = |attrs: &Attributes| attrs.is_true(AttrId::DERIVED) || attrs.is_true(AttrId::LOSS_OK);
        let counts = data.is_empty() || data.iter().any(|id| !may_go(&model.data[*id].attrs));
        counts.then_some(component)
    })
}

pub(super) fn recovery(model: &Model, placement: &Placement) -> Recovery {
    let of = |(id, component): (ComponentId, &Component)| {
        let keeps = component.kind.is_store() || component.kind == Kind::Stream;
        keeps.then(|| store(component, placement.of(id)))
    };
    Recovery { stores: model.components.enumerate().map(of).collect() }
}

/// What a component loses that keeps state, and how long it is gone.
pub fn store(component: &Component, deployment: Option<&Deployment>) -> StoreRecovery {
    let attrs = &component.attrs;
    let backup = backup_interval(attrs);
    let copies = stated_copies(component);
    let lag = attrs.seconds(AttrId::LAG);
    let lost_with_node = match (copies, attrs.word::<Replication>(AttrId::REPLICATION)) {
        (Some(2..), Some(Replication::Async)) => lag,
        (Some(2..), Some(_)) => Some(0.0),
        (Some(2..), None) => lag,
        // one copy: of a managed store nothing says how many there are
        (copies, _) if copies.is_some() || deployment.is_none_or(|it| !it.managed) => backup,
        _ => None,
    };
    let restore_time = attrs.seconds(AttrId::RESTORE_TIME);
    let bandwidth = attrs.bytes_per_second(AttrId::BANDWIDTH).filter(|bandwidth| *bandwidth > 0.0);
    let copied = attrs.bytes(AttrId::STORAGE).zip(bandwidth).map(|(storage, bandwidth)| storage / bandwidth);
    let restore = restore_time.or(copied);
    let has_standby = deployment.is_some_and(|it| it.high >= 2);
    let takeover = match (has_standby, attrs.word::<Failover>(AttrId::FAILOVER)) {
        (true, Some(Failover::None)) | (false, _) => restore,
        (true, _) => attrs.seconds(AttrId::FAILOVER_TIME),
    };
    StoreRecovery {
        lost_with_node,
        lost_by_delete: backup,
        detection: attrs.seconds(AttrId::DETECTION_TIME).unwrap_or(0.0),
        takeover,
        restore,
    }
}

/// How far apart backups are, in seconds; `None` where there are none or nothing tells.
pub fn backup_interval(attrs: &Attributes) -> Option<f64> {
    let every = |value: &AttrValue| match value {
        AttrValue::Time(time) => Some(time.0),
        _ => None,
    };
    match &attrs.get(AttrId::BACKUP)?.value {
        AttrValue::Record(fields) => {
            fields.iter().find(|(key, _)| key == "every").and_then(|(_, it)| every(it))
        }
        value => every(value),
    }
}
