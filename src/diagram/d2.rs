//! Prints a drawing in the language of D2, groups as containers.

use std::fmt::Write as _;

use super::drawing::{Direction, Drawing, End, Op};
use super::nested::Nested;
use super::text::clean;

/// The drawing as D2 text.
#[must_use]
pub fn d2(drawing: &Drawing) -> String {
    let direction = match drawing.direction {
        Some(Direction::Right) => "right",
        Some(Direction::Left) => "left",
        Some(Direction::Up) => "up",
        Some(Direction::Down) | None => "down",
    };
    let mut out = format!("direction: {direction}\n");
    drawing.nested(&mut |step, depth| {
        let pad = "  ".repeat(depth);
        let _ = match step {
            Nested::Node(i, node) => {
                let lines = [Some(node.title()), node.tech.as_deref(), node.badge.as_deref()];
                let label = quote(&lines.into_iter().flatten().collect::<Vec<_>>());
                writeln!(out, "{pad}n{i}: {label}{}", shape(&node.kind))
            }
            Nested::Open(i, group) => writeln!(out, "{pad}g{i}: {} {{", quote(&[group.title()])),
            Nested::Close => writeln!(out, "{pad}}}"),
        };
    });
    let name = |end: End| {
        let mut out: String = drawing.around(end).into_iter().map(|g| format!("g{g}.")).collect();
        let _ = match end {
            End::Node(i) => write!(out, "n{i}"),
            End::Group(i) => write!(out, "g{i}"),
        };
        out
    };
    for edge in &drawing.edges {
        let (arrow, style) = match edge.op {
            Op::Call => ("->", ""),
            Op::Message => ("->", " {style.stroke-dash: 4}"),
            Op::Replication => ("->", " {style.stroke-width: 4}"),
            Op::Link => ("--", " {style.stroke-width: 1}"),
        };
        let label = if edge.label.trim().is_empty() { String::new() } else { quote(&[&edge.label]) };
        let colon = if label.is_empty() && style.is_empty() { "" } else { ": " };
        let line = format!("{} {arrow} {}{colon}{label}{style}", name(edge.from), name(edge.to));
        let _ = writeln!(out, "{}", line.replace(":  {", ": {"));
    }
    out
}

fn shape(kind: &str) -> &'static str {
    match kind {
        "database" | "cache" | "warehouse" | "object_store" => " {shape: cylinder}",
        "queue" | "topic" | "stream" => " {shape: queue}",
        "load_balancer" | "gateway" | "proxy" => " {shape: hexagon}",
        "person" => " {shape: person}",
        "external" => " {style.stroke-dash: 3}",
        _ => "",
    }
}

/// Lines as one string in double quotes, where `\\`, `"` and the `$` of a substitution would mean something.
fn quote(lines: &[&str]) -> String {
    let mut out = String::from("\"");
    for (i, line) in lines.iter().enumerate() {
        if i > 0 {
            out.push_str("\\n");
        }
        for c in clean(line, 400).chars() {
            if matches!(c, '"' | '\\' | '$') {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::testing;

    #[test]
    fn prints_containers_and_arrows() {
        assert_eq!(
            d2(&testing::pair()),
            "direction: down\nn0: \"API\\ngo\\n×3\"\ng0: \"us-east-1\" {\n  n1: \"Links\" {shape: cylinder}\n}\nn0 -> g0.n1: \"a\\\"b\" {style.stroke-dash: 4}\nn0 -- g0: \"70 ms\" {style.stroke-width: 1}\n"
        );
    }

    #[test]
    fn hostile_text_stays_in_its_quotes() {
        for (label, drawing) in testing::hostile() {
            let out = d2(&drawing);
            assert_eq!(out.lines().count(), 10, "{label:?}: {out}");
            for line in out.lines() {
                let (mut open, mut escaped) = (false, false);
                for c in line.chars() {
                    assert!(!c.is_control() && (escaped || !open || c != '$'), "{line}");
                    open ^= c == '"' && !escaped;
                    escaped = c == '\\' && !escaped;
                }
                assert!(!open, "{line}");
            }
        }
    }
}
