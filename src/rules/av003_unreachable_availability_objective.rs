//! An availability objective that the design cannot reach.
//!
//! ## What it finds
//!
//! A flow whose availability A is below its `slo availability`, from the structure of its calls, its replicas and the failure
//! domains that they share. An error where A, or the upper end of its interval, is below the objective; a warning where the
//! objective lies within the interval.
//!
//! ## Why it matters
//!
//! The objective is missed by design: in an average year, with nobody making a mistake.
//!
//! ## How to mend it
//!
//! Begin with the element that causes most of the downtime (Fussell–Vesely): more replicas, more zones, a softer call. Or
//! promise less.
//!
//! ## When it stays silent
//!
//! Without `slo availability` it is not assessed. Where only assumed figures stand between the flow and its objective, it is a
//! warning and names them.
//!
//! ## Source
//!
//! Azure Well-Architected, RE:04.
//!
//! ## Examples
//!
//! ```arch,fail
//! client reader
//! service pages { replicas = 2  availability = 99% }
//! database posts { availability = 99.5%  replicas = 1 }
//! flow read {
//!   slo availability >= 99.9%
//!   reader -> pages -> posts
//! }
//! ```
//!
//! ```arch,pass
//! client reader
//! service pages { replicas = 3  availability = 99.9% }
//! database posts { replicas = 2  availability = 99.9% }
//! flow read {
//!   slo availability >= 99.9%
//!   reader -> pages -> posts
//! }
//! ```

use super::outage::minutes;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Subject};
use crate::analysis::reliability::{Fault, FlowAvailability, SinglePoint};
use crate::diagnostic::Severity;
use crate::model::{ComponentId, FlowId, Kind, Metric};
use crate::units::{format_share, format_shares_apart};

pub(super) static RULE: Rule = Rule {
    code: "AV003",
    name: "unreachable-availability-objective",
    category: Category::Availability,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Objective(Metric::Availability)],
    expects: &[],
    check,
};

/// So many single points of failure are named beside it.
const RELATED: usize = 20;

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for id in ctx.model.flows.ids() {
        let Some(slo) = ctx.slo_availability(id) else {
            findings.not_assessed(id, Metric::Availability);
            continue;
        };
        let Some(figures) = ctx.facts.reliability.of(id) else { continue };
        // the unavailability keeps the digits that the availability loses
        if figures.unavailability > (1.0 - slo) * (1.0 + 1e-9) {
            findings.push(finding(ctx, id, slo, figures));
        }
    }
}

fn finding(ctx: &RuleContext<'_>, id: FlowId, slo: f64, figures: &FlowAvailability) -> Finding {
    let header = &ctx.model.flows[id].header;
    let surely = 1.0 - figures.upper > (1.0 - slo) * (1.0 + 1e-9);
    let severity = if surely { Severity::Error } else { Severity::Warning };
    let (value, objective) = format_shares_apart(figures.value, slo);
    let figure = match figures.exact {
        true => format!("A = {value}"),
        false => format!("A lies between {} and {}", format_share(figures.lower), format_share(figures.upper)),
    };
    let worst: Vec<String> = figures
        .importance
        .iter()
        .take(3)
        .filter(|it| it.fussell_vesely > 0.0)
        .map(|it| {
            let path = it.fault.path(ctx.model, &ctx.facts.placement);
            format!("`{path}` {}", format_share(it.fussell_vesely))
        })
        .collect();
    let message = format!(
        "`{}` cannot reach its objective: {figure} < {objective}, {} too much; most of the downtime: {}",
        header.name,
        minutes(figures.unavailability - (1.0 - slo)),
        worst.join(", ")
    );
    let mut finding = Finding::new(severity, id, message).hits(id);
    if let Some(first) = figures.importance.first() {
        let path = first.fault.path(ctx.model, &ctx.facts.placement);
        finding = finding.help(format!(
            "begin with `{path}`: perfect, it would remove {} of the downtime; or lower the objective",
            format_share(first.fussell_vesely)
        ));
    }
    let told = |point: &&SinglePoint| point.is_whole() && is_told(ctx, point.fault);
    for point in figures.single_points.iter().filter(told).take(RELATED) {
        let (span, path) = (subject(ctx, point.fault).span(ctx), point.fault.path(ctx.model, &ctx.facts.placement));
        finding = finding.related(span, format!("`{path}` alone takes the flow down"));
    }
    if surely { with_assumptions(ctx, finding, id, slo, figures) } else { finding }
}

fn subject(ctx: &RuleContext<'_>, fault: Fault) -> Subject {
    match fault {
        Fault::Domain(ix) => Subject::domain(ctx, ix),
        Fault::Component(id) | Fault::Replica(id, _) => Subject::Component(id),
    }
}

/// Whether AV001 or AV002 speaks of such an element.
fn is_told(ctx: &RuleContext<'_>, fault: Fault) -> bool {
    match fault {
        Fault::Domain(_) => true,
        Fault::Component(id) | Fault::Replica(id, _) => {
            ctx.model.components[id].kind != Kind::External
                && ctx.facts.placement.of(id).is_some_and(|deployment| !deployment.managed)
        }
    }
}

/// The finding rests on assumed figures where the flow would meet its objective if what they are assumed of never failed.
fn with_assumptions(
    ctx: &RuleContext<'_>,
    finding: Finding,
    id: FlowId,
    slo: f64,
    figures: &FlowAvailability,
) -> Finding {
    let assumed: Vec<Fault> =
        figures.importance.iter().map(|it| it.fault).filter(|fault| is_assumed(ctx, *fault)).collect();
    if assumed.is_empty() {
        return finding;
    }
    let without = ctx.facts.reliability.with_perfect(id, &assumed);
    if without.is_none_or(|unavailability| unavailability > (1.0 - slo) * (1.0 + 1e-9)) {
        return finding;
    }
    let figure = |fault: Fault| match fault {
        Fault::Domain(ix) => ctx.facts.placement.domain(ix).map(|domain| domain.availability),
        Fault::Component(id) | Fault::Replica(id, _) => {
            ctx.facts.placement.of(id).map(|deployment| deployment.availability)
        }
    };
    assumed.iter().take(5).fold(finding, |finding, fault| {
        let path = fault.path(ctx.model, &ctx.facts.placement);
        let share = figure(*fault).map(format_share).unwrap_or_default();
        finding.assuming(format!("availability of `{path}` ({share})"))
    })
}

fn is_assumed(ctx: &RuleContext<'_>, fault: Fault) -> bool {
    let deployment = |id: ComponentId| ctx.facts.placement.of(id).is_some_and(|it| it.availability_assumed);
    match fault {
        Fault::Domain(ix) => ctx.facts.placement.domain(ix).is_some_and(|domain| domain.assumed),
        Fault::Component(id) | Fault::Replica(id, _) => deployment(id),
    }
}
