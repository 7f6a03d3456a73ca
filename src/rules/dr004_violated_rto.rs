//! Recovery takes longer than the recovery time objective allows.
//!
//! ## What it finds
//!
//! `detection_time` (absent: nothing) plus the time to recover, against the smallest `rto` of the component and of the flows that fail
//! without it. After the loss of a node: `failover_time` where there are at least two replicas and `failover` is not `none`, else
//! `restore_time`: an error. After a wrong delete in something that keeps data, which a second replica repeats: `restore_time`, a
//! warning. Where `restore_time` is absent, `storage`/`bandwidth` of one node stands in for it: a warning.
//!
//! ## Why it matters
//!
//! The objective is usually met on paper by the failover, and missed on the day by the restore: terabytes take hours to move.
//!
//! ## How to mend it
//!
//! A warm standby, smaller shards, a rehearsed restore; or an objective that says what is true.
//!
//! ## When it stays silent
//!
//! Without `rto`, and without a time to recover, it is not assessed.
//!
//! ## Source
//!
//! AWS, Disaster Recovery of Workloads: backup and restore, pilot light, warm standby, active/active.
//!
//! ## Examples
//!
//! ```arch,fail
//! service shop
//! database orders { replicas = 1  rto = 1h  detection_time = 10min  restore_time = 4h }
//! shop -> orders
//! ```
//!
//! ```arch,fail
//! service shop
//! database orders { replicas = 2  rto = 1h  failover_time = 1min  storage = 2TB  bandwidth = 100Mbps }
//! shop -> orders
//! ```
//!
//! ```arch,pass
//! service shop
//! database orders { replicas = 2  rto = 1h  failover_time = 1min  restore_time = 30min }
//! shop -> orders
//! ```

use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext};
use crate::diagnostic::Severity;
use crate::model::attributes::words::Failover;
use crate::model::{AttrId, Class, ComponentId, FlowId, Metric};
use crate::units::{format_size, format_time};

pub(super) static RULE: Rule = Rule {
    code: "DR004",
    name: "violated-rto",
    category: Category::Recovery,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::RTO),
        Need::Attribute(AttrId::FAILOVER_TIME),
        Need::Attribute(AttrId::RESTORE_TIME),
    ],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let of_flows: Vec<Option<f64>> =
        ctx.model.flows.ids().map(|flow| ctx.ceiling(flow, Metric::Rto)).collect();
    let of_flow = |flow: &FlowId| {
        let rto = of_flows.get(flow.index()).copied().flatten()?;
        Some(Limit { rto, of: Some(*flow) })
    };
    for (id, component) in ctx.model.components.enumerate() {
        if component.kind.is_actor() {
            continue;
        }
        let mut limits: Vec<Limit> = Vec::new();
        limits.extend(component.attrs.seconds(AttrId::RTO).map(|rto| Limit { rto, of: None }));
        limits.extend(ctx.flows_that_require(id).iter().filter_map(of_flow));
        match limits.into_iter().reduce(|a, b| if b.rto < a.rto { b } else { a }) {
            Some(limit) => check_component(ctx, findings, id, limit),
            None if keeps_data(ctx, id) => findings.not_assessed(id, AttrId::RTO),
            None => {}
        }
    }
}

/// The smallest objective that holds for a component.
#[derive(Clone, Copy)]
struct Limit {
    rto: f64,
    /// Whose it is; `None`: its own.
    of: Option<FlowId>,
}

/// How long it takes until work goes on.
struct Recovery {
    seconds: f64,
    /// As the message says it, with its arithmetic.
    words: String,
    figures: &'static [AttrId],
}

fn keeps_data(ctx: &RuleContext<'_>, id: ComponentId) -> bool {
    matches!(ctx.model.components[id].kind.class(), Class::Data | Class::Messaging)
}

fn restore(ctx: &RuleContext<'_>, id: ComponentId) -> Option<Recovery> {
    let attrs = &ctx.model.components[id].attrs;
    let seconds = attrs.seconds(AttrId::RESTORE_TIME)?;
    let words = format!("`restore_time` {}", format_time(seconds));
    Some(Recovery { seconds, words, figures: &[AttrId::RESTORE_TIME] })
}

fn copying(ctx: &RuleContext<'_>, id: ComponentId) -> Option<Recovery> {
    let attrs = &ctx.model.components[id].attrs;
    let (storage, bandwidth) = (attrs.bytes(AttrId::STORAGE)?, attrs.bytes_per_second(AttrId::BANDWIDTH)?);
    if bandwidth <= 0.0 {
        return None;
    }
    let seconds = storage / bandwidth;
    let words =
        format!("{} / {}/s = {} to copy it back", format_size(storage), format_size(bandwidth), format_time(seconds));
    Some(Recovery { seconds, words, figures: &[AttrId::STORAGE, AttrId::BANDWIDTH] })
}

fn failover(ctx: &RuleContext<'_>, id: ComponentId) -> Option<Recovery> {
    let seconds = ctx.model.components[id].attrs.seconds(AttrId::FAILOVER_TIME)?;
    let words = format!("`failover_time` {}", format_time(seconds));
    Some(Recovery { seconds, words, figures: &[AttrId::FAILOVER_TIME] })
}

fn check_component(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId, limit: Limit) {
    let attrs = &ctx.model.components[id].attrs;
    let replicated = ctx.replicas(id) >= 2;
    // a provider that says how long its failover takes has something to fail over to
    let stands_by = replicated || attrs.is_true(AttrId::MANAGED) && attrs.has(AttrId::FAILOVER_TIME);
    let fails_over = stands_by && attrs.word::<Failover>(AttrId::FAILOVER) != Some(Failover::None);
    let after = "the loss of a node";
    let (node, missing) = match fails_over {
        true => (failover(ctx, id), AttrId::FAILOVER_TIME),
        false => (restore(ctx, id), AttrId::RESTORE_TIME),
    };
    if let Some(recovery) = node {
        let basis: &[AttrId] = if stands_by { &[] } else { &[AttrId::REPLICAS] };
        tell(ctx, findings, id, limit, &Case { severity: Severity::Error, after, recovery, basis });
    } else if fails_over {
        findings.not_assessed(id, missing);
    }
    if fails_over && keeps_data(ctx, id) && let Some(recovery) = restore(ctx, id) {
        let case = Case { severity: Severity::Warning, after: "a wrong delete", recovery, basis: &[] };
        tell(ctx, findings, id, limit, &case);
    }
    if attrs.has(AttrId::RESTORE_TIME) || fails_over && !keeps_data(ctx, id) {
        return;
    }
    match copying(ctx, id) {
        Some(recovery) => {
            let after = if fails_over { "a wrong delete" } else { after };
            tell(ctx, findings, id, limit, &Case { severity: Severity::Warning, after, recovery, basis: &[] });
        }
        None => findings.not_assessed(id, AttrId::RESTORE_TIME),
    }
}

/// A way to lose something, and how long it then takes.
struct Case {
    severity: Severity,
    after: &'static str,
    recovery: Recovery,
    /// What else it rests on.
    basis: &'static [AttrId],
}

fn tell(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId, limit: Limit, case: &Case) {
    let component = &ctx.model.components[id];
    let detection = component.attrs.seconds(AttrId::DETECTION_TIME).unwrap_or(0.0);
    let total = detection + case.recovery.seconds;
    if !exceeds(total, limit.rto) {
        return;
    }
    let path = &component.header.path;
    let sum = match detection > 0.0 {
        true => format!(
            "`detection_time` {} + {} = {}",
            format_time(detection),
            case.recovery.words,
            format_time(total)
        ),
        false => case.recovery.words.clone(),
    };
    let whose = limit.of.map_or_else(
        || "its `rto`".to_owned(),
        |flow| format!("the `rto` of flow `{}`", ctx.model.flows[flow].header.name),
    );
    let message =
        format!("after {} `{path}` is back too late: {sum} > {}, {whose}", case.after, format_time(limit.rto));
    findings.push(
        Finding::new(case.severity, id, message)
            .help("a warm standby, less data on one node, or a restore that is rehearsed until it is fast enough")
            .resting_on(path, &component.attrs, case.recovery.figures)
            .resting_on(path, &component.attrs, case.basis)
            .hits_all(ctx.flows_of(id).iter().copied()),
    );
}
