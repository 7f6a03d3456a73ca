//! A hard call to somebody else's system whose availability nobody knows.
//!
//! ## What it finds
//!
//! A hard call (`->`, neither `optional` nor with a `fallback`) to an `external`, or to a component with a `vendor`, for which
//! neither the file nor the catalogue gives an availability. A note where the flow is `irreplaceable`.
//!
//! ## Why it matters
//!
//! The flow is as available as that system, and what that is was never asked. The analysis assumes 99.9%, which may be kind.
//!
//! ## How to mend it
//!
//! Write the `availability` that the agreement gives or that was measured. Or call it through a queue, keep its last answer in
//! a cache, have a second provider.
//!
//! ## When it stays silent
//!
//! On soft and asynchronous calls.
//!
//! ## Source
//!
//! Site Reliability Engineering, ch. 3, on embracing risk.
//!
//! ## Examples
//!
//! ```arch,fail
//! client shopper
//! service shop { replicas = 2 }
//! external bank
//! shopper -> shop -> bank
//! ```
//!
//! ```arch,pass
//! client shopper
//! service shop { replicas = 2 }
//! external bank { availability = 99.95% }
//! shopper -> shop -> bank
//! ```

use super::outage::{minutes, share_of_downtime};
use super::terms::is_hard;
use super::{Category, Finding, Findings, Rule, RuleContext};
use crate::analysis::reliability::Fault;
use crate::diagnostic::Severity;
use crate::model::attributes::words::Phase;
use crate::model::{AttrId, ComponentId, ConnectionId, FlowId, Kind};
use crate::units::format_share;

pub(super) static RULE: Rule = Rule {
    code: "AV006",
    name: "external-without-sla",
    category: Category::Availability,
    severities: &[Severity::Warning, Severity::Note],
    thresholds: &[],
    silences: &[],
    needs: &[],
    expects: &[AttrId::AVAILABILITY],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate() {
        let attrs = &component.attrs;
        let foreign = component.kind == Kind::External || attrs.has(AttrId::VENDOR);
        let known = [AttrId::AVAILABILITY, AttrId::MTBF].iter().any(|id| attrs.beyond_default(*id).is_some());
        if foreign && !known {
            check_foreign(ctx, findings, id);
        }
    }
}

fn check_foreign(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId) {
    let mut calls: Vec<(ConnectionId, Option<FlowId>)> = Vec::new();
    for connection in ctx.incoming(id) {
        let op = ctx.model.connections[*connection].op;
        for usage in ctx.usages(*connection) {
            let at_the_start = usage.attrs.word(AttrId::PHASE) == Some(Phase::Start);
            if is_hard(op, usage.attrs) && !at_the_start {
                calls.push((*connection, usage.call.map(|(flow, _)| flow)));
            }
        }
    }
    let Some((first, _)) = calls.first().copied() else { return };
    let flows: Vec<FlowId> = calls.iter().filter_map(|(_, flow)| *flow).collect();
    let severity_in = |flow: FlowId| match ctx.model.flows[flow].attrs.is_true(AttrId::IRREPLACEABLE) {
        true => Severity::Note,
        false => Severity::Warning,
    };
    let outside_flows = calls.iter().any(|(_, flow)| flow.is_none()).then_some(Severity::Warning);
    let worst =
        flows.iter().map(|flow| severity_in(*flow)).chain(outside_flows).max().unwrap_or(Severity::Warning);
    let name = ctx.model.path(id);
    let availability = ctx.facts.placement.of(id).map_or(1.0, |deployment| deployment.availability);
    let share = share_of_downtime(ctx, Fault::Component(id), &flows);
    let message = format!(
        "`{}` waits for `{name}`, whose availability is unknown: {} is assumed, {}{}",
        ctx.model.endpoint_path(ctx.model.connections[first].from),
        format_share(availability),
        minutes(1.0 - availability),
        if share > 0.0 { format!(", {} of the flow's downtime", format_share(share)) } else { String::new() }
    );
    let mut finding = Finding::new(worst, id, message)
        .help("write the `availability` that its agreement gives; or a queue, a cache, a second provider")
        .related(ctx.connection_step(first).span, "the call is here");
    for flow in flows {
        finding = finding.hits_at(flow, severity_in(flow));
    }
    findings.push(finding);
}
