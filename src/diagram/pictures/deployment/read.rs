//! Reads places and what stands there from the facts.

use super::{Deployment, Link, Region, Spot, Zone};
use crate::analysis::availability::DomainIx;
use crate::analysis::placement::{DomainKind, Placement};
use crate::compilation::Compilation;
use crate::diagram::drawing::Node;
use crate::diagram::view;
use crate::model::{AttrId, ComponentId, Endpoint, Model};
use crate::syntax::ast::Operator;
use crate::units::{format_size, format_time};

pub(in crate::diagram::pictures) fn read(compilation: &Compilation) -> Deployment {
    let (model, placement) = (&compilation.model, &*compilation.facts.placement);
    let title = model.system.as_ref().map_or("design", |system| system.title());
    let mut reader = Reader {
        model,
        placement,
        spots: vec![None; placement.domains.len()],
        out: Deployment { title: format!("Deployment of {title}"), ..Deployment::default() },
    };
    reader.places();
    for id in model.components.ids() {
        reader.component(id);
    }
    reader.links();
    reader.out
}

struct Reader<'a> {
    model: &'a Model,
    placement: &'a Placement,
    /// By domain.
    spots: Vec<Option<Spot>>,
    out: Deployment,
}

impl Reader<'_> {
    fn spot(&self, ix: DomainIx) -> Option<Spot> {
        self.spots.get(ix.index()).copied().flatten()
    }

    /// Regions and zones in the order declared; a parent stands before its children.
    fn places(&mut self) {
        for (at, facts) in self.placement.domains.iter().enumerate() {
            let Ok(ix) = u32::try_from(at).map(DomainIx) else { break };
            let (region, zone) =
                (self.placement.is_region(self.model, ix), self.placement.is_zone(self.model, ix));
            if !region && !zone {
                continue;
            }
            let label = match facts.kind {
                DomainKind::Group(id) => self.model.groups[id].header.title().to_owned(),
                DomainKind::NamelessZone | DomainKind::NamelessRegion => facts.path.to_string(),
            };
            let path = facts.path.to_string();
            let outer = self.placement.with_parents(ix).skip(1).find_map(|outer| self.spot(outer));
            let spot = match outer.and_then(|(at, _)| Some((at, self.out.regions.get_mut(at)?))) {
                Some((at, region)) if zone => {
                    region.zones.push(Zone { path, label, items: Vec::new() });
                    (at, Some(region.zones.len() - 1))
                }
                _ => {
                    let kind = if zone { "zone" } else { "region" }.to_owned();
                    self.out.regions.push(Region { path, label, kind, ..Region::default() });
                    (self.out.regions.len() - 1, None)
                }
            };
            if let Some(slot) = self.spots.get_mut(at) {
                *slot = Some(spot);
            }
        }
    }

    fn component(&mut self, id: ComponentId) {
        let node = Node { tech: None, badge: None, ..view::node(self.model, id) };
        let mut counts: Vec<(Spot, u64, u64)> = Vec::new();
        let deployment = self.placement.of(id);
        for place in deployment.map_or(&[][..], |it| it.places.as_slice()) {
            let spot = place.zone.and_then(|ix| self.spot(ix)).or_else(|| self.spot(place.region?));
            let Some(spot) = spot else { continue };
            match counts.iter_mut().find(|(known, ..)| *known == spot) {
                Some((_, low, high)) => {
                    *low = low.saturating_add(place.low);
                    *high = high.saturating_add(place.high);
                }
                None => counts.push((spot, place.low, place.high)),
            }
        }
        if counts.is_empty() {
            self.out.elsewhere.push(node);
            return;
        }
        let managed = deployment.is_some_and(|it| it.managed);
        for (spot, low, high) in counts {
            let badge = match (low, high) {
                _ if managed => Some("managed".to_owned()),
                (_, 0 | 1) => None,
                (low, high) if low == high => Some(format!("×{low}")),
                (low, high) => Some(format!("×{low}–{high}")),
            };
            let node = Node { badge, ..node.clone() };
            let Some(region) = self.out.regions.get_mut(spot.0) else { continue };
            match spot.1.and_then(|zone| region.zones.get_mut(zone)) {
                Some(zone) => zone.items.push(node),
                None => region.items.push(node),
            }
        }
    }

    fn links(&mut self) {
        let model = self.model;
        for connection in model.connections.iter().filter(|it| it.op == Operator::Link) {
            let mut parts = Vec::new();
            parts.extend(connection.label.as_deref().map(str::to_owned));
            parts.extend(
                connection.attrs.seconds(AttrId::RTT).map(|rtt| format!("{} round trip", format_time(rtt))),
            );
            let bandwidth = connection.attrs.bytes_per_second(AttrId::BANDWIDTH);
            parts.extend(bandwidth.map(|it| format!("{}/s", format_size(it))));
            let says = if parts.is_empty() { "link".to_owned() } else { parts.join(" · ") };
            match (self.end(connection.from), self.end(connection.to)) {
                (Some(from), Some(to)) if from != to => self.out.links.push(Link { from, to, says }),
                _ => {
                    let (from, to) =
                        (model.endpoint_path(connection.from), model.endpoint_path(connection.to));
                    self.out.others.push(format!("{from} -- {to}: {says}"));
                }
            }
        }
    }

    /// The place that is an end of a link.
    fn end(&self, end: Endpoint) -> Option<Spot> {
        let Endpoint::Group(id) = end else { return None };
        self.model.ancestors(Some(id)).find_map(|group| self.spot(self.placement.of_group(group)?))
    }
}
