//! What is written in a node, a group's title and an edge's label, and how much room that takes. It is the one answer
//! that the layout and the scene share; it knows neither places nor colours.

use super::drawing::{Edge, Group, Node};
use super::shape::{Outline, outline};
use super::text::{Font, Lines, clean, width, wrap, wrap_whole};

/// Of a node's label.
pub const LABEL: Font = Font { size: 13.0, bold: true };
/// Of the line below it.
pub const TECH: Font = Font { size: 11.0, bold: false };
/// Of the replica badge.
pub const BADGE: Font = Font { size: 10.0, bold: true };
/// Of a group's title.
pub const TITLE: Font = Font { size: 12.0, bold: true };
/// Of the kind behind a group's title.
pub const TITLE_KIND: Font = Font { size: 10.5, bold: false };
/// Of an edge's label and of the legend.
pub const EDGE: Font = Font { size: 11.0, bold: false };

/// Height of a label's line.
pub const LABEL_LINE: f64 = 16.0;
/// Height of an edge label's line.
pub const EDGE_LINE: f64 = 14.0;
/// Side of an icon.
pub const ICON: f64 = 20.0;

const LINE_WIDTH: f64 = 150.0;
const BADGE_WIDTH: f64 = 110.0;
/// With one long word.
const LONG_WIDTH: f64 = 210.0;
const EDGE_WIDTH: f64 = 120.0;
/// With one long word.
const LONG_EDGE: f64 = 170.0;
const TITLE_WIDTH: f64 = 260.0;
const MAX_LINES: usize = 3;
/// Characters of a text that are looked at: no label may cost more.
const MAX_TEXT: usize = 400;

/// The content of a node.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// The label.
    pub label: Lines,
    /// The technology, one line.
    pub tech: Option<String>,
    /// The replica badge.
    pub badge: Option<String>,
    /// Width of the badge's pill.
    pub badge_width: f64,
    /// The border it is drawn with.
    pub outline: Outline,
    /// Width of the whole.
    pub width: f64,
    /// Height of the whole.
    pub height: f64,
}

/// The content of a node, measured.
#[must_use]
pub fn card(node: &Node) -> Card {
    let outline = outline(&node.kind);
    let text = clean(&node.label, MAX_TEXT);
    let text = if text.is_empty() { clean(&node.id, MAX_TEXT) } else { text };
    let label = wrap_whole(&text, LABEL, LINE_WIDTH, LONG_WIDTH, MAX_LINES);
    let one_line = |text: &Option<String>, font, room| {
        let text = clean(text.as_deref().unwrap_or_default(), MAX_TEXT);
        wrap(&text, font, room, 1).lines.pop()
    };
    let badge = one_line(&node.badge, BADGE, BADGE_WIDTH);
    let badge_width = badge.as_ref().map_or(0.0, |b| width(b, BADGE) + 10.0);
    let gap = if badge.is_some() { badge_width + 8.0 } else { 0.0 };
    let tech = one_line(&node.tech, TECH, LINE_WIDTH - if badge.is_some() { 20.0 } else { 0.0 });
    let second = tech.as_ref().map_or(0.0, |t| width(t, TECH)) + gap;
    let inset = outline.inset();
    let content = label.width.max(second);
    #[expect(clippy::cast_precision_loss, reason = "at most three lines")]
    let lines = label.lines.len().max(1) as f64;
    let two = tech.is_some() || badge.is_some();
    let text_height = lines * LABEL_LINE + if two { 17.0 } else { 0.0 };
    Card {
        // Steps of ten keep neighbours alike and the picture still when a letter changes.
        width: ((content + ICON + 32.0 + inset.left + inset.right) / 10.0).ceil().max(11.0) * 10.0,
        height: (text_height + 18.0).max(44.0) + inset.top + inset.bottom,
        label,
        tech,
        badge,
        badge_width,
        outline,
    }
}

/// A group's title: its label, and its kind where the label does not say it.
#[must_use]
pub fn group_title(group: &Group) -> (String, String, f64) {
    let text = clean(&group.label, MAX_TEXT);
    let text = if text.is_empty() { clean(&group.id, MAX_TEXT) } else { text };
    let label = wrap(&text, TITLE, TITLE_WIDTH, 1).lines.pop().unwrap_or_default();
    let kind = clean(&group.kind, 40).replace('_', " ");
    let told = kind == "group" || label.to_lowercase().contains(&kind.to_lowercase());
    let kind = if told { String::new() } else { kind };
    let gap = if kind.is_empty() { 0.0 } else { 6.0 + width(&kind, TITLE_KIND) };
    let total = width(&label, TITLE) + gap;
    (label, kind, total)
}

/// An edge's label, with its width and height; none where it has none.
#[must_use]
pub fn edge_label(edge: &Edge) -> Option<(Lines, f64, f64)> {
    let lines = wrap_whole(&clean(&edge.label, MAX_TEXT), EDGE, EDGE_WIDTH, LONG_EDGE, MAX_LINES);
    #[expect(clippy::cast_precision_loss, reason = "at most three lines")]
    let height = lines.lines.len() as f64 * EDGE_LINE;
    let width = lines.width.ceil() + 6.0;
    (!lines.lines.is_empty()).then_some((lines, width, height))
}
