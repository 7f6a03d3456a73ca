//! A component that matters tells nobody how it fares.
//!
//! ## What it finds
//!
//! A component (actors apart) of a flow that is critical or has an availability objective, whose `observability` lacks `metrics` or
//! `alerts`.
//!
//! ## Why it matters
//!
//! An objective that nobody measures is missed unnoticed; the users call first, and then nobody knows where to look.
//!
//! ## How to mend it
//!
//! Measure latency, traffic, errors and saturation of each component, and alert on what users feel:
//! `observability = [metrics, logs, traces, alerts]`.
//!
//! ## When it stays silent
//!
//! On a managed component that does not say its `observability`. As long as no component of the design says anything of it, it is not
//! assessed.
//!
//! ## Source
//!
//! Site Reliability Engineering, ch. 6.
//!
//! ## Examples
//!
//! ```arch,fail
//! client app
//! service shop { observability = [metrics, alerts] }
//! database orders { observability = [metrics] }
//! flow buy {
//!   criticality = high
//!   app -> shop -> orders
//! }
//! ```
//!
//! ```arch,pass
//! client app
//! service shop { observability = [metrics, alerts] }
//! database orders { managed = true }
//! flow buy {
//!   slo availability >= 99.9%
//!   app -> shop -> orders
//! }
//! ```

use super::{Category, Finding, Findings, Need, Rule, RuleContext, edits};
use crate::diagnostic::Severity;
use crate::model::attributes::Word;
use crate::model::attributes::words::Signal;
use crate::model::{AttrId, FlowId, Value};

pub(super) static RULE: Rule = Rule {
    code: "OB001",
    name: "blind-component",
    category: Category::Observability,
    severities: &[Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::OBSERVABILITY)],
    expects: &[AttrId::OBSERVABILITY],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    let expected = is_expected(ctx);
    let matters = |flow: &FlowId| ctx.is_critical(*flow) || ctx.slo_availability(*flow).is_some();
    for (id, component) in ctx.model.components.enumerate() {
        let flows: Vec<FlowId> = ctx.flows_of(id).iter().copied().filter(matters).collect();
        if component.kind.is_actor() || flows.is_empty() {
            continue;
        }
        let signals = component.attrs.words::<Signal>(AttrId::OBSERVABILITY);
        if signals.is_none() {
            if component.attrs.is_true(AttrId::MANAGED) {
                continue;
            }
            if !expected {
                findings.not_assessed(id, AttrId::OBSERVABILITY);
                continue;
            }
        }
        let has = |signal: &Signal| signals.as_ref().is_some_and(|signals| signals.contains(signal));
        let lacking: Vec<String> = [Signal::Metrics, Signal::Alerts]
            .iter()
            .filter(|signal| !has(signal))
            .map(|signal| format!("`{}`", signal.as_str()))
            .collect();
        let Some(first) = flows.first().filter(|_| !lacking.is_empty()) else { continue };
        let path = &component.header.path;
        let why = match flows.iter().find(|flow| ctx.is_critical(**flow)) {
            Some(critical) => format!("on the critical flow `{}`", ctx.model.flows[*critical].header.name),
            None => format!("though {} has an availability objective", ctx.flow_names(&flows)),
        };
        let message = format!("`{path}` has no {} {why}", lacking.join(" and no "));
        let all = [Signal::Metrics, Signal::Logs, Signal::Traces, Signal::Alerts];
        let wanted = |signal: &Signal| has(signal) || matches!(signal, Signal::Metrics | Signal::Alerts);
        let names: Vec<&str> = all.iter().filter(|signal| wanted(signal)).map(|signal| signal.as_str()).collect();
        findings.push(
            Finding::new(Severity::Warning, id, message)
                .mend("measure it and raise alerts", edits::set(ctx, id, &[(AttrId::OBSERVABILITY, &edits::list(&names))]))
                .help("measure latency, traffic, errors and saturation, and alert: `observability = [metrics, alerts]`")
                .witness(ctx.path_to_component(*first, id))
                .hits_all(flows),
        );
    }
}

/// Whether any component says something of its observability, so that others are expected to.
pub(super) fn is_expected(ctx: &RuleContext<'_>) -> bool {
    let says = |value: Option<&Value>| value.is_some_and(Value::is_given);
    ctx.model.components.iter().any(|it| says(it.attrs.get(AttrId::OBSERVABILITY)))
}
