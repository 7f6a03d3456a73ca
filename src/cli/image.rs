//! Pictures as PNG and PDF: the fonts of this machine for letters that archc does not carry.

use super::arguments::PictureFormat;
use super::render::Drawn;
use crate::diagram::scene::Scene;
#[cfg(feature = "png")]
use crate::diagram::{image, svg};

/// How many pixels for each of the picture's own, where nothing is asked: sharp on today's screens.
#[cfg(feature = "png")]
const SCALE: f64 = 2.0;

/// The picture in one of these two formats, or why there is none.
#[cfg(feature = "png")]
pub(super) fn print(scene: &Scene, format: PictureFormat, scale: Option<f64>) -> Result<Drawn, String> {
    let svg = svg::svg(scene, &svg::Options { salt: String::new(), plain: true });
    if format == PictureFormat::Pdf {
        return pdf(&svg, scene);
    }
    let scale = scale.unwrap_or_else(|| image::least_scale(scene.width, scene.height, SCALE));
    image::png(&svg, scale, image::Fonts::load_system_fonts).map(told)
}

/// How many letters are named.
#[cfg(feature = "png")]
const NAMED: usize = 5;

/// With what the reader of the picture would wonder about.
#[cfg(feature = "png")]
fn told(printed: image::Printed) -> Drawn {
    let missing = &printed.missing;
    let remark = (!missing.is_empty()).then(|| {
        let named: Vec<String> =
            missing.iter().take(NAMED).map(|c| format!("`{c}` (U+{:04X})", u32::from(*c))).collect();
        format!(
            "no font of this machine has letters such as {}: the picture shows boxes in their place; install a font that has them, or write svg or html, which take the reader's fonts\n",
            named.join(", ")
        )
    });
    Drawn { bytes: printed.bytes, remark }
}

#[cfg(feature = "pdf")]
fn pdf(svg: &str, scene: &Scene) -> Result<Drawn, String> {
    image::pdf(svg, &scene.title, image::Fonts::load_system_fonts).map(told)
}

#[cfg(all(feature = "png", not(feature = "pdf")))]
fn pdf(_: &str, _: &Scene) -> Result<Drawn, String> {
    Err("this archc was built without pdf; name svg or png".to_owned())
}

/// The picture in one of these two formats, or why there is none.
#[cfg(not(feature = "png"))]
pub(super) fn print(_: &Scene, _: PictureFormat, _: Option<f64>) -> Result<Drawn, String> {
    Err("this archc was built without png and pdf; name svg".to_owned())
}
