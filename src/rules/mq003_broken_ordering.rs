//! A flow that needs its messages in order, on a way that does not keep it.
//!
//! ## What it finds
//!
//! Orders are `none` < `key` < `total`. An error where the `ordering` of a flow is stronger than that of a broker on its way, or
//! where it is `total` and the broker has more than one partition or a consumer more than one replica. A warning where the flow
//! needs an order, and the feed of a consumer has `retries` while the broker has a `dead_letter`: a message that is set aside is
//! overtaken by those behind it.
//!
//! ## Why it matters
//!
//! An update that overtakes its creation, or a cancellation its order, leaves a state that no single message explains, and
//! nothing fails at the time.
//!
//! ## How to mend it
//!
//! Key the messages by the entity that must be in order, so that one partition and one consumer at a time see all of them; need
//! `total` only where a single partition and a single consumer can take the load. Or let the consumer cope: versions, and
//! messages that say what is, not what changed.
//!
//! ## When it stays silent
//!
//! On flows with `ordering = none`; `total` bears several replicas with `mode = active_passive`. Without `ordering` on the flow
//! or on the broker it is not assessed.
//!
//! ## Source
//!
//! Apache Kafka documentation: order holds within a partition; M. Kleppmann, Designing Data-Intensive Applications, ch. 11.
//!
//! ## Examples
//!
//! ```arch,fail
//! client app
//! service shop
//! queue changes { ordering = none }
//! worker indexer
//! flow change { ordering = key
//!   app -> shop ~> changes ~> indexer
//! }
//! ```
//!
//! ```arch,fail
//! client app
//! service shop
//! stream changes { ordering = total  partitions = 12 }
//! worker indexer
//! flow change { ordering = total
//!   app -> shop ~> changes ~> indexer
//! }
//! ```
//!
//! ```arch,pass
//! client app
//! service shop
//! stream changes { ordering = key  partitions = 12 }
//! worker indexer { replicas = 4 }
//! flow change { ordering = key
//!   app -> shop ~> changes ~> indexer
//! }
//! ```

use super::feeds::{Made, feeds_of, steps_of};
use super::{Category, Finding, Findings, Need, Rule, RuleContext, edits};
use crate::diagnostic::{Edit, Remark, Severity};
use crate::model::attributes::words::{Mode, Ordering, Word};
use crate::model::{AttrId, ComponentId, FlowId, VisitId};
use crate::syntax::ast::Operator;
use crate::units::format_count;

pub(super) static RULE: Rule = Rule {
    code: "MQ003",
    name: "broken-ordering",
    category: Category::Messaging,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::ORDERING)],
    expects: &[],
    check,
};

/// Where an order is lost.
struct Loss {
    severity: Severity,
    how: String,
    /// The figure of the broker on which that rests.
    of_broker: Option<AttrId>,
    /// The figure of a consumer on which that rests.
    of_consumer: Option<(ComponentId, AttrId)>,
}

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, flow) in ctx.model.flows.enumerate() {
        let wanted = flow.attrs.word::<Ordering>(AttrId::ORDERING);
        if wanted == Some(Ordering::None) {
            continue;
        }
        for (visit, it) in flow.visits.enumerate() {
            if !ctx.model.components[it.component].kind.is_broker() {
                continue;
            }
            let Some(wanted) = wanted else {
                findings.not_assessed(id, AttrId::ORDERING);
                break;
            };
            let losses = losses(ctx, id, visit, wanted);
            let Some(losses) = losses else {
                findings.not_assessed(it.component, AttrId::ORDERING);
                continue;
            };
            if let Some(finding) = finding(ctx, id, visit, wanted, &losses) {
                findings.push(finding);
            }
        }
    }
}

/// Where a broker and its consumers lose an order that a flow needs; `None` where the broker does not say what it keeps, and
/// nothing else loses it.
fn losses(ctx: &RuleContext<'_>, flow: FlowId, visit: VisitId, wanted: Ordering) -> Option<Vec<Loss>> {
    let broker = ctx.model.flows[flow].visits[visit].component;
    let attrs = &ctx.model.components[broker].attrs;
    let mut losses = Vec::new();
    let loss = |severity, how| Loss { severity, how, of_broker: None, of_consumer: None };
    let kept = attrs.word::<Ordering>(AttrId::ORDERING);
    if let Some(kept) = kept.filter(|kept| wanted > *kept) {
        let how = format!("`ordering` = {} > {}, which it keeps", wanted.as_str(), kept.as_str());
        losses.push(Loss { of_broker: Some(AttrId::ORDERING), ..loss(Severity::Error, how) });
    }
    let partitions = attrs.count(AttrId::PARTITIONS).filter(|count| wanted == Ordering::Total && *count > 1);
    if let Some(partitions) = partitions {
        let how = format!("`partitions` = {} > 1", format_count(partitions as f64));
        losses.push(Loss { of_broker: Some(AttrId::PARTITIONS), ..loss(Severity::Error, how) });
    }
    let sets_aside = attrs.has(AttrId::DEAD_LETTER) && attrs.flag(AttrId::DEAD_LETTER) != Some(false);
    for feed in feeds_in(ctx, flow, visit) {
        let consumer = &ctx.model.components[feed.callee];
        let (replicas, name) = (ctx.replicas(feed.callee), ctx.model.path(feed.callee));
        let takes_turns = consumer.attrs.word(AttrId::MODE) == Some(Mode::ActivePassive);
        if wanted == Ordering::Total && replicas > 1 && !takes_turns {
            let how = format!("n = {} > 1 replicas of `{name}` take its messages at once", format_count(replicas as f64));
            let of_consumer = Some((feed.callee, AttrId::REPLICAS));
            losses.push(Loss { of_consumer, ..loss(Severity::Error, how) });
        }
        if let Some(retries) = feed.attrs.count(AttrId::RETRIES).filter(|retries| *retries >= 1 && sets_aside) {
            let how = format!(
                "a message on which `{name}` fails is overtaken once it is set aside: `retries` = {} ≥ 1 and a `dead_letter`",
                format_count(retries as f64)
            );
            losses.push(Loss { of_broker: Some(AttrId::DEAD_LETTER), ..loss(Severity::Warning, how) });
        }
    }
    (kept.is_some() || !losses.is_empty()).then_some(losses)
}

/// The feeds of a broker's visit: as the flow takes them, else as declared.
fn feeds_in<'a>(ctx: &RuleContext<'a>, flow: FlowId, visit: VisitId) -> Vec<Made<'a>> {
    let is_feed = |made: &Made<'_>| {
        ctx.model.connections[made.connection].op == Operator::Message
            && !ctx.model.components[made.callee].kind.is_broker()
    };
    let taken: Vec<Made<'a>> = steps_of(ctx, flow, visit).into_iter().filter(is_feed).collect();
    if !taken.is_empty() {
        return taken;
    }
    let declared = feeds_of(ctx, ctx.model.flows[flow].visits[visit].component);
    let made = |feed: &super::feeds::Feed| Made {
        connection: feed.connection,
        attrs: &ctx.model.connections[feed.connection].attrs,
        callee: feed.consumer,
        step: None,
    };
    declared.iter().map(made).collect()
}

fn finding(
    ctx: &RuleContext<'_>,
    flow: FlowId,
    visit: VisitId,
    wanted: Ordering,
    losses: &[Loss],
) -> Option<Finding> {
    let severity = losses.iter().map(|loss| loss.severity).max()?;
    let broker = ctx.model.flows[flow].visits[visit].component;
    let path = ctx.model.path(broker);
    let how: Vec<&str> = losses.iter().map(|loss| loss.how.as_str()).collect();
    let message = format!(
        "`{}` needs its messages in {}, and `{path}` is where that is lost: {}",
        ctx.model.flows[flow].header.name,
        if wanted == Ordering::Total { "one order" } else { "order by key" },
        how.join("; ")
    );
    let mut finding = Finding::new(severity, broker, message)
        .help("key the messages by the entity that must be in order, or let the consumer tell an old message from a new one")
        .mend("keep that order", kept(ctx, broker, wanted, losses))
        .witness(steps(ctx, flow, visit))
        .hits_at(flow, severity);
    for loss in losses.iter().filter(|loss| loss.severity == severity) {
        if let Some(figure) = loss.of_broker {
            finding = finding.resting_on(path, &ctx.model.components[broker].attrs, &[figure]);
        }
        if let Some((consumer, figure)) = loss.of_consumer {
            let attrs = &ctx.model.components[consumer].attrs;
            finding = finding.resting_on(ctx.model.path(consumer), attrs, &[figure]);
        }
    }
    Some(finding)
}

/// The order that is asked for, where the broker alone loses it.
fn kept(ctx: &RuleContext<'_>, broker: ComponentId, wanted: Ordering, losses: &[Loss]) -> Option<Vec<Edit>> {
    let settings: Option<Vec<(AttrId, &str)>> = losses
        .iter()
        .map(|loss| match loss.of_broker? {
            AttrId::ORDERING => Some((AttrId::ORDERING, wanted.as_str())),
            AttrId::PARTITIONS => Some((AttrId::PARTITIONS, "1")),
            _ => None,
        })
        .collect();
    edits::set(ctx, broker, &settings?)
}

fn steps(ctx: &RuleContext<'_>, flow: FlowId, visit: VisitId) -> Vec<Remark> {
    ctx.path_to(flow, visit)
}
