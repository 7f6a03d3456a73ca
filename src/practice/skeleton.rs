//! The file that an interview begins with: the brief without what is hidden, its one box to be taken apart.

use super::brief::{Brief, HIDDEN};
use crate::fix::format;
use crate::model::Class;
use crate::source::FileId;
use crate::syntax::ast::{Leading, Stmt};
use crate::syntax::parse;

/// The skeleton of a problem, a text that parses. `file` is how it will be called.
pub fn skeleton(brief: &Brief, file: &str) -> String {
    let mut text = format!(
        "// {}: `archc practice {}`\n// As you draw: `archc check {file}` · at the end: `archc practice --grade {file}`\n\n",
        brief.title, brief.name
    );
    for stmt in brief.asked.trees.first().map_or(&[][..], |tree| &tree.items) {
        statement(&mut text, brief, stmt);
    }
    text.push_str(
        "// Write down what you trade for what:\n// decision NAME \"In a few words\" {\n//   chose   = this\n//   over    = [that]\n\
         //   because = \"why, with the number that decides\"\n//   gives   = [availability, latency]\n//   costs   = [consistency]\n// }\n",
    );
    let tree = parse(FileId(0), &text);
    format(&tree, &text)
}

fn statement(text: &mut String, brief: &Brief, stmt: &Stmt) {
    let sources = &brief.asked.sources;
    let model = &brief.asked.model;
    let is_system = model.system.as_ref().is_some_and(|it| it.span == stmt.span);
    let mut above = String::new();
    for leading in &stmt.leading {
        match leading {
            Leading::Annotation(annotation) if sources.slice(annotation.span).contains(HIDDEN) => return,
            Leading::Annotation(annotation) => {
                above.push_str(sources.slice(annotation.span));
                above.push('\n');
            }
            // what the comment of the system says is the brief itself
            Leading::Doc(comment) if !is_system => {
                above.push_str(&comment.text);
                above.push('\n');
            }
            _ => {}
        }
    }
    let is_box =
        model.components.iter().any(|it| it.header.span == stmt.span && it.kind.class() == Class::Compute);
    if is_box {
        text.push_str("// One box does everything: take it apart. Give what you draw `replicas`, `zones`, `capacity`, `latency` and `p99`;\n// what keeps data says `stores`. Then lead each flow on, from here to its data.\n");
    }
    text.push_str(&above);
    text.push_str(sources.slice(stmt.span));
    text.push_str("\n\n");
}
