//! A write that is tried again although doing it twice is not doing it once.
//!
//! ## What it finds
//!
//! `retries` ≥ 1 on a connection that writes (`access` = `write`, `read_write`, or `writes`), or on a `~>` into a broker. An
//! error with `idempotent = false`, a warning where `idempotent` is absent.
//!
//! ## Why it matters
//!
//! A timeout does not say whether the write happened. Each retry after one that did is a second order, a second payment, a
//! second message: about λ·P(timeout) of them a second.
//!
//! ## How to mend it
//!
//! Send a key with the request by which the callee knows it again, and say `idempotent = true`. Else do not retry.
//!
//! ## When it stays silent
//!
//! With `idempotent = true`, on reads, and without retries. A call to which nothing says whether it writes is not assessed.
//!
//! ## Source
//!
//! AWS Well-Architected, REL04-BP04.
//!
//! ## Examples
//!
//! ```arch,fail
//! service shop
//! service payments
//! shop -> payments { access = write  retries = 3  idempotent = false }
//! ```
//!
//! ```arch,fail
//! service shop
//! queue orders
//! shop ~> orders { retries = 3 }
//! ```
//!
//! ```arch,pass
//! service shop
//! service payments
//! service stock
//! shop -> payments { access = write  retries = 3  idempotent = true }
//! shop -> stock { access = read  retries = 3 }
//! ```

use super::terms::{access_is_known, writes};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Usage, edits};
use crate::diagnostic::Severity;
use crate::model::{AttrId, ConnectionId};
use crate::syntax::ast::Operator;
use crate::units::{format_count, format_rate};

pub(super) static RULE: Rule = Rule {
    code: "RS006",
    name: "non-idempotent-retries",
    category: Category::Resilience,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::RETRIES), Need::Attribute(AttrId::ACCESS)],
    expects: &[AttrId::IDEMPOTENT],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, connection) in ctx.model.connections.enumerate() {
        let Some(callee) = connection.callee() else { continue };
        let into_broker = connection.op == Operator::Message && ctx.model.components[callee].kind.is_broker();
        if !into_broker && !matches!(connection.op, Operator::Call | Operator::Message) {
            continue;
        }
        for usage in ctx.usages(id) {
            let attrs = usage.attrs;
            let may_write = into_broker || writes(attrs) || !access_is_known(attrs);
            if !may_write || attrs.is_true(AttrId::IDEMPOTENT) {
                continue;
            }
            match attrs.count(AttrId::RETRIES) {
                None => findings.not_assessed(id, AttrId::RETRIES),
                Some(0) => {}
                Some(_) if !into_broker && !writes(attrs) => findings.not_assessed(id, AttrId::ACCESS),
                Some(retries) => findings.push(finding(ctx, id, &usage, retries)),
            }
        }
    }
}

fn finding(ctx: &RuleContext<'_>, id: ConnectionId, usage: &Usage<'_>, retries: u64) -> Finding {
    let connection = &ctx.model.connections[id];
    let said = usage.attrs.flag(AttrId::IDEMPOTENT);
    let severity = if said == Some(false) { Severity::Error } else { Severity::Warning };
    let state = match said {
        Some(false) => "`idempotent = false`",
        _ => "nothing says that it is `idempotent`",
    };
    let rate = ctx.facts.load.connection(id).and_then(|load| load.peak).filter(|rate| *rate > 0.0);
    let duplicates = match rate {
        Some(rate) => {
            let (rate, lost) = (format_rate(rate), format_rate(rate / 1000.0));
            format!("λ·P(timeout) = {rate}·P(timeout) are done twice, {lost} of them where one in a thousand times out")
        }
        None => "λ·P(timeout) are done twice".to_owned(),
    };
    let does = if connection.op == Operator::Message { "sends" } else { "writes" };
    let message = format!(
        "`{}` {does} with `retries` = {} ≥ 1, and {state}: about {duplicates}",
        ctx.connection_name(id),
        format_count(retries as f64)
    );
    let mut finding = Finding::new(severity, id, message)
        .help("send an idempotency key and say `idempotent = true`, or do not retry");
    let (title, wanted) = match said {
        Some(_) => ("do not try it again", (AttrId::RETRIES, "0")),
        None => ("say that it is idempotent, once it is", (AttrId::IDEMPOTENT, "true")),
    };
    finding = finding.mend(title, edits::set_on_call(ctx, id, usage.step(ctx), &[wanted]));
    match usage.call {
        Some(at) => finding.hits(at.0).in_step(ctx.call(at).span),
        None => finding,
    }
}
