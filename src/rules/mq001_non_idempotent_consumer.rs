//! A consumer that may get a message twice and then does its work twice.
//!
//! ## What it finds
//!
//! A broker with `delivery = at_least_once` hands messages to a consumer that writes (`access` = `write`, `read_write`, or
//! `writes` on one of its calls), and the feed, the `~>` between them, is not `idempotent`: with `idempotent = false` an error
//! where data of class `payment` is written or carried, or where the flow is critical, else a warning; a note where
//! `idempotent` is absent.
//!
//! ## Why it matters
//!
//! At least once means twice, sooner or later: a consumer that dies between its write and its acknowledgement, or one that is
//! slower than the visibility timeout, gets the message again. A broker that removes duplicates does so for what is sent
//! twice, and for a while (an SQS FIFO queue for 5 minutes), not for what is processed twice.
//!
//! ## How to mend it
//!
//! Keep the ids of the messages that are done in the store that is written, in the same transaction (an inbox table), or make
//! the write one that can be repeated: an upsert by key, a condition on a version. Then say `idempotent = true`.
//!
//! ## When it stays silent
//!
//! With `idempotent = true` on the feed, or on every write of the consumer; where the consumer only reads. Without `delivery` on
//! the broker, or `access` on calls to stores, it is not assessed.
//!
//! ## Source
//!
//! M. Kleppmann, Designing Data-Intensive Applications, ch. 11; Amazon SQS Developer Guide, FIFO queue key terms.
//!
//! ## Examples
//!
//! ```arch,fail
//! queue charges { delivery = at_least_once }
//! worker biller
//! database ledger
//! charges ~> biller { idempotent = false }
//! biller -> ledger { access = write }
//! ```
//!
//! ```arch,fail
//! queue charges { delivery = at_least_once }
//! worker biller
//! database ledger
//! charges ~> biller
//! biller -> ledger { access = write }
//! ```
//!
//! ```arch,pass
//! queue charges { delivery = at_least_once }
//! worker biller
//! worker viewer
//! database ledger
//! charges ~> biller { idempotent = true }
//! charges ~> viewer { idempotent = false }
//! biller -> ledger { access = write }
//! viewer -> ledger { access = read }
//! ```

use super::feeds::{Feed, Made, feeds, work_behind};
use super::terms::{access_is_known, carries, writes};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Usage, edits};
use crate::diagnostic::Severity;
use crate::model::attributes::words::{DataClass, Delivery};
use crate::model::{AttrId, ComponentId, DataId};
use crate::units::format_rate;

pub(super) static RULE: Rule = Rule {
    code: "MQ001",
    name: "non-idempotent-consumer",
    category: Category::Messaging,
    severities: &[Severity::Error, Severity::Warning, Severity::Note],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::DELIVERY), Need::Attribute(AttrId::ACCESS)],
    expects: &[AttrId::IDEMPOTENT],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for feed in feeds(ctx) {
        for usage in ctx.usages(feed.connection) {
            if !usage.attrs.is_true(AttrId::IDEMPOTENT) {
                check_feed(ctx, findings, feed, &usage);
            }
        }
    }
}

fn check_feed(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, feed: Feed, usage: &Usage<'_>) {
    let work = work_behind(ctx, feed.consumer, usage);
    let written: Vec<&Made<'_>> = work.iter().filter(|made| writes(made.attrs)).collect();
    let delivery = ctx.model.components[feed.broker].attrs.word(AttrId::DELIVERY);
    if matches!(delivery, Some(Delivery::AtMostOnce | Delivery::ExactlyOnce)) {
        return;
    }
    if written.iter().all(|made| made.attrs.is_true(AttrId::IDEMPOTENT)) {
        let keeps = |made: &&Made<'_>| {
            let kind = ctx.model.components[made.callee].kind;
            kind.is_store() && !access_is_known(made.attrs) && !made.attrs.is_true(AttrId::IDEMPOTENT)
        };
        for made in work.iter().filter(keeps) {
            findings.not_assessed(made.connection, AttrId::ACCESS);
        }
        return;
    }
    if delivery.is_none() {
        return findings.not_assessed(feed.broker, AttrId::DELIVERY);
    }
    findings.push(finding(ctx, feed, usage, &written));
}

fn finding(ctx: &RuleContext<'_>, feed: Feed, usage: &Usage<'_>, written: &[&Made<'_>]) -> Finding {
    let connection = &ctx.model.connections[feed.connection];
    let is_payment = |data: &DataId| {
        ctx.model.data[*data].attrs.word::<DataClass>(AttrId::CLASS) == Some(DataClass::Payment)
    };
    let pays = written.iter().any(|made| data_of(ctx, made).iter().any(is_payment))
        || carries(ctx.model, connection).iter().any(is_payment);
    let critical = usage.call.is_some_and(|(flow, _)| ctx.is_critical(flow));
    let refused = usage.attrs.flag(AttrId::IDEMPOTENT) == Some(false);
    let severity = match (refused, pays || critical) {
        (true, true) => Severity::Error,
        (true, false) => Severity::Warning,
        (false, _) => Severity::Note,
    };
    let mut targets: Vec<ComponentId> = written.iter().map(|made| made.callee).collect();
    targets.sort_unstable();
    targets.dedup();
    let state = if refused { "`idempotent = false`" } else { "nothing says that it is `idempotent`" };
    let rate = ctx.facts.load.connection(feed.connection).and_then(|load| load.peak).filter(|rate| *rate > 0.0);
    let again = match rate {
        Some(rate) => format!(
            "λ·P(no acknowledgement) = {}·P come again, {} where one in a thousand is lost",
            format_rate(rate),
            format_rate(rate / 1000.0)
        ),
        None => "λ·P(no acknowledgement) come again".to_owned(),
    };
    let (broker, consumer) = (ctx.model.path(feed.broker), ctx.model.path(feed.consumer));
    let message = format!(
        "`{broker}` delivers at least once, `{consumer}` writes to {}, and {state}: of its messages {again}{}",
        super::outage::names(ctx, &targets),
        if pays { ", and data of class `payment` is then written twice" } else { "" }
    );
    let mut finding = Finding::new(severity, feed.connection, message)
        .help("remember which messages are done where the write goes, or make it repeatable; then say `idempotent = true`")
        .resting_on(broker, &ctx.model.components[feed.broker].attrs, &[AttrId::DELIVERY])
        .witness([ctx.connection_step(feed.connection)])
        .witness(written.iter().map(|made| match made.step {
            Some((flow, call)) => ctx.step(flow, call),
            None => ctx.connection_step(made.connection),
        }));
    if !refused {
        let edits = edits::set_on_call(ctx, feed.connection, usage.step(ctx), &[(AttrId::IDEMPOTENT, "true")]);
        finding = finding.mend("say that it is idempotent, once it is", edits);
    }
    match usage.call {
        Some(at) => finding.hits(at.0).in_step(ctx.call(at).span),
        None => finding,
    }
}

/// What a call writes or reads by name, else what its end stores.
fn data_of(ctx: &RuleContext<'_>, made: &Made<'_>) -> Vec<DataId> {
    let named: Vec<DataId> =
        [AttrId::WRITES, AttrId::READS].into_iter().flat_map(|id| made.attrs.data(id)).collect();
    if named.is_empty() { ctx.model.components[made.callee].attrs.data(AttrId::STORES) } else { named }
}
