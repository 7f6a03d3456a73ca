//! One request writes to two places, and nothing makes it both or neither.
//!
//! ## What it finds
//!
//! In one flow a compute component writes at least two different state stores, brokers (by `~>`), externals or services. A call
//! writes with `access` = `write`, `read_write` or `writes`; a message to a broker does so by itself. An error where the data is
//! of class `payment` or the flow is critical, else a warning.
//!
//! What counts as one write: steps with `transaction` = `outbox` or `two_phase`, and with an outbox the brokers too; steps
//! with `transaction = saga` if every one but the last is named by a `compensates`; the branches of `a | b`; several calls to one
//! component. Fronts are looked through. A compensating call is no write of its own.
//!
//! ## Why it matters
//!
//! A crash between the two leaves one of them done: an order without its event, a charge without its order. No retry by the
//! caller repairs that, and nobody notices before the accounts differ.
//!
//! ## How to mend it
//!
//! Write to one store only and let an outbox or change data capture (`=>`) carry the rest; or a saga whose steps can be undone.
//!
//! ## When it stays silent
//!
//! On targets of data that is all `derived` or `loss_ok`; where a broker with `delivery = at_least_once` feeds the component and all
//! its writes are `idempotent`: it is tried until both are done. A call to a store that does not say its `access` is not
//! assessed.
//!
//! ## Source
//!
//! Kleppmann, Designing Data-Intensive Applications, ch. 11; Garcia-Molina and Salem, Sagas, 1987.
//!
//! ## Examples
//!
//! ```arch,fail
//! client browser
//! service shop
//! database orders
//! stream events
//! flow buy {
//!   browser -> shop
//!   shop -> orders { access = write }
//!   shop ~> events
//! }
//! ```
//!
//! ```arch,pass
//! client browser
//! service shop
//! database orders
//! stream events
//! flow buy {
//!   browser -> shop
//!   shop -> orders { access = write  transaction = outbox }
//! }
//! orders => events
//! ```
//!
//! ```arch,pass
//! client browser
//! service shop
//! service stock
//! external bank
//! shop -> stock "take"      { access = write  transaction = saga }
//! shop -> stock "give back" { access = write  compensates = stock }
//! shop -> bank  "charge"    { access = write  transaction = saga }
//! flow buy {
//!   browser -> shop
//!   shop -> stock "take"
//!   shop -> bank "charge"
//! }
//! ```

use std::collections::BTreeMap;

use super::stored::data_names;
use super::terms::{access_is_known, is_state_store, step_carries, writes};
use super::{Category, Finding, Findings, Need, Rule, RuleContext};
use crate::diagnostic::{Remark, Severity};
use crate::model::attributes::words::{Access, DataClass, Delivery, Transaction};
use crate::model::{AttrId, CallGroupId, CallId, ComponentId, DataId, FlowId, GroupMode, Kind, VisitId};
use crate::syntax::ast::Operator;

pub(super) static RULE: Rule = Rule {
    code: "CS007",
    name: "dual-write",
    category: Category::Consistency,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::ACCESS)],
    expects: &[AttrId::TRANSACTION, AttrId::COMPENSATES],
    check,
};

/// A write of a component in a flow.
struct Write {
    call: CallId,
    /// Fronts looked through.
    target: ComponentId,
    transaction: Option<Transaction>,
    idempotent: bool,
    /// Whether it is a compensation.
    undoes: bool,
    data: Vec<DataId>,
    /// The step of alternatives to which it belongs: one branch is taken.
    one_of: Option<CallGroupId>,
}

/// A flow in which a component writes to several places, with them.
struct Dual {
    flow: FlowId,
    severity: Severity,
    writes: Vec<Write>,
}

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let undone = compensated(ctx);
    let mut duals: BTreeMap<ComponentId, Vec<Dual>> = BTreeMap::new();
    for id in ctx.model.flows.ids() {
        for (component, mut writes) in writes_of(ctx, id, findings) {
            if units(ctx, &writes, &undone) < 2 || is_tried_until_done(ctx, id, &writes) {
                continue;
            }
            // a service is asked to write what the calls below it carry
            let flow = &ctx.model.flows[id];
            for write in writes.iter_mut().filter(|write| write.data.is_empty()) {
                write.data = step_carries(ctx.model, flow, write.call);
            }
            writes.retain(|write| !is_dispensable(ctx, &write.data));
            if units(ctx, &writes, &undone) < 2 {
                continue;
            }
            let pays = |data: &DataId| {
                ctx.model.data[*data].attrs.word::<DataClass>(AttrId::CLASS) == Some(DataClass::Payment)
            };
            let grave = ctx.is_critical(id) || writes.iter().flat_map(|write| &write.data).any(pays);
            let severity = if grave { Severity::Error } else { Severity::Warning };
            duals.entry(component).or_default().push(Dual { flow: id, severity, writes });
        }
    }
    for (component, duals) in &duals {
        if let Some(finding) = finding(ctx, *component, duals) {
            findings.push(finding);
        }
    }
}

/// The components that some call compensates.
fn compensated(ctx: &RuleContext<'_>) -> Vec<ComponentId> {
    let declared = ctx.model.connections.iter().map(|it| &it.attrs);
    let steps = ctx.model.flows.iter().flat_map(|flow| flow.calls.iter().map(|call| &call.attrs));
    let mut undone: Vec<ComponentId> =
        declared.chain(steps).flat_map(|attrs| attrs.components(AttrId::COMPENSATES)).collect();
    undone.sort_unstable();
    undone.dedup();
    undone
}

/// What each compute component writes in a flow, in the order of the text.
fn writes_of(
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
            let only_reads = way.iter().any(|attrs| {
                attrs.word(AttrId::ACCESS) == Some(Access::Read) && !attrs.has(AttrId::WRITES)
            });
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

/// Where a call ends once fronts are looked through, each with the last call on the way.
fn ends(ctx: &RuleContext<'_>, id: FlowId, call: CallId) -> Vec<(CallId, ComponentId)> {
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

fn is_dispensable(ctx: &RuleContext<'_>, data: &[DataId]) -> bool {
    let may_go = |id: &DataId| {
        let attrs = &ctx.model.data[*id].attrs;
        attrs.is_true(AttrId::DERIVED) || attrs.is_true(AttrId::LOSS_OK)
    };
    !data.is_empty() && data.iter().all(may_go)
}

/// How many writes there are of which one may happen without the others.
fn units(ctx: &RuleContext<'_>, writes: &[Write], undone: &[ComponentId]) -> usize {
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

/// Whether a broker that delivers at least once feeds the component, and doing all its writes twice does no harm.
fn is_tried_until_done(ctx: &RuleContext<'_>, id: FlowId, writes: &[Write]) -> bool {
    let flow = &ctx.model.flows[id];
    let is_fed = |write: &Write| {
        let Some(via) = flow.visits[flow.calls[write.call].caller].via else { return false };
        let feed = &flow.calls[via];
        let from = &ctx.model.components[flow.visits[feed.caller].component];
        from.kind.is_broker()
            && ctx.model.connections[feed.connection].op == Operator::Message
            && from.attrs.word(AttrId::DELIVERY) == Some(Delivery::AtLeastOnce)
    };
    writes.iter().all(|write| write.idempotent && is_fed(write))
}

fn finding(ctx: &RuleContext<'_>, component: ComponentId, duals: &[Dual]) -> Option<Finding> {
    let worst = duals.iter().reduce(|a, b| if b.severity > a.severity { b } else { a })?;
    let mut targets: Vec<ComponentId> = Vec::new();
    for write in &worst.writes {
        if !targets.contains(&write.target) {
            targets.push(write.target);
        }
    }
    let names: Vec<String> = targets.iter().map(|id| format!("`{}`", ctx.model.path(*id))).collect();
    let mut data: Vec<DataId> = worst.writes.iter().flat_map(|write| write.data.iter().copied()).collect();
    data.sort_unstable();
    data.dedup();
    let of = if data.is_empty() { String::new() } else { format!(" ({})", data_names(ctx, &data)) };
    let message = format!(
        "`{}` writes to {} places{of} in one run of {}: {}; a crash between two of them leaves one undone",
        ctx.model.path(component),
        targets.len(),
        ctx.flow_names(&duals.iter().map(|dual| dual.flow).collect::<Vec<_>>()),
        names.join(", ")
    );
    let steps: Vec<Remark> = worst.writes.iter().map(|write| ctx.step(worst.flow, write.call)).collect();
    let mut finding = Finding::new(worst.severity, component, message)
        .help("write to one of them and let an outbox or change data capture carry the rest, or make it a saga whose steps can be undone")
        .witness(steps);
    for dual in duals {
        finding = finding.hits_at(dual.flow, dual.severity);
    }
    Some(finding)
}
