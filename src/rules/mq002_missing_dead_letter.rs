//! A message that nobody can process has nowhere to go.
//!
//! ## What it finds
//!
//! A broker that hands messages to a consumer, whose `delivery` is not `at_most_once`, with `dead_letter` absent or false.
//!
//! ## Why it matters
//!
//! One message that makes its consumer fail blocks what stands behind it in its partition, or comes back for ever: each time it
//! costs a worker a run, and the messages that could be done wait.
//!
//! ## How to mend it
//!
//! Set it aside after a few tries: `dead_letter = NAME` or `dead_letter = true`, with an alarm on what arrives there.
//!
//! ## When it stays silent
//!
//! With `delivery = at_most_once`; where all data that the broker carries is `loss_ok`; on a broker that is itself the dead letter
//! of another; where only other brokers take its messages.
//!
//! ## Source
//!
//! Amazon SQS Developer Guide, dead-letter queues; M. Nygard, Release It!, 2nd ed., ch. 4.
//!
//! ## Examples
//!
//! ```arch,fail
//! service shop
//! queue mails
//! worker mailer
//! shop ~> mails ~> mailer
//! ```
//!
//! ```arch,pass
//! service shop
//! queue mails { dead_letter = undelivered }
//! queue undelivered
//! worker mailer
//! worker clerk
//! shop ~> mails ~> mailer
//! undelivered ~> clerk
//! ```

use super::feeds::{Feed, feeds_of};
use super::stored::data_of;
use super::{Category, Finding, Findings, Rule, RuleContext, edits};
use crate::diagnostic::Severity;
use crate::model::attributes::words::Delivery;
use crate::model::{AttrId, ComponentId, Kind};
use crate::units::{format_count, format_rate, format_time};

pub(super) static RULE: Rule = Rule {
    code: "MQ002",
    name: "missing-dead-letter",
    category: Category::Messaging,
    severities: &[Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[],
    expects: &[AttrId::DEAD_LETTER],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let mut parked: Vec<ComponentId> =
        ctx.model.components.iter().flat_map(|it| it.attrs.components(AttrId::DEAD_LETTER)).collect();
    parked.sort_unstable();
    for (id, component) in ctx.model.components.enumerate() {
        let attrs = &component.attrs;
        let has_one = attrs.has(AttrId::DEAD_LETTER) && attrs.flag(AttrId::DEAD_LETTER) != Some(false);
        let silent = !component.kind.is_broker()
            || has_one
            || attrs.word(AttrId::DELIVERY) == Some(Delivery::AtMostOnce)
            || parked.binary_search(&id).is_ok();
        if silent {
            continue;
        }
        let feeds = feeds_of(ctx, id);
        if let Some(first) = feeds.first()
            && !may_be_lost(ctx, id, &feeds)
        {
            findings.push(finding(ctx, id, &feeds, *first));
        }
    }
}

fn may_be_lost(ctx: &RuleContext<'_>, id: ComponentId, feeds: &[Feed]) -> bool {
    let mut data = data_of(ctx, id);
    for feed in feeds {
        let attrs = &ctx.model.connections[feed.connection].attrs;
        data.extend(attrs.data(AttrId::READS));
        data.extend(attrs.data(AttrId::WRITES));
    }
    !data.is_empty() && data.iter().all(|data| ctx.model.data[*data].attrs.is_true(AttrId::LOSS_OK))
}

fn finding(ctx: &RuleContext<'_>, id: ComponentId, feeds: &[Feed], first: Feed) -> Finding {
    let component = &ctx.model.components[id];
    let attrs = &component.attrs;
    let mut consumers: Vec<ComponentId> = feeds.iter().map(|feed| feed.consumer).collect();
    consumers.sort_unstable();
    consumers.dedup();
    let fails = if consumers.len() == 1 { "fails" } else { "fail" };
    let consumers = super::outage::names(ctx, &consumers);
    let fate = match (component.kind, attrs.count(AttrId::PARTITIONS), attrs.seconds(AttrId::VISIBILITY_TIMEOUT)) {
        (Kind::Stream, Some(partitions), _) => {
            let partitions = format_count(partitions as f64);
            format!("blocks what stands behind it in its partition, 1 of {partitions}")
        }
        (Kind::Stream, None, _) => "blocks what stands behind it in its partition".to_owned(),
        (_, _, Some(timeout)) => format!("comes back every {} for ever", format_time(timeout)),
        _ => "comes back for ever".to_owned(),
    };
    let rate = ctx.facts.load.component(id).and_then(|load| load.peak).filter(|rate| *rate > 0.0);
    let rate = rate.map_or_else(String::new, |rate| {
        format!("; of λ = {} one in a million is {}", format_rate(rate), format_rate(rate / 1e6))
    });
    let path = ctx.model.path(id);
    let state = match attrs.flag(AttrId::DEAD_LETTER) {
        Some(_) => "`dead_letter = false`",
        None => "no `dead_letter`",
    };
    let message = format!("`{path}` has {state}: 1 message on which {consumers} {fails} {fate}{rate}");
    let finding = Finding::new(Severity::Warning, id, message)
        .help("set it aside after a few tries, `dead_letter = true`, and raise an alarm when one arrives")
        .witness([ctx.connection_step(first.connection)])
        .hits_all(ctx.flows_of(id).iter().copied());
    finding.mend("set such messages aside", edits::set(ctx, id, &[(AttrId::DEAD_LETTER, "true")]))
}
