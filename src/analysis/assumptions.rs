//! The defaults on which figures rest, each told once. Knows no finding.

use crate::model::{AttrId, ComponentId, ConnectionId, ElementRef, GroupId, Model};

/// A default that a figure rests on.
#[derive(Clone, PartialEq, Debug)]
pub struct Assumption {
    /// Whose attribute.
    pub subject: Subject,
    /// Which attribute.
    pub attribute: AttrId,
    /// The value that was used, as it would be written.
    pub value: String,
    /// Where it came from: `default`, or the catalogue's source.
    pub source: String,
}

/// What an assumption is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Subject {
    /// A component.
    Component(ComponentId),
    /// A group.
    Group(GroupId),
    /// A nameless zone of a region, or of the part of the design outside every region; numbered from 1.
    NamelessZone(Option<GroupId>, u64),
    /// A connection.
    Connection(ConnectionId),
    /// Another element.
    Element(ElementRef),
}

impl Subject {
    /// As reports name it.
    pub fn path(self, model: &Model) -> String {
        match self {
            Self::Component(id) => model.path(id).to_owned(),
            Self::Group(id) => model.groups[id].header.path.to_string(),
            Self::NamelessZone(Some(region), number) => {
                format!("{}.zone#{number}", model.groups[region].header.path)
            }
            Self::NamelessZone(None, number) => format!("zone#{number}"),
            Self::Connection(id) => model.connection_subject(id),
            Self::Element(element) => model.element_path(element).to_owned(),
        }
    }
}
