//! The page that teaches a model the language: fresh, and right in every example.

use std::path::Path;
use std::sync::Arc;

use archc::compilation::{Compilation, check};
use archc::config::Config;
use archc::guide::{self, SLIPS};
use archc::markdown::arch_blocks;
use archc::model::attributes::TABLE;
use archc::source::{Document, MemoryLoader};

fn compile(document: Document) -> Compilation {
    check(document, &MemoryLoader::default(), &Config::default())
}

/// The codes of the mistakes in a text.
fn mistakes(document: Document) -> Vec<&'static str> {
    let found = compile(document);
    found.diagnostics.iter().filter(|it| it.is_mistake()).map(|it| it.code).collect()
}

#[test]
fn the_committed_page_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/language-for-models.md");
    let page = guide::page();
    if std::env::var("ARCHC_BLESS").is_ok_and(|value| value == "1") {
        std::fs::write(&path, page).unwrap();
        return;
    }
    let there = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    assert!(there == page, "docs/language-for-models.md is stale: run `ARCHC_BLESS=1 cargo test guide`");
}

#[test]
fn every_example_compiles() {
    let page: Arc<str> = guide::page().into();
    let blocks = arch_blocks("page.md", &page);
    assert!(blocks.len() > SLIPS.len() + 4);
    for block in blocks {
        let text = block.text().to_owned();
        assert_eq!(mistakes(block), Vec::<&str>::new(), "{text}");
    }
}

#[test]
fn the_complete_design_has_no_error_and_meets_its_objectives() {
    let page: Arc<str> = guide::section("A complete design").unwrap().into();
    let found = compile(arch_blocks("page.md", &page).remove(0));
    let errors: Vec<_> = found
        .diagnostics
        .iter()
        .filter(|it| it.severity == archc::diagnostic::Severity::Error)
        .map(|it| (it.code, &it.message))
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn what_the_page_calls_refused_is_refused_and_what_it_offers_is_not() {
    for slip in SLIPS {
        assert!(!mistakes(Document::new("wrong.arch", slip.wrong)).is_empty(), "{}", slip.wrong);
        assert_eq!(mistakes(Document::new("right.arch", slip.right)), Vec::<&str>::new(), "{}", slip.right);
    }
}

#[test]
fn the_page_names_every_attribute_unit_kind_and_rule() {
    let page = guide::page();
    let attributes = TABLE.iter().map(|spec| spec.name);
    let kinds = archc::model::Kind::all().map(archc::model::Kind::as_str);
    for word in attributes.chain(kinds).chain(archc::units::unit_names()) {
        assert!(page.contains(&format!("`{word}`")), "`{word}` is missing");
    }
    for rule in archc::rules::all() {
        assert!(page.contains(&format!("{} {}", rule.code, rule.name)), "{} is missing", rule.code);
    }
    assert!(!page.contains("{version}") && !page.contains("{attributes}"), "a table was not filled in");
}

#[test]
fn sections_are_found_by_their_heading() {
    let all: Vec<&str> = guide::sections().collect();
    assert!(all.contains(&"Attributes") && all.contains(&"Flows"));
    for name in &all {
        let text = guide::section(&name.to_uppercase()).unwrap();
        assert!(text.starts_with(&format!("## {name}\n")), "{text}");
        assert_eq!(text.matches("\n## ").count(), 0);
    }
    assert_eq!(guide::section("nowhere"), None);
}
