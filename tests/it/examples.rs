//! `examples`: real systems, checked and drawn. What archc says of each is a snapshot; its picture is committed beside it.
#![expect(clippy::disallowed_methods, reason = "a test may read and write the files of its own package")]

use std::path::{Path, PathBuf};

use archc::compilation::{Compilation, check};
use archc::config::Config;
use archc::diagram::{self, RenderOptions};
use archc::source::{Document, MemoryLoader};
use archc::study::simulate::{Question, simulate};
use archc::units::Date;

/// Set to 1, the tests write what they otherwise compare.
const BLESS: &str = "ARCHC_BLESS";

/// The folders, by name.
fn examples() -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), path))
        .collect();
    found.sort();
    assert!(found.len() >= 4, "{found:?}");
    found
}

fn checked(folder: &Path) -> Compilation {
    checked_file(&folder.join("design.arch"))
}

fn checked_file(file: &Path) -> Compilation {
    let text = std::fs::read_to_string(file).unwrap().replace("\r\n", "\n");
    let config = Config { today: Date::read("2026-11-22"), ..Config::default() };
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    check(Document::new(name, text), &MemoryLoader::default(), &config)
}

/// All designs of a folder: the final one, the naive one, steps between.
fn designs(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|it| it == "arch")).collect();
    files.sort();
    files
}

#[test]
fn what_archc_says_of_them() {
    for (name, folder) in examples() {
        let compilation = checked(&folder);
        let lines: Vec<_> = compilation
            .diagnostics
            .iter()
            .map(|it| {
                format!("{}[{}] {}: {}", it.severity.as_str(), it.code, it.subjects.join(", "), it.message)
            })
            .collect();
        let mistakes: Vec<_> = compilation.diagnostics.iter().filter(|it| it.code.starts_with('E')).collect();
        assert!(mistakes.is_empty(), "{name}: {mistakes:#?}");
        insta::assert_snapshot!(format!("example_{name}"), lines.join("\n"));
    }
}

#[test]
fn every_component_is_drawn_and_none_covers_another() {
    for (name, folder) in examples() {
        let compilation = checked(&folder);
        let scene = diagram::render(&compilation.model, &RenderOptions::default());
        assert_eq!(scene.nodes.len(), compilation.model.components.iter().count(), "{name}");
        for (i, one) in scene.nodes.iter().enumerate() {
            for other in &scene.nodes[i + 1..] {
                let (a, b) = (one.rect, other.rect);
                let apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
                assert!(apart, "{name}: {} covers {}", one.id, other.id);
            }
        }
    }
}

#[test]
fn their_pictures_are_fresh() {
    let bless = std::env::var(BLESS).is_ok_and(|value| value == "1");
    for (name, folder) in examples() {
        let scene = diagram::render(&checked(&folder).model, &RenderOptions::default());
        let svg = diagram::svg::svg(&scene, &diagram::svg::Options::default());
        let path = folder.join("design.svg");
        if bless {
            std::fs::write(&path, svg).unwrap();
            continue;
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        assert!(found == svg, "examples/{name}/design.svg is stale: run `ARCHC_BLESS=1 cargo test examples`");
    }
}

#[test]
fn they_are_in_the_canonical_form() {
    for (_, folder) in examples() {
        for file in designs(&folder) {
            let text = std::fs::read_to_string(&file).unwrap().replace("\r\n", "\n");
            let formatted = archc::fix::format(&checked_file(&file).trees[0], &text);
            assert!(formatted == text, "run `archc fmt {}`", file.display());
        }
    }
}

#[test]
fn the_first_drawing_of_each_fails_for_its_design_and_not_for_its_spelling() {
    for (name, folder) in examples() {
        let file = folder.join("naive.arch");
        if !file.exists() {
            continue;
        }
        let found = checked_file(&file).diagnostics;
        assert!(found.iter().all(|it| !it.is_mistake()), "{name}: {found:#?}");
        assert!(found.iter().any(|it| it.severity == archc::diagnostic::Severity::Error), "{name}");
    }
}

/// What a page says of its designs: from the heading on.
fn said(folder: &Path) -> String {
    let page = std::fs::read_to_string(folder.join("README.md")).unwrap().replace("\r\n", "\n");
    page.split_once("## What archc says").map(|(_, said)| said.to_owned()).unwrap_or_default()
}

/// Words of a text that a test accepts, such as codes of rules in backticks.
fn words(text: &str, accepts: impl Fn(&str) -> bool) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || "`,;:()".contains(c));
    words.filter(|word| accepts(word)).map(str::to_owned).collect()
}

#[test]
fn a_page_speaks_of_no_rule_that_archc_does_not_name_there() {
    let is_code =
        |word: &str| word.len() == 5 && word.split_at(2).1.parse::<u16>().is_ok() && word.is_ascii();
    for (name, folder) in examples() {
        let mut found: Vec<String> = Vec::new();
        // one day what is allowed until then is back, and a restore that was tested has grown old
        for day in ["2026-11-22", "2029-01-01"] {
            let config = Config { today: Date::read(day), ..Config::default() };
            for file in designs(&folder) {
                let text = std::fs::read_to_string(&file).unwrap().replace("\r\n", "\n");
                let compilation = check(Document::new("x.arch", text), &MemoryLoader::default(), &config);
                let report = archc::report::report(&compilation);
                found.extend(compilation.diagnostics.iter().map(|it| it.code.to_owned()));
                found.extend(report.allowed.iter().map(|it| it.code.to_owned()));
            }
        }
        for code in words(&said(&folder), is_code) {
            assert!(
                found.contains(&code),
                "examples/{name}/README.md speaks of {code}, which archc does not find"
            );
        }
    }
}

#[test]
fn a_page_tells_no_availability_that_archc_does_not_compute() {
    // three places and more are nobody's round promise
    let is_figure = |word: &str| {
        word.split_once('.').is_some_and(|(whole, places)| {
            whole.len() == 2 && places.len() >= 3 && word.parse::<f64>().is_ok_and(|it| it > 90.0)
        })
    };
    for (name, folder) in examples() {
        let mut computed: Vec<f64> = Vec::new();
        for file in designs(&folder) {
            let compilation = checked_file(&file);
            let simulation = simulate(&compilation, &Config::default(), &Question::default());
            let cases = simulation.iter().flat_map(|it| &it.cases).flat_map(|case| &case.flows);
            computed.extend(cases.map(|flow| flow.availability.value * 100.0));
        }
        for figure in words(&said(&folder), is_figure) {
            let places = figure.split_once('.').map_or(0, |(_, places)| places.len());
            let near = computed.iter().any(|it| format!("{it:.places$}") == figure);
            assert!(near, "examples/{name}/README.md says {figure} %, which archc does not compute");
        }
    }
}

#[test]
fn the_program_holds_each_of_them() {
    let held: Vec<_> = archc::canon::systems().iter().map(|system| system.name.to_owned()).collect();
    let (mut held, there) = (held, examples().into_iter().map(|(name, _)| name).collect::<Vec<_>>());
    held.sort();
    assert_eq!(held, there);
}

#[test]
fn each_tells_what_it_is() {
    for (name, folder) in examples() {
        let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
        assert!(readme.contains("## What archc says") && readme.contains("design.svg"), "{name}");
    }
}
