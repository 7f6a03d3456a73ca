//! Text for a reader that takes a whole text from one font: pictographs apart from letters. It knows places and widths, no
//! colours.

use std::fmt::Write as _;

use super::{PICTURES, escape, number};
use crate::diagram::layout::Point;
use crate::diagram::text::{Font, width};

/// Escaped, pictographs apart, for with another font a sequence of them would fall apart. Each part stands at a place of its
/// own: what has none is shaped together with what stands beside it, in the font of both, which some readers do not survive.
/// Letters that run from right to left order a whole text, so there the parts stay together.
pub(super) fn parted(text: &str, at: Point, font: Font, centred: bool) -> String {
    let parts = parts(text);
    if !parts.iter().any(|part| part.pictures) {
        return escape(text);
    }
    let alone = parts.len() == 1 || text.chars().any(runs_left);
    let mut x = if centred { at.x - width(text, font) / 2.0 } else { at.x };
    let mut out = String::new();
    for Part { text, pictures } in parts {
        let whole = width(text, font);
        let family = if pictures { format!(" font-family=\"{PICTURES}\"") } else { String::new() };
        if alone {
            let _ = write!(out, "<tspan{family}>{}</tspan>", escape(text));
        } else {
            let shown = text.trim();
            let before = width(text, font) - width(text.trim_start(), font);
            let start = x + before + if centred { width(shown, font) / 2.0 } else { 0.0 };
            let _ = write!(out, "<tspan{family} x=\"{}\">{}</tspan>", number(start), escape(shown));
        }
        x += whole;
    }
    out
}

struct Part<'a> {
    text: &'a str,
    pictures: bool,
}

/// In turn letters and pictographs.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut out: Vec<Part<'_>> = Vec::new();
    let (mut start, mut before) = (0, None);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        // what turns a sign into a pictograph stands behind it
        let turned = chars.peek().is_some_and(|&(_, next)| is_turn(next));
        let pictures = is_picture(c) || turned;
        if before.is_some_and(|before| before != pictures) {
            out.extend(text.get(start..at).map(|text| Part { text, pictures: !pictures }));
            start = at;
        }
        before = Some(pictures);
    }
    out.extend(before.zip(text.get(start..)).map(|(pictures, text)| Part { text, pictures }));
    out
}

fn is_turn(c: char) -> bool {
    matches!(c, '\u{fe0f}' | '\u{20e3}')
}

fn is_picture(c: char) -> bool {
    // from U+20000 on there are ideographs
    matches!(c, '\u{1f000}'..='\u{1ffff}' | '\u{200d}') || is_turn(c)
}

/// Whether a letter is of a script that runs from right to left.
fn runs_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}')
        || matches!(c, '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const FONT: Font = Font { size: 10.0, bold: false };

    fn of(text: &str, centred: bool) -> String {
        parted(text, Point { x: 100.0, y: 0.0 }, FONT, centred)
    }

    #[test]
    fn letters_alone_stay_as_they_are() {
        assert_eq!(of("a < b", false), "a &lt; b");
        assert_eq!(of("数据库\u{20001}", false), "数据库\u{20001}");
    }

    #[test]
    fn a_pictograph_stands_where_the_letters_before_it_end() {
        assert_eq!(
            of("数据 🚀", false),
            "<tspan x=\"100\">数据</tspan><tspan font-family=\"emoji\" x=\"123.2\">🚀</tspan>"
        );
        let centred = of("数🚀", true);
        assert_eq!(centred, "<tspan x=\"93.5\">数</tspan><tspan font-family=\"emoji\" x=\"105\">🚀</tspan>");
        assert_eq!(of("🚀", true), "<tspan font-family=\"emoji\">🚀</tspan>", "alone it needs no place");
    }

    #[test]
    fn a_sign_stays_with_what_makes_it_a_pictograph() {
        for sign in ["❤\u{fe0f}", "1\u{fe0f}\u{20e3}", "🗄\u{fe0f}", "👩\u{200d}👧"] {
            let text = format!("a{sign}");
            let kept: Vec<(&str, bool)> = parts(&text).iter().map(|p| (p.text, p.pictures)).collect();
            assert_eq!(kept, [("a", false), (sign, true)]);
        }
    }

    #[test]
    fn what_runs_from_right_to_left_is_ordered_as_a_whole() {
        assert!(!of("שלום 🚀", false).contains(" x="));
    }
}
