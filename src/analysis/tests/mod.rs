//! Designs as text, figures out: the oracles of the analysis from end to end.

mod availability;
mod flows;
mod load;
mod losses;
mod properties;
mod storage;

use std::sync::Arc;

use crate::analysis::reliability::{Fault, FlowAvailability};
use crate::analysis::{Case, Facts, analyse};
use crate::config::Config;
use crate::model::{ComponentId, FlowId, Model};
use crate::source::{Document, Sources};

/// A design without mistakes.
pub(crate) fn model(text: &str) -> Model {
    let (model, mistakes) = read(text);
    assert!(mistakes.is_empty(), "{text}\n{mistakes:#?}");
    model
}

/// A design and what is wrong with it, a line each.
pub(crate) fn read(text: &str) -> (Model, Vec<String>) {
    let mut sources = Sources::default();
    let file = sources.add(Document::new("design.arch", text));
    let tree = Arc::new(crate::syntax::parse(file, text));
    let mut told: Vec<_> = tree.mistakes.clone();
    let (model, mistakes) =
        crate::resolve::resolve(&[crate::resolve::File { tree, imports: Vec::new() }], &sources);
    told.extend(mistakes);
    let line = |it: &crate::diagnostic::Diagnostic| {
        let fix = it.fix.as_ref().map_or(String::new(), |fix| format!(" [{}]", fix.title));
        format!("{} {}{fix}", it.code, it.message)
    };
    (model, told.iter().map(line).collect())
}

/// A design with its facts.
pub(crate) struct Design {
    pub(crate) model: Model,
    pub(crate) facts: Facts,
}

pub(crate) fn design(text: &str) -> Design {
    in_case(text, |_| Case::default())
}

pub(crate) fn in_case(text: &str, case: impl Fn(&Model) -> Case) -> Design {
    let model = model(text);
    let facts = analyse(&model, &Config::default(), &case(&model));
    Design { model, facts }
}

impl Design {
    pub(crate) fn component(&self, path: &str) -> ComponentId {
        component(&self.model, path)
    }

    pub(crate) fn flow(&self, name: &str) -> &FlowAvailability {
        self.facts.reliability.of(flow(&self.model, name)).unwrap()
    }

    /// The availability of the only flow.
    pub(crate) fn availability(&self) -> f64 {
        assert_eq!(self.model.flows.len(), 1);
        let flow = self.facts.reliability.flows.first().unwrap();
        assert!(flow.exact);
        flow.value
    }

    /// The single points of the only flow, those that break every run.
    pub(crate) fn single_points(&self) -> Vec<String> {
        let flow = self.facts.reliability.flows.first().unwrap();
        let whole = flow.single_points.iter().filter(|point| point.is_whole());
        whole.map(|point| point.fault.path(&self.model, &self.facts.placement)).collect()
    }

    pub(crate) fn peak(&self, path: &str) -> Option<f64> {
        self.facts.load.component(self.component(path)).unwrap().peak
    }

    pub(crate) fn fault(&self, path: &str) -> Fault {
        Fault::Component(self.component(path))
    }
}

pub(crate) fn component(model: &Model, path: &str) -> ComponentId {
    model.components.enumerate().find(|(_, it)| it.header.path == path).map(|(id, _)| id).unwrap()
}

pub(crate) fn flow(model: &Model, name: &str) -> FlowId {
    model.flows.enumerate().find(|(_, it)| it.header.name == name).map(|(id, _)| id).unwrap()
}

#[track_caller]
pub(crate) fn near(actual: f64, expected: f64, tolerance: f64) {
    assert!((actual - expected).abs() <= tolerance, "{actual:.12} is not {expected:.12}");
}
