//! A quorum that one loss breaks, or that a voter more does not help.
//!
//! ## What it finds
//!
//! On a consensus technology, or with `replication = quorum` and not `mode = leaderless`. Errors: two voters; fewer `needs`
//! than a majority, ⌊n/2⌋ + 1; or a zone (or one of several regions) with so many of the voters that the others are no
//! majority. A warning: an even number of four or more.
//!
//! ## Why it matters
//!
//! Without a majority nothing is decided: the store stops. Two voters need both; of four, as of three, only one may be lost.
//! Where less than a majority suffices, two halves decide differently.
//!
//! ## How to mend it
//!
//! Three or five voters over three zones, so that the loss of any one leaves a majority.
//!
//! ## When it stays silent
//!
//! On a single voter, which AV001 tells, and on `managed` components. Without `replicas` it is not assessed; without placement
//! the question of zones is not.
//!
//! ## Source
//!
//! etcd documentation, FAQ: why an odd number of cluster members.
//!
//! ## Examples
//!
//! ```arch,fail
//! region eu {
//!   zone a
//!   zone b
//!   registry config: etcd { replicas = 3  zones = [a, b] }
//! }
//! ```
//!
//! ```arch,fail
//! database ledger { replicas = 2  replication = quorum }
//! ```
//!
//! ```arch,pass
//! region eu {
//!   zone a
//!   zone b
//!   zone c
//!   registry config: etcd { replicas = 3  zones = [a, b, c] }
//! }
//! ```

use super::{Category, Finding, Findings, Need, Rule, RuleContext, edits};
use crate::analysis::availability::DomainIx;
use crate::analysis::placement::{Deployment, Place};
use crate::diagnostic::{Edit, Severity};
use crate::model::attributes::words::{Mode, Replication};
use crate::model::{AttrId, Component, ComponentId};

pub(super) static RULE: Rule = Rule {
    code: "AV007",
    name: "fragile-quorum",
    category: Category::Availability,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[],
    silences: &[],
    needs: &[Need::Attribute(AttrId::REPLICAS), Need::Attribute(AttrId::ZONES)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate() {
        let Some(deployment) = ctx.facts.placement.of(id) else { continue };
        if deployment.managed || !votes(component) {
            continue;
        }
        if !deployment.replicas_given {
            findings.not_assessed(id, AttrId::REPLICAS);
        } else if deployment.high > 1 {
            check_quorum(ctx, findings, id, deployment);
        }
    }
}

/// Whether the replicas of a component vote on what is right.
pub(super) fn votes(component: &Component) -> bool {
    let entry = component.tech.as_ref().and_then(|tech| tech.entry);
    let quorum = component.attrs.word(AttrId::REPLICATION) == Some(Replication::Quorum);
    let leaderless = component.attrs.word(AttrId::MODE) == Some(Mode::Leaderless);
    entry.is_some_and(|entry| entry.consensus) || quorum && !leaderless
}

fn check_quorum(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId, deployment: &Deployment) {
    let attrs = &ctx.model.components[id].attrs;
    let name = ctx.model.path(id);
    // of many nodes only so many hold, and vote on, one record
    let copies = attrs.count(AttrId::REPLICATION_FACTOR).filter(|copies| *copies >= 1);
    let n = copies.map_or(deployment.high, |copies| copies.min(deployment.high));
    let majority = n / 2 + 1;
    let survived = n.saturating_sub(1) / 2;
    let needs = attrs.beyond_default(AttrId::NEEDS).and_then(|_| attrs.count(AttrId::NEEDS)).filter(|_| n == deployment.high);
    // where they lie is known of all nodes alone
    let crowded = if n == deployment.high { crowded(findings, id, deployment, majority) } else { None };
    let problem = if n == 2 {
        Some(format!("`{name}` has 2 voters and needs both: ⌊(2 − 1)/2⌋ = 0 may be lost"))
    } else if let Some(needs) = needs.filter(|needs| *needs < majority) {
        Some(format!("`{name}` decides with {needs} of {n} voters, less than a majority: {needs} < ⌊{n}/2⌋ + 1 = {majority}"))
    } else {
        crowded.map(|(domain, held)| {
            let path = ctx.facts.placement.domain_path(domain);
            format!(
                "`{path}` holds {held} of the {n} voters of `{name}`: its loss leaves {} < ⌊{n}/2⌋ + 1 = {majority}",
                n.saturating_sub(held)
            )
        })
    };
    let (severity, message) = match problem {
        Some(problem) => (Severity::Error, problem),
        None if n >= 4 && n.is_multiple_of(2) => {
            let message = format!(
                "`{name}` has {n} voters, an even number: ⌊({n} − 1)/2⌋ = {survived} may be lost, as with {}",
                n - 1
            );
            (Severity::Warning, message)
        }
        None => return,
    };
    let title = "let a majority outlive a loss";
    let finding = Finding::new(severity, id, message)
        .mend(title, better(ctx, id, deployment, (n, needs)))
        .help("three or five voters over three zones: the loss of any one leaves a majority")
        .hits_all(ctx.flows_of(id).iter().copied());
    findings.push(finding.resting_on(name, attrs, &[AttrId::REPLICAS]));
}

/// An odd number of voters, three or more, over three zones where there are, and a majority that decides.
fn better(
    ctx: &RuleContext<'_>,
    id: ComponentId,
    deployment: &Deployment,
    (n, needs): (u64, Option<u64>),
) -> Option<Vec<Edit>> {
    let odd = if n.is_multiple_of(2) { n.saturating_add(1) } else { n.max(3) };
    let replicas = edits::replicas_text(ctx, id, odd, odd);
    let (count, majority) = (odd.to_string(), (odd / 2 + 1).to_string());
    let mut wanted: Vec<(AttrId, &str)> = Vec::new();
    if odd > deployment.high {
        wanted.push((AttrId::REPLICAS, &replicas));
    }
    if n < odd && ctx.model.components[id].attrs.has(AttrId::REPLICATION_FACTOR) {
        wanted.push((AttrId::REPLICATION_FACTOR, &count));
    }
    if needs.is_some_and(|needs| needs <= odd / 2) {
        wanted.push((AttrId::NEEDS, &majority));
    }
    let zones = edits::zones_around(ctx, id).filter(|zones| zones.len() >= 3 && deployment.zones().len() < 3);
    let zones = zones.map(|zones| edits::list(&zones));
    if let Some(zones) = &zones {
        wanted.push((AttrId::ZONES, zones));
    }
    let held = zones.as_ref().map_or(deployment.zones().len(), |_| 3);
    (!wanted.is_empty() && edits::outlive_a_zone(odd, held)).then(|| edits::set(ctx, id, &wanted)).flatten()
}

/// The zone, or the region where the voters lie in several, without which there is no majority.
fn crowded(
    findings: &mut Findings<'_>,
    id: ComponentId,
    deployment: &Deployment,
    majority: u64,
) -> Option<(DomainIx, u64)> {
    if deployment.places.iter().all(|place| place.zone.is_none()) {
        findings.not_assessed(id, AttrId::ZONES);
    }
    let regions = deployment.regions().len();
    let heaviest = |of: fn(&Place) -> Option<DomainIx>| {
        let mut held: Vec<(DomainIx, u64)> = Vec::new();
        for place in &deployment.places {
            let Some(domain) = of(place) else { continue };
            match held.iter_mut().find(|(known, _)| *known == domain) {
                Some((_, count)) => *count += place.high,
                None => held.push((domain, place.high)),
            }
        }
        held.into_iter().max_by_key(|(domain, count)| (*count, std::cmp::Reverse(*domain)))
    };
    let zone = heaviest(|place| place.zone);
    let region = if regions >= 2 { heaviest(|place| place.region) } else { None };
    let breaks = |(_, held): &(DomainIx, u64)| deployment.high.saturating_sub(*held) < majority;
    zone.filter(breaks).or(region.filter(breaks))
}
