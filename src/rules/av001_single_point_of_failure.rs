//! One replica whose loss alone takes a flow down.
//!
//! ## What it finds
//!
//! A component of which one replica is a minimal cut set of a flow: n − 1 < k, with n its `replicas` and k its `needs`, and no
//! alternative, fallback or softer call around it. An error where a flow that it hits asks for an availability of at least
//! 99.9% and `replicas` is written; a warning else.
//!
//! ## Why it matters
//!
//! Every deployment, crash and lost host of that one replica is an outage of the flow. No replica elsewhere helps: the chain
//! is as good as this link.
//!
//! ## How to mend it
//!
//! Run at least k + 1 replicas in two zones or more; or let the callers go on without it: an asynchronous, optional or
//! cached call.
//!
//! ## When it stays silent
//!
//! On `managed` components, whose availability is that of the whole; on externals, which AV006 looks at; on what stands behind
//! a broker, for which no flow waits.
//!
//! ## Source
//!
//! AWS Well-Architected, REL10-BP01; Azure Well-Architected, RE:05.
//!
//! ## Examples
//!
//! ```arch,fail
//! client shopper
//! service shop { replicas = 3 }
//! database orders { replicas = 1 }
//! shopper -> shop -> orders
//! flow buy {
//!   slo availability >= 99.9%
//!   shopper -> shop -> orders
//! }
//! ```
//!
//! ```arch,pass
//! client shopper
//! service shop { replicas = 3 }
//! database orders { replicas = 2 }
//! shopper -> shop -> orders
//! ```

use super::av007_fragile_quorum::votes;
use super::outage::{Outages, minutes, own_unavailability, share_of_downtime};
use super::{Category, Finding, Findings, Rule, RuleContext, edits};
use crate::analysis::placement::Deployment;
use crate::analysis::reliability::Fault;
use crate::diagnostic::{Edit, Severity};
use crate::model::{AttrId, ComponentId, FlowId, Kind};
use crate::units::format_share;

pub(super) static RULE: Rule = Rule {
    code: "AV001",
    name: "single-point-of-failure",
    category: Category::Availability,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[],
    expects: &[],
    check,
};

/// From this objective on a single point of failure is an error.
const STRICT: f64 = 0.999;

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let outages = Outages::new(ctx);
    for (id, component) in ctx.model.components.enumerate() {
        let Some(deployment) = ctx.facts.placement.of(id) else { continue };
        if deployment.managed || component.kind == Kind::External {
            continue;
        }
        let flows = outages.flows(Fault::Component(id));
        if !flows.is_empty() {
            findings.push(finding(ctx, &outages, id, deployment, flows));
        }
    }
}

fn finding(ctx: &RuleContext<'_>, outages: &Outages, id: ComponentId, deployment: &Deployment, flows: &[FlowId]) -> Finding {
    let name = ctx.model.path(id);
    let (n, k) = (deployment.low, deployment.needs);
    let severity_in = |flow: FlowId| {
        let strict = ctx.slo_availability(flow).is_some_and(|slo| slo >= STRICT - 1e-12);
        if strict && deployment.replicas_given { Severity::Error } else { Severity::Warning }
    };
    let worst = flows.iter().map(|flow| severity_in(*flow)).max().unwrap_or(Severity::Warning);
    let down = own_unavailability(deployment);
    let replicas = match (n, deployment.replicas_given) {
        (1, true) => "one replica".to_owned(),
        (1, false) => "one replica, assumed".to_owned(),
        (n, _) => format!("{n} replicas"),
    };
    let assumed = if deployment.availability_assumed { " with an assumed availability" } else { "" };
    let message = format!(
        "one lost replica of `{name}` takes down {}: it has {replicas} and needs {k}, {n} − 1 < {k}; it is down for {}{assumed}, \
         {} of the downtime",
        ctx.flow_names(flows),
        minutes(down),
        format_share(share_of_downtime(ctx, Fault::Component(id), flows))
    );
    let help = format!(
        "run at least {} replicas in two zones or more, or let the callers go on without it: `optional`, a `fallback`, a queue",
        k.saturating_add(1)
    );
    let mut finding = Finding::new(worst, id, message).label("nothing takes over from it").help(help);
    let more = if votes(&ctx.model.components[id]) { k.saturating_add(1).max(3) } else { k.saturating_add(1).max(2) };
    finding = finding.mend(format!("run {more} replicas"), spread(ctx, id, deployment, more));
    for flow in flows {
        finding = finding.hits_at(*flow, severity_in(*flow));
    }
    let Some(first) = flows.iter().max_by_key(|flow| (severity_in(**flow), std::cmp::Reverse(**flow))) else {
        return finding;
    };
    let header = &ctx.model.components[id].header;
    let flow = &ctx.model.flows[*first].header;
    finding
        .step(flow.name_span, format!("`{}` is the flow", flow.name))
        .witness(outages.path_to(ctx, *first, id))
        .step(header.name_span, why(ctx, id, deployment))
}

/// So many replicas over the zones of its region; nothing where one domain holds all of them, for that then is what nothing takes
/// over from.
fn spread(ctx: &RuleContext<'_>, id: ComponentId, deployment: &Deployment, more: u64) -> Option<Vec<Edit>> {
    let component = &ctx.model.components[id];
    let is_placed = deployment.places.iter().any(|place| place.zone.is_some() || !place.domains.is_empty());
    let zones = edits::zones_around(ctx, id).filter(|_| !component.attrs.has(AttrId::ZONES));
    let replicas = edits::replicas_text(ctx, id, more, more);
    match zones {
        Some(zones) => {
            let zones = edits::list(&zones.into_iter().take(more as usize).collect::<Vec<_>>());
            edits::set(ctx, id, &[(AttrId::REPLICAS, &replicas), (AttrId::ZONES, &zones)])
        }
        None if is_placed && deployment.zones().len() < 2 && deployment.regions().len() < 2 => None,
        None => edits::set(ctx, id, &[(AttrId::REPLICAS, &replicas)]),
    }
}

/// Why the replicas do not help.
fn why(ctx: &RuleContext<'_>, id: ComponentId, deployment: &Deployment) -> String {
    let name = ctx.model.path(id);
    let (n, k) = (deployment.low, deployment.needs);
    match n {
        1 => format!("`{name}` has no second replica, and no alternative or fallback stands beside it"),
        _ => format!("`{name}` needs {k} of its {n} replicas: with one lost only {} are left", n.saturating_sub(1)),
    }
}
