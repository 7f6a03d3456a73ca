//! Are the requirements covered: the load, what is kept, what must work.

use std::collections::BTreeSet;

use super::matching::{deeds, does, is_made, kept, rate};
use super::{Criterion, Graded, Line};
use crate::model::{AttrId, ComponentId, DataId, FlowId, Header};
use crate::practice::human;
use crate::units::{format_rate, round_significant};

/// Points of it all, and how they are parted.
const POINTS: f64 = 25.0;
const LOAD: f64 = 5.0;
const DATA: f64 = 6.0;
const FLOWS: f64 = 14.0;
/// What a flow wins that leads to nothing which keeps data.
const UNFINISHED: f64 = 0.3;
/// What data wins that is made each time it is asked for.
const MADE: f64 = 0.7;
/// What data wins that nothing keeps.
const HOMELESS: f64 = 0.3;

pub(super) fn criterion(graded: &Graded<'_>) -> Criterion {
    let mut lines = vec![load(graded)];
    let all: f64 = graded.asked_data().map(|(_, it)| Graded::weight(it)).sum();
    lines.extend(graded.asked_data().map(|(id, it)| data(graded, id, it, DATA * Graded::weight(it) / all)));
    let all: f64 = graded.asked_flows().map(|(_, it)| Graded::weight(it)).sum();
    lines.extend(graded.asked_flows().map(|(id, it)| flow(graded, id, it, FLOWS * Graded::weight(it) / all)));
    Criterion::new("requirements", "Requirements covered", POINTS, lines)
}

fn load(graded: &Graded<'_>) -> Line {
    let model = &graded.sides.brief.model;
    let actors = model.components.iter().filter(|it| it.kind.is_actor() && it.attrs.has(AttrId::USERS));
    let asked: Vec<String> = actors.map(human::load).collect();
    let win = format!(
        "give your clients the load of the brief by `users`, `requests_per_user` and `peak_factor`: {}",
        asked.join("; ")
    );
    let Some(load) = graded.matches.load else {
        return Line::new("the load", LOAD, 0.0, "nothing tells how much is asked for", win);
    };
    // more than is asked for is a harder design, not a wrong one
    let share = match load {
        load if (0.8..=1.6).contains(&load) => 1.0,
        load if load < 0.8 => load,
        load => 1.6 / load,
    };
    let found = format!("{} times the peak of the brief", round_significant(load, 3));
    Line::new("the load", LOAD, share, found, win)
}

fn data(graded: &Graded<'_>, id: DataId, header: &Header, weight: f64) -> Line {
    let what = format!("keeps {}", header.title());
    let asked = &graded.sides.brief.model.data[id];
    let win = format!("declare it and give it to a store by `stores`: {}", human::kept(asked));
    let Some(own) = graded.matches.of_data(id) else {
        return match made_by(graded, id) {
            Some(flow) => {
                let found = format!("not kept, but made by `{}` from what it reads", graded.flow_name(flow));
                Line::new(what, weight, MADE, found, win)
            }
            None => Line::new(what, weight, 0.0, "no `data` of yours is like it", win),
        };
    };
    let model = &graded.sides.design.model;
    let keepers = keepers(graded, own);
    let name = &model.data[own].header.name;
    match keepers.first() {
        None => Line::new(what, weight, HOMELESS, format!("`{name}`, which nothing keeps"), win),
        Some(first) => Line::new(what, weight, 1.0, format!("`{name}` in `{}`", model.path(*first)), win),
    }
}

/// A flow for one that reads data of the brief, and makes it again each time.
fn made_by(graded: &Graded<'_>, id: DataId) -> Option<FlowId> {
    let brief = graded.sides.brief;
    let readers = graded.asked_flows().filter(|(flow, _)| deeds(brief, *flow).contains(&(id, false)));
    let mut served = readers.flat_map(|(flow, _)| graded.matches.served_by(flow));
    served.find(|flow| is_made(brief, id, &kept(graded.sides.design, *flow)))
}

/// The components that keep data of the design.
pub(super) fn keepers(graded: &Graded<'_>, own: DataId) -> Vec<ComponentId> {
    let model = &graded.sides.design.model;
    let keeps = |id: &ComponentId| model.components[*id].attrs.data(AttrId::STORES).contains(&own);
    let mut all: Vec<ComponentId> = model.components.ids().filter(keeps).collect();
    // what is asked first is where it lives: a store before the copies of it
    all.sort_by_key(|id| (!model.components[*id].kind.is_store(), *id));
    all
}

fn flow(graded: &Graded<'_>, id: FlowId, header: &Header, weight: f64) -> Line {
    let what = header.title().to_owned();
    let asked = &graded.sides.brief.model.flows[id];
    let functional = human::functional(graded.brief, asked);
    let own = graded.matches.of_flow(id);
    let served = graded.matches.served_by(id);
    let names: Vec<String> = served.iter().map(|it| format!("`{}`", graded.flow_name(*it))).collect();
    if served.is_empty() {
        let win = format!("draw a `flow` from who starts it to where its data is kept: {functional}");
        return Line::new(what, weight, 0.0, "no `flow` of yours does it", win);
    }
    let missing = missing(graded, id, &served);
    let reached = reached(graded, id);
    let rates: Option<f64> = served.iter().map(|it| rate(&graded.sides.design.facts, *it)).sum();
    let told =
        rates.map_or_else(|| "at no known rate".to_owned(), |rate| format!("at {}", format_rate(rate)));
    let found = format!("{} {told}", names.join(", "));
    if own.is_empty() {
        let win = format!("it is done on the way by a flow of another purpose; draw it: {functional}");
        return Line::new(what, weight, 0.5, found, win);
    }
    let win = if missing.is_empty() {
        "lead it on to what keeps its data".to_owned()
    } else {
        let mut told = missing.clone();
        told.dedup();
        format!("lead it on to what keeps {}, with `access`", told.join(" and "))
    };
    Line::new(what, weight, UNFINISHED + (1.0 - UNFINISHED) * reached, found, win)
}

/// How much of what a flow of the brief does with data something of the design does: from 0 to 1.
pub(super) fn reached(graded: &Graded<'_>, asked: FlowId) -> f64 {
    let served = graded.matches.served_by(asked);
    if served.is_empty() {
        return 0.0;
    }
    let wanted = deeds(graded.sides.brief, asked).len();
    if wanted == 0 {
        // one box that does everything leads nowhere
        return if served.iter().any(|id| is_drawn(graded, *id)) { 1.0 } else { 0.0 };
    }
    let wanted = wanted as f64;
    1.0 - missing(graded, asked, &served).len() as f64 / wanted
}

/// Whether a flow of the design leads past its first box.
fn is_drawn(graded: &Graded<'_>, id: FlowId) -> bool {
    let model = &graded.sides.design.model;
    let visited = model.flows[id].visits.iter().map(|visit| visit.component);
    visited.filter(|it| !model.components[*it].kind.is_actor()).collect::<BTreeSet<_>>().len() > 1
}

/// What a flow of the brief does with data that none of the design's flows for it does, in words. What others do out of sight of whoever
/// asked counts too: a message may be written later.
fn missing(graded: &Graded<'_>, asked: FlowId, served: &[FlowId]) -> Vec<String> {
    let (brief, design) = (graded.sides.brief, graded.sides.design);
    let later = design
        .model
        .flows
        .ids()
        .filter(|id| graded.trial.answers.get(id.index()).copied().flatten().is_none());
    let done: BTreeSet<(DataId, bool)> =
        served.iter().copied().chain(later).flat_map(|id| kept(design, id)).collect();
    let lacks = |(id, writes): &(DataId, bool)| match graded.matches.of_data(*id) {
        Some(own) => !does(&done, own, *writes),
        None => *writes || !is_made(brief, *id, &done),
    };
    let tell = |(id, _): &(DataId, bool)| brief.model.data[*id].header.title().to_owned();
    let mut all: Vec<String> = deeds(brief, asked).iter().filter(|it| lacks(it)).map(tell).collect();
    // of data that is read and written each counts
    all.sort();
    all
}
