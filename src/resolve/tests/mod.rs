//! Texts in; the model in short, or what is told, out.

mod attributes;
mod connections;
mod dump;
mod files;
mod inheritance;
mod names;
mod statements;

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::model::Model;
use crate::source::{Document, MemoryLoader, Sources};
use crate::syntax;

use super::imports::Files;

/// A design resolved from texts by path, the root first.
pub(super) struct Resolved {
    pub(super) model: Model,
    pub(super) sources: Sources,
    /// Mistakes of all stages.
    pub(super) told: Vec<Diagnostic>,
}

pub(super) fn files(texts: &[(&str, &str)]) -> Resolved {
    let loader = MemoryLoader {
        files: texts.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(*text))).collect(),
    };
    let (path, text) = texts[0];
    let root = Arc::new(Document::new(path, text));
    let Files { sources, files, mistakes } = super::imports::load(root, &loader, &mut |file, document| {
        Arc::new(syntax::parse(file, document.text()))
    });
    let mut told: Vec<Diagnostic> = files.iter().flat_map(|file| file.tree.mistakes.clone()).collect();
    told.extend(mistakes);
    let (model, more) = super::resolve(&files, &sources);
    told.extend(more);
    told.sort_by(|one, other| one.sort_key().cmp(&other.sort_key()));
    Resolved { model, sources, told }
}

/// What is told of a text, one line for each thing.
pub(super) fn told(text: &str) -> String {
    let resolved = files(&[("a.arch", text)]);
    lines(&resolved.told, &resolved.sources)
}

/// Each text with what is told of it.
pub(super) fn cases(texts: &[&str]) -> String {
    let each = |text: &&str| {
        let shown: String = text.lines().map(|line| format!("| {line}\n")).collect();
        let told = told(text);
        shown + if told.is_empty() { "nothing\n" } else { &told }
    };
    texts.iter().map(each).collect::<Vec<_>>().join("\n")
}

/// What is told of several files.
pub(super) fn told_of(texts: &[(&str, &str)]) -> String {
    let resolved = files(texts);
    lines(&resolved.told, &resolved.sources)
}

/// The model of a text that has no mistake.
pub(super) fn model(text: &str) -> Model {
    let resolved = files(&[("a.arch", text)]);
    assert_eq!(lines(&resolved.told, &resolved.sources), "", "{text}");
    resolved.model
}

fn lines(told: &[Diagnostic], sources: &Sources) -> String {
    let mut out = String::new();
    for it in told {
        let at = sources.position(it.span);
        let slice = sources.slice(it.span);
        out += &format!(
            "{}:{}:{} `{slice}` {}[{}] {}\n",
            sources.path(it.span),
            at.line,
            at.column,
            it.severity.as_str(),
            it.code,
            it.message
        );
        if let Some(help) = &it.help {
            out += &format!("    help: {help}\n");
        }
        for remark in &it.related {
            let at = sources.position(remark.span);
            out +=
                &format!("    {}:{}:{} {}\n", sources.path(remark.span), at.line, at.column, remark.message);
        }
        if let Some(fix) = &it.fix {
            let edits: Vec<String> = fix
                .edits
                .iter()
                .map(|edit| format!("`{}` -> `{}`", sources.slice(edit.span), edit.new_text))
                .collect();
            out += &format!("    fix ({:?}): {}\n", fix.applicability, edits.join(", "));
        }
    }
    out
}
