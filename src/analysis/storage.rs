//! How much each data entity and each store come to hold: rate × size × copies × retention. As designed; knows no finding.

use super::assumptions::{Assumptions, DEFAULT, Subject};
use super::consistency::regions::copies;
use super::load::Load;
use super::placement::Placement;
use crate::config::Assumed;
use crate::model::attributes::words::Access;
use crate::model::{AttrId, Attributes, ComponentId, DataId, Kind, Model};
use crate::units::{YEAR, format_time};

/// What a design keeps.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Storage {
    /// By [`DataId`].
    pub data: Vec<DataStorage>,
    /// By [`ComponentId`]; `None` for what keeps nothing for good: queues, topics, caches that are not durable, compute.
    pub stores: Vec<Option<StoreStorage>>,
}

/// How a data entity grows. Rates are averages.
#[derive(Clone, PartialEq, Debug)]
pub struct DataStorage {
    /// Records a second; `None` where only a size over a time is given, or nothing.
    pub records_per_second: Option<f64>,
    /// Bytes a second, one copy.
    pub bytes_per_second: Option<f64>,
    /// How long each record is kept, in seconds.
    pub retention: f64,
    /// Whether that is assumed.
    pub retention_assumed: bool,
    /// Copies of each record over all its stores; 1 where nothing stores it.
    pub copies: u64,
    /// Bytes of all copies that a year adds.
    pub bytes_per_year: Option<f64>,
    /// Bytes of all copies once the retention has passed.
    pub bytes_after_retention: Option<f64>,
}

/// What a store comes to hold.
#[derive(Clone, PartialEq, Debug)]
pub struct StoreStorage {
    /// What flows in, an entity each; a stream without `stores` has one nameless part.
    pub parts: Vec<Part>,
    /// N: copies of each record.
    pub copies: u64,
    /// Bytes a second that are added, one copy; `None` where a part is unknown.
    pub growth: Option<f64>,
    /// Bytes that a year adds, all copies.
    pub bytes_per_year: Option<f64>,
    /// Bytes once every retention has passed, all copies.
    pub bytes_after_retention: Option<f64>,
    /// Bytes that its replicas hold: n·`shards`·`storage`.
    pub room: Option<f64>,
    /// Seconds from empty until the room is used up; `None` where it never is, or something is unknown.
    pub exhausted_after: Option<f64>,
}

/// What one data entity brings into a store.
#[derive(Clone, PartialEq, Debug)]
pub struct Part {
    /// The entity.
    pub data: Option<DataId>,
    /// Bytes a second, one copy.
    pub bytes_per_second: Option<f64>,
    /// How long they stay, in seconds.
    pub retention: f64,
    /// What would settle the growth where it is unknown.
    pub missing: Option<AttrId>,
}

impl Storage {
    /// What a component keeps.
    pub fn store(&self, id: ComponentId) -> Option<&StoreStorage> {
        self.stores.get(id.index())?.as_ref()
    }

    /// What a data entity comes to.
    pub fn of_data(&self, id: DataId) -> Option<&DataStorage> {
        self.data.get(id.index())
    }
}

/// What a design keeps, with the defaults that this rests on.
pub(super) fn storage(
    model: &Model,
    placement: &Placement,
    load: &Load,
    assumed: &Assumed,
    assumptions: &mut Assumptions,
) -> Storage {
    let stores: Vec<Option<StoreStorage>> =
        model.components.ids().map(|id| store(model, placement, load, assumed, id)).collect();
    let data = model.data.ids().map(|id| data(model, assumed, &stores, id)).collect::<Vec<_>>();
    for (id, it) in model.data.ids().zip(&data) {
        if it.retention_assumed && it.bytes_after_retention.is_some() {
            assumptions.add(Subject::Data(id), AttrId::RETENTION, format_time(it.retention), DEFAULT);
        }
    }
    Storage { data, stores }
}

/// Whether what a component takes in stays there for good.
fn keeps(model: &Model, id: ComponentId) -> bool {
    let component = &model.components[id];
    match component.kind {
        Kind::Queue | Kind::Topic => false,
        Kind::Cache | Kind::Cdn => {
            component.attrs.is_true(AttrId::DURABLE) && component.attrs.has(AttrId::STORES)
        }
        Kind::Stream => true,
        kind => kind.is_store() || component.attrs.has(AttrId::STORES),
    }
}

fn retention(assumed: &Assumed, attrs: &Attributes) -> (f64, bool) {
    match attrs.seconds(AttrId::RETENTION) {
        Some(seconds) => (seconds, false),
        None => (assumed.retention, true),
    }
}

/// Bytes a second by `growth`, one copy: a size over a time, or a count times `size`; else what would settle it.
fn growth(attrs: &Attributes) -> Option<Result<f64, AttrId>> {
    if let Some(bytes) = attrs.bytes_per_second(AttrId::GROWTH) {
        return Some(Ok(bytes));
    }
    let rate = attrs.per_second(AttrId::GROWTH)?;
    Some(attrs.bytes(AttrId::SIZE).map(|size| rate * size).ok_or(AttrId::SIZE))
}

fn store(
    model: &Model,
    placement: &Placement,
    load: &Load,
    assumed: &Assumed,
    id: ComponentId,
) -> Option<StoreStorage> {
    if !keeps(model, id) {
        return None;
    }
    let component = &model.components[id];
    let own_retention = component.attrs.seconds(AttrId::RETENTION).unwrap_or(f64::INFINITY);
    let stored = component.attrs.data(AttrId::STORES);
    let silent = stored.iter().filter(|data| growth(&model.data[**data].attrs).is_none()).count();
    let mut parts: Vec<Part> = stored
        .iter()
        .map(|data| {
            let attrs = &model.data[*data].attrs;
            let grown = growth(attrs).unwrap_or_else(|| {
                let rate = written(model, load, id, *data, silent == 1).ok_or(AttrId::GROWTH)?;
                attrs.bytes(AttrId::SIZE).map(|size| rate * size).ok_or(AttrId::SIZE)
            });
            Part {
                data: Some(*data),
                bytes_per_second: grown.ok(),
                retention: retention(assumed, attrs).0.min(own_retention),
                missing: grown.err(),
            }
        })
        .collect();
    let kept = component.attrs.seconds(AttrId::RETENTION).filter(|_| component.kind == Kind::Stream);
    if parts.is_empty()
        && let Some(retention) = kept
        && let Some(bytes) = messages(model, load, id)
    {
        parts.push(Part { data: None, bytes_per_second: Some(bytes), retention, missing: None });
    }
    let copies = copies(model, id);
    let all = |of: fn(&Part) -> Option<f64>| {
        let sum: Option<f64> = parts.iter().map(of).sum();
        sum.filter(|_| !parts.is_empty())
    };
    let growth = all(|part| part.bytes_per_second);
    let nodes = placement.of(id).map_or(1.0, |it| it.high as f64 * it.shards as f64);
    let room = component.attrs.bytes(AttrId::STORAGE).map(|storage| storage * nodes);
    let n = copies as f64;
    let exhausted_after = room.filter(|_| growth.is_some()).and_then(|room| exhaustion(&parts, room / n));
    Some(StoreStorage {
        copies,
        bytes_per_year: growth.map(|growth| growth * n * YEAR),
        bytes_after_retention: all(|part| part.bytes_per_second.map(|bytes| bytes * part.retention))
            .map(|bytes| bytes * n),
        growth,
        parts,
        room,
        exhausted_after,
    })
}

/// Writes of an entity a second, on average: those that name it, and where it is the only one that does not tell its growth also
/// those that name nothing.
fn written(model: &Model, load: &Load, store: ComponentId, data: DataId, alone: bool) -> Option<f64> {
    let counts = |attrs: &Attributes| {
        let named = attrs.data(AttrId::WRITES);
        attrs.word(AttrId::ACCESS) == Some(Access::Write)
            && (named.contains(&data) || named.is_empty() && alone)
    };
    let is_stream = model.components[store].kind == Kind::Stream;
    let (mut sum, mut known) = (0.0, false);
    let mut taken = vec![false; model.connections.len()];
    for (id, flow) in model.flows.enumerate() {
        let of_flow = load.flow(id);
        for (at, call) in flow.calls.enumerate() {
            if let Some(taken) = taken.get_mut(call.connection.index()) {
                *taken = true;
            }
            let here = flow.visits[call.target].component == store;
            if !here || !(counts(&call.attrs) || is_stream && alone) {
                continue;
            }
            let of_flow = of_flow?;
            let peak = (*of_flow.calls.get(at.index())?)?;
            let (all, average) = (of_flow.peak?, of_flow.average?);
            sum += if all > 0.0 { peak * (average / all) } else { 0.0 };
            known = true;
        }
    }
    for (id, connection) in model.connections.enumerate() {
        let in_flow = taken.get(id.index()).copied().unwrap_or(false);
        let here = connection.callee() == Some(store);
        if !in_flow && here && (counts(&connection.attrs) || is_stream && alone) {
            sum += load.connection(id)?.average?;
            known = true;
        }
    }
    known.then_some(sum)
}

/// Bytes a second that are put into a stream, on average.
fn messages(model: &Model, load: &Load, id: ComponentId) -> Option<f64> {
    let into = model.connections.enumerate().filter(|(_, it)| it.callee() == Some(id));
    let mut sum = None;
    for (connection, it) in into {
        let payload = it.attrs.bytes(AttrId::PAYLOAD)?;
        sum = Some(sum.unwrap_or(0.0) + load.connection(connection)?.average? * payload);
    }
    sum
}

/// When Σ growth·min(t, retention) reaches the room of one copy; `None` where it never does.
fn exhaustion(parts: &[Part], room: f64) -> Option<f64> {
    let mut kept: Vec<(f64, f64)> =
        parts.iter().filter_map(|part| Some((part.retention, part.bytes_per_second?))).collect();
    kept.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut growth: f64 = kept.iter().map(|(_, growth)| growth).sum();
    let (mut held, mut since) = (0.0, 0.0);
    for (retention, part) in kept {
        let until = held + growth * (retention - since);
        if until > room * (1.0 + 1e-12) && growth > 0.0 {
            return Some(since + ((room - held) / growth).max(0.0));
        }
        // from here on as much of this part expires as is added
        (held, since) = (until, retention);
        growth -= part;
    }
    None
}

fn data(model: &Model, assumed: &Assumed, stores: &[Option<StoreStorage>], id: DataId) -> DataStorage {
    let attrs = &model.data[id].attrs;
    let (retention, retention_assumed) = retention(assumed, attrs);
    let given = growth(attrs).and_then(Result::ok);
    let mut parts: Vec<(u64, Option<f64>, f64)> = Vec::new();
    for store in stores.iter().flatten() {
        let of_it = store.parts.iter().filter(|part| part.data == Some(id));
        parts.extend(of_it.map(|part| (store.copies, part.bytes_per_second, part.retention)));
    }
    if parts.is_empty() {
        parts.push((1, given, retention));
    }
    type Kept = (u64, Option<f64>, f64);
    let sum = |of: fn(&Kept) -> Option<f64>| parts.iter().map(of).sum::<Option<f64>>();
    let bytes_per_second = given.or_else(|| parts.iter().find_map(|part| part.1));
    let size = attrs.bytes(AttrId::SIZE).filter(|size| *size > 0.0);
    let counted = attrs.per_second(AttrId::GROWTH);
    DataStorage {
        records_per_second: counted.or_else(|| Some(bytes_per_second? / size?)),
        bytes_per_second,
        retention,
        retention_assumed,
        copies: parts.iter().fold(0, |sum, part| sum.saturating_add(part.0)),
        bytes_per_year: sum(|(copies, bytes, _)| Some(*copies as f64 * (*bytes)? * YEAR)),
        bytes_after_retention: sum(|(copies, bytes, retention)| Some(*copies as f64 * (*bytes)? * retention)),
    }
}
