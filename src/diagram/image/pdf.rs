//! A plain SVG as PDF: lines as lines, letters as letters that can be searched and copied.

use krilla::Document;
use krilla::geom::Size;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt as _, SvgSettings};

use super::fonts::More;
use super::{Printed, tree};

/// Points of a CSS pixel.
const POINTS: f32 = 0.75;
/// Points of a page's side that every reader takes.
const MOST_LONG: f32 = 14_400.0;

/// An SVG with a plain style sheet as a PDF of one page, as large as the picture.
///
/// # Errors
/// Where the SVG holds what a PDF cannot.
pub fn pdf(svg: &str, title: &str, more: More) -> Result<Printed, String> {
    let failed = |why: &dyn std::fmt::Display| format!("the picture cannot be drawn as PDF: {why}");
    let (tree, missing) = tree(svg, more)?;
    let longest = tree.size().width().max(tree.size().height());
    let scale = POINTS.min(MOST_LONG / longest);
    let size = Size::from_wh(tree.size().width() * scale, tree.size().height() * scale)
        .ok_or_else(|| failed(&"it has no size"))?;
    let mut document = Document::new();
    // no date: the same picture is the same file
    document.set_metadata(Metadata::new().title(title.to_owned()).creator("archc".to_owned()));
    let mut page = document.start_page_with(PageSettings::new(size));
    let mut surface = page.surface();
    surface
        .draw_svg(&tree, size, SvgSettings::default())
        .ok_or_else(|| failed(&"it holds a strange shape"))?;
    surface.finish();
    page.finish();
    let bytes = document.finish().map_err(|error| failed(&format!("{error:?}")))?;
    Ok(Printed { bytes, missing })
}
