//! What `--flow` and `--picture` of `archc render` ask for.

use super::arguments::{PictureKind, Render};
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
