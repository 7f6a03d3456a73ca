//! `archc new [TEMPLATE]`: a blank shape, or a system of the canon, as a file to change.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

use super::Exit;
use super::arguments::New;
use super::output::Output;
use crate::canon::{self, System};
use crate::config;

/// A blank design of one kind of system, whose comments say what to do next.
struct Shape {
    name: &'static str,
    title: &'static str,
    text: &'static str,
}

const SHAPES: &[Shape] = &[
    Shape {
        name: "starter",
        title: "One service and one database, every line explained",
        text: include_str!("new/starter.arch"),
    },
    Shape {
        name: "web-application",
        title: "A web application: edge, service, cache, database",
        text: include_str!("new/web-application.arch"),
    },
    Shape {
        name: "microservices",
        title: "Microservices behind a gateway, a store for each",
        text: include_str!("new/microservices.arch"),
    },
    Shape {
        name: "event-driven",
        title: "Services that tell each other what happened, by an outbox and a stream",
        text: include_str!("new/event-driven.arch"),
    },
    Shape {
        name: "serverless",
        title: "Functions, a managed store and a queue",
        text: include_str!("new/serverless.arch"),
    },
    Shape {
        name: "pipeline",
        title: "A data pipeline: ingestion, stream, batch, warehouse",
        text: include_str!("new/pipeline.arch"),
    },
    Shape {
        name: "multi-region",
        title: "Two regions that both serve, and one that takes over",
        text: include_str!("new/multi-region.arch"),
    },
];

pub(super) fn run(options: &New, output: &Output) -> Exit {
    if options.list {
        return output.print(&list());
    }
    let Some(text) = template(&options.template) else {
        return output.fail(&unknown(&options.template));
    };
    if options.output == Path::new("-") {
        return output.print(&text);
    }
    if options.output.exists() {
        let path = options.output.display();
        return output.fail(&format!("`{path}` exists; name another file with -o, archc overwrites none"));
    }
    let written = output.write_file(&options.output, text.as_bytes());
    if written == Exit::Done {
        let path = options.output.display();
        output.remark(&format!(
            "wrote {path}; next:\n  archc check {path}\n  archc render {path} -o design.svg\n"
        ));
    }
    written
}

/// The text to write for a name: of a shape, of a system, or of another file in a system's folder.
fn template(name: &str) -> Option<Cow<'static, str>> {
    if let Some(shape) = SHAPES.iter().find(|shape| shape.name == name) {
        return Some(Cow::Borrowed(shape.text));
    }
    let (folder, file) = name.split_once('/').unwrap_or((name, "design"));
    let system = canon::system(folder)?;
    Some(Cow::Owned(introduced(system, system.file(file)?)))
}

/// A system's file with what to do next at its head; its own comments speak of the page beside it, so that is named.
fn introduced(system: &System, text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let names: Vec<_> = system.files.iter().filter_map(|(name, _)| name.strip_suffix(".arch")).collect();
    let others = names.iter().filter(|name| !matches!(**name, "design" | "brief"));
    let others: Vec<_> = others.map(|file| format!("archc new {}/{file}", system.name)).collect();
    let mut out = format!(
        "// From archc's `{0}`; README.md is examples/{0}/README.md there.\n// Next: put your own numbers in place of its own, then\n//\n",
        system.name
    );
    for command in ["archc check design.arch", "archc report design.arch -o report.html"] {
        let _ = writeln!(out, "//   {command}");
    }
    for command in others {
        let _ = writeln!(out, "//   {command} -o other.arch");
    }
    out + "\n" + &text
}

/// One line for each template, by group.
fn list() -> String {
    let shapes = SHAPES.iter().map(|shape| ("Blank shapes", shape.name, shape.title));
    let systems = canon::systems().iter().map(|system| (system.group, system.name, system.title));
    let lines: Vec<_> = shapes.chain(systems).collect();
    let width = lines.iter().map(|(_, name, _)| name.len()).max().unwrap_or_default();
    let mut out = String::new();
    let mut last = "";
    for (group, name, title) in lines {
        if group != last {
            let gap = if last.is_empty() { "" } else { "\n" };
            let _ = writeln!(out, "{gap}{group}");
            last = group;
        }
        let _ = writeln!(out, "  {name:width$}  {title}");
    }
    out
}

/// What is wrong with a name that no template has.
fn unknown(name: &str) -> String {
    let (folder, file) = name.split_once('/').unwrap_or((name, ""));
    if let Some(system) = canon::system(folder) {
        let names: Vec<_> = system.files.iter().filter_map(|(name, _)| name.strip_suffix(".arch")).collect();
        let names: Vec<_> = names.iter().map(|file| format!("`{folder}/{file}`")).collect();
        return format!("`{folder}` has no file `{file}`; there is {}", names.join(", "));
    }
    let names =
        SHAPES.iter().map(|shape| shape.name).chain(canon::systems().iter().map(|system| system.name));
    let near = match config::nearest(folder, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`archc new --list` tells them all".to_owned(),
    };
    format!("there is no template `{name}`; {near}")
}

#[cfg(test)]
mod tests;
