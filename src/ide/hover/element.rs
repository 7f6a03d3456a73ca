//! A component, a group, data or a scenario: its head and its figures.

use smol_str::SmolStr;

use super::super::figures::{self, downtime, factor, percent};
use super::{declaration, flow, listed};
use crate::analysis::reliability::Fault;
use crate::compilation::Compilation;
use crate::model::{AttrId, ComponentId, DataId, ElementRef, GroupId, Header};
use crate::rules::Subject;
use crate::units::{format_rate, format_share, format_size, format_time, round_significant};

/// Flows that a figure is told of.
const FLOWS: usize = 3;
/// Missing attributes that are told.
const OPEN: usize = 4;

pub(super) fn element(compilation: &Compilation, element: ElementRef) -> String {
    match element {
        ElementRef::Component(id) => component(compilation, id),
        ElementRef::Group(id) => group(compilation, id),
        ElementRef::Data(id) => data(compilation, id),
        ElementRef::Flow(id) => flow::flow(compilation, id),
        ElementRef::Scenario(id) => head("scenario", &compilation.model.scenarios[id].header, None),
    }
}

pub(super) fn head(kind: &str, header: &Header, tech: Option<&str>) -> String {
    declaration(kind, &header.path, tech, header.label.as_deref(), header.description.as_deref())
}

fn component(compilation: &Compilation, id: ComponentId) -> String {
    let it = &compilation.model.components[id];
    let mut text = head(&it.kind_name, &it.header, it.tech.as_ref().map(|tech| tech.name.as_str()));
    let lines = [
        replicas(compilation, id),
        availability(compilation, id),
        load(compilation, id),
        latency(compilation, id),
        coupling(compilation, id),
        open(compilation, id),
    ];
    text.push_str(&listed(&lines.into_iter().flatten().collect::<Vec<_>>()));
    text
}

fn replicas(compilation: &Compilation, id: ComponentId) -> Option<String> {
    let placement = &compilation.facts.placement;
    let deployed = placement.of(id)?;
    if !deployed.replicas_given && deployed.managed {
        return Some("**managed**: one thing with one availability".to_owned());
    }
    let count = match (deployed.low, deployed.high) {
        (low, high) if low == high => low.to_string(),
        (low, high) => format!("{low}–{high}"),
    };
    let assumed = if deployed.replicas_given { "" } else { " (assumed)" };
    let needs = if deployed.needs > 1 { format!(", {} needed", deployed.needs) } else { String::new() };
    let zones: Vec<String> =
        deployed.zones().iter().map(|zone| format!("`{}`", placement.domain_path(*zone))).collect();
    let over = match zones.as_slice() {
        [] => String::new(),
        zones => format!(" over {}", zones.join(", ")),
    };
    Some(format!("**replicas** {count}{assumed}{needs}{over}"))
}

fn availability(compilation: &Compilation, id: ComponentId) -> Option<String> {
    let share = compilation.facts.reliability.of_component(id)?;
    let back = gives_back(compilation, Fault::Component(id));
    Some(format!("**availability** {} · {}{back}", format_share(share), downtime(1.0 - share)))
}

/// What each flow would win if the element never failed, the most first.
fn gives_back(compilation: &Compilation, fault: Fault) -> String {
    let (model, reliability) = (&compilation.model, &compilation.facts.reliability);
    let won = model.flows.enumerate().filter_map(|(id, flow)| {
        let figures = reliability.of(id)?;
        let importance = figures.importance_of(fault)?;
        let won = importance.fussell_vesely * figures.unavailability;
        (importance.fussell_vesely >= 0.0005).then_some((
            won,
            importance.fussell_vesely,
            flow.header.name.as_str(),
        ))
    });
    let mut won: Vec<(f64, f64, &str)> = won.collect();
    won.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(b.2)));
    let told: Vec<String> = won
        .iter()
        .take(FLOWS)
        .map(|(won, share, name)| format!("{} ({}) of `{name}`", figures::a_year(*won), percent(*share)))
        .collect();
    if told.is_empty() { String::new() } else { format!("; a perfect one gives back {}", told.join(", ")) }
}

fn load(compilation: &Compilation, id: ComponentId) -> Option<String> {
    let load = compilation.facts.load.component(id)?;
    let peak = load.peak.filter(|peak| *peak > 0.0)?;
    let mut text = format!("**load** {} at the peak", format_rate(peak));
    if let Some(capacity) = load.capacity {
        text.push_str(&format!(" of {}", format_rate(capacity)));
    }
    if let Some(used) = load.deciding_utilization().filter(|used| used.is_finite() && *used > 0.0) {
        text.push_str(&format!(" · ρ {} · headroom {}", percent(used), factor(1.0 / used)));
    }
    let model = &compilation.model;
    let first = model.flows.enumerate().filter(|(flow, _)| {
        compilation.facts.load.flow(*flow).is_some_and(|flow| flow.first_to_break == Some(id))
    });
    let first: Vec<String> = first.take(FLOWS).map(|(_, flow)| format!("`{}`", flow.header.name)).collect();
    if !first.is_empty() {
        text.push_str(&format!("; the first to break in {}", first.join(", ")));
    }
    Some(text)
}

fn latency(compilation: &Compilation, id: ComponentId) -> Option<String> {
    let attrs = &compilation.model.components[id].attrs;
    let own: Vec<String> = [(AttrId::LATENCY, "median"), (AttrId::P99, "p99")]
        .into_iter()
        .filter_map(|(key, word)| Some(format!("{} {word}", format_time(attrs.seconds(key)?))))
        .collect();
    let mut shares: Vec<(f64, &str)> = compilation
        .model
        .flows
        .enumerate()
        .filter_map(|(flow, it)| {
            let share = figures::latency_share(compilation, flow, |hop| hop.component == id)?;
            (share >= 0.005).then_some((share, it.header.name.as_str()))
        })
        .collect();
    shares.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let shares: Vec<String> =
        shares.iter().take(FLOWS).map(|(share, name)| format!("{} of `{name}`", percent(*share))).collect();
    let parts = match (own.is_empty(), shares.is_empty()) {
        (true, true) => return None,
        (false, true) => own.join(", "),
        (true, false) => shares.join(", "),
        (false, false) => format!("{} · {}", own.join(", "), shares.join(", ")),
    };
    Some(format!("**latency** {parts}"))
}

fn coupling(compilation: &Compilation, id: ComponentId) -> Option<String> {
    let ties = compilation.facts.coupling.of(id)?;
    let instability = ties.instability()?;
    let (incoming, outgoing) = (ties.afferent.len(), ties.efferent.len());
    Some(format!(
        "**coupling** {incoming} in, {outgoing} out · instability {}",
        round_significant(instability, 2)
    ))
}

/// What would let rules judge that cannot.
fn open(compilation: &Compilation, id: ComponentId) -> Option<String> {
    let subject = Subject::from(id);
    let mut wanted: Vec<(SmolStr, Vec<&str>)> = Vec::new();
    for open in compilation.unassessed.iter().filter(|open| open.subject == subject) {
        let attribute = open.need.words();
        match wanted.iter_mut().find(|(known, _)| *known == attribute) {
            Some((_, codes)) => codes.push(open.code),
            None => wanted.push((attribute, vec![open.code])),
        }
    }
    let more = wanted.len().saturating_sub(OPEN);
    let told =
        wanted.iter().take(OPEN).map(|(attribute, codes)| format!("`{attribute}` ({})", codes.join(", ")));
    let mut told: Vec<String> = told.collect();
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    (!told.is_empty()).then(|| format!("**not judged** for want of {}", told.join(", ")))
}

fn group(compilation: &Compilation, id: GroupId) -> String {
    let model = &compilation.model;
    let it = &model.groups[id];
    let mut text = head(it.kind.as_str(), &it.header, None);
    let mut lines = Vec::new();
    let held = model
        .components
        .iter()
        .filter(|of| of.header.parent.is_some_and(|of| model.is_within(of, id)))
        .count();
    if held > 0 {
        lines.push(format!("**holds** {held} component{}", if held == 1 { "" } else { "s" }));
    }
    let domain = compilation.facts.placement.of_group(id);
    if let Some((ix, facts)) = domain.and_then(|ix| Some((ix, compilation.facts.placement.domain(ix)?))) {
        let assumed = if facts.assumed { " (assumed)" } else { "" };
        let back = gives_back(compilation, Fault::Domain(ix));
        let down = downtime(1.0 - facts.availability);
        lines.push(format!("**availability** {}{assumed} · {down}{back}", format_share(facts.availability)));
    }
    text.push_str(&listed(&lines));
    text
}

fn data(compilation: &Compilation, id: DataId) -> String {
    let model = &compilation.model;
    let mut text = head("data", &model.data[id].header, None);
    let mut lines = Vec::new();
    let stores: Vec<String> = model
        .components
        .iter()
        .filter(|it| it.attrs.data(AttrId::STORES).contains(&id))
        .map(|it| format!("`{}`", it.header.path))
        .collect();
    if !stores.is_empty() {
        lines.push(format!("**stored in** {}", stores.join(", ")));
    }
    if let Some(kept) = compilation.facts.storage.of_data(id)
        && let Some(bytes) = kept.bytes_after_retention
    {
        let assumed = if kept.retention_assumed { " (assumed)" } else { "" };
        let copies = if kept.copies > 1 { format!(", {} copies", kept.copies) } else { String::new() };
        let after = format_time(kept.retention);
        lines.push(format!("**grows to** {} after {after}{assumed}{copies}", format_size(bytes)));
    }
    text.push_str(&listed(&lines));
    text
}
