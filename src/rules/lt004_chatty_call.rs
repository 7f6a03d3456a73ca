//! A run that calls the same thing again and again.
//!
//! ## What it finds
//!
//! More than five calls over one connection in one run of a flow, one after another: Σ `calls` over its steps.
//!
//! ## Why it matters
//!
//! Each call pays for the way and for the work: twelve queries of 5 ms in another zone take over 60 ms, one query for all twelve about
//! five. The caller's worker, and its connection, are held for as long.
//!
//! ## How to mend it
//!
//! Ask for all at once: a batch, a join, an interface made for the use.
//!
//! ## When it stays silent
//!
//! For `fanout` and lists, which are made at once, for alternatives and for messages.
//!
//! ## Source
//!
//! Azure Architecture Center, Chatty I/O antipattern; the threshold is a heuristic of ours.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service shop
//! database db { latency = 5ms }
//! flow list {
//!   browser -> shop
//!   shop -> db { calls = 12 }
//! }
//! ```
//!
//! ```arch,pass
//! client browser
//! service shop
//! database db { latency = 5ms }
//! flow list {
//!   browser -> shop
//!   shop -> db "the list"
//!   shop -> db "all of its items"
//! }
//! ```

use std::collections::BTreeMap;

use super::terms::exceeds;
use super::{Category, Finding, Findings, Rule, RuleContext, Threshold};
use crate::analysis::latency::own_work;
use crate::diagnostic::Severity;
use crate::model::{AttrId, CallId, ConnectionId, FlowId, GroupMode};
use crate::syntax::ast::Operator;
use crate::units::{format_count, format_time};

const CALLS: Threshold =
    Threshold { key: "calls", default: 5.0, unit: "calls", meaning: "beyond this a run calls one thing too often" };

pub(super) static RULE: Rule = Rule {
    code: "LT004",
    name: "chatty-call",
    category: Category::Latency,
    severities: &[Severity::Warning],
    thresholds: &[CALLS],
    silences: &[],
    needs: &[],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, flow) in ctx.model.flows.enumerate() {
        let mut sums: BTreeMap<ConnectionId, (f64, Vec<CallId>)> = BTreeMap::new();
        for group in flow.groups.iter().filter(|group| group.kind == GroupMode::One) {
            for call in &group.calls {
                let made = &flow.calls[*call];
                let at_once = made.attrs.count(AttrId::FANOUT).is_some_and(|fanout| fanout > 1);
                if ctx.model.connections[made.connection].op != Operator::Call || at_once {
                    continue;
                }
                let sum = sums.entry(made.connection).or_default();
                sum.0 += made.attrs.number(AttrId::CALLS).unwrap_or(1.0);
                sum.1.push(*call);
            }
        }
        for (connection, (calls, steps)) in sums {
            if exceeds(calls, ctx.threshold(&CALLS)) {
                findings.push(finding(ctx, id, connection, calls, &steps));
            }
        }
    }
}

fn finding(ctx: &RuleContext<'_>, id: FlowId, connection: ConnectionId, calls: f64, steps: &[CallId]) -> Finding {
    let flow = &ctx.model.flows[id];
    let (first, latency) = (steps.first().copied(), ctx.facts.latency.flow(id));
    let network = first.and_then(|call| latency?.trip(call)).map_or(0.0, |trip| trip.seconds);
    let callee = first.map(|call| ctx.callee((id, call)));
    let work = callee.and_then(|callee| own_work(&ctx.model.components[callee].attrs, &ctx.config.assumed));
    let count = format_count(calls);
    let cost = match (network > 0.0, work) {
        (true, Some((work, _))) => format!(
            ": {count}·({} + {}) = {}",
            format_time(network),
            format_time(work),
            format_time(calls * (network + work))
        ),
        (false, Some((work, _))) => format!(": {count}·{} = {}", format_time(work), format_time(calls * work)),
        (true, None) => {
            format!(": {count}·{} = {} on the way alone", format_time(network), format_time(calls * network))
        }
        (false, None) => String::new(),
    };
    let message = format!(
        "one run of `{}` makes {count} > {} calls `{}`, one after another{cost}",
        flow.header.name,
        format_count(ctx.threshold(&CALLS)),
        ctx.connection_name(connection),
    );
    let mut finding = Finding::new(Severity::Warning, connection, message)
        .help("ask for all at once: a batch, a join, or an interface made for this use")
        .hits(id);
    for step in steps {
        finding = finding.in_step(flow.calls[*step].span);
    }
    match first {
        Some(call) => finding.witness(ctx.path_to(id, flow.calls[call].target)),
        None => finding,
    }
}
