//! Services that call each other in a circle and wait.
//!
//! ## What it finds
//!
//! Compute components that reach each other over `->`, or one that reaches itself; fronts (load balancer, gateway, proxy, CDN,
//! WAF) are looked through. An error where one path of a flow closes the circle, or where the file has no flows and the
//! connections do; a warning where no flow closes it alone.
//!
//! A front passes a call on as the flows show it: a gateway that leads `a` to `b` in one flow and `c` to `a` in another does
//! not make a circle of `a`. What no flow takes may meet anything there; but a component that calls a gateway which leads to
//! others as well is not taken to call itself.
//!
//! ## Why it matters
//!
//! Each waits for the others, so none can be deployed, scaled or repaired alone, and threads that wait for each other end in
//! deadlock when a pool runs dry. A call makes Πp further calls of itself on its way round (the product of `share`, `calls`,
//! `fanout` and misses): the load is 1/(1−Πp) of what it was, and has no bound where the spectral radius of the calls is 1.
//!
//! ## How to mend it
//!
//! Let one of them send an event (`~>`) in the place of its call, or move what both need into a third.
//!
//! ## When it stays silent
//!
//! Where a broker, a store or an external lies in the circle: those do not call back by themselves.
//!
//! ## Source
//!
//! Taibi and Lenarduzzi, On the Definition of Microservice Bad Smells: Cyclic Dependency.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service orders
//! service stock
//! browser -> orders
//! orders -> stock
//! stock -> orders
//! ```
//!
//! ```arch,fail
//! client browser
//! service orders
//! service stock
//! flow buy { browser -> orders -> stock }
//! flow refill { browser -> stock -> orders }
//! ```
//!
//! ```arch,pass
//! client browser
//! service orders
//! service stock
//! topic changes
//! browser -> orders
//! orders -> stock
//! stock ~> changes
//! changes ~> orders
//! ```
//!
//! ```arch,pass
//! client browser
//! gateway api
//! service orders
//! service stock
//! flow buy {
//!   browser -> api -> orders
//!   orders -> api -> stock
//! }
//! ```

use super::{Category, Finding, Findings, Rule, RuleContext};
use crate::analysis::coupling::{Circle, Closing};
use crate::diagnostic::{Remark, Severity};
use crate::model::{ComponentId, FlowId};
use crate::units::format_count;

pub(super) static RULE: Rule = Rule {
    code: "CO001",
    name: "sync-cycle",
    category: Category::Coupling,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for circle in &ctx.facts.coupling.circles {
        if let Some(finding) = finding(ctx, circle) {
            findings.push(finding);
        }
    }
}

fn finding(ctx: &RuleContext<'_>, circle: &Circle) -> Option<Finding> {
    let (first, others) = circle.members.split_first()?;
    let by_graph = ctx.model.flows.iter().all(|flow| flow.implicit);
    let is_error = by_graph || !circle.closings.is_empty();
    let severity = if is_error { Severity::Error } else { Severity::Warning };
    let message = format!("{}{}: {}", who(ctx, circle), closed_by(ctx, circle, by_graph), gain(circle));
    let mut finding = Finding::new(severity, *first, message)
        .help("let one of them send an event in the place of its call, or move what both need into a third");
    for other in others {
        finding = finding.and(*other);
    }
    finding = match circle.closings.first() {
        Some(closing) => finding.witness(way_round(ctx, *closing)),
        None => finding.witness(circle.path.iter().map(|id| ctx.connection_step(*id))),
    };
    for flow in hit(ctx, circle, by_graph) {
        let closes = by_graph || circle.closings.iter().any(|closing| closing.flow == flow);
        finding = finding.hits_at(flow, if closes { Severity::Error } else { Severity::Warning });
    }
    Some(finding)
}

/// The flows that run into the circle.
fn hit(ctx: &RuleContext<'_>, circle: &Circle, by_graph: bool) -> Vec<FlowId> {
    let mut flows = circle.flows.clone();
    flows.extend(circle.closings.iter().map(|closing| closing.flow));
    if by_graph {
        flows.extend(circle.members.iter().flat_map(|member| ctx.flows_of(*member)));
    }
    flows.sort_unstable();
    flows.dedup();
    flows
}

fn who(ctx: &RuleContext<'_>, circle: &Circle) -> String {
    let name = |id: &ComponentId| format!("`{}`", ctx.model.path(*id));
    match circle.members.as_slice() {
        [only] => format!("{} calls itself and waits", name(only)),
        [one, two] => format!("{} and {} call each other and wait", name(one), name(two)),
        [one, two, three] => {
            format!("{}, {} and {} call each other in a circle and wait", name(one), name(two), name(three))
        }
        [one, two, rest @ ..] => {
            format!("{}, {} and {} more call each other in a circle and wait", name(one), name(two), rest.len())
        }
        [] => String::new(),
    }
}

fn closed_by(ctx: &RuleContext<'_>, circle: &Circle, by_graph: bool) -> String {
    let closing: Vec<FlowId> = circle.closings.iter().map(|closing| closing.flow).collect();
    match (closing.as_slice(), circle.flows.as_slice()) {
        _ if by_graph => String::new(),
        ([], []) => ", though no flow does so".to_owned(),
        ([], [one]) => format!(", by several paths of {} together", ctx.flow_names(&[*one])),
        ([], several) => format!(", by {} together, none of them alone", ctx.flow_names(several)),
        (flows, _) => format!(", within one path of {}", ctx.flow_names(flows)),
    }
}

fn gain(circle: &Circle) -> String {
    /// What power iteration may miss of 1.
    const EXACT: f64 = 1e-6;
    let product = format_count(circle.product);
    if circle.product >= 1.0 - 1e-12 {
        return format!("one call makes Πp = {product} ≥ 1 more of itself, so the load diverges if nothing ends it");
    }
    if let Some(radius) = circle.radius.filter(|radius| *radius >= 1.0 - EXACT) {
        let radius = format_count(radius);
        return format!("the spectral radius of their calls is {radius} ≥ 1, so the load diverges if nothing ends it");
    }
    let gain = format_count(1.0 / (1.0 - circle.product));
    format!("the load grows to 1/(1 − Πp) = 1/(1 − {product}) = {gain} times what comes in")
}

/// The path of a flow from the visit that waits to that of the same component.
fn way_round(ctx: &RuleContext<'_>, closing: Closing) -> Vec<Remark> {
    let flow = &ctx.model.flows[closing.flow];
    let mut steps = Vec::new();
    let mut at = closing.again;
    while at != closing.first {
        let Some(via) = flow.visits[at].via else { break };
        steps.push(ctx.step(closing.flow, via));
        at = flow.calls[via].caller;
    }
    steps.reverse();
    steps
}
