use super::*;

#[test]
fn codes_and_names_are_well_formed_and_unique() {
    let mut codes: Vec<&str> = all().map(|rule| rule.code).collect();
    assert!(
        codes.is_sorted(),
        "the lines of the catalogue stand in the order of the codes of each category: {codes:?}"
    );
    codes.extend(all().map(|rule| rule.name));
    codes.sort_unstable();
    let count = codes.len();
    codes.dedup();
    assert_eq!(codes.len(), count);
}

#[test]
fn every_rule_is_documented_in_full() {
    for rule in all() {
        let text = doc::text(rule);
        let headings: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(headings, doc::SECTIONS, "{}", rule.code);
        assert!(doc::summary(rule).ends_with('.'), "{}: the head opens with a sentence", rule.code);
        let examples = doc::examples(rule);
        assert!(examples.iter().any(|example| example.fails), "{} has no failing example", rule.code);
        assert!(examples.iter().any(|example| !example.fails), "{} has no passing example", rule.code);
        let letters = rule.code.trim_end_matches(|c: char| c.is_ascii_digit());
        assert!(rule.category.prefixes().contains(&letters), "{}", rule.code);
        assert!(rule.severities.is_sorted_by(|a, b| a > b), "{}: the worst severity first", rule.code);
    }
}

#[test]
fn an_explanation_is_found_by_code_and_by_name() {
    let by_code = explain("hy001").unwrap();
    assert_eq!(Some(by_code.clone()), explain("allow-without-reason"));
    assert!(by_code.starts_with("# HY001 allow-without-reason\n"));
    assert!(explain("e101").unwrap().starts_with("# E101 import-not-found\n"));
    assert_eq!(explain("ZZ999"), None);
}
