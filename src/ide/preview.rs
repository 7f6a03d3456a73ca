//! A picture of a design beside its text, and the way from what is drawn to where it is written. Knows no protocol.

use std::collections::BTreeSet;

use super::{Design, Held, Place, Snapshot};
use crate::config::{Colours, Config};
use crate::diagnostic::Severity;
use crate::diagram::drawing::{Drawing, End};
use crate::diagram::overlay::{self, Evidence};
use crate::diagram::palette::Theme;
use crate::diagram::pictures;
use crate::diagram::{self, RenderOptions, shut, svg, view};
use crate::model::attributes::{Word as _, words};
use crate::model::{AttrId, FlowId, GroupId, Model};
use crate::source::Span;

/// The overlays, by name.
pub const OVERLAYS: &[(&str, overlay::Kind)] = &[
    ("none", overlay::Kind::None),
    ("findings", overlay::Kind::Findings),
    ("load", overlay::Kind::Load),
    ("coupling", overlay::Kind::Coupling),
    ("domains", overlay::Kind::Domains),
];

/// What a reader picks.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Picked {
    /// A `view`; the whole design without one.
    pub view: Option<String>,
    /// A flow: its sequence diagram in place of the design.
    pub flow: Option<String>,
    /// A name of [`OVERLAYS`], whatever the view says.
    pub overlay: Option<String>,
    /// `light`, `dark`, `auto`, `print`, or one of the configuration.
    pub theme: Option<String>,
    /// Groups that are shown open however large the picture becomes; `*` is every group.
    pub open: Vec<String>,
}

/// What is to be drawn, what of it leads where, and what of it is not shown.
#[derive(Debug)]
pub struct Sketched {
    /// The picture in the making.
    pub sketch: Sketch,
    /// Where its elements are written.
    pub elements: Vec<Element>,
    /// The groups that are drawn as one box each, for there is too much in them to be read.
    pub closed: Vec<String>,
}

/// Everything that a picture is made of; equal ones give equal pictures.
#[derive(Clone, PartialEq, Debug)]
pub struct Sketch {
    what: What,
    theme: Theme,
    colours: Colours,
}

#[derive(Clone, PartialEq, Debug)]
enum What {
    Design(Box<Drawing>),
    Scene(Box<diagram::scene::Scene>),
}

/// Something drawn and where it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Element {
    /// The `data-id` in the picture.
    pub id: String,
    /// The whole statement.
    pub place: Place,
}

/// *fresh*: the design that a picture beside this position shows, and where the position is in it: the one of which the file
/// is the root, else the first that imports it.
pub fn design<'s>(snapshot: &'s Snapshot, path: &str, offset: usize) -> Option<Held<'s>> {
    let at = |offset| snapshot.holding(path, offset).into_iter().next();
    // between the blocks of a Markdown file the first one is shown
    let first = || {
        let part = snapshot.file(path)?.parts().first()?;
        at(part.document().file_offset(0))
    };
    at(offset).or_else(first)
}

/// Whether the text of a design has mistakes: its picture is then that of what could be read.
pub fn is_broken(design: &Design) -> bool {
    let is_mistake = |it: &crate::diagnostic::Diagnostic| it.is_mistake() && it.severity == Severity::Error;
    design.compilation.diagnostics.iter().any(is_mistake)
}

/// The names of the views of a design, of its flows, and of its scenarios.
pub fn choices(design: &Design) -> [Vec<String>; 3] {
    let model = &design.compilation.model;
    [
        model.views.iter().map(|it| it.header.path.to_string()).collect(),
        model.flows.iter().map(|it| it.header.path.to_string()).collect(),
        model.scenarios.iter().map(|it| it.header.path.to_string()).collect(),
    ]
}

/// What is to be drawn of a design, and where its elements are written. Of a large one the deepest groups are closed.
///
/// # Errors
/// What there is not of what was picked.
pub fn sketch(design: &Design, picked: &Picked) -> Result<Sketched, String> {
    let compilation = &design.compilation;
    let model = &compilation.model;
    let mut wanted = wanted(model, &design.config, picked)?;
    let (theme, colours) = (wanted.theme, wanted.colours.clone());
    if let Some(name) = &picked.flow {
        let scene = pictures::sequence(compilation, flow(model, name)?, theme);
        let ids = scene.nodes.iter().map(|it| it.id.clone()).collect();
        let elements = boxes(design, &ids).collect();
        let sketch = Sketch { what: What::Scene(Box::new(scene)), theme, colours };
        return Ok(Sketched { sketch, elements, closed: Vec::new() });
    }
    wanted.view.shut = too_much(model, &wanted.view, &picked.open);
    let evidence = Evidence { model, facts: &compilation.facts, findings: &compilation.diagnostics };
    let drawing = diagram::draw(&evidence, &wanted);
    let ids: BTreeSet<String> = drawing
        .nodes
        .iter()
        .map(|it| it.id.clone())
        .chain(drawing.groups.iter().map(|it| it.id.clone()))
        .collect();
    let elements = boxes(design, &ids).chain(edges(design, &wanted.view, &drawing)).collect();
    let shown = wanted.view.shut.iter().map(|id| model.groups[*id].header.path.as_str());
    let closed = shown.filter(|path| ids.contains(*path)).map(str::to_owned).collect();
    Ok(Sketched {
        sketch: Sketch { what: What::Design(Box::new(drawing)), theme, colours },
        elements,
        closed,
    })
}

/// The groups to close so that a picture can be read, but for those that the reader opens.
fn too_much(model: &Model, view: &view::Options, open: &[String]) -> Vec<GroupId> {
    if open.iter().any(|it| it == "*") {
        return Vec::new();
    }
    let drawn = view::drawn(model, view);
    let shut = shut::shut(&drawn.drawing);
    let is_shut = |end: &End| matches!(end, End::Group(at) if shut.get(*at) == Some(&true));
    let is_open = |id: GroupId| open.iter().any(|path| *path == model.groups[id].header.path.as_str());
    let groups = drawn.groups.iter().filter(|(id, end)| is_shut(end) && !is_open(**id));
    groups.map(|(id, _)| *id).collect()
}

/// The picture. Takes its time: a large design is laid out in a tenth of a second.
pub fn draw(sketch: &Sketch) -> String {
    let scene = match &sketch.what {
        What::Scene(scene) => scene.as_ref().clone(),
        What::Design(drawing) => {
            let wanted = RenderOptions { theme: sketch.theme, ..RenderOptions::default() };
            diagram::picture(drawing, &wanted)
        }
    };
    let scene = diagram::scene::Scene { colours: sketch.colours.clone(), ..scene };
    svg::svg(&scene, &svg::Options::default())
}

/// The components and groups that are drawn, in the order of declaration.
fn boxes<'d>(design: &'d Design, ids: &BTreeSet<String>) -> impl Iterator<Item = Element> + 'd {
    let model = &design.compilation.model;
    let components = model.components.iter().map(|it| (&it.header.path, it.header.span));
    let groups = model.groups.iter().map(|it| (&it.header.path, it.header.span));
    let drawn: Vec<(String, Span)> = components
        .chain(groups)
        .filter(|(path, _)| ids.contains(path.as_str()))
        .map(|(path, span)| (path.to_string(), span))
        .collect();
    drawn.into_iter().filter_map(|(id, span)| Some(Element { id, place: design.place(span)? }))
}

/// The connections that are drawn, several of them by one line where they have the same ends.
fn edges(design: &Design, view: &view::Options, drawing: &Drawing) -> Vec<Element> {
    let model = &design.compilation.model;
    let id = |edge: usize| Some(drawing.edges.get(edge)?.id.clone());
    let drawn = view::drawn(model, view).edges;
    let element = |(connection, edge)| {
        let place = design.place(model.connections[connection].span)?;
        Some(Element { id: id(edge)?, place })
    };
    drawn.into_iter().filter_map(element).collect()
}

/// How the design itself is drawn with what was picked.
///
/// # Errors
/// What there is not of it.
pub fn wanted(model: &Model, config: &Config, picked: &Picked) -> Result<RenderOptions, String> {
    let shown = match &picked.view {
        None => None,
        Some(name) => Some(view::find(model, name).ok_or_else(|| format!("there is no view `{name}`"))?),
    };
    let kind = match &picked.overlay {
        None => None,
        Some(name) => {
            let known = OVERLAYS.iter().find(|(known, _)| known == name);
            Some(known.ok_or_else(|| format!("there is no overlay `{name}`"))?.1)
        }
    };
    let of_view = || {
        let view = &model.views[shown?];
        view.attrs.word::<words::Theme>(AttrId::THEME).map(|word| (theme_of(word), Colours::default()))
    };
    let (theme, colours) = match &picked.theme {
        Some(name) => theme(config, name)?,
        None => of_view().unwrap_or_else(|| {
            config.theme.as_deref().and_then(|name| theme(config, name).ok()).unwrap_or_default()
        }),
    };
    let view = view::Options { view: shown, ..view::Options::default() };
    let overlay = overlay::Wanted { kind, flow: None };
    Ok(RenderOptions { view, theme, colours, overlay, ..RenderOptions::default() })
}

fn theme(config: &Config, name: &str) -> Result<(Theme, Colours), String> {
    match (words::Theme::from_word(name), config.themes.get(name)) {
        (Some(theme), _) => Ok((theme_of(theme), Colours::default())),
        (None, Some(own)) => Ok((Theme::Auto, own.clone())),
        (None, None) => Err(format!("there is no theme `{name}`")),
    }
}

fn theme_of(word: words::Theme) -> Theme {
    match word {
        words::Theme::Light => Theme::Light,
        words::Theme::Dark => Theme::Dark,
        words::Theme::Auto => Theme::Auto,
        words::Theme::Print => Theme::Print,
    }
}

fn flow(model: &Model, name: &str) -> Result<FlowId, String> {
    let is_it = |path: &str, known: &str| path == name || known == name;
    let found = model.flows.enumerate().find(|(_, it)| is_it(&it.header.path, &it.header.name));
    found.map(|(id, _)| id).ok_or_else(|| format!("there is no flow `{name}`"))
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    const SHOP: &str = "region us {\n  service api\n  database db\n}\nclient c\nc -> api\napi -> db \"read\"\n\
        flow buy { c -> api -> db }\nview small { hide = [us.db] }\n";

    fn sketched(picked: &Picked) -> (String, Vec<(String, String)>) {
        let (snapshot, path, _) = testing::at(&format!("$0{SHOP}"));
        let held = design(&snapshot, path, 0).unwrap();
        let Sketched { sketch, elements, .. } = sketch(held.design, picked).unwrap();
        let written = |it: &Element| (it.id.clone(), SHOP[it.place.range.clone()].to_owned());
        (draw(&sketch), elements.iter().map(written).collect())
    }

    #[test]
    fn everything_drawn_leads_to_where_it_is_written() {
        let (svg, elements) = sketched(&Picked::default());
        let text_of = |id: &str| {
            let found: Vec<&str> = elements.iter().filter(|it| it.0 == id).map(|it| it.1.as_str()).collect();
            found.join("|")
        };
        assert_eq!(text_of("us.api"), "service api");
        assert!(text_of("us").starts_with("region us {"));
        for (id, _) in &elements {
            assert!(svg.contains(&format!("data-id=\"{id}\"")), "{id}");
        }
        let lines: Vec<&str> =
            elements.iter().map(|it| it.1.as_str()).filter(|it| it.contains("->")).collect();
        assert_eq!(lines, ["c -> api", "api -> db \"read\""]);
    }

    #[test]
    fn of_a_large_design_the_deepest_groups_are_closed_until_they_are_opened() {
        let many = |group: &str| (0..35).map(|i| format!("  service {group}{i}\n")).collect::<String>();
        let text = format!(
            "$0group a {{\n{}}}\ngroup b {{\n{}}}\nclient c\nc -> a.a0\nc -> a.a1\na.a0 -> b.b0\n",
            many("a"),
            many("b")
        );
        let (snapshot, path, _) = testing::at(&text);
        let held = design(&snapshot, path, 0).unwrap();
        let of = |open: &[&str]| {
            let open = open.iter().map(|it| (*it).to_owned()).collect();
            let found = sketch(held.design, &Picked { open, ..Picked::default() }).unwrap();
            (found.closed, found.elements.len(), draw(&found.sketch).len())
        };
        // three boxes; both calls into `a` are one line, and lead to where each is written
        let (closed, elements, small) = of(&[]);
        assert_eq!((closed, elements), (vec!["a".to_owned(), "b".to_owned()], 3 + 3));
        let (closed, elements, _) = of(&["a"]);
        assert_eq!((closed, elements), (vec!["b".to_owned()], 1 + 36 + 1 + 3));
        let (closed, elements, large) = of(&["*"]);
        assert_eq!((closed, elements), (Vec::new(), 1 + 2 * 36 + 3));
        assert!(large > 5 * small, "{small} {large}");
    }

    #[test]
    fn what_is_picked_is_drawn() {
        let pick = |view: &str, flow: &str| Picked {
            view: (!view.is_empty()).then(|| view.to_owned()),
            flow: (!flow.is_empty()).then(|| flow.to_owned()),
            ..Picked::default()
        };
        let (_, small) = sketched(&pick("small", ""));
        assert!(small.iter().all(|(id, _)| id != "us.db"));
        let (svg, calls) = sketched(&pick("", "buy"));
        assert!(svg.starts_with("<svg") && calls.iter().any(|(id, _)| id == "us.db"), "{calls:?}");
        let (snapshot, path, _) = testing::at(&format!("$0{SHOP}"));
        let held = design(&snapshot, path, 0).unwrap();
        assert_eq!(sketch(held.design, &pick("none", "")).unwrap_err(), "there is no view `none`");
        assert_eq!(choices(held.design), [vec!["small"], vec!["buy"], vec![]]);
    }
}
