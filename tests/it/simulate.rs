//! `archc simulate`: its JSON against its schema, and its exit codes.

use archc::compilation::check;
use archc::config::Config;
use archc::source::{Document, MemoryLoader};
use archc::study::simulate::{Question, json, simulate};

use crate::schema::{breaches, schema};

#[test]
fn the_json_is_as_the_schema_says() {
    let schema = schema("simulate.schema.json");
    for example in ["chat", "online-boutique", "online-shop", "url-shortener"] {
        let path = format!("{}/examples/{example}/design.arch", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        let config = Config::default();
        let compilation =
            check(Document::new("design.arch", text.as_str()), &MemoryLoader::default(), &config);
        let question = Question { losses: 2, rows: 50, ..Question::default() };
        let found = simulate(&compilation, &config, &question).unwrap();
        let sweep = found.sweep.as_ref().unwrap();
        assert!(sweep.singles.tried > 3 && !sweep.singles.rows.is_empty(), "{example}");
        let value = serde_json::from_str(&json(&found)).unwrap();
        assert_eq!(breaches(&schema, &value), Vec::<String>::new(), "{example}");
    }
}

fn exit(arguments: &[&str]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let design = "client c { rate = 10/s }
        service s { replicas = 2  availability = 0.99  capacity = 20/s }
        flow f { slo availability >= 99%; c -> s }
        scenario crowd { load = 5x }";
    std::fs::write(folder.path().join("design.arch"), design).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_archc"));
    let output =
        command.current_dir(&folder).args(["simulate", "design.arch"]).args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_exit_code_follows_the_objectives() {
    assert_eq!(exit(&["--fail", "s#1"]).0, Some(0));
    // 50/s where 40/s find a place: 0.9999 · 0.8
    let (code, text) = exit(&["--scenario", "crowd"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("f availability 80% < 99%") && text.contains("s 125%"), "{text}");
    assert_eq!(exit(&["--load", "2x"]).0, Some(0));
    assert_eq!(exit(&["--load", "1x", "--losses", "1"]).0, Some(0), "one replica is enough");
    assert_eq!(exit(&[]).0, Some(1), "two losses, and the scenario");
    for wrong in [["--scenario", "none"], ["--load", "x"], ["--fail", "t"], ["--losses", "3"]] {
        assert_eq!(exit(&wrong).0, Some(2), "{wrong:?}");
    }
}
