//! Prints a drawing as a Mermaid flowchart: groups as subgraphs, labels as in C4 (name, kind and technology, replicas).

use std::fmt::Write as _;

use super::drawing::{Direction, Drawing, Edge, End, Op};
use super::nested::Nested;
use super::text::clean;

/// The drawing as Mermaid text.
#[must_use]
pub fn mermaid(drawing: &Drawing) -> String {
    let direction = match drawing.direction {
        Some(Direction::Right) => "LR",
        Some(Direction::Left) => "RL",
        Some(Direction::Up) => "BT",
        Some(Direction::Down) | None => "TB",
    };
    let mut out = format!("flowchart {direction}\n");
    drawing.nested(&mut |step, depth| {
        let pad = "  ".repeat(depth + 1);
        let _ = match step {
            Nested::Node(i, node) => {
                let (open, close) = shape(&node.kind);
                let about = match &node.tech {
                    Some(tech) => format!("[{}: {tech}]", node.kind.replace('_', " ")),
                    None => format!("[{}]", node.kind.replace('_', " ")),
                };
                let lines = [Some(node.title()), Some(about.as_str()), node.badge.as_deref()];
                let label = lines.into_iter().flatten().map(text).collect::<Vec<_>>().join("<br/>");
                writeln!(out, "{pad}n{i}{open}\"{label}\"{close}")
            }
            Nested::Open(i, group) => writeln!(out, "{pad}subgraph g{i}[\"{}\"]", text(group.title())),
            Nested::Close => writeln!(out, "{pad}end"),
        };
    });
    for edge in &drawing.edges {
        // Mermaid fails on an edge between a group and what it holds
        if !drawing.encloses(edge.from, edge.to) && !drawing.encloses(edge.to, edge.from) {
            write_edge(edge, &mut out);
        }
    }
    out
}

fn write_edge(edge: &Edge, out: &mut String) {
    let name = |end: End| match end {
        End::Node(i) => format!("n{i}"),
        End::Group(i) => format!("g{i}"),
    };
    let arrow = match edge.op {
        Op::Call => "-->",
        Op::Message => "-.->",
        Op::Replication => "==>",
        Op::Link => "---",
    };
    let label = text(&edge.label);
    let label = if label.is_empty() { label } else { format!("|\"{label}\"|") };
    let _ = writeln!(out, "  {} {arrow}{label} {}", name(edge.from), name(edge.to));
}

fn shape(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "database" | "cache" | "warehouse" | "object_store" => ("[(", ")]"),
        "queue" | "topic" | "stream" => ("[/", "/]"),
        "load_balancer" | "gateway" | "proxy" => ("{{", "}}"),
        "person" | "client" => ("([", "])"),
        _ => ("[", "]"),
    }
}

/// Text for between quotes. All but letters, digits and a few signs becomes an entity: quotes end a label, `%%{` is a
/// directive wherever it stands, and a label that starts like a list is read as one.
fn text(text: &str) -> String {
    let mut out = String::new();
    let mut starts = true;
    for c in clean(text, 400).chars() {
        let plain =
            c.is_alphanumeric() || matches!(c, ' ' | '_' | '/' | ',' | '(' | ')' | ':') || !c.is_ascii();
        let of_list = starts && matches!(c, '-' | '+' | '.');
        if plain || (matches!(c, '-' | '+' | '.') && !of_list) {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", c as u32);
        }
        starts = starts && c.is_ascii_digit();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::testing;

    #[test]
    fn prints_subgraphs_labels_and_arrows() {
        let out = mermaid(&testing::pair());
        assert_eq!(
            out,
            "flowchart TB\n  n0[\"API<br/>#91;service: go#93;<br/>×3\"]\n  subgraph g0[\"us-east-1\"]\n    n1[(\"Links<br/>#91;database#93;\")]\n  end\n  n0 -.->|\"a#34;b\"| n1\n  n0 ---|\"70 ms\"| g0\n"
        );
    }

    #[test]
    fn hostile_text_stays_in_its_quotes() {
        for (label, drawing) in testing::hostile() {
            let out = mermaid(&drawing);
            assert!(!out.contains("%%"), "{label:?}: {out}");
            assert!(!out.replace("<br/>", "").contains('<'), "{label:?}: {out}");
            for line in out.lines() {
                assert_eq!(line.matches('"').count() % 2, 0, "{line}");
                assert!(line.chars().count() < 5000 && !line.chars().any(char::is_control));
            }
            assert_eq!(out.lines().count(), 10, "{out}");
        }
    }

    #[test]
    fn what_looks_like_a_list_is_none() {
        assert_eq!(text("1. first"), "1#46; first");
        assert_eq!(text("- a-b 1.5"), "#45; a-b 1.5");
    }
}
