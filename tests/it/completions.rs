//! Completions and manual pages, tried where the shells are at hand.

use std::path::Path;
use std::process::Command;

use crate::program::{archc, code, folder, stdout};

const COMMANDS: [&str; 12] = [
    "check",
    "baseline",
    "diff",
    "watch",
    "render",
    "report",
    "estimate",
    "simulate",
    "fmt",
    "explain",
    "mdbook",
    "completions",
];

fn has(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

#[test]
fn each_shell_has_a_script_that_names_all_commands() {
    let folder = folder(&[]);
    for (shell, file) in [
        ("bash", "archc.bash"),
        ("zsh", "_archc"),
        ("fish", "archc.fish"),
        ("powershell", "_archc.ps1"),
        ("elvish", "archc.elv"),
    ] {
        let output = archc(folder.path(), &["completions", shell], "");
        assert_eq!(code(&output), 0);
        let text = stdout(&output);
        for command in COMMANDS {
            assert!(text.contains(command), "{shell}: {command}");
        }
        assert_eq!(code(&archc(folder.path(), &["completions", shell, "-o", "."], "")), 0);
        assert_eq!(std::fs::read_to_string(folder.path().join(file)).unwrap(), text, "{file}");
    }
    assert_eq!(code(&archc(folder.path(), &["completions", "tcsh"], "")), 2);
    assert_eq!(code(&archc(folder.path(), &["completions", "bash", "-o", "none"], "")), 2);
}

#[test]
fn bash_completes_commands_options_and_values() {
    if !has("bash") {
        return;
    }
    let folder = folder(&[]);
    assert_eq!(code(&archc(folder.path(), &["completions", "bash", "-o", "."], "")), 0);
    let complete = |words: &[&str]| {
        let list = words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
        let script = format!(
            "source ./archc.bash; COMP_WORDS=({list}); COMP_CWORD={}; _archc archc '{}' '{}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            words.len() - 1,
            words.last().unwrap(),
            words[words.len() - 2],
        );
        run("bash", &["--noprofile", "--norc", "-c", &script], folder.path())
    };
    assert_eq!(complete(&["archc", "ba"]), "baseline\n");
    assert!(complete(&["archc", "check", "--bas"]).contains("--baseline"));
    assert!(complete(&["archc", "check", "--format", "sa"]).contains("sarif"));
}

#[test]
fn zsh_and_fish_accept_their_scripts() {
    let folder = folder(&[]);
    for (shell, file) in [("zsh", "_archc"), ("fish", "archc.fish")] {
        if has(shell) {
            assert_eq!(code(&archc(folder.path(), &["completions", shell, "-o", "."], "")), 0);
            run(shell, &["-n", file], folder.path());
        }
    }
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn each_command_has_a_page_of_the_manual() {
    let folder = folder(&[]);
    assert_eq!(code(&archc(folder.path(), &["completions", "man", "-o", "."], "")), 0);
    for command in COMMANDS {
        let page = std::fs::read_to_string(folder.path().join(format!("archc-{command}.1"))).unwrap();
        assert!(page.contains(".TH") && page.contains("Example"), "{command}");
    }
    let whole = std::fs::read_to_string(folder.path().join("archc.1")).unwrap();
    assert!(whole.contains("Three things to do first"), "{whole}");
    assert!(folder.path().join("archc-baseline-write.1").exists());
    if has("man") {
        let text = run("man", &["-l", "--warnings", "./archc-check.1"], folder.path());
        assert!(text.contains("--baseline"), "{text}");
    }
}

#[test]
fn every_command_tells_an_example_of_itself() {
    let folder = folder(&[]);
    let help = |arguments: &[&str]| stdout(&archc(folder.path(), arguments, ""));
    let all = help(&["--help"]);
    let listed = all.split("Commands:").nth(1).unwrap().split("\n\n").next().unwrap();
    let commands: Vec<&str> = listed
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(commands.len() >= COMMANDS.len(), "{commands:?}");
    for command in commands {
        let text = help(&[command, "--help"]);
        assert!(
            text.contains(&format!("archc {command}")) && text.contains("Example") || command == "baseline",
            "{command}:\n{text}"
        );
    }
    assert!(help(&["baseline", "write", "--help"]).contains("Examples:\n  archc baseline write"));
}
