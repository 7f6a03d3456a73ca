//! Where calls go: between which places, out of zones and regions, over the links between groups. Knows no price and no finding.

use super::load::Load;
use super::placement::{Deployment, Place, Placement};
use crate::model::{ComponentId, GroupId, Model};

/// Which shares of the bytes of a connection leave what.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Crossing {
    /// A zone for another of the same region.
    pub zone: f64,
    /// A region for another.
    pub region: f64,
    /// For the internet, or from there.
    pub egress: f64,
}

/// A share of the calls between two components, and the places that it joins.
struct Route<'p> {
    from: &'p Place,
    to: &'p Place,
    share: f64,
}

/// Callers go to replicas in their own region, evenly, where there are any; else evenly to all.
fn routes<'p>(from: &'p Deployment, to: &'p Deployment) -> Vec<Route<'p>> {
    let callees = weights(to);
    let mut routes = Vec::new();
    for (caller, share) in weights(from) {
        let here = |at: &Place| at.region == caller.region;
        let stays = callees.iter().any(|(at, _)| here(at));
        let open: Vec<&(&Place, f64)> = callees.iter().filter(|(at, _)| !stays || here(at)).collect();
        let total: f64 = open.iter().map(|(_, weight)| weight).sum();
        routes.extend(open.iter().map(|(at, weight)| Route {
            from: caller,
            to: at,
            share: share * weight / total,
        }));
    }
    routes
}

/// The places of a component with the share of its replicas that stand there.
fn weights(deployment: &Deployment) -> Vec<(&Place, f64)> {
    // where a managed component may stand it is taken to stand evenly
    let count = |place: &Place| match deployment.managed && !deployment.replicas_given {
        true => 1.0,
        false => place.high as f64,
    };
    let total: f64 = deployment.places.iter().map(count).sum();
    let share = |place| (place, if total > 0.0 { count(place) / total } else { 0.0 });
    deployment.places.iter().map(share).filter(|(_, share)| *share > 0.0).collect()
}

/// Which shares of the calls between two components leave a zone or region. Who stands in none is nowhere: nothing tells how far
/// that is.
pub fn crossing(model: &Model, placement: &Placement, from: ComponentId, to: ComponentId) -> Crossing {
    if model.is_outside(from) || model.is_outside(to) {
        return Crossing { egress: 1.0, ..Crossing::default() };
    }
    let (Some(from), Some(to)) = (placement.of(from), placement.of(to)) else { return Crossing::default() };
    let mut crossing = Crossing::default();
    for route in routes(from, to) {
        if route.from.region != route.to.region {
            let known = route.from.region.is_some() && route.to.region.is_some();
            crossing.region += if known { route.share } else { 0.0 };
        } else if route.from.zone.is_some() && route.to.zone.is_some() && route.from.zone != route.to.zone {
            crossing.zone += route.share;
        }
    }
    crossing
}

/// Bytes a second at the peak that go from one group to another or back; `None` where no connection between them tells its bytes.
pub fn between(
    model: &Model,
    placement: &Placement,
    load: &Load,
    one: GroupId,
    other: GroupId,
) -> Option<f64> {
    let mut sum = None;
    for (id, connection) in model.connections.enumerate() {
        let (Some(from), Some(to)) = (connection.caller(), connection.callee()) else { continue };
        let Some(bytes) = load.connection(id).and_then(|load| load.bytes_per_second) else { continue };
        let (Some(start), Some(end)) = (placement.of(from), placement.of(to)) else { continue };
        let is_in = |place: &Place, component: ComponentId, group: GroupId| {
            let domain = placement.of_group(group);
            let inside =
                place.domains.iter().any(|ix| placement.with_parents(*ix).any(|ix| Some(ix) == domain));
            let parent = model.components[component].header.parent;
            inside || domain.is_none() && parent.is_some_and(|parent| model.is_within(parent, group))
        };
        let joins = |route: &Route<'_>| {
            let start = |group| is_in(route.from, from, group);
            let end = |group| is_in(route.to, to, group);
            start(one) && end(other) || start(other) && end(one)
        };
        let share: f64 =
            routes(start, end).iter().filter(|route| joins(route)).map(|route| route.share).sum();
        if share > 0.0 {
            sum = Some(sum.unwrap_or(0.0) + bytes * share);
        }
    }
    sum
}
