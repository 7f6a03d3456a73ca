//! Somebody waits for an answer that comes by queue.
//!
//! ## What it finds
//!
//! In one flow a chain of `~>` leaves a component, passes a broker and its consumer, and comes back to the component, while a caller of
//! that component waits for it by `->`.
//!
//! ## Why it matters
//!
//! It has the costs of both: the caller waits as for a call, and what it waits for stands in a line, behind everybody's messages, for a
//! consumer that may be down.
//!
//! ## How to mend it
//!
//! Answer 202 with an address to ask later, or call the caller back (a webhook, an open connection). Or call the consumer directly.
//!
//! ## When it stays silent
//!
//! Where the chain ends at who started the flow.
//!
//! ## Source
//!
//! Hohpe and Woolf, Enterprise Integration Patterns, Request-Reply.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service shop
//! queue requests
//! worker pricing
//! queue answers
//! flow price {
//!   browser -> shop
//!   shop ~> requests
//!   requests ~> pricing
//!   pricing ~> answers
//!   answers ~> shop
//! }
//! ```
//!
//! ```arch,pass
//! client browser
//! service shop
//! queue requests
//! worker pricing
//! queue answers
//! flow price {
//!   browser -> shop
//!   shop ~> requests
//!   requests ~> pricing
//!   pricing ~> answers
//!   answers ~> browser
//! }
//! ```

use super::outage::own_unavailability;
use super::{Category, Finding, Findings, Rule, RuleContext};
use crate::analysis::formulas::{allen_cunneen, mean_wait};
use crate::analysis::latency::own_work;
use crate::diagnostic::Severity;
use crate::model::{AttrId, CallId, ComponentId, FlowId, VisitId};
use crate::syntax::ast::Operator;
use crate::units::{format_share, format_time, round_significant};

pub(super) static RULE: Rule = Rule {
    code: "LT008",
    name: "sync-over-queue",
    category: Category::Latency,
    severities: &[Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[],
    expects: &[],
    check,
};

/// Messages in a row beyond which nobody looks.
const CHAIN: usize = 64;

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, flow) in ctx.model.flows.enumerate() {
        let starters: Vec<ComponentId> = flow.roots.iter().map(|root| flow.visits[*root].component).collect();
        for (call, made) in flow.calls.enumerate() {
            let to = flow.visits[made.target].component;
            let comes_back = ctx.model.connections[made.connection].op == Operator::Message;
            if comes_back
                && !starters.contains(&to)
                && let Some(circle) = way_back(ctx, id, call)
            {
                findings.push(finding(ctx, id, &circle));
            }
        }
    }
}

/// A chain of messages that comes back.
struct Circle {
    /// Whoever waits calls by this.
    waits: CallId,
    /// The messages, in their order.
    messages: Vec<CallId>,
    /// Who takes them from brokers on the way.
    consumers: Vec<ComponentId>,
}

/// The messages that lead from a component, for which somebody waits, by a broker and its consumer back to it with this call.
fn way_back(ctx: &RuleContext<'_>, id: FlowId, last: CallId) -> Option<Circle> {
    let flow = &ctx.model.flows[id];
    let component = |visit: VisitId| flow.visits[visit].component;
    let is_message = |call: CallId| ctx.model.connections[flow.calls[call].connection].op == Operator::Message;
    let back = component(flow.calls[last].target);
    let mut messages = vec![last];
    let mut consumers = Vec::new();
    let mut at = flow.calls[last].caller;
    for _ in 0..CHAIN {
        let via = flow.visits[at].via?;
        if component(at) == back {
            let waits = ctx.model.connections[flow.calls[via].connection].op == Operator::Call;
            messages.reverse();
            return (waits && !consumers.is_empty()).then_some(Circle { waits: via, messages, consumers });
        }
        if !is_message(via) {
            return None;
        }
        let caller = flow.calls[via].caller;
        let from_broker = ctx.model.components[component(caller)].kind.is_broker();
        if from_broker && !consumers.contains(&component(at)) {
            consumers.push(component(at));
        }
        messages.push(via);
        at = caller;
    }
    None
}

fn finding(ctx: &RuleContext<'_>, id: FlowId, circle: &Circle) -> Finding {
    let at = (id, circle.waits);
    let (waiting, asked) = (ctx.model.path(ctx.caller(at)), ctx.callee(at));
    let consumers: Vec<String> = circle.consumers.iter().rev().map(|consumer| told(ctx, *consumer)).collect();
    let message = format!(
        "`{waiting}` waits for `{}`, whose answer comes by queue: {} messages on, from {}",
        ctx.model.path(asked),
        circle.messages.len(),
        consumers.join(" and ")
    );
    let mut finding = Finding::new(Severity::Warning, asked, message)
        .help("answer 202 and let the caller ask later or be called back; or call the consumer directly")
        .hits(id);
    for call in std::iter::once(&circle.waits).chain(&circle.messages) {
        let remark = ctx.step(id, *call);
        finding = finding.in_step(remark.span).step(remark.span, remark.message);
    }
    finding
}

/// The squared coefficient of variation of the lognormal through a median and a 99th percentile.
fn variation(median: f64, p99: f64) -> f64 {
    let sigma = if median > 0.0 { (p99.max(median) / median).ln() / Z99 } else { 0.0 };
    (sigma * sigma).exp_m1()
}

/// The standard normal's 99th percentile.
const Z99: f64 = 2.326_347_874_040_841;

/// A consumer with its availability, and the wait in its queue where load and capacity are known.
fn told(ctx: &RuleContext<'_>, consumer: ComponentId) -> String {
    let mut about = Vec::new();
    if let Some(deployment) = ctx.facts.placement.of(consumer) {
        about.push(format!("A = {}", format_share(1.0 - own_unavailability(deployment))));
    }
    if let Some(load) = ctx.facts.load.component(consumer)
        && let (Some(rate), Some(one)) = (load.peak, load.capacity_of_one)
        && one > 0.0
    {
        let n = ctx.replicas(consumer);
        let spare = n as f64 * one - rate;
        if spare > 0.0 {
            let work = own_work(&ctx.model.components[consumer].attrs, &ctx.config.assumed);
            let variation = work.map_or(1.0, |(median, p99)| variation(median, p99));
            let at_once = ctx.model.components[consumer].attrs.count(AttrId::CONCURRENCY).unwrap_or(1).max(1);
            let (servers, service) = (n.saturating_mul(at_once), at_once as f64 / one);
            let wait = mean_wait(servers, rate * service, service) * allen_cunneen(1.0, variation);
            let load = round_significant(rate / (n as f64 * one), 3);
            about.push(format!("a queue wait of {} at ρ = {load}", format_time(wait)));
        } else {
            about.push("a queue that only grows, λ ≥ nμ".to_owned());
        }
    }
    match about.is_empty() {
        true => format!("`{}`", ctx.model.path(consumer)),
        false => format!("`{}` ({})", ctx.model.path(consumer), about.join(", ")),
    }
}
