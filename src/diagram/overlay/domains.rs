//! Failure domains: in which of them each component stands, and what falls with one.

use std::collections::{BTreeMap, BTreeSet};

use super::{Evidence, counted, listed};
use crate::analysis::availability::DomainIx;
use crate::analysis::placement::{Deployment, DomainKind, Placement};
use crate::diagram::drawing::End;
use crate::diagram::sign::{Note, Sample, Tag, Tone};
use crate::diagram::view::Drawn;
use crate::model::ComponentId;

/// Domains that are told: nobody reads more, and each costs a look at every component.
const DOMAINS: usize = 60;
/// Letters in a pill.
const MOST: usize = 6;

pub(super) fn lay(drawn: &mut Drawn, evidence: &Evidence<'_>) {
    let placement = &evidence.facts.placement;
    let shown: Vec<ComponentId> = drawn.nodes.keys().copied().collect();
    let mut domains: Vec<Domain> = Vec::new();
    let all = (0..).take(placement.domains.len()).map(DomainIx);
    let mut left_out = 0;
    for ix in all {
        if domains.len() >= DOMAINS {
            left_out += 1;
            continue;
        }
        let holds: Vec<ComponentId> =
            shown.iter().copied().filter(|&id| stands_in(placement, id, ix)).collect();
        if !holds.is_empty() {
            let falls = falling(placement, &shown, ix);
            domains.push(Domain { ix, letter: letter(domains.len()), holds, falls });
        }
    }
    for domain in &domains {
        note(drawn, evidence, domain);
        if let Some(DomainKind::Group(group)) = placement.domain(domain.ix).map(|it| it.kind)
            && let Some(&End::Group(at)) = drawn.groups.get(&group)
        {
            drawn.drawing.overlay.group(at).tag(tone(placement, evidence, domain), domain.letter.clone());
        }
    }
    if left_out > 0 {
        let tag = Tag { tone: Tone::Info, text: "…".to_owned() };
        let text = format!("{} more are not judged here", counted(left_out, "domain"));
        drawn.drawing.overlay.notes.push(Note { tag, head: String::new(), text });
    }
    tag_nodes(drawn, evidence, &domains);
}

struct Domain {
    ix: DomainIx,
    letter: String,
    holds: Vec<ComponentId>,
    falls: BTreeSet<ComponentId>,
}

/// `A` … `Z`, then `A2` …
fn letter(at: usize) -> String {
    let name = char::from(b'A' + u8::try_from(at % 26).unwrap_or(0));
    match at / 26 {
        0 => name.to_string(),
        more => format!("{name}{}", more + 1),
    }
}

fn stands_in(placement: &Placement, id: ComponentId, ix: DomainIx) -> bool {
    let inside = |domains: &[DomainIx]| domains.iter().any(|&d| placement.with_parents(d).any(|p| p == ix));
    placement.of(id).is_some_and(|it| it.places.iter().any(|place| inside(&place.domains)))
}

/// What can no longer work once a domain is lost: too few replicas are left, or what it fails with is gone.
fn falling(placement: &Placement, shown: &[ComponentId], ix: DomainIx) -> BTreeSet<ComponentId> {
    let lost = |domains: &[DomainIx]| domains.iter().any(|&d| placement.with_parents(d).any(|p| p == ix));
    let alone = |it: &Deployment| {
        let left: u64 = it
            .places
            .iter()
            .filter(|place| !lost(&place.domains))
            .map(|place| place.low)
            .fold(0, u64::saturating_add);
        let left_of_managed = it.places.iter().any(|place| !lost(&place.domains));
        lost(&it.fails_with_domains) || if it.managed { !left_of_managed } else { left < it.needs }
    };
    let mut falls: BTreeSet<ComponentId> =
        shown.iter().copied().filter(|&id| placement.of(id).is_some_and(alone)).collect();
    // what fails with something that is not shown still does
    let down = |id: ComponentId, falls: &BTreeSet<ComponentId>| {
        falls.contains(&id) || placement.of(id).is_some_and(alone)
    };
    loop {
        let more: Vec<ComponentId> = shown
            .iter()
            .copied()
            .filter(|id| !falls.contains(id))
            .filter(|&id| {
                placement.of(id).is_some_and(|it| it.fails_with_components.iter().any(|&w| down(w, &falls)))
            })
            .collect();
        if more.is_empty() {
            return falls;
        }
        falls.extend(more);
    }
}

fn note(drawn: &mut Drawn, evidence: &Evidence<'_>, domain: &Domain) {
    let model = evidence.model;
    let placement = &evidence.facts.placement;
    let what = if placement.is_zone(model, domain.ix) {
        "zone"
    } else if placement.is_region(model, domain.ix) {
        "region"
    } else {
        "fails together"
    };
    let names = listed(domain.falls.iter().map(|&id| model.path(id)).collect::<Vec<_>>().into_iter());
    let text = if domain.falls.is_empty() {
        format!("{what}, holds {}; none falls with it", counted(domain.holds.len(), "component"))
    } else {
        format!(
            "{what}, holds {}; with it fall {}: {names}",
            counted(domain.holds.len(), "component"),
            domain.falls.len()
        )
    };
    let tag = Tag { tone: tone(placement, evidence, domain), text: domain.letter.clone() };
    let head = placement.domain_path(domain.ix).to_owned();
    drawn.drawing.overlay.notes.push(Note { tag, head, text });
}

/// The same at the group and in the list. A region takes all that it holds: no more than a fact.
fn tone(placement: &Placement, evidence: &Evidence<'_>, domain: &Domain) -> Tone {
    match domain.falls.is_empty() {
        true => Tone::Good,
        false if placement.is_region(evidence.model, domain.ix) => Tone::Info,
        false => Tone::Bad,
    }
}

/// Each node names the domains that it falls with, the innermost of those around one another; else those that it spans.
fn tag_nodes(drawn: &mut Drawn, evidence: &Evidence<'_>, domains: &[Domain]) {
    let placement = &evidence.facts.placement;
    let inner = |of: &dyn Fn(&Domain) -> bool| -> Vec<&Domain> {
        let all: Vec<&Domain> = domains.iter().filter(|d| of(d)).collect();
        let around = |d: &&Domain| {
            all.iter().any(|o| o.ix != d.ix && placement.with_parents(o.ix).any(|parent| parent == d.ix))
        };
        all.iter().copied().filter(|d| !around(d)).collect()
    };
    let mut members: BTreeMap<usize, Vec<ComponentId>> = BTreeMap::new();
    for (&id, &node) in &drawn.nodes {
        members.entry(node).or_default().push(id);
    }
    let overlay = &mut drawn.drawing.overlay;
    for (node, members) in members {
        let falls = inner(&|d: &Domain| members.iter().any(|id| d.falls.contains(id)));
        let zones = inner(&|d: &Domain| members.iter().any(|id| d.holds.contains(id)));
        // a region takes all that it holds: worth a sign only where nothing smaller could have been spread
        let small = |d: &&&Domain| !placement.is_region(evidence.model, d.ix);
        let sharp: Vec<&str> = falls.iter().filter(small).map(|d| d.letter.as_str()).collect();
        let (tone, names) = if sharp.is_empty() {
            (Tone::Good, zones.iter().map(|d| d.letter.as_str()).collect::<Vec<_>>())
        } else {
            (Tone::Bad, sharp)
        };
        if names.is_empty() {
            continue;
        }
        let mut text = names.iter().take(MOST).copied().collect::<Vec<_>>().join(" ");
        if names.len() > MOST {
            text.push_str(&format!(" +{}", names.len() - MOST));
        }
        let sign = overlay.node(node);
        if tone == Tone::Bad {
            sign.raise(tone);
            sign.tag(tone, format!("falls with {text}"));
            sign.remark(&format!("falls with {text}"));
            overlay.key(Sample::Halo(tone), "falls with a zone or another failure domain");
        } else {
            sign.tag(tone, format!("in {text}"));
            sign.remark(&format!("in {text}"));
            let sample = Tag { tone, text: "in A".to_owned() };
            overlay.key(Sample::Tag(sample), "stands in these domains and falls with no single zone");
        }
    }
}
