//! The pictures of a page: the design, and for each of the first flows how it runs, where its time goes and what fails it.
//! Each has ids of its own, so that all may stand in one page.

use crate::compilation::Compilation;
use crate::diagram::palette::Theme;
use crate::diagram::pictures::{self, Picture};
use crate::diagram::scene::Scene;
use crate::diagram::{self, RenderOptions, svg};

/// Flows that get pictures.
const FLOWS: usize = 12;
/// Bytes of a picture beyond which the page only names it.
const MOST: usize = 150_000;

/// Pictures as SVG, trusted: they come from `diagram`, which escapes what users wrote.
#[derive(Debug, Clone, Default)]
pub struct Pictures {
    /// The design as boxes.
    pub design: String,
    /// By flow; the later ones have none.
    pub flows: Vec<FlowPictures>,
    /// How busy components get as load grows.
    pub load: Option<String>,
    /// What stands where.
    pub deployment: Option<String>,
}

/// The pictures of a flow; `None` where one would be too large for a page, or empty.
#[derive(Debug, Clone, Default)]
pub struct FlowPictures {
    /// What calls what, in order.
    pub sequence: Option<String>,
    /// Where the time goes.
    pub waterfall: Option<String>,
    /// What fails it.
    pub fault_tree: Option<String>,
}

/// The pictures of a compilation.
pub fn pictures(compilation: &Compilation) -> Pictures {
    let print = |scene: &Scene, salt: String| svg::svg(scene, &svg::Options { salt, plain: false });
    let fitting = |scene: &Scene, salt: String| Some(print(scene, salt)).filter(|it| it.len() <= MOST);
    let other =
        |picture, flow, salt| fitting(&pictures::picture(compilation, picture, flow, Theme::Auto), salt);
    let design = diagram::render(&compilation.model, &RenderOptions::default());
    let facts = &compilation.facts;
    let flows = compilation.model.flows.enumerate().take(FLOWS).map(|(id, flow)| {
        let n = id.index();
        let timed = facts.latency.flow(id).is_some_and(|it| it.percentile(990).is_some());
        FlowPictures {
            sequence: (!flow.calls.is_empty())
                .then(|| fitting(&pictures::sequence(compilation, id, Theme::Auto), format!("s{n}")))
                .flatten(),
            waterfall: timed.then(|| other(Picture::Waterfall, Some(id), format!("w{n}"))).flatten(),
            fault_tree: other(Picture::FaultTree, Some(id), format!("t{n}")),
        }
    });
    let loaded = facts.load.components.iter().any(|it| it.deciding_utilization().is_some());
    let placed = facts
        .placement
        .components
        .iter()
        .flatten()
        .any(|it| !it.regions().is_empty() || !it.zones().is_empty());
    Pictures {
        design: print(&design, String::new()),
        flows: flows.collect(),
        load: loaded.then(|| other(Picture::Load, None, "load".to_owned())).flatten(),
        deployment: placed.then(|| other(Picture::Deployment, None, "places".to_owned())).flatten(),
    }
}
