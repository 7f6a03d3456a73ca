//! A design from text through the whole pipeline, for tests of facts and findings.
#![expect(clippy::panic, reason = "a helper of tests")]

use std::sync::Arc;

use archc::analysis::{Case, Facts, analyse};
use archc::config::Config;
use archc::diagnostic::Diagnostic;
use archc::model::{ComponentId, Model};
use archc::resolve::{File, resolve};
use archc::rules::{self, NotAssessed};
use archc::source::{Document, Sources};
use archc::syntax::parse;

/// A design with all that is found out about it.
pub(crate) struct Compiled {
    pub(crate) model: Model,
    pub(crate) facts: Facts,
    pub(crate) findings: Vec<Diagnostic>,
    pub(crate) not_assessed: Vec<NotAssessed>,
}

/// Compiles a text that has no mistakes.
pub(crate) fn compile(text: &str) -> Compiled {
    let config = Config::default();
    let mut sources = Sources::default();
    let file = sources.add(Document::new("design.arch", text));
    let tree = Arc::new(parse(file, text));
    assert!(tree.mistakes.is_empty(), "{text}\n{:#?}", tree.mistakes);
    let (model, mistakes) = resolve(&[File { tree, imports: Vec::new() }], &sources);
    assert!(mistakes.is_empty(), "{text}\n{mistakes:#?}");
    let facts = analyse(&model, &config, &Case::default());
    let outcome = rules::check(&model, &facts, &config, &rules::Written::default());
    let not_assessed = rules::not_assessed(&model, &facts, &outcome.unassessed);
    Compiled { model, facts, findings: outcome.findings, not_assessed }
}

impl Compiled {
    /// The findings of a rule, each as `severity subjects [flows]: message`.
    pub(crate) fn told(&self, code: &str) -> Vec<String> {
        let line = |it: &Diagnostic| {
            let (subjects, flows) = (it.subjects.join(", "), it.flows.join(", "));
            format!("{} {subjects} [{flows}]: {}", it.severity.as_str(), it.message)
        };
        self.findings.iter().filter(|it| it.code == code).map(line).collect()
    }

    /// The findings of a rule, each as `severity subjects [flows]`.
    pub(crate) fn brief(&self, code: &str) -> Vec<String> {
        let head =
            |line: String| line.split_once("]: ").map_or(String::new(), |(head, _)| format!("{head}]"));
        self.told(code).into_iter().map(head).collect()
    }

    /// What a rule could not assess, each as `subject attribute`.
    pub(crate) fn open(&self, code: &str) -> Vec<String> {
        let of = self.not_assessed.iter().filter(|it| it.code == code);
        of.map(|it| format!("{} {}", it.subject, it.attribute)).collect()
    }

    /// The component of that path.
    pub(crate) fn id(&self, path: &str) -> ComponentId {
        let found = self.model.components.enumerate().find(|(_, it)| it.header.path == path);
        found.unwrap_or_else(|| panic!("{path} is declared")).0
    }

    /// Components by path.
    pub(crate) fn paths(&self, ids: &[ComponentId]) -> Vec<&str> {
        ids.iter().map(|id| self.model.path(*id)).collect()
    }
}
