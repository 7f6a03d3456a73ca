//! Dealing the replicas of a component over regions, then zones.

use super::domains::Domains;
use super::figures;
use super::{Deployment, DomainKind, Place, distinct};
use crate::analysis::assumptions::{Assumptions, DEFAULT, Subject};
use crate::analysis::availability::DomainIx;
use crate::config::Assumed;
use crate::model::attributes::words::Replication;
use crate::model::{AttrId, AttrValue, Component, ComponentId, ElementRef, GroupId, GroupKind, Kind, Model};

/// How a component is deployed; `None` for a person or client.
pub(super) fn deploy(
    model: &Model,
    assumed: &Assumed,
    assumptions: &mut Assumptions,
    domains: &mut Domains,
    id: ComponentId,
) -> Option<Deployment> {
    let component = &model.components[id];
    if matches!(component.kind, Kind::Person | Kind::Client) {
        return None;
    }
    let managed = figures::is_managed(component);
    let (availability, availability_assumed) =
        figures::of_component(id, component, managed, assumed, assumptions);
    let slots = slots(model, component, domains);
    let replicas = component.attrs.beyond_default(AttrId::REPLICAS);
    let range = replicas.and_then(|_| component.attrs.range(AttrId::REPLICAS));
    let (low, high) = match range {
        Some(range) => range,
        // a managed component may stand in each of its places
        None if managed => (slots.iter().map(|(_, zones)| zones.len().max(1) as u64).sum(), 1),
        None => (1, 1),
    };
    if range.is_none() && !managed && component.kind != Kind::External {
        assumptions.add(Subject::Component(id), AttrId::REPLICAS, "1".to_owned(), DEFAULT);
    }
    let given = component.attrs.beyond_default(AttrId::NEEDS);
    let needs = given.and_then(|_| component.attrs.count(AttrId::NEEDS)).unwrap_or_else(|| {
        if !by_majority(component) || low < 2 {
            return 1;
        }
        let majority = low / 2 + 1;
        assumptions.add(Subject::Component(id), AttrId::NEEDS, majority.to_string(), DEFAULT);
        majority
    });
    let enclosing = enclosing_domains(model, component, domains);
    let places = deal(&slots, low, high, &enclosing);
    let (fails_with_domains, fails_with_components) = fates(component, domains);
    Some(Deployment {
        low: if range.is_none() { 1 } else { low },
        high,
        replicas_given: range.is_some(),
        needs,
        shards: component.attrs.count(AttrId::SHARDS).unwrap_or(1).max(1),
        managed,
        availability,
        availability_assumed,
        places,
        fails_with_domains,
        fails_with_components,
    })
}

/// Whether `needs` defaults to a majority.
fn by_majority(component: &Component) -> bool {
    let consensus = component.tech.as_ref().and_then(|tech| tech.entry).is_some_and(|entry| entry.consensus);
    consensus || component.attrs.word(AttrId::REPLICATION) == Some(Replication::Quorum)
}

/// A region, or none, with the zones in it that take replicas; no zone: the region alone.
type Slot = (Option<DomainIx>, Vec<DomainIx>);

fn slots(model: &Model, component: &Component, domains: &mut Domains) -> Vec<Slot> {
    let regions = match component.attrs.get(AttrId::REGIONS).map(|value| &value.value) {
        Some(AttrValue::Count(count)) => Some(domains.counted_regions(*count)),
        Some(_) => Some(named(component, AttrId::REGIONS, domains)).filter(|regions| !regions.is_empty()),
        None => None,
    };
    let parent = component.header.parent;
    match component.attrs.get(AttrId::ZONES).map(|value| &value.value) {
        Some(AttrValue::Count(count)) if *count > 0 => {
            let regions: Vec<Option<DomainIx>> = match regions {
                Some(regions) => regions.into_iter().map(Some).collect(),
                None => vec![domains.region_around(model, parent)],
            };
            regions.into_iter().map(|region| (region, domains.counted_zones(region, *count))).collect()
        }
        Some(AttrValue::Refs(_) | AttrValue::Ref(_)) => {
            named_zones(model, named(component, AttrId::ZONES, domains), regions, domains)
        }
        _ => {
            let zone = model.ancestors(parent).find(|id| model.groups[*id].kind == GroupKind::Zone);
            let zone_region = zone.and_then(|id| domains.region_around(model, Some(id)));
            let zone = zone.and_then(|id| domains.of(id));
            match regions {
                None => vec![(domains.region_around(model, parent), zone.into_iter().collect())],
                Some(regions) => regions
                    .into_iter()
                    .map(|region| {
                        (Some(region), zone.filter(|_| zone_region == Some(region)).into_iter().collect())
                    })
                    .collect(),
            }
        }
    }
}

/// Zones by name: without `regions` they are dealt in the order written, whatever region they are in.
fn named_zones(
    model: &Model,
    zones: Vec<DomainIx>,
    regions: Option<Vec<DomainIx>>,
    domains: &Domains,
) -> Vec<Slot> {
    let region_of = |zone: DomainIx| match domains.facts.get(zone.index()).map(|domain| domain.kind) {
        Some(DomainKind::Group(id)) => domains.region_around(model, Some(id)),
        _ => None,
    };
    match regions {
        Some(regions) => regions
            .into_iter()
            .map(|region| {
                let inside = zones.iter().copied().filter(|zone| region_of(*zone) == Some(region));
                (Some(region), inside.collect())
            })
            .collect(),
        None => {
            let mut slots: Vec<Slot> = Vec::new();
            for zone in zones {
                let region = region_of(zone);
                match slots.as_mut_slice() {
                    // zones of one region are one slot; elsewhere each zone takes its turn
                    [(only, inside)] if *only == region => inside.push(zone),
                    _ => slots.push((region, vec![zone])),
                }
            }
            if slots.len() > 1 {
                let each = |(region, zones): Slot| zones.into_iter().map(move |zone| (region, vec![zone]));
                slots = slots.into_iter().flat_map(each).collect();
            }
            slots
        }
    }
}

fn named(component: &Component, id: AttrId, domains: &Domains) -> Vec<DomainIx> {
    let groups = component.attrs.refs(id).into_iter().filter_map(|reference| match reference.target {
        ElementRef::Group(group) => domains.of(group),
        _ => None,
    });
    distinct(groups)
}

/// The domains around a component but zones and regions, which its slots name.
fn enclosing_domains(model: &Model, component: &Component, domains: &Domains) -> Vec<DomainIx> {
    let other = |id: &GroupId| {
        !matches!(model.groups[*id].kind, GroupKind::Zone | GroupKind::Region) && domains.holds(*id)
    };
    model.ancestors(component.header.parent).filter(other).filter_map(|id| domains.of(id)).collect()
}

/// How many of `count` things dealt over `slots` slots the slot at `index` gets.
fn share(count: u64, slots: usize, index: usize) -> u64 {
    let slots = slots.max(1) as u64;
    count / slots + u64::from((index as u64) < count % slots)
}

fn deal(slots: &[Slot], low: u64, high: u64, enclosing: &[DomainIx]) -> Vec<Place> {
    let mut places = Vec::new();
    for (at, (region, zones)) in slots.iter().enumerate() {
        let (low, high) = (share(low, slots.len(), at), share(high, slots.len(), at));
        let mut add = |turn: usize, low, high, zone: Option<DomainIx>| {
            let mut domains: Vec<DomainIx> = zone.or(*region).into_iter().collect();
            domains.extend(enclosing);
            if low == 0 && high == 0 && turn > 0 {
                return;
            }
            places.push((turn, Place { low, high, zone, region: *region, domains }));
        };
        if zones.is_empty() {
            add(0, low, high, None);
        }
        for (turn, zone) in zones.iter().enumerate() {
            let turns = zones.len();
            add(turn, share(low, turns, turn), share(high, turns, turn), Some(*zone));
        }
    }
    // in the order in which they are dealt: the first zone of every region, then the second ones
    places.sort_by_key(|(turn, _)| *turn);
    places.into_iter().map(|(_, place)| place).collect()
}

/// What a component names in `fails_with`.
fn fates(component: &Component, domains: &Domains) -> (Vec<DomainIx>, Vec<ComponentId>) {
    let mut components = Vec::new();
    for reference in component.attrs.refs(AttrId::FAILS_WITH) {
        if let ElementRef::Component(id) = reference.target {
            components.push(id);
        }
    }
    components.sort_unstable();
    components.dedup();
    (named(component, AttrId::FAILS_WITH, domains), components)
}
