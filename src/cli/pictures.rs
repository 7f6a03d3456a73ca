//! What `--flow` and `--picture` of `archc render` ask for.

use super::arguments::{PictureFormat, PictureKind, Render};
use super::render;
use crate::compilation::Compilation;
use crate::diagram::RenderOptions;
use crate::diagram::pictures::{self, Picture};
use crate::diagram::scene::Scene;

/// The picture asked for beside the diagram of boxes, or why there is none; `None` where none is asked for.
pub(super) fn scene(
    compilation: &Compilation,
    options: &Render,
    wanted: &RenderOptions,
) -> Result<Option<Scene>, String> {
    let flow = match &options.flow {
        None => None,
        Some(name) => Some(render::flow(&compilation.model, name)?),
    };
    let theme = wanted.theme;
    let coloured = |scene: Scene| Scene { colours: wanted.colours.clone(), ..scene };
    let picture = match options.picture {
        None => return Ok(flow.map(|flow| coloured(pictures::sequence(compilation, flow, theme)))),
        Some(PictureKind::Deployment) => Picture::Deployment,
        Some(PictureKind::Matrix) => Picture::Matrix,
        Some(PictureKind::FaultTree) => Picture::FaultTree,
        Some(PictureKind::Waterfall) => Picture::Waterfall,
        Some(PictureKind::Load) => Picture::Load,
    };
    Ok(Some(coloured(pictures::picture(compilation, picture, flow, theme))))
}

/// Why a picture beside the diagram of boxes cannot be had in a format; `None` where it can.
pub(super) fn refusal(options: &Render, format: PictureFormat) -> Option<String> {
    let drawn =
        matches!(format, PictureFormat::Svg | PictureFormat::Png | PictureFormat::Pdf | PictureFormat::Json);
    match (options.picture, &options.flow, format) {
        (None, None, _) => None,
        (None, Some(_), PictureFormat::Mermaid) => None,
        _ if drawn => None,
        (None, ..) => {
            Some("a sequence diagram has no such format; name svg, png, pdf, json or mermaid".to_owned())
        }
        _ => Some("this picture has no such format; name svg, png, pdf or json".to_owned()),
    }
}

/// The sequence diagram asked for, in Mermaid's words.
pub(super) fn mermaid(compilation: &Compilation, options: &Render) -> Option<String> {
    let flow = render::flow(&compilation.model, options.flow.as_deref()?).ok()?;
    Some(pictures::sequence::mermaid(&pictures::sequence::read(compilation, flow)))
}
