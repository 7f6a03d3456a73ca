//! `docs/licences.md`: what the programs are made of, with licences that `deny.toml` allows. Generated, committed, and stale when a
//! dependency came or went.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Lists are for the platform of the packages; the others have the same licences.
const TARGET: &str = "x86_64-unknown-linux-musl";

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// Name, licence and address of every package whose code is in a program: no build tools, no tests.
fn shipped() -> BTreeSet<(String, String, String)> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", TARGET])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let data: Value = serde_json::from_slice(&output.stdout).unwrap();
    let by_id = |list: &'static str, value: &Value| -> BTreeMap<String, Value> {
        value[list].as_array().unwrap().iter().map(|it| (text(it, "id").to_owned(), it.clone())).collect()
    };
    let (packages, nodes) = (by_id("packages", &data), by_id("nodes", &data["resolve"]));
    let own: Vec<&str> =
        data["workspace_members"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let mut waiting: Vec<String> = own.iter().map(ToString::to_string).collect();
    let mut found = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        let Some(node) = nodes.get(&id).filter(|_| found.insert(id.clone())) else { continue };
        let is_shipped =
            |it: &&Value| it["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"].is_null());
        waiting.extend(
            node["deps"].as_array().unwrap().iter().filter(is_shipped).map(|it| text(it, "pkg").to_owned()),
        );
    }
    let foreign = found.iter().filter(|id| !own.contains(&id.as_str()));
    let row = |it: &Value| {
        (text(it, "name").to_owned(), text(it, "license").to_owned(), text(it, "repository").to_owned())
    };
    foreign.map(|id| row(&packages[id])).collect()
}

fn page(rows: &BTreeSet<(String, String, String)>) -> String {
    let mut page = String::from(
        "# What archc is made of\n\nThe packages whose code is in `archc` or `archc-lsp`, with their licences, all of which\n\
         `deny.toml` allows. A Debian package holds their texts too (`packaging/third-party`). Generated.\n\n\
         | package | licence |\n|---|---|\n",
    );
    for (name, licence, address) in rows {
        let name = if address.is_empty() { name.clone() } else { format!("[{name}]({address})") };
        page.push_str(&format!("| {name} | {licence} |\n"));
    }
    page
}

/// Whether somebody who has but these licences may use what is offered under an expression of SPDX.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    // older manifests write `A/B` for `A OR B`
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let found = any(&words, &mut at, allowed);
    found && at == words.len()
}

fn any(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut found = all(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        found |= all(words, at, allowed);
    }
    found
}

fn all(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut found = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        found &= one(words, at, allowed);
    }
    found
}

fn one(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let word = words.get(*at).copied().unwrap_or_default();
    *at += 1;
    if word == "(" {
        let found = any(words, at, allowed);
        *at += 1;
        return found;
    }
    let mut name = word.to_owned();
    if words.get(*at) == Some(&"WITH") {
        name = format!("{word} WITH {}", words.get(*at + 1).copied().unwrap_or_default());
        *at += 2;
    }
    allowed.contains(&name)
}

fn allowed() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deny.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let list = text.split_once("allow = [").unwrap().1.split_once(']').unwrap().0;
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_licence_is_allowed_and_the_list_is_fresh() {
    let rows = shipped();
    assert!(rows.len() > 50, "{rows:?}");
    let allowed = allowed();
    for (name, licence, _) in &rows {
        assert!(is_allowed(licence, &allowed), "deny.toml does not allow `{licence}` of {name}");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/licences.md");
    let wanted = page(&rows);
    if std::env::var("ARCHC_BLESS").is_ok_and(|value| value == "1") {
        std::fs::write(&path, wanted).unwrap();
        return;
    }
    let there = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    assert!(there == wanted, "docs/licences.md is stale: run `ARCHC_BLESS=1 cargo test licences`");
}

#[test]
fn expressions_of_licences_are_judged() {
    let have: Vec<String> = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned).into();
    for fine in [
        "MIT",
        "GPL-3.0 OR MIT",
        "MIT/GPL-3.0",
        "(GPL-3.0 OR MIT) AND Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
    ] {
        assert!(is_allowed(fine, &have), "{fine}");
    }
    for not in ["", "GPL-3.0", "MIT AND GPL-3.0", "GPL-3.0 OR (MIT AND X)", "Apache-2.0 WITH X"] {
        assert!(!is_allowed(not, &have), "{not}");
    }
}
