//! Personal data in a place from which it does not go away.
//!
//! ## What it finds
//!
//! Personal data (`class` = `personal`, `health`, or `pii`) in a stream, a dead letter, an object store, a warehouse, a cache, or a
//! backup that nobody can change, where `retention` (of a cache: `ttl`) is absent or longer than that of the data. An immutable
//! backup is kept for the `retention` of the component that `backup.in` names, else of the store.
//!
//! ## Why it matters
//!
//! A person may ask to be forgotten, and data may be kept no longer than its purpose. In a log that is only ever appended to, a
//! delete in the database deletes nothing.
//!
//! ## How to mend it
//!
//! A `retention` no longer than that of the data; compaction by key with a tombstone; or a key for each person, thrown away when
//! the person goes.
//!
//! ## When it stays silent
//!
//! For databases and search indexes, in which a record can be deleted; for `dead_letter = true`, which names no place; where
//! nothing says that data is personal.
//!
//! ## Source
//!
//! General Data Protection Regulation, Art. 17 and Art. 5(1)(e).
//!
//! ## Examples
//!
//! ```arch,fail
//! data profile { class = personal  retention = 30d }
//! service accounts
//! stream changes { stores = [profile]  retention = 1y }
//! accounts ~> changes
//! ```
//!
//! ```arch,pass
//! data profile { class = personal  retention = 30d }
//! service accounts
//! stream changes { stores = [profile]  retention = 7d }
//! cache hot { stores = [profile]  ttl = 1h }
//! accounts ~> changes
//! accounts -> hot
//! ```

use super::secrets::{Secret, kept, secret_names};
use super::stored::data_of;
use super::terms::{exceeds, is_personal};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, edits};
use crate::diagnostic::{Edit, Severity};
use crate::model::{AttrId, AttrValue, ComponentId, ElementRef, Kind};
use crate::units::format_time;

pub(super) static RULE: Rule = Rule {
    code: "SE005",
    name: "missing-erasure-path",
    category: Category::Security,
    severities: &[Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::CLASS)],
    expects: &[AttrId::RETENTION, AttrId::TTL],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate() {
        for dead_letter in component.attrs.components(AttrId::DEAD_LETTER) {
            check_sink(ctx, findings, Sink { id: dead_letter, of: id, what: "dead letter", limit: AttrId::RETENTION });
        }
        let (what, limit) = match component.kind {
            Kind::Stream => ("stream", AttrId::RETENTION),
            Kind::ObjectStore => ("object store", AttrId::RETENTION),
            Kind::Warehouse => ("warehouse", AttrId::RETENTION),
            Kind::Cache => ("cache", AttrId::TTL),
            _ if component.kind.is_store() => ("immutable backup", AttrId::RETENTION),
            _ => continue,
        };
        if what != "immutable backup" {
            check_sink(ctx, findings, Sink { id, of: id, what, limit });
        }
        if let Some(place) = immutable_backup(ctx, id) {
            check_sink(ctx, findings, Sink { id: place, of: id, what: "immutable backup", limit: AttrId::RETENTION });
        }
    }
}

/// Something from which data goes away with time alone.
struct Sink {
    /// What keeps it.
    id: ComponentId,
    /// Whose data it is.
    of: ComponentId,
    what: &'static str,
    /// The attribute that says how long.
    limit: AttrId,
}

/// What says how long the immutable backup of a component is kept; `None` where it has none.
fn immutable_backup(ctx: &RuleContext<'_>, id: ComponentId) -> Option<ComponentId> {
    let fields = ctx.model.components[id].attrs.record(AttrId::BACKUP);
    let value = |wanted: &str| fields.iter().find(|(key, _)| key == wanted).map(|(_, value)| value);
    if value("immutable") != Some(&AttrValue::Flag(true)) {
        return None;
    }
    match value("in") {
        Some(AttrValue::Ref(reference)) => match reference.target {
            ElementRef::Component(place) => Some(place),
            _ => Some(id),
        },
        _ => Some(id),
    }
}

fn no_longer(ctx: &RuleContext<'_>, sink: &Sink, limit: f64) -> Option<Vec<Edit>> {
    let limit = (limit > 0.0).then(|| edits::time_exactly(limit))?;
    edits::set(ctx, sink.id, &[(sink.limit, &limit)])
}

fn check_sink(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, sink: Sink) {
    let personal = kept(ctx, sink.of, is_personal);
    let attrs = &ctx.model.components[sink.id].attrs;
    for data in data_of(ctx, sink.of).into_iter().filter(|_| !attrs.has(sink.limit)) {
        let of_data = &ctx.model.data[data].attrs;
        if !of_data.has(AttrId::CLASS) && !of_data.has(AttrId::PII) {
            findings.not_assessed(data, AttrId::CLASS);
        }
    }
    if personal.is_empty() {
        return;
    }
    let name = ctx.model.path(sink.id);
    let limit = sink.limit.name();
    let whose = if sink.of == sink.id { String::new() } else { format!(" of `{}`", ctx.model.path(sink.of)) };
    let place = match sink.what {
        "immutable backup" if sink.of == sink.id => format!("the immutable backup of `{name}`"),
        what => format!("the {what} `{name}`{whose}"),
    };
    let flows = ctx.flows_of(sink.of).iter().copied();
    let help = "keep it no longer than the data, compact by key, or encrypt with a key for each person that can be thrown away";
    let allowed = |secret: &Secret| match secret {
        Secret::Data(id) => ctx.model.data[*id].attrs.seconds(AttrId::RETENTION),
        Secret::Keeper(_) => None,
    };
    let Some(kept_for) = attrs.seconds(sink.limit) else {
        let message = format!(
            "{place} keeps {} without end: `{}` has no `{limit}`",
            secret_names(ctx, &personal),
            ctx.model.path(sink.id)
        );
        let limits = personal.iter().filter_map(allowed).reduce(f64::min).filter(|_| sink.limit == AttrId::RETENTION);
        let edits = limits.and_then(|limit| no_longer(ctx, &sink, limit));
        let finding = Finding::new(Severity::Warning, sink.id, message)
            .mend("keep it as long as the data may live", edits)
            .help(help)
            .hits_all(flows);
        return findings.push(finding);
    };
    let too_long: Vec<(Secret, f64)> = personal
        .iter()
        .filter(|secret| matches!(secret, Secret::Data(_)))
        .map(|secret| (*secret, allowed(secret).unwrap_or(ctx.config.assumed.retention)))
        .filter(|(_, allowed)| exceeds(kept_for, *allowed))
        .collect();
    let Some((_, shortest)) = too_long.iter().min_by(|a, b| a.1.total_cmp(&b.1)) else { return };
    let secrets: Vec<Secret> = too_long.iter().map(|(secret, _)| *secret).collect();
    let message = format!(
        "{place} keeps {} for longer than the data may live: `{limit}` = {} > {}",
        secret_names(ctx, &secrets),
        format_time(kept_for),
        format_time(*shortest)
    );
    let mut finding = Finding::new(Severity::Warning, sink.id, message)
        .mend("keep it as long as the data may live", no_longer(ctx, &sink, *shortest))
        .help(help)
        .resting_on(name, attrs, &[sink.limit])
        .hits_all(flows);
    if too_long.iter().all(|(secret, _)| allowed(secret).is_none()) {
        finding = finding.assuming(format!("`retention` of the data ({})", format_time(ctx.config.assumed.retention)));
    }
    findings.push(finding);
}
