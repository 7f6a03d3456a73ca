//! Every template is a sound design; names lead to them, or to the nearest.

use super::*;
use crate::compilation::{Compilation, check};
use crate::config::Config;
use crate::diagnostic::Severity;
use crate::source::{Document, MemoryLoader};

fn checked(text: &str) -> Compilation {
    check(Document::new("design.arch", text), &MemoryLoader::default(), &Config::default())
}

#[test]
fn every_shape_checks_without_an_error_and_says_what_comes_next() {
    for shape in SHAPES {
        let compilation = checked(shape.text);
        let errors = compilation.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        assert_eq!(errors.map(|found| &found.message).next(), None, "{}", shape.name);
        assert!(compilation.diagnostics.len() <= 3, "{}: {:#?}", shape.name, compilation.diagnostics);
        assert_eq!(crate::fix::format(&compilation.trees[0], shape.text), shape.text, "{}", shape.name);
        assert!(shape.text.contains("archc check design.arch"), "{}", shape.name);
        let next = shape.text.matches("Next: ").count();
        assert!(next >= 2 || shape.name == "starter", "{}: {next}", shape.name);
    }
}

#[test]
fn every_system_is_a_template_in_the_canonical_form_without_a_mistake() {
    for system in canon::systems() {
        let text = template(system.name).unwrap();
        let compilation = checked(&text);
        let mistakes = compilation.diagnostics.iter().filter(|found| found.is_mistake());
        assert_eq!(mistakes.map(|found| &found.message).next(), None, "{}", system.name);
        assert_eq!(crate::fix::format(&compilation.trees[0], &text), text, "{}", system.name);
        assert!(text.starts_with(&format!("// From archc's `{}`", system.name)));
    }
}

#[test]
fn no_name_is_given_twice_and_each_has_its_line() {
    let list = list();
    let mut names: Vec<_> = list.lines().filter(|line| line.starts_with("  ")).collect();
    assert_eq!(names.len(), SHAPES.len() + canon::systems().len());
    names = names.iter().filter_map(|line| line.split_whitespace().next()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), SHAPES.len() + canon::systems().len());
}

#[test]
fn a_name_that_no_template_has_leads_to_the_nearest() {
    assert_eq!(unknown("microservice"), "there is no template `microservice`; did you mean `microservices`?");
    assert_eq!(unknown("zzz"), "there is no template `zzz`; `archc new --list` tells them all");
    let system = canon::systems().iter().find(|system| system.files.len() > 1).unwrap();
    assert!(unknown(&format!("{}/zzz", system.name)).contains(&format!("`{}/design`", system.name)));
    assert_eq!(template("zzz"), None);
}
