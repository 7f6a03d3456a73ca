//! Published systems with known smells: the rule for each smell names its elements, and is silent on the mended variant, on which
//! nothing at all is claimed. Each file names its source.

use archc::compilation::check;
use archc::config::Config;
use archc::source::{Document, MemoryLoader};

/// A system, the rule for a smell, and the elements that have it.
const SMELLS: &[(&str, &str, &[&str])] = &[
    ("food-to-go", "CO001", &["orders", "kitchen"]),
    ("food-to-go", "CO002", &["mysql", "orders", "kitchen", "delivery", "accounting", "restaurants"]),
    ("petclinic", "AV009", &["config"]),
    ("petclinic", "AV009", &["eureka"]),
    ("petclinic", "CO002", &["mysql", "customers", "visits", "vets"]),
    ("robot-shop", "CO002", &["mongodb", "catalogue", "user"]),
    ("robot-shop", "CO002", &["mysql", "shipping", "ratings"]),
    ("robot-shop", "RS001", &["payment -> paypal"]),
];

/// Code, subjects and message of each finding.
fn findings(name: &str) -> Vec<(String, Vec<String>, String)> {
    let path = format!("{}/tests/data/smells/{name}.arch", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let found = check(Document::new("x.arch", text), &MemoryLoader::default(), &Config::default());
    found.diagnostics.into_iter().map(|it| (it.code.to_owned(), it.subjects, it.message)).collect()
}

#[test]
fn the_elements_of_a_smell_are_named() {
    for (name, code, elements) in SMELLS {
        let told = findings(&format!("{name}.before"));
        let names = |it: &(String, Vec<String>, String)| {
            let named = |element: &&str| it.2.contains(&format!("`{element}`"));
            it.0 == *code && it.1.first().is_some_and(|it| it == elements[0]) && elements.iter().all(named)
        };
        assert!(told.iter().any(names), "{name}: {code} on {elements:?}\n{told:#?}");
    }
}

#[test]
fn of_the_mended_system_nothing_is_claimed() {
    for (name, ..) in SMELLS {
        assert_eq!(findings(&format!("{name}.after")), Vec::new(), "{name}");
    }
}
