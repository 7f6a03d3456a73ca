//! An objective that one zone, or one region, does not give.
//!
//! ## What it finds
//!
//! A flow with an objective of 99.99% or more that a single zone takes down, or one of 99.995% or more that a single region
//! does.
//!
//! ## Why it matters
//!
//! Providers promise a zone three nines and a region four at the most. What stands in one of them inherits its outages,
//! however many replicas it has.
//!
//! ## How to mend it
//!
//! Add zones, or regions, for what stands in one; or promise what one gives.
//!
//! ## When it stays silent
//!
//! Where the zone or region itself gives an `availability` that reaches the objective. Without an objective or placement it is
//! not assessed.
//!
//! ## Source
//!
//! Google Cloud, infrastructure reliability guide; Azure Well-Architected, reliability.
//!
//! ## Examples
//!
//! ```arch,fail
//! client shopper
//! region eu {
//!   zone a
//!   service shop { replicas = 3  zones = [a] }
//! }
//! flow buy {
//!   slo availability >= 99.99%
//!   shopper -> eu.shop
//! }
//! ```
//!
//! ```arch,pass
//! client shopper
//! region eu {
//!   zone a
//!   zone b
//!   service shop { replicas = 4  zones = [a, b] }
//! }
//! flow buy {
//!   slo availability >= 99.99%
//!   shopper -> eu.shop
//! }
//! ```

use super::outage::{Outages, minutes, names, pinned_in};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Subject, Threshold};
use crate::analysis::availability::DomainIx;
use crate::analysis::reliability::Fault;
use crate::diagnostic::Severity;
use crate::model::{AttrId, ComponentId, FlowId, Metric};
use crate::units::format_share;

const ZONE: Threshold = Threshold {
    key: "zone",
    default: 0.9999,
    unit: "availability",
    meaning: "from this objective on one zone is too little",
};
const REGION: Threshold = Threshold {
    key: "region",
    default: 0.999_95,
    unit: "availability",
    meaning: "from this objective on one region is too little",
};

pub(super) static RULE: Rule = Rule {
    code: "AV005",
    name: "objective-above-scope",
    category: Category::Availability,
    severities: &[Severity::Warning],
    thresholds: &[ZONE, REGION],
    silences: &[],
    needs: &[Need::Objective(Metric::Availability), Need::Attribute(AttrId::ZONES)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for flow in ctx.model.flows.ids().filter(|flow| ctx.slo_availability(*flow).is_none()) {
        findings.not_assessed(flow, Metric::Availability);
    }
    let outages = Outages::new(ctx);
    for index in 0..ctx.facts.placement.domains.len() {
        check_domain(ctx, findings, &outages, DomainIx(index as u32));
    }
}

fn check_domain(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, outages: &Outages, ix: DomainIx) {
    let placement = &ctx.facts.placement;
    let (kind, more, threshold) = match () {
        () if placement.is_zone(ctx.model, ix) => ("zone", "zones", &ZONE),
        () if placement.is_region(ctx.model, ix) => ("region", "regions", &REGION),
        () => return,
    };
    let Some(domain) = placement.domain(ix) else { return };
    let limit = ctx.threshold(threshold);
    let too_high = |flow: &FlowId| {
        let slo = ctx.slo_availability(*flow).filter(|slo| *slo >= limit - 1e-12);
        slo.is_some_and(|slo| domain.assumed || domain.availability < slo)
    };
    let flows: Vec<FlowId> =
        outages.flows(Fault::Domain(ix)).iter().copied().filter(too_high).collect();
    let Some(first) = flows.first() else { return };
    let slo = flows.iter().filter_map(|flow| ctx.slo_availability(*flow)).fold(0.0, f64::max);
    let mut pinned: Vec<ComponentId> = flows.iter().flat_map(|flow| pinned_in(ctx, *flow, ix)).collect();
    pinned.sort_unstable();
    pinned.dedup();
    let assumed = if domain.assumed { ", assumed" } else { "" };
    let message = format!(
        "{} asks for {} and rests on one {kind}: `{}` holds {} and is down for {} ({}{assumed}); {} ≥ {} needs more {more}",
        ctx.flow_names(&flows),
        format_share(slo),
        domain.path,
        names(ctx, &pinned),
        minutes(1.0 - domain.availability),
        format_share(domain.availability),
        format_share(slo),
        format_share(limit)
    );
    let mut finding = Finding::new(Severity::Warning, Subject::domain(ctx, ix), message)
        .help(format!("spread {} over more {more}, or lower the objective", names(ctx, &pinned)))
        .hits_all(flows.iter().copied());
    if let Some(id) = pinned.first() {
        finding = finding.witness(outages.path_to(ctx, *first, *id));
    }
    findings.push(finding);
}
