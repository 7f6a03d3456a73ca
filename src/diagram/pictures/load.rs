//! How busy components get as the load grows, up to the first that saturates. Utilisation is proportional to the load, so each
//! component is a straight line; what matters is which one is steepest.

use super::pen::{self, MARGIN, SMALL, STRONG, TEXT, left, line, middle, over_lines, polygon};
use super::percent;
use crate::compilation::Compilation;
use crate::diagram::drawing::Class;
use crate::diagram::palette::Paint;
use crate::diagram::scene::{Dash, Element, Mark, Scene, Style};
use crate::diagram::text::width;
use crate::model::{ComponentId, FlowId};
use crate::units::{format_rate, round_significant};

/// Components that are drawn at the most.
const MOST: usize = 8;
const SIZE: (f64, f64) = (520.0, 300.0);
/// Left of the plot: the figures of its axis.
const AXIS: f64 = 44.0;
const LINE: f64 = 17.0;
/// Room for a name beside the plot.
const NAMES: f64 = 260.0;

/// Components and their utilisation at the peak as designed, the busiest first.
#[derive(Debug, Default)]
pub(super) struct Load {
    pub(super) title: String,
    pub(super) lines: Vec<Line>,
    pub(super) left_out: usize,
}

/// One component.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) path: String,
    pub(super) kind: String,
    pub(super) label: String,
    pub(super) utilization: f64,
    pub(super) peak: Option<f64>,
    pub(super) capacity: Option<f64>,
}

pub(super) fn read(compilation: &Compilation, flow: Option<FlowId>) -> Load {
    let model = &compilation.model;
    let of_flow = |id: ComponentId| {
        flow.is_none_or(|flow| model.flows[flow].visits.iter().any(|visit| visit.component == id))
    };
    let mut lines: Vec<Line> = model
        .components
        .enumerate()
        .filter(|(id, _)| of_flow(*id))
        .filter_map(|(id, component)| {
            let load = compilation.facts.load.component(id)?;
            let utilization = load.deciding_utilization().filter(|rho| *rho > 0.0 && rho.is_finite())?;
            Some(Line {
                path: component.header.path.to_string(),
                kind: component.kind.as_str().to_owned(),
                label: component.header.title().to_owned(),
                utilization,
                peak: load.peak,
                capacity: load.capacity,
            })
        })
        .collect();
    lines.sort_by(|a, b| b.utilization.total_cmp(&a.utilization));
    let left_out = lines.len().saturating_sub(MOST);
    lines.truncate(MOST);
    let title = match flow {
        Some(flow) => format!("Load curve of {}", model.flows[flow].header.title()),
        None => "Load curve".to_owned(),
    };
    Load { title, lines, left_out }
}

pub(super) fn draw(load: &Load) -> Scene {
    let Some(first) = load.lines.first() else { return nothing(load) };
    let headroom = 1.0 / first.utilization;
    let times = round_significant(headroom, 3);
    let says = if headroom >= 1.0 {
        format!("{} saturates first, at {times} times the peak", first.label)
    } else {
        format!("{} is saturated already: it carries {times} times the peak", first.label)
    };
    let (mut scene, top) = pen::headed(&load.title, &[says]);
    let (x0, y0) = (MARGIN + AXIS, top + 8.0);
    let reach = (headroom * 1.15).max(1.1);
    let step = pen::tick(reach, 6.0);
    let most = (reach / step).ceil() * step;
    let plot = Plot { x: x0, y: y0, across: SIZE.0 / most, up: SIZE.1 / 1.2 };
    frame(&mut scene, &plot, step, most);
    let mut rows: Vec<f64> = load.lines.iter().map(|it| plot.end(it.utilization, most).1).collect();
    spread(&mut rows, (y0 + 6.0, y0 + SIZE.1 - 4.0));
    let mut bottom = y0 + SIZE.1;
    for (at, (it, row)) in load.lines.iter().zip(rows).enumerate() {
        scene.marks.push(curve(it, at, &plot, most, row, &mut scene.width));
        bottom = bottom.max(row);
    }
    let mut y = bottom.max(y0 + SIZE.1 + 36.0);
    if load.left_out > 0 {
        y += 18.0;
        let says = format!("{} calmer components are not drawn", load.left_out);
        scene.marks.push(Mark { prims: vec![left(MARGIN, y, says, TEXT, Paint::Muted)], ..Mark::default() });
    }
    scene.height = (y + MARGIN).ceil();
    scene
}

fn nothing(load: &Load) -> Scene {
    let title = if load.title.is_empty() { "Load curve" } else { &load.title };
    let says =
        ["no component has both a load and a capacity: give an actor a rate and components a capacity"
            .to_owned()];
    let (mut scene, top) = pen::headed(title, &says);
    scene.height = (top + MARGIN).ceil();
    scene
}

/// Where figures stand on the page.
struct Plot {
    x: f64,
    y: f64,
    across: f64,
    up: f64,
}

impl Plot {
    fn at(&self, load: f64, rho: f64) -> (f64, f64) {
        (self.x + load * self.across, self.y + SIZE.1 - rho * self.up)
    }

    /// Where the line of a component leaves the plot: at its right side or at its top.
    fn end(&self, utilization: f64, most: f64) -> (f64, f64) {
        let load = (1.2 / utilization).min(most);
        self.at(load, load * utilization)
    }
}

fn frame(scene: &mut Scene, plot: &Plot, step: f64, most: f64) {
    let mut prims = Vec::new();
    let (left_end, right_end) = (plot.at(0.0, 0.0).0, plot.at(most, 0.0).0);
    let over = Style::filled(Paint::Tint(2));
    let (full, top) = (plot.at(0.0, 1.0).1, plot.at(0.0, 1.2).1);
    prims.push(polygon(&[(left_end, full), (right_end, full), (right_end, top), (left_end, top)], over));
    for part in 0..=6 {
        let rho = f64::from(part) * 0.2;
        let y = plot.at(0.0, rho).1;
        let (paint, wide) = if part == 5 { (Paint::Ink, 1.4) } else { (Paint::Border, 0.8) };
        prims.push(line((left_end, y), (right_end, y), paint, wide, Dash::Solid));
        prims.push(left(MARGIN, y + 4.0, percent(rho), SMALL, Paint::Muted));
    }
    for at in pen::ticks(step, most) {
        let (x, y) = plot.at(at, 0.0);
        prims.push(line((x, y), (x, y + 4.0), Paint::Line, 0.8, Dash::Solid));
        prims.push(middle(x, y + 16.0, format!("{}×", round_significant(at, 3)), SMALL, Paint::Muted));
    }
    let (x, y) = plot.at(1.0, 0.0);
    prims.push(line((x, y), (x, top), Paint::Line, 1.0, Dash::Dashed));
    let says = "the load against the peak as designed (dashed); utilisation of the busiest node or shard";
    prims.push(left(left_end, y + 32.0, says, SMALL, Paint::Muted));
    pen::grow(scene, left_end + width(says, SMALL));
    scene.marks.push(Mark { prims, ..Mark::default() });
}

/// Moves names apart that would stand on one another, keeping their order from the top.
fn spread(rows: &mut [f64], (least, most): (f64, f64)) {
    let mut last = least - LINE;
    for row in rows.iter_mut() {
        *row = row.max(last + LINE);
        last = *row;
    }
    // what was pushed off the plot moves back up with all that is in its way; eight names always fit
    let mut next = most + LINE;
    for row in rows.iter_mut().rev() {
        *row = row.min(next - LINE);
        next = *row;
    }
}

const CLASSES: [Class; 6] =
    [Class::Compute, Class::Messaging, Class::Data, Class::Platform, Class::Traffic, Class::Actor];

fn curve(it: &Line, at: usize, plot: &Plot, most: f64, row: f64, reach: &mut f64) -> Mark {
    let paint = CLASSES.get(at % CLASSES.len()).map_or(Paint::Line, |class| Paint::Accent(*class));
    // neighbours differ by their dashes as well as by colour
    let dash = [Dash::Solid, Dash::Dashed, Dash::Dotted].get(at % 3).copied().unwrap_or_default();
    let end = plot.end(it.utilization, most);
    let style = Style { dash, ..Style::line(paint, if at == 0 { 2.4 } else { 1.6 }) };
    let mut prims = vec![pen::path(&[plot.at(0.0, 0.0), end], style)];
    let full = 1.0 / it.utilization;
    if full <= most {
        let (x, y) = plot.at(full, 1.0);
        prims.push(polygon(&[(x - 4.0, y), (x, y - 4.0), (x + 4.0, y), (x, y + 4.0)], Style::filled(paint)));
    }
    let x = plot.x + SIZE.0 + 44.0;
    prims.push(pen::path(
        &[end, (plot.x + SIZE.0 + 8.0, row), (x - 32.0, row)],
        Style { dash: Dash::Dotted, ..Style::line(Paint::Line, 0.8) },
    ));
    prims.push(pen::path(&[(x - 28.0, row), (x - 6.0, row)], style));
    let figure = format!("{} now, full at {}×", percent(it.utilization), round_significant(full, 3));
    let font = if at == 0 { STRONG } else { TEXT };
    let name = pen::one_line(&it.label, font, NAMES);
    let after = x + width(&name, font) + 8.0;
    *reach = reach.max((after + width(&figure, TEXT) + MARGIN).ceil());
    prims.push(over_lines(left(x, row + 4.0, name, font, Paint::Ink)));
    prims.push(over_lines(left(after, row + 4.0, figure, TEXT, Paint::Muted)));
    let rates = match (it.peak, it.capacity) {
        (Some(peak), Some(capacity)) => format!(", {} of {}", format_rate(peak), format_rate(capacity)),
        _ => String::new(),
    };
    let tooltip = format!(
        "{}: {} of its capacity at the peak{rates}",
        pen::one_line(&it.path, TEXT, 2000.0),
        percent(it.utilization)
    );
    Mark {
        element: Some(Element::Node { id: it.path.clone(), kind: it.kind.clone() }),
        tooltip: Some(tooltip),
        prims,
    }
}
