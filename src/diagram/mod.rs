//! Diagrams: a model's view becomes a [`drawing::Drawing`], `layout` places it, `scene` turns both into plain drawing
//! primitives, and one file for each format prints those. Nothing after the view knows the model.

pub mod card;
pub mod dot;
pub mod drawing;
pub mod json;
pub mod layout;
pub mod palette;
pub mod scene;
pub mod shape;
pub mod svg;
pub mod text;
mod widths;
