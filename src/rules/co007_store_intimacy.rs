//! A service in somebody else's store.
//!
//! ## What it finds
//!
//! A compute component that calls a store whose `owner` (or enclosing `team`) is another. An error where it writes, or does not say
//! its `access`; a warning where it only reads.
//!
//! ## Why it matters
//!
//! The tables become an interface that their owner does not know of. The next change of a column is an outage of a team that was
//! not asked.
//!
//! ## How to mend it
//!
//! Ask the owner's API, or keep a copy of one's own that its events fill.
//!
//! ## When it stays silent
//!
//! Where both have one owner. Where the owner of either is unknown it is not assessed.
//!
//! ## Source
//!
//! Taibi and Lenarduzzi, On the Definition of Microservice Bad Smells: Inappropriate Service Intimacy.
//!
//! ## Examples
//!
//! ```arch,fail
//! service reports { owner = finance }
//! database orders { owner = shop }
//! reports -> orders
//! ```
//!
//! ```arch,pass
//! service reports { owner = finance }
//! database ledger { owner = finance }
//! reports -> ledger { access = write }
//! ```

use super::terms::{access_is_known, writes};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Usage};
use crate::diagnostic::Severity;
use crate::model::{AttrId, ConnectionId};
use crate::syntax::ast::Operator;

pub(super) static RULE: Rule = Rule {
    code: "CO007",
    name: "store-intimacy",
    category: Category::Coupling,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::OWNER)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, it) in ctx.model.connections.enumerate() {
        let (Operator::Call | Operator::Message, Some(caller), Some(store)) = (it.op, it.caller(), it.callee())
        else {
            continue;
        };
        let kinds = (ctx.model.components[caller].kind, ctx.model.components[store].kind);
        if !kinds.0.is_compute() || !kinds.1.is_store() {
            continue;
        }
        match (ctx.model.owner(caller), ctx.model.owner(store)) {
            (Some(user), Some(owner)) if user != owner => findings.push(finding(ctx, id, &user, &owner)),
            (Some(_), Some(_)) => {}
            (user, owner) => {
                for (end, known) in [(caller, user), (store, owner)] {
                    if known.is_none() {
                        findings.not_assessed(end, AttrId::OWNER);
                    }
                }
            }
        }
    }
}

fn finding(ctx: &RuleContext<'_>, id: ConnectionId, user: &str, owner: &str) -> Finding {
    let it = &ctx.model.connections[id];
    let (caller, store) = (ctx.model.endpoint_path(it.from), ctx.model.endpoint_path(it.to));
    let usages = ctx.usages(id);
    let reads_only = |usage: &Usage<'_>| access_is_known(usage.attrs) && !writes(usage.attrs);
    let does = match &usages {
        all if all.iter().all(reads_only) => "reads",
        all if all.iter().any(|usage| writes(usage.attrs)) => "writes",
        _ => "may write (no `access`)",
    };
    let severity_of = |usage: &Usage<'_>| if reads_only(usage) { Severity::Warning } else { Severity::Error };
    let severity = usages.iter().map(severity_of).max().unwrap_or(Severity::Error);
    let message = format!("`{caller}` of `{user}` {does} `{store}`, which `{owner}` owns: `{user}` ≠ `{owner}`");
    let step = ctx.connection_step(id);
    let mut finding = Finding::new(severity, id, message)
        .help(format!("ask the API of `{owner}`, or keep a copy of your own that its events fill"))
        .step(step.span, step.message);
    for usage in &usages {
        if let Some(at) = usage.call {
            finding = finding.hits_at(at.0, severity_of(usage)).in_step(ctx.call(at).span);
        }
    }
    finding
}
