//! Findings that name several elements, of which some came or went between two looks. Knows neither places nor files.

use std::collections::{BTreeMap, BTreeSet};

/// What a finding is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told<'a> {
    /// The code of its rule, or of the mistake.
    pub(super) code: &'a str,
    /// Full paths of the elements at fault.
    pub(super) subjects: &'a [String],
}

/// For each finding of which other one it is a part: one of the same code that names all its elements. No element is taken twice
/// from one whole. `may` says by their numbers whether two findings may be of one origin.
pub(super) fn wholes(
    parts: &[Told<'_>],
    wholes: &[Told<'_>],
    may: &dyn Fn(usize, usize) -> bool,
) -> Vec<Option<usize>> {
    let mut naming: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    let mut left: Vec<BTreeSet<&str>> = Vec::with_capacity(wholes.len());
    for (at, whole) in wholes.iter().enumerate() {
        for subject in whole.subjects {
            naming.entry((whole.code, subject)).or_default().push(at);
        }
        left.push(whole.subjects.iter().map(String::as_str).collect());
    }
    let mut whole_of = |(number, part): (usize, &Told<'_>)| {
        let first = part.subjects.first()?;
        let named = naming.get(&(part.code, first.as_str()))?;
        let holds = |at: &&usize| {
            let has = |left: &BTreeSet<&str>| part.subjects.iter().all(|it| left.contains(it.as_str()));
            left.get(**at).is_some_and(has) && may(number, **at)
        };
        let found = named.iter().find(holds).copied()?;
        left.get_mut(found)?.retain(|it| !part.subjects.iter().any(|taken| taken == it));
        Some(found)
    };
    parts.iter().enumerate().map(&mut whole_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(parts: &[&[&str]], all: &[&[&str]]) -> Vec<Option<usize>> {
        let owned = |lists: &[&[&str]]| -> Vec<Vec<String>> {
            lists.iter().map(|list| list.iter().map(ToString::to_string).collect()).collect()
        };
        let (parts, all) = (owned(parts), owned(all));
        let told = |subjects| Told { code: "RS001", subjects };
        let parts: Vec<Told<'_>> = parts.iter().map(|it| told(it.as_slice())).collect();
        let all: Vec<Told<'_>> = all.iter().map(|it| told(it.as_slice())).collect();
        wholes(&parts, &all, &|_, _| true)
    }

    #[test]
    fn a_part_is_found_in_its_whole_and_each_element_once() {
        assert_eq!(of(&[&["a"]], &[&["b"], &["a", "b"]]), [Some(1)]);
        assert_eq!(of(&[&["a"], &["b"]], &[&["a", "b"]]), [Some(0), Some(0)]);
        assert_eq!(of(&[&["a"], &["a"]], &[&["a", "b"]]), [Some(0), None]);
        assert_eq!(of(&[&["a", "c"]], &[&["a", "b"]]), [None]);
        assert_eq!(of(&[&[]], &[&["a"]]), [None]);
    }
}
