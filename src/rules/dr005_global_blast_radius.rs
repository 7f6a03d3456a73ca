//! One push of a bad version takes everything down at once.
//!
//! ## What it finds
//!
//! `rollout = all` on a component with at least two replicas, or a managed one, whose loss fails at least half of the flows. Or
//! `deployment = recreate`, which stops all replicas before it starts the new ones, on a component without which a flow fails that
//! has an objective of at least 99.9 %.
//!
//! ## Why it matters
//!
//! Replicas and zones help against what breaks one of them. A configuration that reaches all of them in a second is one
//! failure, and most large outages are such a push.
//!
//! ## How to mend it
//!
//! Stages (one replica, one zone, one region), each watched before the next; cells; a switch that turns a feature off.
//!
//! ## When it stays silent
//!
//! Without `rollout` or `deployment` it is not assessed.
//!
//! ## Source
//!
//! Azure Well-Architected, OE:11, on safe deployment; the half is a heuristic of ours.
//!
//! ## Examples
//!
//! ```arch,fail
//! client app
//! service shop { replicas = 6  rollout = all }
//! app -> shop
//! ```
//!
//! ```arch,fail
//! client app
//! service shop { replicas = 2  deployment = recreate }
//! flow buy {
//!   slo availability >= 99.9%
//!   app -> shop
//! }
//! ```
//!
//! ```arch,pass
//! client app
//! service shop { replicas = 6  rollout = staged  deployment = rolling }
//! app -> shop
//! ```

use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold, edits};
use crate::diagnostic::Severity;
use crate::model::attributes::words::{Deployment, Rollout};
use crate::model::{AttrId, ComponentId, FlowId};
use crate::units::{format_count, format_share};

const SHARE: Threshold =
    Threshold { key: "share", default: 0.5, unit: "share of the flows", meaning: "from here on a push to all hits too many" };

/// An objective from which on a stop for each version is too much.
const OBJECTIVE: f64 = 0.999;

pub(super) static RULE: Rule = Rule {
    code: "DR005",
    name: "global-blast-radius",
    category: Category::Recovery,
    severities: &[Severity::Warning],
    thresholds: &[SHARE],
    silences: &[],
    needs: &[Need::Attribute(AttrId::ROLLOUT), Need::Attribute(AttrId::DEPLOYMENT)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate() {
        if component.kind.is_actor() || ctx.flows_of(id).is_empty() {
            continue;
        }
        let failing = ctx.flows_that_require(id);
        check_rollout(ctx, findings, id, failing);
        check_deployment(ctx, findings, id, failing);
    }
}

fn check_rollout(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId, failing: &[FlowId]) {
    let component = &ctx.model.components[id];
    let several = ctx.replicas(id) >= 2 || component.attrs.is_true(AttrId::MANAGED);
    let (hit, all) = (failing.len() as f64, ctx.model.flows.len() as f64);
    let share = ctx.threshold(&SHARE);
    if !several || failing.is_empty() || exceeds(share * all, hit) {
        return;
    }
    match component.attrs.word::<Rollout>(AttrId::ROLLOUT) {
        None => findings.not_assessed(id, AttrId::ROLLOUT),
        Some(Rollout::Staged) => {}
        Some(Rollout::All) => {
            let path = &component.header.path;
            let message = format!(
                "one bad push reaches all of `{path}` at once (`rollout` = `all`) and fails {}: {} of {} flows ≥ {}",
                ctx.flow_names(failing),
                format_count(hit),
                format_count(all),
                format_share(share)
            );
            findings.push(told(ctx, id, message, failing, "push in stages, zone by zone, and watch each: `rollout = staged`"));
        }
    }
}

fn check_deployment(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId, failing: &[FlowId]) {
    let strict = |flow: &FlowId| ctx.slo_availability(*flow).is_some_and(|slo| !exceeds(OBJECTIVE, slo));
    let strict: Vec<FlowId> = failing.iter().copied().filter(strict).collect();
    let Some(slo) = strict.iter().filter_map(|flow| ctx.slo_availability(*flow)).reduce(f64::max) else { return };
    let component = &ctx.model.components[id];
    match component.attrs.word::<Deployment>(AttrId::DEPLOYMENT) {
        None if !component.attrs.is_true(AttrId::MANAGED) => findings.not_assessed(id, AttrId::DEPLOYMENT),
        Some(Deployment::Recreate) => {
            let path = &component.header.path;
            let message = format!(
                "every new version stops all of `{path}` first (`deployment` = `recreate`), though {} may be down for {} at the most: {} ≥ {}",
                ctx.flow_names(&strict),
                super::outage::minutes(1.0 - slo),
                format_share(slo),
                format_share(OBJECTIVE)
            );
            findings.push(told(ctx, id, message, &strict, "replace the replicas one after another: `deployment = rolling`"));
        }
        _ => {}
    }
}

fn told(ctx: &RuleContext<'_>, id: ComponentId, message: String, flows: &[FlowId], help: &str) -> Finding {
    let witness = flows.first().map_or_else(Vec::new, |flow| ctx.path_to_component(*flow, id));
    let attrs = &ctx.model.components[id].attrs;
    let mut wanted = Vec::new();
    if attrs.word::<Rollout>(AttrId::ROLLOUT) == Some(Rollout::All) {
        wanted.push((AttrId::ROLLOUT, "staged"));
    }
    if attrs.word::<Deployment>(AttrId::DEPLOYMENT) == Some(Deployment::Recreate) {
        wanted.push((AttrId::DEPLOYMENT, "rolling"));
    }
    Finding::new(Severity::Warning, id, message)
        .mend("replace the replicas bit by bit", edits::set(ctx, id, &wanted))
        .help(help).hits_all(flows.iter().copied()).witness(witness)
}
