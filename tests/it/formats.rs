//! The findings in every machine format, as a CI server takes them.

use serde_json::Value;

use crate::program::{archc, code, folder, stderr, stdout};
use crate::schema::{breaches, published};

const FAULTY: &str = "client c\nservice api { replicas = 1 }\nservice other { capcity = 1/s }\nc -> api\n";

fn read(folder: &tempfile::TempDir, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name)).unwrap()
}

#[test]
fn several_files_are_written_beside_the_human_text() {
    let folder = folder(&[("my shop.arch", FAULTY)]);
    let arguments = [
        "check",
        "my shop.arch",
        "-o",
        "a.sarif",
        "-o",
        "b.xml",
        "-o",
        "gitlab=c.json",
        "-o",
        "d.json",
        "-o",
        "e.txt",
    ];
    let output = archc(folder.path(), &arguments, "");
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("capcity"));
    let sarif: Value = serde_json::from_str(&read(&folder, "a.sarif")).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let json: Value = serde_json::from_str(&read(&folder, "d.json")).unwrap();
    let count = json["diagnostics"].as_array().unwrap().len();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), count);
    let gitlab: Value = serde_json::from_str(&read(&folder, "c.json")).unwrap();
    assert_eq!(gitlab.as_array().unwrap().len(), count);
    assert_eq!(gitlab[0]["location"]["path"], "my shop.arch");
    let junit = read(&folder, "b.xml");
    assert_eq!(junit.matches("<testcase").count(), count);
    assert!(junit.starts_with("<?xml") && junit.trim_end().ends_with("</testsuites>"));
    assert_eq!(read(&folder, "e.txt").lines().count(), count);
}

#[test]
fn annotations_of_github_stand_at_their_lines() {
    let folder = folder(&[("x.arch", FAULTY)]);
    let output = archc(folder.path(), &["check", "x.arch", "--format", "github"], "");
    let text = stdout(&output);
    assert!(text.lines().all(|line| line.starts_with("::")), "{text}");
    assert!(text.contains("::error file=x.arch,line=3,col="), "{text}");
}

#[test]
fn a_sound_design_has_a_passing_case_and_empty_lists() {
    let folder = folder(&[("x.arch", "client c\n")]);
    let run = |format: &str| stdout(&archc(folder.path(), &["check", "x.arch", "--format", format], ""));
    assert!(run("junit").contains("tests=\"1\" failures=\"0\""));
    assert_eq!(run("gitlab"), "[]\n");
    assert_eq!(run("github"), "");
    let sarif: Value = serde_json::from_str(&run("sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"], Value::Array(Vec::new()));
}

#[test]
fn a_file_that_cannot_be_written_is_said_and_the_others_are() {
    let folder = folder(&[("x.arch", FAULTY)]);
    let output = archc(folder.path(), &["check", "x.arch", "-o", "no/such/a.sarif", "-o", "b.json"], "");
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("no/such/a.sarif"));
    assert!(read(&folder, "b.json").contains("\"version\": 1"));
    let output = archc(folder.path(), &["check", "x.arch", "-o", "findings"], "");
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("FORMAT=FILE"), "{}", stderr(&output));
}

/// Mistakes with fixes, findings with a witness and with related places, in names that need escaping.
fn rich() -> tempfile::TempDir {
    folder(&[
        ("a b/shop ü.arch", FAULTY),
        (
            "many.arch",
            "client c { rate = 2k/s }\nservice a { capacity = 1k/s }\nservice b\nc -> a -> b\nb -> a\nflow f { c -> a\n  a -> b }\nservice a\n",
        ),
        ("page.md", "# Page\n\n```arch\nservce x\n```\n"),
    ])
}

#[test]
fn sarif_is_valid_by_the_published_schema() {
    let folder = rich();
    let output = archc(folder.path(), &["check", "--format", "sarif"], "");
    let log: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(breaches(&published("sarif-2.1.0.json"), &log), Vec::<String>::new());
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    for (i, result) in results.iter().enumerate() {
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(rule["shortDescription"]["text"].as_str().is_some_and(|text| !text.is_empty()), "{rule}");
        let print = &result["partialFingerprints"]["archcFinding/v1"];
        let place = |it: &Value| it["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone();
        let twin = |other: &&Value| {
            other["partialFingerprints"]["archcFinding/v1"] == *print && place(other) == place(result)
        };
        assert!(!results[..i].iter().any(|other| twin(&other)), "two results are the same: {result}");
    }
    let some = |key: &str| results.iter().any(|it| it.get(key).is_some());
    for key in ["codeFlows", "fixes", "relatedLocations", "properties"] {
        assert!(some(key), "no result has {key}");
    }
    let uri = &results.iter().find(|it| it.to_string().contains("capcity")).unwrap()["locations"][0];
    assert_eq!(uri["physicalLocation"]["artifactLocation"]["uri"], "a%20b/shop%20%C3%BC.arch");
}

#[test]
fn sarif_beside_a_baseline_says_that_its_results_are_new() {
    let folder = rich();
    assert_eq!(code(&archc(folder.path(), &["baseline", "write"], "")), 0);
    std::fs::write(folder.path().join("more.arch"), "client c\nc -> nobody\n").unwrap();
    let sarif = ["check", "--baseline", "archc-baseline.json", "--format", "sarif"];
    let log: Value = serde_json::from_str(&stdout(&archc(folder.path(), &sarif, ""))).unwrap();
    assert_eq!(breaches(&published("sarif-2.1.0.json"), &log), Vec::<String>::new());
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(!results.is_empty() && results.iter().all(|it| it["baselineState"] == "new"), "{results:?}");
    let alone = stdout(&archc(folder.path(), &["check", "--format", "sarif"], ""));
    assert!(!alone.contains("baselineState"));
}

#[test]
fn findings_in_json_keep_to_their_schema() {
    let folder = rich();
    let output = archc(folder.path(), &["check", "--format", "json"], "");
    let document: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(breaches(&crate::schema::schema("check.schema.json"), &document), Vec::<String>::new());
    assert!(document.to_string().contains("\"fix\":") && document.to_string().contains("\"connection\":"));
}

#[test]
fn junit_has_what_servers_read_in_the_order_of_its_schema() {
    let folder = rich();
    let text = stdout(&archc(folder.path(), &["check", "--format", "junit"], ""));
    // each element: its parent, what it must have, and what it may have
    let rules: [(&str, &str, &[&str]); 5] = [
        ("testsuites", "", &["name", "tests", "failures", "errors"]),
        ("testsuite", "testsuites", &["name", "tests", "failures", "errors", "skipped"]),
        ("testcase", "testsuite", &["name", "classname"]),
        ("failure", "testcase", &["type", "message"]),
        ("system-out", "testcase", &[]),
    ];
    let mut open: Vec<String> = Vec::new();
    let mut cases = 0;
    for tag in text
        .split('<')
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap())
        .filter(|tag| !tag.starts_with('?'))
    {
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
            continue;
        }
        let (name, attributes) = tag.trim_end_matches('/').split_once(' ').unwrap_or((tag, ""));
        let (_, parent, allowed) = rules.iter().find(|it| it.0 == name).unwrap_or_else(|| panic!("{tag}"));
        assert_eq!(open.last().map_or("", String::as_str), *parent, "{tag}");
        let names: Vec<&str> = attributes
            .split('"')
            .step_by(2)
            .map(|part| part.trim_matches([' ', '=']))
            .filter(|it| !it.is_empty())
            .collect();
        assert_eq!(names, *allowed, "{tag}");
        cases += usize::from(name == "testcase");
        if !tag.ends_with('/') {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty());
    assert!(text.contains(&format!("<testsuites name=\"archc\" tests=\"{cases}\"")), "{cases}");
}
