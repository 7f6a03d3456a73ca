//! A hot key that expires, and a herd that asks for it at once.
//!
//! ## What it finds
//!
//! A cache with `ttl` and without `coalesce`, whose hottest key is asked for at least five times while it is fetched again:
//! λ·p₁·R ≥ 5, with λ the load of the cache at the peak, p₁ the share of the hottest of `key_count` keys under `zipf`, and R the largest
//! `latency` of what is called `behind` it.
//!
//! ## Why it matters
//!
//! When the copy expires, every request that comes before the new one is there is a miss: they all ask the store for the same thing,
//! which makes it slower, which lets more of them in.
//!
//! ## How to mend it
//!
//! Let one miss ask for all (`coalesce = true`), fetch anew shortly before the end, spread lifetimes by a tenth.
//!
//! ## When it stays silent
//!
//! With `invalidation = write_through`, where the copy is replaced rather than dropped. Without load, `zipf`, `key_count` or the
//! `latency` behind it, it is not assessed.
//!
//! ## Source
//!
//! Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013, on leases; Nygard, "Release It!", Dogpile; the five are a heuristic of
//! ours.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser { rate = 5k/s }
//! service shop
//! cache hot { ttl = 1min  hit_ratio = 90%  zipf = 0.99  key_count = 1M }
//! database db { latency = 30ms }
//! flow look {
//!   browser -> shop -> hot
//!   shop -> db { behind = hot }
//! }
//! ```
//!
//! ```arch,pass
//! client browser { rate = 5k/s }
//! service shop
//! cache hot { ttl = 1min  hit_ratio = 90%  zipf = 0.99  key_count = 1M  coalesce = true }
//! database db { latency = 30ms }
//! flow look {
//!   browser -> shop -> hot
//!   shop -> db { behind = hot }
//! }
//! ```

use std::collections::BTreeMap;

use super::demand::assumed_load;
use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold, edits};
use crate::analysis::formulas::in_flight;
use crate::analysis::latency::own_work;
use crate::analysis::zipf;
use crate::diagnostic::Severity;
use crate::model::attributes::words::Invalidation;
use crate::model::{AttrId, ComponentId, ConnectionId, Kind};
use crate::units::{format_count, format_rate, format_share, format_time, round_significant};

const HERD: Threshold = Threshold {
    key: "herd",
    default: 5.0,
    unit: "misses at once",
    meaning: "from here on the misses of one key are a stampede",
};

pub(super) static RULE: Rule = Rule {
    code: "CA002",
    name: "cache-stampede",
    category: Category::Caching,
    severities: &[Severity::Warning],
    thresholds: &[HERD],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::RATE),
        Need::Attribute(AttrId::ZIPF),
        Need::Attribute(AttrId::KEY_COUNT),
        Need::Attribute(AttrId::LATENCY),
    ],
    expects: &[AttrId::COALESCE],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (cache, behind) in behind(ctx) {
        let attrs = &ctx.model.components[cache].attrs;
        let replaced = attrs.word(AttrId::INVALIDATION) == Some(Invalidation::WriteThrough);
        if !attrs.has(AttrId::TTL) || attrs.is_true(AttrId::COALESCE) || replaced {
            continue;
        }
        let rate = ctx.facts.load.component(cache).and_then(|load| load.peak);
        let (exponent, keys) = (attrs.number(AttrId::ZIPF), attrs.count(AttrId::KEY_COUNT));
        let fetch = behind.iter().filter_map(|(connection, store)| {
            let (latency, _) = own_work(&ctx.model.components[*store].attrs, &ctx.config.assumed)?;
            Some((latency, *store, *connection))
        });
        let slowest = fetch.reduce(|a, b| if b.0 > a.0 { b } else { a });
        for (is_missing, attribute) in [
            (rate.is_none(), AttrId::RATE),
            (exponent.is_none(), AttrId::ZIPF),
            (keys.is_none(), AttrId::KEY_COUNT),
        ] {
            if is_missing {
                findings.not_assessed(cache, attribute);
            }
        }
        if slowest.is_none() {
            for (_, store) in &behind {
                findings.not_assessed(*store, AttrId::LATENCY);
            }
        }
        let (Some(rate), Some(exponent), Some(keys), Some((latency, store, connection))) =
            (rate, exponent, keys, slowest)
        else {
            continue;
        };
        let hottest = zipf::hottest_key(keys, exponent);
        let herd = in_flight(rate * hottest, latency);
        if exceeds(ctx.threshold(&HERD), herd) {
            continue;
        }
        let message = format!(
            "when the hottest key of `{}` expires, {}·{}·{} = {} ≥ {} requests ask `{}` for it at once",
            ctx.model.path(cache),
            format_rate(rate),
            format_share(round_significant(hottest, 3)),
            format_time(latency),
            round_significant(herd, 3),
            format_count(ctx.threshold(&HERD)),
            ctx.model.path(store),
        );
        let store_attrs = &ctx.model.components[store].attrs;
        let finding = Finding::new(Severity::Warning, cache, message)
            .mend("let one miss ask for all", edits::set(ctx, cache, &[(AttrId::COALESCE, "true")]))
            .help("let one miss ask for all with `coalesce = true`, fetch early, or spread `ttl` by a tenth")
            .witness([ctx.connection_step(connection)])
            .hits_all(ctx.flows_of(cache).iter().copied())
            .resting_on(ctx.model.path(cache), attrs, &[AttrId::ZIPF, AttrId::KEY_COUNT, AttrId::TTL])
            .resting_on(ctx.model.path(store), store_attrs, &[AttrId::LATENCY]);
        findings.push(assumed_load(ctx, cache).into_iter().fold(finding, Finding::assuming));
    }
}

/// By cache, the calls that are behind it, with what they ask.
fn behind(ctx: &RuleContext<'_>) -> BTreeMap<ComponentId, Vec<(ConnectionId, ComponentId)>> {
    let mut behind: BTreeMap<ComponentId, Vec<(ConnectionId, ComponentId)>> = BTreeMap::new();
    for (id, connection) in ctx.model.connections.enumerate() {
        let Some(store) = connection.callee() else { continue };
        for usage in ctx.usages(id) {
            for cache in usage.attrs.components(AttrId::BEHIND) {
                let calls = behind.entry(cache).or_default();
                if ctx.model.components[cache].kind == Kind::Cache && !calls.contains(&(id, store)) {
                    calls.push((id, store));
                }
            }
        }
    }
    behind
}
