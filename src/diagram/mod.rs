//! Diagrams: a model's view becomes a [`drawing::Drawing`], `layout` places it, `scene` turns both into plain drawing
//! primitives, and one file for each format prints those. Nothing after the view knows the model.

pub mod ascii;
pub mod card;
pub mod contrast;
pub mod d2;
pub mod dot;
pub mod drawing;
mod guard;
pub mod html;
#[cfg(feature = "png")]
pub mod image;
pub mod json;
pub mod layout;
pub mod mermaid;
mod nested;
pub mod overlay;
pub mod palette;
pub mod pictures;
pub mod scene;
pub mod shape;
pub(crate) mod shut;
pub mod sign;
pub mod sizes;
pub mod svg;
#[cfg(test)]
mod testing;
pub mod text;
pub mod view;
mod widths;

use crate::config::Colours;
use crate::model::Model;
use drawing::Drawing;
use palette::Theme;
use scene::Scene;

/// What may be asked of a picture.
#[derive(Debug, Clone, Default)]
pub struct RenderOptions {
    /// What to show.
    pub view: view::Options,
    /// How to place it.
    pub layout: layout::Options,
    /// In which colours.
    pub theme: Theme,
    /// Colours of one's own in place of the built-in ones.
    pub colours: Colours,
    /// What lies over it.
    pub overlay: overlay::Wanted,
}

/// What of a design is drawn, with what is laid over it.
#[must_use]
pub fn draw(evidence: &overlay::Evidence<'_>, options: &RenderOptions) -> Drawing {
    let mut drawn = view::drawn(evidence.model, &options.view);
    overlay::lay(&mut drawn, evidence, &options.overlay, options.view.view);
    let asked = overlay::asked(evidence.model, &options.overlay, options.view.view);
    overlay::admit_nothing(&mut drawn, asked.kind);
    drawn.drawing
}

/// A model's picture without anything laid over it, for any of the printers; `dot` prints [`view::drawing`] instead.
#[must_use]
pub fn render(model: &Model, options: &RenderOptions) -> Scene {
    picture(&view::drawing(model, &options.view), options)
}

/// The picture of a drawing.
#[must_use]
pub fn picture(drawing: &Drawing, options: &RenderOptions) -> Scene {
    let mut scene = scene::build(drawing, &sizes::place(drawing, &options.layout), options.theme);
    scene.colours = options.colours.clone();
    scene
}
