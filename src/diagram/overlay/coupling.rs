//! Coupling: circles of synchronous calls, hubs, shared stores and calls across owners.

use super::{Evidence, counted, listed};
use crate::diagram::sign::{Note, Sample, Tag, Tone};
use crate::diagram::view::Drawn;
use crate::model::ComponentId;

/// From so many ties on a component is a hub, as in rule CO003.
const HUB: usize = 6;

pub(super) fn lay(drawn: &mut Drawn, evidence: &Evidence<'_>) {
    circles(drawn, evidence);
    hubs(drawn, evidence);
    stores(drawn, evidence);
    let across: Vec<usize> =
        evidence.facts.coupling.across_owners.iter().filter_map(|id| drawn.edges.get(id).copied()).collect();
    let overlay = &mut drawn.drawing.overlay;
    for edge in across {
        let sign = overlay.edge(edge);
        // the circle weighs more, and an edge has one ink
        sign.tone = sign.tone.or(Some(Tone::Info));
        sign.remark("between two owners");
        overlay.key(Sample::Line(Some(Tone::Info), 2.0), "between two owners");
    }
}

fn circles(drawn: &mut Drawn, evidence: &Evidence<'_>) {
    let model = evidence.model;
    for (at, circle) in evidence.facts.coupling.circles.iter().enumerate() {
        let name = format!("circle {}", at + 1);
        let mut nodes: Vec<usize> =
            circle.members.iter().filter_map(|id| drawn.nodes.get(id).copied()).collect();
        nodes.dedup();
        let edges: Vec<usize> = circle.path.iter().filter_map(|id| drawn.edges.get(id).copied()).collect();
        if nodes.is_empty() && edges.is_empty() {
            continue;
        }
        let overlay = &mut drawn.drawing.overlay;
        for node in nodes {
            let sign = overlay.node(node);
            sign.raise(Tone::Bad);
            sign.tag(Tone::Bad, name.clone());
            sign.remark(&format!("part of {name} of synchronous calls"));
        }
        for edge in edges {
            let sign = overlay.edge(edge);
            sign.raise(Tone::Bad);
            sign.width = Some(2.6);
            sign.remark(&format!("closes {name}"));
        }
        overlay.key(Sample::Line(Some(Tone::Bad), 2.6), "circle of synchronous calls");
        let members = listed(circle.members.iter().map(|&id| model.path(id)).collect::<Vec<_>>().into_iter());
        let text = format!("{} wait for one another: {members}", counted(circle.members.len(), "component"));
        overlay.notes.push(Note {
            tag: Tag { tone: Tone::Bad, text: (at + 1).to_string() },
            head: name,
            text,
        });
    }
}

fn hubs(drawn: &mut Drawn, evidence: &Evidence<'_>) {
    let model = evidence.model;
    let mut found: Vec<(ComponentId, usize)> = Vec::new();
    for (id, component) in model.components.enumerate() {
        if component.kind.is_compute()
            && let Some(&node) = drawn.nodes.get(&id)
        {
            found.push((id, node));
        }
    }
    for (id, node) in found {
        let Some(ties) = evidence.facts.coupling.of(id) else { continue };
        let (incoming, outgoing) = (ties.afferent.len(), ties.efferent.len());
        if incoming + outgoing < HUB {
            continue;
        }
        let overlay = &mut drawn.drawing.overlay;
        let sign = overlay.node(node);
        sign.raise(Tone::Warn);
        sign.tag(Tone::Warn, format!("hub {incoming}+{outgoing}"));
        sign.remark(&format!("{incoming} depend on it, it depends on {outgoing}"));
        overlay.key(
            Sample::Halo(Tone::Warn),
            "hub (who depends on it + on whom it does), or store with several writers",
        );
    }
}

fn stores(drawn: &mut Drawn, evidence: &Evidence<'_>) {
    let model = evidence.model;
    for store in &evidence.facts.coupling.shared_stores {
        let Some(&node) = drawn.nodes.get(&store.store) else { continue };
        let users = store.writers.len() + store.readers.len();
        let several = store.writers.len() > 1 && !store.one_context;
        let tone = if several { Tone::Warn } else { Tone::Info };
        let text = match store.writers.len() {
            0 | 1 => format!("{users} users"),
            writers => counted(writers, "writer"),
        };
        let name = |it: &crate::analysis::coupling::StoreUser| model.path(it.component);
        let writers = listed(store.writers.iter().map(name).collect::<Vec<_>>().into_iter());
        let readers = listed(store.readers.iter().map(name).collect::<Vec<_>>().into_iter());
        let said: Vec<String> = [("written by", writers), ("read by", readers)]
            .into_iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(word, names)| format!("{word} {names}"))
            .collect();
        let overlay = &mut drawn.drawing.overlay;
        let sign = overlay.node(node);
        sign.raise(tone);
        sign.tag(tone, text.clone());
        sign.remark(&said.join("; "));
        overlay.key(
            Sample::Halo(tone),
            if several {
                "hub (who depends on it + on whom it does), or store with several writers"
            } else {
                "store with several users"
            },
        );
        let tag = Tag { tone, text };
        overlay.notes.push(Note { tag, head: model.path(store.store).to_owned(), text: said.join("; ") });
    }
}
