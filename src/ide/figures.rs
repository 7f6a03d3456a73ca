//! How an editor prints the figures of a design, and where it finds those that are not stored.

use crate::analysis::formulas::downtime_s_per_year;
use crate::analysis::latency::{Hop, budget};
use crate::compilation::Compilation;
use crate::model::FlowId;
use crate::units::{format_time, round_significant};

/// A part of a whole.
pub(super) fn percent(share: f64) -> String {
    format!("{}%", round_significant(share * 100.0, 3))
}

/// How many times.
pub(super) fn factor(value: f64) -> String {
    format!("{}x", round_significant(value, 3))
}

/// How long something is down: `4.38 h down a year`.
pub(super) fn downtime(unavailability: f64) -> String {
    format!("{} down a year", format_time(downtime_s_per_year(unavailability)))
}

/// A share of a year: `4.38 h a year`.
pub(super) fn a_year(share: f64) -> String {
    format!("{} a year", format_time(downtime_s_per_year(share)))
}

/// Where the time of a flow goes.
pub(super) fn hops(compilation: &Compilation, id: FlowId) -> Vec<Hop> {
    let latency = compilation.facts.latency.flow(id);
    latency.map_or_else(Vec::new, |latency| budget(&compilation.model.flows[id], &latency))
}

/// The part of a flow's time that some hops take; `None` where nothing is known of it.
pub(super) fn latency_share(
    compilation: &Compilation,
    id: FlowId,
    counts: impl Fn(&Hop) -> bool,
) -> Option<f64> {
    let hops = hops(compilation, id);
    let share: f64 = hops.iter().filter(|hop| counts(hop)).map(|hop| hop.share).sum();
    (share > 0.0).then_some(share)
}

/// The component that takes the largest part of a flow's time, and that part.
pub(super) fn longest_hop(compilation: &Compilation, id: FlowId) -> Option<(&str, f64)> {
    let mut of: Vec<(crate::model::ComponentId, f64)> = Vec::new();
    let mut hops = hops(compilation, id);
    hops.sort_by_key(|hop| hop.component);
    for hop in hops {
        match of.last_mut() {
            Some((component, share)) if *component == hop.component => *share += hop.share,
            _ => of.push((hop.component, hop.share)),
        }
    }
    let (component, share) = of.into_iter().rev().max_by(|a, b| a.1.total_cmp(&b.1))?;
    (share > 0.0).then(|| (compilation.model.path(component), share))
}
