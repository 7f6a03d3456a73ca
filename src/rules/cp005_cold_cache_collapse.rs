//! A store that lives only as long as the cache before it is warm.
//!
//! ## What it finds
//!
//! A store behind a cache that carries its load with the `hit_ratio` h, and not with h = 0: λ_w + λ_r > n·μ. A warning, not an
//! error, where the cache is `durable`, has two replicas or more over two zones or more, and what the loss of its largest zone
//! leaves still fits: λ_w + λ_r·(1 − h·(1 − n_d/n_c)) ≤ n·μ.
//!
//! ## Why it matters
//!
//! After a restart, a flush or a failover the cache is empty, and everything goes to the store: 1/(1 − h) times the load, 10
//! times at 0.9, 100 times at 0.99. The store fails, so the cache is never filled, and the outage outlives its cause.
//!
//! ## How to mend it
//!
//! Warm a cache before it takes traffic, shed load while it is cold, serve stale entries, or size the store for it.
//!
//! ## When it stays silent
//!
//! Where the store is too small even with the cache, which CP001 tells. Without load, capacity or `hit_ratio` it is not
//! assessed.
//!
//! ## Source
//!
//! N. Bronson and others, Metastable Failures in Distributed Systems, HotOS 2021; L. Huang and others, Metastable Failures in
//! the Wild, OSDI 2022.
//!
//! ## Examples
//!
//! ```arch,fail
//! client reader { rate = 10k/s }
//! service pages { replicas = 4 }
//! cache hot { hit_ratio = 95% }
//! database posts { replicas = 2  capacity = 2k/s }
//! reader -> pages -> hot
//! pages -> posts { behind = hot }
//! ```
//!
//! ```arch,pass
//! client reader { rate = 3k/s }
//! service pages { replicas = 4 }
//! cache hot { hit_ratio = 95% }
//! database posts { replicas = 2  capacity = 2k/s }
//! reader -> pages -> hot
//! pages -> posts { behind = hot }
//! ```

use super::demand::{load_and_capacity, resting_on_load};
use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext};
use crate::analysis::load::ColdCache;
use crate::diagnostic::Severity;
use crate::model::{AttrId, ComponentId};
use crate::units::{format_count, format_rate, format_share};

pub(super) static RULE: Rule = Rule {
    code: "CP005",
    name: "cold-cache-collapse",
    category: Category::Capacity,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::RATE),
        Need::Attribute(AttrId::CAPACITY),
        Need::Attribute(AttrId::HIT_RATIO),
    ],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, cache) in behind(ctx) {
        if !ctx.model.components[cache].attrs.has(AttrId::HIT_RATIO) {
            findings.not_assessed(cache, AttrId::HIT_RATIO);
            continue;
        }
        if load_and_capacity(ctx, findings, id).is_none() {
            continue;
        }
        let cold = ctx.facts.load.cold_caches.iter().find(|cold| (cold.store, cold.cache) == (id, cache));
        if let Some(cold) = cold {
            check_cold(ctx, findings, cold);
        }
    }
}

/// The stores behind caches, each pair once.
fn behind(ctx: &RuleContext<'_>) -> Vec<(ComponentId, ComponentId)> {
    let mut pairs = Vec::new();
    for id in ctx.model.connections.ids() {
        let Some(store) = ctx.model.connections[id].callee() else { continue };
        for usage in ctx.usages(id) {
            pairs.extend(usage.attrs.components(AttrId::BEHIND).into_iter().map(|cache| (store, cache)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

fn check_cold(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, cold: &ColdCache) {
    let load = ctx.facts.load.component(cold.store);
    let (Some(warm), Some(capacity)) =
        (load.and_then(|load| load.peak), load.and_then(|load| load.capacity))
    else {
        return;
    };
    if exceeds(warm, capacity) || !exceeds(cold.peak, capacity) {
        return;
    }
    let attrs = &ctx.model.components[cold.cache].attrs;
    let hits = attrs.share(AttrId::HIT_RATIO).unwrap_or(0.0);
    let (store, cache) = (ctx.model.path(cold.store), ctx.model.path(cold.cache));
    let kept = what_a_zone_leaves(ctx, cold, warm).filter(|after| !exceeds(*after, capacity));
    let severity = if kept.is_some() { Severity::Warning } else { Severity::Error };
    let spared = kept.map_or_else(String::new, |after| {
        format!("; the loss of its largest zone leaves {}, which fits", format_rate(after))
    });
    let message = format!(
        "`{store}` cannot do without `{cache}`: with h = {} it gets {} ≤ n·μ = {}, with h = 0 {} > {}; 1/(1 − h) = {} times the \
         reads{spared}",
        format_share(hits),
        format_rate(warm),
        format_rate(capacity),
        format_rate(cold.peak),
        format_rate(capacity),
        if hits < 1.0 { format_count(1.0 / (1.0 - hits)) } else { "∞".to_owned() }
    );
    let finding = Finding::new(severity, cold.store, message)
        .and(cold.cache)
        .help("warm the cache before it takes traffic, shed load while it is cold, serve stale entries, or size the store for it")
        .hits_all(ctx.flows_of(cold.store).iter().copied())
        .resting_on(cache, attrs, &[AttrId::HIT_RATIO]);
    findings.push(resting_on_load(ctx, finding, cold.store));
}

/// What the store gets when a durable cache over several zones loses the largest of them.
fn what_a_zone_leaves(ctx: &RuleContext<'_>, cold: &ColdCache, warm: f64) -> Option<f64> {
    let deployment = ctx.facts.placement.of(cold.cache)?;
    let durable = ctx.model.components[cold.cache].attrs.is_true(AttrId::DURABLE);
    if !durable || deployment.high < 2 || deployment.zones().len() < 2 {
        return None;
    }
    let largest = deployment.spread().iter().map(|(_, count)| *count).max()?;
    // λ_w + λ_r·(1 − h·(1 − n_d/n_c)): of what the cache takes off, n_d/n_c comes back
    Some(warm + (cold.peak - warm) * largest as f64 / deployment.high as f64)
}
