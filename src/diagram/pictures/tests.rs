//! Pictures of designs from nothing to the limits: every text lies within the page and on no other text.

use super::*;
use crate::compilation::check;
use crate::config::Config;
use crate::diagram::scene::Prim;
use crate::diagram::svg;
use crate::diagram::text::width;
use crate::source::{Document, MemoryLoader};

const ALL: [Picture; 5] =
    [Picture::Deployment, Picture::Matrix, Picture::FaultTree, Picture::Waterfall, Picture::Load];

pub(super) fn compiled(text: &str) -> Compilation {
    check(Document::new("x.arch", text), &MemoryLoader::default(), &Config::default())
}

fn scenes(text: &str) -> Vec<Scene> {
    let compilation = compiled(text);
    let mut scenes: Vec<Scene> = ALL.iter().map(|it| picture(&compilation, *it, None, Theme::Auto)).collect();
    for id in compilation.model.flows.ids() {
        scenes.push(sequence(&compilation, id, Theme::Auto));
    }
    scenes
}

/// Where a text stands: left, top, right, bottom, and what it says.
fn texts(scene: &Scene) -> Vec<(f64, f64, f64, f64, String)> {
    let prims = scene.marks.iter().flat_map(|mark| &mark.prims);
    prims
        .filter_map(|prim| match prim {
            Prim::Text { at, text, font, centred, .. } => {
                let wide = width(text, *font);
                let x = if *centred { at.x - wide / 2.0 } else { at.x };
                Some((x, at.y - font.size * 0.75, x + wide, at.y + font.size * 0.2, text.clone()))
            }
            _ => None,
        })
        .collect()
}

#[track_caller]
fn readable(scene: &Scene) {
    let texts = texts(scene);
    assert!(scene.width > 0.0 && scene.height > 0.0 && !texts.is_empty(), "{}", scene.title);
    for (i, a) in texts.iter().enumerate() {
        let inside = a.0 >= -0.5 && a.1 >= -0.5 && a.2 <= scene.width + 0.5 && a.3 <= scene.height + 0.5;
        assert!(inside, "{}: {a:?} leaves {} x {}", scene.title, scene.width, scene.height);
        for b in texts.iter().skip(i + 1) {
            let apart = a.2 <= b.0 + 0.5 || b.2 <= a.0 + 0.5 || a.3 <= b.1 + 0.5 || b.3 <= a.1 + 0.5;
            assert!(apart, "{}: {a:?} on {b:?}", scene.title);
        }
    }
    for (i, a) in scene.nodes.iter().map(|node| node.rect).enumerate() {
        for b in scene.nodes.iter().skip(i + 1).map(|node| node.rect) {
            let apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
            assert!(apart, "{}: {a:?} on {b:?}", scene.title);
        }
    }
}

/// One client, and so many services that call one another in a chain.
fn chain(many: usize) -> String {
    let mut text = String::from("client c { rate = 10/s }\nregion r { zone a\nzone b\n");
    // figures of long chains take long, and are another's test
    let figures = if many > 40 { "" } else { "latency = 3ms capacity = 20/s replicas = 2 zones = [a, b]" };
    for i in 0..many {
        text += &format!("service s{i} \"Service with the number {i}\" {{ {figures} }}\n",);
    }
    text += "}\nflow f {\nc -> r.s0\n";
    for i in 1..many {
        text += &format!(
            "r.s{} -> r.s{i} \"a label of some length, the number {i}\" {{ timeout = 1s retries = 3 }}\n",
            i - 1
        );
    }
    text + "}\n"
}

/// One service that calls so many at once, twice.
fn fan(many: usize) -> String {
    let mut text = String::from("client c { rate = 10/s }\nservice hub { latency = 1ms capacity = 9/s }\n");
    let mut names = Vec::new();
    for i in 0..many {
        text += &format!("database d{i} {{ latency = 2ms capacity = 30/s }}\n");
        names.push(format!("d{i}"));
    }
    text + &format!(
        "flow f {{\nc -> hub\nhub -> [{}]\nhub -> {} {{ needs = 2 }}\n}}\n",
        names.join(", "),
        names.join(" | ")
    )
}

#[test]
fn nothing_has_a_picture_too() {
    for text in ["", "service a", "client c\nflow f { }", "client c\nservice a\nflow f { c ~> a }"] {
        for scene in scenes(text) {
            readable(&scene);
        }
    }
}

#[test]
fn one_hop_and_many_are_readable() {
    for many in [1, 2, 40, 200] {
        for scene in scenes(&chain(many)) {
            readable(&scene);
        }
    }
    for many in [2, 40] {
        for scene in scenes(&fan(many)) {
            readable(&scene);
        }
    }
}

#[test]
fn a_flow_beyond_the_limit_says_what_is_left_out() {
    let mut text = String::from("client c\nservice a\nservice b\nflow f {\nc -> a\n");
    for _ in 0..1000 {
        text += "a -> b\n";
    }
    let compilation = compiled(&(text + "}\n"));
    let id = compilation.model.flows.ids().next().unwrap();
    let told = sequence::read(&compilation, id);
    let calls = told.events.iter().filter(|event| matches!(event, sequence::Event::Call(_))).count();
    assert_eq!((calls, told.left_out), (sequence::MOST_CALLS, 1001 - sequence::MOST_CALLS));
    readable(&sequence::draw(&told, Theme::Auto));
}

#[test]
fn hostile_labels_stay_text_in_every_picture() {
    let evil = "</text><script>alert(1)</script>&#0;\u{202e}\u{fffe}]]>'";
    let text = format!(
        "client c \"{evil}\" {{ rate = 10/s }}\nregion r \"{evil}\" {{ zone z \"{evil}\"\nservice a \"{evil}\" {{ latency = 1ms capacity = 20/s zones = [z] }} }}\n\
         region q\nr -- q \"{evil}\" {{ rtt = 9ms }}\nflow f \"{evil}\" {{ c -> r.a \"{evil}\" }}\n"
    );
    for scene in scenes(&text) {
        let out = svg::svg(&scene, &svg::Options::default());
        assert!(!out.contains("<script") && !out.contains('\u{202e}') && !out.contains('\u{fffe}'), "{out}");
    }
}

#[test]
fn the_default_flow_is_the_worst() {
    let compilation = compiled(
        "client c { rate = 1/s }\nservice a { availability = 99.9% latency = 10ms capacity = 9/s }\nservice b { availability = 99% latency = 1ms capacity = 9/s }\n\
         flow first { c -> a }\nflow second { c -> b }\n",
    );
    assert!(picture(&compilation, Picture::FaultTree, None, Theme::Auto).title.ends_with("second"));
    assert!(picture(&compilation, Picture::Waterfall, None, Theme::Auto).title.ends_with("first"));
    let given = compilation.model.flows.ids().next();
    assert!(picture(&compilation, Picture::FaultTree, given, Theme::Auto).title.ends_with("first"));
}

/// A design with one of everything that pictures tell apart.
pub(super) const SHOP: &str = "client web { rate = 100/s }\n\
    region eu {\nzone a\nzone b\nservice api { replicas = 2 zones = [a, b] latency = 5ms p99 = 20ms capacity = 80/s }\n\
    cache hot { hit_ratio = 90% latency = 1ms }\ndatabase db { latency = 4ms capacity = 50/s }\nqueue jobs\nworker w { latency = 1ms } }\n\
    region us { service spare { latency = 5ms } }\neu -- us { rtt = 85ms }\n\
    flow buy {\nweb -> eu.api | us.spare \"POST\" { timeout = 1s }\neu.api -> eu.hot\n\
    eu.api -> eu.db { behind = eu.hot timeout = 100ms retries = 2 fallback = us.spare }\n\
    eu.api -> [eu.hot, eu.db]\neu.api -> eu.api \"check\"\neu.api ~> eu.jobs { optional = true }\neu.jobs ~> eu.w\n}\n";

#[test]
fn texts_of_the_pictures_of_a_shop() {
    let mut out = String::new();
    for scene in scenes(SHOP) {
        readable(&scene);
        let says: Vec<String> = texts(&scene).into_iter().map(|it| it.4).collect();
        out += &format!("{} | {}\n{}\n\n", scene.title, scene.description, says.join(" · "));
    }
    insta::assert_snapshot!(out);
}
