//! Pictures beside the diagram of boxes: a flow as a sequence, where its time goes, what fails it, who leans on whom, what
//! saturates first, what stands where. Each reads a compilation into plain data and draws that as a scene.

mod deployment;
mod fault_tree;
mod load;
mod matrix;
mod pen;
pub mod sequence;
#[cfg(test)]
mod tests;
mod waterfall;

use crate::analysis::latency::Gap;
use crate::compilation::Compilation;
use crate::diagram::palette::Theme;
use crate::diagram::scene::Scene;
use crate::model::FlowId;
use crate::units::format_time;

/// A picture other than boxes and sequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picture {
    /// Regions and zones, the links between them, what stands where.
    Deployment,
    /// Who leans on whom, circles as blocks.
    Matrix,
    /// What fails a flow.
    FaultTree,
    /// Where the time of a flow goes.
    Waterfall,
    /// How busy components get as load grows.
    Load,
}

/// A picture of a design. A fault tree shows the given flow, else the least available one; a waterfall the given one, else the
/// slowest by p99; the load curve what the given flow reaches, else everything; the others show the whole design.
#[must_use]
pub fn picture(compilation: &Compilation, picture: Picture, flow: Option<FlowId>, theme: Theme) -> Scene {
    let mut scene = match picture {
        Picture::Deployment => deployment::draw(&deployment::read(compilation)),
        Picture::Matrix => matrix::draw(&matrix::read(compilation)),
        Picture::FaultTree => {
            let flow = flow.or_else(|| least_available(compilation));
            fault_tree::draw(&flow.map(|flow| fault_tree::read(compilation, flow)).unwrap_or_default())
        }
        Picture::Waterfall => {
            let flow = flow.or_else(|| slowest(compilation));
            waterfall::draw(&flow.map(|flow| waterfall::read(compilation, flow)).unwrap_or_default())
        }
        Picture::Load => load::draw(&load::read(compilation, flow)),
    };
    scene.theme = theme;
    scene
}

/// The sequence diagram of a flow.
#[must_use]
pub fn sequence(compilation: &Compilation, flow: FlowId, theme: Theme) -> Scene {
    sequence::draw(&sequence::read(compilation, flow), theme)
}

/// The flow that is down most, the first of equals.
fn least_available(compilation: &Compilation) -> Option<FlowId> {
    let down = |id: FlowId| compilation.facts.reliability.of(id).map_or(-1.0, |it| it.unavailability);
    first_largest(compilation, down)
}

/// The flow with the longest p99 that is known, else the first.
fn slowest(compilation: &Compilation) -> Option<FlowId> {
    let p99 =
        |id: FlowId| compilation.facts.latency.flow(id).and_then(|it| it.percentile(990)).unwrap_or(-1.0);
    first_largest(compilation, p99)
}

fn first_largest(compilation: &Compilation, figure: impl Fn(FlowId) -> f64) -> Option<FlowId> {
    let figures = compilation.model.flows.ids().map(|id| (figure(id), id));
    figures.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|it| it.1)
}

/// What is known of a flow's latency: the estimate or why there is none, and what is certain.
fn latency_says(compilation: &Compilation, id: FlowId) -> Vec<String> {
    let Some(latency) = compilation.facts.latency.flow(id) else { return Vec::new() };
    let mut says = Vec::new();
    match (latency.percentile(500), latency.percentile(990)) {
        (Some(p50), Some(p99)) => {
            says.push(format!("latency, estimated: p50 {}, p99 {}", format_time(p50), format_time(p99)));
        }
        _ => says.extend(latency.gaps().first().map(|gap| why(compilation, *gap))),
    }
    let bounds = latency.bounds(990);
    match (bounds.lower, bounds.upper) {
        (Some(low), Some(high)) => {
            says.push(format!("certain: p99 is {} to {}", format_time(low), format_time(high)));
        }
        (Some(low), None) if low > 0.0 => says.push(format!("certain: p99 is {} or more", format_time(low))),
        _ => {}
    }
    says
}

fn why(compilation: &Compilation, gap: Gap) -> String {
    let name = |id| compilation.model.path(id).to_owned();
    match gap {
        Gap::Figures(id) => format!("no estimate of the latency: {} gives no latency", name(id)),
        Gap::Saturated(id, rho) => format!(
            "no estimate of the latency: {} is {} busy, its line does not settle",
            name(id),
            percent(rho)
        ),
        Gap::Circle(id) => {
            format!("no estimate of the latency: calls lead back to {}, which still waits", name(id))
        }
        Gap::Down(id) => format!("no estimate of the latency: {} is needed and down", name(id)),
        Gap::NotAwaited => "nobody waits for anything in this flow".to_owned(),
    }
}

/// A share for people, two digits; never nothing where there is something.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 0.1 {
        return "under 0.1%".to_owned();
    }
    format!("{}%", crate::units::round_significant(percent, 2))
}
