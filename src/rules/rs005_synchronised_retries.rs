//! Retries that all come at the same moment.
//!
//! ## What it finds
//!
//! A connection with `retries` of 1 or more whose `backoff` is not `exponential`, or which has no `jitter`. An error from 5
//! retries on without any `backoff`, else a warning.
//!
//! ## Why it matters
//!
//! Callers that failed together try again together. Each wave of n·r tries finds the callee where the last one left it, and
//! without a growing pause the waves follow each other as fast as the callee can refuse them.
//!
//! ## How to mend it
//!
//! A capped exponential `backoff` with full `jitter`: each caller then picks its pause at random between nothing and the cap.
//!
//! ## When it stays silent
//!
//! With `wait = first`, where a second try is a hedge. Without `retries` it is not assessed; an absent `backoff` or `jitter`
//! counts as none.
//!
//! ## Source
//!
//! M. Brooker, Timeouts, retries and backoff with jitter, Amazon Builders' Library.
//!
//! ## Examples
//!
//! ```arch,fail
//! service shop { replicas = 6 }
//! service stock
//! shop -> stock { timeout = 1s  retries = 3  backoff = fixed }
//! ```
//!
//! ```arch,fail
//! service shop { replicas = 6 }
//! service stock
//! shop -> stock { timeout = 1s  retries = 5 }
//! ```
//!
//! ```arch,pass
//! service shop { replicas = 6 }
//! service stock
//! shop -> stock { timeout = 1s  retries = 3  backoff = exponential  jitter = true }
//! ```

use super::{Category, Finding, Findings, Need, Rule, RuleContext, Usage, edits};
use crate::diagnostic::Severity;
use crate::model::attributes::Word;
use crate::model::attributes::words::{Backoff, Wait};
use crate::model::{AttrId, ComponentId, ConnectionId};
use crate::syntax::ast::Operator;
use crate::units::format_count;

pub(super) static RULE: Rule = Rule {
    code: "RS005",
    name: "synchronised-retries",
    category: Category::Resilience,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::RETRIES)],
    expects: &[AttrId::BACKOFF, AttrId::JITTER],
    check,
};

/// From so many retries on a pause of nothing is an error.
const MANY: u64 = 5;

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, connection) in ctx.model.connections.enumerate() {
        let (Some(caller), Operator::Call | Operator::Message) = (connection.caller(), connection.op) else {
            continue;
        };
        for usage in ctx.usages(id) {
            let attrs = usage.attrs;
            let backoff = attrs.word(AttrId::BACKOFF).unwrap_or(Backoff::None);
            let spread = backoff == Backoff::Exponential && attrs.is_true(AttrId::JITTER);
            if spread || attrs.word(AttrId::WAIT) == Some(Wait::First) {
                continue;
            }
            match attrs.count(AttrId::RETRIES) {
                None => findings.not_assessed(id, AttrId::RETRIES),
                Some(0) => {}
                Some(retries) => findings.push(finding(ctx, id, caller, &usage, (retries, backoff))),
            }
        }
    }
}

fn finding(
    ctx: &RuleContext<'_>,
    id: ConnectionId,
    caller: ComponentId,
    usage: &Usage<'_>,
    (retries, backoff): (u64, Backoff),
) -> Finding {
    let connection = &ctx.model.connections[id];
    let is_error = retries >= MANY && backoff == Backoff::None;
    let (severity, least) = if is_error { (Severity::Error, MANY) } else { (Severity::Warning, 1) };
    let jitter = usage.attrs.is_true(AttrId::JITTER);
    let how = match (backoff, jitter) {
        (Backoff::Exponential, _) => "`jitter` is not true".to_owned(),
        (_, true) => format!("`backoff` is {}", backoff.as_str()),
        (_, false) => format!("`backoff` is {} and `jitter` is not true", backoff.as_str()),
    };
    let callee = ctx.model.endpoint_path(connection.to);
    let r = format_count(retries as f64);
    let burst = match callers(ctx, caller) {
        Some(n) => {
            let (sum, all) = (format_count(n * retries as f64), format_count(n));
            let who = if n > 1.0 { format!("of all n = {all} callers come together") } else { "come at once".to_owned() };
            format!("the tries {who}: n·r = {all}·{r} = {sum} a wave of failures")
        }
        None if retries == 1 => "each caller's second try comes at the same moment".to_owned(),
        None => format!("the {r} tries of every caller come together"),
    };
    let message = format!(
        "`{}` has `retries` = {r} ≥ {least}, but {how}: when `{callee}` stumbles, {burst}",
        ctx.connection_name(id)
    );
    let mut finding = Finding::new(severity, id, message)
        .help("let the pauses grow and be picked at random: `backoff = exponential  jitter = true`");
    let mut wanted = vec![(AttrId::BACKOFF, "exponential"), (AttrId::JITTER, "true")];
    wanted.retain(|(key, _)| match *key {
        AttrId::BACKOFF => backoff != Backoff::Exponential,
        _ => !jitter,
    });
    finding = finding.mend("spread the retries", edits::set_on_call(ctx, id, usage.step(ctx), &wanted));
    match usage.call {
        Some(at) => finding.hits(at.0).in_step(ctx.call(at).span),
        None => finding,
    }
}

/// How many call: replicas, or users where these are known.
fn callers(ctx: &RuleContext<'_>, caller: ComponentId) -> Option<f64> {
    let component = &ctx.model.components[caller];
    match component.kind.is_actor() {
        true => component.attrs.count(AttrId::USERS).map(|users| users as f64),
        false => Some(ctx.replicas(caller) as f64),
    }
}
