//! Findings that are new, mended, or allowed now.

use std::collections::BTreeSet;

use serde::Serialize;

use super::pairs::Pairs;
use crate::compilation::Compilation;
use crate::diagnostic::{Diagnostic, Severity};
use crate::diff::groups::{Told, wholes};
use crate::diff::{Fingerprint, fingerprints};

/// The findings that only one of two designs has.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct FindingChanges {
    /// Only the new one has them.
    pub new: Vec<FindingLine>,
    /// Only the old one had them.
    pub mended: Vec<FindingLine>,
    /// The old one had them, and an `@allow` silences them now.
    pub allowed: Vec<FindingLine>,
}

/// A finding with its place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FindingLine {
    /// The code.
    pub code: &'static str,
    /// The name of its rule or mistake.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The file that holds it.
    pub file: String,
    /// The line where it starts.
    pub line: u32,
    /// Full paths of the elements at fault.
    pub subjects: Vec<String>,
    /// Names of the flows that it hits.
    pub flows: Vec<String>,
}

impl FindingChanges {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.mended.is_empty() && self.allowed.is_empty()
    }
}

pub(super) fn changes(old: &Compilation, new: &Compilation, pairs: &Pairs) -> FindingChanges {
    // who a finding is about is told by today's names
    let renamed: Vec<Diagnostic> = old
        .diagnostics
        .iter()
        .map(|it| Diagnostic {
            subjects: it.subjects.iter().map(|subject| today(subject, pairs)).collect(),
            ..it.clone()
        })
        .collect();
    let before = fingerprints(&old.sources, &renamed);
    let after = fingerprints(&new.sources, &new.diagnostics);
    let was = without(&renamed, &before, &after);
    let is = without(&new.diagnostics, &after, &before);
    // one that names fewer elements than before is neither new nor mended; one that names more is new
    let kept = wholes(&told(&is, &new.diagnostics), &told(&was, &renamed), &|_, _| true);
    let goes_on: BTreeSet<usize> = kept.iter().flatten().copied().collect();
    let grown = wholes(&told(&was, &renamed), &told(&is, &new.diagnostics), &|_, _| true);
    let lines = |of: &Compilation, numbers: Vec<usize>| -> Vec<FindingLine> {
        numbers.into_iter().filter_map(|at| Some(line(of, of.diagnostics.get(at)?))).collect()
    };
    let came = is.iter().zip(&kept).filter(|(_, whole)| whole.is_none()).map(|(at, _)| *at).collect();
    let went = was.iter().enumerate().zip(&grown);
    let went = went.filter(|((nth, _), whole)| whole.is_none() && !goes_on.contains(nth));
    let went = went.map(|((_, at), _)| *at).collect();
    let is_allowed = |it: &FindingLine| {
        let about = |subject: &String| it.subjects.iter().any(|own| today(own, pairs) == *subject);
        let silenced =
            |of: &Compilation| of.allowed.iter().filter(|at| at.code == it.code).any(|at| about(&at.subject));
        silenced(new) && !silenced(old)
    };
    let (allowed, mended) = lines(old, went).into_iter().partition(is_allowed);
    FindingChanges { new: lines(new, came), mended, allowed }
}

/// The numbers of the findings that the other design has not.
fn without(all: &[Diagnostic], own: &[Fingerprint], others: &[Fingerprint]) -> Vec<usize> {
    let others: BTreeSet<&Fingerprint> = others.iter().collect();
    (0..all.len()).filter(|at| own.get(*at).is_some_and(|print| !others.contains(print))).collect()
}

fn told<'a>(numbers: &[usize], all: &'a [Diagnostic]) -> Vec<Told<'a>> {
    let of = |it: &'a Diagnostic| Told { code: it.code, subjects: &it.subjects };
    numbers.iter().filter_map(|at| all.get(*at)).map(of).collect()
}

fn line(of: &Compilation, it: &Diagnostic) -> FindingLine {
    FindingLine {
        code: it.code,
        name: it.name,
        severity: it.severity,
        message: it.message.clone(),
        help: it.help.clone(),
        file: of.sources.path(it.span).to_owned(),
        line: of.sources.position(it.span).line,
        subjects: it.subjects.clone(),
        flows: it.flows.clone(),
    }
}

/// A subject by the names of the new design: a path, a replica `path#2`, a connection `a -> b "label"`.
fn today(subject: &str, pairs: &Pairs) -> String {
    for op in [" -> ", " ~> ", " => ", " -- "] {
        if let Some((from, rest)) = subject.split_once(op) {
            let (to, label) = match rest.split_once(' ') {
                Some((to, label)) => (to, format!(" {label}")),
                None => (rest, String::new()),
            };
            return format!("{}{op}{}{label}", pairs.path(from), pairs.path(to));
        }
    }
    match subject.rsplit_once('#') {
        Some((path, replica)) => format!("{}#{replica}", pairs.path(path)),
        None => pairs.path(subject).to_owned(),
    }
}
