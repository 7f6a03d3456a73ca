//! More services and technologies than there are people to care for them.
//!
//! ## What it finds
//!
//! From six compute components on: more than five of them for each owner, more than three technologies for each owner, or at least
//! three technologies of one kind: a warning, once for the design. A compute component with one caller, one callee and no store: a
//! note.
//!
//! ## Why it matters
//!
//! Each service has its pipeline, its alerts, its dependencies to patch; each technology its failures at night. What two people
//! own in name, nobody owns. A service that only hands on adds a hop and nothing else.
//!
//! ## How to mend it
//!
//! Merge what changes together; agree on one technology for each purpose.
//!
//! ## When it stays silent
//!
//! With fewer than six compute components. Without an `owner` what is counted for each owner is not assessed. A component between
//! us and an `external` is an adapter, and one behind a broker has its own pace: no notes.
//!
//! ## Source
//!
//! Taibi, Lenarduzzi and Pahl, Microservices Anti-Patterns: Microservice Greedy; the limits are heuristics of ours.
//!
//! ## Examples
//!
//! ```arch,fail
//! team shop {
//!   service a
//!   service b
//!   service c
//!   service d
//!   service e
//!   service f
//! }
//! ```
//!
//! ```arch,pass
//! team shop {
//!   service a
//!   service b
//!   service c
//! }
//! team stock {
//!   service d
//!   service e
//!   service f
//! }
//! ```

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::{Category, Finding, Findings, Need, Rule, RuleContext, Subject, Threshold};
use crate::diagnostic::Severity;
use crate::model::{AttrId, Component, ComponentId, ConnectionId, Kind};
use crate::syntax::ast::Operator;
use crate::units::format_count;

const COMPONENTS: Threshold = Threshold {
    key: "components",
    default: 5.0,
    unit: "compute components an owner",
    meaning: "beyond it nobody cares for all of them",
};
const TECHNOLOGIES: Threshold = Threshold {
    key: "technologies",
    default: 3.0,
    unit: "technologies an owner",
    meaning: "beyond it nobody knows all of them",
};
const ALIKE: Threshold =
    Threshold { key: "alike", default: 3.0, unit: "technologies", meaning: "from here on one kind has too many" };

/// Compute components below which nothing sprawls.
const FEW: usize = 6;

pub(super) static RULE: Rule = Rule {
    code: "CX002",
    name: "sprawl",
    category: Category::Cost,
    severities: &[Severity::Warning, Severity::Note],
    thresholds: &[COMPONENTS, TECHNOLOGIES, ALIKE],
    silences: &[],
    needs: &[Need::Attribute(AttrId::OWNER)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let compute = ctx.model.components.iter().filter(|it| it.kind.is_compute()).count();
    if compute < FEW {
        return;
    }
    check_design(ctx, findings, compute);
    for (id, _) in ctx.model.components.enumerate().filter(|(_, it)| it.kind.is_compute()) {
        check_nano(ctx, findings, id);
    }
}

/// One name for all spellings of a technology.
fn technology(component: &Component) -> Option<SmolStr> {
    let tech = component.tech.as_ref()?;
    Some(tech.entry.map_or_else(|| tech.name.clone(), |entry| entry.name.as_str().into()))
}

fn check_design(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, compute: usize) {
    let ours = || ctx.model.components.enumerate().filter(|(_, it)| !it.kind.is_actor());
    let owners: BTreeSet<SmolStr> = ours().filter_map(|(id, _)| ctx.model.owner(id)).collect();
    let mut by_kind: BTreeMap<Kind, BTreeSet<SmolStr>> = BTreeMap::new();
    for (_, component) in ours() {
        if let Some(technology) = technology(component) {
            by_kind.entry(component.kind).or_default().insert(technology);
        }
    }
    let technologies: BTreeSet<&SmolStr> = by_kind.values().flatten().collect();
    let mut counts: Vec<String> = Vec::new();
    if owners.is_empty() {
        findings.not_assessed(Subject::System, AttrId::OWNER);
    } else {
        let too_many = |count: usize, threshold: &Threshold, what: &str| {
            let (count, each) = (count as f64, ctx.threshold(threshold));
            let most = each * owners.len() as f64;
            (count > most).then(|| {
                format!(
                    "{} {what} > {}·{} owners = {}",
                    format_count(count),
                    format_count(each),
                    owners.len(),
                    format_count(most)
                )
            })
        };
        counts.extend(too_many(compute, &COMPONENTS, "compute components"));
        counts.extend(too_many(technologies.len(), &TECHNOLOGIES, "technologies"));
    }
    let alike = ctx.threshold(&ALIKE);
    for (kind, technologies) in by_kind.iter().filter(|(_, it)| it.len() as f64 >= alike) {
        let names: Vec<&str> = technologies.iter().map(SmolStr::as_str).collect();
        counts.push(format!(
            "{} technologies for `{}` ({}) ≥ {}",
            names.len(),
            kind.as_str(),
            names.join(", "),
            format_count(alike)
        ));
    }
    if counts.is_empty() {
        return;
    }
    let message = format!("more parts than people can care for: {}", counts.join("; "));
    let mut finding = Finding::new(Severity::Warning, Subject::System, message)
        .help("merge what changes together, and agree on one technology for each purpose");
    if ctx.model.system.is_none()
        && let Some(first) = ctx.model.components.iter().find(|it| it.kind.is_compute())
    {
        finding = finding.at(first.header.name_span);
    }
    findings.push(finding);
}

/// A component that only hands on from one to one.
fn check_nano(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId) {
    let ends = |connections: &[ConnectionId], incoming: bool| {
        let end = |id: &ConnectionId| {
            let it = &ctx.model.connections[*id];
            let end = if incoming { it.caller() } else { it.callee() };
            (it.op == Operator::Call).then_some(end).flatten()
        };
        // anything but calls is more than handing on
        let ends: Option<BTreeSet<ComponentId>> = connections.iter().map(end).collect();
        ends.filter(|ends| ends.len() == 1).and_then(|ends| ends.into_iter().next())
    };
    let (Some(caller), Some(callee)) = (ends(ctx.incoming(id), true), ends(ctx.outgoing(id), false)) else {
        return;
    };
    let hands_on = |other: ComponentId| {
        let kind = ctx.model.components[other].kind;
        kind.is_compute() || kind.is_front()
    };
    if caller == id || callee == id || caller == callee || !hands_on(caller) || !hands_on(callee) {
        return;
    }
    let (path, from, to) = (ctx.model.path(id), ctx.model.path(caller), ctx.model.path(callee));
    let message = format!("`{path}` has one caller (`{from}`), one callee (`{to}`) and no store: if it only passes calls on, it adds a hop and nothing else");
    let steps = [ctx.incoming(id), ctx.outgoing(id)].concat();
    findings.push(
        Finding::new(Severity::Note, id, message)
            .help(format!("merge it into `{from}` or `{to}`"))
            .witness(steps.into_iter().map(|step| ctx.connection_step(step)))
            .hits_all(ctx.flows_of(id).iter().copied()),
    );
}
