//! Components that need each other to start.
//!
//! ## What it finds
//!
//! A circle of hard calls and `fails_with` (from a component to what it names) in which at least one call has `phase = start`.
//!
//! ## Why it matters
//!
//! As long as everything runs, nothing shows. After an outage of all of them none can start, as each waits for the next: the tool that
//! would repair the service signs in with it.
//!
//! ## How to mend it
//!
//! Break the circle where a component starts: a configuration that it carries itself, an address that needs no name service, a way in
//! for operators that needs none of them.
//!
//! ## When it stays silent
//!
//! On circles of request-time calls alone, of which CO001 speaks. A circle in which no call says its `phase` is not assessed.
//!
//! ## Source
//!
//! AWS Well-Architected, REL11-BP04.
//!
//! ## Examples
//!
//! ```arch,fail
//! service orders
//! registry discovery
//! secret_store vault
//! orders -> discovery { phase = start }
//! discovery -> vault { phase = start }
//! vault -> discovery
//! ```
//!
//! ```arch,fail
//! service backbone
//! service repair { fails_with = [backbone] }
//! backbone -> repair { phase = start }
//! ```
//!
//! ```arch,pass
//! service orders
//! registry discovery
//! secret_store vault
//! orders -> discovery { phase = start }
//! discovery -> vault { phase = start }
//! vault -> discovery { optional = true }
//! ```

use super::terms::is_hard;
use super::{Category, Finding, Findings, Need, Rule, RuleContext};
use crate::diagnostic::{Remark, Severity};
use crate::graph::{ComponentGraph, Step};
use crate::model::attributes::words::Phase;
use crate::model::{AttrId, ComponentId, ConnectionId};

pub(super) static RULE: Rule = Rule {
    code: "AV011",
    name: "bootstrap-cycle",
    category: Category::Availability,
    severities: &[Severity::Error],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::PHASE)],
    expects: &[],
    check,
};

/// Hard calls, and behind them in the same list what fails with what, which is no connection.
struct Links {
    steps: Vec<Step>,
}

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let links = Links::of(ctx);
    let graph = ComponentGraph::from_steps(ctx.model.components.len(), &links.steps);
    let mut circle_of: Vec<Option<usize>> = vec![None; ctx.model.components.len()];
    let circles = graph.circles();
    for (number, members) in circles.iter().enumerate() {
        for member in members {
            if let Some(slot) = circle_of.get_mut(member.index()) {
                *slot = Some(number);
            }
        }
    }
    let circle = |id: ComponentId| circle_of.get(id.index()).copied().flatten();
    let mut told = vec![false; circles.len()];
    let mut calls: Vec<Vec<ConnectionId>> = vec![Vec::new(); circles.len()];
    for step in &links.steps {
        let Some(number) = circle(step.from).filter(|number| circle(step.to) == Some(*number)) else { continue };
        if is_call(ctx, step)
            && let Some(calls) = calls.get_mut(number)
        {
            calls.push(step.connection);
        }
        if starts(ctx, step)
            && let Some(told) = told.get_mut(number).filter(|told| !**told)
            && let Some(back) = graph.shortest_path(step.to, step.from)
        {
            *told = true;
            findings.push(finding(ctx, *step, &back));
        }
    }
    for (told, calls) in told.iter().zip(&calls) {
        let says = |call: &ConnectionId| {
            ctx.usages(*call).iter().any(|usage| usage.attrs.beyond_default(AttrId::PHASE).is_some())
        };
        if !told && !calls.iter().any(says) {
            for call in calls {
                findings.not_assessed(*call, AttrId::PHASE);
            }
        }
    }
}

impl Links {
    fn of(ctx: &RuleContext<'_>) -> Self {
        let mut steps = Vec::new();
        for (id, it) in ctx.model.connections.enumerate() {
            let (Some(from), Some(to)) = (it.caller(), it.callee()) else { continue };
            if ctx.usages(id).iter().any(|usage| is_hard(it.op, usage.attrs)) {
                steps.push(Step { connection: id, from, to });
            }
        }
        let nowhere = ConnectionId::from_index(ctx.model.connections.len());
        for (from, component) in ctx.model.components.enumerate() {
            for to in component.attrs.components(AttrId::FAILS_WITH) {
                steps.push(Step { connection: nowhere, from, to });
            }
        }
        Self { steps }
    }
}

/// Whether a link is a call: the others have an id beyond all connections.
fn is_call(ctx: &RuleContext<'_>, step: &Step) -> bool {
    step.connection.index() < ctx.model.connections.len()
}

/// Whether a link is a hard call that is made at the start.
fn starts(ctx: &RuleContext<'_>, step: &Step) -> bool {
    let at_the_start = |attrs: &crate::model::Attributes| attrs.word(AttrId::PHASE) == Some(Phase::Start);
    is_call(ctx, step)
        && ctx.usages(step.connection).iter().any(|usage| {
            at_the_start(usage.attrs) && is_hard(ctx.model.connections[step.connection].op, usage.attrs)
        })
}

fn finding(ctx: &RuleContext<'_>, start: Step, back: &[Step]) -> Finding {
    let mut circle: Vec<String> = vec![format!("`{}`", ctx.model.path(start.from))];
    circle.push(format!("`{}`", ctx.model.path(start.to)));
    circle.extend(back.iter().map(|step| format!("`{}`", ctx.model.path(step.to))));
    let (from, to) = (ctx.model.path(start.from), ctx.model.path(start.to));
    let message = format!(
        "`{from}` cannot start without `{to}`, and that needs `{from}`: {}; once all of them are down none comes up",
        circle.join(" → ")
    );
    let mut finding = Finding::new(Severity::Error, start.from, message)
        .help(format!("let `{from}` start without `{to}`: with a configuration of its own, or the last good answer"));
    let mut others: Vec<ComponentId> = back.iter().map(|step| step.from).filter(|id| *id != start.from).collect();
    others.sort_unstable();
    others.dedup();
    for other in others {
        finding = finding.and(other);
    }
    for step in std::iter::once(&start).chain(back) {
        let remark = remark(ctx, step);
        finding = finding.step(remark.span, remark.message);
    }
    finding
}

fn remark(ctx: &RuleContext<'_>, step: &Step) -> Remark {
    if !is_call(ctx, step) {
        let message = format!("`{}` fails with `{}`", ctx.model.path(step.from), ctx.model.path(step.to));
        return Remark { span: ctx.model.components[step.from].header.name_span, message };
    }
    let remark = ctx.connection_step(step.connection);
    match starts(ctx, step) {
        true => Remark { message: format!("{} at its start", remark.message), ..remark },
        false => remark,
    }
}
