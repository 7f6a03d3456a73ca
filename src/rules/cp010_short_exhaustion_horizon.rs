//! A store or link that is full soon.
//!
//! ## What it finds
//!
//! t = n·`shards`·`storage`/(growth·N), the time from empty until the room of a store is used up, N copies of each record: a
//! warning where it is below 90 days and records do not expire before. Growth is the `growth` of what it stores, else the writes a
//! second on average times `size`. Also λ·`payload` beyond 60% of the `bandwidth` of a connection, of a component's replicas,
//! or of a link between groups, whose calls it carries.
//!
//! ## Why it matters
//!
//! A full disk stops every write at once, and moving to a larger one takes longest when it is full.
//!
//! ## How to mend it
//!
//! Move old records to a cheaper tier, let them expire, shard; for links compress, cache nearer, or widen them.
//!
//! ## When it stays silent
//!
//! Where `retention` ends before the room does. Without `storage`, `size`, or growth it is not assessed.
//!
//! ## Source
//!
//! Azure Well-Architected, PE:02.
//!
//! ## Examples
//!
//! ```arch,fail
//! data event { size = 1KB  growth = 100M/day  retention = 1y }
//! database events { storage = 2TB  replication_factor = 1  stores = [event] }
//! ```
//!
//! ```arch,pass
//! data event { size = 1KB  growth = 100M/day  retention = 14d }
//! database events { storage = 2TB  replication_factor = 1  stores = [event] }
//! ```

use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold};
use crate::analysis::traffic::between;
use crate::diagnostic::Severity;
use crate::model::{AttrId, ComponentId, Endpoint};
use crate::units::{DAY, format_count, format_share, format_size, format_time};

const HORIZON: Threshold = Threshold {
    key: "days",
    default: 90.0,
    unit: "days from empty",
    meaning: "a store that is full before that is a warning",
};
const BUSY: Threshold = Threshold {
    key: "bandwidth",
    default: 0.6,
    unit: "of the bandwidth",
    meaning: "beyond this a link is a warning",
};

pub(super) static RULE: Rule = Rule {
    code: "CP010",
    name: "short-exhaustion-horizon",
    category: Category::Capacity,
    severities: &[Severity::Warning],
    thresholds: &[HORIZON, BUSY],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::STORAGE),
        Need::Attribute(AttrId::SIZE),
        Need::Attribute(AttrId::GROWTH),
        Need::Attribute(AttrId::PAYLOAD),
        Need::Attribute(AttrId::BANDWIDTH),
    ],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for id in ctx.model.components.ids() {
        check_room(ctx, findings, id);
        check_network(ctx, findings, id);
    }
    for (id, connection) in ctx.model.connections.enumerate() {
        let Some(width) = connection.attrs.bytes_per_second(AttrId::BANDWIDTH) else { continue };
        let bytes = match (connection.from, connection.to) {
            (Endpoint::Group(one), Endpoint::Group(other)) => {
                between(ctx.model, &ctx.facts.placement, &ctx.facts.load, one, other)
            }
            _ => ctx.facts.load.connection(id).and_then(|load| load.bytes_per_second),
        };
        match bytes {
            Some(bytes) => {
                let what = format!("`{}`", ctx.connection_name(id));
                if let Some(message) = too_narrow(ctx, &what, bytes, width, "`bandwidth`") {
                    let finding = Finding::new(Severity::Warning, id, message).help(WIDEN);
                    findings.push(finding.hits_all(ctx.flows_through(id)));
                }
            }
            None => {
                let payload = connection.attrs.has(AttrId::PAYLOAD);
                findings.not_assessed(id, if payload { AttrId::RATE } else { AttrId::PAYLOAD });
            }
        }
    }
}

const WIDEN: &str = "widen it, compress, or keep copies nearer to those who ask";

fn check_room(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId) {
    let Some(store) = ctx.facts.storage.store(id) else { return };
    let attrs = &ctx.model.components[id].attrs;
    let Some(room) = store.room else {
        let managed = ctx.facts.placement.of(id).is_some_and(|it| it.managed);
        if store.growth.is_some() && !managed {
            findings.not_assessed(id, AttrId::STORAGE);
        }
        return;
    };
    for part in &store.parts {
        if let (Some(data), Some(missing)) = (part.data, part.missing) {
            findings.not_assessed(data, missing);
        }
    }
    if store.parts.is_empty() && attrs.get(AttrId::STORAGE).is_some_and(crate::model::Value::is_given) {
        findings.not_assessed(id, AttrId::STORES);
    }
    let (Some(growth), Some(full_after)) = (store.growth, store.exhausted_after) else { return };
    let limit = ctx.threshold(&HORIZON);
    if !exceeds(limit * DAY, full_after) {
        return;
    }
    let name = ctx.model.path(id);
    let added = growth * store.copies as f64;
    let plain = room / added;
    let sum = format!("{}/({}·{} a day)", format_size(room), store.copies, format_size(growth * DAY));
    let arithmetic = if (plain - full_after).abs() <= 1e-9 * plain {
        format!("n·`storage`/(N·growth) = {sum} = {}", format_time(full_after))
    } else {
        format!("{} of room against {} copies of {} a day, expiry counted: {}", format_size(room), store.copies, format_size(growth * DAY), format_time(full_after))
    };
    let message = format!("`{name}` is full soon: {arithmetic} from empty < {} d", format_count(limit));
    let mut finding = Finding::new(Severity::Warning, id, message)
        .help("move old records to a cheaper tier, let them expire by `retention`, or add `storage` or `shards`")
        .resting_on(name, attrs, &[AttrId::STORAGE, AttrId::REPLICATION_FACTOR])
        .hits_all(ctx.flows_of(id).iter().copied());
    for data in store.parts.iter().filter_map(|part| part.data) {
        if ctx.facts.storage.of_data(data).is_some_and(|it| it.retention_assumed) {
            finding = finding.assuming(format!("`retention` of `{}` by default", ctx.model.data[data].header.path));
        }
    }
    findings.push(finding);
}

/// What all connections of a component carry, against the network of its replicas.
fn check_network(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId) {
    let attrs = &ctx.model.components[id].attrs;
    let Some(width) = attrs.bytes_per_second(AttrId::BANDWIDTH) else { return };
    let Some(deployment) = ctx.facts.placement.of(id) else { return };
    let connections = ctx.incoming(id).iter().chain(ctx.outgoing(id));
    let bytes = |it: &crate::model::ConnectionId| ctx.facts.load.connection(*it)?.bytes_per_second;
    let carried: f64 = connections.filter_map(bytes).sum();
    let nodes = deployment.high as f64 * deployment.shards as f64;
    let name = ctx.model.path(id);
    if let Some(message) = too_narrow(ctx, &format!("`{name}`"), carried, width * nodes, "n·`bandwidth`") {
        let finding = Finding::new(Severity::Warning, id, message)
            .help(WIDEN)
            .resting_on(name, attrs, &[AttrId::BANDWIDTH])
            .hits_all(ctx.flows_of(id).iter().copied());
        findings.push(finding);
    }
}

fn too_narrow(ctx: &RuleContext<'_>, what: &str, bytes: f64, width: f64, limit: &str) -> Option<String> {
    let busy = ctx.threshold(&BUSY);
    exceeds(bytes, busy * width).then(|| {
        format!(
            "the network of {what} is nearly full: λ·`payload` = {} > {} of {limit} = {}",
            bits(bytes),
            format_share(busy),
            bits(width)
        )
    })
}

/// Bytes a second as networks count them.
fn bits(bytes: f64) -> String {
    let bits = bytes * 8.0;
    let (factor, unit) = match bits {
        bits if bits >= 1e9 => (1e9, "Gbit/s"),
        bits if bits >= 1e6 => (1e6, "Mbit/s"),
        _ => (1e3, "kbit/s"),
    };
    format!("{} {unit}", format_count(bits / factor))
}
