//! How long a round trip between two components takes, by where they stand. Seconds.

use rustc_hash::FxHashMap;

use super::Setting;
use crate::analysis::consistency::regions::{Region, regions_of, round_trip};
use crate::model::{AttrId, Attributes, ComponentId};

/// The trips of a design, each looked up once.
pub(super) struct Trips<'a> {
    setting: Setting<'a>,
    known: FxHashMap<(ComponentId, ComponentId), f64>,
}

impl<'a> Trips<'a> {
    pub(super) fn new(setting: &Setting<'a>) -> Self {
        Self { setting: *setting, known: FxHashMap::default() }
    }

    /// Of a call: what it says, else by place; nothing where either end stands nowhere.
    pub(super) fn of(&mut self, attrs: &Attributes, from: ComponentId, to: ComponentId) -> f64 {
        if let Some(seconds) = attrs.seconds(AttrId::RTT) {
            return seconds;
        }
        if let Some(known) = self.known.get(&(from, to)) {
            return *known;
        }
        let trip = self.by_place(from, to);
        self.known.insert((from, to), trip);
        trip
    }

    fn by_place(&self, from: ComponentId, to: ComponentId) -> f64 {
        let Setting { model, placement, assumed, .. } = self.setting;
        let zones = |id| placement.of(id).map(|it| it.zones()).unwrap_or_default();
        let (zones_from, zones_to) = (zones(from), zones(to));
        let (regions_from, regions_to) = (regions_of(model, from), regions_of(model, to));
        let nowhere = |zones: &[_], regions: &[Region]| zones.is_empty() && regions.is_empty();
        if nowhere(&zones_from, &regions_from) || nowhere(&zones_to, &regions_to) {
            return 0.0;
        }
        if zones_from.len() == 1 && zones_from == zones_to {
            return assumed.rtt_zone;
        }
        let meets = regions_from.iter().any(|region| regions_to.contains(region));
        if meets || regions_from.is_empty() || regions_to.is_empty() {
            return assumed.rtt_region;
        }
        // whoever calls from the remotest region takes the copy that is nearest to it
        let nearest = |from: &Region| {
            let far =
                |to: &Region| round_trip(model, *from, *to, assumed.rtt_region, assumed.rtt_far).seconds;
            regions_to.iter().map(far).fold(f64::INFINITY, f64::min)
        };
        regions_from.iter().map(nearest).fold(0.0, f64::max)
    }
}
