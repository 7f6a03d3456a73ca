//! The distributed-monolith score: how far a design has the costs of distribution without its independence.
//!
//! The measure and its weights are ours, not a published one; `archc.toml` can change the weights below `CO004`.

use super::{Coupling, Uses, longest_hard_chain};
use crate::model::{Kind, Model};
use crate::syntax::ast::Operator;

/// A weight that `archc.toml` can change.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Weight {
    /// Its key.
    pub key: &'static str,
    /// Its value unless it is changed.
    pub default: f64,
    /// The share that it weighs.
    pub meaning: &'static str,
}

/// The weights, in the order of the partial scores.
pub const WEIGHTS: &[Weight] = &[
    Weight { key: "circles", default: 30.0, meaning: "compute components in a circle of synchronous calls" },
    Weight {
        key: "synchrony",
        default: 20.0,
        meaning: "connections from compute to compute that are synchronous",
    },
    Weight { key: "depth", default: 20.0, meaning: "compute components on the longest chain of hard calls" },
    Weight { key: "sharing", default: 20.0, meaning: "databases and object stores with several writers" },
    Weight {
        key: "ownership",
        default: 10.0,
        meaning: "connections between owned components that cross owners",
    },
];

/// What the score is made of, before it is weighed.
#[derive(Clone, PartialEq, Debug)]
pub struct Score {
    /// In the order of [`WEIGHTS`].
    pub parts: Vec<Partial>,
}

/// A part of the score.
#[derive(Clone, PartialEq, Debug)]
pub struct Partial {
    /// Its weight.
    pub weight: Weight,
    /// How many of…
    pub some: usize,
    /// …how many; 0 where the question does not arise, and the part weighs nothing.
    pub all: usize,
}

impl Score {
    /// From 0 to 100, with other weights than the default ones for the keys that `weigh` knows.
    pub fn value(&self, weigh: impl Fn(&str) -> Option<f64>) -> f64 {
        let weigh = |part: &Partial| weigh(part.weight.key).unwrap_or(part.weight.default).max(0.0);
        let known = || self.parts.iter().filter_map(|part| Some((weigh(part), part.share()?)));
        let total: f64 = known().map(|(weight, _)| weight).sum();
        let weighed: f64 = known().map(|(weight, share)| weight * share).sum();
        if total > 0.0 { 100.0 * weighed / total } else { 0.0 }
    }
}

impl Partial {
    /// From 0 to 1; `None` where the question does not arise.
    pub fn share(&self) -> Option<f64> {
        (self.all > 0).then(|| (self.some as f64 / self.all as f64).min(1.0))
    }
}

pub(super) fn score(model: &Model, uses: &Uses<'_>, coupling: &Coupling) -> Option<Score> {
    let compute = model.components.iter().filter(|it| it.kind.is_compute()).count();
    if compute == 0 {
        return None;
    }
    let in_circles = coupling.circles.iter().map(|circle| circle.members.len()).sum();
    let depth = longest_hard_chain(model, uses, Kind::is_compute).depth;
    let shared = coupling.shared_stores.iter().filter(|it| it.writers.len() > 1).count();
    let shares = [
        (in_circles, compute),
        synchrony(model),
        (depth.saturating_sub(1), compute - 1),
        (shared, used_stores(model)),
        (coupling.across_owners.len(), owned_connections(model)),
    ];
    let part = |(weight, (some, all)): (&Weight, (usize, usize))| Partial { weight: *weight, some, all };
    Some(Score { parts: WEIGHTS.iter().zip(shares).map(part).collect() })
}

/// Of the connections by which compute reaches compute, directly or over a front or broker, those that are synchronous.
fn synchrony(model: &Model) -> (usize, usize) {
    let (mut synchronous, mut all) = (0, 0);
    for it in &model.connections {
        let (Some(from), Some(to)) = (it.caller(), it.callee()) else { continue };
        let (from, to) = (model.components[from].kind, model.components[to].kind);
        if from.is_compute() && (to.is_compute() || to.is_front() || to.is_broker()) {
            synchronous += usize::from(it.op == Operator::Call && !to.is_broker());
            all += 1;
        }
    }
    (synchronous, all)
}

fn used_stores(model: &Model) -> usize {
    let mut used: Vec<_> = model
        .connections
        .iter()
        .filter(|it| matches!(it.op, Operator::Call | Operator::Message))
        .filter_map(|it| it.callee())
        .filter(|id| matches!(model.components[*id].kind, Kind::Database | Kind::ObjectStore))
        .collect();
    used.sort_unstable();
    used.dedup();
    used.len()
}

fn owned_connections(model: &Model) -> usize {
    let owned: Vec<bool> = model
        .components
        .ids()
        .map(|id| super::is_deployable(model, id) && model.owner(id).is_some())
        .collect();
    let is_owned = |id| owned.get(super::ComponentId::index(id)).copied().unwrap_or(false);
    let both_owned = |it: &&crate::model::Connection| {
        it.op != Operator::Link && it.caller().is_some_and(is_owned) && it.callee().is_some_and(is_owned)
    };
    model.connections.iter().filter(both_owned).count()
}
