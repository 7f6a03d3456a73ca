//! Flows: what a request does, as visits of components and the calls between them.
//!
//! In a declared flow every step leads to visits of its own, which only the several callers of one step share
//! (`[a, b] -> c`). An implicit flow (a file without flows) visits each component once, so calls may meet and even form
//! circles. Whoever walks a flow must be ready for all of this.

use smol_str::SmolStr;

use super::attributes::{AttrId, Attributes};
use super::element::{ComponentId, ConnectionId, Header, Objective};
use super::ids::{Arena, Id};
use crate::source::Span;

/// Id of a [`Flow`].
pub type FlowId = Id<Flow>;
/// Id of a [`Visit`] within its flow.
pub type VisitId = Id<Visit>;
/// Id of a [`Call`] within its flow.
pub type CallId = Id<Call>;
/// Id of a [`CallGroup`] within its flow.
pub type CallGroupId = Id<CallGroup>;

/// A flow.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Name, label, place; for an implicit flow those of its actor.
    pub header: Header,
    /// Whether the file declares it.
    pub implicit: bool,
    /// `rate`, `share`, `criticality`, `ordering`, …
    pub attrs: Attributes,
    /// Its own objectives; those of the system are in [`super::Model::objectives`].
    pub objectives: Vec<Objective>,
    /// The visits of whoever starts it: its first end.
    pub roots: Vec<VisitId>,
    /// All visits; a caller's stands before its callees'.
    pub visits: Arena<Visit>,
    /// All steps in the order of the text.
    pub groups: Arena<CallGroup>,
    /// All calls in the order of the text.
    pub calls: Arena<Call>,
}

impl Flow {
    /// The share of the runs in which the calls of a list are made at all: they are one step, so its `share` is one chance for all of
    /// them. `None` for other steps, and where each call has a share of its own.
    pub fn list_share(&self, group: &CallGroup) -> Option<f64> {
        let mut shares = group.calls.iter().map(|call| self.calls[*call].attrs.share(AttrId::SHARE));
        let first = shares.next()??;
        let is_list = group.kind == GroupMode::Parallel;
        (is_list && first < 1.0 && shares.all(|share| share == Some(first))).then_some(first)
    }
}

/// A component at work for one call.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Who works.
    pub component: ComponentId,
    /// The call that leads here; `None` for a root. Where calls meet, the first such call.
    pub via: Option<CallId>,
    /// The steps that it takes, one after another.
    pub groups: Vec<CallGroupId>,
}

/// One step of a visit: a call, calls at once, or alternatives.
#[derive(Clone, Debug)]
pub struct CallGroup {
    /// Whose step it is.
    pub caller: VisitId,
    /// How its calls stand together.
    pub kind: GroupMode,
    /// The calls in the order written.
    pub calls: Vec<CallId>,
    /// Where it is written.
    pub span: Span,
}

/// How the calls of a step stand together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GroupMode {
    /// A single call.
    One,
    /// `a -> [b, c]`: all at once.
    Parallel,
    /// `a -> b | c`: that many of them.
    AnyOf {
        /// How many must answer.
        needs: u64,
    },
}

/// A call of a flow.
#[derive(Clone, Debug)]
pub struct Call {
    /// The connection; it has ends, operator and label.
    pub connection: ConnectionId,
    /// The step that it belongs to.
    pub group: CallGroupId,
    /// Who calls.
    pub caller: VisitId,
    /// What is called.
    pub target: VisitId,
    /// The label: of the step, else of the connection.
    pub label: Option<SmolStr>,
    /// The attributes: of the step, else of the connection, defaults filled in.
    pub attrs: Attributes,
    /// Where the callee is written.
    pub span: Span,
}
