//! The rows of a level get their heights, and the rooms between them their tracks; then every edge has its line through the
//! level. It knows nothing outside of the level.
//!
//! Invariant: lines run in right angles; between rows they keep to the room there, in rows to the column of a bend, a
//! label or a port of their own. So no line meets a box that it does not end at.

use std::collections::BTreeMap;

use super::coords::Frame;
use super::level::{Kind, Level};
use super::space;
use super::tracks::{self, Stretch, Track};
use super::tree::Tree;

/// Room between a row and its first track, and between the last track and the next row.
const ABOVE: f64 = 14.0;
const BELOW: f64 = 20.0;
/// So many tracks of a channel keep their full distance.
const CROWD: usize = 20;

/// What a stretch belongs to: segments, several where they are one trunk, or a bridge.
#[derive(Debug, Clone)]
enum Of {
    Segments(Vec<usize>),
    Bridge(usize),
}

#[derive(Debug, Clone, Default)]
struct Channel {
    stretches: Vec<Stretch>,
    of: Vec<Of>,
    /// Where edges run straight from row to row.
    straight: Vec<f64>,
}

/// Sets the height of every row and track, and the lines; notes the level's height.
pub(super) fn place(tree: &mut Tree, level: &mut Level, g: usize) {
    let frame = Frame::new(tree, g);
    if level.items.is_empty() {
        tree.size[g].h = frame.least_height;
        return;
    }
    for item in &mut level.items {
        if let Kind::Child(c) = item.kind {
            item.h = tree.size[c].h;
        }
    }
    let height = heights(tree, level, g, frame);
    for i in 0..level.chains.len() {
        let line = chain_line(level, tree, i);
        let edge = level.chains[i].edge;
        level.lines.insert(edge, line);
    }
    let bottom = |item: usize| item_top(level, tree, item) + level.items[item].h;
    let mut lines = Vec::new();
    for b in &level.bridges {
        let (from, to) = (bottom(b.from), bottom(b.to));
        lines.push((b.edge, vec![(b.from_x, from), (b.from_x, b.y), (b.to_x, b.y), (b.to_x, to)]));
    }
    // What ends at the border from the outside is a point in here.
    for item in level.items.iter().filter(|i| i.up.is_empty() && i.down.is_empty()) {
        if let Kind::Port(e) = item.kind {
            lines.push((e, vec![(item.x, if item.row == 0 { 0.0 } else { height.max(frame.least_height) })]));
        }
    }
    level.lines.extend(lines);
    // A level that is higher than what it holds has its lower ports at its border.
    let extra = (frame.least_height - height).max(0.0).ceil();
    if extra > 0.0 && level.port_rows[1] {
        for (_, line) in level.lines.iter_mut() {
            for point in line.iter_mut().filter(|p| p.1 >= height) {
                point.1 = height + extra;
            }
        }
    }
    tree.size[g].h = (height + extra).ceil();
}

/// The stretches of each channel, by the row above it.
fn channels(level: &Level) -> Vec<Channel> {
    let mut out: Vec<Channel> = vec![Channel::default(); level.rows.len()];
    let mut trunks: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (i, s) in level.segments.iter().enumerate() {
        let row = level.items[s.top].row;
        let channel = &mut out[row];
        if (s.top_x - s.bottom_x).abs() <= 0.5 {
            channel.straight.push(s.top_x);
            continue;
        }
        let new = channel.stretches.len();
        let at = s.bundle.map_or(new, |b| *trunks.entry((b, row)).or_insert(new));
        if at == new {
            channel.stretches.push(Stretch::default());
            channel.of.push(Of::Segments(Vec::new()));
        }
        channel.stretches[at].ups.push(s.top_x);
        channel.stretches[at].downs.push(s.bottom_x);
        if let Of::Segments(segments) = &mut channel.of[at] {
            segments.push(i);
        }
    }
    for (i, b) in level.bridges.iter().enumerate() {
        let channel = &mut out[level.items[b.from].row];
        channel.stretches.push(Stretch { ups: vec![b.from_x, b.to_x], downs: Vec::new() });
        channel.of.push(Of::Bridge(i));
    }
    for stretch in out.iter_mut().flat_map(|c| &mut c.stretches) {
        for ends in [&mut stretch.ups, &mut stretch.downs] {
            ends.sort_by(f64::total_cmp);
            ends.dedup();
        }
    }
    out
}

/// Sets the rows and tracks from the top on; returns the height of all.
fn heights(tree: &Tree, level: &mut Level, g: usize, frame: Frame) -> f64 {
    let rows = level.rows.len();
    let tall = |&i: &usize| match level.items[i].kind {
        Kind::Child(c) => level.items[i].h.max(tree.loop_height(c)),
        _ => level.items[i].h,
    };
    level.height = level.rows.iter().map(|r| r.iter().map(tall).fold(0.0, f64::max).ceil()).collect();
    let ports = level.port_rows;
    let border = |row: usize| (row == 0 && ports[0], row + 1 == rows && ports[1]);
    let reach = level.items.iter().map(|i| i.x + i.w).fold(0.0, f64::max);
    let mut y = if ports[0] { 0.0 } else { frame.top };
    level.top = Vec::with_capacity(rows);
    for (row, channel) in channels(level).iter().enumerate() {
        level.top.push(y);
        y += level.height[row];
        let tracks = tracks::assign(&channel.stretches, &channel.straight, (frame.left.min(reach), reach));
        let last = row + 1 == rows;
        let room = if border(row).0 {
            (frame.top - space::PAD + 8.0, 16.0, if last { frame.top + frame.bottom } else { frame.top })
        } else if !last && border(row + 1).1 {
            (12.0, frame.bottom - space::PAD + 8.0, frame.bottom)
        } else if last {
            (ABOVE, if g == tree.root { 0.0 } else { 6.0 }, if ports[1] { 0.0 } else { frame.bottom })
        } else if label_row(level, row) || label_row(level, row + 1) {
            (10.0, 14.0, (space::LABEL_ROW * tree.below).round())
        } else {
            (ABOVE, BELOW, (space::ROW * tree.below).round())
        };
        y += open(level, channel, &tracks, y, room);
    }
    y
}

fn label_row(level: &Level, row: usize) -> bool {
    !level.rows[row].iter().any(|&i| level.is_box(i))
}

/// Sets the heights of a channel's stretches from its top on; returns its height.
#[expect(clippy::cast_precision_loss, reason = "a count of edges")]
fn open(level: &mut Level, channel: &Channel, tracks: &[Track], y: f64, room: (f64, f64, f64)) -> f64 {
    let (above, below, least) = room;
    let count = tracks.iter().map(|t| t.at.max(t.split.map_or(0, |s| s.1)) + 1).max().unwrap_or(0);
    if count == 0 {
        return least;
    }
    // The tracks of a hub with hundreds of edges move together.
    let apart = if count > CROWD {
        (space::TRACK * CROWD as f64 / count as f64).max(3.0).round()
    } else {
        space::TRACK
    };
    let used = above + below + apart * (count - 1) as f64;
    let slack = ((least - used) / 2.0).max(0.0).round();
    let height = |track: usize| y + slack + above + apart * track as f64;
    for (of, track) in channel.of.iter().zip(tracks) {
        match of {
            Of::Segments(list) => {
                for &i in list {
                    level.segments[i].y = height(track.at);
                    level.segments[i].split = track.split.map(|(column, lower)| (column, height(lower)));
                }
            }
            Of::Bridge(i) => level.bridges[*i].y = height(track.at),
        }
    }
    used.max(least)
}

/// Top of an item: boxes of a row stand on its middle, groups at its top.
pub(super) fn item_top(level: &Level, tree: &Tree, item: usize) -> f64 {
    let it = &level.items[item];
    match it.kind {
        Kind::Child(c) if tree.is_group(c) => level.top[it.row],
        _ => level.top[it.row] + ((level.height[it.row] - it.h) / 2.0).round(),
    }
}

fn chain_line(level: &Level, tree: &Tree, chain: usize) -> Vec<(f64, f64)> {
    let chain = &level.chains[chain];
    if chain.hanging {
        return hanging_line(level, tree, &chain.segments);
    }
    chain.segments.iter().flat_map(|&s| segment_line(level, tree, s)).collect()
}

fn segment_line(level: &Level, tree: &Tree, s: usize) -> Vec<(f64, f64)> {
    let s = &level.segments[s];
    let mut points = vec![(s.top_x, item_top(level, tree, s.top) + level.items[s.top].h)];
    if (s.top_x - s.bottom_x).abs() > 0.5 {
        points.push((s.top_x, s.y));
        if let Some((column, lower)) = s.split {
            points.extend([(column, s.y), (column, lower), (s.bottom_x, lower)]);
        } else {
            points.push((s.bottom_x, s.y));
        }
    }
    points.push((s.bottom_x, item_top(level, tree, s.bottom)));
    points
}

/// Down to one side of the label, through its middle, and up from the other.
fn hanging_line(level: &Level, tree: &Tree, segments: &[usize]) -> Vec<(f64, f64)> {
    let mut out = Vec::new();
    for (k, &s) in segments.iter().enumerate() {
        let mut points = segment_line(level, tree, s);
        let label = level.segments[s].bottom;
        let middle = item_top(level, tree, label) + (level.items[label].h / 2.0).round();
        if let Some(end) = points.last_mut() {
            end.1 = middle;
        }
        if k > 0 {
            points.reverse();
        }
        out.extend(points);
    }
    out
}
