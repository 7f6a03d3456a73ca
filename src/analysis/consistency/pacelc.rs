//! PACELC for one operation: what a partition costs it, and what it waits for without one.
//!
//! On a partition, does a side that lacks the majority serve (A) or refuse (C); else, is there a wait of at least one round
//! trip between replicas before the acknowledgement (C) or not (L). A read that needs no wait because every write waited
//! for it is consistent all the same.

use super::level::{Guarantee, Reason, known_copies};
use super::quorum::majority;
use super::regions::stated_copies;
use crate::model::attributes::words::{Consistency, Mode, Replication};
use crate::model::{AttrId, ComponentId, Model};

/// A PACELC class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pacelc {
    /// Whether on a partition a side that lacks the majority serves: A, else C.
    pub serves_in_partition: bool,
    /// Whether without one nothing is waited for: L, else C.
    pub skips_wait: bool,
}

impl Pacelc {
    /// Consistency in both cases.
    pub const PC_EC: Self = Self { serves_in_partition: false, skips_wait: false };
    /// Availability, and latency.
    pub const PA_EL: Self = Self { serves_in_partition: true, skips_wait: true };

    /// `PA/EL` and its like.
    pub fn as_str(self) -> &'static str {
        match (self.serves_in_partition, self.skips_wait) {
            (true, true) => "PA/EL",
            (true, false) => "PA/EC",
            (false, true) => "PC/EL",
            (false, false) => "PC/EC",
        }
    }

    /// Of two operations together: what either gives up.
    pub fn and(self, other: Self) -> Self {
        Self {
            serves_in_partition: self.serves_in_partition || other.serves_in_partition,
            skips_wait: self.skips_wait || other.skips_wait,
        }
    }

    fn from_class(class: &str) -> Option<Self> {
        let all = [(true, true), (true, false), (false, true), (false, false)];
        all.into_iter()
            .map(|(serves_in_partition, skips_wait)| Self { serves_in_partition, skips_wait })
            .find(|it| it.as_str() == class)
    }
}

/// Of reading or writing a component that is no cache; `None` where nothing says how it copies. What is read follows the
/// guarantee of the component where that says more than how it copies.
pub(super) fn pacelc(
    model: &Model,
    id: ComponentId,
    writes: bool,
    guarantee: Option<&Guarantee>,
) -> Option<Pacelc> {
    let component = &model.components[id];
    let stated = || by_level(component.attrs.word(AttrId::CONSISTENCY)?);
    let copying = || by_copying(model, id, writes);
    let elects = || {
        // a technology that elects leaders by majority also commits by one
        let entry = component.tech.as_ref()?.entry?;
        entry.consensus.then_some(Pacelc::PC_EC)
    };
    let listed = || {
        let entry = component.tech.as_ref()?.entry?;
        Pacelc::from_class(&entry.pacelc.first()?.class)
    };
    let derived = match guarantee.filter(|_| !writes).map(|guarantee| guarantee.reason) {
        Some(Reason::Stated) => stated(),
        Some(Reason::Cache | Reason::AsyncTarget(_)) => Some(Pacelc::PA_EL),
        Some(_) => copying(),
        None => {
            let says = |attr: AttrId| component.attrs.get(attr).is_some_and(|value| value.is_given());
            match says(AttrId::CONSISTENCY) && !says(AttrId::REPLICATION) && !says(AttrId::WRITE_QUORUM) {
                true => stated().or_else(copying),
                false => copying().or_else(stated),
            }
        }
    };
    derived.or_else(elects).or_else(listed)
}

fn by_level(level: Consistency) -> Option<Pacelc> {
    match level {
        Consistency::Linearizable | Consistency::Strong => Some(Pacelc::PC_EC),
        // one order for all, read where it has arrived
        Consistency::Sequential => Some(Pacelc { serves_in_partition: false, skips_wait: true }),
        Consistency::Causal | Consistency::ReadYourWrites | Consistency::Eventual => Some(Pacelc::PA_EL),
    }
}

fn by_copying(model: &Model, id: ComponentId, writes: bool) -> Option<Pacelc> {
    let attrs = &model.components[id].attrs;
    let mode = attrs.word::<Mode>(AttrId::MODE);
    // a technology that elects leaders by majority also commits by one
    let elects =
        model.components[id].tech.as_ref().and_then(|tech| tech.entry).is_some_and(|it| it.consensus);
    let replication = attrs.word(AttrId::REPLICATION).or(elects.then_some(Replication::Quorum));
    let copies = known_copies(model, id)?;
    if copies == 1 {
        let says_how =
            mode.is_some() || replication.is_some() || stated_copies(&model.components[id]).is_some();
        return says_how.then_some(Pacelc::PC_EC);
    }
    let (read, write) = (attrs.count(AttrId::READ_QUORUM), attrs.count(AttrId::WRITE_QUORUM));
    let default = (replication == Some(Replication::Quorum)).then(|| majority(copies));
    let (read, write) = (read.or(default), write.or(default));
    let overlap = matches!((read, write), (Some(r), Some(w)) if r.saturating_add(w) > copies);
    let by_quorum = |asked: u64| Pacelc { serves_in_partition: asked <= copies / 2, skips_wait: asked < 2 };
    if let Some(write) = write.filter(|_| writes) {
        return Some(by_quorum(write));
    }
    if let Some(read) = read.filter(|_| !writes) {
        return Some(if overlap { Pacelc::PC_EC } else { by_quorum(read) });
    }
    match replication? {
        Replication::Sync | Replication::Quorum => Some(Pacelc::PC_EC),
        // a primary cut off from the majority goes on: asynchronous ones at once, semi-synchronous ones when they give up
        Replication::SemiSync => Some(Pacelc { serves_in_partition: true, skips_wait: !writes }),
        Replication::Async => Some(Pacelc::PA_EL),
    }
}
