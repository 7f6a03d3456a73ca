//! A backup that goes with what it backs up, or that nobody knows to work.
//!
//! ## What it finds
//!
//! `backup.in` lies in a zone, cluster or other failure domain, or is or shares a `fails_with` target, that alone takes down all copies
//! of the store: an error. It lies in the store's only region, or `immutable` is false, or `tested` is false or more than 90 days
//! ago: a warning.
//!
//! ## Why it matters
//!
//! The day on which a backup is needed is the day on which its neighbour is gone. And a restore that was never tried is a hope.
//!
//! ## How to mend it
//!
//! Another region and another account, write-once storage, and a drill that restores it regularly.
//!
//! ## When it stays silent
//!
//! Each part needs its field: `in` (the name of an element), `immutable`, `tested`; `backup = 1h` alone is not assessed. A date needs a
//! day to compare with.
//!
//! ## Source
//!
//! AWS Well-Architected, REL09-BP04; the 90 days are a heuristic of ours.
//!
//! ## Examples
//!
//! ```arch,fail
//! service shop
//! region eu {
//!   zone a { object_store attic }
//!   zone b
//!   database orders { zones = [a]  backup = { every = 1h  in = attic } }
//! }
//! shop -> orders
//! ```
//!
//! ```arch,fail
//! service shop
//! database orders { backup = { every = 1h  tested = false  immutable = true } }
//! shop -> orders
//! ```
//!
//! ```arch,pass
//! service shop
//! region eu { database orders { backup = { every = 1h  in = attic  tested = true  immutable = true } } }
//! region us { object_store attic }
//! shop -> orders
//! ```

use super::outage::is_pinned;
use super::recovery::Backup;
use super::{Category, Finding, Findings, Need, Rule, RuleContext, Threshold};
use crate::analysis::availability::DomainIx;
use crate::analysis::placement::Deployment;
use crate::diagnostic::Severity;
use crate::model::{AttrId, AttrValue, ComponentId, ElementRef, GroupId};
use crate::units::format_count;

const DAYS: Threshold =
    Threshold { key: "days", default: 90.0, unit: "days", meaning: "an older restore test counts as none" };

pub(super) static RULE: Rule = Rule {
    code: "DR002",
    name: "backup-in-same-fate",
    category: Category::Recovery,
    severities: &[Severity::Error, Severity::Warning],
    thresholds: &[DAYS],
    silences: &[],
    needs: &[Need::Attribute(AttrId::BACKUP)],
    expects: &[],
    check,
};

fn check(ctx: &RuleContext<'_>, findings: &mut Findings<'_>) {
    for (id, component) in ctx.model.components.enumerate() {
        let backup = Backup::of(&component.attrs);
        match backup {
            Backup::Absent | Backup::Refused => {}
            Backup::Every => findings.not_assessed(id, AttrId::BACKUP),
            Backup::Fields(_) => {
                if ["in", "immutable", "tested"].iter().any(|field| backup.field(field).is_none()) {
                    findings.not_assessed(id, AttrId::BACKUP);
                }
                check_backup(ctx, findings, id, &backup);
            }
        }
    }
}

fn check_backup(ctx: &RuleContext<'_>, findings: &mut Findings<'_>, id: ComponentId, backup: &Backup<'_>) {
    let path = ctx.model.path(id);
    let place = match backup.field("in") {
        Some(AttrValue::Ref(reference)) => Some(reference.target),
        _ => None,
    };
    let mut doubts: Vec<String> = Vec::new();
    let fate = place.and_then(|place| shared_fate(ctx, id, place));
    if let Some(fate) = &fate {
        doubts.push(fate.clone());
    } else if let Some(region) = place.and_then(|place| only_region(ctx, id, place)) {
        doubts.push(format!("it lies in `{region}`, the only region of `{path}`"));
    }
    if backup.field("immutable") == Some(&AttrValue::Flag(false)) {
        doubts.push("`immutable` = `false`, so whoever can delete the data can delete it".to_owned());
    }
    doubts.extend(untested(ctx, backup));
    if doubts.is_empty() {
        return;
    }
    let severity = if fate.is_some() { Severity::Error } else { Severity::Warning };
    let message = format!("the backup of `{path}` may not help: {}", doubts.join("; "));
    let mut finding = Finding::new(severity, id, message)
        .help("keep it in another region and account, where nobody can change it, and try a restore every quarter")
        .hits_all(ctx.flows_of(id).iter().copied());
    if let Some(place) = place {
        let name = ctx.model.element_path(place);
        finding = finding.step(ctx.model.components[id].header.name_span, format!("`{path}` is backed up in `{name}`"));
    }
    findings.push(finding);
}

/// Why the last test of a restore counts as none.
fn untested(ctx: &RuleContext<'_>, backup: &Backup<'_>) -> Option<String> {
    match backup.field("tested")? {
        AttrValue::Flag(false) => Some("`tested` = `false`, so nobody knows whether it can be restored".to_owned()),
        AttrValue::Date(date) => {
            let days = ctx.config.today?.unix_days() - date.unix_days();
            let limit = ctx.threshold(&DAYS);
            // the days are not told: the same design would read otherwise tomorrow
            let limit_words = format_count(limit);
            (days as f64 > limit)
                .then(|| format!("a restore was last tried on {date}, more than {limit_words} d ago"))
        }
        _ => None,
    }
}

/// Why the loss of all copies of a store takes its backup along.
fn shared_fate(ctx: &RuleContext<'_>, id: ComponentId, place: ElementRef) -> Option<String> {
    let placement = &ctx.facts.placement;
    let deployment = placement.of(id)?;
    let (path, name) = (ctx.model.path(id), ctx.model.element_path(place));
    if place == ElementRef::Component(id) {
        return Some(format!("it lies in `{path}` itself"));
    }
    if let ElementRef::Component(other) = place {
        let its = placement.of(other)?;
        if deployment.fails_with_components.contains(&other) {
            return Some(format!("`{path}` fails with `{name}`, where it lies"));
        }
        if its.fails_with_components.contains(&id) {
            return Some(format!("`{name}`, where it lies, fails with `{path}`"));
        }
        let both = deployment.fails_with_components.iter().find(|it| its.fails_with_components.contains(it));
        if let Some(both) = both {
            return Some(format!("`{path}` and `{name}`, where it lies, both fail with `{}`", ctx.model.path(*both)));
        }
    }
    let takes_both = |ix: &DomainIx| {
        !placement.is_region(ctx.model, *ix) && takes_all(ctx, deployment, *ix) && holds(ctx, place, *ix)
    };
    let domain = all_domains(ctx).find(takes_both)?;
    Some(format!("it lies in `{name}`, and the loss of `{}` takes that and all copies", placement.domain_path(domain)))
}

fn all_domains(ctx: &RuleContext<'_>) -> impl Iterator<Item = DomainIx> + use<> {
    (0..ctx.facts.placement.domains.len() as u32).map(DomainIx)
}

/// Whether no copy stands outside a domain.
fn takes_all(ctx: &RuleContext<'_>, deployment: &Deployment, domain: DomainIx) -> bool {
    let placement = &ctx.facts.placement;
    let is_in = |start: &DomainIx| placement.with_parents(*start).any(|ix| ix == domain);
    let inside = !deployment.places.is_empty()
        && deployment.places.iter().all(|place| place.domains.iter().any(is_in));
    inside || deployment.fails_with_domains.iter().any(is_in)
}

/// Whether what lies in a place goes with a domain.
fn holds(ctx: &RuleContext<'_>, place: ElementRef, domain: DomainIx) -> bool {
    match place {
        ElementRef::Component(id) => {
            ctx.facts.placement.of(id).is_some_and(|deployment| is_pinned(ctx, deployment, domain))
        }
        ElementRef::Group(id) => domains_of(ctx, id).any(|ix| ix == domain),
        _ => false,
    }
}

/// The domains around a group, itself among them.
fn domains_of<'c>(ctx: &'c RuleContext<'_>, id: GroupId) -> impl Iterator<Item = DomainIx> + 'c {
    ctx.model.ancestors(Some(id)).filter_map(|id| ctx.facts.placement.of_group(id))
}

/// The only region of a store, where its backup lies in it too.
fn only_region(ctx: &RuleContext<'_>, id: ComponentId, place: ElementRef) -> Option<String> {
    let placement = &ctx.facts.placement;
    let [only] = placement.of(id)?.regions()[..] else { return None };
    let same = match place {
        ElementRef::Component(other) => placement.of(other)?.regions() == [only],
        ElementRef::Group(group) => domains_of(ctx, group).any(|ix| ix == only),
        _ => false,
    };
    same.then(|| placement.domain_path(only).to_owned())
}
