//! Over which regions the copies of a store lie, and how long a round trip between regions takes.

use crate::model::attributes::AttrValue;
use crate::model::{AttrId, Component, ComponentId, ElementRef, Endpoint, GroupId, GroupKind, Model, Origin};
use crate::syntax::ast::Operator;

/// A region that holds something.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Region {
    /// A region of the file.
    Group(GroupId),
    /// One that only a count asks for, numbered from 1.
    Nameless(u64),
}

impl Region {
    /// As findings name it.
    pub fn path(self, model: &Model) -> String {
        match self {
            Self::Group(id) => model.groups[id].header.path.to_string(),
            Self::Nameless(number) => format!("region#{number}"),
        }
    }
}

/// A round trip between two regions.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct RoundTrip {
    /// How long it takes, in seconds.
    pub seconds: f64,
    /// Whether no link says so.
    pub assumed: bool,
}

/// The regions over which a component is spread, in the order in which its replicas are dealt; empty where it is in none.
pub fn regions_of(model: &Model, id: ComponentId) -> Vec<Region> {
    let component = &model.components[id];
    match component.attrs.get(AttrId::REGIONS).map(|value| &value.value) {
        Some(AttrValue::Refs(_) | AttrValue::Ref(_)) => {
            let region = |target: ElementRef| match target {
                ElementRef::Group(id) => Some(Region::Group(id)),
                _ => None,
            };
            let named = component.attrs.refs(AttrId::REGIONS);
            return named.iter().filter_map(|reference| region(reference.target)).collect();
        }
        Some(AttrValue::Count(count)) => return counted(model, *count),
        _ => {}
    }
    let zones = component.attrs.refs(AttrId::ZONES);
    let mut regions: Vec<Region> = Vec::new();
    for zone in &zones {
        if let ElementRef::Group(zone) = zone.target
            && let Some(region) = enclosing(model, Some(zone))
            && !regions.contains(&region)
        {
            regions.push(region);
        }
    }
    if regions.is_empty() {
        regions.extend(enclosing(model, component.header.parent));
    }
    regions
}

fn counted(model: &Model, count: u64) -> Vec<Region> {
    /// Nobody has more regions than that; a wild count must not cost memory.
    const MOST: u64 = 1000;
    let declared: Vec<Region> = model
        .groups
        .enumerate()
        .filter(|(_, group)| group.kind == GroupKind::Region)
        .map(|(id, _)| Region::Group(id))
        .collect();
    match usize::try_from(count) {
        Ok(wanted) if wanted <= declared.len() => declared.into_iter().take(wanted).collect(),
        _ => (1..=count.min(MOST)).map(Region::Nameless).collect(),
    }
}

fn enclosing(model: &Model, group: Option<GroupId>) -> Option<Region> {
    model.ancestors(group).find(|id| model.groups[*id].kind == GroupKind::Region).map(Region::Group)
}

/// N: copies of each record: `replication_factor`, else the replicas at the upper end; where neither is given, one, or one
/// in each region over which it is spread.
pub fn copies(model: &Model, id: ComponentId) -> u64 {
    let component = &model.components[id];
    stated_copies(component).unwrap_or_else(|| (regions_of(model, id).len() as u64).max(1))
}

/// N where the file or the catalogue says it.
pub fn stated_copies(component: &Component) -> Option<u64> {
    let by = |attr: AttrId| component.attrs.range(attr).map(|(_, high)| high);
    copies_stated_by(component).and_then(by)
}

/// The attribute by which the file or the catalogue says N; the one replica of the language's own default says nothing.
pub fn copies_stated_by(component: &Component) -> Option<AttrId> {
    let is_stated =
        |attr: &AttrId| component.attrs.get(*attr).is_some_and(|value| !matches!(value.origin, Origin::Kind));
    [AttrId::REPLICATION_FACTOR, AttrId::REPLICAS].into_iter().find(is_stated)
}

/// The copies of each record by region, dealt round-robin in the order of [`regions_of`].
pub fn copies_by_region(model: &Model, id: ComponentId) -> Vec<(Region, u64)> {
    let regions = regions_of(model, id);
    let (copies, count) = (copies(model, id), regions.len().max(1) as u64);
    let share = |at: usize| copies / count + u64::from((at as u64) < copies % count);
    regions.into_iter().enumerate().map(|(at, region)| (region, share(at))).collect()
}

/// The round trip between two regions: that of the `--` link between them or between what they hold, else the assumed one.
pub fn round_trip(model: &Model, from: Region, to: Region, near: f64, far: f64) -> RoundTrip {
    if from == to {
        return RoundTrip { seconds: near, assumed: false };
    }
    let (Region::Group(from), Region::Group(to)) = (from, to) else {
        return RoundTrip { seconds: far, assumed: true };
    };
    let direct = |a: GroupId, b: GroupId| a == from && b == to;
    let inside = |a: GroupId, b: GroupId| model.is_within(a, from) && model.is_within(b, to);
    match link(model, direct).or_else(|| link(model, inside)) {
        Some(seconds) => RoundTrip { seconds, assumed: false },
        None => RoundTrip { seconds: far, assumed: true },
    }
}

/// The shortest round trip of the links, either way round, that `joins` accepts.
fn link(model: &Model, joins: impl Fn(GroupId, GroupId) -> bool) -> Option<f64> {
    let trips = model.connections.iter().filter_map(|it| {
        let (Endpoint::Group(a), Endpoint::Group(b)) = (it.from, it.to) else { return None };
        let joined = it.op == Operator::Link && (joins(a, b) || joins(b, a));
        if joined { it.attrs.seconds(AttrId::RTT) } else { None }
    });
    trips.reduce(f64::min)
}
