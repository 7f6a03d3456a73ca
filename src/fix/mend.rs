//! Mends designs: makes the fixes of their findings, checks again, takes back what did not mend, and goes on until nothing is left.
//! Reads and writes no file: whoever asks checks a design over the texts that it is given.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::change::{Change, apply};
use super::judge::{Count, Mark, mark};
use super::tidy;
use crate::compilation::Compilation;
use crate::diagnostic::{Applicability, Diagnostic, Severity};

/// Texts of files by path, in place of those that are there.
pub type Texts = BTreeMap<Arc<str>, Arc<str>>;

/// The designs to be mended.
pub trait Designs {
    /// How many there are.
    fn count(&self) -> usize;

    /// Checks the design of that number over these texts; `None` where it is there no more.
    fn check(&self, design: usize, texts: &Texts) -> Option<Compilation>;

    /// The findings of a check that are to be mended.
    fn wanted<'c>(&self, compilation: &'c Compilation) -> Cow<'c, [Diagnostic]> {
        Cow::Borrowed(&compilation.diagnostics)
    }

    /// Whether a file may be changed.
    fn may_change(&self, path: &str) -> bool;
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Mended {
    /// The files that differ, as they were and as they are now.
    pub files: BTreeMap<Arc<str>, (Arc<str>, Arc<str>)>,
    /// How many findings are mended, by code.
    pub fixed: BTreeMap<&'static str, usize>,
    /// How many fixes were taken back, as they do not mend here or bring another finding.
    pub refused: usize,
}

impl Mended {
    /// How many findings are mended.
    pub fn total(&self) -> usize {
        self.fixed.values().sum()
    }
}

/// Batches of fixes that are tried at the most; a batch with a fix that does not mend is tried in parts.
const TRIES: usize = 256;

/// Makes all fixes that may be made unseen, and with [`Applicability::Unsafe`] the others too. A fix stays only where its
/// finding is gone, no other has come or become an error, and the design has no mistake that it had not. A design with
/// mistakes has only these mended: what hides behind one is not known. What was formatted is so afterwards.
pub fn mend(designs: &dyn Designs, applicability: Applicability) -> Mended {
    let mut mending = Mending {
        designs,
        applicability,
        compilations: Vec::new(),
        files: BTreeMap::new(),
        pages: BTreeSet::new(),
        texts: Texts::new(),
        refused: BTreeSet::new(),
        fixed: BTreeMap::new(),
        tries: TRIES,
    };
    mending.compilations = (0..designs.count()).map(|i| designs.check(i, &mending.texts)).collect();
    loop {
        let before = mending.total();
        while mending.round() {}
        // what did not mend then may do so now
        if mending.total() == before || mending.refused.is_empty() {
            break;
        }
        mending.refused.clear();
    }
    let now = |(path, before): (Arc<str>, Arc<str>)| {
        let now = mending.texts.get(&path).filter(|now| **now != before)?;
        let tidied = match mending.pages.contains(&path) {
            true => tidy::page(&path, &before, now),
            false => tidy::design(&before, now),
        };
        let now = tidied.map_or_else(|| Arc::clone(now), Arc::from);
        Some((path, (before, now)))
    };
    Mended {
        files: mending.files.into_iter().filter_map(now).collect(),
        fixed: mending.fixed,
        refused: mending.refused.len(),
    }
}

/// A fix that may be made.
struct Candidate {
    design: usize,
    is_mistake: bool,
    mark: Mark,
    changes: Vec<Change>,
}

impl Candidate {
    /// Who it is from one check to the next.
    fn key(&self) -> (Mark, Vec<String>) {
        (self.mark.clone(), self.changes.iter().map(|change| change.new_text.clone()).collect())
    }
}

struct Mending<'d> {
    designs: &'d dyn Designs,
    applicability: Applicability,
    compilations: Vec<Option<Compilation>>,
    /// The texts of the files that fixes speak of, as they were.
    files: Texts,
    /// Those of them that are Markdown.
    pages: BTreeSet<Arc<str>>,
    /// Those that are changed.
    texts: Texts,
    refused: BTreeSet<(Mark, Vec<String>)>,
    fixed: BTreeMap<&'static str, usize>,
    tries: usize,
}

/// Why a batch may not stay.
enum Fault {
    /// These of it do not mend, or are next to what came.
    Suspects(Vec<usize>),
    /// Nobody knows which of it.
    Unknown,
}

impl Mending<'_> {
    fn total(&self) -> usize {
        self.fixed.values().sum()
    }

    /// Makes what can be made at once; `false` when there is nothing, or no more time to look for it.
    fn round(&mut self) -> bool {
        let mut batch = self.candidates();
        while !batch.is_empty() && self.tries > 0 {
            self.tries -= 1;
            match self.attempt(&batch) {
                Ok(()) => return true,
                Err(_) if batch.len() == 1 => {
                    self.refused.extend(batch.iter().map(Candidate::key));
                    return true;
                }
                // the others first; these have a round of their own
                Err(Fault::Suspects(suspects)) if suspects.len() < batch.len() => {
                    let mut at = 0;
                    batch.retain(|_| {
                        at += 1;
                        !suspects.contains(&(at - 1))
                    });
                }
                Err(_) => batch.truncate(batch.len().div_ceil(2)),
            }
        }
        false
    }

    /// The fixes that may be made together: mistakes first, as findings hang on them.
    fn candidates(&mut self) -> Vec<Candidate> {
        let mut all: Vec<Candidate> = Vec::new();
        for design in 0..self.compilations.len() {
            let Some(Some(compilation)) = self.compilations.get(design) else { continue };
            let is_broken =
                compilation.diagnostics.iter().any(|it| it.is_mistake() && it.severity == Severity::Error);
            for it in self.designs.wanted(compilation).iter() {
                let Some(changes) = self.changes(compilation, it) else { continue };
                let candidate = Candidate { design, is_mistake: it.is_mistake(), mark: mark(it), changes };
                if (candidate.is_mistake || !is_broken) && !self.refused.contains(&candidate.key()) {
                    all.push(candidate);
                }
            }
        }
        let mistakes = all.iter().any(|candidate| candidate.is_mistake);
        all.retain(|candidate| candidate.is_mistake == mistakes);
        let mut taken = Taken::default();
        all.retain(|candidate| taken.take(&candidate.changes));
        for candidate in &all {
            let Some(Some(compilation)) = self.compilations.get(candidate.design) else { continue };
            for (_, document) in compilation.sources.iter() {
                if candidate.changes.iter().any(|change| *change.path == *document.path())
                    && !self.files.contains_key(document.path())
                {
                    self.files.insert(document.path().into(), document.file_text().into());
                    if document.is_embedded() {
                        self.pages.insert(document.path().into());
                    }
                }
            }
        }
        all
    }

    /// What a finding's fix changes, if it may be made.
    fn changes(&self, compilation: &Compilation, it: &Diagnostic) -> Option<Vec<Change>> {
        let fix = it.mending()?;
        if fix.applicability == Applicability::Unsafe && self.applicability == Applicability::Safe {
            return None;
        }
        let changes: Option<Vec<Change>> = fix
            .edits
            .iter()
            .map(|edit| Some(Change::new(compilation.sources.get(edit.span.file)?, edit)))
            .collect();
        changes.filter(|all| !all.is_empty() && all.iter().all(|it| self.designs.may_change(&it.path)))
    }

    /// Makes the fixes, unless something speaks against it.
    fn attempt(&mut self, batch: &[Candidate]) -> Result<(), Fault> {
        let mut by_path: BTreeMap<&Arc<str>, Vec<&Change>> = BTreeMap::new();
        for change in batch.iter().flat_map(|candidate| &candidate.changes) {
            by_path.entry(&change.path).or_default().push(change);
        }
        let mut texts = self.texts.clone();
        for (path, changes) in &by_path {
            let old = self.texts.get(*path).or_else(|| self.files.get(*path)).ok_or(Fault::Unknown)?;
            texts.insert(Arc::clone(path), apply(old, changes).into());
        }
        let mut checked: Vec<(usize, Compilation)> = Vec::new();
        for (design, compilation) in self.compilations.iter().enumerate() {
            let Some(compilation) = compilation else { continue };
            if compilation
                .sources
                .iter()
                .any(|(_, document)| by_path.contains_key(&Arc::from(document.path())))
            {
                checked.push((design, self.designs.check(design, &texts).ok_or(Fault::Unknown)?));
            }
        }
        self.judge(batch, &checked)?;
        for (design, compilation) in checked {
            if let Some(slot) = self.compilations.get_mut(design) {
                *slot = Some(compilation);
            }
        }
        self.texts = texts;
        for candidate in batch {
            *self.fixed.entry(candidate.mark.0).or_default() += 1;
        }
        Ok(())
    }

    fn judge(&self, batch: &[Candidate], checked: &[(usize, Compilation)]) -> Result<(), Fault> {
        let mut suspects: BTreeSet<usize> = BTreeSet::new();
        let are_mistakes = batch.iter().any(|candidate| candidate.is_mistake);
        let (mut came, mut fewer) = (false, !are_mistakes);
        for (design, after) in checked {
            let Some(Some(before)) = self.compilations.get(*design) else { continue };
            let (before, after) = (Count::of(&before.diagnostics), Count::of(&after.diagnostics));
            let own = || batch.iter().enumerate().filter(|(_, candidate)| candidate.design == *design);
            let stays =
                |candidate: &Candidate| after.number(&candidate.mark) >= before.number(&candidate.mark);
            suspects.extend(own().filter(|(_, candidate)| stays(candidate)).map(|(at, _)| at));
            came |= after.mistakes > before.mistakes;
            fewer |= after.mistakes < before.mistakes;
            if are_mistakes {
                // behind a mistake there may be findings, and other mistakes, but not as many
                continue;
            }
            for new in after.news(&before) {
                came = true;
                let is_near = |mark: &Mark| mark.1.contains(&new.1) || new.1.contains(&mark.1);
                suspects.extend(own().filter(|(_, it)| is_near(&it.mark)).map(|(at, _)| at));
            }
        }
        match suspects.is_empty() {
            true if came || !fewer => Err(Fault::Unknown),
            true => Ok(()),
            false => Err(Fault::Suspects(suspects.into_iter().collect())),
        }
    }
}

/// What is taken by changes that are to be made together.
#[derive(Default)]
struct Taken {
    /// For each path the ends of the ranges, by their starts.
    by_path: BTreeMap<Arc<str>, BTreeMap<usize, usize>>,
}

impl Taken {
    /// Takes the places of a fix if all of them are free.
    fn take(&mut self, changes: &[Change]) -> bool {
        let clash = changes.iter().enumerate().any(|(i, change)| {
            !self.is_free(change) || changes.iter().skip(i + 1).any(|other| other.clashes(change))
        });
        if !clash {
            for change in changes {
                let ranges = self.by_path.entry(Arc::clone(&change.path)).or_default();
                ranges.insert(change.range.start, change.range.end);
            }
        }
        !clash
    }

    fn is_free(&self, change: &Change) -> bool {
        let Some(ranges) = self.by_path.get(&change.path) else { return true };
        let (start, end) = (change.range.start, change.range.end);
        let before = ranges.range(..=start).next_back();
        let behind = ranges.range(start..).next();
        before.is_none_or(|(from, to)| *from != start && *to <= start)
            && behind.is_none_or(|(from, _)| *from >= end)
    }
}
