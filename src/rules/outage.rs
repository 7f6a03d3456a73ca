//! What several rules on availability share: which flows an element takes down alone, what a domain pins, how words say it.
//! It must not know any single rule.

use std::collections::BTreeMap;

use super::RuleContext;
use crate::analysis::availability::{Block, DomainIx, System, Unit, unit_chance};
use crate::analysis::placement::Deployment;
use crate::analysis::reliability::Fault;
use crate::diagnostic::Remark;
use crate::model::{ComponentId, FlowId, Visit, VisitId};
use crate::units::{MINUTES_PER_YEAR, format_count};

/// A share of the time as minutes a year.
pub(super) fn minutes(unavailability: f64) -> String {
    format!("{} min a year", format_count(unavailability * MINUTES_PER_YEAR))
}

/// Chance that too few of a component's replicas are up, the domains that hold them apart.
pub(super) fn own_unavailability(deployment: &Deployment) -> f64 {
    let availability = deployment.availability;
    let unit = if deployment.managed {
        Unit::single(availability, Vec::new())
    } else {
        let block = Block { count: deployment.low, availability, domains: Vec::new() };
        Unit { blocks: vec![block], needs: deployment.needs }
    };
    let mut system = System::default();
    let ix = system.add_unit(unit.needs, unit.blocks);
    unit_chance(&system, ix).down
}

/// Which flows each fault breaks alone: looked up once for a rule.
pub(super) struct Outages {
    broken: BTreeMap<Fault, Vec<FlowId>>,
}

impl Outages {
    pub(super) fn new(ctx: &RuleContext<'_>) -> Self {
        let mut broken: BTreeMap<Fault, Vec<FlowId>> = BTreeMap::new();
        for id in ctx.model.flows.ids() {
            for point in ctx.facts.reliability.of(id).map_or(&[][..], |it| &it.single_points) {
                if point.is_whole() {
                    broken.entry(point.fault).or_default().push(id);
                }
            }
        }
        Self { broken }
    }

    /// The flows that a fault breaks alone.
    pub(super) fn flows(&self, fault: Fault) -> &[FlowId] {
        self.broken.get(&fault).map_or(&[], Vec::as_slice)
    }

    /// The path of a flow to a component, or to the first that fails with it; of a long one the end.
    pub(super) fn path_to(&self, ctx: &RuleContext<'_>, flow: FlowId, id: ComponentId) -> Vec<Remark> {
        if let Some(visit) = ctx.first_visit(flow, id) {
            return ctx.path_to(flow, visit);
        }
        let falls = |visit: &(VisitId, &Visit)| {
            let deployment = ctx.facts.placement.of(visit.1.component);
            deployment.is_some_and(|it| it.fails_with_components.binary_search(&id).is_ok())
        };
        let Some((visit, it)) = ctx.model.flows[flow].visits.enumerate().find(falls) else {
            return Vec::new();
        };
        let mut path = ctx.path_to(flow, visit);
        let header = &ctx.model.components[it.component].header;
        let message = format!("`{}` fails with `{}`", header.path, ctx.model.path(id));
        path.push(Remark { span: header.name_span, message });
        path
    }
}

/// The largest share of a flow's downtime that a fault causes, over some flows.
pub(super) fn share_of_downtime(ctx: &RuleContext<'_>, fault: Fault, flows: &[FlowId]) -> f64 {
    let share = |flow: &FlowId| {
        let importance = ctx.facts.reliability.of(*flow)?.importance_of(fault)?;
        Some(importance.fussell_vesely)
    };
    flows.iter().filter_map(share).fold(0.0, f64::max)
}

/// Whether too few replicas of a component stand outside a domain.
pub(super) fn is_pinned(ctx: &RuleContext<'_>, deployment: &Deployment, domain: DomainIx) -> bool {
    let placement = &ctx.facts.placement;
    let is_in = |start: &DomainIx| placement.with_parents(*start).any(|ix| ix == domain);
    if deployment.fails_with_domains.iter().any(is_in) {
        return true;
    }
    let outside = deployment.places.iter().filter(|place| !place.domains.iter().any(is_in));
    outside.fold(0u64, |sum, place| sum.saturating_add(place.low)) < deployment.needs
}

/// The components that a flow visits, or that these fail with, and that a domain pins, each once and in order.
pub(super) fn pinned_in(ctx: &RuleContext<'_>, flow: FlowId, domain: DomainIx) -> Vec<ComponentId> {
    let mut visited: Vec<ComponentId> = Vec::new();
    for visit in &ctx.model.flows[flow].visits {
        visited.push(visit.component);
        if let Some(deployment) = ctx.facts.placement.of(visit.component) {
            visited.extend(&deployment.fails_with_components);
        }
    }
    visited.sort_unstable();
    visited.dedup();
    let pinned = |id: &ComponentId| {
        ctx.facts.placement.of(*id).is_some_and(|deployment| is_pinned(ctx, deployment, domain))
    };
    visited.into_iter().filter(pinned).collect()
}

/// Components as a sentence lists them: `a`, `b` and 3 more.
pub(super) fn names(ctx: &RuleContext<'_>, components: &[ComponentId]) -> String {
    let name = |id: &ComponentId| format!("`{}`", ctx.model.path(*id));
    match components {
        [] => String::new(),
        [one] => name(one),
        [one, two] => format!("{} and {}", name(one), name(two)),
        [one, two, three] => format!("{}, {} and {}", name(one), name(two), name(three)),
        [one, two, rest @ ..] => format!("{}, {} and {} more", name(one), name(two), rest.len()),
    }
}
