//! The failure domains of a design: groups that are one, and the nameless zones and regions that counts ask for.

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, format_smolstr};

use super::figures;
use super::{DomainFacts, DomainKind};
use crate::analysis::availability::DomainIx;
use crate::config::Assumed;
use crate::model::{AttrId, ElementRef, GroupId, GroupKind, Model};

/// Domains as they grow.
pub(super) struct Domains {
    pub(super) facts: Vec<DomainFacts>,
    /// By group.
    pub(super) of_group: Vec<Option<DomainIx>>,
    /// Whether what a group holds fails with it; not so for one that is only named by `fails_with`.
    pub(super) holds: Vec<bool>,
    /// Nameless zones by the region around them, and nameless regions.
    zones: FxHashMap<Option<DomainIx>, Vec<DomainIx>>,
    regions: Vec<DomainIx>,
    /// Declared zones by the region that holds them, and declared regions.
    declared_zones: FxHashMap<Option<DomainIx>, Vec<GroupId>>,
    declared_regions: Vec<GroupId>,
    zone_availability: f64,
    region_availability: f64,
}

impl Domains {
    pub(super) fn of_groups(model: &Model, assumed: &Assumed) -> Self {
        let mut domains = Self {
            facts: Vec::new(),
            of_group: vec![None; model.groups.len()],
            holds: vec![false; model.groups.len()],
            zones: FxHashMap::default(),
            regions: Vec::new(),
            declared_zones: FxHashMap::default(),
            declared_regions: Vec::new(),
            zone_availability: assumed.zone,
            region_availability: assumed.region,
        };
        let named = named_fates(model);
        for (id, group) in model.groups.enumerate() {
            let own = group.kind.is_domain()
                || group.attrs.has(AttrId::AVAILABILITY)
                || group.attrs.is_true(AttrId::SHARED_FATE);
            if !own && !named.get(id.index()).copied().unwrap_or(false) {
                continue;
            }
            let parent = domains.enclosing(model, group.header.parent);
            let (availability, assumed) = figures::of_group(model, id, assumed);
            let ix = domains.push(DomainFacts {
                kind: DomainKind::Group(id),
                path: group.header.path.clone(),
                parent,
                availability,
                assumed,
            });
            set(&mut domains.of_group, id, Some(ix));
            set(&mut domains.holds, id, own);
            match group.kind {
                GroupKind::Region => domains.declared_regions.push(id),
                GroupKind::Zone => {
                    let region = domains.region_around(model, group.header.parent);
                    domains.declared_zones.entry(region).or_default().push(id);
                }
                _ => {}
            }
        }
        domains
    }

    fn push(&mut self, domain: DomainFacts) -> DomainIx {
        let ix = DomainIx(self.facts.len() as u32);
        self.facts.push(domain);
        ix
    }

    pub(super) fn of(&self, id: GroupId) -> Option<DomainIx> {
        self.of_group.get(id.index()).copied().flatten()
    }

    /// Whether what a group holds fails with it.
    pub(super) fn holds(&self, id: GroupId) -> bool {
        self.holds.get(id.index()).copied().unwrap_or(false)
    }

    /// The innermost domain around, from that group on.
    fn enclosing(&self, model: &Model, group: Option<GroupId>) -> Option<DomainIx> {
        model.ancestors(group).find(|id| self.holds(*id)).and_then(|id| self.of(id))
    }

    /// The region around, from that group on.
    pub(super) fn region_around(&self, model: &Model, group: Option<GroupId>) -> Option<DomainIx> {
        let region = model.ancestors(group).find(|id| model.groups[*id].kind == GroupKind::Region)?;
        self.of(region)
    }

    /// The first `count` zones declared in a region, else as many nameless ones.
    pub(super) fn counted_zones(&mut self, region: Option<DomainIx>, count: u64) -> Vec<DomainIx> {
        let count = usize::try_from(count).unwrap_or(MOST).min(MOST);
        if let Some(zones) = self.declared_zones.get(&region).filter(|zones| zones.len() >= count) {
            return zones.iter().take(count).filter_map(|id| self.of(*id)).collect();
        }
        let mut zones = self.zones.remove(&region).unwrap_or_default();
        let around = region.and_then(|ix| self.facts.get(ix.index())).map(|domain| domain.path.clone());
        while zones.len() < count {
            let path = nameless(around.as_ref(), "zone", zones.len() + 1);
            let zone = DomainFacts {
                kind: DomainKind::NamelessZone,
                path,
                parent: region,
                availability: self.zone_availability,
                assumed: true,
            };
            zones.push(self.push(zone));
        }
        let chosen = zones.iter().take(count).copied().collect();
        self.zones.insert(region, zones);
        chosen
    }

    /// The first `count` regions declared, else as many nameless ones.
    pub(super) fn counted_regions(&mut self, count: u64) -> Vec<DomainIx> {
        let count = usize::try_from(count).unwrap_or(MOST).min(MOST);
        if self.declared_regions.len() >= count {
            return self.declared_regions.iter().take(count).filter_map(|id| self.of(*id)).collect();
        }
        while self.regions.len() < count {
            let region = DomainFacts {
                kind: DomainKind::NamelessRegion,
                path: nameless(None, "region", self.regions.len() + 1),
                parent: None,
                availability: self.region_availability,
                assumed: true,
            };
            let ix = self.push(region);
            self.regions.push(ix);
        }
        self.regions.iter().take(count).copied().collect()
    }
}

/// So many zones or regions of one count are told apart; nobody has more, and memory is finite.
const MOST: usize = 200;

fn nameless(around: Option<&SmolStr>, what: &str, number: usize) -> SmolStr {
    match around {
        Some(path) => format_smolstr!("{path}.{what}#{number}"),
        None => format_smolstr!("{what}#{number}"),
    }
}

fn set<T>(list: &mut [T], id: GroupId, value: T) {
    if let Some(entry) = list.get_mut(id.index()) {
        *entry = value;
    }
}

/// Which groups some component names in `fails_with`.
fn named_fates(model: &Model) -> Vec<bool> {
    let mut named = vec![false; model.groups.len()];
    for component in &model.components {
        for reference in component.attrs.refs(AttrId::FAILS_WITH) {
            if let ElementRef::Group(id) = reference.target {
                set(&mut named, id, true);
            }
        }
    }
    named
}
