//! Figures beside what they are about: load at components, availability at flows, shares of the time at steps.

use std::ops::Range;

use super::figures::{self, downtime, percent};
use super::names;
use super::pieces::{self, Piece};
use super::{Held, Snapshot};
use crate::model::{ComponentId, ElementRef, FlowId};
use crate::source::Span;
use crate::syntax::ast::Declaration;
use crate::units::{format_rate, format_share};

/// Which hints are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// Rate and utilisation of components.
    pub load: bool,
    /// Availability of flows.
    pub availability: bool,
    /// The share of the time of a flow that a step takes.
    pub latency: bool,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { load: true, availability: true, latency: true }
    }
}

/// A figure behind a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hint {
    /// Behind which byte of the file it stands.
    pub offset: usize,
    /// The figure.
    pub text: String,
    /// What it is.
    pub tooltip: String,
}

/// *fresh*: the hints in a range of a file, in the order of the text.
pub fn hints(snapshot: &Snapshot, path: &str, range: Range<usize>, wanted: Wanted) -> Vec<Hint> {
    let mut found: Vec<Hint> = Vec::new();
    let Some(file) = snapshot.file(path) else { return found };
    for part in file.parts() {
        let start = part.document().file_offset(0);
        if let Some(held) = snapshot.holding(path, start).first() {
            found.extend(of_document(held, wanted));
        }
    }
    found.retain(|hint| range.start <= hint.offset && hint.offset <= range.end);
    found.sort_by_key(|hint| hint.offset);
    found.dedup();
    found
}

fn of_document(held: &Held<'_>, wanted: Wanted) -> Vec<Hint> {
    let compilation = &held.design.compilation;
    let Some(tree) = compilation.trees.get(held.file.0 as usize) else { return Vec::new() };
    let mut found = Vec::new();
    pieces::of_tree(tree, &mut |_, piece| {
        if let Piece::Name(it) = piece {
            let element = names::element_at(&compilation.model, it.name.span);
            let text = match element {
                Some(ElementRef::Component(id)) if wanted.load => load(held, id),
                Some(ElementRef::Flow(id)) if wanted.availability => availability(held, id),
                _ => None,
            };
            found.extend(text.and_then(|(text, tooltip)| hint(held, head_end(it), text, tooltip)));
        }
        true
    });
    if wanted.latency {
        for (id, flow) in compilation.model.flows.enumerate() {
            if flow.header.span.file == held.file && !flow.implicit {
                found.extend(steps(held, id));
            }
        }
    }
    found
}

fn hint(held: &Held<'_>, at: Span, text: String, tooltip: String) -> Option<Hint> {
    let offset = held.design.place(at)?.range.end;
    Some(Hint { offset, text, tooltip })
}

/// Where the head of a declaration ends.
fn head_end(it: &Declaration) -> Span {
    let tech = it.tech.as_ref().map(|tech| tech.span);
    it.label.as_ref().map(|label| label.span).or(tech).unwrap_or(it.name.span)
}

fn load(held: &Held<'_>, id: ComponentId) -> Option<(String, String)> {
    let load = held.design.compilation.facts.load.component(id)?;
    let peak = load.peak.filter(|peak| *peak > 0.0)?;
    let rate = format_rate(peak);
    match load.deciding_utilization().filter(|used| used.is_finite()) {
        Some(used) => {
            let capacity = load.capacity.map_or_else(String::new, |it| format!(" of {}", format_rate(it)));
            Some((
                format!("{rate} · {}", percent(used)),
                format!("{rate} at the peak{capacity}: ρ {}", percent(used)),
            ))
        }
        None => Some((rate.clone(), format!("{rate} at the peak; `capacity` would tell how busy it is"))),
    }
}

fn availability(held: &Held<'_>, id: FlowId) -> Option<(String, String)> {
    let found = held.design.compilation.facts.reliability.of(id)?;
    let bound = if found.exact { "" } else { "≥ " };
    let text = format!("{bound}{}", format_share(found.value));
    Some((text, format!("computed: {}", downtime(found.unavailability))))
}

/// The share of each step in the time of its flow.
fn steps(held: &Held<'_>, id: FlowId) -> Vec<Hint> {
    let compilation = &held.design.compilation;
    let flow = &compilation.model.flows[id];
    let mut shares: Vec<(Span, f64)> = Vec::new();
    for hop in figures::hops(compilation, id) {
        let Some(call) = hop.call else { continue };
        let at = flow.calls[call].span;
        match shares.iter_mut().find(|(span, _)| *span == at) {
            Some((_, share)) => *share += hop.share,
            None => shares.push((at, hop.share)),
        }
    }
    let told = shares.into_iter().filter(|(_, share)| *share >= 0.005).filter_map(|(at, share)| {
        let tooltip = format!("{} of the time of `{}`", percent(share), flow.header.name);
        hint(held, at, percent((share * 100.0).round() / 100.0), tooltip)
    });
    told.collect()
}
