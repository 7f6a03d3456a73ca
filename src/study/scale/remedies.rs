//! Changes that may mend a limit, the smallest first: by nodes added, then in the order replicas, cache, shards. Whether one does is
//! for the analysis to say.

use std::sync::Arc;

use super::grow::write;
use super::limits::{has_one_writer, parts};
use super::{Change, ChangeKind, Limit, Resource};
use crate::analysis::Facts;
use crate::analysis::load::connections::holders;
use crate::config::Config;
use crate::model::attributes::words::{Access, Mode};
use crate::model::{
    AttrId, AttrValue, Attributes, Component, ComponentId, ConnectionId, ElementRef, Endpoint, Kind, Model,
    Reference,
};
use crate::units::{Rate, Share, format_count, format_rate, format_share};

/// The hit ratio that a new cache is taken to have.
const HIT_RATIO: f64 = 0.9;
/// The nodes that a new cache is taken to be.
const CACHE_NODES: f64 = 2.0;
/// Nobody runs more of one thing.
const MOST: f64 = 1e9;

/// A change in the making.
pub(super) struct Remedy {
    pub(super) change: Change,
    /// Nodes that it adds.
    pub(super) nodes: f64,
    edit: Edit,
}

enum Edit {
    /// Attributes of a component.
    Set(ComponentId, Vec<(AttrId, AttrValue)>),
    /// A cache before a store.
    Cache(ComponentId),
    /// Pools of these connections.
    Pools(Vec<(ConnectionId, u64)>),
    /// A proxy with so many connections to a store.
    Proxy(ComponentId, u64),
}

impl Remedy {
    /// Changes a design.
    pub(super) fn apply(&self, model: &mut Model) {
        match &self.edit {
            Edit::Set(id, values) => {
                for (attribute, value) in values {
                    write(&mut model.components[*id].attrs, *attribute, value.clone());
                }
            }
            Edit::Cache(store) => add_cache(model, *store),
            Edit::Pools(pools) => {
                for (id, pool) in pools {
                    write(&mut model.connections[*id].attrs, AttrId::POOL, AttrValue::Count(*pool));
                }
            }
            Edit::Proxy(store, pool) => add_proxy(model, *store, *pool),
        }
    }
}

/// Changes that may mend a limit of a design at its size.
pub(super) fn remedies(model: &Model, facts: &Facts, config: &Config, limit: &Limit) -> Vec<Remedy> {
    let Some((id, _)) = model.components.enumerate().find(|(_, it)| it.header.path == limit.subject) else {
        return Vec::new();
    };
    let it = Place { model, facts, id, full: config.assumed.target_utilization };
    let mut found: Vec<Remedy> = match limit.resource {
        Resource::Utilization | Resource::HottestShard => {
            [it.replicas(limit), it.cache(), it.shards(limit)].into_iter().flatten().collect()
        }
        Resource::SingleWriter | Resource::Storage => it.shards(limit).into_iter().collect(),
        Resource::Connections => [it.pools(limit), it.proxy()].into_iter().flatten().collect(),
        Resource::Partitions => it.more_parts(limit).into_iter().collect(),
        Resource::Quota => [it.more_parts(limit), it.quota(limit)].into_iter().flatten().collect(),
    };
    // a stable sort: of equally large ones the first named
    found.sort_by(|a, b| a.nodes.total_cmp(&b.nodes));
    found
}

/// A component at its size.
struct Place<'a> {
    model: &'a Model,
    facts: &'a Facts,
    id: ComponentId,
    full: f64,
}

impl Place<'_> {
    fn component(&self) -> &Component {
        &self.model.components[self.id]
    }

    fn path(&self) -> String {
        self.model.path(self.id).to_owned()
    }

    fn nodes(&self) -> (f64, f64) {
        let deployment = self.facts.placement.of(self.id);
        deployment.map_or((1.0, 1.0), |it| (it.high as f64, it.shards as f64))
    }

    fn change(&self, kind: ChangeKind, text: String) -> Change {
        Change { kind, subject: self.path(), text, also: self.also() }
    }

    /// Where the average fits and the peak does not, a queue mends as well.
    fn also(&self) -> Option<String> {
        let load = self.facts.load.component(self.id)?;
        let (peak, average) = (load.writes?, load.average_writes?);
        let each = load.capacity_of_one?;
        let levels = has_one_writer(self.component())
            && peak > self.full * each
            && average > 0.0
            && average <= self.full * each;
        levels.then(|| {
            format!(
                "a queue before its writes levels the peak: on average λ_w = {} ≤ {}·μ = {}",
                format_rate(average),
                self.full,
                format_rate(self.full * each)
            )
        })
    }

    /// More replicas, of each shard where there are shards.
    fn replicas(&self, limit: &Limit) -> Option<Remedy> {
        let component = self.component();
        if component.kind == Kind::External {
            return None;
        }
        let (n, shards) = self.nodes();
        let load = self.facts.load.component(self.id)?;
        let used = load.deciding_utilization()?;
        let primary = component.attrs.word(AttrId::MODE) == Some(Mode::PrimaryReplica);
        let wanted = if primary {
            // every node applies every write; reads are spread: w + r/n ≤ full
            let (all, writes) = (load.peak?, load.writes.unwrap_or(0.0));
            let writing = used * writes / (writes + (all - writes).max(0.0) / n).max(f64::MIN_POSITIVE);
            let reading = (used - writing) * n;
            if writing >= self.full {
                return None;
            }
            (reading / (self.full - writing)).ceil()
        } else {
            (n * limit.ratio - 1e-9).ceil()
        };
        let wanted = wanted.max(n + 1.0);
        if wanted.is_nan() || wanted > MOST {
            return None;
        }
        let range = component.attrs.range(AttrId::REPLICAS).filter(|(low, high)| low < high);
        let (value, text) = match range {
            Some((low, _)) => (AttrValue::Range(low, wanted as u64), format!("{low}..{}", wanted as u64)),
            None => (AttrValue::Count(wanted as u64), (wanted as u64).to_string()),
        };
        let kind = if component.kind.is_store() { ChangeKind::ReadReplica } else { ChangeKind::Replicas };
        Some(Remedy {
            change: self.change(kind, format!("replicas = {text}")),
            nodes: (wanted - n) * shards,
            edit: Edit::Set(self.id, vec![(AttrId::REPLICAS, value)]),
        })
    }

    /// A cache before its reads, unless there is one.
    fn cache(&self) -> Option<Remedy> {
        let load = self.facts.load.component(self.id)?;
        let kind = self.component().kind;
        let reads = load.peak? - load.writes.unwrap_or(0.0);
        let suits = kind.is_store() || kind == Kind::External;
        if !suits || reads <= 0.0 || reading_calls(self.model, self.id).any(|attrs| attrs.has(AttrId::BEHIND))
        {
            return None;
        }
        let text = format!("a cache before its reads, hit_ratio = {} (assumed)", format_share(HIT_RATIO));
        Some(Remedy {
            change: self.change(ChangeKind::Cache, text),
            nodes: CACHE_NODES,
            edit: Edit::Cache(self.id),
        })
    }

    /// As many shards as the limit is exceeded.
    fn shards(&self, limit: &Limit) -> Option<Remedy> {
        let component = self.component();
        if !component.kind.is_store() {
            return None;
        }
        let (n, shards) = self.nodes();
        let wanted = (shards * limit.ratio - 1e-9).ceil().max(shards + 1.0);
        if wanted.is_nan() || wanted > MOST {
            return None;
        }
        Some(Remedy {
            change: self.change(ChangeKind::Shard, format!("shards = {}", wanted as u64)),
            nodes: (wanted - shards) * n,
            edit: Edit::Set(self.id, vec![(AttrId::SHARDS, AttrValue::Count(wanted as u64))]),
        })
    }

    /// More of the parts that have a quota each.
    fn more_parts(&self, limit: &Limit) -> Option<Remedy> {
        let component = self.component();
        let attribute = match component.kind {
            kind if kind.is_store() => AttrId::SHARDS,
            Kind::Stream => AttrId::PARTITIONS,
            _ => return None,
        };
        let now = parts(component) as f64;
        let wanted = (now * limit.ratio - 1e-9).ceil();
        let text = format!("{} = {}", attribute.name(), format_count(wanted));
        (wanted <= MOST).then(|| Remedy {
            change: self.change(ChangeKind::Shard, text),
            nodes: 0.0,
            edit: Edit::Set(self.id, vec![(attribute, AttrValue::Count(wanted as u64))]),
        })
    }

    fn quota(&self, limit: &Limit) -> Option<Remedy> {
        let (value, text) = match &self.component().attrs.get(AttrId::QUOTA)?.value {
            AttrValue::Rate(rate) => {
                (AttrValue::Rate(Rate(rate.0 * limit.ratio)), format_rate(rate.0 * limit.ratio))
            }
            AttrValue::Count(count) => {
                let wanted = (*count as f64 * limit.ratio - 1e-9).ceil();
                (AttrValue::Count(wanted as u64), format_count(wanted))
            }
            _ => return None,
        };
        Some(Remedy {
            change: self.change(ChangeKind::Quota, format!("have the quota raised to {text}")),
            nodes: 1.0,
            edit: Edit::Set(self.id, vec![(AttrId::QUOTA, value)]),
        })
    }

    /// Smaller pools, as long as each holds what is on its way.
    fn pools(&self, limit: &Limit) -> Option<Remedy> {
        let latency = self.component().attrs.seconds(AttrId::LATENCY).unwrap_or(0.0);
        let mut pools = Vec::new();
        let mut told = Vec::new();
        for (id, it) in self.model.connections.enumerate() {
            let (Some(from), true) = (it.caller(), it.callee() == Some(self.id)) else { continue };
            let Some(pool) = it.attrs.count(AttrId::POOL) else { continue };
            let smaller = (pool as f64 / limit.ratio).floor() as u64;
            let (held, _) = holders(self.model, &self.facts.placement, from);
            let rate = self.facts.load.connection(id).and_then(|load| load.peak).unwrap_or(0.0);
            if smaller == 0 || held as f64 * (smaller as f64) < rate * latency {
                return None;
            }
            told.push(format!("{} pool = {smaller}", self.model.connection_subject(id)));
            pools.push((id, smaller));
        }
        let text = told.join(", ");
        Some(Remedy { change: self.change(ChangeKind::Pool, text), nodes: 0.0, edit: Edit::Pools(pools) })
    }

    fn proxy(&self) -> Option<Remedy> {
        let limit = self.component().attrs.count(AttrId::MAX_CONNECTIONS)?;
        let text = format!("a pooling proxy before it, pool = {limit}");
        Some(Remedy {
            change: self.change(ChangeKind::Proxy, text),
            nodes: 1.0,
            edit: Edit::Proxy(self.id, limit),
        })
    }
}

fn is_read(attrs: &Attributes) -> bool {
    attrs.word(AttrId::ACCESS) != Some(Access::Write)
}

/// The attributes of the calls that read a component.
fn reading_calls(model: &Model, id: ComponentId) -> impl Iterator<Item = &Attributes> {
    let steps = model.flows.iter().flat_map(move |flow| {
        flow.calls.iter().filter(move |call| flow.visits[call.target].component == id).map(|call| &call.attrs)
    });
    let declared = model.connections.iter().filter(move |it| it.callee() == Some(id)).map(|it| &it.attrs);
    steps.chain(declared).filter(|attrs| is_read(attrs))
}

/// A component beside another, under a name that is free.
fn beside(model: &Model, id: ComponentId, kind: Kind, suffix: &str) -> Component {
    let mut component = model.components[id].clone();
    component.kind = kind;
    component.kind_name = kind.as_str().into();
    component.tech = None;
    component.attrs = Attributes::default();
    let mut path = format!("{}_{suffix}", component.header.path);
    while model.components.iter().any(|it| it.header.path == path) {
        path.push('_');
    }
    component.header.name = format!("{}_{suffix}", component.header.name).into();
    component.header.path = path.into();
    component
}

fn add_cache(model: &mut Model, store: ComponentId) {
    let mut cache = beside(model, store, Kind::Cache, "cache");
    write(&mut cache.attrs, AttrId::HIT_RATIO, AttrValue::Share(Share(HIT_RATIO)));
    let span = cache.header.name_span;
    let cache = model.components.push(cache);
    let reference = Reference { target: ElementRef::Component(cache), span };
    let behind = AttrValue::Refs(Arc::from([reference]));
    for id in model.flows.ids() {
        let flow = &mut model.flows[id];
        for call in flow.calls.ids() {
            let target = flow.calls[call].target;
            if flow.visits[target].component == store && is_read(&flow.calls[call].attrs) {
                write(&mut flow.calls[call].attrs, AttrId::BEHIND, behind.clone());
            }
        }
    }
    for id in model.connections.ids() {
        let it = &mut model.connections[id];
        if it.to == Endpoint::Component(store) && is_read(&it.attrs) {
            write(&mut it.attrs, AttrId::BEHIND, behind.clone());
        }
    }
}

/// Callers hold their pools to the proxy; it alone holds one to the store.
fn add_proxy(model: &mut Model, store: ComponentId, pool: u64) {
    let proxy = beside(model, store, Kind::Proxy, "pooler");
    let proxy = model.components.push(proxy);
    let mut added = None;
    for id in model.connections.ids() {
        let it = &mut model.connections[id];
        if it.to != Endpoint::Component(store) || !it.attrs.has(AttrId::POOL) {
            continue;
        }
        let mut last = it.clone();
        last.from = Endpoint::Component(proxy);
        last.label = None;
        last.attrs = Attributes::default();
        write(&mut last.attrs, AttrId::POOL, AttrValue::Count(pool));
        it.to = Endpoint::Component(proxy);
        added = Some(last);
    }
    if let Some(last) = added {
        model.connections.push(last);
    }
}
