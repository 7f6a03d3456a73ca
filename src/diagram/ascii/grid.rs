//! Cells of a terminal: frames, lines that join where they meet, text of any width. It knows no drawing.

use unicode_width::UnicodeWidthChar;

/// How a line is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stroke {
    #[default]
    Dotted,
    Dashed,
    Plain,
    Double,
}

const NORTH: u8 = 1;
const EAST: u8 = 2;
const SOUTH: u8 = 4;
const WEST: u8 = 8;
/// Marks without a width that a cell takes: enough for every script, too few to run over the neighbours.
const MARKS: usize = 3;

#[derive(Debug, Clone, Default)]
struct Cell {
    /// To which sides lines run.
    arms: u8,
    stroke: Stroke,
    /// Text over the lines; empty for none.
    text: String,
    /// The right half of a wide character.
    covered: bool,
}

/// A rectangle of cells; what lies outside of it is not drawn.
#[derive(Debug)]
pub(super) struct Grid {
    width: usize,
    cells: Vec<Cell>,
}

/// Columns that a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// As much of a text as fits into so many columns, with `…` behind it where that is not all.
pub(super) fn cut(text: &str, most: usize) -> String {
    let mut out = String::new();
    let (mut used, mut marks) = (0, 0);
    let whole = columns(text) <= most;
    let room = if whole { most } else { most.saturating_sub(1) };
    for c in text.chars() {
        let w = c.width().unwrap_or(0);
        marks = if w == 0 { marks + 1 } else { 0 };
        if used + w > room {
            break;
        }
        if marks <= MARKS {
            out.push(c);
            used += w;
        }
    }
    if !whole && most > 0 {
        out.push('…');
    }
    out
}

impl Grid {
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self { width, cells: vec![Cell::default(); width * height] }
    }

    fn cell(&mut self, x: usize, y: usize) -> Option<&mut Cell> {
        if x >= self.width {
            return None;
        }
        self.cells.get_mut(y * self.width + x)
    }

    fn put(&mut self, x: usize, y: usize, text: &str) {
        if let Some(cell) = self.cell(x, y) {
            text.clone_into(&mut cell.text);
        }
    }

    /// Empties a rectangle.
    pub(super) fn clear(&mut self, x: usize, y: usize, w: usize, h: usize) {
        for y in y..y + h {
            for x in x..x + w {
                if let Some(cell) = self.cell(x, y) {
                    *cell = Cell::default();
                }
            }
        }
    }

    /// A border with corners of its own.
    pub(super) fn frame(&mut self, x: usize, y: usize, w: usize, h: usize, corners: [char; 4]) {
        let (right, bottom) = (x + w - 1, y + h - 1);
        self.line(&[(x, y), (right, y), (right, bottom), (x, bottom), (x, y)], Stroke::Plain);
        let places = [(x, y), (right, y), (x, bottom), (right, bottom)];
        for (corner, (x, y)) in corners.into_iter().zip(places) {
            self.put(x, y, corner.encode_utf8(&mut [0; 4]));
        }
    }

    /// Upright and level stretches from point to point.
    pub(super) fn line(&mut self, points: &[(usize, usize)], stroke: Stroke) {
        for pair in points.windows(2) {
            let &[(ax, ay), (bx, by)] = pair else { continue };
            if ax == bx {
                for y in ay.min(by)..ay.max(by) {
                    self.join(ax, y, SOUTH, stroke);
                    self.join(ax, y + 1, NORTH, stroke);
                }
            } else {
                for x in ax.min(bx)..ax.max(bx) {
                    self.join(x, ay, EAST, stroke);
                    self.join(x + 1, ay, WEST, stroke);
                }
            }
        }
    }

    fn join(&mut self, x: usize, y: usize, arm: u8, stroke: Stroke) {
        if let Some(cell) = self.cell(x, y) {
            cell.stroke = if cell.arms == 0 { stroke } else { cell.stroke.max(stroke) };
            cell.arms |= arm;
        }
    }

    /// A head at `tip`, coming from `before`.
    pub(super) fn head(&mut self, before: (usize, usize), tip: (usize, usize)) {
        let sign = match (tip.0.cmp(&before.0), tip.1.cmp(&before.1)) {
            (std::cmp::Ordering::Greater, _) => "▶",
            (std::cmp::Ordering::Less, _) => "◀",
            (_, std::cmp::Ordering::Less) => "▲",
            _ => "▼",
        };
        self.put(tip.0, tip.1, sign);
    }

    /// Text from a cell on; marks without a width join the character before them.
    pub(super) fn write(&mut self, x: usize, y: usize, text: &str) {
        let mut at = x;
        for c in text.chars() {
            let w = c.width().unwrap_or(0);
            if w == 0 {
                if let Some(cell) =
                    at.checked_sub(1).filter(|&last| last >= x).and_then(|last| self.cell(last, y))
                {
                    cell.text.push(c);
                }
                continue;
            }
            self.put(at, y, c.encode_utf8(&mut [0; 4]));
            for covered in at + 1..at + w {
                if let Some(cell) = self.cell(covered, y) {
                    cell.text.clear();
                    cell.covered = true;
                }
            }
            at += w;
        }
    }

    /// All rows, without blanks at their ends and empty rows around.
    pub(super) fn print(&self) -> String {
        let mut rows: Vec<String> = Vec::new();
        for row in self.cells.chunks(self.width.max(1)) {
            let text: String = row.iter().filter(|cell| !cell.covered).map(Cell::sign).collect();
            rows.push(text.trim_end().to_owned());
        }
        while rows.last().is_some_and(String::is_empty) {
            rows.pop();
        }
        let indent = rows.iter().filter(|row| !row.is_empty());
        let indent = indent.map(|row| row.len() - row.trim_start_matches(' ').len()).min().unwrap_or(0);
        let first = rows.iter().position(|row| !row.is_empty()).unwrap_or(0);
        let mut out = String::new();
        for row in rows.iter().skip(first) {
            out.push_str(row.get(indent..).unwrap_or_default());
            out.push('\n');
        }
        out
    }
}

impl Cell {
    fn sign(&self) -> String {
        if !self.text.is_empty() {
            return self.text.clone();
        }
        let level = self.arms & !(EAST | WEST) == 0;
        let upright = self.arms & !(NORTH | SOUTH) == 0;
        let sign = match (self.stroke, level, upright) {
            (_, true, true) => ' ',
            (Stroke::Plain, true, _) => '─',
            (Stroke::Plain, _, true) => '│',
            (Stroke::Dashed, true, _) => '╌',
            (Stroke::Dashed, _, true) => '╎',
            (Stroke::Double, true, _) => '═',
            (Stroke::Double, _, true) => '║',
            (Stroke::Dotted, true, _) => '┈',
            (Stroke::Dotted, _, true) => '┊',
            (Stroke::Double, ..) => joint(self.arms, ['╔', '╗', '╚', '╝', '╠', '╣', '╦', '╩', '╬']),
            _ => joint(self.arms, ['┌', '┐', '└', '┘', '├', '┤', '┬', '┴', '┼']),
        };
        sign.to_string()
    }
}

fn joint(arms: u8, signs: [char; 9]) -> char {
    let [se, sw, ne, nw, nes, nsw, esw, new, all] = signs;
    match arms {
        a if a == EAST | SOUTH => se,
        a if a == SOUTH | WEST => sw,
        a if a == NORTH | EAST => ne,
        a if a == NORTH | WEST => nw,
        a if a == NORTH | EAST | SOUTH => nes,
        a if a == NORTH | SOUTH | WEST => nsw,
        a if a == EAST | SOUTH | WEST => esw,
        a if a == NORTH | EAST | WEST => new,
        _ => all,
    }
}
