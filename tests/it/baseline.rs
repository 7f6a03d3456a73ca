//! `archc baseline write` and `archc check --baseline`: what was there before does not fail.

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{archc, code, folder, stderr, stdout};
use crate::schema::{breaches, schema};

const DESIGN: &str = "client c { rate = 10/s }\nservice api\ndatabase db\nc -> api -> db\n";

fn write(folder: &TempDir, name: &str, text: &str) {
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn run(folder: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    let output = archc(folder.path(), arguments, "");
    (code(&output), stdout(&output), stderr(&output))
}

/// The codes told as new with their subjects, how many are known and how many are gone.
fn news(folder: &TempDir, arguments: &[&str]) -> (Vec<String>, u64, usize) {
    let (_, text, _) = run(folder, &[&["check", "--format", "json"], arguments].concat());
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(breaches(&schema("check.schema.json"), &document), Vec::<String>::new());
    let new = document["diagnostics"].as_array().unwrap().iter();
    let new = new.map(|it| format!("{} {}", it["code"], it["subjects"])).collect();
    let before = &document["before"];
    (new, before["known"].as_u64().unwrap(), before["gone"].as_array().unwrap().len())
}

#[test]
fn what_is_known_passes_and_what_is_new_fails() {
    let folder = folder(&[("shop.arch", DESIGN)]);
    let (all, ..) = run(&folder, &["check", "--fail-on", "note"]);
    assert_eq!(all, 1, "the design must have findings");
    let (written, _, said) = run(&folder, &["baseline", "write"]);
    assert_eq!(written, 0, "{said}");
    assert!(said.contains("remembered in `archc-baseline.json`"), "{said}");
    let file: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path().join("archc-baseline.json")).unwrap())
            .unwrap();
    assert_eq!(breaches(&schema("baseline.schema.json"), &file), Vec::<String>::new());

    let strict = ["check", "--baseline", "archc-baseline.json", "--fail-on", "note"];
    let (exit, text, _) = run(&folder, &strict);
    assert_eq!(exit, 0, "{text}");
    assert!(text.contains("no new findings") && text.contains("known"), "{text}");

    // moved lines, other figures, another place to call from
    write(&folder, "shop.arch", &format!("// moved\n\n{}", DESIGN.replace("10/s", "11/s")));
    assert_eq!(run(&folder, &strict).0, 0);
    let above = folder.path().join("shop.arch").display().to_string();
    let elsewhere = tempfile::tempdir().unwrap();
    let baseline = folder.path().join("archc-baseline.json").display().to_string();
    let output =
        archc(elsewhere.path(), &["check", &above, "--baseline", &baseline, "--fail-on", "note"], "");
    assert_eq!(code(&output), 0, "{}", stdout(&output));

    write(&folder, "shop.arch", &format!("{DESIGN}servce x\n"));
    let (exit, text, _) = run(&folder, &["check", "--baseline", "archc-baseline.json"]);
    assert_eq!(exit, 1);
    assert!(text.contains("1 new error"), "{text}");
}

#[test]
fn a_renamed_design_keeps_its_findings_and_a_second_one_does_not_borrow_them() {
    let folder = folder(&[("old/shop.arch", DESIGN)]);
    assert_eq!(run(&folder, &["baseline", "write", "--baseline", "ci/known.json"]).0, 2, "no such folder");
    std::fs::create_dir(folder.path().join("ci")).unwrap();
    assert_eq!(run(&folder, &["baseline", "write", "--baseline", "ci/known.json"]).0, 0);
    let (_, known, _) = news(&folder, &["--baseline", "ci/known.json"]);
    std::fs::create_dir(folder.path().join("new")).unwrap();
    std::fs::rename(folder.path().join("old/shop.arch"), folder.path().join("new/store.arch")).unwrap();
    assert_eq!(news(&folder, &["--baseline", "ci/known.json"]), (Vec::new(), known, 0));

    write(&folder, "old/shop.arch", DESIGN);
    let (new, again, gone) = news(&folder, &["--baseline", "ci/known.json"]);
    assert_eq!((new.len() as u64, again, gone), (known, known, 0));
}

#[test]
fn what_no_longer_occurs_is_told_and_what_was_not_looked_at_is_not() {
    let folder = folder(&[("a.arch", DESIGN), ("b.arch", DESIGN)]);
    assert_eq!(run(&folder, &["baseline", "write"]).0, 0);
    let baseline = ["--baseline", "archc-baseline.json"];
    let (new, known, gone) = news(&folder, &[&["a.arch"], &baseline[..]].concat());
    assert!(new.is_empty() && known > 0 && gone == 0, "b.arch was not looked at: {gone}");
    let (_, fewer, gone) = news(&folder, &[&["a.arch", "--select", "availability"], &baseline[..]].concat());
    assert!(fewer < known && gone == 0, "rules that are off find nothing: {gone}");

    write(&folder, "a.arch", "client c\n");
    std::fs::remove_file(folder.path().join("b.arch")).unwrap();
    let (_, _, gone) = news(&folder, &baseline);
    assert_eq!(gone as u64, 2 * known);
    let (exit, _, said) = run(&folder, &[&["check", "--quiet"], &baseline[..]].concat());
    assert_eq!((exit, said.as_str()), (0, ""));
    let (_, _, said) = run(&folder, &[&["check"], &baseline[..]].concat());
    assert!(said.contains("no longer occur; `archc baseline write` takes them out"), "{said}");
    assert!(said.contains("a.arch") && said.contains("b.arch"), "{said}");
}

#[test]
fn a_shared_file_and_a_block_of_markdown_are_known_too() {
    let page = format!("# A\n\n```arch\n{DESIGN}```\n\n```arch\n{DESIGN}```\n");
    let folder = folder(&[
        ("lib/api.arch", "service api\n"),
        ("m.arch", "import \"lib/api.arch\"\nclient c { rate = 1/s }\nc -> api\n"),
        ("page.md", &page),
    ]);
    assert_eq!(run(&folder, &["baseline", "write"]).0, 0);
    let (new, _, gone) = news(&folder, &["--baseline", "archc-baseline.json"]);
    assert!(new.is_empty() && gone == 0, "{new:?}");
    // another design that imports the shared file, and tells its findings first
    write(&folder, "a.arch", "import \"lib/api.arch\"\nclient c { rate = 1/s }\nc -> api\n");
    let (new, ..) = news(&folder, &["--baseline", "archc-baseline.json"]);
    assert!(!new.iter().any(|it| it.ends_with("[\"api\"]") && it.starts_with("\"AV001")), "{new:?}");
}

#[test]
fn what_is_no_baseline_is_said_and_nothing_is_written_over() {
    let folder = folder(&[("a.arch", DESIGN), ("bad.json", "{ \"version\": 7 }")]);
    let (exit, _, said) = run(&folder, &["check", "--baseline", "none.json"]);
    assert_eq!(exit, 2);
    assert!(said.contains("`archc baseline write --baseline none.json` writes it"), "{said}");
    let (exit, _, said) = run(&folder, &["check", "--baseline", "bad.json"]);
    assert_eq!(exit, 2);
    assert!(said.contains("version 7"), "{said}");
    // a design that cannot be read
    std::fs::write(folder.path().join("b.arch"), b"\xff").unwrap();
    let (exit, _, said) = run(&folder, &["baseline", "write", "--baseline", "bad.json"]);
    assert_eq!(exit, 2);
    assert!(said.contains("`bad.json` is not written"), "{said}");
    let left = std::fs::read_to_string(folder.path().join("bad.json")).unwrap();
    assert_eq!(left, "{ \"version\": 7 }");
}
