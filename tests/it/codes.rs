//! Every code that archc can report, in one list: codes are for ever, so a change of this snapshot wants a reason.

use archc::rules;

#[test]
fn the_list_of_codes() {
    let mistakes = rules::doc::mistakes().map(|(code, name, _)| (code, format!("{code} {name}")));
    let rules = rules::all()
        .map(|rule| (rule.code, format!("{} {} [{}]", rule.code, rule.name, rule.severity_words())));
    let all: Vec<(&str, String)> = mistakes.chain(rules).collect();
    let mut codes: Vec<&str> = all.iter().map(|(code, _)| *code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), all.len(), "a code stands twice");
    let lines: Vec<&str> = all.iter().map(|(_, line)| line.as_str()).collect();
    insta::assert_snapshot!(lines.join("\n"));
}
