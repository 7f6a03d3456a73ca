//! A design as one page to walk through: pan, zoom, search, collapse, flows, overlays. The page needs nothing else and asks
//! for nothing: its script and style are its own, and its policy names them by their hashes.

mod data;
mod figures;
mod marks;
mod policy;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use self::data::{Layer, Start};
use super::overlay::{self, Evidence, Kind, Wanted};
use super::palette::Theme;
use super::scene::{self, Scene};
use super::sign::Overlay;
use super::svg;
use super::view::{self, Drawn};
use super::{RenderOptions, shut, sizes};
use crate::model::{Id, View};

const STYLE: &str = include_str!("page.css");
/// One scope, told in several files.
macro_rules! script {
    ($($more:literal)?) => {
        concat!(
            "(() => {\n\"use strict\";\n",
            include_str!("script/view.js"),
            include_str!("script/collapse.js"),
            include_str!("script/panel.js"),
            include_str!("script/focus.js"),
            include_str!("script/controls.js"),
            $(include_str!($more),)?
            "})();"
        )
    };
}
const SCRIPT: &str = script!();
/// The same, and what a page does that is served.
const LIVE_SCRIPT: &str = script!("script/live.js");
const LIVE_STYLE: &str = include_str!("live.css");

/// The page of a design, opened with the overlay and the flow that the options or the view ask for.
#[must_use]
pub fn html(evidence: &Evidence<'_>, options: &RenderOptions) -> String {
    page(evidence, options, None).0
}

/// The same page while a server shows it, which asks at `/events` whether it is out of date.
#[must_use]
pub fn served(evidence: &Evidence<'_>, options: &RenderOptions, live: &Live) -> Served {
    let (html, policy) = page(evidence, options, Some(live));
    Served { html, policy }
}

/// What a served page knows of its server.
#[derive(Debug, Clone, Default)]
pub struct Live {
    /// Names what is shown; another one at `/events` makes the page load anew.
    pub stamp: String,
    /// What the reader must be told of this page, if anything.
    pub notice: Option<String>,
}

/// A page for a server.
#[derive(Debug, Clone)]
pub struct Served {
    /// The page.
    pub html: String,
    /// Its content security policy, which stands in no element of it: send it as a header.
    pub policy: String,
}

/// The page, and its policy.
fn page(evidence: &Evidence<'_>, options: &RenderOptions, live: Option<&Live>) -> (String, String) {
    let drawn = view::drawn(evidence.model, &options.view);
    let placement = sizes::place(&drawn.drawing, &options.layout);
    // either theme may be forced from outside; paper has one set of colours
    let theme = if options.theme == Theme::Print { Theme::Print } else { Theme::Auto };
    let mut layers = Vec::new();
    let mut scenes = Vec::new();
    for (kind, mut drawn) in overlays(evidence, options, &drawn) {
        let notes = std::mem::take(&mut drawn.drawing.overlay.notes);
        let mut scene = scene::build(&drawn.drawing, &placement, theme);
        scene.colours = options.colours.clone();
        layers.push(Layer { kind, notes });
        scenes.push(scene);
    }
    let asked = overlay::asked(evidence.model, &options.overlay, options.view.view);
    let kind = asked.kind.unwrap_or(Kind::None);
    let start =
        Start { overlay: layers.iter().position(|layer| layer.kind == kind).unwrap_or(0), flow: asked.flow };
    let shut = shut::shut(&drawn.drawing);
    let Some(plain) = scenes.first() else { return <_>::default() };
    let data = data::data(evidence, &drawn, plain, &shut, &layers, start);
    let view = options.view.view;
    let page = Page { scenes: &scenes, layers: &layers, data, start, view, theme: options.theme, live };
    page.html(evidence, &drawn)
}

/// Nothing, and each overlay that has something to say.
fn overlays(evidence: &Evidence<'_>, options: &RenderOptions, plain: &Drawn) -> Vec<(Kind, Drawn)> {
    let laid = |kind| {
        let mut drawn = view::drawn(evidence.model, &options.view);
        overlay::lay(&mut drawn, evidence, &Wanted { kind: Some(kind), flow: None }, None);
        (kind, drawn)
    };
    let mut out = vec![laid(Kind::None)];
    let more = [Kind::Findings, Kind::Load, Kind::Domains, Kind::Coupling].map(laid);
    out.extend(more.into_iter().filter(|(_, it)| {
        it.drawing.overlay != Overlay::default() && it.drawing.nodes.len() == plain.drawing.nodes.len()
    }));
    out
}

struct Page<'a> {
    scenes: &'a [Scene],
    layers: &'a [Layer],
    data: String,
    start: Start,
    view: Option<Id<View>>,
    theme: Theme,
    live: Option<&'a Live>,
}

impl Page<'_> {
    /// The page, and its policy.
    fn html(&self, evidence: &Evidence<'_>, drawn: &Drawn) -> (String, String) {
        let Some(plain) = self.scenes.first() else { return <_>::default() };
        let all = Scene {
            marks: self.scenes.iter().flat_map(|scene| scene.marks.iter().cloned()).collect(),
            ..plain.clone()
        };
        let (style, icons) = svg::shared(&all);
        let (script, more) = if self.live.is_some() { (LIVE_SCRIPT, LIVE_STYLE) } else { (SCRIPT, "") };
        let style = format!("{STYLE}{more}{style}");
        let policy = policy::policy(script, &style, self.live.is_some());
        let class = match self.theme {
            Theme::Auto => "archc archc-auto",
            Theme::Light | Theme::Print => "archc archc-light",
            Theme::Dark => "archc archc-dark",
        };
        let page = html! {
            (DOCTYPE)
            html lang="en" class=(class) data-stamp=[self.live.map(|live| &live.stamp)] {
                head {
                    meta charset="utf-8";
                    @if self.live.is_some() { link rel="icon" type="image/svg+xml" href="/icon.svg"; }
                    @else { meta http-equiv="Content-Security-Policy" content=(policy); }
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (plain.title) " · archc" }
                    style { (PreEscaped(&style)) }
                }
                body {
                    a.skip href="#side" { "Skip the picture" }
                    (self.controls(evidence, &plain.title, !drawn.drawing.groups.is_empty()))
                    (self.stage(plain, &icons))
                    (side(plain))
                    div #tip role="tooltip" hidden {}
                    script #data type="application/json" { (PreEscaped(&self.data)) }
                    script { (PreEscaped(script)) }
                }
            }
        };
        let mut text = page.into_string();
        text.push('\n');
        (text, policy)
    }

    /// The views, of which a server shows each under an address of its own.
    fn views(&self, evidence: &Evidence<'_>) -> Markup {
        let views = &evidence.model.views;
        html! {
            @if self.live.is_some() && !views.is_empty() {
                label { span { "View" }
                    select #view aria-label="view" autocomplete="off" {
                        option value="" { "Everything" }
                        @for (id, view) in views.enumerate() { option value=(view.header.path) selected[Some(id) == self.view] { (view.header.title()) } }
                    }
                }
            }
        }
    }

    fn controls(&self, evidence: &Evidence<'_>, title: &str, groups: bool) -> Markup {
        html! {
            header {
                h1 title=(title) { (title) }
                div role="search" {
                    input #find type="search" placeholder="Search  /" aria-label="search by path, label, kind or technology; Enter goes to the next" autocomplete="off" spellcheck="false";
                    span #found role="status" {}
                }
                (self.views(evidence))
                @if self.layers.len() > 1 {
                    label { span { "Overlay" }
                        select #overlay aria-label="overlay" autocomplete="off" {
                            @for (at, layer) in self.layers.iter().enumerate() {
                                option value=(at) selected[at == self.start.overlay] { @if at == 0 { "No overlay" } @else { (layer.title()) } }
                            }
                        }
                    }
                }
                @if !evidence.model.flows.is_empty() {
                    label { span { "Flow" }
                        select #flow aria-label="flow" autocomplete="off" {
                            option value="" { "No flow" }
                            @for (at, flow) in evidence.model.flows.iter().enumerate() { option value=(at) { (flow.header.title()) } }
                        }
                    }
                }
                @if self.theme != Theme::Print {
                    label { span { "Theme" }
                        select #theme aria-label="theme" autocomplete="off" {
                            option value="auto" selected[self.theme == Theme::Auto] { "Auto" }
                            option value="light" selected[self.theme == Theme::Light] { "Light" }
                            option value="dark" selected[self.theme == Theme::Dark] { "Dark" }
                        }
                    }
                }
                button #fold type="button" hidden[!groups] { "Collapse all" }
                button #more type="button" aria-controls="side" aria-expanded="true" { "Details" }
            }
        }
    }

    fn stage(&self, plain: &Scene, icons: &str) -> Markup {
        let (w, h) = (plain.width.ceil(), plain.height.ceil());
        html! {
            main #stage tabindex="0" aria-label="the picture: arrow keys move it, plus and minus zoom, 0 fits it, / searches" {
                svg #picture xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {w} {h}")) role="group" aria-label=(plain.title) aria-describedby="about" data-o=(self.start.overlay) {
                    defs { (PreEscaped(icons)) }
                    g #world { (PreEscaped(marks::marks(self.scenes))) g #marks aria-hidden="true" {} }
                }
                p #shut role="status" hidden {}
                @if let Some(live) = self.live {
                    div #news role="status" { @if let Some(notice) = &live.notice { p #notice { (notice) } } div #told hidden {} }
                }
                div.tools role="group" aria-label="zoom" {
                    button #out type="button" aria-label="zoom out" { "−" }
                    span #zoom {}
                    button #in type="button" aria-label="zoom in" { "+" }
                    button #fit type="button" { "Fit" }
                }
            }
        }
    }
}

/// The panel: what is chosen, the flow, the overlay's notes, the findings.
fn side(plain: &Scene) -> Markup {
    html! {
        aside #side tabindex="-1" aria-label="details" {
            div #details aria-live="polite" {}
            details open { summary { "Findings" } div #list {} }
            details {
                summary { "About" }
                p #about { (plain.description) }
                p { "Drag or use the arrow keys to move, the wheel, + and − to zoom, 0 to fit. / searches by path, label, kind and technology, Enter goes to the next. A click on a group's title, or Enter, collapses and expands it. Tab goes into the picture, there the arrow keys go from one to the next, Escape leads back. Made by archc." }
            }
        }
    }
}

#[cfg(test)]
mod tests;
