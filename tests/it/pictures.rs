//! Forty designs of all shapes, drawn: held to snapshots, and to what must be true of any picture.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use archc::compilation::{Compilation, check};
use archc::config::Config;
use archc::diagram::layout::Rect;
use archc::diagram::overlay::Evidence;
use archc::diagram::scene::{Element, Prim, Scene};
use archc::diagram::{RenderOptions, draw, overlay, picture, svg, view};
use archc::model::{Id, View};
use archc::source::{Document, MemoryLoader};
use archc::units::Date;

/// Above so many bytes a picture's snapshot tells its places alone.
const MOST_SVG: usize = 20_000;

fn corpus() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pictures");
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    assert_eq!(found.len(), 40, "{found:?}");
    found
}

fn compiled(path: &Path) -> Compilation {
    let text = std::fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    let config = Config { today: Date::read("2026-11-22"), ..Config::default() };
    check(Document::new("design.arch", text), &MemoryLoader::default(), &config)
}

/// The picture of the whole design, or of a view with what that lays over it.
fn drawn(design: &Compilation, view: Option<Id<View>>) -> Scene {
    let evidence = Evidence { model: &design.model, facts: &design.facts, findings: &design.diagnostics };
    let options = RenderOptions {
        view: view::Options { view, ..view::Options::default() },
        overlay: overlay::Wanted { kind: None, flow: None },
        ..RenderOptions::default()
    };
    picture(&draw(&evidence, &options), &options)
}

/// Where everything lies, a line for each thing.
fn places(scene: &Scene) -> String {
    let at =
        |rect: &Rect| format!("{},{} {}×{}", rect.x.round(), rect.y.round(), rect.w.round(), rect.h.round());
    let mut out = format!("{}×{}\n", scene.width.round(), scene.height.round());
    for group in &scene.groups {
        let _ = writeln!(out, "[{}] {}", group.id, at(&group.rect));
    }
    for node in &scene.nodes {
        let _ = writeln!(out, "{} {}", node.id, at(&node.rect));
    }
    for edge in &scene.edges {
        let points = edge.points.iter().map(|p| format!("{},{}", p.x.round(), p.y.round()));
        let label = edge.label.as_ref().map(|(_, rect)| format!(" label {}", at(rect))).unwrap_or_default();
        let _ = writeln!(out, "{} {}{label}", edge.id, points.collect::<Vec<_>>().join(" "));
    }
    out
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

#[test]
fn they_look_as_before() {
    for path in corpus() {
        let design = compiled(&path);
        let mistakes: Vec<_> = design.diagnostics.iter().filter(|it| it.code.starts_with('E')).collect();
        assert!(mistakes.is_empty(), "{path:?}: {mistakes:#?}");
        let scene = drawn(&design, None);
        let whole = svg::svg(&scene, &svg::Options::default());
        let mut told = if whole.len() <= MOST_SVG { whole } else { places(&scene) };
        for (id, it) in design.model.views.enumerate() {
            let _ = write!(told, "\nview {}: {}", it.header.name, places(&drawn(&design, Some(id))));
        }
        insta::assert_snapshot!(format!("picture_{}", name(&path)), told);
    }
}

fn apart(a: &Rect, b: &Rect) -> bool {
    a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y
}

fn within(inner: &Rect, outer: &Rect) -> bool {
    inner.x >= outer.x
        && inner.y >= outer.y
        && inner.x + inner.w <= outer.x + outer.w
        && inner.y + inner.h <= outer.y + outer.h
}

/// What no picture may show; empty where all is well.
fn faults(scene: &Scene) -> Vec<String> {
    let mut faults = Vec::new();
    let page = Rect { x: 0.0, y: 0.0, w: scene.width, h: scene.height };
    let labels: Vec<(&str, &Rect)> =
        scene.edges.iter().filter_map(|edge| Some((edge.id.as_str(), &edge.label.as_ref()?.1))).collect();
    for (i, node) in scene.nodes.iter().enumerate() {
        for other in scene.nodes.iter().skip(i + 1).filter(|other| !apart(&node.rect, &other.rect)) {
            faults.push(format!("{} covers {}", node.id, other.id));
        }
        for (id, _) in labels.iter().filter(|(_, rect)| !apart(&node.rect, rect)) {
            faults.push(format!("{} covers the label of {id}", node.id));
        }
    }
    for (i, (id, rect)) in labels.iter().enumerate() {
        for (other, _) in labels.iter().skip(i + 1).filter(|(_, other)| !apart(rect, other)) {
            faults.push(format!("the label of {id} covers that of {other}"));
        }
    }
    for item in scene.nodes.iter().chain(&scene.groups) {
        let outer = item.parent.as_ref().and_then(|id| scene.groups.iter().find(|group| group.id == *id));
        if !within(&item.rect, outer.map_or(&page, |group| &group.rect)) {
            faults.push(format!("{} stands out", item.id));
        }
    }
    faults
}

#[test]
fn nothing_covers_or_leaves_another() {
    for path in corpus() {
        let design = compiled(&path);
        let views = design.model.views.ids().map(Some);
        for view in std::iter::once(None).chain(views) {
            let faults = faults(&drawn(&design, view));
            assert!(faults.is_empty(), "{path:?}, view {view:?}: {faults:#?}");
        }
    }
}

#[test]
fn no_text_leaves_its_box_or_the_page() {
    use archc::diagram::text::width;
    for path in corpus() {
        let scene = drawn(&compiled(&path), None);
        for mark in &scene.marks {
            let outer = match &mark.element {
                Some(Element::Node { id, .. }) => scene.nodes.iter().find(|node| node.id == *id),
                Some(Element::Group { id, .. }) => scene.groups.iter().find(|group| group.id == *id),
                _ => None,
            };
            let page = Rect { x: 0.0, y: 0.0, w: scene.width, h: scene.height };
            let outer = outer.map_or(page, |it| it.rect);
            for prim in &mark.prims {
                let Prim::Text { at, text, font, centred, .. } = prim else { continue };
                let w = width(text, *font);
                let left = if *centred { at.x - w / 2.0 } else { at.x };
                let fits = left >= outer.x && left + w <= outer.x + outer.w;
                assert!(fits, "{path:?}: `{text}` in {outer:?}, from {left} to {}", left + w);
            }
        }
    }
}
