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
use super::terms::step_carries;
use super::writing::{Write, compensated, is_dispensable, units, writes_of};
use super::{Category, Finding, Findings, Need, Rule, RuleContext};
use crate::diagnostic::{Remark, Severity};
use crate::model::attributes::words::{DataClass, Delivery};
use crate::model::{AttrId, ComponentId, DataId, FlowId};
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
