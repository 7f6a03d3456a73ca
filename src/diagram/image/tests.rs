//! Pictures as files: the same bytes each time, whatever stands in them, and none without bounds.

use super::*;
use crate::diagram::drawing::Drawing;
use crate::diagram::{RenderOptions, picture, svg, testing};

const NONE: More = |_| {};

fn plain(drawing: &Drawing) -> String {
    let options = svg::Options { salt: String::new(), plain: true };
    svg::svg(&picture(drawing, &RenderOptions::default()), &options)
}

#[test]
fn hostile_text_makes_a_picture_all_the_same() {
    for (text, drawing) in testing::hostile() {
        let svg = plain(&drawing);
        let out = png(&svg, 0.5, NONE).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert!(out.bytes.starts_with(b"\x89PNG"));
        assert_eq!(out, png(&svg, 0.5, NONE).unwrap());
        #[cfg(feature = "pdf")]
        {
            let out = pdf(&svg, &text, NONE).unwrap_or_else(|error| panic!("{text:?}: {error}"));
            assert!(out.bytes.starts_with(b"%PDF"));
            assert_eq!(out, pdf(&svg, &text, NONE).unwrap());
        }
    }
}

#[test]
fn a_pixel_is_as_large_as_the_scale_says() {
    let svg = plain(&testing::pair());
    let side = |bytes: &[u8], at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let (one, two) = (png(&svg, 1.0, NONE).unwrap().bytes, png(&svg, 2.0, NONE).unwrap().bytes);
    assert_eq!((side(&two, 16), side(&two, 20)), (2 * side(&one, 16), 2 * side(&one, 20)));
    assert!(svg.contains(&format!("width=\"{}\" height=\"{}\"", side(&one, 16), side(&one, 20))));
}

#[test]
fn what_is_too_large_or_nothing_is_refused() {
    let svg = plain(&testing::pair());
    assert!(png(&svg, 1000.0, NONE).unwrap_err().contains("64 million"));
    for scale in [0.0, -1.0, f64::NAN] {
        assert!(png(&svg, scale, NONE).unwrap_err().contains("larger --scale"), "{scale}");
    }
    assert!(png(&svg, f64::INFINITY, NONE).is_err());
}

#[test]
fn a_scale_of_its_own_choice_stays_within_the_limits() {
    assert_eq!(least_scale(800.0, 600.0, 2.0), 2.0);
    for (w, h) in [(30_000.0, 20_000.0), (1_000_000.0, 10.0), (9000.0, 3000.0)] {
        let scale = least_scale(w, h, 2.0);
        assert!(scale < 2.0 && (w * scale).ceil() * (h * scale).ceil() <= 64e6, "{scale}");
        assert!((w * scale).ceil() <= 32_000.0);
    }
}

#[test]
fn letters_that_are_not_carried_are_looked_for_once() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let count: More = |_| {
        ASKED.fetch_add(1, Ordering::Relaxed);
    };
    let mut drawing = testing::pair();
    png(&plain(&drawing), 1.0, count).unwrap();
    assert_eq!(ASKED.load(Ordering::Relaxed), 0, "Latin is carried");
    drawing.nodes[0].label = "短縮サービス".into();
    drawing.nodes[1].label = "🦀 ".into();
    let out = png(&plain(&drawing), 1.0, count).unwrap();
    assert_eq!(ASKED.load(Ordering::Relaxed), 1);
    assert!(out.bytes.starts_with(b"\x89PNG"));
    assert_eq!(out.missing, ['短', '🦀'], "one letter of each text is told");
}

#[test]
fn only_a_text_that_cannot_be_shaped_loses_its_marks() {
    let svg = "<style>text{fill:red}</style><text>e\u{301}</text><text x=\"1\">o\u{308}\u{20dd}</text><text>plain</text>";
    let mended = mend(svg, &|text| {
        assert!(text.contains("<style>text{fill:red}</style>"), "measured as it is drawn");
        !text.contains('\u{20dd}')
    });
    assert_eq!(
        mended,
        "<style>text{fill:red}</style><text>e\u{301}</text><text x=\"1\">o</text><text>plain</text>"
    );
    let strange = mend("<text>ab\u{5d0}</text>", &|text| text.is_ascii() || text.contains('\u{fffd}'));
    assert_eq!(strange, "<text>ab\u{fffd}</text>", "a letter that is still too much gives way to a sign");
}

#[test]
fn a_try_that_failed_leaves_the_next_all_fonts() {
    let one_more: More = |fonts| fonts.load_font_data(include_bytes!("../fonts/DejaVuSans.ttf").to_vec());
    let carried = fonts::carried().len();
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><text>東</text></svg>";
    let stumbles = |svg: &str, options: &Options<'_>| {
        (options.fontdb.len() > carried).then(|| Tree::from_str(svg, options))
    };
    let (_, missing) = tree_by(svg, one_more, &stumbles).unwrap();
    assert_eq!(missing, ['東']);
    assert!(tree_by(svg, one_more, &|_, _| None).unwrap_err().contains("svg and html draw any text"));
}
