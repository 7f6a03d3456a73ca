//! What the script of a page knows beside the picture: places, words, figures and findings, as JSON. The one file of the
//! page that knows facts.

use serde::Serialize;

use super::figures::{self, Figure};
use crate::diagram::card;
use crate::diagram::layout::Rect;
use crate::diagram::overlay::{Evidence, Kind, Spot, told};
use crate::diagram::scene::Scene;
use crate::diagram::sign::{Note, Tone};
use crate::diagram::text::clean;
use crate::diagram::view::Drawn;
use crate::model::{ConnectionId, FlowId};

/// Findings that a page lists; `archc check` tells all.
const FINDINGS: usize = 500;
/// Characters of a text.
const TEXT: usize = 1000;

/// What a page starts with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start {
    /// The place of the overlay among those of the page.
    pub(super) overlay: usize,
    /// The flow whose path stands out.
    pub(super) flow: Option<FlowId>,
}

/// An overlay that a page offers.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) kind: Kind,
    pub(super) notes: Vec<Note>,
}

impl Layer {
    /// As the picker calls it.
    pub(super) fn title(&self) -> &'static str {
        match self.kind {
            Kind::None => "Nothing",
            Kind::Findings => "Findings",
            Kind::Load => "Load",
            Kind::Coupling => "Coupling",
            Kind::Domains => "Failure domains",
        }
    }
}

#[derive(Serialize)]
struct Root {
    width: f64,
    height: f64,
    /// Where the picture proper ends and the legend starts.
    foot: f64,
    overlay: usize,
    flow: Option<usize>,
    overlays: Vec<Overlay>,
    flows: Vec<Flow>,
    nodes: Vec<Item>,
    groups: Vec<Item>,
    edges: Vec<Edge>,
    findings: Vec<Finding>,
}

#[derive(Serialize)]
struct Overlay {
    title: &'static str,
    notes: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    tag: String,
    tone: &'static str,
    head: String,
    text: String,
}

#[derive(Serialize)]
struct Flow {
    name: String,
    figures: Vec<Figure>,
    /// Places of the nodes that take part.
    nodes: Vec<usize>,
    steps: Vec<Step>,
}

#[derive(Serialize)]
struct Step {
    edge: Option<usize>,
    text: String,
}

#[derive(Serialize)]
struct Item {
    id: String,
    label: String,
    kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    tech: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    desc: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    rect: [f64; 4],
    /// Width of a group's title.
    #[serde(skip_serializing_if = "Option::is_none")]
    tab: Option<f64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    shut: bool,
    figures: Vec<Figure>,
}

#[derive(Serialize)]
struct Edge {
    from: String,
    to: String,
    op: &'static str,
    kind: &'static str,
    label: String,
    points: Vec<[f64; 2]>,
    /// Where the label stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    rect: Option<[f64; 4]>,
    figures: Vec<Figure>,
}

#[derive(Serialize)]
struct Finding {
    code: &'static str,
    severity: &'static str,
    message: String,
    at: Vec<String>,
}

/// The data of a page; `scene` has nothing laid over it. Made for a script element: it holds no `<`.
pub(super) fn data(
    evidence: &Evidence<'_>,
    drawn: &Drawn,
    scene: &Scene,
    shut: &[bool],
    layers: &[Layer],
    start: Start,
) -> String {
    let boxes = scene.nodes.iter().chain(&scene.groups).map(|it| it.rect.y + it.rect.h);
    let lines = scene.edges.iter().flat_map(|edge| edge.points.iter().map(|point| point.y));
    let root = Root {
        width: tenths(scene.width),
        height: tenths(scene.height),
        foot: tenths(boxes.chain(lines).fold(0.0, f64::max) + 12.0),
        overlay: start.overlay,
        flow: start.flow.and_then(|flow| evidence.model.flows.ids().position(|it| it == flow)),
        overlays: layers.iter().map(overlay).collect(),
        flows: evidence.model.flows.ids().map(|id| flow(evidence, drawn, id)).collect(),
        nodes: nodes(evidence, drawn, scene),
        groups: groups(evidence, drawn, scene, shut),
        edges: edges(evidence, drawn, scene),
        findings: findings(evidence, drawn),
    };
    serde_json::to_string(&root).unwrap_or_default().replace('<', "\\u003c")
}

fn overlay(layer: &Layer) -> Overlay {
    let line = |note: &Note| Line {
        tag: clean(&note.tag.text, TEXT),
        tone: tone(note.tag.tone),
        head: clean(&note.head, TEXT),
        text: clean(&note.text, TEXT),
    };
    // the findings stand in a list of their own
    let notes = if layer.kind == Kind::Findings { &[][..] } else { &layer.notes };
    Overlay { title: layer.title(), notes: notes.iter().map(line).collect() }
}

fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "good",
        Tone::Info | Tone::Step => "info",
        Tone::Warn => "warn",
        Tone::Bad => "bad",
    }
}

fn flow(evidence: &Evidence<'_>, drawn: &Drawn, id: FlowId) -> Flow {
    let model = evidence.model;
    let it = &model.flows[id];
    let step = |call: &crate::model::Call| {
        let connection = &model.connections[call.connection];
        let (from, to) = (model.endpoint_path(connection.from), model.endpoint_path(connection.to));
        let label = call.label.as_deref().map(|label| format!(": {label}")).unwrap_or_default();
        let text = clean(&format!("{from} {} {to}{label}", connection.op.as_str()), TEXT);
        Step { edge: drawn.edges.get(&call.connection).copied(), text }
    };
    let mut nodes: Vec<usize> =
        it.visits.iter().filter_map(|visit| drawn.nodes.get(&visit.component).copied()).collect();
    nodes.sort_unstable();
    nodes.dedup();
    Flow {
        name: clean(it.header.title(), TEXT),
        figures: figures::flow(evidence, id),
        nodes,
        steps: it.calls.iter().map(step).collect(),
    }
}

fn nodes(evidence: &Evidence<'_>, drawn: &Drawn, scene: &Scene) -> Vec<Item> {
    let figures = figures::nodes(evidence, drawn);
    let rows = drawn.drawing.nodes.iter().zip(&scene.nodes).zip(figures);
    rows.map(|((node, drawn), figures)| Item {
        id: clean(&node.id, TEXT),
        label: or(clean(&node.label, TEXT), &node.id),
        kind: node.kind.replace('_', " "),
        tech: clean(node.tech.as_deref().unwrap_or_default(), TEXT),
        desc: clean(&node.description, TEXT),
        parent: node.parent.map(|at| format!("g{at}")),
        rect: rect(drawn.rect),
        tab: None,
        shut: false,
        figures,
    })
    .collect()
}

fn groups(evidence: &Evidence<'_>, drawn: &Drawn, scene: &Scene, shut: &[bool]) -> Vec<Item> {
    let figures = figures::groups(evidence, drawn);
    let rows = drawn.drawing.groups.iter().zip(&scene.groups).zip(figures).zip(shut);
    rows.map(|(((group, drawn), figures), &shut)| Item {
        id: clean(&group.id, TEXT),
        label: or(clean(&group.label, TEXT), &group.id),
        kind: group.kind.replace('_', " "),
        tech: String::new(),
        desc: clean(&group.description, TEXT),
        parent: group.parent.map(|at| format!("g{at}")),
        rect: rect(drawn.rect),
        tab: Some(tenths(card::group_title(group).2 + 24.0)),
        shut,
        figures,
    })
    .collect()
}

fn edges(evidence: &Evidence<'_>, drawn: &Drawn, scene: &Scene) -> Vec<Edge> {
    let mut of: Vec<Vec<ConnectionId>> = vec![Vec::new(); drawn.drawing.edges.len()];
    for (&id, &at) in &drawn.edges {
        if let Some(list) = of.get_mut(at) {
            list.push(id);
        }
    }
    let rows = drawn.drawing.edges.iter().zip(&scene.edges).zip(of);
    rows.map(|((edge, line), connections)| Edge {
        from: key(edge.from.into()),
        to: key(edge.to.into()),
        op: edge.op.as_str(),
        kind: edge.op.name(),
        label: clean(&edge.label, TEXT),
        points: line.points.iter().map(|point| [tenths(point.x), tenths(point.y)]).collect(),
        rect: line.label.as_ref().map(|(_, at)| rect(*at)),
        figures: figures::edge(evidence, edge.op, &connections),
    })
    .collect()
}

fn findings(evidence: &Evidence<'_>, drawn: &Drawn) -> Vec<Finding> {
    let row = |it: crate::diagram::overlay::Told<'_>| Finding {
        code: it.finding.code,
        severity: it.finding.severity.as_str(),
        message: clean(&it.finding.message, TEXT),
        at: it.spots.into_iter().map(key).collect(),
    };
    told(drawn, evidence).into_iter().take(FINDINGS).map(row).collect()
}

/// The id of an element's mark.
fn key(spot: Spot) -> String {
    match spot {
        Spot::Node(at) => format!("n{at}"),
        Spot::Group(at) => format!("g{at}"),
        Spot::Edge(at) => format!("e{at}"),
    }
}

fn or(text: String, other: &str) -> String {
    if text.is_empty() { clean(other, TEXT) } else { text }
}

fn rect(rect: Rect) -> [f64; 4] {
    [tenths(rect.x), tenths(rect.y), tenths(rect.w), tenths(rect.h)]
}

/// One decimal, as in the picture.
fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
