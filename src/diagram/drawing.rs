//! What to show: nodes, groups and edges as plain data, the input of the layout. It knows neither the model it was made
//! from nor how it will look.

use super::sign::Overlay;

/// A picture before it has any geometry.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Drawing {
    /// Name of what is drawn: the picture's title for screen readers.
    pub title: String,
    /// One sentence about it.
    pub description: String,
    /// The way calls run, where the author asked for one.
    pub direction: Option<Direction>,
    /// In the order of declaration, which breaks every tie of the layout.
    pub nodes: Vec<Node>,
    /// A group stands after the group that holds it.
    pub groups: Vec<Group>,
    /// In the order of declaration.
    pub edges: Vec<Edge>,
    /// What the author asked of the places.
    pub hints: Hints,
    /// What is laid over them.
    pub overlay: Overlay,
}

/// What an author may ask of the places of nodes and groups; each list has two ends or more, or none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hints {
    /// They stand in one row.
    pub same_rank: Vec<End>,
    /// They stand close to one another.
    pub near: Vec<End>,
    /// Those of one row stand in this order, from left to right or from the top down.
    pub order: Vec<End>,
}

/// A component.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Node {
    /// Full path, unique among nodes and groups.
    pub id: String,
    /// The built-in kind it is drawn as (`service`, `database` …).
    pub kind: String,
    /// Decides its colour.
    pub class: Class,
    /// What is written in it.
    pub label: String,
    /// Second line.
    pub tech: Option<String>,
    /// Replicas and zones (`3`, `2–20`), shown in its corner.
    pub badge: Option<String>,
    /// A kind of client may ask for another icon (`phone`).
    pub icon: Option<String>,
    /// Index of the group that holds it.
    pub parent: Option<usize>,
    /// Shown as its tooltip.
    pub description: String,
}

/// A box around nodes and other groups.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Group {
    /// Full path, unique among nodes and groups.
    pub id: String,
    /// The built-in kind (`region`, `zone` …).
    pub kind: String,
    /// Its title.
    pub label: String,
    /// Index of the group around it, smaller than its own.
    pub parent: Option<usize>,
    /// Shown as its tooltip.
    pub description: String,
}

/// A connection.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// `e1`, `e2` …
    pub id: String,
    /// Where it starts.
    pub from: End,
    /// Where it ends.
    pub to: End,
    /// What it means, hence how it is drawn.
    pub op: Op,
    /// Written beside it; empty for none.
    pub label: String,
}

/// One end of an edge, as an index into the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// A node.
    Node(usize),
    /// The border of a group.
    Group(usize),
}

/// The operator of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Op {
    /// `->`, drawn solid.
    Call,
    /// `~>`, drawn dashed.
    Message,
    /// `=>`, drawn double.
    Replication,
    /// `--`, drawn thin, without a head.
    Link,
}

impl Op {
    /// Every operator, in the order of a legend.
    pub const ALL: [Self; 4] = [Self::Call, Self::Message, Self::Replication, Self::Link];

    /// As it is written in the language.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Call => "->",
            Self::Message => "~>",
            Self::Replication => "=>",
            Self::Link => "--",
        }
    }

    /// The word for it in a legend.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Message => "message",
            Self::Replication => "replication",
            Self::Link => "link",
        }
    }
}

/// The class of a kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// People, clients, systems of others.
    Actor,
    /// What lies between a client and the code.
    Traffic,
    /// Code.
    #[default]
    Compute,
    /// Stores.
    Data,
    /// Queues, topics, streams.
    Messaging,
    /// What all the others lean on.
    Platform,
}

impl Class {
    /// The name used in class attributes.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Actor => "actor",
            Self::Traffic => "traffic",
            Self::Compute => "compute",
            Self::Data => "data",
            Self::Messaging => "messaging",
            Self::Platform => "platform",
        }
    }
}

/// The way that calls run across the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the top to the bottom.
    Down,
    /// From left to right.
    Right,
    /// From the bottom to the top.
    Up,
    /// From right to left.
    Left,
}
