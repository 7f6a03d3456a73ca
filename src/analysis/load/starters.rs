//! How many runs of each flow are started: actors' loads, divided among their flows.

use rustc_hash::FxHashMap;

use crate::analysis::assumptions::{Assumptions, DEFAULT, Subject};
use crate::analysis::case::Case;
use crate::config::Assumed;
use crate::model::{AttrId, Attributes, ComponentId, Flow, Model};
use crate::units::format_count;

/// Runs a second.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Runs {
    pub(super) peak: f64,
    pub(super) average: f64,
}

impl Runs {
    pub(super) fn times(self, factor: f64) -> Self {
        Self { peak: self.peak * factor, average: self.average * factor }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self { peak: self.peak + other.peak, average: self.average + other.average }
    }
}

fn peak_factor(attrs: &Attributes) -> Option<f64> {
    attrs.beyond_default(AttrId::PEAK_FACTOR)?;
    let factor = attrs.number(AttrId::PEAK_FACTOR).or_else(|| attrs.factor(AttrId::PEAK_FACTOR));
    factor.filter(|factor| *factor > 0.0)
}

/// The load that an actor brings; `None` where nothing says.
fn of_actor(model: &Model, assumed: &Assumed, case: &Case, id: ComponentId) -> Option<Runs> {
    let attrs = &model.components[id].attrs;
    let factor = peak_factor(attrs).unwrap_or(assumed.peak_factor);
    let own_users = attrs.count(AttrId::USERS).map(|users| users as f64);
    let users = own_users.map(|own| case.users.map_or(own, |users| users as f64));
    let peak = match attrs.per_second(AttrId::RATE) {
        Some(rate) => rate * crowd(model, case, id),
        None => users? * attrs.per_second(AttrId::REQUESTS_PER_USER)? * factor,
    };
    Some(Runs { peak, average: peak / factor }.times(case.load))
}

/// By how much a case's `users` change what an actor does.
fn crowd(model: &Model, case: &Case, id: ComponentId) -> f64 {
    let own = model.components[id].attrs.count(AttrId::USERS).filter(|own| *own > 0);
    match (case.users, own) {
        (Some(users), Some(own)) => users as f64 / own as f64,
        _ => 1.0,
    }
}

/// Tells the peak factors that are assumed.
pub(super) fn record(model: &Model, assumed: &Assumed, assumptions: &mut Assumptions) {
    for (id, component) in model.components.enumerate() {
        let attrs = &component.attrs;
        let loaded =
            attrs.has(AttrId::RATE) || attrs.has(AttrId::USERS) && attrs.has(AttrId::REQUESTS_PER_USER);
        if component.kind.is_actor() && loaded && peak_factor(attrs).is_none() {
            let value = format_count(assumed.peak_factor);
            assumptions.add(Subject::Component(id), AttrId::PEAK_FACTOR, value, DEFAULT);
        }
    }
    for (id, flow) in model.flows.enumerate() {
        let starters = || flow.roots.iter().map(|root| &model.components[flow.visits[*root].component].attrs);
        let known =
            peak_factor(&flow.attrs).is_some() || starters().any(|attrs| peak_factor(attrs).is_some());
        if flow.attrs.has(AttrId::RATE) && !known {
            let value = format_count(assumed.peak_factor);
            assumptions.add(Subject::Flow(id), AttrId::PEAK_FACTOR, value, DEFAULT);
        }
    }
}

/// What each root of each flow starts; `None` where nothing says. Flows that a broker starts are left to its messages.
pub(super) fn runs(model: &Model, assumed: &Assumed, case: &Case) -> Vec<Vec<Option<Runs>>> {
    let mut loads: FxHashMap<ComponentId, Option<Runs>> = FxHashMap::default();
    let mut taken: FxHashMap<ComponentId, (Runs, usize)> = FxHashMap::default();
    for flow in &model.flows {
        for root in &flow.roots {
            let id = flow.visits[*root].component;
            loads.entry(id).or_insert_with(|| of_actor(model, assumed, case, id));
        }
    }
    let load = |id: ComponentId| loads.get(&id).copied().flatten();
    let claimed: Vec<Option<Vec<Option<Runs>>>> =
        model.flows.iter().map(|flow| claim(model, assumed, case, flow, &load)).collect();
    for (flow, claimed) in model.flows.iter().zip(&claimed) {
        for (at, root) in flow.roots.iter().enumerate() {
            let id = flow.visits[*root].component;
            let entry = taken.entry(id).or_default();
            match claimed.as_ref().and_then(|claimed| claimed.get(at).copied().flatten()) {
                Some(runs) => entry.0 = entry.0.plus(runs),
                None if claimed.is_none() => entry.1 += 1,
                None => {}
            }
        }
    }
    let rest = |id: ComponentId| {
        let (load, (taken, flows)) = (load(id)?, taken.get(&id).copied()?);
        let left = |all: f64, taken: f64| (all - taken).max(0.0) / flows.max(1) as f64;
        Some(Runs { peak: left(load.peak, taken.peak), average: left(load.average, taken.average) })
    };
    let of_flow = |(flow, claimed): (&Flow, Option<Vec<Option<Runs>>>)| {
        claimed.unwrap_or_else(|| {
            let own_factor = peak_factor(&flow.attrs);
            let of_root = |root: &crate::model::VisitId| {
                let runs = rest(flow.visits[*root].component)?;
                Some(match own_factor {
                    Some(factor) => Runs { average: runs.peak / factor, ..runs },
                    None => runs,
                })
            };
            flow.roots.iter().map(of_root).collect()
        })
    };
    model.flows.iter().zip(claimed).map(of_flow).collect()
}

/// The runs that a flow claims by its `rate` or `share`, by root; `None` where it gives neither.
fn claim(
    model: &Model,
    assumed: &Assumed,
    case: &Case,
    flow: &Flow,
    load: &impl Fn(ComponentId) -> Option<Runs>,
) -> Option<Vec<Option<Runs>>> {
    let starters: Vec<ComponentId> = flow.roots.iter().map(|root| flow.visits[*root].component).collect();
    let own_factor = peak_factor(&flow.attrs);
    if let Some(rate) = flow.attrs.per_second(AttrId::RATE) {
        // several starters share it as their loads stand to each other
        let loads: Vec<f64> = starters.iter().map(|id| load(*id).map_or(0.0, |load| load.peak)).collect();
        let total: f64 = loads.iter().sum();
        let of_root = |(id, load): (&ComponentId, &f64)| {
            let part = if total > 0.0 { load / total } else { 1.0 / starters.len() as f64 };
            let factor = own_factor
                .or_else(|| peak_factor(&model.components[*id].attrs))
                .unwrap_or(assumed.peak_factor);
            let peak = rate * part * case.load * crowd(model, case, *id);
            Some(Runs { peak, average: peak / factor })
        };
        return Some(starters.iter().zip(&loads).map(of_root).collect());
    }
    let share = flow.attrs.share(AttrId::SHARE)?;
    let of_root = |id: &ComponentId| {
        let runs = load(*id)?.times(share);
        Some(own_factor.map_or(runs, |factor| Runs { average: runs.peak / factor, ..runs }))
    };
    Some(starters.iter().map(of_root).collect())
}
