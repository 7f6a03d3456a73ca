//! Pictures that need no reader's fonts: a plain SVG becomes PNG and PDF with letters that archc carries, so that every
//! machine gives the same bytes. It knows no scene; this folder alone names resvg and krilla, and no file is read here.

mod fonts;
#[cfg(feature = "pdf")]
mod pdf;
mod png;
#[cfg(test)]
mod tests;

pub use fonts::{Fonts, More};
#[cfg(feature = "pdf")]
pub use pdf::pdf;
pub use png::{least_scale, png};

use std::borrow::Cow;

use resvg::usvg::{Options, Tree};
use unicode_width::UnicodeWidthChar as _;

use crate::diagram::guard::guarded;

/// An SVG with a plain style sheet, read: its shapes, and its letters as outlines. The library stumbles over some rows of
/// joined signs; those are then drawn one beside the other, and if that does not help either, as the sign for a letter that
/// is not known: a picture without an accent is better than none.
fn tree(svg: &str, more: More) -> Result<Tree, String> {
    let options = Options {
        fontdb: fonts::carried(),
        font_family: fonts::FAMILY.to_owned(),
        font_resolver: fonts::resolver(more),
        ..Options::default()
    };
    let texts: [fn(&str) -> Cow<'_, str>; 3] = [|svg| svg.into(), unjoined, latin];
    let read = texts.iter().find_map(|text| guarded(|| Tree::from_str(&text(svg), &options)));
    let read = read.ok_or(
        "the picture cannot be drawn: the shaping of its letters failed; svg and html draw any text",
    )?;
    read.map_err(|error| format!("the picture cannot be drawn: {error}"))
}

/// Without what joins or marks other signs. (Tags and attributes are ASCII.)
fn unjoined(svg: &str) -> Cow<'_, str> {
    svg.chars().filter(|c| c.is_ascii() || c.width().is_some_and(|width| width > 0)).collect()
}

/// With Latin letters and common signs alone.
fn latin(svg: &str) -> Cow<'_, str> {
    let known = |c: char| matches!(c, '\0'..='\u{24f}' | '\u{2010}'..='\u{2027}' | '→' | '≤' | '≥');
    svg.chars().map(|c| if known(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}
