//! A part that nothing uses, or a flow that one vendor holds.
//!
//! ## What it finds
//!
//! In a file with flows: a component that is in none of them, nor joined by calls, messages, copies or an attribute that names it to one
//! that is, over whatever others: a warning. A flow of whose hard components (at least four) 70 % or more are managed by one
//! `vendor`: a note.
//!
//! ## Why it matters
//!
//! What nothing uses is paid, patched and attacked all the same, or the flow that uses it was forgotten. And what one vendor holds
//! moves at that vendor's price.
//!
//! ## How to mend it
//!
//! Remove it, or write down the flow that needs it; prefer interfaces that several vendors offer.
//!
//! ## When it stays silent
//!
//! Without declared flows. For a `monitor` and a `job`, which work beside the flows. A managed component without `vendor` is not
//! assessed.
//!
//! ## Source
//!
//! A heuristic of ours.
//!
//! ## Examples
//!
//! ```arch,fail
//! client app
//! service shop
//! service old_shop
//! flow buy { app -> shop }
//! ```
//!
//! ```arch,pass
//! client app
//! service shop
//! queue mails
//! worker mailer
//! database sent
//! flow buy {
//!   app -> shop
//!   shop ~> mails
//! }
//! mails ~> mailer -> sent
//! ```

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold};
use crate::diagnostic::Severity;
use crate::model::attributes::AttrValue;
use crate::model::{AttrId, Attributes, ComponentId, ElementRef, FlowId, Kind};
use crate::syntax::ast::Operator;
use crate::units::format_share;

const SHARE: Threshold = Threshold {
    key: "share",
    default: 0.7,
    unit: "share of the hard components",
    meaning: "from here on one vendor holds a flow",
};

/// Hard components of a flow below which a share says little.
const FEW: usize = 4;

pub(super) static RULE: Rule = Rule {
    code: "CX004",
    name: "lock-in-or-dead-part",
    category: Category::Cost,
    severities: &[Severity::Warning, Severity::Note],
    thresholds: &[SHARE],
    silences: &[],
    needs: &[Need::Attribute(AttrId::VENDOR)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    if ctx.model.flows.iter().all(|flow| flow.implicit) {
        return;
    }
    let used = used(ctx);
    for (id, component) in ctx.model.components.enumerate() {
        if used.get(id.index()) == Some(&true) || matches!(component.kind, Kind::Monitor | Kind::Job) {
            continue;
        }
        let flows = ctx.model.flows.len();
        let which = if flows == 1 { "not in the only flow".to_owned() } else { format!("in none of the {flows} flows") };
        let message =
            format!("`{}` is {which}, and nothing joins it to a component that is in one", component.header.path);
        findings.push(
            Finding::new(Severity::Warning, id, message).help("remove it, or write down the flow that needs it"),
        );
    }
    check_vendors(ctx, findings);
}

/// By component: whether it is in a flow, or joined to one that is.
fn used(ctx: &RuleContext<'_>) -> Vec<bool> {
    let mut joined: Vec<Vec<ComponentId>> = vec![Vec::new(); ctx.model.components.len()];
    let mut join = |a: ComponentId, b: ComponentId| {
        for (from, to) in [(a, b), (b, a)] {
            if let Some(others) = joined.get_mut(from.index()) {
                others.push(to);
            }
        }
    };
    for it in &ctx.model.connections {
        if let (Some(caller), Some(callee)) = (it.caller(), it.callee())
            && it.op != Operator::Link
        {
            join(caller, callee);
            for named in named(&it.attrs) {
                join(caller, named);
            }
        }
    }
    for (id, component) in ctx.model.components.enumerate() {
        // a monitor watches; that does not make what it watches useful
        if component.kind != Kind::Monitor {
            for named in named(&component.attrs) {
                join(id, named);
            }
        }
    }
    for flow in &ctx.model.flows {
        for call in &flow.calls {
            for named in named(&call.attrs) {
                join(flow.visits[call.caller].component, named);
            }
        }
    }
    let mut used = vec![false; ctx.model.components.len()];
    let visits = ctx.model.flows.iter().flat_map(|flow| flow.visits.iter());
    let mut open: Vec<ComponentId> = visits.map(|visit| visit.component).collect();
    while let Some(id) = open.pop() {
        if let Some(flag) = used.get_mut(id.index()).filter(|flag| !**flag) {
            *flag = true;
            open.extend(joined.get(id.index()).into_iter().flatten());
        }
    }
    used
}

/// The components that attributes name.
fn named(attrs: &Attributes) -> Vec<ComponentId> {
    let mut found = Vec::new();
    for (_, value) in attrs.iter() {
        let references = match &value.value {
            AttrValue::Ref(reference) => std::slice::from_ref(reference),
            AttrValue::Refs(references) => references,
            AttrValue::Record(fields) => {
                let component = |value: &AttrValue| match value {
                    AttrValue::Ref(reference) => component_of(reference.target),
                    _ => None,
                };
                found.extend(fields.iter().filter_map(|(_, value)| component(value)));
                continue;
            }
            _ => continue,
        };
        found.extend(references.iter().filter_map(|reference| component_of(reference.target)));
    }
    found
}

fn component_of(element: ElementRef) -> Option<ComponentId> {
    match element {
        ElementRef::Component(id) => Some(id),
        _ => None,
    }
}

fn check_vendors(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let limit = ctx.threshold(&SHARE);
    let mut held: BTreeMap<SmolStr, Vec<(FlowId, Vec<ComponentId>, usize)>> = BTreeMap::new();
    for flow in ctx.model.flows.ids() {
        let Some(figures) = ctx.facts.reliability.of(flow) else { continue };
        let ours = |id: &ComponentId| !matches!(ctx.model.components[*id].kind, Kind::Person | Kind::Client);
        let hard: Vec<ComponentId> = figures.required.iter().copied().filter(ours).collect();
        if hard.len() < FEW {
            continue;
        }
        let mut by_vendor: BTreeMap<SmolStr, Vec<ComponentId>> = BTreeMap::new();
        for id in &hard {
            let attrs = &ctx.model.components[*id].attrs;
            match attrs.text(AttrId::VENDOR) {
                _ if !attrs.is_true(AttrId::MANAGED) => {}
                Some(vendor) => by_vendor.entry(vendor.into()).or_default().push(*id),
                None => findings.not_assessed(*id, AttrId::VENDOR),
            }
        }
        for (vendor, parts) in by_vendor {
            if !exceeds(limit * hard.len() as f64, parts.len() as f64) {
                held.entry(vendor).or_default().push((flow, parts, hard.len()));
            }
        }
    }
    for (vendor, flows) in held {
        let Some((first, parts, all)) = flows.first() else { continue };
        let names: Vec<FlowId> = flows.iter().map(|(flow, ..)| *flow).collect();
        let message = format!(
            "{} of {all} components that {} cannot do without are managed by `{vendor}`: {} ≥ {}",
            parts.len(),
            ctx.flow_names(&names),
            format_share(parts.len() as f64 / *all as f64),
            format_share(limit)
        );
        let mut finding = Finding::new(Severity::Note, *first, message)
            .help("keep to interfaces that others offer too, or let a decision own it")
            .hits_all(names);
        for part in parts {
            let header = &ctx.model.components[*part].header;
            finding = finding.and(*part).step(header.name_span, format!("`{}` is managed by `{vendor}`", header.path));
        }
        findings.push(finding);
    }
}
