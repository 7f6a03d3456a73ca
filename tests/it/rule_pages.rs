//! `docs/rules`: generated from the rules, committed, and stale when a rule has changed since.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use archc::rules;

/// Set to 1, the tests write what they otherwise compare.
const BLESS: &str = "ARCHC_BLESS";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules")
}

fn pages() -> BTreeMap<String, String> {
    let mut pages: BTreeMap<String, String> =
        rules::all().map(|rule| (format!("{}.md", rule.code), rules::doc::page(rule))).collect();
    pages.insert("README.md".to_owned(), rules::doc::table());
    pages
}

#[test]
fn the_pages_of_the_rules_are_fresh() {
    let (folder, wanted) = (folder(), pages());
    if std::env::var(BLESS).is_ok_and(|value| value == "1") {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in &wanted {
            std::fs::write(folder.join(name), text).unwrap();
        }
        return;
    }
    let files =
        std::fs::read_dir(&folder).expect("docs/rules exists; write it with ARCHC_BLESS=1 cargo test");
    let mut found = BTreeMap::new();
    for file in files {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // a checkout may have its own line ends
        found.insert(name, std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n"));
    }
    let names = |pages: &BTreeMap<String, String>| pages.keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        names(&found),
        names(&wanted),
        "docs/rules is stale: run `ARCHC_BLESS=1 cargo test rule_pages`"
    );
    for (name, text) in &wanted {
        assert!(
            found.get(name) == Some(text),
            "docs/rules/{name} is stale: run `ARCHC_BLESS=1 cargo test rule_pages`"
        );
    }
}
