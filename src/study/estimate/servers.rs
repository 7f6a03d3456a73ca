//! Servers and connections: replicas that the peak asks for, requests in flight, pools, long-lived connections.

use super::Unit;
use super::sheet::{Entry, Sheet};
use crate::analysis::Subject;
use crate::analysis::formulas::in_flight;
use crate::analysis::load::connections::holders;
use crate::model::attributes::words::Mode;
use crate::model::{AttrId, ComponentId, Kind};
use crate::units::{format_count, format_rate, format_time};

pub(super) fn write(sheet: &mut Sheet<'_>) {
    sheet.section("servers", "Servers");
    for id in sheet.model.components.ids() {
        if !sheet.model.components[id].kind.is_actor() {
            replicas(sheet, id);
        }
        long_lived(sheet, id);
    }
    sheet.section("connections", "Connections");
    for id in sheet.model.components.ids() {
        if sheet.model.components[id].kind != Kind::External {
            flying(sheet, id);
        }
        pools(sheet, id);
    }
}

/// What the nodes of a component have to do.
struct Work {
    /// Requests a second, each write as often as it is applied.
    rate: f64,
    /// How that comes about, where it is not plainly λ.
    told: String,
    /// Of it what every node does, whatever their number.
    everywhere: f64,
    /// The share of the busiest shard.
    share: f64,
}

fn work(sheet: &Sheet<'_>, id: ComponentId, rate: f64, shards: u64) -> Work {
    let component = &sheet.model.components[id];
    let attrs = &component.attrs;
    let load = sheet.facts.load.component(id);
    let writes = load.and_then(|load| load.writes).unwrap_or(0.0);
    let copies = attrs.count(AttrId::REPLICATION_FACTOR).unwrap_or(1).max(1) as f64;
    let even = 1.0 / shards as f64;
    let hottest = load.and_then(|load| Some(load.hottest_shard_utilization? / load.utilization?));
    let share = hottest.filter(|ratio| ratio.is_finite()).map_or(even, |ratio| ratio * even);
    if attrs.word(AttrId::MODE) == Some(Mode::PrimaryReplica) {
        let told = format!("{} reads", format_rate((rate - writes).max(0.0)));
        return Work { rate: (rate - writes).max(0.0), told, everywhere: writes, share };
    }
    let extra = if component.kind.is_store() { writes * (copies - 1.0) } else { 0.0 };
    let told = match extra > 0.0 {
        true => {
            format!("({} + {} × {})", format_rate(rate - writes), format_rate(writes), format_count(copies))
        }
        false => format_rate(rate),
    };
    Work { rate: rate + extra, told, everywhere: 0.0, share }
}

fn replicas(sheet: &mut Sheet<'_>, id: ComponentId) {
    let name = sheet.model.path(id).to_owned();
    let Some(load) = sheet.facts.load.component(id) else { return };
    let Some(rate) = load.peak.filter(|rate| *rate > 0.0) else { return };
    let Some(deployment) = sheet.facts.placement.of(id) else { return };
    let Some(each) = load.capacity_of_one.filter(|each| *each > 0.0) else {
        if !deployment.managed {
            sheet.lacks(&name, AttrId::CAPACITY, "servers");
        }
        return;
    };
    let shards = deployment.shards;
    let work = work(sheet, id, rate, shards);
    let full = sheet.config.assumed.target_utilization;
    // of the busiest shard; all have as many
    let needed = |full: f64| {
        let left = full * each - work.everywhere * work.share;
        (work.rate * work.share / left).ceil().max(1.0) * shards as f64
    };
    let divided = |full: Option<f64>| {
        let capacity = match full {
            Some(full) => format!("{full} × {}", format_rate(each)),
            None => format_rate(each),
        };
        let left = match work.everywhere > 0.0 {
            true => format!("({capacity} − {} writes)", format_rate(work.everywhere * work.share)),
            false if full.is_some() => format!("({capacity})"),
            false => capacity,
        };
        match shards {
            1 => format!("⌈{} ÷ {left}⌉", work.told),
            _ => format!(
                "⌈{} × {} ÷ {left}⌉ × {shards} shards",
                work.told,
                crate::units::format_share(work.share)
            ),
        }
    };
    let mut assumptions: Vec<usize> = Vec::new();
    assumptions.extend(sheet.catalogued(id, AttrId::CAPACITY, format_rate(each)));
    if work.everywhere * work.share >= full * each {
        let arithmetic = format!(
            "{} writes ÷ {}: one node takes them all, so replicas do not help; shard",
            format_rate(work.everywhere * work.share),
            format_rate(each)
        );
        let value = work.everywhere * work.share / each;
        return sheet.line(Entry {
            subject: name,
            what: "load of the one writer, of its capacity",
            arithmetic,
            value,
            unit: Unit::Count,
            assumptions,
        });
    }
    let arithmetic = divided(None);
    let least = needed(1.0);
    sheet.line(Entry {
        subject: name.clone(),
        what: "replicas, at the least",
        arithmetic,
        value: least,
        unit: Unit::Count,
        assumptions: assumptions.clone(),
    });
    assumptions.push(sheet.rule("target_utilization", full));
    let arithmetic = divided(Some(full));
    sheet.line(Entry {
        subject: name,
        what: "replicas, with headroom",
        arithmetic,
        value: needed(full),
        unit: Unit::Count,
        assumptions,
    });
}

/// Nodes that hold the connections of all users at once.
fn long_lived(sheet: &mut Sheet<'_>, id: ComponentId) {
    let Some(limit) =
        sheet.model.components[id].attrs.count(AttrId::MAX_CONNECTIONS).filter(|limit| *limit > 0)
    else {
        return;
    };
    let mut users = 0.0;
    for (_, connection, from) in sheet.calls_of(id) {
        if connection.attrs.is_true(AttrId::PERSISTENT) {
            users += sheet.model.components[from].attrs.count(AttrId::USERS).unwrap_or(0) as f64;
        }
    }
    if users <= 0.0 {
        return;
    }
    let limit = limit as f64;
    let arithmetic = format!("⌈{} users ÷ {} connections⌉", format_count(users), format_count(limit));
    let subject = sheet.model.path(id).to_owned();
    let assumptions =
        sheet.catalogued(id, AttrId::MAX_CONNECTIONS, format_count(limit)).into_iter().collect();
    let value = (users / limit).ceil();
    sheet.line(Entry {
        subject,
        what: "replicas, to hold every connection",
        arithmetic,
        value,
        unit: Unit::Count,
        assumptions,
    });
}

/// Little's law: how many requests are at work at once.
fn flying(sheet: &mut Sheet<'_>, id: ComponentId) {
    let Some(latency) = sheet.model.components[id].attrs.seconds(AttrId::LATENCY) else { return };
    let rate = sheet.facts.load.component(id).and_then(|load| load.peak);
    let Some(rate) = rate.filter(|rate| *rate > 0.0) else { return };
    let arithmetic = format!("{} × {}", format_rate(rate), format_time(latency));
    let subject = sheet.model.path(id).to_owned();
    let assumptions = sheet.catalogued(id, AttrId::LATENCY, format_time(latency)).into_iter().collect();
    let value = in_flight(rate, latency);
    sheet.line(Entry {
        subject,
        what: "requests in flight, peak",
        arithmetic,
        value,
        unit: Unit::Count,
        assumptions,
    });
}

fn pools(sheet: &mut Sheet<'_>, id: ComponentId) {
    let mut parts = Vec::new();
    let mut assumptions = Vec::new();
    for (_, connection, from) in sheet.calls_of(id) {
        let Some(pool) = connection.attrs.count(AttrId::POOL) else { continue };
        let (held, by) = holders(sheet.model, &sheet.facts.placement, from);
        parts.push(format!("{} of {} × {pool}", format_count(held as f64), sheet.model.path(from)));
        if by == AttrId::REPLICAS {
            assumptions.extend(sheet.assumed(&Subject::Component(from), AttrId::REPLICAS));
        }
    }
    let used = sheet.facts.load.component(id).and_then(|load| load.connections_used);
    let Some(used) = used.filter(|_| !parts.is_empty()) else { return };
    let limit = sheet.model.components[id].attrs.count(AttrId::MAX_CONNECTIONS);
    let limit =
        limit.map_or_else(String::new, |limit| format!(" (one node accepts {})", format_count(limit as f64)));
    let arithmetic = format!("{}{limit}", parts.join(" + "));
    let subject = sheet.model.path(id).to_owned();
    sheet.line(Entry {
        subject,
        what: "connections held",
        arithmetic,
        value: used,
        unit: Unit::Count,
        assumptions,
    });
}
