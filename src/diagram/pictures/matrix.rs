//! Who leans on whom as a square: rows call columns. Callers stand before callees, so a call below the diagonal leads back;
//! what calls itself in a circle stands together, as a block.

use super::pen::{self, MARGIN, SMALL, STRONG, TEXT, boxed, left, line, middle, rect};
use crate::compilation::Compilation;
use crate::diagram::drawing::{Class, Op};
use crate::diagram::palette::Paint;
use crate::diagram::scene::{Dash, Element, Mark, Scene, Style};
use crate::diagram::text::width;
use crate::diagram::view;
use crate::graph::ComponentGraph;
use crate::syntax::ast::Operator;

/// Components that are drawn at the most.
const MOST: usize = 120;
const CELL: f64 = 20.0;
/// Room for the names.
const NAMES: f64 = 220.0;

/// A dependency structure matrix.
#[derive(Debug, Default)]
pub(super) struct Matrix {
    pub(super) rows: Vec<Row>,
    /// Row, column, how.
    pub(super) ties: Vec<(usize, usize, Op)>,
    /// Circles: the first row and how many.
    pub(super) blocks: Vec<(usize, usize)>,
    pub(super) left_out: usize,
}

/// A component.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) path: String,
    pub(super) kind: String,
    pub(super) class: Class,
}

pub(super) fn read(compilation: &Compilation) -> Matrix {
    let model = &compilation.model;
    let operators = [Operator::Call, Operator::Message, Operator::Replicate];
    let graph = ComponentGraph::by_operators(model, &operators);
    let tied = |id| graph.outgoing(id).next().is_some() || graph.incoming(id).next().is_some();
    let mut out = Matrix::default();
    let mut place = vec![None; model.components.len()];
    for members in graph.strong_components() {
        let start = out.rows.len();
        for id in members.into_iter().filter(|id| tied(*id)) {
            if out.rows.len() >= MOST {
                out.left_out += 1;
                continue;
            }
            if let Some(slot) = place.get_mut(id.index()) {
                *slot = Some(out.rows.len());
            }
            let node = view::node(model, id);
            out.rows.push(Row { path: node.id, kind: node.kind, class: node.class });
        }
        if out.rows.len() > start + 1 {
            out.blocks.push((start, out.rows.len() - start));
        }
    }
    let at = |id: crate::model::ComponentId| place.get(id.index()).copied().flatten();
    for id in graph.components() {
        for step in graph.outgoing(id) {
            if let (Some(row), Some(column)) = (at(step.from), at(step.to)) {
                out.ties.push((row, column, view::op(model.connections[step.connection].op)));
            }
        }
    }
    // of several ties the strongest: a call before a message before a copy
    out.ties.sort_unstable();
    out.ties.dedup_by_key(|tie| (tie.0, tie.1));
    out
}

#[expect(clippy::cast_precision_loss, reason = "at most some hundred rows")]
pub(super) fn draw(matrix: &Matrix) -> Scene {
    let back = match matrix.ties.iter().filter(|tie| tie.1 < tie.0).count() {
        0 => "nothing leads back up".to_owned(),
        1 => "1 below the diagonal leads back".to_owned(),
        many => format!("{many} below the diagonal lead back"),
    };
    let circles = match matrix.blocks.len() {
        0 => "no circle".to_owned(),
        1 => "1 circle, drawn as a block".to_owned(),
        many => format!("{many} circles, drawn as blocks"),
    };
    let says = format!("a row calls, sends to or is copied into a column; {circles}; {back}");
    let (mut scene, top) = pen::headed("Dependency matrix", &[says]);
    if matrix.rows.is_empty() {
        let prims = vec![left(MARGIN, top + 10.0, "nothing leans on anything", TEXT, Paint::Ink)];
        scene.marks.push(Mark { prims, ..Mark::default() });
        scene.height = top + 10.0 + MARGIN;
        return scene;
    }
    let names = matrix.rows.iter().map(|row| width(&name(row), TEXT)).fold(0.0, f64::max).ceil() + 34.0;
    let grid = Grid { x: MARGIN + names, y: top + 24.0, side: matrix.rows.len() as f64 * CELL };
    scene.marks.push(lines(matrix, &grid));
    for (i, row) in matrix.rows.iter().enumerate() {
        scene.marks.push(row_mark(i, row, &grid));
    }
    for tie in &matrix.ties {
        scene.marks.push(tie_mark(matrix, *tie, &grid));
    }
    let mut mark = Mark::default();
    for (first, many) in &matrix.blocks {
        let (x, y) = grid.at(*first, *first);
        let side = *many as f64 * CELL;
        mark.prims.push(pen::frame(x, y, side, side, Style::line(Paint::Accent(Class::Messaging), 2.4)));
    }
    scene.marks.push(mark);
    pen::grow(&mut scene, grid.x + grid.side);
    let mut y = grid.y + grid.side;
    if matrix.left_out > 0 {
        y += 20.0;
        let says = format!("… and {} more components, not drawn", matrix.left_out);
        scene.marks.push(Mark { prims: vec![left(MARGIN, y, says, STRONG, Paint::Ink)], ..Mark::default() });
    }
    scene.height = (legend(matrix, &mut scene, y + 26.0) + MARGIN).ceil();
    scene
}

struct Grid {
    x: f64,
    y: f64,
    side: f64,
}

impl Grid {
    #[expect(clippy::cast_precision_loss, reason = "at most some hundred rows")]
    fn at(&self, row: usize, column: usize) -> (f64, f64) {
        (self.x + column as f64 * CELL, self.y + row as f64 * CELL)
    }
}

fn name(row: &Row) -> String {
    pen::one_line(&row.path, TEXT, NAMES)
}

/// The paper: diagonal and lines.
fn lines(matrix: &Matrix, grid: &Grid) -> Mark {
    let mut prims = Vec::new();
    for i in 0..matrix.rows.len() {
        let (x, y) = grid.at(i, i);
        prims.push(rect(x, y, CELL, CELL, 0.0, Style::filled(Paint::Tint(2))));
    }
    for i in 0..=matrix.rows.len() {
        let (x, y) = grid.at(i, i);
        prims.push(line((grid.x, y), (grid.x + grid.side, y), Paint::Border, 0.8, Dash::Solid));
        prims.push(line((x, grid.y), (x, grid.y + grid.side), Paint::Border, 0.8, Dash::Solid));
    }
    Mark { prims, ..Mark::default() }
}

fn row_mark(i: usize, row: &Row, grid: &Grid) -> Mark {
    let (_, y) = grid.at(i, 0);
    let (x, _) = grid.at(0, i);
    let number = (i + 1).to_string();
    let prims = vec![
        left(MARGIN, y + 14.0, number.clone(), SMALL, Paint::Muted),
        left(MARGIN + 24.0, y + 14.0, name(row), TEXT, Paint::Ink),
        middle(x + CELL / 2.0, grid.y - 6.0, number, SMALL, Paint::Muted),
    ];
    let element = Element::Node { id: row.path.clone(), kind: row.kind.clone() };
    Mark { element: Some(element), tooltip: Some(pen::one_line(&row.path, TEXT, 2000.0)), prims }
}

fn tie_mark(matrix: &Matrix, (row, column, op): (usize, usize, Op), grid: &Grid) -> Mark {
    let (x, y) = grid.at(row, column);
    let path =
        |i: usize| matrix.rows.get(i).map(|row| pen::one_line(&row.path, TEXT, 2000.0)).unwrap_or_default();
    let class = matrix.rows.get(column).map(|row| row.class).unwrap_or_default();
    let tooltip = format!("{} {} {}", path(row), op.as_str(), path(column));
    Mark { element: None, tooltip: Some(tooltip), prims: sign(op, (x, y), class) }
}

/// A filled square calls, a ring sends, a cross is copied.
fn sign(op: Op, (x, y): (f64, f64), class: Class) -> Vec<crate::diagram::scene::Prim> {
    let accent = Paint::Accent(class);
    let inner = CELL - 10.0;
    match op {
        Op::Call => vec![rect(x + 5.0, y + 5.0, inner, inner, 2.0, Style::filled(accent))],
        Op::Message | Op::Link => vec![rect(
            x + 5.5,
            y + 5.5,
            inner - 1.0,
            inner - 1.0,
            5.0,
            boxed(Paint::Soft(class), accent, 1.6),
        )],
        Op::Replication => vec![
            line((x + 6.0, y + 7.5), (x + CELL - 6.0, y + 7.5), accent, 1.6, Dash::Solid),
            line((x + 6.0, y + 12.5), (x + CELL - 6.0, y + 12.5), accent, 1.6, Dash::Solid),
        ],
    }
}

fn legend(matrix: &Matrix, scene: &mut Scene, y: f64) -> f64 {
    let mut mark = Mark { element: Some(Element::Legend), ..Mark::default() };
    let mut x = MARGIN;
    for op in Op::ALL.into_iter().filter(|op| matrix.ties.iter().any(|tie| tie.2 == *op)) {
        mark.prims.extend(sign(op, (x, y - 14.0), Class::Compute));
        mark.prims.push(left(x + CELL + 4.0, y, op.name(), TEXT, Paint::Muted));
        x += CELL + 4.0 + width(op.name(), TEXT) + 18.0;
        pen::grow(scene, x);
    }
    scene.marks.push(mark);
    y
}
