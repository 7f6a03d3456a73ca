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

use std::sync::Arc;

use resvg::usvg::{Options, Tree};
use unicode_width::UnicodeWidthChar as _;

use crate::diagram::guard::guarded;
use fonts::Missing;

/// A picture as a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Printed {
    /// The file.
    pub bytes: Vec<u8>,
    /// Letters that no font at hand has, the first of each text: a box stands in their place.
    pub missing: Vec<char>,
}

/// An SVG with a plain style sheet, read: its shapes, its letters as outlines, and letters that no font has.
fn tree(svg: &str, more: More) -> Result<(Tree, Vec<char>), String> {
    tree_by(svg, more, &|svg, options| guarded(|| Tree::from_str(svg, options)))
}

/// Reads an SVG; nothing where it stumbles.
type Read<'a> = &'a dyn Fn(&str, &Options<'_>) -> Option<Result<Tree, resvg::usvg::Error>>;

fn tree_by(svg: &str, more: More, read: Read<'_>) -> Result<(Tree, Vec<char>), String> {
    let missing = Missing::default();
    let options = |fontdb, more| Options {
        fontdb,
        font_family: fonts::FAMILY.to_owned(),
        font_resolver: fonts::resolver(more, &missing),
        ..Options::default()
    };
    let tree = match read(svg, &options(fonts::carried(), more)) {
        Some(tree) => tree,
        None => {
            missing.forget();
            // once for all tries: an options' fonts are lost with its tree
            let mut all = Fonts::clone(&fonts::carried());
            more(&mut all);
            let options = options(Arc::new(all), |_| {});
            let read = |svg: &str| read(svg, &options);
            let mended = mend(svg, &|svg| read(svg).is_some());
            read(&mended).or_else(|| read(&latin(svg))).ok_or(
                "the picture cannot be drawn: the shaping of its letters failed; svg and html draw any text",
            )?
        }
    };
    let tree = tree.map_err(|error| format!("the picture cannot be drawn: {error}"))?;
    Ok((tree, missing.told()))
}

/// The library stumbles over some rows of joined signs. A text in which it does is drawn with its signs one beside the other,
/// and if that does not help either, with the sign for a letter that is not known: a picture without an accent is better
/// than none, and the other texts keep theirs. (Tags and attributes are ASCII.)
fn mend(svg: &str, can_read: &dyn Fn(&str) -> bool) -> String {
    let style = svg.find("<style>").zip(svg.find("</style>")).and_then(|(start, end)| svg.get(start..end));
    let alone = |text: &str| {
        let style = style.unwrap_or("<style>");
        can_read(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\">{style}</style>{text}</svg>"
        ))
    };
    let mut out = String::with_capacity(svg.len());
    let mut rest = svg;
    while let Some(start) = rest.find("<text") {
        let end =
            rest.get(start..).and_then(|text| text.find("</text>")).map_or(rest.len(), |at| start + at + 7);
        let (before, text) =
            (rest.get(..start).unwrap_or_default(), rest.get(start..end).unwrap_or_default());
        out.push_str(before);
        if text.is_ascii() || alone(text) {
            out.push_str(text);
        } else {
            let plain = unjoined(text);
            out.push_str(&if alone(&plain) { plain } else { latin(text) });
        }
        rest = rest.get(end..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Without what joins or marks other signs.
fn unjoined(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii() || c.width().is_some_and(|width| width > 0)).collect()
}

/// With Latin letters and common signs alone.
fn latin(text: &str) -> String {
    let known = |c: char| matches!(c, '\0'..='\u{24f}' | '\u{2010}'..='\u{2027}' | '→' | '≤' | '≥');
    text.chars().map(|c| if known(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}
