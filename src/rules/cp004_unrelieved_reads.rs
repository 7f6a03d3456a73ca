//! One node that answers nearly nothing but reads, with nothing before it.
//!
//! ## What it finds
//!
//! A store on one node (one replica, or `active_passive`) that is read at least ten times as often as written, where the reads
//! take more than half of what it can, and none of them is `behind` a cache.
//!
//! ## Why it matters
//!
//! Reads are what is easily taken off a store: a cache or a read replica answers them, and the node is free to write.
//!
//! ## How to mend it
//!
//! A cache before it, or replicas for reading.
//!
//! ## When it stays silent
//!
//! Where all data that it `stores` needs strong consistency. Without load, capacity, or `access` on the calls, it is not
//! assessed.
//!
//! ## Source
//!
//! M. Kleppmann, Designing Data-Intensive Applications, ch. 5.
//!
//! ## Examples
//!
//! ```arch,fail
//! client reader { rate = 3k/s }
//! service pages { replicas = 4 }
//! database posts { replicas = 1  capacity = 5k/s }
//! reader -> pages
//! pages -> posts { access = read }
//! ```
//!
//! ```arch,pass
//! client reader { rate = 3k/s }
//! service pages { replicas = 4 }
//! cache hot { hit_ratio = 90% }
//! database posts { replicas = 1  capacity = 5k/s }
//! reader -> pages -> hot
//! pages -> posts { access = read  behind = hot }
//! ```

use super::demand::{StoreDemand, resting_on_load};
use super::terms::{exceeds, is_strong};
use super::{Category, Finding, Findings, Rule, RuleContext, Threshold};
use crate::diagnostic::Severity;
use crate::model::attributes::words::{Access, Mode};
use crate::model::{AttrId, ComponentId};
use crate::units::{format_count, format_rate, round_significant};

const RATIO: Threshold = Threshold {
    key: "reads_per_write",
    default: 10.0,
    unit: "reads for each write",
    meaning: "from this on a store is read far more than written",
};
const BUSY: Threshold = Threshold {
    key: "utilization",
    default: 0.5,
    unit: "of the capacity",
    meaning: "beyond this the reads are worth taking off",
};

pub(super) static RULE: Rule = Rule {
    code: "CP004",
    name: "unrelieved-reads",
    category: Category::Capacity,
    severities: &[Severity::Warning],
    thresholds: &[RATIO, BUSY],
    silences: &[],
    needs: StoreDemand::NEEDS,
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate() {
        let Some(deployment) = ctx.facts.placement.of(id) else { continue };
        let passive = component.attrs.word(AttrId::MODE) == Some(Mode::ActivePassive);
        if component.kind.is_store() && (passive || deployment.high == 1) {
            let stored = component.attrs.data(AttrId::STORES);
            let strong = !stored.is_empty() && stored.iter().all(|data| is_strong(&ctx.model.data[*data]));
            if !strong && !is_relieved(ctx, id) {
                check_store(ctx, findings, id, deployment.shards);
            }
        }
    }
}

/// Whether some read of a store is behind a cache.
fn is_relieved(ctx: &RuleContext<'_>, id: ComponentId) -> bool {
    ctx.incoming(id).iter().any(|connection| {
        ctx.usages(*connection).iter().any(|usage| {
            usage.attrs.has(AttrId::BEHIND) && usage.attrs.word(AttrId::ACCESS) != Some(Access::Write)
        })
    })
}

fn check_store(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId, shards: u64) {
    let Some(demand) = StoreDemand::of(ctx, findings, id).filter(|it| it.access_is_known) else { return };
    let (rate, writes) = (demand.rate, demand.writes);
    let reads = (rate - writes).max(0.0);
    let capacity = demand.capacity_of_one * shards as f64;
    let (ratio, busy) = (ctx.threshold(&RATIO), ctx.threshold(&BUSY));
    if reads < ratio * writes * (1.0 - 1e-12) || !exceeds(reads, busy * capacity) {
        return;
    }
    let name = ctx.model.path(id);
    let often = match writes > 0.0 {
        true => format!("{} reads for each write", format_count(reads / writes)),
        false => "reads alone".to_owned(),
    };
    let message = format!(
        "`{name}` answers {often} on one node, with no cache before it: λ_r = {} > {busy}·μ = {busy}·{}, ρ = {}; a cache that \
         answers 9 of 10 leaves ρ = {}",
        format_rate(reads),
        format_rate(capacity),
        round_significant(rate / capacity, 3),
        round_significant((writes + reads / 10.0) / capacity, 3)
    );
    let attrs = &ctx.model.components[id].attrs;
    let finding = Finding::new(Severity::Warning, id, message)
        .help("put a cache before its reads (`behind`), or give it replicas that read")
        .hits_all(ctx.flows_of(id).iter().copied())
        .resting_on(name, attrs, &[AttrId::REPLICAS]);
    findings.push(resting_on_load(ctx, finding, id));
}
