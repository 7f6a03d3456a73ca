//! What the recovery rules share: how a store is backed up, which copies the loss of a node leaves. It must not know any
//! single rule.

use smol_str::SmolStr;

use super::RuleContext;
use crate::analysis::consistency::regions::{copies_stated_by, stated_copies};
use crate::model::{AttrId, AttrValue, Attributes, ComponentId};

/// The backup of a store.
pub(super) enum Backup<'a> {
    /// Nothing is said of it.
    Absent,
    /// `backup = none`
    Refused,
    /// `backup = 1h`
    Every,
    /// `backup = { … }`
    Fields(&'a [(SmolStr, AttrValue)]),
}

impl<'a> Backup<'a> {
    pub(super) fn of(attrs: &'a Attributes) -> Self {
        match attrs.get(AttrId::BACKUP).map(|value| &value.value) {
            None => Self::Absent,
            Some(AttrValue::Time(_)) => Self::Every,
            Some(AttrValue::Record(fields)) => Self::Fields(fields),
            Some(_) => Self::Refused,
        }
    }

    /// A field of a record.
    pub(super) fn field(&self, wanted: &str) -> Option<&'a AttrValue> {
        let Self::Fields(fields) = self else { return None };
        fields.iter().find(|(key, _)| key == wanted).map(|(_, value)| value)
    }
}

/// How many copies there are of what a component keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Copies {
    /// N; `None` where its provider keeps an unknown number of them.
    pub(super) count: Option<u64>,
    /// The attribute that says so, or whose default does.
    pub(super) by: AttrId,
}

impl Copies {
    /// Whether one more remains when a node is lost.
    pub(super) fn survive_a_node(self) -> bool {
        self.count.is_none_or(|count| count >= 2)
    }
}

/// N: `replication_factor`, else n; one where nothing says so, unless a provider runs it.
pub(super) fn copies_of(ctx: &RuleContext<'_>, id: ComponentId) -> Copies {
    let component = &ctx.model.components[id];
    let by = copies_stated_by(component).unwrap_or(AttrId::REPLICAS);
    let managed = component.attrs.is_true(AttrId::MANAGED);
    let count = match stated_copies(component) {
        Some(count) => Some(count),
        None if managed => None,
        None => Some(1),
    };
    Copies { count, by }
}
