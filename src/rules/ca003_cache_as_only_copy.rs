//! Data that is nowhere but in a cache.
//!
//! ## What it finds
//!
//! Data that only caches without `durable = true` name in `stores`, and that no `=>` takes from them to a store.
//!
//! ## Why it matters
//!
//! A cache forgets: when it is full, when it restarts, when its node is replaced. What is nowhere else is then gone, however old
//! it is.
//!
//! ## How to mend it
//!
//! Keep the original in a durable store. Or make the cache one: an append-only file or snapshots, and replicas in other zones,
//! and say `durable = true`.
//!
//! ## When it stays silent
//!
//! On data that is `loss_ok` or `derived`; where a connection `writes` the data to a store.
//!
//! ## Source
//!
//! M. Kleppmann, Designing Data-Intensive Applications, ch. 1.
//!
//! ## Examples
//!
//! ```arch,fail
//! data session
//! service login
//! cache sessions { stores = [session] }
//! login -> sessions
//! ```
//!
//! ```arch,pass
//! data session
//! data page { derived = true }
//! service login
//! cache sessions { stores = [session]  durable = true }
//! cache pages { stores = [page] }
//! login -> [sessions, pages]
//! ```

use super::{Category, Finding, Findings, Rule, RuleContext};
use crate::diagnostic::Severity;
use crate::model::{AttrId, ComponentId, DataId, Kind};
use crate::syntax::ast::Operator;

pub(super) static RULE: Rule = Rule {
    code: "CA003",
    name: "cache-as-only-copy",
    category: Category::Caching,
    severities: &[Severity::Error],
    thresholds: &[],
    silences: &[],
    needs: &[],
    expects: &[AttrId::DURABLE],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let mut keepers: Vec<Vec<ComponentId>> = vec![Vec::new(); ctx.model.data.len()];
    for (id, component) in ctx.model.components.enumerate() {
        for data in component.attrs.data(AttrId::STORES) {
            if let Some(keepers) = keepers.get_mut(data.index()) {
                keepers.push(id);
            }
        }
    }
    let written = written_to_stores(ctx);
    for ((id, data), keepers) in ctx.model.data.enumerate().zip(&keepers) {
        let may_go = data.attrs.is_true(AttrId::LOSS_OK) || data.attrs.is_true(AttrId::DERIVED);
        let forgets = |id: &ComponentId| {
            let component = &ctx.model.components[*id];
            component.kind == Kind::Cache && !component.attrs.is_true(AttrId::DURABLE)
        };
        let is_safe = may_go || written.binary_search(&id).is_ok() || !keepers.iter().all(forgets);
        if !keepers.is_empty() && !is_safe && !keepers.iter().any(|keeper| is_copied(ctx, *keeper)) {
            findings.push(finding(ctx, id, keepers));
        }
    }
}

/// The data that some connection writes to a store.
fn written_to_stores(ctx: &RuleContext<'_>) -> Vec<DataId> {
    let mut written = Vec::new();
    for (id, connection) in ctx.model.connections.enumerate() {
        let to_store = connection.callee().is_some_and(|callee| ctx.model.components[callee].kind.is_store());
        if to_store {
            written.extend(ctx.usages(id).iter().flat_map(|usage| usage.attrs.data(AttrId::WRITES)));
        }
    }
    written.sort_unstable();
    written.dedup();
    written
}

/// Whether a `=>` takes what is in a cache to a store.
fn is_copied(ctx: &RuleContext<'_>, cache: ComponentId) -> bool {
    ctx.outgoing(cache).iter().any(|id| {
        let it = &ctx.model.connections[*id];
        it.op == Operator::Replicate
            && it.callee().is_some_and(|callee| ctx.model.components[callee].kind.is_store())
    })
}

fn finding(ctx: &RuleContext<'_>, id: DataId, keepers: &[ComponentId]) -> Finding {
    let mut flows: Vec<_> = keepers.iter().flat_map(|keeper| ctx.flows_of(*keeper)).copied().collect();
    flows.sort_unstable();
    flows.dedup();
    let path = &ctx.model.data[id].header.path;
    let message = format!(
        "`{path}` is nowhere but in {}, {}: no copy is durable, and a restart loses all of it, loss window ∞",
        super::outage::names(ctx, keepers),
        if keepers.len() == 1 { "a cache that is not `durable`" } else { "caches that are not `durable`" }
    );
    let mut finding = Finding::new(Severity::Error, id, message)
        .help("keep the original in a store; or an append-only file and replicas, and say `durable = true`; or, if it may be lost, `loss_ok = true`")
        .hits_all(flows);
    for keeper in keepers {
        let span = ctx.model.components[*keeper].header.name_span;
        finding = finding.and(*keeper).related(span, format!("`{}` stores it", ctx.model.path(*keeper)));
    }
    finding
}
