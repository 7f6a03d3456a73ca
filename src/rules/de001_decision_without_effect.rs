//! A decision promises a quality that nothing in the design shows, or allows what nothing finds.
//!
//! ## What it finds
//!
//! A quality in the `gives` of a decision of which the design has no objective, and no attribute, beyond defaults, that speaks for it:
//! `availability` without an objective, replicas, zones or a figure; `latency` without one, a `latency` or a cache; and so on. And a
//! rule in its `allows` that has judged everything and finds nothing.
//!
//! ## Why it matters
//!
//! A promise that nothing holds to account is a wish. Nobody will notice that it is no longer kept. What a decision allows although
//! it was mended long ago hides the day on which it comes back.
//!
//! ## How to mend it
//!
//! State the objective, or the figure that the decision improves; or take the quality, or the rule, out.
//!
//! ## When it stays silent
//!
//! Where any element of the design shows the quality; for decisions that are proposed, rejected or superseded; for rules that are
//! switched off, are house rules, or had something that they could not judge.
//!
//! ## Source
//!
//! A house rule.
//!
//! ## Examples
//!
//! ```arch,fail
//! service shop
//! decision fast { chose = go  gives = [latency] }
//! ```
//!
//! ```arch,fail
//! service shop { replicas = 2 }
//! decision alone { chose = go  allows = [sync-cycle] }
//! ```
//!
//! ```arch,pass
//! client app
//! service shop { latency = 5ms }
//! app -> shop
//! decision fast { chose = go  gives = [latency] }
//! ```

use super::decisions::standing;
use super::{Category, Finding, Findings, Rule, RuleContext, find};
use crate::diagnostic::Severity;
use crate::model::attributes::Word;
use crate::model::attributes::words::Quality;
use crate::model::{AttrId, Attributes, Component, Decision, DecisionId, GroupKind, Kind, Metric};

pub(super) static RULE: Rule = Rule {
    code: "DE001",
    name: "decision-without-effect",
    category: Category::House,
    severities: &[Severity::Note],
    thresholds: &[],
    silences: &[],
    needs: &[],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, decision) in standing(ctx.model) {
        allows(ctx, findings, id, decision);
        let gives = decision.attrs.words::<Quality>(AttrId::GIVES).unwrap_or_default();
        let unseen: Vec<Quality> = gives.into_iter().filter(|quality| !is_shown(ctx, *quality)).collect();
        if unseen.is_empty() {
            continue;
        }
        let named = |of: fn(Quality) -> &'static str| -> String {
            let words: Vec<String> = unseen.iter().map(|quality| format!("`{}`", of(*quality))).collect();
            words.join(" and ")
        };
        let name = &decision.header.name;
        let message = format!(
            "the decision `{name}` gives {}, but no objective and no attribute of the design shows {}",
            named(Word::as_str),
            if unseen.len() > 1 { "them" } else { "it" }
        );
        findings.push(
            Finding::new(Severity::Note, id, message)
                .help(format!("state what it improves, such as {}", named(example)))
                .step(decision.header.name_span, format!("`{name}` gives {}", named(Word::as_str))),
        );
    }
}

/// Tells of the rules that a decision allows and that find nothing.
fn allows(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: DecisionId, decision: &Decision) {
    for (written, span) in decision.attrs.texts(AttrId::ALLOWS) {
        let Some(rule) = find(written) else { continue };
        let finds = ctx.house.told.iter().any(|(told, _)| told.code == rule.code)
            || ctx.house.silenced.iter().any(|it| it.rule.code == rule.code);
        let is_unclear = rule.is_house() || ctx.config.is_off_everywhere(rule.code) || ctx.house.open.contains(rule.code);
        if finds || is_unclear {
            continue;
        }
        let name = &decision.header.name;
        let message =
            format!("the decision `{name}` allows {} ({}), which finds nothing in this design", rule.code, rule.name);
        findings.push(
            Finding::new(Severity::Note, id, message)
                .help("take it out of `allows`, so that it is told if it comes back")
                .step(*span, format!("`{name}` allows {}", rule.code)),
        );
    }
}

/// What would show a quality.
fn example(quality: Quality) -> &'static str {
    match quality {
        Quality::Availability => "slo availability >= 99.9%",
        Quality::Consistency => "consistency = strong",
        Quality::Latency => "slo p99 <= 100ms",
        Quality::Throughput => "capacity = 1k/s",
        Quality::Durability => "rpo = 5min",
        Quality::Cost => "cost = $100/month",
        Quality::Simplicity => "managed = true",
        Quality::Security => "encrypted = true",
        Quality::Portability => "vendor = NAME",
    }
}

/// Attributes that speak for a quality wherever they stand.
fn attributes(quality: Quality) -> &'static [AttrId] {
    match quality {
        Quality::Availability => &[
            AttrId::AVAILABILITY, AttrId::MTBF, AttrId::REPLICAS, AttrId::ZONES, AttrId::REGIONS, AttrId::FAILOVER,
            AttrId::FALLBACK, AttrId::OPTIONAL, AttrId::CIRCUIT_BREAKER, AttrId::HEALTH_CHECK,
            AttrId::STATIC_STABILITY, AttrId::RTO,
        ],
        Quality::Consistency => &[
            AttrId::CONSISTENCY, AttrId::REPLICATION, AttrId::READ_QUORUM, AttrId::WRITE_QUORUM, AttrId::CONFLICT,
            AttrId::TRANSACTION, AttrId::INVALIDATION, AttrId::ORDERING, AttrId::LAG,
        ],
        Quality::Latency => &[
            AttrId::LATENCY, AttrId::P99, AttrId::RTT, AttrId::TIMEOUT, AttrId::HIT_RATIO, AttrId::COLD_START,
        ],
        Quality::Throughput => &[
            AttrId::CAPACITY, AttrId::CONCURRENCY, AttrId::SHARDS, AttrId::PARTITIONS, AttrId::BANDWIDTH,
            AttrId::SCALING, AttrId::RATE, AttrId::REQUESTS_PER_USER,
        ],
        Quality::Durability => &[
            AttrId::BACKUP, AttrId::DURABLE, AttrId::REPLICATION_FACTOR, AttrId::REPLICATION, AttrId::RPO,
            AttrId::WRITE_QUORUM, AttrId::RETENTION,
        ],
        Quality::Cost => &[AttrId::COST],
        Quality::Simplicity => &[AttrId::MANAGED],
        Quality::Security => &[
            AttrId::AUTH, AttrId::ENCRYPTED, AttrId::AUDIT, AttrId::RATE_LIMIT, AttrId::CLASS, AttrId::PII,
            AttrId::RESIDENCY, AttrId::PUBLIC,
        ],
        Quality::Portability => &[AttrId::VENDOR, AttrId::MANAGED],
    }
}

fn is_shown(ctx: &RuleContext<'_>, quality: Quality) -> bool {
    let model = ctx.model;
    let ids = attributes(quality);
    let says = |attrs: &Attributes| ids.iter().any(|id| attrs.beyond_default(*id).is_some());
    let objectives = model.flows.iter().flat_map(|flow| &flow.objectives).chain(&model.objectives);
    let by_objective = objectives.into_iter().any(|it| speaks_for(it.metric, quality));
    by_objective
        || model.components.iter().any(|it| says(&it.attrs) || by_itself(it, quality))
        || model.connections.iter().any(|it| says(&it.attrs))
        || model.flows.iter().any(|it| says(&it.attrs) || it.calls.iter().any(|call| says(&call.attrs)))
        || model.data.iter().any(|it| says(&it.attrs))
        || model.groups.iter().any(|it| {
            says(&it.attrs) || quality == Quality::Security && it.kind == GroupKind::Network
        })
        || quality == Quality::Simplicity && ctx.facts.coupling.score.is_some()
}

fn speaks_for(metric: Metric, quality: Quality) -> bool {
    match metric {
        Metric::Availability | Metric::Rto => quality == Quality::Availability,
        Metric::Percentile(_) => quality == Quality::Latency,
        Metric::Throughput => quality == Quality::Throughput,
        Metric::Staleness => quality == Quality::Consistency,
        Metric::Rpo => quality == Quality::Durability,
        Metric::Cost => quality == Quality::Cost,
    }
}

/// Whether a component shows a quality by what it is.
fn by_itself(component: &Component, quality: Quality) -> bool {
    match quality {
        Quality::Latency => matches!(component.kind, Kind::Cache | Kind::Cdn),
        Quality::Security => matches!(component.kind, Kind::Waf | Kind::Identity | Kind::SecretStore),
        Quality::Portability => {
            let entry = component.tech.as_ref().and_then(|tech| tech.entry);
            entry.is_some_and(|entry| entry.lock_in.is_some())
        }
        _ => false,
    }
}
