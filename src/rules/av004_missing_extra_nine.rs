//! A dependency that uses up too much of the flow's error budget.
//!
//! ## What it finds
//!
//! A component c without which a flow fails, whose own unavailability is more than a tenth of what the objective allows:
//! U_c > (1 − SLO)/10. Its replicas count, the domains that hold them do not.
//!
//! ## Why it matters
//!
//! A flow has many such dependencies, and their outages add up. The rule of thumb is one nine more for each of them than for
//! what depends on it.
//!
//! ## How to mend it
//!
//! A better agreement or more replicas, a cache before it, or a flow that goes on without it.
//!
//! ## When it stays silent
//!
//! Without `slo availability`, and without `availability`, or `mtbf` with `mttr`, of the component, it is not assessed.
//!
//! ## Source
//!
//! B. Treynor and others, The Calculus of Service Availability, ACM Queue 2017.
//!
//! ## Examples
//!
//! ```arch,fail
//! client shopper
//! service shop { replicas = 3  availability = 99.9% }
//! external bank { availability = 99.9% }
//! flow pay {
//!   slo availability >= 99.8%
//!   shopper -> shop -> bank
//! }
//! ```
//!
//! ```arch,pass
//! client shopper
//! service shop { replicas = 3  availability = 99.9% }
//! external bank { availability = 99.99% }
//! flow pay {
//!   slo availability >= 99.8%
//!   shopper -> shop -> bank
//! }
//! ```

use super::outage::{Outages, minutes, own_unavailability};
use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext};
use crate::diagnostic::Severity;
use crate::model::{AttrId, ComponentId, FlowId, Metric};
use crate::units::format_share;

pub(super) static RULE: Rule = Rule {
    code: "AV004",
    name: "missing-extra-nine",
    category: Category::Availability,
    severities: &[Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Objective(Metric::Availability), Need::Attribute(AttrId::AVAILABILITY)],
    expects: &[],
    check,
};

/// Dependencies among which the budget is thought to be divided.
const DEPENDENCIES: f64 = 10.0;

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let outages = Outages::new(ctx);
    for flow in ctx.model.flows.ids() {
        let Some(slo) = ctx.slo_availability(flow) else {
            findings.not_assessed(flow, Metric::Availability);
            continue;
        };
        let required = ctx.facts.reliability.of(flow).map_or(&[][..], |it| &it.required);
        for id in required {
            if let Some(finding) = check_component(ctx, findings, (flow, slo), *id) {
                findings.push(finding.witness(outages.path_to(ctx, flow, *id)));
            }
        }
    }
}

fn check_component(
    ctx: &RuleContext<'_>,
    findings: &mut Findings<'_>,
    (flow, slo): (FlowId, f64),
    id: ComponentId,
) -> Option<Finding> {
    let attrs = &ctx.model.components[id].attrs;
    let has = |id| attrs.beyond_default(id).is_some();
    let figures: &[AttrId] = match () {
        () if has(AttrId::AVAILABILITY) => &[AttrId::AVAILABILITY],
        () if has(AttrId::MTBF) && has(AttrId::MTTR) => &[AttrId::MTBF, AttrId::MTTR],
        () => {
            findings.not_assessed(id, AttrId::AVAILABILITY);
            return None;
        }
    };
    let deployment = ctx.facts.placement.of(id)?;
    let (down, budget) = (own_unavailability(deployment), 1.0 - slo);
    if !exceeds(down, budget / DEPENDENCIES) {
        return None;
    }
    let name = ctx.model.path(id);
    let share = if budget > 0.0 { format_share(down / budget) } else { "all".to_owned() };
    let message = format!(
        "`{name}` lacks a nine: it is down for {}, {share} of what `{}` allows, U = {} > (1 − {})/10 = {}",
        minutes(down),
        ctx.model.flows[flow].header.name,
        format_share(down),
        format_share(slo),
        format_share(budget / DEPENDENCIES)
    );
    let finding = Finding::new(Severity::Warning, id, message)
        .help("a better agreement or more replicas, a cache before it, or a flow that goes on without it")
        .hits(flow);
    Some(finding.resting_on(name, attrs, figures))
}
