//! A group: its box, tinted by depth, and the tab with its title.

use super::node::ARC;
use super::{Dash, Element, MAX_TEXT, Mark, Paint, Point, Prim, Rect, Step, Style, tooltip};
use crate::diagram::card::{self, TITLE, TITLE_KIND};
use crate::diagram::drawing::Group;
use crate::diagram::text::{clean, width};

/// Height of a group's title tab.
const TAB: f64 = 24.0;
const GROUP_RADIUS: f64 = 10.0;

pub(super) fn mark(group: &Group, rect: Rect, depth: usize) -> Mark {
    let (label, kind, total) = card::group_title(group);
    let dash = match group.kind.as_str() {
        "zone" => Dash::Dashed,
        "network" | "team" => Dash::Dotted,
        _ => Dash::Solid,
    };
    let style = Style { fill: Paint::Tint(depth), stroke: Paint::Border, width: 1.0, dash };
    let mut prims = vec![Prim::Rect { rect, radius: GROUP_RADIUS, style }];
    prims.push(Prim::Path { steps: tab(rect, total + 24.0), style: Style::filled(Paint::Tint(depth + 1)) });
    let (x, y) = (rect.x + 12.0, rect.y + 16.5);
    let text = |x, text, font, paint| Prim::Text {
        at: Point { x, y },
        text,
        font,
        centred: false,
        paint,
        halo: Paint::None,
    };
    let after = x + width(&label, TITLE) + 6.0;
    let tooltip = tooltip(&clean(&group.label, MAX_TEXT), &group.kind, &[], &group.description);
    prims.push(text(x, label, TITLE, Paint::Ink));
    if !kind.is_empty() {
        prims.push(text(after, kind, TITLE_KIND, Paint::Muted));
    }
    let element = Element::Group { id: group.id.clone(), kind: group.kind.clone() };
    Mark { element: Some(element), tooltip: Some(tooltip), prims }
}

/// The corner of a group that holds its title.
fn tab(rect: Rect, w: f64) -> Vec<Step> {
    let (x, y, r) = (rect.x + 0.5, rect.y + 0.5, GROUP_RADIUS - 0.5);
    let w = w.min(rect.w - 1.0);
    let p = |x, y| Point { x, y };
    let mut steps = vec![Step::Move(p(x, y + TAB)), Step::Line(p(x, y + r))];
    // the border's own curve, or the tab would cover a part of it
    let k = r * (1.0 - ARC);
    steps.push(Step::Curve(p(x, y + k), p(x + k, y), p(x + r, y)));
    if w >= rect.w - r {
        steps.push(Step::Line(p(x + w - r, y)));
        steps.push(Step::Curve(p(x + w - k, y), p(x + w, y + k), p(x + w, y + r)));
    } else {
        steps.push(Step::Line(p(x + w, y)));
    }
    steps.push(Step::Line(p(x + w, y + TAB - 6.0)));
    steps.push(Step::Bend(p(x + w, y + TAB), p(x + w - 6.0, y + TAB)));
    steps.push(Step::Close);
    steps
}
