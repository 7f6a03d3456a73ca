//! A store that is split by nothing, by time, or by too few keys.
//!
//! ## What it finds
//!
//! On a store with `mode = sharded` or two `shards` and more: an error without `shard_key`, and with `sharding = time`; a warning
//! where `key_count` < 10·`shards`.
//!
//! ## Why it matters
//!
//! A split by time sends every write to the newest shard: of S shards one works. With few keys some shards hold two of them and
//! others none, and a shard for each is the end of growth.
//!
//! ## How to mend it
//!
//! A key with many values that requests know, hashed; where ranges of time are read, a compound key: hash by who, order by when.
//!
//! ## When it stays silent
//!
//! On caches, which are asked by key and split by it. Without `sharding` or `key_count` that part is not assessed.
//!
//! ## Source
//!
//! M. Kleppmann, Designing Data-Intensive Applications, ch. 6.
//!
//! ## Examples
//!
//! ```arch,fail
//! service api
//! database events { shards = 16  shard_key = day  sharding = time }
//! api -> events
//! ```
//!
//! ```arch,fail
//! service api
//! database shops { shards = 16  shard_key = country  sharding = hash  key_count = 40 }
//! api -> shops
//! ```
//!
//! ```arch,pass
//! service api
//! database events { shards = 16  shard_key = user  sharding = hash  key_count = 1M }
//! api -> events
//! ```

use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold, edits};
use crate::diagnostic::Severity;
use crate::model::attributes::words::{Mode, Sharding};
use crate::model::{AttrId, ComponentId, Kind};
use crate::units::{format_count, format_rate};

const KEYS: Threshold = Threshold {
    key: "keys_per_shard",
    default: 10.0,
    unit: "keys for each shard",
    meaning: "with fewer some shards get several and some none",
};

pub(super) static RULE: Rule = Rule {
    code: "DA002",
    name: "poor-shard-key",
    category: Category::Data,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[KEYS],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::SHARDS),
        Need::Attribute(AttrId::SHARDING),
        Need::Attribute(AttrId::KEY_COUNT),
    ],
    expects: &[AttrId::SHARD_KEY],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate() {
        let shards = component.attrs.count(AttrId::SHARDS);
        let is_split =
            component.attrs.word(AttrId::MODE) == Some(Mode::Sharded) || shards.is_some_and(|count| count >= 2);
        // one shard is none, whatever the mode
        if is_split && shards != Some(1) && !matches!(component.kind, Kind::Cache | Kind::Cdn) {
            check_store(ctx, findings, id, shards);
        }
    }
}

fn check_store(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId, shards: Option<u64>) {
    let attrs = &ctx.model.components[id].attrs;
    let path = ctx.model.path(id);
    let many = shards.map_or_else(String::new, |count| format!("{} ", format_count(count as f64)));
    let sharding = attrs.word::<Sharding>(AttrId::SHARDING);
    if sharding == Some(Sharding::Time) {
        let load = ctx.facts.load.component(id).and_then(|load| load.writes).filter(|writes| *writes > 0.0);
        let rate = load.map_or_else(String::new, |writes| format!(": λ_w = {} goes there", format_rate(writes)));
        let of = shards.map_or_else(|| "1 shard".to_owned(), |count| format!("1 of {}", format_count(count as f64)));
        let message = format!("`{path}` is split by time, so every write goes to the newest shard, {of}{rate}");
        let finding = Finding::new(Severity::Error, id, message)
            .mend("split by a hash of the key", edits::set(ctx, id, &[(AttrId::SHARDING, "hash")]))
            .help("hash by who or what writes, and order by time within a shard")
            .resting_on(path, attrs, &[AttrId::SHARDING]);
        return findings.push(finding.hits_all(ctx.flows_of(id).iter().copied()));
    }
    if !attrs.has(AttrId::SHARD_KEY) {
        let message =
            format!("`{path}` has {many}shards and no `shard_key`: nothing says that requests spread over more than 1");
        let finding = Finding::new(Severity::Error, id, message)
            .help("name a key with many values that every request knows: `shard_key = NAME`")
            .resting_on(path, attrs, &[AttrId::MODE, AttrId::SHARDS]);
        return findings.push(finding.hits_all(ctx.flows_of(id).iter().copied()));
    }
    if sharding.is_none() {
        findings.not_assessed(id, AttrId::SHARDING);
    }
    let keys = attrs.count(AttrId::KEY_COUNT);
    let (Some(shards), Some(keys)) = (shards, keys) else {
        let missing = if keys.is_none() { AttrId::KEY_COUNT } else { AttrId::SHARDS };
        return findings.not_assessed(id, missing);
    };
    let least = ctx.threshold(&KEYS);
    if keys as f64 >= least * shards as f64 {
        return;
    }
    let message = format!(
        "`{path}` has too few keys for its shards: `key_count` = {} < {}·{} = {}, so some shards get several and others none",
        format_count(keys as f64),
        format_count(least),
        format_count(shards as f64),
        format_count(least * shards as f64)
    );
    let finding = Finding::new(Severity::Warning, id, message)
        .help("a key with more values, or a compound one; fewer shards")
        .resting_on(path, attrs, &[AttrId::KEY_COUNT, AttrId::SHARDS]);
    findings.push(finding.hits_all(ctx.flows_of(id).iter().copied()));
}
