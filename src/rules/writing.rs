//! What compute components write in a flow, and which of these writes are one. It must not know a finding's wording.

use std::collections::BTreeMap;

use super::terms::{access_is_known, is_state_store, writes};
use super::{Findings, RuleContext};
use crate::model::attributes::words::{Access, Transaction};
use crate::model::{
    AttrId, CallGroupId, CallId, ComponentId, DataId, Flow, FlowId, GroupMode, Kind, VisitId,
};
use crate::syntax::ast::Operator;

/// A write of a component in a flow.
pub(super) struct Write {
    /// The first call on the way.
    pub(super) call: CallId,
    /// Fronts looked through.
    pub(super) target: ComponentId,
    /// How it becomes one with others.
    pub(super) transaction: Option<Transaction>,
    /// Whether doing it twice does no harm.
    pub(super) idempotent: bool,
    /// Whether it is a compensation.
    pub(super) undoes: bool,
    /// What it names, else what its end stores.
    pub(super) data: Vec<DataId>,
    /// The step of alternatives to which it belongs: one branch is taken.
    pub(super) one_of: Option<CallGroupId>,
}

/// The components that some call compensates.
pub(super) fn compensated(ctx: &RuleContext<'_>) -> Vec<ComponentId> {
    let declared = ctx.model.connections.iter().map(|it| &it.attrs);
    let steps = ctx.model.flows.iter().flat_map(|flow| flow.calls.iter().map(|call| &call.attrs));
    let mut undone: Vec<ComponentId> =
        declared.chain(steps).flat_map(|attrs| attrs.components(AttrId::COMPENSATES)).collect();
    undone.sort_unstable();
    undone.dedup();
    undone
}

/// What each compute component writes in a flow, in the order of the text.
pub(super) fn writes_of(
    ctx: &RuleContext<'_>,
    id: FlowId,
    findings: &mut Findings<'_>,
) -> BTreeMap<ComponentId, Vec<Write>> {
    let flow = &ctx.model.flows[id];
    let mut found: BTreeMap<ComponentId, Vec<Write>> = BTreeMap::new();
    for (call, made) in flow.calls.enumerate() {
        let caller = flow.visits[made.caller].component;
        if !ctx.model.components[caller].kind.is_compute() {
            continue;
        }
        for (last, target) in ends(ctx, id, call) {
            let way = [call, last].map(|step| &flow.calls[step].attrs);
            let component = &ctx.model.components[target];
            let sends = component.kind.is_broker()
                && ctx.model.connections[flow.calls[last].connection].op == Operator::Message;
            let only_reads = way
                .iter()
                .any(|attrs| attrs.word(AttrId::ACCESS) == Some(Access::Read) && !attrs.has(AttrId::WRITES));
            let says_so = !only_reads && way.iter().any(|attrs| writes(attrs));
            let keeps_state = is_state_store(ctx.model, component);
            let counts = keeps_state || component.kind.is_compute() || component.kind == Kind::External;
            if !sends && counts && !way.iter().any(|attrs| access_is_known(attrs)) {
                if keeps_state {
                    findings.not_assessed(made.connection, AttrId::ACCESS);
                }
                continue;
            }
            let data = data_written(ctx, id, last, target);
            if !(sends || says_so && counts) || is_dispensable(ctx, &data) {
                continue;
            }
            let transaction = way.iter().find_map(|attrs| attrs.word(AttrId::TRANSACTION));
            let idempotent = way.iter().any(|attrs| attrs.is_true(AttrId::IDEMPOTENT));
            let group = &flow.groups[made.group];
            let one_of = matches!(group.kind, GroupMode::AnyOf { needs: 1 }).then_some(made.group);
            let undoes = made.attrs.has(AttrId::COMPENSATES);
            let write = Write { call, target, transaction, idempotent, undoes, data, one_of };
            found.entry(caller).or_default().push(write);
        }
    }
    for writes in found.values_mut() {
        drop_compensations(writes);
    }
    found
}

/// A compensating call is no write of its own. But a step of the saga that has `compensates` from the connection that it shares
/// with its compensation stays the step that it is.
fn drop_compensations(writes: &mut Vec<Write>) {
    let done: Vec<ComponentId> =
        writes.iter().filter(|write| !write.undoes).map(|write| write.target).collect();
    writes.retain(|write| {
        let is_step = write.transaction == Some(Transaction::Saga) && !done.contains(&write.target);
        !write.undoes || is_step
    });
}

/// Whether two calls of a flow never belong to one run: they stand below different branches of alternatives of which one is taken.
pub(super) fn exclude_each_other(flow: &Flow, one: CallId, other: CallId) -> bool {
    let way = |call: CallId| {
        let above = |at: &CallId| flow.visits[flow.calls[*at].caller].via;
        std::iter::successors(Some(call), above).take(flow.calls.len())
    };
    let is_choice = |at: &CallId| {
        let group = &flow.groups[flow.calls[*at].group];
        matches!(group.kind, GroupMode::AnyOf { needs: 1 }) && group.calls.len() > 1
    };
    let choices: Vec<CallId> = way(one).filter(is_choice).collect();
    !choices.is_empty()
        && way(other).any(|at| {
            let beside = |choice: &CallId| *choice != at && flow.calls[*choice].group == flow.calls[at].group;
            choices.iter().any(beside)
        })
}

/// Where a call ends once fronts are looked through, each with the last call on the way.
pub(super) fn ends(ctx: &RuleContext<'_>, id: FlowId, call: CallId) -> Vec<(CallId, ComponentId)> {
    let flow = &ctx.model.flows[id];
    let mut ends = Vec::new();
    let mut seen: Vec<VisitId> = Vec::new();
    let mut open = vec![call];
    while let Some(at) = open.pop() {
        let visit = flow.calls[at].target;
        let target = flow.visits[visit].component;
        if !ctx.model.components[target].kind.is_front() {
            ends.push((at, target));
        } else if !seen.contains(&visit) && seen.len() < FRONTS {
            seen.push(visit);
            let steps = flow.visits[visit].groups.iter().rev();
            open.extend(steps.flat_map(|group| flow.groups[*group].calls.iter().rev().copied()));
        }
    }
    ends
}

/// Fronts behind one call beyond which nobody looks.
const FRONTS: usize = 64;

/// What a call writes: what it names, else what its end stores.
fn data_written(ctx: &RuleContext<'_>, flow: FlowId, call: CallId, target: ComponentId) -> Vec<DataId> {
    let attrs = &ctx.model.flows[flow].calls[call].attrs;
    let named = attrs.data(AttrId::WRITES);
    if !named.is_empty() {
        return named;
    }
    ctx.model.components[target].attrs.data(AttrId::STORES)
}

/// Whether all of some data can be rebuilt or lost.
pub(super) fn is_dispensable(ctx: &RuleContext<'_>, data: &[DataId]) -> bool {
    let may_go = |id: &DataId| {
        let attrs = &ctx.model.data[*id].attrs;
        attrs.is_true(AttrId::DERIVED) || attrs.is_true(AttrId::LOSS_OK)
    };
    !data.is_empty() && data.iter().all(may_go)
}

/// How many writes there are of which one may happen without the others.
pub(super) fn units(ctx: &RuleContext<'_>, writes: &[Write], undone: &[ComponentId]) -> usize {
    let with = |wanted: Transaction| writes.iter().any(|write| write.transaction == Some(wanted));
    let has_outbox = with(Transaction::Outbox);
    let last_of_saga = writes.iter().rfind(|write| write.transaction == Some(Transaction::Saga));
    let last_of_saga = last_of_saga.map(|write| write.target);
    let saga_holds = writes
        .iter()
        .filter(|write| write.transaction == Some(Transaction::Saga))
        .all(|write| Some(write.target) == last_of_saga || undone.binary_search(&write.target).is_ok());
    let mut joined = false;
    let mut apart: Vec<(Option<CallGroupId>, Option<ComponentId>)> = Vec::new();
    for write in writes {
        let in_one = match write.transaction {
            Some(Transaction::Outbox | Transaction::TwoPhase) => true,
            Some(Transaction::Saga) if saga_holds => true,
            _ => has_outbox && ctx.model.components[write.target].kind.is_broker(),
        };
        joined |= in_one;
        if !in_one {
            apart.push(match write.one_of {
                Some(group) => (Some(group), None),
                None => (None, Some(write.target)),
            });
        }
    }
    apart.sort_unstable();
    apart.dedup();
    // a call outside the alternatives to one of their branches is that write again
    let single: Vec<ComponentId> = apart.iter().filter_map(|(_, target)| *target).collect();
    apart.retain(|(group, _)| {
        let Some(group) = group else { return true };
        let mut branches = writes.iter().filter(|write| write.one_of == Some(*group));
        !branches.all(|write| single.contains(&write.target))
    });
    apart.len() + usize::from(joined)
}
