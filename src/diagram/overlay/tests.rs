//! The overlays held against designs whose figures are worked out by hand.

use super::*;
use crate::compilation::{Compilation, check};
use crate::config::Config;
use crate::diagram::sign::Sign;
use crate::diagram::{RenderOptions, draw, picture, svg, view};
use crate::source::{Document, MemoryLoader};

const SHOP: &str = r#"
client web { rate = 900/s }
region us {
  zone a
  zone b
  service api { replicas = 2  zones = [a, b]  capacity = 500/s }
  service one { zones = [a]  capacity = 2k/s }
  database db { zones = [b] }
}
service idle
web -> us.api "GET <b>"
us.api -> us.one
us.one -> us.api
us.one -> us.db
flow buy "Buy" { web -> us.api
  us.api -> us.one "take"
}
view busy { overlay = load  flow = buy }
"#;

fn compiled() -> Compilation {
    let found = check(Document::new("shop.arch", SHOP), &MemoryLoader::default(), &Config::default());
    let mistakes: Vec<_> = found.diagnostics.iter().filter(|it| it.is_mistake()).collect();
    assert!(mistakes.is_empty(), "{mistakes:?}");
    found
}

fn drawing(kind: Kind, flow: Option<FlowId>) -> crate::diagram::drawing::Drawing {
    let found = compiled();
    let evidence = Evidence { model: &found.model, facts: &found.facts, findings: &found.diagnostics };
    let overlay = Wanted { kind: Some(kind), flow };
    draw(&evidence, &RenderOptions { overlay, ..RenderOptions::default() })
}

fn sign(drawing: &crate::diagram::drawing::Drawing, id: &str) -> Sign {
    let at = drawing.nodes.iter().position(|node| node.id == id).unwrap();
    drawing.overlay.nodes.get(at).cloned().unwrap_or_default()
}

fn tags(sign: &Sign) -> Vec<&str> {
    sign.tags.iter().map(|tag| tag.text.as_str()).collect()
}

#[test]
fn load_shows_the_figure_and_widens_lines() {
    let drawing = drawing(Kind::Load, None);
    let api = sign(&drawing, "us.api");
    assert_eq!((api.tone, tags(&api)), (Some(Tone::Bad), vec!["90%"]));
    let one = sign(&drawing, "us.one");
    assert_eq!((one.tone, tags(&one)), (Some(Tone::Good), vec!["45%"]));
    assert_eq!(sign(&drawing, "idle"), Sign::default());
    assert!(drawing.overlay.edges.iter().any(|edge| edge.width.is_some()));
}

#[test]
fn domains_name_what_falls_with_a_zone() {
    let drawing = drawing(Kind::Domains, None);
    assert_eq!(sign(&drawing, "us.api").tone, None);
    assert_eq!(sign(&drawing, "us.one").tone, Some(Tone::Bad));
    let told: Vec<_> = drawing.overlay.notes.iter().map(|n| (n.head.as_str(), n.text.as_str())).collect();
    assert!(told.contains(&("us.a", "zone, holds 2 components; with it fall 1: us.one")), "{told:?}");
    assert!(told.contains(&("us.b", "zone, holds 2 components; with it fall 1: us.db")), "{told:?}");
}

#[test]
fn coupling_marks_the_circle() {
    let drawing = drawing(Kind::Coupling, None);
    assert!(tags(&sign(&drawing, "us.api")).contains(&"circle 1"));
    assert!(tags(&sign(&drawing, "us.one")).contains(&"circle 1"));
    assert_eq!(sign(&drawing, "us.db").tags.len(), 0);
    assert_eq!(drawing.overlay.edges.iter().filter(|edge| edge.tone == Some(Tone::Bad)).count(), 2);
}

#[test]
fn every_number_at_an_element_has_its_line_below() {
    let found = compiled();
    let drawing = drawing(Kind::Findings, None);
    let notes = &drawing.overlay.notes;
    let findings: Vec<_> = found.diagnostics.iter().filter(|it| !it.is_mistake()).collect();
    assert_eq!(notes.len(), findings.len());
    for (note, finding) in notes.iter().zip(&findings) {
        assert_eq!(note.head, format!("{} {}", finding.code, finding.severity.as_str()));
    }
    let single = findings.iter().position(|it| it.subjects.iter().any(|s| s == "us.db")).unwrap();
    assert!(sign(&drawing, "us.db").tone.is_some(), "{}", findings[single].message);
}

#[test]
fn a_flow_numbers_its_steps_and_fades_the_rest() {
    let found = compiled();
    let flow = found.model.flows.ids().next();
    let drawing = drawing(Kind::None, flow);
    assert!(sign(&drawing, "idle").faint && sign(&drawing, "us.db").faint);
    assert!(!sign(&drawing, "us.api").faint);
    let steps: Vec<_> =
        drawing.overlay.edges.iter().flat_map(|edge| edge.tags.iter().map(|t| &t.text)).collect();
    assert_eq!(steps, ["1", "2"]);
}

#[test]
fn a_view_asks_for_both_and_the_picture_holds_them() {
    let found = compiled();
    let evidence = Evidence { model: &found.model, facts: &found.facts, findings: &[] };
    let view = view::Options { view: view::find(&found.model, "busy"), ..view::Options::default() };
    let options = RenderOptions { view, ..RenderOptions::default() };
    let drawing = draw(&evidence, &options);
    assert!(sign(&drawing, "idle").faint && tags(&sign(&drawing, "us.api")) == ["90%"]);
    let out = svg::svg(&picture(&drawing, &options), &svg::Options::default());
    assert!(out.contains(">90%</text>") && out.contains("step of Buy") && !out.contains("<b>"));
    assert!(!out.contains("at most 60% of its capacity") || tags(&sign(&drawing, "us.one")) == ["45%"]);
}

#[test]
fn an_overlay_without_anything_to_tell_says_so() {
    let found = check(Document::new("x.arch", "service a\n"), &MemoryLoader::default(), &Config::default());
    let evidence = Evidence { model: &found.model, facts: &found.facts, findings: &[] };
    let notes = |kind| {
        let overlay = Wanted { kind, flow: None };
        draw(&evidence, &RenderOptions { overlay, ..RenderOptions::default() }).overlay.notes.len()
    };
    for kind in [Kind::Findings, Kind::Load, Kind::Coupling, Kind::Domains] {
        assert_eq!(notes(Some(kind)), 1, "{kind:?}");
    }
    assert_eq!((notes(None), notes(Some(Kind::None))), (0, 0));
}
