//! What the rules on messaging share: which brokers hand messages to whom, and what their consumers do next. It must not know
//! any single rule.

use super::{RuleContext, Usage};
use crate::model::{AttrId, Attributes, CallId, ComponentId, ConnectionId, FlowId, VisitId};
use crate::syntax::ast::Operator;

/// A connection by which a broker hands messages to a consumer. What only passes them on, another broker, is none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Feed {
    pub(super) connection: ConnectionId,
    pub(super) broker: ComponentId,
    pub(super) consumer: ComponentId,
}

/// The feeds of a design, in the order declared.
pub(super) fn feeds<'a>(ctx: &RuleContext<'a>) -> impl Iterator<Item = Feed> + use<'a> {
    let model = ctx.model;
    model.connections.enumerate().filter_map(move |(connection, it)| {
        let (broker, consumer) = (it.caller()?, it.callee()?);
        let is_feed = it.op == Operator::Message
            && model.components[broker].kind.is_broker()
            && !model.components[consumer].kind.is_broker();
        is_feed.then_some(Feed { connection, broker, consumer })
    })
}

/// The feeds out of a broker, in the order declared.
pub(super) fn feeds_of<'a>(ctx: &RuleContext<'a>, broker: ComponentId) -> Vec<Feed> {
    let model = ctx.model;
    let feed = |connection: &ConnectionId| {
        let it = &model.connections[*connection];
        let consumer = it.callee().filter(|consumer| !model.components[*consumer].kind.is_broker())?;
        (it.op == Operator::Message).then_some(Feed { connection: *connection, broker, consumer })
    };
    ctx.outgoing(broker).iter().filter_map(feed).collect()
}

/// A call as some flow makes it, or as declared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Made<'a> {
    pub(super) connection: ConnectionId,
    pub(super) attrs: &'a Attributes,
    pub(super) callee: ComponentId,
    /// The step, where a flow makes it.
    pub(super) step: Option<(FlowId, CallId)>,
}

/// What a consumer does with what it is handed: the steps below that use of its feed; where the flow tells of none, or no
/// flow takes the feed, every call and message that leaves it.
pub(super) fn work_behind<'a>(
    ctx: &RuleContext<'a>,
    consumer: ComponentId,
    usage: &Usage<'a>,
) -> Vec<Made<'a>> {
    if let Some((flow, call)) = usage.call {
        let below = steps_of(ctx, flow, ctx.call((flow, call)).target);
        if !below.is_empty() {
            return below;
        }
    }
    let mut made = Vec::new();
    for connection in ctx.outgoing(consumer) {
        let it = &ctx.model.connections[*connection];
        let Some(callee) = it.callee() else { continue };
        if matches!(it.op, Operator::Call | Operator::Message) {
            let uses = ctx.usages(*connection);
            made.extend(uses.iter().map(|usage| Made {
                connection: *connection,
                attrs: usage.attrs,
                callee,
                step: usage.call,
            }));
        }
    }
    made
}

/// The calls that a visit makes.
pub(super) fn steps_of<'a>(ctx: &RuleContext<'a>, flow: FlowId, visit: VisitId) -> Vec<Made<'a>> {
    let it = &ctx.model.flows[flow];
    let calls = it.visits[visit].groups.iter().flat_map(|group| it.groups[*group].calls.iter().copied());
    calls
        .map(|call| {
            let made = &it.calls[call];
            let callee = it.visits[made.target].component;
            Made { connection: made.connection, attrs: &made.attrs, callee, step: Some((flow, call)) }
        })
        .collect()
}

/// The peak factors by default on which the average load of a component rests: an average is the peak over the factor, unless it
/// comes from `users`.
pub(super) fn assumed_average(ctx: &RuleContext<'_>, id: ComponentId) -> Vec<String> {
    let mut assumed = Vec::new();
    let known = |attrs: &Attributes| attrs.beyond_default(AttrId::PEAK_FACTOR).is_some();
    for flow in flows_to(ctx, id).into_iter().map(|flow| &ctx.model.flows[flow]) {
        if known(&flow.attrs) {
            continue;
        }
        for root in &flow.roots {
            let starter = flow.visits[*root].component;
            let attrs = &ctx.model.components[starter].attrs;
            let by_peak = flow.attrs.has(AttrId::RATE) || attrs.has(AttrId::RATE);
            if by_peak && !known(attrs) {
                assumed.push(format!("`peak_factor` of `{}` by default", ctx.model.path(starter)));
            }
        }
    }
    assumed.sort();
    assumed.dedup();
    assumed
}

/// The flows that take a feed; where none does, those that bring messages to its broker.
pub(super) fn flows_behind(ctx: &RuleContext<'_>, feed: Feed) -> Vec<FlowId> {
    let through = ctx.flows_through(feed.connection);
    if through.is_empty() { flows_to(ctx, feed.broker) } else { through }
}

/// The flows that visit a component; where none does, those at the other end of what leads there: a flow may end at a broker,
/// and its messages go on.
fn flows_to(ctx: &RuleContext<'_>, id: ComponentId) -> Vec<FlowId> {
    let mut found: Vec<FlowId> = Vec::new();
    let mut seen = vec![id];
    let mut at = 0;
    while let Some(id) = seen.get(at).copied() {
        at += 1;
        let flows = ctx.flows_of(id);
        if !flows.is_empty() {
            found.extend(flows);
            continue;
        }
        for connection in ctx.incoming(id) {
            let it = &ctx.model.connections[*connection];
            let leads = matches!(it.op, Operator::Call | Operator::Message);
            if let Some(caller) = it.caller().filter(|caller| leads && !seen.contains(caller)) {
                seen.push(caller);
            }
        }
        if seen.len() > UPSTREAM {
            break;
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Beyond so many components upstream nobody looks for flows.
const UPSTREAM: usize = 256;
