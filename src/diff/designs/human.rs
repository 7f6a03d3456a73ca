//! A difference in lines for a terminal: `+` came, `-` went, `>` moved, `~` changed.

use std::fmt::Write as _;

use super::{AttributeChange, Change, Difference, ElementChange, FigureChange, FindingLine};

/// The difference, a line for each change; empty where there is none.
pub fn human(difference: &Difference) -> String {
    let mut out = String::new();
    for it in difference.elements.iter().filter(|it| it.is_own()) {
        out.push_str(it.change.sign());
        out.push(' ');
        out.push_str(&headline(it, difference));
        out.push('\n');
        for change in &it.attributes {
            out.push_str(&format!("    {}\n", attribute(change)));
        }
    }
    let visible: Vec<&FigureChange> = difference.figures.iter().filter(|it| it.is_visible()).collect();
    if !visible.is_empty() {
        section(&mut out, "figures");
        figures(&mut out, &visible);
    }
    let findings = &difference.findings;
    for (title, sign, list) in [
        ("new findings", "+", &findings.new),
        ("mended findings", "-", &findings.mended),
        ("findings that are allowed now", ">", &findings.allowed),
    ] {
        if !list.is_empty() {
            section(&mut out, title);
        }
        for it in list {
            // writing to a string cannot fail
            let _ = writeln!(out, "{sign} {}", finding(it));
        }
    }
    out
}

fn section(out: &mut String, title: &str) {
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(title);
    out.push_str(":\n");
}

/// An element in words: `service us.api (was eu.api)`.
fn headline(it: &ElementChange, difference: &Difference) -> String {
    let kind = if it.element == "connection" { "connection" } else { &it.kind };
    let was = it.was.as_ref().map(|was| format!(" (was {was})")).unwrap_or_default();
    format!("{kind} {}{was}{}", it.path, along(it, difference))
}

/// What went along with a group that moved.
pub(super) fn along(it: &ElementChange, difference: &Difference) -> String {
    let inside = |other: &&ElementChange| {
        let inside = other.path.strip_prefix(it.path.as_str()).is_some_and(|rest| rest.starts_with('.'));
        other.change == Change::Moved && other.within.is_some() && inside
    };
    let count = difference.elements.iter().filter(inside).count();
    let moved = it.element == "group" && it.change == Change::Moved && count > 0;
    if moved { format!(", with the {count} that it holds") } else { String::new() }
}

/// An attribute in words: `replicas: 2 -> 3`.
fn attribute(it: &AttributeChange) -> String {
    match (&it.old, &it.new) {
        (Some(old), Some(new)) => format!("{}: {old} -> {new}", it.name),
        (None, Some(new)) => format!("{}: {new} (new)", it.name),
        (Some(old), None) => format!("{}: {old} (gone)", it.name),
        (None, None) => it.name.clone(),
    }
}

/// Whose a figure is.
pub(super) fn owner(it: &FigureChange) -> String {
    if it.path.is_empty() { it.element.to_owned() } else { format!("{} {}", it.element, it.path) }
}

/// Whether a figure got better, in a word.
pub(super) fn judged(it: &FigureChange) -> &'static str {
    match it.is_better() {
        Some(true) => "better",
        Some(false) => "worse",
        None => "",
    }
}

fn figures(out: &mut String, figures: &[&FigureChange]) {
    let rows: Vec<[String; 4]> = figures
        .iter()
        .map(|it| {
            let (old, new) = it.shown();
            [format!("{} {}", owner(it), it.figure), old, new, judged(it).to_owned()]
        })
        .collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| unicode_width::UnicodeWidthStr::width(cell.as_str())).max().unwrap_or(0)
    };
    let (one, two, three) = (width(0), width(1), width(2));
    let pad =
        |text: &str, to: usize| " ".repeat(to.saturating_sub(unicode_width::UnicodeWidthStr::width(text)));
    for [name, old, new, judged] in &rows {
        let line = format!(
            "  {name}{}  {}{old} -> {new}{}  {judged}",
            pad(name, one),
            pad(old, two),
            pad(new, three)
        );
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

fn finding(it: &FindingLine) -> String {
    format!(
        "{}:{}: {}[{}] {}",
        it.file,
        it.line,
        it.severity.as_str(),
        it.code,
        it.message.replace('\n', " ")
    )
}
