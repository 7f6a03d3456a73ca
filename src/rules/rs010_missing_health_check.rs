//! Replicas of which the balancer does not notice that they are gone.
//!
//! ## What it finds
//!
//! A load balancer, gateway, proxy or registry that calls a compute component of two or more replicas without `health_check`.
//!
//! ## Why it matters
//!
//! A replica that hangs keeps its place in the rotation: one call in n goes to it and is lost, until somebody looks.
//!
//! ## How to mend it
//!
//! A shallow check of liveness, often and with a short timeout, that answers without asking what the component depends on; and
//! a balancer that sends to all when all seem to be down.
//!
//! ## When it stays silent
//!
//! On a component that is `managed`, or a `function`: the provider looks after those. Of a range of `replicas` the upper end counts.
//!
//! ## Source
//!
//! AWS Well-Architected, REL11-BP01.
//!
//! ## Examples
//!
//! ```arch,fail
//! load_balancer lb
//! service shop { replicas = 4 }
//! lb -> shop
//! ```
//!
//! ```arch,pass
//! load_balancer lb
//! service shop { replicas = 4  health_check = true }
//! lb -> shop
//! ```

use super::outage::names;
use super::terms::is_on;
use super::{Category, Finding, Findings, Rule, RuleContext, edits};
use crate::diagnostic::Severity;
use crate::model::{AttrId, ComponentId, ConnectionId, Kind};
use crate::syntax::ast::Operator;
use crate::units::format_share;

pub(super) static RULE: Rule = Rule {
    code: "RS010",
    name: "missing-health-check",
    category: Category::Resilience,
    severities: &[Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[],
    expects: &[AttrId::HEALTH_CHECK],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate() {
        let looked_after = component.attrs.is_true(AttrId::MANAGED) || component.kind == Kind::Function;
        let checked = is_on(&component.attrs, AttrId::HEALTH_CHECK);
        if !component.kind.is_compute() || looked_after || checked || ctx.replicas(id) < 2 {
            continue;
        }
        let calls: Vec<ConnectionId> = ctx.incoming(id).iter().copied().filter(|it| spreads(ctx, *it)).collect();
        if !calls.is_empty() {
            findings.push(finding(ctx, id, &calls));
        }
    }
}

/// Whether a call picks one of several replicas.
fn spreads(ctx: &RuleContext<'_>, id: ConnectionId) -> bool {
    let it = &ctx.model.connections[id];
    let picks = |kind| matches!(kind, Kind::LoadBalancer | Kind::Gateway | Kind::Proxy | Kind::Registry);
    it.op == Operator::Call && it.caller().is_some_and(|caller| picks(ctx.model.components[caller].kind))
}

fn finding(ctx: &RuleContext<'_>, id: ComponentId, calls: &[ConnectionId]) -> Finding {
    let component = &ctx.model.components[id];
    let (name, n) = (ctx.model.path(id), ctx.replicas(id));
    let mut callers: Vec<ComponentId> =
        calls.iter().filter_map(|call| ctx.model.connections[*call].caller()).collect();
    callers.sort_unstable();
    callers.dedup();
    let message = format!(
        "{} calls `{name}`, n = {n} ≥ 2, and nothing checks whether a replica is gone (`health_check`): with one gone, 1/n = {} of the \
         calls are lost",
        names(ctx, &callers),
        format_share(1.0 / n as f64)
    );
    let finding = Finding::new(Severity::Warning, id, message)
        .help("check liveness from the balancer, shallow and often, and let it send to all when all seem down")
        .witness(calls.iter().map(|call| ctx.connection_step(*call)))
        .resting_on(name, &component.attrs, &[AttrId::REPLICAS])
        .hits_all(calls.iter().flat_map(|call| ctx.flows_through(*call)));
    finding.mend("say that it is checked, once it is", edits::set(ctx, id, &[(AttrId::HEALTH_CHECK, "true")]))
}
