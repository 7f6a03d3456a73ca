//! Memory for the hot set: by hit ratio and popularity where they are given, else a share of a day's reads.

use super::Unit;
use super::sheet::{Entry, Sheet};
use crate::analysis::Subject;
use crate::analysis::zipf::harmonic;
use crate::model::attributes::words::Access;
use crate::model::{AttrId, Attributes, ComponentId, DataId, Kind, Model};
use crate::units::{DAY, format_count, format_share, format_size};

pub(super) fn write(sheet: &mut Sheet<'_>) {
    sheet.section("memory", "Memory for the hot set");
    for id in sheet.model.data.ids() {
        data(sheet, id);
    }
}

/// Who asks for a data entity.
pub(super) struct Reads {
    /// Reads a second on average, before any cache.
    pub(super) rate: f64,
    /// The cache that takes most of them.
    pub(super) cache: Option<ComponentId>,
}

/// The reads of an entity, before caches; `None` where nothing tells.
pub(super) fn reads_of(sheet: &Sheet<'_>, id: DataId) -> Option<Reads> {
    let model = sheet.model;
    let caches = caches_of(model, id);
    let mut direct = 0.0;
    for (flow_id, flow) in model.flows.enumerate() {
        let Some(load) = sheet.facts.load.flow(flow_id) else { continue };
        let (Some(peak), Some(average)) = (load.peak, load.average) else { continue };
        for (at, call) in flow.calls.enumerate() {
            let target = flow.visits[call.target].component;
            let behind = call.attrs.components(AttrId::BEHIND).iter().any(|cache| caches.contains(cache));
            let rate = load.calls.get(at.index()).copied().flatten().filter(|_| peak > 0.0);
            if let Some(rate) = rate.filter(|_| !behind && reads(model, target, &call.attrs, id)) {
                direct += rate * average / peak;
            }
        }
    }
    let of = |cache: &ComponentId| {
        let load = sheet.facts.load.component(*cache)?;
        Some((load.average? - load.average_writes.unwrap_or(0.0), *cache))
    };
    let busiest = caches.iter().filter_map(of).reduce(|a, b| if b.0 > a.0 { b } else { a });
    let rate = direct + busiest.map_or(0.0, |(rate, _)| rate);
    (rate > 0.0).then_some(Reads { rate, cache: busiest.map(|(_, cache)| cache) })
}

fn is_cache(model: &Model, id: ComponentId) -> bool {
    matches!(model.components[id].kind, Kind::Cache | Kind::Cdn)
}

/// Whether a call to a store asks for an entity: it names it, or names nothing and the store has no other.
fn reads(model: &Model, target: ComponentId, attrs: &Attributes, data: DataId) -> bool {
    if is_cache(model, target) || model.components[target].kind.is_broker() {
        return false;
    }
    let named = attrs.data(AttrId::READS);
    if !named.is_empty() {
        return named.contains(&data);
    }
    let only = model.components[target].attrs.data(AttrId::STORES) == [data];
    only && attrs.word(AttrId::ACCESS) != Some(Access::Write) && !attrs.has(AttrId::WRITES)
}

/// The caches that keep nothing but an entity, or stand before stores that keep nothing else.
fn caches_of(model: &Model, data: DataId) -> Vec<ComponentId> {
    let keeps_only = |id: ComponentId| model.components[id].attrs.data(AttrId::STORES) == [data];
    let mut before: Vec<(ComponentId, ComponentId)> = Vec::new();
    let mut note = |attrs: &Attributes, target: Option<ComponentId>| {
        before
            .extend(attrs.components(AttrId::BEHIND).into_iter().filter_map(|cache| Some((cache, target?))));
    };
    for connection in &model.connections {
        note(&connection.attrs, connection.callee());
    }
    for flow in &model.flows {
        for call in &flow.calls {
            note(&call.attrs, Some(flow.visits[call.target].component));
        }
    }
    let is_of = |id: &ComponentId| {
        if !is_cache(model, *id) {
            return false;
        }
        let mut stores = before.iter().filter(|(cache, _)| cache == id).peekable();
        let says = model.components[*id].attrs.has(AttrId::STORES);
        keeps_only(*id) || !says && stores.peek().is_some() && stores.all(|(_, store)| keeps_only(*store))
    };
    model.components.ids().filter(is_of).collect()
}

fn data(sheet: &mut Sheet<'_>, id: DataId) {
    let Some(reads) = reads_of(sheet, id) else { return };
    let name = sheet.model.data[id].header.path.to_string();
    let Some(size) = sheet.model.data[id].attrs.bytes(AttrId::SIZE) else {
        return sheet.lacks(&name, AttrId::SIZE, "memory for its hot set");
    };
    let subject = reads.cache.map_or(name, |cache| sheet.model.path(cache).to_owned());
    if let Some(cache) = reads.cache
        && let Some(set) = popular(sheet, cache)
    {
        let arithmetic = format!(
            "{} of {} keys for {} of the reads (Zipf {}) × {}",
            format_count(set.keys),
            format_count(set.all),
            format_share(set.hits),
            set.exponent,
            format_size(size)
        );
        let assumptions = sheet.assumed(&Subject::Component(cache), AttrId::HIT_RATIO).into_iter().collect();
        let value = set.keys * size;
        sheet.line(Entry { subject, what: "hot set", arithmetic, value, unit: Unit::Bytes, assumptions });
        return room(sheet, cache);
    }
    let share = sheet.config.assumed.hot_share;
    let arithmetic = format!(
        "{} reads/day × {} × {}",
        format_count(reads.rate * DAY),
        format_share(share),
        format_size(size)
    );
    let assumptions = vec![sheet.rule("hot_share", share)];
    let value = reads.rate * DAY * share * size;
    sheet.line(Entry { subject, what: "hot set", arithmetic, value, unit: Unit::Bytes, assumptions });
    if let Some(cache) = reads.cache {
        room(sheet, cache);
    }
}

/// Keys that answer a share of the reads.
struct Popular {
    keys: f64,
    all: f64,
    hits: f64,
    exponent: f64,
}

/// The fewest of the most popular keys whose share of the reads is the hit ratio: H(C) ≥ h·H(K).
fn popular(sheet: &Sheet<'_>, cache: ComponentId) -> Option<Popular> {
    let attrs = &sheet.model.components[cache].attrs;
    let (exponent, all) = (attrs.number(AttrId::ZIPF)?, attrs.count(AttrId::KEY_COUNT)?);
    let hits = attrs.share(AttrId::HIT_RATIO)?;
    let wanted = hits * harmonic(all, exponent);
    let (mut low, mut high) = (0, all);
    while low < high {
        let middle = low + (high - low) / 2;
        if harmonic(middle, exponent) >= wanted {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(Popular { keys: high as f64, all: all as f64, hits, exponent })
}

/// What the cache can hold, beside what it should.
fn room(sheet: &mut Sheet<'_>, cache: ComponentId) {
    let Some(storage) = sheet.model.components[cache].attrs.bytes(AttrId::STORAGE) else { return };
    let nodes = sheet.facts.placement.of(cache).map_or(1.0, |it| it.high as f64 * it.shards as f64);
    let arithmetic = format!("{} × {}", format_count(nodes), format_size(storage));
    let subject = sheet.model.path(cache).to_owned();
    let value = nodes * storage;
    sheet.line(Entry {
        subject,
        what: "room",
        arithmetic,
        value,
        unit: Unit::Bytes,
        assumptions: Vec::new(),
    });
}
