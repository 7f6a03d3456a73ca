//! The direction of imports: a file may only use what stands before it, and each library has one home.

use std::path::{Path, PathBuf};

/// The layers from the bottom up; what stands in one group must not use each other.
const LAYERS: &[&[&str]] = &[
    &["source", "units", "parallel", "canon"],
    &["diagnostic", "markdown"],
    &["config"],
    &["syntax"],
    &["model"],
    &["resolve"],
    &["graph"],
    &["analysis"],
    &["rules"],
    &["diagram", "fix", "diff", "study"],
    &["emit"],
    &["practice"],
    &["ide", "report"], // a report in JSON holds findings as emit writes them
    &["guide"],
    &["cli"],
];

/// May use every layer but the command line, and is used by those above the rules: the pipeline itself.
const PIPELINE: &[&str] = &["compilation"];

/// Where a library, or a part of the standard one, may be named.
const HOMES: &[(&str, &[&str])] = &[
    ("pest", &["syntax/"]),
    ("pest_derive", &["syntax/"]),
    ("petgraph", &["graph/"]),
    ("miette", &["emit/human.rs"]),
    ("textwrap", &["emit/human.rs"]),
    ("clap", &["cli/", "main.rs"]),
    ("clap_complete", &["cli/completions.rs"]),
    ("clap_mangen", &["cli/completions.rs"]),
    ("notify", &["cli/watch.rs"]),
    ("rmcp", &["cli/mcp"]),
    ("tokio", &["cli/mcp", "cli/serve"]),
    ("schemars", &["cli/mcp"]),
    ("hyper", &["cli/serve/http.rs"]),
    ("hyper_util", &["cli/serve/http.rs"]),
    ("http_body_util", &["cli/serve/http.rs"]),
    ("percent_encoding", &["cli/serve/"]),
    ("open", &["cli/serve.rs"]),
    ("similar", &["cli/mend.rs"]),
    ("layout::adt", &["diagram/layout/"]),
    ("layout::core", &["diagram/layout/"]),
    ("layout::std_shapes", &["diagram/layout/"]),
    ("layout::topo", &["diagram/layout/"]),
    ("resvg", &["diagram/image/"]),
    ("ttf_parser", &["diagram/image/"]),
    ("krilla", &["diagram/image/"]),
    ("krilla_svg", &["diagram/image/"]),
    ("maud", &["diagram/html/", "report/html/"]),
    ("sha2", &["diagram/html/"]),
    ("flate2", &["canon.rs"]),
    ("base64", &["diagram/html/", "cli/mcp/"]),
    ("std::fs", &["cli/"]),
    ("std::env", &["cli/"]),
    ("std::process", &["cli/", "main.rs"]),
    ("std::net", &["cli/"]),
    ("std::time", &["cli/"]),
];

struct File {
    /// Below `src/`, with `/`.
    path: String,
    /// Without comments and strings.
    code: String,
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let below: PathBuf = path.strip_prefix(&root).unwrap().into();
            let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            files.push(File { path: parts.join("/"), code: code(&std::fs::read_to_string(&path).unwrap()) });
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// A text without line comments, so that prose may name anything.
fn code(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or(""));
    lines.collect::<Vec<_>>().join("\n")
}

/// The top-level module that a file belongs to.
fn module(path: &str) -> &str {
    let first = path.split('/').next().unwrap_or(path);
    first.strip_suffix(".rs").unwrap_or(first)
}

/// The layer of a module, from the bottom.
fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

/// The top-level modules that a text names by `crate::`, also in a list of several.
fn used(code: &str) -> Vec<String> {
    let mut used = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let list = match rest.strip_prefix('{') {
            Some(rest) => top_level(rest),
            None => vec![rest],
        };
        for item in list {
            let name: String =
                item.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            used.push(name);
        }
    }
    used
}

/// The parts of `a::b, c::{d, e}, f}…` that stand at its own level.
fn top_level(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (i, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                parts.push(&text[start..i]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    parts
}

/// What is wrong with one file's use of the others; empty where nothing is.
fn faults(path: &str, code: &str) -> Vec<String> {
    let own = module(path);
    let mut faults = Vec::new();
    if own == "lib" || own == "main" {
        return faults;
    }
    let is_pipeline = PIPELINE.contains(&own);
    let Some(level) = (if is_pipeline { layer("rules") } else { layer(own) }) else {
        return vec![format!("src/{path} belongs to no layer: give `{own}` a place in tests/it/layers.rs")];
    };
    for other in used(code) {
        let Some(at) = layer(&other) else {
            if PIPELINE.contains(&other.as_str()) && level <= layer("rules").unwrap() && !is_pipeline {
                faults.push(format!("src/{path} uses `crate::{other}`, which stands above it"));
            }
            continue;
        };
        let allowed = other == own || at < level || is_pipeline && at == level;
        if !allowed {
            faults.push(format!("src/{path} uses `crate::{other}`, which does not stand before it"));
        }
    }
    faults
}

#[test]
fn imports_point_down() {
    let faults: Vec<String> = files().iter().flat_map(|file| faults(&file.path, &file.code)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_check_itself_sees_an_import_that_points_up() {
    assert_eq!(
        faults("model/kind.rs", "use crate::source::Span;\nuse crate::model::Id;"),
        Vec::<String>::new()
    );
    assert_eq!(faults("model/kind.rs", "use crate::rules::Rule;").len(), 1);
    assert_eq!(faults("model/kind.rs", "use crate::{source::{A, B}, analysis::Facts, units::C};").len(), 1);
    assert_eq!(faults("diff/mod.rs", "let x = crate::study::run();").len(), 1);
    assert_eq!(faults("model/kind.rs", "fn f() -> crate::compilation::Compilation {}").len(), 1);
    assert_eq!(faults("nowhere.rs", "").len(), 1);
}

#[test]
fn each_library_is_named_at_home_only() {
    let mut faults = Vec::new();
    for file in files() {
        for (library, homes) in HOMES {
            let at_home = homes.iter().any(|home| file.path.starts_with(home));
            if !at_home && names(&file.code, library) {
                faults.push(format!(
                    "src/{} names `{library}`, whose home is src/{}",
                    file.path,
                    homes.join(", src/")
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Whether a path in the text starts with the library.
fn names(code: &str, library: &str) -> bool {
    let head = format!("{library}::");
    let starts_a_path = |at: usize| {
        let before = code[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    };
    let named = code.match_indices(&head).any(|(at, _)| starts_a_path(at));
    let imported = code.contains(&format!("use {library};"));
    let listed = library.split_once("::").is_some_and(|(parent, child)| {
        let opening = format!("use {parent}::{{");
        code.split(&opening)
            .skip(1)
            .flat_map(top_level)
            .any(|item| item.trim().split("::").next() == Some(child))
    });
    named || imported || listed
}

#[test]
fn the_check_itself_sees_a_library_away_from_home() {
    assert!(names("let text = std::fs::read(path);", "std::fs"));
    assert!(names("use std::{collections::BTreeMap, fs};", "std::fs"));
    assert!(names("use petgraph::graph::Graph;", "petgraph"));
    assert!(!names("use crate::diagram::layout::core::Layout;", "layout::core"));
    assert!(!names("use std::fmt::Write;", "std::fs"));
}

#[test]
fn each_file_opens_with_its_job_and_is_short() {
    for file in files() {
        assert!(!file.code.contains("#[allow("), "src/{}: use #[expect(…, reason = \"…\")]", file.path);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in files().iter().filter(|file| !file.path.contains("/tests")) {
        let text = std::fs::read_to_string(root.join(&file.path)).unwrap();
        assert!(text.starts_with("//!"), "src/{} does not open with its one job", file.path);
        assert!(text.lines().count() <= 800, "src/{} has more than 800 lines", file.path);
    }
}
