//! More than the provider allows.
//!
//! ## What it finds
//!
//! A `quota` Q of the account, or of each shard or partition, against what the peak asks: λ where Q is a rate, λ·`latency` where it
//! is a count of things at once. An error beyond Q·max(1, `shards`, `partitions`), a warning beyond 80% of it. The catalogue
//! gives the quotas of well-known services.
//!
//! ## Why it matters
//!
//! A quota does not bend: what is beyond is throttled, and every retry counts against it too. Raising one takes a provider days,
//! and some cannot be raised.
//!
//! ## How to mend it
//!
//! Ask for more before the peak, spread the keys over more shards or partitions, batch, or cache.
//!
//! ## When it stays silent
//!
//! Without a `quota`. Without load, or `latency` for a count, it is not assessed.
//!
//! ## Source
//!
//! AWS Well-Architected, REL01. AWS documents 1,000 AWS Lambda runs at once by default, 3,500 writes and 5,500 reads a second for
//! each partitioned prefix of Amazon S3, 1,000 writes and 3,000 reads a second for each partition of DynamoDB, and 1,000 records a
//! second for each shard of Kinesis Data Streams.
//!
//! ## Examples
//!
//! ```arch,fail
//! client shopper { rate = 4k/s }
//! function resize { quota = 1000  latency = 300ms }
//! shopper -> resize
//! ```
//!
//! ```arch,pass
//! client sensor { rate = 3k/s }
//! stream readings { quota = 1k/s  partitions = 4 }
//! sensor ~> readings
//! ```

use super::demand::{assumed_load, is_visited};
use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold};
use crate::diagnostic::Severity;
use crate::model::{AttrId, AttrValue, ComponentId};
use crate::units::{format_count, format_rate, format_share, format_time};

const NEAR: Threshold = Threshold {
    key: "share",
    default: 0.8,
    unit: "of the quota",
    meaning: "beyond this share of the quota the finding is a warning",
};

pub(super) static RULE: Rule = Rule {
    code: "CP009",
    name: "exceeded-quota",
    category: Category::Capacity,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[NEAR],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::RATE),
        Need::Attribute(AttrId::QUOTA),
        Need::Attribute(AttrId::LATENCY),
    ],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate() {
        if let Some(quota) = component.attrs.get(AttrId::QUOTA) {
            check_quota(ctx, findings, id, &quota.value);
        }
    }
}

fn check_quota(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId, quota: &AttrValue) {
    let attrs = &ctx.model.components[id].attrs;
    let Some(rate) = ctx.facts.load.component(id).and_then(|load| load.peak) else {
        if is_visited(ctx, id) {
            findings.not_assessed(id, AttrId::RATE);
        }
        return;
    };
    let (need, allowed, told, show): (f64, f64, String, fn(f64) -> String) = match quota {
        AttrValue::Rate(quota) => (rate, quota.0, "λ".to_owned(), format_rate),
        AttrValue::Count(quota) => {
            let Some(latency) = attrs.seconds(AttrId::LATENCY) else {
                return findings.not_assessed(id, AttrId::LATENCY);
            };
            let told = format!("λ·`latency` = {}·{}", format_rate(rate), format_time(latency));
            (rate * latency, *quota as f64, told, format_count)
        }
        _ => return,
    };
    let parts = [AttrId::SHARDS, AttrId::PARTITIONS].into_iter().filter_map(|id| attrs.count(id));
    let parts = parts.fold(1, u64::max);
    let limit = allowed * parts as f64;
    let near = ctx.threshold(&NEAR);
    let full = exceeds(need, limit);
    if !full && !exceeds(need, near * limit) {
        return;
    }
    let name = ctx.model.path(id);
    let limit_told = match parts {
        1 => format!("Q = {}", show(allowed)),
        parts => format!("Q·{parts} = {}·{parts} = {}", show(allowed), show(limit)),
    };
    let message = match full {
        true => format!("`{name}` asks for more than its quota: {told} = {} > {limit_told}", show(need)),
        false => format!(
            "`{name}` comes near its quota: {told} = {} > {} of {limit_told}",
            show(need),
            format_share(near)
        ),
    };
    let severity = if full { Severity::Error } else { Severity::Warning };
    let mut finding = Finding::new(severity, id, message)
        .help("have the quota raised before the peak, spread the keys over more shards or partitions, batch, or cache")
        .resting_on(name, attrs, &[AttrId::QUOTA])
        .hits_all(ctx.flows_of(id).iter().copied());
    if matches!(quota, AttrValue::Count(_)) {
        finding = finding.resting_on(name, attrs, &[AttrId::LATENCY]);
    }
    if parts > 1 {
        finding = finding.resting_on(name, attrs, &[AttrId::SHARDS, AttrId::PARTITIONS]);
    }
    findings.push(assumed_load(ctx, id).into_iter().fold(finding, Finding::assuming));
}
