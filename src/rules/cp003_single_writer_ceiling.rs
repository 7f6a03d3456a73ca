//! More writes than the one node that takes them can do.
//!
//! ## What it finds
//!
//! A store without `shards` whose writes go to one node (`mode` is `primary_replica`, `active_passive` or absent), with a write
//! rate λ_w at the peak: an error where λ_w ≥ μ of one replica, a warning where λ_w > 0.7·μ.
//!
//! ## Why it matters
//!
//! Replicas take reads off the primary, never writes. What one node can write is the ceiling of the whole.
//!
//! ## How to mend it
//!
//! Shard by a key that spreads the writes, write in batches, or put a stream before the store.
//!
//! ## When it stays silent
//!
//! On sharded and leaderless stores, and on those with several primaries. Without load, capacity, or `access` on the calls, it
//! is not assessed.
//!
//! ## Source
//!
//! M. Kleppmann, Designing Data-Intensive Applications, ch. 6.
//!
//! ## Examples
//!
//! ```arch,fail
//! client sensor { rate = 6k/s }
//! service intake { replicas = 4 }
//! database readings { replicas = 3  mode = primary_replica  capacity = 5k/s }
//! sensor -> intake
//! intake -> readings { access = write }
//! ```
//!
//! ```arch,pass
//! client sensor { rate = 6k/s }
//! service intake { replicas = 4 }
//! database readings { replicas = 3  shards = 4  capacity = 5k/s }
//! sensor -> intake
//! intake -> readings { access = write }
//! ```

use super::demand::{StoreDemand, resting_on_load};
use super::terms::exceeds;
use super::{Category, Finding, Findings, Rule, RuleContext, Threshold};
use crate::diagnostic::Severity;
use crate::model::attributes::words::Mode;
use crate::model::{AttrId, Component, ComponentId};
use crate::units::{format_rate, round_significant};

const CEILING: Threshold = Threshold {
    key: "utilization",
    default: 0.7,
    unit: "of one node's capacity",
    meaning: "beyond this the write rate is a warning",
};

pub(super) static RULE: Rule = Rule {
    code: "CP003",
    name: "single-writer-ceiling",
    category: Category::Capacity,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[CEILING],
    silences: &["CP001"],
    needs: StoreDemand::NEEDS,
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate() {
        if component.kind.is_store() && has_one_writer(component) {
            check_store(ctx, findings, id);
        }
    }
}

fn has_one_writer(component: &Component) -> bool {
    let sharded = component.attrs.has(AttrId::SHARDS);
    let mode = component.attrs.word(AttrId::MODE);
    !sharded && matches!(mode, None | Some(Mode::PrimaryReplica | Mode::ActivePassive))
}

fn check_store(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId) {
    let Some(demand) = StoreDemand::of(ctx, findings, id) else { return };
    let (writes, capacity) = (demand.writes, demand.capacity_of_one);
    let limit = ctx.threshold(&CEILING);
    let full = writes > 0.0 && writes >= capacity * (1.0 - 1e-12);
    if !full && !exceeds(writes, limit * capacity) {
        return;
    }
    let name = ctx.model.path(id);
    let relation = match full {
        true => format!("λ_w = {} ≥ μ = {}", format_rate(writes), format_rate(capacity)),
        false => format!("λ_w = {} > {limit}·μ = {limit}·{}", format_rate(writes), format_rate(capacity)),
    };
    let message = format!(
        "all writes of `{name}` go to one node, {}: {relation}, {} of what it can",
        if full { "which cannot take them" } else { "which can hardly take more" },
        round_significant(writes / capacity, 3)
    );
    let severity = if full { Severity::Error } else { Severity::Warning };
    let finding = Finding::new(severity, id, message)
        .help("shard it by a key that spreads the writes, batch them, or put a stream before it: replicas take reads alone")
        .hits_all(ctx.flows_of(id).iter().copied());
    findings.push(resting_on_load(ctx, finding, id));
}
