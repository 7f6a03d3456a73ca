//! Measures, wraps and cleans text without a font at hand. It knows nothing of diagrams; the widths are those of a wide
//! open font, so that the reader's system font fits as well.

use unicode_width::UnicodeWidthChar;

use super::widths::BLOCKS;

/// A size and weight that the diagrams use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Font {
    /// In CSS pixels.
    pub size: f64,
    /// Semi-bold, measured as bold.
    pub bold: bool,
}

/// Text cut to lines that fit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lines {
    /// At most as many as asked for.
    pub lines: Vec<String>,
    /// Width of the widest, in pixels.
    pub width: f64,
    /// Whether something was left out (the last line then ends in `…`).
    pub cut: bool,
    /// How bad the ends of lines elsewhere than at a blank are.
    torn: usize,
    /// How many lines end where a reader pauses.
    pauses: usize,
}

/// Width of a line in CSS pixels.
#[must_use]
pub fn width(text: &str, font: Font) -> f64 {
    text.chars().map(|c| advance(c, font.bold)).sum::<f64>() * font.size / 1000.0
}

/// Thousandths of an em.
fn advance(c: char, bold: bool) -> f64 {
    let code = c as usize;
    for (first, regular, strong) in BLOCKS {
        let table = if bold { strong } else { regular };
        if let Some(&w) = code.checked_sub(first).and_then(|i| table.get(i)) {
            return f64::from(w);
        }
    }
    match c.width() {
        None | Some(0) => 0.0,
        // Emoji fonts are wider than their em; CJK fills it exactly.
        Some(2) if code >= 0x1_f000 => 1300.0,
        Some(2) => 1000.0,
        Some(_) if bold => 800.0,
        Some(_) => 716.0,
    }
}

/// What XML and a reader can take: no control, bidirectional or line-breaking characters, blanks joined, at most
/// `limit` characters.
#[must_use]
pub fn clean(text: &str, limit: usize) -> String {
    let mut out = String::new();
    let mut blank = false;
    for (count, c) in text.chars().enumerate() {
        if count >= limit {
            out.push('…');
            break;
        }
        if c.is_whitespace() || matches!(c, '\u{2028}' | '\u{2029}') {
            blank = !out.is_empty();
            continue;
        }
        if c.is_control() || unprintable(c) {
            continue;
        }
        if std::mem::take(&mut blank) {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// Bidirectional controls would reorder what stands around a label; the others are no XML characters or invisible.
fn unprintable(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        || (c as u32) & 0xfffe == 0xfffe
}

/// Like [`wrap`], with lines of up to `most` pixels where that keeps a word whole.
#[must_use]
pub fn wrap_whole(text: &str, font: Font, max_width: f64, most: f64, max_lines: usize) -> Lines {
    let (mut widest, mut used, mut small) = (max_width, 0.0, false);
    let mut end = |used: &mut f64| {
        let whole = std::mem::take(used);
        if whole <= most {
            widest = widest.max(whole);
        }
    };
    for c in text.chars() {
        if c == ' ' || small && c.is_uppercase() {
            end(&mut used);
        }
        small = c.is_lowercase();
        if c != ' ' {
            used += advance(c, font.bold) * font.size / 1000.0;
        }
        if is_joint(c) {
            end(&mut used);
        }
    }
    end(&mut used);
    // sums of the same widths in another order may differ in their last digit
    wrap(text, font, widest + if widest > max_width { 1e-6 } else { 0.0 }, max_lines)
}

/// Behind which a line may end.
fn is_joint(c: char) -> bool {
    matches!(c, '-' | '_' | '.' | '/' | ',' | ';' | '&' | '=' | '?')
}

/// Breaks clean text at blanks, else behind `-`, `_`, `.`, `/` and the like and before a hump of camel case, else anywhere, into
/// at most `max_lines` lines of `max_width` pixels, as even as they can be; what does not fit ends in `…`.
#[must_use]
pub fn wrap(text: &str, font: Font, max_width: f64, max_lines: usize) -> Lines {
    let whole = broken(text, font, max_width, max_lines, true);
    // a word is torn sooner than its end is lost
    let (mut best, whole) =
        if whole.cut { (broken(text, font, max_width, max_lines, false), false) } else { (whole, true) };
    if best.cut || best.lines.len() < 2 {
        return best;
    }
    for _ in 0..EVENED {
        let narrower = broken(text, font, best.width * EVENER, best.lines.len(), whole);
        if narrower.cut || narrower.torn > best.torn || narrower.pauses < best.pauses {
            break;
        }
        best = narrower;
    }
    best
}

/// As bad as so many ends of lines at a joint.
const TORN_ANYWHERE: usize = 9;
/// Tries to make lines more even.
const EVENED: usize = 12;
/// How much narrower they have to become each time: for less, the end of a line is not worth moving.
const EVENER: f64 = 0.94;

/// Lines, each as full as it can be; with `whole`, a word that fits on a line stays on one.
fn broken(text: &str, font: Font, max_width: f64, max_lines: usize, whole: bool) -> Lines {
    let mut out = Lines::default();
    let mut rest = text.trim();
    while !rest.is_empty() && out.lines.len() < max_lines {
        let last = out.lines.len() + 1 == max_lines;
        let (end, all) = fit(rest, font, max_width, whole);
        let (line, tail) = rest.split_at(end);
        let line = if all || !last {
            line.trim_end().to_owned()
        } else {
            out.cut = true;
            ellipsis(rest, font, max_width)
        };
        out.torn += match (tail.chars().next(), line.ends_with(is_joint)) {
            (None | Some(' '), _) => 0,
            (Some(next), joint) => {
                if joint || next.is_uppercase() {
                    1
                } else {
                    TORN_ANYWHERE
                }
            }
        };
        out.pauses += usize::from(!all && line.ends_with([',', ';', ':']));
        out.width = out.width.max(width(&line, font));
        out.lines.push(line);
        rest = tail.trim_start();
    }
    out
}

/// How many bytes of `text` go on one line, and whether that is all of it.
fn fit(text: &str, font: Font, max_width: f64, whole: bool) -> (usize, bool) {
    let (mut used, mut soft, mut blank, mut joined, mut small) = (0.0, None, None, true, false);
    for (at, c) in text.char_indices() {
        if c == ' ' {
            blank = Some(at);
        }
        if c == ' ' || small && c.is_uppercase() {
            soft = Some(at);
        }
        small = c.is_lowercase();
        let w = advance(c, font.bold) * font.size / 1000.0;
        // A character without width belongs to the one before it, and so does what a joiner binds.
        if used + w > max_width && !joined && w > 0.0 {
            let before = |end: &usize| *end > 0;
            let blank = blank.filter(before).filter(|&at| whole && next_fits(text, at, font, max_width));
            return (blank.or(soft.filter(before)).unwrap_or(at), false);
        }
        used += w;
        joined = c == '\u{200d}';
        if is_joint(c) {
            soft = Some(at + c.len_utf8());
        }
    }
    (text.len(), true)
}

/// Whether the word behind the blank fits on one line.
fn next_fits(text: &str, blank: usize, font: Font, max_width: f64) -> bool {
    let word = text.get(blank..).and_then(|rest| rest.split_whitespace().next()).unwrap_or_default();
    width(word, font) <= max_width
}

/// As much of `text` as fits with `…` behind it.
fn ellipsis(text: &str, font: Font, max_width: f64) -> String {
    let room = max_width - width("…", font);
    let mut used = 0.0;
    let mut end = 0;
    for (at, c) in text.char_indices() {
        used += advance(c, font.bold) * font.size / 1000.0;
        if used > room {
            break;
        }
        end = at + c.len_utf8();
    }
    let kept = text.get(..end).unwrap_or_default();
    // at the end of a word, where that does not cost half the line
    let word = kept
        .rfind(' ')
        .filter(|&at| 2 * at > kept.len() && !text.get(end..).is_some_and(|it| it.starts_with(' ')));
    let kept = kept.get(..word.unwrap_or(end)).unwrap_or(kept).trim_end_matches([' ', ',', '\u{200d}']);
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FONT: Font = Font { size: 10.0, bold: false };

    #[test]
    fn measures_by_the_table_and_by_columns() {
        assert!((width("AW", FONT) - (6.84 + 9.89)).abs() < 1e-9);
        assert!((width("日本", FONT) - 20.0).abs() < 1e-9);
        assert!((width("🦀", FONT) - 13.0).abs() < 1e-9);
        assert!((width("e\u{301}", FONT) - width("e", FONT)).abs() < 1e-9);
    }

    #[test]
    fn cleans_what_xml_forbids_and_what_turns_text_around() {
        assert_eq!(clean(" a\u{0}b\u{1b}[0m\n\tc\u{202e}d\u{feff} ", 99), "ab[0m cd");
        assert_eq!(clean("abcdef", 3), "abc…");
        assert_eq!(clean("\u{fffe}\u{ffff}\u{85}", 9), "");
    }

    #[test]
    fn wraps_at_blanks_then_at_joints_then_anywhere() {
        let w = |t: &str, lines| wrap(t, FONT, 60.0, lines).lines;
        assert_eq!(w("Redirect the API", 3), ["Redirect", "the API"]);
        assert_eq!(w("order-fulfilment", 3), ["order-", "fulfilment"]);
        assert_eq!(w("SendConfirmation", 3), ["Send", "Confir", "mation"]);
        assert_eq!(w("aaaaaaaaaaaaaaa", 3).concat(), "aaaaaaaaaaaaaaa");
        assert_eq!(w("", 3), [""; 0]);
        assert_eq!(w("Main PostgreSQL", 3), ["Main", "PostgreSQL"]);
        assert_eq!(w("GET a/long/path", 3), ["GET", "a/long/path"]);
    }

    #[test]
    fn a_word_is_torn_sooner_than_its_end_is_lost() {
        assert_eq!(wrap("a bb/ccccccc dddddd", FONT, 60.0, 2).lines, ["a bb/", "ccccccc…"]);
        let torn = wrap("aaaa bbbb/cccc dd", FONT, 64.0, 2);
        assert_eq!((torn.lines, torn.cut), (vec!["aaaa bbbb/".to_owned(), "cccc dd".to_owned()], false));
    }

    #[test]
    fn lines_are_as_even_as_they_can_be() {
        let w = |t: &str| wrap(t, FONT, 100.0, 3).lines;
        assert_eq!(w("Supply location (H3 cells)"), ["Supply location", "(H3 cells)"]);
        assert_eq!(w("one two three four five"), ["one two three", "four five"]);
        assert_eq!(w("one two"), ["one two"]);
        assert_eq!(w("payment found, paid"), ["payment found,", "paid"], "not at the cost of a pause");
        assert_eq!(w("aaaaaaaaaaaa-bbbbbb"), ["aaaaaaaaaaaa-", "bbbbbb"], "not at the cost of a tear");
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis_within_the_width() {
        let long = "word ".repeat(50);
        let lines = wrap(&long, FONT, 60.0, 3);
        assert!(lines.cut && lines.lines.len() == 3 && lines.width <= 60.0);
        assert!(lines.lines[2].ends_with('…'), "{lines:?}");
    }

    #[test]
    fn a_word_stays_whole_where_a_little_more_room_does_it() {
        let w = |t: &str, most| wrap_whole(t, FONT, 60.0, most, 3).lines;
        assert_eq!(w("SendConfirmation now", 90.0), ["Send", "Confirmation", "now"]);
        assert_eq!(w("a SendConfirmation", 60.0), ["a Send", "Confir", "mation"]);
        assert_eq!(w("short words only", 90.0), wrap("short words only", FONT, 60.0, 3).lines);
        assert_eq!(w(&"x".repeat(40), 90.0)[0], "x".repeat(10), "what does not fit anyway gets no more room");
    }

    #[test]
    fn an_ellipsis_stands_behind_a_word() {
        assert_eq!(wrap("more than a label", FONT, 80.0, 1).lines, ["more than a…"]);
        assert_eq!(wrap("to internationalise", FONT, 60.0, 1).lines, ["to interna…"]);
    }

    #[test]
    fn other_scripts_are_measured_by_their_letters() {
        assert!((width("ЩЖ", FONT) - 21.71).abs() < 0.01 && (width("שלום", FONT) - 20.0).abs() < 6.0);
        assert!((width("…", FONT) - 10.0).abs() < 1e-9);
    }

    #[test]
    fn a_joined_emoji_is_never_torn_from_its_joiner() {
        let family = "👨\u{200d}👩\u{200d}👧".repeat(8);
        for line in wrap(&family, FONT, 30.0, 9).lines {
            assert!(!line.starts_with('\u{200d}'), "{line:?}");
        }
    }
}
