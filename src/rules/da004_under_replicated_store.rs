//! Data with too few copies for what it is worth.
//!
//! ## What it finds
//!
//! Of a stream, or a store with state of its own, N = `replication_factor`, else `replicas`. An error where N = 1; or where it or
//! its data has `rpo` = 0, N ≥ 2, and `replication = async` or `write_quorum` = 1. A warning where `rpo` = 0 with N = 2 or
//! 2·`write_quorum` ≤ N; or where all N stand in one of at least two declared zones.
//!
//! ## Why it matters
//!
//! One copy is gone with its disk. A copy that follows later lacks the last writes when the first is lost, and those were
//! acknowledged. Of two copies none is left to write to two while one is repaired.
//!
//! ## How to mend it
//!
//! Three copies in three zones, and a write that waits for two of them.
//!
//! ## When it stays silent
//!
//! On `managed` components that give no `replicas`: their provider copies. Where all data is `derived` or `loss_ok`. Without
//! `replicas` or `replication_factor` it is not assessed.
//!
//! ## Source
//!
//! Apache Kafka documentation, replication and `min.insync.replicas`; M. Kleppmann, Designing Data-Intensive Applications, ch. 5.
//!
//! ## Examples
//!
//! ```arch,fail
//! service shop
//! database orders { replicas = 1 }
//! shop -> orders
//! ```
//!
//! ```arch,fail
//! service shop
//! database orders { replicas = 3  replication = async  rpo = 0s }
//! shop -> orders
//! ```
//!
//! ```arch,pass
//! region eu {
//!   zone a
//!   zone b
//!   zone c
//!   service shop
//!   database orders { replicas = 3  zones = [a, b, c]  replication = quorum  write_quorum = 2  rpo = 0s }
//! }
//! eu.shop -> eu.orders
//! ```

use super::stored::present;
use super::terms::{self, is_state_store};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, edits};
use crate::analysis::consistency::regions::{copies_stated_by, stated_copies};
use crate::diagnostic::{Edit, Severity};
use crate::model::attributes::words::{Replication, Word};
use crate::model::{AttrId, Component, ComponentId, GroupKind, Kind};
use crate::units::{format_count, format_time};

pub(super) static RULE: Rule = Rule {
    code: "DA004",
    name: "under-replicated-store",
    category: Category::Data,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::REPLICAS)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let zones = ctx.model.groups.iter().filter(|group| group.kind == GroupKind::Zone).count();
    for (id, component) in ctx.model.components.enumerate() {
        if !keeps_state(ctx, component) {
            continue;
        }
        let given = component.attrs.beyond_default(AttrId::REPLICAS).is_some();
        let managed = ctx.facts.placement.of(id).is_some_and(|deployment| deployment.managed);
        if managed && !given {
            continue;
        }
        match stated_copies(component) {
            Some(copies) => check_store(ctx, findings, id, copies, zones),
            None => findings.not_assessed(id, AttrId::REPLICAS),
        }
    }
}

/// A state store, or a stream; neither where all that it keeps can be rebuilt or lost.
fn keeps_state(ctx: &RuleContext<'_>, component: &Component) -> bool {
    let stored = component.attrs.data(AttrId::STORES);
    is_state_store(ctx.model, component)
        || component.kind == Kind::Stream && !super::writing::is_dispensable(ctx, &stored)
}

/// One reason for a finding.
struct Fault {
    severity: Severity,
    message: String,
    figures: Vec<AttrId>,
}

fn check_store(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId, copies: u64, zones: usize) {
    let attrs = &ctx.model.components[id].attrs;
    let path = ctx.model.path(id);
    let mut faults: Vec<Fault> = Vec::new();
    let by: Vec<AttrId> = copies_stated_by(&ctx.model.components[id]).into_iter().collect();
    if copies <= 1 {
        let message = format!("N = {copies}: it survives no loss, and {} lost with the first disk", at_stake(ctx, id));
        faults.push(Fault { severity: Severity::Error, message, figures: by.clone() });
    } else if let Some(whose) = without_loss(ctx, id) {
        faults.extend(gap(ctx, id, copies, &whose, &by));
    }
    let spread = ctx.facts.placement.of(id).map_or_else(Vec::new, |deployment| deployment.zones());
    if let [zone] = spread.as_slice()
        && zones >= 2
        && copies >= 2
    {
        let message = format!(
            "all N = {copies} copies stand in `{}`, 1 of {zones} zones: its loss takes every one",
            ctx.facts.placement.domain_path(*zone)
        );
        faults.push(Fault { severity: Severity::Warning, message, figures: by });
    }
    let Some(severity) = faults.iter().map(|fault| fault.severity).max() else { return };
    let told: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
    let mut finding = Finding::new(severity, id, format!("`{path}` has too few copies: {}", told.join("; ")))
        .help("three copies in three zones, and writes that wait for two of them: `replicas = 3`, `replication = quorum`, `write_quorum = 2`")
        .mend("keep three copies", three(ctx, id, copies, spread.len()))
        .hits_all(ctx.flows_of(id).iter().copied());
    for fault in faults.iter().filter(|fault| fault.severity == severity) {
        finding = finding.resting_on(path, attrs, &present(attrs, &fault.figures));
    }
    findings.push(finding);
}

/// Three copies, over the zones around them, and where nothing may be lost writes that wait for two.
fn three(ctx: &RuleContext<'_>, id: ComponentId, copies: u64, zones: usize) -> Option<Vec<Edit>> {
    let component = &ctx.model.components[id];
    let attrs = &component.attrs;
    let strict = without_loss(ctx, id).is_some();
    let quorum = strict && attrs.word::<Replication>(AttrId::REPLICATION) != Some(Replication::Sync);
    let replicas = edits::replicas_text(ctx, id, 3, 3);
    let majority = (copies.max(3) / 2 + 1).to_string();
    let around = edits::zones_around(ctx, id).filter(|_| zones < 2);
    let around = around.map(|zones| edits::list(&zones.into_iter().take(3).collect::<Vec<_>>()));
    let held = around.as_ref().map_or(zones, |list| list.split(',').count());
    // a majority of three does not outlive one of two zones
    let acknowledged = if edits::outlive_a_zone(3, held) { "quorum" } else { "semi_sync" };
    let mut wanted: Vec<(AttrId, &str)> = Vec::new();
    if terms::replicas(component).1 < 3 {
        wanted.push((AttrId::REPLICAS, &replicas));
    }
    if copies < 3 && copies_stated_by(component) == Some(AttrId::REPLICATION_FACTOR) {
        wanted.push((AttrId::REPLICATION_FACTOR, "3"));
    }
    if quorum && attrs.has(AttrId::REPLICATION) {
        wanted.push((AttrId::REPLICATION, acknowledged));
    }
    if strict && attrs.count(AttrId::WRITE_QUORUM).is_some_and(|quorum| quorum.saturating_mul(2) <= copies.max(3)) {
        wanted.push((AttrId::WRITE_QUORUM, &majority));
    }
    if let Some(around) = &around {
        wanted.push((AttrId::ZONES, around));
    }
    (!wanted.is_empty()).then(|| edits::set(ctx, id, &wanted)).flatten()
}

/// What goes with the only copy.
fn at_stake(ctx: &RuleContext<'_>, id: ComponentId) -> String {
    match ctx.model.components[id].attrs.seconds(AttrId::BACKUP) {
        Some(every) => format!("what was written in the last {} is", format_time(every)),
        None => "all of it is".to_owned(),
    }
}

/// Who says that nothing may be lost: the store or its data.
fn without_loss(ctx: &RuleContext<'_>, id: ComponentId) -> Option<String> {
    let attrs = &ctx.model.components[id].attrs;
    if attrs.seconds(AttrId::RPO) == Some(0.0) {
        return Some(format!("`{}`", ctx.model.path(id)));
    }
    let strict = |data: &crate::model::DataId| ctx.model.data[*data].attrs.seconds(AttrId::RPO) == Some(0.0);
    let data = attrs.data(AttrId::STORES).into_iter().find(strict)?;
    Some(format!("`{}`", ctx.model.data[data].header.path))
}

/// What a store loses whose writes must not be lost.
fn gap(ctx: &RuleContext<'_>, id: ComponentId, copies: u64, whose: &str, by: &[AttrId]) -> Option<Fault> {
    let attrs = &ctx.model.components[id].attrs;
    let quorum = attrs.count(AttrId::WRITE_QUORUM);
    let replication = attrs.word::<Replication>(AttrId::REPLICATION);
    let lag = attrs.seconds(AttrId::LAG).map_or_else(String::new, |lag| format!(", {} of writes", format_time(lag)));
    let fault = |severity, message, figures: Vec<AttrId>| Some(Fault { severity, message, figures });
    if replication == Some(Replication::Async) {
        let word = Replication::Async.as_str();
        let message = format!(
            "`rpo` = 0 of {whose}, and with `replication = {word}` {} need have a write when it is acknowledged{lag}",
            match copies - 1 {
                1 => "not even its one other copy".to_owned(),
                others => format!("none of its {} other copies", format_count(others as f64)),
            }
        );
        return fault(Severity::Error, message, vec![AttrId::REPLICATION]);
    }
    if quorum == Some(1) {
        let message = format!("`rpo` = 0 of {whose}, and `write_quorum` = 1 of N = {copies}: the one that has a write may be the one that is lost");
        return fault(Severity::Error, message, vec![AttrId::WRITE_QUORUM]);
    }
    if copies == 2 {
        let message = format!("`rpo` = 0 of {whose}, and N = 2: after 1 loss a write has 1 copy, or none is taken");
        return fault(Severity::Warning, message, by.to_vec());
    }
    let quorum = quorum.filter(|quorum| quorum.saturating_mul(2) <= copies)?;
    let message = format!(
        "`rpo` = 0 of {whose}, and 2·`write_quorum` = {} ≤ N = {copies}: a majority may go on without the last writes",
        quorum.saturating_mul(2)
    );
    fault(Severity::Warning, message, vec![AttrId::WRITE_QUORUM, AttrId::REPLICATION_FACTOR, AttrId::REPLICAS])
}
