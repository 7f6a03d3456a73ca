//! Prints a drawing as DOT, groups as clusters, for whoever wants Graphviz to lay it out.

use std::fmt::Write as _;

use super::drawing::{Direction, Drawing, End, Op};
use super::text::clean;

/// The drawing as DOT text.
#[must_use]
pub fn dot(drawing: &Drawing) -> String {
    let mut out = String::new();
    let direction = match drawing.direction {
        Some(Direction::Right) => "LR",
        Some(Direction::Left) => "RL",
        Some(Direction::Up) => "BT",
        Some(Direction::Down) | None => "TB",
    };
    let _ = writeln!(out, "digraph {} {{", quote(&drawing.title));
    let _ = writeln!(out, "  graph [compound=true, rankdir={direction}, fontname=\"sans-serif\"];");
    out.push_str(
        "  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\"];\n",
    );
    Printer::new(drawing).children(None, 1, &mut out);
    for edge in &drawing.edges {
        write_edge(drawing, edge, &mut out);
    }
    out.push_str("}\n");
    out
}

/// Each group's members, so that printing takes one pass.
struct Printer<'a> {
    drawing: &'a Drawing,
    groups: Vec<Vec<usize>>,
    nodes: Vec<Vec<usize>>,
}

impl<'a> Printer<'a> {
    fn new(drawing: &'a Drawing) -> Self {
        let count = drawing.groups.len();
        let (mut groups, mut nodes) = (vec![Vec::new(); count + 1], vec![Vec::new(); count + 1]);
        // The last list is the top's; a parent that is no earlier group is as good as none.
        for (i, group) in drawing.groups.iter().enumerate() {
            if let Some(list) = groups.get_mut(group.parent.filter(|&p| p < i).unwrap_or(count)) {
                list.push(i);
            }
        }
        for (i, node) in drawing.nodes.iter().enumerate() {
            if let Some(list) = nodes.get_mut(node.parent.filter(|&p| p < count).unwrap_or(count)) {
                list.push(i);
            }
        }
        Self { drawing, groups, nodes }
    }

    fn children(&self, group: Option<usize>, depth: usize, out: &mut String) {
        let at = group.unwrap_or(self.drawing.groups.len());
        let pad = "  ".repeat(depth);
        for &i in self.nodes.get(at).into_iter().flatten() {
            let Some(node) = self.drawing.nodes.get(i) else { continue };
            let mut label = clean(&node.label, 400);
            for more in [&node.tech, &node.badge].into_iter().flatten() {
                label.push('\n');
                label.push_str(&clean(more, 400));
            }
            let _ = writeln!(out, "{pad}{} [label={}{}];", quote(&node.id), quote(&label), shape(&node.kind));
        }
        // A group without members would be no cluster: an invisible point holds it open, and takes edges to the group.
        if let Some(group) = group.and_then(|g| self.drawing.groups.get(g)) {
            let _ = writeln!(out, "{pad}{} [shape=point, style=invis];", quote(&anchor(&group.id)));
        }
        for &i in self.groups.get(at).into_iter().flatten() {
            let Some(group) = self.drawing.groups.get(i) else { continue };
            let _ = writeln!(out, "{pad}subgraph {} {{", quote(&format!("cluster_{}", group.id)));
            let _ = writeln!(out, "{pad}  label={}; style=rounded;", quote(&clean(&group.label, 400)));
            self.children(Some(i), depth + 1, out);
            let _ = writeln!(out, "{pad}}}");
        }
    }
}

fn anchor(group: &str) -> String {
    format!("{group} (group)")
}

fn write_edge(drawing: &Drawing, edge: &super::drawing::Edge, out: &mut String) {
    let end = |end: End| match end {
        End::Node(i) => drawing.nodes.get(i).map(|n| (n.id.clone(), None)),
        End::Group(i) => drawing.groups.get(i).map(|g| (anchor(&g.id), Some(format!("cluster_{}", g.id)))),
    };
    let (Some((from, tail)), Some((to, head))) = (end(edge.from), end(edge.to)) else { return };
    let mut attributes = Vec::new();
    if !edge.label.is_empty() {
        attributes.push(format!("label={}", quote(&clean(&edge.label, 400))));
    }
    match edge.op {
        Op::Call => {}
        Op::Message => attributes.push("style=dashed, arrowhead=vee".to_owned()),
        Op::Replication => attributes.push("color=\"black:invis:black\"".to_owned()),
        Op::Link => attributes.push("dir=none, penwidth=0.6".to_owned()),
    }
    attributes.extend(tail.map(|c| format!("ltail={}", quote(&c))));
    attributes.extend(head.map(|c| format!("lhead={}", quote(&c))));
    let attributes =
        if attributes.is_empty() { String::new() } else { format!(" [{}]", attributes.join(", ")) };
    let _ = writeln!(out, "  {} -> {}{attributes};", quote(&from), quote(&to));
}

fn shape(kind: &str) -> &'static str {
    match kind {
        "database" | "cache" | "warehouse" => ", shape=cylinder, style=solid",
        "queue" | "topic" | "stream" => ", shape=cds, style=solid",
        "external" => ", style=\"rounded,dashed\"",
        "load_balancer" | "gateway" | "proxy" => ", shape=hexagon, style=solid",
        _ => "",
    }
}

/// A quoted string of DOT: in it a quote, a backslash and a line end are escaped, the rest stands as it is.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::drawing::{Edge, Group, Node};

    #[test]
    fn prints_clusters_and_escapes() {
        let node = |id: &str, parent| Node {
            id: id.into(),
            kind: "service".into(),
            label: "say \"hi\" \\ \u{0}".into(),
            parent,
            ..Node::default()
        };
        let group =
            Group { id: "us".into(), kind: "region".into(), label: "us-east-1".into(), ..Group::default() };
        let edge = Edge {
            id: "e1".into(),
            from: End::Node(0),
            to: End::Group(0),
            op: Op::Message,
            label: "a\"b".into(),
        };
        let drawing = Drawing {
            title: "shop".into(),
            nodes: vec![node("a", None), node("us.b", Some(0))],
            groups: vec![group],
            edges: vec![edge],
            ..Drawing::default()
        };
        assert_eq!(
            dot(&drawing),
            r#"digraph "shop" {
  graph [compound=true, rankdir=TB, fontname="sans-serif"];
  node [shape=box, style=rounded, fontname="sans-serif"];
  edge [fontname="sans-serif"];
  "a" [label="say \"hi\" \\"];
  subgraph "cluster_us" {
    label="us-east-1"; style=rounded;
    "us.b" [label="say \"hi\" \\"];
    "us (group)" [shape=point, style=invis];
  }
  "a" -> "us (group)" [label="a\"b", style=dashed, arrowhead=vee, lhead="cluster_us"];
}
"#
        );
    }
}
