//! `archc check --since REV` in repositories with awkward histories. Needs the program `git`; without it nothing is tested.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{archc, code, folder, stderr, stdout};

const DESIGN: &str = "client c { rate = 10/s }\nservice api\ndatabase db\nc -> api -> db\n";

/// Runs git without what the user's own configuration says.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "protocol.file.allow=always"])
        .args(["-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main", "-c", "core.autocrlf=false"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn has_git() -> bool {
    Command::new("git").arg("--version").output().is_ok()
}

/// A repository with one commit of these files.
pub(crate) fn repository(files: &[(&str, &str)]) -> TempDir {
    let folder = folder(files);
    git(folder.path(), &["init", "-q"]);
    commit(folder.path());
    folder
}

pub(crate) fn commit(folder: &Path) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", "x", "--allow-empty"]);
}

pub(crate) fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// The codes of what is new, and how many findings are known and gone.
fn news(folder: &Path, arguments: &[&str]) -> (Vec<String>, u64, usize) {
    let output = archc(folder, &[&["check", "--format", "json"], arguments].concat(), "");
    let document: Value =
        serde_json::from_str(&stdout(&output)).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    let new = document["diagnostics"].as_array().unwrap().iter();
    let new = new.map(|it| it["code"].as_str().unwrap().to_owned()).collect();
    let before = &document["before"];
    (new, before["known"].as_u64().unwrap(), before["gone"].as_array().unwrap().len())
}

fn refusal(folder: &Path, arguments: &[&str]) -> String {
    let output = archc(folder, &[&["check"], arguments].concat(), "");
    assert_eq!(code(&output), 2, "{}", stdout(&output));
    stderr(&output)
}

#[test]
fn only_what_the_revision_had_not_is_told() {
    if !has_git() {
        return;
    }
    let repository = repository(&[("lib/api.arch", "service api\n"), ("shop.arch", DESIGN)]);
    let at = repository.path();
    let (new, known, gone) = news(at, &["--since", "HEAD"]);
    assert!(new.is_empty() && known > 0 && gone == 0, "{new:?} {known} {gone}");
    // moved lines, other figures, another mistake; from a folder below as well
    write(at, "shop.arch", &format!("// moved\n{}servce x\n", DESIGN.replace("10/s", "12/s")));
    let (new, again, _) = news(at, &["--since", "HEAD"]);
    assert_eq!((new.iter().all(|code| code.starts_with('E')), new.is_empty(), again), (true, false, known));
    let (below, ..) = news(&at.join("lib"), &["../shop.arch", "--since", "HEAD"]);
    assert_eq!(below, new);
    // what is mended is no finding, and the exit code is that of what is new
    write(at, "shop.arch", "client c\n");
    let output = archc(at, &["check", "--since", "HEAD", "--fail-on", "note"], "");
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert!(stderr(&output).contains("of `HEAD` no longer occur"), "{}", stderr(&output));
    assert_eq!(git(at, &["status", "--porcelain"]).trim(), "M shop.arch", "nothing is checked out");
}

#[test]
fn a_renamed_file_is_followed_whether_git_knows_of_it_or_not() {
    if !has_git() {
        return;
    }
    let repository = repository(&[("old/shop.arch", DESIGN), ("old/other.arch", "service lonely\n")]);
    let at = repository.path();
    let (_, known, _) = news(at, &["old/shop.arch", "--since", "HEAD"]);
    std::fs::create_dir(at.join("new")).unwrap();
    std::fs::rename(at.join("old/shop.arch"), at.join("new/store.arch")).unwrap();
    write(at, "new/store.arch", &format!("{DESIGN}servce x\n"));
    for paths in [["new/store.arch"], ["new"], ["."]] {
        let (new, again, _) = news(at, &[&paths[..], &["--since", "HEAD"]].concat());
        assert!(!new.is_empty() && new.iter().all(|code| code.starts_with('E')), "{paths:?}: {new:?}");
        assert!(again >= known, "{paths:?}");
    }
    git(at, &["add", "-A"]);
    let (new, ..) = news(at, &["new/store.arch", "--since", "HEAD"]);
    assert!(new.iter().all(|code| code.starts_with('E')), "{new:?}");
    // a file that is like none of them is new as a whole
    write(at, "new/else.arch", "client z\nservice y\nz -> y\n");
    assert!(!news(at, &["new/else.arch", "--since", "HEAD"]).0.is_empty());
}

#[test]
fn imports_and_configuration_hold_at_the_revision_too() {
    if !has_git() {
        return;
    }
    let repository = repository(&[
        ("designs/lib/parts.arch", "service api\ndatabase db\napi -> db\n"),
        ("designs/shop.arch", "import \"lib/parts.arch\"\nclient c { rate = 1/s }\nc -> api\n"),
        ("archc.toml", "[[paths]]\nfiles = [\"designs/lib/**\"]\nrules = { AV001 = \"note\" }\n"),
    ]);
    let at = repository.path();
    let (new, ..) = news(at, &["designs", "--since", "HEAD"]);
    assert_eq!(new, Vec::<String>::new());
    // the import moved: the design is the same
    std::fs::rename(at.join("designs/lib"), at.join("designs/parts")).unwrap();
    write(at, "designs/shop.arch", "import \"parts/parts.arch\"\nclient c { rate = 1/s }\nc -> api\n");
    write(at, "archc.toml", "");
    let (new, ..) = news(at, &["designs/shop.arch", "--since", "HEAD"]);
    assert_eq!(new, Vec::<String>::new());
}

#[test]
fn line_ends_links_and_markdown_make_nothing_new() {
    if !has_git() {
        return;
    }
    let page = format!("# Page\n\n```arch\n{DESIGN}```\n");
    let repository = repository(&[("shop.arch", &format!("{DESIGN}servce x\n")), ("page.md", &page)]);
    let at = repository.path();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("shop.arch", at.join("link.arch")).unwrap();
        std::os::unix::fs::symlink("circle.arch", at.join("round.arch")).unwrap();
        std::os::unix::fs::symlink("round.arch", at.join("circle.arch")).unwrap();
        commit(at);
        std::fs::remove_file(at.join("round.arch")).unwrap();
        std::fs::remove_file(at.join("circle.arch")).unwrap();
    }
    write(at, "shop.arch", &format!("{DESIGN}servce x\n").replace('\n', "\r\n"));
    write(at, "page.md", &page.replace('\n', "\r\n"));
    let (new, _, gone) = news(at, &["--since", "HEAD"]);
    assert_eq!((new, gone), (Vec::new(), 0));
}

#[test]
fn a_detached_head_and_a_shallow_clone_say_what_they_have() {
    if !has_git() {
        return;
    }
    let repository = repository(&[("shop.arch", DESIGN)]);
    let at = repository.path();
    write(at, "shop.arch", &format!("{DESIGN}servce x\n"));
    commit(at);
    git(at, &["checkout", "-q", "--detach"]);
    assert!(!news(at, &["--since", "HEAD~1"]).0.is_empty());
    let clones = tempfile::tempdir().unwrap();
    let origin = format!("file://{}", at.display());
    git(clones.path(), &["clone", "-q", "--depth", "1", &origin, "shallow"]);
    let shallow = clones.path().join("shallow");
    assert!(news(&shallow, &["--since", "HEAD"]).0.is_empty());
    let said = refusal(&shallow, &["--since", "HEAD~1"]);
    assert!(said.contains("no revision `HEAD~1`") && said.contains("this clone is shallow"), "{said}");
}

#[test]
fn a_submodule_is_read_at_its_own_commit() {
    if !has_git() {
        return;
    }
    let inner = repository(&[("part.arch", DESIGN)]);
    let outer = repository(&[("shop.arch", "client c\n")]);
    let at = outer.path();
    git(at, &["submodule", "-q", "add", &format!("file://{}", inner.path().display()), "parts"]);
    commit(at);
    let (new, known, _) = news(at, &["--since", "HEAD"]);
    assert!(new.is_empty() && known > 0, "{new:?}");
    // the submodule goes on, in commits of its own
    write(at, "parts/part.arch", &format!("{DESIGN}servce x\n"));
    commit(&at.join("parts"));
    for paths in [["."], ["parts"], ["parts/part.arch"]] {
        let (new, ..) = news(at, &[&paths[..], &["--since", "HEAD"]].concat());
        assert!(!new.is_empty() && new.iter().all(|code| code.starts_with('E')), "{paths:?} {new:?}");
    }
    // before it was there all of it is new
    let (new, ..) = news(at, &["parts", "--since", "HEAD~1"]);
    assert!(new.len() as u64 > known, "{new:?}");
}

#[test]
fn what_git_cannot_tell_is_said() {
    let folder = folder(&[("shop.arch", DESIGN)]);
    let at = folder.path();
    let said = refusal(at, &["--since", "HEAD", "shop.arch"]);
    assert!(said.contains("in no git repository"), "{said}");
    if !has_git() {
        return;
    }
    git(at, &["init", "-q"]);
    assert!(refusal(at, &["--since", "HEAD"]).contains("it has no commit yet"));
    commit(at);
    let said = refusal(at, &["--since", "nowhere"]);
    assert!(said.contains("no revision `nowhere`") && said.contains("git branch --all"), "{said}");
    assert!(refusal(at, &["--since=--upload-pack=x"]).contains("no revision `--upload-pack=x`"));
    assert!(refusal(at, &["--since", ""]).contains("no revision ``"));
    // without the program
    let output = Command::new(env!("CARGO_BIN_EXE_archc"))
        .args(["check", "--since", "HEAD"])
        .current_dir(at)
        .env("PATH", at)
        .output()
        .unwrap();
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("needs the program `git`"), "{}", stderr(&output));
}
