//! The defaults on which figures rest, each told once. Knows no finding.

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use crate::model::{AttrId, ComponentId, ConnectionId, DataId, FlowId, GroupId, Model};

/// The source of a default of the language.
pub const DEFAULT: &str = "default";

/// A default that a figure rests on.
#[derive(Clone, PartialEq, Debug)]
pub struct Assumption {
    /// Whose attribute.
    pub subject: Subject,
    /// Which attribute.
    pub attribute: AttrId,
    /// The value that was used, as it would be written.
    pub value: String,
    /// Where it came from: [`DEFAULT`], or the catalogue's source.
    pub source: String,
}

/// What an assumption is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Subject {
    /// A group.
    Group(GroupId),
    /// What has no statement of its own: a zone or region that only a count asks for, traffic between zones.
    Nameless(SmolStr),
    /// A component.
    Component(ComponentId),
    /// A connection.
    Connection(ConnectionId),
    /// A flow.
    Flow(FlowId),
    /// A data entity.
    Data(DataId),
}

impl Subject {
    /// As reports name it.
    pub fn path(&self, model: &Model) -> String {
        match self {
            Self::Component(id) => model.path(*id).to_owned(),
            Self::Group(id) => model.groups[*id].header.path.to_string(),
            Self::Nameless(path) => path.to_string(),
            Self::Connection(id) => model.connection_subject(*id),
            Self::Flow(id) => model.flows[*id].header.path.to_string(),
            Self::Data(id) => model.data[*id].header.path.to_string(),
        }
    }
}

/// Assumptions as they are made; each is kept once.
#[derive(Clone, Debug, Default)]
pub struct Assumptions {
    list: Vec<Assumption>,
    known: FxHashSet<(Subject, AttrId)>,
}

impl Assumptions {
    /// Tells an assumption, unless it is known.
    pub fn add(&mut self, subject: Subject, attribute: AttrId, value: String, source: &str) {
        if self.known.insert((subject.clone(), attribute)) {
            self.list.push(Assumption { subject, attribute, value, source: source.to_owned() });
        }
    }

    /// All of them, by subject and attribute.
    pub fn into_sorted(mut self) -> Vec<Assumption> {
        self.list.sort_by(|a, b| (&a.subject, a.attribute).cmp(&(&b.subject, b.attribute)));
        self.list
    }
}
