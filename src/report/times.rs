//! Arranges what is known of a flow's latency into the shape of a report: percentiles, verdicts, where the time goes.

use super::document::{Hop, Latency};
use crate::analysis::latency::Gap;
use crate::compilation::Compilation;
use crate::model::{ComponentId, FlowId};
use crate::units::round_significant;

pub(super) fn latency(compilation: &Compilation, id: FlowId) -> Latency {
    let Some(of_flow) = compilation.facts.latency.flow(id) else { return Latency::default() };
    let ms = |seconds: Option<f64>| seconds.map(|seconds| seconds * 1000.0);
    let bounds = of_flow.bounds(990);
    Latency {
        p50: ms(of_flow.percentile(500)),
        p99: ms(of_flow.percentile(990)),
        p99_lower: ms(bounds.lower),
        p99_upper: ms(bounds.upper),
    }
}

/// Why a flow has no estimate of its latency, each reason once.
pub(super) fn gaps(compilation: &Compilation, id: FlowId) -> Vec<String> {
    let model = &compilation.model;
    let path = |id: ComponentId| model.path(id);
    let mut told: Vec<String> = Vec::new();
    for gap in compilation.facts.latency.flow(id).map_or(&[][..], |it| it.gaps()) {
        let why = match *gap {
            Gap::Figures(id) => format!("`{}` gives neither `latency` nor `p99`", path(id)),
            Gap::Saturated(id, rho) => {
                format!("the line before `{}` does not settle: ρ = {}", path(id), round_significant(rho, 3))
            }
            Gap::Circle(id) => format!("calls lead back to `{}` while it waits for them", path(id)),
            Gap::Down(id) => format!("`{}` is down or out of reach", path(id)),
            Gap::NotAwaited => "nobody waits for an answer".to_owned(),
        };
        if !told.contains(&why) {
            told.push(why);
        }
    }
    told
}

/// Where the time of a run goes.
pub(super) fn budget(compilation: &Compilation, id: FlowId) -> Vec<Hop<'_>> {
    let model = &compilation.model;
    let Some(of_flow) = compilation.facts.latency.flow(id) else { return Vec::new() };
    let row = |hop: &crate::analysis::latency::Hop| Hop {
        path: model.path(hop.component),
        times: hop.times,
        own_ms: hop.own.map(|own| own * 1000.0),
        own_p99_ms: hop.own_p99.map(|p99| p99 * 1000.0),
        queue_ms: hop.queue.map(|queue| queue.mean * 1000.0),
        network_ms: hop.network * 1000.0,
        critical: hop.is_critical,
        contribution_ms: hop.contribution * 1000.0,
        share: hop.share,
    };
    crate::analysis::latency::budget(&model.flows[id], &of_flow).iter().map(row).collect()
}
