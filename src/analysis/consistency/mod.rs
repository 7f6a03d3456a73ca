//! What each flow may see of each data entity, derived from what its operations do.
//!
//! Facts with the calls that show them; no finding and no wording. Products matter only through the defaults that the
//! catalogue gave their attributes, and through their PACELC class where nothing else says how they copy.

mod access;
pub mod commit;
mod level;
mod pacelc;
pub mod quorum;
pub mod regions;

use crate::model::attributes::words::Consistency as Level;
use crate::model::{CallId, ComponentId, DataId, Flow, FlowId, Model};

pub use access::DataAccess;
pub use level::{Guarantee, Reason};
pub use pacelc::Pacelc;

/// What readers may see.
#[derive(Clone, Debug, Default)]
pub struct Consistency {
    /// By [`ComponentId`]: what a reader of it may see; `None` where nothing says so, or it keeps nothing.
    pub guarantees: Vec<Option<Guarantee>>,
    /// By [`FlowId`].
    pub flows: Vec<FlowConsistency>,
}

/// What a flow does with data.
#[derive(Clone, Debug, Default)]
pub struct FlowConsistency {
    /// What its calls read and write, by data and in the order of the text.
    pub accesses: Vec<DataAccess>,
    /// What it sees of each data entity that it touches, in the order declared.
    pub data: Vec<SeenData>,
}

/// What a flow sees of a data entity.
#[derive(Clone, PartialEq, Debug)]
pub struct SeenData {
    /// The entity.
    pub data: DataId,
    /// The level of the weakest element on the read path, or of the store that is written where the flow reads nothing;
    /// `None` where it cannot be derived.
    pub level: Option<Level>,
    /// The weakest elements from which the flow reads it, each with the first call that does, in the order of the text.
    pub weakest: Vec<(ComponentId, CallId)>,
    /// Elements from which the flow reads it whose level cannot be derived, likewise.
    pub unknown: Vec<(ComponentId, CallId)>,
    /// Of all operations together; `None` where one of them cannot be derived.
    pub pacelc: Option<Pacelc>,
}

impl Consistency {
    /// What a reader of a component may see.
    pub fn of(&self, id: ComponentId) -> Option<&Guarantee> {
        self.guarantees.get(id.index())?.as_ref()
    }

    /// What a flow does with data.
    pub fn flow(&self, id: FlowId) -> Option<&FlowConsistency> {
        self.flows.get(id.index())
    }
}

/// Derives what each flow may see.
pub fn consistency(model: &Model) -> Consistency {
    let guarantees = level::guarantees(model);
    let holdings = access::Holdings::new(model);
    let mut consistency = Consistency { guarantees, flows: Vec::new() };
    for flow in &model.flows {
        let seen = see(model, &consistency, flow, holdings.accesses(flow));
        consistency.flows.push(seen);
    }
    consistency
}

fn see(model: &Model, known: &Consistency, flow: &Flow, accesses: Vec<DataAccess>) -> FlowConsistency {
    let data =
        accesses.chunk_by(|a, b| a.data == b.data).map(|chunk| seen(model, known, flow, chunk)).collect();
    FlowConsistency { accesses, data }
}

/// What is seen of one entity, by all accesses to what keeps it.
fn seen(model: &Model, known: &Consistency, flow: &Flow, accesses: &[DataAccess]) -> SeenData {
    let mut seen = SeenData {
        data: accesses.first().map_or(DataId::from_index(0), |access| access.data),
        level: None,
        weakest: Vec::new(),
        unknown: Vec::new(),
        pacelc: None,
    };
    // what a service is asked to write is written below it
    let keeps = |access: &&DataAccess| {
        level::keeps(model.components[access.component].kind) || known.of(access.component).is_some()
    };
    let kept: Vec<DataAccess> = accesses.iter().filter(keeps).copied().collect();
    let accesses = kept.as_slice();
    let reads_any = accesses.iter().any(|access| access.reads);
    let mut weakest: Option<Level> = None;
    for access in accesses.iter().filter(|access| access.reads || !reads_any) {
        let at = (access.component, access.call);
        let new = |list: &[(ComponentId, CallId)]| list.iter().all(|(id, _)| *id != access.component);
        match known.of(access.component).map(|guarantee| guarantee.level) {
            None if new(&seen.unknown) => seen.unknown.push(at),
            Some(level) if weakest.is_none_or(|least| level < least) => {
                weakest = Some(level);
                seen.weakest = vec![at];
            }
            Some(level) if weakest == Some(level) && new(&seen.weakest) => seen.weakest.push(at),
            _ => {}
        }
    }
    // nothing is weaker than eventual; else what is unknown may be the weakest
    seen.level = weakest.filter(|level| seen.unknown.is_empty() || *level == Level::Eventual);
    if !reads_any {
        seen.weakest.clear();
        seen.unknown.clear();
    }
    seen.pacelc = together(model, known, flow, accesses);
    seen
}

fn together(model: &Model, known: &Consistency, flow: &Flow, accesses: &[DataAccess]) -> Option<Pacelc> {
    let mut classes = Vec::new();
    for access in accesses {
        let is_cache = known.of(access.component).is_some_and(|it| it.reason == Reason::Cache);
        // a message that nobody waits for is no operation on what keeps the data
        let waits =
            model.connections[flow.calls[access.call].connection].op == crate::syntax::ast::Operator::Call;
        if !waits {
            continue;
        }
        for (done, writes) in [(access.reads, false), (access.writes, true)] {
            if done && is_cache && !writes {
                classes.push(Some(Pacelc::PA_EL));
            } else if done && !is_cache {
                let guarantee = known.of(access.component);
                classes.push(pacelc::pacelc(model, access.component, writes, guarantee));
            }
        }
    }
    let first = classes.first().copied()??;
    classes.into_iter().try_fold(first, |all, class| Some(all.and(class?)))
}
