//! Where things are in the eyes of the law: the place of a component or group, and whether a list of jurisdictions covers it.
//! It must not know a finding.

use super::RuleContext;
use crate::analysis::consistency::regions::{Region, regions_of};
use crate::model::{AttrId, ComponentId, ElementRef, GroupId, GroupKind};

/// The member states of the European Union, by ISO 3166-1 code.
const EU: &[&str] = &[
    "at", "be", "bg", "cy", "cz", "de", "dk", "ee", "es", "fi", "fr", "gr", "hr", "hu", "ie", "it", "lt",
    "lu", "lv", "mt", "nl", "pl", "pt", "ro", "se", "si", "sk",
];

/// What the European Economic Area has beside them.
const EEA: &[&str] = &["is", "li", "no"];

/// Where something is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Place {
    /// The jurisdiction, or the first part of the region's name.
    pub(super) law: String,
    /// What says so: `jurisdiction` of `x`, the name of the region `y`.
    pub(super) because: String,
}

/// Where the replicas of a component may be; empty where nothing says so.
pub(super) fn places_of(ctx: &RuleContext<'_>, id: ComponentId) -> Vec<Place> {
    let component = &ctx.model.components[id];
    let group = |region: &Region| match region {
        Region::Group(id) => Some(*id),
        Region::Nameless(_) => None,
    };
    let zones = component.attrs.refs(AttrId::ZONES);
    let mut starts: Vec<GroupId> = if component.attrs.has(AttrId::REGIONS) {
        regions_of(ctx.model, id).iter().filter_map(group).collect()
    } else {
        let zone = |target: ElementRef| match target {
            ElementRef::Group(id) => Some(id),
            _ => None,
        };
        zones.iter().filter_map(|zone_ref| zone(zone_ref.target)).collect()
    };
    if starts.is_empty() {
        starts.extend(component.header.parent);
    }
    let residency: Vec<Place> = component
        .attrs
        .texts(AttrId::RESIDENCY)
        .iter()
        .map(|(law, _)| Place { law: law.to_string(), because: "its `residency`".to_owned() })
        .collect();
    let mut places: Vec<Place> = Vec::new();
    for start in &starts {
        match by_jurisdiction(ctx, *start) {
            Some(place) => places.push(place),
            None if !residency.is_empty() => places.extend(residency.iter().cloned()),
            None => places.extend(by_region(ctx, *start)),
        }
    }
    if starts.is_empty() {
        places = residency;
    }
    places.sort();
    places.dedup();
    places
}

/// Where a group is.
pub(super) fn place_of_group(ctx: &RuleContext<'_>, id: GroupId) -> Option<Place> {
    by_jurisdiction(ctx, id).or_else(|| by_region(ctx, id))
}

fn by_jurisdiction(ctx: &RuleContext<'_>, start: GroupId) -> Option<Place> {
    ctx.model.ancestors(Some(start)).find_map(|id| {
        let group = &ctx.model.groups[id];
        let law = group.attrs.text(AttrId::JURISDICTION)?.to_owned();
        Some(Place { law, because: format!("`jurisdiction` of `{}`", group.header.path) })
    })
}

fn by_region(ctx: &RuleContext<'_>, start: GroupId) -> Option<Place> {
    let region =
        ctx.model.ancestors(Some(start)).find(|id| ctx.model.groups[*id].kind == GroupKind::Region)?;
    let header = &ctx.model.groups[region].header;
    let law = header.name.split(['-', '_']).next().unwrap_or_default().to_owned();
    Some(Place { law, because: format!("the name of region `{}`", header.path) })
}

/// Whether a list of jurisdictions covers a place, case ignored; a union covers its members.
pub(super) fn covers(list: &[(smol_str::SmolStr, crate::source::Span)], place: &Place) -> bool {
    let law = place.law.to_lowercase();
    list.iter().any(|(allowed, _)| {
        let allowed = allowed.to_lowercase();
        let member = EU.contains(&law.as_str());
        match allowed.as_str() {
            "eu" => law == "eu" || member,
            "eea" => law == "eea" || law == "eu" || member || EEA.contains(&law.as_str()),
            _ => law == allowed,
        }
    })
}
