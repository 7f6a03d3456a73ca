//! A plain SVG as PNG.

use resvg::tiny_skia::{Pixmap, Transform};

use super::fonts::More;
use super::{Printed, tree};

/// Pixels of a picture; each takes four bytes while it is drawn.
const MOST_PIXELS: f64 = 64e6;
/// Pixels of a side: what programs that show pictures still take.
const MOST_LONG: f64 = 32_000.0;

/// The wanted scale, or a smaller one where a picture of that size would be too large.
#[must_use]
pub fn least_scale(width: f64, height: f64, wanted: f64) -> f64 {
    let by_area = (MOST_PIXELS / (width * height)).sqrt();
    let by_side = MOST_LONG / width.max(height);
    let most = by_area.min(by_side);
    // rounding a side up must not lead over the limit
    if wanted <= most { wanted } else { (most * 99.0).floor() / 100.0 }
}

/// An SVG with a plain style sheet as PNG, `scale` pixels for each of its own.
///
/// # Errors
/// Where it would have too many pixels, or none.
pub fn png(svg: &str, scale: f64, more: More) -> Result<Printed, String> {
    let (tree, missing) = tree(svg, more)?;
    let size = tree.size();
    let (w, h) = ((f64::from(size.width()) * scale).ceil(), (f64::from(size.height()) * scale).ceil());
    if !(w >= 1.0 && h >= 1.0) {
        return Err("the picture would have no pixels: choose a larger --scale".to_owned());
    }
    if w * h > MOST_PIXELS || w.max(h) > MOST_LONG {
        return Err(format!(
            "the picture would have {w} × {h} pixels, where {} million and {MOST_LONG} a side are the most: choose a smaller --scale, a view, or svg",
            MOST_PIXELS / 1e6
        ));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the limits above")]
    let (w, h, scale) = (w as u32, h as u32, scale as f32);
    let Some(mut pixels) = Pixmap::new(w, h) else {
        return Err(format!("there is no room for a picture of {w} × {h} pixels"));
    };
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    let bytes = pixels.encode_png().map_err(|error| format!("the picture cannot be written: {error}"))?;
    Ok(Printed { bytes, missing })
}
