//! Arranges the facts of a compilation into the shape of a report. Computes nothing that the analysis did not.

use super::decisions::{allowed, decisions};
use super::document::{
    Assumption, Availability, Backlog, Bill, Component, Connection, Consistency, Coupling, CutSet, Data,
    Flow, Importance, Load, NotAssessed, Report, Slo, Store, System,
};
use super::times;
use crate::analysis::Subject;
use crate::analysis::availability::DomainIx;
use crate::analysis::placement::Deployment;
use crate::analysis::verdict::verdict;
use crate::compilation::Compilation;
use crate::emit::DiagnosticJson;
use crate::model::attributes::{Word, words};
use crate::model::{AttrId, ComponentId, ConnectionId, DataId, FlowId, Metric, Model, Objective};
use crate::units::MINUTES_PER_YEAR;

/// Cut sets of a flow that a report lists at the most.
const CUT_SETS: usize = 100;
/// Members that a cut set of a report has at the most.
const CUT_ORDER: usize = 3;
/// Elements that a flow's ranking lists at the most.
const RANKED: usize = 100;

pub(super) fn gather(compilation: &Compilation) -> Report<'_> {
    let (model, facts) = (&compilation.model, &compilation.facts);
    let system = model.system.as_ref();
    let up = facts.reliability.of_components();
    Report {
        version: 1,
        system: System {
            name: system.map(|it| it.name.as_str()),
            label: system.and_then(|it| it.label.as_deref()),
        },
        flows: model.flows.ids().map(|id| flow(compilation, id)).collect(),
        components: model.components.ids().zip(up).map(|(id, up)| component(compilation, id, up)).collect(),
        connections: model.connections.ids().map(|id| connection(compilation, id)).collect(),
        data: model.data.ids().map(|id| data(compilation, id)).collect(),
        stores: stores(compilation),
        bill: bill(compilation),
        backlogs: facts.backlogs.iter().map(|it| backlog(model, it)).collect(),
        coupling: coupling(compilation),
        decisions: decisions(compilation),
        allowed: allowed(compilation),
        not_assessed: compilation
            .not_assessed()
            .into_iter()
            .map(|it| NotAssessed {
                code: it.code,
                subject: it.subject.into(),
                attribute: it.attribute.into(),
            })
            .collect(),
        assumptions: facts.assumptions.iter().map(|it| assumption(compilation, it)).collect(),
        diagnostics: compilation
            .diagnostics
            .iter()
            .map(|it| DiagnosticJson::new(&compilation.sources, it))
            .collect(),
    }
}

fn flow(compilation: &Compilation, id: FlowId) -> Flow<'_> {
    let (model, facts) = (&compilation.model, &compilation.facts);
    let it = &model.flows[id];
    let load = facts.load.flow(id);
    let reliability = facts.reliability.of(id);
    let cut_sets = facts.reliability.cut_sets(id, CUT_ORDER, CUT_SETS);
    let path = |fault: &crate::analysis::reliability::Fault| fault.path(model, &facts.placement);
    Flow {
        name: &it.header.name,
        label: it.header.label.as_deref(),
        rate_per_s: load.and_then(|load| load.peak),
        availability: reliability.map(|it| Availability {
            value: it.value,
            lower: (!it.exact).then_some(it.lower),
            upper: (!it.exact).then_some(it.upper),
            downtime_minutes_per_year: it.unavailability * MINUTES_PER_YEAR,
            exact: it.exact,
        }),
        degraded_probability: reliability.map(|it| it.degraded_probability),
        cut_sets_complete_to_order: Some(cut_sets.complete_to_order),
        importance: reliability.map_or_else(Vec::new, |it| {
            let row = |it: &crate::analysis::reliability::Importance| Importance {
                path: path(&it.fault),
                birnbaum: it.birnbaum,
                fussell_vesely: it.fussell_vesely,
            };
            it.importance.iter().take(RANKED).map(row).collect()
        }),
        latency_ms: times::latency(compilation, id),
        latency_gaps: times::gaps(compilation, id),
        latency_budget: times::budget(compilation, id),
        load: Load {
            average: load.and_then(|load| load.average),
            peak: load.and_then(|load| load.peak),
            worst: load.and_then(|load| load.worst),
        },
        consistency: consistency(compilation, id),
        slos: {
            let own = it.objectives.iter().map(|it| slo(compilation, id, it, false));
            own.chain(model.objectives.iter().map(|it| slo(compilation, id, it, true))).collect()
        },
        cut_sets: {
            let row = |set: &crate::analysis::reliability::CutSet| CutSet {
                members: set.members.iter().map(path).collect(),
                probability: set.probability,
                share: (set.share < 1.0).then_some(set.share),
            };
            cut_sets.sets.iter().map(row).collect()
        },
        headroom: load.and_then(|load| load.headroom),
        first_to_break: load.and_then(|load| load.first_to_break).map(|id| model.path(id)),
    }
}

/// The verdict on an objective of a flow, or of the system; `null` where its figure is not computed.
fn slo<'a>(compilation: &'a Compilation, flow: FlowId, it: &Objective, of_system: bool) -> Slo<'a> {
    let found = verdict(&compilation.model, &compilation.facts, flow, it, of_system);
    let scale = if matches!(it.metric, Metric::Percentile(_)) { 1000.0 } else { 1.0 };
    Slo {
        metric: it.metric.as_str(),
        comparison: it.comparison.as_str(),
        target: it.target * scale,
        actual: found.actual.map(|actual| actual * scale),
        met: found.met,
    }
}

fn component(compilation: &Compilation, id: ComponentId, availability: Option<f64>) -> Component<'_> {
    let (model, facts) = (&compilation.model, &compilation.facts);
    let it = &model.components[id];
    let load = facts.load.component(id);
    let ties = facts.coupling.of(id);
    let deployment = facts.placement.of(id);
    Component {
        path: &it.header.path,
        kind: &it.kind_name,
        tech: it.tech.as_ref().map(|tech| tech.name.as_str()),
        replicas: deployment.filter(|it| !it.managed || it.replicas_given).map(replicas_in_words),
        placed_in: deployment.map_or_else(Vec::new, |it| placed_in(compilation, it)),
        rate_per_s: load.and_then(|load| load.peak),
        capacity_per_s: load.and_then(|load| load.capacity),
        utilization: load.and_then(|load| load.utilization),
        hottest_shard_utilization: load.and_then(|load| load.hottest_shard_utilization),
        connections_used: load.and_then(|load| load.connections_used),
        availability,
        instability: ties.and_then(|ties| ties.instability()),
        afferent: ties.map(|ties| ties.afferent.len()),
        efferent: ties.map(|ties| ties.efferent.len()),
        cost_per_month: facts.cost.of(id),
        worst_utilization: load.and_then(|load| load.worst_utilization),
    }
}

fn replicas_in_words(it: &Deployment) -> String {
    let each = if it.low == it.high { it.high.to_string() } else { format!("{}-{}", it.low, it.high) };
    if it.shards > 1 { format!("{each} x {} shards", it.shards) } else { each }
}

fn placed_in<'a>(compilation: &'a Compilation, it: &Deployment) -> Vec<&'a str> {
    let zones = it.zones();
    let domains = if zones.is_empty() { it.regions() } else { zones };
    let path = |ix: &DomainIx| compilation.facts.placement.domains.get(ix.index()).map(|it| it.path.as_str());
    domains.iter().filter_map(path).collect()
}

fn assumption<'a>(compilation: &'a Compilation, it: &'a crate::analysis::Assumption) -> Assumption<'a> {
    let model = &compilation.model;
    let span = match &it.subject {
        Subject::Component(id) => Some(model.components[*id].header.name_span),
        Subject::Group(id) => Some(model.groups[*id].header.name_span),
        Subject::Connection(id) => Some(model.connections[*id].span),
        Subject::Flow(id) => Some(model.flows[*id].header.name_span),
        Subject::Data(id) => Some(model.data[*id].header.name_span),
        Subject::Nameless(_) => None,
    };
    Assumption {
        subject: it.subject.path(model),
        attribute: it.attribute.name(),
        value: &it.value,
        source: &it.source,
        file: span.map(|span| compilation.sources.path(span)),
        line: span.map(|span| compilation.sources.position(span).line),
    }
}

fn connection(compilation: &Compilation, id: ConnectionId) -> Connection<'_> {
    let model = &compilation.model;
    let it = &model.connections[id];
    let load = compilation.facts.load.connection(id);
    Connection {
        from: model.endpoint_path(it.from),
        to: model.endpoint_path(it.to),
        op: it.op.as_str(),
        label: it.label.as_deref(),
        rate_per_s: load.and_then(|load| load.peak),
        bytes_per_s: load.and_then(|load| load.bytes_per_second),
    }
}

fn data(compilation: &Compilation, id: DataId) -> Data<'_> {
    let model = &compilation.model;
    let kept = compilation.facts.storage.of_data(id);
    let keeps =
        |component: &ComponentId| model.components[*component].attrs.data(AttrId::STORES).contains(&id);
    let keepers: Vec<ComponentId> = model.components.ids().filter(keeps).collect();
    let attrs = &model.data[id].attrs;
    Data {
        name: &model.data[id].header.name,
        stored_in: paths(model, &keepers),
        bytes_after_retention: kept.and_then(|it| it.bytes_after_retention),
        bytes_per_year: kept.and_then(|it| it.bytes_per_year),
        consistency: attrs.word::<words::Consistency>(AttrId::CONSISTENCY).map(Word::as_str),
        class: attrs.word::<words::DataClass>(AttrId::CLASS).map(Word::as_str),
        residency: attrs.texts(AttrId::RESIDENCY).iter().map(|(name, _)| name.as_str()).collect(),
        rpo_s: smallest(model, attrs.seconds(AttrId::RPO), &keepers, AttrId::RPO, Metric::Rpo),
        rto_s: smallest(model, None, &keepers, AttrId::RTO, Metric::Rto),
    }
}

fn stores(compilation: &Compilation) -> Vec<Store<'_>> {
    let (model, facts) = (&compilation.model, &compilation.facts);
    let row = |id: ComponentId| {
        let (kept, lost) = (facts.storage.store(id), facts.recovery.of(id));
        if kept.is_none() && lost.is_none() {
            return None;
        }
        Some(Store {
            path: model.path(id),
            copies: kept.map(|it| it.copies),
            bytes_per_year: kept.and_then(|it| it.bytes_per_year),
            bytes_after_retention: kept.and_then(|it| it.bytes_after_retention),
            room: kept.and_then(|it| it.room),
            exhausted_after: kept.and_then(|it| it.exhausted_after),
            lost_with_node: lost.and_then(|it| it.lost_with_node),
            lost_by_delete: lost.and_then(|it| it.lost_by_delete),
            gone_with_node: lost.and_then(|it| it.gone_with_node()),
            gone_by_delete: lost.and_then(|it| it.gone_by_delete()),
        })
    };
    model.components.ids().filter_map(row).collect()
}

fn bill(compilation: &Compilation) -> Bill<'_> {
    let (model, cost) = (&compilation.model, &compilation.facts.cost);
    let priced = cost.traffic.iter().filter(|it| it.cost > 0.0);
    Bill {
        sign: cost.currency.map_or("$", |currency| currency.sign()),
        given: cost.given,
        traffic: priced.map(|it| (model.connection_subject(it.connection), it.bytes, it.cost)).collect(),
        total: cost.total,
    }
}

/// The smallest of what the data, the components that keep it, and the system's objectives ask for.
fn smallest(
    model: &Model,
    own: Option<f64>,
    keepers: &[ComponentId],
    attribute: AttrId,
    metric: Metric,
) -> Option<f64> {
    let kept = keepers.iter().filter_map(|id| model.components[*id].attrs.seconds(attribute));
    let asked = model.objectives.iter().filter(|it| it.metric == metric).map(|it| it.target);
    own.into_iter().chain(kept).chain(asked).reduce(f64::min)
}

fn backlog<'a>(model: &'a Model, it: &crate::analysis::backlog::Backlog) -> Backlog<'a> {
    Backlog {
        broker: model.path(it.broker),
        consumer: model.path(it.consumer),
        rate_in_per_s: it.rate_in,
        rate_out_per_s: it.rate_out,
        outage_s: it.outage,
        messages: it.messages,
        drain_s: it.drain.is_finite().then_some(it.drain),
    }
}

fn paths<'a>(model: &'a Model, ids: &[ComponentId]) -> Vec<&'a str> {
    ids.iter().map(|id| model.path(*id)).collect()
}

fn consistency(compilation: &Compilation, flow: FlowId) -> Vec<Consistency<'_>> {
    let (model, facts) = (&compilation.model, &compilation.facts);
    let seen = facts.consistency.flow(flow).map_or(&[][..], |it| it.data.as_slice());
    seen.iter()
        .map(|it| Consistency {
            data: &model.data[it.data].header.name,
            level: it.level.map(Word::as_str),
            pacelc: it.pacelc.map(|class| class.as_str()),
        })
        .collect()
}

fn coupling(compilation: &Compilation) -> Coupling<'_> {
    let (model, coupling) = (&compilation.model, &compilation.facts.coupling);
    Coupling {
        score: coupling.weighed,
        cycles: coupling.circles.iter().map(|circle| paths(model, &circle.members)).collect(),
        longest_chain: paths(model, &coupling.longest_chain.components),
    }
}
