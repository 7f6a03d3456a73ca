//! A commit that waits for many, far or foreign parts.
//!
//! ## What it finds
//!
//! The `transaction = two_phase` steps of one caller in a flow, fronts looked through, end at three or more components, in two or more
//! regions, or at two or more `vendor`s.
//!
//! ## Why it matters
//!
//! All of them must be up to commit, so their availabilities multiply; each holds its locks for two round trips to the farthest; and
//! a coordinator that dies between the phases leaves the locks of all where they are.
//!
//! ## How to mend it
//!
//! A saga with compensations, or one local transaction and an outbox for the rest.
//!
//! ## When it stays silent
//!
//! Where all steps end at one store, sharded or not. Steps that do not say how their `transaction` works are not assessed where others
//! of the same caller do.
//!
//! ## Source
//!
//! M. Kleppmann, Designing Data-Intensive Applications, ch. 9.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service shop
//! database orders
//! database stock
//! database points
//! flow buy {
//!   browser -> shop
//!   shop -> orders { access = write  transaction = two_phase }
//!   shop -> stock  { access = write  transaction = two_phase }
//!   shop -> points { access = write  transaction = two_phase }
//! }
//! ```
//!
//! ```arch,pass
//! client browser
//! service shop
//! database orders
//! database stock
//! flow buy {
//!   browser -> shop
//!   shop -> orders { access = write  transaction = two_phase }
//!   shop -> stock  { access = write  transaction = two_phase }
//! }
//! ```

use std::collections::BTreeMap;

use super::outage::{names, own_unavailability};
use super::writing::{ends, exclude_each_other};
use super::{Category, Finding, Findings, Need, Rule, RuleContext};
use crate::analysis::consistency::regions::{Region, RoundTrip, regions_of, round_trip};
use crate::diagnostic::Severity;
use crate::model::attributes::words::Transaction;
use crate::model::{AttrId, CallId, ComponentId, FlowId};
use crate::units::{format_share, format_time};

pub(super) static RULE: Rule = Rule {
    code: "CS009",
    name: "two-phase-commit-chain",
    category: Category::Consistency,
    severities: &[Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::TRANSACTION)],
    expects: &[],
    check,
};

/// So many components are too many…
const COMPONENTS: usize = 3;
/// …and so many regions or vendors.
const PLACES: usize = 2;

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, flow) in ctx.model.flows.enumerate() {
        let mut steps: BTreeMap<ComponentId, Vec<CallId>> = BTreeMap::new();
        for (call, made) in flow.calls.enumerate() {
            if made.attrs.word(AttrId::TRANSACTION) == Some(Transaction::TwoPhase) {
                steps.entry(flow.visits[made.caller].component).or_default().push(call);
            }
        }
        for (caller, steps) in &mut steps {
            // of alternatives one takes part
            let mut apart: Vec<CallId> = Vec::new();
            steps.retain(|step| {
                let joins = !apart.iter().any(|other| exclude_each_other(flow, *step, *other));
                apart.extend(joins.then_some(*step));
                joins
            });
            if let Some(finding) = commit(ctx, id, *caller, steps) {
                findings.push(finding);
            }
        }
        // what does not say so may belong to it
        for made in &flow.calls {
            let caller = flow.visits[made.caller].component;
            let callee = &ctx.model.components[flow.visits[made.target].component];
            let writes = super::terms::writes(&made.attrs) && callee.kind.is_store();
            if steps.contains_key(&caller) && writes && !made.attrs.has(AttrId::TRANSACTION) {
                findings.not_assessed(made.connection, AttrId::TRANSACTION);
            }
        }
    }
}

fn commit(ctx: &RuleContext<'_>, flow: FlowId, caller: ComponentId, steps: &[CallId]) -> Option<Finding> {
    let mut parts: Vec<ComponentId> =
        steps.iter().flat_map(|step| ends(ctx, flow, *step)).map(|(_, end)| end).collect();
    parts.sort_unstable();
    parts.dedup();
    if parts.len() < 2 {
        return None;
    }
    let mut regions: Vec<Region> = parts.iter().flat_map(|part| regions_of(ctx.model, *part)).collect();
    regions.sort_unstable();
    regions.dedup();
    let mut vendors: Vec<&str> =
        parts.iter().filter_map(|part| ctx.model.components[*part].attrs.text(AttrId::VENDOR)).collect();
    vendors.sort_unstable();
    vendors.dedup();
    let mut why = Vec::new();
    for (count, limit, of) in [
        (parts.len(), COMPONENTS, "components"),
        (regions.len(), PLACES, "regions"),
        (vendors.len(), PLACES, "vendors"),
    ] {
        if count >= limit {
            why.push(format!("{count} ≥ {limit} {of}"));
        }
    }
    if why.is_empty() {
        return None;
    }
    let available = parts.iter().filter_map(|part| ctx.facts.placement.of(*part));
    let available: f64 = available.map(|deployment| 1.0 - own_unavailability(deployment)).product();
    let trip = farthest(ctx, caller, &parts);
    let message = format!(
        "each commit of `{}` in {} waits for {}: {}; all must be up, Π A = {}, and their locks are held for 2·RTT = 2·{} = {} and more",
        ctx.model.path(caller),
        ctx.flow_names(&[flow]),
        names(ctx, &parts),
        why.join(", "),
        format_share(available),
        format_time(trip.seconds),
        format_time(2.0 * trip.seconds)
    );
    let mut finding = Finding::new(Severity::Warning, caller, message)
        .help("make it a saga whose steps can be undone, or one local transaction with an outbox for the rest")
        .hits(flow);
    for step in steps {
        let remark = ctx.step(flow, *step);
        finding = finding.in_step(remark.span).step(remark.span, remark.message);
    }
    Some(finding)
}

/// The longest round trip between the caller and one of the parts.
fn farthest(ctx: &RuleContext<'_>, caller: ComponentId, parts: &[ComponentId]) -> RoundTrip {
    let near = ctx.config.assumed.rtt_region;
    let nearest = RoundTrip { seconds: near, assumed: true };
    let Some(from) = regions_of(ctx.model, caller).first().copied() else { return nearest };
    let trips = parts.iter().filter_map(|part| regions_of(ctx.model, *part).first().copied());
    let trips = trips.map(|to| round_trip(ctx.model, from, to, near, ctx.config.assumed.rtt_far));
    trips.reduce(|a, b| if b.seconds > a.seconds { b } else { a }).unwrap_or(nearest)
}
