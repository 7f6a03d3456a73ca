//! A write that waits for a copy in another region.
//!
//! ## What it finds
//!
//! A flow writes a store with `replication` = `sync` or `quorum` over at least two regions, and t, the round trip to the last copy
//! that must answer, is more than 30 % of B, the flow's smallest `slo p99`. With `sync` that is the farthest copy, with `quorum`
//! the W-th nearest counting the leader's own (W = `write_quorum`, else ⌊N/2⌋ + 1). The clock runs from the leader, which is in
//! the first region named; where any replica accepts writes (`leaderless`, `multi_primary`, `active_active`), from the caller,
//! the farthest one of several. Copies are dealt over the regions in the order written. The 30 % are ours.
//!
//! ## Why it matters
//!
//! Light needs that time, whatever the hardware: each such write pays it, and a lock held meanwhile is held that long.
//!
//! ## How to mend it
//!
//! Keep a majority of the copies close to the leader, or copy to the far region asynchronously and say what may be lost.
//!
//! ## When it stays silent
//!
//! On a `~>`, or below one, as nobody waits there; on a step taken in less than 1 % of the runs, which is not in the p99. A region
//! pair without a `--` link with `rtt` counts 80 ms, assumed.
//!
//! ## Source
//!
//! Abadi, Consistency Tradeoffs in Modern Distributed Database System Design, 2012.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! region us { service shop }
//! region eu
//! region ap
//! us -- eu { rtt = 60ms }
//! us -- ap { rtt = 80ms }
//! database db { replicas = 3  regions = [us, eu, ap]  replication = quorum }
//! flow buy {
//!   slo p99 <= 100ms
//!   browser -> us.shop
//!   us.shop -> db { access = write }                 // 60 ms > 30 ms
//! }
//! ```
//!
//! ```arch,pass
//! client browser
//! region us { service shop }
//! region eu
//! us -- eu { rtt = 60ms }
//! database db { replicas = 3  regions = [us, eu]  replication = quorum }
//! flow buy {
//!   slo p99 <= 100ms
//!   browser -> us.shop
//!   us.shop -> db { access = write }                 // two of three copies are in us
//! }
//! ```

use std::collections::BTreeMap;

use super::stored::present;
use super::terms::{access_is_known, exceeds, writes};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold};
use crate::analysis::consistency::commit::{Commit, commit};
use crate::analysis::consistency::regions::{copies_stated_by, regions_of};
use crate::diagnostic::Severity;
use crate::model::attributes::words::Replication;
use crate::model::{AttrId, CallId, ComponentId, FlowId, Metric};
use crate::units::{format_count, format_share, format_time};

const BUDGET: Threshold = Threshold {
    key: "budget",
    default: 0.3,
    unit: "share of the latency budget",
    meaning: "the most that a commit may wait for far copies",
};
const RARE: Threshold = Threshold {
    key: "rare",
    default: 0.01,
    unit: "share of the runs",
    meaning: "a rarer step is not in the p99",
};

pub(super) static RULE: Rule = Rule {
    code: "CS004",
    name: "cross-region-commit",
    category: Category::Consistency,
    severities: &[Severity::Warning],
    thresholds: &[BUDGET, RARE],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::REGIONS),
        Need::Objective(Metric::Percentile(990)),
        Need::Attribute(AttrId::REPLICATION),
        Need::Attribute(AttrId::ACCESS),
    ],
    expects: &[],
    check,
};

/// A write that waits too long.
struct Wait {
    flow: FlowId,
    call: CallId,
    budget: f64,
    commit: Commit,
}

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let mut waits: BTreeMap<ComponentId, Vec<Wait>> = BTreeMap::new();
    for (id, flow) in ctx.model.flows.enumerate() {
        let awaited = ctx.awaited(id);
        // whether the flow's starter waits for a call, often enough to be in the p99
        let is_waited_for = |call: CallId| {
            awaited.get(call.index()).copied().flatten().is_some_and(|often| often >= ctx.threshold(&RARE))
        };
        for (call, made) in flow.calls.enumerate() {
            let store = flow.visits[made.target].component;
            let component = &ctx.model.components[store];
            if !component.kind.is_store() || !is_waited_for(call) {
                continue;
            }
            let replication = component.attrs.word::<Replication>(AttrId::REPLICATION);
            if regions_of(ctx.model, store).len() < 2 {
                continue;
            }
            match replication {
                Some(Replication::Sync | Replication::Quorum) => {}
                Some(_) => continue,
                None => {
                    findings.not_assessed(store, AttrId::REPLICATION);
                    continue;
                }
            }
            if !access_is_known(&made.attrs) {
                findings.not_assessed(made.connection, AttrId::ACCESS);
            }
            if !writes(&made.attrs) {
                continue;
            }
            let Some(budget) = ctx.slo_p99(id) else {
                findings.not_assessed(id, Metric::Percentile(990));
                continue;
            };
            let caller = flow.visits[made.caller].component;
            let Some(commit) = commit(ctx.model, &ctx.config.assumed, store, caller, replication) else {
                findings.not_assessed(caller, AttrId::REGIONS);
                continue;
            };
            if exceeds(commit.trip.seconds, ctx.threshold(&BUDGET) * budget) {
                waits.entry(store).or_default().push(Wait { flow: id, call, budget, commit });
            }
        }
    }
    for (store, waits) in &waits {
        if let Some(finding) = finding(ctx, *store, waits) {
            findings.push(finding);
        }
    }
}

fn finding(ctx: &RuleContext<'_>, store: ComponentId, waits: &[Wait]) -> Option<Finding> {
    let burden = |wait: &Wait| wait.commit.trip.seconds / wait.budget;
    let worst = waits.iter().reduce(|a, b| if burden(b) > burden(a) { b } else { a })?;
    let component = &ctx.model.components[store];
    let (path, commit) = (ctx.model.path(store), &worst.commit);
    let share = ctx.threshold(&BUDGET);
    let message = format!(
        "each write of `{}` to `{path}` waits for copy {} of {}, from `{}` to `{}`: t = {} > {} of B = {} = {}",
        ctx.model.flows[worst.flow].header.name,
        format_count(commit.asked as f64),
        format_count(commit.copies as f64),
        commit.from.path(ctx.model),
        commit.to.path(ctx.model),
        format_time(commit.trip.seconds),
        format_share(share),
        format_time(worst.budget),
        format_time(share * worst.budget)
    );
    let mut figures = present(&component.attrs, &[AttrId::REPLICATION, AttrId::MODE, AttrId::WRITE_QUORUM]);
    figures.extend(copies_stated_by(component));
    let target = ctx.model.flows[worst.flow].calls[worst.call].target;
    let mut finding = Finding::new(Severity::Warning, store, message)
        .help("keep a majority of the copies close to the leader, or copy to the far region asynchronously")
        .witness(ctx.path_to(worst.flow, target))
        .hits_all(waits.iter().map(|wait| wait.flow))
        .resting_on(path, &component.attrs, &figures);
    if commit.trip.assumed {
        finding = finding.assuming(format!(
            "a round trip of {} between `{}` and `{}`",
            format_time(commit.trip.seconds),
            commit.from.path(ctx.model),
            commit.to.path(ctx.model)
        ));
    }
    Some(finding)
}
