//! What fails a flow, as a tree from left to right: the flow fails when one of its first cut sets does, a cut set when all of
//! its members are down. Chances beside the gates and events.

use super::pen::{self, MARGIN, SMALL, STRONG, TEXT, boxed, left, line, middle, rect};
use crate::analysis::formulas::downtime_s_per_year;
use crate::analysis::reliability::Fault;
use crate::compilation::Compilation;
use crate::diagram::drawing::Class;
use crate::diagram::layout::Point;
use crate::diagram::palette::Paint;
use crate::diagram::scene::{Dash, Mark, Prim, Scene, Step, Style};
use crate::diagram::text::width;
use crate::model::FlowId;
use crate::units::{format_share, format_time};

/// Members of the cut sets that are looked for.
const ORDER: usize = 3;
/// Cut sets that are drawn at the most.
const MOST: usize = 16;
const ROW: f64 = 30.0;
/// Between two cut sets.
const GAP: f64 = 8.0;
const TOP_BOX: f64 = 170.0;
/// Room for the name of an event.
const NAMES: f64 = 230.0;

/// A fault tree of two levels.
#[derive(Debug, Default)]
pub(super) struct FaultTree {
    pub(super) title: String,
    pub(super) flow: String,
    pub(super) says: Vec<String>,
    pub(super) sets: Vec<Set>,
    pub(super) more: bool,
}

/// A cut set.
#[derive(Debug, Default)]
pub(super) struct Set {
    pub(super) members: Vec<Member>,
    pub(super) probability: f64,
    /// The share of the runs that it breaks.
    pub(super) share: f64,
}

/// A member of one.
#[derive(Debug, Default)]
pub(super) struct Member {
    pub(super) path: String,
    pub(super) is_domain: bool,
    pub(super) probability: Option<f64>,
}

pub(super) fn read(compilation: &Compilation, id: FlowId) -> FaultTree {
    let (model, facts) = (&compilation.model, &compilation.facts);
    let flow = model.flows[id].header.title();
    let mut out =
        FaultTree { title: format!("What fails {flow}"), flow: flow.to_owned(), ..FaultTree::default() };
    if let Some(it) = facts.reliability.of(id) {
        let about = if it.exact { "" } else { "at most " };
        let (down, share) = (format_time(downtime_s_per_year(it.unavailability)), format_share(it.value));
        out.says.push(format!("available {share}: down {about}{down} a year"));
    }
    let found = facts.reliability.cut_sets(id, ORDER, MOST + 1);
    out.more = found.sets.len() > MOST;
    let down = |fault: Fault| match fault {
        Fault::Domain(ix) => facts.placement.domain(ix).map(|domain| 1.0 - domain.availability),
        Fault::Component(id) | Fault::Replica(id, _) => {
            facts.placement.of(id).map(|it| 1.0 - it.availability)
        }
    };
    for set in found.sets.iter().take(MOST) {
        let member = |fault: &Fault| Member {
            path: fault.path(model, &facts.placement),
            is_domain: matches!(fault, Fault::Domain(_)),
            probability: down(*fault),
        };
        let members = set.members.iter().map(member).collect();
        out.sets.push(Set { members, probability: set.probability, share: set.share });
    }
    out.says.push(format!("minimal cut sets, complete to order {}", found.complete_to_order));
    out
}

pub(super) fn draw(tree: &FaultTree) -> Scene {
    let title = if tree.title.is_empty() { "What fails: the design has no flow" } else { &tree.title };
    let (mut scene, top) = pen::headed(title, &tree.says);
    if tree.sets.is_empty() {
        let prims = vec![left(MARGIN, top + 10.0, "no cut set of that order is known", TEXT, Paint::Ink)];
        pen::grow(&mut scene, MARGIN + 260.0);
        scene.marks.push(Mark { prims, ..Mark::default() });
        scene.height = top + 10.0 + MARGIN;
        return scene;
    }
    let or = MARGIN + TOP_BOX + 34.0;
    let (bus, and) = (or + 62.0, or + 84.0);
    let events = and + 96.0;
    let mut y = top + 6.0;
    let mut stems = Vec::new();
    for set in &tree.sets {
        let (mark, centre, end, reach) = set_mark(set, y, (bus, and, events));
        pen::grow(&mut scene, reach);
        scene.marks.push(mark);
        stems.push(centre);
        y = end + GAP;
    }
    let middle_y = f64::midpoint(stems.first().copied().unwrap_or(y), stems.last().copied().unwrap_or(y));
    scene.marks.push(root(tree, middle_y, or, (bus, &stems)));
    if tree.more {
        y += 12.0;
        let says = format!("the first {MOST} cut sets; there are more");
        scene.marks.push(Mark { prims: vec![left(events, y, says, TEXT, Paint::Muted)], ..Mark::default() });
    }
    // the box of the flow may be taller than what fails it
    scene.height = (y.max(middle_y + 44.0) + MARGIN).ceil();
    scene
}

/// The flow, its gate and the lines to what fails it.
fn root(tree: &FaultTree, y: f64, or: f64, (bus, stems): (f64, &[f64])) -> Mark {
    let words = pen::lines(&format!("{} fails", tree.flow), STRONG, TOP_BOX - 20.0, 3);
    #[expect(clippy::cast_precision_loss, reason = "at most three lines")]
    let height = words.lines.len() as f64 * 15.0 + 14.0;
    let mut prims = vec![rect(
        MARGIN,
        y - height / 2.0,
        TOP_BOX,
        height,
        6.0,
        boxed(Paint::Surface, Paint::Accent(Class::Messaging), 1.6),
    )];
    let mut line_y = y - height / 2.0 + 18.0;
    for text in words.lines {
        prims.push(middle(MARGIN + TOP_BOX / 2.0, line_y, text, STRONG, Paint::Ink));
        line_y += 15.0;
    }
    let wire = |from, to| line(from, to, Paint::Line, 1.2, Dash::Solid);
    prims.push(wire((MARGIN + TOP_BOX, y), (or, y)));
    if let (Some(first), Some(last)) = (stems.first(), stems.last()) {
        prims.push(wire((or + 38.0, y), (bus, y)));
        prims.push(wire((bus, *first), (bus, *last)));
    }
    prims.extend(gate(or, y, false));
    Mark { element: None, tooltip: Some("any one of these is enough".to_owned()), prims }
}

/// A cut set from `y` down; gives where it hangs, where it ends and how far it reaches.
fn set_mark(set: &Set, y: f64, (bus, and, events): (f64, f64, f64)) -> (Mark, f64, f64, f64) {
    let wire = |from, to| line(from, to, Paint::Line, 1.2, Dash::Solid);
    let mut prims = Vec::new();
    let mut rows = Vec::new();
    let mut reach: f64 = events;
    let mut at = y + ROW / 2.0;
    // of one member the set is the event
    let single = set.members.len() == 1;
    for member in &set.members {
        rows.push(at);
        let probability = if single { Some(set.probability) } else { member.probability };
        reach = reach.max(event(member, probability, (events, at), set, &mut prims));
        at += ROW;
    }
    let (first, last) = (rows.first().copied().unwrap_or(at), rows.last().copied().unwrap_or(at));
    let centre = f64::midpoint(first, last);
    if single {
        prims.push(wire((bus, centre), (events, centre)));
    } else {
        let joint = events - 16.0;
        prims.push(wire((bus, centre), (and, centre)));
        prims.push(wire((and + 38.0, centre), (joint, centre)));
        prims.push(wire((joint, first), (joint, last)));
        prims.extend(rows.iter().map(|row| wire((joint, *row), (events, *row))));
        prims.extend(gate(and, centre, true));
        prims.push(pen::over_lines(left(
            and - 6.0,
            centre + 28.0,
            chance(set.probability),
            SMALL,
            Paint::Muted,
        )));
    }
    let names: Vec<String> = set.members.iter().map(|it| pen::one_line(&it.path, TEXT, 2000.0)).collect();
    let tooltip = format!("{}: {}", names.join(" and "), told(set.probability));
    let end = y + ROW * rows.len().max(1) as f64;
    (Mark { element: None, tooltip: Some(tooltip), prims }, centre, end, reach)
}

/// A basic event: its name, its chance.
fn event(
    member: &Member,
    probability: Option<f64>,
    (x, y): (f64, f64),
    set: &Set,
    prims: &mut Vec<Prim>,
) -> f64 {
    let name = pen::one_line(&member.path, TEXT, NAMES);
    let wide = width(&name, TEXT) + 26.0;
    let (class, radius) = if member.is_domain { (Class::Platform, 3.0) } else { (Class::Compute, 11.0) };
    prims.push(rect(x, y - 11.0, wide, 22.0, radius, boxed(Paint::Surface, Paint::Accent(class), 1.2)));
    prims.push(left(x + 13.0, y + 4.0, name, TEXT, Paint::Ink));
    let mut says = match probability {
        Some(it) if set.members.len() == 1 => told(it),
        Some(it) => chance(it),
        None => String::new(),
    };
    if set.members.len() == 1 && set.share < 1.0 - 1e-9 {
        says = format!("{says}, in {} of the runs", super::percent(set.share));
    }
    let after = x + wide + 10.0;
    let reach = after + width(&says, TEXT);
    prims.push(left(after, y + 4.0, says, TEXT, Paint::Muted));
    reach
}

fn chance(probability: f64) -> String {
    if probability > 0.0 && probability < 1e-3 {
        format!("{probability:.2e}")
    } else {
        format!("{}", crate::units::round_significant(probability, 3))
    }
}

/// A chance, and what that is in a year.
fn told(probability: f64) -> String {
    format!("{} ({} a year)", chance(probability), format_time(downtime_s_per_year(probability)))
}

/// A gate whose output is at its left, 38 wide; its word in it.
fn gate(x: f64, y: f64, all: bool) -> Vec<Prim> {
    let p = |dx: f64, dy: f64| Point { x: x + dx, y: y + dy };
    let steps = if all {
        vec![
            Step::Move(p(38.0, -15.0)),
            Step::Line(p(16.0, -15.0)),
            Step::Curve(p(-5.0, -15.0), p(-5.0, 15.0), p(16.0, 15.0)),
            Step::Line(p(38.0, 15.0)),
            Step::Close,
        ]
    } else {
        vec![
            Step::Move(p(42.0, -16.0)),
            Step::Curve(p(22.0, -16.0), p(8.0, -10.0), p(0.0, 0.0)),
            Step::Curve(p(8.0, 10.0), p(22.0, 16.0), p(42.0, 16.0)),
            Step::Curve(p(34.0, 6.0), p(34.0, -6.0), p(42.0, -16.0)),
            Step::Close,
        ]
    };
    let style: Style = boxed(Paint::Surface, Paint::Line, 1.4);
    let word = if all { "AND" } else { "OR" };
    vec![
        Prim::Path { steps, style },
        middle(x + if all { 21.0 } else { 22.0 }, y + 3.5, word, SMALL, Paint::Ink),
    ]
}
