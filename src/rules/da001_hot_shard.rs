//! A shard that takes far more than its part of the load.
//!
//! ## What it finds
//!
//! S = `shards` and s = `skew`, or s = p₁ + (1 − p₁)/S, where p₁ is the share of the most popular of `key_count` keys whose
//! popularity falls with exponent `zipf`. An error where the hottest shard is overloaded: λ·s > n·μ of one shard. A warning
//! where it takes more than twice the mean: s·S > 2.
//!
//! ## Why it matters
//!
//! A store is full when its hottest shard is. More shards do not help once one key is the load: with a million keys and
//! exponent 0.99 the hottest has 6.5% of all requests; of 16 shards it makes one 1.97 times the mean, of 64 one 5.1 times.
//!
//! ## How to mend it
//!
//! Spread the hot key over several (a suffix, gathered when read), keep it in a cache, or choose a key that spreads.
//!
//! ## When it stays silent
//!
//! Without shards. Without `skew`, or `zipf` with `key_count`, it is not assessed; nor is its error without a load and a
//! capacity.
//!
//! ## Source
//!
//! M. Kleppmann, Designing Data-Intensive Applications, ch. 6.
//!
//! ## Examples
//!
//! ```arch,fail
//! service api
//! database posts { shards = 64  zipf = 0.99  key_count = 1M  mode = sharded }
//! api -> posts
//! ```
//!
//! ```arch,fail
//! client app { rate = 10k/s }
//! service api
//! database posts { shards = 4  skew = 40%  capacity = 3k/s }
//! app -> api -> posts
//! ```
//!
//! ```arch,pass
//! service api
//! database posts { shards = 16  zipf = 0.99  key_count = 1M  mode = sharded }
//! api -> posts
//! ```

use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold};
use crate::analysis::zipf::{hottest_key, hottest_shard};
use crate::diagnostic::Severity;
use crate::model::attributes::words::Mode;
use crate::model::{AttrId, Component, ComponentId};
use crate::units::{format_count, format_rate, format_share};

const IMBALANCE: Threshold = Threshold {
    key: "imbalance",
    default: 2.0,
    unit: "times the mean",
    meaning: "beyond this the hottest shard is a warning",
};

pub(super) static RULE: Rule = Rule {
    code: "DA001",
    name: "hot-shard",
    category: Category::Data,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[IMBALANCE],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::SHARDS),
        Need::Attribute(AttrId::SKEW),
        Need::Attribute(AttrId::KEY_COUNT),
        Need::Attribute(AttrId::RATE),
        Need::Attribute(AttrId::CAPACITY),
    ],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate() {
        match component.attrs.count(AttrId::SHARDS) {
            Some(shards) if shards > 1 => check_sharded(ctx, findings, id, shards),
            Some(_) => {}
            None if component.attrs.word(AttrId::MODE) == Some(Mode::Sharded) => {
                findings.not_assessed(id, AttrId::SHARDS);
            }
            None => {}
        }
    }
}

fn check_sharded(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId, shards: u64) {
    let component = &ctx.model.components[id];
    let hottest = match Hottest::of(component, shards) {
        Ok(hottest) => hottest,
        Err(missing) => return findings.not_assessed(id, missing),
    };
    let load = ctx.facts.load.component(id);
    let rate = load.and_then(|load| load.peak);
    let capacity = load.and_then(|load| load.capacity_of_one);
    if rate.is_none() {
        findings.not_assessed(id, AttrId::RATE);
    }
    if capacity.is_none() {
        findings.not_assessed(id, AttrId::CAPACITY);
    }
    let name = ctx.model.path(id);
    let share = format_share(hottest.share);
    let n = ctx.replicas(id) as f64;
    if let (Some(rate), Some(capacity)) = (rate, capacity)
        && exceeds(rate * hottest.share, n * capacity)
    {
        let message = format!(
            "the hottest of {shards} shards of `{name}` cannot take its load: λ·s = {}·{share} = {} > n·μ = {}·{} = {}; s = {share} {}",
            format_rate(rate),
            format_rate(rate * hottest.share),
            format_count(n),
            format_rate(capacity),
            format_rate(n * capacity),
            hottest.reason
        );
        let figures = [AttrId::CAPACITY, AttrId::CONCURRENCY, AttrId::LATENCY, AttrId::SKEW, AttrId::SHARDS];
        let mut finding = Finding::new(Severity::Error, id, message).resting_on(name, &component.attrs, &figures);
        if load.is_some_and(|load| load.capacity_assumed) {
            finding = finding.assuming(format!("the capacity of `{name}`"));
        }
        findings.push(finish(ctx, finding, id, &hottest));
        return;
    }
    let imbalance = hottest.share * shards as f64;
    if exceeds(imbalance, ctx.threshold(&IMBALANCE)) {
        let message = format!(
            "the hottest of {shards} shards of `{name}` takes {share} of the load: s·S = {share}·{shards} = {} times the mean > {}; \
             s = {share} {}",
            format_count(imbalance),
            format_count(ctx.threshold(&IMBALANCE)),
            hottest.reason
        );
        findings.push(finish(ctx, Finding::new(Severity::Warning, id, message), id, &hottest));
    }
}

fn finish(ctx: &RuleContext<'_>, finding: Finding, id: ComponentId, hottest: &Hottest) -> Finding {
    let help = match hottest.key {
        Some(share) => format!(
            "more shards help no further than {}, the share of one key: spread that key over several, or cache it",
            format_share(share)
        ),
        None => "spread the hot keys over several, cache them, or choose a key that spreads".to_owned(),
    };
    finding.help(help).hits_all(ctx.flows_of(id).iter().copied())
}

/// The load of the hottest shard.
struct Hottest {
    /// Its share of the whole.
    share: f64,
    /// The share of the most popular key, where that decides.
    key: Option<f64>,
    /// Where the share comes from, behind "s = 12%".
    reason: String,
}

impl Hottest {
    /// From `skew`, else from `zipf` over `key_count`; else what is missing.
    fn of(component: &Component, shards: u64) -> Result<Self, AttrId> {
        let attrs = &component.attrs;
        if let Some(share) = attrs.share(AttrId::SKEW) {
            return Ok(Self { share, key: None, reason: "is its `skew`".to_owned() });
        }
        let exponent = attrs.number(AttrId::ZIPF).ok_or(AttrId::SKEW)?;
        let keys = attrs.count(AttrId::KEY_COUNT).ok_or(AttrId::KEY_COUNT)?;
        let key = hottest_key(keys, exponent);
        let reason = format!(
            "= p₁ + (1 − p₁)/{shards}, as the hottest of {} keys has p₁ = {}",
            format_count(keys as f64),
            format_share(key)
        );
        Ok(Self { share: hottest_shard(keys, exponent, shards), key: Some(key), reason })
    }
}
