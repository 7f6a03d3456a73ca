//! A node: its outline, icon, label, technology and badge.

use super::{Dash, Element, MAX_TEXT, Mark, Paint, Point, Prim, Rect, Step, Style, tooltip};
use crate::diagram::card::{self, BADGE, Card, ICON, LABEL, LABEL_LINE, TECH};
use crate::diagram::drawing::Node;
use crate::diagram::shape::{self, BAR, DEPTH, Outline};
use crate::diagram::text::{clean, width};

const RADIUS: f64 = 8.0;
/// A quarter of a circle as a cubic curve.
pub(super) const ARC: f64 = 0.5523;

pub(in crate::diagram) fn mark(node: &Node, rect: Rect) -> Mark {
    let card = card::card(node);
    let mut prims = outline(card.outline, rect, Paint::Accent(node.class));
    content(node, &card, rect, &mut prims);
    let more = [node.tech.as_deref().unwrap_or_default(), node.badge.as_deref().unwrap_or_default()];
    Mark {
        element: Some(Element::Node { id: node.id.clone(), kind: node.kind.clone() }),
        tooltip: Some(tooltip(&clean(&node.label, MAX_TEXT), &node.kind, &more, &node.description)),
        prims,
    }
}

fn content(node: &Node, card: &Card, rect: Rect, prims: &mut Vec<Prim>) {
    let inset = card.outline.inset();
    let top = rect.y + inset.top;
    let inner = rect.h - inset.top - inset.bottom;
    let left = rect.x + inset.left + 10.0;
    let accent = Paint::Accent(node.class);
    let icon = shape::icon(&node.kind, node.icon.as_deref());
    let at = Point { x: left, y: top + (inner - ICON) / 2.0 };
    prims.push(Prim::Icon { icon, at, scale: 1.0, paint: accent, width: 1.4 });

    let x = left + ICON + 8.0;
    let second = card.tech.is_some() || card.badge.is_some();
    #[expect(clippy::cast_precision_loss, reason = "at most three lines")]
    let height = card.label.lines.len() as f64 * LABEL_LINE + if second { 17.0 } else { 0.0 };
    let mut y = top + (inner - height) / 2.0;
    let text = |at, text: &str, font, paint, centred| Prim::Text {
        at,
        text: text.to_owned(),
        font,
        centred,
        paint,
        halo: Paint::None,
    };
    for line in &card.label.lines {
        prims.push(text(Point { x, y: y + 12.0 }, line, LABEL, Paint::Ink, false));
        y += LABEL_LINE;
    }
    let mut after = x;
    if let Some(tech) = &card.tech {
        prims.push(text(Point { x, y: y + 12.0 }, tech, TECH, Paint::Muted, false));
        after += width(tech, TECH) + 8.0;
    }
    if let Some(badge) = &card.badge {
        let pill = Rect { x: after, y: y + 1.5, w: card.badge_width, h: 15.0 };
        let style = Style { stroke: Paint::Hem, width: 0.8, ..Style::filled(Paint::Soft(node.class)) };
        prims.push(Prim::Rect { rect: pill, radius: 7.5, style });
        prims.push(text(
            Point { x: after + card.badge_width / 2.0, y: y + 12.5 },
            badge,
            BADGE,
            accent,
            true,
        ));
    }
}

fn p(x: f64, y: f64) -> Point {
    Point { x, y }
}

/// The border and its inner lines. Those of one path run the same way round, or they would cut holes into each other's fill.
fn outline(outline: Outline, rect: Rect, accent: Paint) -> Vec<Prim> {
    let style = Style { fill: Paint::Surface, stroke: accent, width: 1.2, dash: Dash::Solid };
    let rounded = |radius, style| vec![Prim::Rect { rect, radius, style }];
    let inner = |steps| Prim::Path { steps, style: Style::line(accent, 1.2) };
    let whole = |steps| vec![Prim::Path { steps, style }];
    let Rect { x, y, w, h } = rect;
    match outline {
        Outline::Card => rounded(RADIUS, style),
        Outline::Outside => rounded(RADIUS, Style { dash: Dash::Dashed, ..style }),
        Outline::Round => rounded(h / 2.0, style),
        Outline::Window => {
            let mut prims = rounded(RADIUS, style);
            let dot = |i: f64| Step::Circle(p(x + 9.0 + 6.0 * i, y + BAR / 2.0 + 0.5), 1.3);
            let line = [Step::Move(p(x, y + BAR)), Step::Line(p(x + w, y + BAR))];
            prims.push(inner([dot(0.0), dot(1.0), dot(2.0)].into_iter().chain(line).collect()));
            prims
        }
        Outline::Hexagon => whole(polygon(&[
            p(x + DEPTH, y),
            p(x + w - DEPTH, y),
            p(x + w, y + h / 2.0),
            p(x + w - DEPTH, y + h),
            p(x + DEPTH, y + h),
            p(x, y + h / 2.0),
        ])),
        Outline::Bucket => {
            let d = DEPTH;
            whole(polygon(&[p(x, y), p(x + w, y), p(x + w - d, y + h), p(x + d, y + h)]))
        }
        Outline::Folded => {
            let fold = 11.0;
            let mut steps =
                polygon(&[p(x, y), p(x + w - fold, y), p(x + w, y + fold), p(x + w, y + h), p(x, y + h)]);
            steps.extend(line(&[p(x + w, y + fold), p(x + w - fold, y + fold), p(x + w - fold, y)]));
            whole(steps)
        }
        Outline::Cylinder => {
            let mut steps = drum(rect, false);
            steps.extend(half_ellipse(p(x + w, y + DEPTH), p(x, y + DEPTH), p(0.0, DEPTH)));
            whole(steps)
        }
        Outline::Pipe => {
            let mut steps = drum(rect, true);
            steps.extend(half_ellipse(p(x + w - DEPTH, y + h), p(x + w - DEPTH, y), p(-DEPTH, 0.0)));
            whole(steps)
        }
    }
}

fn line(points: &[Point]) -> Vec<Step> {
    points.iter().enumerate().map(|(i, &p)| if i == 0 { Step::Move(p) } else { Step::Line(p) }).collect()
}

fn polygon(points: &[Point]) -> Vec<Step> {
    let mut steps = line(points);
    steps.push(Step::Close);
    steps
}

/// From `a` to `b`, bulging by `bulge`.
fn half_ellipse(a: Point, b: Point, bulge: Point) -> Vec<Step> {
    let middle = p((a.x + b.x) / 2.0 + bulge.x, (a.y + b.y) / 2.0 + bulge.y);
    let half = p((b.x - a.x) / 2.0 * ARC, (b.y - a.y) / 2.0 * ARC);
    let out = p(bulge.x * ARC, bulge.y * ARC);
    let first = Step::Curve(p(a.x + out.x, a.y + out.y), p(middle.x - half.x, middle.y - half.y), middle);
    let second = Step::Curve(p(middle.x + half.x, middle.y + half.y), p(b.x + out.x, b.y + out.y), b);
    vec![Step::Move(a), first, second]
}

/// A cylinder, upright or on its side.
fn drum(rect: Rect, lying: bool) -> Vec<Step> {
    let Rect { x, y, w, h } = rect;
    let d = DEPTH;
    let ((a, b), (c, e), out) = if lying {
        ((p(x + d, y + h), p(x + d, y)), (p(x + w - d, y), p(x + w - d, y + h)), p(-d, 0.0))
    } else {
        ((p(x, y + d), p(x + w, y + d)), (p(x + w, y + h - d), p(x, y + h - d)), p(0.0, -d))
    };
    let mut steps = half_ellipse(a, b, out);
    steps.push(Step::Line(c));
    steps.extend(half_ellipse(c, e, p(-out.x, -out.y)).into_iter().skip(1));
    steps.push(Step::Close);
    steps
}
