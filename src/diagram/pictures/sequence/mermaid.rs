//! Prints a told flow as a Mermaid `sequenceDiagram`.

use std::fmt::Write as _;

use super::{Event, Message, Sequence};
use crate::diagram::drawing::Op;
use crate::diagram::pictures::pen::MAX_TEXT;
use crate::diagram::text::clean;

/// The flow in Mermaid's words.
#[must_use]
pub fn mermaid(sequence: &Sequence) -> String {
    let mut out = String::from("sequenceDiagram\n");
    if !sequence.title.is_empty() {
        let _ = writeln!(out, "  accTitle: {}", words(&sequence.title));
    }
    for (i, node) in sequence.participants.iter().enumerate() {
        let word = if matches!(node.kind.as_str(), "person") { "actor" } else { "participant" };
        let label = if clean(&node.label, MAX_TEXT).is_empty() { &node.id } else { &node.label };
        let _ = writeln!(out, "  {word} p{} as {}", i + 1, words(label));
    }
    let mut depth = 1;
    let mut open = Vec::new();
    for event in &sequence.events {
        let indent = "  ".repeat(depth);
        match event {
            Event::Call(it) => {
                let sign = if it.op == Op::Call { "->>" } else { "-)" };
                let _ = writeln!(out, "{indent}p{}{sign}p{}: {}", it.from + 1, it.to + 1, said(it));
            }
            Event::Return { from, to, says } => {
                let _ = writeln!(out, "{indent}p{}-->>p{}: {}", from + 1, to + 1, or_blank(words(says)));
            }
            Event::Start(who) => {
                let _ = writeln!(out, "{indent}activate p{}", who + 1);
            }
            Event::End(who) => {
                let _ = writeln!(out, "{indent}deactivate p{}", who + 1);
            }
            Event::Open { frame, says } => {
                let told = format!("{} {}", frame.as_str(), words(says));
                let _ = writeln!(out, "{indent}{}", told.trim_end());
                open.push(*frame);
                depth += 1;
            }
            Event::Else { says } => {
                let word = if open.last() == Some(&super::Frame::Par) { "and" } else { "else" };
                let told = format!("{word} {}", words(says));
                let _ = writeln!(out, "{}{}", "  ".repeat(depth - 1), told.trim_end());
            }
            Event::Close => {
                open.pop();
                depth = depth.saturating_sub(1).max(1);
                let _ = writeln!(out, "{}end", "  ".repeat(depth));
            }
        }
    }
    if let (true, false) = (sequence.left_out > 0, sequence.participants.is_empty()) {
        let _ = writeln!(out, "  note over p1: and {} more calls", sequence.left_out);
    }
    out
}

fn said(message: &Message) -> String {
    let parts = std::iter::once(&message.label).chain(&message.notes).map(|part| words(part));
    or_blank(parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("<br/>"))
}

/// A message must say something.
fn or_blank(text: String) -> String {
    if text.is_empty() { "#8203;".to_owned() } else { text }
}

/// Text without a sign that Mermaid or a browser would read as its own: they become its number entities.
fn words(text: &str) -> String {
    let mut out = String::new();
    for c in clean(text, MAX_TEXT).chars() {
        match c {
            '#' | ';' | '<' | '>' | '&' | '"' | '\'' | '%' | '{' | '}' | '`' | '\\' => {
                let _ = write!(out, "#{};", c as u32);
            }
            c => out.push(c),
        }
    }
    // a line that holds `end` alone would close a frame
    if out.trim().eq_ignore_ascii_case("end") { format!("#8203;{out}") } else { out }
}
