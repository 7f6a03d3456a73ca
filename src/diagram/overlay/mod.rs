//! What is laid over a picture, from the facts and findings of a design; one file for one overlay. Nothing behind it knows
//! a fact: what comes out is the plain data of [`super::sign`].

mod coupling;
pub mod diff;
mod domains;
mod findings;
mod load;
mod path;
#[cfg(test)]
mod tests;

use super::drawing::End;
use super::sign::{Note, Tag, Tone};
use super::view::Drawn;
use crate::analysis::Facts;
use crate::diagnostic::Diagnostic;
use crate::model::attributes::words;
use crate::model::{AttrId, ElementRef, FlowId, Id, Model, View};

pub use words::Overlay as Kind;

pub(super) use findings::{Told, told};

/// What an overlay is made of.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The design.
    pub model: &'a Model,
    /// What the analysis says of it.
    pub facts: &'a Facts,
    /// What the rules find in it, in the order told.
    pub findings: &'a [Diagnostic],
}

/// What may be asked to lie over a picture.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// An overlay, whatever the view says.
    pub kind: Option<Kind>,
    /// A flow whose path stands out, whatever the view says.
    pub flow: Option<FlowId>,
}

/// What is wanted, else what a view asks for.
#[must_use]
pub fn asked(model: &Model, wanted: &Wanted, view: Option<Id<View>>) -> Wanted {
    let attrs = view.map(|view| &model.views[view].attrs);
    let of_view = || attrs?.word::<Kind>(AttrId::OVERLAY);
    let flow_of_view = || match attrs?.refs(AttrId::FLOW).first()?.target {
        ElementRef::Flow(flow) => Some(flow),
        _ => None,
    };
    Wanted { kind: wanted.kind.or_else(of_view), flow: wanted.flow.or_else(flow_of_view) }
}

/// Lays over a drawing what is wanted, else what its view asks for.
pub fn lay(drawn: &mut Drawn, evidence: &Evidence<'_>, wanted: &Wanted, view: Option<Id<View>>) {
    let asked = asked(evidence.model, wanted, view);
    match asked.kind.unwrap_or(Kind::None) {
        Kind::None => {}
        Kind::Findings => findings::lay(drawn, evidence),
        Kind::Load => load::lay(drawn, evidence),
        Kind::Coupling => coupling::lay(drawn, evidence),
        Kind::Domains => domains::lay(drawn, evidence),
    }
    if let Some(flow) = asked.flow {
        path::lay(drawn, evidence.model, flow);
    }
}

/// Says so below the picture where what was asked to be laid over it tells nothing: an empty overlay looks like a forgotten one.
pub(super) fn admit_nothing(drawn: &mut Drawn, asked: Option<Kind>) {
    let Some(kind) = asked.filter(|kind| *kind != Kind::None) else { return };
    let overlay = &mut drawn.drawing.overlay;
    if *overlay != super::sign::Overlay::default() {
        return;
    }
    let text = match kind {
        Kind::Findings => "nothing is found in what this picture shows",
        Kind::Load => "no component here has a rate or a capacity to tell",
        Kind::Coupling => "no circle, hub or shared store in what this picture shows",
        Kind::Domains => "nothing here stands in a region, a zone or another domain that fails as one",
        Kind::None => "",
    };
    let tag = Tag { tone: Tone::Info, text: "0".to_owned() };
    overlay.notes.push(Note { tag, head: String::new(), text: text.to_owned() });
}

/// What an element of the model is drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spot {
    /// A node by its place in the drawing.
    Node(usize),
    /// A group.
    Group(usize),
    /// An edge.
    Edge(usize),
}

impl From<End> for Spot {
    fn from(end: End) -> Self {
        match end {
            End::Node(at) => Self::Node(at),
            End::Group(at) => Self::Group(at),
        }
    }
}

impl Drawn {
    /// The sign of what stands at a spot, to change it.
    fn sign(&mut self, spot: Spot) -> &mut super::sign::Sign {
        let overlay = &mut self.drawing.overlay;
        match spot {
            Spot::Node(at) => overlay.node(at),
            Spot::Group(at) => overlay.group(at),
            Spot::Edge(at) => overlay.edge(at),
        }
    }
}

/// `1 thing`, `2 things`.
fn counted(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

/// Names in a row, cut after some.
fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    const MOST: usize = 6;
    let count = names.len();
    let mut out = names.take(MOST).collect::<Vec<_>>().join(", ");
    if count > MOST {
        out.push_str(&format!(" and {} more", count - MOST));
    }
    out
}
