//! How long a round trip between two components takes, from where they stand. Knows neither flows nor findings.

use rustc_hash::FxHashMap;

use crate::analysis::availability::DomainIx;
use crate::analysis::consistency::regions::{Region, RoundTrip, regions_of, round_trip};
use crate::analysis::placement::Placement;
use crate::config::Assumed;
use crate::model::{AttrId, Attributes, ComponentId, Model};

/// A round trip of one call.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Trip {
    /// How long it takes, in seconds; 0 where either end stands in no place.
    pub seconds: f64,
    /// Whether neither the connection nor a link says so.
    pub assumed: bool,
}

/// Where a component stands.
#[derive(Clone, Debug)]
struct Stand {
    zones: Vec<DomainIx>,
    regions: Vec<Region>,
}

/// The trips of a design, each looked up once.
#[derive(Debug)]
pub(super) struct Trips<'a> {
    model: &'a Model,
    placement: &'a Placement,
    assumed: &'a Assumed,
    stands: FxHashMap<ComponentId, Stand>,
    between: FxHashMap<(Region, Region), RoundTrip>,
    known: FxHashMap<(ComponentId, ComponentId), Trip>,
}

impl<'a> Trips<'a> {
    pub(super) fn new(model: &'a Model, placement: &'a Placement, assumed: &'a Assumed) -> Self {
        let (stands, between, known) = Default::default();
        Self { model, placement, assumed, stands, between, known }
    }

    /// The trip of a call: what it says itself, else by the places of its ends.
    pub(super) fn of(&mut self, attrs: &Attributes, from: ComponentId, to: ComponentId) -> Trip {
        match attrs.seconds(AttrId::RTT) {
            Some(seconds) => Trip { seconds, assumed: false },
            None => self.by_place(from, to),
        }
    }

    fn by_place(&mut self, from: ComponentId, to: ComponentId) -> Trip {
        if let Some(known) = self.known.get(&(from, to)) {
            return *known;
        }
        let (a, b) = (self.stand(from), self.stand(to));
        let trip = self.between(&a, &b);
        self.known.insert((from, to), trip);
        trip
    }

    fn between(&mut self, a: &Stand, b: &Stand) -> Trip {
        let assumed = |seconds| Trip { seconds, assumed: true };
        let nowhere = |stand: &Stand| stand.zones.is_empty() && stand.regions.is_empty();
        if nowhere(a) || nowhere(b) {
            return Trip::default();
        }
        if let ([zone], [other]) = (a.zones.as_slice(), b.zones.as_slice())
            && zone == other
        {
            return assumed(self.assumed.rtt_zone);
        }
        let shared = a.regions.iter().any(|region| b.regions.contains(region));
        if shared || a.regions.is_empty() || b.regions.is_empty() {
            return assumed(self.assumed.rtt_region);
        }
        // from the region of the caller that is farthest from the callee's nearest
        let mut worst: Option<RoundTrip> = None;
        for from in &a.regions {
            let mut nearest: Option<RoundTrip> = None;
            for to in &b.regions {
                let trip = self.across(*from, *to);
                if nearest.is_none_or(|known| trip.seconds < known.seconds) {
                    nearest = Some(trip);
                }
            }
            if let Some(trip) = nearest
                && worst.is_none_or(|known| trip.seconds > known.seconds)
            {
                worst = Some(trip);
            }
        }
        worst.map_or_else(Trip::default, |trip| Trip { seconds: trip.seconds, assumed: trip.assumed })
    }

    fn across(&mut self, from: Region, to: Region) -> RoundTrip {
        let (model, assumed) = (self.model, self.assumed);
        let trip = || round_trip(model, from, to, assumed.rtt_region, assumed.rtt_far);
        *self.between.entry((from, to)).or_insert_with(trip)
    }

    fn stand(&mut self, id: ComponentId) -> Stand {
        let (model, placement) = (self.model, self.placement);
        let stand = || Stand {
            zones: placement.of(id).map(|it| it.zones()).unwrap_or_default(),
            regions: regions_of(model, id),
        };
        self.stands.entry(id).or_insert_with(stand).clone()
    }
}
