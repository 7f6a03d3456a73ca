//! Replicas that are called at an address.
//!
//! ## What it finds
//!
//! A compute component of two or more replicas that another compute component calls (`->`) directly: no front, broker or name
//! service stands between, and the caller calls no `registry`. All such components are told together, at the first of them.
//!
//! ## Why it matters
//!
//! Somebody has to pick one of the replicas and notice that it has moved. Without discovery or a balancer that is an address in a
//! configuration, which is wrong after the next deployment, and all calls go to one replica.
//!
//! ## How to mend it
//!
//! A balancer before it, or a `registry` that the caller asks; or say how a replica is picked: `algorithm`, `health_check`.
//!
//! ## When it stays silent
//!
//! Where both stand in one `cluster`, which brings discovery; on a callee that is `managed`, a `function`, or has an `algorithm` or a
//! `health_check`. Without `replicas` of the callee it is not assessed.
//!
//! ## Source
//!
//! Taibi and Lenarduzzi, On the Definition of Microservice Bad Smells: Hard-Coded Endpoints.
//!
//! ## Examples
//!
//! ```arch,fail
//! service shop
//! service stock { replicas = 3 }
//! shop -> stock { timeout = 1s }
//! ```
//!
//! ```arch,pass
//! service shop
//! load_balancer lb
//! service stock { replicas = 3 }
//! shop -> lb -> stock { timeout = 1s }
//! ```
//!
//! ```arch,pass
//! service shop
//! registry discovery
//! service stock { replicas = 3 }
//! shop -> discovery { phase = start  timeout = 1s }
//! shop -> stock { timeout = 1s }
//! ```

use super::outage::names;
use super::terms::{is_on, replicas_are_given};
use super::{Category, Finding, Findings, Need, Rule, RuleContext};
use crate::diagnostic::Severity;
use crate::model::{AttrId, ComponentId, ConnectionId, GroupKind, Kind};
use crate::syntax::ast::Operator;

pub(super) static RULE: Rule = Rule {
    code: "CO005",
    name: "endpoint-based-call",
    category: Category::Coupling,
    severities: &[Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::REPLICAS)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    // once for each: a hub's many calls would be read again for each of its callees
    let guided: Vec<bool> = ctx.model.components.ids().map(|id| asks_the_way(ctx, id)).collect();
    for (id, component) in ctx.model.components.enumerate() {
        let attrs = &component.attrs;
        let picked = attrs.is_true(AttrId::MANAGED)
            || component.kind == Kind::Function
            || attrs.has(AttrId::ALGORITHM)
            || is_on(attrs, AttrId::HEALTH_CHECK);
        if !component.kind.is_compute() || picked {
            continue;
        }
        let is_direct = |call: &ConnectionId| is_direct(ctx, *call, id, &guided);
        let calls: Vec<ConnectionId> = ctx.incoming(id).iter().copied().filter(is_direct).collect();
        if calls.is_empty() {
            continue;
        }
        if ctx.replicas(id) >= 2 {
            findings.push(finding(ctx, id, &calls));
        } else if !replicas_are_given(component) {
            findings.not_assessed(id, AttrId::REPLICAS);
        }
    }
}

/// Whether a compute component makes a call that nothing shows the way.
fn is_direct(ctx: &RuleContext<'_>, call: ConnectionId, callee: ComponentId, guided: &[bool]) -> bool {
    let it = &ctx.model.connections[call];
    let Some(caller) = it.caller().filter(|caller| *caller != callee) else { return false };
    it.op == Operator::Call
        && ctx.model.components[caller].kind.is_compute()
        && guided.get(caller.index()) == Some(&false)
        && !share_a_cluster(ctx, caller, callee)
}

/// Whether a component calls a registry or a name service.
fn asks_the_way(ctx: &RuleContext<'_>, caller: ComponentId) -> bool {
    let shows = |id: ComponentId| matches!(ctx.model.components[id].kind, Kind::Registry | Kind::Dns);
    ctx.outgoing(caller).iter().any(|connection| {
        let it = &ctx.model.connections[*connection];
        it.op == Operator::Call && it.callee().is_some_and(shows)
    })
}

fn share_a_cluster(ctx: &RuleContext<'_>, a: ComponentId, b: ComponentId) -> bool {
    let clusters = |id: ComponentId| {
        let around = ctx.model.ancestors(ctx.model.components[id].header.parent);
        around.filter(|group| ctx.model.groups[*group].kind == GroupKind::Cluster)
    };
    clusters(a).any(|cluster| clusters(b).any(|other| other == cluster))
}

fn finding(ctx: &RuleContext<'_>, id: ComponentId, calls: &[ConnectionId]) -> Finding {
    let (name, n) = (ctx.model.path(id), ctx.replicas(id));
    let mut callers: Vec<ComponentId> =
        calls.iter().filter_map(|call| ctx.model.connections[*call].caller()).collect();
    callers.sort_unstable();
    callers.dedup();
    let message = format!(
        "{} call{} `{name}` directly, n = {n} ≥ 2: nothing says which of its replicas is called, or that one has moved",
        names(ctx, &callers),
        if callers.len() == 1 { "s" } else { "" }
    );
    let mut finding = Finding::new(Severity::Warning, id, message)
        .help("put a balancer before it or ask a `registry`, or say how a replica is picked (`algorithm`, `health_check`)")
        .witness(calls.iter().map(|call| ctx.connection_step(*call)))
        .resting_on(name, &ctx.model.components[id].attrs, &[AttrId::REPLICAS])
        .hits_all(calls.iter().flat_map(|call| ctx.flows_through(*call)));
    for call in calls {
        finding = finding.and(*call);
    }
    finding
}
