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

use crate::diagram::layout::guarded;
use resvg::usvg::{Options, Tree};

/// An SVG with a plain style sheet, read: its shapes, and its letters as outlines.
fn tree(svg: &str, more: More) -> Result<Tree, String> {
    let options = Options {
        fontdb: fonts::carried(),
        font_family: fonts::FAMILY.to_owned(),
        font_resolver: fonts::resolver(more),
        ..Options::default()
    };
    // the library stumbles over some rows of joined signs
    let read = guarded(|| Tree::from_str(svg, &options));
    let read = read.ok_or(
        "the picture cannot be drawn: the shaping of its letters failed; svg and html draw any text",
    )?;
    read.map_err(|error| format!("the picture cannot be drawn: {error}"))
}
