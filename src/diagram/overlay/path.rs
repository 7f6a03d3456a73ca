//! One flow: its steps numbered along its path, the rest stepped back.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagram::sign::{Sample, Tag, Tone};
use crate::diagram::view::Drawn;
use crate::model::{FlowId, Model};

/// Width of a step's line.
const WIDTH: f64 = 2.4;
/// Numbers in one pill.
const MOST: usize = 4;

pub(super) fn lay(drawn: &mut Drawn, model: &Model, flow: FlowId) {
    let flow = &model.flows[flow];
    let mut steps: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, call) in flow.calls.iter().enumerate() {
        if let Some(&edge) = drawn.edges.get(&call.connection) {
            steps.entry(edge).or_default().push(at + 1);
        }
    }
    let nodes: BTreeSet<usize> =
        flow.visits.iter().filter_map(|visit| drawn.nodes.get(&visit.component).copied()).collect();
    let mut groups: BTreeSet<usize> = BTreeSet::new();
    for &node in &nodes {
        let mut parent = drawn.drawing.nodes.get(node).and_then(|node| node.parent);
        while let Some(group) = parent.filter(|&group| groups.insert(group)) {
            parent = drawn.drawing.groups.get(group).and_then(|group| group.parent);
        }
    }
    let drawing = &mut drawn.drawing;
    let overlay = &mut drawing.overlay;
    for at in (0..drawing.nodes.len()).filter(|at| !nodes.contains(at)) {
        overlay.node(at).faint = true;
    }
    for at in (0..drawing.groups.len()).filter(|at| !groups.contains(at)) {
        overlay.group(at).faint = true;
    }
    for at in 0..drawing.edges.len() {
        let sign = overlay.edge(at);
        match steps.get(&at) {
            None => sign.faint = true,
            Some(numbers) => {
                sign.raise(Tone::Step);
                sign.width = sign.width.or(Some(WIDTH));
                sign.tag(Tone::Step, told(numbers));
                sign.remark(&format!("step {}", told(numbers)));
            }
        }
    }
    let name = flow.header.title();
    if !steps.is_empty() {
        overlay.key(Sample::Tag(Tag { tone: Tone::Step, text: "1".to_owned() }), format!("step of {name}"));
    }
    let before = std::mem::take(&mut drawing.title);
    drawing.title = if before.is_empty() { name.to_owned() } else { format!("{before}: {name}") };
}

fn told(numbers: &[usize]) -> String {
    let mut out = numbers.iter().take(MOST).map(ToString::to_string).collect::<Vec<_>>().join(" ");
    if numbers.len() > MOST {
        out.push_str(&format!(" +{}", numbers.len() - MOST));
    }
    out
}
