//! A request that waits for the slowest of many calls at once.
//!
//! ## What it finds
//!
//! w calls at once (`fanout`, or the ends of a list) that are all waited for, of which at least one is slower than its own p99 in
//! 5% of the requests or more: 1 − 0.99^w ≥ 0.05, from w = 6 on.
//!
//! ## Why it matters
//!
//! What is rare for one call is common for many: of 50 calls at once one is beyond its p99 in 39% of all requests. For the request to
//! keep a p99, each call must be within it at the quantile 0.99^(1/w).
//!
//! ## How to mend it
//!
//! Ask a second replica when the first is late (`wait = first`), go on when enough have answered (`wait = quorum`), or spread the data
//! over fewer parts.
//!
//! ## When it stays silent
//!
//! With `wait = first` or `quorum`, for messages, which nobody waits for, and for what a consumer of messages calls.
//!
//! ## Source
//!
//! Dean and Barroso, "The Tail at Scale", CACM 56(2), 2013; the threshold is a heuristic of ours.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service search
//! search_index parts
//! flow look {
//!   browser -> search
//!   search -> parts { fanout = 50 }
//! }
//! ```
//!
//! ```arch,pass
//! client browser
//! service search
//! search_index parts
//! flow look {
//!   browser -> search
//!   search -> parts { fanout = 50  wait = quorum }
//! }
//! ```

use super::terms::exceeds;
use super::{Category, Finding, Findings, Rule, RuleContext, Subject, Threshold};
use crate::analysis::formulas::any_slow;
use crate::diagnostic::{Remark, Severity};
use crate::model::attributes::words::Wait;
use crate::model::{AttrId, Attributes, CallId, GroupMode};
use crate::source::Span;
use crate::syntax::ast::Operator;
use crate::units::{format_count, format_share, round_significant};

const SLOW: Threshold = Threshold {
    key: "slow",
    default: 0.05,
    unit: "share of the requests",
    meaning: "from here on it is too often that one of the calls is beyond its p99",
};

pub(super) static RULE: Rule = Rule {
    code: "LT002",
    name: "tail-fanout",
    category: Category::Latency,
    severities: &[Severity::Warning],
    thresholds: &[SLOW],
    silences: &[],
    needs: &[],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, flow) in ctx.model.flows.enumerate() {
        // below a message, and in a flow that a broker starts, nobody waits for the slowest
        let awaited = ctx.awaited(id);
        for group in &flow.groups {
            if matches!(group.kind, GroupMode::AnyOf { .. }) {
                continue;
            }
            let waited = |call: &&CallId| {
                let made = &flow.calls[**call];
                let reached = awaited.get(call.index()).is_some_and(Option::is_some);
                reached && ctx.model.connections[made.connection].op == Operator::Call && waits_for_all(&made.attrs)
            };
            let calls: Vec<CallId> = group.calls.iter().filter(waited).copied().collect();
            let width: f64 = calls.iter().map(|call| fanout(&flow.calls[*call].attrs)).sum();
            let subject: Subject = match calls.as_slice() {
                [] => continue,
                [only] => flow.calls[*only].connection.into(),
                _ => flow.visits[group.caller].component.into(),
            };
            if let Some(finding) = finding(ctx, subject, width, group.span) {
                let steps: Vec<Remark> = calls.iter().take(1).map(|call| ctx.step(id, *call)).collect();
                findings.push(finding.witness(ctx.path_to(id, group.caller)).witness(steps).hits(id));
            }
        }
    }
    for (id, connection) in ctx.model.connections.enumerate().filter(|(id, _)| ctx.calls_of(*id).is_empty()) {
        if connection.op == Operator::Call && waits_for_all(&connection.attrs) {
            let finding = finding(ctx, id.into(), fanout(&connection.attrs), connection.from_span.to(connection.to_span));
            if let Some(finding) = finding {
                findings.push(finding.witness([ctx.connection_step(id)]));
            }
        }
    }
}

fn fanout(attrs: &Attributes) -> f64 {
    attrs.count(AttrId::FANOUT).unwrap_or(1) as f64
}

fn waits_for_all(attrs: &Attributes) -> bool {
    matches!(attrs.word(AttrId::WAIT), None | Some(Wait::All))
}

fn finding(ctx: &RuleContext<'_>, subject: Subject, width: f64, step: Span) -> Option<Finding> {
    let slow = any_slow(0.01, width);
    let limit = ctx.threshold(&SLOW);
    if width < 2.0 || exceeds(limit, slow) {
        return None;
    }
    let (name, many) = (subject.name(ctx), format_count(width));
    let message = format!(
        "`{name}` waits for all of {many} calls at once: in 1 − 0.99^{many} = {} ≥ {} of the requests one is beyond its p99; to keep \
         a p99 each must be within it at 0.99^(1/{many}) = {}",
        format_share(round_significant(slow, 3)),
        format_share(limit),
        format_share(0.99f64.powf(1.0 / width)),
    );
    let finding = Finding::new(Severity::Warning, subject, message).in_step(step);
    Some(finding.help("ask again when one is late (`wait = first`), go on with enough answers (`wait = quorum`), or use fewer parts"))
}
