//! Whether a design is the better for a change: what was to be mended is gone, and nothing came for it. Knows no edit.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Severity};

/// Who a finding is from one check to the next: its code and its subject; of one without a subject, and of a mistake, its words.
pub(super) type Mark = (&'static str, String);

/// Who a finding is.
pub(super) fn mark(it: &Diagnostic) -> Mark {
    let subject = it.subjects.first().filter(|_| !it.is_mistake()).unwrap_or(&it.message);
    (it.code, subject.clone())
}

/// The findings of a check, counted by who they are.
#[derive(Debug, Default)]
pub(super) struct Count {
    /// By the first subject alone: how many, and the worst.
    own: BTreeMap<Mark, (usize, Severity)>,
    /// The others that a finding names: those that are told together with it.
    beside: BTreeMap<Mark, Severity>,
    /// Mistakes in the source.
    pub(super) mistakes: usize,
}

impl Count {
    pub(super) fn of(diagnostics: &[Diagnostic]) -> Self {
        let mut count = Self::default();
        for it in diagnostics {
            let (number, worst) = count.own.entry(mark(it)).or_insert((0, it.severity));
            *number += 1;
            *worst = it.severity.max(*worst);
            if it.is_mistake() {
                count.mistakes += 1;
                continue;
            }
            for subject in it.subjects.iter().skip(1) {
                let worst = count.beside.entry((it.code, subject.clone())).or_insert(it.severity);
                *worst = it.severity.max(*worst);
            }
        }
        count
    }

    pub(super) fn number(&self, mark: &Mark) -> usize {
        self.own.get(mark).map_or(0, |(number, _)| *number)
    }

    /// Who is here and was not before, or was no error and is one now.
    pub(super) fn news<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = &'a Mark> {
        self.own.iter().filter_map(move |(mark, (number, worst))| {
            let own = before.own.get(mark);
            let beside = before.beside.get(mark);
            let known = own.map_or(0, |(number, _)| *number) + usize::from(beside.is_some());
            let was = own.map(|(_, worst)| *worst).max(beside.copied());
            let is_worse = *worst == Severity::Error && was != Some(Severity::Error);
            (*number > known || is_worse).then_some(mark)
        })
    }
}
