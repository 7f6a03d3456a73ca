//! A loss costs more data than the recovery point objective allows.
//!
//! ## What it finds
//!
//! Against the smallest `rpo` of the store, its data and the flows that use it. After the loss of a node: with N ≥ 2 copies the `lag`
//! where `replication = async` (else nothing is lost); with one copy everything since the last backup: an error. After a wrong
//! delete, which every copy repeats: everything since the last backup, with N ≥ 2 a warning.
//!
//! ## Why it matters
//!
//! Copies follow a mistake within the lag; only a backup from before it brings the data back. Then the interval between
//! backups, not the number of copies, is what is lost.
//!
//! ## How to mend it
//!
//! Ship the log (point-in-time recovery), or back up more often; acknowledge a write on a second copy.
//!
//! ## When it stays silent
//!
//! With `backup` absent or `none` on what a backup decides: DR001 tells of that. A managed store that does not say its `replicas`
//! survives a node. Where neither `lag` nor `backup` is known, it is not assessed. `rpo = 0` speaks of losses that copies survive: no
//! backup reaches back 0 s, so with N ≥ 2 the wrong delete is left out.
//!
//! ## Source
//!
//! Azure Well-Architected, RE:09; AWS Well-Architected, REL13-BP01.
//!
//! ## Examples
//!
//! ```arch,fail
//! service shop
//! database orders { replicas = 1  rpo = 5min  backup = 1d }
//! shop -> orders
//! ```
//!
//! ```arch,fail
//! service shop
//! database orders { replicas = 2  replication = async  lag = 30s  rpo = 10s  backup = 5s }
//! shop -> orders
//! ```
//!
//! ```arch,pass
//! service shop
//! database orders { replicas = 2  replication = async  lag = 1s  rpo = 5min  backup = 5min }
//! shop -> orders
//! ```

use super::recovery::{Backup, copies_of};
use super::terms::{exceeds, is_state_store};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, edits};
use crate::analysis::recovery::backup_interval;
use crate::diagnostic::{Edit, Severity};
use crate::model::attributes::words::Replication;
use crate::model::{AttrId, ComponentId, Metric};
use crate::units::{format_count, format_time};

pub(super) static RULE: Rule = Rule {
    code: "DR003",
    name: "violated-rpo",
    category: Category::Recovery,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::RPO),
        Need::Attribute(AttrId::LAG),
        Need::Attribute(AttrId::BACKUP),
        Need::Attribute(AttrId::REPLICATION),
    ],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate() {
        if !component.kind.is_store() {
            continue;
        }
        match smallest_rpo(ctx, id) {
            Some((rpo, whose)) => check_store(ctx, findings, id, rpo, &whose),
            None if is_state_store(ctx.model, component) => findings.not_assessed(id, AttrId::RPO),
            None => {}
        }
    }
}

/// The smallest `rpo` that holds for a store, and whose it is.
fn smallest_rpo(ctx: &RuleContext<'_>, id: ComponentId) -> Option<(f64, String)> {
    let component = &ctx.model.components[id];
    let mut found: Vec<(f64, String)> = Vec::new();
    found.extend(component.attrs.seconds(AttrId::RPO).map(|rpo| (rpo, format!("`{}`", component.header.path))));
    for data in component.attrs.data(AttrId::STORES) {
        let data = &ctx.model.data[data];
        found.extend(data.attrs.seconds(AttrId::RPO).map(|rpo| (rpo, format!("`{}`", data.header.path))));
    }
    if is_state_store(ctx.model, component) {
        for flow in ctx.flows_of(id) {
            let name = &ctx.model.flows[*flow].header.name;
            found.extend(ctx.ceiling(*flow, Metric::Rpo).map(|rpo| (rpo, format!("flow `{name}`"))));
        }
    }
    found.into_iter().reduce(|a, b| if b.0 < a.0 { b } else { a })
}

/// A write on a second copy where the lag is too long, a backup as often as what may be lost.
fn closer(ctx: &RuleContext<'_>, id: ComponentId, rpo: f64) -> Option<Vec<Edit>> {
    let attrs = &ctx.model.components[id].attrs;
    let every = edits::time_exactly(rpo);
    let mut wanted: Vec<(AttrId, &str)> = Vec::new();
    let lags = attrs.word::<Replication>(AttrId::REPLICATION) == Some(Replication::Async)
        && attrs.seconds(AttrId::LAG).is_some_and(|lag| exceeds(lag, rpo));
    if lags && copies_of(ctx, id).survive_a_node() {
        wanted.push((AttrId::REPLICATION, "semi_sync"));
    }
    match Backup::of(attrs) {
        Backup::Every if rpo >= 1.0 && backup_interval(attrs).is_some_and(|interval| exceeds(interval, rpo)) => {
            wanted.push((AttrId::BACKUP, &every));
        }
        // the interval is one of several fields
        Backup::Fields(_) if backup_interval(attrs).is_some_and(|interval| exceeds(interval, rpo)) => return None,
        _ => {}
    }
    (!wanted.is_empty()).then(|| edits::set(ctx, id, &wanted)).flatten()
}

fn check_store(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId, rpo: f64, whose: &str) {
    let component = &ctx.model.components[id];
    let attrs = &component.attrs;
    let path = &component.header.path;
    let backup = Backup::of(attrs);
    let copies = copies_of(ctx, id);
    let told = |severity: Severity, message: String, figures: &[AttrId]| {
        Finding::new(severity, id, format!("{message} > {}, the `rpo` of {whose}", format_time(rpo)))
            .mend("lose no more than that", closer(ctx, id, rpo))
            .help("recover to a point in time from a shipped log, back up more often, or acknowledge writes on a second copy")
            .resting_on(path, attrs, figures)
            .hits_all(ctx.flows_of(id).iter().copied())
    };
    if copies.survive_a_node() && copies.count.is_some() {
        match (attrs.word::<Replication>(AttrId::REPLICATION), attrs.seconds(AttrId::LAG)) {
            (None, _) => findings.not_assessed(id, AttrId::REPLICATION),
            (Some(Replication::Async), None) => findings.not_assessed(id, AttrId::LAG),
            (Some(Replication::Async), Some(lag)) if exceeds(lag, rpo) => {
                let message = format!(
                    "when a node of `{path}` is lost, the copies are behind by the `lag` of {}: {}",
                    format_time(lag),
                    format_time(lag)
                );
                findings.push(told(Severity::Error, message, &[AttrId::LAG, AttrId::REPLICATION]));
            }
            _ => {}
        }
    }
    if matches!(backup, Backup::Absent | Backup::Refused) {
        return;
    }
    let Some(interval) = backup_interval(attrs) else { return findings.not_assessed(id, AttrId::BACKUP) };
    if !exceeds(interval, rpo) {
        return;
    }
    let every = format_time(interval);
    if copies.survive_a_node() {
        if rpo <= 0.0 {
            return; // no interval would do
        }
        let count = copies.count.map_or_else(|| "all".to_owned(), |count| format!("all {}", format_count(count as f64)));
        let message = format!(
            "a wrong delete in `{path}` reaches {count} copies, and the last backup may be as old as its interval: {every}"
        );
        findings.push(told(Severity::Warning, message, &[AttrId::BACKUP]));
    } else {
        let message = format!(
            "`{path}` is the only copy: when its node is lost, everything since the last backup is, up to its interval: {every}"
        );
        findings.push(told(Severity::Error, message, &[AttrId::BACKUP, copies.by]));
    }
}
