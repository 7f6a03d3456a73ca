//! A consumer that does not keep up with its messages, or does not catch up in time.
//!
//! ## What it finds
//!
//! Of a consumer of a broker, m·μ is what its m replicas take (of a stream no more of them than it has `partitions`) and λ̄ what
//! comes on average. An error where m·μ ≤ λ̄. A warning where after an outage of t, its `mttr`, the backlog λ̄·t drains in
//! λ̄·t/(m·μ − λ̄) > `rto` (the smallest of the consumer, the broker and the flows), or where t is longer than the `retention` of
//! the broker.
//!
//! ## Why it matters
//!
//! A queue in front of a consumer that is too slow grows until something gives, and hides it until then. One that is barely fast
//! enough is hours behind after each outage: 800 messages a second against 1,000 leave 2.88 million after an hour, and four
//! hours until they are done.
//!
//! ## How to mend it
//!
//! More consumers (and partitions), work that can be put off or dropped when it is late, a second queue for what is old.
//!
//! ## When it stays silent
//!
//! On a `job`, which has its own times. Without a load and a capacity, or without `rto` and `retention`, it is not assessed.
//!
//! ## Source
//!
//! D. Yanacek, Avoiding insurmountable queue backlogs, Amazon Builders' Library.
//!
//! ## Examples
//!
//! ```arch,fail
//! client sensor { rate = 1k/s  peak_factor = 1 }
//! service intake
//! queue readings
//! worker writer { capacity = 400/s  replicas = 2 }
//! sensor -> intake ~> readings ~> writer
//! ```
//!
//! ```arch,fail
//! client sensor { rate = 800/s  peak_factor = 1 }
//! service intake
//! queue readings
//! worker writer { capacity = 1k/s  mttr = 1h  rto = 2h }
//! sensor -> intake ~> readings ~> writer
//! ```
//!
//! ```arch,pass
//! client sensor { rate = 800/s  peak_factor = 1 }
//! service intake
//! queue readings { retention = 4d }
//! worker writer { capacity = 1k/s  replicas = 2  mttr = 1h  rto = 2h }
//! sensor -> intake ~> readings ~> writer
//! ```

use super::feeds::{Feed, assumed_average, feeds, flows_behind};
use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, edits};
use crate::analysis::backlog::Backlog;
use crate::diagnostic::{Edit, Severity};
use crate::model::{AttrId, Kind, Metric};
use crate::units::{format_count, format_rate, format_time};

pub(super) static RULE: Rule = Rule {
    code: "MQ004",
    name: "backlog",
    category: Category::Messaging,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::RATE),
        Need::Attribute(AttrId::CAPACITY),
        Need::Attribute(AttrId::RTO),
        Need::Attribute(AttrId::RETENTION),
    ],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for feed in feeds(ctx).filter(|feed| ctx.model.components[feed.consumer].kind != Kind::Job) {
        // actors take what they are sent in their own time
        if ctx.model.components[feed.consumer].kind.is_actor() {
            continue;
        }
        let backlogs = &ctx.facts.backlogs;
        let at = backlogs.binary_search_by_key(&feed.connection, |it| it.connection).ok();
        match at.and_then(|at| backlogs.get(at)) {
            Some(backlog) => check_feed(ctx, findings, feed, backlog),
            None => not_assessed(ctx, findings, feed),
        }
    }
}

fn not_assessed(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, feed: Feed) {
    let load = ctx.facts.load.component(feed.consumer);
    if load.and_then(|load| load.average).is_none() {
        findings.not_assessed(feed.consumer, AttrId::RATE);
    }
    if load.and_then(|load| load.capacity_of_one).is_none() {
        findings.not_assessed(feed.consumer, AttrId::CAPACITY);
    }
}

fn check_feed(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, feed: Feed, backlog: &Backlog) {
    if backlog.rate_in <= 0.0 {
        return;
    }
    if !exceeds(backlog.rate_out, backlog.rate_in) {
        return findings.push(never(ctx, feed, backlog));
    }
    let rto = smallest_rto(ctx, feed);
    let retention = ctx.model.components[feed.broker].attrs.seconds(AttrId::RETENTION);
    if rto.is_none() && retention.is_none() {
        findings.not_assessed(feed.consumer, AttrId::RTO);
        findings.not_assessed(feed.broker, AttrId::RETENTION);
        return;
    }
    let late = rto.as_ref().filter(|(rto, _)| exceeds(backlog.drain, *rto));
    let lost = retention.filter(|retention| exceeds(backlog.outage, *retention));
    if late.is_none() && lost.is_none() {
        return;
    }
    let (broker, consumer) = (ctx.model.path(feed.broker), ctx.model.path(feed.consumer));
    let outage = format_time(backlog.outage);
    let mut message = format!(
        "an outage of `{consumer}` of t = {outage} leaves λ̄·t = {}·{outage} = {} messages in `{broker}`",
        format_rate(backlog.rate_in),
        format_count(backlog.messages)
    );
    if let Some((rto, whose)) = late {
        message.push_str(&format!(
            ": λ̄·t/(m·μ − λ̄) = {} to drain > {}, the `rto` of {whose}, with {}",
            format_time(backlog.drain),
            format_time(*rto),
            rates(backlog)
        ));
    }
    if let Some(retention) = lost {
        message.push_str(&format!(
            "{} they expire first: t = {outage} > {}, its `retention`",
            if late.is_some() { ";" } else { ", where" },
            format_time(retention)
        ));
    }
    let mut finding = Finding::new(Severity::Warning, feed.consumer, message)
        .witness([ctx.connection_step(feed.connection)])
        .help("more consumers, so that it catches up sooner; or keep messages longer, or drop what is too late to matter");
    if backlog.outage_assumed {
        finding = finding.assuming(format!("`mttr` of `{consumer}` by default"));
    }
    if lost.is_some() {
        let attrs = &ctx.model.components[feed.broker].attrs;
        finding = finding.resting_on(broker, attrs, &[AttrId::RETENTION]);
    }
    findings.push(resting_on_rates(ctx, finding, feed));
}

/// The consumer is no faster than what comes.
fn never(ctx: &RuleContext<'_>, feed: Feed, backlog: &Backlog) -> Finding {
    let (broker, consumer) = (ctx.model.path(feed.broker), ctx.model.path(feed.consumer));
    let growth = backlog.rate_in - backlog.rate_out;
    let grows = if growth > 0.0 { format!("grows by {}", format_rate(growth)) } else { "never drains".to_owned() };
    let message = format!(
        "`{consumer}` does not keep up with `{broker}`: {} ≤ λ̄ = {}, so its backlog {grows}",
        rates(backlog),
        format_rate(backlog.rate_in)
    );
    let wanted = (backlog.rate_in + backlog.other_work) / (0.7 * backlog.rate_of_one);
    let help = match wanted.is_finite() {
        true => format!("about {} replicas (and as many partitions of a stream), or shed what is late", wanted.ceil()),
        false => "more consumers (and partitions of a stream), or shed what is late".to_owned(),
    };
    let finding = Finding::new(Severity::Error, feed.consumer, message)
        .mend(format!("run {} replicas", wanted.ceil()), consumers(ctx, feed, wanted))
        .witness([ctx.connection_step(feed.connection)])
        .help(help);
    resting_on_rates(ctx, finding, feed)
}

/// So many consumers; nothing where a stream has fewer partitions.
fn consumers(ctx: &RuleContext<'_>, feed: Feed, wanted: f64) -> Option<Vec<Edit>> {
    let wanted = (1.0..1e5).contains(&wanted).then(|| wanted.ceil() as u64)?;
    let broker = &ctx.model.components[feed.broker];
    let partitions = broker.attrs.count(AttrId::PARTITIONS).filter(|_| broker.kind == Kind::Stream);
    let has_room = partitions.is_none_or(|partitions| wanted <= partitions);
    has_room.then(|| edits::replicas(ctx, feed.consumer, 0, wanted)).flatten()
}

/// What the consumer takes: `m·μ = 2·400/s = 800/s`.
fn rates(backlog: &Backlog) -> String {
    let all = backlog.workers as f64 * backlog.rate_of_one;
    let product =
        format!("m·μ = {}·{} = {}", format_count(backlog.workers as f64), format_rate(backlog.rate_of_one), format_rate(all));
    if exceeds(all, backlog.rate_out) {
        format!("{product}, of which {} are left beside its other work", format_rate(backlog.rate_out))
    } else {
        product
    }
}

fn resting_on_rates(ctx: &RuleContext<'_>, finding: Finding, feed: Feed) -> Finding {
    let attrs = &ctx.model.components[feed.consumer].attrs;
    let figures: &[AttrId] = match attrs.has(AttrId::CAPACITY) {
        true => &[AttrId::CAPACITY],
        false => &[AttrId::CONCURRENCY, AttrId::LATENCY],
    };
    assumed_average(ctx, feed.consumer)
        .into_iter()
        .fold(finding, Finding::assuming)
        .resting_on(ctx.model.path(feed.consumer), attrs, figures)
        .hits_all(flows_behind(ctx, feed))
}

/// The smallest `rto` that the backlog must keep, and whose it is.
fn smallest_rto(ctx: &RuleContext<'_>, feed: Feed) -> Option<(f64, String)> {
    let of_component = |id| {
        let rto = ctx.model.components[id].attrs.seconds(AttrId::RTO)?;
        Some((rto, format!("`{}`", ctx.model.path(id))))
    };
    let of_flows = flows_behind(ctx, feed).into_iter().filter_map(|flow| {
        let rto = ctx.ceiling(flow, Metric::Rto)?;
        Some((rto, format!("`{}`", ctx.model.flows[flow].header.name)))
    });
    let own = [of_component(feed.consumer), of_component(feed.broker)].into_iter().flatten();
    own.chain(of_flows).reduce(|least, next| if next.0 < least.0 { next } else { least })
}
