//! The pages of the book that are made from tables: the language reference and the technology catalogue. It must not know files.

use std::fmt::Write as _;

use super::capital;
use crate::ide::reference;
use crate::model::catalogue::{Technology, catalogue};
use crate::model::{GroupKind, Kind};
use crate::rules::doc;

/// The text of the reference, with a name in braces for each table.
const LANGUAGE: &str = include_str!("language.md");

/// What opens the catalogue.
const TECHNOLOGIES: &str = include_str!("technologies.md");

/// The language reference in Markdown.
pub fn language() -> String {
    super::fill(LANGUAGE).replace("{codes}", &codes())
}

/// The technology catalogue in Markdown: a table for each kind, then what is known of each.
pub fn technologies() -> String {
    let mut page = super::fill(TECHNOLOGIES);
    let kinds = Kind::all().map(Kind::as_str).chain(GroupKind::all().map(GroupKind::as_str));
    for kind in kinds {
        let known: Vec<&Technology> = of(kind).collect();
        if known.is_empty() {
            continue;
        }
        // writing to a string cannot fail
        let heading = capital(&kind.replace('_', " "));
        let _ = write!(page, "\n## {heading}\n\n{}", table(&known));
        for it in known {
            let _ = write!(page, "\n### {}\n\n{}", it.name, one(it));
        }
    }
    page
}

/// The technologies that are usually that kind.
fn of(kind: &str) -> impl Iterator<Item = &'static Technology> {
    catalogue().technologies().filter(move |it| it.kinds.first().is_some_and(|first| first == kind))
}

fn one(it: &Technology) -> String {
    let mut text = reference::technology(&it.name).unwrap_or_default();
    let mut more = Vec::new();
    if let [_, others @ ..] = it.kinds.as_slice()
        && !others.is_empty()
    {
        more.push(format!("also used as {}", quoted(others)));
    }
    if !it.aliases.is_empty() {
        more.push(format!("also written {}", quoted(&it.aliases)));
    }
    if it.consensus {
        more.push("commits by majority".to_owned());
    }
    if !more.is_empty() {
        let _ = write!(text, "\n\n{}.", capital(&more.join("; ")));
    }
    text.push('\n');
    text
}

/// How hard it is to leave, in words.
fn lock_in(level: u8) -> Option<&'static str> {
    match level {
        0 => Some("open, self-hosted"),
        1 => Some("open, managed"),
        2 => Some("compatible interface, proprietary engine"),
        3 => Some("proprietary interface"),
        _ => None,
    }
}

/// The technologies of a kind side by side.
fn table(known: &[&Technology]) -> String {
    let mut text = String::from("| name | what it is | availability | to leave it |\n|---|---|---|---|\n");
    for it in known {
        let (name, label, class) = (&it.name, &it.label, &it.class);
        let availability = it.default("availability").map_or("", |figure| &figure.value);
        let leave = it.lock_in.and_then(lock_in).unwrap_or_default();
        let _ = writeln!(text, "| [{name}](#{name}) | {label}: {class} | {availability} | {leave} |");
    }
    text
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The mistakes that the compiler reports.
fn codes() -> String {
    let mut text = String::from("| code | name | what it is |\n|---|---|---|");
    for (code, name, meaning) in doc::mistakes() {
        let _ = write!(text, "\n| {code} | {name} | {} |", meaning.replace('|', "\\|"));
    }
    text
}
