//! Users fetch from afar, or in bulk, what could lie next to them.
//!
//! ## What it finds
//!
//! A flow from an outside actor that reads and passes no `cdn`. With a `payload` of at least 100 kB on its first connection: a warning.
//! With an `rtt` of at least 100 ms there: a note.
//!
//! ## Why it matters
//!
//! Light needs its time; a page that asks ten times over an ocean waits a second for nothing else. And each byte that leaves
//! the data centre is billed.
//!
//! ## How to mend it
//!
//! A content delivery network before the entry, for what many users fetch.
//!
//! ## When it stays silent
//!
//! Where the flow writes, or carries sensitive data. Without `payload` or `rtt`, or where no step says its `access`, it is not assessed.
//!
//! ## Source
//!
//! S. Eskildsen, napkin-math, on round trips and egress; both limits are heuristics of ours.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service site
//! flow look { browser -> site { payload = 2MB  access = read } }
//! ```
//!
//! ```arch,pass
//! client browser
//! cdn edge
//! service site
//! flow look {
//!   browser -> edge { payload = 2MB }
//!   edge -> site { access = read }
//! }
//! ```

use super::secrets::Carried;
use super::terms::{access_is_known, exceeds, is_sensitive, reads, writes};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold};
use crate::diagnostic::Severity;
use crate::model::{AttrId, CallId, FlowId, Kind};
use crate::syntax::ast::Operator;
use crate::units::{MONTH, format_size, format_time};

const PAYLOAD: Threshold =
    Threshold { key: "payload", default: 100_000.0, unit: "bytes", meaning: "from here on a reading wants a cdn" };
const RTT: Threshold =
    Threshold { key: "rtt", default: 0.1, unit: "seconds", meaning: "from here on users are far away" };

pub(super) static RULE: Rule = Rule {
    code: "LT007",
    name: "missing-edge-cache",
    category: Category::Latency,
    severities: &[Severity::Warning, Severity::Note],
    thresholds: &[PAYLOAD, RTT],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::PAYLOAD),
        Need::Attribute(AttrId::RTT),
        Need::Attribute(AttrId::ACCESS),
    ],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let carried = Carried::new(ctx, is_sensitive);
    for (id, flow) in ctx.model.flows.enumerate() {
        let is_cdn = |component| ctx.model.components[component].kind == Kind::Cdn;
        let writes = flow.calls.iter().any(|call| writes(&call.attrs));
        if flow.visits.iter().any(|visit| is_cdn(visit.component)) || writes || !carried.by_flow(id).is_empty() {
            continue;
        }
        let roots = flow.roots.iter().filter(|root| ctx.is_outside(flow.visits[**root].component));
        let groups = roots.flat_map(|root| flow.visits[*root].groups.iter());
        let firsts: Vec<CallId> = groups.flat_map(|group| flow.groups[*group].calls.iter().copied()).collect();
        for first in firsts {
            check_first(ctx, findings, id, first);
        }
    }
}

/// A connection by which a flow that writes nothing comes in.
fn check_first(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: FlowId, first: CallId) {
    let flow = &ctx.model.flows[id];
    let call = &flow.calls[first];
    if ctx.model.connections[call.connection].op != Operator::Call
        || ctx.model.components[ctx.callee((id, first))].kind.is_actor()
    {
        return;
    }
    let (payload, rtt) = (call.attrs.bytes(AttrId::PAYLOAD), call.attrs.seconds(AttrId::RTT));
    let large = payload.filter(|payload| !exceeds(ctx.threshold(&PAYLOAD), *payload));
    let far = rtt.filter(|rtt| !exceeds(ctx.threshold(&RTT), *rtt));
    if large.is_none() && far.is_none() {
        if payload.is_none() {
            findings.not_assessed(call.connection, AttrId::PAYLOAD);
        }
        if rtt.is_none() {
            findings.not_assessed(call.connection, AttrId::RTT);
        }
        return;
    }
    if !flow.calls.iter().any(|call| reads(&call.attrs)) {
        if !flow.calls.iter().any(|call| access_is_known(&call.attrs)) {
            findings.not_assessed(call.connection, AttrId::ACCESS);
        }
        return;
    }
    let severity = if large.is_some() { Severity::Warning } else { Severity::Note };
    let mut whys: Vec<String> = Vec::new();
    if let Some(payload) = large {
        let limit = format_size(ctx.threshold(&PAYLOAD));
        let average = ctx.facts.load.connection(call.connection).and_then(|load| load.average);
        let month = average.filter(|rate| *rate > 0.0).map_or_else(String::new, |rate| {
            format!(", {} of egress a month", format_size(rate * payload * MONTH))
        });
        whys.push(format!("`payload` = {} ≥ {limit}{month}", format_size(payload)));
    }
    if let Some(rtt) = far {
        let limit = format_time(ctx.threshold(&RTT));
        whys.push(format!("`rtt` = {} ≥ {limit}, which each round trip would save", format_time(rtt)));
    }
    let message = format!(
        "`{}` only reads, and no `cdn` is on its way: {}",
        flow.header.name,
        whys.join("; ")
    );
    findings.push(
        Finding::new(severity, call.connection, message)
            .help("put a `cdn` before the entry, for what many users fetch")
            .witness([ctx.step(id, first)])
            .in_step(call.span)
            .hits(id),
    );
}
