//! What the policy rules share: breaches of several policies at one element become one finding. It must not know a selector.

use std::collections::BTreeMap;

use super::{Finding, Findings, RuleContext, Subject, edits};
use crate::diagnostic::{Edit, Remark, Severity};
use crate::model::{ConnectionId, FlowId, Policy, PolicyRule};
use crate::source::Span;

/// A rule of a policy that an element breaks.
pub(super) struct Breach<'a> {
    /// The element.
    pub(super) subject: Subject,
    /// Others that have to do with it.
    pub(super) others: Vec<Subject>,
    /// Where a person would point to, unless it is the element itself.
    pub(super) at: Option<Span>,
    /// What is wrong.
    pub(super) what: String,
    /// The edits that mend it.
    pub(super) edits: Option<Vec<Edit>>,
    /// What to do.
    pub(super) help: String,
    /// The path that shows it.
    pub(super) witness: Vec<Remark>,
    /// The flows that it hits.
    pub(super) flows: Vec<FlowId>,
    /// Whose rule.
    pub(super) policy: &'a Policy,
    /// Which.
    pub(super) rule: &'a PolicyRule,
}

/// Tells breaches, one finding for each element.
pub(super) fn tell(findings: &mut Findings<'_>, breaches: Vec<Breach<'_>>) {
    let mut by_subject: BTreeMap<Subject, Vec<Breach<'_>>> = BTreeMap::new();
    for breach in breaches {
        by_subject.entry(breach.subject).or_default().push(breach);
    }
    for (subject, breaches) in by_subject {
        let Some(first) = breaches.first() else { continue };
        let more: Vec<String> = breaches.iter().skip(1).map(|it| it.what.clone()).collect();
        let more = if more.is_empty() { String::new() } else { format!("; {}", more.join("; ")) };
        let mut finding =
            Finding::new(Severity::Error, subject, format!("{}{more}", first.what)).help(first.help.clone());
        if let Some(at) = first.at {
            finding = finding.at(at);
        }
        let mends = edits::all(breaches.iter().map(|breach| breach.edits.clone()));
        finding = finding.mend("write what the policy asks for", mends);
        for breach in &breaches {
            let name = &breach.policy.header.name;
            finding = finding
                .witness(breach.witness.iter().cloned())
                .related(breach.rule.span, format!("the policy `{name}` asks for it here"))
                .hits_all(breach.flows.iter().copied());
            for other in &breach.others {
                finding = finding.and(*other);
            }
        }
        findings.push(finding);
    }
}

/// The flows that take any of some connections, each once.
pub(super) fn flows_through(ctx: &RuleContext<'_>, steps: &[ConnectionId]) -> Vec<FlowId> {
    let mut flows: Vec<FlowId> = steps.iter().flat_map(|step| ctx.flows_through(*step)).collect();
    flows.sort_unstable();
    flows.dedup();
    flows
}
