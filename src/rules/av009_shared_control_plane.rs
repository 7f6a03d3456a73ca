//! One control plane on which half of the design stands.
//!
//! ## What it finds
//!
//! A registry, identity provider, secret store, scheduler or name service, or anything that `fails_with` names, which at least half of
//! the compute and front components, and at least three, call hard (at the start or for requests) or fail with, without
//! `static_stability`. Both limits are ours.
//!
//! ## Why it matters
//!
//! Control planes are built for change, data planes for staying up. When each request, or each start, asks the control plane, its
//! outage is an outage of everything, and everything that comes back asks it at once.
//!
//! ## How to mend it
//!
//! Keep the last good answer and go on with it (`static_stability = true`), fail open where that is safe, or part the control plane into
//! cells.
//!
//! ## When it stays silent
//!
//! On components with `static_stability`; for calls that are `optional` or have a `fallback`.
//!
//! ## Source
//!
//! AWS Well-Architected, REL11-BP04 and REL11-BP05.
//!
//! ## Examples
//!
//! ```arch,fail
//! registry control
//! gateway edge
//! service orders
//! service stock
//! [edge, orders, stock] -> control { timeout = 1s  phase = start }
//! ```
//!
//! ```arch,fail
//! service control
//! service orders { fails_with = [control] }
//! service stock { fails_with = [control] }
//! service prices { fails_with = [control] }
//! ```
//!
//! ```arch,pass
//! registry control
//! gateway edge { static_stability = true }
//! service orders { static_stability = true }
//! service stock
//! [edge, orders, stock] -> control { timeout = 1s  phase = start }
//! ```

use std::collections::BTreeMap;

use super::outage::names;
use super::terms::is_hard;
use super::{Category, Finding, Findings, Rule, RuleContext, Subject, Threshold};
use crate::diagnostic::Severity;
use crate::model::{AttrId, ComponentId, ConnectionId, ElementRef, FlowId, Kind};
use crate::units::{format_count, format_share};

const PART: Threshold = Threshold {
    key: "part",
    default: 0.5,
    unit: "share of the compute and front components",
    meaning: "from here on a control plane is shared by too many",
};
const LEAST: Threshold =
    Threshold { key: "least", default: 3.0, unit: "components", meaning: "fewer than these are no matter" };

pub(super) static RULE: Rule = Rule {
    code: "AV009",
    name: "shared-control-plane",
    category: Category::Availability,
    severities: &[Severity::Warning],
    thresholds: &[PART, LEAST],
    silences: &[],
    needs: &[],
    expects: &[AttrId::STATIC_STABILITY],
    check,
};

/// Who needs a control plane, and the call that shows it, unless it is by `fails_with`.
type Needed = BTreeMap<ElementRef, BTreeMap<ComponentId, Option<ConnectionId>>>;

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let counts = |id: ComponentId| {
        let kind = ctx.model.components[id].kind;
        kind.is_compute() || kind.is_front()
    };
    let all = ctx.model.components.ids().filter(|id| counts(*id)).count();
    for (plane, callers) in needed(ctx, counts) {
        // a control plane is none of those that need it
        let own = matches!(plane, ElementRef::Component(id) if counts(id));
        let others = all - usize::from(own);
        let (some, all) = (callers.len() as f64, others as f64);
        if some >= ctx.threshold(&LEAST) && some >= ctx.threshold(&PART) * all * (1.0 - 1e-12) {
            findings.push(finding(ctx, plane, &callers, others));
        }
    }
}

/// The control planes with the components that cannot do without them.
fn needed(ctx: &RuleContext<'_>, counts: impl Fn(ComponentId) -> bool) -> Needed {
    let mut needed = Needed::new();
    let named: Vec<ElementRef> = ctx
        .model
        .components
        .iter()
        .flat_map(|it| it.attrs.refs(AttrId::FAILS_WITH))
        .map(|reference| reference.target)
        .collect();
    let is_plane = |id: ComponentId| {
        matches!(
            ctx.model.components[id].kind,
            Kind::Registry | Kind::Identity | Kind::SecretStore | Kind::Scheduler | Kind::Dns
        )
    };
    let mut planes: Vec<bool> = ctx.model.components.ids().map(is_plane).collect();
    for target in &named {
        if let ElementRef::Component(id) = target
            && let Some(plane) = planes.get_mut(id.index())
        {
            *plane = true;
        }
    }
    for (id, component) in ctx.model.components.enumerate().filter(|(id, _)| counts(*id)) {
        if component.attrs.is_true(AttrId::STATIC_STABILITY) {
            continue;
        }
        for connection in ctx.outgoing(id) {
            let it = &ctx.model.connections[*connection];
            let Some(callee) = it.callee().filter(|callee| *callee != id) else { continue };
            let hard = ctx.usages(*connection).iter().any(|usage| is_hard(it.op, usage.attrs));
            if hard && planes.get(callee.index()) == Some(&true) {
                let callers = needed.entry(ElementRef::Component(callee)).or_default();
                callers.entry(id).or_insert(Some(*connection));
            }
        }
        for reference in component.attrs.refs(AttrId::FAILS_WITH) {
            if reference.target != ElementRef::Component(id) {
                needed.entry(reference.target).or_default().entry(id).or_insert(None);
            }
        }
    }
    needed
}

fn finding(
    ctx: &RuleContext<'_>,
    plane: ElementRef,
    callers: &BTreeMap<ComponentId, Option<ConnectionId>>,
    all: usize,
) -> Finding {
    let subject = match plane {
        ElementRef::Component(id) => Subject::Component(id),
        ElementRef::Group(id) => Subject::Group(id),
        _ => Subject::System,
    };
    let ids: Vec<ComponentId> = callers.keys().copied().collect();
    let mut flows: Vec<FlowId> = ids.iter().flat_map(|id| ctx.flows_that_require(*id)).copied().collect();
    flows.sort_unstable();
    flows.dedup();
    let lost = match flows.as_slice() {
        [] => String::new(),
        flows => format!(", and with them {}", ctx.flow_names(flows)),
    };
    let (some, least) = (format_count(ids.len() as f64), format_count(ctx.threshold(&LEAST)));
    let message = format!(
        "without `{}`{} {some} ≥ {least} of {all} compute and front components stop, {} ≥ {} ({}){lost}",
        subject.name(ctx),
        size(ctx, plane),
        format_share(ids.len() as f64 / all.max(1) as f64),
        format_share(ctx.threshold(&PART)),
        names(ctx, &ids)
    );
    let steps = callers.iter().map(|(id, call)| match call {
        Some(call) => ctx.connection_step(*call),
        None => crate::diagnostic::Remark {
            span: ctx.model.components[*id].header.name_span,
            message: format!("`{}` fails with `{}`", ctx.model.path(*id), subject.name(ctx)),
        },
    });
    Finding::new(Severity::Warning, subject, message)
        .help("keep the last good answer and go on with it (`static_stability = true`), or part it into cells")
        .witness(steps.take(SHOWN))
        .hits_all(flows)
}

/// So many callers are shown.
const SHOWN: usize = 24;

/// The replicas and zones of a control plane.
fn size(ctx: &RuleContext<'_>, plane: ElementRef) -> String {
    let ElementRef::Component(id) = plane else { return String::new() };
    let zones = ctx.facts.placement.of(id).map_or(0, |deployment| deployment.zones().len());
    match zones {
        0 => format!(" (n = {})", ctx.replicas(id)),
        1 => format!(" (n = {}, in 1 zone)", ctx.replicas(id)),
        zones => format!(" (n = {}, in {zones} zones)", ctx.replicas(id)),
    }
}
