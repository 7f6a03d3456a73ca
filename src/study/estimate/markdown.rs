//! The estimate as Markdown: a table for each question.

use super::{Estimate, Line};

/// The estimate as Markdown.
pub fn markdown(estimate: &Estimate) -> String {
    let title = estimate.system.label.as_deref().or(estimate.system.name.as_deref());
    let mut out = format!("# {}: back of the envelope\n", escape(title.unwrap_or("Untitled design")));
    for section in &estimate.sections {
        out.push_str(&format!(
            "\n## {}\n\n| of | what | arithmetic | |\n| --- | --- | --- | --- |\n",
            section.title
        ));
        for line in &section.lines {
            out.push_str(&row(line));
        }
    }
    if !estimate.assumptions.is_empty() {
        out.push_str("\n## Assumed, and where to change it\n\n| | of | what | value | source | change it in |\n| --- | --- | --- | --- | --- | --- |\n");
        for it in &estimate.assumptions {
            let change = code_spans(&it.change);
            let (subject, attribute) = (code(&it.subject), code(&it.attribute));
            let (value, source) = (escape(&it.value), escape(&it.source));
            out.push_str(&format!(
                "| {} | {subject} | {attribute} | {value} | {source} | {change} |\n",
                it.number
            ));
        }
    }
    if !estimate.missing.is_empty() {
        out.push_str("\n## Would tell more\n\n| of | attribute | gives |\n| --- | --- | --- |\n");
        for it in &estimate.missing {
            out.push_str(&format!("| {} | {} | {} |\n", code(&it.subject), code(&it.attribute), it.gives));
        }
    }
    out
}

fn row(line: &Line) -> String {
    let marks: Vec<String> = line.assumptions.iter().map(ToString::to_string).collect();
    let marks = if marks.is_empty() { String::new() } else { format!(" <sup>{}</sup>", marks.join(",")) };
    format!(
        "| {} | {} | {} | **{}**{marks} |\n",
        code(&line.subject),
        escape(&line.what),
        escape(&line.arithmetic),
        escape(&line.result)
    )
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace('|', "\\|").replace(['\n', '\r'], " "))
}

/// Text whose backticks mark code.
fn code_spans(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { code(part) } else { escape(part) }).collect()
}

fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '\\' | '`' | '*' | '_' | '|' | '[' | ']' | '#' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}
