//! The findings in every machine format, as a CI server takes them.

use serde_json::Value;

use crate::program::{archc, code, folder, stderr, stdout};

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
