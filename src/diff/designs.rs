//! Two designs compared: which elements came, went, moved and changed, which figures and which findings. It must not know
//! how that is told, nor where the designs come from.

mod elements;
mod figures;
mod findings;
mod human;
mod markdown;
mod pairs;

use serde::Serialize;

use crate::compilation::Compilation;

pub use figures::{FigureChange, Unit};
pub use findings::{FindingChanges, FindingLine};
pub use human::human;
pub use markdown::markdown;

/// What differs between a design and a later one.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Difference {
    /// By kind of change: removed, added, moved, changed; each in the order of the text.
    pub elements: Vec<ElementChange>,
    /// Of the system, then of flows, then of components; those alone that differ.
    pub figures: Vec<FigureChange>,
    /// Findings and mistakes.
    pub findings: FindingChanges,
}

/// How an element differs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// Only the old design has it.
    Removed,
    /// Only the new design has it.
    Added,
    /// It has another path.
    Moved,
    /// It has other attributes.
    Changed,
}

impl Change {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Added => "added",
            Self::Moved => "moved",
            Self::Changed => "changed",
        }
    }

    /// The sign in front of it.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Removed => "-",
            Self::Added => "+",
            Self::Moved => ">",
            Self::Changed => "~",
        }
    }
}

/// An element that differs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ElementChange {
    /// How.
    pub change: Change,
    /// `component`, `group`, `connection` …
    pub element: &'static str,
    /// The kind as written; the operator of a connection.
    pub kind: String,
    /// Its path, of what is gone the old one; of a connection `a -> b "label"`.
    pub path: String,
    /// Its old path, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// The group that took it along when it moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// Attributes with other values.
    pub attributes: Vec<AttributeChange>,
}

/// An attribute with another value, as written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AttributeChange {
    /// Its name.
    pub name: String,
    /// The old value.
    pub old: Option<String>,
    /// The new value.
    pub new: Option<String>,
}

impl Difference {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty() && self.figures.is_empty() && self.findings.is_empty()
    }

    /// How many elements changed so, those that a group took along left out.
    pub fn count(&self, change: Change) -> usize {
        self.elements.iter().filter(|it| it.change == change && it.is_own()).count()
    }
}

impl ElementChange {
    /// Whether it is worth a line of its own: what only moved with its group is not.
    pub fn is_own(&self) -> bool {
        self.within.is_none() || !self.attributes.is_empty()
    }
}

/// Compares a design with a later one.
pub fn difference(old: &Compilation, new: &Compilation) -> Difference {
    let pairs = pairs::pair(&old.model, &new.model);
    Difference {
        elements: elements::changes(old, new, &pairs),
        figures: figures::changes(old, new, &pairs),
        findings: findings::changes(old, new, &pairs),
    }
}
