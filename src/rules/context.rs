//! What a rule may look at: the design, the facts, the configuration, and look-ups that many rules share.
//! It must not know any single rule.

use std::collections::BTreeSet;

use crate::analysis::Facts;
use crate::config::Config;
use crate::diagnostic::Remark;
use crate::model::attributes::words;
use crate::model::{
    AttrId, Attributes, Call, CallId, ComponentId, Connection, ConnectionId, FlowId, Metric, Model, VisitId,
};
use crate::source::Span;
use crate::syntax::ast::{Comparison, Operator};

use super::edits::Written;
use super::index::{Index, Table};
use super::suppress::Silenced;
use super::walk::Walk;
use super::{Rule, Subject, Threshold, terms, unassessed};

/// What a rule may look at.
#[derive(Clone, Copy, Debug)]
pub struct RuleContext<'a> {
    /// The design.
    pub model: &'a Model,
    /// What the analysis found out.
    pub facts: &'a Facts,
    /// Levels, thresholds, the day.
    pub config: &'a Config,
    /// The rule that looks.
    pub rule: &'static Rule,
    /// Entries of `@allow` that silence nothing: annotation and position within it; filled for house rules alone.
    pub idle_allows: &'a [(usize, usize)],
    /// What the other rules found; filled for house rules alone.
    pub(super) house: &'a House,
    pub(super) index: &'a Index,
    /// The paths of calls, by flow.
    pub(super) walks: &'a [Walk<'a>],
    /// For edits.
    pub(super) written: &'a Written<'a>,
}

/// What house rules know of the others.
#[derive(Debug, Default)]
pub(super) struct House {
    /// The findings that an `@allow` silences.
    pub(super) silenced: Vec<Silenced>,
    /// The findings that are told.
    pub(super) told: Vec<(&'static Rule, Subject)>,
    /// The codes of rules that could not judge everything.
    pub(super) open: BTreeSet<&'static str>,
}

/// A connection as it is used: by a call of a flow, or as declared where no flow takes it.
#[derive(Clone, Copy, Debug)]
pub struct Usage<'a> {
    /// The attributes that hold there.
    pub attrs: &'a Attributes,
    /// The call, where a flow takes the connection.
    pub call: Option<(FlowId, CallId)>,
}

impl Usage<'_> {
    /// Where the flow's step is written.
    pub(super) fn step(&self, ctx: &RuleContext<'_>) -> Option<Span> {
        self.call.map(|at| ctx.call(at).span)
    }
}

impl<'a> RuleContext<'a> {
    /// The value of a threshold of the rule.
    pub fn threshold(&self, threshold: &Threshold) -> f64 {
        self.rule.threshold(self.config, threshold)
    }

    /// The connections that leave a component, of every operator, in the order declared.
    pub fn outgoing(&self, id: ComponentId) -> &'a [ConnectionId] {
        self.index.outgoing.get(id.index())
    }

    /// The connections that lead to a component, of every operator, in the order declared.
    pub fn incoming(&self, id: ComponentId) -> &'a [ConnectionId] {
        self.index.incoming.get(id.index())
    }

    /// The calls of flows that take a connection, by flow and in the order of the text.
    pub fn calls_of(&self, id: ConnectionId) -> &'a [(FlowId, CallId)] {
        self.index.calls.get(id.index())
    }

    /// A connection as the flows use it; as declared where none does.
    pub fn usages(&self, id: ConnectionId) -> Vec<Usage<'a>> {
        let calls = self.calls_of(id);
        if calls.is_empty() {
            return vec![Usage { attrs: &self.model.connections[id].attrs, call: None }];
        }
        calls.iter().map(|at| Usage { attrs: &self.call(*at).attrs, call: Some(*at) }).collect()
    }

    /// A call of a flow.
    pub fn call(&self, (flow, call): (FlowId, CallId)) -> &'a Call {
        &self.model.flows[flow].calls[call]
    }

    /// The connection that a call takes.
    pub fn connection_of(&self, at: (FlowId, CallId)) -> &'a Connection {
        &self.model.connections[self.call(at).connection]
    }

    /// Who makes a call.
    pub fn caller(&self, (flow, call): (FlowId, CallId)) -> ComponentId {
        let flow = &self.model.flows[flow];
        flow.visits[flow.calls[call].caller].component
    }

    /// Who is called.
    pub fn callee(&self, (flow, call): (FlowId, CallId)) -> ComponentId {
        let flow = &self.model.flows[flow];
        flow.visits[flow.calls[call].target].component
    }

    /// The flows that visit a component, each once, in order.
    pub fn flows_of(&self, id: ComponentId) -> &'a [FlowId] {
        self.index.flows.get(id.index())
    }

    /// The flows that fail whenever all of a component is down, in order.
    pub fn flows_that_require(&self, id: ComponentId) -> &'a [FlowId] {
        let table = self.index.requiring.get_or_init(|| {
            let required = |flow| self.facts.reliability.of(flow).map_or(&[][..], |it| &it.required);
            let flows = self.model.flows.ids();
            let rows = flows.flat_map(|flow| required(flow).iter().map(move |id| (id.index(), flow)));
            Table::new(self.model.components.len(), rows.collect())
        });
        table.get(id.index())
    }

    /// The flows that take a connection, each once, in order.
    pub fn flows_through(&self, id: ConnectionId) -> Vec<FlowId> {
        let mut flows: Vec<FlowId> = self.calls_of(id).iter().map(|(flow, _)| *flow).collect();
        flows.dedup();
        flows
    }

    /// Whether a flow has `criticality = high`.
    pub fn is_critical(&self, flow: FlowId) -> bool {
        self.criticality(flow) == Some(words::Criticality::High)
    }

    /// Whether a flow has `criticality = low`.
    pub fn is_low(&self, flow: FlowId) -> bool {
        self.criticality(flow) == Some(words::Criticality::Low)
    }

    fn criticality(&self, flow: FlowId) -> Option<words::Criticality> {
        self.model.flows[flow].attrs.word(AttrId::CRITICALITY)
    }

    /// Whether a critical flow visits a component.
    pub fn is_critical_component(&self, id: ComponentId) -> bool {
        self.flows_of(id).iter().any(|flow| self.is_critical(*flow))
    }

    /// Whether a critical flow takes a connection.
    pub fn is_critical_connection(&self, id: ConnectionId) -> bool {
        self.calls_of(id).iter().any(|(flow, _)| self.is_critical(*flow))
    }

    /// Whether a component is the internet: an actor that is not inside a `network`.
    pub fn is_outside(&self, id: ComponentId) -> bool {
        self.model.is_outside(id)
    }

    /// Whether an outside actor calls a component or puts messages into it.
    pub fn is_entry(&self, id: ComponentId) -> bool {
        let comes_in = |connection: &ConnectionId| {
            let it = &self.model.connections[*connection];
            matches!(it.op, Operator::Call | Operator::Message)
                && it.caller().is_some_and(|caller| self.is_outside(caller))
        };
        self.incoming(id).iter().any(comes_in)
    }

    /// The strictest `slo availability` of a flow, its own or the system's.
    pub fn slo_availability(&self, flow: FlowId) -> Option<f64> {
        let floors = self.objectives(flow, Metric::Availability, |comparison| {
            !matches!(comparison, Comparison::AtMost | Comparison::Below)
        });
        floors.reduce(f64::max)
    }

    /// The smallest `slo p99` of a flow in seconds, its own or the system's: its budget B.
    pub fn slo_p99(&self, flow: FlowId) -> Option<f64> {
        self.ceiling(flow, Metric::Percentile(990))
    }

    /// The smallest upper limit that a flow or the system sets for a metric.
    pub fn ceiling(&self, flow: FlowId, metric: Metric) -> Option<f64> {
        let ceilings = self.objectives(flow, metric, |comparison| {
            !matches!(comparison, Comparison::AtLeast | Comparison::Above)
        });
        ceilings.reduce(f64::min)
    }

    fn objectives(
        &self,
        flow: FlowId,
        metric: Metric,
        counts: fn(Comparison) -> bool,
    ) -> impl Iterator<Item = f64> + use<'a> {
        let own = self.model.flows[flow].objectives.iter();
        own.chain(&self.model.objectives)
            .filter(move |objective| objective.metric == metric && counts(objective.comparison))
            .map(|objective| objective.target)
    }

    /// A connection as findings name it: `us.api -> us.links`, with its label where there are several.
    pub fn connection_name(&self, id: ConnectionId) -> String {
        unassessed::connection_name(self.model, &self.index.labelled, id)
    }

    /// The names of flows as a sentence lists them: `a`, `b` and 3 more.
    pub fn flow_names(&self, flows: &[FlowId]) -> String {
        let name = |flow: &FlowId| format!("`{}`", self.model.flows[*flow].header.name);
        match flows {
            [] => String::new(),
            [one] => name(one),
            [one, two] => format!("{} and {}", name(one), name(two)),
            [one, two, rest @ ..] => format!("{}, {} and {} more", name(one), name(two), rest.len()),
        }
    }

    /// The steps that lead a flow to a visit; of a long path the end, as every finding on it would have all of it.
    pub fn path_to(&self, flow: FlowId, visit: VisitId) -> Vec<Remark> {
        let it = &self.model.flows[flow];
        let mut steps: Vec<Remark> = Vec::new();
        let mut at = visit;
        while let Some(via) = it.visits[at].via.filter(|_| steps.len() < LAST_STEPS) {
            steps.push(self.step(flow, via));
            at = it.calls[via].caller;
        }
        steps.reverse();
        steps
    }

    /// The steps that lead a flow to a component, by its first visit.
    pub fn path_to_component(&self, flow: FlowId, id: ComponentId) -> Vec<Remark> {
        self.first_visit(flow, id).map_or_else(Vec::new, |visit| self.path_to(flow, visit))
    }

    /// The first visit of a flow to a component.
    pub fn first_visit(&self, flow: FlowId, id: ComponentId) -> Option<VisitId> {
        let at = self.flows_of(id).binary_search(&flow).ok()?;
        self.index.first_visits.get(id.index()).get(at).copied()
    }

    /// By call of a flow, how often a run makes it while the starter waits: the product of the `share`s of the steps down to it.
    /// `None` at a message and below one, as nobody waits there.
    pub fn awaited(&self, flow: FlowId) -> Vec<Option<f64>> {
        let it = &self.model.flows[flow];
        let mut calls: Vec<Option<f64>> = vec![None; it.calls.len()];
        // a caller's visit stands before its callees'
        for visit in &it.visits {
            let reached = match visit.via {
                None => Some(1.0),
                Some(via) => calls.get(via.index()).copied().flatten(),
            };
            for id in visit.groups.iter().flat_map(|group| &it.groups[*group].calls) {
                let call = &it.calls[*id];
                let waits = self.model.connections[call.connection].op == Operator::Call;
                if let Some(slot) = calls.get_mut(id.index()).filter(|_| waits) {
                    *slot = reached.map(|often| often * call.attrs.share(AttrId::SHARE).unwrap_or(1.0));
                }
            }
        }
        calls
    }

    /// A step along a connection, whichever flow takes it.
    pub fn connection_step(&self, id: ConnectionId) -> Remark {
        let it = &self.model.connections[id];
        let verb = match it.op {
            Operator::Message => "sends to",
            Operator::Replicate => "is copied to",
            _ => "calls",
        };
        let (from, to) = (self.model.endpoint_path(it.from), self.model.endpoint_path(it.to));
        Remark { span: it.from_span.to(it.to_span), message: ["`", from, "` ", verb, " `", to, "`"].concat() }
    }

    /// One step of a witness: "`browser` calls `us.lb`".
    pub fn step(&self, flow: FlowId, call: CallId) -> Remark {
        let call = self.call((flow, call));
        self.remark(call.connection, call.span)
    }

    /// A connection as a step of a witness, at a place.
    pub fn remark(&self, id: ConnectionId, span: Span) -> Remark {
        let it = &self.model.connections[id];
        let from_broker = it.caller().is_some_and(|caller| self.model.components[caller].kind.is_broker());
        let verb = match it.op {
            Operator::Message if from_broker => "hands on to",
            Operator::Message => "sends to",
            _ => "calls",
        };
        let (from, to) = (self.model.endpoint_path(it.from), self.model.endpoint_path(it.to));
        Remark { span, message: ["`", from, "` ", verb, " `", to, "`"].concat() }
    }

    /// Replicas at the upper end of the range, assumed 1 where absent; of each shard where there are shards.
    pub fn replicas(&self, id: ComponentId) -> u64 {
        terms::replicas(&self.model.components[id]).1
    }
}

/// A path is told by so many of its last steps.
pub(super) const LAST_STEPS: usize = 24;
