//! One group as a layered problem: its boxes in rows, each edge a chain from row to row through bends, a label and the
//! ports in the borders. It holds what every phase works on and decides nothing.

use std::collections::BTreeMap;

use super::Size;
use super::space;

/// What stands at a place in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A node or group, by its number.
    Child(usize),
    /// Where an edge passes a row.
    Bend,
    /// An edge's label, which the edge passes through.
    Label(usize),
    /// Where an edge crosses the level's own border.
    Port(usize),
    /// Keeps edges off the level's title.
    Title,
}

#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) kind: Kind,
    pub(super) row: usize,
    /// Place in its row.
    pub(super) place: usize,
    /// Room in its row, loops included.
    pub(super) w: f64,
    pub(super) h: f64,
    /// Left, once placed.
    pub(super) x: f64,
    /// Segments that come from the row above and go to the one below.
    pub(super) up: Vec<usize>,
    pub(super) down: Vec<usize>,
}

/// A stretch of an edge between two neighbouring rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    pub(super) edge: usize,
    pub(super) top: usize,
    pub(super) bottom: usize,
    /// The trunk that it is part of.
    pub(super) bundle: Option<usize>,
    /// Where it starts and ends.
    pub(super) top_x: f64,
    pub(super) bottom_x: f64,
    /// Height of its level stretch.
    pub(super) y: f64,
    /// Where that is split in two: the column between the parts, and the height of the lower one.
    pub(super) split: Option<(f64, f64)>,
}

/// An edge between two boxes of the same row, which runs below them on a track. One with a label is no bridge: it hangs
/// from both boxes to its label in the row below.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bridge {
    pub(super) edge: usize,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) from_x: f64,
    pub(super) to_x: f64,
    pub(super) y: f64,
}

/// An edge's way through the level.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    pub(super) edge: usize,
    /// Its segments from the top to the bottom; of a hanging edge, the one at its start and the one at its end.
    pub(super) segments: Vec<usize>,
    /// Whether it hangs between two boxes of a row.
    pub(super) hanging: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Level {
    pub(super) items: Vec<Item>,
    pub(super) rows: Vec<Vec<usize>>,
    pub(super) segments: Vec<Segment>,
    pub(super) bridges: Vec<Bridge>,
    /// Bridges of each item.
    pub(super) bridges_at: Vec<Vec<usize>>,
    pub(super) chains: Vec<Chain>,
    /// Item of each child, by its place among them.
    pub(super) item_of: Vec<usize>,
    /// Item of each label, by its edge.
    pub(super) label_of: BTreeMap<usize, usize>,
    /// Room between boxes, against the usual.
    pub(super) beside: f64,
    /// Whether the first and the last row are ports.
    pub(super) port_rows: [bool; 2],
    /// Top of each row, once placed.
    pub(super) top: Vec<f64>,
    pub(super) height: Vec<f64>,
    /// Route of each edge from the top to the bottom, or along its bridge, from the level's top left corner.
    pub(super) lines: BTreeMap<usize, Vec<(f64, f64)>>,
}

impl Level {
    pub(super) fn add(&mut self, kind: Kind, row: usize, w: f64, h: f64) -> usize {
        let item = self.items.len();
        let place = self.rows[row].len();
        self.items.push(Item { kind, row, place, w, h, x: 0.0, up: Vec::new(), down: Vec::new() });
        self.rows[row].push(item);
        item
    }

    /// Adds an edge from one item and row to another, or to the border where one is missing; the bends of a bundle are
    /// shared in `trunks`.
    pub(super) fn add_chain(
        &mut self,
        edge: usize,
        upper: Option<(usize, usize)>,
        lower: Option<(usize, usize)>,
        label: Option<(usize, Size)>,
        bundle: Option<usize>,
        trunks: &mut BTreeMap<(usize, usize), usize>,
    ) {
        let end = self.rows.len() - 1;
        let (mut above, first) = upper.unwrap_or_else(|| (self.add(Kind::Port(edge), 0, 0.0, 0.0), 0));
        let last = lower.map_or(end, |(_, row)| row);
        let mut segments = Vec::new();
        for row in first + 1..=last {
            let item = match (lower, label) {
                (Some((item, _)), _) if row == last => item,
                (None, _) if row == last => self.add(Kind::Port(edge), row, 0.0, 0.0),
                (_, Some((at, size))) if at == row => self.add(Kind::Label(edge), row, size.w, size.h),
                _ => match bundle {
                    Some(b) => *trunks.entry((b, row)).or_insert_with(|| self.add(Kind::Bend, row, 0.0, 0.0)),
                    None => self.add(Kind::Bend, row, 0.0, 0.0),
                },
            };
            let segment = self.join(edge, above, item, bundle);
            segments.push(segment);
            if self.items[item].kind == Kind::Label(edge) {
                self.label_of.insert(edge, item);
            }
            above = item;
        }
        self.chains.push(Chain { edge, segments, hanging: false });
    }

    /// Hangs an edge with a label between two boxes of a row.
    pub(super) fn add_hanging(&mut self, edge: usize, ends: [usize; 2], row: usize, size: Size) {
        let label = self.add(Kind::Label(edge), row, size.w + 2.0 * space::SLING, size.h);
        self.label_of.insert(edge, label);
        let segments = ends.map(|end| self.join(edge, end, label, None));
        self.chains.push(Chain { edge, segments: segments.to_vec(), hanging: true });
    }

    fn join(&mut self, edge: usize, top: usize, bottom: usize, bundle: Option<usize>) -> usize {
        let segment = self.segments.len();
        self.segments.push(Segment {
            edge,
            top,
            bottom,
            bundle,
            top_x: 0.0,
            bottom_x: 0.0,
            y: 0.0,
            split: None,
        });
        self.items[top].down.push(segment);
        self.items[bottom].up.push(segment);
        segment
    }

    pub(super) fn is_box(&self, item: usize) -> bool {
        matches!(self.items[item].kind, Kind::Child(_))
    }

    /// Writes the rows' order into the items.
    pub(super) fn settle(&mut self, row: usize) {
        for (place, &item) in self.rows[row].iter().enumerate() {
            self.items[item].place = place;
        }
    }

    /// How far right of their items the ends of edges are: of each segment's top and bottom, then of each bridge's.
    pub(super) fn end_offsets(&self) -> Vec<[f64; 2]> {
        let x = |item: usize| self.items[item].x;
        let segments = self.segments.iter().map(|s| [s.top_x - x(s.top), s.bottom_x - x(s.bottom)]);
        let bridges = self.bridges.iter().map(|b| [b.from_x - x(b.from), b.to_x - x(b.to)]);
        segments.chain(bridges).collect()
    }

    /// Sets the ends of edges from their items and such offsets.
    pub(super) fn set_ends(&mut self, offsets: &[[f64; 2]]) {
        let Self { items, segments, bridges, .. } = self;
        let (first, second) = offsets.split_at(segments.len());
        for (s, offset) in segments.iter_mut().zip(first) {
            (s.top_x, s.bottom_x) = (items[s.top].x + offset[0], items[s.bottom].x + offset[1]);
        }
        for (b, offset) in bridges.iter_mut().zip(second) {
            (b.from_x, b.to_x) = (items[b.from].x + offset[0], items[b.to].x + offset[1]);
        }
    }

    /// Turns ends that are told from their items' left into ends told from the level's.
    pub(super) fn ends_to_level(&mut self) {
        let Self { items, segments, bridges, .. } = self;
        for s in segments {
            s.top_x += items[s.top].x;
            s.bottom_x += items[s.bottom].x;
        }
        for b in bridges {
            b.from_x += items[b.from].x;
            b.to_x += items[b.to].x;
        }
    }

    pub(super) fn set_rows(&mut self, rows: Vec<Vec<usize>>) {
        self.rows = rows;
        for row in 0..self.rows.len() {
            self.settle(row);
        }
    }

    /// Distance that two neighbours of a row keep.
    pub(super) fn gap(&self, left: usize, right: usize) -> f64 {
        let half = |item: usize| match self.items[item].kind {
            Kind::Child(_) => (space::BOX * self.beside.max(1.0) / 2.0).round(),
            Kind::Title => 2.0,
            Kind::Bend | Kind::Label(_) | Kind::Port(_) => space::LINE / 2.0,
        };
        half(left) + half(right)
    }
}
