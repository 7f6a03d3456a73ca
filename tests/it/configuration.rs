//! `archc.toml`, the levels of the command line, `archc config`, and the schema for editors.

use std::path::Path;

use crate::program::{archc, code, folder, stderr, stdout};

const DESIGN: &str =
    "client web\nservice api { replicas = 1 }\ndatabase db { replicas = 1 }\nweb -> api -> db\n";

fn codes(told: &str) -> Vec<String> {
    let codes = told.lines().filter_map(|line| line.split('[').nth(1)?.split(']').next());
    codes.map(str::to_owned).collect()
}

fn check(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let all = [&["check", "--format", "concise", "-q"], arguments].concat();
    let output = archc(folder, &all, "");
    (code(&output), stdout(&output), stderr(&output))
}

#[test]
fn a_level_holds_for_designs_below_the_file() {
    let folder = folder(&[("a.arch", DESIGN), ("deep/b.arch", DESIGN)]);
    let (_, before, _) = check(folder.path(), &["a.arch"]);
    assert!(codes(&before).contains(&"RS001".to_owned()), "{before}");
    std::fs::write(folder.path().join("archc.toml"), "[rules]\nRS001 = \"off\"\n").unwrap();
    for path in ["a.arch", "deep/b.arch", "deep", "."] {
        let (_, after, _) = check(folder.path(), &[path]);
        assert!(!codes(&after).is_empty() && !codes(&after).contains(&"RS001".to_owned()), "{path}: {after}");
    }
    // the nearest file holds, alone
    std::fs::write(folder.path().join("deep/archc.toml"), "[rules]\nresilience = \"error\"\n").unwrap();
    let (failed, told, _) = check(folder.path(), &["deep/b.arch"]);
    assert!(failed == 1 && told.contains("error[RS001]"), "{told}");
    let (_, told, _) = check(folder.path(), &["a.arch", "deep/b.arch"]);
    let of = |file: &str| told.lines().any(|line| line.starts_with(file) && line.contains("[RS001]"));
    assert!(!of("a.arch") && of("deep/b.arch"), "{told}");
    // from inside a folder, upwards
    std::fs::remove_file(folder.path().join("deep/archc.toml")).unwrap();
    let (_, told, _) = check(&folder.path().join("deep"), &["b.arch"]);
    assert!(!codes(&told).contains(&"RS001".to_owned()), "{told}");
}

#[test]
fn config_names_a_file_for_every_command() {
    let folder =
        folder(&[("a.arch", DESIGN), ("other.toml", "[rules]\nall = \"off\"\n"), ("bad.toml", "x = 1\n")]);
    let (done, told, _) = check(folder.path(), &["a.arch", "--config", "other.toml"]);
    assert_eq!((done, told.as_str()), (0, ""));
    for command in ["check", "render", "report", "estimate", "scale", "simulate", "config"] {
        let output = archc(folder.path(), &[command, "a.arch", "--config", "bad.toml"], "");
        assert_eq!(code(&output), 2, "{command}");
        let said = stderr(&output);
        assert_eq!(
            said.lines().next(),
            Some(
                "bad.toml:1:1: error: there is no setting `x`; there is `fail_on`, `theme`, `themes`, `assumed`, `prices`, `rules`, `paths` or `tech`"
            ),
            "{command}"
        );
        assert!(output.stdout.is_empty(), "{command}");
        let output = archc(folder.path(), &[command, "a.arch", "--config", "none.toml"], "");
        assert_eq!(
            (code(&output), stderr(&output).as_str()),
            (2, "archc: cannot read `none.toml`: there is no such file\n")
        );
    }
}

#[test]
fn mistakes_have_places_and_each_is_told_once() {
    let bad = "fail_on = \"eror\"\n\n[rules]\n  AV01 = \"off\"\n";
    let folder = folder(&[("a.arch", DESIGN), ("b/b.arch", DESIGN), ("archc.toml", bad)]);
    let (failed, told, said) = check(folder.path(), &["."]);
    let wanted = "archc.toml:1:11: error: `fail_on` is one of `error`, `warning`, `note` or `never`, not `eror`; did you mean `error`?\n\
                  archc.toml:4:3: error: there is no rule or group `AV01`; did you mean `AV001`?\n";
    assert_eq!((failed, told.as_str(), said.as_str()), (2, "", wanted));
    let (_, _, said) = check(&folder.path().join("b"), &["b.arch"]);
    assert!(said.starts_with("../archc.toml:1:11: "), "{said}");
    std::fs::write(folder.path().join("archc.toml"), b"a = \"\xff\"").unwrap();
    let (failed, _, said) = check(folder.path(), &["a.arch"]);
    assert_eq!((failed, said.as_str()), (2, "archc: cannot read `archc.toml`: it is not UTF-8\n"));
}

#[test]
fn the_command_line_wins_over_the_file() {
    let folder =
        folder(&[("a.arch", DESIGN), ("archc.toml", "fail_on = \"never\"\n[rules]\nRS001 = \"error\"\n")]);
    let (done, told, _) = check(folder.path(), &["a.arch"]);
    assert!(done == 0 && told.contains("error[RS001]"), "{told}");
    let (failed, _, _) = check(folder.path(), &["a.arch", "--fail-on", "error"]);
    assert_eq!(failed, 1);
    let (_, told, _) = check(folder.path(), &["a.arch", "--warn", "RS001"]);
    assert!(told.contains("warning[RS001]"), "{told}");
    let (_, told, _) = check(folder.path(), &["a.arch", "--allow", "call-without-timeout"]);
    assert!(!told.contains("[RS001]"), "{told}");
    let (_, told, _) = check(folder.path(), &["a.arch", "--select", "RS"]);
    assert!(codes(&told).iter().all(|code| code.starts_with("RS")) && told.contains("[RS001]"), "{told}");
    let (_, told, _) = check(folder.path(), &["a.arch", "--select", "RS,AV", "--ignore", "RS001"]);
    assert!(!told.contains("[RS001]"), "{told}");
    let (failed, _, said) = check(folder.path(), &["a.arch", "--deny", "RS01"]);
    assert_eq!(
        (failed, said.as_str()),
        (2, "archc: there is no rule or group `RS01`; did you mean `RS001`?\n")
    );
}

#[test]
fn paths_have_levels_of_their_own() {
    let config = "[[paths]]\nfiles = [\"old/**\"]\nrules = { RS001 = \"off\", availability = \"off\" }\n";
    let folder = folder(&[("a.arch", DESIGN), ("old/b.arch", DESIGN), ("archc.toml", config)]);
    let told_of = |at: &Path, arguments: &[&str]| codes(&check(at, arguments).1);
    assert!(told_of(folder.path(), &["a.arch"]).contains(&"RS001".to_owned()));
    assert!(!told_of(folder.path(), &["old/b.arch"]).contains(&"RS001".to_owned()));
    assert!(!told_of(&folder.path().join("old"), &["b.arch"]).contains(&"RS001".to_owned()));
    assert!(told_of(folder.path(), &["old/b.arch", "--deny", "RS001"]).contains(&"RS001".to_owned()));
}

#[test]
fn figures_and_technologies_reach_the_analysis() {
    let design = "client web { rate = 10 / s }\ndatabase db: postgres\nweb -> db\nflow read { web -> db }\n";
    let folder = folder(&[("a.arch", design)]);
    let availability = || {
        let report = archc(folder.path(), &["report", "a.arch", "--format", "json"], "");
        let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
        report["flows"][0]["availability"]["value"].as_f64().unwrap()
    };
    let before = availability();
    std::fs::write(folder.path().join("archc.toml"), "[assumed]\nreplica = 0.9\n").unwrap();
    assert!((availability() - 0.9).abs() < 1e-9, "{before} {}", availability());
    std::fs::write(folder.path().join("archc.toml"), "[tech.postgresql]\navailability = \"80%\"\n").unwrap();
    assert!((availability() - 0.8).abs() < 1e-9, "{before} {}", availability());
}

#[test]
fn a_theme_of_the_file_colours_pictures() {
    let config = "theme = \"own\"\n[themes.own]\nlight.ink = \"#010203\"\n";
    let folder = folder(&[("a.arch", DESIGN), ("archc.toml", config)]);
    let svg = stdout(&archc(folder.path(), &["render", "a.arch"], ""));
    assert!(svg.contains("#010203"));
    let svg = stdout(&archc(folder.path(), &["render", "a.arch", "--theme", "light"], ""));
    assert!(!svg.is_empty() && !svg.contains("#010203"));
}

#[test]
fn config_tells_where_each_value_comes_from() {
    let config = "[assumed]\nzone = 0.99\n\n[rules]\navailability = \"note\"\n";
    let folder = folder(&[("sub/a.arch", DESIGN), ("sub/archc.toml", config)]);
    let output = archc(folder.path(), &["config", "sub/a.arch", "--deny", "RS001"], "");
    let told = stdout(&output);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    for line in [
        "# sub/archc.toml, and what it leaves to the defaults",
        "fail_on = \"error\"  # default",
        "zone = 0.99  # share · sub/archc.toml:2 · availability of a zone",
        "AV002 = \"note\"  # sub/archc.toml:5 · shared-failure-domain",
        "RS001 = \"error\"  # command line · call-without-timeout",
    ] {
        assert!(told.lines().any(|it| it == line), "{line}\n{told}");
    }
    let json = archc(folder.path(), &["config", "sub", "--format", "json"], "");
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["file"], "sub/archc.toml");
    let setting = |key: &str| {
        let rows = json["settings"].as_array().unwrap();
        rows.iter().find(|row| row["key"] == key).unwrap().clone()
    };
    assert_eq!(setting("assumed.zone")["line"], 2);
    assert_eq!(setting("assumed.zone")["from"], "file");
    assert_eq!(setting("assumed.region")["from"], "default");
    assert_eq!(setting("rules.AV001")["value"], "note");
    // what it prints asks for the same
    std::fs::write(folder.path().join("again.toml"), &told).unwrap();
    let again = stdout(&archc(folder.path(), &["config", "--config", "again.toml"], ""));
    let values = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split("  #").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(values(&told), values(&again));
    let none = archc(folder.path(), &["config"], "");
    assert!(stdout(&none).starts_with("# the defaults: there is no archc.toml here or above\n"));
}

#[test]
fn the_example_of_the_page_is_right() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    let page = std::fs::read_to_string(path).unwrap();
    let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let made = archc::rules::configuration::configure(&archc::config::read(example));
    assert_eq!(made.wrong, []);
    assert_eq!(made.config.threshold("LT003", "error"), Some(9.0));
}

#[test]
fn the_schema_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas/archc.schema.json");
    let wanted = format!("{:#}\n", archc::rules::configuration::schema());
    if std::env::var("ARCHC_BLESS").is_ok_and(|value| value == "1") {
        std::fs::write(&path, wanted).unwrap();
        return;
    }
    let found = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    assert!(found == wanted, "{} is stale: run `ARCHC_BLESS=1 cargo test configuration`", path.display());
}
