//! The documentation of a rule: the `//!` head of its file, which `build.rs` takes out of it. Printed by `explain`, generated into `docs/rules`, and its
//! examples are the rule's tests. It must not know any single rule.
//!
//! A head opens with one sentence, what the rule finds; then come `## ` sections and fenced examples: ` ```arch,fail ` must
//! give exactly one finding of the rule, ` ```arch,pass ` none.

use crate::{resolve, syntax};

use super::{Category, REGISTER, Rule, all, find};

/// The sections that every rule has, in their order.
pub const SECTIONS: &[&str] =
    &["What it finds", "Why it matters", "How to mend it", "When it stays silent", "Source", "Examples"];

/// An example of a rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Example {
    /// Whether it must give a finding of the rule.
    pub fails: bool,
    /// The design.
    pub source: String,
}

/// What the file of a rule says of it.
pub(super) struct Head {
    /// Its `//!` lines, in Markdown.
    pub(super) text: &'static str,
    /// How what it finds may be mended: `safe`, `unsafe` or `none`.
    pub(super) fix: &'static str,
}

fn head(rule: &Rule) -> Option<&'static Head> {
    REGISTER.iter().find(|(it, _)| it.code == rule.code).map(|(_, head)| head)
}

/// The documentation of a rule in Markdown, without a heading of its own.
pub fn text(rule: &Rule) -> &'static str {
    head(rule).map_or("", |head| head.text)
}

/// What the rule finds, in a sentence.
pub fn summary(rule: &Rule) -> String {
    let text = text(rule);
    let first: Vec<&str> = text.lines().take_while(|line| !line.is_empty()).collect();
    first.join(" ")
}

/// How `archc check` may mend what the rule finds: what its own file makes of an edit.
fn fixes(rule: &Rule) -> Option<&'static str> {
    match head(rule)?.fix {
        "safe" => Some("`--fix`"),
        "unsafe" => Some("`--unsafe-fixes`, where one edit does; look at it first"),
        _ => None,
    }
}

/// The examples, in order.
pub fn examples(rule: &Rule) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut open: Option<Example> = None;
    for line in text(rule).lines() {
        match (&mut open, line) {
            (None, "```arch,fail") => open = Some(Example { fails: true, source: String::new() }),
            (None, "```arch,pass") => open = Some(Example { fails: false, source: String::new() }),
            (Some(_), "```") => examples.extend(open.take()),
            (Some(example), _) => {
                example.source.push_str(line);
                example.source.push('\n');
            }
            (None, _) => {}
        }
    }
    examples
}

/// One rule in full, or what a mistake in the source means, in Markdown; `None` where none has that code or name.
pub fn explain(code_or_name: &str) -> Option<String> {
    find(code_or_name).map(page).or_else(|| {
        let is_meant =
            |code: &str, name: &str| code.eq_ignore_ascii_case(code_or_name) || name == code_or_name;
        let (code, name, meaning) = mistakes().find(|(code, name, _)| is_meant(code, name))?;
        Some(format!(
            "# {code} {name}\n\nSeverity: error · a mistake in the source\n\n{}.\n",
            capital(meaning)
        ))
    })
}

/// Code, name and meaning of every mistake in the source, by code.
pub fn mistakes() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let parsing = syntax::mistakes::ALL.iter().map(|it| (it.code, it.name, it.meaning));
    parsing.chain(resolve::mistakes::ALL.iter().map(|it| (it.code, it.name, it.meaning)))
}

/// The page of a rule: heading, facts, documentation.
pub fn page(rule: &Rule) -> String {
    let mut page = format!("# {} {}\n\n", rule.code, rule.name);
    let needs: Vec<String> = rule.needs.iter().map(|need| format!("`{}`", need.words())).collect();
    let expects: Vec<String> = rule.expects.iter().map(|id| format!("`{}`", id.name())).collect();
    let silences: Vec<String> = rule.silences.iter().map(ToString::to_string).collect();
    for (what, list) in [
        ("Severity", vec![rule.severity_words()]),
        ("About", vec![rule.category.as_str().to_owned()]),
        ("Not assessed without", needs),
        ("Expected, so absent counts as no", expects),
        ("Speaks in the place of", silences),
        ("Mended by", fixes(rule).map(ToOwned::to_owned).into_iter().collect()),
    ] {
        if !list.is_empty() {
            page.push_str(&format!("- {what}: {}\n", list.join(", ")));
        }
    }
    page.push('\n');
    page.push_str(text(rule).trim_end());
    page.push('\n');
    if !rule.thresholds.is_empty() {
        page.push_str("\n## Thresholds\n\nHeuristics of ours; `archc.toml` can change them.\n\n");
        page.push_str("| key | default | meaning |\n|---|---|---|\n");
        for it in rule.thresholds {
            page.push_str(&format!("| `{}` | {} {} | {} |\n", it.key, it.default, it.unit, it.meaning));
        }
    }
    page
}

/// The table of all rules, in Markdown.
pub fn table() -> String {
    let mut table = String::from("# Rules\n\nGenerated from the heads of `src/rules/*.rs`.\n");
    for category in Category::all() {
        let rows: Vec<String> = all().filter(|rule| rule.category == category).map(row).collect();
        if !rows.is_empty() {
            let heading = capital(category.as_str());
            table.push_str(&format!("\n## {heading}\n\n| rule | severity | finds |\n|---|---|---|\n"));
            table.push_str(&rows.concat());
        }
    }
    table
}

fn row(rule: &Rule) -> String {
    let (code, name) = (rule.code, rule.name);
    format!("| [{code}]({code}.md) {name} | {} | {} |\n", rule.severity_words(), summary(rule))
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
