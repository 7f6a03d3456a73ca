//! What stands where: regions with their zones, the replicas in each, and the links between them with their round trips.

mod draw;
mod read;

pub(super) use draw::draw;
pub(super) use read::read;

use crate::diagram::drawing::Node;

/// A design by place.
#[derive(Debug, Default)]
pub(super) struct Deployment {
    pub(super) title: String,
    /// Regions, and zones that lie in none.
    pub(super) regions: Vec<Region>,
    /// What stands in no place: people, clients, what gives none.
    pub(super) elsewhere: Vec<Node>,
    pub(super) links: Vec<Link>,
    /// Links whose ends are no places.
    pub(super) others: Vec<String>,
}

/// A region.
#[derive(Debug, Default)]
pub(super) struct Region {
    pub(super) path: String,
    pub(super) label: String,
    pub(super) kind: String,
    pub(super) zones: Vec<Zone>,
    /// In the region, in no zone of it; replicas as badges.
    pub(super) items: Vec<Node>,
}

/// A zone.
#[derive(Debug, Default)]
pub(super) struct Zone {
    pub(super) path: String,
    pub(super) label: String,
    pub(super) items: Vec<Node>,
}

/// A region by its number, or one of its zones.
pub(super) type Spot = (usize, Option<usize>);

/// A link.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) from: Spot,
    pub(super) to: Spot,
    pub(super) says: String,
}
