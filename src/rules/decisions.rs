//! What the decision rules share: which decisions stand, which rules and qualities they own. It must not know a finding.

use super::{Category, Rule, find};
use crate::model::attributes::words::{DecisionStatus, Quality};
use crate::model::{AttrId, Decision, DecisionId, Model};

/// The decisions that were made and still hold, in order.
pub(super) fn standing(model: &Model) -> impl Iterator<Item = (DecisionId, &Decision)> {
    model.decisions.enumerate().filter(|(_, it)| stands(it))
}

fn stands(decision: &Decision) -> bool {
    let status = decision.attrs.word::<DecisionStatus>(AttrId::STATUS);
    matches!(status, None | Some(DecisionStatus::Accepted))
}

/// Whether a decision stands and owns what the rule of a code finds: it `allows` the rule, or `costs` a quality that the rule speaks for.
pub fn decision_owns(decision: &Decision, code: &str) -> bool {
    stands(decision) && find(code).is_some_and(|rule| owns(decision, rule))
}

/// Whether a decision owns what a rule finds.
pub(super) fn owns(decision: &Decision, rule: &Rule) -> bool {
    let allowed = decision.attrs.texts(AttrId::ALLOWS);
    let costs = decision.attrs.words::<Quality>(AttrId::COSTS).unwrap_or_default();
    allowed.iter().any(|(name, _)| rule.is_called(name))
        || qualities(rule).iter().any(|quality| costs.contains(quality))
}

/// The qualities that a finding of a rule shows to be paid with.
pub(super) fn qualities(rule: &Rule) -> &'static [Quality] {
    use Quality::{
        Availability, Consistency, Cost, Durability, Latency, Portability, Security, Simplicity, Throughput,
    };
    match rule.category {
        Category::Availability | Category::Resilience => &[Availability],
        Category::Capacity => &[Throughput],
        Category::Latency => &[Latency],
        Category::Consistency if rule.code == "CS004" => &[Consistency, Latency],
        Category::Consistency => &[Consistency],
        Category::Coupling => &[Simplicity],
        Category::Data => &[Durability, Throughput],
        Category::Messaging => &[Durability, Consistency],
        Category::Caching => &[Consistency],
        Category::Security => &[Security],
        Category::Recovery => &[Durability, Availability],
        Category::Cost => &[Cost, Simplicity, Portability],
        Category::Observability | Category::House => &[],
    }
}
