//! One zone, region, cluster or shared control plane whose loss alone takes a flow down.
//!
//! ## What it finds
//!
//! A failure domain d, or what components name in `fails_with`, that alone is a minimal cut set of a flow. A region counts only
//! where the flow's objective is above the region's availability. An error where U_d > 1 − SLO for a flow that it hits; a
//! warning else.
//!
//! ## Why it matters
//!
//! Replicas that share a fate are one replica. A zone that holds the only cache is a single point of failure, though the
//! service beside it runs three times.
//!
//! ## How to mend it
//!
//! Spread the replicas of what the domain pins over two zones or more, or let its callers go on without it.
//!
//! ## When it stays silent
//!
//! Where all that the domain pins is one component with one replica, which AV001 tells; where every flow hit has an objective
//! and meets it. Without placement or `fails_with` it is not assessed.
//!
//! ## Source
//!
//! Google Cloud, architecture framework: reliability, on failure domains.
//!
//! ## Examples
//!
//! ```arch,fail
//! client shopper
//! region eu {
//!   zone a
//!   zone b
//!   service shop { replicas = 2  zones = [a, b] }
//!   cache carts { replicas = 2  zones = [a] }
//! }
//! shopper -> eu.shop -> eu.carts
//! ```
//!
//! ```arch,pass
//! client shopper
//! region eu {
//!   zone a
//!   zone b
//!   service shop { replicas = 2  zones = [a, b] }
//!   cache carts { replicas = 2  zones = [a, b] }
//! }
//! shopper -> eu.shop -> eu.carts
//! ```

use super::outage::{Outages, minutes, names, own_unavailability, pinned_in};
use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Subject};
use crate::analysis::availability::DomainIx;
use crate::analysis::placement::{Deployment, DomainFacts};
use crate::analysis::reliability::Fault;
use crate::diagnostic::Severity;
use crate::model::{AttrId, ComponentId, FlowId, Kind};
use crate::units::format_share;

pub(super) static RULE: Rule = Rule {
    code: "AV002",
    name: "shared-failure-domain",
    category: Category::Availability,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::ZONES), Need::Attribute(AttrId::FAILS_WITH)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let outages = Outages::new(ctx);
    for (index, domain) in ctx.facts.placement.domains.iter().enumerate() {
        check_domain(ctx, findings, &outages, DomainIx(index as u32), domain);
    }
    // what others fail with, and who does
    let mut fates: Vec<(ComponentId, ComponentId)> = Vec::new();
    for (id, component) in ctx.model.components.enumerate() {
        let Some(deployment) = ctx.facts.placement.of(id) else { continue };
        fates.extend(deployment.fails_with_components.iter().map(|fate| (*fate, id)));
        let placed = deployment.places.iter().any(|place| !place.domains.is_empty());
        let fails_with = component.attrs.has(AttrId::FAILS_WITH);
        if !placed && !fails_with && component.kind != Kind::External && !ctx.flows_of(id).is_empty() {
            findings.not_assessed(id, AttrId::ZONES);
        }
    }
    fates.sort_unstable();
    for same in fates.chunk_by(|a, b| a.0 == b.0) {
        let others: Vec<ComponentId> = same.iter().map(|(_, other)| *other).collect();
        if let Some((id, _)) = same.first() {
            check_fate(ctx, findings, &outages, *id, &others);
        }
    }
}

fn check_domain(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, outages: &Outages, ix: DomainIx, domain: &DomainFacts) {
    let region = ctx.facts.placement.is_region(ctx.model, ix);
    let counts = |flow: &FlowId| {
        !region || ctx.slo_availability(*flow).is_some_and(|slo| exceeds(slo, domain.availability))
    };
    let flows: Vec<FlowId> =
        outages.flows(Fault::Domain(ix)).iter().copied().filter(counts).collect();
    if flows.is_empty() || all_meet_their_objective(ctx, &flows) {
        return;
    }
    let mut pinned: Vec<ComponentId> =
        flows.iter().flat_map(|flow| pinned_in(ctx, *flow, ix)).collect();
    pinned.sort_unstable();
    pinned.dedup();
    if let [only] = pinned.as_slice()
        && is_told_by_av001(ctx, *only)
    {
        return;
    }
    let down = 1.0 - domain.availability;
    let kind = match () {
        () if region => "region",
        () if ctx.facts.placement.is_zone(ctx.model, ix) => "zone",
        () => "failure domain",
    };
    let subject = Subject::domain(ctx, ix);
    let outage = Outage { subject, kind, down, assumed: domain.assumed, pinned, flows };
    findings.push(outage.finding(ctx, outages, |id| holds(ctx, id, &domain.path)));
}

/// A component with which others fail, whose own replicas are more than enough: as a whole it is a domain all the same.
fn check_fate(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, outages: &Outages, id: ComponentId, others: &[ComponentId]) {
    let Some(deployment) = ctx.facts.placement.of(id) else { return };
    let told = |flow: &FlowId| {
        let visits = ctx.first_visit(*flow, id).is_some();
        let single = ctx.facts.reliability.of(*flow).is_some_and(|it| it.is_single_point(Fault::Component(id)));
        visits || single && !deployment.managed
    };
    let flows: Vec<FlowId> = ctx.flows_that_require(id).iter().copied().filter(|flow| !told(flow)).collect();
    if flows.is_empty() || all_meet_their_objective(ctx, &flows) {
        return;
    }
    let hit = |other: &ComponentId| flows.iter().any(|flow| ctx.first_visit(*flow, *other).is_some());
    let pinned: Vec<ComponentId> = others.iter().copied().filter(hit).collect();
    if let [only] = pinned.as_slice()
        && is_told_by_av001(ctx, *only)
    {
        return;
    }
    let (down, assumed) = (own_unavailability(deployment), deployment.availability_assumed);
    let path = ctx.model.path(id).to_owned();
    let outage = Outage { subject: Subject::Component(id), kind: "shared fate", down, assumed, pinned, flows };
    findings.push(outage.finding(ctx, outages, |other| format!("`{}` fails with `{path}`", ctx.model.path(other))));
}

fn all_meet_their_objective(ctx: &RuleContext<'_>, flows: &[FlowId]) -> bool {
    flows.iter().all(|flow| {
        let lower = ctx.facts.reliability.of(*flow).map(|it| it.lower);
        ctx.slo_availability(*flow).zip(lower).is_some_and(|(slo, lower)| lower >= slo)
    })
}

fn is_told_by_av001(ctx: &RuleContext<'_>, id: ComponentId) -> bool {
    let one = |deployment: &Deployment| deployment.low == 1 && !deployment.managed;
    ctx.facts.placement.of(id).is_some_and(one) && ctx.model.components[id].kind != Kind::External
}

/// Why the replicas of a component do not help against the loss of a domain.
fn holds(ctx: &RuleContext<'_>, id: ComponentId, domain: &str) -> String {
    let name = ctx.model.path(id);
    let Some(deployment) = ctx.facts.placement.of(id) else { return String::new() };
    match (deployment.low, deployment.managed) {
        (_, true) => format!("`{name}` stands in `{domain}` alone"),
        (1, _) => format!("the only replica of `{name}` stands in `{domain}`"),
        (n, _) => format!(
            "`{name}` has {n} replicas and needs {}: fewer than that stand outside `{domain}`",
            deployment.needs
        ),
    }
}

/// Of so many pinned components the witness says why their replicas do not help.
const TOLD: usize = 10;

/// What takes flows down alone.
struct Outage {
    subject: Subject,
    kind: &'static str,
    down: f64,
    assumed: bool,
    pinned: Vec<ComponentId>,
    flows: Vec<FlowId>,
}

impl Outage {
    fn severity_in(&self, ctx: &RuleContext<'_>, flow: FlowId) -> Severity {
        let beyond = ctx.slo_availability(flow).is_some_and(|slo| exceeds(self.down, 1.0 - slo));
        if beyond { Severity::Error } else { Severity::Warning }
    }

    fn finding(&self, ctx: &RuleContext<'_>, outages: &Outages, why: impl Fn(ComponentId) -> String) -> Finding {
        let name = self.subject.name(ctx);
        let rank = |flow: &&FlowId| (self.severity_in(ctx, **flow), std::cmp::Reverse(**flow));
        let worst_flow = self.flows.iter().max_by_key(rank).copied();
        let worst = worst_flow.map_or(Severity::Warning, |flow| self.severity_in(ctx, flow));
        let budget = worst_flow.and_then(|flow| ctx.slo_availability(flow)).map(|slo| {
            let relation = if exceeds(self.down, 1.0 - slo) { ">" } else { "≤" };
            format!(", {relation} {} of the objective", format_share(1.0 - slo))
        });
        let message = format!(
            "the loss of {} `{name}` alone takes down {}: it pins {}; it is down for {} ({}){}",
            self.kind,
            ctx.flow_names(&self.flows),
            names(ctx, &self.pinned),
            minutes(self.down),
            format_share(self.down),
            budget.unwrap_or_default()
        );
        let help = match self.pinned.as_slice() {
            [] => "spread the replicas over several such domains".to_owned(),
            pinned => format!(
                "spread the replicas of {} over two zones or more, or let their callers go on without them",
                names(ctx, pinned)
            ),
        };
        let mut finding = Finding::new(worst, self.subject, message).label("all share its fate").help(help);
        for flow in &self.flows {
            finding = finding.hits_at(*flow, self.severity_in(ctx, *flow));
        }
        if self.assumed && worst == Severity::Error {
            finding = finding.assuming(format!(
                "availability of `{name}` ({})",
                format_share(1.0 - self.down)
            ));
        }
        if let Some(flow) = worst_flow {
            let header = &ctx.model.flows[flow].header;
            finding = finding.step(header.name_span, format!("`{}` is the flow", header.name));
            let visited = |id: &&ComponentId| ctx.first_visit(flow, **id).is_some();
            if let Some(first) = self.pinned.iter().find(visited).or(self.pinned.first()) {
                finding = finding.witness(outages.path_to(ctx, flow, *first));
            }
        }
        for id in self.pinned.iter().take(TOLD) {
            finding = finding.step(ctx.model.components[*id].header.name_span, why(*id));
        }
        finding
    }
}
