//! A store with state of its own and no backup.
//!
//! ## What it finds
//!
//! A store whose data is neither `derived` nor `loss_ok` (or a `database` or `object_store` that does not say what it `stores`)
//! with `backup` absent or `none`. An error with `backup = none`, with data that has an `rpo` or is sensitive (`class` from
//! `confidential` up, or `pii`), or on a flow with `criticality = high`; else a warning.
//!
//! ## Why it matters
//!
//! Copies are no backup: a wrong delete, a bad migration or an attacker reaches every one of them within the replication lag.
//!
//! ## How to mend it
//!
//! Point-in-time recovery, or a regular copy to where the first account cannot write: `backup = 1h`, or
//! `backup = { every = 1h  in = PLACE  immutable = true }`.
//!
//! ## When it stays silent
//!
//! With any `backup` but `none`; on caches, search indexes and warehouses that do not say what they store; where all data can
//! be rebuilt or lost.
//!
//! ## Source
//!
//! AWS Well-Architected, REL09-BP01.
//!
//! ## Examples
//!
//! ```arch,fail
//! service shop
//! database orders { replicas = 3 }
//! shop -> orders
//! ```
//!
//! ```arch,fail
//! data order { class = payment }
//! service shop
//! database orders { stores = [order] }
//! shop -> orders
//! ```
//!
//! ```arch,pass
//! data thumbnail { derived = true }
//! service shop
//! database orders { backup = 1h }
//! object_store pictures { stores = [thumbnail] }
//! shop -> [orders, pictures]
//! ```

use super::terms::{copies, is_sensitive, is_state_store};
use super::{Category, Finding, Findings, Rule, RuleContext, edits};
use crate::diagnostic::Severity;
use crate::model::{AttrId, AttrValue, ComponentId, DataId};

pub(super) static RULE: Rule = Rule {
    code: "DR001",
    name: "missing-backup",
    category: Category::Recovery,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[],
    expects: &[AttrId::BACKUP],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate() {
        let backup = component.attrs.get(AttrId::BACKUP).map(|value| &value.value);
        let refused = matches!(backup, Some(AttrValue::Word("none")));
        if is_state_store(ctx.model, component) && (backup.is_none() || refused) {
            findings.push(finding(ctx, id, refused));
        }
    }
}

fn finding(ctx: &RuleContext<'_>, id: ComponentId, refused: bool) -> Finding {
    let component = &ctx.model.components[id];
    let stored = component.attrs.data(AttrId::STORES);
    let precious: Vec<String> = stored.iter().filter_map(|data| worth(ctx, *data)).collect();
    let base = if refused || !precious.is_empty() { Severity::Error } else { Severity::Warning };
    let holds = match (&stored[..], precious.is_empty()) {
        ([], _) => String::new(),
        (_, true) => format!(" of {}", names(ctx, &stored)),
        (_, false) => format!(" of {}", precious.join(", ")),
    };
    let state = if refused { "`backup = none`" } else { "no `backup`" };
    let copies = match copies(component) {
        0 | 1 if component.attrs.is_true(AttrId::MANAGED) => {
            "what its provider copies does not help, as every copy repeats a wrong delete".to_owned()
        }
        0 | 1 => "it is the only copy".to_owned(),
        copies => format!("its {copies} copies do not help, as they all repeat a wrong delete"),
    };
    let critical = ctx.flows_of(id).iter().copied().find(|flow| ctx.is_critical(*flow));
    let critical = critical.map_or_else(String::new, |flow| {
        format!(", on the critical flow `{}`", ctx.model.flows[flow].header.name)
    });
    let path = ctx.model.path(id);
    let message = format!("`{path}` has {state}{holds}{critical}: {copies}");
    let mut finding = Finding::new(base, id, message)
        .help("recover to a point in time, or copy to where this account cannot write: `backup = 1d`");
    for flow in ctx.flows_of(id) {
        let severity = if ctx.is_critical(*flow) { Severity::Error } else { base };
        finding = finding.hits_at(*flow, severity);
    }
    // as often as what may be lost asks for, where a backup can do that at all
    let bounds = std::iter::once(component.attrs.seconds(AttrId::RPO))
        .chain(stored.iter().map(|data| ctx.model.data[*data].attrs.seconds(AttrId::RPO)));
    let every = bounds.flatten().filter(|rpo| *rpo >= 1.0).fold(crate::units::DAY, f64::min);
    let every = edits::time_exactly(every);
    finding.mend(format!("back it up every {every}"), edits::set(ctx, id, &[(AttrId::BACKUP, &every)]))
}

/// A data entity whose loss is an error, with why.
fn worth(ctx: &RuleContext<'_>, id: DataId) -> Option<String> {
    let data = &ctx.model.data[id];
    let path = &data.header.path;
    if let Some(rpo) = data.attrs.seconds(AttrId::RPO) {
        return Some(format!("`{path}` with `rpo` = {}", crate::units::format_time(rpo)));
    }
    is_sensitive(data).then(|| format!("the sensitive `{path}`"))
}

fn names(ctx: &RuleContext<'_>, data: &[DataId]) -> String {
    let names: Vec<String> = data.iter().map(|id| format!("`{}`", ctx.model.data[*id].header.path)).collect();
    names.join(", ")
}
