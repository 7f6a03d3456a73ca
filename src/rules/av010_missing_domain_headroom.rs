//! Replicas that cannot carry the load once their largest zone is gone.
//!
//! ## What it finds
//!
//! d is the zone (of two or more, else the region of two or more) that holds most of a component's n replicas, n_d of them.
//! ρ' = λ/((n − n_d)·μ) is what is asked of the others when d is lost. A warning where ρ' > 1, a note where ρ' > 0.9.
//!
//! ## Why it matters
//!
//! Spread replicas survive the loss of a zone, and then fail one by one under the load that it leaves them. New ones come too
//! late, and everyone asks for them at once.
//!
//! ## How to mend it
//!
//! Provision before: with two zones no more than 50% may be used, with three 67%, with four 75%.
//!
//! ## When it stays silent
//!
//! Where all replicas stand in one place, which AV002 tells. Where they are too few with nothing lost (ρ ≥ 1), which CP001, CP003 and
//! MQ004 tell. Of the consumers of a broker the average load counts, as messages wait until the peak is over. Without load, capacity
//! or placement it is not assessed.
//!
//! ## Source
//!
//! AWS Well-Architected, REL11-BP05; Google Cloud, infrastructure reliability guide.
//!
//! ## Examples
//!
//! ```arch,fail
//! client shopper { rate = 1500/s }
//! region eu {
//!   zone a
//!   zone b
//!   service shop { replicas = 4  zones = [a, b]  capacity = 500/s }
//! }
//! shopper -> eu.shop
//! ```
//!
//! ```arch,pass
//! client shopper { rate = 800/s }
//! region eu {
//!   zone a
//!   zone b
//!   service shop { replicas = 4  zones = [a, b]  capacity = 500/s }
//! }
//! shopper -> eu.shop
//! ```

use super::demand::{is_consumer, load_and_capacity, resting_on_load};
use super::terms::exceeds;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, edits};
use crate::analysis::availability::DomainIx;
use crate::analysis::placement::Deployment;
use crate::diagnostic::Severity;
use crate::model::{AttrId, ComponentId, Kind};
use crate::units::{format_rate, format_share, round_significant};

pub(super) static RULE: Rule = Rule {
    code: "AV010",
    name: "missing-domain-headroom",
    category: Category::Availability,
    severities: &[Severity::Warning, Severity::Note],
    thresholds: &[],
    silences: &[],
    needs: &[
        Need::Attribute(AttrId::RATE),
        Need::Attribute(AttrId::CAPACITY),
        Need::Attribute(AttrId::ZONES),
    ],
    expects: &[],
    check,
};

/// From here on the others are full.
const FULL: f64 = 1.0;
/// From here on they nearly are.
const TIGHT: f64 = 0.9;

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate() {
        let Some(deployment) = ctx.facts.placement.of(id) else { continue };
        if component.kind == Kind::External {
            continue;
        }
        let placed = deployment.places.iter().any(|place| place.zone.is_some() || place.region.is_some());
        if !placed {
            if !ctx.flows_of(id).is_empty() {
                findings.not_assessed(id, AttrId::ZONES);
            }
            continue;
        }
        let spread = deployment.spread();
        let most = spread.iter().copied().max_by_key(|(ix, count)| (*count, std::cmp::Reverse(*ix)));
        if let Some(most) = most
            && let Some((rate, _)) = load_and_capacity(ctx, findings, id)
        {
            check_loss(ctx, findings, &Loss { id, deployment, domains: spread.len(), most, rate });
        }
    }
}

/// The loss of the domain that holds most replicas of a component.
struct Loss<'a> {
    id: ComponentId,
    deployment: &'a Deployment,
    /// Over how many domains the replicas are spread.
    domains: usize,
    most: (DomainIx, u64),
    rate: f64,
}

fn check_loss(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, loss: &Loss<'_>) {
    let n = loss.deployment.high;
    let left = n.saturating_sub(loss.most.1);
    let Some(load) = ctx.facts.load.component(loss.id) else { return };
    // a broker keeps the peak for its consumers
    let (used, rate) = match is_consumer(ctx, loss.id) {
        true => (load.average_utilization, load.average),
        false => (load.utilization, Some(loss.rate)),
    };
    let (Some(used), Some(rate), Some(capacity)) = (used, rate, load.capacity_of_one) else { return };
    let after = used * n as f64 / left.max(1) as f64;
    let severity = match after {
        // too few as it is: CP001, CP003 and MQ004 tell that
        _ if left == 0 || !exceeds(FULL, used) => return,
        after if exceeds(after, FULL) => Severity::Warning,
        after if exceeds(after, TIGHT) => Severity::Note,
        _ => return,
    };
    let limit = if severity == Severity::Warning { FULL } else { TIGHT };
    let name = ctx.model.path(loss.id);
    let shards = if loss.deployment.shards > 1 { format!("·{} shards", loss.deployment.shards) } else { String::new() };
    let verb = if left == 1 { "is asked for more than it has" } else { "are asked for more than they have" };
    let message = format!(
        "without `{}` the other {left} of {n} replicas of `{name}` {verb} to spare: ρ' = {}/({left}·{}{shards}) = {} > {limit}; \
         ρ is {} and, over {} such domains, safe up to {}",
        ctx.facts.placement.domain_path(loss.most.0),
        format_rate(rate),
        format_rate(capacity),
        round_significant(after, 3),
        round_significant(used, 3),
        loss.domains,
        format_share((loss.domains - 1) as f64 / loss.domains as f64)
    );
    // dealt evenly, the largest domain holds ⌈n/Z⌉
    let domains = (loss.domains as u64).max(2);
    let fits = |more: &u64| used * n as f64 <= TIGHT * more.saturating_sub(more.div_ceil(domains)) as f64;
    let scales = !ctx.model.components[loss.id].kind.is_store();
    let enough = (n..n.saturating_add(4096)).find(fits).filter(|_| scales);
    let edits = enough.and_then(|enough| edits::replicas(ctx, loss.id, 0, enough));
    let finding = Finding::new(severity, loss.id, message)
        .mend(format!("run {} replicas", enough.unwrap_or_default()), edits)
        .help("provision before the loss: replicas that start when a zone is gone come too late")
        .hits_all(ctx.flows_of(loss.id).iter().copied());
    findings.push(resting_on_load(ctx, finding, loss.id));
}
