//! `archc diff`: what differs between two designs, as a user asks for it.

use serde_json::Value;

use crate::program::{archc, code, folder, stderr, stdout};
use crate::schema::{breaches, schema};
use crate::since::{commit, git, has_git, repository, write};

const OLD: &str = "\
system shop \"Shop\" { slo availability >= 99% }
client c { rate = 100/s }
region us {
  service api { replicas = 2  capacity = 200/s  cost = $10/month }
  database db { replicas = 1  capacity = 1k/s }
}
service mailer
c -> us.api { timeout = 1s }
us.api -> us.db { timeout = 60s }
us.api ~> mailer
flow buy { c -> us.api
  us.api -> us.db }
";

/// The region has another name, the service more replicas, a cache came, the mailer went, one timeout is the same in other words.
const NEW: &str = "\
system shop \"Shop\" { slo availability >= 99.9% }
client c { rate = 100/s }
region eu {
  service api { replicas = 4  capacity = 200/s  cost = $10/month }
  database db { replicas = 1  capacity = 1k/s }
  cache hot
}
c -> eu.api { timeout = 1s }
eu.api -> eu.db { timeout = 1min }
eu.api -> eu.hot { timeout = 5ms }
flow buy { c -> eu.api
  eu.api -> eu.db }
";

fn json(text: &str) -> Value {
    let document: Value = serde_json::from_str(text).unwrap();
    assert_eq!(breaches(&schema("diff.schema.json"), &document), Vec::<String>::new());
    document
}

fn rows(document: &Value) -> Vec<String> {
    let row = |it: &Value| {
        format!(
            "{} {} {}",
            it["change"].as_str().unwrap(),
            it["element"].as_str().unwrap(),
            it["path"].as_str().unwrap()
        )
    };
    document["designs"][0]["elements"].as_array().unwrap().iter().map(row).collect()
}

fn element<'v>(document: &'v Value, path: &str) -> &'v Value {
    let elements = document["designs"][0]["elements"].as_array().unwrap();
    elements.iter().find(|it| it["path"] == path).unwrap()
}

#[test]
fn elements_that_came_went_moved_and_changed_are_told_apart() {
    let folder = folder(&[("old.arch", OLD), ("new.arch", NEW)]);
    let output = archc(folder.path(), &["diff", "old.arch", "new.arch", "--format", "json"], "");
    assert_eq!((code(&output), stderr(&output).as_str()), (0, ""));
    let document = json(&stdout(&output));
    assert_eq!(
        rows(&document),
        [
            "removed component mailer",
            "removed connection us.api ~> mailer",
            "added component eu.hot",
            "added connection eu.api -> eu.hot",
            "moved group eu",
            "moved component eu.api",
            "moved component eu.db",
            "changed system shop",
        ]
    );
    let api = element(&document, "eu.api");
    assert_eq!((&api["was"], &api["within"]), (&Value::from("us.api"), &Value::from("eu")));
    let change = &api["attributes"][0];
    assert_eq!(
        (&change["name"], &change["old"], &change["new"]),
        (&"replicas".into(), &"2".into(), &"4".into())
    );
    assert_eq!(api["attributes"].as_array().unwrap().len(), 1, "{api}");
    let target = &element(&document, "shop")["attributes"][0];
    assert_eq!((&target["name"], &target["new"]), (&"slo availability".into(), &">= 99.9%".into()));
}

#[test]
fn figures_are_told_before_and_after() {
    let folder = folder(&[("old.arch", OLD), ("new.arch", NEW)]);
    let output = archc(folder.path(), &["diff", "old.arch", "new.arch", "--format", "json"], "");
    let document = json(&stdout(&output));
    let figures = document["designs"][0]["figures"].as_array().unwrap();
    let find = |path: &str, name: &str| {
        let it = figures.iter().find(|it| it["path"] == path && it["figure"] == name);
        it.map(|it| (it["old"].as_f64().unwrap(), it["new"].as_f64().unwrap()))
    };
    // 100/s over 2 and 4 replicas of 200/s; $10 for each
    assert_eq!(find("eu.api", "utilisation"), Some((0.25, 0.125)));
    assert_eq!(find("eu.api", "cost"), Some((20.0, 40.0)));
    assert_eq!(find("", "cost"), Some((20.0, 40.0)));
    assert_eq!(find("eu.api", "load"), None, "it is the same");
    let (old, new) = find("buy", "availability").unwrap();
    assert!(old < new, "{old} {new}");
}

#[test]
fn findings_are_new_mended_or_allowed_by_the_names_of_today() {
    let one = "client c { rate = 10/s }\nservice api\nc -> api { timeout = 1s }\n";
    let two = "client c { rate = 10/s }\nservice web\nc -> web { timeout = 1s }\ndatabase db\nweb -> db { timeout = 1s }\n";
    let folder = folder(&[("one.arch", one), ("two.arch", two)]);
    let findings = |old: &str, new: &str| {
        let output = archc(folder.path(), &["diff", old, new, "--format", "json"], "");
        let document = json(&stdout(&output));
        let list = |name: &str| -> Vec<String> {
            let list = document["designs"][0]["findings"][name].as_array().unwrap().iter();
            list.map(|it| format!("{} {}", it["code"].as_str().unwrap(), it["subjects"])).collect()
        };
        (list("new"), list("mended"), list("allowed"))
    };
    // `api` is `web` by what is around it: its findings are the same, those of the database are new
    let (new, mended, _) = findings("one.arch", "two.arch");
    assert!(new.iter().any(|it| it == "AV001 [\"db\"]"), "{new:?}");
    assert!(!new.iter().any(|it| it == "AV001 [\"web\"]") && mended.is_empty(), "{new:?} {mended:?}");
    let (new, mended, _) = findings("two.arch", "one.arch");
    assert!(new.is_empty() && mended.iter().any(|it| it == "AV001 [\"db\"]"), "{mended:?}");
    let quiet = two.replace("database db", "@allow(AV001, reason = \"small\")\ndatabase db");
    std::fs::write(folder.path().join("quiet.arch"), quiet).unwrap();
    let (_, mended, allowed) = findings("two.arch", "quiet.arch");
    assert_eq!((mended, allowed), (Vec::new(), vec!["AV001 [\"db\"]".to_owned()]));
}

#[test]
fn it_is_told_in_words_in_markdown_and_as_a_picture() {
    let folder = folder(&[("old.arch", OLD), ("new.arch", NEW)]);
    let run = |arguments: &[&str]| {
        archc(folder.path(), &[&["diff", "old.arch", "new.arch"], arguments].concat(), "")
    };
    let text = stdout(&run(&[]));
    for line in [
        "- service mailer",
        "+ cache eu.hot",
        "> region eu (was us), with the 2 that it holds",
        "> service eu.api (was us.api)\n    replicas: 2 -> 4",
        "~ system shop\n    slo availability: >= 99% -> >= 99.9%",
        "component eu.api utilisation",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    assert!(!text.contains("eu.db (was"), "it went along\n{text}");
    let coloured = run(&["--color", "always"]);
    assert!(stdout(&coloured).contains("\u{1b}[32m+ cache eu.hot"), "{}", stdout(&coloured));
    let markdown = stdout(&run(&["--format", "markdown"]));
    assert!(
        markdown.starts_with("### `new.arch`\n\n2 elements added, 2 removed, 2 moved, 1 changed; "),
        "{markdown}"
    );
    assert!(
        markdown.contains("| moved | service `eu.api` (was `us.api`) | replicas: `2` → `4` |"),
        "{markdown}"
    );
    assert_eq!(code(&run(&["-o", "x.svg"])), 0);
    let svg = std::fs::read_to_string(folder.path().join("x.svg")).unwrap();
    for id in ["mailer", "eu.hot", "eu.api"] {
        assert!(svg.contains(&format!("data-id=\"{id}\"")), "{id}");
    }
    for word in [">new<", ">gone<", ">moved<"] {
        assert!(svg.contains(word), "{word}");
    }
    assert_eq!(code(&run(&["-o", "x.pdf"])), 2);
}

#[test]
fn the_exit_code_tells_a_difference_when_asked() {
    let folder = folder(&[("a.arch", OLD), ("b.arch", NEW), ("c.arch", &format!("// the same\n{OLD}"))]);
    let run = |arguments: &[&str]| archc(folder.path(), arguments, "");
    assert_eq!(code(&run(&["diff", "a.arch", "b.arch"])), 0);
    assert_eq!(code(&run(&["diff", "a.arch", "b.arch", "--exit-code"])), 1);
    let same = run(&["diff", "a.arch", "c.arch", "--exit-code"]);
    assert_eq!((code(&same), stdout(&same).as_str()), (0, ""));
    assert!(stderr(&same).contains("no difference"));
    assert_eq!(code(&run(&["diff", "a.arch", "none.arch"])), 2);
    std::fs::write(folder.path().join("bad.arch"), format!("{OLD}servce x\n")).unwrap();
    let bad = run(&["diff", "a.arch", "bad.arch"]);
    assert_eq!(code(&bad), 1);
    assert!(stderr(&bad).contains("bad.arch:13:1: error["), "{}", stderr(&bad));
    assert_eq!(code(&run(&["diff", "bad.arch", "a.arch"])), 0, "the new one is sound");
}

#[test]
fn folders_are_compared_design_by_design() {
    let page = format!("# Page\n\n```arch\n{OLD}```\n\n```arch\nservice one\n```\n");
    let folder = folder(&[
        ("old/same.arch", OLD),
        ("old/page.md", &page),
        ("old/gone.arch", "service lonely\n"),
        ("old/lib/part.arch", "service part\n"),
        ("old/with.arch", "import \"lib/part.arch\"\nclient z\nz -> part\n"),
        ("old/before.arch", OLD),
        ("new/same.arch", OLD),
        ("new/page.md", &page.replace("service one", "service two")),
        ("new/lib/part.arch", "service part { replicas = 3 }\n"),
        ("new/with.arch", "import \"lib/part.arch\"\nclient z\nz -> part\n"),
        ("new/after.arch", &OLD.replace("replicas = 2", "replicas = 3")),
        ("new/came.arch", "queue alone\n"),
    ]);
    let output = archc(folder.path(), &["diff", "old", "new", "--format", "json"], "");
    let document = json(&stdout(&output));
    let names: Vec<String> = document["designs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            format!(
                "{}{}",
                it["design"].as_str().unwrap(),
                it["was"].as_str().map(|was| format!(" < {was}")).unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(names, ["after.arch < before.arch", "came.arch", "gone.arch", "page.md#2", "with.arch"]);
    let several = archc(folder.path(), &["diff", "old", "new", "-o", "x.svg"], "");
    assert_eq!(code(&several), 2);
    assert!(stderr(&several).contains("a picture shows one design"), "{}", stderr(&several));
}

#[test]
fn revisions_of_git_are_read_without_a_checkout() {
    if !has_git() {
        return;
    }
    let repository = repository(&[
        ("designs/lib/part.arch", "service part\n"),
        ("designs/shop.arch", "import \"lib/part.arch\"\nclient c\nc -> part\n"),
    ]);
    let at = repository.path();
    write(at, "designs/lib/part.arch", "service part { replicas = 3 }\n");
    for (place, old, new) in [
        (at.to_owned(), "HEAD:designs/shop.arch", "designs/shop.arch"),
        (at.join("designs"), "HEAD:./shop.arch", "shop.arch"),
        (at.join("designs"), "HEAD:shop.arch", "shop.arch"),
        (at.join("designs"), "HEAD:designs", "."),
        (at.to_owned(), "HEAD:", "."),
    ] {
        let output = archc(&place, &["diff", old, new], "");
        assert_eq!(code(&output), 0, "{old}: {}", stderr(&output));
        assert!(
            stdout(&output).contains("~ service part\n    replicas: 3 (new)"),
            "{old}: {}",
            stdout(&output)
        );
    }
    commit(at);
    git(at, &["mv", "designs", "drawings"]);
    commit(at);
    let output = archc(at, &["diff", "HEAD~2:", "HEAD:", "--format", "json"], "");
    let document = json(&stdout(&output));
    assert_eq!(document["designs"][0]["was"], "designs/shop.arch");
    let said = |arguments: &[&str]| {
        let output = archc(at, arguments, "");
        assert_eq!(code(&output), 2);
        stderr(&output)
    };
    assert!(said(&["diff", "HEAD:none.arch", "drawings/shop.arch"]).contains("has no such file or folder"));
    assert!(said(&["diff", "nope:x.arch", "drawings/shop.arch"]).contains("no revision `nope`"));
    // as on a server, which has no working tree
    git(at, &["clone", "-q", "--bare", ".", "bare.git"]);
    let output = archc(&at.join("bare.git"), &["diff", "HEAD~2:", "HEAD:"], "");
    assert!(stdout(&output).contains("~ service part"), "{}", stderr(&output));
}

#[test]
fn what_stands_in_a_submodule_is_read_at_the_commit_that_the_revision_has_of_it() {
    if !has_git() {
        return;
    }
    let inner = repository(&[("part.arch", "client c\nservice s\n"), ("deep/more.arch", "service m\n")]);
    let outer = repository(&[("parts.arch", "")]);
    let at = outer.path();
    git(at, &["submodule", "-q", "add", &format!("file://{}", inner.path().display()), "lib/parts"]);
    write(at, "shop.arch", "import \"lib/parts/part.arch\"\nservice own\n");
    commit(at);
    write(at, "lib/parts/part.arch", "client c\nservice s\nservice added\n");
    commit(&at.join("lib/parts"));
    commit(at);
    let told = |arguments: &[&str]| {
        let output = archc(at, &[&["diff"][..], arguments].concat(), "");
        assert_eq!(code(&output), 0, "{arguments:?}: {}", stderr(&output));
        (stdout(&output), stderr(&output))
    };
    // a file, a folder of it, the whole of it, what imports it, what holds it: from two revisions and beside the working tree
    for path in ["lib/parts/part.arch", "lib/parts", "lib", ".", "shop.arch"] {
        for new in [format!("HEAD:{path}"), path.to_owned()] {
            let (text, said) = told(&[&format!("HEAD~1:{path}"), &new]);
            assert!(text.contains("+ service added"), "{path} {new}: {text}");
            assert!(!text.contains("E101") && !said.contains("E101"), "{path} {new}: {text}{said}");
        }
    }
    let (text, _) = told(&["HEAD~1:lib/parts/deep", "lib/parts/deep"]);
    assert!(!text.contains("added"), "{text}");
    // and so is what a check compares with
    let since = archc(at, &["check", "--since", "HEAD~1", "--format", "concise"], "");
    assert!(!stderr(&since).contains("no longer occurs"), "{}", stderr(&since));
    // a clone without its submodules says what is missing
    let bare = tempfile::tempdir().unwrap();
    git(bare.path(), &["clone", "-q", &format!("file://{}", at.display()), "."]);
    let output = archc(bare.path(), &["diff", "HEAD~1:lib/parts", "HEAD:lib/parts"], "");
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("`git submodule update --init` brings it"), "{}", stderr(&output));
    assert_eq!(code(&archc(bare.path(), &["diff", "HEAD~1:parts.arch", "parts.arch"], "")), 0);
}
