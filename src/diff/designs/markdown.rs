//! A difference as Markdown, short enough for a comment on a pull request. What a design says is text in it, never markup.

use std::fmt::Write as _;

use super::human::{along, judged, owner};
use super::{Change, Difference, ElementChange, FigureChange, FindingLine};

/// Rows of a table and lines of a list that are told; the rest is counted.
const MOST: usize = 40;

/// The difference of a design under a heading that names it.
pub fn markdown(title: &str, difference: &Difference) -> String {
    let mut out = format!("### {}\n\n{}\n", code(title), summary(difference));
    let elements: Vec<&ElementChange> = difference.elements.iter().filter(|it| it.is_own()).collect();
    if !elements.is_empty() {
        out.push_str("\n| | element | what changed |\n|---|---|---|\n");
        for it in elements.iter().take(MOST) {
            let kind = if it.element == "connection" { it.element } else { &it.kind };
            let (path, with) = (code(&it.path), along(it, difference));
            let was = it.was.as_ref().map(|was| format!(" (was {})", code(was))).unwrap_or_default();
            let changes: Vec<String> = it.attributes.iter().map(attribute).collect();
            // writing to a string cannot fail
            let _ = writeln!(
                out,
                "| {} | {} {path}{was}{with} | {} |",
                it.change.as_str(),
                cell(kind),
                changes.join("<br>")
            );
        }
        rest(&mut out, elements.len(), "| | ", " | |");
    }
    let figures: Vec<&FigureChange> = difference.figures.iter().filter(|it| it.is_visible()).collect();
    if !figures.is_empty() {
        out.push_str("\n| figure | before | after | |\n|---|--:|--:|---|\n");
        for it in figures.iter().take(MOST) {
            out.push_str(&figure(it));
        }
        rest(&mut out, figures.len(), "| ", " | | | |");
    }
    let findings = &difference.findings;
    list(&mut out, "New findings", true, &findings.new);
    list(&mut out, "Mended findings", false, &findings.mended);
    list(&mut out, "Findings that are allowed now", false, &findings.allowed);
    out
}

/// `1 element added, 2 changed; 1 new finding, 3 mended`.
fn summary(difference: &Difference) -> String {
    if difference.is_empty() {
        return "No difference.".to_owned();
    }
    let counted = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let mut elements: Vec<String> = Vec::new();
    for change in [Change::Added, Change::Removed, Change::Moved, Change::Changed] {
        let count = difference.count(change);
        if count > 0 && elements.is_empty() {
            elements.push(format!("{} {}", counted(count, "element"), change.as_str()));
        } else if count > 0 {
            elements.push(format!("{count} {}", change.as_str()));
        }
    }
    let findings = &difference.findings;
    let mut told: Vec<String> = Vec::new();
    if !findings.new.is_empty() {
        told.push(format!("**{}**", counted(findings.new.len(), "new finding")));
    }
    if !findings.mended.is_empty() {
        let word = if findings.new.is_empty() { "finding" } else { "" };
        let count = findings.mended.len();
        told.push(if word.is_empty() {
            format!("{count} mended")
        } else {
            format!("{} mended", counted(count, word))
        });
    }
    let figures = difference.figures.iter().filter(|it| it.is_visible()).count();
    let figures =
        (figures > 0).then(|| counted(figures, "figure") + " differ" + if figures == 1 { "s" } else { "" });
    let parts = [
        (!elements.is_empty()).then(|| elements.join(", ")),
        figures,
        (!told.is_empty()).then(|| told.join(", ")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ") + "."
}

fn attribute(it: &super::AttributeChange) -> String {
    let name = cell(&it.name);
    match (&it.old, &it.new) {
        (Some(old), Some(new)) => format!("{name}: {} → {}", code(old), code(new)),
        (None, Some(new)) => format!("{name}: {} (new)", code(new)),
        (Some(old), None) => format!("{name}: {} (gone)", code(old)),
        (None, None) => name,
    }
}

fn figure(it: &FigureChange) -> String {
    let (old, new) = it.shown();
    let (old, new) = (cell(&old), cell(&new));
    let owner = owner(it);
    let name = match owner.split_once(' ') {
        Some((element, path)) => format!("{element} {} {}", code(path), it.figure),
        None => format!("{owner} {}", it.figure),
    };
    format!("| {name} | {old} | {new} | {} |\n", judged(it))
}

fn list(out: &mut String, title: &str, open: bool, findings: &[FindingLine]) {
    if findings.is_empty() {
        return;
    }
    let count = findings.len();
    if open {
        out.push_str(&format!("\n**{title}**\n\n"));
    } else {
        out.push_str(&format!("\n<details><summary>{title}: {count}</summary>\n\n"));
    }
    for it in findings.iter().take(MOST) {
        let (severity, place) = (it.severity.as_str(), code(&format!("{}:{}", it.file, it.line)));
        // writing to a string cannot fail
        let _ = writeln!(out, "- **{severity}** {} {}: {} ({place})", it.code, it.name, prose(&it.message));
    }
    if count > MOST {
        let _ = writeln!(out, "- and {} more", count - MOST);
    }
    if !open {
        out.push_str("\n</details>\n");
    }
}

fn rest(out: &mut String, count: usize, before: &str, behind: &str) {
    if count > MOST {
        // writing to a string cannot fail
        let _ = writeln!(out, "{before}and {} more{behind}", count - MOST);
    }
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    prose(text).replace('|', "\\|")
}

/// A text as code, also in a cell.
fn code(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
    if text.is_empty() {
        return String::new();
    }
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// A message, whose names stand in backticks: outside of them nothing is markup, and nobody is called.
fn prose(text: &str) -> String {
    let mut out = String::new();
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // an odd one out is no pair
    let pairs = line.matches('`').count() / 2 * 2;
    for (at, part) in line.split('`').enumerate() {
        if at > 0 {
            out.push_str(if at <= pairs { "`" } else { "\\`" });
        }
        if at % 2 == 1 && at < pairs {
            out.push_str(part);
            continue;
        }
        for c in part.chars() {
            match c {
                '<' => out.push_str("&lt;"),
                '*' | '_' | '[' | ']' | '\\' | '#' => out.extend(['\\', c]),
                '@' => out.push_str("&#64;"),
                c => out.push(c),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_design_says_is_no_markup() {
        assert_eq!(prose("`a_b` calls <b> @team *x*"), "`a_b` calls &lt;b> &#64;team \\*x\\*");
        assert_eq!(prose("a ` b"), "a \\` b");
        assert_eq!(cell("a | b"), "a \\| b");
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("x`y"), "`` x`y ``");
    }
}
