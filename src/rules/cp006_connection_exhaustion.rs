//! More connections than a component accepts.
//!
//! ## What it finds
//!
//! The pools of all direct callers, Σ n·`pool` (of a function `concurrency`·`pool`), against the `max_connections` of one node.
//! With `peers = all`, n − 1 connections to the others and its own pools against its own `max_connections`, or n − 1 against
//! its `concurrency`.
//!
//! ## Why it matters
//!
//! A scale-out that looks harmless opens a pool for each new replica. Beyond the limit new connections are refused, and
//! callers block in line for one.
//!
//! ## How to mend it
//!
//! Smaller pools, or a pooling `proxy` between: then its pool counts alone.
//!
//! ## When it stays silent
//!
//! Without `pool` on the calls (or `peers`), and without a limit, it is not assessed.
//!
//! ## Source
//!
//! M. Nygard, Release It!, Blocked Threads.
//!
//! ## Examples
//!
//! ```arch,fail
//! service shop { replicas = 4..20 }
//! database orders { max_connections = 100 }
//! shop -> orders { pool = 10 }
//! ```
//!
//! ```arch,pass
//! service shop { replicas = 4..20 }
//! proxy pooler
//! database orders { max_connections = 100 }
//! shop -> pooler { pool = 10 }
//! pooler -> orders { pool = 40 }
//! ```

use super::{Category, Finding, Findings, Need, Rule, RuleContext};
use crate::analysis::load::connections::holders;
use crate::diagnostic::Severity;
use crate::model::attributes::words::Peers;
use crate::model::{AttrId, ComponentId};
use crate::units::format_count;

pub(super) static RULE: Rule = Rule {
    code: "CP006",
    name: "connection-exhaustion",
    category: Category::Capacity,
    severities: &[Severity::Error],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::POOL), Need::Attribute(AttrId::MAX_CONNECTIONS)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for id in ctx.model.components.ids() {
        check_callers(ctx, findings, id);
        if ctx.model.components[id].attrs.word(AttrId::PEERS) == Some(Peers::All) {
            check_peers(ctx, findings, id);
        }
    }
}

fn check_callers(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId) {
    let attrs = &ctx.model.components[id].attrs;
    let limit = attrs.count(AttrId::MAX_CONNECTIONS);
    let mut parts = Vec::new();
    let mut assumed = Vec::new();
    let mut demand = 0.0;
    // a caller has one pool to a callee, whatever it asks through it
    let mut pools: Vec<(ComponentId, u64)> = Vec::new();
    for connection in ctx.incoming(id) {
        let it = &ctx.model.connections[*connection];
        let Some(caller) = it.caller() else { continue };
        let Some(pool) = it.attrs.count(AttrId::POOL) else {
            if limit.is_some() && !ctx.model.components[caller].kind.is_actor() {
                findings.not_assessed(*connection, AttrId::POOL);
            }
            continue;
        };
        match pools.iter_mut().find(|(known, _)| *known == caller) {
            Some((_, largest)) => *largest = pool.max(*largest),
            None => pools.push((caller, pool)),
        }
    }
    for (caller, pool) in pools {
        let (holders, of) = holders(ctx.model, &ctx.facts.placement, caller);
        demand += holders as f64 * pool as f64;
        let name = ctx.model.path(caller);
        parts.push(format!("{}·{pool} of `{name}`", format_count(holders as f64)));
        assumed.push((name, caller, of));
    }
    if parts.is_empty() {
        return;
    }
    let Some(limit) = limit else { return findings.not_assessed(id, AttrId::MAX_CONNECTIONS) };
    if demand <= limit as f64 {
        return;
    }
    let name = ctx.model.path(id);
    let message = format!(
        "`{name}` runs out of connections: {} = {} > {}, the `max_connections` of one node",
        parts.join(" + "),
        format_count(demand),
        format_count(limit as f64)
    );
    let mut finding = Finding::new(Severity::Error, id, message)
        .help("smaller pools, or a pooling `proxy` between, whose pool alone then counts")
        .resting_on(name, attrs, &[AttrId::MAX_CONNECTIONS])
        .hits_all(ctx.flows_of(id).iter().copied());
    for (name, caller, of) in assumed {
        finding = finding.resting_on(name, &ctx.model.components[caller].attrs, &[of]);
    }
    findings.push(finding);
}

/// Every replica talks to every other, and holds its pools besides.
fn check_peers(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId) {
    let attrs = &ctx.model.components[id].attrs;
    let name = ctx.model.path(id);
    let others = ctx.replicas(id).saturating_sub(1);
    let pools: u64 =
        ctx.outgoing(id).iter().filter_map(|it| ctx.model.connections[*it].attrs.count(AttrId::POOL)).sum();
    let limit = attrs.count(AttrId::MAX_CONNECTIONS);
    let concurrency = attrs.count(AttrId::CONCURRENCY);
    if limit.is_none() && concurrency.is_none() {
        return findings.not_assessed(id, AttrId::MAX_CONNECTIONS);
    }
    let (message, figure) = match (limit, concurrency) {
        (Some(limit), _) if others.saturating_add(pools) > limit => {
            let sum = others.saturating_add(pools);
            let message = format!(
                "each replica of `{name}` talks to all others: n − 1 + pools = {others} + {pools} = {sum} > {limit}, its \
                 `max_connections`"
            );
            (message, AttrId::MAX_CONNECTIONS)
        }
        (_, Some(concurrency)) if others > concurrency => {
            let message = format!(
                "each replica of `{name}` talks to all others: n − 1 = {others} > {concurrency}, its `concurrency`"
            );
            (message, AttrId::CONCURRENCY)
        }
        _ => return,
    };
    let finding = Finding::new(Severity::Error, id, message)
        .help("fewer, larger replicas, or a broker or registry between them in place of `peers = all`")
        .resting_on(name, attrs, &[figure, AttrId::REPLICAS])
        .hits_all(ctx.flows_of(id).iter().copied());
    findings.push(finding);
}
