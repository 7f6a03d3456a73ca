//! The monitor goes down with what it watches, or has nothing to hold it against.
//!
//! ## What it finds
//!
//! For each element in the `watches` of a component: the watcher reaches it by hard calls, or one zone, cluster, other failure domain or
//! `fails_with` target takes down both: a warning. One region takes down both: a note. A critical flow without any `slo`: a note.
//!
//! ## Why it matters
//!
//! In the outage that matters most the alerts stay silent, as the monitor stands in the same rack. Silence looks like health.
//!
//! ## How to mend it
//!
//! Watch from another domain, and probe from outside as a user would; something else has to notice when the monitor is gone.
//!
//! ## When it stays silent
//!
//! Where a monitor does not say what it `watches`, it is not assessed.
//!
//! ## Source
//!
//! AWS Well-Architected, REL06; that alerts must survive what they tell of is our reading.
//!
//! ## Examples
//!
//! ```arch,fail
//! region eu {
//!   zone a
//!   service shop { zones = [a] }
//!   monitor eye { zones = [a]  watches = [shop] }
//! }
//! ```
//!
//! ```arch,fail
//! client app
//! service shop
//! flow buy {
//!   criticality = high
//!   app -> shop
//! }
//! ```
//!
//! ```arch,pass
//! region eu { service shop }
//! region us { monitor eye { watches = [shop] } }
//! ```

use super::outage::is_pinned;
use super::terms::is_hard;
use super::{Category, Finding, Findings, Need, Rule, RuleContext};
use crate::analysis::availability::DomainIx;
use crate::analysis::placement::Deployment;
use crate::diagnostic::{Remark, Severity};
use crate::graph::ComponentGraph;
use crate::model::{AttrId, ComponentId, ElementRef, Kind};

pub(super) static RULE: Rule = Rule {
    code: "OB003",
    name: "monitor-in-shared-fate",
    category: Category::Observability,
    severities: &[Severity::Warning, Severity::Note],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::WATCHES), Need::Attribute(AttrId::CRITICALITY)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let mut graph: Option<ComponentGraph> = None;
    for (id, component) in ctx.model.components.enumerate() {
        if component.attrs.has(AttrId::WATCHES) {
            let graph = graph.get_or_insert_with(|| hard_calls(ctx));
            check_watcher(ctx, findings, graph, id);
        } else if component.kind == Kind::Monitor {
            findings.not_assessed(id, AttrId::WATCHES);
        }
    }
    for (id, flow) in ctx.model.flows.enumerate().filter(|(id, _)| ctx.is_critical(*id)) {
        if flow.objectives.is_empty() && ctx.model.objectives.is_empty() {
            let name = &flow.header.name;
            let message = format!("the flow `{name}` has `criticality` = `high` and no objective: nothing says when it is bad");
            let finding = Finding::new(Severity::Note, id, message);
            findings.push(finding.help("say what users may expect: `slo availability >= 99.9%`").hits(id));
        }
    }
}

fn hard_calls(ctx: &RuleContext<'_>) -> ComponentGraph {
    ComponentGraph::of(ctx.model, |id, it| ctx.usages(id).iter().any(|usage| is_hard(it.op, usage.attrs)))
}

/// Why a watcher does not tell of the loss of what it watches.
struct Doubt {
    severity: Severity,
    watched: ComponentId,
    why: String,
    witness: Vec<Remark>,
}

fn check_watcher(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, graph: &ComponentGraph, id: ComponentId) {
    let mut watched: Vec<ComponentId> = Vec::new();
    for reference in ctx.model.components[id].attrs.refs(AttrId::WATCHES) {
        match reference.target {
            ElementRef::Component(other) => watched.push(other),
            ElementRef::Group(group) => {
                let is_in = |other: &ComponentId| {
                    let parent = ctx.model.components[*other].header.parent;
                    ctx.model.ancestors(parent).any(|around| around == group)
                };
                watched.extend(ctx.model.components.ids().filter(is_in));
            }
            _ => {}
        }
    }
    watched.sort_unstable();
    watched.dedup();
    watched.retain(|other| *other != id);
    let doubts: Vec<Doubt> = watched.iter().filter_map(|other| doubt(ctx, graph, id, *other)).collect();
    let Some(severity) = doubts.iter().map(|doubt| doubt.severity).max() else { return };
    let worst: Vec<&Doubt> = doubts.iter().filter(|doubt| doubt.severity == severity).collect();
    let Some(first) = worst.first() else { return };
    let path = ctx.model.path(id);
    let more = match worst.len() {
        1 => String::new(),
        more => format!("; the same holds for {} more", more - 1),
    };
    let message = format!(
        "`{path}` may not tell when `{}` is gone: {}{more}",
        ctx.model.path(first.watched),
        first.why
    );
    let mut finding = Finding::new(severity, id, message)
        .help("watch from another failure domain, and probe from outside as a user would")
        .witness(first.witness.clone());
    for doubt in worst {
        finding = finding.and(doubt.watched);
    }
    findings.push(finding);
}

fn doubt(ctx: &RuleContext<'_>, graph: &ComponentGraph, id: ComponentId, other: ComponentId) -> Option<Doubt> {
    let (path, name) = (ctx.model.path(id), ctx.model.path(other));
    let spans = [id, other].map(|it| ctx.model.components[it].header.name_span);
    if let Some(steps) = graph.shortest_path(id, other) {
        let witness = steps.iter().map(|step| ctx.connection_step(step.connection)).collect();
        let why = match steps.len() {
            1 => "it reaches it by a hard call, and fails when that does".to_owned(),
            several => format!("it reaches it by {several} hard calls, and fails when they do"),
        };
        return Some(Doubt { severity: Severity::Warning, watched: other, why, witness });
    }
    let placement = &ctx.facts.placement;
    let (own, its) = (placement.of(id)?, placement.of(other)?);
    let stands = |words: &str| {
        let remark = |span, name: &str| Remark { span, message: format!("`{name}` {words}") };
        vec![remark(spans[0], path), remark(spans[1], name)]
    };
    if let Some(target) = shared_target(id, own, other, its) {
        let target = ctx.model.path(target);
        let why = format!("both fail with `{target}`");
        let witness = stands(&format!("fails with `{target}`, or is it"));
        return Some(Doubt { severity: Severity::Warning, watched: other, why, witness });
    }
    let mut shared = (0..placement.domains.len() as u32)
        .map(DomainIx)
        .filter(|ix| is_pinned(ctx, own, *ix) && is_pinned(ctx, its, *ix))
        .map(|ix| (placement.is_region(ctx.model, ix), ix));
    let (region, domain) = shared.clone().find(|(region, _)| !region).or_else(|| shared.next())?;
    let domain = placement.domain_path(domain);
    let kind = if region { "region " } else { "" };
    let why = format!("the loss of {kind}`{domain}` takes down both");
    let severity = if region { Severity::Note } else { Severity::Warning };
    let witness = stands(&format!("does not survive the loss of `{domain}`"));
    Some(Doubt { severity, watched: other, why, witness })
}

/// A component with which both fail; one of the two where the other fails with it.
fn shared_target(id: ComponentId, own: &Deployment, other: ComponentId, its: &Deployment) -> Option<ComponentId> {
    let targets = |of: ComponentId, deployment: &Deployment| {
        let mut targets = deployment.fails_with_components.clone();
        targets.push(of);
        targets
    };
    let others = targets(other, its);
    targets(id, own).into_iter().find(|target| others.contains(target))
}
