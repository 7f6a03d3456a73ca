//! A cache whose copies outlive the original for longer than anybody agreed to.
//!
//! ## What it finds
//!
//! Of a cache that a call is `behind`: an error where its `ttl` is longer than the `slo staleness` of a flow that reads it, unless
//! `invalidation` is `event` or `write_through`; a warning where it has no `ttl` and `invalidation` is absent or `none`. A cache
//! with `pattern = write_through` or `write_back` is written with the original and counts as invalidated.
//!
//! ## Why it matters
//!
//! Without an end a copy is wrong from the first change on until memory runs out or somebody restarts the cache. With one it is
//! wrong for that long.
//!
//! ## How to mend it
//!
//! A `ttl` no longer than what the flow bears; events from the store (`invalidation = event`); keys that carry a version, so
//! that a change is another key.
//!
//! ## When it stays silent
//!
//! Where all data behind the cache is `immutable`. Without `slo staleness` on the flows a `ttl` is not assessed.
//!
//! ## Source
//!
//! M. Kleppmann, Designing Data-Intensive Applications, ch. 11.
//!
//! ## Examples
//!
//! ```arch,fail
//! service pages
//! cache hot
//! database posts
//! pages -> hot
//! pages -> posts { behind = hot }
//! ```
//!
//! ```arch,fail
//! client browser
//! service pages
//! cache hot { ttl = 1h }
//! database posts
//! flow read {
//!   slo staleness <= 1min
//!   browser -> pages -> hot
//!   pages -> posts { behind = hot }
//! }
//! ```
//!
//! ```arch,pass
//! client browser
//! service pages
//! cache hot { ttl = 1h  invalidation = event }
//! database posts
//! flow read {
//!   slo staleness <= 1min
//!   browser -> pages -> hot
//!   pages -> posts { behind = hot }
//! }
//! ```

use super::caches::{Miss, cached_data, misses, readers};
use super::stored::{data_names, is_immutable};
use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, edits};
use crate::diagnostic::{Remark, Severity};
use crate::model::attributes::words::{CachePattern, Invalidation, Word};
use crate::model::{AttrId, ComponentId, Metric};
use crate::units::format_time;

pub(super) static RULE: Rule = Rule {
    code: "CA001",
    name: "missing-invalidation",
    category: Category::Caching,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Objective(Metric::Staleness)],
    expects: &[AttrId::TTL, AttrId::INVALIDATION],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (cache, misses) in misses(ctx) {
        if !is_immutable(ctx, &cached_data(ctx, cache, &misses)) {
            check_cache(ctx, findings, cache, &misses);
        }
    }
}

fn check_cache(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, cache: ComponentId, misses: &[Miss<'_>]) {
    let attrs = &ctx.model.components[cache].attrs;
    let invalidation = attrs.word::<Invalidation>(AttrId::INVALIDATION);
    let pattern = attrs.word::<CachePattern>(AttrId::PATTERN);
    let told = matches!(invalidation, Some(Invalidation::Event | Invalidation::WriteThrough));
    let written = matches!(pattern, Some(CachePattern::WriteThrough | CachePattern::WriteBack));
    if told || written && invalidation != Some(Invalidation::None) {
        return;
    }
    match attrs.seconds(AttrId::TTL) {
        Some(ttl) => check_ttl(ctx, findings, cache, misses, ttl),
        None if matches!(invalidation, None | Some(Invalidation::None)) => {
            findings.push(endless(ctx, cache, misses, invalidation));
        }
        None => {}
    }
}

/// No copy ever ends.
fn endless(
    ctx: &RuleContext<'_>,
    cache: ComponentId,
    misses: &[Miss<'_>],
    invalidation: Option<Invalidation>,
) -> Finding {
    let data = cached_data(ctx, cache, misses);
    let of = if data.is_empty() { String::new() } else { format!(" of {}", data_names(ctx, &data)) };
    let state = match invalidation {
        Some(word) => format!("`invalidation = {}`", word.as_str()),
        None => "no `invalidation`".to_owned(),
    };
    let message = format!(
        "`{}` has no `ttl` and {state}: a copy{of} that has changed stays wrong for ever, worst staleness ∞",
        ctx.model.path(cache)
    );
    let borne = readers(ctx, cache, misses).into_iter().filter_map(|flow| ctx.ceiling(flow, Metric::Staleness));
    let ttl = borne.filter(|ceiling| *ceiling > 0.0).reduce(f64::min).map(edits::time_exactly);
    let edits = ttl.as_ref().and_then(|ttl| edits::set(ctx, cache, &[(AttrId::TTL, ttl)]));
    Finding::new(Severity::Warning, cache, message)
        .mend(format!("keep copies for {}", ttl.unwrap_or_default()), edits)
        .help("give copies a `ttl` that readers can bear, drop them when the original changes (`invalidation = event`), or put a version into the key")
        .witness(witness(ctx, misses))
        .hits_all(readers(ctx, cache, misses))
}

fn check_ttl(
    ctx: &RuleContext<'_>,
    findings: &mut Findings<'_>,
    cache: ComponentId,
    misses: &[Miss<'_>],
    ttl: f64,
) {
    let mut broken = Vec::new();
    for flow in readers(ctx, cache, misses) {
        match ctx.ceiling(flow, Metric::Staleness) {
            None => findings.not_assessed(flow, Metric::Staleness),
            Some(target) if exceeds(ttl, target) => broken.push((flow, target)),
            Some(_) => {}
        }
    }
    let Some((_, strictest)) = broken.iter().copied().reduce(|a, b| if b.1 < a.1 { b } else { a }) else {
        return;
    };
    let flows: Vec<_> = broken.iter().map(|(flow, _)| *flow).collect();
    let path = ctx.model.path(cache);
    let message = format!(
        "copies in `{path}` may be older than {} bears: `ttl` = {} > {}, its `slo staleness`, and nothing drops them before",
        ctx.flow_names(&flows),
        format_time(ttl),
        format_time(strictest)
    );
    let ttl = edits::time_exactly(strictest);
    let finding = Finding::new(Severity::Error, cache, message)
        .mend(format!("keep copies for {ttl}"), edits::set(ctx, cache, &[(AttrId::TTL, &ttl)]).filter(|_| strictest > 0.0))
        .help(format!("`ttl` = {} or less, or drop copies when the original changes (`invalidation = event`)", format_time(strictest)))
        .resting_on(path, &ctx.model.components[cache].attrs, &[AttrId::TTL])
        .witness(witness(ctx, misses))
        .hits_all(flows);
    findings.push(finding);
}

/// The first call behind the cache.
fn witness(ctx: &RuleContext<'_>, misses: &[Miss<'_>]) -> Vec<Remark> {
    let step = |miss: &Miss<'_>| match miss.usage.call {
        Some((flow, call)) => ctx.step(flow, call),
        None => ctx.connection_step(miss.connection),
    };
    misses.first().map(step).into_iter().collect()
}
