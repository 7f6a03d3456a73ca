//! A standby that waits for somebody to wake up.
//!
//! ## What it finds
//!
//! A component with `mode` = `primary_replica` or `active_passive`, at least two replicas and `failover` = `manual` or `none`. T =
//! `detection_time` (absent: nothing) + `failover_time`, with `none` + `restore_time`. An error where T > `rto` (its own, or an `slo rto`
//! of a flow that needs it, be it for what a cache misses), or T/(`mtbf` + T) > 1 − `slo availability` of such a flow, as far as its runs need
//! it. Where the figures for neither are given: a warning on
//! a flow that is critical or promises 99.95% or more, which is ours.
//!
//! ## Why it matters
//!
//! A second replica is paid for so that its loss does not show. Until a person is paged, has looked and dares to decide, it does: that
//! is minutes in the day and the better part of an hour at night.
//!
//! ## How to mend it
//!
//! `failover = automatic`, with a fence that stops the old primary and a check of the lag before a replica is promoted.
//!
//! ## When it stays silent
//!
//! Where `rto`, or `mtbf` and the objective, say that T is short enough. Without `failover` it is not assessed.
//!
//! ## Source
//!
//! Azure Well-Architected Framework, RE:09.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service shop
//! database orders {
//!   replicas       = 2
//!   mode           = primary_replica
//!   failover       = manual
//!   detection_time = 5min
//!   failover_time  = 25min
//!   mtbf           = 30d
//! }
//! flow buy {
//!   slo availability >= 99.95%
//!   browser -> shop -> orders                        // 30 min of 30 d: 0.069% > 0.05%
//! }
//! ```
//!
//! ```arch,fail
//! client browser
//! service shop
//! database orders { replicas = 2  mode = primary_replica  failover = manual }
//! flow buy {
//!   criticality = high
//!   browser -> shop -> orders
//! }
//! ```
//!
//! ```arch,pass
//! client browser
//! service shop
//! database orders { replicas = 2  mode = primary_replica  failover = manual  failover_time = 10min  rto = 1h }
//! flow buy {
//!   criticality = high
//!   browser -> shop -> orders
//! }
//! ```

use super::outage::minutes;
use super::stored::present;
use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold, edits};
use crate::analysis::formulas::unavailability_of;
use crate::analysis::reliability::Fault;
use crate::diagnostic::Severity;
use crate::model::attributes::Word;
use crate::model::attributes::words::{Failover, Mode};
use crate::model::{AttrId, ComponentId, FlowId, Metric};
use crate::units::{format_share, format_time, round_significant};

const PROMISE: Threshold = Threshold {
    key: "objective",
    default: 0.9995,
    unit: "availability",
    meaning: "from this objective on a failover by hand needs figures",
};

pub(super) static RULE: Rule = Rule {
    code: "AV008",
    name: "manual-failover",
    category: Category::Availability,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[PROMISE],
    silences: &[],
    needs: &[Need::Attribute(AttrId::FAILOVER)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate() {
        let mode: Option<Mode> = component.attrs.word(AttrId::MODE);
        if !matches!(mode, Some(Mode::PrimaryReplica | Mode::ActivePassive)) || ctx.replicas(id) < 2 {
            continue;
        }
        match component.attrs.word(AttrId::FAILOVER) {
            Some(Failover::Automatic) => {}
            Some(failover) => check_component(ctx, findings, id, failover),
            None => findings.not_assessed(id, AttrId::FAILOVER),
        }
    }
}

/// A part of the runs that is worth a word.
const PART: f64 = 0.01;

/// The flows that fail while nothing of a component works, each with the share of its runs that does: all, or those that miss a cache.
fn flows_hit(ctx: &RuleContext<'_>, id: ComponentId) -> Vec<(FlowId, f64)> {
    let required = ctx.flows_that_require(id);
    let share = |flow: FlowId| {
        if required.binary_search(&flow).is_ok() {
            return Some((flow, 1.0));
        }
        let importance = ctx.facts.reliability.of(flow)?.importance_of(Fault::Component(id))?;
        (importance.birnbaum > PART).then_some((flow, importance.birnbaum.min(1.0)))
    };
    ctx.flows_of(id).iter().filter_map(|flow| share(*flow)).collect()
}

/// How long the work stands still, and the attributes that say so.
struct Standstill {
    detection: Option<f64>,
    rest: f64,
    figures: Vec<AttrId>,
}

impl Standstill {
    fn of(ctx: &RuleContext<'_>, id: ComponentId, failover: Failover) -> Option<Self> {
        let attrs = &ctx.model.components[id].attrs;
        let by = if failover == Failover::None { AttrId::RESTORE_TIME } else { AttrId::FAILOVER_TIME };
        let detection = attrs.seconds(AttrId::DETECTION_TIME);
        let figures = present(attrs, &[AttrId::DETECTION_TIME, by]);
        Some(Self { detection, rest: attrs.seconds(by)?, figures })
    }

    fn seconds(&self) -> f64 {
        self.detection.unwrap_or(0.0) + self.rest
    }

    fn arithmetic(&self) -> String {
        let sum = format_time(self.seconds());
        match self.detection {
            Some(detection) => format!("{} + {} = {sum}", format_time(detection), format_time(self.rest)),
            None => sum,
        }
    }
}

fn check_component(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId, failover: Failover) {
    let attrs = &ctx.model.components[id].attrs;
    let name = ctx.model.path(id);
    let hit = flows_hit(ctx, id);
    let flows: Vec<FlowId> = hit.iter().map(|(flow, _)| *flow).collect();
    let Some(still) = Standstill::of(ctx, id, failover) else {
        return without_figures(ctx, findings, id, failover, &flows);
    };
    let t = still.seconds();
    let own = attrs.seconds(AttrId::RTO);
    let of_flows = flows.iter().filter_map(|flow| ctx.ceiling(*flow, Metric::Rto));
    let rto = own.into_iter().chain(of_flows).reduce(f64::min);
    let mtbf = attrs.seconds(AttrId::MTBF);
    let down = mtbf.map(|mtbf| unavailability_of(mtbf, t));
    let objectives = hit.iter().filter_map(|(flow, share)| Some((*flow, *share, ctx.slo_availability(*flow)?)));
    let objectives: Vec<(FlowId, f64, f64)> = objectives.collect();
    if rto.is_none() && (mtbf.is_none() || objectives.is_empty()) {
        return without_figures(ctx, findings, id, failover, &flows);
    }
    let too_long = rto.filter(|rto| exceeds(t, *rto));
    let broken: Vec<(FlowId, f64, f64)> = objectives
        .into_iter()
        .filter(|(_, share, promised)| down.is_some_and(|down| exceeds(share * down, 1.0 - promised)))
        .collect();
    let mut why = Vec::new();
    let mut figures = still.figures.clone();
    if let Some(rto) = too_long {
        why.push(format!("T = {} > {}, its `rto`", still.arithmetic(), format_time(rto)));
    }
    let strictest = broken.iter().copied().reduce(|a, b| if b.2 > a.2 { b } else { a });
    if let (Some((flow, share, promised)), Some(mtbf), Some(down)) = (strictest, mtbf, down) {
        figures.push(AttrId::MTBF);
        let (of_runs, part) = match share < 1.0 {
            true => ("of its runs that fail then · ", format!("{} ", format_share(round_significant(share, 3)))),
            false => ("", String::new()),
        };
        why.push(format!(
            "{part}{of_runs}T/(`mtbf` + T) = {}/({} + {}) = {} > {} = 1 − the objective of `{}`",
            format_time(t),
            format_time(mtbf),
            format_time(t),
            format_share(share * down),
            format_share(1.0 - promised),
            ctx.model.flows[flow].header.name
        ));
    }
    if why.is_empty() {
        return;
    }
    let lost = down.map_or_else(String::new, |down| format!("; {}", minutes(down)));
    let message = format!(
        "when the primary of `{name}` fails, the work stands still too long (`failover = {}`): {}{lost}",
        failover.as_str(),
        why.join("; ")
    );
    let hit: Vec<FlowId> = match too_long {
        Some(_) => flows,
        None => broken.into_iter().map(|(flow, _, _)| flow).collect(),
    };
    let finding = Finding::new(Severity::Error, id, message);
    findings.push(finish(ctx, finding, id, &figures).hits_all(hit));
}

/// Where nothing says how long it takes: a warning where much is promised.
fn without_figures(
    ctx: &RuleContext<'_>,
    findings: &mut Findings<'_>,
    id: ComponentId,
    failover: Failover,
    flows: &[FlowId],
) {
    let promise = ctx.threshold(&PROMISE);
    let promised = |flow: &FlowId| ctx.slo_availability(*flow).filter(|slo| !exceeds(promise, *slo));
    let hit: Vec<FlowId> =
        flows.iter().copied().filter(|flow| ctx.is_critical(*flow) || promised(flow).is_some()).collect();
    let Some(first) = hit.first() else { return };
    let flow = &ctx.model.flows[*first].header.name;
    let because = match promised(first) {
        Some(slo) => {
            let left = minutes(1.0 - slo);
            format!("`{flow}` promises {} ≥ {}, that is {left}", format_share(slo), format_share(promise))
        }
        None => format!("`{flow}` is critical"),
    };
    let message = format!(
        "when the primary of `{}` fails, somebody has to act (`failover = {}`), and nothing says how soon: {because}",
        ctx.model.path(id),
        failover.as_str()
    );
    let finding = Finding::new(Severity::Warning, id, message).witness(ctx.path_to_component(*first, id));
    findings.push(finish(ctx, finding, id, &[]).hits_all(hit));
}

fn finish(ctx: &RuleContext<'_>, finding: Finding, id: ComponentId, figures: &[AttrId]) -> Finding {
    let attrs = &ctx.model.components[id].attrs;
    let mut figures = figures.to_vec();
    figures.extend([AttrId::REPLICAS, AttrId::MODE, AttrId::FAILOVER]);
    finding
        .mend("fail over by itself", edits::set(ctx, id, &[(AttrId::FAILOVER, "automatic")]))
        .help("fail over by itself (`failover = automatic`), with a fence for the old primary and a check of the lag")
        .resting_on(ctx.model.path(id), attrs, &figures)
}
