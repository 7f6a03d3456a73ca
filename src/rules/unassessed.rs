//! What rules could not judge: small while there are many of them, named when somebody asks. It must not know any single rule.

use smol_str::SmolStr;

use super::index::{Labelled, labelled};
use super::{Need, Subject};
use crate::analysis::Facts;
use crate::analysis::placement::Placement;
use crate::model::{ConnectionId, Model};

/// A rule that could not judge a subject, and what it wants to know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unassessed {
    /// The code of the rule.
    pub code: &'static str,
    /// The subject.
    pub subject: Subject,
    /// What is missing.
    pub need: Need,
}

/// A rule that could not judge a subject, and what would settle it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotAssessed {
    /// The code of the rule.
    pub code: &'static str,
    /// The full path, or `a -> b "label"`.
    pub subject: SmolStr,
    /// What is missing: `capacity`, `slo availability`.
    pub attribute: SmolStr,
}

/// What could not be judged, by name.
pub fn not_assessed(model: &Model, facts: &Facts, unassessed: &[Unassessed]) -> Vec<NotAssessed> {
    let labelled = labelled(model);
    let mut connections: Vec<Option<SmolStr>> = vec![None; model.connections.len()];
    let mut name = |subject: Subject| match subject {
        Subject::Component(id) => model.components[id].header.path.clone(),
        // named again and again
        Subject::Connection(id) => {
            let named = || connection_name(model, &labelled, id).into();
            connections
                .get_mut(id.index())
                .map_or_else(SmolStr::default, |it| it.get_or_insert_with(named).clone())
        }
        _ => self::name(subject, model, &facts.placement, &labelled).into(),
    };
    let named = |it: &Unassessed| NotAssessed {
        code: it.code,
        subject: name(it.subject),
        attribute: it.need.words(),
    };
    unassessed.iter().map(named).collect()
}

/// The full path, or `a -> b "label"`.
pub(super) fn name(subject: Subject, model: &Model, placement: &Placement, labelled: &Labelled) -> String {
    let path = |path: &SmolStr| path.to_string();
    match subject {
        Subject::Component(id) => path(&model.components[id].header.path),
        Subject::Group(id) => path(&model.groups[id].header.path),
        Subject::Connection(id) => connection_name(model, labelled, id),
        Subject::Domain(id) => placement.domain_path(id).to_owned(),
        Subject::Data(id) => path(&model.data[id].header.path),
        Subject::Flow(id) => path(&model.flows[id].header.path),
        Subject::Decision(id) => path(&model.decisions[id].header.path),
        Subject::System => model.system.as_ref().map_or_else(String::new, |it| path(&it.path)),
        Subject::Place(_) => String::new(),
    }
}

/// `a -> b`, with the label where only that tells it from another.
pub(super) fn connection_name(model: &Model, labelled: &Labelled, id: ConnectionId) -> String {
    let it = &model.connections[id];
    let (from, to) = (model.endpoint_path(it.from), model.endpoint_path(it.to));
    match it.label.as_ref().filter(|_| labelled.of(id)) {
        Some(label) => [from, " ", it.op.as_str(), " ", to, " \"", label, "\""].concat(),
        None => [from, " ", it.op.as_str(), " ", to].concat(),
    }
}
