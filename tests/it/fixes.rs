//! Fixes of findings: each alone, all of a design together, and `archc check --fix`. Whatever a fix does, its finding is gone and
//! nothing has come for it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use archc::compilation::{self, Compilation};
use archc::diagnostic::{Applicability, Diagnostic, Severity};
use archc::fix::{self, Change, Designs, Mended, Texts, mend};
use archc::rules;
use archc::source::{Document, MemoryLoader};

use crate::program::{archc, code, folder, stderr, stdout};
use crate::rule_examples::{compile, config};

/// A design of one file.
struct One<'t>(&'t str);

impl Designs for One<'_> {
    fn count(&self) -> usize {
        1
    }

    fn check(&self, _: usize, texts: &Texts) -> Option<Compilation> {
        let text = texts.get("design.arch").map_or(self.0, |text| text);
        Some(compilation::check(Document::new("design.arch", text), &MemoryLoader::default(), &config()))
    }

    fn may_change(&self, _: &str) -> bool {
        true
    }
}

fn mended(text: &str, applicability: Applicability) -> (String, Mended) {
    let mended = mend(&One(text), applicability);
    let now = mended.files.get("design.arch").map_or(text.to_owned(), |(_, now)| now.to_string());
    (now, mended)
}

/// The text with the fix of one finding.
fn with_fix(before: &Compilation, it: &Diagnostic) -> String {
    let fix = it.fix.as_ref().unwrap();
    let change = |edit| Change::new(before.sources.get(archc::source::FileId(0)).unwrap(), edit);
    let changes: Vec<Change> = fix.edits.iter().map(change).collect();
    let text = before.sources.get(archc::source::FileId(0)).unwrap().text();
    fix::apply(text, &changes.iter().collect::<Vec<_>>())
}

fn mistakes(all: &[Diagnostic]) -> usize {
    all.iter().filter(|it| it.is_mistake()).count()
}

/// A finding as the same one in another text: without its figures.
fn who(it: &Diagnostic) -> (&str, String) {
    (it.code, it.subjects.first().unwrap_or(&it.message).clone())
}

/// The texts of all rules' examples and of the gallery, with names.
fn texts() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for rule in rules::all() {
        for (i, example) in rules::doc::examples(rule).into_iter().enumerate() {
            texts.push((format!("{} example {}", rule.code, i + 1), example.source));
        }
    }
    let gallery = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut folders: Vec<_> = std::fs::read_dir(gallery).unwrap().map(|it| it.unwrap().path()).collect();
    folders.sort();
    for file in folders.iter().flat_map(|folder| ["naive.arch", "design.arch"].map(|name| folder.join(name)))
    {
        if let Ok(text) = std::fs::read_to_string(&file) {
            texts.push((file.display().to_string(), text));
        }
    }
    texts
}

/// What is wrong with a fix of a finding; empty where it does what it says.
fn faults(before: &Compilation, it: &Diagnostic) -> Option<String> {
    let text = with_fix(before, it);
    let after = compile(&text, &config());
    let new: Vec<_> = after
        .diagnostics
        .iter()
        .filter(|new| {
            let is_known = |old: &&Diagnostic| {
                old.code == new.code && (new.subjects.is_empty() || old.subjects.contains(&new.subjects[0]))
            };
            // what is saturated has no other figures yet, so nothing else is told of it
            let hidden = it.code == "CP001" && ["LT001", "RS007"].contains(&new.code);
            new.severity == Severity::Error && !before.diagnostics.iter().any(|old| is_known(&old)) && !hidden
        })
        .map(|new| format!("{}: {}", new.code, new.message))
        .collect();
    let count = |all: &[Diagnostic]| all.iter().filter(|other| who(other) == who(it)).count();
    let stays = count(&after.diagnostics) >= count(&before.diagnostics);
    let breaks = mistakes(&after.diagnostics) > mistakes(&before.diagnostics);
    let what = match () {
        () if breaks => "makes a mistake",
        () if stays => "does not mend",
        () if !new.is_empty() => "brings an error",
        () => return None,
    };
    let title = &it.fix.as_ref().unwrap().title;
    Some(format!("{} `{title}` {what}: {}\n{new:#?}\n{text}", it.code, it.message))
}

#[test]
fn every_fix_alone_mends_its_finding_and_breaks_nothing() {
    let mut wrong = Vec::new();
    let mut rules_with_fixes: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, text) in texts() {
        let before = compile(&text, &config());
        // of many alike a few, of the same design one
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for it in before.diagnostics.iter().filter(|it| it.mending().is_some()) {
            let number = seen.entry(it.code).or_default();
            *number += 1;
            if *number > if name.ends_with(".arch") { 1 } else { 3 } {
                continue;
            }
            *rules_with_fixes.entry(it.code).or_default() += 1;
            wrong.extend(faults(&before, it).map(|fault| format!("{name}: {fault}")));
        }
    }
    println!("{} {rules_with_fixes:?}", rules_with_fixes.len());
    assert!(wrong.is_empty(), "{} of {rules_with_fixes:?}\n{}", wrong.len(), wrong.join("\n----\n"));
    assert!(rules_with_fixes.len() >= 40, "{rules_with_fixes:?}");
}

/// The canonical form.
fn formatted(text: &str) -> String {
    let tree = archc::syntax::parse(archc::source::FileId(0), text);
    fix::with_line_ends_of(text, fix::format(&tree, text))
}

/// Makes all fixes of a design. What is left was there before, what was formatted is so, and a second run finds nothing to do. Gives how
/// many findings are mended.
fn all_mended(name: &str, text: &str, applicability: Applicability) -> usize {
    let before = compile(text, &config());
    let (now, fixed) = mended(text, applicability);
    let after = compile(&now, &config());
    let known: BTreeSet<_> = before
        .diagnostics
        .iter()
        .flat_map(|it| it.subjects.iter().map(|subject| (it.code, subject.clone())).chain([who(it)]))
        .collect();
    for it in after.diagnostics.iter().filter(|_| mistakes(&before.diagnostics) == 0) {
        assert!(known.contains(&who(it)), "{name}: {} {}\n{now}", it.code, it.message);
    }
    assert!(mistakes(&after.diagnostics) <= mistakes(&before.diagnostics), "{name}\n{now}");
    assert_eq!(fixed.total() == 0, now == text, "{name}");
    if formatted(text) == text {
        assert_eq!(formatted(&now), now, "{name}");
    }
    let (again, second) = mended(&now, applicability);
    assert_eq!((again, second.total()), (now, 0), "{name}");
    fixed.total()
}

#[test]
fn all_fixes_together_are_stable_and_no_finding_becomes_another() {
    for (name, text) in texts() {
        for applicability in [Applicability::Safe, Applicability::Unsafe] {
            // what is drawn well has little to mend, and takes long to check
            if name.ends_with("design.arch") && applicability == Applicability::Unsafe {
                continue;
            }
            all_mended(&name, &text, applicability);
        }
    }
}

/// A design with faults that a hand makes: of every few lines one is lost, or a word loses a letter, or the line ends are others.
fn spoilt(text: &str, how: usize) -> String {
    let line = |(at, line): (usize, &str)| match (how % 3, at % 5 == how % 5) {
        (0, true) if line.contains(" = ") && !line.contains(['{', '}']) => None,
        (1, true) => match line.split_once(" = ") {
            Some((key, value)) if key.len() > 5 && !key.contains('{') => {
                Some(format!("{} = {value}", key.get(..key.len() - 2).unwrap_or(key)))
            }
            _ => Some(line.to_owned()),
        },
        (2, _) => Some(format!("{line}\r")),
        _ => Some(line.to_owned()),
    };
    let lines: Vec<String> = text.lines().enumerate().filter_map(line).collect();
    lines.join("\n") + "\n"
}

#[test]
fn spoilt_designs_are_mended_as_well() {
    let naive: Vec<_> = texts().into_iter().filter(|(name, _)| name.ends_with("naive.arch")).collect();
    let mut total = 0;
    for (at, (name, text)) in naive.iter().enumerate() {
        for how in [at, at + 1] {
            total += all_mended(&format!("{name}, spoilt {how}"), &spoilt(text, how), Applicability::Unsafe);
        }
    }
    assert!(naive.len() >= 20);
    assert!(total > 100, "{total}");
}

#[test]
fn a_name_that_surely_is_a_slip_is_mended_unseen_and_another_is_not() {
    let text = "service shop\nservice stock\nservice db\nshop -> stck { timeout = 1s }\n";
    assert!(mended(text, Applicability::Safe).0.contains("shop -> stock"));
    let rivals = text.replace("service db", "service stack");
    assert_eq!(mended(&rivals, Applicability::Safe).0, rivals);
    let other = text.replace("stck", "db2");
    assert_eq!(mended(&other, Applicability::Safe).0, other);
    assert!(mended(&other, Applicability::Unsafe).0.contains("shop -> db"));
}

#[test]
fn fixes_have_the_shape_of_the_block_that_they_go_into() {
    let calls = "service a\nservice b\n";
    for (before, after) in [
        ("a -> b\n", "a -> b { timeout = 1s }\n"),
        ("a -> b \"x\" // why\n", "a -> b \"x\" { timeout = 1s } // why\n"),
        ("a -> b {}\n", "a -> b { timeout = 1s }\n"),
        ("a -> b { pool = 3 }\n", "a -> b { pool = 3  timeout = 1s }\n"),
        ("a -> b {\n  pool = 3 // three\n}\n", "a -> b {\n  pool = 3 // three\n  timeout = 1s\n}\n"),
        ("a -> b {\n  // none yet\n}\n", "a -> b {\n  timeout = 1s\n  // none yet\n}\n"),
        ("a -> b {\n\tpool = 3  payload = 1KB }\n", "a -> b {\n\tpool = 3  payload = 1KB  timeout = 1s }\n"),
    ] {
        let text = format!("{calls}{before}");
        let compilation = compile(&text, &config());
        let it = compilation.diagnostics.iter().find(|it| it.code == "RS001").unwrap();
        assert_eq!(with_fix(&compilation, it), format!("{calls}{after}"));
    }
}

#[test]
fn a_fix_that_would_bring_another_finding_is_taken_back() {
    // with pauses that grow, four tries take longer than the caller waits
    let text = "client c\nservice a\nservice b\nc -> a { timeout = 1s }\n\
                a -> b { timeout = 240ms  retries = 3 }\n";
    let before = compile(text, &config());
    let it = before.diagnostics.iter().find(|it| it.code == "RS005").unwrap();
    assert!(it.fix.is_some());
    let (now, fixed) = mended(text, Applicability::Unsafe);
    assert!(!now.contains("exponential") && !fixed.fixed.contains_key("RS005"), "{now}");
    assert!(fixed.refused >= 1);
}

#[test]
fn a_place_for_words_of_a_person_is_no_fix() {
    let text = "client c\nservice a\n@allow(RS001)\nc -> a\n";
    let (now, fixed) = mended(text, Applicability::Unsafe);
    assert!(now.contains("@allow(RS001)\n"), "{now}");
    assert_eq!(fixed.refused, 0);
    let folder = folder(&[("a.arch", text)]);
    let told = stdout(&archc(folder.path(), &["check", "a.arch", "--format", "json"], ""));
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let house = told["diagnostics"].as_array().unwrap().iter().find(|it| it["code"] == "HY001").unwrap();
    assert!(house.get("fix").is_none(), "{house}");
}

#[test]
fn a_design_with_mistakes_has_only_these_mended() {
    let text = "service a {\n  latncy = 5ms\n}\nservice b\n@allow(RS001, reason = \"x\")\na -> bb\nlorem ipsum dolor\n";
    let (now, fixed) = mended(text, Applicability::Safe);
    assert!(now.contains("latency = 5ms") && now.contains("@allow(RS001"), "{now}");
    assert!(fixed.fixed.keys().all(|code| code.starts_with('E')), "{:?}", fixed.fixed);
}

fn on_disk(folder: &tempfile::TempDir, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name)).unwrap()
}

const CALL: &str = "client c // who\nservice shop {\n  replicas = 2 // two\n}\n";
const UNUSED: &str = "@allow(RS001, reason = \"x\")\nc -> shop { timeout = 1s }\n";

#[test]
fn fixes_are_written_over_imports_and_told_by_rule() {
    let root = format!("import \"lib/shop.arch\"\n{UNUSED}");
    let folder = folder(&[("a.arch", &root), ("lib/shop.arch", &CALL.replace("replicas", "replcas"))]);
    let output = archc(folder.path(), &["check", "a.arch", "--diff"], "");
    assert_eq!(code(&output), 1);
    let expected = "--- lib/shop.arch\n+++ lib/shop.arch\n@@ -1,4 +1,4 @@\n client c // who\n service shop {\n\
                    -  replcas = 2 // two\n+  replicas = 2 // two\n }\n";
    assert!(stdout(&output).contains(expected), "{}", stdout(&output));
    assert_eq!(on_disk(&folder, "a.arch"), root, "`--diff` writes nothing");
    let output = archc(folder.path(), &["check", "a.arch", "--fix", "--format", "concise"], "");
    assert_eq!(on_disk(&folder, "lib/shop.arch"), CALL);
    assert_eq!(on_disk(&folder, "a.arch"), root.replace("@allow(RS001, reason = \"x\")\n", ""));
    assert!(stderr(&output).contains("2 findings fixed in 2 files: E117 1, HY002 1"), "{}", stderr(&output));
    assert!(!stdout(&output).contains("HY002") && !stdout(&output).contains("E117"), "{}", stdout(&output));
    assert_eq!(code(&output), 0, "by what is left");
    let again = archc(folder.path(), &["check", "a.arch", "--diff"], "");
    assert_eq!((code(&again), stdout(&again)), (0, String::new()));
}

#[test]
fn blocks_of_markdown_are_mended_in_place_and_keep_their_margin_and_line_ends() {
    let block = format!("{CALL}{UNUSED}").replace('\n', "\r\n> ");
    let page = format!("# A\r\n\r\n> ```arch\r\n> {block}\r\n> ```\r\n\r\nafter\r\n");
    let folder = folder(&[("page.md", &page)]);
    let output = archc(folder.path(), &["check", ".", "--fix"], "");
    assert_eq!(
        on_disk(&folder, "page.md"),
        page.replace("> @allow(RS001, reason = \"x\")\r\n", ""),
        "{}",
        stderr(&output)
    );
}

#[test]
fn standard_input_comes_back_and_what_it_imports_stays() {
    let lib = CALL.replace("replicas", "replcas");
    let folder = folder(&[("lib.arch", &lib)]);
    let text = format!("import \"lib.arch\"\nsrvice other\n{UNUSED}");
    let output = archc(folder.path(), &["check", "-", "--fix", "--stdin-filename", "x.arch"], &text);
    assert_eq!(stdout(&output), text.replace("srvice", "service"));
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stderr(&output).contains("E117"), "what is left is told beside it: {}", stderr(&output));
    assert_eq!(on_disk(&folder, "lib.arch"), lib);
    let clean = archc(folder.path(), &["check", "-", "--fix"], CALL);
    assert_eq!((stdout(&clean).as_str(), code(&clean)), (CALL, 0));
}

#[test]
fn findings_that_a_baseline_knows_are_left_alone() {
    let folder = folder(&[("a.arch", &format!("{CALL}{UNUSED}"))]);
    archc(folder.path(), &["baseline", "write", "a.arch", "--baseline", "known.json"], "");
    archc(folder.path(), &["check", "a.arch", "--fix", "--baseline", "known.json"], "");
    assert_eq!(on_disk(&folder, "a.arch"), format!("{CALL}{UNUSED}"));
}

#[cfg(unix)]
#[test]
fn where_one_file_cannot_be_written_none_is() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = format!("import \"lib/shop.arch\"\n{UNUSED}");
    let lib = CALL.replace("replicas", "replcas");
    let folder = folder(&[("a.arch", &root), ("lib/shop.arch", &lib)]);
    let closed = folder.path().join("lib");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o555)).unwrap();
    let output = archc(folder.path(), &["check", "a.arch", "--fix"], "");
    let could_write = std::fs::write(closed.join("probe"), "").is_ok();
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o755)).unwrap();
    if !could_write {
        assert_eq!(code(&output), 2, "{}", stderr(&output));
        assert_eq!((on_disk(&folder, "a.arch"), on_disk(&folder, "lib/shop.arch")), (root, lib));
    }
}

#[test]
fn two_designs_that_import_one_file_mend_it_once() {
    let lib = CALL.replace("replicas", "replcas");
    let root = "import \"lib.arch\"\nservice other\n";
    let folder = folder(&[("a.arch", root), ("b.arch", root), ("lib.arch", &lib)]);
    let output = archc(folder.path(), &["check", "--fix"], "");
    assert!(stderr(&output).contains("1 finding fixed in 1 file: E117 1"), "{}", stderr(&output));
    assert_eq!(on_disk(&folder, "lib.arch"), CALL);
}

#[test]
fn watching_does_not_mend() {
    let folder = folder(&[("a.arch", CALL)]);
    let output = archc(folder.path(), &["watch", "check", "a.arch", "--fix"], "");
    assert_eq!(code(&output), 2);
}

#[test]
fn many_fixes_at_one_place_come_one_after_another() {
    let text = "client c\nservice a\nservice b\nc -> a { retries = 0 }\na -> b { retries = 0 }\n";
    let allow: String =
        ["RS002", "RS003", "RS004"].iter().map(|it| format!("@allow({it}, reason = \"x\") ")).collect();
    let text = text.replace("c -> a", &format!("{allow}\nc -> a"));
    let (now, fixed) = mended(&text, Applicability::Safe);
    assert!(!now.contains("@allow"), "{now}");
    assert_eq!(fixed.fixed.get("HY002"), Some(&3));
    let files: &BTreeMap<Arc<str>, (Arc<str>, Arc<str>)> = &fixed.files;
    assert_eq!(files.len(), 1);
}
