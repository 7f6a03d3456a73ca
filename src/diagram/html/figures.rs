//! The figures of an element in words, for its tooltip and the panel. It prints what the analysis found and computes nothing
//! but sums over merged lines.

use serde::Serialize;

use crate::analysis::placement::Deployment;
use crate::diagram::drawing::{End, Op};
use crate::diagram::overlay::Evidence;
use crate::diagram::text::clean;
use crate::diagram::view::Drawn;
use crate::model::{ComponentId, ConnectionId, FlowId, GroupId};
use crate::units::{
    Currency, format_count, format_money, format_rate, format_share, format_size, format_time,
    round_significant,
};

/// A name and its figure.
#[derive(Serialize)]
pub(super) struct Figure(&'static str, String);

/// Characters of a name.
const TEXT: usize = 200;

/// A list of figures, of which only those that are known are kept.
#[derive(Default)]
struct List(Vec<Figure>);

impl List {
    fn add(&mut self, name: &'static str, value: Option<String>) {
        self.0.extend(value.filter(|value| !value.is_empty()).map(|value| Figure(name, value)));
    }
}

/// Those of each node; a collapsed group's are its members' sums.
pub(super) fn nodes(evidence: &Evidence<'_>, drawn: &Drawn) -> Vec<Vec<Figure>> {
    let up = evidence.facts.reliability.of_components();
    let mut of: Vec<Vec<ComponentId>> = vec![Vec::new(); drawn.drawing.nodes.len()];
    for (&id, &at) in &drawn.nodes {
        if let Some(list) = of.get_mut(at) {
            list.push(id);
        }
    }
    let row = |(node, members): (&crate::diagram::drawing::Node, Vec<ComponentId>)| {
        let mut list = List::default();
        list.add("Kind", Some(node.kind.replace('_', " ")));
        match members.as_slice() {
            &[id] if evidence.model.path(id) == node.id => {
                list.add("Technology", node.tech.as_deref().map(|tech| clean(tech, TEXT)));
                component(&mut list, evidence, id, up.get(id.index()).copied().flatten());
            }
            members => list.add("Components", Some(members.len().to_string())),
        }
        list.0
    };
    drawn.drawing.nodes.iter().zip(of).map(row).collect()
}

fn component(list: &mut List, evidence: &Evidence<'_>, id: ComponentId, up: Option<f64>) {
    let facts = evidence.facts;
    let deployment = facts.placement.of(id);
    list.add("Replicas", deployment.filter(|it| !it.managed || it.replicas_given).map(replicas));
    let place = |it: &Deployment| {
        let zones = it.zones();
        let places = if zones.is_empty() { it.regions() } else { zones };
        let names: Vec<&str> = places.iter().map(|&ix| facts.placement.domain_path(ix)).collect();
        clean(&names.join(", "), TEXT)
    };
    list.add("Stands in", deployment.map(place));
    list.add("Availability", up.map(format_share));
    if let Some(load) = facts.load.component(id) {
        list.add("Rate at the peak", load.peak.map(format_rate));
        list.add("Capacity", load.capacity.map(format_rate));
        list.add("Utilisation", load.deciding_utilization().filter(|rho| rho.is_finite()).map(format_share));
    }
    if let Some(kept) = facts.storage.store(id) {
        list.add("Holds after retention", kept.bytes_after_retention.map(format_size));
    }
    if let Some(lost) = facts.recovery.of(id) {
        list.add("Gone with a node", lost.gone_with_node().map(format_time));
    }
    let currency = facts.cost.currency.unwrap_or(Currency::Dollar);
    list.add("Cost a month", facts.cost.of(id).map(|cost| format_money(cost, currency)));
}

fn replicas(it: &Deployment) -> String {
    let each = if it.low == it.high { it.high.to_string() } else { format!("{}–{}", it.low, it.high) };
    let all = if it.shards > 1 { format!("{each} × {} shards", it.shards) } else { each };
    if it.needs > 1 { format!("{all}, {} must be up", it.needs) } else { all }
}

/// Those of each group.
pub(super) fn groups(evidence: &Evidence<'_>, drawn: &Drawn) -> Vec<Vec<Figure>> {
    let mut of: Vec<Option<GroupId>> = vec![None; drawn.drawing.groups.len()];
    for (&id, &end) in &drawn.groups {
        if let End::Group(at) = end
            && let Some(slot) = of.get_mut(at)
        {
            *slot = Some(id);
        }
    }
    let row = |(group, id): (&crate::diagram::drawing::Group, Option<GroupId>)| {
        let mut list = List::default();
        list.add("Kind", Some(group.kind.replace('_', " ")));
        let placement = &evidence.facts.placement;
        let domain = id.and_then(|id| placement.of_group(id)).and_then(|ix| placement.domain(ix));
        list.add("Availability of its own", domain.map(|it| format_share(it.availability)));
        list.0
    };
    drawn.drawing.groups.iter().zip(of).map(row).collect()
}

/// Those of an edge, which may stand for several connections.
pub(super) fn edge(evidence: &Evidence<'_>, op: Op, connections: &[ConnectionId]) -> Vec<Figure> {
    let mut list = List::default();
    list.add("Kind", Some(op.name().to_owned()));
    if connections.len() > 1 {
        list.add("Connections", Some(connections.len().to_string()));
    }
    let loads = || connections.iter().filter_map(|&id| evidence.facts.load.connection(id));
    let sum = |of: &mut dyn Iterator<Item = f64>| of.reduce(|a, b| a + b);
    list.add("Rate at the peak", sum(&mut loads().filter_map(|load| load.peak)).map(format_rate));
    let bytes = sum(&mut loads().filter_map(|load| load.bytes_per_second));
    list.add("Carries", bytes.map(|bytes| format!("{}/s", format_size(bytes))));
    list.0
}

/// Those of a flow.
pub(super) fn flow(evidence: &Evidence<'_>, id: FlowId) -> Vec<Figure> {
    let facts = evidence.facts;
    let mut list = List::default();
    list.add("Availability", facts.reliability.of(id).map(|it| format_share(it.value)));
    if let Some(latency) = facts.latency.flow(id) {
        list.add("Median latency", latency.percentile(500).map(format_time));
        list.add("p99 latency", latency.percentile(990).map(format_time));
    }
    if let Some(load) = facts.load.flow(id) {
        list.add("Rate at the peak", load.peak.map(format_rate));
        list.add(
            "Headroom",
            load.headroom.map(|factor| format!("{}×", format_count(round_significant(factor, 3)))),
        );
        list.add("First to break", load.first_to_break.map(|id| clean(evidence.model.path(id), TEXT)));
    }
    list.0
}
