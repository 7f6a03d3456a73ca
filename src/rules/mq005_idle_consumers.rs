//! More consumers of a stream than it has partitions: the rest stand idle.
//!
//! ## What it finds
//!
//! A consumer of a stream with more replicas (at the upper end of a range) than the stream has `partitions`. Of several streams
//! that it consumes the partitions add up.
//!
//! ## Why it matters
//!
//! Each partition is read by one consumer of a group at a time. A replica beyond their number gets nothing to do, however far
//! behind the others are: scaling out then costs and does not help.
//!
//! ## How to mend it
//!
//! More partitions, early: keys move to other partitions when their number changes, and with them their order. Or fewer
//! replicas.
//!
//! ## When it stays silent
//!
//! Where the consumer has other work too: it is called, or takes messages of a queue or topic. Without `partitions` or `replicas`
//! it is not assessed.
//!
//! ## Source
//!
//! Redpanda documentation, consumer groups; Apache Kafka documentation, consumers.
//!
//! ## Examples
//!
//! ```arch,fail
//! stream clicks { partitions = 6 }
//! worker counter { replicas = 2..10 }
//! clicks ~> counter
//! ```
//!
//! ```arch,pass
//! stream clicks { partitions = 12 }
//! worker counter { replicas = 2..10 }
//! clicks ~> counter
//! ```

use std::collections::BTreeMap;

use super::feeds::{Feed, feeds};
use super::terms::replicas_are_given;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, edits};
use crate::diagnostic::Severity;
use crate::model::{AttrId, AttrValue, ComponentId, ConnectionId, Kind};
use crate::syntax::ast::Operator;
use crate::units::{format_count, format_rate};

pub(super) static RULE: Rule = Rule {
    code: "MQ005",
    name: "idle-consumers",
    category: Category::Messaging,
    severities: &[Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::PARTITIONS), Need::Attribute(AttrId::REPLICAS)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let mut by_consumer: BTreeMap<ComponentId, Vec<Feed>> = BTreeMap::new();
    for feed in feeds(ctx).filter(|feed| ctx.model.components[feed.broker].kind == Kind::Stream) {
        if !ctx.model.components[feed.consumer].kind.is_actor() {
            by_consumer.entry(feed.consumer).or_default().push(feed);
        }
    }
    for (consumer, feeds) in &by_consumer {
        if !has_other_work(ctx, *consumer, feeds) {
            check_consumer(ctx, findings, *consumer, feeds);
        }
    }
}

fn has_other_work(ctx: &RuleContext<'_>, consumer: ComponentId, feeds: &[Feed]) -> bool {
    let is_other = |id: &ConnectionId| {
        let op = ctx.model.connections[*id].op;
        matches!(op, Operator::Call | Operator::Message) && !feeds.iter().any(|feed| feed.connection == *id)
    };
    ctx.incoming(consumer).iter().any(is_other)
}

fn check_consumer(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, consumer: ComponentId, feeds: &[Feed]) {
    let component = &ctx.model.components[consumer];
    if component.attrs.beyond_default(AttrId::REPLICAS).is_none() {
        return findings.not_assessed(consumer, AttrId::REPLICAS);
    }
    let mut streams: Vec<ComponentId> = feeds.iter().map(|feed| feed.broker).collect();
    streams.sort_unstable();
    streams.dedup();
    let mut partitions = 0u64;
    for stream in &streams {
        match ctx.model.components[*stream].attrs.count(AttrId::PARTITIONS) {
            Some(count) => partitions = partitions.saturating_add(count),
            None => return findings.not_assessed(*stream, AttrId::PARTITIONS),
        }
    }
    let replicas = ctx.replicas(consumer);
    if replicas <= partitions {
        return;
    }
    let rate_of_one = ctx.facts.load.component(consumer).and_then(|load| load.capacity_of_one);
    let usable = rate_of_one.map_or_else(String::new, |one| {
        let count = |count: u64| format_rate(count as f64 * one);
        format!("; it takes {} of the {} that its replicas could", count(partitions), count(replicas))
    });
    let count = |count: u64| format_count(count as f64);
    let message = format!(
        "`{}` has n = {} replicas > {} `partitions` of {}: {} of them stand idle{usable}",
        ctx.model.path(consumer),
        count(replicas),
        count(partitions),
        super::outage::names(ctx, &streams),
        count(replicas - partitions)
    );
    let used = match component.attrs.get(AttrId::REPLICAS).map(|value| &value.value) {
        Some(AttrValue::Range(low, _)) if *low < partitions => format!("{low}..{partitions}"),
        _ => partitions.to_string(),
    };
    let edits = edits::set(ctx, consumer, &[(AttrId::REPLICAS, &used)]).filter(|_| partitions > 0);
    let mut finding = Finding::new(Severity::Warning, consumer, message)
        .mend("run no more than there are partitions", edits)
        .help("more partitions, early, as their number decides where keys go; or fewer replicas")
        .witness(feeds.iter().map(|feed| ctx.connection_step(feed.connection)))
        .hits_all(ctx.flows_of(consumer).iter().copied());
    if !replicas_are_given(component) {
        finding = finding.resting_on(ctx.model.path(consumer), &component.attrs, &[AttrId::REPLICAS]);
    }
    for stream in streams {
        let attrs = &ctx.model.components[stream].attrs;
        finding = finding.resting_on(ctx.model.path(stream), attrs, &[AttrId::PARTITIONS]);
    }
    findings.push(finding);
}
