//! Where the time of a flow goes, hop by hop, on one axis of time: own work, waiting in line, the way there; the longest path
//! marked, the estimate and what is certain above it.

use super::pen::{self, MARGIN, SMALL, STRONG, TEXT, boxed, left, line, middle, rect};
use super::{latency_says, percent};
use crate::analysis::latency::budget;
use crate::compilation::Compilation;
use crate::diagram::drawing::Class;
use crate::diagram::palette::Paint;
use crate::diagram::scene::{Dash, Element, Mark, Scene, Style};
use crate::diagram::text::width;
use crate::model::FlowId;
use crate::units::format_time;

/// Hops that are drawn at the most.
const MOST: usize = 200;
/// Width of the axis.
const AXIS: f64 = 520.0;
/// Room for the names at its left.
const NAMES: f64 = 220.0;
const ROW: f64 = 26.0;
/// A part of a bar that is narrower is not drawn.
const SEEN: f64 = 0.5;

/// A waterfall. Times are in seconds.
#[derive(Debug, Default)]
pub(super) struct Waterfall {
    pub(super) title: String,
    pub(super) says: Vec<String>,
    pub(super) hops: Vec<Bar>,
    pub(super) left_out: usize,
}

/// A hop.
#[derive(Debug, Default)]
pub(super) struct Bar {
    pub(super) path: String,
    pub(super) kind: String,
    pub(super) label: String,
    /// How many callers stand around it.
    pub(super) depth: usize,
    pub(super) start: f64,
    pub(super) response: f64,
    pub(super) network: f64,
    pub(super) queue: f64,
    /// `None`: not known.
    pub(super) own: Option<f64>,
    pub(super) own_p99: Option<f64>,
    pub(super) times: f64,
    pub(super) critical: bool,
    pub(super) share: f64,
}

pub(super) fn read(compilation: &Compilation, id: FlowId) -> Waterfall {
    let model = &compilation.model;
    let flow = &model.flows[id];
    let mut out = Waterfall { title: format!("Latency of {}", flow.header.title()), ..Waterfall::default() };
    let Some(latency) = compilation.facts.latency.flow(id) else { return out };
    out.says = latency_says(compilation, id);
    let hops = budget(flow, &latency);
    let mut depths = vec![0usize; flow.visits.len()];
    for visit in flow.visits.ids() {
        let caller = flow.visits[visit].via.map(|call| flow.calls[call].caller);
        let outer =
            caller.filter(|caller| *caller < visit).and_then(|caller| depths.get(caller.index()).copied());
        if let (Some(outer), Some(slot)) = (outer, depths.get_mut(visit.index())) {
            *slot = outer + 1;
        }
    }
    if hops.iter().any(|hop| hop.times > 0.0 && (hop.times - 1.0).abs() > 1e-9) {
        out.says.push(
            "a bar is one call; ×0.1 is made in a tenth of the runs, ×3 three times in each".to_owned(),
        );
    }
    out.left_out = hops.len().saturating_sub(MOST);
    for hop in hops.iter().take(MOST) {
        let component = &model.components[hop.component];
        out.hops.push(Bar {
            path: component.header.path.to_string(),
            kind: component.kind.as_str().to_owned(),
            label: component.header.title().to_owned(),
            depth: depths.get(hop.visit.index()).copied().unwrap_or(0).saturating_sub(1),
            start: hop.start,
            response: hop.response,
            network: hop.network,
            queue: hop.queue.map_or(0.0, |queue| queue.mean),
            own: hop.own,
            own_p99: hop.own_p99,
            times: hop.times,
            critical: hop.is_critical,
            share: hop.share,
        });
    }
    out
}

pub(super) fn draw(waterfall: &Waterfall) -> Scene {
    let title = if waterfall.title.is_empty() { "Latency: the design has no flow" } else { &waterfall.title };
    let (mut scene, top) = pen::headed(title, &waterfall.says);
    if waterfall.hops.is_empty() {
        pen::grow(&mut scene, 300.0);
        scene.marks.push(Mark {
            prims: vec![left(MARGIN, top + 10.0, "no hop is waited for", TEXT, Paint::Ink)],
            ..Mark::default()
        });
        scene.height = top + 10.0 + MARGIN;
        return scene;
    }
    let ends =
        waterfall.hops.iter().map(|hop| hop.start + hop.response.max(hop.queue + hop.own.unwrap_or(0.0)));
    let longest = ends.fold(0.0, f64::max);
    let tick = pen::tick(longest, 6.0);
    let whole = if longest > 0.0 { (longest / tick).ceil() * tick } else { 1.0 };
    let scale = AXIS / whole;
    #[expect(clippy::cast_precision_loss, reason = "at most a few hundred rows")]
    let bottom = top + 20.0 + waterfall.hops.len() as f64 * ROW;
    let zero = MARGIN + NAMES;
    axis(&mut scene, zero, (top + 20.0, bottom), (tick, whole, scale));
    let mut y = top + 20.0;
    for hop in &waterfall.hops {
        let (mark, right) = row(hop, zero, y, scale);
        scene.marks.push(mark);
        pen::grow(&mut scene, right);
        y += ROW;
    }
    if waterfall.left_out > 0 {
        y += 20.0;
        let says = format!("… and {} more hops, not drawn", waterfall.left_out);
        scene.marks.push(Mark { prims: vec![left(MARGIN, y, says, STRONG, Paint::Ink)], ..Mark::default() });
    }
    scene.height = (legend(&mut scene, &waterfall.hops, scale, y + 26.0) + MARGIN).ceil();
    scene
}

fn axis(scene: &mut Scene, zero: f64, (top, bottom): (f64, f64), (tick, whole, scale): (f64, f64, f64)) {
    let mut prims = Vec::new();
    for at in pen::ticks(tick, whole) {
        let x = zero + at * scale;
        prims.push(line((x, top - 4.0), (x, bottom), Paint::Border, 0.8, Dash::Solid));
        prims.push(middle(x, top - 8.0, format_time(at), SMALL, Paint::Muted));
    }
    scene.marks.push(Mark { prims, ..Mark::default() });
}

/// A hop from `y` down, and how far it reaches.
fn row(hop: &Bar, zero: f64, y: f64, scale: f64) -> (Mark, f64) {
    #[expect(clippy::cast_precision_loss, reason = "at most eight")]
    let indent = hop.depth.min(8) as f64 * 9.0;
    let font = if hop.critical { STRONG } else { TEXT };
    let times = if hop.times > 0.0 && (hop.times - 1.0).abs() > 1e-9 {
        format!(" ×{}", crate::units::round_significant(hop.times, 2))
    } else {
        String::new()
    };
    let name = pen::one_line(&hop.label, font, NAMES - 16.0 - indent - width(&times, font)) + &times;
    let mut prims = vec![left(
        MARGIN + indent,
        y + 17.0,
        name,
        font,
        if hop.critical { Paint::Ink } else { Paint::Muted },
    )];
    let x = zero + hop.start * scale;
    let work = hop.own.unwrap_or(0.0);
    // all of its time as an outline, its own part filled in it
    let span = (hop.response.max(hop.queue + work) * scale).max(2.0);
    let dash = if hop.critical { Dash::Solid } else { Dash::Dotted };
    prims.push(rect(
        x,
        y + 6.0,
        span,
        ROW - 12.0,
        2.0,
        Style { dash, ..boxed(Paint::Tint(1), Paint::Line, 0.8) },
    ));
    let trip = hop.network / 2.0 * scale;
    if trip >= SEEN {
        prims.push(line(
            ((x - trip).max(zero), y + ROW / 2.0),
            (x, y + ROW / 2.0),
            Paint::Line,
            2.0,
            Dash::Solid,
        ));
    }
    let (line_width, work_width) = (hop.queue * scale, work * scale);
    if line_width >= SEEN {
        prims.push(rect(x, y + 6.0, line_width, ROW - 12.0, 2.0, in_line()));
    }
    if work_width > 0.0 {
        let style = if hop.critical {
            Style::filled(Paint::Accent(Class::Compute))
        } else {
            boxed(Paint::Soft(Class::Compute), Paint::Accent(Class::Compute), 1.0)
        };
        prims.push(rect(x + line_width, y + 6.0, work_width.max(1.5), ROW - 12.0, 2.0, style));
    }
    let spent = work + hop.queue + hop.network;
    let figure = match (hop.own, hop.critical) {
        (None, _) => "own work not known".to_owned(),
        (Some(_), true) => format!("{}, {} of the path", format_time(spent), percent(hop.share)),
        (Some(_), false) => format_time(spent),
    };
    let right = zero + AXIS + 12.0 + width(&figure, font);
    prims.push(left(
        zero + AXIS + 12.0,
        y + 17.0,
        figure,
        font,
        if hop.critical { Paint::Ink } else { Paint::Muted },
    ));
    let p99 = hop.own_p99.map(|p99| format!(", p99 {}", format_time(p99))).unwrap_or_default();
    let tooltip = format!(
        "{}: own work {}{p99}, line {}, round trip {}, answer after {} on average",
        pen::one_line(&hop.path, TEXT, 2000.0),
        hop.own.map_or_else(|| "not known".to_owned(), format_time),
        format_time(hop.queue),
        format_time(hop.network),
        format_time(hop.response)
    );
    let element = Element::Node { id: hop.path.clone(), kind: hop.kind.clone() };
    (Mark { element: Some(element), tooltip: Some(tooltip), prims }, right)
}

/// Dashed, so that it is told apart in black and white.
fn in_line() -> Style {
    Style { dash: Dash::Dashed, ..boxed(Paint::Soft(Class::Messaging), Paint::Accent(Class::Messaging), 1.0) }
}

/// What occurs, and no more.
fn legend(scene: &mut Scene, hops: &[Bar], scale: f64, y: f64) -> f64 {
    let works =
        |critical: bool| hops.iter().any(|it| it.critical == critical && it.own.is_some_and(|own| own > 0.0));
    let waits = |it: &Bar| it.response - it.queue - it.own.unwrap_or(0.0) > 1e-9;
    let samples = [
        (works(true), "own work on the longest path", Style::filled(Paint::Accent(Class::Compute))),
        (
            works(false),
            "own work beside it",
            boxed(Paint::Soft(Class::Compute), Paint::Accent(Class::Compute), 1.0),
        ),
        (hops.iter().any(|it| it.queue * scale >= SEEN), "waiting in line", in_line()),
        (hops.iter().any(waits), "waiting for others", boxed(Paint::Tint(1), Paint::Line, 0.8)),
    ];
    let mut mark = Mark { element: Some(Element::Legend), ..Mark::default() };
    let mut x = MARGIN;
    for (_, name, style) in samples.into_iter().filter(|sample| sample.0) {
        mark.prims.push(rect(x, y - 9.0, 18.0, 10.0, 2.0, style));
        mark.prims.push(left(x + 24.0, y, name, TEXT, Paint::Muted));
        x += 24.0 + width(name, TEXT) + 20.0;
    }
    if hops.iter().any(|it| it.network / 2.0 * scale >= SEEN) {
        mark.prims.push(line((x, y - 4.0), (x + 18.0, y - 4.0), Paint::Line, 2.0, Dash::Solid));
        mark.prims.push(left(x + 24.0, y, "way there", TEXT, Paint::Muted));
        x += 24.0 + width("way there", TEXT) + 20.0;
    }
    pen::grow(scene, x - 20.0);
    scene.marks.push(mark);
    y
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::scene::Prim;

    fn legend_of(bar: Bar) -> Vec<String> {
        let scene = draw(&Waterfall { title: "t".to_owned(), hops: vec![bar], ..Waterfall::default() });
        let legend = scene.marks.iter().find(|mark| mark.element == Some(Element::Legend)).unwrap();
        let text = |prim: &Prim| match prim {
            Prim::Text { text, .. } => Some(text.clone()),
            _ => None,
        };
        legend.prims.iter().filter_map(text).collect()
    }

    #[test]
    fn the_legend_tells_what_occurs_and_no_more() {
        let work = Bar { own: Some(0.1), response: 0.1, critical: true, ..Bar::default() };
        assert_eq!(legend_of(work), ["own work on the longest path"]);
        let all = Bar { own: Some(0.1), queue: 0.1, network: 0.1, response: 0.4, ..Bar::default() };
        assert_eq!(
            legend_of(all),
            ["own work beside it", "waiting in line", "waiting for others", "way there"]
        );
    }
}
