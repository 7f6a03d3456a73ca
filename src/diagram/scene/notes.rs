//! The list below a picture: what its numbers and letters stand for, in words.

use super::sign::{PILL, pill, pill_width};
use super::{MARGIN, Mark, Paint, Point, Prim, Scene};
use crate::diagram::card::EDGE;
use crate::diagram::sign::Note;
use crate::diagram::text::{Font, clean, width, wrap};

const HEAD: Font = Font { size: 11.0, bold: true };
const LINE: f64 = 15.0;
const GAP: f64 = 7.0;
/// Lists are at least and at most so wide, whatever the picture is.
const WIDTHS: (f64, f64) = (520.0, 900.0);
const MOST_LINES: usize = 5;

/// Adds the list below all else.
pub(super) fn add(notes: &[Note], scene: &mut Scene) {
    if notes.is_empty() {
        return;
    }
    let mut mark = Mark::default();
    let right = (scene.width - MARGIN).clamp(WIDTHS.0 - MARGIN, WIDTHS.1);
    let indent = notes.iter().map(|note| pill_width(&note.tag)).fold(0.0, f64::max) + 8.0;
    let mut y = scene.height + 10.0;
    for note in notes {
        mark.prims.extend(pill(&note.tag, Point { x: MARGIN, y: y - PILL + 4.0 }));
        let head = wrap(&clean(&note.head, 80), HEAD, 200.0, 1).lines.pop().unwrap_or_default();
        let x = MARGIN + indent;
        let text = |x: f64, y: f64, text: String, font, paint| Prim::Text {
            at: Point { x: x.round(), y },
            text,
            font,
            centred: false,
            paint,
            halo: Paint::None,
        };
        let beside = if head.is_empty() { 0.0 } else { (width(&head, HEAD) + 8.0).round() };
        if !head.is_empty() {
            mark.prims.push(text(x, y, head, HEAD, Paint::Ink));
        }
        let said = clean(&note.text, 1000).replace('`', "");
        for line in words(&said, right - x - beside) {
            mark.prims.push(text(x + beside, y, line, EDGE, Paint::Ink));
            y += LINE;
        }
        y += GAP;
    }
    scene.width = scene.width.max(right + MARGIN).ceil();
    scene.height = y + 6.0;
    scene.marks.push(mark);
}

/// Cut at blanks alone where that is possible: a figure or a path should stay whole.
fn words(text: &str, room: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let (count, Some(line)) = (lines.len(), lines.last_mut()) else { break };
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if width(&longer, EDGE) <= room {
            *line = longer;
        } else if count == MOST_LINES {
            line.push_str(" …");
            break;
        } else if width(word, EDGE) <= room {
            lines.push(word.to_owned());
        } else {
            lines.extend(wrap(word, EDGE, room, MOST_LINES - count).lines);
        }
    }
    lines
}
