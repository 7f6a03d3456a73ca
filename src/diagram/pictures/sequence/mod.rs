//! A flow as a sequence diagram: what happens in which order between whom, as plain data that two printers share.
//! It knows no geometry and no model.

mod columns;
mod draw;
mod mermaid;
mod read;
#[cfg(test)]
mod tests;

pub use draw::draw;
pub use mermaid::mermaid;
pub use read::read;

use crate::diagram::drawing::{Node, Op};

/// Calls that a diagram shows at the most; more are counted.
pub const MOST_CALLS: usize = 400;

/// A flow told in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sequence {
    /// The flow.
    pub title: String,
    /// What is known of the whole of it.
    pub says: Vec<String>,
    /// Who takes part, in the order in which they come in.
    pub participants: Vec<Node>,
    /// What happens.
    pub events: Vec<Event>,
    /// Calls that are not told.
    pub left_out: usize,
}

/// A line of the tale. Participants are indices.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Somebody calls or sends.
    Call(Message),
    /// An answer that is worth an arrow.
    Return {
        /// Who answers.
        from: usize,
        /// Who has waited.
        to: usize,
        /// How long it took.
        says: String,
    },
    /// Somebody begins to work.
    Start(usize),
    /// And ends.
    End(usize),
    /// What follows until [`Event::Close`] stands in a frame.
    Open {
        /// What the frame means.
        frame: Frame,
        /// Under which condition.
        says: String,
    },
    /// The next part of a frame.
    Else {
        /// Under which condition.
        says: String,
    },
    /// The end of a frame.
    Close,
}

/// A call or message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Who calls.
    pub from: usize,
    /// Who is called.
    pub to: usize,
    /// Which way.
    pub op: Op,
    /// What for; may be empty.
    pub label: String,
    /// What is known of it, a line each.
    pub notes: Vec<String>,
}

/// What a frame means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// Its parts at once.
    Par,
    /// Some of its parts.
    Alt,
    /// At times only.
    Opt,
}

impl Frame {
    /// The word in its corner.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Par => "par",
            Self::Alt => "alt",
            Self::Opt => "opt",
        }
    }
}
