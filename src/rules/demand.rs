//! What several rules on capacity share: the assumptions that a load rests on, and what is missing where there is none.
//! It must not know any single rule.

use super::{Finding, Findings, Need, RuleContext};
use crate::model::{AttrId, ComponentId};

/// The defaults that the load of a component rests on.
pub(super) fn assumed_load(ctx: &RuleContext<'_>, id: ComponentId) -> Vec<String> {
    let mut assumed = Vec::new();
    for flow in ctx.flows_of(id).iter().map(|flow| &ctx.model.flows[*flow]) {
        if flow.attrs.has(AttrId::RATE) {
            continue;
        }
        for root in &flow.roots {
            let starter = flow.visits[*root].component;
            let attrs = &ctx.model.components[starter].attrs;
            let by_users = !attrs.has(AttrId::RATE) && attrs.has(AttrId::REQUESTS_PER_USER);
            if by_users && attrs.beyond_default(AttrId::PEAK_FACTOR).is_none() {
                assumed.push(format!("`peak_factor` of `{}` by default", ctx.model.path(starter)));
            }
        }
    }
    for connection in ctx.incoming(id) {
        for usage in ctx.usages(*connection) {
            for cache in usage.attrs.components(AttrId::BEHIND) {
                let attrs = &ctx.model.components[cache].attrs;
                if !attrs.get(AttrId::HIT_RATIO).is_some_and(crate::model::Value::is_given) {
                    assumed.push(format!("`hit_ratio` of `{}`", ctx.model.path(cache)));
                }
            }
        }
    }
    assumed.sort();
    assumed.dedup();
    assumed
}

/// A finding that rests on the load of a component, and on its capacity.
pub(super) fn resting_on_load(ctx: &RuleContext<'_>, finding: Finding, id: ComponentId) -> Finding {
    let finding = assumed_load(ctx, id).into_iter().fold(finding, Finding::assuming);
    let figures: &[AttrId] = match ctx.model.components[id].attrs.has(AttrId::CAPACITY) {
        true => &[AttrId::CAPACITY],
        false => &[AttrId::CONCURRENCY, AttrId::LATENCY],
    };
    finding.resting_on(ctx.model.path(id), &ctx.model.components[id].attrs, figures)
}

/// The load at the peak and the capacity of one replica. Where one is missing, says so of a component that a flow visits.
pub(super) fn load_and_capacity(
    ctx: &RuleContext<'_>,
    findings: &mut Findings<'_>,
    id: ComponentId,
) -> Option<(f64, f64)> {
    let load = ctx.facts.load.component(id)?;
    if let (Some(rate), Some(capacity)) = (load.peak, load.capacity_of_one) {
        return Some((rate, capacity));
    }
    if !is_visited(ctx, id) {
        return None;
    }
    if load.peak.is_none() {
        findings.not_assessed(id, AttrId::RATE);
    }
    if load.capacity_of_one.is_none() {
        findings.not_assessed(id, AttrId::CAPACITY);
    }
    None
}

/// Whether a flow visits a component, or load reaches it otherwise.
pub(super) fn is_visited(ctx: &RuleContext<'_>, id: ComponentId) -> bool {
    let peak = ctx.facts.load.component(id).and_then(|load| load.peak);
    !ctx.flows_of(id).is_empty() || peak.is_some_and(|rate| rate > 0.0)
}

/// What is asked of a store at the peak. Rates are requests a second.
pub(super) struct StoreDemand {
    /// All requests.
    pub(super) rate: f64,
    /// Those that write, as far as the calls say.
    pub(super) writes: f64,
    /// Whether all calls say.
    pub(super) access_is_known: bool,
    /// What one replica can take.
    pub(super) capacity_of_one: f64,
}

impl StoreDemand {
    /// Of a store whose load and capacity are known; says what is missing.
    pub(super) fn of(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId) -> Option<Self> {
        let (rate, capacity_of_one) = load_and_capacity(ctx, findings, id)?;
        let access_is_known = access_is_known(ctx, findings, id);
        let writes = ctx.facts.load.component(id)?.writes.unwrap_or(0.0);
        Some(Self { rate, writes, access_is_known, capacity_of_one })
    }

    /// What a rule about it needs to know.
    pub(super) const NEEDS: &[Need] =
        &[Need::Attribute(AttrId::RATE), Need::Attribute(AttrId::CAPACITY), Need::Attribute(AttrId::ACCESS)];
}

/// Whether a broker hands messages to a component.
pub(super) fn is_consumer(ctx: &RuleContext<'_>, id: ComponentId) -> bool {
    let from_broker = |connection: &crate::model::ConnectionId| {
        let caller = ctx.model.connections[*connection].caller();
        caller.is_some_and(|caller| ctx.model.components[caller].kind.is_broker())
    };
    ctx.incoming(id).iter().any(from_broker)
}

/// Says of each call to a store that does not tell what it does that it leaves the rule open; whether all tell.
pub(super) fn access_is_known(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId) -> bool {
    let mut known = true;
    for connection in ctx.incoming(id) {
        if !matches!(
            ctx.model.connections[*connection].op,
            crate::syntax::ast::Operator::Call | crate::syntax::ast::Operator::Message
        ) {
            continue;
        }
        for usage in ctx.usages(*connection) {
            if !usage.attrs.has(AttrId::ACCESS) {
                findings.not_assessed(*connection, AttrId::ACCESS);
                known = false;
            }
        }
    }
    known
}
