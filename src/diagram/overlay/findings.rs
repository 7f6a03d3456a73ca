//! Findings: a halo and a number at what each is about, the list with codes and messages below.

use std::collections::BTreeMap;

use super::{Evidence, Spot};
use crate::diagnostic::{Diagnostic, Severity};
use crate::diagram::sign::{Note, Sample, Tag, Tone};
use crate::diagram::view::Drawn;

/// Notes that are worth reading below a picture; `archc check` tells all.
const MOST: usize = 60;

/// A finding and what it is about.
pub(in crate::diagram) struct Told<'a> {
    /// What is found.
    pub(in crate::diagram) finding: &'a Diagnostic,
    /// Where it stands in the picture, each once; nowhere where it is about the whole.
    pub(in crate::diagram) spots: Vec<Spot>,
}

/// The findings that belong to a picture, in the order of their numbers.
pub(in crate::diagram) fn told<'a>(drawn: &Drawn, evidence: &Evidence<'a>) -> Vec<Told<'a>> {
    let places = places(drawn, evidence);
    let mut told = Vec::new();
    for finding in evidence.findings.iter().filter(|finding| !finding.is_mistake()) {
        let known: Vec<&Option<Spot>> =
            finding.subjects.iter().filter_map(|subject| places.get(bare(subject))).collect();
        let mut spots: Vec<Spot> = known.iter().copied().flatten().copied().collect();
        // one about the whole or a flow has no place; one about something that is not in this picture is no part of it
        if spots.is_empty() && !known.is_empty() {
            continue;
        }
        spots.sort_unstable();
        spots.dedup();
        told.push(Told { finding, spots });
    }
    told
}

pub(super) fn lay(drawn: &mut Drawn, evidence: &Evidence<'_>) {
    let told = told(drawn, evidence);
    let left_out = told.len().saturating_sub(MOST);
    let mut at: BTreeMap<Spot, (Tone, Vec<usize>)> = BTreeMap::new();
    for (number, it) in (1..).zip(told).take(MOST) {
        for spot in it.spots {
            let (tone, numbers) = at.entry(spot).or_insert((Tone::Info, Vec::new()));
            *tone = (*tone).max(tone_of(it.finding.severity));
            numbers.push(number);
        }
        note(drawn, it.finding, number);
    }
    if left_out > 0 {
        let tag = Tag { tone: Tone::Info, text: "…".to_owned() };
        let text = format!("{} more; archc check tells all", super::counted(left_out, "finding"));
        drawn.drawing.overlay.notes.push(Note { tag, head: String::new(), text });
    }
    for (spot, (tone, numbers)) in at {
        let sign = drawn.sign(spot);
        sign.raise(tone);
        sign.tag(tone, runs(&numbers));
        sign.remark(&super::counted(numbers.len(), "finding"));
        let word = match tone {
            Tone::Bad => "error",
            Tone::Warn => "warning",
            _ => "note",
        };
        drawn.drawing.overlay.key(Sample::Halo(tone), word);
    }
}

/// What each name in a finding is drawn as; `None` where this picture leaves it out.
fn places(drawn: &Drawn, evidence: &Evidence<'_>) -> BTreeMap<String, Option<Spot>> {
    let model = evidence.model;
    let mut places = BTreeMap::new();
    for (id, group) in model.groups.enumerate() {
        let spot = drawn.groups.get(&id).map(|&end| Spot::from(end));
        places.insert(group.header.path.to_string(), spot);
    }
    for (id, component) in model.components.enumerate() {
        let spot = drawn.nodes.get(&id).map(|&at| Spot::Node(at));
        places.insert(component.header.path.to_string(), spot);
    }
    for id in model.connections.ids() {
        let spot = drawn.edges.get(&id).map(|&at| Spot::Edge(at));
        places.insert(model.connection_subject(id), spot);
    }
    places
}

/// Without the number of a replica.
fn bare(subject: &str) -> &str {
    match subject.rsplit_once('#') {
        Some((path, number)) if number.bytes().all(|b| b.is_ascii_digit()) => path,
        _ => subject,
    }
}

fn tone_of(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Bad,
        Severity::Warning => Tone::Warn,
        Severity::Note => Tone::Info,
    }
}

fn note(drawn: &mut Drawn, finding: &Diagnostic, number: usize) {
    drawn.drawing.overlay.notes.push(Note {
        tag: Tag { tone: tone_of(finding.severity), text: number.to_string() },
        head: format!("{} {}", finding.code, finding.severity.as_str()),
        text: finding.message.clone(),
    });
}

/// `1–3 7`, with what does not fit into a pill counted.
fn runs(numbers: &[usize]) -> String {
    const MOST: usize = 4;
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for &number in numbers {
        match runs.last_mut() {
            Some((_, end)) if *end + 1 == number => *end = number,
            _ => runs.push((number, number)),
        }
    }
    let word = |&(from, to): &(usize, usize)| match to - from {
        0 => from.to_string(),
        1 => format!("{from} {to}"),
        _ => format!("{from}–{to}"),
    };
    let mut out = runs.iter().take(MOST).map(word).collect::<Vec<_>>().join(" ");
    let rest: usize = runs.iter().skip(MOST).map(|(from, to)| to - from + 1).sum();
    if rest > 0 {
        out.push_str(&format!(" +{rest}"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_in_runs() {
        assert_eq!(runs(&[1, 2, 3, 5, 7, 8]), "1–3 5 7 8");
        assert_eq!(runs(&[1, 3, 5, 7, 9, 10]), "1 3 5 7 +2");
    }

    #[test]
    fn a_replica_is_its_component() {
        assert_eq!(bare("us.api#2"), "us.api");
        assert_eq!(bare("a -> b \"#x\""), "a -> b \"#x\"");
    }
}
