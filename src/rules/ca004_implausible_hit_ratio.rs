//! A hit ratio that a cache of that size cannot reach.
//!
//! ## What it finds
//!
//! `hit_ratio` more than 2 points above what is possible. C = n·`storage`/`size` of `key_count` = K keys fit, and the popularity of
//! keys falls with exponent `zipf`: with `eviction = lfu` at best H(C)/H(K), where H is the generalised harmonic number; else
//! what Che's approximation gives for LRU. Of several kinds of data in one cache the smallest `size` counts.
//!
//! ## Why it matters
//!
//! The hit ratio decides what the store behind the cache gets. Of 100,000 keys with exponent 0.99 a cache for 1% answers 49%
//! (LFU 60%), for 10% 72% (80%), for 20% 80% (86%): a store that was sized for 95% then gets several times its load.
//!
//! ## How to mend it
//!
//! A larger cache, or a `hit_ratio` that it can have, and a store that bears the rest.
//!
//! ## When it stays silent
//!
//! Where everything fits. Without `hit_ratio`, `storage`, `zipf` and `key_count` on the cache and `size` on its data it is not
//! assessed.
//!
//! ## Source
//!
//! H. Che, Y. Tung, Z. Wang, Hierarchical Web Caching Systems, IEEE JSAC 20(7), 2002; C. Fricker, P. Robert, J. Roberts, A versatile
//! and accurate approximation for LRU cache performance, 2012.
//!
//! ## Examples
//!
//! ```arch,fail
//! data post { size = 10KB }
//! service pages
//! cache hot { stores = [post]  hit_ratio = 95%  storage = 10MB  zipf = 0.99  key_count = 100k }
//! pages -> hot
//! ```
//!
//! ```arch,pass
//! data post { size = 10KB }
//! service pages
//! cache hot { stores = [post]  hit_ratio = 80%  storage = 200MB  zipf = 0.99  key_count = 100k }
//! pages -> hot
//! ```

use super::caches::{cached_data, misses};
use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold, edits};
use crate::analysis::zipf::{lfu_hit_ratio, lru_hit_ratio};
use crate::diagnostic::Severity;
use crate::model::attributes::words::Eviction;
use crate::model::{AttrId, ComponentId};
use crate::units::{format_count, format_share, format_size};

const SLACK: Threshold = Threshold {
    key: "slack",
    default: 0.02,
    unit: "of the requests",
    meaning: "so far above what is possible a hit ratio is taken for rounding",
};

pub(super) static RULE: Rule = Rule {
    code: "CA004",
    name: "implausible-hit-ratio",
    category: Category::Caching,
    severities: &[Severity::Warning],
    thresholds: &[SLACK],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::HIT_RATIO),
        Need::Attribute(AttrId::STORAGE),
        Need::Attribute(AttrId::SIZE),
        Need::Attribute(AttrId::ZIPF),
        Need::Attribute(AttrId::KEY_COUNT),
    ],
    expects: &[],
    check,
};

/// What decides how much of the load a cache can answer.
struct Figures {
    hit_ratio: f64,
    storage: f64,
    replicas: f64,
    size: f64,
    exponent: f64,
    keys: u64,
}

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let misses = misses(ctx);
    for (id, component) in ctx.model.components.enumerate() {
        let is_cache = component.attrs.has(AttrId::HIT_RATIO) || misses.contains_key(&id);
        if !is_cache {
            continue;
        }
        let data = cached_data(ctx, id, misses.get(&id).map_or(&[], Vec::as_slice));
        let sizes = data.iter().filter_map(|data| ctx.model.data[*data].attrs.bytes(AttrId::SIZE));
        let size = sizes.reduce(f64::min);
        if let Some(figures) = figures(ctx, findings, id, size) {
            check_cache(ctx, findings, id, &figures);
        }
    }
}

fn figures(
    ctx: &RuleContext<'_>,
    findings: &mut Findings<'_>,
    id: ComponentId,
    size: Option<f64>,
) -> Option<Figures> {
    let attrs = &ctx.model.components[id].attrs;
    let hit_ratio = attrs.share(AttrId::HIT_RATIO);
    let storage = attrs.bytes(AttrId::STORAGE);
    let exponent = attrs.number(AttrId::ZIPF);
    let keys = attrs.count(AttrId::KEY_COUNT);
    let size = size.filter(|size| *size > 0.0);
    let missing = [
        (AttrId::HIT_RATIO, hit_ratio.is_none()),
        (AttrId::STORAGE, storage.is_none()),
        (AttrId::SIZE, size.is_none()),
        (AttrId::ZIPF, exponent.is_none()),
        (AttrId::KEY_COUNT, keys.is_none()),
    ];
    for (figure, is_missing) in missing {
        if is_missing {
            findings.not_assessed(id, figure);
        }
    }
    let shards = ctx.facts.placement.of(id).map_or(1, |deployment| deployment.shards);
    Some(Figures {
        hit_ratio: hit_ratio?,
        storage: storage?,
        replicas: ctx.replicas(id) as f64 * shards as f64,
        size: size?,
        exponent: exponent?,
        keys: keys?,
    })
}

fn check_cache(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId, it: &Figures) {
    let attrs = &ctx.model.components[id].attrs;
    let places = it.storage * it.replicas / it.size;
    let (bound, policy) = match attrs.word(AttrId::EVICTION) {
        Some(Eviction::Lfu) => (lfu_hit_ratio(it.keys, it.exponent, places), "LFU"),
        _ => (lru_hit_ratio(it.keys, it.exponent, places), "LRU"),
    };
    let slack = ctx.threshold(&SLACK);
    if !exceeds(it.hit_ratio, bound + slack) {
        return;
    }
    let path = ctx.model.path(id);
    let share = places / it.keys as f64;
    let message = format!(
        "`{path}` cannot have a `hit_ratio` of {}: it holds C = {}·{}/{} = {} of {} keys, {}, and {policy} then answers at most {}: \
         {} > {} + {}; what misses is {}, not {}",
        format_share(it.hit_ratio),
        format_count(it.replicas),
        format_size(it.storage),
        format_size(it.size),
        format_count(places.floor()),
        format_count(it.keys as f64),
        format_share(share),
        format_share(bound),
        format_share(it.hit_ratio),
        format_share(bound),
        format_share(slack),
        format_share(1.0 - bound),
        format_share(1.0 - it.hit_ratio)
    );
    let figures = [AttrId::HIT_RATIO, AttrId::STORAGE, AttrId::ZIPF, AttrId::KEY_COUNT];
    let able = format!("{}%", (bound * 1000.0).floor() / 10.0);
    let edits = edits::set(ctx, id, &[(AttrId::HIT_RATIO, &able)]).filter(|_| bound >= 0.001);
    let finding = Finding::new(Severity::Warning, id, message)
        .mend(format!("reckon with the {able} that it can have"), edits)
        .help("a larger cache, or the hit ratio that it can have and a store that bears the rest")
        .resting_on(path, attrs, &figures)
        .hits_all(ctx.flows_of(id).iter().copied());
    findings.push(finding);
}
