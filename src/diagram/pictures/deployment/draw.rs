//! Draws places side by side, zones as columns in their region, and the links below them, each on a track of its own.

use super::{Deployment, Link, Region, Spot};
use crate::diagram::card;
use crate::diagram::drawing::Node;
use crate::diagram::layout::Rect;
use crate::diagram::palette::Paint;
use crate::diagram::pictures::pen::{self, MARGIN, SMALL, STRONG, TEXT, left, middle, rect};
use crate::diagram::scene::{BoxInfo, Dash, Element, Mark, Scene, Style, node_mark};
use crate::diagram::text::{clean, width};

/// Cards above one another at most.
const COLUMN: usize = 8;
/// Between two cards, and around them in a box.
const GAP: f64 = 10.0;
/// Height of a box's title.
const TITLE: f64 = 26.0;
/// Between two regions.
const APART: f64 = 28.0;
/// Height of a link's track.
const TRACK: f64 = 26.0;
/// Cards of one place that are drawn; the rest is counted.
const MOST: usize = 80;
/// What stands in a region and no zone may be so wide, whatever its zones are.
const STRIP: f64 = 260.0;
/// What stands nowhere goes over at least this width.
const LEAST: f64 = 640.0;

pub(in crate::diagram::pictures) fn draw(deployment: &Deployment) -> Scene {
    let regions = deployment.regions.len();
    let says = match regions {
        0 => "no region and no zone is given".to_owned(),
        1 => "1 region".to_owned(),
        many => format!("{many} regions"),
    };
    let (mut scene, top) = pen::headed(&deployment.title, &[says]);
    let plans: Vec<Plan> = deployment.regions.iter().map(plan).collect();
    #[expect(clippy::cast_precision_loss, reason = "a few regions")]
    let wide = plans.iter().map(|it| it.width).sum::<f64>() + APART * plans.len().saturating_sub(1) as f64;
    let mut y = top + 6.0;
    if !deployment.elsewhere.is_empty() {
        y = elsewhere(&deployment.elsewhere, y, wide.max(LEAST), &mut scene) + APART;
    }
    let height = plans.iter().map(|it| it.height).fold(0.0, f64::max);
    let mut x = MARGIN;
    let mut places = Vec::new();
    for (region, plan) in deployment.regions.iter().zip(&plans) {
        places.push(region_marks(region, plan, Rect { x, y, w: plan.width, h: height }, &mut scene));
        x += plan.width + APART;
    }
    pen::grow(&mut scene, (x - APART).max(MARGIN + 200.0));
    y += height;
    if !deployment.links.is_empty() {
        y = links(&deployment.links, &places, y, &mut scene);
    }
    let mut others = Mark::default();
    for says in deployment.others.iter().take(40) {
        y += 18.0;
        let says = pen::one_line(says, TEXT, 600.0);
        pen::grow(&mut scene, MARGIN + width(&says, TEXT));
        others.prims.push(left(MARGIN, y, says, TEXT, Paint::Muted));
    }
    scene.marks.push(others);
    scene.height = (y + MARGIN).ceil();
    scene
}

/// How large a region and its zones are.
struct Plan {
    width: f64,
    height: f64,
    /// For the cards that stand in no zone.
    room: f64,
    items: (f64, f64),
    zones: Vec<(f64, f64)>,
}

fn plan(region: &Region) -> Plan {
    let title = |text: &str| width(&pen::one_line(text, STRONG, 240.0), STRONG) + 70.0;
    let zones: Vec<(f64, f64)> = region
        .zones
        .iter()
        .map(|zone| {
            let (w, h) = block(&zone.items);
            (w.max(title(&zone.label)).max(120.0) + 2.0 * GAP, h.max(30.0) + TITLE + GAP)
        })
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "a few zones")]
    let across = zones.iter().map(|zone| zone.0).sum::<f64>() + GAP * zones.len().saturating_sub(1) as f64;
    let room = across.max(STRIP);
    let items = rows(&region.items, room).1;
    let down = zones.iter().map(|zone| zone.1).fold(0.0, f64::max);
    let strip = if items.1 > 0.0 { items.1 + GAP } else { 0.0 };
    let width = items.0.max(across).max(title(&region.label)) + 2.0 * GAP;
    Plan { width, height: TITLE + strip + down + GAP, room, items, zones }
}

/// Cards of a place, at most so many.
fn shown(items: &[Node]) -> &[Node] {
    items.get(..items.len().min(MOST)).unwrap_or(items)
}

/// Cards above one another, in columns that are as long as one another.
fn column(items: &[Node]) -> usize {
    let count = shown(items).len();
    count.div_ceil(count.div_ceil(COLUMN).max(1)).max(1)
}

/// Size of cards in columns.
fn block(items: &[Node]) -> (f64, f64) {
    let mut size: (f64, f64) = (0.0, 0.0);
    for column in shown(items).chunks(column(items)) {
        let cards: Vec<_> = column.iter().map(card::card).collect();
        let wide = cards.iter().map(|card| card.width).fold(0.0, f64::max);
        let high: f64 = cards.iter().map(|card| card.height + GAP).sum();
        size = (size.0 + wide + if size.0 > 0.0 { GAP } else { 0.0 }, size.1.max(high - GAP));
    }
    if items.len() > MOST {
        size.1 += 20.0;
    }
    size
}

/// Draws cards in columns from the top left.
fn cards(items: &[Node], (x, y): (f64, f64), parent: &str, scene: &mut Scene) {
    let mut left_end = x;
    for column in shown(items).chunks(column(items)) {
        let mut at = y;
        let wide = column.iter().map(|node| card::card(node).width).fold(0.0, f64::max);
        for node in column {
            let h = card::card(node).height;
            put(node, Rect { x: left_end, y: at, w: wide, h }, Some(parent), scene);
            at += h + GAP;
        }
        left_end += wide + GAP;
    }
    more(items, (x, y + block(items).1), scene);
}

fn put(node: &Node, place: Rect, parent: Option<&str>, scene: &mut Scene) {
    let label = clean(&node.label, pen::MAX_TEXT);
    let parent = parent.map(str::to_owned);
    scene.nodes.push(BoxInfo { id: node.id.clone(), kind: node.kind.clone(), label, rect: place, parent });
    scene.marks.push(node_mark(node, place));
}

/// What stands in no place, in rows; gives where they end.
fn elsewhere(items: &[Node], top: f64, room: f64, scene: &mut Scene) -> f64 {
    let prims = vec![left(MARGIN, top + 11.0, "placed nowhere", STRONG, Paint::Muted)];
    scene.marks.push(Mark { prims, ..Mark::default() });
    let y = top + 20.0;
    let (cards, size) = rows(items, room);
    for (node, card) in shown(items).iter().zip(cards) {
        put(node, Rect { x: MARGIN + card.x, y: y + card.y, ..card }, None, scene);
    }
    pen::grow(scene, MARGIN + size.0);
    more(items, (MARGIN, y + size.1), scene);
    y + size.1
}

/// Cards in rows of that room, and the size of all; the last line is for those that are left out.
fn rows(items: &[Node], room: f64) -> (Vec<Rect>, (f64, f64)) {
    let (mut x, mut y, mut high, mut wide) = (0.0, 0.0, 0.0_f64, 0.0_f64);
    let mut places = Vec::new();
    for card in shown(items).iter().map(card::card) {
        if x > 0.0 && x + card.width > room {
            (x, y, high) = (0.0, y + high + GAP, 0.0);
        }
        places.push(Rect { x, y, w: card.width, h: card.height });
        wide = wide.max(x + card.width);
        x += card.width + GAP;
        high = high.max(card.height);
    }
    let more = if items.len() > MOST { 20.0 } else { 0.0 };
    (places, (wide, y + high + more))
}

/// Tells how many cards are left out, just above `bottom`.
fn more(items: &[Node], (x, bottom): (f64, f64), scene: &mut Scene) {
    if items.len() > MOST {
        let says = format!("… and {} more", items.len() - MOST);
        let prims = vec![left(x, bottom - 4.0, says, TEXT, Paint::Ink)];
        scene.marks.push(Mark { prims, ..Mark::default() });
    }
}

/// Draws a region; gives its box and those of its zones.
fn region_marks(region: &Region, plan: &Plan, place: Rect, scene: &mut Scene) -> (Rect, Vec<Rect>) {
    group((&region.path, &region.kind, &region.label), place, 0, None, scene);
    let mut y = place.y + TITLE;
    for (node, card) in shown(&region.items).iter().zip(rows(&region.items, plan.room).0) {
        put(node, Rect { x: place.x + GAP + card.x, y: y + card.y, ..card }, Some(&region.path), scene);
    }
    more(&region.items, (place.x + GAP, y + plan.items.1), scene);
    if plan.items.1 > 0.0 {
        y += plan.items.1 + GAP;
    }
    let mut x = place.x + GAP;
    let mut boxes = Vec::new();
    for (zone, size) in region.zones.iter().zip(&plan.zones) {
        let place = Rect { x, y, w: size.0, h: place.y + place.h - GAP - y };
        group((&zone.path, "zone", &zone.label), place, 1, Some(&region.path), scene);
        cards(&zone.items, (x + GAP, y + TITLE), &zone.path, scene);
        boxes.push(place);
        x += size.0 + GAP;
    }
    (place, boxes)
}

fn group(
    (path, kind, label): (&str, &str, &str),
    place: Rect,
    depth: usize,
    parent: Option<&str>,
    scene: &mut Scene,
) {
    let dash = if kind == "zone" { Dash::Dashed } else { Dash::Solid };
    let style = Style { fill: Paint::Tint(depth), stroke: Paint::Line, width: 1.0, dash };
    let title = pen::one_line(label, STRONG, 240.0);
    let after = place.x + 10.0 + width(&title, STRONG) + 6.0;
    let prims = vec![
        rect(place.x, place.y, place.w, place.h, 8.0, style),
        left(place.x + 10.0, place.y + 17.0, title, STRONG, Paint::Ink),
        left(after, place.y + 17.0, kind, SMALL, Paint::Muted),
    ];
    let element = Element::Group { id: path.to_owned(), kind: kind.to_owned() };
    let label = clean(label, pen::MAX_TEXT);
    let tooltip = Some(format!("{label}, {kind}"));
    scene.marks.push(Mark { element: Some(element), tooltip, prims });
    scene.groups.push(BoxInfo {
        id: path.to_owned(),
        kind: kind.to_owned(),
        label,
        rect: place,
        parent: parent.map(str::to_owned),
    });
}

/// A link drawn: its two stems, from where they start, and its track.
struct Wire<'a> {
    link: &'a Link,
    from: (f64, f64),
    to: (f64, f64),
    y: f64,
}

/// Draws the links below everything; gives where they end.
fn links(links: &[Link], places: &[(Rect, Vec<Rect>)], top: f64, scene: &mut Scene) -> f64 {
    let ends: Vec<Spot> = links.iter().flat_map(|link| [link.from, link.to]).collect();
    // each end of a link has a place of its own along the box
    let at = |end: usize| -> Option<(f64, f64)> {
        let spot = *ends.get(end)?;
        let (region, zones) = places.get(spot.0)?;
        let place = spot.1.map_or(Some(region), |zone| zones.get(zone))?;
        let all = ends.iter().filter(|it| **it == spot).count();
        let before = ends.iter().take(end).filter(|it| **it == spot).count();
        #[expect(clippy::cast_precision_loss, reason = "as many as links")]
        let part = (before + 1) as f64 / (all + 1) as f64;
        Some((place.x + place.w * part, place.y + place.h))
    };
    let mut wires: Vec<Wire<'_>> = Vec::new();
    for (i, link) in links.iter().enumerate() {
        if let (Some(from), Some(to)) = (at(2 * i), at(2 * i + 1)) {
            wires.push(Wire { link, from, to, y: 0.0 });
        }
    }
    // the shortest nearest to the boxes: fewer crossings
    wires.sort_by(|a, b| (a.from.0 - a.to.0).abs().total_cmp(&(b.from.0 - b.to.0).abs()));
    let mut y = top;
    for wire in &mut wires {
        y += TRACK;
        wire.y = y;
    }
    let stems: Vec<f64> = wires.iter().flat_map(|wire| [wire.from.0, wire.to.0]).collect();
    for wire in &wires {
        let points = [wire.from, (wire.from.0, wire.y), (wire.to.0, wire.y), wire.to];
        let prims = vec![pen::path(&points, Style::line(Paint::Line, 1.2))];
        scene.marks.push(Mark { prims, ..Mark::default() });
    }
    // labels last, each on the page's colour, away from the stems of others
    for wire in &wires {
        let says = pen::one_line(&wire.link.says, TEXT, 260.0);
        let wide = width(&says, TEXT) + 12.0;
        let (low, high) = (wire.from.0.min(wire.to.0), wire.from.0.max(wire.to.0));
        let free = |x: &f64| !stems.iter().any(|stem| (stem - x).abs() < wide / 2.0 + 2.0);
        let tries = [0.5, 0.35, 0.65, 0.2, 0.8].map(|part| low + (high - low) * part);
        let x = tries.iter().copied().find(free).unwrap_or(f64::midpoint(low, high)).max(MARGIN + wide / 2.0);
        pen::grow(scene, x + wide / 2.0);
        let prims = vec![
            rect(x - wide / 2.0, wire.y - 9.0, wide, 18.0, 0.0, Style::filled(Paint::Canvas)),
            middle(x, wire.y + 4.0, says, TEXT, Paint::Ink),
        ];
        scene.marks.push(Mark { prims, ..Mark::default() });
    }
    y + 10.0
}
