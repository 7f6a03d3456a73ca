//! Findings that were there before: what a baseline file remembers of them, and which of today's they are. Knows no file
//! system: whoever asks says which designs still exist.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::fingerprints;
use super::groups::{Told, wholes};
use crate::diagnostic::Diagnostic;
use crate::source::Sources;

/// The version of the shape that is written and read.
const VERSION: u32 = 1;

/// A finding as it is remembered: no line and no column, so that the file changes only with the findings.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The file that holds it.
    pub file: String,
    /// The code of its rule, or of the mistake.
    pub code: String,
    /// Full paths of the elements at fault.
    pub subjects: Vec<String>,
    /// Who it is from run to run.
    pub fingerprint: String,
    /// The design that it was found in, where that is another file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub design: Option<String>,
    /// What was said when it was remembered; for people alone.
    pub message: String,
}

impl Entry {
    /// The file of the design that it was found in.
    pub fn design(&self) -> &str {
        self.design.as_deref().unwrap_or(&self.file)
    }
}

/// The findings of a design as entries, in their order; `name` gives a file the name under which it is remembered.
pub fn entries(sources: &Sources, diagnostics: &[Diagnostic], name: &dyn Fn(&str) -> String) -> Vec<Entry> {
    let design = sources.iter().next().map(|(_, root)| name(root.path())).unwrap_or_default();
    let prints = fingerprints(sources, diagnostics);
    let remembered = |(it, print): (&Diagnostic, super::Fingerprint)| {
        let file = name(sources.path(it.span));
        Entry {
            design: (file != design).then(|| design.clone()),
            file,
            code: it.code.to_owned(),
            subjects: it.subjects.clone(),
            fingerprint: print.to_string(),
            message: it.message.clone(),
        }
    };
    diagnostics.iter().zip(prints).map(remembered).collect()
}

/// The findings that are let pass.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Baseline {
    /// Sorted.
    entries: Vec<Entry>,
}

/// What is known of today's findings.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Compared {
    /// For each of today's findings whether it was there before.
    pub known: Vec<bool>,
    /// Those of before that today has not.
    pub gone: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    findings: Vec<Entry>,
}

impl Baseline {
    /// A baseline of these findings.
    pub fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort();
        Self { entries }
    }

    /// Its entries, sorted.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// As it is written to a file.
    pub fn to_json(&self) -> String {
        let written = Written { version: VERSION, findings: self.entries.clone() };
        let mut text = serde_json::to_string_pretty(&written).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Reads what [`Baseline::to_json`] wrote.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn read(text: &str) -> Result<Self, String> {
        let version = serde_json::from_str::<serde_json::Value>(text)
            .map_err(|error| error.to_string())?
            .get("version")
            .and_then(serde_json::Value::as_u64);
        match version {
            Some(version) if version == u64::from(VERSION) => {}
            Some(version) => {
                return Err(format!("it has version {version}, and this archc reads version {VERSION}"));
            }
            None => return Err("it has no `version`, so it is no baseline".to_owned()),
        }
        let written: Written = serde_json::from_str(text).map_err(|error| error.to_string())?;
        Ok(Self::new(written.findings))
    }

    /// Which of today's findings were there before. One is the same in its file, wherever it stands there; in its design,
    /// whatever file of it; and anywhere, once the design that it was found in is no more (it was renamed, then). Of one that named
    /// several elements a part is known too: the others were mended. One that names more than before is new.
    pub fn compare(&self, today: &[Entry], exists: &dyn Fn(&str) -> bool) -> Compared {
        let mut open = Open { before: vec![true; self.entries.len()], today: vec![true; today.len()] };
        let mut gone_designs: BTreeMap<&str, bool> = BTreeMap::new();
        for entry in &self.entries {
            gone_designs.entry(entry.design()).or_insert_with(|| !exists(entry.design()));
        }
        let is_gone = |entry: &Entry| gone_designs.get(entry.design()).copied().unwrap_or(false);
        let anywhere = (String::new(), String::new());
        open.pair(&self.entries, today, &|it| (it.file.clone(), it.design().to_owned()));
        open.pair(&self.entries, today, &|it| (it.file.clone(), String::new()));
        open.pair(&self.entries, today, &|it| (String::new(), it.design().to_owned()));
        let moved: Vec<bool> = self.entries.iter().map(|it| !is_gone(it)).collect();
        open.pair_but(&moved, &self.entries, today, &|_| anywhere.clone());
        let grown = open.pair_parts(&self.entries, today, &|before, today| {
            before.file == today.file || before.design() == today.design() || is_gone(before)
        });
        let is_gone =
            |(at, _): &(usize, &Entry)| open.before.get(*at).copied().unwrap_or(false) && !grown.contains(at);
        Compared {
            known: open.today.iter().map(|open| !open).collect(),
            gone: self.entries.iter().enumerate().filter(is_gone).map(|(_, it)| it.clone()).collect(),
        }
    }
}

/// Which findings have no partner yet.
struct Open {
    before: Vec<bool>,
    today: Vec<bool>,
}

impl Open {
    /// Pairs findings that name fewer elements than before; gives the entries of before whose elements are named still, with others.
    fn pair_parts(
        &mut self,
        before: &[Entry],
        today: &[Entry],
        may: &dyn Fn(&Entry, &Entry) -> bool,
    ) -> BTreeSet<usize> {
        let (were, are) = (still(before, &self.before), still(today, &self.today));
        let kept = wholes(&told(&are), &told(&were), &|part, whole| {
            are.get(part).zip(were.get(whole)).is_some_and(|(part, whole)| may(whole.1, part.1))
        });
        for ((at, _), whole) in are.iter().zip(kept) {
            let Some((before, _)) = whole.and_then(|whole| were.get(whole)) else { continue };
            if let (Some(today), Some(before)) = (self.today.get_mut(*at), self.before.get_mut(*before)) {
                (*today, *before) = (false, false);
            }
        }
        let (were, are) = (still(before, &self.before), still(today, &self.today));
        let grown = wholes(&told(&were), &told(&are), &|part, whole| {
            were.get(part).zip(are.get(whole)).is_some_and(|(part, whole)| may(part.1, whole.1))
        });
        were.iter().zip(grown).filter(|(_, whole)| whole.is_some()).map(|((at, _), _)| *at).collect()
    }

    fn pair(&mut self, before: &[Entry], today: &[Entry], place: &dyn Fn(&Entry) -> (String, String)) {
        self.pair_but(&[], before, today, place);
    }

    /// Pairs those of the same fingerprint and place, each once, leaving out some of before.
    fn pair_but(
        &mut self,
        left_out: &[bool],
        before: &[Entry],
        today: &[Entry],
        place: &dyn Fn(&Entry) -> (String, String),
    ) {
        let mut waiting: BTreeMap<(&str, (String, String)), VecDeque<usize>> = BTreeMap::new();
        for (at, (entry, open)) in before.iter().zip(&self.before).enumerate() {
            if *open && !left_out.get(at).copied().unwrap_or(false) {
                waiting.entry((&entry.fingerprint, place(entry))).or_default().push_back(at);
            }
        }
        for (entry, open) in today.iter().zip(&mut self.today).filter(|(_, open)| **open) {
            let partner =
                waiting.get_mut(&(entry.fingerprint.as_str(), place(entry))).and_then(VecDeque::pop_front);
            if let Some(partner) = partner.and_then(|at| self.before.get_mut(at)) {
                *partner = false;
                *open = false;
            }
        }
    }
}

/// Those without a partner, each with its number.
fn still<'a>(entries: &'a [Entry], open: &[bool]) -> Vec<(usize, &'a Entry)> {
    entries.iter().enumerate().zip(open).filter(|(_, open)| **open).map(|(it, _)| it).collect()
}

fn told<'a>(entries: &[(usize, &'a Entry)]) -> Vec<Told<'a>> {
    entries.iter().map(|(_, it)| Told { code: &it.code, subjects: &it.subjects }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(fingerprint: &str, file: &str, design: &str) -> Entry {
        Entry {
            file: file.into(),
            code: "AV001".into(),
            subjects: vec!["api".into()],
            fingerprint: fingerprint.into(),
            design: (file != design).then(|| design.into()),
            message: "m".into(),
        }
    }

    fn known(before: &[Entry], today: &[Entry], existing: &[&str]) -> (Vec<bool>, usize) {
        let compared = Baseline::new(before.to_vec()).compare(today, &|design| existing.contains(&design));
        (compared.known, compared.gone.len())
    }

    #[test]
    fn a_finding_is_known_in_its_file_and_in_its_design() {
        let before = [entry("1", "a.arch", "a.arch"), entry("2", "lib.arch", "a.arch")];
        let all = ["a.arch", "b.arch", "lib.arch"];
        assert_eq!(known(&before, &before, &all), (vec![true, true], 0));
        // the element went to another file of the design; another design tells the shared file
        let today = [entry("1", "other.arch", "a.arch"), entry("2", "lib.arch", "b.arch")];
        assert_eq!(known(&before, &today, &all), (vec![true, true], 0));
        // the same words in another design are another finding
        assert_eq!(known(&before, &[entry("1", "b.arch", "b.arch")], &all), (vec![false], 2));
    }

    #[test]
    fn a_renamed_design_keeps_its_findings() {
        let before = [entry("1", "a.arch", "a.arch")];
        let today = [entry("1", "b.arch", "b.arch")];
        assert_eq!(known(&before, &today, &["b.arch"]), (vec![true], 0));
    }

    #[test]
    fn what_is_left_of_several_is_known_and_what_joins_them_is_not() {
        let of = |print: &str, subjects: &[&str]| Entry {
            subjects: subjects.iter().map(ToString::to_string).collect(),
            ..entry(print, "a.arch", "a.arch")
        };
        let all = ["a.arch"];
        let both = [of("1", &["a -> b", "a -> c"])];
        // one is mended: nothing is new, and the entry still lets the other pass
        assert_eq!(known(&both, &[of("2", &["a -> c"])], &all), (vec![true], 0));
        assert_eq!(known(&both, &[of("2", &["a -> c"]), of("3", &["a -> b"])], &all), (vec![true, true], 0));
        // one joins: that is told, and what was there is not told as gone
        assert_eq!(known(&both, &[of("2", &["a -> b", "a -> c", "a -> d"])], &all), (vec![false], 0));
        // another in place of one
        assert_eq!(known(&both, &[of("2", &["a -> b", "a -> d"])], &all), (vec![false], 1));
        let other = [Entry { code: "RS002".into(), ..of("2", &["a -> c"]) }];
        assert_eq!(known(&both, &other, &all), (vec![false], 1));
    }

    #[test]
    fn each_entry_lets_one_finding_pass() {
        let before = [entry("1", "a.arch", "a.arch")];
        let today = [entry("1", "a.arch", "a.arch"), entry("1", "a.arch", "a.arch")];
        assert_eq!(known(&before, &today, &["a.arch"]), (vec![true, false], 0));
        assert_eq!(known(&today, &before, &["a.arch"]), (vec![true], 1));
    }

    #[test]
    fn a_file_is_read_as_it_was_written_and_a_foreign_one_is_refused() {
        let baseline = Baseline::new(vec![entry("2", "b.arch", "a.arch"), entry("1", "a.arch", "a.arch")]);
        assert_eq!(Baseline::read(&baseline.to_json()), Ok(baseline));
        assert!(Baseline::read("{\"version\": 2, \"findings\": []}").unwrap_err().contains("version 2"));
        assert!(Baseline::read("[]").unwrap_err().contains("no `version`"));
        assert!(Baseline::read("{\"version\": 1, \"finding\": []}").unwrap_err().contains("finding"));
        assert!(Baseline::read("x").is_err());
    }
}
