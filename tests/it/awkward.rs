//! File systems as they are: read-only, full, huge, in circles.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::program::{archc, code, folder, stderr, stdout};

const FAULTY: &str = "client c\nservice api\nc -> t\n";

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn two_thousand_files_are_remembered_and_checked() {
    let folder = folder(&[]);
    for i in 0..2000 {
        let inner = folder.path().join(format!("d{}", i % 40));
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::write(inner.join(format!("x{i}.arch")), format!("servce s{i}\n")).unwrap();
    }
    assert_eq!(code(&archc(folder.path(), &["baseline", "write"], "")), 0);
    std::fs::write(folder.path().join("d7/x7.arch"), "servce other\n").unwrap();
    let again =
        archc(folder.path(), &["check", "--baseline", "archc-baseline.json", "--format", "concise"], "");
    assert_eq!(code(&again), 1, "{}", stderr(&again));
    assert!(stdout(&again).lines().all(|line| line.starts_with("d7/x7.arch:1:")), "{}", stdout(&again));
}

#[cfg(unix)]
#[test]
fn links_in_circles_end_and_are_said() {
    let folder = folder(&[("a/x.arch", "client c\n")]);
    let at = folder.path();
    std::os::unix::fs::symlink("..", at.join("a/up")).unwrap();
    std::os::unix::fs::symlink("round.arch", at.join("a/round.arch")).unwrap();
    let output = archc(at, &["check"], "");
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("cannot read `a/round.arch`"), "{}", stderr(&output));
    std::fs::remove_file(at.join("a/round.arch")).unwrap();
    std::os::unix::fs::symlink("nowhere.arch", at.join("a/dangling.arch")).unwrap();
    let output = archc(at, &["check"], "");
    assert_eq!(code(&output), 2, "a link to nothing is a file that cannot be read");
    std::fs::remove_file(at.join("a/dangling.arch")).unwrap();
    assert_eq!(code(&archc(at, &["check"], "")), 0, "a link to a folder above is not walked");
}

/// Runs archc without the rights of root, who may write where nobody else may; gives its exit code and what it said.
#[cfg(unix)]
fn without_rights(folder: &Path, program: &Path, arguments: &[&str]) -> (i32, String) {
    use std::os::unix::fs::MetadataExt as _;
    use std::os::unix::process::CommandExt as _;
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    // a file that was just made belongs to whoever runs the tests
    if folder.join("x.arch").metadata().unwrap().uid() == 0 {
        command.uid(65_534).gid(65_534);
    }
    let output = command.output().unwrap();
    (code(&output), stderr(&output))
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_keeps_what_it_has() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder(&[
        ("x.arch", FAULTY),
        ("x.svg", "old"),
        ("page.md", "```arch\nservice s\n```\n"),
        ("y.arch", "service   y\n"),
    ]);
    let at = folder.path();
    // where anybody may run it: the folder of the tests may be closed to others
    let tools = tempfile::tempdir().unwrap();
    let program = tools.path().join("archc");
    std::fs::copy(env!("CARGO_BIN_EXE_archc"), &program).unwrap();
    let mode = |at: &Path, bits| std::fs::set_permissions(at, std::fs::Permissions::from_mode(bits)).unwrap();
    mode(tools.path(), 0o755);
    mode(at, 0o555);
    for arguments in [
        &["render", "x.arch", "-o", "x.svg"][..],
        &["render", "--embed", "page.md"],
        &["baseline", "write"],
        &["check", "-o", "a.sarif", "--fail-on", "never"],
        &["diff", "x.arch", "x.arch", "-o", "d.json"],
        &["fmt", "y.arch"],
        &["new", "-o", "z.arch"],
        &["completions", "bash", "-o", "."],
        &["completions", "man", "-o", "."],
    ] {
        let (exit, said) = without_rights(at, &program, arguments);
        assert_eq!(exit, 2, "{arguments:?}: {said}");
        assert!(said.contains("cannot write") && !said.contains("1 file formatted"), "{arguments:?}: {said}");
    }
    assert_eq!(names(at), ["page.md", "x.arch", "x.svg", "y.arch"]);
    assert_eq!(std::fs::read_to_string(at.join("x.svg")).unwrap(), "old");
    mode(at, 0o755);
}

#[cfg(unix)]
#[test]
fn a_pipe_in_a_folder_is_not_waited_for() {
    let folder = folder(&[("x.arch", FAULTY)]);
    let made = Command::new("mkfifo").arg(folder.path().join("pipe.arch")).status();
    assert!(made.unwrap().success());
    let output = archc(folder.path(), &["check", "--format", "concise"], "");
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stdout(&output).contains("x.arch:3:6: error["), "{}", stdout(&output));
    assert_eq!(code(&archc(folder.path(), &["fmt", "--check"], "")), 0);
}

#[cfg(unix)]
#[test]
fn the_name_of_a_file_obeys_no_terminal_and_parts_no_line() {
    let name = "a\n\u{1b}[31mb.arch";
    let folder = folder(&[(name, FAULTY), ("page.md", "```arch\nclient c\n```\n")]);
    for format in ["concise", "human"] {
        let told = stdout(&archc(folder.path(), &["check", "--format", format], ""));
        assert!(!told.contains('\u{1b}') && told.contains("a ?[31mb.arch:3:6"), "{told}");
    }
    std::fs::remove_file(folder.path().join(name)).unwrap();
    let said = stderr(&archc(folder.path(), &["check", name], ""));
    assert!(said.contains("?[31mb.arch") && !said.contains('\u{1b}'), "{said}");
}

#[test]
fn a_page_whose_picture_cannot_be_written_gets_no_link() {
    let page = "```arch\nclient c\n```\n";
    let folder = folder(&[("page.md", page)]);
    // where the picture should be is a folder
    std::fs::create_dir_all(folder.path().join("page-1.svg/inner")).unwrap();
    let output = archc(folder.path(), &["render", "--embed", "page.md"], "");
    assert_eq!(code(&output), 2, "{}", stderr(&output));
    assert!(!stderr(&output).contains("written\n"), "{}", stderr(&output));
    assert_eq!(std::fs::read_to_string(folder.path().join("page.md")).unwrap(), page);
}

#[test]
fn a_file_keeps_its_line_ends_when_it_is_formatted() {
    let folder = folder(&[("x.arch", "service   a\r\nservice b\r\n"), ("y.arch", "client c\r\n")]);
    assert_eq!(code(&archc(folder.path(), &["fmt", "--check", "y.arch"], "")), 0);
    assert_eq!(code(&archc(folder.path(), &["fmt"], "")), 0);
    let text = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(
        (text("x.arch").as_str(), text("y.arch").as_str()),
        ("service a\r\nservice b\r\n", "client c\r\n")
    );
    assert_eq!(code(&archc(folder.path(), &["fmt", "--check"], "")), 0);
}

/// Runs archc with a device that is always full as its standard output.
#[cfg(target_os = "linux")]
fn into_full(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_archc"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    (code(&output), stderr(&output))
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_by_every_command() {
    let folder = folder(&[("x.arch", FAULTY), ("y.arch", "client c\n")]);
    for arguments in [
        &["check", "x.arch"][..],
        &["check", "y.arch", "--format", "sarif"],
        &["diff", "x.arch", "y.arch"],
        &["diff", "x.arch", "y.arch", "--format", "json"],
        &["render", "y.arch"],
        &["report", "y.arch"],
        &["explain", "AV001"],
        &["completions", "bash"],
    ] {
        let (exit, said) = into_full(folder.path(), arguments);
        assert_eq!(exit, 2, "{arguments:?}");
        assert!(said.contains("cannot write to standard output"), "{arguments:?}: {said}");
    }
    let output = archc(folder.path(), &["check", "y.arch", "-o", "json=/dev/full"], "");
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("cannot write `/dev/full`"), "{}", stderr(&output));
}
