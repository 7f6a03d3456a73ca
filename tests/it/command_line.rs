//! The program as a user runs it: arguments, exit codes, what goes where.

use crate::program::{archc, code, folder, stderr, stdout};

const SOUND: &str = "client c { users = 10 }\nservice s\nc -> s { timeout = 1s }\n";
const MISTAKEN: &str = "client c\nservice s\nc -> t\n";

#[test]
fn without_arguments_it_shows_what_to_do_first() {
    let folder = folder(&[]);
    let output = archc(folder.path(), &[], "");
    assert_eq!(code(&output), 0);
    for step in ["archc new", "archc check design.arch", "archc render design.arch -o design.svg"] {
        assert!(stdout(&output).contains(step), "{step} is missing");
    }
    assert!(output.stderr.is_empty());
}

#[test]
fn exit_codes_are_0_1_and_2_and_the_worst_counts() {
    let folder = folder(&[("sound.arch", SOUND), ("mistaken.arch", MISTAKEN), ("latin1.arch", "")]);
    std::fs::write(folder.path().join("latin1.arch"), b"service caf\xe9\n").unwrap();
    let check = |arguments: &[&str]| code(&archc(folder.path(), arguments, ""));
    assert_eq!(check(&["check", "sound.arch"]), 0);
    assert_eq!(check(&["check", "mistaken.arch"]), 1);
    assert_eq!(check(&["check", "mistaken.arch", "--fail-on", "never"]), 0);
    assert_eq!(check(&["check", "missing.arch"]), 2);
    assert_eq!(check(&["check", "mistaken.arch", "missing.arch"]), 2);
    assert_eq!(check(&["check", "."]), 2, "a file that is not UTF-8");
    assert_eq!(check(&["check", "--no-such-option"]), 2);
    assert_eq!(check(&["check", "sound.arch", "--today", "2026-02-30"]), 2);
    assert_eq!(check(&["explain", "XX999"]), 2);
    assert_eq!(check(&["explain", "RS001"]), 0);
}

#[test]
fn what_can_be_read_is_checked_though_another_file_cannot() {
    let folder = folder(&[("mistaken.arch", MISTAKEN)]);
    let output = archc(folder.path(), &["check", "missing.arch", "mistaken.arch", "--format", "concise"], "");
    assert!(stdout(&output).contains("mistaken.arch:3:6: error["), "{}", stdout(&output));
    assert!(stderr(&output).contains("cannot read `missing.arch`: there is no such file"));
}

#[test]
fn a_folder_is_checked_by_its_roots_and_tells_each_finding_once() {
    let folder = folder(&[
        ("a.arch", "import \"shared/x.arch\"\nclient c\nc -> t { timeout = 1s }\n"),
        ("b.arch", "import \"shared/x.arch\"\nclient c\nc -> t { timeout = 1s }\n"),
        ("shared/x.arch", "service t { latency = 5m }\n"),
        ("notes.md", "# Notes\n\n```arch\nservice s { latency = 5m }\n```\n"),
    ]);
    let output = archc(folder.path(), &["check", "--format", "concise"], "");
    let text = stdout(&output);
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("error[")).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("shared/x.arch:1:")), "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("notes.md:4:")), "{lines:?}");
}

#[test]
fn standard_input_has_a_name_and_imports_from_there() {
    let folder = folder(&[("lib/x.arch", "service t\n")]);
    let text = "import \"x.arch\"\nclient c\nc -> u\n";
    let arguments = ["check", "-", "--stdin-filename", "lib/main.arch", "--format", "concise"];
    let output = archc(folder.path(), &arguments, text);
    assert!(stdout(&output).starts_with("lib/main.arch:3:6: error["), "{}", stdout(&output));
}

#[test]
fn json_counts_lines_and_columns_from_one_in_scalar_values() {
    let folder = folder(&[("x.arch", "client c \"😀\" { users = 5m }\n")]);
    let output = archc(folder.path(), &["check", "x.arch", "--format", "json"], "");
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["version"], 1);
    let first = &document["diagnostics"][0];
    assert_eq!(first["range"]["start"]["line"], 1);
    let column = first["range"]["start"]["column"].as_u64().unwrap();
    assert!((24..=25).contains(&column), "{first}");
    assert_eq!(document["summary"]["files"], 1);
}

#[test]
fn formatting_keeps_comments_and_says_what_would_change() {
    let folder = folder(&[("x.arch", "service   s{replicas=2} // why\n")]);
    let check = archc(folder.path(), &["fmt", "--check"], "");
    assert_eq!((code(&check), stdout(&check).as_str()), (1, "x.arch\n"));
    assert_eq!(code(&archc(folder.path(), &["fmt"], "")), 0);
    let text = std::fs::read_to_string(folder.path().join("x.arch")).unwrap();
    assert_eq!(text, "service s { replicas = 2 }  // why\n");
    assert_eq!(code(&archc(folder.path(), &["fmt", "--check"], "")), 0);
    let piped = archc(folder.path(), &["fmt", "-"], "client   c\n");
    assert_eq!(stdout(&piped), "client c\n");
}

#[test]
fn a_file_with_mistakes_is_not_formatted_and_not_lost() {
    let text = "service s {{ \n  broken = = 3\n";
    let folder = folder(&[("x.arch", text)]);
    assert_eq!(code(&archc(folder.path(), &["fmt"], "")), 1);
    assert_eq!(std::fs::read_to_string(folder.path().join("x.arch")).unwrap(), text);
    let piped = archc(folder.path(), &["fmt", "-"], text);
    assert_eq!((code(&piped), stdout(&piped).as_str()), (1, text));
}

#[test]
fn pictures_and_reports_are_written_whole_or_not_at_all() {
    let folder = folder(&[("x.arch", SOUND)]);
    let run = |arguments: &[&str]| archc(folder.path(), arguments, "");
    for (arguments, start) in [
        (["render", "x.arch", "-o", "x.svg"], "<svg"),
        (["render", "x.arch", "-o", "x.dot"], "digraph"),
        (["report", "x.arch", "-o", "x.md"], "# "),
        (["report", "x.arch", "-o", "x.html"], "<!DOCTYPE html>"),
    ] {
        let output = run(&arguments);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let text = std::fs::read_to_string(folder.path().join(arguments[3])).unwrap();
        assert!(text.trim_start().starts_with(start), "{text}");
    }
    let json = run(&["render", "x.arch", "--format", "json"]);
    let scene: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(scene["nodes"].as_array().unwrap().len(), 2);
    assert_eq!(code(&run(&["render", "x.arch", "-o", "no/such/folder/x.svg"])), 2);
    assert_eq!(code(&run(&["render", "x.arch", "-o", "x.bmp"])), 2);
    assert_eq!(code(&run(&["render", "x.arch", "--view", "nothing"])), 2);
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 5, "{left:?}");
}

#[test]
fn a_mistake_costs_its_statement_and_the_rest_is_drawn() {
    let folder = folder(&[("x.arch", MISTAKEN)]);
    let output = archc(folder.path(), &["render", "x.arch", "-o", "x.svg"], "");
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("x.arch:3:6: error["));
    let svg = std::fs::read_to_string(folder.path().join("x.svg")).unwrap();
    assert!(svg.contains("data-id=\"c\"") && svg.contains("data-id=\"s\""));
}

#[test]
fn the_starter_is_written_once_checks_and_draws() {
    let folder = folder(&[]);
    assert_eq!(code(&archc(folder.path(), &["new"], "")), 0);
    assert_eq!(code(&archc(folder.path(), &["new"], "")), 2, "it must not overwrite");
    assert_eq!(code(&archc(folder.path(), &["render", "design.arch", "-o", "design.svg"], "")), 0);
    let check = archc(folder.path(), &["check", "design.arch", "--format", "concise"], "");
    assert!(!stdout(&check).contains("error[E"), "{}", stdout(&check));
    assert_eq!(code(&archc(folder.path(), &["fmt", "--check"], "")), 0);
}

#[test]
fn templates_are_listed_and_an_unknown_one_leads_to_the_nearest() {
    let folder = folder(&[]);
    let list = archc(folder.path(), &["new", "--list"], "");
    assert!(code(&list) == 0 && stdout(&list).starts_with("Blank shapes\n  starter "), "{}", stdout(&list));
    let wrong = archc(folder.path(), &["new", "serverles"], "");
    assert_eq!(code(&wrong), 2);
    assert!(stderr(&wrong).contains("did you mean `serverless`?"), "{}", stderr(&wrong));
    let printed = archc(folder.path(), &["new", "serverless", "-o", "-"], "");
    assert!(code(&printed) == 0 && stdout(&printed).contains("\nsystem "));
    assert!(!folder.path().join("design.arch").exists());
}

#[cfg(unix)]
#[test]
fn imports_stay_inside_the_workspace() {
    let folder = folder(&[
        ("ws/archc.toml", ""),
        ("ws/up.arch", "import \"../secret.arch\"\nservice s\n"),
        ("ws/link.arch", "import \"inner/link.arch\"\nservice s\n"),
        ("ws/inner/empty.arch", ""),
        ("secret.arch", "service secret\n"),
    ]);
    std::os::unix::fs::symlink(folder.path().join("secret.arch"), folder.path().join("ws/inner/link.arch"))
        .unwrap();
    for name in ["ws/up.arch", "ws/link.arch"] {
        let output = archc(folder.path(), &["check", name, "--format", "concise"], "");
        assert_eq!(code(&output), 1, "{name}");
        assert!(stdout(&output).contains(":1:8: error[E"), "{}", stdout(&output));
    }
}

#[test]
fn colour_is_for_terminals_unless_asked_for() {
    let folder = folder(&[("x.arch", MISTAKEN)]);
    assert!(!stdout(&archc(folder.path(), &["check", "x.arch"], "")).contains('\u{1b}'));
    assert!(stdout(&archc(folder.path(), &["check", "x.arch", "--color", "always"], "")).contains('\u{1b}'));
}
