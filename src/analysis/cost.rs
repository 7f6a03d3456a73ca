//! What a design costs a month: Σ cost × replicas, and the traffic that leaves zones, regions, and for the internet. As designed;
//! knows no finding.

use smol_str::SmolStr;

use super::assumptions::{Assumptions, Subject};
use super::load::Load;
use super::placement::Placement;
use super::traffic::{Crossing, crossing};
use crate::config::Assumed;
use crate::model::attributes::words::Access;
use crate::model::{AttrId, AttrValue, ComponentId, Connection, ConnectionId, Flow, FlowId, Metric, Model};
use crate::syntax::ast::Operator;
use crate::units::{Currency, MONTH, format_money};

/// What a design costs, in money for a month of 30 days.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Cost {
    /// By [`ComponentId`]: all replicas of all shards, at the upper end of a range.
    pub components: Vec<Option<f64>>,
    /// What groups cost beside their parts.
    pub groups: f64,
    /// Σ of components and groups; `None` where no `cost` is given.
    pub given: Option<f64>,
    /// Traffic whose price is known, in the order of the connections.
    pub traffic: Vec<Traffic>,
    /// Σ of the traffic; `None` where no connection with load gives a `payload`.
    pub traffic_total: Option<f64>,
    /// All of it; `None` where no `cost` is given and no traffic is priced.
    pub total: Option<f64>,
    /// The components that run and give no `cost`: they count nothing.
    pub unpriced: Vec<ComponentId>,
    /// The currency of the file; the dollar where it names none.
    pub currency: Option<Currency>,
}

/// What the traffic of a connection costs.
#[derive(Clone, PartialEq, Debug)]
pub struct Traffic {
    /// The connection.
    pub connection: ConnectionId,
    /// Bytes a month.
    pub bytes: f64,
    /// Where they go.
    pub crossing: Crossing,
    /// Money a month.
    pub cost: f64,
}

impl Cost {
    /// What a component costs.
    pub fn of(&self, id: ComponentId) -> Option<f64> {
        self.components.get(id.index()).copied().flatten()
    }

    /// What the components and connections of a flow cost, those that it shares with others included; `None` where nothing of it
    /// has a price.
    pub fn of_flow(&self, model: &Model, id: FlowId) -> Option<f64> {
        let flow = &model.flows[id];
        let mut visited: Vec<ComponentId> = flow.visits.iter().map(|visit| visit.component).collect();
        visited.sort_unstable();
        visited.dedup();
        let components = visited.iter().filter_map(|id| self.of(*id));
        components.chain(self.taken(flow)).reduce(|a, b| a + b)
    }

    /// What the traffic of a flow's connections costs.
    pub fn traffic_of_flow(&self, model: &Model, id: FlowId) -> f64 {
        self.taken(&model.flows[id]).sum()
    }

    fn taken<'a>(&'a self, flow: &'a Flow) -> impl Iterator<Item = f64> + 'a {
        let taken = |it: &&Traffic| flow.calls.iter().any(|call| call.connection == it.connection);
        self.traffic.iter().filter(taken).map(|it| it.cost)
    }
}

/// Money over time of an attribute.
fn money(value: Option<&crate::model::Value>) -> Option<(f64, Currency)> {
    match value?.value {
        AttrValue::Cost(cost) => Some((cost.per_month, cost.currency)),
        _ => None,
    }
}

/// What a design costs, with the prices that this rests on.
pub(super) fn cost(
    model: &Model,
    placement: &Placement,
    load: &Load,
    assumed: &Assumed,
    assumptions: &mut Assumptions,
) -> Cost {
    let mut cost = Cost::default();
    for (id, component) in model.components.enumerate() {
        let deployment = placement.of(id);
        let nodes = deployment.map_or(1.0, |it| it.high as f64 * it.shards as f64);
        let price = money(component.attrs.get(AttrId::COST));
        cost.currency = cost.currency.or(price.map(|(_, currency)| currency));
        if price.is_none() && deployment.is_some() && !component.kind.is_actor() {
            cost.unpriced.push(id);
        }
        cost.components.push(price.map(|(price, _)| price * nodes));
    }
    let groups: Vec<f64> = model
        .groups
        .iter()
        .filter_map(|group| {
            let (price, currency) = money(group.attrs.get(AttrId::COST))?;
            cost.currency = cost.currency.or(Some(currency));
            Some(price)
        })
        .collect();
    cost.groups = groups.iter().sum();
    cost.given = cost.components.iter().flatten().copied().chain(groups).reduce(|a, b| a + b);
    cost.traffic = traffic(model, placement, load, assumed);
    cost.traffic_total = cost.traffic.iter().map(|it| it.cost).reduce(|a, b| a + b);
    cost.total = cost.given.into_iter().chain(cost.traffic_total).reduce(|a, b| a + b);
    record(model, &cost, assumed, assumptions);
    cost
}

fn traffic(model: &Model, placement: &Placement, load: &Load, assumed: &Assumed) -> Vec<Traffic> {
    let mut found = Vec::new();
    for (id, connection) in model.connections.enumerate() {
        let (Some(from), Some(to)) = (connection.caller(), connection.callee()) else { continue };
        if !matches!(connection.op, Operator::Call | Operator::Message) {
            continue;
        }
        let bytes = load.connection(id).and_then(|load| load.average_bytes_per_second);
        let Some(bytes) = bytes else { continue };
        let mut crossing = crossing(model, placement, from, to);
        if comes_in(model, connection) {
            crossing.egress = 0.0;
        }
        // both ends of what leaves a zone are billed
        let price = crossing.zone * 2.0 * assumed.price_zone
            + crossing.region * assumed.price_region
            + crossing.egress * assumed.price_egress;
        let bytes = bytes * MONTH;
        found.push(Traffic { connection: id, bytes, crossing, cost: bytes / 1e9 * price });
    }
    found
}

/// Whether what a call to or from the internet carries surely comes in, which is not billed: what somebody outside only writes here,
/// what is only read there.
fn comes_in(model: &Model, connection: &Connection) -> bool {
    let outside = |id: Option<ComponentId>| id.is_some_and(|id| model.is_outside(id));
    match connection.attrs.word(AttrId::ACCESS) {
        Some(Access::Write) => outside(connection.caller()) && !outside(connection.callee()),
        Some(Access::Read) => outside(connection.callee()) && !outside(connection.caller()),
        _ => false,
    }
}

/// Tells the prices that a sum of money rests on, and what counts nothing in one that is limited.
fn record(model: &Model, cost: &Cost, assumed: &Assumed, assumptions: &mut Assumptions) {
    let mut objectives = model.objectives.iter().chain(model.flows.iter().flat_map(|flow| &flow.objectives));
    let limited = objectives.any(|it| it.metric == Metric::Cost);
    if cost.given.is_none() && !limited {
        return;
    }
    let currency = cost.currency.unwrap_or(Currency::Dollar);
    let mut tell = |used: fn(&Crossing) -> f64, what: &str, price: f64, of: &str| {
        if cost.traffic.iter().any(|it| used(&it.crossing) > 0.0 && it.bytes > 0.0) {
            let value = format!("{} a GB{of}", format_money(price, currency));
            let subject = Subject::Nameless(SmolStr::new(what));
            assumptions.add(subject, AttrId::COST, value, "archc.toml");
        }
    };
    tell(|it| it.zone, "traffic between zones", assumed.price_zone, " at each end");
    tell(|it| it.region, "traffic between regions", assumed.price_region, "");
    tell(|it| it.egress, "traffic of the internet", assumed.price_egress, "");
    if limited && cost.given.is_some() {
        for id in &cost.unpriced {
            let value = format!("{}/month", format_money(0.0, currency));
            assumptions.add(Subject::Component(*id), AttrId::COST, value, super::assumptions::DEFAULT);
        }
    }
}
