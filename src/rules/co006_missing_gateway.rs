//! A client that knows the services one by one.
//!
//! ## What it finds
//!
//! An outside actor that calls (`->`) two or more services or functions directly.
//!
//! ## Why it matters
//!
//! Every split, merge and rename of a service breaks clients that nobody can update, and sign-in, limits and encryption are done, or
//! forgotten, once for each.
//!
//! ## How to mend it
//!
//! A gateway, or a backend for this kind of client, as the one address that it knows.
//!
//! ## When it stays silent
//!
//! On one service reached directly, on calls through a gateway, load balancer, proxy, CDN or WAF, on alternatives (`us_api | eu_api`), and
//! on `persistent` connections.
//!
//! ## Source
//!
//! Taibi and Lenarduzzi, On the Definition of Microservice Bad Smells: No API Gateway.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service orders
//! service stock
//! browser -> [orders, stock]
//! ```
//!
//! ```arch,pass
//! client browser
//! gateway api
//! service orders
//! service stock
//! browser -> api -> [orders, stock]
//! ```

use super::outage::names;
use super::{Category, Finding, Findings, Rule, RuleContext};
use crate::diagnostic::Severity;
use crate::model::{AttrId, ComponentId, ConnectionId, Kind};
use crate::syntax::ast::Operator;

pub(super) static RULE: Rule = Rule {
    code: "CO006",
    name: "missing-gateway",
    category: Category::Coupling,
    severities: &[Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for actor in ctx.model.components.ids().filter(|id| ctx.is_outside(*id)) {
        let calls: Vec<(ConnectionId, ComponentId)> =
            ctx.outgoing(actor).iter().filter_map(|id| Some((*id, direct(ctx, *id)?))).collect();
        let mut entries: Vec<ComponentId> = calls.iter().map(|(_, entry)| *entry).collect();
        entries.sort_unstable();
        entries.dedup();
        // alternatives are one entry: the same service in two regions
        let mut roles: Vec<_> = calls
            .iter()
            .map(|(call, entry)| match ctx.model.connections[*call].alternatives {
                Some(alternatives) => (Some(alternatives), None),
                None => (None, Some(*entry)),
            })
            .collect();
        roles.sort_unstable();
        roles.dedup();
        if entries.len() < 2 || roles.len() < 2 {
            continue;
        }
        let message = format!(
            "`{}` calls {} services directly, {} ≥ 2: {}",
            ctx.model.path(actor),
            entries.len(),
            entries.len(),
            names(ctx, &entries)
        );
        let mut finding = Finding::new(Severity::Warning, actor, message)
            .help("let it call one gateway, or a backend of its own, that passes its calls on")
            .witness(calls.iter().map(|(call, _)| ctx.connection_step(*call)))
            .hits_all(calls.iter().flat_map(|(call, _)| ctx.flows_through(*call)));
        for entry in entries {
            finding = finding.and(entry);
        }
        findings.push(finding);
    }
}

/// The service or function that a connection calls, unless it stays open.
fn direct(ctx: &RuleContext<'_>, id: ConnectionId) -> Option<ComponentId> {
    let it = &ctx.model.connections[id];
    let callee = it.callee()?;
    let stays_open = ctx.usages(id).iter().any(|usage| usage.attrs.is_true(AttrId::PERSISTENT));
    let is_service = matches!(ctx.model.components[callee].kind, Kind::Service | Kind::Function);
    (it.op == Operator::Call && is_service && !stays_open).then_some(callee)
}
